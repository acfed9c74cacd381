#!/bin/sh
# plot.sh - riley plot on run directories that are made here.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99

# make_run NAME KIND: five epochs, the fourth the best.
make_run() {
	mkdir -p "runs/$1"
	echo "{\"kind\": \"$2\", \"status\": \"done\"}" >"runs/$1/run.json"
	for e in 1 2 3 4 5; do
		echo "{\"kind\": \"point\", \"step\": ${e}0, \"time\": ${e}00.5, \"epoch\": $e, \"loss\": 0.9, \"train_loss\": 0.6${e}, \"valid_loss\": 0.5${e}, \"valid_auc\": 0.7${e}, \"rate\": 5}"
		[ $e = 4 ] && echo "{\"kind\": \"best\", \"step\": 40, \"time\": 400.5, \"epoch\": 4}"
	done >"runs/$1/metrics.jsonl"
}
make_run one kt
make_run two net
mkdir -p runs/empty notarun
cp runs/one/run.json runs/empty

equal() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }
starts() { [ "$(head -c "$2" "$1")" = "$3" ]; }

check "an unknown ending: status 2" gives 2 "$riley" plot runs/one -o curves.gif
check "... with those that are known" says err ".png, .svg, .pdf or .gp"
check "a picture on stdout: status 2" gives 2 "$riley" plot runs/one -o -
check "no run at all: status 2" gives 2 "$riley" plot
for size in 100 x 0x5 100x 100x-5 axb 100x100x 1e3x10; do
	check "--size $size: status 2" gives 2 "$riley" plot runs/one --size "$size"
done
check "not a run: status 3" gives 3 "$riley" plot notarun
check "... is said" says err "notarun: not a run"
check "a run without points: status 3" gives 3 "$riley" plot runs/empty
check "... is said" says err "runs/empty: no points logged yet"
check "one of two without points: status 3" gives 3 "$riley" plot runs/one runs/empty --text

without() { RILEY_GNUPLOT=/no/such/gnuplot gives 4 "$riley" plot runs/one; }
check "without gnuplot: status 4" without
none() { mkdir -p bin && PATH=$tmp/bin gives 4 "$builddir/riley" plot runs/one; }
check "nor on the path: status 4" none
check "... names the package" says err "Debian: apt-get install gnuplot-nox"
check "... and leaves nothing behind" test ! -e runs/one/plots

if ! gnuplot --version >/dev/null 2>&1; then
	skip "riley plot draws" "gnuplot is not installed"
	finish
fi

printf '#!/bin/sh\nread line\nkill -9 $$\n' >dies && chmod +x dies
dies() { RILEY_GNUPLOT=$tmp/dies gives 1 "$riley" plot runs/one -o old.png; }
echo old >old.png
check "gnuplot killed in the middle: status 1" dies
check "... is said" says err "was killed"
check "... and the old picture stays" test "$(cat old.png)" = old

check "one run, by default" gives 0 "$riley" plot runs/one
check "... leaves stdout alone" test ! -s out
check "... says where the PNG is" says err "wrote runs/one/plots/curves.png"
check "... and the SVG" says err "wrote runs/one/plots/curves.svg"
check "... the PNG is one" starts runs/one/plots/curves.png 4 "$(printf '\211PNG')"
check "... the SVG is one" starts runs/one/plots/curves.svg 5 "<?xml"
check "... with the right unit" grep -q "log loss (nat)" runs/one/plots/curves.svg
check "... nothing else is in the folder" test "$(ls -A runs/one/plots | wc -l)" -eq 2
check "-q says nothing" gives 0 "$riley" plot runs/one -q
check "... indeed" test ! -s err
check "a slash at the end is no matter" gives 0 "$riley" plot runs/two/
check "... no matter" test -s runs/two/plots/curves.png
check "a PDF" gives 0 "$riley" plot runs/one -o new/one.PDF
check "... is one" starts new/one.PDF 4 "%PDF"
check "two runs, by default" gives 0 "$riley" plot runs/one runs/two
check "... beside us, by their names" test -s plots-one-two.png -a -s plots-one-two.svg
check "... without the unit, as they differ" grep -q ">loss<" plots-one-two.svg
check "the best epoch is named" grep -q "one (best: epoch 4)" plots-one-two.svg

