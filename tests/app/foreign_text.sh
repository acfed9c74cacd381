#!/bin/sh
# foreign_text.sh - whatever a file, a folder or a command line supplies as text, none of it reaches a terminal raw: no
# control character, nothing that changes the direction of text, and only UTF-8.  Every command is tried with every place
# that supplies text, on stdout and on stderr.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99
bad=$(printf 'n\033]0;x\007\302\2332J\342\200\256r\342\201\246\377\177')
# The same for JSON, which must be UTF-8, and for a name that is kept in a model file.
json='n\u001b]0;x\u0007\u009b2J\u202er\u2066\u007f'
valid=$(printf 'n\033]0;x\007\302\2332J\342\200\256r\342\201\246\177')
long=$(awk 'BEGIN { for (i = 0; i < 10000; i++) printf "w" }')

# raw FILE: prints what a terminal would obey, or what is not UTF-8.
raw() {
	! LC_ALL=C grep -an "$(printf '[\001-\010\013\014\016-\037\177]')" "$1" || return 0
	! LC_ALL=C grep -anE "$(printf '\302[\200-\237]|\342\200[\216\217\250-\256]|\342\201[\246-\257]')" "$1" || return 0
	iconv -f UTF-8 -t UTF-8 <"$1" >/dev/null || return 0
	return 1
}
# clean COMMAND...: it ends with a documented status, and what it prints is safe.
clean() {
	clean_status=0
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null || clean_status=$?
	case $clean_status in 0 | 1 | 2 | 3 | 4 | 5) ;; *) echo "status $clean_status"; return 1 ;; esac
	! raw "$tmp/out" && ! raw "$tmp/err"
}
# shown COMMAND...: ... and the name stands in it, as far as it is safe.
shown() {
	clean "$@" || return 1
	grep -q 'n?\]0;x' "$tmp/out" "$tmp/err" || { echo "the name is not there"; return 1; }
}
finds_raw() { printf "$1" >sample; raw sample; }
finds_none() { printf "$1" >sample; ! raw sample; }
for sample in '\033[2J' '\302\233' '\342\200\256' '\377' 'a\177'; do
	check "a raw $sample is found" finds_raw "$sample"
done
check "plain text is none" finds_none 'caf\303\251\n\tx\n'

# ---- names on the command line ----

check "a command" shown "$riley" "$bad"
check "an option" shown "$riley" net train --"$bad"
check "the value of an option" shown "$riley" net train iris --lr "$bad"
check "a choice" shown "$riley" net train iris --optimizer "$bad"
check "a game" shown "$riley" rl train "$bad"
check "the name of a run" clean "$riley" net train iris --epochs 1 --name "$bad"
check "... of 10,000 characters" clean "$riley" net train iris --epochs 1 --name "$long"
for command in "net train" "net eval" "net predict" "kt info" "kt train" "kt eval" "kt predict" "rl eval" "rl watch" \
	"rl scores" plot diagnose export sweep "watch --plain --frames 1" "kt gen --force"; do
	# shellcheck disable=SC2086 # words
	check "$command: the name of a file" clean "$riley" $command "no/$bad"
	# shellcheck disable=SC2086
	check "$command: of 10,000 characters" clean "$riley" $command "no/$long"
done
check "a data folder" clean env RILEY_DATADIR="$bad" "$riley" net train iris --epochs 1 --name datadir
check "a variable" shown env RILEY_EPOCHS="$bad" "$riley" net train iris
check "a gnuplot" clean env RILEY_GNUPLOT="$bad" "$riley" machine

# ---- config files ----

printf '[net train]\n%s = 1\n' "$bad" >key.ini
printf '[net train]\nlr = %s\n' "$bad" >value.ini
printf '[%s]\nlr = 1\n' "$bad" >section.ini
printf '%s\n' "$bad" >line.ini
printf '[net train]\n%s = %s\n' "$long" "$long" >long.ini
for part in key value section line long; do
	check "config file: $part" clean "$riley" net train iris --epochs 1 --config $part.ini --name config-$part
done

# ---- tables ----

