#!/bin/sh
# runs_compare.sh - riley runs compare: what differs, scores with intervals, and what cannot be compared.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
. "$srcdir/tests/support/watch_runs.sh"
cd "$tmp" || exit 99
esc=$(printf '\033')

# scored DIR SEDSCRIPT RESULT: a finished run with these results, of which run.json is edited.
scored() {
	mkdir -p "$1"
	made_info kt done '"epochs": 20, "dropout": 0.5, "model": "lstm", "name": "x", "resume": null' |
		sed "s/\"students.csv\"/\"students.csv\", \"fingerprint\": \"abc\"/; s/\"done\"/\"done\", \"result\": {$3}/; $2" >"$1/run.json"
	[ -e "$1/metrics.jsonl" ] || : >"$1/metrics.jsonl"
}
scored runs/a-s1 's/"seed": 1/"seed": 1/' '"auc": 0.80, "predictions": 100'
scored runs/a-s2 's/"seed": 1/"seed": 2/' '"auc": 0.82, "predictions": 100'
scored runs/a-s3 's/"seed": 1/"seed": 3/' '"auc": 0.84, "predictions": 100'
scored runs/b 's/0\.5/0.2/' '"auc": 0.83, "log_loss": 0.45, "predictions": 100'
scored runs/c 's/0\.5/0.3/' '"auc": 0.79, "log_loss": 0.4, "predictions": 100'

# row LABEL CELLS: a line of the table.
row() { grep -x -e "  $1  *$2" out >/dev/null || { echo "no '$1 $2' in:"; cat out; return 1; }; }

check "two runs" gives 0 "$riley" runs compare b c
check "... are two columns" row '' 'b  *c'
check "... the option that differs" row dropout '0.2  *0.3'
check "... and no other" sh -c '! grep -e epochs -e model -e name -e resume out'
check "... the larger AUC is the best" row auc '0.8300 \*  *0.7900'
check "... the smaller log loss" row 'log loss' '0.4500  *0.4000 \*'
check "... the seconds are no score" sh -c '! grep "^  seconds.*\*" out'
check "... no line is longer than a page" test "$(wc -L <out)" -lt 80
check "... one run of each is one seed" says out 'differences may be due to the seed'
check "... nothing on stderr" test ! -s err

# An option that was left open has no value; older runs have -1 for it.
open_option() { scored "$1" "s/\"dropout\": 0.5/\"momentum\": $2/" '"auc": 0.8, "predictions": 100'; }
open_option runs/open null
open_option runs/old -1.0
open_option runs/set 0.9
check "an option that was left open" gives 0 "$riley" runs compare open old set
check "... is a dash, also in an older run" row momentum '-  *-  *0.9'
rm -r runs/open runs/old runs/set

# Mean 0.82, sd 0.02: half of the interval is 4.3027 * 0.02 / sqrt 3.
check "seeds of one setting" gives 0 "$riley" runs compare a-s1 a-s2 a-s3 b
check "... share a column, by what their names share" row '' 'a  *b'
check "... which says how many they are" row runs '3  *1'
check "... and which" row seed '1, 2, 3  *1'
check "... with Student's interval" row auc '0.8200 +- 0.0497  *0.8300 \*'
check "... explained" says out "Student's t"
check "seeds alone stand side by side" gives 0 "$riley" runs compare a-s1 a-s2 a-s3
check "... with their mean" row auc '0.8000  *0.8200  *0.8400  *0.8200 +- 0.0497'
check "... and no best seed" sh -c '! grep -q "\*" out'
scored runs/d-s1 's/0\.5/0.9/' '"auc": 0.99, "predictions": 100'
scored runs/d-s2 's/0\.5/0.9/; s/"seed": 1/"seed": 2/' '"auc": 0.97, "predictions": 100'
check "an interval beyond what is possible" gives 0 "$riley" runs compare d-s1 d-s2 b
check "... stays within" sh -c '! grep "^  auc" out | grep -q "+-" && grep "^  auc  *0\.9800 \[0\.[0-9]*, 0\.99[0-9]*\] \*" out'
check "a seed is not counted twice" sh -c 'cp -r runs/a-s1 runs/again && "$0" runs compare a-s1 again a-s2 >out' "$riley"
check "... which is said" says out 'a-s1 and again have the same options and the same seed'
check "... its column is its own" row '' 'a  *again'

# ---- what cannot be compared ----

