#!/bin/sh
# rl_train.sh - `riley rl train` and `riley rl eval` as a user meets them, on games that are learnt in a second.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

RILEY_GNUPLOT=$tmp/no-gnuplot        # curves have tests of their own
export RILEY_GNUPLOT
cd "$tmp" || exit 99

rl() { "$riley" rl "$@"; }
# value KEY [FILE]: a number of the last command's JSON.
value() { sed -n "s/^ *\"$1\": \([-0-9.e]*\),*$/\1/p" "${2:-$tmp/out}" | head -n 1; }
equal() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }
# holds EXPRESSION: whether awk finds it true; a value that is missing makes it no expression.
holds() { awk "BEGIN { exit !($1) }" || { echo "false: $1"; return 1; }; }
# option NAME RUN: as run.json has it.
option() { sed -n "s/^ *\"$1\": \(.*[^,]\),*$/\1/p" "runs/$2/run.json" | tail -n 1; }
# points KEY RUN: the numbers of that name in the log's points.
points() { grep '"kind": "point"' "runs/$2/metrics.jsonl" | sed -n "s/.*\"$1\": \([-0-9.e]*\|null\)[,}].*/\1/p"; }

small="--hidden 16 --batch 8 --start 50 --frames 1800 --eval-episodes 20"

# ---- training, and what it prints ----

check "catch" gives 0 "$riley" rl train catch $small --name a
check "... says what the training return is" says out "training return (last 100 episodes, epsilon 0.422)"
check "... and what the evaluation" says out "evaluation return (20 episodes, epsilon 0, cap 10,000)"
check "... beside random play" sh -c 'grep -q "random play, exactly  *-0.6$" out'
check "... frames and episodes" says out "catch, done after 1,800 frames, 200 episodes"
check "... in 80 columns and a few" sh -c '! grep -q "^.\{100,\}" out'
check "... keeps a run" test -s runs/a/run.json -a -s runs/a/metrics.jsonl -a -s runs/a/model.safetensors -a \
	-s runs/a/last.safetensors
check "... with the same report" sh -c 'head -n "$(wc -l < out)" runs/a/report.txt | cmp out -'
check "... and what there is to say of its curve" grep -q "^Verdict: " runs/a/report.txt
check "... that is done" grep -q '"status": "done"' runs/a/run.json
check "... and says how many frames that were" equal "$(value frames runs/a/run.json)" 1800
check "... a point every 200th of it" equal \
	"$(points frame a | tail -n 1) $(points frame a | wc -l | tr -d ' ')" "1800 200"
check "... each with its numbers" equal "$(grep -c '"train_return".*"loss".*"mean_q".*"largest_q".*"epsilon".*"episodes".*"gradient_norm".*"updates".*"replay".*"rate"' runs/a/metrics.jsonl)" 200
check "... steps in the log are frames" equal "$(points step a | tail -n 1)" 1800
check "... updates are the network's" equal "$(points updates a | tail -n 1)" 1750
check "... before learning there is no loss" equal "$(points loss a | head -n 1)" null
check "no gnuplot: no pictures, and no failure" says err "No plots"

check "--json" gives 0 "$riley" rl train catch $small --name b --json -q
check "... and nothing else with -q" test ! -s err
every_key() { for key in mean_return train_return frames episodes best_frame standard_error capped random; \
	do holds "$(value $key) == $(value $key)" || return 1; done; }
check "... has every key that scripts rely on" every_key
check "... and the run" says out '"run": "runs/b"'
check "same seed, same model" cmp runs/a/model.safetensors runs/b/model.safetensors
check "... and all the rest" cmp runs/a/last.safetensors runs/b/last.safetensors
check "another seed" gives 0 "$riley" rl train catch $small --name c --seed 2 -q
check "... another model" sh -c '! cmp -s runs/a/model.safetensors runs/c/model.safetensors'
check "it learns" gives 0 "$riley" rl train catch --frames 12000 --seed 2 --name learns --json -q
check "... catch, in 12,000 frames" holds "$(value mean_return) > 0.8"
check "a run without a name has one" gives 0 "$riley" rl train lake4 $small -q
check "... of preset, game and time" sh -c 'ls -d runs/dqn-lake4-2*'
check "--report-every" gives 0 "$riley" rl train catch $small --name every --report-every 500 -q
check "... and a last one" equal "$(points frame every | tr '\n' ' ')" "500 1000 1500 1800 "

