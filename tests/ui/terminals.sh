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
UTF8=$(utf8_locale) RILEY=$riley python3 "$srcdir/tests/ui/terminals.py" >all.tap ||
	echo "not ok - terminals.py failed" >>all.tap
while IFS= read -r line; do
	case $line in
	'ok - '*) ok "${line#ok - }" ;;
	'not ok - '*) not_ok "${line#not ok - }" ;;
	*) echo "$line" ;;
	esac
done <all.tap
finish