sed 's/"abc"/"def"/' runs/b/run.json >info && mkdir runs/other && mv info runs/other/run.json
check "other data of the same name" gives 0 "$riley" runs compare b other
check "... are flagged" says out 'b and other were trained on different data, although both are called'
check "... with both fingerprints" row fingerprint 'abc  *def'
check "... and nothing is the best" sh -c '! grep -q "\*" out'
sed 's/"abc"/"def"/; s/students\.csv/more.csv/' runs/b/run.json >runs/other/run.json
gives 0 "$riley" runs compare b other
check "data of another name" says out 'b was trained on students.csv, other on more.csv'
sed 's/students\.csv/copy.csv/' runs/b/run.json >runs/other/run.json
gives 0 "$riley" runs compare b other
check "a copy of the data is the same data" sh -c '! grep -q "cannot be compared" out'
sed 's/"predictions": 100/"predictions": 90/' runs/b/run.json >runs/other/run.json
gives 0 "$riley" runs compare b other
check "scores of other answers" says out 'b and other were not scored on the same (predictions: 100, 90)'
sed 's/"fingerprint"/"test_fingerprint": "x", "fingerprint"/' runs/b/run.json >runs/other/run.json
gives 0 "$riley" runs compare b other
check "scores of other test data" says out 'were tested on different data'
net_run runs/net 20 6
check "another kind" gives 0 "$riley" runs compare b net
check "... is flagged" says out 'different kinds (kt, net)'
check "... and nothing is the best" sh -c '! grep -q "\*" out'
kt_run runs/alive 25 8 0.002 running
check "a run that has not ended" gives 0 "$riley" runs compare b alive
check "... is flagged, in the state that riley runs gives" says out 'alive has not finished (crashed)'
check "... which is a row of the table" row state 'done  *crashed'
for status in interrupted failed diverged; do
	kt_run runs/alive 25 8 0.002 $status
	state=$("$riley" runs alive | awk 'NR == 2 { print $4 }')
	gives 0 "$riley" runs compare b alive
	check "$status: the state that riley runs gives, $state" says out "alive has not finished ($state)"
done
kt_run runs/alive 25 8 0.002 running
gives 0 "$riley" runs compare b alive
check "... with its best score so far" row 'valid auc' '-  *0\.8[0-9]*'

# ---- baselines ----

for k in 1 2; do
	scored runs/base-$k "s/0\\.5/0.$k/" "\"auc\": 0.7$k, \"skill_mean_auc\": 0.9$k, \"predictions\": 100"
	for what in accuracy rmse; do
		scored runs/$what-$k "s/\"kind\": \"kt\"/\"kind\": \"net\"/; s/\"train\"/\"file\"/; s/0\\.5/0.$k/" "\"$what\": 0.7$k, \"baseline_$what\": 0.3$k, \"predictions\": 100"
	done
done
check "the baseline of students' answers" gives 0 "$riley" runs compare base-1 base-2
check "... is a row" row 'baseline auc' '0.9100  *0.9200'
check "... and no competitor" row auc '0.7100  *0.7200 \*'
check "... explained" says out "Baseline: each exercise's share of right answers"
check "... in Markdown" sh -c '"$0" runs compare base-1 base-2 --format markdown | grep -qF "| baseline auc | 0.9100 | 0.9200 |"' "$riley"
check "... in LaTeX" sh -c '"$0" runs compare base-1 base-2 --format latex | grep -qF "baseline auc & 0.9100 & 0.9200"' "$riley"
check "... in JSON" sh -c '"$0" runs compare base-1 base-2 --json | grep -q "\"baseline_auc\""' "$riley"
check "of classes" sh -c '"$0" runs compare accuracy-1 accuracy-2 >out && grep -qx "  baseline accuracy  *0.3100  *0.3200" out' "$riley"
check "of numbers" sh -c '"$0" runs compare rmse-1 rmse-2 >out && grep -qx "  baseline rmse  *0.3100  *0.3200" out' "$riley"
check "none, no row" sh -c '! "$0" runs compare b c | grep -i baseline' "$riley"

# ---- folds ----

# fold NAME K DROPOUT PREDICTIONS: part K of a cross-validation, from 1.
fold() { scored "runs/$1-fold$2" "s/0\\.5/$3/; s/\"epochs\"/\"folds\": 3, \"epochs\"/; s/\"seed\"/\"fold\": $(($2 - 1)), \"seed\"/" "\"auc\": 0.8$2, \"predictions\": $4"; }
for k in 1 2 3; do fold x $k 0.5 10$k; fold y $k 0.4 10$k; done
fold z 2 0.4 555
check "folds of one cross-validation" gives 0 "$riley" runs compare x-fold1 x-fold2 x-fold3
check "... are scored on students of their own, which is no fault" sh -c '! grep -q "cannot be compared" out'
check "... are counted from 1, as in their names" row fold '1  *2  *3  *1, 2, 3'
check "... also as JSON" sh -c '"$0" runs compare x-fold1 x-fold3 --json | tr -d " \n" | grep -q "\"fold\":\[\"1\",\"3\","' "$riley"
check "two cross-validations" gives 0 "$riley" runs compare runs/x-fold* runs/y-fold*
check "... are compared fold by fold" sh -c '! grep -q "cannot be compared" out'
check "... in two columns" row '' 'x-fold  *y-fold'
gives 0 "$riley" runs compare runs/x-fold* z-fold2
check "one fold of another size" says out 'x-fold2 and z-fold2 were not scored on the same (predictions: 102, 555)'
gives 0 "$riley" runs compare x-fold1 x-fold2 y-fold3
check "other folds" says out 'x-fold1 is fold 1, which y-fold3 lacks'
gives 0 "$riley" runs compare x-fold1 x-fold2 b
check "folds beside a run that is none" says out 'were not scored on the same'
check "... which has no fold" row fold '1, 2  *-'

