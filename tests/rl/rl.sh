#!/bin/sh
# rl.sh - riley rl games, riley rl drive and riley rl tabular.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
golden=$srcdir/tests/golden/games

cd "$tmp" || exit 99

# drive STATUS RECORDS OPTION...: play records given as one text with \n.
drive() {
	wanted=$1
	records=$2
	shift 2
	printf "$records" >records
	got=0
	"$riley" rl drive "$@" <records >out 2>err || got=$?
	[ "$got" -eq "$wanted" ] && return 0
	echo "drive $* gave $got, not $wanted"
	cat out err
	return 1
}
answers() { printf "$1" | cmp - out || { cat out; return 1; }; }

# ---- streams recorded from a second implementation ----

"$riley" rl games --json --episodes 2 >games.json || exit 99
all_games=$(sed -n 's/^      "name": "\(.*\)",$/\1/p' games.json)
streams=$(sed -n 's/^ *"stream": "\(.*\)",$/\1/p' games.json)

# near WANT GOT: numbers, words and pairs of a kind and a distance agree within 1e-6.
near() {
	tr : ' ' <"$1" >near.want
	tr : ' ' <"$2" | paste -d ' ' near.want - | awk '{
		n = NF / 2
		for (i = 1; i <= n; i++) {
			d = $i - $(i + n)
			if (($i ~ /^[-0-9]/) ? d > 1e-6 || d < -1e-6 : $i != $(i + n)) { print NR ": " $i " " $(i + n); bad = 1; exit }
		}
	} END { exit bad || NR == 0 }'
}
# What the games list as a stream has been recorded, and is answered bit for bit, or within 1e-6 where numbers are seen.
agrees() {
	"$riley" rl drive <"$golden/$1.stream" >answers || return 1
	if [ -f "$golden/$1.answers" ]; then
		near "$golden/$1.answers" answers
	else
		grep -qxF "$1 $(cksum <answers)" "$golden/answers.cksum"
	fi
}
check "there are streams" test -n "$streams"
for name in $streams; do check "drive agrees: $name" agrees "$name"; done
recorded() { ls "$golden" | sed -n 's/\.stream$//p' | sort; }
check "... and no others" test "$(recorded)" = "$(echo "$streams" | sort)"
sed 's/^A 2 /A 1 /' "$golden/eyes.stream" >bent.stream
"$riley" rl drive <bent.stream >bent 2>/dev/null
check "... and another action is noticed" sh -c '! cmp -s bent "$0"' "$golden/eyes.answers"
unlike() { ! near "$golden/eyes.answers" bent >/dev/null; }
check "... beyond 1e-6" unlike

made_now() {
	python3 "$srcdir/tests/golden/make_games.py" "$1" 200 99 s a || return 1
	"$riley" rl drive "$1" <s >answers || return 1
	case $2 in numbers) near a answers ;; *) cmp a answers ;; esac
}
if [ -n "$(command -v python3)" ]; then
	python3 "$srcdir/tests/golden/make_games.py" streams <games.json | cut -d ' ' -f 2,3 | uniq >twins
	while read -r game kind; do
		check "a stream made now: $game" made_now "$game" "$kind"
	done <twins
else
	skip "a stream made now" "no python3"
fi

# ---- records ----

check "catch, by hand" drive 0 '# game=catch\nR 80000000\nA 2 -\nA 1 -\nA 0 -\nA 1 -\nA 1 -\nA 1 -\nA 1 -\nA 1 -\nA 1 -\nA 0 -\n'
check "... answers" answers 'R - 2000000000010
A 2 0 0 - 0100000000008
A 1 0 0 - 0008000000008
A 0 0 0 - 0000400000010
A 1 0 0 - 0000020000010
A 1 0 0 - 0000001000010
A 1 0 0 - 0000000080010
A 1 0 0 - 0000000004010
A 1 0 0 - 0000000000210
A 1 1 1 - 0000000000010
A 0 0 1 - 0000000000010\n'
check "breakout, by hand" drive 0 '# game=breakout sticky=0.1 ramping=1\nR 00000000\nA 3 19999999\nA 3 1999999a\n' breakout
check "... answers" answers 'R - 0000000000000000000000020.0000000200000000000000000.0000000200000000000000000.003fffffff000000000000000
A 0 0 0 - 0000000000000000000000020.0000000000400000000000000.0000000200000000000000000.003fffffff000000000000000
A 3 0 0 - 0000000000000000000000010.0000000000000800000000000.0000000000400000000000000.003fffffff000000000000000\n'
check "the previous action outlives a reset" drive 0 \
	'# game=freeway sticky=0.1\nR '"$(printf '%0128d' 0)"'\nA 4 ffffffff\nR '"$(printf '%0128d' 0)"'\nA 0 00000000\n'
