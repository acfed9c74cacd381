# shell_tap.sh - TAP from shell tests: sourced by them.
#
#     . "$srcdir/tests/shell_tap.sh"
#     check "what should hold" test "$a" = "$b"
#     finish
#
# $tmp is a directory of the test's own, removed at its end; $riley is the program, absolute.

number=0
failed=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/riley-test-XXXXXX") || exit 99
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
riley=$builddir/riley

ok()     { number=$((number + 1)); echo "ok $number - $1"; }
not_ok() { number=$((number + 1)); failed=$((failed + 1)); echo "not ok $number - $1"; }
skip()   { number=$((number + 1)); echo "ok $number - $1 # SKIP $2"; }
note()   { sed 's/^/# /'; }

# check NAME COMMAND...: passes when the command does.
check() {
	check_name=$1
	shift
	if "$@" >"$tmp/check.out" 2>&1; then ok "$check_name"; else not_ok "$check_name"; note <"$tmp/check.out"; fi
}

# gives STATUS COMMAND...: whether the command ends with that exit status; its output is in
# $tmp/out and $tmp/err.
gives() {
	gives_wanted=$1
	shift
	gives_got=0
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null || gives_got=$?
	[ "$gives_got" -eq "$gives_wanted" ] && return 0
	echo "$* gave $gives_got, not $gives_wanted"
	cat "$tmp/err"
	return 1
}

# Whether a file of the last command holds a fixed text: says err 'did you mean'.
says() { grep -F -e "$2" "$tmp/$1" >/dev/null || { echo "no '$2' in:"; cat "$tmp/$1"; return 1; }; }

# A locale that draws more than ASCII; nothing where there is none.
utf8_locale() {
	for l in C.UTF-8 C.utf8 en_US.UTF-8; do
		[ "$(LC_ALL=$l locale charmap 2>/dev/null)" = UTF-8 ] && { echo $l; return; }
	done
}

finish() {
	echo "1..$number"
	[ "$failed" -eq 0 ]
	exit
}
