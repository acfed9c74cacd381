#!/bin/sh
# installed.sh - somebody else's program, on an installed copy of the library, through pkg-config.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
tutorial=$srcdir/tutorials/first_net
prefix=$tmp/prefix

install_it() { (cd "$builddir" && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u DESTDIR ${MAKE:-make} install \
	prefix="$prefix"); }
pc() { PKG_CONFIG_PATH=$prefix/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} pkg-config \
	--define-variable=prefix="$prefix" "$@" riley; }
build_it() { (cd "$tmp" && $CC -O2 -std=gnu11 -Wall -Wextra -Wshadow -Werror $SANITIZE "$tutorial/xor.c" \
	$(pc --cflags --libs) -o xor); }

# Every answer is on its side of one half, and not by a hair.
answers_are_right() {
	awk '/xor/ { n++; p = $NF; want = ($1 != $3); if (want ? p < 0.9 : p > 0.1) bad = 1 }
	     END { exit bad || n != 4 }' "$1"
}
loss_falls() { awk '/^update/ { if (n++ && $NF >= last) bad = 1; last = $NF } END { exit bad || n != 5 }' "$1"; }

run_lesson() { "$builddir/tutorials/first_net/xor" >"$tmp/lesson"; }
check "the lesson's program runs" run_lesson
check "... its loss falls" loss_falls "$tmp/lesson"
check "... it has learnt exclusive or" answers_are_right "$tmp/lesson"
printf '0 xor 0 p = 0.5\n0 xor 1 p = 0.5\n1 xor 0 p = 0.5\n1 xor 1 p = 0.5\n' >"$tmp/unsure"
check "... a net that has not would be noticed" eval '! answers_are_right "$tmp/unsure"'

if ! command -v pkg-config >/dev/null; then
	skip "an installed copy" "pkg-config is not here"
	finish
fi
# As the README has it, in a folder where the sources and `build` are found as in a clone.
ln -s "$srcdir/tutorials" "$tmp/tutorials"
ln -s "$builddir" "$tmp/build"
build_as_in_readme() {
	cc() { $CC $SANITIZE "$@"; }
	(cd "$tmp" && eval "$(sed -n 's/^    \(export PKG_CONFIG_PATH=build\)$/\1/p;
		s/^    \(cc .*xor.c.*\)/\1/p' "$srcdir/README.md")") >"$tmp/uninstalled"
}
check "the README's commands build the lesson without installing" build_as_in_readme
check "... and it says the same" cmp "$tmp/lesson" "$tmp/uninstalled"

check "make install" install_it
check "the program is installed" test -x "$prefix/bin/riley"
check "manual pages are installed" test -f "$prefix/share/man/man1/riley-kt-train.1"
check "completion for bash is installed" test -f "$prefix/share/bash-completion/completions/riley"
check "... for zsh" test -f "$prefix/share/zsh/site-functions/_riley"
check "... for fish" test -f "$prefix/share/fish/vendor_completions.d/riley.fish"
check "the headers are installed" test -f "$prefix/include/riley/src/nn/net.h"
check "pkg-config knows the version" test "$(pc --modversion)" = "$VERSION"
check "the lesson builds against the installed copy" build_it
run_installed() { "$tmp/xor" >"$tmp/installed"; }
check "... runs" run_installed
check "... and says the same" cmp "$tmp/lesson" "$tmp/installed"

finish
