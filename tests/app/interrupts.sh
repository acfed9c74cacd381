#!/bin/sh
# interrupts.sh - one signal ends every command, whatever it waits for: interrupts.py does the work.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99
python3 -c 'import pty' 2>/dev/null || { skip "signals" "no python3"; finish; }
from_python "$srcdir/tests/app/interrupts.py"
finish
