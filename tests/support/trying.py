"""What the tests in Python share: lines for TAP, waiting, and small data for runs of every kind.

tests/support/shell_tap.sh runs them and reads their lines "ok - NAME" and "not ok - NAME".  No check depends on speed: a
wait for an event is long, and what never ends would end it.
"""
import json
import os
import subprocess
import sys
import time

RILEY = os.environ["RILEY"]
LONG = 120          # seconds; nothing that works takes them


def tell(good, name, detail=""):
    print("%s - %s" % ("ok" if good else "not ok", name))
    if not good:
        for line in str(detail).splitlines()[:40]:
            print("# " + line)
    sys.stdout.flush()


def environment(**extra):
    """That of the program in tests: one thread, no pictures, no screen; and what else is given."""
    return dict(dict(os.environ, RILEY_THREADS="1", RILEY_GNUPLOT="/nonexistent", TERM="dumb"), **extra)


def quietly(*words, **extra):
    """Run the program to its end; its messages are in .stderr."""
    return subprocess.run([RILEY] + list(words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, env=environment(**extra))


def make(*commands, **extra):
    """Run what a test needs before it begins."""
    for words in commands:
        p = quietly(*words.split(), **extra)
        if p.returncode != 0:
            tell(False, "preparing: " + words, p.stderr.decode(errors="replace"))


def until(condition):
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def write_data(folder=".", rows=40, students=20):
    """points.csv with two classes, and answers.txt with sequences of several lengths."""
    with open(folder + "/points.csv", "w") as f:
        f.write("x,y,class\n" + "".join("%d,%d,%s\n" % (i, i * i % 7, "ab"[i % 2]) for i in range(rows)))
    with open(folder + "/answers.txt", "w") as f:
        f.write("6\n1,2,1,2,2,1\n1,0,1,1,0,1\n3\n2,1,2\n1,1,0\n2\n2,1\n0,1\n3\n1,2,1\n0,0,1\n" * (students // 4))


def points(run):
    """Lines in a run's log."""
    try:
        with open(run + "/metrics.jsonl") as f:
            return sum(1 for _ in f)
    except OSError:
        return 0


def timeless(run):
    """A run's log without what the clock decides."""
    lines = []
    with open(run + "/metrics.jsonl") as f:
        for line in f:
            o = json.loads(line)
            for key in ("time", "rate"):
                o.pop(key, None)
            lines.append(o)
    return lines


def status_of(run):
    """What run.json says of how the run ended; None if there is none."""
    try:
        with open(run + "/run.json") as f:
            return json.load(f).get("status")
    except (OSError, ValueError):
        return None
