#!/bin/sh
# kt_data.sh - riley kt gen and riley kt info.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99

gen()  { "$riley" kt gen "$@" --students 200 --exercises 20 --concepts 4 2>"$tmp/err"; }
# The last answer without its line breaks.
joined() { tr '\n' ' ' <"$tmp/out" | tr -s ' '; }
# number KEY FILE: a number of a JSON file.
number() { sed -n "s/^ *\"$1\": \([-0-9.]*\),*$/\1/p" "$2" | head -n 1; }
lines()  { wc -l <"$1" | tr -d ' '; }
near()   { awk -v a="$1" -v b="$2" -v by="$3" \
	'BEGIN { d = a - b; if (d < 0) d = -d; exit !(a != "" && b != "" && d <= by) }'; }

# ---- gen ----

check "gen writes students.csv" gives 0 "$riley" kt gen --students 200 --exercises 20
check "... and says so" says out "students.csv: 200 students (100 to train, 100 to test)"
check "... with the ceiling" says out "ceiling: AUC 0."
check "... a row per student" test "$(lines students.csv)" = 200
check "... of 0 and 1, a column per exercise" test "$(grep -cE '^[01](,[01]){19}$' students.csv)" = 200
check "... and the facts beside it, a line per exercise" \
	test "$(grep -cE '^[0-9.e-]+,[0-9.e-]+,[0-4],-?[0-9.e-]+$' students_info.txt)" = 20
check "nothing is left of writing aside" test "$(ls | grep -c tmp)" = 0

gen a.csv --seed 5 >/dev/null; gen -o b.csv --seed 5 >/dev/null; gen c.csv --seed 6 >/dev/null
check "same seed, same students" cmp a.csv b.csv
check "... and facts" cmp a_info.txt b_info.txt
check "a folder that is not there is made" gives 0 "$riley" kt gen made/deep/x.csv --students 20
check "... with both files" test -s made/deep/x.csv -a -s made/deep/x_info.txt
check "another seed, other students" test "$(cmp -s a.csv c.csv; echo $?)" = 1

gen s.txt --shuffle >/dev/null
check "shuffled students come in three lines" test "$(lines s.txt)" = 600
check "... which info reads" gives 0 "$riley" kt info s.txt
check "... with their ceiling" says out "ceiling        AUC"
check "another model than the published one is in the facts" gen g.csv --guess 0.25 --sd 2
check "... each column by its name" grep -q '^mean,deviation,concept,difficulty$' g_info.txt
check "... with no more digits than there are" sh -c '! grep -qE "[0-9]{14}" g_info.txt'
sed '/^mean/d' g_info.txt >old_info.txt && cp g.csv old.csv
check "... older files have none, and are read" gives 0 "$riley" kt info old.csv
check "... with their ceiling" says out 'ceiling '
check "... in their first line" grep -q '^# guess 0.25 growth 0.1.* sd 2$' g_info.txt

check "gen --json" gives 0 "$riley" kt gen j.csv --students 200 --exercises 20 --json
cp out j.json
check "... counts students" test "$(number students j.json)" = 200
check "... counts answers" test "$(number answers j.json)" = 4000
gives 0 "$riley" kt info j.csv --json
check "... and has the ceiling that info finds" test "$(number ceiling_auc j.json)" = "$(number ceiling_auc out)"
check "... and the share correct" test "$(number share_correct j.json)" = "$(number share_correct out)"

check "too few answers for a ceiling" gives 0 "$riley" kt gen tiny.csv --students 2 --exercises 1 --concepts 1 --json
check "... are told as null" says out '"ceiling_auc": null'
check "... and told of without it" gives 0 "$riley" kt gen tiny.csv --force --students 2 --exercises 1 --concepts 1
check "... in text" test "$(grep -c ceiling out)" = 0

check "gen - writes to stdout" gives 0 "$riley" kt gen - --students 10 --exercises 3 --concepts 2
check "... the rows alone" test "$(grep -cE '^[01],[01],[01]$' out)-$(lines out)" = 10-10
check "... and no facts" test ! -e ./-_info.txt

# ---- data are not overwritten ----

cp a.csv kept.csv; cp a_info.txt kept_info.txt
check "gen over data: status 2" gives 2 "$riley" kt gen a.csv --seed 9
check "... with the way out" says err "a.csv: exists already; choose another name, or overwrite it with --force"
check "... by -o as well" gives 2 "$riley" kt gen -o a.csv --seed 9
check "... by default, too" gives 2 "$riley" kt gen
check "... leaves them" cmp a.csv kept.csv
rm a.csv
check "... so do the facts alone: status 2" gives 2 "$riley" kt gen a.csv --seed 9
check "... by their name" says err "a_info.txt: exists already"
check "--force overwrites" gives 0 "$riley" kt gen a.csv --seed 5 --force --students 200 --exercises 20 --concepts 4
check "... both" cmp a.csv kept.csv

