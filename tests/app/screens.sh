#!/bin/sh
# screens.sh - screens in a real terminal: tmux, with keys, resizing, stopping, and terminals that are none.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

. "$srcdir/tests/support/tmux_tap.sh"

# ---- play ----

check "play opens" open "'$riley' rl play breakout --seed 1"
check "... and waits for a key" shown 'press a key of the game to begin'
check "... telling the rules" shown 'rules  *The ball moves one cell'
check "... the actions" shown 'actions  *none, left, right; no effect: up, down, fire'
check "... and the keys" shown 'keys  *left: left arrow, h, a; right: right arrow'
# A step for each key, as long as the ball must not be lost.
keys t Right
check "... begins with one" shown '^│.* step  *1$'
check "... after which the rules are gone" gone 'rules  *The ball'
keys e
check "... and come again" shown 'rules  *The ball'
keys e
check "... and go" gone 'rules  *The ball'
keys p
check "... pauses" shown 'you play: paused'
keys '?'
check "... helps" shown 'quit; nothing is lost'
keys '?'
check "... and no longer" gone 'quit; nothing is lost'
resize 40 12
check "... shrinks" shown '^ *riley  breakout  you play: paused *$'
check "... to a board without a box" gone '┌'
resize 39 11
check "... says what it needs" shown '40x12 needed, this is 39x11'
resize 80 24
check "... and grows again" shown '^┌─ breakout ─.*┐'
keys t p
check "... plays on until the ball is lost" shown 'game over'
keys t Enter
check "... once more" gone 'game over'
check "... with the last return" shown 'last  *[0-9]'
keys q
check "... and quits" shown '^exit 0$'
check "... leaving the screen as it was" gone '┌'
check "... and the score in the file" sh -c 'grep -q "\"game\":\"breakout\"" .local/share/riley/scores/human.jsonl'

check "play begins with Space and Enter, too" open "'$riley' rl play catch --seed 1"
check "... and waits, too" shown 'press a key of the game to begin'
keys t Space
check "... without the words that ask for it" gone 'press a key of the game'
check "... and without a pause" gone 'paused'
keys Right
check "... and takes steps" shown '^│.* step  *1$'
keys Space
check "... Space pauses, and the way on is shown" shown 'paused: p continues'
keys p
check "... and it goes on" gone 'paused'
keys q
check "... and quits" shown '^exit 0$'

# ---- watch ----

# The frame goes on being counted, and the program is there.
still_playing() { before=$(screen); await changed && on_screen 'the best agent plays'; }

check "watch opens" open "'$riley' rl watch catch --name first --frames 1000000000 --report-every 1000 --threads 1 --seed 1"
check "... and learns" shown '^│updates* .*[1-9]\|loss/Q  *[0-9]'
keys Space
check "... pauses" shown 'catch  paused'
check "... and stands still" still
keys .
check "... makes one step" await changed
keys '?'
check "... helps" shown 'learning off, on'
keys '?'
check "... and no longer" gone 'learning off, on'
keys Tab Tab e
check "... explains the panel in focus" shown "estimate of each action"
keys Escape
check "... and no longer" gone "estimate of each action"
keys g
check "... tells the rules of the game" shown 'rules  *The ball falls one row'
keys Escape
check "... and no longer" gone 'rules  *The ball falls'
keys 3
check "... shows a panel alone" gone '2 values Q'
keys 3
check "... and all again" shown '2 values Q'
resize 40 12
check "... shrinks" gone '┌'
check "... to what matters" shown '│ mean  '
resize 39 12
check "... says what it needs" shown 'this is 39x12'
resize 120 40
check "... grows" shown '5 learning: loss and mean Q'
resize 80 24
keys L
keys Space
check "... stops learning" shown 'catch  learning off'
keys L ']' ']' ']' ']' ']' ']' ']' ']'
check "... takes another epsilon" shown '1.000 set'
keys '\'
check "... and gives it back" gone '1.000 set'
keys - - - - - - - - - - -
check "... goes slowly" shown 'learns, 1 frames/s'
keys n
keys 0
check "... and fast again" gone 'learns, 1 frames'
check "... takes a snapshot" brings s 'snapshot: riley-watch-[0-9]*.txt'
check "... into a file" grep -q '2 values Q' riley-watch-1.txt
keys f
check "... draws no more" shown 'learns, no drawing'
check "... and says how it does again" shown 'f draws again'
keys f
check "... which it does" gone 'no drawing'
keys f
check "... or not" shown 'f draws again'
check "... and learns on" await test -s runs/first/model.safetensors
keys q
check "... and quits" shown '^exit 0$'
check "... saying how to go on" shown '^resume with: riley rl watch --resume runs/first'
check "... what was set by hand is in the log: learning off" \
	grep -q '"kind": "note".*set manually from frame [1-9].*: epsilon as scheduled, learning off' \
	runs/first/metrics.jsonl
