#!/bin/sh
# watch.sh - riley watch as text: golden frames through the real command, and lines where there is no screen.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
. "$srcdir/tests/support/watch_runs.sh"
. "$srcdir/tests/support/frame_tap.sh"

kt_run runs/lstm 40 3 0.002
kt_run runs/gru 30 4 0.01
kt_run runs/rnn 20 5 0.0005
net_run runs/net 200 6
rl_run runs/breakout 300 7
kt_run runs/live 25 8 0.002 running
kt_run runs/short 1 9 0.002

# frame_of NAME LOCALE ARGUMENT...: what riley watch prints is the golden frame.
frame_of() {
	name=watch_$1
	locale=$2
	shift 2
	frame "$name" "$locale" watch "$@"
}

# ---- screens ----

frame_of kt "$utf8" lstm --size 80x24
frame_of kt_ascii C lstm --size 80x24
frame_of kt_large "$utf8" lstm --size 120x40
frame_of kt_huge "$utf8" lstm --size 180x50
frame_of kt_compact "$utf8" lstm --size 40x12
frame_of kt_too_small "$utf8" lstm --size 39x12
frame_of kt_one_point "$utf8" short --size 80x24
TERM=linux
frame_of kt_blocks "$utf8" lstm --size 80x24
TERM=xterm-256color
frame_of kt_zoom "$utf8" lstm --size 80x24 --keys 'hh++mm'
frame_of kt_log "$utf8" lstm --size 80x24 --keys 'yxt'
frame_of kt_alone "$utf8" lstm --size 80x24 --keys '1'
frame_of kt_health "$utf8" lstm --size 100x30 --keys '5'
frame_of kt_explain "$utf8" lstm --size 80x24 --keys '2e'
frame_of kt_help "$utf8" lstm --size 80x24 --keys '?'
frame_of kt_help_compact "$utf8" lstm --size 40x12 --keys '??'
frame_of net "$utf8" net --size 80x24
frame_of rl "$utf8" breakout --size 80x24 --keys 'mmmmm'
frame_of live "$utf8" live --size 80x24
frame_of three "$utf8" lstm gru rnn --size 80x24
frame_of three_ascii C lstm gru rnn --size 80x24
frame_of three_large "$utf8" lstm gru rnn --size 120x40
frame_of three_compact "$utf8" lstm gru rnn --size 40x12
frame_of three_sorted "$utf8" lstm gru rnn --size 120x40 --keys 'ooOjj$'
frame_of three_one "$utf8" lstm gru rnn --size 80x24 --keys 'ja'
frame_of mixed "$utf8" lstm breakout net --size 120x40
frame_of missing "$utf8" nobody --wait --size 80x24
frame_of missing_beside "$utf8" lstm nobody --wait --size 80x24

# A run by hand: made NAME LINES STATUS AWK, where AWK sets t and v, training's and validation's loss of epoch e.
made() {
	mkdir -p "runs/$1"
	made_info net "$3" '"epochs": 100' >"runs/$1/run.json"
	awk -v n="$2" "BEGIN { for (e = 1; e <= n; e++) { $4; printf \"{\\\"kind\\\": \\\"point\\\", \\\"step\\\": %d, \\\"time\\\": %d, \\\"epoch\\\": %d, \\\"train_loss\\\": %s, \\\"valid_loss\\\": %s}\\n\", e, e, e, t, v } }" >"runs/$1/metrics.jsonl"
}
shows() { gives 0 "$riley" watch "$1" --ascii --size 100x24 --keys "$2" && says out "$3"; }
check "runs of several kinds have no common rank" gives 0 "$riley" watch breakout lstm --size 120x40
check "... no AUC is the best of a game" sh -c '! grep -q "AUC, best [0-9].* frame" out'
made hole 100 done 't = e > 30 && e <= 60 ? "null" : 1 + e; v = 0'
# The curve's columns: before the hole, and after it; nothing in between.
check "a hole in a line is a gap" shows hole '' x
check "... nothing is drawn across it" awk '
	/^\|[^|]*[|+]/ && !/loss|epoch|---/ { row = substr($0, 7, 56); for (i = 19; i <= 33; i++) if (substr(row, i, 1) == "x") bad = 1
	                            for (i = 36; i <= 56; i++) if (substr(row, i, 1) == "x") after = 1 }
	END { exit bad || !after }' out
made below 100 done 't = (e - 33) / 30; v = 1'
check "a logarithmic axis says what it omits" shows below y '33 values <= 0 not shown'
made none 100 done 't = -1; v = 0'
check "... also where that is all" shows none y 'no value above 0'
made long 131100 done 't = e == 131100 ? 0 : 0.875; v = 0.5'
check "a long run's current number is its last" shows long '' 'train 0.0000'
made large 100 done 't = "4.17e35"; v = 1e23 * e'
check "large numbers have exponents" shows large '' '4.17e+35'
check "... on the axis too" grep -q '4e+35+' out
made empty 0 done ''
check "a run that ended without data" shows empty '' 'no data'
check "... expects none" sh -c '! grep -q "no data yet" out'
cp -R runs/hole runs/resumed
sed 's/"status": "done"/"status": "running", "result": {"epochs": 40}/' runs/hole/run.json >runs/resumed/run.json
check "the result of what was before resuming says so" shows resumed 4 'result before resuming'

