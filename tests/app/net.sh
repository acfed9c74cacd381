#!/bin/sh
# net.sh - `riley net train`, `eval` and `predict` as a user meets them.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

iris=$srcdir/datasets/data/iris.csv
cd "$tmp" || exit 99

# The number after a key of the last command's JSON: value accuracy.
value() { sed -n 's/^ *"'"$1"'": \([-0-9.e]*\),*$/\1/p' "$tmp/out"; }
# at_least KEY NUMBER
at_least() { awk -v x="$(value "$1")" -v y="$2" 'BEGIN { exit !(x != "" && x + 0 >= y) }' \
	|| { echo "$1 is $(value "$1")"; return 1; }; }
same() { cmp "$1" "$2"; }
lines() { test "$(wc -l <"$1")" -eq "$2" || { echo "$(wc -l <"$1") lines in $1"; return 1; }; }
net() { "$riley" net "$@"; }

awk 'NR == 1 || NR % 3 != 0' "$iris" >train.csv
awk 'NR == 1 || NR % 3 == 0' "$iris" >test.csv

# ---- iris ----

check "iris by name, all defaults" gives 0 "$riley" net train iris --name iris --json -q
check "... at least 95 % of the held-out third" at_least accuracy 0.95
check "... which is 50 flowers" at_least predictions 50
check "... keeps a run" test -s runs/iris/run.json -a -s runs/iris/metrics.jsonl -a \
	-s runs/iris/model.safetensors -a -s runs/iris/last.safetensors -a -s runs/iris/report.txt
check "... with losses and accuracies" grep -q '"train_loss".*"train_accuracy".*"valid_loss".*"valid_accuracy"' runs/iris/metrics.jsonl
check "... an option that was left open is null" grep -q '"momentum": null' runs/iris/run.json
check "... and its result" grep -q '"accuracy"' runs/iris/run.json
for own in "momentum momentum 0.9" "nesterov momentum 0.9" "rmsprop momentum 0.0" "adamw decay 0.01" "adagrad lr 0.01"; do
	set -- $own
	check "an optimizer's own $2" gives 0 "$riley" net train iris --epochs 1 --optimizer "$1" --name "own-$1" -q
	check "... is kept with the run of $1" grep -q "\"$2\": $3," "runs/own-$1/run.json"
done
mean_of_seeds() {
	for seed in 1 2 3 4 5 6 7 8 9 10; do
		"$riley" net train iris --seed $seed --name seed$seed --json -q >"$tmp/out" || return 1
		value accuracy
	done | awk '{ s += $1; if ($1 < 0.9) low = 1 } END { print "mean " s / NR; exit !(NR == 10 && s / NR >= 0.94 && !low) }'
}
check "ten seeds: none below 90 %, 94 % on average" mean_of_seeds
check "the shape written out" gives 0 "$riley" net train "$iris" --target species --layers 4-8tanh-3softmax \
	--name written
check "a score has a baseline: the most frequent class" grep -qE "^  baseline    0.3[0-9]{3}   \(always '(setosa|versicolor|virginica)'\)" out
few_lines() { n=$(grep -c "^epoch " err); [ "$n" -ge 15 ] && [ "$n" -le 22 ] || { echo "$n lines"; return 1; }; }
gives 0 "$riley" net train gen:moons --epochs 100 --patience 0 --name lines
check "about twenty lines where there is no terminal" few_lines
check "... the first and the last are among them" sh -c 'grep -q "^epoch 1 " err && grep -q "^epoch 100 " err'
gives 0 "$riley" net train gen:moons --epochs 40 --patience 0 --name all-lines --log-every 1
check "--log-every 1: all of them" test "$(grep -c "^epoch " err)" = 40
check "a finished run keeps no lock" test -s runs/lines/run.json -a ! -e runs/lines/lock
check "-q: the report is in its file alone" gives 0 "$riley" net train iris --epochs 1 --name still -q
check "... nothing is printed" test ! -s out -a ! -s err -a -s runs/still/report.txt
check "... but what -o asks for" sh -c '"$0" net train iris --epochs 1 --name asked -q -o asked.txt && grep -q versicolor asked.txt' "$riley"
gives 0 "$riley" net train "$iris" --target species --layers 4-8tanh-3softmax --name again
check "... prints a confusion matrix" says out "versicolor"
check "a name is not used twice" gives 2 "$riley" net train iris --name iris -q

