"""Terminals that close, do not read, read slowly, or become too small, under every screen and progress bar."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time

from trying import LONG, RILEY, environment, make, points, status_of, tell, until, write_data

ENV = environment(LC_ALL=os.environ.get("UTF8") or "C")
ENV.pop("NO_COLOR", None)

# What shows a run or a game: the words, and what is on the screen then.
SHOWS = (
    (["watch", "runs/net"], b"loss"),
    (["watch", "runs/net", "runs/net2"], b"loss"),
    (["watch"], b"net2"),
    (["rl", "play", "breakout"], b"you play"),
    (["rl", "play", "lake4"], b"you play"),
    (["rl", "watch", "runs/rl"], b"plays"),
)
# What learns: on a screen, and with a progress bar.
ENDLESS = {"net": ["points.csv", "--epochs", "1000000", "--patience", "0"],
           "kt": ["answers.txt", "--epochs", "1000000", "--patience", "0", "--hidden", "4"],
           "rl": ["catch", "--frames", "1000000000", "--report-every", "100"]}
SCREENS = (("net", ["net", "train", "--watch"]), ("kt", ["kt", "train", "--watch"]), ("rl", ["rl", "watch"]))
BARS = (("net", ["net", "train"]), ("kt", ["kt", "train"]), ("rl", ["rl", "train"]))


class Terminal:
    """A program on a pseudo-terminal of its own, which ignores SIGHUP, as under nohup."""

    def __init__(self, *words, term="xterm-256color", size=(24, 80)):
        self.master, self.slave = pty.openpty()
        self.resize(*size)
        self.modes = termios.tcgetattr(self.slave)
        self.text = b""
        self.p = subprocess.Popen([RILEY] + list(words), stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                  env=dict(ENV, TERM=term), start_new_session=True, preexec_fn=self.take)

    def take(self):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, most=65536, seconds=0.05):
        if select.select([self.master], [], [], seconds)[0]:
            try:
                self.text += os.read(self.master, most)
            except OSError:
                time.sleep(seconds)

    def shown(self, pattern, start=0):
        """Read until the pattern has come."""
        end = time.monotonic() + LONG
        while time.monotonic() < end and not re.search(pattern, self.text[start:]):
            if self.p.poll() is not None:
                self.read(seconds=0)
                break
            self.read()
        return bool(re.search(pattern, self.text[start:]))

    def keys(self, text):
        os.write(self.master, text)

    def full(self):
        """Whether the terminal takes nothing: waits for that."""
        def waits():
            p = select.poll()
            p.register(self.slave, select.POLLOUT)
            return not p.poll(0)
        return until(lambda: waits() or self.p.poll() is not None)

    def ended(self, reads=True):
        """The exit status; None if it has to be killed."""
        end = time.monotonic() + LONG
        while self.p.poll() is None and time.monotonic() < end:
            if reads:
                self.read()
            else:
                time.sleep(0.02)
        if self.p.poll() is None:
            self.p.kill()
            self.p.wait()
            return None
        while reads and select.select([self.master], [], [], 0.1)[0]:
            self.read(seconds=0)
        return self.p.returncode

    def restored(self):
        now = termios.tcgetattr(self.slave)
        return now[:4] == self.modes[:4]

    def close(self):
        for fd in (self.slave, self.master):
            try:
                os.close(fd)
            except OSError:
                pass

    def tail(self):
        return self.text[-1500:].decode(errors="replace")


class SlowReader(threading.Thread):
    """Reads 2,000 bytes a second."""

    def __init__(self, terminal):
        super().__init__(daemon=True)
        self.terminal = terminal
        self.on = True
        self.start()

    def run(self):
        while self.on:
            self.terminal.read(most=100, seconds=0)
            time.sleep(0.05)

    def stop(self):
        self.on = False
        self.join()


def learns_on(run, more=20):
    before = points(run)
    return until(lambda: points(run) >= before + more)


def prepare():
    write_data(students=40)
    make("net train points.csv --name net --epochs 20", "net train points.csv --name net2 --epochs 20 --seed 2",
         "rl train catch --name rl --frames 1200 --eval-episodes 1")


def learner(kind, words, name, **how):
    """A terminal with a learner that has begun, and its run."""
    t = Terminal(*(words + ENDLESS[kind] + ["--name", name]), **how)
    run = "runs/" + name
    begun = until(lambda: t.read() or points(run) > 2 or t.p.poll() is not None)
    return t, run, begun and t.p.poll() is None


def asked_to_end(t, run, what, **how):
    t.p.send_signal(signal.SIGTERM)
    status = t.ended(**how)
    tell(status == 130 and status_of(run) == "interrupted" and os.path.exists(run + "/last.safetensors"),
         "... until SIGTERM, with a checkpoint (%s)" % what, "%s %s\n%s" % (status, status_of(run), t.tail()))


def terminals_that_close():
    for words, sign in SHOWS:
        t = Terminal(*words)
        there = t.shown(sign)
        t.close()
        status = t.ended(reads=False)
        tell(there and status == 1, "riley %s ends with its terminal" % " ".join(words),
             "%s %s\n%s" % (there, status, t.tail()))
    for words, sign, keys, then in ((["watch"], b"net2", b"/n", rb"\x1b\["), (["watch"], b"net2", b"\r", b"loss"),
                                    (["watch", "runs/net"], b"loss", b"?", b"nothing is lost"),
                                    (["rl", "watch", "runs/rl"], b"plays", b" ", b"aused"),
                                    (["rl", "play", "catch"], b"you play", b".p", b"aused")):
        t = Terminal(*words)
        there = t.shown(sign)
        start = len(t.text)
        t.keys(keys)
        there = there and t.shown(then, start)
        t.close()
        status = t.ended(reads=False)
        tell(there and status == 1, "... after the keys %r too" % keys, "%s %s\n%s" % (there, status, t.tail()))
    for kind, words in SCREENS + BARS:
        what = " ".join(words)
        t, run, begun = learner(kind, words, "closed-" + what.replace(" ", ""))
        t.close()
        tell(begun and learns_on(run), "riley %s goes on without its terminal" % what, t.tail())
        asked_to_end(t, run, what, reads=False)
    for words in (["net", "train", "--watch", "points.csv", "--epochs", "400", "--patience", "0"],
                  ["rl", "watch", "catch", "--frames", "4000", "--eval-episodes", "1"]):
        t = Terminal(*(words + ["--name", "whole-" + words[0]]))
        t.shown(rb"\x1b\[\?1049h")
        t.close()
        status, run = t.ended(reads=False), "runs/whole-" + words[0]
        tell(status == 0 and status_of(run) == "done" and os.path.exists(run + "/report.txt"),
             "... to its end, and has its results (%s)" % words[0], "%s %s" % (status, status_of(run)))


def terminals_that_do_not_read():
    for kind, words in SCREENS + BARS:
        what = " ".join(words)
        for how in ("stopped by Ctrl-S", "not reading"):
            t, run, begun = learner(kind, words, ("%s-%s" % (how, what)).replace(" ", ""))
            if how == "stopped by Ctrl-S":
                t.keys(b"\x13")
            full = t.full()
            tell(begun and full and learns_on(run), "riley %s learns on, %s" % (what, how),
                 "%s %s\n%s" % (begun, full, t.tail()))
            screen = (kind, words) in SCREENS
            if screen and kind == "rl":
                t.keys(b"q")
                tell(t.ended(reads=False) == 0, "... and obeys q", t.tail())
                tell(t.restored(), "... leaving the modes as they were")
            else:
                if screen:
                    t.keys(b"q")
                    tell(until(t.restored), "... and obeys q")
                    tell(learns_on(run), "... and still learns")
                asked_to_end(t, run, what, reads=False)
            t.close()


def terminals_that_read_slowly():
    for kind, words in SCREENS:
        what = " ".join(words)
        t, run, begun = learner(kind, words, "slow-" + what.replace(" ", ""), size=(60, 200))
        slow = SlowReader(t)
        tell(begun and t.full() and learns_on(run), "riley %s learns on at 2 kB/s" % what, t.tail())
        t.keys(b"q")
        if kind == "rl":
            status = t.ended(reads=False)
            slow.stop()
            t.ended()
            tell(status == 0 and b"resume with" in t.text, "... and obeys q", "%s\n%s" % (status, t.tail()))
        else:
            tell(until(t.restored), "... and obeys q")
            asked_to_end(t, run, what, reads=False)
            slow.stop()
        t.close()
    for words, sign in SHOWS:
        what = " ".join(words)
        t = Terminal(*words)
        there = t.shown(sign)
        t.keys(b"\x13")
        t.full()
        t.keys(b"q")
        tell(there and t.ended(reads=False) == 0 and t.restored(), "riley %s obeys q after Ctrl-S" % what, t.tail())
        t.close()
        t = Terminal(*words)
        there = t.shown(sign)
        t.keys(b"\x13")
        t.full()
        t.p.send_signal(signal.SIGTERM)
        tell(there and t.ended(reads=False) == 130 and t.restored(), "... and SIGTERM", t.tail())
        t.close()


def ctrl_s_and_q():
    """What was missed is drawn when the terminal reads again."""
    t, run, begun = learner("rl", ["rl", "watch"], "on-and-off")
    t.keys(b"\x13")
    tell(begun and t.full() and learns_on(run), "a screen stopped by Ctrl-S")
    t.keys(b"?")
    start = len(t.text)
    t.keys(b"\x11")
    tell(t.shown(rb"nothing is lost", start), "... shows what was missed after Ctrl-Q", t.tail())
    t.keys(b"q")
    tell(t.ended() == 0 and b"\x1b[?1049l" in t.text, "... and ends as usual", t.tail())
    t.close()


def terminals_that_shrink():
    for kind, words, sign in ([(None, w, s) for w, s in SHOWS] +
                              [(k, w, s) for (k, w), s in zip(SCREENS, (b"loss", b"loss", b"catch"))]):
        t = Terminal(*(words + (ENDLESS[kind] + ["--name", "sizes-" + kind] if kind else [])))
        there = t.shown(sign)
        for rows, columns in ((1, 1), (1, 200), (100, 1), (2, 3), (12, 40), (1, 1)):
            start = len(t.text)
            t.resize(rows, columns)
            there = there and t.shown(rb"\x1b\[", start)
        start = len(t.text)
        t.resize(24, 80)
        there = there and t.shown(sign, start)
        tell(there, "riley %s shrinks to one cell and grows again" % " ".join(words), t.tail())
        t.keys(b"q")
        if kind in ("net", "kt"):
            until(lambda: t.read() or t.restored())
            t.p.send_signal(signal.SIGTERM)
        status = t.ended()
        tell(status == (130 if kind in ("net", "kt") else 0), "... and ends", "%s\n%s" % (status, t.tail()))
        t.close()


def terminals_that_cannot_draw():
    for term in ("no-such-terminal", "dumb", "", "unknown", "vt52"):
        t = Terminal("net", "train", "points.csv", "--epochs", "30", "--name", "plain-" + (term or "none"), term=term)
        status = t.ended()
        tell(status == 0 and b"\x1b" not in t.text and b"epoch" in t.text, "TERM='%s': a bar gives plain lines" % term,
             "%s\n%s" % (status, t.tail()))
        t.close()
        t = Terminal("watch", "runs/net", term=term)
        status = t.ended()
        tell(status == 0 and b"\x1b" not in t.text and b"loss" in t.text, "... and so does a screen",
             "%s\n%s" % (status, t.tail()))
        t.close()
        t = Terminal("rl", "play", "catch", term=term)
        status = t.ended()
        tell(status == 2 and b"\x1b" not in t.text, "... and a game says why not", "%s\n%s" % (status, t.tail()))
        t.close()
        t = Terminal("rl", "train", "--help", term=term)
        status = t.ended()
        tell(status == 0 and b"\x1b" not in t.text and b"--resume" in t.text, "... and help needs no pager",
             "%s\n%s" % (status, t.tail()))
        t.close()
    t = Terminal("net", "train", "points.csv", "--epochs", "30", "--name", "no-colours", term="vt100")
    tell(t.ended() == 0 and not re.search(rb"\x1b\[[0-9;]*m", t.text), "a terminal without colours gets none", t.tail())
    t.close()


def screens_of_what_has_ended():
    """A screen that is left by a signal after its training has ended has lost nothing: status 0."""
    for kind, words in (("net", "net train --watch points.csv --epochs 5"),
                        ("kt", "kt train --watch answers.txt --epochs 2 --hidden 4"),
                        ("rl", "rl watch catch --frames 600 --eval-episodes 1 --speed 2000")):
        for name in ("INT", "TERM", "USR1"):
            run = "ended-%s-%s" % (kind, name)
            t = Terminal(*(words.split() + ["--name", run]))
            until(lambda: t.read() or t.p.poll() is not None or status_of("runs/" + run) == "done")
            # A game goes on; of the other screens the last line tells.
            there = t.shown(rb"\x1b\[", len(t.text)) if kind == "rl" else t.shown(rb"has ended: press q")
            t.p.send_signal(getattr(signal, "SIG" + name))
            status = t.ended()
            tell(there and status == 0 and t.restored() and status_of("runs/" + run) == "done",
                 "SIG%s on the screen of a %s run that has ended: status 0" % (name, kind),
                 "%s %s %s\n%s" % (there, status, status_of("runs/" + run), t.tail()))
            t.close()


prepare()
terminals_that_close()
terminals_that_do_not_read()
terminals_that_read_slowly()
ctrl_s_and_q()
terminals_that_shrink()
terminals_that_cannot_draw()
screens_of_what_has_ended()