# ---- options ----

check "a preset's numbers are in run.json" equal \
	"$(option optimizer a) $(option lr a) $(option target-every a) $(option replay a)" \
	'"adam" 0.001 50 10000'
check "typed ones beat them" equal "$(option hidden a) $(option batch a)" '"16" 8'
check "another optimizer" gives 0 "$riley" rl train catch $small --optimizer rmsprop --name opt -q
check "... brings its own numbers" equal "$(option lr opt) $(option rho opt)" "0.01 0.99"
check "everything at once" gives 0 "$riley" rl train catch $small --name all -q --double --dueling \
	--n-step 3 --prioritised 0.6 --loss huber \
	--delta 0.5 --clip 1 --decay 0.0001 --target-every 50 --update-every 2 --updates 2 --evict random \
		--again --epsilon 1 --epsilon-end 0.1 \
	--epsilon-frames 500 --filters 2 --init normal --discount 0.9 --schedule cosine --target-epsilon 0.1
check "... is what run.json says" equal "$(option dueling all) $(option n-step all) $(option prioritised all) $(option epsilon-frames all) $(option init all)" 'true 3 0.6 500 "normal"'
check "... its learning rate falls to nothing" holds \
	"$(points lr all | tail -n 1) < 0.01 * $(points lr all | head -n 1)"
check "... and its model plays" gives 0 "$riley" rl eval runs/all --episodes 3
check "epsilon falls from where learning begins" equal "$(points epsilon all | tail -n 1)" 0.1
check "preset minatar" gives 0 "$riley" rl train lake8 --preset minatar --start 100 --frames 200 \
	--eval-episodes 2 --name minatar -q
check "... has the published numbers" equal \
	"$(option optimizer minatar) $(option rho minatar) $(option optimizer-epsilon minatar) $(option filters minatar)" '"rmsprop-centred" 0.95 0.01 16'
check "preset eyes" gives 0 "$riley" rl train eyes --preset eyes --start 100 --frames 1200 --eval-episodes 2 \
	--eval-cap 100 --name eyes --json -q
check "... has a mean reward" holds "$(value mean_reward) < 2"
check "... and a training reward in the log" holds "$(points train_reward eyes | tail -n 1) < 2"
check "... no episodes" sh -c '! grep -q episodes runs/eyes/metrics.jsonl'
check "a lake shows its table" gives 0 "$riley" rl train lake4 $small --name lake --slippery no
check "... of learned and exact values" says out "Difference between learned and exact values"
check "... in the report too" grep -q "greedy on the learned values" runs/lake/report.txt
config() { printf '[rl train]\nhidden = 12\nframes = 500\n' >config; RILEY_BATCH=9 gives 0 "$riley" rl train \
	catch --config config --frames 600 --name conf -q; }
check "config file and environment" config
check "... beat the preset, and what is typed beats them" equal \
	"$(option hidden conf) $(option batch conf) $(option frames conf)" '"12" 9 600'

# ---- evaluation ----