check "text" gives 0 "$riley" plot runs/one --text
check "... on stdout" says out ". training  o validation  @ best: epoch 4"
check "... 24 lines" test "$(wc -l <out)" -eq 24
check "... nothing on stderr" test ! -s err
check "text of a given size" gives 0 "$riley" plot runs/one --text --size 60x40
check "... has it" test "$(wc -l <out)" -eq 40
check "text to a file" gives 0 "$riley" plot runs/one --text -o curves.txt
check "... is there" grep -q "@ best: epoch 4" curves.txt
check "text over updates" gives 0 "$riley" plot runs/one --text --x step
check "... says so" says out "best: update 40"
check "text over time" gives 0 "$riley" plot runs/one --text --x time
check "... says so" says out "best: 6.67 min"

mkdir -p elsewhere && cp -r runs/two elsewhere/one
check "runs that share a name" gives 0 "$riley" plot runs/one elsewhere/one -o shared.svg
check "... are told apart" sh -c 'grep -q ">runs/one (best" shared.svg && grep -q ">elsewhere/one (best" shared.svg'
check "the run that we are in" sh -c "cd runs/one && '$riley' plot . -o ../../here.svg"
check "... has its name" grep -q ">one<" here.svg
mkdir -p runs/swept/plots && cp -r runs/one runs/two runs/swept \
	&& touch runs/swept/lock runs/swept/sweep.ini runs/swept/results.csv
