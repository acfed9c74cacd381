#!/bin/sh
# layering.sh - who may include whom, and what the library must not do.
#
# One line for each folder, lowest first: its name, whether it is part of the library, which neither prints nor ends the
# process, or of the program; what it may include besides itself; and what it is for.  A folder may include only what
# stands above it, so there are no cycles.
#
# The rules are run over the project, and then over small trees in which one folder breaks one of them: a rule that
# does not notice is no rule.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

folders() {
	cat <<-'END'
	src/base            library  -                                                          status, files, random numbers, threads, tensors in files
	src/math            library  src/base                                                   vectors and matrix products
	src/nn              library  src/base src/math                                          layers, losses, networks, measures
	src/run             library  src/base src/nn                                            run directories: writing and reading them
	src/train           library  src/base src/math src/nn src/run                           optimisers, trainer, training loop
	src/diagnosis       library  src/base                                                   rules over learning curves
	rnn/layers          library  src/base src/math src/nn                                   recurrent layers
	datasets/text       library  src/base                                                   bytes, CSV rows and names, for readers
	datasets/sequences  library  src/base datasets/text                                     answers of students: readers, simulation
	datasets/table      library  src/base datasets/text                                     tables of numbers: reader, generators
	rnn/kt              library  src/base src/math src/nn src/run src/train rnn/layers datasets/sequences   knowledge tracing
	rl/games            library  src/base src/math                                          games and their scripted policies
	rl/agent            library  src/base src/math src/nn src/run src/train rl/games        deep Q-learning
	src/ui              program  src/base                                                   charts, screens, gnuplot
	src/cli             program  src/base src/ui                                            commands as tables
	src/app/kinds       program  src/base src/diagnosis src/cli                             the table of kinds of runs
	src/app/explain     program  src/base src/cli src/ui                                     the glossary
	src/app/diagnose    program  src/base src/run src/diagnosis src/cli src/app/kinds                     the diagnosis of a run
	src/app/plot        program  src/base src/nn src/run src/cli src/ui src/app/kinds                     figures of runs
	src/app/export      program  src/base src/nn src/run src/cli src/ui                     runs for other programs
	src/app/runs        program  src/base src/nn src/run src/cli src/ui src/app/kinds src/app/plot                     lists and comparisons of runs
	src/app/watch       program  src/base src/run src/cli src/ui src/app/kinds src/app/explain src/app/diagnose src/app/plot src/app/runs              dashboard
	src/app/training    program  src/base src/train src/run src/cli src/ui src/app/kinds src/app/diagnose src/app/plot src/app/watch   options and reports that training commands share
	src/app/sweep       program  src/base src/nn src/run src/cli src/ui src/app/kinds src/app/plot        many runs from one description
	src/app/net         program  src/base src/math src/nn src/train src/run src/cli src/ui src/app/kinds src/app/training datasets/table   networks on tables
	src/app/selftest    program  src/base src/run src/cli src/ui src/app/diagnose src/app/net datasets/table datasets/sequences   the command riley diagnose, and its self-test
	src/app/machine     program  src/base src/cli src/ui src/app/export                     riley machine
	rnn/commands        program  src/base src/math src/nn src/train src/run src/cli src/ui src/app/kinds src/app/training rnn/layers rnn/kt datasets/sequences   riley kt
	rl/screen           program  src/base src/cli src/ui src/app/explain src/app/plot rl/games rl/agent     boards on a terminal
	rl/commands         program  src/base src/math src/nn src/train src/run src/cli src/ui src/app/kinds src/app/plot src/app/training src/app/sweep rl/games rl/agent rl/screen   riley rl
	src/app             program  src/base src/cli src/app/kinds src/app/explain src/app/diagnose src/app/plot src/app/runs src/app/export src/app/watch src/app/training src/app/sweep src/app/net src/app/selftest src/app/machine rnn/commands rl/commands   main, and the list of commands
	END
}

