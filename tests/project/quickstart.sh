#!/bin/sh
# quickstart.sh - what ./quickstart says and does where something is missing, on made-up systems: a
# folder of links to the tools it needs, with stand-ins for the package managers.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
clone=$tmp/a\ clone
bin=$tmp/bin

mkdir "$clone"
cp "$srcdir/quickstart" "$clone/quickstart" && chmod +x "$clone/quickstart" || exit 99

# system TOOL...: an empty system with these tools beside the ordinary ones.
system() {
	rm -rf "$bin" "$clone/build"
	mkdir "$bin"
	for tool in sh env sed awk grep cat tr rm mkdir dirname date tail printf sleep kill "$@"; do
		path=$(command -v "$tool") && case $path in /*) ln -s "$path" "$bin/$tool" ;; esac
	done
	stand_in id 'echo 0'
}
stand_in() { rm -f "$bin/$1"; printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"; chmod +x "$bin/$1"; }
quickstart() { env -i PATH="$bin" HOME="$tmp" "$bin/sh" "$clone/quickstart" "$@"; }

system
check "--help: status 0" gives 0 quickstart --help
check "... names both commands" says out "./quickstart check"
check "an unknown word: status 2" gives 2 quickstart chekc
check "two words: status 2" gives 2 quickstart check now

check "no apt-get, nothing there: status 1" gives 1 quickstart
check "... names Fedora's packages" says out \
	"dnf install gcc glibc-devel make autoconf automake pkgconf-pkg-config gsl-devel"
check "... names Homebrew's packages" says out "brew install gcc make autoconf automake pkg-config gsl openblas"
check "... and says what to do then" says err "run ./quickstart again"

# A stand-in compiler that takes everything and a pkg-config that knows everything but one.
system make autoreconf automake
for tool in gcc make autoreconf automake gnuplot; do stand_in $tool 'exit 0'; done
stand_in pkg-config 'case "$*" in *inih*) exit 1;; esac; exit 0'
check "no apt-get, one library missing: status 1" gives 1 quickstart
check "... names it alone, for Fedora" says out "dnf install inih-devel"
check "... and for Homebrew" says out "brew install inih"
names_nothing_else() { ! grep -E 'gsl|gcc|gnuplot' "$tmp/out"; }
check "... and nothing else" names_nothing_else

stand_in apt-get 'echo "apt-get $*" >>"'"$tmp"'/asked"; exit 0'
stand_in dpkg-query 'exit 1'
stand_in id 'echo 1000'
check "not root and no sudo: status 1" gives 1 quickstart
check "... says what to run as root" says err "apt-get install --no-install-recommends libinih-dev"
check "... and asked apt-get for nothing" test ! -e "$tmp/asked"

stand_in sudo 'echo sudo >>"'"$tmp"'/asked"; exec "$@"'
check "an installation that changes nothing: status 1" gives 1 quickstart
check "... is noticed" says err "apt-get succeeded, but these packages are still missing: libinih-dev"
check "... sudo was used" grep -qx sudo "$tmp/asked"
check "... for that package alone" grep -Eq 'apt-get install .* libinih-dev$' "$tmp/asked"

stand_in apt-get 'echo "E: no network"; exit 100'
check "an apt-get that fails: status 1" gives 1 quickstart
check "... its words are shown" says err "E: no network"

stand_in id 'echo 0'
stand_in dpkg-query 'echo "install ok installed"'
stand_in autoreconf 'echo "no m4"; exit 1'
check "packages that dpkg knows are not installed again" gives 1 quickstart
check "... and a failing step shows its output" says err "no m4"
check "... and where all of it is" says err "$clone/build/quickstart.log"

# Without a network, apt-get update succeeds unless it is told not to.
system make autoreconf automake
for tool in gcc make autoreconf automake gnuplot; do stand_in $tool 'exit 0'; done
stand_in pkg-config 'case "$*" in *inih*) exit 1;; esac; exit 0'
stand_in dpkg-query 'exit 1'
stand_in dpkg 'case $1 in --audit) cat "'"$tmp"'/half" 2>/dev/null;; *) echo "dpkg $*" >>"'"$tmp"'/asked"; rm "'"$tmp"'/half";; esac'
stand_in apt-get 'echo "apt-get $*" >>"'"$tmp"'/asked"
case "$*" in *Error-Mode=any*) echo "E: Failed to fetch"; exit 100;; *install*) echo "E: Unable to locate package"; exit 100;; esac'
rm -f "$tmp/asked"
check "no network: status 1" gives 1 quickstart
check "... asks for one" says err "Is there a network?"
asked_once() { [ "$(grep -c 'apt-get install' "$tmp/asked")" -le 1 ]; }
check "... and does not install in vain again" asked_once
echo half >"$tmp/half"
gives 1 quickstart
check "an interrupted dpkg is finished first" grep -qx 'dpkg --configure -a' "$tmp/asked"

# Each step may be stopped when what it writes first is there already.
steps() {
	system nproc chmod touch
	for tool in gcc gnuplot automake; do stand_in $tool 'exit 0'; done
	stand_in pkg-config 'exit 0'
	stand_in dpkg-query 'exit 0'
	stand_in autoreconf 'echo autoreconf >>"'"$tmp"'/asked"; printf "#!/bin/sh\necho configure >>\"'"$tmp"'/asked\"; touch Makefile\n" >configure; chmod +x configure; [ ! -e "'"$tmp"'/stop-autoreconf" ]'
	stand_in make 'echo "make $*" >>"'"$tmp"'/asked"; [ ! -e "'"$tmp"'/stop-make" ]'
	rm -f "$clone/configure" "$tmp/asked"
}
asked() { [ "$(grep -c "^$1" "$tmp/asked")" -eq "$2" ]; }
steps
touch "$tmp/stop-autoreconf"
gives 1 quickstart check
rm "$tmp/stop-autoreconf"
check "stopped in autoreconf, started again: status 0" gives 0 quickstart check
check "... autoreconf runs again" asked autoreconf 2
gives 0 quickstart check
check "... not a third time" asked autoreconf 2
check "... nor does configure" asked configure 1
touch "$tmp/stop-make"
rm "$tmp/asked"
gives 1 quickstart check
rm "$tmp/stop-make"
check "stopped while compiling, started again: status 0" gives 0 quickstart check
check "... what was half written goes first" asked 'make clean' 1
gives 0 quickstart check
check "... once" asked 'make clean' 1

# Compiling takes a minute or two: how far it is, is said meanwhile.
system nproc chmod touch
for tool in gcc gnuplot automake autoreconf; do stand_in $tool 'exit 0'; done
stand_in pkg-config 'exit 0'
stand_in dpkg-query 'exit 0'
printf '#!/bin/sh\n' >"$clone/configure"
chmod +x "$clone/configure"
stand_in make 'echo "make $*" >>"'"$tmp"'/asked"
case $* in
-n) for file in a b c; do echo "gcc -O3 -c -o $file.o $file.c"; done ;;
-j*) echo "  CC       a.o"; echo "  AR       liba.a"; n=0
	until grep -q "1 of 3 files" "'"$tmp"'/out" || [ $((n += 1)) -gt 600 ]; do sleep 0.1; done ;;
esac'
rm -f "$tmp/asked"
check "compiling: status 0" gives 0 quickstart check
check "... says how many files are compiled" says out "1 of 3 files"
one_line_each() { [ "$(grep -c '^compiling on' "$tmp/out")" -eq 1 ] && ! grep -q "$(printf '\r')" "$tmp/out"; }
check "... elsewhere than on a terminal line by line" one_line_each

stand_in make 'echo "make $*" >>"'"$tmp"'/asked"; case $* in -j*) kill $PPID; kill $$ ;; esac'
rm -f "$tmp/asked"
check "interrupted while compiling: status 130" gives 130 quickstart check
check "... says what to do" says err "interrupted: run ./quickstart check again"
stand_in make 'echo "make $*" >>"'"$tmp"'/asked"'
check "... started again: status 0" gives 0 quickstart check
check "... what is compiled stays" asked 'make clean' 0

# With all that is needed, `check` wants more for some tests; to be without is no reason to stop.
ready() {
	system nproc chmod
	for tool in gcc gnuplot autoreconf automake; do stand_in $tool 'exit 0'; done
	stand_in pkg-config 'exit 0'
	stand_in make 'case "$*" in *check*) echo tested >>"'"$tmp"'/asked";; esac'
	stand_in dpkg-query 'exit 1'
	printf '#!/bin/sh\n' >"$clone/configure"
	chmod +x "$clone/configure"
	rm -f "$tmp/asked"
}
asked_for_them() { grep -Eq 'apt-get install .* tmux python3 python3-numpy$' "$tmp/asked"; }
tested_last() { [ "$(tail -n 1 "$tmp/asked")" = tested ]; }

ready
stand_in apt-get 'echo "apt-get $*" >>"'"$tmp"'/asked"; cd "'"$bin"'"; for p in tmux python3; do echo "#!/bin/sh" >$p; chmod +x $p; done'
check "check installs what tests need" gives 0 quickstart check
check "... and has it then" test -e "$bin/tmux"
check "... by name alone" asked_for_them
check "... before it tests" tested_last
rm "$tmp/asked"
check "check with all of it: status 0" gives 0 quickstart check
check "... asks for nothing" test "$(cat "$tmp/asked")" = tested
rm "$bin/tmux"
check "one is missing: status 0" gives 0 quickstart check
check "... and it alone is asked for" grep -Eq 'apt-get install .*=120 tmux$' "$tmp/asked"

ready
stand_in apt-get 'echo "apt-get $*" >>"'"$tmp"'/asked"; echo "E: no network"; exit 100'
check "it can't be installed: status 0" gives 0 quickstart check
check "... it was tried" asked_for_them
check "... what will be skipped is said" says out "will be skipped"
check "... all others are run" tested_last

ready
check "no apt-get: status 0" gives 0 quickstart check
check "... what will be skipped is said" says out "dnf install tmux python3"
check "... all others are run" tested_last

ready
stand_in apt-get 'echo "apt-get $*" >>"'"$tmp"'/asked"'
stand_in id 'echo 1000'
check "not root and no sudo: status 0" gives 0 quickstart check
check "... all others are run, and apt-get is not" test "$(cat "$tmp/asked")" = tested

finish
