#!/bin/sh
# sweep.sh - `riley sweep` as a user meets it, on runs that take moments.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

RILEY_GNUPLOT=$tmp/no-gnuplot
export RILEY_GNUPLOT
cd "$tmp" || exit 99

sweep() { "$riley" sweep "$@"; }
equal() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }
holds() { awk "BEGIN { exit !($1) }" || { echo "false: $1"; return 1; }; }
# field COLUMN OF LINE: from a sweep's results.csv, whose first line is line 1.
field() { awk -F, -v name="$1" -v line="$3" \
	'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } NR == line { print $c }' \
	"runs/$2/results.csv"; }
done_runs() { grep -l '"status": "\(done\|stopped early\)"' runs/"$1"/*/run.json 2>/dev/null | wc -l | tr -d ' '; }
inodes() { ls -i runs/"$1"/*/model.safetensors; }

# ---- a grid ----

cat >grid.ini <<END
# a comment
[sweep]
command = riley net train iris --split 0.2
seeds = 2

[fixed]
epochs = 3

[vary]
lr = 0.001 .. 0.1 log 3
batch = 8, 16
END

check "a grid" gives 0 "$riley" sweep grid.ini --jobs 2 --plain
check "... ends with what to do next, which works" hints_work 2
check "... says what it is about to do" says err "6 trials, 12 runs in runs/grid, 12 of them to do"
check "... and how each ended" says err "lr-0.01_batch-16_s2: valid_loss"
check "... has run all" equal "$(done_runs grid)" 12
check "... side by side in folders of their own" test -s runs/grid/lr-0.001_batch-8_s1/model.safetensors
check "... with what they printed" grep -q accuracy runs/grid/lr-0.001_batch-8_s1/log.txt
check "... ranks them" says out "by valid loss, smaller is better"
check "... the table has them all" sh -c 'test "$(grep -c "^ *[1-6] .* 0\.0*1*1 " out)" = 6 || { cat out; exit 1; }'
check "... within 80 columns" sh -c "! sed \"/riley'* net train/d\" out | grep -q '^.\{81,\}'"
check "... bars for each value, without gnuplot" \
	sh -c 'grep -q "^    0.1  *[0-9.]*  ..*" out && grep -q "^    16  *[0-9.]*  ..*" out'
check "... which is missed" says err "No plots"
check "... and the best one again" says out "net train iris --split 0.2 --epochs 3 --lr 0.1"
check "... bars say where they begin" grep -qE "^  The best valid loss with each value \(bars begin at [0-9.e+-]+\):$" out
again() {
	line=$(sed -n '/To repeat the best one/{n;p;}' out)
	sh -c "$line --name again -q" >/dev/null 2>&1 \
		&& cmp runs/again/model.safetensors "$(field run grid 2)/model.safetensors"
}
check "... to the same bits" again
check "no interval of a loss begins below 0" holds \
	"$(awk 'f { n++; bad += $1 + 0 < 0 } { f = /"interval"/ } END { print (n == 6 && !bad) }' runs/grid/results.json)"
check "the sweep's folder has the report" grep -q "To repeat the best one" runs/grid/report.txt
check "... the description" cmp grid.ini runs/grid/sweep.ini
check "... a line for each run" equal "$(wc -l <runs/grid/results.csv | tr -d ' ')" 13
check "... with options and numbers" holds \
	"$(field batch grid 2) >= 8 && $(field accuracy grid 2) >= 0 && $(field valid_loss grid 2) > 0"
check "... best first" holds "$(field rank grid 2) == 1 && $(field rank grid 13) == 6"
check "... nothing strange" equal "$(ls runs/grid | grep -v '^lr-' | tr '\n' ' ')" \
	"lock report.txt results.csv results.json sweep.ini "