check "more students of the same class" gives 0 "$riley" kt gen more.csv --class a_info.txt --seed 8 --students 300
check "... of the same exercises" test "$(cut -d, -f3,4 more_info.txt | cksum)" = "$(cut -d, -f3,4 a_info.txt | cksum)"
check "... are other students" test "$(head -n 1 more.csv)" != "$(head -n 1 a.csv)"
check "... 300 of them" test "$(lines more.csv)" = 300
check "... with facts that fit" gives 0 "$riley" kt info more.csv
check "... and a ceiling" says out "ceiling        AUC"
check "--class and numbers that it has: status 2" gives 2 "$riley" kt gen x.csv --class a_info.txt --exercises 5
check "--class of something else: status 3" gives 3 "$riley" kt gen x.csv --class a.csv

# ---- columns of one name ----

printf 'user_id,skill_id,correct,skill_id\n1,1,1,2\n1,2,0,1\n' >same.csv
check "two columns of one name: status 3" gives 3 "$riley" kt info same.csv
check "... both are named" says err "same.csv:1: found two columns for the skill or exercise, 2 and 4"
check "... also when asked for" gives 3 "$riley" kt info same.csv --skill skill_id
printf 'user_id,Skill ID,correct,skill_id\n1,1,1,2\n1,2,0,1\n' >alike.csv
check "names that are alike: status 3" gives 3 "$riley" kt info alike.csv
check "... unless one is named" gives 0 "$riley" kt info alike.csv --skill 'Skill ID'
check "one column for two uses: status 3" gives 3 "$riley" kt info same.csv --student correct --skill user_id
check "... is named" says err "found the column 'correct' for both"
printf 'user_id,skill_id,note,note,correct\n1,1,,,1\n1,2,,,0\n' >unused.csv
check "columns that are not used may be called alike" gives 0 "$riley" kt info unused.csv

check "more concepts than exercises: status 2" gives 2 "$riley" kt gen x.csv --concepts 9 --exercises 8
check "one student: status 2" gives 2 "$riley" kt gen x.csv --students 1
check "a guess of 1: status 2" gives 2 "$riley" kt gen x.csv --guess 1
check "two files: status 2" gives 2 "$riley" kt gen x.csv -o y.csv
check "--json with data on stdout: status 2" gives 2 "$riley" kt gen - --json
check "a shuffled matrix: status 2" gives 2 "$riley" kt gen x.csv --shuffle --format matrix
check "... and nothing is written" test ! -e x.csv -a ! -e x_info.txt
touch plain
check "a folder that can't be made: status 1" gives 1 "$riley" kt gen plain/x.csv
check "... is named" says err "plain"
check "no room on stdout: status 1" gives 1 sh -c '[ -w /dev/full ] || exit 1; exec "$0" kt gen - >/dev/full' "$riley"

# ---- info ----

printf '3\n7,12,90\n0,1,1\n3\n7,7,12\n0,1,1\n1\n7\n1\n0\n\n\n' >three.txt
check "info on three lines" gives 0 "$riley" kt info three.txt
check "... students" says out "students       4"
check "... exercises" says out "exercises      3"
check "... answers" says out "answers        7"
check "... share correct" says out "share correct  0.7143"
check "... lengths" says out "min 0, 5% 0, 25% 0, median 1, 75% 3, 95% 3, max 3, mean 1.8 answers"
check "... one-answer students" says out "1 student gave only one answer"
check "... students of no answer" says out "1 student gave no answers"
check "... no ceiling" test "$(grep -c ceiling out)" = 0
check "info reads stdin" sh -c '"$0" kt info - <three.txt | grep -q "file  *-$"' "$riley"
check "info --json" gives 0 "$riley" kt info three.txt --json
for pair in students:4 exercises:3 answers:7 share_correct:0.714286 one_answer_students:1 empty_students:1 \
	median:1 max:3; do
	check "... ${pair%:*}" test "$(number "${pair%:*}" out)" = "${pair#*:}"
done

# 12 students whose answers are sorted by skill: a warning in text and in JSON.
i=0; while [ $i -lt 12 ]; do printf '6\n1,1,5,5,9,%d\n0,1,1,0,1,1\n' $((20 + i)); i=$((i + 1)); done >sorted.txt
check "answers sorted by skill" gives 0 "$riley" kt info sorted.txt
check "... are warned of" says out "answers are sorted by exercise, not by time, for 12 of"
"$riley" kt info sorted.txt --json >out
check "... in JSON too" says out '"id": "sorted_by_skill"'
sed 's/^1,1,5,5,9,/9,1,5,1,5,/' sorted.txt >unsorted.txt
check "answers in another order" gives 0 "$riley" kt info unsorted.txt
check "... are not" test "$(grep -c 'sorted by skill' out)" = 0