check "eval" gives 0 "$riley" rl eval runs/a --episodes 20 --json
check "... says what the training said" equal "$(value mean_return)" "$(value mean_return runs/a/run.json)"
check "... with every return" equal "$(tr -d ' \n' <out | sed 's/.*"returns":\[\([^]]*\)\].*/\1/' | tr ',' '\n' | grep -c .)" 20
cp out eval
check "more threads, the same answer" gives 0 "$riley" rl eval runs/a --episodes 20 --json --threads 3
check "... to the letter" cmp out eval
check "another seed, other games" gives 0 "$riley" rl eval runs/a --episodes 20 --json --seed 77
check "... that is in the answer" equal "$(value evaluation_seed)" 77
check "a model file" gives 0 "$riley" rl eval runs/a/model.safetensors
check "... 100 episodes" says out "evaluation return (100 episodes, epsilon 0, cap 10,000)"
check "--cap cuts off" gives 0 "$riley" rl eval runs/a --episodes 7 --cap 5
check "... and says so" says out "7 reached the cap"
check "... and that this is too short to judge" says out "In these episodes it did not play long enough to tell what it can do."
check "wholly random" gives 0 "$riley" rl eval runs/learns --episodes 2000 --epsilon 1 --json
check "... is random play" holds "($(value mean_return) + 0.6) ^ 2 < (4 * $(value standard_error)) ^ 2"
check "... which the report says in words" gives 0 "$riley" rl eval runs/learns --episodes 2000 --epsilon 1
check "... as its last line" equal "$(tail -n 1 out)" "  In these episodes it did no better than random play."
check "... and what has been learnt" gives 0 "$riley" rl eval runs/learns
check "... likewise" sh -c 'tail -n 1 out | grep -q "^  In these episodes it .*caught the ball.*[.]$"'
check "a lake's table" gives 0 "$riley" rl eval runs/lake --json
check "... as JSON" says out '"exact_greedy_return"'
check "no run: status 3" gives 3 "$riley" rl eval runs
check "nothing there: status 3" gives 3 "$riley" rl eval runs/none
check "not a model: status 3" gives 3 "$riley" rl eval runs/a/run.json
check "a checkpoint is no model: status 3" gives 3 "$riley" rl eval runs/a/last.safetensors
check "... is said" says err "not the model of a game"
head -c 3000 runs/a/model.safetensors >half.safetensors
check "half a model: status 3" gives 3 "$riley" rl eval half.safetensors
sed 's/"game":"catch"/"game":"lake4"/' runs/a/model.safetensors >other.safetensors
check "a model of another game: status 3" gives 3 "$riley" rl eval other.safetensors
check "... is said" says err "expected from"
cp -r runs/a runs/swapped
cp runs/minatar/model.safetensors runs/swapped/model.safetensors
check "the model of another game in a run: status 3" gives 3 "$riley" rl eval runs/swapped
check "... is said" says err "a model of lake8, expected one of catch"
mkdir runs/net
printf '{"kind": "net", "status": "done"}' >runs/net/run.json
check "a run that is no game's: status 3" gives 3 "$riley" rl eval runs/net
check "epsilon of 2: status 2" gives 2 "$riley" rl eval runs/a --epsilon 2

# ---- going on ----

check "a run that was stopped" gives 0 "$riley" rl train catch $small --name first --frames 900 \
	--epsilon-frames 300 --beta-updates 1 --report-every 9 -q
check "... goes on" gives 0 "$riley" rl train --resume runs/first --frames 1800 -q
check "... one that was not" gives 0 "$riley" rl train catch $small --name whole --epsilon-frames 300 \
	--beta-updates 1 --report-every 9 -q
check "... to the same bits" cmp runs/first/last.safetensors runs/whole/last.safetensors
check "... and the same model" cmp runs/first/model.safetensors runs/whole/model.safetensors
check "what is done stays done" gives 0 "$riley" rl train --resume runs/whole --json -q
check "... and is evaluated again" gives 0 "$riley" rl train --resume runs/whole --eval-episodes 5 --json -q
check "... so many times" equal "$(value evaluation_episodes)" 5
interrupt() {
	"$riley" rl train catch $small --frames 100000000 --report-every 1000 --name stop >out 2>err & child=$!
	await_from $child logged runs/stop 1 || return 1
	kill -INT $child
	wait $child
	equal $? 130
}
check "SIGINT: status 130" interrupt
check "... says how to go on" says err "riley rl train --resume runs/stop"
check "... and the run is marked" grep -q '"status": "interrupted"' runs/stop/run.json
# The signal came in the middle of a stretch: sums go on too.
fixed="--beta-updates 9 --report-every 450 --eval-episodes 20 --hidden 16 --batch 8 --start 50"
middle() {
	"$riley" rl train catch $fixed --frames 100000000 --name middle -q & child=$!
	await_from $child logged runs/middle 1 || return 1
	kill -INT $child
	wait $child
	frames=$(($(points frame middle | tail -n 1) + 1350))
	gives 0 "$riley" rl train --resume runs/middle --frames $frames -q && gives 0 "$riley" rl train \
		catch $fixed --frames $frames --name through -q
}
story() { sed 's/"time": *[0-9.e-]*, *//; s/"rate": [0-9.e-]*//' "runs/$1/metrics.jsonl"; }
check "stopped in the middle of a stretch it goes on" middle
check "... to the same bits" cmp runs/middle/last.safetensors runs/through/last.safetensors
check "... and the same log" equal "$(story middle | cksum)" "$(story through | cksum)"
check "an option can't change: status 2" gives 2 "$riley" rl train --resume runs/stop --lr 0.5
check "... is named" says err "--lr cannot change"
check "... nor can the seed" gives 2 "$riley" rl train --resume runs/stop --seed 7
check "... which may be said" gives 0 "$riley" rl train --resume runs/whole --seed 1 -q
cp runs/whole/run.json before.json
for refused in "--lr 0.5" "--seed 7" "--frames 20" "--sticky 0.3" "--report-every 7"; do
	check "$refused is refused" gives 2 "$riley" rl train --resume runs/whole $refused
	check "... and the run stays as it was" cmp runs/whole/run.json before.json