inodes grid >before
check "once more does nothing" gives 0 "$riley" sweep grid.ini --json -q
check "... and says the same" says out '"finished": 12'
check "... as JSON, the file too" cmp out runs/grid/results.json
check "... not a run was repeated" sh -c "ls -i runs/grid/*/model.safetensors | cmp - before"
sed -i 's/batch = 8, 16/batch = 8, 16, 32/' grid.ini
check "one more value" gives 0 "$riley" sweep grid.ini --dry-run
check "... makes three more runs a seed" equal "$(grep -c '^to begin .*batch-32' out) $(grep -c '^done ' out)" "6 12"
check "... and running them leaves the others" gives 0 "$riley" sweep grid.ini -q
check "... as they are" sh -c "ls -i runs/grid/*/model.safetensors | grep -v batch-32 | cmp - before"
sed -i 's/epochs = 3/epochs = 4/' grid.ini
check "another description, same folder: status 3" gives 3 "$riley" sweep grid.ini
check "... says what differs" says err "its --epochs is 3, not 4; choose another --name for another description or other data"
check "--name" gives 0 "$riley" sweep grid.ini --name other -q --dry-run
check "... is used" says out "runs/other/lr-0.001_batch-8_s1"
check "... and dry-run makes nothing" test ! -e runs/other
check "a run is no place for a sweep: status 2" gives 2 "$riley" sweep grid.ini --name again

# ---- random search ----

cat >random.ini <<END
[sweep]
command = net train gen:xor
search = random
trials = 5
rank = accuracy

[fixed]
points = 60
epochs = 2

[vary]
lr = 1e-3 .. 1 log
batch = 4 .. 64
optimizer = sgd, adam
END
check "random search" gives 0 "$riley" sweep random.ini --dry-run
cp out first
check "... has its trials" equal "$(wc -l <out | tr -d ' ')" 5
check "... the same every time" sh -c "'$riley' sweep random.ini --dry-run 2>/dev/null | cmp - first"
check "... others from another seed" sh -c "! '$riley' sweep random.ini --dry-run --seed 2 2>/dev/null | cmp -s - first"
check "... more of them begin the same" sh -c "sed 's/trials = 5/trials = 8/' random.ini >more.ini; '$riley' sweep more.ini --name random --dry-run 2>/dev/null | head -n 5 | cmp - first"
check "... runs" gives 0 "$riley" sweep random.ini --plain
check "... ranked as asked for" says out "by accuracy, larger is better"
check "... beside the baseline of that measure" sh -c 'grep -qE "accuracy .*baseline accuracy$" out && grep -qF "Baseline: always the most frequent class" out'
check "... also as JSON" sh -c '"$0" sweep random.ini --json -q | grep -q "\"baseline_accuracy\": 0\.[0-9]"' "$riley"

# ---- commands for elsewhere ----

cat >jobs.ini <<END
[sweep]
command = kt train "two words.csv" --test-split 0.3
seeds = 3, 5
[fixed]
epochs = 2
[vary]
hidden = 4, 6
END
"$riley" kt gen "two words.csv" --students 60 --exercises 8 -q >/dev/null 2>&1 \
	|| "$riley" kt gen "two words.csv" >/dev/null 2>&1
check "--emit-jobs" gives 0 "$riley" sweep jobs.ini --emit-jobs -o jobs.txt
check "... a line for each run" equal "$(wc -l <jobs.txt | tr -d ' ')" 4
check "... quoted for the shell" grep -q "kt train 'two words.csv' --test-split 0.3 --epochs 2 --hidden 4 --seed 5 --threads 1 --name runs/jobs/hidden-4_s5$" jobs.txt
check "... and nothing else" test ! -e runs/jobs
check "... run by sh, one of them twice" sh -c 'head -n 1 jobs.txt | sh && sed -n 2p jobs.txt | sh'
check "... the rest stays" gives 0 "$riley" sweep jobs.ini --emit-jobs
check "... on stdout" equal "$(wc -l <out | tr -d ' ')" 2
check "... which is said" says err "2 commands; 2 of 4 runs are done"
check "... and is run by the sweep" gives 0 "$riley" sweep jobs.ini -q
check "the sweep elsewhere" gives 0 "$riley" sweep jobs.ini --name here -q
same_bits() { for r in runs/jobs/*_s*; do cmp "$r/model.safetensors" "runs/here/${r##*/}/model.safetensors" \
	|| return 1; done; }
check "... gives the same bits as the lines" same_bits
check "... by validation, the test beside it" sh -c 'grep -q "valid auc  .*95 %  *auc" out'

