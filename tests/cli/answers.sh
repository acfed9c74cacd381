#!/bin/sh
# answers.sh - what holds for every command's answer: with -o FILE it goes to the file, with --json
# it is one object whose names doc/json.md explains.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

HOME=$tmp
export HOME
unset XDG_CONFIG_HOME RILEY_CONFIG RILEY_JSON RILEY_SEED
doc=$(cd "$srcdir/doc" && pwd)/json.md
cd "$tmp" || exit 99

# A case of each command, and of what it prints otherwise with other options.  Before the bar:
# "stdout" when -o takes what it prints, "own" when it makes what -o names itself.
cases() {
	cat <<-'END'
	own|kt gen|--students 40 --force
	stdout|kt info|students.csv
	stdout|kt train|students.csv --epochs 1 --hidden 4
	stdout|kt train|students.csv --epochs 1 --hidden 4 --folds 2
	stdout|kt eval|runs/kt students.csv
	stdout|kt predict|runs/kt students.csv
	stdout|net train|iris --epochs 1
	stdout|net train|gen:moons --epochs 1
	stdout|net train|numbers.csv --epochs 1
	stdout|net eval|runs/net
	stdout|net predict|runs/net iris
	stdout|net predict|runs/number numbers.csv
	stdout|rl games|catch --episodes 2
	stdout|rl train|catch --frames 300
	stdout|rl train|catch --frames 300 --seeds 2
	stdout|rl eval|runs/rl --episodes 2
	stdout|rl ablate|lake4 --frames 1100 --seeds 1 --eval-episodes 1 --eval-cap 20
	own|rl scores|runs/rl
	stdout|rl tabular|--episodes 10
	stdout|rl drive|catch
	stdout|rl play|catch --keys ll
	stdout|rl watch|runs/rl --size 80x24 --frames 1
	stdout|watch|runs/net --size 80x24 --frames 1
	stdout|watch|--size 80x24
	stdout|runs|runs/net runs/rl
	stdout|runs compare|runs/net runs/number
	own|plot|runs/net --text
	own|export|runs/net --csv
	stdout|sweep|sweep.ini
	stdout|sweep|sweep.ini --dry-run
	stdout|diagnose|runs/net
	stdout|diagnose|runs/net runs/kt
	stdout|explain|auc
	stdout|explain|
	stdout|machine|
	END
}
printf 'a,b,c\n' >numbers.csv
seq 40 | sed 's/.*/&,1&,2&/' >>numbers.csv
printf '[sweep]\ncommand = net train iris --epochs 1\n[vary]\nlr = 0.1, 0.01\n' >sweep.ini
printf 'R 80000000\nA 2 -\n' >stream.txt

run() { "$riley" "$@" >out 2>err <stream.txt; }
# Status 1 says of diagnose that something is wrong.
answers() { run "$@" || { [ "$?" -eq 1 ] && [ "$1" = diagnose ]; } || { cat err; return 1; }; }

check "students" run kt gen students.csv --students 40
check "a model of students" run kt train students.csv --epochs 1 --hidden 4 --name kt
check "... of classes" run net train iris --epochs 1 --name net
check "... of a number" run net train numbers.csv --epochs 1 --name number
check "... of a game" run rl train catch --frames 300 --name rl

all_commands() { "$riley" --help | sed -n 's/^  riley \([a-z]* [a-z]*\)  *.*/\1/p' | sed 's/ *$//' | sort; }
every_command_has_a_case() { cases | cut -d '|' -f 2 \
	| sort -u >in_cases; all_commands >in_help; diff in_help in_cases; }
check "every command has a case here" every_command_has_a_case

to_a_file() {
	rm -f answer.txt
	answers "$@" -o answer.txt || return 1
	[ ! -s out ] || { echo "on stdout:"; cat out; return 1; }
	[ -s answer.txt ] || { echo "nothing in the file"; return 1; }
	[ "$(echo answer.txt*)" = answer.txt ] || { echo "left behind:" answer.txt*; return 1; }
}

# The names of an object, or of the first of an array.
names() {
	if command -v python3 >/dev/null; then
		python3 -c 'import json, sys; o = json.load(sys.stdin); print("\n".join(o[0] if isinstance(o, list) else o))'
	else
		jq -r 'if type == "array" then .[0] else . end | keys[]'
	fi
}
one_object() {
	answers "$@" --json || return 1
	names <out >names.txt && [ -s names.txt ] || { cat out; return 1; }
	# The lines of doc/json.md that speak of this command.
	grep "^| [^|]*\`$command" "$doc" >lines.txt
	while read -r name; do
		grep -F -e "\`$name\`" lines.txt >/dev/null \
			|| { echo "doc/json.md: $command has no '$name'"; return 1; }
	done <names.txt
}
no_object() {
	gives 2 "$riley" "$@" --json && says err "has no --json" && RILEY_JSON=yes answers "$@"
}