check "all that lies in a sweep" gives 0 "$riley" plot runs/swept/* -o swept.svg
check "... its own files are left out" says err \
	"Left out: 4 of 6 paths that are not runs; the first: runs/swept/lock"
check "... its runs are shown" sh -c 'grep -q ">one (best" swept.svg && grep -q ">two (best" swept.svg'
mkdir -p mixed/nothing && cp -r runs/one runs/two mixed && echo student,skill,correct >mixed/students.csv
for command in plot diagnose export; do
	case $command in export) option=--csv ;; plot) option=--text ;; *) option= ;; esac
	"$riley" $command mixed/* $option >out 2>err
	check "$command in a folder of more than runs leaves out the rest" says err \
		"Left out: 2 of 4 paths that are not runs; the first: mixed/nothing"
done
echo script >one && mkdir two
check "a file of a run's name does not hide the run" gives 0 "$riley" plot one --text
check "... nor does a folder" gives 0 "$riley" plot two --text
check "... nor from watch" gives 0 "$riley" watch one --size 80x24
check "... which shows the run" says out 'valid 0.5500'
rm -r one two
check "a sweep's file alone: status 3" gives 3 "$riley" plot runs/swept/lock

check "--json" gives 0 "$riley" plot runs/one --json -q
check "... names the files" says out '"runs/one/plots/curves.svg"'

echo '{"kind": "poi' >>runs/one/metrics.jsonl
check "a half-written line is no matter" gives 0 "$riley" plot runs/one --text
check "... but is told" says err "skipped 1 unreadable lines of metrics.jsonl"

printf '%s\n' '{"kind": "point", "step": 1, "frame": 50000, "return": -3}' \
	'{"kind": "point", "step": 2, "frame": 100000, "return": 5}' >runs/empty/metrics.jsonl
check "a run of games" gives 0 "$riley" plot runs/empty --text
check "... counts frames" says out "frame (thousands)"
check "... and shows returns" says out "return"

# ---- seeds of a game: drawn as their mean, in a band ----

# make_seed NAME SHIFT FRAMES LR: returns 1 + SHIFT, 2 + SHIFT ... at frames 100, 200 ... of a game whose returns have no limits.
make_seed() {
	mkdir -p "runs/$1"
	echo "{\"kind\": \"rl\", \"status\": \"done\", \"game\": {\"name\": \"eyes\"}, \"options\": {\"lr\": $4, \"name\": \"$1\"}}" >"runs/$1/run.json"
	for e in 1 2 3 4 5 6; do
		[ "${e}00" -le "$3" ] && echo "{\"kind\": \"point\", \"step\": ${e}00, \"time\": $e, \"frame\": ${e}00, \"train_return\": $((e + $2)), \"loss\": 0.5, \"updates\": ${e}0}"
	done >"runs/$1/metrics.jsonl"
	echo '{"kind": "best", "step": 200, "time": 2, "frame": 200}' >>"runs/$1/metrics.jsonl"
}
make_seed catch-s1 0 600 1
make_seed catch-s2 1 600 1
make_seed catch-s3 3 400 1
make_seed other-s1 0 600 2
make_seed other-s2 2 600 2

# A gnuplot that keeps what it is told.
printf '#!/bin/sh\ntee script | gnuplot "$@"\n' >keeps && chmod +x keeps
keeping() { RILEY_GNUPLOT=$tmp/keeps gives 0 "$riley" plot "$@"; }
# band FRAME: mean, low and high there, of the returns' curve.
band() { sed -n '/^\$c1x0b <</,/^EOD/p' script | grep "^$1 "; }
# With t(0.975, 2) = 4.302653: 1, 2 and 4 give 7/3 -+ 3.794.
near_band() { band "$1" | awk -v low="$2" -v high="$3" \
	'{ n++; d = $2 - low; e = $3 - high; ok = d * d < 1e-6 && e * e < 1e-6 } END { exit !(n == 1 && ok) }' || { cat script | head -n 60; return 1; }; }
check "three seeds" keeping runs/catch-s1 runs/catch-s2 runs/catch-s3 -o seeds.svg
check "... are one curve" grep -q "catch (3 seeds)" seeds.svg
check "... the mean of the returns" sh -c 'sed -n "/^\$c1x0 <</,/^EOD/p" script | grep -q "^100 2.33333333[0-9]*$"'
check "... and its interval" near_band 100 -1.461250 6.127916
for s in 1 2 3; do mkdir runs/hits-s$s; cp runs/catch-s$s/metrics.jsonl runs/hits-s$s; sed 's/"eyes"/"breakout"/' runs/catch-s$s/run.json >runs/hits-s$s/run.json; done
cp script eyes.script
check "no band leaves the range of a game" keeping runs/hits-s1 runs/hits-s2 runs/hits-s3 -o hits.svg
check "... whose returns are never below 0" sh -c 'sed -n "/^\$c1x0b <</,/^EOD/p" script | awk "/^[0-9]/ { n++; if (\$2 < 0 || \$3 < \$2) bad = 1 } END { exit bad || n < 4 }"'
mv eyes.script script
check "... as far as all have come" test "$(sed -n "/^\$c1x0b <</,/^EOD/p" script | grep -c "00 ")" -eq 4
check "... a shade" grep -q "fill-opacity" seeds.svg
check "... that is explained" grep -q "95 % interval over seeds" seeds.svg
check "... what was best for one is not shown" sh -c '! grep -q best seeds.svg'
check "... the returns are those of training" grep -q ">training return<" seeds.svg
# What can be no value of a measure is in no interval: losses 0.01 and 0.9 have a mean of 0.455 -+ 5.65.
for s in 1 2; do make_seed "wild-s$s" $s 600 3; done
sed -i 's/"loss": 0.5/"loss": 0.01/' runs/wild-s1/metrics.jsonl
sed -i 's/"loss": 0.5/"loss": 0.9/' runs/wild-s2/metrics.jsonl
check "two seeds far apart" keeping runs/wild-s1 runs/wild-s2 -o wild.svg
check "... no loss is below 0" sh -c 'sed -n "/^\$c0x0b <</,/^EOD/p" script | grep -q "^200 0 6[.]"'
check "... returns may be" sh -c 'sed -n "/^\$c1x0b <</,/^EOD/p" script | grep -q "^200 -"'
check "two kinds of seeds" keeping runs/catch-s1 runs/other-s1 runs/catch-s2 runs/other-s2 -o kinds.svg
check "... are two curves" sh -c 'grep -q "catch (2 seeds)" kinds.svg && grep -q "other (2 seeds)" kinds.svg'
check "one of each" keeping runs/catch-s1 runs/other-s1 -o each.svg
check "... have no bands" sh -c '! grep -q fill-opacity..0.2 each.svg && ! grep -q seeds each.svg'
check "seeds as text" gives 0 "$riley" plot runs/catch-s1 runs/catch-s2 --text
check "... say what is what" says out "o mean  : 95 % interval over seeds"
check "two kinds as text" gives 0 "$riley" plot runs/catch-s1 runs/catch-s2 runs/other-s1 runs/other-s2 --text
check "... with letters" says out "small letters: 95 % interval over seeds"
check "a run of games over updates" gives 0 "$riley" plot runs/catch-s1 --text --x step
check "... says so" says out "best: update 20"

# ---- kinds ----

check "an unknown kind: status 2" gives 2 "$riley" plot runs/one --kind loss,histgram
check "... the nearest is named" says err "did you mean histogram?"
check "nothing like a kind: all are named" gives 2 "$riley" plot runs/one --kind pie
kinds=$(sed -n 's/^.*: pie is none of //p' err | tr -d ,)
check "... all" test "$(echo $kinds | wc -w)" -ge 9
"$riley" plot --help >help 2>&1
for kind in $kinds; do check "... $kind is in the help" grep -qw -e "$kind" help; done
check "a kind twice: status 2" gives 2 "$riley" plot runs/one --kind loss,loss
check "no kind at all: status 2" gives 2 "$riley" plot runs/one --kind ""

# drawn_or_told RUN KIND: the kind does with what the run has, or says in one sentence what is missing.
drawn_or_told() {
	told=0
	"$riley" plot "$1" --kind "$2" -o told.svg >out 2>err || told=$?
	[ $told -eq 0 ] || { [ $told -eq 3 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q "$1" err; } \
		|| { echo "$2 gave $told"; cat err; return 1; }
}
for kind in $kinds; do check "$kind of a run of bare points" drawn_or_told runs/one $kind; done
check "a run without scores: status 3" gives 3 "$riley" plot runs/one --kind roc
check "... and nothing is written" test ! -e runs/one/plots/roc.png

# records NAME EPOCH: what kt train logs beside its points.
records() {
	cat >>"runs/$1/metrics.jsonl" <<END
{"kind": "layers", "step": ${2}0, "epoch": $2, "time": 1, "layers": [{"name": "rnn", "type": "lstm", "weights": {"low": -1, "high": 1, "counts": [1, $2, 9, 1]}, "activations": {"low": 0, "high": 2, "counts": [1, 5, 3, 1]}}, {"name": "flat", "type": "dense", "weights": {"low": 0, "high": 0, "counts": [7]}, "activations": null}]}
{"kind": "tracing", "step": ${2}0, "epoch": $2, "time": 1, "student": 17, "rows": ["slope", "a \`touch pwned\` row"], "exercise": [0, 1, -1, 1], "correct": [1, 0, 1, 1], "p": [500, 500, 500, 500], "known": [[100, 200, 300, 400], [null, 550, 950, 1000]]}
{"kind": "scores", "step": ${2}0, "epoch": $2, "time": 1, "part": "validation", "calibration": {"p": [0.25, 0.75], "share": [0.2, 0.7${2}], "n": [100, 200]}, "roc": {"threshold": [1, 0.5, 0], "fpr": [0, 0.2, 1], "tpr": [0, 0.6, 1]}}
END
}
for r in rich also; do
	make_run $r kt
	records $r 1
	records $r 4
	records $r 5
done
cp -r runs/rich runs/third

# All that one run of kt train can show.
every=
for kind in $kinds; do
	"$riley" plot runs/rich --kind $kind --text >/dev/null 2>&1 && every=$every${every:+,}$kind
done
check "all kinds on a page" gives 0 "$riley" plot runs/rich --kind $every -o page.svg
check "... nothing to warn of" test "$(cat err)" = "wrote page.svg"
check "... the best epoch's ROC" grep -q ">ROC, validation, epoch 4<" page.svg
check "... with the AUC that was logged" grep -q ">AUC 0.7400<" page.svg
check "... and the operating point" grep -q ">sensitivity 0.600<" page.svg
check "... calibration" grep -q ">calibration, validation, epoch 4<" page.svg
check "... its mean distance: (100 * 0.05 + 200 * 0.01) / 300" grep -q ">calibration error 0.0233<" page.svg
check "... weights at the end" grep -q ">rnn (lstm): weights, epoch 5<" page.svg
check "... and the start" grep -q ">at the start<" page.svg
check "... activations" grep -q ">rnn (lstm): activations, epoch 5<" page.svg
check "... what is constant has no histogram" sh -c '! grep -q ">flat" page.svg'
check "... a student" grep -q ">student 17, epoch 4<" page.svg
check "... names are only text" sh -c 'grep -q "touch pwned" page.svg && test ! -e pwned'
check "... the gap" grep -q ">validation - training loss (nat)<" page.svg
for format in png pdf gp; do check "... as .$format" gives 0 "$riley" plot runs/rich --kind $every -o page.$format; done
check "... ticks' numbers stand below their ticks" grep -q "^set format x '%h'$" page.gp
check "... a histogram's density: 5 of 16 in a bin of 0.5" grep -q "^-0.5 0.625$" page.gp
sed -i 's/"lstm"/"gru"/; s/"epoch": 5/"epoch": 6/' runs/also/metrics.jsonl
check "several runs" gives 0 "$riley" plot runs/rich runs/also runs/third --kind $every -o several.svg
check "... of layers that have no type in common, and ended elsewhere" grep -q ">rnn: weights, at the end<" several.svg
check "... those that have" sh -c '"$1" plot runs/rich runs/third --kind histogram -o alike.svg && grep -q ">rnn (lstm): weights, epoch 5<" alike.svg' - "$riley"
check "notes of several runs" gives 0 "$riley" plot runs/rich runs/also runs/third --kind roc,calibration -o notes.gp
check "... have the runs' points, each another" equal \
	"$(sed -n "s/^set label '' at screen [0-9.]*, screen [0-9.]* point pt \([0-9]*\) ps 1.40 .* front$/\1/p" notes.gp | tr '\n' ' ')" "7 5 9 7 5 9 "
check "... their students" sh -c 'grep -q ">rich: student 17, epoch 4<" several.svg && grep -q ">third: student 17, epoch 4<" several.svg'
check "one file each" gives 0 "$riley" plot runs/rich --kind roc,gap
check "... in the run" test -s runs/rich/plots/roc.png -a -s runs/rich/plots/roc.svg -a -s runs/rich/plots/gap.png
check "one file each, of several runs" gives 0 "$riley" plot runs/rich runs/also --kind roc
check "... by their names" test -s roc-rich-also.png
check "a pattern" gives 0 "$riley" plot runs/rich --kind roc,gap,heatmap -o 'each/%k.svg'
check "... one file each" test -s each/roc.svg -a -s each/gap.svg -a -s each/heatmap.svg
check "... none of them another" sh -c '! grep -q ROC each/gap.svg && ! grep -q ROC each/heatmap.svg'
check "a run that has it beside one that has not" gives 0 "$riley" plot runs/rich runs/two --kind roc -o both.svg
check "... is told" says err "runs/two: no ROC curve"
check "text of all kinds" gives 0 "$riley" plot runs/rich --kind $every --text
check "... the map in tenths" says out "a slope            1234"
check "... holes are blank" says out "b a \`touc...d\` row  599"
check "... answers" says out "answer             +-++"
check "the map alone needs no gnuplot" env RILEY_GNUPLOT=/no/such/gnuplot "$riley" plot runs/rich --kind heatmap --text
check "a script needs none either" env RILEY_GNUPLOT=/no/such/gnuplot "$riley" plot runs/rich --kind $every \
	-o "new dir/page.gp"
draws() { (cd "new dir" && gnuplot page.gp) && cmp "new dir/page.png" page.png; }
check "... and draws the same picture" draws
check "... says what drew it" grep -q '^# Drawn by "riley plot runs/rich --kind loss,auc' "new dir/page.gp"
check "... and what its data are" grep -q '^# "rich", validation: "epoch", "log loss (nat)"$' "new dir/page.gp"
half() { RILEY_GNUPLOT=$tmp/dies gives 1 "$riley" plot runs/rich --kind heatmap -o half.png && test ! -e half.png; }
check "gnuplot killed in the middle: no half file" half

# spoil SED: the records of a run, damaged; every kind must do with what is left, or say so.
spoil() {
	rm -rf runs/spoilt && cp -r runs/rich runs/spoilt && sed "$1" runs/rich/metrics.jsonl >runs/spoilt/metrics.jsonl
	for kind in $kinds; do drawn_or_told runs/spoilt $kind || return 1; done
}
check "records of other shapes" spoil 's/\[/{"a": [/g; s/\]/]}/g'
check "records of words" spoil 's/[0-9][0-9]*/"x"/g'
check "records with holes" spoil 's/0\.5/null/g; s/200/null/g; s/"name": "rnn"/"name": 3/'
check "records of huge numbers" spoil 's/: 1,/: 1e308,/g; s/"low": -1/"low": -1e308/g; s/"high": [12]/"high": 1e308/g'
check "records of negative numbers" spoil 's/\[\([0-9]\)/[-\1/g'
check "records of unequal lengths" spoil 's/, 1\]/]/g; s/, 200\]/]/g'
check "empty records" spoil 's/\[[^][]*\]/[]/g'