mkdir machine1 machine2
mv runs/here/hidden-4_s3 machine1/a
mv runs/here/hidden-4_s5 runs/here/hidden-6_s5 machine2
mv runs/here/hidden-6_s3 machine2/b
cp -R machine1/a machine2/copy
check "--collect" gives 0 "$riley" sweep jobs.ini --collect machine1/a machine2 runs/grid --name gathered --json
check "... finds all of them, whatever they are called" says out '"finished": 4'
check "... leaves out what is not the sweep's" says err "Ignored: 18 runs that do not belong to this sweep"
check "... why" says err "not a run of riley kt train"
check "... the same numbers" equal "$(cut -d, -f1,3- runs/gathered/results.csv | sed 's/,[^,]*,[^,]*$//')" \
	"$(cut -d, -f1,3- runs/jobs/results.csv | sed 's/,[^,]*,[^,]*$//')"
check "... or those of its own folder" gives 0 "$riley" sweep jobs.ini --collect
check "... which can be part of them" gives 0 "$riley" sweep jobs.ini --collect machine1 --name part
check "... as is said" says out "1 of 4 runs done"
check "... row by row" says out "1 of 2 to come"
check "none of them: status 3" gives 3 "$riley" sweep jobs.ini --collect runs/grid
check "a folder that is not there: status 1" gives 1 "$riley" sweep jobs.ini --collect nowhere

# ---- killed, stopped, failing ----

cat >long.ini <<END
[sweep]
command = net train gen:spiral
[fixed]
points = 1000
epochs = 100000
patience = 0
layers = auto-8tanh-auto
[vary]
lr = 0.001, 0.002, 0.003
END
# Whether two runs of the sweep have checkpoints.
under_way() { [ "$(ls "runs/$1"/*/last.safetensors 2>/dev/null | wc -l)" -ge 2 ]; }
stop_with() {
	"$riley" sweep long.ini --jobs 2 --name "$2" >out 2>err & child=$!
	await_from $child under_way "$2"
	kill -"$1" $child
	status=0
	wait $child || status=$?
}
stop_with TERM long
check "SIGTERM: status 130" equal $status 130
check "... says so" says err "stopped, 0 of 3 runs done; resume with: "
goes_on() { sh -c "$(sed -n 's/.*; resume with: //p' err) --dry-run" | grep -c '^to go on with  *runs/long/'; }
check "... and how to go on" equal "$(goes_on)" 2
check "... two runs have stopped and saved" equal \
	"$(grep -l '"status": "interrupted"' runs/long/*/run.json | wc -l | tr -d ' ')" 2
check "... the third never began" test ! -e runs/long/lr-0.003_s1/run.json
if [ "$(uname)" = Linux ]; then
	stop_with KILL killed
	check "kill -9" equal $status 137
	check "... its runs save what they have" \
		await eval '[ $(grep -l "\"status\": \"interrupted\"" runs/killed/*/run.json | wc -l) -eq 2 ]'
	check "... and can be gone on with" gives 0 "$riley" sweep long.ini --name killed --emit-jobs
	check "... by --resume" equal "$(grep -c -- '--resume runs/killed/' out) $(grep -c -- '--name runs/killed/' out)" "2 1"
else
	skip "kill -9" "only Linux tells runs that their sweep was killed"
fi

# A sweep that is killed and one that is not come to the same.  Where it was at its end before it
# could be killed, with longer runs.
killed_halfway() {
	epochs=60
	while :; do
		cat >short.ini <<-END
			[sweep]
			command = net train gen:spiral
			[fixed]
			points = 600
			epochs = $epochs
			layers = auto-8tanh-auto
			[vary]
			lr = 0.001 .. 0.02 log 6
		END
		"$riley" sweep short.ini -q >/dev/null &
		child=$!
		await_from $child test -e runs/short/lr-0.001821_s1/run.json && kill -9 $child
		status=0
		wait $child || status=$?
		[ $status -eq 0 ] && [ $epochs -lt 1000000 ] || break
		rm -r runs/short
		epochs=$((epochs * 5))
	done
	equal $status 137
}
check "a sweep is killed halfway" killed_halfway
go_on() {
	while gives 1 "$riley" sweep short.ini -q >/dev/null \
		&& says err "another sweep is running here" >/dev/null; do sleep 0.05; done
	gives 0 "$riley" sweep short.ini -q
}
check "killed, it goes on" go_on
check "... to its end" equal "$(done_runs short)" 6
check "the same sweep in one go" gives 0 "$riley" sweep short.ini --name whole -q
same_models() { for r in runs/short/lr-*; do cmp "$r/model.safetensors" \
	"runs/whole/${r##*/}/model.safetensors" || return 1; done; }
