"""Reference numbers of layer and batch normalisation, from PyTorch in double.

    /usr/bin/python3 tests/golden/make_norm.py > tests/golden/norm.json

tests/nn/test_layernorm.c and test_batchnorm.c read the file.  A case has the layer's line, its input and its output;
"training" is 1 where the statistics are those of the batch.  dw of a running statistic is what it falls by in the pass.
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


def batchnorm(rows, shape, training, epsilon=1e-5, momentum=0.1):
    """A layer that has already seen 7 batches: its running statistics are not those of a new one."""
    c = shape[0]
    x, dy = draw(rows, *shape, mean=0.7).requires_grad_(), draw(rows, *shape)
    make = torch.nn.BatchNorm1d if len(shape) == 1 else torch.nn.BatchNorm2d
    layer = make(c, eps=epsilon, momentum=momentum).train(training)
    state = dict(weight=draw(c), bias=draw(c), running_mean=draw(c), running_var=draw(c).abs(),
                 num_batches_tracked=torch.tensor(7))
    layer.load_state_dict(state)
    before = {name: t.clone() for name, t in layer.state_dict().items()}
    y = layer(x)
    y.backward(dy)
    dw = {"l." + name: flat((before[name] - t).double()) for name, t in layer.state_dict().items()}
    dw.update({"l." + name: flat(t.grad) for name, t in layer.named_parameters()})
    line = " ".join(map(str, ("batchnorm" if len(shape) == 1 else "batchnorm2d",) + shape + (epsilon, momentum)))
    return dict(line=line, rows=rows, training=int(training), x=flat(x), dy=flat(dy), y=flat(y), dx=flat(x.grad),
                w={"l." + name: flat(t.double()) for name, t in before.items()}, dw=dw)


layer_cases = [
    layernorm(5),
    layernorm(33, 1e-6),
    layernorm(64, 0.01, mean=7.0),
    layernorm2d(5, 8, 8, 1e-6),
    layernorm2d(7, 3, 5),
    layernorm2d(4, 9, 11, 0.01),
    layernorm2d(40, 1, 1),
]
batch_cases = [
    batchnorm(9, (5,), True),
    batchnorm(9, (5,), False),
    batchnorm(6, (33,), True, 0.01, 0.3),
    batchnorm(3, (4, 3, 5), True),
    batchnorm(3, (4, 3, 5), False, 0.01),
    batchnorm(2, (17, 2, 2), True, 1e-3, 1.0),
    batchnorm(1, (3, 4, 5), True),
]
json.dump(dict(layer=layer_cases, batch=batch_cases), sys.stdout, separators=(",", ":"))
print()
