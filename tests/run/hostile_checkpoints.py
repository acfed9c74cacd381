"""Every tensor of every kind of checkpoint, damaged in every way: the program ends with a sentence and a documented
status, or goes on where the number is harmless.  It never hangs, crashes or trains for longer than it was asked to.
"""
import json
import math
import os
import shutil
import struct
import subprocess
import sys
import zlib

from trying import LONG, RILEY, environment, tell, write_data

ENV = environment()
SIZES = {"F32": 4, "F64": 8, "I32": 4, "I64": 8, "U8": 1}
CODES = {"F32": "<f", "F64": "<d", "I32": "<i", "I64": "<q", "U8": "<B"}
# What is tried by type; integers take their least and largest for what they cannot hold.
NUMBERS = {"F64": (math.nan, math.inf, 1e300, -1e18, 2.0 ** 63, -1, 0.5), "F32": (math.nan, math.inf, -1e18),
           "I64": (-math.inf, math.inf, -1), "I32": (-math.inf, math.inf), "U8": (255,)}

# Kind of run; words of its first training, of its continuation, and of its evaluation.
RUNS = {
    "net": (["net", "train", "points.csv", "--epochs", "3", "--layers", "auto-3tanh-auto"], ["--epochs", "4"],
            ["net", "eval", "runs/%s", "points.csv"]),
    "kt": (["kt", "train", "answers.txt", "--epochs", "2", "--hidden", "3", "--window", "4"], ["--epochs", "3"],
           ["kt", "eval", "runs/%s", "answers.txt"]),
    "rl": (["rl", "train", "catch", "--frames", "300", "--hidden", "4", "--batch", "8", "--start", "50",
            "--eval-episodes", "1", "--n-step", "3", "--priority", "0.6"], ["--frames", "400"],
           ["rl", "eval", "runs/%s", "--episodes", "1"]),
    "eyes": (["rl", "train", "eyes", "--frames", "120", "--hidden", "4", "--batch", "8", "--start", "50",
              "--eval-episodes", "1"], ["--frames", "160"], ["rl", "eval", "runs/%s", "--episodes", "1"]),
}
# All rules, cells and layers, in the kinds that have them: their own tensors.
for rule in ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "rmsprop-centred", "adam", "adamw", "radam"):
    first, more, test = RUNS["net"]
    RUNS["net-" + rule] = (first + ["--optimizer", rule] +
                           (["--momentum", "0.5"] if rule.startswith("rmsprop") else []), more, test)
for cell in ("rnn", "gru"):
    first, more, test = RUNS["kt"]
    RUNS["kt-" + cell] = (first + ["--model", cell], more, test)
FULL = ("net", "kt", "rl")


def riley(*words):
    """The status (None: it had to be killed) and stderr."""
    try:
        p = subprocess.run([RILEY] + list(words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE, env=ENV, timeout=LONG)
        return p.returncode, p.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return None, ""


class File:
    """A safetensors file: tensors by name, each [dtype, shape, bytes]."""

    def __init__(self, path):
        with open(path, "rb") as f:
            data = f.read()
        n = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8:8 + n])
        self.meta = header.pop("__metadata__", None)
        self.tensors = {name: [t["dtype"], t["shape"], data[8 + n + t["data_offsets"][0]:8 + n + t["data_offsets"][1]]]
                        for name, t in header.items()}

    def write(self, path):
        header, data = ({"__metadata__": self.meta} if self.meta else {}), b""
        for name, (dtype, shape, content) in sorted(self.tensors.items(), key=lambda t: (-SIZES[t[1][0]], t[0])):
            header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
            data += content
        text = json.dumps(header).encode()
        text += b" " * (-(len(text) + 8) % 64)
        with open(path, "wb") as f:
            f.write(struct.pack("<Q", len(text)) + text + data)


