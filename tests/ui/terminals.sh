#!/bin/sh
# terminals.sh - terminals that close, do not read, read slowly or become too small: terminals.py does the work.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99
python3 -c 'import pty' 2>/dev/null || { skip "terminals" "no python3"; finish; }
if ! grep -q 'define HAVE_CURSES 1' "$builddir/config.h"; then
	skip "terminals" "built without ncurses"
	finish
fi
UTF8=$(utf8_locale)
export UTF8
from_python "$srcdir/tests/ui/terminals.py"
finish
