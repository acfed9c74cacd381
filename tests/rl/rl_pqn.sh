#!/bin/sh
# rl_pqn.sh - `riley rl train --algorithm pqn` as a user meets it: what a run of many games at once promises, what is
# refused, and what is said of options of the other algorithm.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

RILEY_GNUPLOT=$tmp/no-gnuplot
export RILEY_GNUPLOT
cd "$tmp" || exit 99

value() { sed -n "s/^ *\"$1\": \([-0-9.e]*\),*$/\1/p" "${2:-$tmp/out}" | head -n 1; }
equal() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }
holds() { awk "BEGIN { exit !($1) }" || { echo "false: $1"; return 1; }; }
# points KEY RUN: the numbers of that name in the log's points.
points() { grep '"kind": "point"' "runs/$2/metrics.jsonl" | sed -n "s/.*\"$1\": \([-0-9.e]*\|null\)[,}].*/\1/p"; }
# has_option NAME RUN: whether run.json has it.
has_option() { sed -n '/"options"/,/}/p' "runs/$2/run.json" | grep -q "\"$1\":"; }
lacks_option() { ! has_option "$1" "$2"; }
notes() { grep -c '^Note: ' "$tmp/err"; }

# 4 games of 8 frames: rounds of 32.
small="--algorithm pqn --hidden 16 --envs 4 --rollout 8 --minibatches 4 --eval-episodes 20"

# ---- a run ----

check "catch, 4 games at once" gives 0 "$riley" rl train catch $small --frames 12000 --name a
check "... says what came of it" says out "catch, done after 12,000 frames"
check "... in whole rounds" equal "$(points frame a | tail -n 1)" 12000
check "... updates are those of all passes" equal "$(points updates a | tail -n 1)" 3000
check "... its learning rate falls to nothing" holds \
	"$(points lr a | tail -n 1) < 0.01 * $(points lr a | head -n 1)"
check "... without a replay buffer" sh -c '! grep -q "\"replay\"" runs/a/metrics.jsonl'
check "same seed" gives 0 "$riley" rl train catch $small --frames 12000 --name b -q
check "... same bits" cmp runs/a/last.safetensors runs/b/last.safetensors
check "another number of games" gives 0 "$riley" rl train catch $small --envs 8 --frames 12000 --name c -q
check "... another run" sh -c '! cmp -s runs/a/model.safetensors runs/c/model.safetensors'
check "eval" gives 0 "$riley" rl eval runs/a --episodes 20 --json
check "... says what the training said" equal "$(value mean_return)" "$(value mean_return runs/a/run.json)"
check "preset fast learns catch" gives 0 "$riley" rl train catch --algorithm pqn --name learns --json -q
check "... within its frames" holds "$(value mean_return) > 0.95"

# ---- ages: kept after the first round that ended later ----

check "agents by age" equal "$(cd runs/a && echo agent-*)" \
	"agent-10016.safetensors agent-1024.safetensors agent-12000.safetensors"
check "--at 1k" gives 0 "$riley" rl eval runs/a --at 1k
check "... finds the one kept for it, and says its frames" says out "trained for 1,024 frames"
check "--at 10000" gives 0 "$riley" rl eval runs/a --at 10000 --json
check "... likewise" equal "$(value frames)" 10016
check "its own age" gives 0 "$riley" rl eval runs/a --at 1024 --json
check "... finds it too" equal "$(value frames)" 1024
check "rl watch --at 10k" gives 0 "$riley" rl watch runs/a --at 10k --plain --episodes 2
check "... as a screen" gives 0 "$riley" rl watch runs/a --at 10k --size 100x30 --frames 1
check "... says its frames" says out "runs/a at 10,016 frames"
for age in 100 1020 2000 9000 100k; do
	check "no agent at $age: status 2" gives 2 "$riley" rl eval runs/a --at $age
	check "... names those there are" says err "it has 1024, 10016, 12k"
done

# ---- what is refused ----

refused() { text=$1; shift; gives 2 "$riley" rl train catch $small --frames 1000 --name refused -q "$@" &&
	says err "$text" && equal "$(wc -l <err | tr -d ' ')" 1 && test ! -e runs/refused; }