# 30 copies of one student.
i=0; while [ $i -lt 30 ]; do printf '10\n3,1,2,3,1,2,3,1,2,%d\n0,1,1,0,1,1,0,1,1,1\n' $((i / 15)); \
	i=$((i + 1)); done >copies.txt
"$riley" kt info copies.txt >out
check "copies of students are warned of" says out "28 of 30 students with 10 answers or more are exact duplicates"
cp students.csv fixed.csv
check "a fixed order is noted" gives 0 "$riley" kt info fixed.csv
check "... " says out "all students answer the same exercises in the same order"
check "... but not of simulated students" gives 0 "$riley" kt info students.csv --json
check "... for whom it was asked" sh -c '! grep -q "\"id\": \"fixed_order\"" "$0"' "$tmp/out"
check "... which is a fact all the same" says out '"fixed_order": true'

{
	echo 'user_id,skill_id,correct,order_id'
	i=0; while [ $i -lt 40 ]; do echo "u$((i % 3)),k$((i % 5)),$((i % 2)),$((100 - i))"; i=$((i + 1)); done
	printf 'u0,k0,0,100\nu0,k4,1,100\nu1,,1,7\nu1,k1,0.5,8\n,k1,1,9\nu1,k1,,9\nu1,k1,1,\n'
} >rows.csv
check "info on CSV" gives 0 "$riley" kt info rows.csv
check "... names its columns" eval 'joined | grep -q "student .user_id., skill .skill_id., correct .correct., sorted by .order_id."'
for why in 'no student' 'no skill' 'no answer' 'neither right' 'no value in the order column'; do
	check "... what was dropped: $why" says out "dropped        1 of 47 rows: $why"
done
check "... repeated rows" says out "1 row duplicates the row before"
check "... one answer under several skills" says out "1 row has the same order"
check "columns are chosen" gives 0 "$riley" kt info rows.csv --skill user_id --student skill_id --order none
check "... and used" eval 'joined | grep -q "student .skill_id., skill .user_id., correct .correct., in file order"'

# ---- many dropped rows, orders that are no number, ids of several skills ----

# graded FILE PART OTHER: 10 rows, of which PART have the answer 0.5 and OTHER nothing.
graded() { awk -v part="$2" -v other="$3" 'BEGIN { print "who,what,mark,when"
	for (i = 0; i < 10; i++) print "s" i % 3 ",k" i % 2 "," (i < part ? "0.5" : i < part + other ? "" : i % 3 == 0) "," i }' >"$1"; }
graded graded.csv 2 1
by="--student who --skill what --correct mark --order when"
check "more than a fifth of the rows dropped" gives 0 "$riley" kt info graded.csv $by
check "... is warned of, with the commonest value" eval 'joined | grep -q "warning 3 of 10 rows are dropped (30 %), most often for .0.5. in column .mark. (2 rows)"'
check "... and what to do" eval 'joined | grep -q "if another column is meant, name it with --correct"'
for c in train predict; do
	[ $c = train ] && set -- kt train graded.csv --epochs 1 --hidden 3 --name graded || set -- kt predict runs/graded graded.csv
	check "... $c says so on one line" gives 0 "$riley" "$@" $by
	check "... that is" says err "Note: graded.csv: 3 of 10 rows are dropped (30 %), most often for '0.5' in column 'mark' (2 rows); if another"
done
check "... also with -q --json" gives 0 "$riley" kt eval runs/graded graded.csv $by -q --json
check "... by a word for scripts" says out '"id": "many_dropped"'
graded graded.csv 0 3
check "fields of nothing" gives 0 "$riley" kt info graded.csv $by
check "... are called so" eval 'joined | grep -q "most often for an empty field in column .mark. (3 rows)"'
sed 's/,k1,/,NA,/' graded.csv >unnamed.csv
check "another column" gives 0 "$riley" kt info unnamed.csv $by
check "... is named, and its option" eval 'joined | grep -q "for .NA. in column .what. (5 rows) -> if another column is meant, name it with --skill"'
graded graded.csv 1 1
check "a fifth" gives 0 "$riley" kt info graded.csv $by
check "... is not many" test "$(grep -c 'are dropped (' out)" = 0