can_read_json=$(command -v python3 || command -v jq)
cases >cases.txt
while IFS='|' read -r who command arguments; do
	# shellcheck disable=SC2086 # lists of words
	[ $who = own ] || check "riley $command $arguments: -o takes what it prints" to_a_file $command $arguments
	if ! "$riley" $command --help | grep -e '--json\>' >/dev/null; then
		check "riley $command $arguments: no --json" no_object $command $arguments
	elif [ -n "$can_read_json" ]; then
		check "riley $command $arguments: --json" one_object $command $arguments
	else
		skip "riley $command $arguments: --json" "neither python3 nor jq"
	fi
done <cases.txt

# ---- runs called by their names ----

same_by_name() {
	answers "$@" || return 1
	mv out by_path
	# shellcheck disable=SC2046 # the words of a case have no blanks
	answers $(echo "$*" | sed 's,runs/,,g') || return 1
	cmp by_path out
}
grep 'runs/' cases.txt >with_runs.txt
while IFS='|' read -r who command arguments; do
	# shellcheck disable=SC2086 # lists of words
	check "riley $command $(echo "$arguments" | sed 's,runs/,,g') is about runs/" same_by_name $command $arguments
done <with_runs.txt
for c in "kt train" "net train" "rl train"; do
	# shellcheck disable=SC2086
	check "riley $c --resume ${c% train}" gives 0 "$riley" $c --resume "${c% train}"
	check "... finds it" grep -q "runs/${c% train}" "$tmp/out" "$tmp/err"
done
mkdir net
check "a folder that is no run does not hide runs/net" gives 0 "$riley" net eval net
cp runs/net/run.json net
check "a run that is here does: status 1" gives 1 "$riley" net eval net
check "... as it has no model" says err "riley: net"
rm -r net

# ---- runs without names ----

# Several at a time are likely to begin within one second.
side_by_side() {
	for k in 1 2 3; do run "$@" || return 1; done
}
check "runs of a moment have names of their own" side_by_side net train iris --epochs 1
check "... folds too" side_by_side kt train students.csv --epochs 1 --hidden 4 --folds 2
check "... and seeds" side_by_side rl train catch --frames 300 --seeds 2

# ---- models that are not there ----

mkdir no-run
for c in "kt eval" "kt predict" "net eval" "net predict" "rl eval" "diagnose" "plot" "export --csv"; do
	case $c in kt*) data=students.csv ;; net*) data=iris ;; *) data= ;; esac
	# shellcheck disable=SC2086 # lists of words
	check "riley $c: no such run: status 3" gives 3 "$riley" $c runs/nowhere $data
	check "... with its name" says err "riley: there is no run 'runs/nowhere'; "
	# shellcheck disable=SC2086
	check "riley $c: a folder that is no run: status 3" gives 3 "$riley" $c no-run $data
	check "... with the reason" says err "no-run: not a run: there is no run.json"
done

# ---- where stdout is taken, and where nothing comes ----

for c in "kt gen -o -" "export runs/net --csv -o -" "sweep sweep.ini --emit-jobs"; do
	check "riley $c: --json would be a second answer" gives 2 "$riley" $c --json
	check "... nothing is printed" test ! -s out
done

echo old >answer.txt
check "a command that fails: its status" gives 3 "$riley" kt info no-such-file -o answer.txt
check "... leaves the file as it was" grep -qx old answer.txt
check "a wrong word: status 2" gives 2 "$riley" kt info students.csv --sep toolong -o answer.txt
check "... leaves the file as it was" grep -qx old answer.txt
check "... and nothing beside it" test "$(echo answer.txt*)" = answer.txt
check "no such folder: status 1" gives 1 "$riley" kt info students.csv -o no/such/folder
check "... with a sentence" says err "no/such/folder: "
check "a folder: status 1" gives 1 "$riley" kt info students.csv -o runs
check "-o - is stdout" gives 0 "$riley" kt info students.csv -o -
check "... which has the answer" grep -q "^students " "$tmp/out"
check "a device is written to as it is" gives 0 "$riley" kt info students.csv -o /dev/null
check "... and stays one" test -c /dev/null
if [ -c /dev/full ]; then
	check "a full disk: status 1" gives 1 "$riley" kt info students.csv -o /dev/full
	check "... with a sentence" says err "/dev/full: No space left on device"
else
	skip "a full disk" "there is no /dev/full"
fi

finish
