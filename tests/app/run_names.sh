#!/bin/sh
# run_names.sh - runs given by name: names of none, patterns that no shell has expanded, with every command that takes runs.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
. "$srcdir/tests/support/watch_runs.sh"
cd "$tmp" || exit 99

kt_run runs/quickstart 12 3 0.002
kt_run runs/lstm-s1 12 3 0.002
kt_run runs/lstm-s2 12 4 0.002
kt_run runs/sweep/t1 12 5 0.002
kt_run runs/nothere.d/t2 12 5 0.002
mkdir runs/lstm-s9 elsewhere
: >students.csv

# unknown WORDS...: a command that gets the name NAME, which is no run's.
unknown() {
	NAME=$1
	shift
	gives 3 "$riley" "$@" || return 1
	grep "^riley: there is no run '$NAME'; $wanted" err >/dev/null || { cat err; return 1; }
}
for how in "plot NAME" "plot lstm-s1 NAME" "export NAME" "diagnose NAME" "watch NAME" "runs NAME" "runs compare NAME lstm-s1" \
	"runs compare lstm-s1 NAME" "net eval NAME" "net predict NAME iris" "kt eval NAME students.csv" "kt predict NAME students.csv" \
	"rl eval NAME" "rl scores NAME" "kt train --resume NAME" "net train --resume NAME" "rl train --resume NAME" \
	"rl ablate --resume NAME"; do
	# shellcheck disable=SC2086 # words
	words() { echo "$how" | sed "s|NAME|$1|"; }
	# shellcheck disable=SC2046 # words
	for typed in quikstart Quickstart quick; do
		wanted="did you mean 'quickstart'?"
		check "$how: $typed is nearly quickstart" unknown $typed $(words $typed)
	done
	wanted="did you mean 'runs/quickstart'?"
	# shellcheck disable=SC2046 # words
	check "$how: also below runs/" unknown runs/quikstart $(words runs/quikstart)
	wanted="'riley runs' lists them"
	# shellcheck disable=SC2046 # words
	check "$how: nothing is near" unknown nosuchrun $(words nosuchrun)
	# shellcheck disable=SC2046 # words
	check "$how: nothing is near to a letter" unknown q $(words q)
done
check "a game that is none, or a run" gives 2 "$riley" rl watch quikstart
check "... the run is suggested" says err "neither a game nor a run 'quikstart'; did you mean 'quickstart'?"
check "a model file that is none is no run" gives 3 "$riley" net eval none.safetensors
check "... and is called a file" says err 'none.safetensors: expected a run or a model file'
check "before there are any runs" sh -c 'cd elsewhere && "$0" plot quickstart 2>err; [ $? -eq 3 ] && grep -q "no run .quickstart.; .riley runs. lists them" err' "$riley"

# ---- patterns ----

drawn() { gives 0 "$riley" "$@" --json && tr -d ' \n' <out | grep -F "$wanted" >/dev/null || { cat out err; return 1; }; }
wanted='"runs":["runs/lstm-s1","runs/lstm-s2"]'
check "a pattern of names" drawn plot 'lstm-s*' --text
check "... of one character" drawn plot 'lstm-s?' --text
check "... of several" drawn plot 'lstm-s[12]' --text
check "... below runs/" drawn plot 'runs/lstm-*' --text
check "... a pattern and a name" drawn plot 'lstm-s1*' lstm-s2 --text
check "... is enough to compare" gives 0 "$riley" runs compare 'lstm-s*'
check "... to list" sh -c '[ "$("$0" runs "lstm-s*" | wc -l)" -eq 3 ]' "$riley"
check "... to watch" gives 0 "$riley" watch 'lstm-s*' --size 80x24
check "... to diagnose" gives 1 "$riley" diagnose 'quick*' -q
check "... of one run, where one is expected" gives 3 "$riley" kt train --resume 'quick*'
check "... it is that run, whose data are empty here" says err "riley: students.csv:1: "
check "... of several, where one is expected" gives 3 "$riley" kt train --resume 'lstm-s*'
check "... says so" says err 'lstm-s* matches 2 runs: expected one'
check "... that nothing matches" gives 3 "$riley" plot 'gru-s*'
check "... says so" says err "there is no run 'gru-s*'; 'riley runs' lists them"
cp -r runs/lstm-s1 'runs/a[1]'
check "a run whose name looks like a pattern" gives 0 "$riley" plot 'a[1]' --text
check "a name as riley runs shows it, with its folder" gives 0 "$riley" plot sweep/t1 --text

# ---- killed before anything was saved ----

for what in "kt train" "net train" "rl train" "rl watch"; do
	rm -rf runs/killed && mkdir runs/killed && : >runs/killed/lock
	# shellcheck disable=SC2086 # words
	check "$what: a run of which nothing was saved" gives 3 "$riley" $what --resume killed
	check "... can be begun again" says err 'riley: runs/killed: nothing was saved yet, so there is nothing to resume; repeat'
	check "... is left as it was" test "$(ls runs/killed)" = lock
done
check "... as it says" gives 0 "$riley" net train iris --epochs 1 --name killed -q
rm runs/killed/run.json
check "a run that has lost its run.json" gives 3 "$riley" net train --resume killed
check "... is another matter" says err 'runs/killed: not a run: there is no run.json'

finish
