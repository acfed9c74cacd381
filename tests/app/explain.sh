#!/bin/sh
# explain.sh - riley explain: each term on one screen, words that nearly fit, and every name that training logs.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99

check "the list, by theme" gives 0 "$riley" explain
check "... has the terms" says out "AUC, mean exercise AUC"
check "a term" gives 0 "$riley" explain auc
check "... with its formula" says out "  AUC = (pairs in the right order"
check "... what to read next" says out "See: ROC"
check "several words are one term" gives 0 "$riley" explain replay buffer
check "... that is found" says out "The memory of past transitions"
check "what newcomers ask for" gives 0 "$riley" explain neural network
check "... too" gives 0 "$riley" explain reinforcement learning
check "several terms" gives 0 "$riley" explain auc nat
check "... one after the other" says out "With base-2 logarithms"
check "a misspelt term: status 2" gives 2 "$riley" explain lerning rate
check "... and the nearest" says err "did you mean 'learning rate'?"
check "no word at all: status 2" gives 2 "$riley" explain qwertyuiop
check "an option that is no term" gives 0 "$riley" explain header
check "... of each command that has it" says out "net train --header auto|yes|no"
check "a command" gives 0 "$riley" explain kt train
check "... in its words" says out "The command kt train:"
check "--json" gives 0 "$riley" explain auc --json
check "... names the theme" says out '"theme": "scores"'
check "... of a list" gives 0 "$riley" explain --json
sed -n 's/^ *"term": "\(.*\)",$/\1/p' out >terms
check "... has all terms" test "$(wc -l <terms)" -gt 100

# A screen of 80x24 has room for the prompt, too.
too_large() {
	while read -r term; do
		"$riley" explain "$term" >page || echo "$term: status $?"
		[ "$(wc -l <page)" -le 23 ] || echo "$term: $(wc -l <page) lines"
		awk -v term="$term" 'length($0) > 80 { print term ": too wide: " $0 }' page
	done <terms
}
fits() { too_large >misfits; cat misfits; test ! -s misfits; }
check "each term fits on a screen" fits

# ---- what training logs and prints ----

"$riley" kt gen s.csv --students 60 --exercises 6 >/dev/null 2>&1
"$riley" kt train s.csv --epochs 2 --hidden 8 --name kt --json >kt.json 2>/dev/null
"$riley" net train iris --epochs 2 --name net --json >net.json 2>/dev/null
"$riley" rl train catch --frames 1200 --name rl --json >rl.json 2>/dev/null
check "three runs" test -s kt.json -a -s net.json -a -s rl.json

# Names of the logged points; "kind" and "time" say what a line is and when.
logged_names() {
	grep -h '"kind": *"point"' runs/*/metrics.jsonl | tr '{,' '\n\n' |
		sed -n 's/^ *"\([a-z_0-9]*\)":.*/\1/p' | sort -u | grep -vxE 'kind|time'
}
unexplained() { logged_names | while read -r name; do "$riley" explain "$name" >page 2>&1 || echo "$name"; done; }
all_explained() { unexplained >names; cat names; test ! -s names; }
check "points are logged" test "$(logged_names | wc -l)" -gt 15
check "each logged name is explained" all_explained

# Names of numbers in results.
result_names() {
	grep -ohE '"[a-z_0-9]+": *-?[0-9]' kt.json net.json rl.json | sed 's/^"\(.*\)":.*/\1/' | sort -u
}
unexplained_results() {
	result_names | while read -r name; do "$riley" explain "$name" >page 2>&1 || echo "$name"; done
}
check "results have numbers" test "$(result_names | wc -l)" -gt 15
check "each is explained" test "$(unexplained_results)" = ""

finish