done
# What a run was told when it was taken up again holds after a crash, too.
cp -r runs/a runs/longer
crash() {
	"$riley" rl train --resume runs/longer --frames 100000000 --eval-cap 777 -q & child=$!
	while [ "$(points frame longer | tail -n 1)" -lt 4000 ]; do kill -0 $child || return 1; sleep 0.02; done
	kill -KILL $child
	wait $child
	true
}
check "killed after it was made longer" crash
check "... it is still to be that long" grep -q '"frames": 100000000' runs/longer/run.json
check "... and to be evaluated like that" grep -q '"eval-cap": 777' runs/longer/run.json
frames=$(($(points frame longer | tail -n 1) + 500))
check "... unless told otherwise" gives 0 "$riley" rl train --resume runs/longer --frames $frames --json -q
check "... it goes on from where it was" equal "$(value frames) $(value evaluation_cap)" "$frames 777"
check "a game beside --resume: status 2" gives 2 "$riley" rl train catch --resume runs/stop
cp -r runs/a runs/broken
head -c 20000 runs/a/last.safetensors >runs/broken/last.safetensors
check "half a checkpoint: status 3" gives 3 "$riley" rl train --resume runs/broken --frames 2000
check "... and the run stays as it was" cmp runs/broken/run.json runs/a/run.json
cp -r runs/a runs/foreign
cp runs/c/model.safetensors runs/foreign/last.safetensors
check "a checkpoint without a run in it: status 3" gives 3 "$riley" rl train --resume runs/foreign --frames 2000
cp -r runs/a runs/lakes
cp runs/lake/last.safetensors runs/lakes/last.safetensors
check "the checkpoint of another game: status 3" gives 3 "$riley" rl train --resume runs/lakes --frames 2000
check "... and the run stays as it was" cmp runs/lakes/run.json runs/a/run.json
mkdir runs/kt
printf '{"kind": "kt", "status": "done", "options": {}, "seed": 1, "threads": 1}' >runs/kt/run.json
check "a run of another command: status 3" gives 3 "$riley" rl train --resume runs/kt
check "... is said" says err "not a run of 'riley rl train'"
check "a name that is taken: status 2" gives 2 "$riley" rl train catch $small --name a
check "... is said" says err "already holds a run"

# ---- numbers that go bad ----

diverge() { gives "$1" "$riley" rl train catch --name "$2" --frames 3000 --optimizer sgd --lr "$3" \
	--target-every 0 -q; }
check "NaN: status 5" diverge 5 nan 1e6
check "... with the checkpoint before it" test -s runs/nan/last.safetensors
check "... and the run says so" grep -q '"status": "diverged"' runs/nan/run.json
warned() { diverge 0 runaway 0.1 || diverge 5 runaway2 0.3; cat runs/runaway*/metrics.jsonl \
	runs/nan/metrics.jsonl | grep -q '"kind": "note".*Q values are diverging'; }