check "... " sh -c 'tail -n 1 out | grep -q "^A 4 0 0 - "'
check "... but not a new environment" drive 0 \
	'# game=freeway sticky=0.1\nR '"$(printf '%0128d' 0)"'\nA 4 ffffffff\n# game=freeway\nR '"$(printf '%0128d' 0)"'\nA 3 00000000\n'
check "... " sh -c 'tail -n 1 out | grep -q "^A 0 0 0 - "'
check "sticky=0 draws all the same" drive 0 '# game=asterix sticky=0\nR -\nA 3 00000000\n'
check "... " sh -c 'tail -n 1 out | grep -q "^A 3 0 0 0 "'
yes 'A 0 -' | head -n 101 | sed '1i\
# game=lake4 slippery=0\
R -' >limit
check "a time limit is 2, and stays" sh -c '"$0" rl drive <limit >out && sed -n "100,102p" out | cut -d " " -f 1-4 | tr "\n" ";" | grep -q "^A 0 0 0;A 0 0 2;A 0 0 2;$"' "$riley"
check "without a header the command line tells the game" drive 0 'R 00000000\nA 3 00000000\n' breakout --sticky 0
check "... and its options" sh -c 'tail -n 1 out | grep -q "^A 3 0 0 - "'
check "... which hold where a header names none" drive 0 '# game=breakout\nR 00000000\nA 2 00000000\n' \
	breakout --actions minimal --sticky 0
check "... " sh -c 'tail -n 1 out | grep -q "^A 3 0 0 - "'
check "... but not against one" drive 0 '# game=breakout sticky=1\nR 00000000\nA 3 ffffffff\n' breakout --sticky 0
check "... " sh -c 'tail -n 1 out | grep -q "^A 0 0 0 - "'
check "remarks, empty lines, CR LF, and no end of line" drive 0 \
	'# recorded by hand\n\n# game=lake4 slippery=0\r\nR -\r\nA 1 -'
check "... " answers 'R - 8000.0518.0001\nA 1 0 0 - 0800.0518.0001\n'
check "answers come record by record" sh -c '
	mkfifo to from && { "$0" rl drive lake4 --slippery no <to >from & exec 3>to 4<from
	echo "R -" >&3; read -r a <&4; echo "A 2 -" >&3; read -r b <&4; exec 3>&-; wait
	[ "$a" = "R - 8000.0518.0001" ] && [ "$b" = "A 2 0 0 - 4000.0518.0001" ]; }' "$riley"

# ---- what can't be carried out ----

check "too few draws: status 3" drive 3 '# game=breakout\nR 00000000\nA 0 -\nA 0 ffffffff\n'
check "... are answered by E" sh -c 'sed -n 2p out | grep -q "^E line 3: used 1 draws, the record has 0$"'
check "... change nothing" sh -c 'sed -n 3p out | grep -q "^A 0 0 0 - 0000000000000000000000020.0000000000400000000000000."'
check "... and are told with the line" says err "stdin:3: 1 invalid record"
check "too many draws: status 3" drive 3 '# game=breakout\nR 0000000000000000\n'
check "... are answered by E" says out "E line 2: used 1 draws, the record has 2"
for bad in 'A 6 ffffffff' 'A -1 ffffffff' 'A x ffffffff' 'A 1' 'A 1 ffffffff -' 'A 1 fffffff' 'A 1 fffffffg' \
	'R' 'I -' 'B 1' 'A 1 '; do
	check "a bad record: '$bad'" drive 3 '# game=breakout\nR 00000000\n'"$bad"'\nA 0 ffffffff\n'
	check "... is answered by E, and the next one is carried out" \
		sh -c 'sed -n 2p out | grep -q "^E line 3: " && sed -n 3p out | grep -q "^A 0 0 0 "'
