"""Kills, signals, failing system calls and failing allocations in commands of every kind.

A command that is disturbed ends with a sentence and a documented status, or as if nothing had been.  It never hangs and
leaves no temporary file.  A run that was disturbed is resumed and ends with the bits of one that was not.

    torture.py walk              memory and calls, a few in each command; every call in a run's beginning (for make check)
    torture.py SECONDS SEED      random cases, until the time is over
    torture.py CASE              one case again, as it was printed

Prints lines "ok - NAME" and "not ok - NAME".  Needs RILEY, and in FAILING the library of tests/support/failing.c.
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import time

from trying import LONG, RILEY, environment, make, tell, timeless, write_data

FAILING = os.environ["FAILING"]
ENV = environment(LD_PRELOAD=FAILING)

# Training of each kind, in runs/new; what is disturbed, resumed and compared.
TRAINING = {
    "net": "net train points.csv --epochs 40 --layers auto-6relu-auto --dropout 0.2 --patience 0 --name new -q",
    "net-number": "net train numbers.csv --epochs 30 --optimizer rmsprop-centred --momentum 0.5 --name new -q",
    "kt": "kt train answers.txt --epochs 12 --hidden 4 --window 3 --dropout 0.2 --patience 0 --name new -q",
    "kt-gru": "kt train answers.txt --epochs 8 --hidden 3 --model gru --optimizer adagrad --name new -q",
    "rl": "rl train catch --frames 1500 --hidden 4 --batch 8 --start 50 --eval-episodes 1 --n-step 3 --priority 0.6 "
          "--replay 300 --name new -q",
    "rl-eyes": "rl train eyes --frames 200 --hidden 4 --batch 8 --start 50 --eval-episodes 1 --name new -q",
}
# Other commands, on runs made before.  (Not riley machine: the terminal library, which it asks, dies without memory.)
COMMANDS = [
    "net train --resume runs/net --epochs 4 -q",
    "net eval runs/net points.csv -q",
    "net predict runs/net points.csv -o out.csv",
    "kt gen --students 20 --exercises 5 -o made.csv -q",
    "kt info answers.txt --json",
    "kt train --resume runs/kt --epochs 3 -q",
    "kt eval runs/kt answers.txt -q --json",
    "kt predict runs/kt answers.txt -o out.csv",
    "rl train --resume runs/rl --frames 400 -q",
    "rl eval runs/rl --episodes 2 -q",
    "rl watch catch --frames 100 --every 50 --size 80x24",
    "rl games breakout",
    "rl tabular lake4 --episodes 20 -q",
    "diagnose runs/net",
    "watch runs/kt --plain",
    "watch runs/net --frames 1 --size 80x24",
    "plot runs/net --text",
    "export runs/net --csv -o out.csv",
    "export runs/net --npz -o out.npz",
    "export runs/net",
    "sweep sweep.ini --dry-run",
    "sweep sweep.ini --jobs 1 --name new -q",
    "explain AUC",
]
CALLS = ("memory", "write", "sync", "open", "read", "rename", "folder", "stat")
SIGNALS = ("INT", "TERM", "HUP", "USR1", "USR2", "XCPU")


# ---- running ----

class Ended:
    """How a command ended: its status (None: it had to be killed), output and messages."""

    def __init__(self, words, env=None, send=None, after=0.0):
        """Start, and after so many seconds send a signal, if it is still there."""
        p = subprocess.Popen([RILEY] + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=dict(ENV, **(env or {})))
        try:
            if send:
                time.sleep(after)
                p.send_signal(send)
            out, err = p.communicate(timeout=LONG)
            self.status = p.returncode
        except subprocess.TimeoutExpired:
            p.kill()
            out, err = p.communicate()
            self.status = None
        self.out, self.err = out.decode(errors="replace"), err.decode(errors="replace")

    def __str__(self):
        return "status %s\n%s" % (self.status, self.err)


def disturbance(call, n, on=False, number=0):
    return {"FAIL_CALL": call, "FAIL_AT": str(n), "FAIL_ON": str(int(on)),
            "FAIL_SIGNAL": str(number)}


def in_copy(folder, work):
    """What `work` returns in a fresh copy of the folder."""
    shutil.rmtree("now", ignore_errors=True)
    shutil.copytree(folder, "now")
    os.chdir("now")
    try:
        return work()
    finally:
        os.chdir("..")


def prepare():
    """The folder "data", the folder "before" with runs as well, and the undisturbed run of each kind."""
    os.mkdir("data")
    write_data("data", rows=30, students=12)
    with open("data/numbers.csv", "w") as f:
        f.write("x,y\n" + "".join("%d,%g\n" % (i, i * i % 11 + i / 7) for i in range(30)))
    with open("data/sweep.ini", "w") as f:
        f.write("[sweep]\ncommand = net train points.csv\nsearch = grid\n[fixed]\nepochs = 1\n[vary]\nlr = 0.01\n")
    shutil.copytree("data", "before")
    os.chdir("before")
    make("net train points.csv --epochs 2 --name net -q",
         "kt train answers.txt --epochs 2 --hidden 3 --name kt -q",
         "rl train catch --frames 200 --hidden 4 --batch 8 --start 50 --eval-episodes 1 --name rl -q",
         LD_PRELOAD=FAILING)
    os.chdir("..")
    for kind, words in TRAINING.items():
        begin = time.monotonic()
        in_copy("data", lambda words=words: make(words, LD_PRELOAD=FAILING))
        seconds[kind] = time.monotonic() - begin
        os.rename("now", "whole-" + kind)


seconds = {}        # that the undisturbed run of each kind takes
normal = {}         # how each command ends, and how many calls of each kind it makes


def usual(folder, words):
    """How the command ends undisturbed; `calls` of that tells how many there are of each kind."""
    def work():
        ended = Ended(words.split(), {"FAIL_COUNT": "count"})
        with open("count") as f:
            ended.calls = {kind: int(n) for kind, n in (line.split() for line in f)}
        return ended

    if words not in normal:
        normal[words] = in_copy(folder, work)
    return normal[words]


# ---- judging ----

def left_over():
    for folder, _, files in os.walk("."):
        for f in files:
            if ".tmp" in f:
                return "left behind: %s/%s" % (folder, f)
    return None


def mistake(call, undisturbed, ended):
    """What is wrong with how a command ended in which a call failed; None: nothing."""
    said = [line for line in ended.err.splitlines() if line.startswith("riley: ") and len(line) > 15]
    if ended.status is None:
        return "it did not end"
    if ended.status < 0:
        return "it was killed by signal %d" % -ended.status
    if ended.status == undisturbed.status:
        return None
    if ended.status not in ((1,) if call == "memory" else (1, 3, 4)):
        return "an unexpected status"
    if not said:
        return "no sentence"
    if call == "memory" and "memory" not in ended.err:
        return "it does not say that memory was short"
    return None


def difference(kind):
    """What is not in runs/new as in the undisturbed run; None: nothing."""
    whole = "../whole-%s/runs/new" % kind
    for name in ("model.safetensors", "last.safetensors"):
        with open(whole + "/" + name, "rb") as a, open("runs/new/" + name, "rb") as b:
            if a.read() != b.read():
                return "another %s than that of the undisturbed run" % name
    return None if timeless(whole) == timeless("runs/new") else "another log than that of the undisturbed run"


def resumed(kind):
    """Resume what there is of runs/new; what is wrong then."""
    if not os.path.exists("runs/new"):
        return None
    if not os.path.exists("runs/new/run.json"):
        if os.path.exists("runs/new/last.safetensors") or os.path.exists("runs/new/model.safetensors"):
            return "a run without run.json"
        ended = Ended(TRAINING[kind].split())           # killed before it began: the name is free
    else:
        ended = Ended([TRAINING[kind].split()[0], "train", "--resume", "runs/new", "-q"])
    if ended.status != 0 and "nothing left to train" not in ended.err and "already" not in ended.err:
        return "it was not resumed: %s" % ended
    return left_over() or difference(kind)


# ---- cases; each returns what is wrong, or None ----

def call_case(call, n, on, words):
    """A call fails in a command that is not resumed."""
    env = disturbance(call, int(n), on == "on")
    undisturbed = usual("before", words)
    return in_copy("before", lambda: wrong_with(call, undisturbed, Ended(words.split(), env)))


def wrong_with(call, undisturbed, ended):
    wrong = mistake(call, undisturbed, ended) or left_over()
    return "%s; %s" % (wrong, ended) if wrong else None


def stays(call, ended):
    """Whether a run without a checkpoint is left rightly: it can't be known whose it is, and that is said."""
    return call == "stat" and "nothing was saved, and the folder runs/new stays" in ended.err