# ---- a single run whose evaluation has an interval ----

evaluated() { made_info rl done '"frames": 100' | sed "s/\"done\"/\"done\", \"result\": {$2}/; s/\"data\"/\"game\": {\"name\": \"$1\"}, \"data\"/"; }
evaluated asterix '"mean_return": 5, "standard_error": 0.5, "evaluation_episodes": 10, "train_return": 4' >info
mkdir -p runs/g1 runs/g2 && sed 's/100/200/' info >runs/g2/run.json && mv info runs/g1/run.json
check "episodes of an evaluation" gives 0 "$riley" runs compare g1 g2
check "... give its interval" row 'mean return' '5.0000 +- 1.1311 \*  *5.0000 +- 1.1311 \*'
check "... explained" says out 'over the episodes of their evaluation'
# No return leaves the range of its game: -1 to 1, 0 to 92, 0 and more.
for game in catch freeway breakout; do
	case $game in catch) low=-0.99 high=0.99 ;; freeway) low=0.5 high=91.5 ;; breakout) low=0.1 high=0.2 ;; esac
	for at in $low $high; do
		mkdir -p "runs/$game$at-a" "runs/$game$at-b" "runs/$game$at-c"
		evaluated $game "\"mean_return\": $at, \"standard_error\": 0.5, \"evaluation_episodes\": 10" >"runs/$game$at-a/run.json"
		sed 's/"frames": 100/"frames": 300/' "runs/$game$at-a/run.json" >"runs/$game$at-b/run.json"
		sed "s/$at/1/; s/\"seed\": 1/\"seed\": 2/" "runs/$game$at-b/run.json" >"runs/$game$at-c/run.json"
	done
done
within() { "$riley" runs compare "$@" --json | tr -d ' \n' | grep -o '"interval":\[[^]]*\]' |
	sed 's/.*\[//; s/\]//' | awk -v least="$least" -v most="$most" -F , '{ n++; if ($1 < least + 0 || $2 > most + 0) { print; bad = 1 } } END { exit bad || !n }'; }
least=-1 most=1
check "intervals stay within the range of catch" within catch-0.99-a catch-0.99-b
check "... at its other end" within catch0.99-a catch0.99-b
check "... over seeds" within catch0.99-a catch0.99-b catch0.99-c
check "... as text, too" sh -c '"$0" runs compare catch0.99-a catch0.99-b | grep -qE "^  mean return +0\.9900 \[-0\.[0-9]+, 1\.0000\]"' "$riley"
check "... and in the tables of papers" sh -c '! "$0" runs compare catch0.99-a catch0.99-b --format latex | grep "mean return" | grep -F "pm"' "$riley"
least=0 most=92
check "... of freeway" within freeway0.5-a freeway0.5-b
check "... where it ends above" within freeway91.5-a freeway91.5-b
most=1e9
check "... of breakout, which has no end" within breakout0.1-a breakout0.1-b

# ---- formats ----

