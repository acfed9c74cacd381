#!/bin/sh
# cli.sh - what holds for every command of the built program.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99

# Names of all commands, two words where there are two.
commands=$("$riley" --help | sed -n 's/^  riley \([a-z]* [a-z]*\)  *.*/\1/p' | sed 's/ *$//')

# A JSON text is whole: python3 or jq where there is one, else braces are counted.
is_json() {
	if command -v python3 >/dev/null; then python3 -m json.tool <"$1" >/dev/null
	elif command -v jq >/dev/null; then jq . <"$1" >/dev/null
	else [ "$(tr -cd '{' <"$1" | wc -c)" -gt 0 ] \
		&& [ "$(tr -cd '{[' <"$1" | wc -c)" -eq "$(tr -cd '}]' <"$1" | wc -c)" ]
	fi
}

no_escapes() { ! grep "$(printf '\033')" "$1"; }
only_ascii() { ! LC_ALL=C grep '[^ -~	]' "$1"; }

# ---- help ----

check "riley alone gives short help on stderr, status 2" gives 2 "$riley"
check "... which names the commands" says err " machine, "
check "... and leaves stdout alone" test ! -s "$tmp/out"
fits_screen() { awk 'length($0) > 80 { bad = 1; print } END { exit bad || NR > 23 }' "$1"; }
check "... and fits a terminal, with the next prompt" fits_screen "$tmp/err"
names_all() { echo "$commands" | while read -r c; do tr '\n' ' ' <"$1" | tr -s ' ' | grep "[ ,]$c[, ]" >/dev/null || { echo "$c"; exit 1; }; done; }
check "... and names every command" names_all "$tmp/err"
check "... and where to begin" says err "riley rl watch catch"
check "--help goes to stdout, status 0" gives 0 "$riley" --help
check "... without aliases" sh -c '! grep doctor "$1"' - "$tmp/out"
check "doctor is an alias of machine" gives 0 "$riley" doctor --help
check "... which its help names" says out "Alias: riley doctor"
check "--version" gives 0 "$riley" --version
check "... names the licence" says out "GPL-3.0-or-later"
check "... begins with the version alone" sh -c 'head -n 1 "$1" | grep -x "riley $2"' - "$tmp/out" "$VERSION"
for fact in precision CBLAS vectors compiler "libraries  GSL"; do check "... and tells the $fact" says out "$fact"; done
check "--version --json" gives 0 "$riley" --version --json
check "... is JSON" is_json "$tmp/out"
for name in version real cblas cblas_core vectors compiler libraries; do
	check "... with $name" says out "\"$name\":"
done
check "--version of a command is the same" gives 0 "$riley" kt train --version
check "... all of it" says out "compiler"

every_help() {
	echo "$commands" | while read -r c; do
		gives 0 "$riley" $c --help || exit 1
		says out "Usage: riley $c" || exit 1
		says out "Examples:" || exit 1
		sed -n '/^Examples:/q; /^Usage:/{s/.*/usage before examples/p; q;}' "$tmp/out" | grep . && exit 1
		awk 'length($0) > 100 { print "too wide: " $0; bad = 1 } END { exit bad }' "$tmp/out" || exit 1
	done
}
check "every command has help with examples first" every_help

every_help_stays() {
	echo "$commands" | while read -r c; do
		gives 2 "$riley" $c --no-such-option || exit 1
		says err "unknown option --no-such-option" || exit 1
		gives 2 "$riley" $c --threads 0 || exit 1
		says err "--threads: 0 is out of range" || exit 1
	done
}
check "every command refuses unknown options and wrong values" every_help_stays

check "options of every command have a page of their own" gives 0 "$riley" help options
check "... with their defaults" says out "seed of the random numbers (default 1)"
check "... and where else they are set" says out "RILEY_SEED=3"
check "the page of a command names it" sh -c '"$1" kt info --help | grep -F "riley help options"' - "$riley"
check "many options have headings" sh -c '"$1" kt train --help | grep -x "Optimizer:"' - "$riley"

