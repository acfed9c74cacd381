#!/bin/sh
# old_runs.sh - runs of an earlier version (tests/golden/old_runs) are still evaluated, resumed, drawn, diagnosed and
# exported, with the scores of the version that wrote them.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
old=$srcdir/tests/golden/old_runs
cd "$tmp" || exit 99

# Checkpoints hold the numbers of the build that wrote them.
if ! "$riley" doctor 2>&1 | grep -q 'numbers are float'; then
	skip "runs of an earlier version" "they are of single precision, and this build is not"
	finish
fi
command -v python3 >/dev/null || { skip "runs of an earlier version" "python3 is not here"; finish; }

cp -R "$old" runs && chmod -R u+w runs && cp "$old"/*.csv "$old"/students_info.txt . || exit 99

# near FILE KEY=VALUE...: whether the object in FILE has these numbers, but for what another processor may change.
near() {
	python3 - "$@" <<-'END'
		import json, sys
		found = json.load(open(sys.argv[1]))
		bad = 0
		for word in sys.argv[2:]:
		    key, value = word.split("=")
		    wanted, got = float(value), found.get(key)
		    if got is None or abs(got - wanted) > 0.02 * max(1, abs(wanted)):
		        bad = 1
		        print("%s is %s, expected %s" % (key, got, value))
		sys.exit(bad)
	END
}
printf '{"auc": 0.75, "frames": 2000}\n' >object
check "a score that is off is noticed" eval '! near object auc=0.71 && near object auc=0.751 frames=2000'
check "a score that is missing is noticed" eval '! near object log_loss=0.5'

# What a command of each kind needs besides the run.
data_of() { case $1 in kt-*) echo students.csv ;; net-*) echo iris.csv ;; esac; }
more_of() { case $1 in rl-*) echo "--episodes 20" ;; esac; }
evaluate() {
	# shellcheck disable=SC2046 # words
	gives 0 "$riley" "${1%%-*}" eval "runs/$1" $(data_of "$1") $(more_of "$1") --json -q
}
resume() { gives 0 "$riley" "${1%%-*}" train --resume "runs/$1" "--${2%=*}" "${2#*=}" --json -q; }
verdict() { "$riley" diagnose "runs/$1" >"$tmp/out" 2>"$tmp/err"; [ $? -le 1 ] && [ -s "$tmp/out" ]; }
drawn() { gives 0 "$riley" plot "runs/$1" -o "$1.svg" && test -s "$1.svg"; }

grep -v '^#' "$old/expected.txt" >expected
while read -r run more first second third fourth; do
	case $run in rl-*) evaluated=$first; resumed="$second $third" ;; *) evaluated="$first $second"; \
		resumed="$third $fourth" ;; esac
	check "$run: diagnosed" verdict "$run"
	check "$run: lines for a pipe" gives 0 "$riley" watch "runs/$run" --plain
	check "$run: exported" gives 0 "$riley" export "runs/$run" --csv -o "$run.csv"
	if command -v gnuplot >/dev/null; then check "$run: drawn" drawn "$run"; else skip "$run: drawn" \
		"no gnuplot"; fi
	check "$run: evaluated" evaluate "$run"
	# shellcheck disable=SC2086 # words
	check "... with the scores of then" near out $evaluated
	check "$run: resumed" resume "$run" "$more"
	# shellcheck disable=SC2086 # words
	check "... with the scores of then" near out $resumed
done <expected
check "all of them were tried" test "$(lines_in expected)" -eq "$(find "$old" -name run.json | wc -l)"

finish
