# shell_tap.sh - TAP from shell tests: sourced by them.
#
#     . "$srcdir/tests/support/shell_tap.sh"
#     cd "$tmp" || exit 99
#     check "what should hold" test "$a" = "$b"
#     finish
#
# $tmp is a directory of the test's own, removed at its end; $riley is the program; $srcdir, absolute, the sources, $builddir the
# build.  Nothing of the user's comes in: no settings, no home, no language.

unset CDPATH
srcdir=$(cd "$srcdir" && pwd) || exit 99
builddir=$(cd "$builddir" && pwd) || exit 99
# By name, so that what is suggested reads the same in every build.
riley=riley
PATH=$builddir:$PATH
export PATH

number=0
failed=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/riley-test-XXXXXX") && tmp=$(cd "$tmp" && pwd) || exit 99
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM

# Packages of Python that are installed for the user alone stay where they are.
PYTHONUSERBASE=${PYTHONUSERBASE:-$HOME/.local}
HOME=$tmp
LC_ALL=C
export PYTHONUSERBASE HOME LC_ALL
for setting in $(env | sed -n 's/^\(RILEY_[A-Z_]*\)=.*/\1/p'); do
	case $setting in RILEY_DATADIR | RILEY_GOLDEN_WRITE) ;; *) unset "$setting" ;; esac
done
unset LANGUAGE XDG_CONFIG_HOME XDG_DATA_HOME NO_COLOR COLUMNS LINES TMUX SSH_CONNECTION SSH_TTY

ok()     { number=$((number + 1)); echo "ok $number - $1"; }
not_ok() { number=$((number + 1)); failed=$((failed + 1)); echo "not ok $number - $1"; }
skip()   { number=$((number + 1)); echo "ok $number - $1 # SKIP $2"; }
note()   { sed 's/^/# /'; }

# check NAME COMMAND...: passes when the command does; when it does not, the command is shown, and what it said.
check() {
	check_name=$1
	shift
	if "$@" >"$tmp/check.out" 2>&1; then
		ok "$check_name"
	else
		not_ok "$check_name"
		printf '%s\n' "failed: $*" | note
		note <"$tmp/check.out"
	fi
}

# gives STATUS COMMAND...: whether the command ends with that exit status; its output is in
# $tmp/out and $tmp/err.
gives() {
	gives_wanted=$1
	shift
	gives_got=0
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null || gives_got=$?
	[ "$gives_got" -eq "$gives_wanted" ] && return 0
	echo "it gave $gives_got, not $gives_wanted"
	cat "$tmp/err"
	return 1
}

# Whether a file of the last command holds a fixed text: says err 'did you mean'.
says() { grep -F -e "$2" "$tmp/$1" >/dev/null || { echo "no '$2' in:"; cat "$tmp/$1"; return 1; }; }

# await COMMAND...: waits until the command succeeds, which is tried again and again.  Minutes, as a busy
# machine takes its time; ten seconds once a check has failed, after which nothing may be as it should.
await() {
	await_tries=0
	until "$@"; do
		await_tries=$((await_tries + 1))
		[ $await_tries -lt 1500 ] || return 1
		[ "$failed" -eq 0 ] || [ $await_tries -lt 100 ] || return 1
		sleep 0.1
	done
}

# await_from PID COMMAND...: waits until the command succeeds, as long as our child of that number is there.
await_from() {
	await_pid=$1
	shift
	until "$@"; do
		kill -0 "$await_pid" 2>/dev/null || { "$@" && return; echo "the process ended before: $*"; return 1; }
		sleep 0.02
	done
}

# Lines of a file; 0 when there is none.
lines_in() { if [ -f "$1" ]; then wc -l <"$1" | tr -d ' '; else echo 0; fi; }
# logged RUN N: whether that run directory's log has N lines.
logged() { [ "$(lines_in "$1/metrics.jsonl")" -ge "$2" ]; }

# from_python SCRIPT: tells on the lines "ok - NAME" and "not ok - NAME" that the script prints.  It finds the modules of
# tests/support, and the program in RILEY.
from_python() {
	RILEY=$riley PYTHONPATH=$srcdir/tests/support PYTHONDONTWRITEBYTECODE=1 python3 "$@" >"$tmp/all.tap" || echo "not ok - $1 failed" >>"$tmp/all.tap"
	while IFS= read -r line; do
		case $line in
		'ok - '*) ok "${line#ok - }" ;;
		'not ok - '*) not_ok "${line#not ok - }" ;;
		*) echo "$line" ;;
		esac
	done <"$tmp/all.tap"
}

# preload_failing: compiles tests/support/failing.c into $FAILING; fails where a library cannot be preloaded.
preload_failing() {
	FAILING=$tmp/failing.so
	export FAILING
	[ -z "$SANITIZE" ] && ${CC:-cc} -O1 -shared -fPIC -o "$FAILING" "$srcdir/tests/support/failing.c" -ldl 2>/dev/null &&
		LD_PRELOAD=$FAILING FAIL_COUNT=$tmp/count "$riley" --version >/dev/null 2>&1 && [ -s "$tmp/count" ]
}

# A locale that draws more than ASCII; nothing where there is none.
utf8_locale() {
	for l in C.UTF-8 C.utf8 en_US.UTF-8; do
		[ "$(LC_ALL=$l locale charmap 2>/dev/null)" = UTF-8 ] && { echo $l; return; }
	done
}

# hints_work N: the last command has suggested N commands on stderr, and each of them is understood as it stands: it
# fails at most because something is missing here (gnuplot), or found something.
hints_work() {
	sed -n '/^Next: /,$ s/^\(Next:\|     \) \(.*[^ ]\)  *# .*/\2/p' "$tmp/err" >"$tmp/hints"
	[ "$(wc -l <"$tmp/hints" | tr -d ' ')" = "$1" ] || { echo "hints:"; cat "$tmp/hints"; return 1; }
	while read -r hint; do
		eval "$hint" >"$tmp/hint_out" 2>&1 </dev/null
		case $? in 0|1|4) ;; *) echo "$hint:"; cat "$tmp/hint_out"; return 1;; esac
	done <"$tmp/hints"
}

finish() {
	echo "1..$number"
	[ "$failed" -eq 0 ]
	exit
}
