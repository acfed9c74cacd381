"""Reference numbers of Q-learning from many games at once, from PyTorch in double.

    /usr/bin/python3 tests/golden/make_pqn.py > tests/golden/pqn.json

tests/rl/test_pqn.c reads the file.  "targets" are rollouts with their Q(lambda) returns, computed from the definition,
forwards: a weighted sum of n-step returns.  Each of "cases" is a network, and some rounds: a rollout, the Q values of its
observations, the targets, and all that the round's updates change.  The minibatches are those of riley's own generator.
"""
import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(34)

ON, OVER, CUT = range(3)
SEED, STREAM_ORDER = 5, 2


def draw(*shape, size=1.0):
    """Numbers with three decimals, away from 0."""
    x = torch.randn(*shape) * size
    return torch.round((x + 0.05 * torch.sign(x)) * 1000) / 1000


def number(x):
    return float("%.15g" % x)


def flat(x):
    return [number(v) for v in x.detach().reshape(-1).tolist()]


# ---- the order of the transitions, as random_stream() and pqn_learn() have it

def mix(z):
    """The output function of SplitMix64."""
    bits = (1 << 64) - 1
    z = ((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9) & bits
    z = ((z ^ (z >> 27)) * 0x94d049bb133111eb) & bits
    return z ^ (z >> 31)


def stream(seed, number):
    bits, golden = (1 << 64) - 1, 0x9e3779b97f4a7c15
    return np.random.RandomState(mix((mix((seed + golden) & bits) + (number + 1) * golden) & bits) & 0xffffffff)


def shuffled(n, rng):
    """Fisher and Yates."""
    index = list(range(n))
    for k in range(n - 1, 0, -1):
        j = int(rng._bit_generator.random_raw()) * (k + 1) >> 32
        index[j], index[k] = index[k], index[j]
    return index


# ---- rollouts and their targets

def rollout(N, T, A, q):
    """Of N games: lists by frame, then by game.  q (T + 1, N, A)."""
    status = torch.multinomial(torch.tensor([0.6, 0.2, 0.2]), T * N, replacement=True).reshape(T, N)
    return dict(q=q, action=torch.randint(0, A, (T, N)), reward=draw(T, N), status=status,
                cut_value=torch.where(status == CUT, draw(T, N), torch.zeros(T, N)))


def target(r, t, k, discount, lam):
    """The lambda return of frame t of game k: n-step returns up to the end of the episode or of the rollout."""
    T = len(r["reward"])
    total, factor, returns = 0.0, 1.0, []
    for n in range(t, T):
        total += factor * float(r["reward"][n, k])
        factor *= discount
        status = int(r["status"][n, k])
        value = {ON: float(r["q"][n + 1, k].max()), OVER: 0.0, CUT: float(r["cut_value"][n, k])}[status]
        returns.append(total + factor * value)
        if status != ON:
            break
    last = len(returns) - 1
    return sum((1 - lam) * lam ** i * g for i, g in enumerate(returns[:-1])) + lam ** last * returns[last]


def targets(r, discount, lam):
    T, N = r["reward"].shape
    return torch.tensor([[target(r, t, k, discount, lam) for k in range(N)] for t in range(T)])


def stored(r):
    return dict(q=flat(r["q"]), action=r["action"].reshape(-1).tolist(), reward=flat(r["reward"]),
                status=r["status"].reshape(-1).tolist(), cut_value=flat(r["cut_value"]))


def target_case(N, T, A, discount, lam):
    r = rollout(N, T, A, draw(T + 1, N, A))
    return dict(stored(r), N=N, T=T, A=A, discount=discount, **{"lambda": lam}, target=flat(targets(r, discount, lam)))


# ---- networks

class ChannelNorm(nn.LayerNorm):
    """Over the channels of each cell."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Board:
    """Planes of bits; the network of preset pqn, but small."""

    def __init__(self, C, H, W, hidden, A):
        self.shape, self.A, filters, h, w = (C, H, W), A, 3, H - 2, W - 2
        cells = filters * h * w
        self.modules = m = dict(conv=nn.Conv2d(C, filters, 3), conv_norm=ChannelNorm(filters, eps=1e-6),
                                hidden=nn.Linear(cells, hidden), hidden_norm=nn.LayerNorm(hidden, eps=1e-6),
                                out=nn.Linear(hidden, A))
        self.net = nn.Sequential(m["conv"], m["conv_norm"], nn.ReLU(), nn.Flatten(), m["hidden"], m["hidden_norm"],
                                 nn.ReLU(), m["out"])
        self.lines = "\n".join([f"conv=conv2d {C} {H} {W} {filters} 3", f"conv_norm=layernorm2d {filters} {h} {w} 1e-6",
                                f"relu {cells}", f"hidden=dense {cells} {hidden}",
                                f"hidden_norm=layernorm {hidden} 1e-6", f"relu {hidden}", f"out=dense {hidden} {A}"])

    def observations(self, n):
        return (torch.rand(n, *self.shape) < 0.3).double()

    def stored(self, s):
        """Of each observation the numbers of the cells that are 1."""
        return [x.reshape(-1).nonzero().reshape(-1).tolist() for x in s]


class Numbers:
    """Real numbers; a hidden layer."""

    def __init__(self, D, hidden, A):
        self.shape, self.A, self.D = (0, 0, 0), A, D
        self.modules = m = dict(hidden=nn.Linear(D, hidden), hidden_norm=nn.LayerNorm(hidden, eps=1e-6),
                                out=nn.Linear(hidden, A))
        self.net = nn.Sequential(m["hidden"], m["hidden_norm"], nn.ReLU(), m["out"])
        self.lines = "\n".join([f"hidden=dense {D} {hidden}", f"hidden_norm=layernorm {hidden} 1e-6", f"relu {hidden}",
                                f"out=dense {hidden} {A}"])

    def observations(self, n):
        return draw(n, self.D)

    def stored(self, s):
        return [flat(x) for x in s]


def tensors(modules):
    return {f"{prefix}.{name}": flat(p) for prefix, m in modules.items() for name, p in m.named_parameters()}


# ---- rounds

def clipped(parameters, clip):
    """The gradient's norm; afterwards it is at most `clip`."""
    norm = math.sqrt(sum(float((p.grad ** 2).sum()) for p in parameters))
    if clip and norm > clip:
        for p in parameters:
            p.grad.mul_(clip / norm)
    return norm


def case(name, model, N, T, passes, minibatches, rounds, rule="radam", lr=0.05, discount=0.9, lam=0.65, clip=0.0):
    with torch.no_grad():
        for p in model.net.parameters():
            p.copy_(draw(*p.shape, size=0.5))
    start, order, all_ = tensors(model.modules), stream(SEED, STREAM_ORDER), N * T
    parameters, rows = list(model.net.parameters()), all_ // minibatches
    total = rounds * passes * minibatches
    optimizer = {"radam": torch.optim.RAdam, "adam": torch.optim.Adam, "sgd": torch.optim.SGD}[rule](parameters, lr=lr)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda update: 1 - update / total)
    results, norms = [], []
    for _ in range(rounds):
        s = model.observations(all_ + N)
        with torch.no_grad():
            r = rollout(N, T, model.A, model.net(s).reshape(T + 1, N, model.A))
        g, a = targets(r, discount, lam), r["action"].reshape(-1)
        losses, means, largest, lengths = [], [], 0.0, []
        for _ in range(passes):
            index = shuffled(all_, order)
            for k in range(0, all_, rows):
                i = torch.tensor(index[k:k + rows])
                q = model.net(s[i]).gather(1, a[i][:, None])[:, 0]
                y = g.reshape(-1)[i]
                loss = 0.5 * F.mse_loss(q, y)
                optimizer.zero_grad()
                loss.backward()
                lengths.append(clipped(parameters, clip))
                used = schedule.get_last_lr()[0]
                optimizer.step()
                schedule.step()
                losses.append(float(loss))
                means.append(float(q.mean()))
                largest = max(largest, float(q.abs().max()), float(y.abs().max()))
        norms += lengths
        results.append(dict(stored(r), s=model.stored(s), target=flat(g), loss=number(np.mean(losses)),
                            q_mean=number(np.mean(means)), q_largest=number(largest), norm=number(np.mean(lengths)),
                            lr=number(used), w=tensors(model.modules)))
    assert not clip or min(norms) < clip < max(norms), f"{name}: norms {min(norms)} to {max(norms)}"
    C, H, W = model.shape
    return dict(name=name, lines=model.lines, planes=C, height=H, width=W, N=N, T=T, A=model.A, passes=passes,
                minibatches=minibatches, discount=discount, clip=clip, rule=rule, lr=lr, total=total, start=start,
                rounds=results, **{"lambda": lam})