folders >"$tmp/folders"
all_folders() { awk '{ print $1 }' "$tmp/folders"; }
library_folders() { awk '$2 == "library" { print $1 }' "$tmp/folders"; }

# The folders that FOLDER may include; the other words of its line are its purpose.
may_include() {
	awk -v folder="$1" '
		$1 == folder { for (i = 3; i <= NF && $i ~ /^(src|rnn|rl|datasets)\//; i++) print $i }' "$tmp/folders"
}

# Sources of the folders given (not of those below), whatever is there.
files_in() { for d; do for f in "$d"/*.c "$d"/*.h; do [ ! -f "$f" ] || echo "$f"; done; done; }

# Includes of the files named on stdin, as "file: included": those with quotes, and those of the system.
includes() {
	xargs awk 'match($0, /^[ \t]*#[ \t]*include[ \t]*"[^"]*"/) {
		split($0, part, "\""); print FILENAME ": " part[2] }' /dev/null
}
system_includes() {
	xargs awk 'match($0, /^[ \t]*#[ \t]*include[ \t]*<[^>]*>/) {
		split($0, part, /[<>]/); print FILENAME ": " part[2] }' /dev/null
}

# The code of the files named on stdin, without comments and without the text of strings, as "file: line".
code() {
	xargs awk '
		FNR == 1 { inside = 0 }
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
			print FILENAME ": " out
		}' /dev/null
}

# nothing PATTERN: fails, showing them, when a line matches.
nothing() { ! grep -E "$1"; }

# shellcheck disable=SC2046 # words
every_source() { files_in $(all_folders); }
# shellcheck disable=SC2046 # words
library_sources() { files_in $(library_folders); }

# shellcheck disable=SC2046 # words
program_sources() { files_in $(awk '$2 == "program" { print $1 }' "$tmp/folders"); }

# ---- the rules ----

# Each source stands in a folder that has a line.
known_folders() {
	all_folders | sort >"$tmp/known"
	for top in src rnn rl datasets; do find $top -name '*.[ch]'; done | sed 's|/[^/]*$||' \
		| sort -u | comm -23 - "$tmp/known" | nothing .
}
lines_in_order() {
	seen=' '
	for d in $(all_folders); do
		for below in $(may_include "$d"); do
			case $seen in *" $below "*) ;; *) echo "$d: $below does not stand above it"; return 1 ;; esac
		done
		seen="$seen$d "
	done
}
# No include but the folder's own and those that its line allows.
layered() {
	every_source | includes | awk '
		function folder_of(path) { return sub(/\/[^\/]*$/, "", path) ? path : "." }
		FNR == NR { for (i = 1; i <= NF && (i < 3 || $i ~ /^(src|rnn|rl|datasets)\//); i++) ok[$1, $i] = 1; next }
		$2 != "config.h" && !((folder_of($1), folder_of($2)) in ok)' "$tmp/folders" - | nothing .
}
tests_from_the_top() {
	find tests bench tutorials -name '*.[ch]' 2>/dev/null | includes \
		| grep -vE ': (config\.h|(src|rnn|rl|datasets|tests|bench)/.*)$' | nothing .
}
curses_in_ui() {
	{ every_source | grep -v '^src/ui/'; find tutorials -name '*.[ch]' 2>/dev/null; } |
		system_includes | nothing ': (n?curses|term|panel|menu|form)(w)?(/.*)?(\.h)?$'
}
silent() {
	library_sources | code | nothing '[^a-zA-Z0-9_](printf|puts|putchar|perror|vprintf|psignal)[ ]*\(|[^a-zA-Z0-9_](stdout|stderr)[^a-zA-Z0-9_]'
}
no_exit() {
	library_sources | code |
		nothing '[^a-zA-Z0-9_](exit|_exit|_Exit|abort|quick_exit|setlocale|signal|sigaction|chdir)[ ]*\('
}
no_rand() {
	every_source | code |
		nothing '[^a-zA-Z0-9_](rand|srand|random|srandom|drand48|rand_r|erand48)[ ]*\(|gsl_rng_env_setup'
}
# A status that stands for a failure is written where the failure is recorded, in a call of ry_fail(); from there on it
# is passed on: to return, assign or choose one anywhere else is to guess.
no_guessed_status() {
	every_source | code | grep -v 'ry_fail(' |
		nothing '^[^:]*:.*(return|[^=!<>]=|[?:])[ 	]*\(*RY_E[A-Z]+'
}
guards() {
	{ every_source; find tests -name '*.h'; } | grep '\.h$' | xargs awk '
		function miss() { if (name != "" && !found) print name ": expected the guard " guard }
		FNR == 1 {
			miss(); found = 0; guard = name = FILENAME
			sub(/^src\//, "", guard); gsub(/[\/.]/, "_", guard); guard = "RILEY_" toupper(guard)
		}
		$1 == "#ifndef" && $2 == guard { found = 1 }
		END { miss() }' | nothing .
}
# A program prints text with out() and its family (src/base/text.h), which make safe what comes from outside: no %s in
# another printf, and nothing but constants through puts().
foreign_text_is_safe() {
	program_sources | xargs awk '
		FNR == 1 { call = "" }
		{
			line = $0
			if (call == "" && match(line, /(^|[^a-zA-Z0-9_])(v|f|vf|d|vd)?printf[ ]*\(/))
				call = substr(line, RSTART)
			else if (call != "")
				call = call line
			if (call != "" && line ~ /;[ \t]*(\/\*.*)?$/) {
				if (call ~ /%[-+ #0]*[0-9*]*(\.[0-9*]*)?s/ || call ~ /^.?vf?printf/)
					print FILENAME ": " call
				call = ""
			}
			if (line ~ /(^|[^a-zA-Z0-9_])(f?puts[ ]*\([^"]|perror[ ]*\(|psignal[ ]*\()/)
				print FILENAME ": " line
		}' /dev/null | nothing .
}
# Kinds of runs are known by their rows (src/app/kinds): nobody else has their names as strings,
# outside of comments, but what a model file says of itself.
kinds_by_their_rows() {
	every_source | grep -v '_kind\.c$' | xargs grep -HE "\"($kind_names)\"" |
		grep -vE ":[[:space:]]*/?\*|/\*.*\"($kind_names)\"|st_set_meta\(" | nothing .
}

cd "$srcdir" || exit 99
kind_names=$(every_source | grep '_kind\.c$' | xargs sed -n 's/^	\.name = "\([a-z][a-z]*\)",$/\1/p' | paste -s -d '|' -)
three_kinds() { [ "$(echo "$kind_names" | tr '|' '\n' | grep -c .)" -ge 3 ]; }
check "every folder with sources has a line" known_folders
check "a folder includes only what stands above it" lines_in_order
check "each folder includes what its line allows" layered
check "tests and benches include from the top of the tree" tests_from_the_top
check "curses stays in src/ui" curses_in_ui
check "the library never prints" silent
check "the library neither ends nor changes the process" no_exit
check "randomness comes from a generator that is passed in" no_rand
check "a status is kept, not guessed" no_guessed_status
check "text from outside is printed by what makes it safe" foreign_text_is_safe
check "headers are guarded by their path" guards
check "rows of kinds of runs are found" three_kinds
check "kinds of runs are named in their rows alone" kinds_by_their_rows

# ---- each rule notices, in each folder ----

# plant [FILE LINE]: a tree that breaks no rule, but for FILE, which ends with LINE.
plant() {
	rm -rf "$tmp/tree"
	cp -R "$tmp/clean" "$tmp/tree" && cd "$tmp/tree" || return 1
	[ $# -eq 0 ] || { mkdir -p "${1%/*}" && printf '%s\n' "$2" >>"$1"; }
}
for folder in $(all_folders) tests; do
	mkdir -p "$tmp/clean/$folder"
	guard=RILEY_$(echo "${folder#src/}/a.h" | tr 'a-z/.' 'A-Z__')
	printf '#ifndef %s\n#define %s\n#endif\n' "$guard" "$guard" >"$tmp/clean/$folder/a.h"
	{
		printf '/* printf("x") exit(1) rand() */\nint f(void) { return g("printf(x)"); }\n'
		for below in config.h "$folder/a.h" $(may_include "$folder" | sed 's|$|/a.h|'); do
			printf '#include "%s"\n' "$below"
		done
	} >"$tmp/clean/$folder/a.c"
done
holds() { plant; for rule in "$@"; do $rule || { echo "$rule fails on a clean tree"; return 1; }; done; }
breaks() { plant "$2" "$3"; ! $1 >/dev/null; }

check "a clean tree breaks no rule" holds known_folders layered tests_from_the_top curses_in_ui silent \
	no_exit no_rand no_guessed_status foreign_text_is_safe guards kinds_by_their_rows

# A folder that FOLDER must not include.
forbidden() {
	{ echo "$1"; may_include "$1"; } >"$tmp/may"
	all_folders | grep -vxF -f "$tmp/may" | tail -n 1
}
for folder in $(all_folders); do
	check "$folder: an include that its line does not allow" breaks layered "$folder/a.c" \
		"# include \"$(forbidden "$folder")/a.h\""
	check "$folder: a relative include" breaks layered "$folder/b.h" '#include "a.h"'
	check "$folder: a hidden generator" breaks no_rand "$folder/b.c" '	x = rand() % 6;'
	check "$folder: a kind of runs by its name" breaks kinds_by_their_rows "$folder/b.c" \
		"	game = strcmp(kind, \"${kind_names##*|}\") == 0;"
	check "$folder: a header without a guard" breaks guards "$folder/b.h" '#pragma once'
	may_include "$folder" | grep -q . && ! library_folders | grep -qxF "$folder" && {
		check "$folder: text by printf" breaks foreign_text_is_safe "$folder/b.c" \
			'	fprintf(to, "a %-*s", n, name);'
		check "$folder: text by puts" breaks foreign_text_is_safe "$folder/b.c" '	fputs(name, to);'
	}
	[ "$folder" = src/ui ] || check "$folder: curses" breaks curses_in_ui "$folder/b.c" \
		'#include <ncursesw/curses.h>'
done
for folder in $(library_folders); do
	check "$folder: printing" breaks silent "$folder/b.c" '	printf("hello");'
	check "$folder: printing to stderr" breaks silent "$folder/b.c" '	fprintf(stderr, "hello");'
	check "$folder: ending the process" breaks no_exit "$folder/b.c" '	exit(1);'
done
# Each line in each folder is found: as many as there are.
guesses_are_found() {
	plant
	for folder in $(all_folders); do
		for guess in 'return RY_EINVAL;' '*status = RY_EDATA;' \
			'	enum ry_status s = (RY_ENOMEM);' '	: RY_ENOMEM;' \
			'return a ? RY_ESTOP : b;' 'return x ? RY_OK : RY_EIO;'; do
			echo "$guess" >>"$folder/a.c"
		done
	done
	no_guessed_status >"$tmp/guesses"
	[ "$(wc -l <"$tmp/guesses")" -eq $((6 * $(all_folders | wc -l))) ] || { cat "$tmp/guesses"; return 1; }
}
recorded_is_no_guess() {
	plant rnn/kt/a.c 'return ry_fail(RY_EDATA, "a");
	if (s == RY_EIO || t != RY_ESTOP) case RY_EINVAL: return 2;
	return option_set(row, to, text, source, RY_EDATA);
	return x ? RY_OK : ry_failure();
	/* *status = RY_EDATA */'
	no_guessed_status
}
check "a guessed status is found in each folder, however it is written" guesses_are_found
check "a recorded status is no guess" recorded_is_no_guess
check "a folder without a line" breaks known_folders src/new/a.c 'int x;'
check "term.h" breaks curses_in_ui rnn/kt/b.c '#include <term.h>'
check "a test that includes by a relative path" breaks tests_from_the_top tests/a.c '#include "tap.h"'

finish
