#!/bin/sh
# plot.sh - riley plot on run directories that are made here.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/shell_tap.sh"

case $riley in /*) ;; *) riley=$(pwd)/$riley;; esac
unset RILEY_GNUPLOT RILEY_CONFIG RILEY_JSON
HOME=$tmp
export HOME
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

starts() { [ "$(head -c "$2" "$1")" = "$3" ]; }

check "an unknown ending: status 2" gives 2 "$riley" plot runs/one -o curves.gif
check "... with those that are known" says err ".png, .svg or .pdf"
check "a picture on stdout: status 2" gives 2 "$riley" plot runs/one -o -
check "no run at all: status 2" gives 2 "$riley" plot
for size in 100 x 0x5 100x 100x-5 axb 100x100x 1e3x10; do
	check "--size $size: status 2" gives 2 "$riley" plot runs/one --size "$size"
done
check "not a run: status 3" gives 3 "$riley" plot notarun
check "... is said" says err "notarun: not a run"
check "a run without points: status 3" gives 3 "$riley" plot runs/empty
check "... is said" says err "runs/empty: nothing has been logged yet"
check "one of two without points: status 3" gives 3 "$riley" plot runs/one runs/empty --text

without() { RILEY_GNUPLOT=/no/such/gnuplot gives 4 "$riley" plot runs/one; }
check "without gnuplot: status 4" without
none() { mkdir -p bin && PATH=$tmp/bin gives 4 "$riley" plot runs/one; }
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

check "--json" gives 0 "$riley" plot runs/one --json -q
check "... names the files" says out '"runs/one/plots/curves.svg"'

echo '{"kind": "poi' >>runs/one/metrics.jsonl
check "a half-written line is no matter" gives 0 "$riley" plot runs/one --text
check "... but is told" says err "1 lines of metrics.jsonl could not be read"

printf '%s\n' '{"kind": "point", "step": 1, "frame": 50000, "return": -3}' '{"kind": "point", "step": 2, "frame": 100000, "return": 5}' >runs/empty/metrics.jsonl
check "a run of games" gives 0 "$riley" plot runs/empty --text
check "... counts frames" says out "frame (thousands)"
check "... and shows returns" says out "return"

# ---- seeds of a game: drawn as their mean, in a band ----

# make_seed NAME SHIFT FRAMES LR: returns 1 + SHIFT, 2 + SHIFT ... at frames 100, 200 ...
make_seed() {
	mkdir -p "runs/$1"
	echo "{\"kind\": \"rl\", \"status\": \"done\", \"game\": {\"name\": \"catch\"}, \"options\": {\"lr\": $4, \"name\": \"$1\"}}" >"runs/$1/run.json"
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
near_band() { band "$1" | awk -v low="$2" -v high="$3" '{ n++; d = $2 - low; e = $3 - high; ok = d * d < 1e-6 && e * e < 1e-6 } END { exit !(n == 1 && ok) }' || { cat script | head -n 60; return 1; }; }
check "three seeds" keeping runs/catch-s1 runs/catch-s2 runs/catch-s3 -o seeds.svg
check "... are one curve" grep -q "catch (3 seeds)" seeds.svg
check "... the mean of the returns" sh -c 'sed -n "/^\$c1x0 <</,/^EOD/p" script | grep -q "^100 2.33333333$"'
check "... and its interval" near_band 100 -1.461250 6.127916
check "... as far as all have come" test "$(sed -n "/^\$c1x0b <</,/^EOD/p" script | grep -c "00 ")" -eq 4
check "... a shade" grep -q "fill-opacity" seeds.svg
check "... that is explained" grep -q "95 % interval over seeds" seeds.svg
check "... what was best for one is not shown" sh -c '! grep -q best seeds.svg'
check "... the returns are those of training" grep -q ">training return<" seeds.svg
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

chmod a-w runs/two
if [ -w runs/two ]; then skip "a folder that can't be written" "root may write anywhere"
else
	rm -r new; rm -rf runs/two/plots
	check "a folder that can't be written: status 1" gives 1 "$riley" plot runs/two
fi
check "a device is not replaced: status 1" gives 1 "$riley" plot runs/one --text -o /dev/null
finish