utf8=$(utf8_locale)
check "markdown" gives 0 "$riley" runs compare a-s1 a-s2 a-s3 b --format markdown
check "... is a table" says out '|---|---:|---:|'
check "... with the best in bold" says out '| auc | 0.8200 ± 0.0497 | **0.8300** |'
check "latex" gives 0 "$riley" runs compare a-s1 a-s2 a-s3 b --format latex
check "... with booktabs" sh -c 'grep -q "\\\\toprule" out && grep -q "\\\\midrule" out && grep -q "\\\\bottomrule" out'
check "... the best in bold" grep -qF 'auc & 0.8200 $\pm$ 0.0497 & \textbf{0.8300} \\' out
cp -r runs/b 'runs/100%_#$&{}~^\|*<b>"x'
cp -r runs/c "runs/r${esc}[31md"
odd=$(echo runs/100*)
sed -i 's/"lstm"/"a|b_c\\u001b[2J"/' runs/c/run.json
check "names with markup: latex" gives 0 "$riley" runs compare "$odd" c "runs/r${esc}[31md" --format latex
check "... are escaped" grep -qF '100\%\_\#\$\&\{\}\textasciitilde{}\textasciicircum{}\textbackslash{}\textbar{}*\textless{}b\textgreater{}{\char34}x &' out
check "... values too" grep -qF 'a\textbar{}b\_c?[2J' out
check "... rows have as many cells as columns" awk '/&/ { gsub(/\\&/, ""); if (gsub(/&/, "") != 3) exit 1 }' out
check "... no escape sequence" sh -c '! grep -q "$1" out' sh "$esc"
check "markdown" gives 0 "$riley" runs compare "$odd" c "runs/r${esc}[31md" --format markdown
check "... escapes pipes" grep -qF '100%\_\#$\&\{\}\~^\\\|\*\<b\>"x' out
check "... values too" grep -qF 'a\|b\_c?\[2J' out
check "... no escape sequence" sh -c '! grep -q "$1" out' sh "$esc"
check "text" gives 0 "$riley" runs compare "$odd" c
check "... no escape sequence" sh -c '! grep -q "$1" out' sh "$esc"
if command -v python3 >/dev/null; then
	cat >check.py <<-'END'
		import json, sys
		o = json.load(sys.stdin)
		assert [c["name"] for c in o["columns"]] == ["a", "b"], o
		assert o["columns"][0]["seeds"] == [1, 2, 3] and len(o["columns"][0]["runs"]) == 3
		assert o["differs"]["dropout"] == ["0.5", "0.2"]
		auc = [s for s in o["scores"] if s["measure"] == "auc"][0]
		assert auc["better"] == "larger"
		a, b = auc["values"]
		assert abs(a["mean"] - 0.82) < 1e-12 and abs(a["interval"][0] - (0.82 - 0.04968)) < 1e-4
		assert b["interval"] is None and b["best"] and not a["best"] and a["runs"] == 3
		assert o["comparable"] is True and o["notes"]
	END
	check "--json" sh -c '"$0" runs compare a-s1 a-s2 a-s3 b --json | python3 check.py' "$riley"
	check "--format json is the same" sh -c '"$0" runs compare a-s1 a-s2 a-s3 b --format json | python3 check.py' "$riley"
fi
check "-o takes it" gives 0 "$riley" runs compare b c --format latex -o table.tex
check "... all of it" grep -q 'end{tabular}' table.tex

# ---- many, narrow, wrong ----

k=1
while [ $k -le 40 ]; do
	scored runs/many-$k "s/0\\.5/0.$((k + 10))/" "\"auc\": 0.7$((k + 10)), \"predictions\": 100"
	k=$((k + 1))
done
check "many runs" gives 0 "$riley" runs compare runs/many-*
check "... every one of them is there" sh -c '[ "$(grep "^  *many" out | wc -w)" -eq 40 ]'
check "no run: status 3" gives 3 "$riley" runs compare b nobody
check "... with its name" says err "there is no run 'nobody'"
check "one run: status 2" gives 2 "$riley" runs compare b
check "one run among others: status 2" gives 2 "$riley" runs compare b "$tmp"
check "the same run twice: status 2" gives 2 "$riley" runs compare b runs/../runs/b
check "... says so" says err 'runs/b and runs/../runs/b are the same run'
check "an unknown format: status 2" gives 2 "$riley" runs compare b c --format html
check "help" gives 0 "$riley" help runs compare
check "... with an example" says out 'riley runs compare lstm gru --format latex -o table.tex'
check "riley help runs is about the list" gives 0 "$riley" help runs
check "... and names the comparison" says out 'riley runs compare'

# Huge and strange numbers.
scored runs/huge 's/0\.5/1e300/; s/"seed": 1/"seed": 9e99/' '"auc": 1e308, "predictions": 100'
scored runs/huge2 's/0\.5/1e300/; s/"seed": 1/"seed": -7/' '"auc": -1e308, "predictions": 100'
check "huge numbers" gives 0 "$riley" runs compare huge huge2 b
check "... of opposite signs have a mean" row auc '0.0000  *0.8300 \*'
check "... alone have exponents" sh -c '"$0" runs compare huge b | grep -q "e+308"' "$riley"
sed 's/"result": {/"result": {"rmse": null, "accuracy": "high", /' runs/b/run.json >runs/other/run.json
check "results that are no numbers" gives 0 "$riley" runs compare other c
sed 's/"options": {/"options": [], "x": {/; s/"result": {/"result": [], "y": {/' runs/b/run.json >runs/other/run.json
check "options that are none" gives 0 "$riley" runs compare other c

finish