# ---- the learning rate ----

# make_rate NAME LR MODEL AUC
make_rate() {
	mkdir -p "runs/$1"
	echo "{\"kind\": \"kt\", \"status\": \"done\", \"options\": {\"lr\": $2, \"model\": \"$3\", \"name\": \"$1\"}, \"data\": {\"fingerprint\": \"f\"}}" >"runs/$1/run.json"
	printf '{"kind": "point", "step": %d, "time": 1, "epoch": %d, "valid_auc": %s}\n' 1 1 0.5 2 2 "$4" 3 \
		3 0.4 >"runs/$1/metrics.jsonl"
}
make_rate lr1a 0.001 lstm 0.7
make_rate lr1b 0.001 lstm 0.72
make_rate lr2a 0.01 lstm 0.8
make_rate lr3a 0.1 lstm null
make_rate gru1 0.001 gru 0.75
sed -i 's/0\.[45]/null/' runs/lr3a/metrics.jsonl
check "a sweep over learning rates" gives 0 "$riley" plot runs/lr* --kind lr-sweep -o sweep.gp
check "... the mean of the best, with its interval" grep -q "^0.001 0.57142638[0-9]* 0.81803562[0-9]* 0.71$" sweep.gp
check "... one run has none" sh -c 'sed -n "/^\$c0x0b/,/^EOD/p" sweep.gp | grep -c "^0.01 " | grep -q "^0$"'
check "... both are on the curve" sh -c 'sed -n "/^\$c0x0 /,/^EOD/p" sweep.gp | grep -q "^0.01 0.8$"'
check "... a logarithmic axis" grep -q "^set logscale x$" sweep.gp
check "... the run without a number is told" grep -q "1 of 4 runs have no finite score" sweep.gp
check "... what is what" grep -q 'set ylabel "best validation AUC"' sweep.gp
check "two models" gives 0 "$riley" plot runs/lr[12]* runs/gru1 --kind lr-sweep -o models.svg
check "... are two curves" sh -c 'grep -q ">model lstm<" models.svg && grep -q ">model gru<" models.svg'
beside() {
	"$riley" plot runs/lr[12]* runs/gru1 --kind lr-sweep -o models.gp || return 1
	grep -q '^set label "curves with the same rates are drawn side by side"' models.gp || return 1
	sed -n '/^\$c0x[01] /,/^EOD/p' models.gp | awk 'NF == 2 && $1 > 0.0008 && $1 < 0.0013 { print $1 }' >x
	sort -gu x | awk '{ x[NR] = $1 } END { exit !(NR == 2 && x[1] * x[2] > 0.99e-6 && x[1] * x[2] < 1.01e-6) }'
}
check "... which do not hide each other's points" beside
# No loss is below 0, and no accuracy needs a log axis because an interval nearly reaches 0.
cut() {
	for run in lr1a lr1b; do cp -r runs/$run runs/cut-$run; done
	sed -i 's/valid_auc/valid_loss/; s/0\.7}/0.1}/; s/0\.[45]/9/' runs/cut-lr1?/metrics.jsonl
	"$riley" plot runs/cut-lr1? --kind lr-sweep -o cut.gp || return 1
	equal "$(sed -n '/^\$c0x0v /,/^EOD/p' cut.gp | sed 1d)" "0.001 0
EOD" && grep -q '^set label "cut at what the measure can be"' cut.gp && ! grep -q "cut at what" sweep.gp
}
check "... an end that is cut at 0 has a mark" cut
wide() {
	for i in 1 2; do make_rate wide$i 0.001 lstm 0.9$i; done
	sed -i 's/0\.91/0.55/; s/0\.[45],/0.3,/' runs/wide1/metrics.jsonl
	"$riley" plot runs/wide? --kind lr-sweep -o wide.gp && grep -q '^\(unset\|set\) logscale' wide.gp \
		&& ! grep -q '^set logscale y' wide.gp
}
check "... an interval that nearly reaches 0 makes no axis logarithmic" wide
check "a sweep beside others: status 2" gives 2 "$riley" plot runs/lr* --kind lr-sweep,loss -o no.png
check "... is said" says err "needs a figure of its own"
# A game's first episodes may be lucky: what counts is what the run marked as its best, here frame 200.
sed -i '1s/"train_return": [0-9]*/"train_return": 99/' runs/catch-s1/metrics.jsonl
sed -i 's/"frame": 200}/"frame": 200, "train_return": 2}/' runs/catch-s1/metrics.jsonl
check "a sweep of games" gives 0 "$riley" plot runs/catch-s1 --kind lr-sweep -o games.gp
check "... shows the best that was marked" sh -c 'sed -n "/^\$c0x0 /,/^EOD/p" games.gp | grep -q "^1 2$"'
check "runs without a rate: status 3" gives 3 "$riley" plot runs/one --kind lr-sweep
check "... is said" says err "runs/one: its run.json has no learning rate"
check "nothing but bad numbers: status 3" gives 3 "$riley" plot runs/lr3a --kind lr-sweep

