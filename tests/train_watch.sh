#!/bin/sh
# train_watch.sh - --watch of kt train and net train in a real terminal: the dashboard from inside a run, left, interrupted,
# gone on with, ended; and lines where there is no screen.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/shell_tap.sh"

srcdir=$(cd "$srcdir" && pwd)
builddir=$(cd "$builddir" && pwd)
RILEY_GNUPLOT=$tmp/nothing
export RILEY_GNUPLOT
cd "$tmp" || exit 99
"$riley" kt gen students.csv --students 200 --seed 1 -q >/dev/null 2>&1
students="'$riley' kt train students.csv --hidden 8 --threads 1"

# ---- without a terminal ----

check "into a pipe: lines, status 0" sh -c '"$0" kt train students.csv --hidden 8 --epochs 2 --name pipe --watch </dev/null >out 2>err' "$riley"
check "... which says why, once" sh -c '[ $(grep -c "no screen: .*; lines instead" err) -eq 1 ]'
check "... and has them" grep -q '^epoch 2 .*valid auc' err
check "--json: no dashboard" sh -c '"$0" net train iris --epochs 2 --name json --watch --json </dev/null >out 2>err && grep -q "\"accuracy\"" out' "$riley"
check "... which says why" grep -q 'no dashboard' err
check "without it: status 0" sh -c '"$0" kt train students.csv --hidden 8 --epochs 2 --name unseen </dev/null >out 2>err' "$riley"
check "the same model to the bit" cmp runs/pipe/model.safetensors runs/unseen/model.safetensors
check "run.json does not tell who looked on" sh -c '! grep -q "\"watch\":" runs/pipe/run.json'

. "$srcdir/tests/tmux_tap.sh"

# ---- looking on ----

check "kt train --watch" open "$students --epochs 100000 --patience 0 --name a --watch"
check "... is the dashboard" shown '^┌─ 1 log loss'
check "... that follows" shown '^ riley  a  running  *epoch [0-9][0-9]* of 100k'
keys 7
check "... with the student" shown '│[0-9]* exercises\|│exercises 1-[0-9]* of 40'
keys Left
check "... and their answers" shown 'answer 50, '
keys 8
check "... with scores" shown 'threshold 0\.[0-9]*  sensitivity'
keys 6
check "... with layers" shown 'rnn lstm'
keys Space
check "... that pauses the screen alone" shown 'running, paused here'
steps=$(wc -l <runs/a/metrics.jsonl)
check "... while learning goes on" sh -c '
	n=0
	while [ "$(wc -l <runs/a/metrics.jsonl)" -le $0 ]; do n=$((n + 1)); [ $n -lt 100 ] || exit 1; sleep 0.1; done' "$steps"
resize 40 12
check "... in 40x12" gone '┌─ 4 numbers'
resize 80 24
keys q
check "q leaves it" told '^Learning goes on; see it again with: riley watch runs/a'
check "... and learning goes on with the bar" told 'epoch *loss *train loss'
keys C-c
check "Ctrl-C stops with a checkpoint: status 130" shown '^exit 130$'
check "... which says how to go on" shown 'go on with: riley kt train --resume runs/a'

check "gone on with, watched" open "'$riley' kt train --resume runs/a --watch"
check "... is the dashboard" shown '^ riley  a  running'
keys C-c
check "Ctrl-C there: status 130" shown '^exit 130$'
check "... and the screen is given back" gone '┌'
check "... a checkpoint is there" sh -c '"$0" kt train --resume runs/a --epochs 1 -q </dev/null >/dev/null 2>err; [ $? -ne 3 ]' "$riley"

# ---- to the end ----

check "net train --watch" open "'$riley' net train iris --epochs 30 --name iris --watch"
check "... stays when it has ended" shown '^ riley  iris  \(done\|stopped early\)'
check "... all is written by then" sh -c 'test -s runs/iris/report.txt && grep -q "\"status\": \"\(done\|stopped early\)\"" runs/iris/run.json'
keys q
check "q goes on to the report" shown 'accuracy'
check "... status 0" shown '^exit 0$'

check "left before its end" open "$students --epochs 25 --patience 0 --name b --watch"
shown '^ riley  b  running' >/dev/null
keys q
check "... it does not come back" shown '^exit 0$'
check "... and the report is there" test -s runs/b/report.txt

# ---- terminals that can't ----

check "TERM=dumb" open "TERM=dumb $students --epochs 2 --name dumb --watch 2>dumb.err"
check "... lines, status 0" shown '^exit 0$'
check "... which says why" grep -q 'dumb.*lines instead' dumb.err
check "LC_ALL=C" open "LC_ALL=C $students --epochs 2 --name ascii --watch"
check "... the dashboard in ASCII" shown '^+- 1 log loss'
keys q
check "... status 0" shown '^exit 0$'
check "NO_COLOR" open "NO_COLOR=1 $students --epochs 2 --name grey --watch"
shown '^┌─ 1 log loss' >/dev/null
check "... no colours" plain
keys q
check "... status 0" shown '^exit 0$'

finish
