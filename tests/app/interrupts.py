"""One signal ends every command: each waits for a silent stdin, a FIFO or a hanging gnuplot, or computes for long.

A command of the program without a case here is a failure.
"""
import os
import re
import signal
import subprocess
import time

from trying import LONG, RILEY, environment, make, points, quietly, status_of, tell, timeless, until, write_data

ENV = environment()

# What runs the tests may ignore some (nohup), and the program leaves what is ignored alone.
for name in ("INT", "TERM", "HUP", "USR1", "USR2", "XCPU", "ALRM"):
    signal.signal(getattr(signal, "SIG" + name), signal.SIG_DFL)


def catches(pid, number):
    """Whether the process has a handler for the signal."""
    try:
        with open("/proc/%d/status" % pid) as f:
            mask = int(re.search(r"SigCgt:\s*([0-9a-f]+)", f.read()).group(1), 16)
    except (OSError, AttributeError):
        return True
    return bool(mask >> (number - 1) & 1)


def interrupted(words, number=signal.SIGTERM, before=None, wait=0.3, env=None, keep=False):
    """Start, send the signal once, and return (status or None, stderr)."""
    r, w = os.pipe()
    p = subprocess.Popen([RILEY] + words, stdin=r, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                         env=dict(ENV, **(env or {})), restore_signals=True)
    os.close(r)
    until(lambda: p.poll() is not None or catches(p.pid, signal.SIGTERM))
    if before:
        until(lambda: p.poll() is not None or before())
    time.sleep(wait)
    early = p.poll()
    if early is None:
        p.send_signal(number)
    try:
        _, err = p.communicate(timeout=LONG)
        status = p.returncode
    except subprocess.TimeoutExpired:
        status = None
        p.kill()
        _, err = p.communicate()
    os.close(w)
    return (status if early is None else "ended before the signal: %s" % early), err.decode(errors="replace")


def check(name, words, **how):
    status, err = interrupted(words, **how)
    tell(status == 130, name, "status %s\n%s" % (status, err))


def prepare():
    write_data(students=40)
    with open("sweep.ini", "w") as f:
        f.write("[sweep]\ncommand = net train points.csv\nsearch = grid\n[fixed]\nepochs = 1000000\npatience = 0\n"
                "[vary]\nlr = 0.001, 0.002\n")
    with open("gnuplot", "w") as f:
        f.write("#!/bin/sh\necho $$ >%s/gnuplot.pid\nsleep 1000 &\necho $! >%s/sleep.pid\nwait\n" % ((os.getcwd(),) * 2))
    os.chmod("gnuplot", 0o755)
    os.mkfifo("fifo")
    make("net train points.csv --name net --epochs 2",
         "kt train answers.txt --name kt --epochs 1 --hidden 4",
         "rl train catch --name rl --frames 1200 --eval-episodes 1")


def alive(file):
    try:
        with open(file) as f:
            os.kill(int(f.read()), 0)
        return True
    except (OSError, ValueError):
        return False


def logged(run, lines=2):
    return lambda: points(run) >= lines


# For each command of the program, words with which it waits or works for as long as it lets itself.
CASES = {
    "kt gen": [["--students", "3000000", "-o", "big.csv"]],
    "kt info": [["-"], ["fifo"]],
    "kt train": [["-"], ["fifo"]],
    "kt eval": [["runs/kt", "-"], ["runs/kt", "fifo"]],
    "kt predict": [["runs/kt", "-"]],
    "net train": [["-"], ["fifo"],
                  ["points.csv", "--layers", "auto-4000tanh-4000tanh-auto", "--init", "orthogonal"]],
    "net eval": [["runs/net", "-"]],
    "net predict": [["runs/net", "-"]],
    "rl games": [],
    "rl train": [["seaquest", "--frames", "1000000000"]],
    "rl watch": [["seaquest", "--frames", "1000000000", "--plain"]],
    "rl play": [],
    "rl eval": [["runs/rl", "--episodes", "1000000"]],
    "rl scores": [],
    "rl tabular": [["lake8", "--episodes", "100000000"]],
    "rl ablate": [["catch", "--frames", "1000000000"]],
    "rl drive": [["catch"]],
    "diagnose": [],
    "explain": [],
    "runs": [],
    "machine": [],
    "plot": [],
    "sweep": [["fifo"], ["sweep.ini", "--jobs", "2", "--name", "swept"]],
    "export": [],
    "watch": [["runs/to-come", "--wait", "--plain"]],
}
# These end by themselves at once, or need a terminal; plot has its own checks.
SHORT = {"rl games", "rl play", "rl scores", "diagnose", "explain", "runs", "machine", "plot", "export"}


