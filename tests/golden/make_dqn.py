"""Reference numbers of deep Q-learning, from PyTorch in double.

    /usr/bin/python3 tests/golden/make_dqn.py > tests/golden/dqn.json

tests/rl/test_dqn.c reads the file.  Each case is a network, one or two episodes, and some updates on all of
their transitions at once.
"""
import json
import sys

import torch
import torch.nn.functional as F
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(33)

ON, OVER, CUT = range(3)


def draw(*shape, size=1.0):
    """Numbers with three decimals, away from 0."""
    x = torch.randn(*shape) * size
    return torch.round((x + 0.05 * torch.sign(x)) * 1000) / 1000


def flat(x):
    return [float("%.12g" % v) for v in x.detach().reshape(-1).tolist()]


def number(x):
    return float("%.12g" % x)


class Dueling(nn.Module):
    def forward(self, x):
        value, advantage = x[:, :1], x[:, 1:]
        return value + advantage - advantage.mean(1, keepdim=True)


class Board:
    """Planes of bits; a 3 x 3 convolution, a hidden layer."""

    def __init__(self, C, H, W, stride, hidden, A, dueling):
        self.shape, self.A, filters = (C, H, W), A, 3
        h, w = (H - 3) // stride + 1, (W - 3) // stride + 1
        outputs = A + (1 if dueling else 0)
        self.modules = dict(conv=nn.Conv2d(C, filters, 3, stride), hidden=nn.Linear(filters * h * w, hidden),
                            out=nn.Linear(hidden, outputs))
        m = self.modules
        self.net = nn.Sequential(m["conv"], nn.ReLU(), nn.Flatten(), m["hidden"], nn.ReLU(), m["out"],
                                 *([Dueling()] if dueling else []))
        self.lines = "\n".join([f"conv=conv2d {C} {H} {W} {filters} 3 {stride}", f"relu {filters * h * w}",
                                f"hidden=dense {filters * h * w} {hidden}", f"relu {hidden}",
                                f"out=dense {hidden} {outputs}"] + ([f"dueling {A}"] if dueling else []))

    def observation(self):
        return (torch.rand(self.shape) < 0.3).double()

    def stored(self, s):
        """Numbers of the cells that are 1."""
        return s.reshape(-1).nonzero().reshape(-1).tolist()


class Numbers:
    """Real numbers; two hidden layers."""

    def __init__(self, D, hidden, A, dueling):
        self.shape, self.A = (0, 0, 0), A
        self.D = D
        outputs = A + (1 if dueling else 0)
        self.modules = dict(first=nn.Linear(D, hidden), second=nn.Linear(hidden, hidden), out=nn.Linear(hidden, outputs))
        m = self.modules
        self.net = nn.Sequential(m["first"], nn.ReLU(), m["second"], nn.Tanh(), m["out"],
                                 *([Dueling()] if dueling else []))
        self.lines = "\n".join([f"first=dense {D} {hidden}", f"relu {hidden}", f"second=dense {hidden} {hidden}",
                                f"tanh {hidden}", f"out=dense {hidden} {outputs}"] + ([f"dueling {A}"] if dueling else []))

    def observation(self):
        return draw(self.D)

    def stored(self, s):
        return flat(s)


def tensors(modules):
    return {f"{prefix}.{name}": flat(p) for prefix, m in modules.items() for name, p in m.named_parameters()}


def play(model, statuses):
    """Steps whose episodes end as `statuses` say."""
    steps, s = [], model.observation()
    for status in statuses:
        after = model.observation()
        steps.append(dict(s=s, action=int(torch.randint(0, model.A, ())), reward=number(draw(())), next=after, status=status))
        s = after if status == ON else model.observation()
    return steps


def transitions(steps, n_step, discount):
    """(s, a, sum of rewards, s', bootstrap) of every step."""
    out = []
    for t, first in enumerate(steps):
        total, factor = 0.0, 1.0
        for later in steps[t:t + n_step]:
            total += factor * later["reward"]
            factor *= discount
            if later["status"] != ON:
                break
        out.append((first["s"], first["action"], total, later["next"], 0.0 if later["status"] == OVER else factor))
    return out


def optimizer_of(model, rule, lr, decay):
    weights = [p for p in model.net.parameters() if p.dim() > 1]
    biases = [p for p in model.net.parameters() if p.dim() == 1]
    groups = [dict(params=weights, weight_decay=decay), dict(params=biases, weight_decay=0.0)]
    if rule == "rmsprop-centred":
        return torch.optim.RMSprop(groups, lr=lr, alpha=0.95, eps=0.01, centered=True)
    if rule == "adam":
        return torch.optim.Adam(groups, lr=lr, eps=1e-3)
    return torch.optim.SGD(groups, lr=lr)


