#!/bin/sh
# kt.sh - `riley kt train`, `eval` and `predict` as a researcher meets them, on small data.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

RILEY_GNUPLOT=$tmp/no-gnuplot        # curves have tests of their own
export RILEY_GNUPLOT
cd "$tmp" || exit 99

kt() { "$riley" kt "$@"; }
# train ARGUMENT...: a small model, quickly.
train() { gives 0 "$riley" kt train --hidden 12 --epochs 3 --batch 8 "$@"; }
# value KEY [FILE]: a number of the last command's JSON.
value() { sed -n "s/^ *\"$1\": \([-0-9.e]*\),*$/\1/p" "${2:-$tmp/out}" | head -n 1; }
# holds EXPRESSION VARIABLE=VALUE...: whether awk finds it true; an empty value is no number.
holds() {
	holds_what=$1
	shift
	for holds_v in "$@"; do
		case $holds_v in *=) echo "$holds_v is missing in: $holds_what"; return 1;; esac
	done
	for holds_v in "$@"; do set -- "$@" -v "$holds_v"; shift; done
	awk "$@" "BEGIN { exit !($holds_what) }" || { echo "false: $holds_what, with $*"; return 1; }
}
equal() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }

# ---- data ----

# students FILE N SEED FIRST: N students in three lines, 0 to 13 answers to 5 exercises called FIRST
# and every third number after it; who is right once is likelier to be right again.
students() {
	awk -v n="$2" -v seed="$3" -v first="$4" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++) {
			able = rand(); k = i % 14; q = a = ""
			for (j = 0; j < k; j++) { q = q first + 3 * int(5 * rand()) ","; a = a (rand() < able) "," }
			print k; print q; print a
		}
	}' >"$1"
}
students three.txt 70 1 10
students other.txt 30 2 13           # one of its exercises is not in three.txt
"$riley" kt gen matrix.csv --students 240 --exercises 12 --concepts 2 --seed 5 -q >/dev/null 2>&1 || exit 99
head -n 120 matrix.csv >half.csv
# Predictions in a file of three lines per student.
predictions() { awk 'NR % 3 == 1 && $1 > 1 { n += $1 - 1 } END { print n }' "$1"; }

# ---- training, and what it prints ----

check "a matrix" train matrix.csv --name matrix --epochs 6 --dropout 0
check "... trains on its first half, and says so" says err "Training on students 1 to 120, testing on the other 120."
check "... is scored beside the baseline and the ceiling" says out "baseline      ceiling"
check "... keeps a run" test -s runs/matrix/run.json -a -s runs/matrix/metrics.jsonl -a \
	-s runs/matrix/model.safetensors -a -s runs/matrix/last.safetensors -a -s runs/matrix/report.txt
check "... with the same report" grep -q "120 test students" runs/matrix/report.txt
check "... that is done" grep -q '"status": "done"' runs/matrix/run.json
check "... with the curves of training and validation" \
	grep -q '"train_loss".*"train_auc".*"valid_loss".*"valid_auc"' runs/matrix/metrics.jsonl
check "... a point for each epoch" equal "$(grep -c '"kind": "point"' runs/matrix/metrics.jsonl)" 6
check "no gnuplot: no pictures, and no failure" says err "No plots"

check "--json" train matrix.csv --name again --epochs 6 --dropout 0 --json -q
check "... is quiet elsewhere with -q" test ! -s "$tmp/err"
every_key() {
	for key in auc predictions accuracy log_loss rmse mean_exercise_auc mean_student_auc skill_mean_auc \
		ceiling_auc \
	           students exercises answers share_correct; do
		holds "$key == $key" "$key=$(value $key)" || return 1
	done
}
check "... has every key that scripts rely on" every_key
check "... 120 students with 11 predictions each" equal \
	"$(value students) $(value predictions) $(value answers)" "120 1320 1440"
check "... share_correct is that of the test half" holds "(p - q) ^ 2 < 1e-8" "p=$(value share_correct)" \
	"q=$(tail -n 120 matrix.csv | tr -d ',\n' | awk '{ n = length($0); print gsub(/1/, "") / n }')"
check "... nothing beats the ceiling by more than chance" holds "auc > 0.5 && auc < c + 0.03" \
	"auc=$(value auc)" "c=$(value ceiling_auc)"
check "... numbers are probabilities and errors" holds "a > 0 && a < 1 && r > 0 && r < 1 && l > 0 && l < 1" \
	"a=$(value accuracy)" "r=$(value rmse)" "l=$(value log_loss)"
