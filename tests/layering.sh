#!/bin/sh
# layering.sh - who may include whom, and what the libraries must not do.
#
#     real, status  <-  layer, event  <-  net, loss, opt  <-  rnn/ , rl/  <-  commands, tutorials/
#
# The rules are run over the project, and then over small trees that each break one of them: a rule
# that does not notice is no rule.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/shell_tap.sh"

# Sources of a folder (not of those below), whatever is there.
files_in() { for f in "$1"/*.c "$1"/*.h; do [ -f "$f" ] && echo "$f"; done; }

# Includes with quotes, as "file: included".
includes() {
	while IFS= read -r f; do
		sed -n 's/^[ 	]*#[ 	]*include[ 	]*"\([^"]*\)".*/\1/p' "$f" | sed "s|^|$f: |"
	done
}

system_includes() {
	while IFS= read -r f; do
		sed -n 's/^[ 	]*#[ 	]*include[ 	]*<\([^>]*\)>.*/\1/p' "$f" | sed "s|^|$f: |"
	done
}

# Code without comments and without the text of strings, as "file: line".
code() {
	while IFS= read -r f; do
		awk -v file="$f" '
			BEGIN { quote = sprintf("%c", 34) }
			{
				line = $0
				gsub(/\\\\/, "", line); gsub(/\\"/, "", line)
				gsub(/"[^"]*"/, "\"\"", line)
				out = ""
				while (line != "") {
					if (inside) {
						end = index(line, "*/")
						if (!end) { line = ""; break }
						line = substr(line, end + 2); inside = 0
					} else {
						start = index(line, "/*")
						if (!start) { out = out line; line = ""; break }
						out = out substr(line, 1, start - 1)
						line = substr(line, start + 2); inside = 1
					}
				}
				sub(/\/\/.*/, "", out)
				print file ": " out
			}' "$f"
	done
}