check "... another epsilon" grep -q '"kind": "note".*: epsilon 1, learning on' runs/first/metrics.jsonl
check "... and the end of it" sh -c 'grep "\"kind\": \"note\"" runs/first/metrics.jsonl | tail -n 1 | grep -q "epsilon as scheduled, learning on"'
check "... from a whole run" sh -c '"$0" rl eval runs/first --episodes 2 >out && grep -q "evaluation return" out' "$riley"
open "'$riley' rl watch --resume runs/first"
check "a run goes on" shown 'catch  learns'
check "... not slowly, as a new one begins" off_screen 'learns, [0-9]'
keys C-c
check "... until Ctrl-C" shown '^exit 130$'
check "... which says how to go on" shown 'stopped; resume with: riley rl train --resume runs/first'
open "'$riley' rl watch runs/first"
check "the best agent plays" shown 'runs/first  plays'
keys q
check "... until q" shown '^exit 0$'
open "TERM=dumb '$riley' rl watch first --episodes 2"
check "TERM=dumb: why there are lines" told \
	'^riley: no screen: the terminal is dumb (TERM=dumb); printing lines instead$\|^no screen: the terminal is dumb'
check "... and lines" told '^episode 2  return '
open "LC_ALL=C '$riley' rl watch first"
check "LC_ALL=C: ASCII" shown '^+- 1 catch -.*+'
keys q
check "... and quits" shown '^exit 0$'
open "'$riley' rl watch catch --name short --frames 3000 --threads 1 --eval-episodes 3"
check "eyes can follow the first episodes" shown 'catch  learns, 15 frames/s'
check "... and the end stays on the screen" shown 'has learned; the best agent plays, 15 frames/s'
check "... with the curves of learning" shown '^│loss/Q  *[0-9]'
check "... until q" still_playing
keys q
check "... which tells what training brought" shown 'evaluation return (3 episodes'
check "... and ends" shown '^exit 0$'
# At the pace of a beginning nobody knows how long the rest takes.
no_time_left() {
	screen >now.screen
	grep 'learns, 15 frames/s' now.screen && grep 'frames/s  *1[0-9]' now.screen && grep 'time left  *-│' now.screen
}
open "'$riley' rl watch breakout --algorithm dqn --name eased --frames 100000000 --threads 1 --speed 15"
check "at a chosen speed the time left is that of the speed" shown 'time left  *[0-9][0-9.:hd]*│'
keys q
check "... until q" shown '^exit 0$'
open "'$riley' rl watch breakout --algorithm dqn --name easing --frames 100000000 --threads 1"
check "while it becomes faster by itself there is none" until_seen no_time_left
keys q
check "... until q" shown '^exit 0$'
open "'$riley' rl watch catch --name paced --frames 100000000 --threads 1 --speed 4"
check "--speed is kept" shown 'catch  learns, 4 frames/s'
keys q
check "... until q" shown '^exit 0$'
open "'$riley' rl watch short --speed 2"
check "... by a trained agent too" shown 'short  plays, 2 frames/s'
keys q
check "... until q" shown '^exit 0$'

# ---- watch many games: small rounds, that keys are soon obeyed ----

check "an agent of many games opens" open \
	"'$riley' rl watch breakout --algorithm pqn --envs 8 --rollout 4 --minibatches 2 --hidden 16 --name many --frames 100000000 --report-every 5000 --eval-every 20000 --threads 1"
