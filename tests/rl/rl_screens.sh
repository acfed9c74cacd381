#!/bin/sh
# rl_screens.sh - the screens of riley rl as text: golden frames through the real command.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
. "$srcdir/tests/support/frame_tap.sh"

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

# helped SIZE KEYS: the rows of a page of help, in one column.
helped() { "$riley" rl play seaquest --keys "$2" --size "$1" | sed -n 's/^│ \(.*[a-z]\) *│$/\1/p' | sed 's/   */ /g'; }
pages_of_help() {
	helped 40x60 '?' | sort -u >wide
	for keys in '?' '??' '???'; do helped 40x12 "$keys"; done | sort -u >narrow
	[ "$(wc -l <wide)" -gt 15 ] && diff wide narrow
}
check "a small window has all of the help, in pages" pages_of_help
check "... and no more of them than there are" sh -c '! "$0" rl play seaquest --keys "????" --size 40x12 | grep -q "keys [0-9]"' "$riley"
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
check "the bar is shown" sh -c 'grep -q "mean of 3 games  *-\{0,1\}1$" out && grep -q "baseline  *after 2 more$" out'
check "scores that can't be kept are said, and the game goes on" \
	sh -c '"$0" rl play catch --keys ......... --scores /dev/null/x >out && grep -q "the score was not saved" out' "$riley"

check "without a terminal: status 2" gives 2 "$riley" rl play breakout
check "... and one sentence" sh -c '[ "$(wc -l <err)" -eq 1 ] && grep -q "^riley: rl play needs a terminal: stdin is not a terminal$" err'
check "an unknown game: status 2" gives 2 "$riley" rl play brekout
check "... suggests the nearest" says err "did you mean 'breakout'?"
check "a size that is none: status 2" gives 2 "$riley" rl play breakout --size 80
check "... says what is expected" says err "expected columns x rows"
check "an option of another game: status 2" gives 2 "$riley" rl play catch --sticky 0.1

# ---- watch: an agent that learns; before its first update, so that every machine draws the same ----

frame watch_catch "$utf8" rl watch catch --size 80x24 --frames 2 --every 45
frame watch_catch_ascii C rl watch catch --size 80x24 --every 90
frame watch_breakout_large "$utf8" rl watch breakout --algorithm dqn --size 120x40 --every 300
frame watch_breakout_compact "$utf8" rl watch breakout --algorithm dqn --size 40x12 --every 300
frame watch_eyes "$utf8" rl watch eyes --size 80x24 --every 40
frame watch_small "$utf8" rl watch catch --size 20x5

check "one screen unless more are asked for" test "$("$riley" rl watch catch --size 80x24 | wc -l)" -eq 24
check "the same learning, the same screens" \
	sh -c '"$0" rl watch catch --size 80x24 --frames 3 --every 300 >a && "$0" rl watch catch --size 80x24 --frames 3 --every 300 | cmp - a' "$riley"
check "... another seed, another one" sh -c '! "$0" rl watch catch --size 80x24 --frames 3 --every 300 --seed 7 | cmp -s - a' "$riley"
# With stickiness of 1 every step is the first one's nothing, whatever was chosen; with none no step is.
repeats() { "$riley" rl watch breakout --algorithm dqn --size 80x24 --frames 40 --sticky "$1" >out && grep -c "  none .* again " out; }
others() { grep -c "▶ [^n].* " out; }
check "what a sticky game plays instead is marked" sh -c "[ $(repeats 1) -gt 10 ] && [ $(repeats 1) -eq $(others) ]"
check "... and nothing where it plays what was chosen" test "$(repeats 0)" -eq 0
check "learning shows: loss and mean Q" sh -c '"$0" rl watch catch --size 120x40 --every 400 >out && grep -q "loss  *[0-9.]" out && grep -q "mean Q  *-\{0,1\}[0-9.]" out && grep -q "updates  *300" out' "$riley"
check "... the replay memory" sh -c 'grep -q "replay.* 400" out'
for algorithm in dqn pqn; do
	check "what a learner does in words: $algorithm" sh -c \
		'"$0" rl watch catch --algorithm "$1" --threads 1 --size 80x24 --every "$2" >out && tail -n 2 out | head -n 1 | grep -q "^ so far: [a-z ]*catches the ball"' \
		"$riley" $algorithm $([ $algorithm = pqn ] && echo 204800 || echo 8000)
done
check "values that run away are a warning" \
	sh -c '"$0" rl watch catch --size 80x24 --every 120 --lr 30 --discount 0 | grep -q "Q values are diverging: the largest is"' "$riley"
check "and else there is none" sh -c '! grep -q "run away" out'
check "screens as text leave no run" test ! -e runs

# ---- watch: many games, with a frame of the boards in each round ----