# shown KIND: a script, a picture and text of the first of these runs that have what the kind takes.
shown() {
	for r in runs/rich runs/catch-s1 runs/lr1a; do
		"$riley" plot $r --kind $1 -o law.gp 2>err || continue
		"$riley" plot $r --kind $1 -o law.svg && "$riley" plot $r --kind $1 --text >law.text || return 1
		grep -q "^plot " law.gp && grep -q "<svg" law.svg && test -s law.text
		return
	done
	cat err
	return 1
}
for kind in $kinds; do check "$kind is drawn" shown $kind; done

# ---- characters that no font has ----

# A machine whose fonts have Latin and one Chinese character.
mkdir fonts
odd=$(printf 'runs/\346\250\241\345\236\213-\303\251')
cp -r runs/one "$odd"
printf '#!/bin/sh\necho 20-7e a0-17f\necho 6a21\n' >fonts/fc-list && chmod +x fonts/fc-list
drawn() { (PATH=$tmp/fonts:$PATH && export PATH && keeping "$odd" -o "$1") \
	&& grep -q "^set multiplot title \"$2-$(printf '\303\251')\"" script; }
check "a character that no font has is '?' in a PNG" drawn odd.png "$(printf '\346\250\241')?"
check "... and in a PDF" drawn odd.pdf "$(printf '\346\250\241')?"
check "... and itself in an SVG" drawn odd.svg "$(printf '\346\250\241\345\236\213')"
printf '#!/bin/sh\nexit 127\n' >fonts/fc-list
check "... and in a PNG when nobody knows the fonts" drawn odd.png "$(printf '\346\250\241\345\236\213')"

# ---- for other programs ----

check "nothing in an SVG is scaled to nothing, which some refuse to draw" \
	sh -c '! grep -l "scale(0[.]*0*)" *.svg */*.svg'
if command -v rsvg-convert >/dev/null; then
	check "... librsvg draws it" rsvg-convert several.svg -o several.png
else
	skip "... librsvg draws it" "rsvg-convert is not here"
fi

rm -rf runs/two/plots
chmod a-w runs/two
if [ -w runs/two ]; then skip "a folder that can't be written" "root may write anywhere"
else check "a folder that can't be written: status 1" gives 1 "$riley" plot runs/two
fi
check "a device is not replaced: status 1" gives 1 "$riley" plot runs/one --text -o /dev/null
finish