def fail_case(kind, call, n, on):
    """A call fails in training."""
    undisturbed = usual("data", TRAINING[kind])
    env = disturbance(call, int(n), on == "on")

    def work():
        ended = Ended(TRAINING[kind].split(), env)
        wrong = mistake(call, undisturbed, ended) or left_over()
        if not wrong and ended.status == 1 and os.path.exists("runs/new/run.json") and \
                not os.path.exists("runs/new/last.safetensors") and not stays(call, ended):
            wrong = "a run without a checkpoint"
        wrong = wrong or resumed(kind)
        return "%s; %s" % (wrong, ended) if wrong else None

    return in_copy("data", work)


def signal_at(kind, name, call, n):
    """A signal before the n-th call of that kind."""
    number = getattr(signal, "SIG" + name)
    return signalled(kind, name, disturbance(call, int(n), number=number), None, 0)


def signal_after(kind, name, share):
    """A signal after that share of the time of an undisturbed run."""
    return signalled(kind, name, None, getattr(signal, "SIG" + name), float(share) * seconds[kind])


def signalled(kind, name, env, send, after):
    def work():
        ended = Ended(TRAINING[kind].split(), env, send, after)
        early = ended.status == -getattr(signal, "SIG" + name)   # before the program had its handlers
        wrong = None if ended.status in (0, 130) or early else "an unexpected status"
        if name != "KILL":
            wrong = wrong or left_over()
        wrong = wrong or resumed(kind)
        return "%s; %s" % (wrong, ended) if wrong else None

    return in_copy("data", work)


