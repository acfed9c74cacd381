#!/bin/sh
# watch_screens.sh - riley watch in a real terminal: tmux, on runs that live, end, go on, vanish.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
. "$srcdir/tests/support/watch_runs.sh"
. "$srcdir/tests/support/tmux_tap.sh"

kt_run runs/lstm 40 3 0.002
kt_run runs/gru 30 4 0.01
kt_run runs/rnn 20 5 0.0005

# A run that learns while it is watched.
learner=
stop_learner() {
	[ -z "$learner" ] && return
	kill "$learner" 2>/dev/null
	wait "$learner" 2>/dev/null
	learner=
}
trap 'stop_learner; t kill-server; chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
learn() { "$riley" kt train students.csv "$@" --threads 1 -q >learn.out 2>&1 & learner=$!; }
"$riley" kt gen students.csv --students 200 --seed 1 -q >/dev/null 2>&1

# ---- a live run ----

check "watch opens before the run exists" open "'$riley' watch --wait alive"
check "... and says so" shown '^ riley  alive  not there yet'
learn --name alive --epochs 100000 --patience 0 --hidden 8
check "... sees it begin" shown '^ riley  alive  running  *epoch [0-9.k][0-9.k]* of 100k'
check "... sees it go on" shown 'alive  running  *epoch [0-9.k][0-9.k]* of 100k, [0-9:hd ]* left'
check "... knows its memory" shown '││memory  *[0-9]* MB│'
keys Space
check "... pauses" shown 'running, paused here'
# Not at once: the last frame may be on its way.
pauses() {
	for _ in 1 2 3 4 5; do
		still || return 1
		more=$(($(lines_in runs/alive/metrics.jsonl) + 20))
		sleep 0.6
		await logged runs/alive $more || return 1
		changed || return 0
	done
	return 1
}
check "... stands still while learning goes on" pauses
keys .
check "... looks once" await changed
keys Space
check "... goes on" gone 'paused here'
stop_learner
check "the run is interrupted: it says so" shown '^ riley  alive  interrupted'
learn --resume runs/alive
check "... resumed: it says so" shown 'went on\|resumed'
check "... and follows" shown '^ riley  alive  running'
kill -KILL "$learner"
wait "$learner" 2>/dev/null
learner=
check "... killed: it says so" shown '^ riley  alive  crashed'
mv runs/alive runs/elsewhere
check "the run goes away: it says so" shown '^ riley  alive  gone'
check "... and keeps what it knew" shown '┌─ 2 AUC'
kt_run runs/alive 7 2 0.1
check "another one takes its place: it says so" shown 'epoch 7 of 7'
check "... in a sentence" shown '▲ runs/alive'
keys q
check "... and quits" shown '^exit 0$'
check "... leaving the screen as it was" gone '┌'

# ---- keys ----

check "several runs" open "'$riley' watch lstm gru rnn"
check "... are listed" shown '│● lstm  *0.8'
check "... in one chart" shown '│0.6┤'
check "... from its beginning" shown '^│  *10  '
keys '?'
check "? helps" shown 'cursor to the left'
keys '?'
check "... and no longer" gone 'cursor to the left'
keys Left
check "a cursor" shown 'all 3 runs, at epoch 17'
keys Left
check "... moves" shown 'at epoch 16'
keys Right Right
check "... and back" shown 'at epoch 18'
keys + +
check "zoom" gone '^│  *10  '
keys 0
check "... and all again" shown '^│  *10  '
keys Escape
check "Esc: no cursor" gone 'runs, at epoch'
keys m
check "smoothing" shown 'smoothed 0.5'
keys M
check "... and none" gone 'smoothed'
keys y
check "a logarithmic axis" shown ', log'
keys y j
check "the next run" shown 'riley  3 runs  gru: done'
keys Enter
check "... hidden" shown '│· gru '
keys a
check "... all again" shown '│▲ gru '
keys o o
check "sorted" shown '▲valid auc'
keys O
check "... the other way around" shown '▼valid auc'
keys Tab Tab e
check "the panel in focus is explained" shown 'A score that people can interpret'
keys Escape
check "... and no longer" gone 'A score that people can interpret'
keys 5
check "a panel alone" shown '^┌─ 5 training health'
keys 5
check "... and all again" shown '┌─ 3 all 3 runs'
check "a panel that has nothing" brings 6 'has no data for panel 6'
check "a snapshot" brings s 'snapshot: riley-watch-[0-9]*.txt'
check "... of the whole screen" sh -c 'grep -q "all 3 runs" riley-watch-1.txt && [ $(wc -l <riley-watch-1.txt) -eq 24 ]'
if command -v gnuplot >/dev/null; then
	check "a plot" brings p 'plotted: riley-watch-[0-9]*.png'
	check "... that is a picture" sh -c 'head -c 8 riley-watch-1.png | grep -a -q PNG'
