#!/bin/sh
# reference.sh - manual pages and completion, made from the option tables: a page for each command, clean and readable;
# bash, zsh and fish complete commands, options, values, names of runs and files.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99
man=$builddir/man
completion=$builddir/completion
if [ ! -f "$builddir/reference.stamp" ]; then
	skip "manual pages and completion" "a build for another machine makes none"
	finish
fi

# ---- manual pages ----

"$riley" --help | sed -n 's/^  riley \([a-z]* [a-z]*\)  *.*/\1/p' | sed 's/ *$//' >commands
every_page() {
	while read -r c; do
		test -s "$man/riley-$(echo "$c" | tr ' ' -).1" || { echo "$c has no page"; return 1; }
	done <commands
}
check "there are commands" test "$(wc -l <commands)" -ge 20
check "each has a page" every_page
check "... and nothing else has one" test "$(($(wc -l <commands) + 1))" -eq "$(find "$man" -name '*.1' | wc -l)"
check "the page of the program names them" grep -F 'riley\-kt\-train (1)' "$man/riley.1"
missing_options() {
	sed 's/\\-/-/g' "$man/riley-kt-train.1" >plain
	"$riley" kt train --help | sed -n '/^Common/q; s/^ \{6\}\(--[a-z0-9-]*\).*/\1/p' >rows
	test "$(wc -l <rows)" -gt 30 || echo "few options"
	while read -r o; do grep -qF "\\fB$o\\fR" plain || echo "no $o"; done <rows
}
check "a page has every option of the help" test -z "$(missing_options)"
if command -v mandoc >/dev/null; then
	check "mandoc has nothing to warn of" mandoc -Tlint -Wwarning "$man"/*.1
	mandoc -Tascii "$man/riley-kt-train.1" 2>&1 | sed 's/.\x08//g' >page
	check "... and shows options" grep -e '--epochs N' page
	check "... with their defaults" grep -e 'passes over the training data (default 20)' page
	check "... under headings" grep -x ' *Optimizer' page
else
	skip "mandoc has nothing to warn of" "no mandoc"
fi

# ---- completion ----

mkdir -p runs/first runs/second elsewhere
echo '{}' >runs/first/run.json
echo '{}' >runs/second/run.json
touch answers.csv

# What each shell offers for a line that ends where Tab is pressed: one a line.
bash_offers() {
	bash -c 'source "$1"; line=$2
		read -ra COMP_WORDS <<<"${line//=/ = }"
		[[ $line == *\  || $line == *= ]] && COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _riley; printf "%s\n" "${COMPREPLY[@]}"' - \
		"$completion/riley.bash" "$1"
}
fish_offers() { HOME=$tmp fish --no-config -c "source $completion/riley.fish; complete -C '$1'" | sed 's/	.*//'; }
# In a terminal of its own, where Tab lists what there is.
zsh_offers() {
	HOME=$tmp python3 - "$completion" "$1" <<-'END'
	import os, pty, re, select, sys, time
	pid, fd = pty.fork()
	if pid == 0:
	    os.environ.update(TERM="dumb", PS1="", COLUMNS="200", LINES="500")
	    os.execvp("zsh", ["zsh", "-f", "-i"])
	def until(mark, seconds=60):
	    seen = ""
	    end = time.time() + seconds
	    while mark not in seen and time.time() < end:
	        if select.select([fd], [], [], 0.2)[0]:
	            seen += os.read(fd, 65536).decode(errors="replace")
	    return seen
	def send(text):
	    os.write(fd, text.encode())
	send("unsetopt zle_bracketed_paste prompt_cr prompt_sp 2>/dev/null; stty cols 200 rows 500; fpath=(%s $fpath); "
	     "autoload -U compinit; compinit -u -D; zstyle ':completion:*' list-prompt ''; zstyle ':completion:*' insert-tab false; "
	     "LISTMAX=1000; unsetopt always_last_prompt list_beep; setopt no_auto_menu\n" % sys.argv[1])
	send("zmodload zsh/complist zsh/computil; echo rea''dy\n")
	until("ready\r\n")
	send("capture() { print -l -- __BEGIN__ $compstate[nmatches] ; }\n")
	send("compadd() { if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then builtin compadd \"$@\"; return; fi; "
	     "typeset -a got; builtin compadd -A got \"$@\"; print -rl -- $got >>$HOME/offers; builtin compadd \"$@\"; }\n")
	send("echo set''up\n")
	until("setup\r\n")
	send(sys.argv[2] + "\t")
	# What is typed too early may end the completion.
	end = time.time() + 60
	while time.time() < end and not (os.path.exists("offers") and open("offers").read().strip()):
	    time.sleep(0.05)
	send("\x15echo al''l\n")
	until("all\r\n")
	send("exit\n")
	END
	cat offers 2>/dev/null
	rm -f offers
}

# offers SHELL LINE WORD [NOT]: the shell offers WORD, and not NOT.
offers() {
	"$1"_offers "$2" >offered 2>&1
	grep -qxE -e "$3/?" offered || { echo "no '$3' for '$2' in:"; head -40 offered; return 1; }
	[ -z "${4:-}" ] || ! grep -qx -e "$4" offered || { echo "'$4' for '$2'"; return 1; }
}

for shell in bash fish zsh; do
	if ! command -v $shell >/dev/null || { [ $shell = zsh ] && ! command -v python3 >/dev/null; }; then
		skip "$shell completes" "no $shell"
		continue
	fi
	while IFS='|' read -r what line word without; do
		check "$shell completes $what" offers $shell "$line" "$word" "$without"
	done <<-END
	commands|riley |explain
	groups|riley |kt|train
	commands of a group|riley kt tr|train|rl
	a command and a group of one name|riley runs |compare
	options|riley kt train --ep|--epochs|--episodes
	common options|riley net train --thr|--threads
	values of an option|riley kt train --model |lstm|adam
	other values|riley rl train catch --optimizer |adam|lstm
	names of runs|riley kt train --resume |first|answers.csv
	runs as arguments|riley plot |second
	games|riley rl train |breakout
	kinds of plots|riley plot --kind |calibration|first
	data that come along|riley net train ir|iris
	files|riley kt info ans|answers.csv
	END
done
if command -v bash >/dev/null; then
	check "bash completes a value after '='" offers bash "riley kt train --model=" gru
	check "... and nothing where only a number can stand" test -z "$(bash_offers 'riley kt train --epochs ')"
	check "... and not what a screen lacks" offers bash "riley watch --" --plain --json
fi

finish