table() { # table COLUMN TARGET CLASS
	printf '%s,b,%s\n' "$1" "$2"
	awk -v c="$3" 'BEGIN { for (i = 0; i < 60; i++) printf "%d,%d,%s%d\n", i, (i * 7) % 5, c, i % 3 }'
}
table "$bad" y up >header.csv
table a "$bad" up >target.csv
table a y "$valid" >classes.csv
table a y "$bad" >broken.csv
table "$valid" "$valid" "$valid" >all.csv
table "$long" "$long" "$long" >long.csv
{ table a y up; echo "1,$bad,up0"; } >cell.csv
for data in header target classes broken all long cell; do
	check "net train: $data" clean "$riley" net train $data.csv --epochs 1 --name t-$data
	check "net train --json: $data" clean "$riley" net train $data.csv --epochs 1 --name j-$data --json
	check "net eval: $data" clean "$riley" net eval t-$data
	check "net eval --json: $data" clean "$riley" net eval t-$data --json
	check "net predict: $data" clean "$riley" net predict t-$data $data.csv
	check "net eval by another's header: $data" clean "$riley" net eval t-classes $data.csv
	for command in diagnose "plot --text" "export --csv -o -" "export --dot -o -" "watch --plain --frames 1" \
		"watch --size 100x30 --frames 1"; do
		# shellcheck disable=SC2086
		[ ! -d runs/t-$data ] || check "$command: $data" clean "$riley" $command t-$data
	done
done
check "the confusion matrix shows the class" shown "$riley" net eval t-classes
check "a column that is not there" shown "$riley" net train header.csv --target "$bad$bad"

# ---- answers of students ----

answers() { # answers STUDENT EXERCISE
	echo user_id,skill_id,correct
	awk -v s="$1" -v e="$2" 'BEGIN { for (i = 0; i < 30; i++) for (k = 0; k < 6; k++)
		printf "%s%d,%s%d,%d\n", s, i, e, (i + k) % 5, (i * k) % 2 }'
}
answers "$valid" a >students.csv
answers s "$valid" >exercises.csv
answers "$bad" "$bad" >bytes.csv
answers "$long" "$long" >names.csv
{ printf 'user_id,%s,skill_id,correct\n' "$bad"; printf '1,2,a,%s\n' "$bad"; } >code.csv
printf '%s\n' "$bad" >noise.csv
printf '{"%s": 1}\n' "$bad" >object.json
for data in students.csv exercises.csv bytes.csv names.csv code.csv noise.csv object.json; do
	name=k-${data%.*}
	check "kt info: $data" clean "$riley" kt info $data
	check "kt info --json: $data" clean "$riley" kt info $data --json
	check "kt train: $data" clean "$riley" kt train $data --epochs 1 --hidden 4 --name "$name"
	[ -d "runs/$name" ] || continue
	check "kt eval: $data" clean "$riley" kt eval "$name" $data
	check "kt predict: $data" clean "$riley" kt predict "$name" $data
	check "kt predict --json: $data" clean "$riley" kt predict "$name" $data --json
	check "plot --text: $data" clean "$riley" plot "$name" --text --data $data
	check "plot: $data" clean "$riley" plot "$name" --data $data -o "$name.svg"
	check "... and its picture: $data" clean cat "$name.svg"
	check "export --dot: $data" clean "$riley" export "$name" --dot -o -
	check "watch: $data" clean "$riley" watch "$name" --size 100x30 --frames 1 --keys 234
	printf 'user_id,skill_id,correct\n1,%s,1\n1,a0,1\n' "$bad" >unknown.csv
	check "kt eval: an exercise unknown to $name" clean "$riley" kt eval "$name" unknown.csv
done
"$riley" kt gen gen.csv --students 20 --exercises 4 -q
printf '%s\n' "$bad" >gen_info.txt
check "a description of exercises" clean "$riley" kt info gen.csv

# ---- runs ----

