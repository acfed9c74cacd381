#!/usr/bin/env python3
"""Score a model of `riley kt train --model lstm` with numpy alone: read_model.py MODEL.safetensors TEST.csv"""
import json, struct, sys
import numpy as np

def read_safetensors(path):
    raw = open(path, "rb").read()
    size, = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + size])
    meta, kinds = header.pop("__metadata__"), {"F32": "<f4", "F64": "<f8"}
    return meta, {name: np.frombuffer(raw[8 + size:], kinds[t["dtype"]], np.prod(t["shape"], dtype=int), t["data_offsets"][0])
                  .reshape(t["shape"]).astype(float) for name, t in header.items()}

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

meta, w = read_safetensors(sys.argv[1])
number = {name: i for i, name in enumerate(json.loads(meta["exercises"]))}
M, H = len(number), w["rnn.weight_hh_l0"].shape[1]
lines = [line.strip().strip(",").split(",") for line in open(sys.argv[2]) if line.strip()]
p, y = [], []
for ids, answers in zip(lines[1::3], lines[2::3]):
    q, a = [number[i] for i in ids], [int(i) for i in answers]
    h, c = np.zeros(H), np.zeros(H)
    for t in range(len(q) - 1):
        gates = w["rnn.weight_ih_l0"][:, q[t] + a[t] * M] + w["rnn.bias_ih_l0"] + w["rnn.weight_hh_l0"] @ h + w["rnn.bias_hh_l0"]
        i, f, g, o = np.split(gates, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        p.append(w["out.weight"][q[t + 1]] @ h + w["out.bias"][q[t + 1]])
        y.append(a[t + 1])
p, y = np.array(p), np.array(y)
values, inverse, count = np.unique(p, return_inverse=True, return_counts=True)
rank = (np.cumsum(count) - (count - 1) / 2)[inverse]                     # ties at mid-rank
print(f"{len(p)} predictions, AUC {(rank[y == 1].sum() - y.sum() * (y.sum() + 1) / 2) / (y.sum() * (1 - y).sum()):.6f}")