check "... has the same models" same_models
check "... and the same numbers" sh -c "cut -d, -f1,3-7 runs/short/results.csv >a; cut -d, -f1,3-7 runs/whole/results.csv | cmp - a"

cat >failing.ini <<END
[sweep]
command = net train iris
[fixed]
epochs = 2
[vary]
layers = auto-4tanh-auto, 7-4tanh-auto, auto-8tanh-auto
END
check "one that fails: status 1" gives 1 "$riley" sweep failing.ini
check "... is named with its sentence" says err "1 of 3 runs failed, first runs/failing/layers-7-4tanh-auto_s1: "
check "... the others are ranked" equal "$(grep -c '^  *[12]  *auto-' out)" 2
check "... it is last" sh -c 'grep -q "^ *-  *7-4tanh-auto .*failed" out'
check "... and tried again next time" gives 1 "$riley" sweep failing.ini -q
cat >diverging.ini <<END
[sweep]
command = rl train catch --hidden 8 --start 50 --frames 1500 --eval-episodes 5
[fixed]
optimizer = sgd
target-every = 0
[vary]
lr = 0.01, 1e6
END
check "one that diverges is a result: status 0" gives 0 "$riley" sweep diverging.ini --plain
check "... that is told" sh -c 'grep -q "^ *-  *1000000 .*diverged" out || { cat out err; exit 1; }'
check "... and not repeated" gives 0 "$riley" sweep diverging.ini --dry-run
check "... nothing is left to do" says err "0 of them to do"
sed -i 's/lr = 0.01, 1e6/lr = 1e5, 1e6/' diverging.ini
check "all diverge: status 5" gives 5 "$riley" sweep diverging.ini --name worse -q

# ---- a game ----

cat >game.ini <<END
[sweep]
command = rl train catch --hidden 8 --batch 4 --start 20 --frames 200 --eval-episodes 5
seeds = 2
[vary]
double = no, yes
n-step = 1 .. 2
END
check "a game" gives 0 "$riley" sweep game.ini -q --json
check "... by its return" says out '"measure": "mean_return"'
check "... with flags" says out '--double=yes --n-step 2 --seed 1'
check "... all of it" says out '"finished": 8'
in_range() { tr -d ' \n' <out | grep -o '"interval":\[[^]]*\]' | sed 's/.*\[//; s/\]//' | awk -F , '{ n++; if ($1 < -1 || $2 > 1) { print; bad = 1 } } END { exit bad || !n }'; }
check "... with intervals within the game's range" in_range
check "... on the page, too" sh -c '"$0" sweep game.ini -q >out && cat out && grep -qF "  [-0." out && ! grep -E "baseline" out' "$riley"

# ---- the picture ----