check "--envs 0" refused "between 1 and 4096" --envs 0
check "--rollout 0" refused "between 1 and 1024" --rollout 0
check "--passes 0" refused "--passes" --passes 0
check "--minibatches 0" refused "--minibatches" --minibatches 0
check "--lambda 1.1" refused "between 0 and 1" --lambda 1.1
check "minibatches that do not divide" refused \
	"--minibatches 5 does not divide the 32 transitions of a round (--envs 4, --rollout 8); 4 does" --minibatches 5
check "more of them than transitions" refused "; 32 does" --minibatches 33
check "a round that they do not divide" refused "the 28 transitions of a round (--envs 4, --rollout 7)" --rollout 7 \
	--minibatches 8
check "a game without settings" gives 2 "$riley" rl train eyes --algorithm pqn --name refused
check "... says what there is" says err "no settings for eyes: use algorithm dqn, preset riley"
check "a preset of the other algorithm" refused "preset riley is for algorithm dqn, not pqn" --preset riley
check "... and the reverse" gives 2 "$riley" rl train breakout --algorithm dqn --preset pqn --name refused
check "... is said" says err "preset pqn is for algorithm pqn, not dqn"
check "... and writes nothing" test ! -e runs/refused

# edited RUN FROM TO: a copy of the run whose run.json says something else.
edited() { cp -r "runs/$1" runs/edited && sed -i "s/$2/$3/" runs/edited/run.json && cp runs/edited/run.json before; }
# not_resumed TEXT [OPTION ...]: fails with status 3 and one sentence, and leaves the run as it was.
not_resumed() { text=$1; shift; gives 3 "$riley" rl train --resume runs/edited -q "$@" && says err "$text" &&
	equal "$(wc -l <err | tr -d ' ')" 1 && cmp runs/edited/run.json before &&
	cmp runs/edited/last.safetensors "$was/last.safetensors"; rc=$?; rm -r runs/edited; return $rc; }
was=runs/a
edited a '"envs": 4' '"envs": 8'
check "a checkpoint of another number of games: status 3" not_resumed "a checkpoint of 4 games at once, expected 8" \
	--frames 20000
edited a '"algorithm": "pqn"' '"algorithm": "dqn"'
sed -i 's/"preset": "fast"/"preset": "riley"/' runs/edited/run.json
cp runs/edited/run.json before
check "a run of pqn as one of dqn: status 3" not_resumed "not a checkpoint of algorithm dqn" --frames 20000
check "a run of dqn" gives 0 "$riley" rl train catch --algorithm dqn --frames 500 --hidden 16 --eval-episodes 5 \
	--name dqn -q
was=runs/dqn
edited dqn '"algorithm": "dqn"' '"algorithm": "pqn"'
sed -i 's/"preset": "riley"/"preset": "fast"/' runs/edited/run.json
cp runs/edited/run.json before
check "... as one of pqn: status 3" not_resumed "not a checkpoint of algorithm pqn" --frames 20000
for option in "--algorithm dqn" "--envs 8" "--lambda 0.5" "--minibatches 2" "--replay 100"; do
	check "$option cannot change" gives 2 "$riley" rl train --resume runs/a $option
	check "... is said" says err "${option% *} cannot change when a run is resumed"
done

# ---- options of the other algorithm ----

for option in "--batch 9" "--n-step 3" --double "--target-epsilon 0.1" "--target-every 3" "--loss huber" "--delta 2" \
	"--replay 100" "--evict random" --again "--prioritised 0.5" "--priority-epsilon 0.1" "--beta 0.3" \
	"--beta-updates 9" "--start 100" "--update-every 3" "--updates 2" "--window 1"; do
	check "$option with pqn" gives 0 "$riley" rl train catch $small --frames 32 --eval-episodes 1 $option --name vain
	check "... is noted" says err "Note: ${option% *} has no effect here: it needs --algorithm dqn"
	check "... once" equal "$(notes)" 1
	rm -r runs/vain
done
for option in "--envs 8" "--rollout 9" "--passes 3" "--minibatches 3" "--lambda 0.3"; do
	check "$option with dqn" gives 0 "$riley" rl train catch --algorithm dqn --frames 200 --hidden 4 \
		--eval-episodes 1 $option --name vain
	check "... is noted" says err "Note: ${option% *} has no effect here: it needs --algorithm pqn"
	rm -r runs/vain
done
for option in replay batch n-step target-every beta start window update-every; do
	check "run.json of pqn has no --$option" lacks_option $option a
	check "... that of dqn has" has_option $option dqn
done
for option in envs rollout passes minibatches lambda; do
	check "run.json of dqn has no --$option" lacks_option $option dqn
	check "... that of pqn has" has_option $option a