# ---- other tasks ----

for task in and or xor circle moons; do
	check "gen:$task is learnt" gives 0 "$riley" net train gen:$task --points 300 --name $task --json -q
	check "... by 95 %" at_least accuracy 0.95
done
check "gen:spiral with two hidden layers" gives 0 "$riley" net train gen:spiral --points 2000 --patience 0 \
	--layers 2-32tanh-32tanh-2softmax --name spiral --json -q
check "... by 90 %" at_least accuracy 0.9
check "sigmoid and BCE" gives 0 "$riley" net train gen:moons --points 300 --layers 2-16tanh-1sigmoid \
	--epochs 200 --name sigmoid --json -q
check "... by 95 %" at_least accuracy 0.95
awk 'BEGIN { srand(1); print "a;b;y"; for (i = 0; i < 300; i++) { a = rand() * 40; b = rand() - 5; printf "%.6f;%.6f;%.6f\n", a, b, 3 * a - 20 * b * b + 1000 } }' >surface.csv
check "a number: regression" gives 0 "$riley" net train surface.csv --target y --name surface --json -q
check "... R2 above 0.98" at_least r2 0.98
check "... with R2 at every point" grep -q '"train_r2".*"valid_r2"' runs/surface/metrics.jsonl
check "Huber's loss, He's weights, adamw, a schedule" gives 0 "$riley" net train surface.csv \
	--layers auto-16relu-1 --loss huber --delta 0.5 --init he-normal --optimizer adamw --schedule cosine \
	--warmup 20 --name huber --json -q
check "... R2 above 0.95" at_least r2 0.95
check "LSUV, dropout, L1, two threads" gives 0 "$riley" net train gen:moons --points 400 \
	--layers 2-32relu-32relu-2softmax --init lsuv --dropout 0.1 --l1 1e-5 --batch 32 --threads 2 \
	--name lsuv --json -q
check "... 95 %" at_least accuracy 0.95
awk 'BEGIN { print "x,digit"; for (i = 0; i < 60; i++) print i % 3 + 0.1 * (i % 2) "," i % 3 }' >digits.csv
check "digits are taken for classes" gives 0 "$riley" net train digits.csv --name digits --epochs 2 --plain
check "... which is told" says err "'digit' holds 3 different whole numbers, which are taken for classes; --task number"
check "... once" test "$(grep -c 'taken for classes' "$tmp/err")" = 1
check "... in run.json" grep -q '"id": "target_is_classes"' runs/digits/run.json
check "... also with -q, in JSON" gives 0 "$riley" net train digits.csv --name digits2 --epochs 2 -q --json
check "... only there" test ! -s "$tmp/err"
check "... 3 classes" says out '"2"'
check "... with the reason" says out '"id": "target_is_classes"'
check "--task number" gives 0 "$riley" net train digits.csv --task number --name number --json -q
check "... is a regression" says out '"r2"'
check "... and stays one" gives 0 "$riley" net eval runs/number --json
check "... of the same rows" says out '"r2"'
check "an output that is no class does the same" gives 0 "$riley" net train digits.csv --layers auto-8tanh-1identity \
	--name number2 --json -q
check "... a regression" says out '"r2"'
check "--task and --layers that disagree: status 2" gives 2 "$riley" net train digits.csv --task number \
	--layers auto-8tanh-softmax
