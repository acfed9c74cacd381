#!/bin/sh
# style.sh - the layout of source files: no C line is wider than 100 columns with tabs of 8, no line of a C file or of a
# shell test ends in a blank, and no merge has left its markers.
#
# Columns are characters, not bytes.  The rules are run over the project, and then over a file that breaks each of them.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$srcdir" || exit 99
folders="src rnn rl datasets tutorials bench tests"
sources() { find $folders \( -name '*.c' -o -name '*.h' \) -type f; }
scripts() { find tests -name '*.sh' -type f; }

# wide FILE...: lines of more than 100 columns.  Bytes that continue a UTF-8 character have no width.
wide() {
	LC_ALL=C awk '
		{
			columns = 0
			text = $0
			gsub(/[\200-\277]/, "", text)
			while ((tab = index(text, "\t")) > 0) {
				columns += tab - 1
				columns += 8 - columns % 8
				text = substr(text, tab + 1)
			}
			columns += length(text)
		}
		columns > 100 { print FILENAME ":" FNR ": " columns " columns"; bad = 1 }
		END { exit !bad }
	' "$@"
}

# none COMMAND...: the command finds nothing.
none() { ! "$@"; }

wide_sources()     { wide $(sources); }
trailing_blanks()  { grep -nE '[ 	]+$' $(sources) $(scripts); }
conflict_markers() { grep -nE '^(<<<<<<<|>>>>>>>)( |$)' $(sources) $(scripts); }

check "there are files to check" test "$(sources | wc -l)" -gt 100
check "no C line is wider than 100 columns" none wide_sources
check "no line ends in a blank" none trailing_blanks
check "no merge is unfinished" none conflict_markers

exactly() { awk -v n="$1" -v c="$2" 'BEGIN { printf "\t"; for (i = 8; i < n; i++) printf "%s", c; print "" }'; }
exactly 100 x >"$tmp/fits.c"
exactly 101 x >"$tmp/wide.c"
exactly 100 é >"$tmp/letters.c"
check "100 columns fit" none wide "$tmp/fits.c"
check "... of letters of two bytes, too" none wide "$tmp/letters.c"
check "101 columns are noticed" wide "$tmp/wide.c"

mkdir -p "$tmp/tree/src" "$tmp/tree/tests" && cd "$tmp/tree" || exit 99
folders="src"
printf 'int a; \n' >src/blank.c
check "a trailing blank is noticed" trailing_blanks
printf '<<<<<<< %s\n' HEAD >src/blank.c
check "an unfinished merge is noticed" conflict_markers

finish
