"""Reference numbers of convolution and pooling, from PyTorch in double.

    /usr/bin/python3 tests/golden/make_conv.py > tests/golden/conv.json

tests/nn/test_conv2d.c reads the file.  A case has the layer's line, its input and its
output; with "bits" the input is planes of zeros and ones.
"""
import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(21)

ROWS = 2


def draw(*shape):
    """Numbers with three decimals, away from 0."""
    x = torch.randn(*shape)
    return torch.round((x + 0.05 * torch.sign(x)) * 1000) / 1000


def flat(x):
    return [round(v, 12) for v in x.detach().reshape(-1).tolist()]


def conv(c, h, w, out, k, stride, padding, bits=False):
    x = torch.bernoulli(torch.full((ROWS, c, h, w), 0.2)) if bits else draw(ROWS, c, h, w)
    weight, bias = draw(out, c, k, k), draw(out)
    for t in (x, weight, bias):
        t.requires_grad_()
    y = F.conv2d(x, weight, bias, stride=stride, padding=padding)
    dy = draw(*y.shape)
    y.backward(dy)
    return dict(line=f"conv2d {c} {h} {w} {out} {k} {stride} {padding}", rows=ROWS, bits=int(bits),
                x=flat(x), dy=flat(dy), y=flat(y), dx=flat(x.grad),
                w={"l.weight": flat(weight), "l.bias": flat(bias)},
                dw={"l.weight": flat(weight.grad), "l.bias": flat(bias.grad)})


def pool(kind, c, h, w, *sizes):
    """With or without a stride, as in the line."""
    x = draw(ROWS, c, h, w).requires_grad_()
    y = dict(maxpool2d=F.max_pool2d, avgpool2d=F.avg_pool2d)[kind](x, *sizes)
    dy = draw(*y.shape)
    y.backward(dy)
    return dict(line=" ".join(map(str, (kind, c, h, w) + sizes)), rows=ROWS, bits=0,
                x=flat(x), dy=flat(dy), y=flat(y), dx=flat(x.grad), w={}, dw={})


cases = [
    conv(2, 7, 5, 3, 3, 2, 1),
    conv(3, 5, 6, 17, 3, 1, 0),
    conv(1, 6, 7, 2, 5, 1, 2),
    conv(2, 8, 11, 2, 4, 3, 2),
    conv(3, 9, 8, 4, 3, 1, 0, bits=True),
    conv(2, 7, 5, 3, 3, 2, 1, bits=True),
    conv(1, 12, 6, 2, 4, 1, 3, bits=True),
    pool("maxpool2d", 2, 6, 9, 2),
    pool("maxpool2d", 3, 7, 5, 3, 2),
    pool("avgpool2d", 2, 9, 7, 3),
    pool("avgpool2d", 3, 5, 8, 2, 1),
]
json.dump(dict(cases=cases), sys.stdout, separators=(",", ":"))
print()
