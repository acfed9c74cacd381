#!/bin/sh
# interrupts.sh - one signal ends every command, whatever it waits for: interrupts.py does the work.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99
python3 -c 'import pty' 2>/dev/null || { skip "signals" "no python3"; finish; }
RILEY=$riley python3 "$srcdir/tests/app/interrupts.py" >all.tap || echo "not ok - interrupts.py failed" >>all.tap
while IFS= read -r line; do
	case $line in
	'ok - '*) ok "${line#ok - }" ;;
	'not ok - '*) not_ok "${line#not ok - }" ;;
	*) echo "$line" ;;
	esac
done <all.tap
finish
