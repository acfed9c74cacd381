#!/bin/sh
# rl_screens.sh - the screens of riley rl as text: golden frames through the real command.
# RILEY_GOLDEN_WRITE=DIR writes the frames there instead of comparing them.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/shell_tap.sh"
srcdir=$(cd "$srcdir" && pwd)
golden=$srcdir/tests/golden/ui

HOME=$tmp
export HOME
unset XDG_CONFIG_HOME XDG_DATA_HOME RILEY_CONFIG RILEY_SEED RILEY_JSON NO_COLOR
TERM=xterm-256color
export TERM
cd "$tmp" || exit 99

# The locale that draws more than ASCII, where there is one.
utf8=
for l in C.UTF-8 C.utf8 en_US.UTF-8; do
	[ "$(LC_ALL=$l locale charmap 2>/dev/null)" = UTF-8 ] && { utf8=$l; break; }
done

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

# ---- play ----

frame play_breakout "$utf8" rl play breakout --keys 'llll....' --size 80x24
frame play_breakout_ascii C rl play breakout --keys 'llll....' --size 80x24
frame play_breakout_over "$utf8" rl play breakout --keys 'llll.........' --size 120x40
frame play_breakout_compact "$utf8" rl play breakout --keys 'l...' --size 40x12
frame play_seaquest "$utf8" rl play seaquest --keys '. ss.dd a....................................' --size 80x24
frame play_eyes "$utf8" rl play eyes --keys '....ll^^^hhh' --size 80x24
frame play_eyes_ascii C rl play eyes --keys '....ll^^^hhh' --size 80x24
frame play_help "$utf8" rl play freeway --keys '?' --size 80x24
frame play_lakes "$utf8" rl play lake4 --slippery no --keys 'v>' --frames 2 --size 60x14
frame play_small "$utf8" rl play catch --keys '.' --size 39x12

check "the same keys, the same frames" sh -c '"$0" rl play asterix --keys hjkl........ --frames 9 >a && "$0" rl play asterix --keys hjkl........ --frames 9 | cmp - a' "$riley"
check "... another seed, another game" sh -c '"$0" rl play asterix --keys hjkl............ --seed 2 >a && ! "$0" rl play asterix --keys hjkl............ | cmp -s - a' "$riley"
check "--frames counts" test "$("$riley" rl play catch --keys '.' --frames 3 | wc -l)" -eq 72
check "colours when asked for" sh -c '"$0" rl play catch --keys . --color always | grep -q "$(printf "\033\\[0")"' "$riley"
check "... and else none" sh -c '! "$0" rl play catch --keys . | grep -q "$(printf "\033")"' "$riley"
check "a script keeps no score" test ! -e .local

# A whole episode of catch, and what it says in the file.
check "an episode" gives 0 "$riley" rl play catch --keys ......... --scores kept/here.jsonl --player 'a "b"'
check "... is kept" sh -c '[ "$(wc -l <kept/here.jsonl)" -eq 1 ] && grep -q "\"game\":\"catch\".*\"frames\":9.*\"player\":\"a ..b..\"" kept/here.jsonl'
check "... its steps end with it" sh -c '"$0" rl play catch --keys ............ --scores kept/here.jsonl >out && grep -q "step  *9" out && [ "$(wc -l <kept/here.jsonl)" -eq 2 ]' "$riley"
check "... and n begins another" sh -c '"$0" rl play catch --keys .........n.. --scores kept/here.jsonl >out && grep -q "step  *2" out' "$riley"
check "the bar is shown" sh -c 'grep -q "mean  *-\{0,1\}1 of 3" out'
check "scores that can't be kept are said, and the game goes on" sh -c '"$0" rl play catch --keys ......... --scores /dev/null/x >out && grep -q "the score is not kept" out' "$riley"

check "without a terminal: status 2" gives 2 "$riley" rl play breakout
check "... and one sentence" sh -c '[ "$(wc -l <err)" -eq 1 ] && grep -q "^riley: rl play needs a terminal: stdin is not a terminal$" err'
check "an unknown game: status 2" gives 2 "$riley" rl play brekout
check "... suggests the nearest" says err "did you mean 'breakout'?"
check "a size that is none: status 2" gives 2 "$riley" rl play breakout --size 80
check "... says what is expected" says err "expected columns x rows"
check "an option of another game: status 2" gives 2 "$riley" rl play catch --sticky 0.1

finish
