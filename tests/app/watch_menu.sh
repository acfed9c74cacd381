#!/bin/sh
# watch_menu.sh - riley watch without a run: a menu of all of runs/, as text, as lines, and in a real terminal.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
. "$srcdir/tests/support/watch_runs.sh"
. "$srcdir/tests/support/frame_tap.sh"
esc=$(printf '\033')

# ---- without runs ----

for how in "" "--plain" "--size 80x24"; do
	# shellcheck disable=SC2086 # words
	check "no runs: status 0 ($how)" gives 0 "$riley" watch $how
	check "... says how to make one" says err 'net train iris'
	check "... and nothing else" test ! -s out
done

kt_run runs/lstm 40 3 0.002
kt_run runs/gru 30 4 0.01
net_run runs/net 200 6
rl_run runs/breakout 300 7
kt_run runs/half 25 8 0.002 interrupted
kt_run runs/killed 25 8 0.002 running
sed 's/2016/2017/' runs/gru/run.json >info && mv info runs/gru/run.json
mkdir runs/other runs/bare "runs/red$esc[31m"
echo '{"kind": "kt", "status": ' >runs/bare/run.json

# ---- lines ----

check "a pipe: a list" gives 0 "$riley" watch
check "... why there is no screen" says err 'printing lines instead'
check "... as of riley runs" sh -c '"$0" runs >list && cmp list out' "$riley"
check "--plain, too" gives 0 "$riley" watch --plain
check "... silently" test ! -s err
check "... the same" cmp list out

# ---- screens as text ----

frame menu "$utf8" watch --size 80x24
frame menu_ascii C watch --size 80x24
frame menu_large "$utf8" watch --size 120x20
frame menu_small "$utf8" watch --size 40x12 --keys 'GG'
frame menu_help "$utf8" watch --size 80x24 --keys '?'
frame menu_filter "$utf8" watch --size 80x24 --keys '/BREAK'
frame menu_opened "$utf8" watch --size 80x24 --keys 'sj$'
LC_ALL=C

# shown KEYS PATTERN: whether the screen after these keys has a line.
after() { "$riley" watch --size 100x24 --keys "$1" >out && grep -e "$2" out >/dev/null || { cat out; return 1; }; }
last_row() { tail -n 1 out; }
bs=$(printf '\b')

check "each kind by itself, the youngest first" after '' '^> gru '
check "... then by score" after 's' '^riley\|^ riley  runs  9, by score'
check "... then by name" after 'ss' 'by name'
check "... then by age again" after 'oso' 'by age'
check "the selected run stays selected when the order changes" after 'jjss' '^> killed '
check "down, up" after 'jjk' '^> half '
check "... arrows" after 'vv^' '^> half '
check "not beyond the ends" after 'kkkkk' '^> gru '
check "... of the list" after 'GGjjj' '^> red?'
check "a filter, in any case" after '/LSTM' '^> lstm '
check "... shows how many" after '/LSTM' 'runs  1 of 9'
check "... by state" after '/stopped' '^> half '
check "... by kind" after '/net' '^> net '
check "... of nothing" after '/xyz' 'no run contains that text'
check "... is corrected" after "/lstmx$bs" '^> lstm '
check "... keeps letters that are keys elsewhere" after '/q' '/q_'
check "... ends with Esc" after '/xyz!' 'runs  9, by'
check "... stays after Enter" after '/lst$' 'runs  1 of 9'
check "Enter opens the run" after '/lst$$' '^ riley  lstm  done'
check "... q leads back" after '/lst$$q' 'runs  1 of 9'
check "... to a menu whose keys work" after '$q/net' '^> net '
check "a folder that is not a run is not opened" after '/other$$' 'this is not a run'
check "what is wrong with a run" after '/bare' 'runs/bare/run.json:2: not well-formed JSON'
check "a run that is spoiled is opened, and says so" after '/bare$$' 'not well-formed JSON'
check "nothing to open" after '/xyz$$' 'no run contains that text'
check "no escape sequence" sh -c '! grep -q "$1" out' sh "$esc"
all="?q .hjkl^v<>gGso/x${bs}y\$!1"
for size in 1x1 39x12 40x12 41x13 80x24 300x100; do
	check "$size: any key" sh -c '"$0" watch --size $1 --keys "$2$2$2" >out && [ "$(wc -l <out)" -eq "${1#*x}" ] && [ "$(wc -L <out)" -le "${1%x*}" ]' "$riley" $size "$all"
done
check "the same runs, the same frames" sh -c '"$0" watch --size 100x30 --frames 3 >a && "$0" watch --size 100x30 --frames 3 | cmp - a && [ "$(wc -l <a)" -eq 90 ]' "$riley"
check "--size that is none: status 2" gives 2 "$riley" watch --size 80
check "--json: status 2" gives 2 "$riley" watch --json

# ---- a terminal ----

. "$srcdir/tests/support/tmux_tap.sh"

check "a menu" open "'$riley' watch"
check "... of all runs" shown '^▶ gru .*done'
check "... with keys" shown '^q quit .*Enter watch'
keys Down
check "... that move" shown '^▶ half '
kt_run runs/later 3 2 0.002
check "a new run appears by itself" shown '^  later '
check "... and the selected one stays" shown '^▶ half '
sed 's/interrupted/done/' runs/half/run.json >info && mv info runs/half/run.json
check "a state is live" shown '^▶ half  .*done'
keys Enter
check "Enter opens" shown '^ riley  half  done'
keys q
check "... q comes back" shown '^▶ half '
keys / k i l l
check "typing filters" shown 'runs  1 of 10'
keys BSpace BSpace BSpace BSpace l s t Enter
check "... and is corrected" shown '^▶ lstm '
keys Enter
check "... and opened" shown '^ riley  lstm  done'
keys q Escape
check "... and left" shown 'runs  10,'
resize 40 12
check "40x12" shown '^▶ lstm '
resize 39 11
check "too small: what it needs" shown '40x12 needed, this is 39x11'
resize 120 30
check "large: progress" shown '^▶ lstm .*epoch 40 of 40'
rm -r runs
check "runs/ goes away" shown 'there are no runs left'
keys q
check "q quits" shown '^exit 0$'
kt_run runs/lstm 40 3 0.002
check "TERM=dumb: lines" open "TERM=dumb '$riley' watch"
check "... status 0" shown '^exit 0$'
check "... the list" in_history '^  lstm  '
check "a signal" open "'$riley' watch"
check "... while the menu is open" shown '^▶ lstm '
keys C-c
check "... ends it" shown '^exit 130$'

finish
