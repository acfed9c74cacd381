#!/bin/sh
# torture.sh - kills, signals, failing calls and failing memory: torture.py does the work.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99
command -v python3 >/dev/null || { skip "kills, signals and failing calls" "no python3"; finish; }
preload_failing || { skip "kills, signals and failing calls" "no library can be preloaded here"; finish; }
if [ -n "$TORTURE_CASE" ]; then
	from_python "$srcdir/tests/torture/torture.py" "$TORTURE_CASE"
elif [ -n "$TORTURE_SECONDS" ]; then
	from_python "$srcdir/tests/torture/torture.py" "$TORTURE_SECONDS" "${TORTURE_SEED:-$$}"
else
	from_python "$srcdir/tests/torture/torture.py" walk
	mkdir campaign && cd campaign || exit 99
	from_python "$srcdir/tests/torture/torture.py" 10 "${TORTURE_SEED:-1}"
fi
finish