else
	skip "a plot" "no gnuplot"
fi
RILEY_GNUPLOT=$tmp/nothing
export RILEY_GNUPLOT

# ---- sizes ----

resize 40 12
check "40x12: a compact view" shown '^ riley  3 runs  gru: done'
check "... without boxes" gone '┌'
resize 39 11
check "39x11: what is needed" shown '40x12 needed, this is 39x11'
resize 1 1
resize 120 40
check "1x1 and 120x40: more panels" shown '^┌─ 5 training health'
resize 80 24
check "80x24 again" shown '┌─ 3 all 3 runs'
keys q
check "q quits" shown '^exit 0$'
check "no gnuplot: opens" open "'$riley' watch lstm"
check "... says why there is no plot" brings p 'no plot: '
keys C-c
check "Ctrl-C: status 130" shown '^exit 130$'
check "... with the terminal restored" gone '┌─ 1'

# ---- ways out, and terminals that are none ----

check "in a window that grows" open "'$riley' watch lstm"
check "... it opens" shown '┌─ 1 log loss'
resize 120 40
check "... it grows" shown '^┌─ 5 training health'
keys q
check "... quits" shown '^exit 0$'
check "... and leaves nothing of it behind" gone '│\|└'

open "sh -c 'echo \$\$ >pid; exec \"$riley\" watch lstm'"
check "before a crash" shown '┌─ 1 log loss'
kill -SEGV "$(cat pid)"
check "a crash takes its course" shown '^exit 139$\|AddressSanitizer'
check "... with the terminal restored" gone '┌─ 1'
for term in dumb no-such-terminal ''; do
	open "TERM='$term' '$riley' watch lstm 2>err"
	check "TERM='$term': lines" told '^  best  *0.8185 at epoch 17'
	check "... and why" grep '^no screen: .*; printing lines instead' err
	check "... with the same information" told '^  dropout  *0.5'
	check "... and status 0" shown '^exit 0$'
done
open "LC_ALL=C '$riley' watch lstm gru"
check "LC_ALL=C: ASCII" shown '^+- 1 log loss (nat) -*+'
check "... runs have letters" shown '|o lstm .*'
keys q
open "NO_COLOR=1 '$riley' watch lstm"
check "NO_COLOR: a screen" shown '┌─ 1 log loss'
check "... without colours" plain
keys q
open "'$riley' watch lstm"
check "without it: with colours" shown '┌─ 1 log loss'
check "... " colored
keys q
open "'$riley' watch lstm | cat; true"
check "a pipe: lines" told '^done, epoch 40 of 40'

# ---- keys as terminals send them: ESC O B in the mode that a screen asks for, ESC [ B in the other ----

esc=$(printf '\033')
sends() { keys -l "$esc$1"; }
for term in xterm-256color screen vt100 linux; do
	infocmp "$term" >/dev/null 2>&1 || { skip "arrows of $term" "no such terminal here"; continue; }
	open "TERM=$term '$riley' watch lstm gru rnn"
	check "$term: opens" shown '3 runs  lstm: done'
	sends '[B'
	check "... down is understood in one mode" shown '3 runs  gru: done'
	sends OB
	check "... and in the other" shown '3 runs  rnn: done'
	sends OA
	check "... up, too" shown '3 runs  gru: done'
	sends '[A'
	check "... and in the other" shown '3 runs  lstm: done'
	sends '[D'
	check "... left" shown 'runs, at epoch 17'
	sends OD
	check "... and in the other" shown 'runs, at epoch 16'
	sends '[C' && sends OC
	check "... right, in both" shown 'runs, at epoch 18'
	# Read as Esc and letters they would take the cursor away, or far off, or scroll.
	for key in '[H' OH '[1~' '[7~' '[F' OF '[4~' '[8~' '[5~' '[6~'; do sends "$key"; done
	keys j
	check "... Home, End and pages are no Esc" shown '3 runs  gru: done'
	check "... nor letters" on_screen 'runs, at epoch 18'
	keys q
	check "... and q quits" shown '^exit 0'
done
open "'$riley' watch"
check "the menu opens" shown '^ riley  runs'
first=$(screen | grep '^▶')
for key in '[F' OF '[4~'; do
	sends "$key"
	check "... End: the last run" gone "^$first"
	sends "[H"
	check "... Home: the first one" shown "^$first"
done
sends '[6~'
check "... PgDn: further down" gone "^$first"
sends '[5~'
check "... PgUp: back" shown "^$first"
keys q
check "... and q quits" shown '^exit 0$'
# What is typed before the screen is there is not lost.
open "until [ -e go ]; do sleep 0.1; done; '$riley' watch lstm gru rnn"
keys -l "${esc}[B${esc}OB"
: >go
check "keys typed before the screen is up count" shown '3 runs  rnn: done'
keys q
check "... and q quits" shown '^exit 0'

finish