printf 'user_id,skill_id,correct,timestamp\n1,a,1,10\n1,b,0,soon\n1,c,1,12\n2,a,0,?\n2,b,0,later\n2,b,1,3\n2,a,1,5\n' >odd.csv
check "orders that are no number" gives 0 "$riley" kt info odd.csv
check "... are counted" eval 'joined | grep -q "warning 2 rows have no number in the order column .timestamp., as the first row has: kt train refuses such a file"'
check "... among the dropped" says out "2 of 7 rows: no number in the order column, as the first row has"
check "... which leaves the others" says out "answers        4"
check "... in JSON" gives 0 "$riley" kt info odd.csv --json
check "... too" says out '"odd_order": 2'
check "... train refuses them: status 3" gives 3 "$riley" kt train odd.csv
check "... by file and line" says err "odd.csv:3: found 'soon' in column 'timestamp', expected a number"
check "--order none" gives 0 "$riley" kt info odd.csv --order none
check "... needs none" test "$(grep -c 'order column' out)" = 0

printf 'user_id,skill_id,correct\n1,1,1\n1,9,0\n1,1~~9,1\n2,1,0\n2,"1,9",1\n2,9;12,0\n2,a_b,1\n3,1_9,0\n3,a,1\n3,"Add, subtract",0\n' >several.csv
check "ids of several skills" gives 0 "$riley" kt info several.csv
check "... are warned of" eval 'joined | grep -q "warning 4 of 9 exercise ids look like several skills joined, such as .1,9.: each combination is treated as one exercise"'
check "... by train, too" gives 0 "$riley" kt train several.csv --epochs 1 --hidden 3 --name several
check "... in a line" says err "Note: several.csv: 4 of 9 exercise ids look like several skills joined"

tr ',' '\t' <rows.csv >rows.tsv
check "--sep tab" gives 0 "$riley" kt info rows.tsv --sep tab
check "a separator of two letters: status 2" gives 2 "$riley" kt info rows.tsv --sep '::'

# ---- facts that do not fit ----

cp a.csv other.csv; cp c_info.txt other_info.txt
check "facts of other data" gives 0 "$riley" kt info other.csv
check "... are warned of" says out "other_info.txt does not belong to these data"
check "... and give no ceiling" test "$(grep -c '^ceiling' out)" = 0
echo nonsense >other_info.txt
check "broken facts: status 3" gives 3 "$riley" kt info other.csv
check "... with file and line" says err "other_info.txt:1: found 1 fields, expected"

# ---- bad data ----

# refused NAME WHAT: status 3, nothing on stdout, and a message with it.
refused() { gives 3 "$riley" kt info "$1" && [ ! -s "$tmp/out" ] && says err "$2"; }
: >empty.csv;                      check "an empty file: status 3" refused empty.csv "empty.csv:1: found an empty file"
printf '2\n1,2\n' >cut.csv;        check "a truncated record" refused cut.csv "cut.csv:3: found the end of the file"
printf '2\n1,2\n1\n' >few.csv;     check "counts that disagree" refused few.csv "few.csv:3: found 1 answer, expected 2"
printf '1\n1\n3\n' >three.csv;     check "an answer of 3" refused three.csv \
	"three.csv:3: found the answer 3, expected 0 or 1"
printf '1\n-1\n1\n' >minus.csv;    check "a negative id" refused minus.csv \
	"minus.csv:2: found '-1', expected an exercise id"
printf '1\n9999999999\n1\n' >id.csv; check "an absurd id" refused id.csv "id.csv:2: found a number beyond 2147483647"
printf '0,1\n\0,1\n' >nul.csv;     check "a NUL byte" refused nul.csv "nul.csv:2: found a NUL byte"
mkdir folder;                      check "a directory" refused folder "folder: found a directory, expected a data file"
check "a file that is not there" refused nowhere.csv "nowhere.csv: cannot open"
printf 'a,b\n1,2\n' >columns.csv;  check "no such columns" refused columns.csv \
	"columns.csv:1: found no column for the student among 'a', 'b'"
check "a column that is not there" gives 3 "$riley" kt info rows.csv --skill topic
check "... with those that are" says err "found no column 'topic', expected one of 'user_id', 'skill_id', 'correct', 'order_id'"

# A line of a gigabyte, in little memory: 200 MB of address space for all.
endless() {
	( ulimit -v 200000 && head -c "$1" /dev/zero | tr '\0' "$2" | "$riley" kt info - ) >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 3 ] || { cat "$tmp/err"; return 1; }
}
if (ulimit -v 200000 && "$riley" --version) >/dev/null 2>&1; then
	check "an endless line of digits" endless 1000000000 7
	check "an endless line of letters" endless 1000000000 x
	check "an endless line of blanks" endless 100000000 ' '
else
	skip "endless lines" "the program needs more address space here (sanitizers)"
fi

finish