k=1
while [ $k -le 50 ]; do
	kt_run runs/many-$k 12 $k 0.0$k
	k=$((k + 1))
done
frame_of fifty "$utf8" $(k=1; while [ $k -le 50 ]; do echo runs/many-$k; k=$((k + 1)); done) --size 120x40 --keys 'ooj'

cp -r runs/lstm runs/garbage
{ echo 'no JSON'; echo '[1, 2]'; printf '{"kind": "point", "epoch"'; } >>runs/garbage/metrics.jsonl
frame_of garbage "$utf8" garbage --size 80x24
mkdir runs/bare
echo '{"kind": "kt", "status": ' >runs/bare/run.json
frame_of no_info "$utf8" bare --size 80x24

# ---- laws of screens ----

LC_ALL=${utf8:-C}
check "the same run, the same frames" sh -c '"$0" watch lstm gru --size 100x30 --frames 3 >a && "$0" watch lstm gru --size 100x30 --frames 3 | cmp - a' "$riley"
check "--frames counts" test "$("$riley" watch lstm --frames 3 | wc -l)" -eq 72
for size in 1x1 2x200 200x2 41x13 79x23 80x24 109x33 110x34 160x48 300x100; do
	check "$size: a screen of that size" sh -c '
		"$0" watch lstm gru nobody --wait --size $1 >out || exit 1
		[ "$(wc -l <out)" -eq "${1#*x}" ] && [ "$(wc -L <out)" -le "${1%x*}" ]' "$riley" $size
done
# Every key alone and after every other on odd screens, under whatever watches memory.
all='?q .hjkl^v<>HLb+-0[]mMyxt	123456789eoOa$!'
check "any key on any screen" sh -c '
	for runs in nobody "lstm gru" garbage bare breakout; do
		for size in 1x1 40x12 80x24; do
			"$0" watch $runs --wait --size $size --keys "$1$1$1" >out 2>err || { cat err; exit 1; }
		done
	done' "$riley" "$all"
check "NO_COLOR and a pipe: no colours" sh -c 'NO_COLOR=1 "$0" watch lstm --size 80x24 >out && ! grep -q "$(printf "\033")" out' "$riley"
check "--color=always: colours" sh -c '"$0" watch lstm --size 80x24 --color=always >out && grep -q "38;5;32" out' "$riley"

# ---- lines ----

gives 0 "$riley" watch lstm
check "a pipe: why there are lines" says err 'no screen: stdin is not a terminal; printing lines instead'
check "... each point" says out 'epoch 40  time 1:00  loss 0.3'
check "... the best ones" sh -c 'grep -q "^epoch 1 .*  \* best$" out'
check "... the state" says out 'done, epoch 40 of 40, best 0.8'
check "... the numbers" says out '  gradient norm '
check "... the options" says out '  dropout              0.5'
gives 0 "$riley" watch lstm gru --plain
check "several runs: each line has a name" \
	sh -c 'grep -q "^gru: epoch 30 " out && grep -q "^lstm: done, epoch 40 of 40" out'
rl_run runs/long 5000 3
gives 0 "$riley" watch long --plain
check "a long past is told in parts" says out '5000 points, 40 of them shown'
check "... with the last one" says out 'frame 5000000 '
gives 0 "$riley" watch garbage --plain
check "lines that can't be read are counted" says out '2 lines unreadable'
gives 0 "$riley" watch nobody --wait --plain --frames 1
check "a run that is not there, and is waited for" says out 'not there yet'
check "a name of no run: status 3" gives 3 "$riley" watch nobody
check "... is said, and how to wait" says err "there is no run 'nobody'; 'riley runs' lists them (--wait waits for it to begin)"
check "... beside others too" gives 3 "$riley" watch lstm nobody --size 80x24
check "a file: status 3" gives 3 "$riley" watch runs/lstm/metrics.jsonl --plain
check "... is said" says err 'runs/lstm/metrics.jsonl is a file'
mkdir -p nothing
check "a folder without a run: status 3" gives 3 "$riley" watch nothing --plain

# A run that begins after its watcher, goes on, and ends.
mkdir late
"$riley" watch late --wait --plain >late.out 2>&1 </dev/null &
watcher=$!
waits() { await_from $watcher grep -q -e "$1" late.out || { cat late.out; return 1; }; }
check "lines wait for a run" waits 'no run.json yet\|not there yet'
kt_run other 3 1 0.002 done
made_info kt done '"epochs": 3' >info
head -n 1 other/metrics.jsonl >late/metrics.jsonl
check "... follow it" waits '^epoch 1 '
sed 1d other/metrics.jsonl >>late/metrics.jsonl
mv info late/run.json
check "... to its end" waits '^done, epoch 3 of 3'
check "... and end with it" wait $watcher

# ---- usage ----

check "--size that is none: status 2" gives 2 "$riley" watch lstm --size 80
check "... which says so" says err '--size 80: expected columns x rows, such as 80x24'
check "--json: status 2" gives 2 "$riley" watch lstm --json
check "too many runs: status 2" sh -c '"$0" watch $(seq 101) 2>err; [ $? -eq 2 ]' "$riley"
check "help" gives 0 "$riley" watch --help
check "... with an example" says out 'riley watch runs/lstm runs/gru'

finish