def every_command():
    text = subprocess.run([RILEY, "--help"], stdout=subprocess.PIPE, env=ENV).stdout.decode()
    names = re.findall(r"^  riley ((?:kt |rl |net )?[a-z]+)", text, re.M)
    tell(len(names) >= 22, "the list of commands is read", names)
    for name in names:
        if name not in CASES:
            tell(False, "'%s' has a case in interrupts.py" % name)
            continue
        if not CASES[name] and name not in SHORT:
            tell(False, "'%s' has a case in interrupts.py" % name)
        for words in CASES[name]:
            check("SIGTERM ends: riley %s %s" % (name, " ".join(words)), name.split() + words)
        for words in CASES[name][:1]:
            wrong = []
            for other in ("INT", "HUP", "USR1", "USR2", "XCPU"):
                status, err = interrupted(name.split() + words, number=getattr(signal, "SIG" + other), wait=0.1)
                if status != 130:
                    wrong.append("SIG%s: status %s\n%s" % (other, status, err))
            tell(not wrong, "... as the other signals do", "\n".join(wrong))
    tell(not [f for f in os.listdir(".") if f.startswith("big.csv")], "nothing is left of a file that was not finished",
         os.listdir("."))


def every_signal():
    for name in ("INT", "TERM", "HUP", "USR1", "USR2", "XCPU", "ALRM"):
        number = getattr(signal, "SIG" + name)
        check("SIG%s ends what waits" % name, ["kt", "info", "-"], number=number)
        run = "runs/by-" + name
        check("SIG%s ends training" % name,
              ["net", "train", "points.csv", "--epochs", "1000000", "--patience", "0", "--name", "by-" + name],
              number=number, before=logged(run))
        tell(status_of(run) == "interrupted", "... which says that it was interrupted")
        tell(os.path.exists(run + "/last.safetensors"), "... and has a checkpoint")


def resumed_is_the_same():
    train = ["net", "train", "points.csv", "--epochs", "3000", "--patience", "0"]
    quietly(*(train + ["--name", "whole"]))
    status, err = interrupted(train + ["--name", "parts"], number=signal.SIGUSR1, before=logged("runs/parts", 30),
                              wait=0)
    p = quietly("net", "train", "--resume", "runs/parts")
    tell(p.returncode == 0 or "already" in p.stderr.decode(), "a run ended by SIGUSR1 is resumed", p.stderr)
    for name in ("model.safetensors",):
        with open("runs/whole/" + name, "rb") as a, open("runs/parts/" + name, "rb") as b:
            tell(a.read() == b.read(), "... to the same bits (%s)" % name, "%s %s" % (status, err))
    tell(timeless("runs/whole") == timeless("runs/parts"), "... and the same log")


