#!/usr/bin/env python3
"""The same model in PyTorch, by load_state_dict: load_in_torch.py MODEL.safetensors TEST.csv"""
import json, struct, sys
import numpy as np
import torch

raw = open(sys.argv[1], "rb").read()
size, = struct.unpack("<Q", raw[:8])
header = json.loads(raw[8:8 + size])
meta = header.pop("__metadata__")
names = json.loads(meta["exercises"])
kind, layers = meta["layers"].split("\n")[0].split("=")[1].split()[0], meta["layers"].count("rnn=")
state = {}
for name, t in header.items():
    data = np.frombuffer(raw[8 + size:], {"F32": "<f4", "F64": "<f8"}[t["dtype"]], int(np.prod(t["shape"])), t["data_offsets"][0])
    state[name] = torch.from_numpy(data.reshape(t["shape"]).copy()).double()
M, H = state["out.weight"].shape

class Tracer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[kind](2 * M, H, layers, batch_first=True)
        self.out = torch.nn.Linear(H, M)

    def forward(self, x):
        return self.out(self.rnn(x)[0])

model = Tracer().double()
model.load_state_dict(state)
number = {name: i for i, name in enumerate(names)}
lines = [line.strip().strip(",").split(",") for line in open(sys.argv[2]) if line.strip()]
p, y = [], []
with torch.no_grad():
    for ids, answers in zip(lines[1::3], lines[2::3]):
        q, a = torch.tensor([number[i] for i in ids]), torch.tensor([int(i) for i in answers])
        if len(q) < 2:
            continue
        z = model(torch.nn.functional.one_hot(q + a * M, 2 * M)[None, :-1].double())[0]
        p += z.gather(1, q[1:, None])[:, 0].tolist()
        y += a[1:].tolist()
p, y = np.array(p), np.array(y)
values, inverse, count = np.unique(p, return_inverse=True, return_counts=True)
rank = (np.cumsum(count) - (count - 1) / 2)[inverse]
print(f"{len(p)} predictions, AUC {(rank[y == 1].sum() - y.sum() * (y.sum() + 1) / 2) / (y.sum() * (1 - y).sum()):.6f}")
