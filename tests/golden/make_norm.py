"""Reference numbers of layer normalisation, from PyTorch in double.

    /usr/bin/python3 tests/golden/make_norm.py > tests/golden/norm.json

tests/nn/test_layernorm.c reads the file.  A case has the layer's line, its input and its output.
"""
import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(22)

ROWS = 2


def draw(*shape, mean=0.0):
    """Numbers with three decimals, away from 0."""
    x = torch.randn(*shape)
    return torch.round((x + 0.05 * torch.sign(x) + mean) * 1000) / 1000


def flat(x):
    return [round(v, 12) for v in x.detach().reshape(-1).tolist()]


def case(line, x, y, weight, bias):
    dy = draw(*y.shape)
    y.backward(dy)
    return dict(line=line, rows=ROWS, x=flat(x), dy=flat(dy), y=flat(y), dx=flat(x.grad),
                w={"l.weight": flat(weight), "l.bias": flat(bias)},
                dw={"l.weight": flat(weight.grad), "l.bias": flat(bias.grad)})


def leaves(n, *shape, mean=0.0):
    x, weight, bias = draw(ROWS, *shape, mean=mean), draw(n), draw(n)
    for t in (x, weight, bias):
        t.requires_grad_()
    return x, weight, bias


def layernorm(d, epsilon=None, mean=0.0):
    x, weight, bias = leaves(d, d, mean=mean)
    y = F.layer_norm(x, (d,), weight, bias, **({"eps": epsilon} if epsilon else {}))
    return case(f"layernorm {d}" + (f" {epsilon}" if epsilon else ""), x, y, weight, bias)


def layernorm2d(c, h, w, epsilon=None):
    """torchvision's LayerNorm2d: channels last, nn.LayerNorm(C), channels first again."""
    x, weight, bias = leaves(c, c, h, w)
    y = F.layer_norm(x.permute(0, 2, 3, 1), (c,), weight, bias, **({"eps": epsilon} if epsilon else {}))
    return case(f"layernorm2d {c} {h} {w}" + (f" {epsilon}" if epsilon else ""), x, y.permute(0, 3, 1, 2),
                weight, bias)


cases = [
    layernorm(5),
    layernorm(33, 1e-6),
    layernorm(64, 0.01, mean=7.0),
    layernorm2d(5, 8, 8, 1e-6),
    layernorm2d(7, 3, 5),
    layernorm2d(4, 9, 11, 0.01),
    layernorm2d(40, 1, 1),
]
json.dump(dict(cases=cases), sys.stdout, separators=(",", ":"))
print()