def max_time():
    endless = ["net", "train", "points.csv", "--epochs", "1000000", "--patience", "0"]
    for text in ("1s", "0:00:01", "0.5s", "0h1s"):
        p = quietly(*(endless + ["--name", "limit", "--max-time", text]))
        tell(p.returncode == 130 and os.path.exists("runs/limit/last.safetensors"), "--max-time %s ends training" % text,
             "%s %s" % (p.returncode, p.stderr))
        subprocess.run(["rm", "-r", "runs/limit"])
    for name, words in (("kt train", ["answers.txt", "--epochs", "1000000", "--patience", "0"]),
                        ("rl train", ["catch", "--frames", "1000000000"]),
                        ("rl watch", ["catch", "--frames", "1000000000", "--plain"]),
                        ("rl ablate", ["catch", "--frames", "1000000000"]),
                        ("sweep", ["sweep.ini", "--jobs", "2"])):
        p = quietly(*(name.split() + words + ["--name", "limit", "--max-time", "1s"]))
        tell(p.returncode == 130 and os.path.exists("runs/limit"), "--max-time ends riley %s" % name,
             "%s %s" % (p.returncode, p.stderr))
        subprocess.run(["rm", "-r", "runs/limit"])
    with open("limits", "w") as f:
        f.write("[net train]\nepochs = 1000000\n[riley]\nmax-time = 1s\n")
    p = quietly("net", "train", "points.csv", "--patience", "0", "--name", "limit", "--config", "limits")
    tell(p.returncode == 130, "a config file sets it", "%s %s" % (p.returncode, p.stderr))
    p = quietly("net", "train", "points.csv", "--patience", "0", "--name", "limit2", RILEY_EPOCHS="1000000",
                RILEY_MAX_TIME="1s")
    tell(p.returncode == 130, "the environment sets it", "%s %s" % (p.returncode, p.stderr))
    for text in ("", "0s", "55", "1x", "-1s", "1s1m", "1:00", "1:99:00", "nan", "1e9d"):
        p = quietly("net", "train", "points.csv", "--max-time", text)
        tell(p.returncode == 2 and b"--max-time" in p.stderr, "--max-time '%s' is refused" % text, p.stderr)


def gnuplot():
    for what, number in (("a signal", signal.SIGTERM), ("Ctrl-C", signal.SIGINT)):
        status, err = interrupted(["plot", "runs/net", "-o", "p.png"], number=number,
                                  before=lambda: alive("sleep.pid"), env={"RILEY_GNUPLOT": os.getcwd() + "/gnuplot"})
        tell(status == 130, "%s ends a hanging gnuplot" % what, "status %s\n%s" % (status, err))
        tell(until(lambda: not alive("gnuplot.pid") and not alive("sleep.pid")), "... and its children")
        os.unlink("sleep.pid")
    p = quietly("plot", "runs/net", "-o", "p.png", RILEY_GNUPLOT=os.getcwd() + "/gnuplot", RILEY_GNUPLOT_SECONDS="0.5")
    tell(p.returncode == 1 and b"stopped after 0.5 seconds" in p.stderr and b".gp" in p.stderr,
         "gnuplot has a time limit", "%s %s" % (p.returncode, p.stderr))
    tell(until(lambda: not alive("gnuplot.pid") and not alive("sleep.pid")), "... after which nothing is left of it")
    with open("dies", "w") as f:
        f.write("#!/bin/sh\nkill -SEGV $$\n")
    with open("no-png", "w") as f:
        f.write("#!/bin/sh\ncat >/dev/null\necho 'line 0: unknown or ambiguous terminal type; type just' >&2\n"
                "echo 'riley: end of script, errors 1' >&2\n")
    for name in ("dies", "no-png"):
        os.chmod(name, 0o755)
    p = quietly("plot", "runs/net", "-o", "p.png", RILEY_GNUPLOT=os.getcwd() + "/dies")
    tell(p.returncode == 1 and b"was killed" in p.stderr, "a gnuplot that dies is reported", p.stderr)
    p = quietly("plot", "runs/net", "-o", "p.png", RILEY_GNUPLOT=os.getcwd() + "/no-png")
    tell(p.returncode == 4 and b"gnuplot-nox" in p.stderr and b".svg" in p.stderr,
         "a gnuplot without PNG gets a hint", "%s %s" % (p.returncode, p.stderr))


prepare()
every_command()
every_signal()
resumed_is_the_same()
max_time()
gnuplot()
