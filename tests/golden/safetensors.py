"""An independent implementation for tests/base/test_safetensors.c, with Python's struct, json and numpy.

    safetensors.py write FILE     write the reference file
    safetensors.py check FILE     check a file that riley wrote; status 0 if its contents are as expected

The expected contents are spelled out here and in the C test.
"""
import json
import struct
import sys

SIDES = {"F32": ("f", 4), "F64": ("d", 8), "I32": ("i", 4), "I64": ("q", 8), "U8": ("B", 1)}
NUMPY = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "u1"}

CONTENTS = [
    ("bytes", "U8", [5], [0, 1, 127, 128, 255]),
    ("out.weight", "F32", [2, 3], [-1.5, 0.25, 3.0, -0.0, 1e-30, 65504.0]),
    ("out.bias", "F64", [2], [-1.42, 1e300]),
    ("frames", "I64", [1, 1, 2, 1], [-(2 ** 63), 2 ** 63 - 1]),
    ("small", "I32", [3], [-(2 ** 31), 0, 2 ** 31 - 1]),
    ("scalar", "F32", [], [0.5]),
    ("empty", "F32", [0, 7], []),
]
META = {"layers": "out=dense 3 2\n", "exercise 0": "Br\u00fcche \u2264 1"}


def write(path):
    header, data = {"__metadata__": META}, b""
    for name, dtype, shape, numbers in CONTENTS:
        raw = struct.pack("<%d%s" % (len(numbers), SIDES[dtype][0]), *numbers)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def check(path):
    import numpy

    blob = open(path, "rb").read()
    (length,) = struct.unpack_from("<Q", blob)
    assert blob[8:9] == b"{", "the header must start with {"
    assert (8 + length) % 8 == 0, "the data are not aligned"
    header = json.loads(blob[8:8 + length])
    assert header.pop("__metadata__") == META
    assert set(header) == {name for name, *_ in CONTENTS}
    end = 0
    for name, t in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        assert t["data_offsets"][0] == end, "%s: gap or overlap" % name
        assert end % SIDES[t["dtype"]][1] == 0, "%s: not aligned for its type" % name
        end = t["data_offsets"][1]
    assert 8 + length + end == len(blob), "bytes behind the last tensor"
    for name, dtype, shape, numbers in CONTENTS:
        t = header[name]
        begin, end = t["data_offsets"]
        got = numpy.frombuffer(blob, NUMPY[dtype], offset=8 + length + begin,
                               count=(end - begin) // SIDES[dtype][1]).reshape(t["shape"])
        want = numpy.array(numbers, NUMPY[dtype]).reshape(shape)
        assert t["dtype"] == dtype and got.shape == want.shape, name
        assert got.tobytes() == want.tobytes(), name


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](sys.argv[2])