done
check "a step before the first reset: status 3" drive 3 '# game=lake4\nA 0 ffffffff\n'
check "... " says out "E line 2: no episode"
check "records without a game: status 3" drive 3 'R -\n'
check "... " says out "E line 1: no game"
check "a header with an unknown game: status 3" drive 3 '# game=asterisk\nR -\n'
check "... suggests the nearest" says out "did you mean 'asterix'?"
check "... and what follows has no game" says out "E line 2: no game"
check "a header of another game: status 3" drive 3 '# game=asterix\n' breakout
check "a header with a bad number: status 3" drive 3 '# game=asterix sticky=often\n'
check "a header with a chance of 2: status 3" drive 3 '# game=asterix sticky=2\n'
check "a header with stickiness in a lake: status 3" drive 3 '# game=lake4 sticky=0.1\n'
check "eyes takes I, not R: status 3" drive 3 '# game=eyes\nR -\n'
check "an unknown key is ignored" drive 0 '# game=lake4 slippery=0 note=7\nR -\n'
check "... and said" says err "'note' is not a game option"
check "... whatever it says" drive 0 '# game=lake4 by=somebody slippery=0 at=\nR -\nA 1 -\n'
check "... " answers 'R - 8000.0518.0001\nA 1 0 0 - 0800.0518.0001\n'
check "an unknown game: status 2" gives 2 "$riley" rl drive breakut
check "... suggests the nearest" says err "did you mean 'breakout'?"
check "an option that the game does not have: status 2" gives 2 "$riley" rl drive catch --sticky 0.5
check "... is named" says err "--sticky: catch does not have this option"
check "a chance of 2: status 2" gives 2 "$riley" rl drive breakout --sticky 2
check "an endless line: status 3" sh -c 'head -c 3000000 /dev/zero | tr "\0" A | "$0" rl drive breakout >out 2>err; [ $? -eq 3 ]' "$riley"
check "bytes that are no text: status 3" sh -c 'head -c 100000 "$0" | "$0" rl drive breakout >out 2>err; [ $? -eq 3 ]' "$builddir/riley"
check "no room on stdout: status 1" sh -c '[ -w /dev/full ] || exit 0; "$0" rl drive <"$1" >/dev/full 2>err; [ $? -eq 1 ]' "$riley" "$golden/catch.stream"

# ---- the list ----

check "games" gives 0 "$riley" rl games --episodes 50
for game in $all_games; do
	check "... lists $game" sh -c 'grep -q "^$0 " out' "$game"
done
check "... with board, channels, actions" sh -c 'grep -q "^breakout  *10 x 10  *4  6 (3) " out'
check "... and exact means where they are known" says out "exactly -0.6"
check "... in 80 columns" sh -c '! grep -q "^.\{101,\}" out'
check "games --json" gives 0 "$riley" rl games --json --episodes 50
cp out a.json
check "... means of returns" says out '"mean_return": '
check "... of rewards where nothing ends" says out '"mean_reward": '
check "... exact ones" says out '"exact": -0.6'
"$riley" rl games --json --episodes 50 >b.json
check "same seed, same means" cmp a.json b.json
"$riley" rl games --json --episodes 50 --seed 2 >b.json
check "another seed, other means" sh -c '! cmp -s a.json b.json'
# What a player has to know of each game, from its table.
guides() {
	for g in $("$riley" rl games --json --episodes 2 | sed -n 's/^ *"name": "\(.*\)",*$/\1/p'); do
		"$riley" rl games "$g" --episodes 2 >guide || return 1
		for row in aim rules reward ends actions keys glyphs; do
			grep "^$row  *[^ ]" guide >/dev/null || { echo "$g: no $row"; return 1; }
		done
		sed -n '/^keys/,/^glyphs/p' guide | tr -s ' \n' ' ' >keys
		"$riley" rl games "$g" --json --episodes 2 | python3 -c '
import json, sys
keys, g = open("keys").read(), json.load(sys.stdin)["games"][0]
sys.exit([a for a in g["minimal_actions"] if a not in ("none", "stay") and a + ": " not in keys] and g["name"] + ": no key for an action" or None)
' || return 1
	done
}
check "every game tells aim, rules, rewards, end, actions, a key for each, and glyphs" guides
"$riley" rl games --episodes 2 >all
check "the list tells them in short" sh -c 'grep -q "^    bounce the ball" all && grep -q "^    none, left, right; no effect: up, down, fire$" all && grep -q "^    +1 for each brick$" all'
check "... within 80 columns" sh -c '! grep -E "^.{81}" all'
check "one game" gives 0 "$riley" rl games lake4 --slippery no --episodes 50
check "... alone" test "$(grep -c exactly out)-$(grep -c breakout out)" = 1-0
check "an unknown game: status 2" gives 2 "$riley" rl games pong
check "... names those there are" says err "asterix, breakout"
check "an option that a game does not have: status 2" gives 2 "$riley" rl games breakout --slippery no