check "Q values that run away are noted" warned

# ---- seeds ----

check "--seeds" gives 0 "$riley" rl train catch $small --name s --seeds 3 --threads 2
check "... three runs" test -s runs/s-s1/report.txt -a -s runs/s-s2/report.txt -a -s runs/s-s3/report.txt
check "... their interval" says out "95 % interval over seeds"
check "... a row each" equal "$(grep -c '^  runs/s-s' out)" 3
check "... the first is the run with that seed" cmp runs/s-s1/last.safetensors runs/a/last.safetensors
check "... the second too" cmp runs/s-s2/last.safetensors runs/c/last.safetensors
check "--seeds --json" gives 0 "$riley" rl train --resume runs/s --seeds 4 --json -q
mean() { for k in 1 2 3 4; do value "$1" runs/s-s$k/run.json; done | awk '{ s += $1 } END { printf "%.6f", s / NR }'; }
check "... a fourth, and what was done stays" test -s runs/s-s4/report.txt
check "... with the mean of all" holds "($(value mean_return) - $(mean mean_return)) ^ 2 < 1e-10"
check "... of training too" holds "($(value train_return) - $(mean train_return)) ^ 2 < 1e-10"
check "... and seeds" equal "$(tr -d ' \n' <out | sed 's/.*"seeds":\[\([^]]*\)\].*/\1/')" 1,2,3,4
check "a name that one has: status 2" gives 2 "$riley" rl train catch $small --name s --seeds 5
check "... begins nothing" test ! -e runs/s-s5
check "nothing to go on with: status 3" gives 3 "$riley" rl train --resume runs/none --seeds 2
check "seeds of their own: status 2" gives 2 "$riley" rl train --resume runs/s --seeds 4 --seed 3
check "... which may be said" gives 0 "$riley" rl train --resume runs/s --seeds 4 --seed 1 -q
check "one that fails fails" gives 5 "$riley" rl train catch --name bad --frames 3000 --optimizer sgd \
	--lr 1e6 --target-every 0 --seeds 2 -q
check "... is named with its sentence" says err "runs/bad-s2: update"
stop_seeds() {
	"$riley" rl train catch $small --frames 100000000 --report-every 1000 --name t --seeds 3 \
		--threads 2 >out 2>err & child=$!
	await_from $child logged runs/t-s1 1 && await_from $child logged runs/t-s2 1 || return 1
	kill -TERM $child
	wait $child
	equal $? 130
}
check "SIGTERM stops all of them: status 130" stop_seeds
check "... says how to go on" says err "riley rl train --resume runs/t --seeds 3"
check "... with their checkpoints" equal "$(cat runs/t-s1/run.json runs/t-s2/run.json | grep -c '"status": "interrupted"')" 2

# ---- what can't be, of which nothing is written ----

ls runs >before
refused() { what=$1; shift; gives 2 "$riley" rl train "$@" && says err "$what"; }
check "no game: status 2" refused "expected a game"
check "an unknown game" refused "did you mean 'breakout'?" breakot
check "a batch larger than the replay buffer" refused "larger than the replay buffer" catch --batch 200 --replay 100
check "epsilon beyond 1" refused "out of range" catch --epsilon 1.5
check "learning before there is a batch" refused "updates cannot start" catch --start 3
check "fewer frames than it begins after" refused "would learn nothing" breakout --algorithm dqn --frames 3000
check "a preset of another game" refused "those of eyes are numbers" eyes --preset minatar
check "... and the other way round" refused "those of catch are planes" catch --preset eyes
check "an option that the game does not have" refused "does not have this option" catch --slippery no
check "no hidden layers at all, but a comma" refused "hidden layers" catch --hidden 12,12
check "filters for numbers" refused "cannot be convolved" eyes --filters 4
check "a rule that there is not" refused "adam" catch --optimizer adma
check "no seeds" refused "out of range" catch --seeds 0
check "an option that is misspelt" refused "did you mean --epsilon" catch --epsilom 1
ls runs >after
check "... nothing of all that was written" cmp before after

# ---- an untrained network is no best model ----