cat >drawn.ini <<END
[sweep]
command = net train iris --epochs 2
seeds = 2
[vary]
lr = 0.001 .. 0.1 log 3
layers = auto-4tanh-auto, 7-4tanh-auto
END
if gnuplot --version >/dev/null 2>&1; then
	unset RILEY_GNUPLOT
	check "a picture" gives 1 "$riley" sweep drawn.ini -q
	check "... a PNG" sh -c 'head -c 4 runs/drawn/plots/sweep.png | grep -q PNG'
	check "... and an SVG with a panel for each option" \
		sh -c 'for w in lr layers "valid loss" 0.001 auto-4tanh-auto; do grep -q ">$w<" runs/drawn/plots/sweep.svg || { echo "no $w"; exit 1; }; done'
	explains() { grep -q ">net train iris: a dot for each trial, with its 95 % interval over seeds<" runs/drawn/plots/sweep.svg \
		&& grep -q ">orange: the best with each value; .*x: failed or diverged<" runs/drawn/plots/sweep.svg; }
	check "... that explains its marks" explains
	sed -i 's/, 7-4tanh-auto//; s/lr = .*/lr = 0.01/' drawn.ini
	check "a single trial has one too" gives 0 "$riley" sweep drawn.ini
	check "... of which nobody complains" says err "Pictures: runs/drawn/plots/sweep.png and .svg"
	# A gnuplot that keeps what it is told; in the end that is the SVG.
	printf '#!/bin/sh\ntee script | gnuplot "$@"\n' >keeps && chmod +x keeps
	RILEY_GNUPLOT=$tmp/keeps
	export RILEY_GNUPLOT
	check "a grid's picture" gives 0 "$riley" sweep runs/grid/sweep.ini --name grid --collect
	trials() { sed -n "/^\$$1 <</,/^EOD/p" script | awk 'NF > 1 && $2 != "<<"'; }
	apart() {
		for t in t0 t1; do equal "$(trials $t | awk '{ print $1 }' | sort -u | wc -l | tr -d ' ')" 9 \
			|| return 1; done
		equal "$(trials b0 | wc -l | tr -d ' ')" 3 || return 1
		trials b0 | while read -r x y; do trials t0 | grep -q "^$x $y " \
			|| { echo "no trial at $x, $y"; return 1; }; done
	}
	check "... trials that share a value stand apart, the best of them at it" apart
	ordered() { for t in t0 t1; do trials $t \
		| awk '{ bad += !($3 <= $2 && $2 <= $4 && $3 >= 0) } END { exit bad || NR != 9 }' \
		|| return 1; done; }
	check "... their intervals hold their means, and no loss below 0" ordered
	inside() { awk '/^set yrange/ { split(substr($3, 2), r, ":"); low = r[1] + 0; high = r[2] + 0 }
		/^\$t0 <</ { on = 1; next } /^EOD/ { on = 0 } on && NF == 4 { n++; least = n == 1 || $3 < least ? $3 : least; most = n == 1 || $4 > most ? $4 : most }
		END { print n, low, least, most, high; exit !(n == 9 && low <= least && high >= most) }' script; }
	check "... none is cut by the axis" inside
	# A loss is not below 0: where its interval would be, a triangle says so, and the title what it is.
	cuts() { equal "$(trials l0)" "$(trials t0 | awk '$3 == 0 { print $1, $3 }')" \
		&& equal "$(trials h0)" "" && test -n "$(trials l0)" \
		&& grep -q "triangle: an interval cut at what the measure can be" script; }
	check "... an end that is cut at 0 has a mark" cuts
	printf '%s\n' '[sweep]' 'command = net train iris' 'search = random' 'trials = 6' '[fixed]' 'epochs = 1' '[vary]' \
		'batch = 8 .. 9' 'lr = 0.1 .. 0.2' >whole.ini
	check "whole numbers that were drawn" gives 0 "$riley" sweep whole.ini -q
	stand_apart() { equal "$(trials t0 | awk '{ print $1 }' | sort -u | wc -l | tr -d ' ')" 6; }
	check "... trials that share one stand apart, too" stand_apart
	check "... without ticks between whole numbers" grep -q "^set xtics 1$" script
	printf '%s\n' '[sweep]' 'command = net train iris' '[fixed]' 'epochs = 1' '[vary]' 'batch = 8, 16, 32' \
		'lr = 0.1, 0.2, 0.3' >doubled.ini
	check "a list whose values double" gives 0 "$riley" sweep doubled.ini -q
	axes() { equal "$(grep -c "^set logscale x" script)" 1 && grep -q '^set xtics ("8" 8, "16" 16, "32" 32)$' script; }
	check "... is on a log axis, and no other list" axes
	RILEY_GNUPLOT=$tmp/no-gnuplot
	export RILEY_GNUPLOT
else
	skip "a picture" "gnuplot is not installed"
fi

# ---- data that were changed in between ----

awk 'BEGIN { OFS = ","; print "a,b,y"; for (i = 0; i < 60; i++) print i % 7, i % 5, (i % 7 + i % 5 > 5) ? "yes" : "no" }' >rows.csv
printf '%s\n' '[sweep]' 'command = net train rows.csv --target y' 'seeds = 2' '[fixed]' 'epochs = 2' \
	'[vary]' 'lr = 0.1, 0.2' >changed.ini
check "a sweep on a file" gives 0 "$riley" sweep changed.ini --jobs 1 -q
mkdir -p copied && cp -r runs/changed/lr-0.1_s1 runs/changed/lr-0.1_s2 copied
rm -r runs/changed/lr-0.2_s2
sed -i '2s/.*/9,9,no/' rows.csv
"$riley" net train rows.csv --target y --epochs 2 --lr 0.2 --seed 2 --threads 1 --name "$tmp/copied/other" \
	-q >/dev/null 2>&1
check "a run on other rows is none of it" gives 0 "$riley" sweep changed.ini --collect copied
check "... which is said" says err "copied/other: trained on other data than copied/lr-0.1_s1, although both files are called rows.csv"
check "... it is not ranked" equal "$(grep -c finished runs/changed/results.csv)" 2
check "the missing run has other rows: it fails" gives 1 "$riley" sweep changed.ini --jobs 1
check "... which is said" says err "lr-0.2_s2: trained on other data than runs/changed/lr-0.1_s1"
check "... and said again: status 3" gives 3 "$riley" sweep changed.ini --jobs 1
check "... with what to do" says err "choose another --name for another description or other data"
cut=$(head -c 99 runs/changed/lr-0.1_s1/run.json)
echo "$cut" >runs/changed/lr-0.1_s1/run.json
check "a run whose run.json is damaged: status 3" gives 3 "$riley" sweep changed.ini
check "... with what to do" says err "remove that folder to repeat the run"
printf '%s\n' '[sweep]' 'command = net train gen:xor' 'seeds = 2' '[fixed]' 'epochs = 2' '[vary]' \
	'lr = 0.1, 0.2' >made.ini
check "data made from the seed may differ" gives 0 "$riley" sweep made.ini --jobs 1 -q
check "... and all are ranked" equal "$(grep -c finished runs/made/results.csv)" 4

# ---- what is wrong is said before anything runs ----

# refused SENTENCE LINE...: a description of these lines ends with status 3, with the sentence and no runs.
refused() {
	sentence=$1
	shift
	printf '%s\n' "$@" >wrong.ini
	gives 3 "$riley" sweep wrong.ini && says err "$sentence" && [ ! -e runs/wrong ]
}
a='[sweep]' b='command = net train iris' v='[vary]' l='lr = 0.1, 0.2'
check "no command" refused "wrong.ini: no command" "$a"
check "another command" refused "wrong.ini:2: 'net eval' cannot be swept" "$a" "command = net eval iris"
check "nothing to learn from" refused "wrong.ini:2: command = net train: expected its data or game" "$a" \
	"command = net train" "$v" "$l"
check "data that are not there" refused "wrong.ini:2: none.csv: No such file" "$a" \
	"command = kt train none.csv" "$v" "$l"
check "a game that is not there" refused "did you mean 'catch'" "$a" "command = rl train catsh" "$v" "$l"
check "an option the game does not have" refused "--slippery: catch does not have this option" "$a" \
	"command = rl train catch" "$v" "slippery = no, yes"
check "standard input" refused "wrong.ini:2: runs in parallel cannot all read standard input" "$a" \
	"command = net train -" "$v" "$l"
check "a wrong option in the command" refused "wrong.ini:2: unknown option --epoks" "$a" "$b --epoks 3" "$v" "$l"
check "a quote" refused "wrong.ini:2: command" "$a" "$b 'x" "$v" "$l"
check "nothing to sweep" refused "wrong.ini: nothing to sweep" "$a" "$b"
check "an unknown option" refused "wrong.ini:4: 'lrr' is not an option of 'riley net train'; did you mean 'lr'?" "$a" "$b" "$v" "lrr = 1, 2"
check "an option of another command" refused "wrong.ini:4: 'frames' is not an option" "$a" "$b" "[fixed]" \
	"frames = 5" "$v" "$l"
check "a value out of range" refused "wrong.ini:4: dropout: 2 is out of range" "$a" "$b" "$v" "dropout = 0.1, 2"
check "a range out of range" refused "wrong.ini:4: dropout: 3 is out of range" "$a" "$b" "$v" "dropout = 0.1 .. 3 4"
check "a fixed value out of range" refused "wrong.ini:4: epochs: 0 is out of range" "$a" "$b" "[fixed]" \
	"epochs = 0" "$v" "$l"
check "no number" refused "wrong.ini:4: lr: 'fast' is not a number" "$a" "$b" "$v" "lr = 0.1, fast"
check "a word that is none" refused "did you mean 'adam'" "$a" "$b" "$v" "optimizer = sgd, adm"
check "twice the same" refused "wrong.ini:4: lr: 0.1 is given twice" "$a" "$b" "$v" "lr = 0.1, 0.2, 1e-1"
check "upside down" refused "wrong.ini:4: lr: 0.2 is not below 0.1" "$a" "$b" "$v" "lr = 0.2 .. 0.1 3"
check "a log scale from 0" refused "wrong.ini:4: lr: a log scale must begin above 0" "$a" "$b" "$v" \
	"lr = 0 .. 0.1 log 3"
check "a grid without a number" refused "a grid needs the number of values" "$a" "$b" "$v" "lr = 0.01 .. 0.1 log"
check "more than there are" refused "there are only 3 whole numbers from 4 to 6, not 5" "$a" "$b" "$v" \
	"batch = 4 .. 6 5"
check "an empty value" refused "a value is missing next to a comma" "$a" "$b" "$v" "lr = 0.1,,0.2"
check "no value" refused "wrong.ini:4: lr: no values" "$a" "$b" "$v" "lr ="
check "a strange word" refused "wrong.ini:4: lr: 'lag'" "$a" "$b" "$v" "lr = 0.1 .. 0.2 lag 3"
check "given twice" refused "wrong.ini:5: 'lr' is given twice" "$a" "$b" "$v" "$l" "lr = 3, 4"
check "fixed and varying" refused "wrong.ini:4: 'lr' is fixed here but varies in line 6" "$a" "$b" "[fixed]" \
	"lr = 1" "$v" "$l"
check "in the command and varying" refused "wrong.ini:4: 'lr' varies but is also fixed" "$a" "$b --lr 1" "$v" "$l"
check "in the command and fixed" refused "wrong.ini:4: 'epochs' is fixed here and also given in the command" \
	"$a" "$b --epochs 1" "[fixed]" "epochs = 2" "$v" "$l"
check "a name" refused "wrong.ini:4: 'name' is not allowed here: the sweep names its runs itself" "$a" "$b" \
	"$v" "name = a, b"
check "seeds" refused "wrong.ini:4: 'seed' is not allowed here" "$a" "$b" "$v" "seed = 1, 2"
check "... in the command" refused "wrong.ini:2: --seed is not allowed in the command" "$a" "$b --seed 3" "$v" "$l"
check "folds" refused "wrong.ini:2: --folds is not allowed in the command" "$a" \
	"command = kt train 'two words.csv' --folds 3" "$v" "$l"
check "an unknown section" refused "wrong.ini:4: section [varry]" "$a" "$b" "[varry]" "$l"
check "an unknown key" refused "wrong.ini:3: [sweep] has no 'seedz'; did you mean 'seeds'?" "$a" "$b" "seedz = 3"
check "no section" refused "wrong.ini:1: 'lr' is in no section" "$l"
check "neither line" refused "wrong.ini:3: expected [section] or option = value" "$a" "$b" "what is this"
check "options that are wrong together: the one that is" refused "wrong.ini:5: --layers auto-4foo-auto" "$a" \
	"$b" "$v" "$l" "layers = auto-4tanh-auto, auto-4foo-auto" "batch = 4, 8"
check "... also in the first trial" refused "wrong.ini:4: --layers auto-4foo-auto" "$a" "$b" "$v" \
	"layers = auto-4foo-auto, auto-4tanh-auto" "$l"
check "... and fixed" refused "wrong.ini:5: --layers auto-4foo-auto" "$a" "$b" "[fixed]" "epochs = 3" \
	"layers = auto-4foo-auto" "batch = 8" "$v" "$l"
check "... and in the command" refused "wrong.ini:2: --layers auto-4foo-auto" "$a" \
	"$b --layers auto-4foo-auto" "[fixed]" "epochs = 3" "$v" "$l"
check "trials of a grid" refused "wrong.ini:3: trials = 4: a grid tries every combination" "$a" "$b" \
	"trials = 4" "$v" "$l"
check "random without trials" refused "wrong.ini:3: search = random needs the number of trials" "$a" "$b" \
	"search = random" "$v" "$l"
check "another search" refused "wrong.ini:3: search = bayes: expected grid or random" "$a" "$b" \
	"search = bayes" "$v" "$l"
check "no trials" refused "wrong.ini:4: trials = 0: expected a whole number from 1 to 10000" "$a" "$b" \
	"search = random" "trials = 0" "$v" "$l"
check "more draws than there are" refused "found only 2 different trials" "$a" "$b" "search = random" \
	"trials = 3" "$v" "$l"
check "too many runs" refused "12000 runs of 3 seeds each" "$a" "$b" "seeds = 3" "$v" "lr = 0.1 .. 0.9 4000"
check "seeds that are none" refused "wrong.ini:3: seeds = 3; 4" "$a" "$b" "seeds = 3; 4" "$v" "$l"
check "a seed twice" refused "a seed is given twice" "$a" "$b" "seeds = 3, 3" "$v" "$l"
check "a measure that is none" refused "did you mean 'accuracy'?" "$a" "$b" "rank = acuracy" "$v" "$l"
check "a long line" refused "wrong.ini:3: the line is too long" "$a" "$b" "$(printf '%0300d' 0)"
check "a file that is not there: status 3" gives 3 "$riley" sweep nothing.ini
check "no file: status 2" gives 2 "$riley" sweep
check "two things at once: status 2" gives 2 "$riley" sweep grid.ini --emit-jobs --collect
check "folders without --collect: status 2" gives 2 "$riley" sweep grid.ini runs
seeds_in_the_environment() { RILEY_SEEDS=3 gives 2 "$riley" sweep game.ini --name env \
	&& says err "--seeds 3 is set in the environment"; }
check "seeds in the environment: status 2" seeds_in_the_environment

# ---- variants ----

cat >kinds.ini <<END
[sweep]
command = net train iris --split 0.2
seeds   = 2
show    = accuracy, seconds
[fixed]
epochs  = 3
[variants]
base    =
slow    = --lr 0.0001
large   = --lr 0.05 --batch 4
END
check "variants" gives 0 "$riley" sweep kinds.ini --plain --jobs 2
check "... stand as they are listed" equal \
	"$(awk '/^  variant/ { t = 1; next } t && NF == 0 { exit } t { printf "%s ", $1 }' out)" "base slow large "
check "... have runs of their names" test -s runs/kinds/large_s2/model.safetensors
check "... with their options" grep -q '"batch": 4' runs/kinds/large_s2/run.json
check "... and those that are fixed" grep -q '"epochs": 3' runs/kinds/slow_s1/run.json
check "... are compared with the first" says out "difference from variant 'base' with its 95 % interval (Welch)"
check "... with what is asked for beside it" says out "accuracy  seconds"
check "... the best is not the first" sh -c "sed -n '/To repeat/{n;p;}' out | grep -q -- '--lr 0.05 --batch 4'"
check "once more does nothing" gives 0 "$riley" sweep kinds.ini --json
check "... and says it for programs" says out '"base": "base"'
check "... with the difference" says out '"difference_interval"'
inodes kinds >before
check "runs elsewhere are told apart" gives 0 "$riley" sweep kinds.ini --collect runs/kinds --name moved --json -q
check "... all of them" says out '"finished": 6'
check "... the same" sh -c 'sed /seconds/d out >moved && sed /seconds/d runs/kinds/results.json | cmp - moved'
sed -i 's/--batch 4/--batch 5/' kinds.ini
check "another variant in its place: status 3" gives 3 "$riley" sweep kinds.ini
check "... says what differs" says err "large_s1: its --batch is 4, not 5; choose another --name"
check "... and leaves the runs" sh -c "ls -i runs/kinds/*/model.safetensors | cmp - before"
check "a variant that is wrong" refused "wrong.ini:6: unknown option --lt" "$a" "$b" "[variants]" "good = --lr 1" \
	"" "bad = --lt 1"

# ---- the example, and help ----

check "the example" gives 0 "$riley" sweep "$srcdir/doc/sweep.ini" --dry-run
check "... is as it says" says err "12 trials, 36 runs in runs/sweep, "
check "--help" gives 0 "$riley" sweep --help
check "... shows a description" says out "1e-4 .. 1e-2 log"
check "... in 80 columns and a few" sh -c '! grep -q "^.\{100,\}" out'
check "... and what Slurm runs" says out SLURM_ARRAY_TASK_ID
sed -n '/^ *\[sweep\]/,/^$/s/^ *//p' out >help.ini
sed -n '/^    \[sweep\]/,/^[^ ]/s/^    //p' "$srcdir/README.md" >readme.ini
cp "two words.csv" train.csv
cp "two words.csv" test.csv
check "... that can be used" gives 0 "$riley" sweep help.ini --dry-run
check "... to its end" says err "20 trials, 60 runs"
check "so can that of the README" gives 0 "$riley" sweep readme.ini --dry-run
check "... with its seeds" says err "20 trials, 60 runs"
finish