# ---- a table on the lakes ----

number_of() { sed -n "s/^ *\"$1\": \([-0-9.e]*\),*$/\1/p" out | head -n 1; }
within() { awk -v x="$(number_of "$1")" -v a="$2" -v b="$3" 'BEGIN { exit !(x != "" && x + 0 >= a && x + 0 <= b) }'; }
check "tabular" gives 0 "$riley" rl tabular
check "... on slippery lake4" says out "lake4, slippery: "
check "... states the best there is" says out "0.74419"
check "... and random play" says out "0.01394"
check "... a row for each cell" test "$(grep -c '^[0-3],[0-3] ' out)" = 11
check "... and maps" sh -c 'grep -q "^learned .* exact$" out'
check "tabular --ascii" gives 0 "$riley" rl tabular --ascii --episodes 50
check "... is" sh -c '! LC_ALL=C grep -q "[^ -~]" out'
check "tabular --json" gives 0 "$riley" rl tabular lake4 --json
check "... success within 0.03 of the best" within mean_return 0.71419 0.77419
check "... the best by the cell alone" within best_stationary_return 0.740164 0.740166
check "... the exact value of the start" within exact 0.54202 0.54204
cp out a.json
"$riley" rl tabular --json >b.json
check "... same seed, same table" cmp a.json b.json
check "plain lake4" gives 0 "$riley" rl tabular lake4 --slippery no --json
check "... in 6 steps" within mean_steps 6 6
check "plain lake8" gives 0 "$riley" rl tabular lake8 --slippery no --json
check "... in 14 steps" within mean_steps 14 14
check "another discount" gives 0 "$riley" rl tabular lake4 --slippery no --discount 0.5 --json
check "... other values" within exact 0.03125 0.03125
check "no learning" gives 0 "$riley" rl tabular lake4 --episodes 1 --lr 0.001 --json
check "... is seen" within mean_error 0.4 1
check "a game without a table: status 2" gives 2 "$riley" rl tabular breakout
check "... is told" says err "breakout has too many states for a table: expected lake4 or lake8"
check "a misspelt lake: status 2" gives 2 "$riley" rl tabular lake5
check "epsilon of 2: status 2" gives 2 "$riley" rl tabular --epsilon 2
check "a step size of 0: status 2" gives 2 "$riley" rl tabular --lr 0
check "no episodes: status 2" gives 2 "$riley" rl tabular --episodes 0
check "an endless initial value: status 2" gives 2 "$riley" rl tabular --initial inf

check "a table of values" gives 0 "$riley" rl tabular lake4 --episodes 30
check "... whose columns do not touch" sh -c '! grep -E "[0-9]\.[0-9]+[-+.]|[0-9]-[0-9]+\." out'
check "... within 80 columns" sh -c '! grep -q "^.\{81,\}" out'
check "neither a game nor a run" gives 2 "$riley" rl watch brekout
check "... is said once" says err "there is neither a game nor a run 'brekout'; did you mean 'breakout'?"

finish