check "a lake, where random play is lucky at first" gives 0 "$riley" rl train lake4 --frames 3000 --seed 1 --json \
	--name lucky -q
check "... is best after learning began" holds "$(value best_frame) > 1000"
best_before_learning() { grep '"kind": "best"' runs/lucky/metrics.jsonl | grep '"step": [0-9]\{1,3\},'; }
check "... and never before" test -z "$(best_before_learning)"
check "... whatever the learning rate" gives 0 "$riley" rl train lake4 --frames 3000 --seed 1 --lr 0.01 --name lucky2 -q
check "... which gives another model" eval '! cmp -s runs/lucky/model.safetensors runs/lucky2/model.safetensors'

# ---- greedy evaluation during training ----

# evaluated KEY RUN: the numbers of that name at the points where an evaluation was made.
evaluated() { grep '"kind": "point"' "runs/$2/metrics.jsonl" | sed -n "s/.*\"frame\": \([0-9]*\),.*\"$1\": \([-0-9.e]*\),.*\"eval_frame\": \1,.*/\2/p"; }
lines() { wc -l | tr -d ' '; }
check "evaluations: one for ten points" equal "$(evaluated eval_return a | lines)" 20
check "... the last one at the end" equal "$(points eval_frame a | tail -n 1)" 1800
check "... none before learning begins" equal "$(points eval_return a | sed -n '1,9p' | sort -u)" null
check "... of several episodes" holds "$(evaluated eval_episodes a | sort -n | head -n 1) > 0"
check "... with a standard error" holds "$(points eval_error a | tail -n 1) >= 0"
# The best is the last of those with the largest return.
best_evaluated() {
	grep '"kind": "point"' runs/learns/metrics.jsonl |
	sed -n 's/.*"frame": \([0-9]*\),.*"eval_return": \([-0-9.e]*\),.*"eval_frame": \1,.*/\1 \2/p' |
	awk 'NR == 1 || $2 + 0 >= best { best = $2 + 0; at = $1 } END { print at }'
}
check "the best model is the latest of the best evaluations" equal "$(value best_frame runs/learns/run.json)" \
	"$(best_evaluated)"
check "... as the report says" grep -q "^best by greedy evaluation: frame $(best_evaluated | sed 's/...$/,&/')\$" \
	runs/learns/report.txt
check "without evaluation" gives 0 "$riley" rl train catch $small --name blind --eval-every 0
check "... the best is chosen by training" says out "best by training: frame"
check "... nothing of it is in the log" sh -c '! grep -q eval_ runs/blind/metrics.jsonl'
check "... and training is the same" cmp runs/a/agent-1800.safetensors runs/blind/agent-1800.safetensors
check "... point by point" equal "$(points train_return a | cksum) $(points loss a | cksum)" \
	"$(points train_return blind | cksum) $(points loss blind | cksum)"
check "--eval-every" gives 0 "$riley" rl train catch $small --name often --eval-every 700 --report-every 100 -q
check "... at these frames, and the last" equal "$(points eval_frame often | sort -nu | tr '\n' ' ')" "null 700 1400 1800 "
check "... is fixed when a run is resumed" gives 2 "$riley" rl train --resume runs/often --eval-every 70
check "eyes are evaluated too" holds "$(points eval_reward eyes | tail -n 1) < 2"
# A run of an earlier version goes on as it began.
cp -r runs/blind runs/older
sed '/"eval-every"/d' runs/blind/run.json >runs/older/run.json
check "a run of an earlier version goes on" gives 0 "$riley" rl train --resume runs/older --frames 2000 -q
check "... without evaluations" sh -c '! grep -q eval_ runs/older/metrics.jsonl'

# ---- agents by age ----

check "agents are kept at powers of ten, and at the end" equal "$(cd runs/learns && ls agent-* | tr '\n' ' ')" \
	"agent-1000.safetensors agent-10000.safetensors agent-12000.safetensors "
