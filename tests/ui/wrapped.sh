#!/bin/sh
# wrapped.sh - sentences on a terminal are broken between words, and are whole lines elsewhere.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
. "$srcdir/tests/support/tmux_tap.sh"

{ echo a,b,target; for k in 1 2 3 4 5 6 7 8; do echo "$k,$((k * k % 5)),$((k % 2))"; done; } >points.csv

# whole COMMAND...: the lines that the terminal shows of stderr, joined, say what a file gets.
whole() {
	sh -c "$*" 2>apart </dev/null
	awk 'length > 80 { n++ } END { exit !n }' apart || { echo "no line is too long:"; cat apart; return 1; }
	open "clear; $*" && told '^exit' || return 1
	screen | sed '/^exit/,$d; s/^  *//' | tr '\n' ' ' | sed 's/ *$//' >shown
	tr '\n' ' ' <apart | sed 's/ *$//' | cmp - shown || { cat shown; return 1; }
}
check "a failure" whole "$riley runs --state nothing"
open "$riley net train points.csv --target target --epochs 1"
check "a note is broken before a word" told '^Note: .* which are taken for$'
check "... and goes on indented" told '^  classes; --task number for regression$'

finish