many="--algorithm pqn --envs 8 --rollout 4 --minibatches 2 --hidden 16 --size 120x40"
# shellcheck disable=SC2086 # words
check "many games as text" gives 0 "$riley" rl watch breakout $many --frames 3 --every 1000
check "... in whole rounds" sh -c '[ "$(grep -c "learns from 8 games; boards" out)" -eq 3 ] && grep -q "frame 1.02k of" out && grep -q "frame 2.02k of" out && grep -q "frame 3.01k of" out'
check "... with a wall" says out '7 boards'
check "... what is learned" sh -c 'grep -q "loss  *[0-9.]" out && grep -q "mean Q  *-\{0,1\}[0-9.]" out && grep -q "updates  *[1-9]" out'
check "... without a replay buffer" sh -c '! grep -q replay out'
# shellcheck disable=SC2086 # words
check "... the same each time" sh -c '"$0" rl watch breakout '"$many"' --frames 3 --every 1000 | cmp - out' "$riley"
# shellcheck disable=SC2086 # words
check "one game in rounds is watched like many" sh -c '"$0" rl watch catch '"$many"' --envs 1 >one && grep -q "catch, board 1" one' "$riley"

# ---- watch: without a terminal it learns in lines ----

check "without a terminal" gives 0 "$riley" rl watch catch --frames 600 --name first --eval-episodes 3 --threads 1
check "... it says why" says err "no screen: stdin is not a terminal; printing lines instead"
check "... tells in lines" says err "frame 600"
check "... how it plays" says out "evaluation return (3 episodes"
check "... and leaves a run" test -s runs/first/model.safetensors -a -s runs/first/metrics.jsonl
check "--json: status 2, as screens are for people" gives 2 "$riley" rl watch catch --json
check "--plain: lines, and no word about it" \
	sh -c '"$0" rl watch --resume runs/first --frames 700 --plain 2>err >out && ! grep -q "no screen" err && grep -q "frame 700" err' "$riley"

# ---- watch: a trained agent ----

check "a run, without a terminal" gives 0 "$riley" rl watch runs/first --episodes 3
check "... a line for each episode" sh -c '[ "$(grep -c "^episode [123]  return -\{0,1\}1  frames 9$" out)" -eq 3 ]'
check "a run by its name" gives 0 "$riley" rl watch first --episodes 1
check "a model file" gives 0 "$riley" rl watch runs/first/model.safetensors --episodes 1
check "a run as text" sh -c '"$0" rl watch first --size 80x24 --frames 2 --every 9 >out && [ "$(wc -l <out)" -eq 48 ] && grep -q "first  plays" out && ! grep -q learning out' "$riley"
check "... the same each time" sh -c '"$0" rl watch first --size 80x24 --frames 2 --every 9 | cmp - out' "$riley"
# 19 episodes are too few for a word, 200 are enough.
so_far() { "$riley" rl watch "$1" --size "$2" --every "$3" >out && tail -n 2 out | sed -n '1s/^ so far: / /; 1s/ *$//; 1p'; }
check "in words, what it has learnt: nothing is known after 19 episodes" \
	test "$(so_far first 80x24 171)" = " too early to tell: it has hardly played"
check "an agent that has learnt" gives 0 "$riley" rl train catch --name able --frames 6000 --threads 1 --eval-episodes 3
said=$(so_far able 80x24 1800)
check "... says so" sh -c 'echo "$1" | grep -q "^ [a-z ]*catches the ball"' - "$said"
check "... in full in a large window" test "$(so_far able 120x40 1800)" = "$said"
check "... and in a narrow one" test "$(so_far able 40x16 1800)" = "$said"
check "... but not where the board needs the row" sh -c '"$0" rl watch able --size 40x12 --every 1800 >out && ! grep "catches" out' "$riley"

check "neither game nor run: status 2" gives 2 "$riley" rl watch cathc
check "... suggests the nearest" says err "did you mean 'catch'?"
check "nothing: status 2" gives 2 "$riley" rl watch
check "learning options for what has learnt: status 2" gives 2 "$riley" rl watch first --lr 0.1
check "... names the way" says err "rl watch --resume runs/first"
check "a size that is none: status 2" gives 2 "$riley" rl watch catch --size 24
check "--resume with a game: status 2" gives 2 "$riley" rl watch catch --resume runs/first
check "--seeds: status 2" gives 2 "$riley" rl watch catch --seeds 2
mkdir -p runs/empty
check "a directory that is no run: status 3" gives 3 "$riley" rl watch runs/empty
printf 'no model' >damaged.safetensors
check "a file that is no model: status 3" gives 3 "$riley" rl watch damaged.safetensors
check "a setting that can't be: status 2" gives 2 "$riley" rl watch breakout --algorithm dqn --size 80x24 --batch 100 --replay 50

finish