CASES = {"call": call_case, "fail": fail_case, "at": signal_at, "after": signal_after}


def try_case(case):
    kind, *words = case.split(":")
    try:
        return CASES[kind](*words)
    except (OSError, ValueError) as e:
        return "%s: %s" % (type(e).__name__, e)


def how_long(rng, words):
    """One call fails, or all from it on; what watches waits for better times, and would for ever."""
    return "alone" if "watch " in words else rng.choice(("alone", "on"))


def random_case(rng):
    sort = rng.choice(("call", "fail", "fail", "at", "at", "after", "after"))
    kind, call = rng.choice(sorted(TRAINING)), rng.choice(CALLS + ("memory", "write"))
    name = rng.choice(SIGNALS + ("KILL",) * 4)
    if sort == "after":
        return "after:%s:%s:%.4f" % (kind, name, rng.uniform(0, 1.1))
    words = rng.choice(COMMANDS) if sort == "call" else TRAINING[kind]
    n = usual("before" if sort == "call" else "data", words).calls[call]
    if not n:
        return random_case(rng)
    # The beginning, where most differs, as often as all the rest.
    n = rng.randint(1, n if rng.random() < 0.5 else min(n, 3000))
    if sort == "at":
        return "at:%s:%s:%s:%d" % (kind, name, call, n)
    if sort == "fail":
        return "fail:%s:%s:%d:%s" % (kind, call, n, rng.choice(("alone", "on")))
    return "call:%s:%d:%s:%s" % (call, n, how_long(rng, words), words)


def campaign(budget, seed):
    rng, tried, bad = random.Random(seed), 0, 0
    end = time.monotonic() + budget
    while time.monotonic() < end:
        case = random_case(rng)
        wrong = try_case(case)
        tried += 1
        if wrong:
            bad += 1
            tell(False, case, wrong + "\nrepeat with: make torture TORTURE_CASE='%s'" % case)
    tell(not bad and tried, "torture: %d cases, seed %d" % (tried, seed), "%d failed" % bad)


def walk():
    """In each command a few calls of each kind fail, always the same."""
    for words in COMMANDS + sorted(TRAINING.values()):
        folder = "before" if words in COMMANDS else "data"
        rng, bad, tried = random.Random(words), [], 0
        writes = " train" in words or " -o " in words or words.startswith(("sweep", "export"))
        for call in CALLS if writes else ("memory", "read"):
            n = usual(folder, words).calls[call]
            for k in sorted(rng.sample(range(1, n + 1), min(n, 4 if call == "memory" else 1))):
                case = "call:%s:%d:%s:%s" % (call, k, how_long(rng, words), words)
                wrong = try_case(case)
                tried += 1
                if wrong:
                    bad.append("%s: %s" % (case, wrong))
        tell(not bad, "%d calls fail: riley %s" % (tried, words), "\n".join(bad))


# Calls of each kind until the first checkpoint and the first model are in place, and some more.
BEGINNING = {"write": 50, "stat": 20, "rename": 5}


def walk_beginnings():
    """In the first moments of a training run the disk is full, or can't be read any more, from each call on."""
    for kind in ("net", "kt", "rl"):
        for call, n in BEGINNING.items():
            cases = ["fail:%s:%s:%d:on" % (kind, call, k) for k in range(1, n + 1)]
            bad = ["%s: %s" % (case, wrong) for case, wrong in ((case, try_case(case)) for case in cases) if wrong]
            tell(not bad, "each %s of the first %d fails in %s train, and all after it" % (call, n, kind), "\n".join(bad))


def walk_refusal(words="export runs/net", n=60):
    """A command that has nothing to do but to refuse says so, whichever of its first allocations fails."""
    cases = ["call:memory:%d:%s:%s" % (k, how, words) for k in range(1, n + 1) for how in ("alone", "on")]
    bad = ["%s: %s" % (case, wrong) for case, wrong in ((case, try_case(case)) for case in cases) if wrong]
    tell(not bad, "each of the first %d allocations fails: riley %s" % (n, words), "\n".join(bad))


if __name__ == "__main__":
    prepare()
    if sys.argv[1:] == ["walk"]:
        walk()
        walk_refusal()
        walk_beginnings()
    elif len(sys.argv) == 3:
        campaign(float(sys.argv[1]), int(sys.argv[2]))
    else:
        wrong = try_case(sys.argv[1])
        tell(not wrong, sys.argv[1], wrong)
