#!/bin/sh
# runs.sh - riley runs: lists of runs of every kind and state, among folders that are none.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
. "$srcdir/tests/support/watch_runs.sh"
cd "$tmp" || exit 99
esc=$(printf '\033')

# ---- before there are any ----

check "no runs/: status 0" gives 0 "$riley" runs
check "... says how to make one" says err "riley net train iris"
check "... and nothing on stdout" test ! -s out
check "--json: an empty array" sh -c '[ "$("$0" runs --json)" = "[]" ]' "$riley"
check "-q: silence" sh -c '[ -z "$("$0" runs -q 2>&1)" ]' "$riley"
mkdir runs
check "an empty runs/, too" gives 0 "$riley" runs
check "... says so" says err "no runs in runs/ yet"

# ---- one of each ----

kt_run runs/lstm 40 3 0.002
kt_run runs/gru 30 4 0.01
kt_run runs/lr-2 12 5 0.01
kt_run runs/lr-10 12 6 0.02
net_run runs/net 200 6
rl_run runs/game 300 7
rl_run runs/greedy 300 7
echo '{"kind": "best", "step": 1000, "time": 1, "frame": 1000, "train_return": 3, "eval_return": 4}' >>runs/greedy/metrics.jsonl
kt_run runs/half 25 8 0.002 interrupted
kt_run runs/killed 25 8 0.002 running
kt_run runs/early 25 8 0.002 "stopped early"
kt_run runs/boom 25 8 0.002 diverged
kt_run runs/failed 25 8 0.002 failed
kt_run runs/sweep/t1 5 9 0.002
kt_run runs/sweep/t2 5 9 0.003

# row NAME PATTERN: the line of the list for a run.
row() { grep -e "^  $1 .*$2" out >/dev/null || { echo "no '$1 ... $2' in:"; cat out; return 1; }; }

check "a list" gives 0 "$riley" runs
check "... with a heading" row name 'kind  *data  *state  *age  *score  *measure  *progress'
check "... the data, and the score with its better side" row lstm 'kt  *students.csv  *done .* 0\.8.*valid auc (max)  *epoch 40 of 40'
check "... a smaller one is better" row net 'valid loss (min)'
check "... a game until it is evaluated" row game 'rl .*11\.5.*train return (max)  *frame 300k of 300k'
check "... by its greedy evaluation during training" row greedy '4\.0000  *eval return (max)'
check "... stopped" row half ' stopped '
check "... killed: crashed" row killed ' crashed '
check "... stopped early: done" row early ' done '
check "... diverged" row boom ' diverged '
check "... failed" row failed ' failed '
check "... the runs of a sweep by their names" row sweep/t1 ' done '
check "... nothing on stderr" test ! -s err
check "a pipe that closes is no failure" sh -c '"$0" runs | head -n 1 >out' "$riley"

names() { sed -n 's/^  \([^ ]*\) .*/\1/p' out | tail -n +2 | tr '\n' ' '; }
listed() { gives 0 "$riley" runs "$@" && names; }
lists() { wanted=$1; shift; got=$(listed "$@"); [ "$got" = "$wanted " ] || { echo "got: $got"; return 1; }; }

check "names are sorted with their numbers" lists "lr-2 lr-10" lr-10 lr-2 --sort name
check "a run by its name, a folder with runs" lists "gru sweep/t1 sweep/t2" sweep gru --sort name
check "--kind" lists "net" --kind net
check "--state" lists "half" --state stopped
check "--state done" lists "early game greedy gru lr-2 lr-10 lstm net sweep/t1 sweep/t2" --state done --sort name
check "... with --kind" lists "game greedy" --state done --kind rl
check "a kind that is none: status 2" gives 2 "$riley" runs --kind rt
check "... lists them" says err "expected one of kt, rl, net"
check "a state that is none: status 2" gives 2 "$riley" runs --state dead
check "an order that is none: status 2" gives 2 "$riley" runs --sort size
check "none of that state: status 0" gives 0 "$riley" runs --state running
check "... says so" says err "None of the 14 runs"
check "a name of no run: status 3" gives 3 "$riley" runs nobody
check "... with what was expected" says err "there is no run 'nobody'; 'riley runs' lists them"

check "a misspelt comparison" gives 3 "$riley" runs comapre lstm gru
check "... is suggested" says err "did you mean '$riley runs compare'?"

# Each kind by itself, the best first: the larger AUC, the smaller loss.
sorted_by_score() {
	gives 0 "$riley" runs --sort score --state done || return 1
	awk 'NR > 1 && $2 == "kt" { if (last != "" && $7 > last) exit 1; last = $7 }' out &&
		[ "$(awk 'NR > 1 { print $2 }' out | uniq | tr '\n' ' ')" = "kt net rl " ]
}
check "--sort score: each kind by itself, the best first" sorted_by_score

