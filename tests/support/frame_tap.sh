# frame_tap.sh - golden frames for shell tests: sourced by them after shell_tap.sh.  The test then
# stands in $tmp, without the user's settings; $utf8 is a locale that draws more than ASCII, or
# empty.
#
# RILEY_GOLDEN_WRITE=DIR writes the frames there as well.

golden=$srcdir/tests/golden/ui

TERM=xterm-256color
export TERM
cd "$tmp" || exit 99

utf8=$(utf8_locale)

# frame NAME LOCALE COMMAND...: what a command prints is the golden frame.
frame() {
	name=$1
	LC_ALL=$2
	export LC_ALL
	shift 2
	[ -n "$LC_ALL" ] || { skip "$name" "no UTF-8 locale"; return; }
	"$riley" "$@" >frame.out 2>frame.err </dev/null || { not_ok "$name"; note <frame.err; return; }
	if [ -n "$RILEY_GOLDEN_WRITE" ]; then
		cp frame.out "$RILEY_GOLDEN_WRITE/$name.txt"
	fi
	check "$name" diff "$golden/$name.txt" frame.out
}