check "... with both" says err "--task number, but the outputs of --layers auto-8tanh-softmax are for classes"
check "a loss for numbers on 0, 1, 2: status 2" gives 2 "$riley" net train digits.csv --loss huber
check "... with the way out" says err "--task number makes it a number"
awk 'BEGIN { print "x,age"; for (i = 0; i < 60; i++) print i % 7 "," i % 15 }' >ages.csv
check "fifteen whole numbers are a number" gives 0 "$riley" net train ages.csv --name ages --epochs 2 --plain
check "... with the other choice" says err "treated as a number; --task classes for classification"
check "... which works" gives 0 "$riley" net train ages.csv --name ages2 --epochs 2 --task classes --json -q
check "... 15 classes" says out '"14"'

# ---- what must not pass silently ----

awk 'BEGIN { srand(1); print "x,x,y"; for (i = 0; i < 90; i++) { a = int(100 * rand()); b = int(100 * rand());
	print a "," b "," (b > a ? "up" : "down") } }' >twice.csv
check "two columns of one name: status 3" gives 3 "$riley" net train twice.csv
check "... both are named" says err "twice.csv:1: found the name 'x' twice, for columns 1 and 2"
sed '1s/.*/0,1,label/' twice.csv >pandas.csv
check "a header that holds numbers" gives 0 "$riley" net train pandas.csv --name pandas --epochs 20 --plain
check "... is told" says err "pandas.csv: header found, 90 rows"
check "... in the report" says out "30 test rows; the data: header found, 90 rows"
check "... in run.json" grep -q '"header": true' runs/pandas/run.json
check "... and is no class" eval '! grep -q label "$tmp/out"'
check "eval finds it" gives 0 "$riley" net eval runs/pandas --json -q
check "... in JSON" says out '"header": true'
kept=$(value accuracy)
check "... and scores as training did" grep -q "\"accuracy\": ${kept%?}" runs/pandas/run.json
tail -n +2 pandas.csv >headless.csv
check "no header" gives 0 "$riley" net train headless.csv --name headless --epochs 2 --plain
check "... is told" says err "headless.csv: no header, 90 rows"
check "... in JSON" gives 0 "$riley" net eval runs/headless -q --json
check "... too" says out '"header": false'
check "eval of data with a header, by a model of data without" gives 3 "$riley" net eval runs/headless pandas.csv
check "--no-header: the first row is data" gives 0 "$riley" net train pandas.csv --no-header --name nohead \
	--epochs 2 --json -q
check "... and label a class" says out '"label"'
check "the run remembers" gives 0 "$riley" net eval runs/nohead --json -q
check "... label" says out '"label"'

# Data that changed behind "the test rows of the run", in order, number, value or name.
changed() {
	for how in 'sort -r' 'head -80' 'sed s/5/6/' 'sed 1,9s/up/down/'; do
		{ head -1 pandas.csv; tail -n +2 pandas.csv | $how; } >data.csv
		gives 3 "$riley" net eval runs/guarded && says err "data.csv: the data have changed since the run was trained" \
			|| return 1
		gives 3 "$riley" net train --resume runs/guarded --epochs 9 && says err "the data have changed since" || return 1
	done
}
cp pandas.csv data.csv
check "a run" gives 0 "$riley" net train data.csv --name guarded --epochs 2 -q
check "... whose data changed is not evaluated on them" changed
cp pandas.csv data.csv
check "... but on the old ones" gives 0 "$riley" net eval runs/guarded
check "a run with a test file" gives 0 "$riley" net train pandas.csv --test data.csv --name tested2 --epochs 2 -q
head -50 pandas.csv >data.csv
check "... that changed: status 3" gives 3 "$riley" net eval runs/tested2
check "... with its name" says err "data.csv: the data have changed since the run was trained"
check "... also for going on" gives 3 "$riley" net train --resume runs/tested2 --epochs 4
check "eval on the file it was trained on" gives 0 "$riley" net eval runs/pandas pandas.csv -q --json
check "... says that these rows are not new" says out '"id": "trained_rows"'

