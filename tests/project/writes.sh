#!/bin/sh
# writes.sh - what goes into a run's folder goes through the folder that was opened (src/run/rundir.h), never by a path,
# at which another run may stand by then.  So whoever writes files by path is listed here, with what those are.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$srcdir" || exit 99
allowed='
src/app/export/export_command.c   the file of -o
src/app/plot/plot.c               the file of -o
src/app/plot/plot_command.c       the file of -o
src/app/selftest/selftest_cases.c made-up runs in a folder of its own
src/app/watch/dashboard.c         snapshots of a screen, beside the caller
src/app/write_reference.c         manual pages, when the program is built
src/cli/output.c                  the file of -o
rnn/commands/kt_data_commands.c   generated data
rl/commands/human_scores.c        scores of people
rl/commands/rl_scores_command.c   the file of -o
rl/screen/rl_watch.c              snapshots of a screen, beside the caller
'
# by_path FOLDER...: source files that write by path.
by_path() {
	grep -rlE 'file_replace\(|file_draft_open\(|plot_write\(|st_write\(|fopen\([^)]*"[wax]|O_CREAT|[^_a-z]rename\(' \
		--include='*.c' "$@" | sort
}
unlisted() {
	by_path "$@" | while read -r file; do
		echo "$allowed" | grep -q "^$file " || echo "$file writes by path; see tests/project/writes.sh"
	done
}
none() { found=$("$@"); [ -z "$found" ] || { echo "$found"; return 1; }; }
check "nobody else writes files by path" none unlisted src/app src/cli src/train src/run rnn rl
check "all that are listed do" sh -c 'echo "$1" | while read -r file why; do [ -z "$file" ] || echo "$2" | grep -qx "$file" ||
	{ echo "$file does not, any more"; exit 1; }; done' sh "$allowed" "$(by_path src/app src/cli src/train src/run rnn rl)"
mkdir "$tmp/other" && echo 'file_replace(path, &part, 1);' >"$tmp/other/x.c"
check "one that does is noticed" sh -c '[ "$1" ]' sh "$(unlisted "$tmp/other")"

# json_dumps() leaves out the keys that memory does not suffice for; json_value_print() gives all or nothing.
check "nobody writes JSON with keys left out" none grep -rnE 'json_dump(s|f|fd|_file)\(' --include='*.c' src rnn rl datasets
echo 'text = json_dumps(o, 0);' >"$tmp/other/y.c"
check "... which is noticed" grep -rqE 'json_dump(s|f|fd|_file)\(' --include='*.c' "$tmp/other"

# Seen from outside: a folder of the run that is a link is refused.
cd "$tmp" || exit 99
RILEY_GNUPLOT=$tmp/no-gnuplot; export RILEY_GNUPLOT
seq 40 | awk 'BEGIN { print "x,class" } { print $1 "," ($1 % 2 ? "a" : "b") }' >points.csv
mkdir elsewhere
check "a run" gives 0 "$riley" net train points.csv --epochs 2 --name a -q
check "export into its folder" gives 0 "$riley" export runs/a --csv
check "... where it says" test -s runs/a/export/points.csv
rm -r runs/a/export
ln -s ../../elsewhere runs/a/export
ln -s ../../elsewhere runs/a/tensorboard
for format in csv tensorboard; do
	check "export --$format through a link is refused" gives 1 "$riley" export runs/a --$format
	check "... in a sentence" says err "its folder is not a folder of the run"
done
check "nothing was written through a link" test -z "$(ls elsewhere)"
finish