# What the program joins: may see all of what it joins.
is_program() {
	case $1 in
	src/main.c|src/cli/*|rnn/kt_*|rl/rl_*) return 0;;
	esac
	return 1
}
libraries() {
	for d in src rnn rl datasets; do files_in $d; done | while IFS= read -r f; do is_program "$f" || echo "$f"; done
}

# nothing PATTERN: fails, showing them, when a line matches.
nothing() { ! grep -E "$1"; }
only() { ! grep -vE "$1"; }

src_is_below() { files_in src | grep -v '^src/main\.c$' | includes | nothing ': (rnn|rl|datasets|tutorials|tests|src/cli|src/ui)/'; }
halves_apart() {
	files_in rnn | includes | nothing ': (rl|tests|tutorials)/' &&
	files_in rl | includes | nothing ': (rnn|tests|tutorials)/'
}
models_without_commands() { { files_in rnn; files_in rl; } | while IFS= read -r f; do is_program "$f" || echo "$f"; done | includes | nothing ': src/(cli|ui)/'; }
models_take_arrays() { { files_in rnn; files_in rl; } | while IFS= read -r f; do is_program "$f" || echo "$f"; done | includes | nothing ': datasets/read'; }
datasets_alone() { files_in datasets | includes | only ': (datasets/.*|src/status\.h|src/real\.h|config\.h)$'; }
ui_sees_events() { files_in src/ui | includes | only ': (src/ui/.*|src/event\.h|src/status\.h|config\.h)$'; }
curses_in_ui() {
	{ for d in src src/cli rnn rl datasets; do files_in $d; done; for d in tutorials/*; do files_in "$d"; done; } |
		system_includes | nothing ': (n?curses|term|panel|menu|form)(w)?(/.*)?(\.h)?$'
}
from_the_top() { { for d in src src/cli src/ui rnn rl datasets tests; do files_in $d; done; } | includes | only ': (config\.h|(src|rnn|rl|datasets|tests)/.*)$'; }
silent() { libraries | code | nothing '[^a-zA-Z0-9_](printf|puts|putchar|perror|vprintf|psignal)[ ]*\(|[^a-zA-Z0-9_](stdout|stderr)[^a-zA-Z0-9_]'; }
no_exit() { libraries | code | nothing '[^a-zA-Z0-9_](exit|_exit|_Exit|abort|quick_exit|setlocale|signal|sigaction|chdir)[ ]*\('; }
no_rand() { { libraries; files_in src/cli; files_in src/ui; } | code | nothing '[^a-zA-Z0-9_](rand|srand|random|srandom|drand48|rand_r|erand48)[ ]*\(|gsl_rng_env_setup'; }
guards() {
	for d in src src/cli src/ui rnn rl datasets tests; do files_in $d; done | grep '\.h$' | while IFS= read -r f; do
		grep -Eq '^#ifndef RILEY_[A-Z0-9_]*_H$' "$f" || { echo "$f has no RILEY_..._H guard"; exit 1; }
	done
}

rules="src_is_below halves_apart models_without_commands models_take_arrays datasets_alone ui_sees_events curses_in_ui from_the_top silent no_exit no_rand guards"

about() {
	case $1 in
	src_is_below) echo "src knows nothing of rnn, rl, datasets, commands and screens";;
	halves_apart) echo "rnn and rl know nothing of each other";;
	models_without_commands) echo "what learns knows neither commands nor screens";;
	models_take_arrays) echo "models take arrays, programs open files";;
	datasets_alone) echo "datasets sees only status and real";;
	ui_sees_events) echo "src/ui sees only event and status";;
	curses_in_ui) echo "curses stays in src/ui";;
	from_the_top) echo "includes are from the top of the tree";;
	silent) echo "libraries never print";;
	no_exit) echo "libraries neither end nor change the process";;
	no_rand) echo "randomness comes from a generator that is passed in";;
	guards) echo "headers are guarded, RILEY_..._H";;
	esac
}

cd "$srcdir" || exit 99
for rule in $rules; do check "$(about $rule)" $rule; done

# breaks RULE FILE LINE: a tree where FILE holds LINE must fail the rule, and without it pass.
breaks() {
	rm -rf "$tmp/tree"
	mkdir -p "$tmp/tree/src/cli" "$tmp/tree/src/ui" "$tmp/tree/rnn" "$tmp/tree/rl" "$tmp/tree/datasets" "$tmp/tree/tests"
	cd "$tmp/tree" || return 1
	printf '#ifndef RILEY_A_H\n' >src/a.h
	printf '/* printf("x") exit(1) rand() */\n#include "src/status.h"\nint f(void) { return g("printf(x)"); }\n' >src/a.c
	$1 >/dev/null || { echo "$1 fails on a clean tree"; return 1; }
	printf '%s\n' "$3" >>"$2"
	! $1 >/dev/null
}

check "a src that sees rnn is noticed"         breaks src_is_below src/a.c '#include "rnn/lstm.h"'
check "a src that sees a command is noticed"   breaks src_is_below src/b.h '# include "src/cli/command.h"'
check "an rnn that sees rl is noticed"         breaks halves_apart rnn/a.c '#include "rl/dqn.h"'
check "an rl that sees rnn is noticed"         breaks halves_apart rl/a.c '#include "rnn/lstm.h"'
check "a model that sees a screen is noticed"  breaks models_without_commands rnn/a.c '#include "src/ui/progress.h"'
check "a model that reads files is noticed"    breaks models_take_arrays rnn/a.c '#include "datasets/reader.h"'
check "datasets that see a layer are noticed"  breaks datasets_alone datasets/a.c '#include "src/layer.h"'
check "a screen that sees a net is noticed"    breaks ui_sees_events src/ui/a.c '#include "src/net.h"'
check "curses elsewhere is noticed"            breaks curses_in_ui src/cli/a.c '#include <ncursesw/curses.h>'
check "term.h elsewhere is noticed"            breaks curses_in_ui rnn/a.c '#include <term.h>'
check "a relative include is noticed"          breaks from_the_top src/a.c '#include "layer.h"'
check "a library that prints is noticed"       breaks silent src/a.c '	printf("hello");'
check "... to stderr as well"                  breaks silent rnn/a.c '	fprintf(stderr, "hello");'
check "a library that exits is noticed"        breaks no_exit datasets/a.c '	exit(1);'
check "a hidden generator is noticed"          breaks no_rand src/a.c '	x = rand() % 6;'
check "a header without guard is noticed"      breaks guards rnn/a.h '#pragma once'

finish
