#!/bin/sh
# hostile_checkpoints.sh - damaged checkpoints and models of every kind: hostile_checkpoints.py does the work.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99
command -v python3 >/dev/null || { skip "damaged checkpoints" "no python3"; finish; }
from_python "$srcdir/tests/run/hostile_checkpoints.py"
finish