awk 'BEGIN { srand(3); print ",a,y"; for (i = 0; i < 60; i++) print i "," rand() "," (i < 30 ? "low" : "high") }' >indexed.csv
check "a column that counts the rows" gives 0 "$riley" net train indexed.csv --name indexed --epochs 2 --plain
check "... is told" says err "the column without a name numbers the rows and is used as a feature; --ignore ''"
check "... and left out on demand" gives 0 "$riley" net train indexed.csv --ignore '' --name unindexed --epochs 2 --plain
check "... without that note" eval '! grep -q "numbers the rows" "$tmp/err"'
check "... for good" gives 0 "$riley" net eval runs/unindexed
check "--ignore twice" gives 0 "$riley" net train "$iris" --ignore sepal_width --ignore 1 --epochs 2 --name two -q
check "... both are kept" grep -q '"sepal_width",' runs/two/run.json
check "... and two features are left" grep -q '"features": 2' runs/two/run.json
check "... eval does without" gives 0 "$riley" net eval runs/two
check "--ignore what is not there: status 3" gives 3 "$riley" net train "$iris" --ignore color
check "... with what is" says err "found no column 'color', expected one of"

{ awk 'BEGIN { srand(2); print "a,y"; for (i = 0; i < 118; i++) print rand() "," (i % 2 ? "p" : "q") }'
	printf '0.1,zrare\n0.2,zrare\n'; } >rare.csv
rare_is_trained() {
	for seed in 1 2 3 4 5 6 7 8; do
		gives 0 "$riley" net train rare.csv --seed $seed --name "rare$seed" --epochs 1 --plain || return 1
		grep -E "class 'zrare' has [12] training rows?\$" "$tmp/err" || return 1
	done
}
check "a class of two rows is trained and told of, by any seed" rare_is_trained

for word in '?' NA nan null ''; do
	printf 'a,b,y\n1,2,p\n2,1,q\n3,4,%s\n' "$word" >missing.csv
	check "a missing target, '$word': status 3" gives 3 "$riley" net train missing.csv
	check "... is called that" says err "a missing value; remove the row or fill it in"
	printf 'a,b,y\n1,2,p\n2,1,q\n3,%s,q\n' "$word" >missing.csv
	check "a missing feature, '$word': status 3" gives 3 "$riley" net train missing.csv
	check "... is called that" says err "a missing value; remove the row or fill it in"
done

printf 'a,b,y,\n1,2,up,\n3,4,down,\n5,6,up,\n7,1,down,\n' >commas.csv
check "commas at the end of every line" gives 0 "$riley" net train commas.csv --epochs 1 --name commas -q
tr ',' ' ' <rare.csv >blanks.csv
check "columns separated by blanks: status 3" gives 3 "$riley" net train blanks.csv
check "... with the separator assumed" says err "separated by ','; --sep names another"
check "... which it does" gives 0 "$riley" net train blanks.csv --sep blank --epochs 1 --name blanks -q
printf 'a,y\n1,5\n2,5\n3,5\n4,5\n5,5\n6,5\n' >constant.csv
for task in auto number classes; do
	check "a target that is constant, --task $task: status 3" gives 3 "$riley" net train constant.csv --task $task
	check "... with what it is" says err "there is nothing to"
	check "... and no advice" eval '! grep -q -e --task "$tmp/err"'
done
printf 'a,y\n1,5.5\n2,5.5\n3,5.5\n' >same.csv
check "a number" gives 0 "$riley" net train surface.csv --ignore b --epochs 1 --name half -q
check "scored where the target is constant" gives 0 "$riley" net eval runs/half same.csv
check "... has no R2" says out "R2           unknown"
check "... nowhere nan" eval '! grep -qi nan "$tmp/out"'
check "... null in JSON" gives 0 "$riley" net eval runs/half same.csv --json
check "... that is" says out '"r2": null'

