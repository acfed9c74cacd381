# tmux_tap.sh - screens in a real terminal for shell tests: sourced by them after shell_tap.sh.  Without tmux, curses or a
# UTF-8 locale the test is skipped.
#
#     check "it opens" open "'$riley' watch runs/a"
#     keys '?'
#     check "... and helps" shown 'quit; nothing is lost'

HOME=$tmp
SHELL=/bin/sh
export HOME SHELL
unset XDG_CONFIG_HOME XDG_DATA_HOME RILEY_CONFIG RILEY_SEED RILEY_JSON NO_COLOR TMUX SSH_CONNECTION SSH_TTY
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

# Each window has a server of its own: one that is going down takes no new ones.
server=0
t() { tmux -u -S "$tmp/tmux$server" "$@" 2>/dev/null; }
trap 't kill-server; chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT

# open COMMAND...: a window of 80x24 in which a shell runs it and then tells its exit status.
open() {
	t kill-server
	server=$((server + 1))
	printf 'trap : INT\n%s\nprintf "exit %%d\\n" $?\nexec cat\n' "$*" >session.sh
	if ! t -f /dev/null new-session -d -x 80 -y 24 "sh session.sh"; then
		echo "no tmux session"
		return 1
	fi
	t set-option -g status off
}
keys() { t send-keys "$@"; }
screen() { t capture-pane -p; }
resize() { t resize-window -x "$1" -y "$2"; }

# shown PATTERN: waits until a line of the screen matches.
shown() {
	tries=0
	while ! screen | grep -e "$1" >/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || { echo "no '$1' on:"; screen; return 1; }
		sleep 0.1
	done
}
# told PATTERN: waits until a line matches that may have scrolled away by then.
told() {
	tries=0
	while ! t capture-pane -p -S - | grep -e "$1" >/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || { echo "no '$1' in:"; t capture-pane -p -S -; return 1; }
		sleep 0.1
	done
}
gone() {
	tries=0
	while screen | grep -e "$1" >/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || { echo "still '$1' on:"; screen; return 1; }
		sleep 0.1
	done
}
colored() { t capture-pane -e -p | grep '38;5;\|\[3[1-7]m' >/dev/null; }
plain() { ! colored; }
