# tmux_tap.sh - screens in a real terminal for shell tests: sourced by them after shell_tap.sh.
# Without tmux, curses or a UTF-8 locale the test is skipped.
#
#     check "it opens" open "'$riley' watch runs/a"
#     keys '?'
#     check "... and helps" shown 'quit; nothing is lost'
#
# A pattern that is waited for must not have been on the screen before, not even in the part of it
# that is left when the window becomes smaller; and what stays on the screen for a moment only has
# to be brought about by brings().

SHELL=/bin/sh
export SHELL
cd "$tmp" || exit 99

utf8=$(utf8_locale)

if [ -z "$(command -v tmux)" ] || [ -z "$utf8" ]; then
	skip "screens in a terminal" "no tmux, or no UTF-8 locale"
	finish
fi
if ! grep -q 'define HAVE_CURSES 1' "$builddir/config.h"; then
	skip "screens in a terminal" "built without ncurses"
	finish
fi
LC_ALL=$utf8
export LC_ALL

# Each window has a server of its own: one that is going down takes no new ones.  Its socket is
# named from here, as the name of a socket may not be long.
server=0
t() { tmux -u -S "tmux$server" "$@" 2>/dev/null; }
trap 't kill-server; chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
cat >tmux.conf <<'END'
set-option -g status off
set-option -g default-terminal screen
set-option -g history-limit 10000
END
if ! t -f tmux.conf start-server \; list-commands | grep '^resize-window' >/dev/null; then
	skip "screens in a terminal" "this tmux does not resize windows: it is older than 2.9"
	finish
fi

# open COMMAND...: a window of 80x24 in which a shell runs it and then tells its exit status.
open() {
	t kill-server
	server=$((server + 1))
	printf 'trap : INT\n%s\nprintf "exit %%d\\n" $?\nexec cat\n' "$*" >session.sh
	if ! t -f tmux.conf new-session -d -x 80 -y 24 "sh session.sh"; then
		echo "no tmux session"
		return 1
	fi
}
keys() { t send-keys "$@"; }
screen() { t capture-pane -p; }
scrollback() { t capture-pane -p -S -; }
complain() { echo "$1"; scrollback | tail -n 60; return 1; }
resize() { t resize-window -x "$1" -y "$2"; }

on_screen()  { screen | grep -e "$1" >/dev/null; }
in_history() { scrollback | grep -e "$1" >/dev/null; }
off_screen() { screen >now.screen && ! grep -e "$1" now.screen >/dev/null; }
# Whether the program has ended: then nothing will change any more, but for what is typed.
has_ended()  { in_history '^exit [0-9][0-9]*$'; }

# until_seen COMMAND...: waits until it succeeds; or in vain, when the program ended ten seconds ago.
until_seen() {
	after_end=0
	await seen_or_over "$@" && [ $after_end -lt 100 ]
}
seen_or_over() {
	"$@" && { after_end=0; return; }
	[ $after_end -gt 0 ] || has_ended || return 1
	after_end=$((after_end + 1))
	[ $after_end -ge 100 ]
}

# shown PATTERN: waits until a line of the screen matches.
shown() { until_seen on_screen "$1" || complain "no '$1' on:"; }
# told PATTERN: waits until a line matches that may have scrolled away by then.
told() { until_seen in_history "$1" || complain "no '$1' in:"; }
# gone PATTERN: waits until a line of the screen that matched no longer does.
gone() { until_seen off_screen "$1" || complain "still '$1' on:"; }

# brings KEY PATTERN: presses the key and waits for a line that matches, which may be shown for some
# seconds only: presses it again when that was missed.
brings() {
	presses=0
	until_seen key_brings "$1" "$2" || complain "$1 brings no '$2' on:"
}
key_brings() {
	on_screen "$2" && return
	[ $((presses % 60)) -ne 0 ] || keys "$1"
	presses=$((presses + 1))
	on_screen "$2"
}

# still: waits until the screen is drawn and stands still, and leaves it in $before.
still() { await stands_still; }
stands_still() { before=$(screen); sleep 0.3; [ -n "$before" ] && [ "$(screen)" = "$before" ]; }
changed() { [ "$(screen)" != "$before" ]; }

colored() { t capture-pane -e -p | grep '38;5;\|\[3[1-7]m' >/dev/null; }
plain() { screen | grep . >/dev/null && ! colored; }
