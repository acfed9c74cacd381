"""Reference numbers of recurrent networks and of knowledge tracing, from PyTorch in double.

    /usr/bin/python3 tests/golden/make_rnn.py > tests/golden/rnn.json

tests/rnn/test_recurrent.c and tests/rnn/test_kt.c read the file.
"""
import json
import sys

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import PackedSequence

torch.set_default_dtype(torch.float64)
torch.manual_seed(20)


def draw(*shape, size=1.0):
    """Numbers with three decimals, away from 0."""
    x = torch.randn(*shape) * size
    return torch.round((x + 0.05 * torch.sign(x)) * 1000) / 1000


def flat(x):
    return [float("%.12g" % v) for v in x.detach().reshape(-1).tolist()]


def fill(module):
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(draw(*p.shape, size=0.5))


def tensors(modules, of=lambda p: p):
    """Parameters, or their gradients, by their names in model files."""
    return {f"{prefix}.{name}": flat(of(p)) for prefix, m in modules.items() for name, p in m.named_parameters()}


def recurrent(kind, layers):
    """Sequences of 4, 4, 3 and 1 steps from a given state; L = sum dy y."""
    D, H, lengths = 3, 5, [4, 4, 3, 1]
    N, memory = len(lengths), kind is nn.LSTM
    net = kind(D, H, layers)
    fill(net)
    x, dy = draw(sum(lengths), D).requires_grad_(), draw(sum(lengths), H)
    h, c = draw(layers, N, H, size=0.5), draw(layers, N, H)
    n = [sum(length > t for length in lengths) for t in range(lengths[0])]
    y, last = net(PackedSequence(x, torch.tensor(n)), (h, c) if memory else h)
    (y.data * dy).sum().backward()
    h_last, c_last = last if memory else (last, None)
    state = dict(h=flat(h), h_last=flat(h_last))
    if memory:
        state.update(c=flat(c), c_last=flat(c_last))
    return dict(kind=kind.__name__.lower(), layers=layers, D=D, H=H, N=N, T=len(n), n=n, x=flat(x), y=flat(y.data),
                dy=flat(dy), dx=flat(x.grad), w=tensors(dict(rnn=net)),
                dw=tensors(dict(rnn=net), lambda p: p.grad), **state)


def tracing():
    """Three updates of deep knowledge tracing on all students at once.

    clip_grad_norm_() multiplies by clip / (norm + 1e-6); the factor here is clip / norm.
    """
    M, H, lr, clip = 4, 5, 0.05, 0.26
    lengths = [2, 5, 1, 4, 5, 0]
    exercise = [torch.randint(0, M, (n,)) for n in lengths]
    correct = [torch.randint(0, 2, (n,)) for n in lengths]
    rnn, out = nn.LSTM(2 * M, H), nn.Linear(H, M)
    fill(rnn)
    fill(out)
    both = dict(rnn=rnn, out=out)
    params = [*rnn.parameters(), *out.parameters()]
    optimizer = torch.optim.Adam(params, lr=lr)
    start, updates = tensors(both), []
    for _ in range(3):
        losses = []
        for q, a in zip(exercise, correct):
            if len(q) < 2:
                continue
            x = F.one_hot(q[:-1] + a[:-1] * M, 2 * M).double()
            z = out(rnn(x.unsqueeze(1))[0]).squeeze(1)
            z = z.gather(1, q[1:].unsqueeze(1)).squeeze(1)
            losses.append(F.binary_cross_entropy_with_logits(z, a[1:].double(), reduction="none"))
        loss = torch.cat(losses).mean()
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(params, float("inf")).item()
        for p in params:
            p.grad *= min(1, clip / norm)
        optimizer.step()
        updates.append(dict(loss=loss.item(), norm=norm, w=tensors(both)))
    return dict(M=M, H=H, lr=lr, clip=clip, lengths=lengths, exercise=torch.cat(exercise).tolist(),
                correct=torch.cat(correct).tolist(), predictions=len(torch.cat(losses)), w=start, updates=updates)


cases = [recurrent(kind, layers) for kind in (nn.RNN, nn.LSTM, nn.GRU) for layers in (1, 2)]
json.dump(dict(recurrent=cases, tracing=tracing()), sys.stdout, separators=(",", ":"))
print()