check "a run trained on standard input" eval '"$riley" net train - --name piped --epochs 1 -q <pandas.csv'
check "... is not read from there again: status 3" gives 3 "$riley" net eval runs/piped
check "... but says what to do" says err "trained on standard input; give its data again"
check "... nor resumed from there" gives 3 "$riley" net train --resume runs/piped --epochs 2
check "... unless told to" eval '"$riley" net train - --resume runs/piped --epochs 2 -q <pandas.csv'
check "whole numbers are written as people do" gives 0 "$riley" net train pandas.csv --epochs 2e0 --batch 0.1k \
	--name written2 -q
check "... and kept as numbers" grep -q '"batch": 100' runs/written2/run.json
check "half an epoch: status 2" gives 2 "$riley" net train pandas.csv --epochs 1.5
check "a number of 20 digits: status 2" gives 2 "$riley" net train pandas.csv --epochs 99999999999999999999
check "... with the limits" says err "is out of range: it must be between 1 and 1000000"
# What stands for "the optimizer's own" within the program can't be typed.
for typed in "momentum --momentum -1" "nesterov --momentum -0.5" "adamw --decay -1"; do
	check "--optimizer $typed: status 2" gives 2 "$riley" net train pandas.csv --epochs 1 --optimizer $typed
	check "... with the limits" says err "is out of range: it must be between 0 and"
done

# ---- eval and predict ----

check "eval without a file: the rows the run held out" gives 0 "$riley" net eval runs/iris --json
check "... 50 of them" test "$(value predictions)" = 50
first=$(value accuracy)
check "... with the score of the training command" grep -q "\"accuracy\": $first" runs/iris/run.json
check "eval on a file" gives 0 "$riley" net eval runs/iris "$iris"
check "... of 150 rows" says out "150 rows"
check "eval on a model file" gives 0 "$riley" net eval runs/iris/model.safetensors iris
check "eval on fresh points" gives 0 "$riley" net eval runs/moons gen:moons --seed 77 --json
check "... 95 %" at_least accuracy 0.95
check "predict" gives 0 "$riley" net predict runs/iris "$iris"
cp "$tmp/out" all.csv
check "... a line for each row and a header" lines all.csv 151
check "... whose columns are the classes" grep -qx "row,species,setosa,versicolor,virginica" all.csv
check "... probabilities that sum to 1" awk -F, 'NR > 1 && ($3 + $4 + $5 - 1) ^ 2 > 1e-10 { exit 1 }' all.csv
cut -d, -f1-4 "$iris" >features.csv
check "predict without the target, -o FILE" gives 0 "$riley" net predict runs/iris features.csv -o some.csv
check "... the same" same all.csv some.csv
awk -F, '{ print $4 "," $3 ",extra," $2 "," $1 }' "$iris" >shuffled.csv
check "predict from other columns in another order" gives 0 "$riley" net predict runs/iris shuffled.csv
check "... the same" same all.csv "$tmp/out"
from_stdin() { "$riley" net predict runs/iris - <features.csv >stdin.csv; }
check "predict from standard input" from_stdin
check "... the same" same all.csv stdin.csv
check "predict --json" gives 0 "$riley" net predict runs/surface surface.csv --json
check "... has predictions" says out '"prediction"'

# ---- going on ----

# A rate that does not depend on how many epochs there are to be.
steady="--patience 0 --schedule constant"
check "ten epochs" gives 0 "$riley" net train iris --epochs 10 $steady --dropout 0.2 --name whole -q
check "four" gives 0 "$riley" net train iris --epochs 4 $steady --dropout 0.2 --name parts -q
check "... and six more" gives 0 "$riley" net train --resume runs/parts --epochs 10 -q
check "... give the same bits: the state" same runs/whole/last.safetensors runs/parts/last.safetensors
check "... and the best model" same runs/whole/model.safetensors runs/parts/model.safetensors

check "another order of the rows" gives 0 "$riley" net train train.csv --test test.csv --epochs 3 --split 0 \
	--init constant --gain 0.1 --seed 1 --name order1 -q