def main():
    json.dump(dict(targets=[
        target_case(N, T, A, discount, lam)
        for N, T, A in ((1, 1, 2), (3, 1, 1), (2, 12, 3), (5, 7, 2))
        for discount, lam in ((0.9, 0.65), (0.99, 0.0), (0.8, 1.0), (1.0, 0.5), (0.0, 0.65), (1.0, 1.0))
    ], cases=[
        case("board", Board(2, 5, 4, 5, 3), 3, 4, 2, 4, 2, clip=3.0),
        case("board of two words, one minibatch", Board(2, 9, 8, 4, 3), 2, 3, 3, 1, 3, lam=0.0),
        case("board, large minibatches", Board(1, 5, 5, 6, 4), 8, 6, 2, 2, 2, discount=0.99, clip=1.2),
        case("numbers", Numbers(4, 6, 3), 3, 5, 1, 3, 3, lam=1.0, discount=1.0, clip=2.0),
        case("numbers, one frame of each game", Numbers(3, 5, 2), 6, 1, 2, 3, 2, rule="sgd", lr=0.1),
        case("numbers, minibatches of one", Numbers(3, 5, 2), 2, 3, 1, 6, 2, rule="sgd", lr=0.02, discount=0.0),
    ]), sys.stdout, indent=None, separators=(",", ":"))
    sys.stdout.write("\n")


main()