check "... and learns while boards can be followed" shown 'learns from 8 games; boards: 15 frames/s'
check "... with a board of its own" shown '1 breakout, board 1 '
check "... at full speed" shown '^│frames/s  *[0-9.]*[0-9]k'
keys b
check "... the next board" shown '1 breakout, board 2 '
keys B B
check "... and those before" shown '1 breakout, board 48 '
keys 7
check "... the wall alone" shown '7 boards'
check "... of boards with their returns" shown '^│──*[0-9]* ──*[0-9]'
keys b
check "... where the large one is marked" shown '^│▶'
keys 7 e
check "... is explained" shown 'The return of its episode\|Games that the network plays'
keys Escape
resize 200 60
check "... beside the other panels in a large window" shown '5 learning: loss and mean Q'
check "... too" shown '7 boards'
resize 40 12
check "... a board in a small window" gone '┌'
resize 80 24
keys + + +
check "... faster, as far as eyes go" shown 'boards: 60 frames/s'
keys - - -
check "... slower" shown 'boards: 8 frames/s'
keys Space
check "... pauses" shown 'breakout  paused'
check "... boards and learning" still
keys .
check "... makes one step" await changed
check "... and stands still" still
keys Space L
check "... stops learning" shown 'breakout  learning off'
keys L n f
check "... draws no more" shown 'no drawing'
check "... and learns on" await test -s runs/many/model.safetensors
keys q
check "... and quits" shown '^exit 0$'
open "LC_ALL=C '$riley' rl watch --resume runs/many --speed 2"
check "... goes on in ASCII" shown 'learns from 8 games; boards: 2 frames/s'
keys 7
check "... with a wall" shown '^|>*-*[0-9]* -*[0-9]'
keys q
check "... until q" shown '^exit 0$'
open "'$riley' rl watch catch --algorithm pqn --envs 8 --rollout 4 --minibatches 2 --hidden 16 --name done --frames 4000 --threads 1 --eval-episodes 3"
check "when many games are learnt, the best agent plays" shown 'has learned; the best agent plays, 15 frames/s'
keys q
check "... until q" shown '^exit 0$'
check "... which is the same if nobody watches" sh -c '"$0" rl train catch --algorithm pqn --envs 8 --rollout 4 --minibatches 2 --hidden 16 --name alone --frames 4000 --threads 1 --eval-episodes 3 >out 2>err && cmp runs/done/model.safetensors runs/alone/model.safetensors' "$riley"
open "'$riley' rl tabular lake8 --episodes 100"
check "a large lake's table does not scroll the rest away" shown 'The values of all cells are printed to a file'
check "... and ends" shown '^exit 0$'
check "... but a file has it" sh -c '"$0" rl tabular lake8 --episodes 100 >lake && grep -q "^7,6 " lake && ! grep -q "printed to a file" lake' "$riley"

# ---- ways out ----

open "sh -c 'echo \$\$ >pid; exec \"$riley\" rl play freeway'"
check "SIGTERM comes while it plays" shown '┌─ freeway'
kill -TERM "$(cat pid)"
check "... ends it" shown '^exit 130$'
check "... with the terminal restored" gone '┌─ freeway'

open "sh -c 'echo \$\$ >pid; exec \"$riley\" rl play freeway'"
check "before a crash" shown '┌─ freeway'
kill -SEGV "$(cat pid)"
check "a crash takes its course" shown '^exit 139$\|AddressSanitizer'
check "... with the terminal restored" gone '┌─ freeway'
keys 'typed' Enter
check "... which echoes again" shown '^typed$'

cat >job.sh <<EOT
set -m
'$riley' rl play freeway
echo stopped
read -r line
fg >/dev/null
EOT
open "sh job.sh"
check "before Ctrl-Z" shown '┌─ freeway'
keys C-z
check "Ctrl-Z gives the terminal back" shown '^stopped$'
check "... as it was" gone '┌─ freeway'
keys Enter
check "... and fg takes it again" shown '┌─ freeway'
keys q
check "... to go on until q" shown '^exit 0$'

# ---- terminals that are none ----

for term in dumb no-such-terminal ''; do
	open "TERM='$term' '$riley' rl play breakout"
	check "TERM='$term': status 2" shown '^exit 2$'
	check "... and why" shown '^riley: rl play needs a terminal: '
done
open "'$riley' rl play breakout | cat; true"
check "a pipe: why not" shown '^riley: rl play needs a terminal: stdout is not a terminal'
open "LC_ALL=C '$riley' rl play breakout"
check "LC_ALL=C: ASCII" shown '^+- breakout -.*+'
keys q
open "NO_COLOR=1 '$riley' rl play breakout"
check "NO_COLOR: a screen" shown '┌─ breakout'
check "... without colours" plain
keys q
open "'$riley' rl play breakout"
check "without it: with colours" shown '┌─ breakout'
check "... " colored
keys q
open "TERM=vt100 '$riley' rl play breakout"
check "a terminal without colours: a screen" shown '─ breakout'
keys q
check "... that ends" shown '^exit 0'

finish