check "... which run.json holds too" holds "(x - y) ^ 2 < 1e-10" "x=$(value auc)" "y=$(value auc runs/again/run.json)"
check "same seed, same model" cmp runs/matrix/model.safetensors runs/again/model.safetensors
check "another seed" train matrix.csv --name seed --epochs 6 --dropout 0 --seed 2 -q
check "seeds are one curve" gives 0 "$riley" plot runs/matrix runs/seed -o seeds.gp
check "... with a band" eval 'grep -q "matrix, ... (2 seeds)" seeds.gp && grep -q "95 .*interval over seeds" seeds.gp'
check "... of validation" eval 'grep -q "validation log loss" seeds.gp && grep -q "validation AUC" seeds.gp'
check "the same seed twice" gives 0 "$riley" plot runs/matrix runs/again -o seeds.gp
check "... is two curves" eval '! grep -q "seeds)" seeds.gp && grep -q again seeds.gp && grep -q matrix seeds.gp'
differ() { ! cmp -s "$1" "$2"; }
check "... another model" differ runs/matrix/model.safetensors runs/seed/model.safetensors
check "--test-split" train matrix.csv --name quarter --test-split 0.25 --json -q
check "... keeps that share" equal "$(value students)" 60
check "without test data validation is scored" train three.txt --name three --split 0.2 --json
check "... and called so" says out "validation students"
check "... a fifth of the students" equal "$(value students)" 14
head -n 30 three.txt >ten.txt
check "a single student is scored" train ten.txt --name ten --epochs 1
check "... and called so, in a line of its own" grep -qx "1 validation student (also.*data)," "$tmp/out"

models=$("$riley" kt train --help | sed -n 's/.*--model \([a-z]*|[a-z|]*\).*/\1/p' | tr '|' ' ')
check "there are recurrent layers" test -n "$models"
for model in $models; do
	check "--model $model, two layers, dropout" train three.txt --name $model --model $model --layers 2 \
		--dropout 0.3 --test other.txt --json -q
	check "... scores the test file" equal "$(value predictions)" "$(predictions other.txt)"
	check "... in PyTorch's names" grep -aq "rnn.weight_hh_l1" runs/$model/model.safetensors
done
check "three layers, a small window" train three.txt --name window --layers 3 --window 4 --test other.txt --json -q
check "--optimizer sgd, a step schedule, no clipping" train three.txt --name sgd --optimizer sgd --lr 0.1 \
	--schedule step --clip 0 --test other.txt -q
check "an exercise of the test file alone is in the model" grep -aqF '\"25\"' runs/sgd/model.safetensors

check "--folds 3" train three.txt --name folds --folds 3 --json -q
check "... a mean and its deviation" holds "a > 0 && a < 1 && d >= 0 && k == 3" "a=$(value auc)" \
	"d=$(value auc_sd)" "k=$(value folds)"
check "... of three runs" test -s runs/folds-fold1/report.txt -a -s runs/folds-fold2/report.txt -a \
	-s runs/folds-fold3/report.txt
fold_sum() { for k in 1 2 3; do value "$1" runs/folds-fold$k/run.json; done | awk '{ s += $1 } END { print s }'; }
fold_students() { for k in 1 2 3; do sed '/"result"/,$!d' runs/folds-fold$k/run.json \
	| value students /dev/stdin; done | awk '{ s += $1 } END { print s }'; }
check "... in which every answer is predicted once" equal "$(fold_sum predictions) $(fold_students)" \
	"$(predictions three.txt) 70"
fold_mean() { for k in 1 2 3; do value auc runs/folds-fold$k/run.json; done | awk '{ s += $1 } END { print s / NR }'; }
check "... whose mean it is" holds "(a - m) ^ 2 < 1e-8" "a=$(value auc)" "m=$(fold_mean)"

check "folds are curves of their own" gives 0 "$riley" plot runs/folds-fold* -o folds.gp
check "... and no seeds" eval '! grep -q "seeds)" folds.gp && grep -q folds-fold3 folds.gp'

# ---- eval and predict ----

train matrix.csv --name matrix2 --epochs 6 --dropout 0 --json -q
trained=$(value auc)
check "eval on the run's own data" gives 0 "$riley" kt eval runs/matrix matrix.csv --json
check "... scores the half it did not train on" says err "the other 120 are scored"
check "... as training did" holds "(x - y) ^ 2 < 1e-12" "x=$(value auc)" "y=$trained"
check "... all of it with --all" gives 0 "$riley" kt eval runs/matrix matrix.csv --json --all
check "... all 240" equal "$(value students)" 240
check "eval of a model file" gives 0 "$riley" kt eval runs/matrix/model.safetensors matrix.csv
check "... as text" says out "240 students"
check "eval on other students" gives 0 "$riley" kt eval runs/lstm other.txt --json
eval_auc=$(value auc)
eval_n=$(value predictions)
check "predict" gives 0 "$riley" kt predict runs/lstm other.txt
cp "$tmp/out" predictions.csv
check "... a header" equal "$(head -n 1 predictions.csv)" "student,position,exercise,probability,answer,row"
check "... a row for each prediction" equal "$(($(wc -l <predictions.csv) - 1))" "$eval_n"
check "... of the positions from 2 on" awk -F, \
	'NR > 1 && !($2 >= 2 && $4 > 0 && $4 < 1 && ($5 == 0 || $5 == 1) && ($3 - 13) % 3 == 0) { print; exit 1 }' predictions.csv
# By counting pairs of a right and a wrong answer.
counted_auc() {
	awk -F, 'NR > 1 && $5 == 1 { one[++n] = $4 } NR > 1 && $5 == 0 { zero[++m] = $4 }
		END { for (i = 1; i <= n; i++) for (j = 1; j <= m; j++) s += one[i] > zero[j] ? 1 : one[i] == zero[j] ? 0.5 : 0
		      printf "%.6f", s / (n * m) }' "$1"
}
check "... with eval's AUC" holds "(x - y) ^ 2 < 1e-8" "x=$(counted_auc predictions.csv)" "y=$eval_auc"
check "predict -o" gives 0 "$riley" kt predict runs/lstm other.txt -o p2.csv
check "... writes the same" cmp predictions.csv p2.csv
check "... and nothing to stdout" test ! -s "$tmp/out"
check "predict to where nothing can be: status 1" gives 1 "$riley" kt predict runs/lstm other.txt -o none/p.csv
check "... with the reason" says err "none/p.csv"