check "the last one is the run's last network" gives 0 "$riley" rl eval runs/learns --at end --json
check "... which says how old it is" equal "$(value frames)" 12000
check "a young agent" gives 0 "$riley" rl eval runs/learns --at 1k
check "... says so" says out "runs/learns: catch, trained for 1,000 frames"
check "... can be watched" gives 0 "$riley" rl watch runs/learns --at 1e3 --plain --episodes 2
young() { "$riley" rl eval "$1" --json | sed '/"run"\|"frames"/d' | cksum; }
"$riley" rl eval runs/learns --at 1000 --json | sed '/"run"\|"frames"/d' | cksum >by_age
check "... is the network of that frame" equal "$(young runs/learns/agent-1000.safetensors)" "$(cat by_age)"
for age in 999 1k5 100k x; do
	check "no agent at '$age': status 2" gives 2 "$riley" rl eval runs/learns --at "$age"
	check "... names those there are" says err "it has 1k, 10k, 12k"
done
check "no agents by age" gives 0 "$riley" rl train catch $small --frames 900 --name young -q
rm runs/young/agent-*
check "... is said" gives 2 "$riley" rl eval runs/young --at 1k
check "... so" says err "no agents by age"
check "--at with a file: status 2" gives 2 "$riley" rl eval runs/learns/model.safetensors --at 1k
check "--at with a game: status 2" gives 2 "$riley" rl watch catch --at 1k
cp -r runs/learns runs/linked
rm runs/linked/agent-10000.safetensors
ln -s /etc/passwd runs/linked/agent-10000.safetensors
check "an agent that is a link to something else: status 3" gives 3 "$riley" rl eval runs/linked --at 10k

# ---- options that have no effect together ----

notes() { grep '^Note: --' "$tmp/err" | sed 's/^Note: --\([a-z-]*\) has no effect.*/\1/' | tr '\n' ' '; }
check "options for another optimizer, loss and replay" gives 0 "$riley" rl train catch $small --rho 0.4 --momentum 0.5 \
	--delta 3 --beta 0.3 --priority-epsilon 0.1 --double --target-every 0 --name vain
check "... are named" equal "$(notes)" "momentum rho delta priority-epsilon beta double "
check "... in JSON too" gives 0 "$riley" rl train catch $small --rho 0.4 --name vain2 --json -q
check "... are they" says out "rho has no effect"
check "where they have one" gives 0 "$riley" rl train catch $small --optimizer rmsprop --rho 0.4 --momentum 0.5 \
	--loss huber --delta 3 --prioritised 0.5 --beta 0.3 --priority-epsilon 0.1 --double --name useful
check "... nothing is said" equal "$(notes)" ""
check "other threads on resuming: status 2" gives 2 "$riley" rl train --resume runs/useful --threads 2 --frames 2000
check "... says why" says err "threads cannot change when a run is resumed: it is 1"
check "the same number is fine" gives 0 "$riley" rl train --resume runs/useful --threads 1 --frames 1900 -q
check "seeds side by side are no threads of a run" gives 0 "$riley" rl train catch $small --seeds 2 --name sides -q
check "... so they may be others" gives 0 "$riley" rl train --resume runs/sides --seeds 3 --threads 2 -q
printf '[rl train]\nlr = 0.5\n' >late.cfg
check "a config file on resuming" gives 0 "$riley" rl train --resume runs/useful --config late.cfg --frames 1950
check "... is said to have no effect" says err "own options"
check "rl watch --every without --size: status 2" gives 2 "$riley" rl watch catch --every 5
check "rl watch --episodes with a game: status 2" gives 2 "$riley" rl watch catch --episodes 5

# ---- what to do next ----

check "a run named like its game" gives 0 "$riley" rl train catch $small --name catch
check "... what to do next is said, and works" hints_work 2
check "... with the run, not the game" says err "rl watch runs/catch "
check "a name that is no plain word" gives 0 "$riley" rl train catch $small --name "my catch"
check "... is quoted" hints_work 2
check "seeds" gives 0 "$riley" rl train catch $small --seeds 2 --name pair
check "... too" hints_work 2
check "--quiet" gives 0 "$riley" rl train catch $small --name silent -q
check "... says nothing of it" hints_work 0
check "--json" gives 0 "$riley" rl train catch $small --name json --json
check "... neither" hints_work 0

finish
