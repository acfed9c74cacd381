#!/bin/sh
# train_watch.sh - --watch of kt train and net train in a real terminal: the dashboard from inside a
# run, left, interrupted, gone on with, ended; and lines where there is no screen.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

RILEY_GNUPLOT=$tmp/nothing
export RILEY_GNUPLOT
cd "$tmp" || exit 99
"$riley" kt gen students.csv --students 200 --seed 1 -q >/dev/null 2>&1
students="'$riley' kt train students.csv --hidden 8 --threads 1"

# ---- without a terminal ----

check "into a pipe: lines, status 0" sh -c '"$0" kt train students.csv --hidden 8 --epochs 2 --name pipe --watch </dev/null >out 2>err' "$riley"
check "... which says why, once" sh -c '[ $(grep -c "no screen: .*; printing lines instead" err) -eq 1 ]'
check "... and has them" grep -q '^epoch 2 .*valid auc' err
check "--json: no dashboard" sh -c '"$0" net train iris --epochs 2 --name json --watch --json </dev/null >out 2>err && grep -q "\"accuracy\"" out' "$riley"
check "... which says why" grep -q 'no dashboard' err
check "without it: status 0" sh -c '"$0" kt train students.csv --hidden 8 --epochs 2 --name unseen </dev/null >out 2>err' "$riley"
check "the same model to the bit" cmp runs/pipe/model.safetensors runs/unseen/model.safetensors
check "run.json does not tell who looked on" sh -c '! grep -q "\"watch\":" runs/pipe/run.json'

. "$srcdir/tests/support/tmux_tap.sh"

# ---- looking on ----

check "kt train --watch" open "$students --epochs 100000 --patience 0 --name a --watch"
check "... is the dashboard" shown '^┌─ 1 log loss'
check "... that follows" shown '^ riley  a  running  *epoch [0-9.k][0-9.k]* of 100k'
# Records come after the first point: a key that is too early says that there is nothing yet.
check "... with the student" brings 7 '│[0-9]* exercises\|│exercises 1-[0-9]* of 40'
keys Left
check "... and their answers" shown 'answer 50, '
check "... with scores" brings 8 'threshold 0\.[0-9]*  sensitivity'
check "... with layers" brings 6 'rnn lstm'
keys Space
check "... that pauses the screen alone" shown 'running, paused here'
check "... while learning goes on" await logged runs/a $(($(lines_in runs/a/metrics.jsonl) + 1))
resize 40 12
check "... in 40x12" shown '^┌─ 6 layers ─\{27\}┐$'
resize 80 24
check "... and in 80x24 again" shown '─\{41\}'
keys q
check "q leaves it" told '^Training continues; watch it again with: riley watch runs/a'
check "... and learning goes on with the bar" told 'epoch *loss *train loss'
keys C-c
check "Ctrl-C stops with a checkpoint: status 130" shown '^exit 130$'
check "... which says how to go on" shown 'resume with: riley kt train --resume runs/a'

check "gone on with, watched" open "'$riley' kt train --resume runs/a --watch"
check "... is the dashboard" shown '^ riley  a  running'
keys C-c
check "Ctrl-C there: status 130" shown '^exit 130$'
check "... and the screen is given back" gone '┌'
done_epochs=$(grep -c '"kind": *"point"' runs/a/metrics.jsonl)
check "... a checkpoint is there, and goes on" gives 0 "$riley" kt train --resume runs/a \
	--epochs $((done_epochs + 1)) -q
check "... from where it was" test "$(grep -c '"kind": *"point"' runs/a/metrics.jsonl)" -eq $((done_epochs + 1))

# ---- to the end ----

check "net train --watch" open "'$riley' net train iris --epochs 30 --name iris --watch"
check "... stays when it has ended" shown '^ riley  iris  \(done\|stopped early\)'
check "... all is written by then" sh -c 'test -s runs/iris/report.txt && grep -q "\"status\": \"\(done\|stopped early\)\"" runs/iris/run.json'
keys q
check "q goes on to the report" told '^50 test rows; the data: header found, 150 rows$'
check "... status 0" shown '^exit 0$'

# Longer and longer runs, until q comes before the end of one.
epochs=10
left() { open "$students --epochs $epochs --patience 0 --name left$epochs --watch" \
	&& shown "^ riley  left$epochs" && keys q && shown '^exit 0$'; }
left_before_its_end() {
	until left && in_history '^Training continues'; do
		epochs=$((epochs * 5))
		[ $epochs -lt 1000000 ] || return 1
	done
}
check "left before its end it does not come back" left_before_its_end
check "... and the report is there" test -s runs/left$epochs/report.txt

# ---- terminals that can't ----

check "TERM=dumb" open "TERM=dumb $students --epochs 2 --name dumb --watch 2>dumb.err"
check "... lines, status 0" shown '^exit 0$'
check "... which says why" grep -q 'dumb.*lines instead' dumb.err
check "LC_ALL=C" open "LC_ALL=C $students --epochs 2 --name ascii --watch"
check "... the dashboard in ASCII" shown '^+- 1 log loss'
keys q
check "... status 0" shown '^exit 0$'
check "NO_COLOR" open "NO_COLOR=1 $students --epochs 2 --name grey --watch"
check "... the dashboard" shown '^┌─ 1 log loss'
check "... no colours" plain
keys q
check "... status 0" shown '^exit 0$'

finish