{ echo 'user,problem,ok,when'
  awk 'BEGIN { srand(4); for (i = 0; i < 40; i++) for (j = 9; j > 0; j--) printf "\"s, %d\",\"add \"\"%d\"\"\",%d,%d\n", i, int(3 * rand()), rand() < 0.5, j }'; } >log.csv
columns="--student user --skill problem --correct ok --order when"
check "CSV by its columns" train log.csv --name csv $columns --test-split 0.2 -q
check "... predicted" gives 0 "$riley" kt predict runs/csv log.csv $columns
check "... quotes names where it must" grep -Eq '^"s, 39",9,"add ""[012]""",0\.[0-9]{6},[01],[0-9]+$' "$tmp/out"
check "... the students of the test part" equal "$(sed 1d "$tmp/out" | cut -d, -f2 | sort -u | wc -l | tr -d ' ')" 8
check "--help says where they begin, and what the columns are" gives 0 "$riley" kt predict --help
check "... that is" eval 'tr "\n" " " <"$tmp/out" | grep -q "which begins at 2, .*; row of FILE, from 1: of CSV the row below the header"'
# Rows that are dropped, blank or of exercises that the model does not know keep their numbers.
printf 'user,problem,ok,when\n"s\n1","add ""1""",1,9\n,,,\n"s\n1",new,1,8\n\n"s\n1",,1,7\n"s\n1","add ""2""",0,7\n"s\n1","add ""0""",1,6\n' >joined.csv
check "predict for a file with gaps" gives 0 "$riley" kt predict runs/csv joined.csv $columns
check "... can be joined to it by row and by position" equal "$(sed -n 's/.*,\([0-9]*\),"add ""\([0-9]\)""",0[.][0-9]*,[01],\([0-9]*\)$/\1 \2 \3/p' "$tmp/out" | tr '\n' ';')" "2 2 5;4 1 1;"
check "... in JSON" gives 0 "$riley" kt predict runs/csv joined.csv $columns --json
check "... too" eval 'grep -q "\"position\":4,.*\"row\":1}" "$tmp/out"'
check "of three lines" gives 0 "$riley" kt predict runs/lstm other.txt
check "... the row is the record" awk -F, 'NR > 1 && $1 != $6 { exit 1 }' "$tmp/out"
sed 's/add ""2/add ""7/' log.csv >partly.csv
check "a heat map" gives 0 "$riley" plot runs/csv --kind heatmap --text
check "... is headed by the student's id and the epoch" eval 'grep -Eq "^student s, [0-9]+, epoch [0-9]: predicted to answer right" "$tmp/out"'
check "of students without names" gives 0 "$riley" plot runs/matrix --kind heatmap --text
check "... by their number, as kt predict has it" eval 'grep -Eq "^student ([1-9]|[0-9][0-9]+), epoch [0-9]: predicted" "$tmp/out"'
awk 'BEGIN { print "user,skill,correct"; for (i = 0; i < 9; i++) for (j = 0; j < 5; j++)
	print "a student whose name is much longer than a title " i ",k" j "," (i + j) % 3 % 2 }' >names.csv
check "long names" train names.csv --name names -q
check "... are cut in titles" gives 0 "$riley" plot runs/names --kind heatmap -o names.gp
check "... where there is no room" grep -Eq "student a student whose name is much lon[.][.][.], epoch [0-9]" names.gp
check "exercises that the model does not know are left out" gives 0 "$riley" kt eval runs/csv partly.csv $columns --json
check "... which is told" says err "answers to exercises that the model does not know"
check "all of them: status 3" gives 3 "$riley" kt eval runs/csv three.txt
check "... is said" says err "three.txt: the model knows none of these exercises"

# ---- what the numbers mean ----

# Answers shuffled across the whole file: nothing can be known, so nothing may be predicted.
awk 'BEGIN { srand(8); for (i = 0; i < 300; i++) { l = ""; for (j = 0; j < 20; j++) l = l (j ? "," : "") (rand() < 0.5); print l } }' >noise.csv
check "answers of chance" train noise.csv --name noise --epochs 5 --json -q
check "... give an AUC of chance" holds "a > 0.46 && a < 0.54" "a=$(value auc)"
awk 'BEGIN { srand(9); for (i = 0; i < 120; i++) { f = rand() < 0.5; l = ""; for (j = 0; j < 12; j++) l = l (j ? "," : "") (f + j) % 2; print l } }' >rule.csv
check "... no better than the baseline, says the report" eval 'holds "l < 0 && h > 0" \
	"l=$(sed -n "/gain_interval/{n;s/[ ,]//gp}" "$tmp/out")" "h=$(sed -n "/gain_interval/{n;n;s/[ ,]//gp}" "$tmp/out")"'
check "... by a word for scripts" says out '"better_than_baseline": false'
check "... in a line for people" gives 0 "$riley" kt eval runs/noise noise.csv
check "... that is" says out "The model is not better than the baseline by more than chance: AUC "
check "... in the run's report, too" grep -q "The model is not better than the baseline" runs/noise/report.txt
check "folds of them in JSON" train noise.csv --folds 3 --epochs 1 --name noise_folds --json -q
check "... are no better either" says out '"better_than_baseline": false'
check "folds of them" train noise.csv --folds 3 --epochs 1 --name noises
check "... say so, too" says out "The model is not better than the baseline by more than chance: AUC "
check "answers by a rule" train rule.csv --name rule --epochs 25 --lr 0.02 --dropout 0 --json -q
check "... are learnt" holds "a > 0.95 && m < 0.6" "a=$(value auc)" "m=$(value skill_mean_auc)"
check "... better than the baseline" says out '"better_than_baseline": true'
check "... by that much" holds "(a - m - g) ^ 2 < 1e-12" "a=$(value auc)" "m=$(value skill_mean_auc)" "g=$(value auc_gain)"
check "... of which the report says nothing" eval '! grep -q "not better" runs/rule/report.txt'

# ---- what a run logs ----

kinds() { grep -c "^{\"kind\": *\"$2\"" "runs/$1/metrics.jsonl"; }
of_data() { sed -n "s/.*\"$2\": \([0-9.]*\).*/\1/p" "runs/$1/run.json"; }
check "every epoch logs a point" test "$(kinds rule point)" -ge 5
for kind in layers tracing scores; do
	check "... and '$kind'" equal "$(kinds rule $kind)" "$(kinds rule point)"
done
check "points tell how far back a gradient reaches" \
	grep -q '"gradient_first": [0-9.e-]*, "gradient_last": [0-9.]' runs/rule/metrics.jsonl
check "a progress line does not" sh -c '! grep -q "gradient first" "$1"' sh "$tmp/err"
check "run.json tells the predictions of each part" equal \
	"$(of_data rule train_predictions) $(of_data rule valid_predictions) $(of_data rule test_predictions)" "594 66 660"
check "... and what they can be compared with" holds "v > 0.3 && v < 0.7 && t == m" \
	"v=$(of_data rule valid_skill_mean_auc)" "t=$(of_data rule test_skill_mean_auc)" \
	"m=$(of_data rule skill_mean_auc)"
check "no ceiling where the truth is not known" equal "$(of_data rule valid_ceiling_auc)" ""
check "simulated students" gives 0 "$riley" kt gen truth.csv --students 300 --exercises 20 -q
check "... have one" train truth.csv --name truth --epochs 1 --hidden 4 --json -q
check "... for each part" holds "v > 0.6 && v < 1 && t == c" "v=$(of_data truth valid_ceiling_auc)" \
	"t=$(of_data truth test_ceiling_auc)" "c=$(of_data truth ceiling_auc)"

check "--shuffle no" train rule.csv --name sorted --shuffle no --epochs 4 --hidden 8 --dropout 0 -q
check "... is another order" train rule.csv --name mixed --epochs 4 --hidden 8 --dropout 0 -q
check "... of learning" eval '! cmp -s runs/sorted/model.safetensors runs/mixed/model.safetensors'
check "... and is kept" gives 2 "$riley" kt train --resume runs/sorted --shuffle yes
check "... when it goes on" gives 0 "$riley" kt train --resume runs/sorted --epochs 5 -q

# ---- bad input ----

bad() {
	printf "$1" >bad.txt
	gives 3 "$riley" kt train bad.txt --format 3line --name bad || return 1
	says err "bad.txt:$2:"
}
check "an answer of 2: status 3, file and line" bad '2\n1,2\n0,1\n3\n1,2,3\n0,1,2\n' 6
check "a record cut short" bad '2\n1,2\n0,1\n3\n1,2,3\n' 6
check "too few exercises" bad '2\n1,2\n0,1\n3\n1,2\n0,1,1\n' 5
check "a negative exercise" bad '2\n1,-2\n0,1\n' 2
check "... leave no run behind" test ! -e runs/bad
check "a file that is not there: status 3" gives 3 "$riley" kt train nowhere.csv
check "... by name" says err "nowhere.csv"
check "a directory: status 3" gives 3 "$riley" kt train runs
check "a test file that is bad: status 3" gives 3 "$riley" kt train three.txt --test bad.txt --name bad
check "the training file as test file: status 3" gives 3 "$riley" kt train three.txt --test three.txt --name bad
printf "1\n4\n1\n5\n1,2,3,4,5\n0,1,0,1,1\n" >one.txt
check "no student to learn from: status 3" gives 3 "$riley" kt train one.txt --name bad
check "... in the singular, where it is one" says err "one.txt: found 1 student with at least two answers"
check "... leaves no run behind" test ! -e runs/bad
check "one point of a run" train three.txt --name point --epochs 1 -q
check "... is one in its diagnosis" sh -c '"$1" diagnose point; [ $? -lt 2 ]' sh "$riley"
check "... too" eval '! "$riley" diagnose point 2>&1 | grep -Eq "(^|[^0-9,.])1 (points|rules|epochs|rows|students)"'
check "... and in its report" eval '! grep -Eq "(^|[^0-9,.])1 (points|epochs|rows|students|answers|exercises)" runs/point/report.txt'
printf '3\n1,2,1\n0,1,1\n3\n2,2,1\n1,1,1\n3\n1,1,2\n1,1,1\n3\n1,2,2\n1,1,1\n' >right.txt
check "folds without a wrong answer but the first" gives 0 "$riley" kt train right.txt --folds 2 --epochs 1 --hidden 3 \
	--name right --json -q
check "... have no AUC, which is null" says out '"auc": null'
check "... for a reason" says out '"id": "undefined_auc"'
check "... in run.json, too" grep -q '"id": "undefined_auc"' runs/right-fold1/run.json
check "a run on it" gives 0 "$riley" kt train right.txt --epochs 1 --hidden 3 --name nearly
check "... says so in a line" says err "Note: the training students gave only right answers (8 answers, from the second on)"
check "... and prints no table of scores that are none" says out "there are no test data): nothing to score"
check "... nor a number that is none" eval '! grep -iq nan "$tmp/out"'
check "... which can be gone on with" gives 0 "$riley" kt train --resume runs/nearly --epochs 2 -q --json
check "... and says it again" says out '"id": "undefined_auc"'
for answer in 0 1; do
	sed "3~3s/.*/$answer,$answer,$answer/" right.txt >alike.txt
	check "answers that are all $answer: status 3" gives 3 "$riley" kt train alike.txt --name alike
	check "... is said" grep -Eq "riley: alike.txt: found only (right|wrong) answers, expected right and wrong ones" "$tmp/err"
	check "... with --folds" gives 3 "$riley" kt train alike.txt --folds 2 --name alike
	check "... leaves no run behind" test ! -e runs/alike -a ! -e runs/alike-fold1
	check "... eval: status 3" gives 3 "$riley" kt eval runs/nearly alike.txt
	check "... is said" says err "riley: alike.txt: found only"
	check "... but they can be predicted" gives 0 "$riley" kt predict runs/nearly alike.txt
	check "... and tested on" gives 0 "$riley" kt train right.txt --test alike.txt --epochs 1 --hidden 3 \
		--name tested-$answer
	check "... with a note" grep -q "^Note: the test students gave only .* answers (8 answers, from the second on)" "$tmp/err"
	check "... and a dash for what is undefined" grep -Eq "^  AUC  *-  *-$" "$tmp/out"
	check "... info warns of them" gives 0 "$riley" kt info alike.txt --json
	check "... by a word for scripts" says out '"id": "one_kind_of_answer"'
done
printf '1,1,1\n1,1,1\n1,1,1\n' >ones.csv
check "a matrix of ones: status 3" gives 3 "$riley" kt train ones.csv --name alike
printf 'user,skill,correct\n1,a,1.0\n1,b,1\n2,a,1\n2,b,true\n2,b,0.5\n' >ones.csv
check "rows of right answers: status 3" gives 3 "$riley" kt train ones.csv --name alike
printf '1\n1\n0\n1\n2\n1\n' >single.txt
check "a test of one answer per student" gives 0 "$riley" kt train right.txt --test single.txt --epochs 1 --hidden 3 \
	--name single
check "... has nothing to score, and says why" says err "Note: none of the test students gave a second answer"
check "folds that leave nobody to learn from end" \
	sh -c 'printf "2\n4,5\n1,0\n1\n4\n1\n2\n5,4\n1,0\n" >few.txt; "$1" kt train few.txt --folds 3 --epochs 2 --name few >few.out 2>&1; [ $? -lt 6 ]' sh "$riley"
check "no data file: status 2" gives 2 "$riley" kt train
check "an unknown model: status 2" gives 2 "$riley" kt train three.txt --model lstn
check "... and the nearest one" says err "lstm"
check "a name that is taken: status 2" gives 2 "$riley" kt train three.txt --name three
check "... is not touched" cmp runs/matrix/model.safetensors runs/again/model.safetensors
check "a model file that is none: status 3" gives 3 "$riley" kt eval three.txt three.txt
check "... by name" says err "three.txt"
check "a model that is not there: status 3" gives 3 "$riley" kt eval nothing.safetensors three.txt
check "a folder that is no run: status 3" gives 3 "$riley" kt eval . three.txt
head -c 3000 runs/lstm/model.safetensors >cut.safetensors
check "half a model file: status 3" gives 3 "$riley" kt predict cut.safetensors three.txt
check "a checkpoint is no model: status 3" gives 3 "$riley" kt eval runs/lstm/last.safetensors three.txt

check "numbers that go bad: status 5" gives 5 "$riley" kt train three.txt --name nan --optimizer sgd \
	--lr 1e6 --clip 0 --l2 1e6 --hidden 12 --epochs 60 --patience 0 --schedule constant
check "... with the update and the learning rate" \
	grep -Eq "riley: update [0-9]+: (loss .*nan|predictions are not numbers).* at learning rate" "$tmp/err"
check "... are noted in the run" grep -q '"status": "diverged"' runs/nan/run.json
check "... which has a checkpoint" test -s runs/nan/last.safetensors

# ---- stopping and going on ----

# What a run logged, without what depends on the clock.
story() { sed 's/"time": *[0-9.e+-]*, *//; s/, "rate": [0-9.e+-]*//' "runs/$1/metrics.jsonl"; }
same_story() { story "$1" >"$tmp/s1"; story "$2" >"$tmp/s2"; cmp "$tmp/s1" "$tmp/s2"; }
long="--hidden 24 --layers 2 --dropout 0.2 --window 5 --patience 0 --batch 4 --test other.txt --threads 2"

# interrupted SIGNAL: a run of that name gets the signal when it has logged something; status 130.
# Where it was at its end before the signal came, a longer one.
epochs=40
interrupted() {
	while :; do
		"$riley" kt train three.txt $long --epochs $epochs --name "$1" >"$tmp/out" 2>"$tmp/err" &
		pid=$!
		await_from $pid logged "runs/$1" 9 && kill -"$1" $pid
		status=0
		wait $pid || status=$?
		[ $status -eq 0 ] && [ $epochs -lt 1000000 ] || break
		rm -r "runs/$1"
		epochs=$((epochs * 5))
	done
	[ $status -eq 130 ] || { echo "status $status"; cat "$tmp/err"; return 1; }
}
for signal in INT TERM; do
	check "SIG$signal: status 130" interrupted $signal
	check "... says how to go on" says err "riley kt train --resume runs/$signal"
	check "... is noted in the run" grep -q '"status": "interrupted"' runs/$signal/run.json
	check "... --resume" gives 0 "$riley" kt train --resume runs/$signal
	rm -rf runs/whole
	check "one that is not interrupted" gives 0 "$riley" kt train three.txt $long --epochs $epochs --name whole -q
	check "... ends with the same model, byte for byte" cmp runs/$signal/model.safetensors \
		runs/whole/model.safetensors
	check "... and the same last state" cmp runs/$signal/last.safetensors runs/whole/last.safetensors
	check "... and the same story" same_story $signal whole
done
check "what has ended can be gone on with" gives 0 "$riley" kt train --resume runs/whole --epochs $((epochs + 2)) -q
check "... for more epochs" equal "$(grep -c '"kind": "point"' runs/whole/metrics.jsonl)" $((epochs + 2))
check "... as its run.json says" equal "$(sed -n 's/^    "epochs": \([0-9]*\),*$/\1/p' runs/whole/run.json | head -n 1)" $((epochs + 2))
cp runs/INT/model.safetensors runs/INT/last.safetensors .
cp runs/INT/run.json before.json
for change in "--hidden 13" "--model gru" "--lr 0.5" "--batch 5" "--dropout 0.7" "--window 6"; do
	check "$change on resuming: status 2" gives 2 "$riley" kt train --resume runs/INT $change
	check "... is said" says err "${change%% *} cannot change when a run is resumed"
	check "... run.json stays as it was" cmp runs/INT/run.json before.json
done
check "... the run is as it was" eval 'cmp runs/INT/model.safetensors model.safetensors && cmp runs/INT/last.safetensors last.safetensors'
check "what stays the same may be said" gives 0 "$riley" kt train --resume runs/INT --hidden 24 -q
check "--resume of nothing: status 3" gives 3 "$riley" kt train --resume runs/none
sed '42y/01/10/' three.txt >moved.txt
check "--resume on other data: status 3" gives 3 "$riley" kt train moved.txt --resume runs/INT --epochs $((epochs + 10))
check "... is said" says err "its answers have changed"
check "... leaves run.json as it was" grep -q '"status": "done"' runs/INT/run.json
mv three.txt elsewhere.txt
check "--resume where the data were moved to" gives 0 "$riley" kt train elsewhere.txt --resume runs/TERM -q
mv elsewhere.txt three.txt
rm runs/TERM/last.safetensors
check "--resume without a checkpoint: status 1" gives 1 "$riley" kt train --resume runs/TERM --epochs $((epochs + 10))
check "... by name" says err "runs/TERM/last.safetensors"

# ---- when the outside world gives way ----

busy() {
	"$riley" kt train three.txt --hidden 12 --epochs 100000 --patience 0 --name busy >/dev/null 2>&1 &
	pid=$!
	await_from $pid logged runs/busy 2 || return 1
	gives 1 "$riley" kt train --resume runs/busy
	result=$?
	kill $pid
	wait $pid
	return $result
}
check "two writers: status 1 for the second" busy

removed() {
	"$riley" kt train three.txt --hidden 12 --epochs 100000 --patience 0 --name removed >/dev/null 2>"$tmp/err" &
	pid=$!
	await_from $pid logged runs/removed 2 || return 1
	mv runs/removed gone && rm -r gone
	status=0
	wait $pid || status=$?
	[ $status -eq 1 ] || { echo "status $status"; cat "$tmp/err"; return 1; }
	[ ! -e runs/removed ]
}
check "a run directory that is removed: status 1" removed
check "... with a message" says err "riley: runs/removed"

check "a negative share of students: status 2" gives 2 "$riley" kt train three.txt --epochs 1 --test-split -1
check "... with the limits" says err "is out of range: it must be between 0 and 0.9"

# A limit on the size of files stands for a full disk.
check "a run that has a checkpoint" gives 0 "$riley" kt train three.txt --name full --hidden 60 --epochs 2 -q
cp runs/full/last.safetensors before.safetensors
full() { (ulimit -f 40; "$riley" kt train --resume runs/full --epochs 5 >/dev/null 2>"$tmp/err"; \
	echo $? >status); equal "$(cat status)" 1; }
check "no room for another: status 1" full
check "... with a message" grep -q "riley: runs/full/.*: writing failed: " "$tmp/err"
check "... the checkpoint from before is whole" cmp runs/full/last.safetensors before.safetensors
check "... nothing is left beside it" equal "$(ls runs/full | grep -c tmp)" 0
check "... and with room it goes on" gives 0 "$riley" kt train --resume runs/full --epochs 5 -q
check "... to where it would have been" gives 0 "$riley" kt train three.txt --name room --hidden 60 --epochs 5 -q

# ---- what is known of the data is told, and data that changed are refused ----

awk 'BEGIN { srand(4); print "user_id,skill_id,correct,order_id"
	for (u = 1; u <= 40; u++) for (k = 1; k <= 8; k++) {
		print u "," k % 5 "," int(2 * rand()) "," k; if (k == 3) print u "," 9 "," int(2 * rand()) "," k }
	print "1,,1,9\n2,3,0.5,9\n3,3,,9" }' >leaks.csv
found() { for id in empty_skill not_binary empty_answer same_order_rows; do says out "\"id\": \"$id\"" || return 1; done; }
check "train on data with leaks" gives 0 "$riley" kt train leaks.csv --hidden 4 --epochs 1 --name leaks
check "... tells what was dropped" says err "Note: leaks.csv: dropped 1 of 363 rows: no skill"
check "... and what leaks" says err "Note: leaks.csv: 40 rows have the same order as the row before"
check "... in run.json" grep -q '"id": "same_order_rows"' runs/leaks/run.json
check "... also with -q, in JSON" gives 0 "$riley" kt train leaks.csv --hidden 4 --epochs 1 --name leaks2 -q --json
check "... all of it" found
check "... and nothing beside it" test ! -s "$tmp/err"
check "eval tells it too" gives 0 "$riley" kt eval runs/leaks leaks.csv -q --json
check "... all of it" found
check "predict tells it too" gives 0 "$riley" kt predict runs/leaks leaks.csv -q --json
check "... all of it" eval 'tr , "\n" <"$tmp/out" | grep -q same_order_rows'
check "... on stderr with CSV" gives 0 "$riley" kt predict runs/leaks leaks.csv
check "... a line each" test "$(grep -c '^Note: leaks.csv: ' "$tmp/err")" -ge 4

"$riley" kt gen own.csv --students 100 --exercises 10 --concepts 2 -q >/dev/null
check "a run on half of its data" gives 0 "$riley" kt train own.csv --hidden 4 --epochs 1 --name own -q
sort own.csv >sorted.csv && mv own.csv first.csv && mv sorted.csv own.csv
for c in eval predict; do
	check "$c on that file, in another order: status 3" gives 3 "$riley" kt $c runs/own own.csv
	check "... with the sentence of --resume" says err "own.csv: its answers have changed since the run was trained"
done
check "... which says the same: status 3" gives 3 "$riley" kt train --resume runs/own --epochs 2
check "... that is" says err "own.csv: its answers have changed since the run was trained"
check "shuffled students, simulated" gives 0 "$riley" kt gen shuffled.csv --shuffle --students 100 --exercises 10 --concepts 2
check "... are as many for the test as gen says" says out "50 to train, 50 to test"
check "... and train" gives 0 "$riley" kt train shuffled.csv --hidden 4 --epochs 1 --name shuffled
check "... on half of them" says err "Training on students 1 to 50, testing on the other 50."

# ---- students who are in the training data and in the test data ----

leak='students are also in the training data'
# as_csv FILE [N]: three lines per student as rows, at most N of each.
as_csv() { awk -v most="${2:-99}" 'BEGIN { print "user,skill,correct" } NR % 3 == 1 { n = $1; s++ }
	NR % 3 == 2 { split($0, q, ",") }
	NR % 3 == 0 { split($0, a, ","); for (j = 1; j <= n && j <= most; j++) print "u" s "," q[j] "," a[j] }' "$1"; }
students fresh.txt 140 7 10
awk '(NR - 1) % 42 >= 27' fresh.txt >long.txt          # 9 to 13 answers
head -n 120 long.txt >known.txt
tail -n 30 long.txt >unknown.txt
cat unknown.txt known.txt >mixed.txt
check "a test file of training students in another order" train known.txt --name leak --test mixed.txt
check "... is noted" says err "Note: mixed.txt: 40 of 50 test $leak"
check "... in run.json" grep -q '"id": "leaked_students"' runs/leak/run.json
check "... in JSON" train known.txt --name leak2 --test mixed.txt -q --json
check "... too" says out '"id": "leaked_students"'
check "other students" train known.txt --name clean --test unknown.txt
check "... are none" test "$(grep -c leak "$tmp/err")" = 0
for c in eval predict; do
	check "$c on training students" gives 0 "$riley" kt $c runs/clean mixed.txt --json
	check "... notes them" says err "Note: mixed.txt: 40 of 50 test $leak"
	check "... in JSON" eval 'tr , "\n" <"$tmp/out" | grep -q leaked_students'
	check "$c on others" gives 0 "$riley" kt $c runs/clean unknown.txt
	check "... does not" test "$(grep -c leak "$tmp/err")" = 0
done
as_csv known.txt >known.csv
as_csv known.txt 6 >part.csv
check "the same students with their first answers" train known.csv --name part --test part.csv
check "... are noted" says err "Note: part.csv: 40 of 40 test $leak"
sed 's/^u\([0-9]\)/v\1/' part.csv >others.csv
check "... not under other names" train known.csv --name others --test others.csv
check "... which may be chance" test "$(grep -c leak "$tmp/err")" = 0
grep -v '^u1,' known.csv | sed 's/^u\([0-9]\)/v\1/' >renamed.csv
check "all answers under other names" gives 0 "$riley" kt eval runs/part renamed.csv
check "... are noted" says err "Note: renamed.csv: 39 of 39 test $leak"
check "columns by name" sh -c 'sed "1s/.*/a,b,c/" known.csv >abc.csv; sed "1s/.*/a,b,c/" part.csv >abc2.csv'
check "... train" train abc.csv --student a --skill b --correct c --name abc -q
check "... and are read again by eval" gives 0 "$riley" kt eval runs/abc part.csv
check "... that notes" says err "Note: part.csv: 40 of 40 test $leak"
mv abc.csv moved.csv
check "without the training data" gives 0 "$riley" kt eval runs/abc part.csv
check "... nothing is known" test "$(grep -c leak "$tmp/err")" = 0
sed '2y/01/10/' moved.csv >abc.csv
check "with others in their place" gives 0 "$riley" kt eval runs/abc part.csv
check "... nothing either" test "$(grep -c leak "$tmp/err")" = 0
# Few exercises, in one order: many students give the same answers by chance.
for seed in 1 2; do "$riley" kt gen short$seed.csv --students 100 --exercises 8 --concepts 1 --seed $seed -q >/dev/null; done
check "answers alike by chance" train short1.csv --name short --test short2.csv
check "... are no leak" test "$(grep -c leak "$tmp/err")" = 0

# ---- options that have no effect together ----

check "--folds 1: status 2" gives 2 "$riley" kt train three.txt --folds 1
check "... says what it needs" says err "--folds needs 2 or more"
check "... in a sweep, too" sh -c 'printf "[sweep]\ncommand = kt train three.txt\n[vary]\nfolds = 1, 2\n" >folds.ini; ! "$1" sweep folds.ini --dry-run 2>err' sh "$riley"
check "options for another optimizer" train three.txt --momentum 0.4 --decay 0.1 --test-split 0.2 --test other.txt --name vain
check "... are named" test "$(grep -c '^Note: --.* has no effect' "$tmp/err")" = 3
check "an optimizer's own learning rate" train three.txt --optimizer adagrad --name own-lr
check "... are kept with the run" grep -q '"lr": 0.01,' runs/own-lr/run.json
threads=$(sed -n 's/^ *"threads": \([0-9]*\),*$/\1/p' runs/vain/run.json)
check "other threads on resuming: status 2" gives 2 "$riley" kt train --resume runs/vain --threads $((threads + 1))
check "... says why" says err "threads cannot change"

# ---- what to do next ----

check "a run" train matrix.csv --name after
check "... ends with what to do next, which works" hints_work 3
check "... the diagnosis among it" says err "diagnose after "
check "folds" train three.txt --name folded --folds 2
check "... too" hints_work 3
check "... but not with --json" train three.txt --name folded_json --folds 2 --json
check "... which says nothing of it" hints_work 0

# ---- what kt info remarks, the others do too ----

awk 'BEGIN {
	srand(3)
	for (i = 0; i < 40; i++) {
		n = i < 3 ? 0 : i < 8 ? 1 : 2 + i % 9; q = a = ""
		for (j = 0; j < n; j++) {
			e = 1 + int(4 * rand()); if (i == 20 && j == 0) e = 9
			q = q e ","; a = a (e == 1 || rand() < 0.5) ","
		}
		print n; print q; print a
	}
}' >remarks.txt
awk 'BEGIN { print "user,skill,correct,order" } NR % 3 == 1 { n = $1; s++ } NR % 3 == 2 { split($0, q, ",") }
	NR % 3 == 0 { split($0, a, ","); for (j = 1; j <= n; j++) print s "," q[j] "," a[j] "," j }
	END { print "70,,1,1"; print "71,3,,1" }' remarks.txt >remarks.csv
"$riley" kt gen remarks2.csv --students 60 --exercises 10 --concepts 2 -q >/dev/null 2>&1
rm remarks2_info.txt                 # of simulated students there is nothing to remark
ids() { tr ',{' '\n\n' | sed -n 's/^ *"id": *"\([a-z_]*\)".*/\1/p' | sort -u | grep -v same_data | tr '\n' ' '; }
for f in remarks.txt remarks.csv remarks2.csv; do
	"$riley" kt info $f --json 2>/dev/null >known.json
	known=$({ ids <known.json; sed -n '/"dropped": {/,/}/s/^ *"\([a-z_]*\)": [1-9].*/\1/p' known.json; } | tr ' ' '\n' | grep . | sort -u | tr '\n' ' ')
	check "$f: kt info knows something" test -n "$known"
	check "... train" train $f --name remarks-$f --json -q
	for id in $known; do check "... says of $id" says out "\"$id\""; done
	check "... on stderr, too" train $f --name remarks-again-$f
	check "... a line each" test "$(grep -c "^Note: $f: " "$tmp/err")" -ge "$(echo $known | wc -w)"
	for c in eval predict; do
		check "... $c" gives 0 "$riley" kt $c runs/remarks-$f $f --json -q
		for id in $known; do check "... says of $id" says out "\"$id\""; done
	done
done

finish