"$riley" net train iris --epochs 3 --name plain -q >/dev/null
"$riley" rl train catch --frames 300 --eval-episodes 1 --name game -q >/dev/null
# each_reader RUN WHAT: every command that reads a run.
each_reader() {
	for command in "watch --plain --frames 1" "watch --size 100x30 --frames 1" "plot --text" diagnose "diagnose --json" \
		"export --csv -o -" "export --dot -o -" "net eval" "net predict" "kt eval" "rl eval" "rl scores" \
		"rl watch --plain --frames 1" "net train iris --resume" "rl train --resume"; do
		# shellcheck disable=SC2086
		check "$command: $2" clean "$riley" $command "$1"
	done
	check "plot: $2" clean "$riley" plot "$1" -o picture.svg
	[ ! -e picture.svg ] || check "... its picture: $2" clean cat picture.svg
	rm -f picture.svg
}
for run in plain game; do
	cp -R runs/$run "runs/$bad-$run"
	each_reader "runs/$bad-$run" "the folder's name, $run"
	for place in options data result command host kind status version; do
		rm -rf runs/copy && cp -R runs/$run runs/copy
		awk -v place="$place" -v text="$(printf '%s' "$json" | sed 's/\\/\\\\/g')" '
			BEGIN { gsub(/\\/, "\\\\", text) }
			$0 ~ "\"" place "\": *[{[]" && !done { sub(/[{[]/, "&" (/{/ ? "\"" text "\": " : "") "\"" text "\","); done = 1 }
			$0 ~ "\"" place "\": *\"" && !done { sub(/: *"/, "&" text); done = 1 }
			{ print }' runs/$run/run.json >runs/copy/run.json
		each_reader runs/copy "run.json's $place, $run"
	done
	rm -rf runs/copy && cp -R runs/$run runs/copy
	sed 's/"[a-z_]*loss"/"'"$(printf '%s' "$json" | sed 's/\\/\\\\/g')"'"/; s/"kind": *"point", *"step"/"kind": "point", "step"/' \
		runs/$run/metrics.jsonl >runs/copy/metrics.jsonl
	printf '{"kind": "note", "text": "%s"}\n{"kind": "%s", "step": 9}\n%s\n' "$json" "$json" "$bad" >>runs/copy/metrics.jsonl
	each_reader runs/copy "metrics.jsonl, $run"
done
cp -R runs/plain runs/split
sed 's/"split": [0-9.]*/"split": "'"$(printf '%s' "$json" | sed 's/\\/\\\\/g')"'"/' runs/plain/run.json >runs/split/run.json
check "an option of run.json is shown" shown "$riley" watch runs/split --plain --frames 1

# ---- sweeps, scripts of games ----

printf '[sweep]\ncommand = net train iris --epochs 1\n[vary]\nactivation = relu, %s\n' "$bad" >value.sweep
printf '[sweep]\ncommand = net train iris --epochs 1\n[vary]\n%s = 1, 2\n' "$bad" >option.sweep
printf '[sweep]\ncommand = net train %s\n[vary]\nlr = 0.1, 0.01\n' "$bad" >command.sweep
printf '[sweep]\n%s = 1\n' "$bad" >key.sweep
printf '[sweep]\ncommand = net train classes.csv --epochs 1\n[vary]\ntarget = y, %s\n' "$valid" >good.sweep
for part in value option command key good; do
	check "sweep: $part" clean "$riley" sweep $part.sweep --name "s-$part"
	check "sweep --dry-run: $part" clean "$riley" sweep $part.sweep --dry-run
	check "sweep --emit-jobs: $part" clean "$riley" sweep $part.sweep --emit-jobs
	check "sweep --json: $part" clean "$riley" sweep $part.sweep --collect --json --name "s-$part"
done
drive() { printf '%s\n' "$1" | clean_input "$riley" rl drive catch; }
clean_input() { "$@" >"$tmp/out" 2>"$tmp/err"; ! raw "$tmp/out" && ! raw "$tmp/err"; }
check "rl drive: a header" drive "# game=catch $bad=1"
check "rl drive: a game" drive "# game=$bad"
check "rl drive: a line" drive "$bad"
check "rl drive: a name of 10,000 characters" drive "# $long=1"

finish
