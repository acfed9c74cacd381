#!/bin/sh
# run_folder.sh - a run is never changed by the process of another, nor anything behind links; pipes and endless files
# are refused at once; names that are places are no names.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
cd "$tmp" || exit 99

"$riley" kt gen big.csv --students 2000 --seed 2 -q >/dev/null
"$riley" kt gen s.csv --students 60 --exercises 10 -q >/dev/null

# A trains into runs/x, which is moved away; B trains into runs/x.  A is stopped by signal $1, or finds out itself.
replaced() {
	rm -rf runs before
	"$riley" kt train big.csv --name x --epochs 1000 --hidden 200 --patience 0 -q >/dev/null 2>A.err &
	a=$!
	until [ -e runs/x/last.safetensors ]; do sleep 0.1; done
	mv runs/x runs/y
	"$riley" kt train s.csv --name x --epochs 1 --hidden 8 -q >/dev/null 2>&1
	cp -R runs/x before
	[ "$1" = none ] || kill "-$1" "$a"
	wait "$a"
	[ $? = 1 ] && grep -q 'the run was replaced by another one' A.err && [ "$(wc -l <A.err)" = 1 ] &&
		diff -r before runs/x
}
check "a run that was replaced ends with one sentence and leaves the other alone" replaced none
check "so does one that is stopped then" replaced TERM

# refused STATUS WORDS COMMAND...: ends with this status and a sentence with these words.
refused() {
	status=$1 words=$2
	shift 2
	"$@" >/dev/null 2>err
	[ $? = "$status" ] && grep -q -e "$words" err || { cat err; return 1; }
}
rm -rf runs
"$riley" kt train s.csv --name x --epochs 1 --hidden 4 -q >/dev/null 2>&1
for file in lock metrics.jsonl run.json; do
	rm -rf y before && cp -R runs/x y && touch y/lock && cp y/$file precious && cp precious before && rm y/$file
	ln -s ../precious y/$file
	check "$file that is a link is refused" refused 1 'symbolic link' "$riley" kt train --resume y --epochs 2 -q
	check "and nothing is written behind it" cmp precious before
done
rm -f y/metrics.jsonl y/run.json y/lock && cp runs/x/run.json y && mkfifo y/metrics.jsonl
check "a pipe as log is refused by --resume" refused 1 'not a regular file' "$riley" kt train --resume y --epochs 2 -q
check "by export" refused 1 'not a regular file' "$riley" export y --tensorboard
check "by a plot of records" refused 1 'not a regular file' "$riley" plot y --kind calibration --text

for name in . .. ../.; do
	check "--name '$name' is refused" refused 2 'a run needs a name' "$riley" net train gen:moons --epochs 1 \
		--name "$name" -q
done
check "nothing was left by that" eval '[ ! -e run.json ] && [ ! -e runs/run.json ]'
check "an endless sweep is refused" refused 3 'more than' "$riley" sweep /dev/zero
check "an endless config file is refused" refused 3 'more than' "$riley" --config /dev/zero kt info s.csv
check "a config file may come from a pipe" eval 'printf "[riley]\nthreads = 1\n" |
	"$riley" --config /dev/stdin kt info s.csv -q'

full_log() {
	(ulimit -f 64; "$riley" kt train s.csv --epochs 40 --hidden 8 --patience 0 --name a -q >/dev/null 2>&1)
	"$riley" kt train --resume runs/a -q >/dev/null 2>&1
	"$riley" kt train s.csv --epochs 40 --hidden 8 --patience 0 --name b -q >/dev/null 2>&1
	[ "$(wc -l <runs/a/metrics.jsonl)" = "$(wc -l <runs/b/metrics.jsonl)" ]
}
check "the log of a run whose disk was full has no hole after it is resumed" full_log
finish