def encoded(dtype, x):
    if dtype == "F64":
        return struct.pack("<d", x)
    if dtype == "F32":
        return struct.pack("<f", math.copysign(math.inf, x) if abs(x) > 3e38 else x)
    bits = 8 * SIZES[dtype]
    low, high = (0, 255) if dtype == "U8" else (-2 ** (bits - 1), 2 ** (bits - 1) - 1)
    whole = low if math.isnan(x) else max(low, min(high, int(x))) if math.isfinite(x) else high if x > 0 else low
    return struct.pack(CODES[dtype], whole)


def places(name, n):
    """Which numbers of a tensor are tried: all of a few, else the last and one before."""
    return range(n) if n <= 11 else sorted({zlib.crc32(name.encode()) % n, n - 1})


def damages(file):
    """Name of each damage and the tensors with it."""
    for name, (dtype, shape, content) in file.tensors.items():
        n, size = len(content) // SIZES[dtype], SIZES[dtype]

        def with_tensor(tensor):
            tensors = dict(file.tensors)
            del tensors[name]
            if tensor:
                tensors[name] = tensor
            return tensors

        for i in places(name, n) if n else ():
            for x in NUMBERS[dtype]:
                yield ("%s[%d] = %g" % (name, i, x),
                       with_tensor([dtype, shape, content[:i * size] + encoded(dtype, x) + content[(i + 1) * size:]]))
        yield name + " missing", with_tensor(None)
        yield name + " one longer", with_tensor([dtype, [n + 1], content + bytes(size)])
        if n:
            yield name + " one shorter", with_tensor([dtype, [n - 1], content[:-size]])
        if n > 1:
            yield name + " as a column", with_tensor([dtype, [n, 1], content])
        if len(shape) == 2 and shape[0] != shape[1]:
            yield name + " transposed", with_tensor([dtype, shape[::-1], content])
        for other in ("I32", "I64", "F32", "F64"):
            if other != dtype and SIZES[other] == size:
                yield "%s as %s" % (name, other), with_tensor([other, shape, content])


# Runs of earlier versions are without these.
OPTIONAL = ("inspector missing", "loop.losses missing", "learner.evaluation missing")
# Whole numbers from 0: which of a tensor (None: all).
COUNTS = {"loop": (0, 2, 4, 5, 7, 8, 9), "loop.losses": (0,), "agent.counters": (0, 1, 2, 4), "learner": (0, 1, 7),
          "place": None, "updates": None, "replay.place": None, "sight.steps": None}
# Measures, of which there may be none.
MEASURES = ("inspector", "loop[6]", "loop.losses[3]", "loop.losses[4]")
# Sums of squares are from 0.
SQUARES = {"net": 1, "kt": 1, "rl": 1, "net-adagrad": 0, "net-rmsprop": 0, "net-rmsprop-centred": 0, "net-adam": 1,
           "net-adamw": 1, "net-radam": 1}


def must_be_refused(kind, what):
    """Whether the damage must not be taken; what need not is harmless."""
    tensor, change = what.split(" ", 1)
    name, _, index = tensor.rstrip("]").partition("[")
    if not index:
        return what not in OPTIONAL
    if name in MEASURES or tensor in MEASURES or name in ("game.state", "replay.observations") or \
            name.startswith(("random.", "replay.pending.obs")):
        return False
    if name in COUNTS and (COUNTS[name] is None or int(index) in COUNTS[name]):
        return True
    if name == "optimizer.%d" % SQUARES.get(kind, 3) and "= -" in change:
        return True
    return "nan" in change or "inf" in change


def sentence(err, file):
    lines = [l for l in err.splitlines() if l.startswith("riley: ")]
    return bool(lines) and file in lines[-1]


def damaged(kind, what, status, err):
    """What is wrong with how the program took the damage; None: nothing."""
    if status is None:
        return "it did not end"
    if status not in (0, 3, 5) or (status == 5 and must_be_refused(kind, what)):
        return "status %s" % status
    if status == 3 and not sentence(err, "last.safetensors"):
        return "no sentence that names the file"
    if status == 0 and must_be_refused(kind, what):
        return "it was taken"
    if status == 0 and not finite("runs/x/model.safetensors"):
        return "the model has a number that is not finite"
    return None