check "... by another seed" gives 0 "$riley" net train train.csv --test test.csv --epochs 3 --split 0 \
	--init constant --gain 0.1 --seed 2 --name order2 -q
check "... gives other bits" eval '! cmp -s runs/order1/model.safetensors runs/order2/model.safetensors'

# A child of a shell in the background ignores SIGINT unless told otherwise: a TERM does the same.
interrupted() {
	"$riley" net train gen:spiral --points 3000 --epochs 100000 $steady --name "$1" --seed 4 -q 2>"$tmp/err" &
	child=$!
	await_from $child logged "runs/$1" 5 || return 1
	kill -TERM $child
	wait $child
	[ $? -eq 130 ]
}
check "interrupted: status 130" interrupted stopped
check "... says how to go on" says err "riley net train --resume runs/stopped"
check "... and run.json that it was" grep -q '"status": "interrupted"' runs/stopped/run.json
epochs_done() { echo $(($(grep -c '"kind": *"point"' runs/stopped/metrics.jsonl) + 2)); }
n=$(epochs_done)
check "... it goes on" gives 0 "$riley" net train --resume runs/stopped --epochs "$n" -q
check "... and one that never stopped" gives 0 "$riley" net train gen:spiral --points 3000 --epochs "$n" \
	$steady --name unstopped --seed 4 -q
check "... has the same bits" same runs/stopped/last.safetensors runs/unstopped/last.safetensors

cp runs/parts/run.json before.json
check "resume with other options: status 2" gives 2 "$riley" net train --resume runs/parts --lr 0.5
check "... leaves the run as it was" cmp runs/parts/run.json before.json
check "... which was told to take so many epochs" \
	test "$(sed -n 's/^    "epochs": \([0-9]*\),*$/\1/p' runs/parts/run.json | head -n 1)" = 10
check "... names the option" says err "--lr cannot change"
cat "$iris" >changed.csv
check "a run on a file" gives 0 "$riley" net train changed.csv --epochs 2 --name changed -q
echo "5,5,5,5,setosa" >>changed.csv
check "... that changed since can't go on: status 3" gives 3 "$riley" net train --resume runs/changed --epochs 4
check "... and says so" says err "have changed since the run was trained"
check "resume of something else: status 3" gives 3 "$riley" net train --resume "$tmp"

# ---- what can't be ----

check "no file: status 2" gives 2 "$riley" net train
check "a misspelt activation: status 2" gives 2 "$riley" net train iris --layers 4-8tahn-3
check "... with the right one" says err "did you mean tanh"
check "too many inputs: status 3" gives 3 "$riley" net train iris --layers 5-8tanh-3softmax
check "... with both numbers" says err "5 inputs, but the data have 4"
check "too few outputs: status 3" gives 3 "$riley" net train iris --layers 4-2softmax
check "a number as class loss: status 2" gives 2 "$riley" net train iris --loss huber
check "a file that is not there: status 3" gives 3 "$riley" net train nothing.csv
printf 'a,b\n1,2\n3,x\n' >bad.csv
check "a bad field: status 3" gives 3 "$riley" net train bad.csv
check "... with its line" says err "bad.csv:3:"
printf 'a,b\n' >empty.csv
check "a header alone: status 3" gives 3 "$riley" net train empty.csv
check "a model of another kind of data: status 3" gives 3 "$riley" net eval runs/iris surface.csv
check "not a model: status 3" gives 3 "$riley" net predict "$iris" "$iris"
check "a class the model does not know: status 3" gives 3 "$riley" net eval runs/changed changed.csv \
	--target sepal_width
check "numbers that go bad: status 5" gives 5 "$riley" net train surface.csv --optimizer sgd --lr 1e6 \
	--clip 0 --name diverged -q
check "... with step and learning rate" says err "update"
check "... and a checkpoint from before" test -s runs/diverged/last.safetensors
check "... told in run.json" grep -q '"status": "diverged"' runs/diverged/run.json
check "nothing was left where nothing was trained" eval '! ls -d runs/net-* 2>/dev/null | grep .'

