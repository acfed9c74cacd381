#!/bin/sh
# headers.sh - each public header compiles alone, in float and in double, as C and as what the
# installed pkg-config file says.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

alone() {
	printf '#include "%s"\n#include "%s"\nint riley_headers;\n' "$1" "$1" >"$tmp/alone.c"
	$CC -std=gnu11 -Wall -Wextra -Wshadow -Werror $CPPFLAGS_ALL -I"$srcdir" $2 -c "$tmp/alone.c" -o "$tmp/alone.o"
}

for h in $HEADERS; do
	check "$h alone, float" alone "$h" ""
	check "$h alone, double" alone "$h" -DRY_DOUBLE
done
check "a header that needs another is noticed" \
	eval 'echo "int f(struct event e);" >"$tmp/needy.h"; ! alone "$tmp/needy.h" ""'

finish
