"""An independent reader of event files for tests/app/export.sh, with Python's struct only.

    read_events.py FILE

prints "time step tag value" for each scalar and "time step tag low high number buckets" for each histogram, and
exits with status 1 if a checksum is wrong.
"""
import struct
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        (n, check), body = struct.unpack_from("<QI", data, at), data[at + 12:]
        (check_body,) = struct.unpack_from("<I", body, n)
        if check != masked(data[at:at + 8]) or check_body != masked(body[:n]):
            sys.exit("a check sum is wrong at byte %d" % at)
        yield body[:n]
        at += 16 + n


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def fields(data):
    """Pairs of a field's number and its value; bytes of what has a length."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 2:
            n, at = varint(data, at)
            value, at = data[at:at + n], at + n
        else:
            kind, n = ("<d", 8) if key & 7 == 1 else ("<f", 4)
            (value,), at = struct.unpack_from(kind, data, at), at + n
        yield key >> 3, value


def main():
    with open(sys.argv[1], "rb") as f:
        data = f.read()
    assert crc32c(b"123456789") == 0xE3069283
    for record in records(data):
        event = dict(fields(record))
        if 3 in event:
            print("version", event[3].decode())
        for _, value in fields(event.get(5, b"")):
            value = dict(fields(value))
            where = "%.10g %d %s" % (event[1], event.get(2, 0), value[1].decode())
            if 5 in value:
                histogram = dict(fields(value[5]))
                print(where, histogram[1], histogram[2], histogram[3], len(histogram[6]) // 8, len(histogram[7]) // 8)
            else:
                print(where, "%.7g" % value.get(2, 0))


main()