# ---- data, age ----

sed 's/students.csv/Other.csv/; s/2016-05-23/2016-05-24/' runs/gru/run.json >info && mv info runs/gru/run.json
check "--data, a part of the name in any case" lists gru --data other
check "the youngest first" sh -c '"$0" runs | sed -n 2p | grep -q "^  gru "' "$riley"
row_of() { gives 0 "$riley" runs lstm && row lstm ' [0-9]* y '; }
check "an age in years" row_of
check "data of the same name in other folders are other data" sh -c '"$0" runs --sort score --kind kt | tail -n 1 | grep -q " students.csv "' "$riley"

# ---- names can be copied, however narrow the terminal ----

cat >narrow.py <<-'END'
	import fcntl, os, pty, struct, sys, termios
	pid, fd = pty.fork()
	if pid == 0:
	    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
	    os.execvp(sys.argv[2], sys.argv[2:])
	data = b""
	try:
	    while chunk := os.read(fd, 4096):
	        data += chunk
	except OSError:
	    pass
	sys.stdout.write(data.decode().replace("\r", ""))
	sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
long=dqn-breakout-20261129-154512
cp -r runs/game runs/$long
# narrow COLUMNS HEADING: the list in such a terminal has these columns, and the name as a whole.
narrow() {
	gives 0 python3 narrow.py "$1" "$riley" runs game $long || return 1
	grep -e "^  $long\( \|$\)" out >/dev/null && [ "$(sed 's/  */ /g; q' out)" = " $2" ] && [ "$(wc -L <out)" -le "$1" ] ||
		{ cat out; return 1; }
}
if python3 -c 'import pty' 2>/dev/null; then
	check "120 columns: everything" narrow 120 "name kind data state age score measure progress"
	check "100 columns: no measure" narrow 100 "name kind data state age score progress"
	check "80 columns: no data" narrow 80 "name kind state age score progress"
	check "65 columns: no progress" narrow 65 "name kind state age score"
	check "40 columns: the name and the state" narrow 40 "name state"
	check "30 columns: the name alone" narrow 30 "name"
	check "less: a name is cut that is wider by itself" sh -c 'python3 narrow.py 20 "$0" runs game "$1" >out && grep -q "^  dqn-breakout-20261" out' "$riley" $long
else
	skip "names in narrow terminals" "no python3"
fi
rm -r runs/$long

# ---- JSON ----

if command -v python3 >/dev/null; then
	cat >check.py <<-'END'
		import json, sys
		runs = json.load(sys.stdin)
		by = {r["name"]: r for r in runs}
		keys = "name run kind data fingerprint state status age seconds seed unit at of measure score better error".split()
		for r in runs:
		    assert list(r) == keys, r
		assert by["lstm"]["score"] > 0.8 and by["lstm"]["better"] == "larger"
		assert by["lstm"]["at"] == 40 and by["lstm"]["of"] == 40 and by["lstm"]["unit"] == "epoch"
		assert by["net"]["measure"] == "valid_loss" and by["net"]["better"] == "smaller"
		assert by["early"]["state"] == "done" and by["early"]["status"] == "stopped early"
		assert by["lstm"]["seconds"] is None and by["lstm"]["age"] > 3e8
		assert len(runs) == int(sys.argv[1])
	END
	check "--json: one array of objects" sh -c '"$0" runs --json | python3 check.py 14' "$riley"
	check "... of those that are wanted" sh -c '"$0" runs --json --kind rl | grep -c "\"name\"" | grep -qx 2' "$riley"
else
	skip "--json: one array of objects" "no python3"
fi

# ---- a process that writes ----

cp -r runs/killed runs/alive
exec 9>runs/alive/lock
if command -v python3 >/dev/null; then
	# An open-file-description lock (F_OFD_SETLK, 37), which the inherited descriptor shares.
	hold='import fcntl, struct, sys