# ---- the name by which the program was called ----

mkdir -p here/build
ln -s "$builddir/riley" here/build/riley
check "a hint can be typed as the program was" gives 2 here/build/riley machin
check "... in the path" says err "did you mean 'here/build/riley machine'?"
check "... and in help" gives 0 here/build/riley kt train --help
check "... its usage" says out "Usage: here/build/riley kt train"
check "... its examples, each command of a line" says out \
	"here/build/riley kt gen students.csv && here/build/riley kt train students.csv"
ln -s "$builddir/riley" 'a $(date).riley'
check "a name that a shell would not read back is not repeated" gives 2 './a $(date).riley' machin
check "... but the usual one" says err "did you mean 'riley machine'?"

# Words of a command line in a message, but for the rows of examples, in which help puts the name.
written_out() {
	LC_ALL=C awk -v first="(kt|rl|net|machine|diagnose|plot|sweep|export|watch|runs|explain|help|COMMAND) ?" '
		FNR == 1 { examples = 0 }
		/\.(examples|try_first) =/ { examples = 1 }
		/^[ \t]*(\/?\*|\/\/)/ { next }
		!examples && ($0 ~ "\"([^\"]*[^a-z\"])?riley " first || /[ (\047]riley "$/) { print FILENAME ":" FNR ": " $0 }
		examples && /,$/ { examples = 0 }' "$@"
}
all_code() { find "$srcdir"/src "$srcdir"/rnn "$srcdir"/rl "$srcdir"/datasets -name '*.[ch]'; }
no_literal() { written_out $(all_code) | grep -vE 'fprintf\(to, "(  riley %|riley %s - |Alias: )' >literal; cat literal; test ! -s literal; }
check "every suggested command line has that name" no_literal
printf '\tprintf("resume with: riley rl train %%s", run);\n' >literal.c
check "... which one written out is seen to break" sh -c 'test -n "$1"' - "$(written_out literal.c)"

# ---- a page at a time ----

# on_terminal COMMAND...: the command with stdin and stdout on a terminal of 24 lines.
on_terminal() {
	python3 - "$@" <<-'END'
	import fcntl, os, pty, struct, sys, termios
	pid, fd = pty.fork()
	if pid == 0:
	    os.execvp(sys.argv[1], sys.argv[1:])
	fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
	try:
	    while data := os.read(fd, 4096):
	        os.write(1, data)
	except OSError:
	    pass
	sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
}
if command -v python3 >/dev/null; then
	TERM=xterm; export TERM
	paged() { rm -f paged; PAGER=$1; export PAGER; shift; on_terminal "$@" >shown; unset PAGER; }
	check "a long page goes through the pager" paged 'cat >paged' "$riley" kt train --help
	check "... the whole of it" grep -F "Common options" paged
	check "... and nowhere else" sh -c '! grep -F "Common options" shown'
	check "a short page" paged 'cat >paged' "$riley" rl eval --help
	check "... does not" test ! -e paged
	check "no pager" paged '' "$riley" kt train --help
	check "... shows the page itself" grep -F "Common options" shown
	check "a pager that is not there" paged 'no-such-pager' "$riley" kt train --help
	check "... does not hide the page" grep -F "Common options" shown
	check "a dumb terminal has no pager" paged 'cat >paged' env TERM=dumb "$riley" kt train --help
	check "... but the page" grep -F "Common options" shown
	check "riley alone on a terminal is status 0" paged 'cat >paged' "$riley"
	check "... and fits it" fits_screen shown
	check "... without the pager" test ! -e paged
	unset TERM
else
	skip "a long page goes through the pager" "no python3"
fi
piped() { rm -f paged; PAGER='cat >paged' "$riley" kt train --help | cat >shown; test ! -e paged; }
check "a pipe has no pager" piped

# ---- the defaults that help shows ----

# The options on the help page of a command line, one a line: "--epochs N|what it is (default 20)".
help_rows() {
	"$riley" "$@" --help | awk '
		function flush() { if (left) print left "|" text; left = "" }
		/^  (-[a-z], |    )--/ {
			flush()
			text = substr($0, 26, 1) == " " ? substr($0, 27) : ""
			left = substr($0, 7, text ? 19 : length($0))
			sub(/ +$/, "", left)
			next
		}
		left && substr($0, 1, 26) ~ /^ +$/ { text = text (text ? " " : "") substr($0, 27); next }
		{ flush() }
		END { flush() }'
}

# What was wrong with such a row is printed.  A number or a choice has a default, or says that the game has no such
# option; -1 is nobody'"'"'s default; what a whole number of 0 means is said.
wrong_rows() {
	awk -F '|' '
		{ text = $NF; argument = $0; sub(/\|[^|]*$/, "", argument); sub(/^--[^ ]+ ?/, "", argument) }
		text ~ /default:? -1/ { print "-1 shown: " $0 }
		argument ~ /^[NXPK]$|^ALPHA$|\|/ && text !~ /[( ]default|not an option of/ { print "no default: " $0 }
		argument ~ /^[NK]$/ && text ~ /\(default 0\)/ && text !~ /0: |"", 0 / { print "what is 0? " $0 }'
}

# A default that is a value can be given as one: 0 threads, which are refused later, are all that is wrong then.
refused_defaults() {
	help_rows "$@" | sed -n 's/^\(--[a-z0-9-]*\) .*(default \([^ ]*\))$/\1=\2/p' | while read -r option; do
		"$riley" "$@" "$option" --threads 0 2>"$tmp/refused" && echo "$option: accepted with 0 threads"
		grep -q '^riley: --threads: 0 is out of range' "$tmp/refused" \
			|| echo "riley $* $option: $(cat "$tmp/refused")"
	done
}

help_lines() {
	echo "$commands"
	"$riley" rl games --episodes 2 --json | sed -n 's/^ *"name": "\(.*\)",*$/rl train \1/p'
	echo "rl train --preset minatar"
	echo "rl train eyes --preset eyes"
	echo "rl watch breakout --optimizer sgd"
}
every_default() {
	help_lines | while read -r c; do
		help_rows $c >"$tmp/rows"
		test -s "$tmp/rows" || echo "riley $c: no options found"
		wrong_rows <"$tmp/rows"
	done >"$tmp/wrong"
	echo "$commands" | while read -r c; do refused_defaults $c; done >>"$tmp/wrong"
	refused_defaults rl train breakout >>"$tmp/wrong"
	cat "$tmp/wrong"
	test ! -s "$tmp/wrong"
}
check "every default that help shows holds, and can be given" every_default

row_says() { help_rows $1 | grep -e "^--$2[ |].*$3" >/dev/null; }
check "rl train shows the values of its preset" row_says "rl train breakout" lr "(default 0.001)"
check "... of another preset too" row_says "rl train breakout --preset minatar" lr "(default 0.00025)"
check "... and for all games their range" row_says "rl train" lr "(default by game: 0.0005 to 0.001)"
check "... or what they agree on" row_says "rl train" passes "(default 2)"
check "another optimizer has its own learning rate" row_says "rl train breakout --optimizer adagrad" lr "(default 0.01)"
check "an option of other games is named as such" row_says "rl train catch" sticky "(not an option of catch)"
check "... and of the other algorithm" row_says "rl train breakout" replay "(not an option of algorithm pqn)"
check "... either way" row_says "rl train catch" envs "(not an option of algorithm dqn)"
check "kt train tells what its learning rate depends on" row_says "kt train" lr \
	"(default: 0.002 for adam, adamw and radam, else 0.01)"

# ---- words that nearly fit ----

check "a misspelt command: status 2" gives 2 "$riley" machin
check "... and the nearest one" says err "did you mean 'riley machine'?"
check "a misspelt option: status 2" gives 2 "$riley" machine --jsom
check "... and the nearest one" says err "did you mean --json?"
# What people type elsewhere, and what it is called here.
while read -r c typed ours; do
	c=$(echo "$c" | tr _ ' ')
	check "riley $c --$typed: status 2" gives 2 "$riley" $c "--$typed"
	check "... and our name" says err "unknown option --$typed; did you mean --$ours?"
done <<END
kt_train batch-size batch
kt_train batch_size batch
net_train learning-rate lr
rl_train learning-rate lr
rl_train gamma discount
rl_watch gamma discount
rl_tabular gamma discount
rl_train total-timesteps frames
kt_train num-epochs epochs
net_train n-epochs epochs
rl_tabular n-episodes episodes
kt_train hidden-size hidden
net_train hidden-size layers
rl_train hidden-size hidden
net_train lr-rate lr
rl_train optim optimizer
kt_train device threads
kt_train weight-decay l2
kt_train n-splits folds
rl_train buffer-size replay
rl_eval n-eval-episodes episodes
sweep n-jobs jobs
net_train random-state seed
kt_info user_id student
END
check "data have no option" gives 2 "$riley" kt train --data answers.csv
check "... but a place" says err "the usage is 'riley kt train [TRAIN]'"
printf '[kt train]\nbatch_size = 8\n' >habit
check "a habit in a config file: status 3" gives 3 "$riley" kt train students.csv --config habit
check "... and our name" says err "did you mean 'batch'?"

while IFS='|' read -r typed meant; do
	check "riley $typed: status 2" gives 2 "$riley" $typed
	check "... did you mean" says err "did you mean $meant?"
done <<END
train|'riley kt train', 'riley rl train' or 'riley net train'
learn|'riley kt train', 'riley rl train' or 'riley net train'
play|'riley rl play'
ls|'riley runs'
list|'riley runs'
new|'riley kt train', 'riley rl train' or 'riley net train'
version|'riley --version'
glossary|'riley explain'
kt fit|'riley kt train'
kt play|'riley rl play'
traim|'riley kt train', 'riley rl train' or 'riley net train'
Train|'riley kt train', 'riley rl train' or 'riley net train'
KT train|'riley kt'
kt trian|'riley kt train'
END
check "riley rm: status 2" gives 2 "$riley" rm runs/one
check "... and what to do" says err "a run is a folder: rm -r runs/NAME removes it"

check "an argument too many: status 2" gives 2 "$riley" machine now

# ---- option beats environment beats config file beats default ----

seen_threads() { "$riley" machine --json "$@" 2>/dev/null | sed -n 's/^ *"threads": \([0-9]*\),*$/\1/p'; }
mkdir -p "$tmp/.config/riley"
printf '[riley]\nthreads = 3\n' >"$tmp/.config/riley/config"
check "the config file at home is read" test "$(seen_threads)" = 3
printf '[riley]\nthreads = 2\n[machine]\nthreads = 5\n' >"$tmp/own"
check "--config replaces it, a command's section beats [riley]" test "$(seen_threads --config "$tmp/own")" = 5
check "the environment beats the config file" test "$(RILEY_THREADS=4 seen_threads)" = 4
check "an option beats the environment" test "$(RILEY_THREADS=4 seen_threads --threads 1)" = 1
printf '[riley]\n\nthreads = many\n' >"$tmp/own"
check "a wrong value in a config file: status 3" gives 3 "$riley" machine --config "$tmp/own"
check "... with file and line" says err "$tmp/own:3: threads: 'many' is not a whole number"
check "a config file that is not there: status 3" gives 3 "$riley" machine --config "$tmp/none"
check "a wrong value in the environment: status 2" gives 2 env RILEY_THREADS=0 "$riley" machine
check "... with the variable's name" says err "RILEY_THREADS: 0 is out of range"
# As where a script's variable is not set.
check "no file name for --config: status 2" gives 2 "$riley" machine --config ""
check "... with a sentence" says err "riley: --config: the name of the file is empty"
check "none for -o: status 2" gives 2 "$riley" kt gen -o ""
check "... with a sentence" says err "riley: --output: the name of the file is empty"
# Every option that takes a text, of every command: its row in the help has a word that is no number.
empty_texts() {
	echo "$commands" | while read -r c; do
		"$riley" $c --help | sed -n 's/^ *\(-.,\)* *\(--[a-z-]*\) \([A-Za-z_,.-]*\).*/\2 \3/p' >"$tmp/rows"
		while read -r option argument; do
			case $argument in FILE* | NAME | RUN | COLUMN | CHAR | KIND* | AGE | SHAPE | CxR | WxH | N-N) ;; *) continue ;; esac
			[ "$option" = --ignore ] && continue
			gives 2 "$riley" $c "$option" "" || { echo "$c $option: no status 2"; exit 1; }
			grep -qE "^riley: $option: (the name.* is empty|expected $argument.*, not an empty text)$" "$tmp/err" || { echo "$c $option:"; cat "$tmp/err"; exit 1; }
			echo "$c $option" >>"$tmp/empty"
		done <"$tmp/rows" || exit 1
	done || return 1
	test "$(wc -l <"$tmp/empty")" -ge 40
}
check "an empty text is refused by every option" empty_texts
printf '[net train]\ntarget =\n' >empty.config
check "... in a config file: status 3" gives 3 "$riley" net train iris --config empty.config
check "... with file and line" says err "empty.config:2: target: the name of the column is empty"
for words in "kt info" "net eval runs/x" "watch" "sweep"; do
	check "an empty argument of $words: status 2" gives 2 "$riley" $words ""
	check "... with a sentence" says err " is empty; the usage is 'riley "
done
check "help does not need a valid config" gives 0 "$riley" machine --config "$tmp/own" --help
rm "$tmp/.config/riley/config"

# ---- machine, and the ways of printing ----

peaks_in_order() {
	"$riley" machine --json >peaks 2>/dev/null
	awk -F '[:,]' '/"peak_gflops"/ { all = $2 } /"peak_one_gflops"/ { one = $2 }
		END { exit !(one > 0 && all >= one) }' peaks
}
check "all threads are never slower than one" peaks_in_order

check "machine finds a usable machine" gives 0 "$riley" machine
check "... and times the product" says out "512x512x512"
check "... without escapes, to a file" no_escapes "$tmp/out"
check "machine --json" gives 0 "$riley" machine --json
check "... prints JSON" is_json "$tmp/out"
check "... and nothing else" test ! -s "$tmp/err"
if "$riley" --version | grep -q OpenBLAS && grep -q avx2 /proc/cpuinfo 2>/dev/null; then
	check "machine warns of kernels for an older processor" gives 0 env OPENBLAS_CORETYPE=Prescott "$riley" machine
	check "... with what to set" says out "export OPENBLAS_CORETYPE="
	check "machine has nothing against kernels with AVX2" gives 0 env OPENBLAS_CORETYPE=Haswell "$riley" machine
	not_core() { ! grep OPENBLAS_CORETYPE "$tmp/out"; }
	check "... and says so by silence" not_core
else
	skip "machine warns of kernels for an older processor" "no OpenBLAS, or no AVX2"
fi
check "machine in colour on request" gives 0 "$riley" machine --color=always
check "... has escapes" grep -q "$(printf '\033')" "$tmp/out"
check "LC_ALL=C is told of" gives 0 env LC_ALL=C "$riley" machine
check "... with what to do" says out "export LC_ALL=C.UTF-8"
check "... in ASCII" only_ascii "$tmp/out"
check "no gnuplot is a warning, not a failure" gives 0 env PATH=/nowhere "$builddir/riley" machine
check "... with the package's name" says out "apt-get install gnuplot-nox"

# On a pseudo-terminal, where script(1) of util-linux can make one.
if script -qec true /dev/null >/dev/null 2>&1; then
	on_terminal() { script -qec "$*" /dev/null </dev/null >"$tmp/out" 2>&1; }
	colours() { on_terminal "env TERM=xterm-256color $1 '$riley' machine $2" \
		&& grep -q "$(printf '\033\\[')" "$tmp/out"; }
	no_colours() { on_terminal "env TERM=xterm-256color $1 '$riley' machine $2" \
		&& no_escapes "$tmp/out" >/dev/null; }
	check "a terminal gets colours" colours "" ""
	check "NO_COLOR is honoured" no_colours NO_COLOR=1 ""
	check "--color=never is honoured" no_colours "" --color=never
	check "--color=always beats NO_COLOR" colours NO_COLOR=1 --color=always
	check "TERM=dumb gets none" no_colours TERM=dumb ""
	check "an unknown TERM is no accident" no_colours TERM=no-such-terminal --color=never
	check "... and is told of" grep -q "terminfo does not know it" "$tmp/out"
	check "riley alone on a terminal lists commands, status 0" on_terminal "'$riley'"
	check "... on it" grep -q " machine, " "$tmp/out"
else
	skip "on a terminal" "script(1) is not here"
fi

# ---- stdout that takes nothing ----

if [ -c /dev/full ]; then
	full() { "$riley" machine >/dev/full 2>"$tmp/err"; [ $? -eq 1 ]; }
	check "a full disk on stdout: status 1" full
	check "... with a sentence" says err "riley: writing to stdout: No space left on device"
else
	skip "a full disk on stdout" "there is no /dev/full"
fi
closed() { "$riley" machine >&- 2>"$tmp/err"; [ $? -eq 1 ]; }
check "a closed stdout: status 1" closed
check "... with a sentence" says err "riley: writing to stdout:"
# The reader has gone before anything is written.
broken_pipe() {
	rm -f "$tmp/closed"
	{ await test -e "$tmp/closed"; "$riley" machine 2>"$tmp/err"; echo $? >"$tmp/status"; } \
		| { exec <&-; : >"$tmp/closed"; }
	[ "$(cat "$tmp/status")" -eq 0 ]
}
check "a reader that has seen enough: status 0" broken_pipe
check "... and nothing to say" test ! -s "$tmp/err"
# The same of every kind of answer: text, JSON, CSV, data, a picture, an archive.
unread() {
	rm -f "$tmp/closed"
	{ await test -e "$tmp/closed"; "$riley" "$@" -q 2>"$tmp/err"; echo $? >"$tmp/status"; } \
		| { exec <&-; : >"$tmp/closed"; }
	[ "$(cat "$tmp/status")" -eq 0 ] && [ ! -s "$tmp/err" ] || { cat "$tmp/status" "$tmp/err"; return 1; }
}
unread_by_all() {
	"$riley" net train iris --epochs 1 --name unread -q >/dev/null || return 1
	"$riley" kt gen unread.csv -q --students 2000 && \
		"$riley" kt train unread.csv --hidden 4 --epochs 1 --name unread-kt -q >/dev/null || return 1
	while read -r words; do
		# shellcheck disable=SC2086 # words
		unread $words || { echo "riley $words"; return 1; }
	done <<-'END'
		kt gen -
		kt info unread.csv
		kt info unread.csv --json
		kt eval runs/unread-kt unread.csv
		kt predict runs/unread-kt unread.csv
		kt predict runs/unread-kt unread.csv --json
		net train iris --epochs 1
		net eval runs/unread --json
		net predict runs/unread iris
		net predict runs/unread iris --json
		rl games
		rl tabular --episodes 10
		export runs/unread --csv -o -
		watch runs/unread --plain
		machine --json
		--help
		--version
	END
}
check "... whatever is printed" unread_by_all
closed_err() { "$riley" machine --no-such 2>&- >"$tmp/out"; [ $? -eq 2 ] && [ ! -s "$tmp/out" ]; }
check "a closed stderr does not lead messages elsewhere" closed_err

finish
