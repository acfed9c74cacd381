"""Reference numbers of dense, activations, losses and optimisers, from PyTorch in double.

    /usr/bin/python3 tests/golden/make_core.py > tests/golden/core.json

tests/nn/test_activation.c, test_loss.c, test_layers.c and test_optimizer.c read the file.
"""
import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(20)


def draw(*shape):
    """Numbers with three decimals, away from 0, where some functions are not differentiable."""
    x = torch.randn(*shape) * 1.5
    return torch.round((x + 0.05 * torch.sign(x)) * 1000) / 1000


def flat(x):
    return x.detach().reshape(-1).tolist()


def dense():
    x, w, b, dy = draw(4, 5), draw(3, 5), draw(3), draw(4, 3)
    for t in (x, w, b):
        t.requires_grad_()
    y = F.linear(x, w, b)
    y.backward(dy)
    return dict(rows=4, D=5, M=3, x=flat(x), weight=flat(w), bias=flat(b), dy=flat(dy), y=flat(y),
                dx=flat(x.grad), dweight=flat(w.grad), dbias=flat(b.grad))


def activations():
    functions = dict(
        identity=lambda x: x * 1, sigmoid=torch.sigmoid, tanh=torch.tanh, relu=F.relu,
        leaky_relu=lambda x: F.leaky_relu(x, 0.2), elu=lambda x: F.elu(x, 0.7),
        softmax=lambda x: F.softmax(x, dim=1))
    out = {}
    for name, f in functions.items():
        x, dy = draw(6, 5).requires_grad_(), draw(6, 5)
        y = f(x)
        y.backward(dy)
        out[name] = dict(rows=6, D=5, x=flat(x), dy=flat(dy), y=flat(y), dx=flat(x.grad))
    for name, slopes in (("prelu", 1), ("prelu each", 5)):
        x, dy, a = draw(6, 5).requires_grad_(), draw(6, 5), draw(slopes).requires_grad_()
        y = F.prelu(x, a)
        y.backward(dy)
        out[name] = dict(rows=6, D=5, x=flat(x), dy=flat(dy), y=flat(y), dx=flat(x.grad), weight=flat(a),
                         dweight=flat(a.grad))
    return out


def losses():
    rows, m, delta = 7, 3, 0.8
    label = torch.randint(0, m, (rows,))
    y, t, p = draw(rows, m) * 2, draw(rows, m), torch.round(torch.rand(rows, m) * 100) / 100
    z = y.clone()
    z[0, 0], z[0, 1], z[1, 0], z[1, 1] = 60.0, -60.0, 0.0, 12.5
    cases = dict(
        bce=(z, lambda v: F.binary_cross_entropy_with_logits(v, p, reduction="sum"), dict(t=flat(p))),
        softmax=(z, lambda v: F.cross_entropy(v, label, reduction="sum"), dict(label=label.tolist())),
        squared=(y, lambda v: F.mse_loss(v, t, reduction="sum"), dict(t=flat(t))),
        huber=(y, lambda v: F.huber_loss(v, t, reduction="sum", delta=delta), dict(t=flat(t))))
    out = {}
    for name, (v, f, target) in cases.items():
        v = v.clone().requires_grad_()
        value = f(v)
        value.backward()
        out[name] = dict(rows=rows, M=m, delta=delta, y=flat(v), value=value.item(), dy=flat(v.grad), **target)
    return out


def optimizers():
    """Ten steps of each rule from the same weights with the same ten gradients."""
    n, steps = 7, 10
    w0, grads = draw(n), [draw(n) for _ in range(steps)]
    O = torch.optim
    cases = [
        ("sgd", {}, lambda p: O.SGD(p, lr=0.1)),
        ("sgd", dict(l2=0.03), lambda p: O.SGD(p, lr=0.1, weight_decay=0.03)),
        ("sgd", dict(l1=0.02, scale=0.5), lambda p: O.SGD(p, lr=0.1)),
        ("momentum", dict(momentum=0.8), lambda p: O.SGD(p, lr=0.1, momentum=0.8)),
        ("nesterov", dict(momentum=0.8, l2=0.03),
         lambda p: O.SGD(p, lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.03)),
        ("adagrad", {}, lambda p: O.Adagrad(p, lr=0.1)),
        ("rmsprop", dict(rho=0.9), lambda p: O.RMSprop(p, lr=0.1, alpha=0.9)),
        ("rmsprop", dict(rho=0.9, momentum=0.7), lambda p: O.RMSprop(p, lr=0.1, alpha=0.9, momentum=0.7)),
        ("rmsprop-centred", dict(rho=0.9), lambda p: O.RMSprop(p, lr=0.1, alpha=0.9, centered=True)),
        ("rmsprop-centred", dict(rho=0.9, momentum=0.7, l2=0.03),
         lambda p: O.RMSprop(p, lr=0.1, alpha=0.9, centered=True, momentum=0.7, weight_decay=0.03)),
        ("adam", {}, lambda p: O.Adam(p, lr=0.1)),
        ("adam", dict(l2=0.03, beta1=0.8), lambda p: O.Adam(p, lr=0.1, betas=(0.8, 0.999), weight_decay=0.03)),
        ("adamw", dict(decay=0.2), lambda p: O.AdamW(p, lr=0.1, weight_decay=0.2)),
        ("radam", {}, lambda p: O.RAdam(p, lr=0.1)),
        ("radam", dict(l2=0.03, beta1=0.8), lambda p: O.RAdam(p, lr=0.1, betas=(0.8, 0.999), weight_decay=0.03)),
    ]
    out = []
    for rule, options, make in cases:
        p = w0.clone().requires_grad_()
        optimizer, path = make([p]), []
        for g in grads:
            # torch.optim has no l1 penalty: its gradient is added by hand.
            p.grad = options.get("scale", 1) * g + options.get("l1", 0) * torch.sign(p.detach())
            optimizer.step()
            path.append(flat(p))
        out.append(dict(rule=rule, options=dict(options, lr=0.1), path=path))
    return dict(w=flat(w0), dw=[flat(g) for g in grads], cases=out)


json.dump(dict(dense=dense(), activation=activations(), loss=losses(), optimizer=optimizers()),
          sys.stdout, separators=(",", ":"))
print()
