#!/bin/sh
# diagnose.sh - riley diagnose on run directories that are made here, on runs that are trained, and its self-test.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

RILEY_GNUPLOT=/nonexistent TMPDIR=$tmp
export RILEY_GNUPLOT TMPDIR
cd "$tmp" || exit 99

# make_run NAME VALID: twenty epochs; training comes to rest, and VALID is awk for validation's loss in epoch e.
make_run() {
	mkdir -p "runs/$1"
	echo '{"kind": "net", "status": "done", "data": {"classes": 2, "training_rows": 2000, "validation_rows": 900}, "options": {"shuffle": "yes"}}' >"runs/$1/run.json"
	awk "BEGIN { for (e = 1; e <= 20; e++) { train = $3; valid = $2;
		printf \"{\\\"kind\\\": \\\"point\\\", \\\"step\\\": %d, \\\"epoch\\\": %d, \\\"train_loss\\\": %.5f, \\\"valid_loss\\\": %.5f, \\\"train_accuracy\\\": 0.9, \\\"valid_accuracy\\\": 0.9, \\\"lr\\\": 0.01}\\n\", e * 100, e, train, valid } }" >"runs/$1/metrics.jsonl"
}
make_run sound 'train + 0.01' '0.2 + 0.4 * exp(-e / 2)'
make_run overfit '0.3 + 0.3 * exp(-e / 2) + 0.03 * e' '0.6 * exp(-e / 8)'
mkdir -p runs/young notarun
echo '{"kind": "kt", "status": "running"}' >runs/young/run.json

check "a sound run: status 0" gives 0 "$riley" diagnose runs/sound
check "... and nothing wrong" says out "Verdict: no problems found"
check "... and what an old log does not tell" says out "Not judged:"
check "overfitting: status 1" gives 1 "$riley" diagnose runs/overfit
check "... on stdout, with evidence" says out "Evidence: validation loss rose from"
check "... with advice" says out "Try: "
check "... and in a sentence on stderr" says err "runs/overfit: overfitting"
check "--json: status 1 too" gives 1 "$riley" diagnose runs/overfit --json
check "... one object with the verdict" says out '"verdict": "overfitting"'
check "... and the severity" says out '"severity": "serious"'
check "--json of a sound run" gives 0 "$riley" diagnose runs/sound --json
check "... is healthy" says out '"verdict": "healthy"'
check "several runs: status 1 when one is ill" gives 1 "$riley" diagnose runs/sound runs/overfit
check "... said which" says err "runs/overfit: overfitting"
check "... --json is an array" gives 1 "$riley" diagnose runs/sound runs/overfit --json
check "... of both" says out '"run": "runs/sound"'
check "a run that has not logged: status 0" gives 0 "$riley" diagnose runs/young
check "... is too young" says out "too early to say: 0 points"
echo '{"kind": "point", "step": 2100, "epoch": 21, "train_' >>runs/sound/metrics.jsonl
check "a half-written last line" gives 0 "$riley" diagnose runs/sound
check "no run: status 2" gives 2 "$riley" diagnose
check "not a run: status 3" gives 3 "$riley" diagnose notarun
check "... is said" says err "notarun: not a run"
check "--selftest with a run: status 2" gives 2 "$riley" diagnose --selftest runs/sound

check "net train" gives 0 "$riley" net train gen:moons --epochs 5 --name moons -q
check "... has the verdict in its report" grep -q "^Verdict: " runs/moons/report.txt
check "rl train" gives 0 "$riley" rl train catch --frames 3000 --report-every 500 --eval-episodes 1 --name catch -q
check "... has the verdict in its report" grep -q "^Verdict: " runs/catch/report.txt
check "kt gen" gives 0 "$riley" kt gen students.csv --students 60 --exercises 10 -q
check "kt train" gives 0 "$riley" kt train students.csv --hidden 8 --epochs 3 --name kt -q
check "... has the verdict in its report" grep -q "^Verdict: " runs/kt/report.txt

learns() { set -- "$tmp"/riley-selftest-*/*; [ -e "$1" ]; }
stopped() {
	"$riley" diagnose --selftest -q >out 2>err &
	pid=$!
	await_from "$pid" learns || return 1
	kill "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" = 130 ] || { echo "status $status"; return 1; }
	set -- "$tmp"/riley-selftest-*
	[ ! -e "$1" ] || { echo "left behind: $*"; return 1; }
}
check "a self-test that is stopped: status 130, nothing left behind" stopped

if [ -n "$SANITIZE" ]; then
	skip "the self-test passes" "training takes too long under the sanitizers"
	finish
fi
check "the self-test passes" gives 0 "$riley" diagnose --selftest -q --json
check "... accuses no healthy run" says out '"healthy_accused": 0'
none_left() { set -- "$tmp"/riley-selftest-*; [ ! -e "$1" ]; }
check "... and leaves nothing behind" none_left
finish