# ---- a test file of its own ----

head -100 "$iris" >part.csv
{ head -1 "$iris"; tail -50 "$iris"; } >rest.csv
check "--test FILE" gives 0 "$riley" net train train.csv --test test.csv --name tested --json -q
check "... scores its rows" test "$(value predictions)" = "$(($(wc -l <test.csv) - 1))"
check "... at least 90 %" at_least accuracy 0.9
check "... and eval finds it again" gives 0 "$riley" net eval runs/tested --json
check "... the same rows" test "$(value predictions)" = "$(($(wc -l <test.csv) - 1))"
check "a test file with a class that was not trained: status 3" gives 3 "$riley" net train part.csv \
	--test rest.csv --name untested -q
kinds() { grep -c "^{\"kind\": *\"$2\"" "runs/$1/metrics.jsonl"; }
check "two classes" gives 0 "$riley" net train gen:moons --points 200 --epochs 130 --patience 0 --shuffle no \
	--name crescents -q
check "... log scores and layers, less often as time goes on" \
	test "$(kinds crescents point) $(kinds crescents layers) $(kinds crescents scores)" = "130 103 103"
check "... of validation" grep -q '"kind":"scores".*"part":"validation"' runs/crescents/metrics.jsonl
check "run.json tells the predictions of each part" grep -q '"test_predictions": 67' runs/crescents/run.json
check "three classes log no scores" test "$(kinds iris scores)" = 0
check "no validation, no test" gives 0 "$riley" net train iris --split 0 --test-split 0 --epochs 20 --name all
check "... scores what it has" says out "150 training rows"

# ---- options that have no effect together ----

check "options for another loss, rule, optimizer and schedule" gives 0 "$riley" net train iris --epochs 2 --delta 2 \
	--gain 3 --momentum 0.3 --decay 0.1 --step-epochs 2 --step-factor 0.1 --name vain
check "... are named" test "$(grep -c '^Note: --.* has no effect' "$tmp/err")" = 6
check "where they have one" gives 0 "$riley" net train surface.csv --epochs 2 --loss huber --delta 2 \
	--init glorot-normal --gain 1 --optimizer momentum --momentum 0.3 --schedule step --step-epochs 2 --name useful
check "... nothing is said" test "$(grep -c '^Note: --.* has no effect' "$tmp/err")" = 0
check "options of generated data for a file" gives 0 "$riley" net train iris --points 30 --noise 1 --epochs 1 --name vain2
check "... are named" test "$(grep -c '^Note: --.* has no effect' "$tmp/err")" = 2
check "options of files for generated data" gives 0 "$riley" net train gen:moons --points 60 --sep , --header yes \
	--ignore 1 --epochs 1 --name vain3
check "... are named" test "$(grep -c '^Note: --.* has no effect' "$tmp/err")" = 3
check "patience without validation" gives 0 "$riley" net train iris --split 0 --patience 2 --epochs 4 --name patient
check "... is named" says err "--patience has no effect"
check "--test-split beside --test" gives 0 "$riley" net train train.csv --test test.csv --test-split 0.2 --epochs 2 \
	--name halves
check "... is named" says err "--test-split has no effect"
threads=$(sed -n 's/^ *"threads": \([0-9]*\),*$/\1/p' runs/vain/run.json)
check "other threads on resuming: status 2" gives 2 "$riley" net train --resume runs/vain --epochs 3 --threads $((threads + 1))
check "... says why" says err "threads cannot change"
check "the same number is fine" gives 0 "$riley" net train --resume runs/vain --epochs 3 --threads "$threads" -q

# ---- what to do next ----

check "a run" gives 0 "$riley" net train iris --epochs 2 --name after
check "... ends with what to do next, which works" hints_work 2
check "--json" gives 0 "$riley" net train iris --epochs 2 --name after_json --json
check "... says nothing of it" hints_work 0

finish