def case(name, model, statuses, updates, n_step=1, discount=0.9, target_every=0, double_q=0, loss="squared", delta=1.0,
         clip=0.0, decay=0.0, rule="sgd", lr=0.1, target_epsilon=0.0):
    with torch.no_grad():
        for p in model.net.parameters():
            p.copy_(draw(*p.shape, size=0.5))
    start = tensors(model.modules)
    steps = play(model, statuses)
    s, a, r, after, bootstrap = zip(*transitions(steps, n_step, discount))
    s, after = torch.stack(s), torch.stack(after)
    a, r, bootstrap = torch.tensor(a), torch.tensor(r), torch.tensor(bootstrap)
    optimizer = optimizer_of(model, rule, lr, decay)
    target = {k: v.clone() for k, v in model.net.state_dict().items()}
    results, disagreements = [], 0
    for k in range(updates):
        with torch.no_grad():
            online_after = model.net(after)
            if target_every:
                own = {key: v.clone() for key, v in model.net.state_dict().items()}
                model.net.load_state_dict(target)
                judged = model.net(after)
                model.net.load_state_dict(own)
            else:
                judged = online_after
            best = (online_after if double_q else judged).argmax(1)
            disagreements += int((online_after.argmax(1) != judged.argmax(1)).sum())
            chosen = F.one_hot(best, model.A) * (1 - target_epsilon) + target_epsilon / model.A
            y = r + bootstrap * (chosen * judged).sum(1)
        q = model.net(s).gather(1, a[:, None])[:, 0]
        value = F.huber_loss(q, y, delta=delta) if loss == "huber" else ((q - y) ** 2 / 2).mean()
        optimizer.zero_grad()
        value.backward()
        norm = torch.sqrt(sum((p.grad ** 2).sum() for p in model.net.parameters()))
        if clip and norm > clip:
            for p in model.net.parameters():
                p.grad.mul_(clip / norm)
        optimizer.step()
        if target_every and (k + 1) % target_every == 0:
            target = {key: v.clone() for key, v in model.net.state_dict().items()}
        results.append(dict(loss=number(value), q=number(q.mean()), q_largest=number(max(q.abs().max(), y.abs().max())),
                            norm=number(norm), w=tensors(model.modules)))
    assert disagreements or not (double_q and target_every), f"{name}: double makes no difference"
    C, H, W = model.shape
    return dict(name=name, lines=model.lines, planes=C, height=H, width=W, n_step=n_step, discount=discount,
                target_every=target_every, double_q=double_q, target_epsilon=target_epsilon, loss=loss, delta=delta, clip=clip, decay=decay, rule=rule, lr=lr,
                steps=[dict(t, s=model.stored(t["s"]), next=model.stored(t["next"])) for t in steps], start=start,
                updates=results)


def main():
    over = [ON, ON, OVER, ON, CUT, ON, OVER]
    long = [ON, ON, ON, ON, CUT, OVER, ON, ON, ON, OVER]
    cases = [
        case("board, plain", Board(2, 5, 4, 1, 5, 3, False), over, 4, target_every=2, loss="huber", rule="rmsprop-centred",
             lr=0.01),
        case("board of two words, double", Board(2, 9, 8, 2, 4, 3, False), over, 5, target_every=4, double_q=1, rule="adam",
             lr=0.1),
        case("board, dueling, three steps", Board(1, 5, 5, 1, 4, 4, True), long, 4, n_step=3, target_every=3, double_q=1,
             loss="huber", delta=0.4, rule="adam", lr=0.1),
        case("numbers, no target network", Numbers(3, 5, 2, False), over, 3),
        case("numbers, double without target network", Numbers(3, 5, 3, False), over, 3, double_q=1),
        case("numbers, three steps, clipped", Numbers(4, 5, 3, False), long, 4, n_step=3, target_every=100, discount=0.8,
             clip=0.3, rule="rmsprop-centred", lr=0.02),
        case("numbers, decay", Numbers(4, 4, 3, False), over, 3, target_every=1, decay=0.05, lr=0.2),
        case("numbers, clipped, then decay", Numbers(4, 4, 3, False), over, 3, target_every=2, clip=0.2, decay=0.3, lr=0.2),
        case("numbers, expected SARSA", Numbers(3, 5, 3, False), over, 3, target_every=2, target_epsilon=0.3),
        case("board, double, expected SARSA", Board(2, 5, 4, 1, 5, 3, False), long, 3, n_step=2, target_every=2, double_q=1,
             target_epsilon=0.1, rule="adam", lr=0.1),
        case("numbers, dueling", Numbers(3, 5, 3, True), long, 3, n_step=20, target_every=1, loss="huber", delta=0.7),
    ]
    json.dump(cases, sys.stdout, indent=None, separators=(",", ":"))
    sys.stdout.write("\n")


main()