def finite(path):
    return all(all(math.isfinite(x) for x, in struct.iter_unpack(CODES[dtype], content))
               for dtype, _, content in File(path).tensors.values() if dtype[0] == "F")


def walk(kind, known):
    """Damage each tensor but those that are `known`, with their shapes, from a kind before."""
    first, more, _ = RUNS[kind]
    file = File("runs/%s/last.safetensors" % kind)
    bad, tried = [], 0

    for what, tensors in damages(file):
        name = what.split(" ")[0].split("[")[0]
        if known.get(name) == file.tensors[name][1] and not name.startswith("optimizer."):
            continue
        shutil.rmtree("runs/x", ignore_errors=True)
        shutil.copytree("runs/" + kind, "runs/x")
        copy = File("runs/%s/last.safetensors" % kind)
        copy.tensors = tensors
        copy.write("runs/x/last.safetensors")
        status, err = riley(first[0], "train", "--resume", "runs/x", "-q", *more)
        wrong = damaged(kind, what, status, err)
        tried += 1
        if wrong:
            bad.append("%s: %s: %s" % (what, wrong, err.strip()))
    tell(not bad and (tried or kind == "net-sgd"), "%s: %d damaged checkpoints" % (kind, tried), "\n".join(bad))
    return {name: t[1] for name, t in file.tensors.items()}


def models(kind):
    """Weights that are not finite, in the model that is evaluated."""
    test = [w.replace("%s", "x") for w in RUNS[kind][2]]
    file = File("runs/%s/model.safetensors" % kind)
    bad = []
    for name, (dtype, shape, content) in file.tensors.items():
        for x in (math.nan, math.inf, -math.inf):
            shutil.rmtree("runs/x", ignore_errors=True)
            shutil.copytree("runs/" + kind, "runs/x")
            copy = File("runs/%s/model.safetensors" % kind)
            copy.tensors[name] = [dtype, shape, content[:-SIZES[dtype]] + encoded(dtype, x)]
            copy.write("runs/x/model.safetensors")
            status, err = riley(*test)
            if status != 3 or not sentence(err, "model.safetensors") or name not in err:
                bad.append("%s: %g: status %s: %s" % (name, x, status, err.strip()))
    tell(not bad, "%s: models with weights that are not finite are refused" % kind, "\n".join(bad))


def broken(kind):
    """A checkpoint that is cut short, or not there."""
    with open("runs/%s/last.safetensors" % kind, "rb") as f:
        data = f.read()
    bad = []
    for keep in (0, 4, 60, len(data) // 2, len(data) - 1, None):
        shutil.rmtree("runs/x", ignore_errors=True)
        shutil.copytree("runs/" + kind, "runs/x")
        if keep is None:
            os.unlink("runs/x/last.safetensors")
        else:
            with open("runs/x/last.safetensors", "wb") as f:
                f.write(data[:keep])
        status, err = riley(RUNS[kind][0][0], "train", "--resume", "runs/x", "-q", *RUNS[kind][1])
        if status not in (1, 3) or not sentence(err, "last.safetensors"):
            bad.append("%s bytes: status %s: %s" % (keep, status, err.strip()))
    tell(not bad, "%s: checkpoints cut short, and none" % kind, "\n".join(bad))


def prepare():
    write_data()
    for kind, (words, _, _) in RUNS.items():
        status, err = riley(*(words + ["--name", kind, "-q"]))
        if status != 0:
            tell(False, "preparing %s" % kind, err)


only = sys.argv[1:]
prepare()
shapes = {}
for kind in RUNS:
    if only and kind not in only:
        continue
    base = "rl" if kind == "eyes" else kind.split("-")[0]
    seen = walk(kind, shapes.get(base, {}))
    shapes.setdefault(base, seen)
    models(kind)
    if kind in FULL:
        broken(kind)