try: fcntl.fcntl(9, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
except OSError: sys.exit(77)'
	if python3 -c "$hold"; then
		check "a run with a writer is running" lists alive --state running
	else
		skip "a run with a writer is running" "no open-file-description locks"
	fi
else
	skip "a run with a writer is running" "no python3"
fi
exec 9>&-
check "... and crashed without one" lists "alive killed" --state crashed --sort name
rm -r runs/alive

# ---- what else may lie there ----

mkdir runs/empty runs/fifo-info runs/unfinished runs/.hidden "runs/red$esc[31m" runs/list runs/kindless
mkfifo runs/pipe runs/fifo-info/run.json
echo "no run" >runs/notes.txt
ln -s nowhere runs/dangling
ln -s . runs/loop
ln -s ../runs/lstm runs/link
printf '{"kind": "kt", "status": ' >runs/unfinished/run.json
echo '[1, 2]' >runs/list/run.json
echo '{"status": "done"}' >runs/kindless/run.json
cp -r runs/lstm runs/odd
echo '{"kind": "kt", "status": "asleep"}' >runs/odd/run.json
cp -r runs/lstm runs/future
sed 's/"kind": "kt"/"kind": "new\\u001b[2J"/; s/2016/2999/' runs/lstm/run.json >runs/future/run.json
cp -r runs/lstm "runs/a$esc[2Jb"
cp -r runs/lstm runs/huge
sed 's/"epochs": 40/"epochs": 1e308/; s/"seed": 1/"seed": 1e300/' runs/lstm/run.json >runs/huge/run.json
cp -r runs/lstm runs/piped && rm runs/piped/metrics.jsonl && mkfifo runs/piped/metrics.jsonl
cp -r runs/lstm runs/logless && rm runs/logless/metrics.jsonl
cp -r runs/lstm runs/garbage
{ echo 'no JSON'; echo '{"kind": "best", "valid_auc": NaN}'; echo '{"kind": "point", "epoch": 1e999}'; printf '\0\377'
	printf '{"kind": "best", "epoch"'; } >>runs/garbage/metrics.jsonl
kt_run runs/long 3 3 0.002
awk 'BEGIN { printf "{\"kind\": \"layers\", \"x\": \""; for (i = 0; i < 200000; i++) printf "0123456789"; print "\"}" }' >>runs/long/metrics.jsonl
latin=$(printf 'caf\351')
cp -r runs/lstm "runs/$latin"

check "whatever lies there: status 0" gives 0 "$riley" runs
check "... the runs are listed" row lstm ' done '
check "... a link to a run, too" row link ' done '
check "... hidden folders, files and pipes are not" sh -c '! grep -e hidden -e notes -e "^  pipe " out'
check "... a folder without a run" says out 'foreign: runs/empty: not a run: there is no run.json'
check "... a link to nowhere" says out 'foreign: runs/dangling: No such file or directory'
check "... a link to all of them, once" sh -c '[ "$(grep -c loop out)" -eq 1 ]'
check "... a pipe for run.json" says out 'spoiled: runs/fifo-info/run.json: '
check "... half a run.json, with its line" says out 'spoiled: runs/unfinished/run.json:1: not well-formed JSON'
check "... one that is no object" says out 'spoiled: runs/list/run.json: expected an object'
check "... one without a kind" says out 'spoiled: runs/kindless/run.json: expected an object'
check "... a status that no run has" says out 'spoiled: runs/odd/run.json: unknown status "asleep"'
check "... a kind of a later version" row future 'new?\[2J'
check "... a pipe for metrics.jsonl" says out 'runs/piped/metrics.jsonl: '
check "... its run is listed" row piped ' done '
check "... a run without a log" row logless ' done '
check "... huge numbers" row huge 'epoch 40 of 1e+308'
check "... lines that are none are passed over" row garbage '0\.8.*valid auc (max)  *epoch 40 of 40'
check "... very long ones, too" row long 'valid auc (max)  *epoch 3 of 3'
check "... no escape sequence" sh -c '! grep -q "$1" out' sh "$esc"
check "... names that are not UTF-8" row 'caf?' ' done '
check "--state spoiled" gives 0 "$riley" runs --state spoiled
check "... has these alone" sh -c '! grep -v "^spoiled: " out && [ "$(wc -l <out)" -eq 5 ]'
check "--state foreign" sh -c '[ "$("$0" runs --state foreign | wc -l)" -eq 4 ]' "$riley"
if command -v python3 >/dev/null; then
	check "--json is JSON" sh -c '"$0" runs --json | python3 -c "import json, sys; json.load(sys.stdin)"' "$riley"
fi
if [ "$(id -u)" -ne 0 ]; then
	mkdir runs/secret && chmod 0 runs/secret
	check "a folder that can't be read" gives 0 "$riley" runs
	check "... says so" says out 'foreign: runs/secret: Permission denied'
	chmod 0 runs
	check "runs/ that can't be read: status 1" gives 1 "$riley" runs
	chmod 700 runs runs/secret
fi
check "a file for runs/: status 3" sh -c 'mkdir sub && cd sub && : >runs && "$0" runs 2>err; [ $? -eq 3 ] && grep -q "^riley: runs: " err' "$riley"

check "help" gives 0 "$riley" runs --help
check "... with an example" says out 'riley runs --sort score --kind kt'

finish