done
check "runs compare" gives 0 "$riley" runs compare runs/a runs/c
check "... shows what differs" says out "envs"
check "... and nothing of the other algorithm" sh -c '! grep -q replay out'

# ---- length ----

check "--frames within a round" gives 0 "$riley" rl train catch $small --frames 12001 --name longer
check "... is rounded up, and says so" says err \
	"Note: --frames 12001 is rounded up to 12,032, whole rounds of 32 frames (--envs 4, --rollout 8)"
check "... as the log has it" equal "$(points frame longer | tail -n 1)" 12032
printf '[rl train]\nframes = 1201\n' >frames.cfg
check "... from a config file, too" gives 0 "$riley" rl train catch $small --config frames.cfg --name cfg
check "... it says so" says err "--frames 1201 is rounded up to 1,216"
check "... with --seeds" gives 0 "$riley" rl train catch $small --frames 1201 --seeds 2 --name pair
check "... once" equal "$(notes)" 1
check "seeds made longer" gives 0 "$riley" rl train --resume runs/pair --seeds 2 --frames 2400
check "... say so once" equal "$(notes)" 1
check "... of all" says err "ends at frame 2,400 instead of 1,216"
check "whole rounds" gives 0 "$riley" rl train --resume runs/longer --frames 14400
check "... are as they are; that the schedule changes is said" says err \
	"Note: the run now ends at frame 14,400 instead of 12,032: the learning rate falls to 0 over all of it"
check "... once" equal "$(notes)" 1
check "no longer than it was" gives 0 "$riley" rl train --resume runs/longer
check "... nothing to say" equal "$(notes)" 0

# ---- going on ----

killed() {
	"$riley" rl train catch $small --frames 300000 --report-every 3200 --name killed -q & child=$!
	await_from $child logged runs/killed 5 || return 1
	kill -KILL $child
	wait $child
	true
}
check "killed" killed
check "... goes on" gives 0 "$riley" rl train --resume runs/killed -q
check "... one that was not" gives 0 "$riley" rl train catch $small --frames 300000 --report-every 3200 --name whole -q
check "... to the same bits" cmp runs/killed/last.safetensors runs/whole/last.safetensors
check "... and the same model" cmp runs/killed/model.safetensors runs/whole/model.safetensors
interrupted() {
	"$riley" rl train catch $small --frames 300000000 --report-every 3200 --threads 2 --name stopped >out 2>err & child=$!
	await_from $child logged runs/stopped 2 || return 1
	kill -INT $child
	wait $child
	equal $? 130
}
check "SIGINT: status 130" interrupted
check "... says how to go on" says err "riley rl train --resume runs/stopped"

# ---- extremes ----

check "one game, one frame, one minibatch" gives 0 "$riley" rl train catch $small --envs 1 --rollout 1 --minibatches 1 \
	--frames 640 --name one_by_one -q
check "... an update a pass" equal "$(points updates one_by_one | tail -n 1)" 1280
check "more threads than games" gives 0 "$riley" rl train catch $small --envs 2 --threads 5 --frames 640 --name threads -q
check "a single round" gives 0 "$riley" rl train catch $small --frames 1 --name round -q
check "... of 32 frames" equal "$(points frame round | tail -n 1)" 32
diverge="--frames 3200 --optimizer sgd --lr 1e6 --norm no --clip 0"
check "numbers gone bad: status 5" gives 5 "$riley" rl train catch $small $diverge --name bad -q
check "... is said" says err "gradient norm"
check "... and the run is marked" grep -q '"status": "diverged"' runs/bad/run.json

# ---- what is made of runs ----

check "--seeds" gives 0 "$riley" rl train catch $small --frames 3200 --seeds 2 --name seeds -q
check "... the first is the run of that seed" gives 0 "$riley" rl train catch $small --frames 3200 --name one -q
check "... to the bit" cmp runs/seeds-s1/model.safetensors runs/one/model.safetensors
cat >lambda.ini <<END
[sweep]
command = riley rl train catch $small --frames 3200

[vary]
lambda = 0, 0.65, 1
END
check "a sweep over --lambda" gives 0 "$riley" sweep lambda.ini --plain
check "... has its runs" equal "$(ls runs/lambda | grep -c '^lambda-')" 3
check "diagnose" gives 0 "$riley" diagnose runs/a
check "export" gives 0 "$riley" export runs/a --csv

finish
