#!/bin/sh
# rl_ablate.sh - `riley rl ablate` as a user meets it, on catch.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

RILEY_GNUPLOT=$tmp/no-gnuplot
export RILEY_GNUPLOT
cd "$tmp" || exit 99

equal() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }
json() { python3 - "$@" <<-'END'
	import json, sys
	a = json.load(open(sys.argv[1]))
	t = {x["options"]["variant"]: x for x in a["trials"]}
	assert eval(sys.argv[2]), sys.argv[2] + "\n" + json.dumps(a, indent=1)
	END
}
# option NAME RUN: from run.json.
option() { sed -n "s/^ *\"$1\": \([^,]*\),\{0,1\}\$/\1/p" "runs/$2/run.json" | head -n 1; }
names() { awk '/^  variant/ { t = 1; next } t && NF == 0 { exit } t { printf "%s ", $1 }' "$1"; }
done_runs() { grep -l '"status": "done"' runs/"$1"/*/run.json 2>/dev/null | wc -l | tr -d ' '; }
small="--frames 2000 --seeds 2 --eval-episodes 5"

# shellcheck disable=SC2086 # words
check "an ablation" gives 0 "$riley" rl ablate catch $small --name one --plain
check "... says what it is about to do" says err "7 trials, 14 runs in runs/one, 14 of them to do"
check "... has all variants, as they are listed" equal "$(names out)" \
	"base norm-no lambda-0 lambda-1 envs-1 envs-128 replay "
check "... within 80 columns" python3 -c "
wide = [line for line in open('out', encoding='utf-8') if len(line.rstrip()) > 80 and ' rl train catch ' not in line]
assert not wide, wide"
check "... says what is held fixed" says out "Held fixed: the frames of all games together"
check "... what is shown" says out "largest q"
check "... and what it is compared with" says out "difference from variant 'base'"
check "... runs are run directories" gives 0 "$riley" rl eval runs/one/envs-128_s2 --episodes 1
check "the base has normalisation" equal "$(option norm one/base_s1)" '"yes"'
check "... a variant has not" equal "$(option norm one/norm-no_s1)" '"no"'
check "... lambda varies" equal "$(option lambda one/lambda-0_s1) $(option lambda one/lambda-1_s1)" "0.0 1.0"
check "... and the number of games" equal "$(option envs one/envs-1_s1) $(option envs one/envs-128_s1)" "1 128"
check "... replay is the other algorithm" equal "$(option algorithm one/replay_s1)" '"dqn"'
check "... all have the seeds" equal "$(option seed one/replay_s2)" 2
same_minibatches() {
	for r in base envs-1 envs-128; do
		[ $(($(option envs one/${r}_s1) * $(option rollout one/${r}_s1) / $(option minibatches one/${r}_s1))) = 16 ] \
			|| { echo "$r"; return 1; }
	done
}
check "minibatches have the same size" same_minibatches
updates() { sed -n 's/.*"updates": *\([0-9.]*\).*/\1/p' "runs/one/$1_s1/metrics.jsonl" | tail -n 1; }
check "... and there are as many of one game as of few" equal "$(updates envs-1)" \
	"$(($(option frames one/envs-1_s1) / 16 * 2))"
check "the folder has the report" grep -q "Held fixed" runs/one/report.txt
check "... and a description" grep -q "^norm-no = --norm no" runs/one/sweep.ini
check "... that a sweep takes" gives 0 "$riley" sweep runs/one/sweep.ini --name one --dry-run
check "... as the same runs" equal "$(grep -c '^done ' out)" 14

ls -i runs/one/*/model.safetensors >before
check "the same name again: status 2" gives 2 "$riley" rl ablate catch --name one
check "... with what to do" says err "runs/one: already holds an ablation: choose another name, or continue with --resume runs/one"
check "once more, resumed, does nothing" gives 0 "$riley" rl ablate --resume runs/one --json -q
check "... and leaves the runs" sh -c "ls -i runs/one/*/model.safetensors | cmp - before"
check "JSON has the base" json out 'a["base"] == "base" and "difference" in t["replay"]'
check "... intervals of differences" json out 'all(len(x["difference_interval"]) == 2 for x in t.values())'
check "... the largest Q, its bound and the speed" json out \
	'all(0 < x["largest_q"] < x["q_bound"] and x["rate"] > 0 for x in t.values())'
check "... which is that of rewards of 1" json out 'abs(t["base"]["q_bound"] - 100) < 1e-6'
check "... and the runs" json out 'sum(len(x["runs"]) for x in a["trials"]) == 14 and a["finished"] == 14'
check "--ascii" gives 0 "$riley" rl ablate --resume runs/one --ascii -q
check "... has no other characters" sh -c "! LC_ALL=C grep -q '[^ -~]' out"

# ---- stopped and killed ----

long="--frames 5000000 --seeds 1 --eval-episodes 5 --threads 1"
stopped() {
	# shellcheck disable=SC2086 # words
	"$riley" rl ablate catch $long --name "$1" -q >/dev/null 2>err &
	pid=$!
	tries=0
	until [ -s "runs/$1/base_s1/metrics.jsonl" ] || [ $((tries += 1)) -gt 600 ]; do sleep 0.1; done
	kill -s "$2" $pid
	wait $pid
}
check "SIGINT ends an ablation with status 130" equal "$(stopped int INT; echo $?)" 130
check "... with how to go on" says err "resume with: riley rl ablate --resume runs/int"
check "... and a run that can be continued" grep -q '"status": "interrupted"' runs/int/base_s1/run.json
check "SIGKILL" equal "$(stopped killed KILL; echo $?)" 137
check "... leaves what can be resumed" grep -q '"status": "running"' runs/killed/base_s1/run.json

# One run is taken away and one is half done: only these are trained.
rm -r runs/one/lambda-1_s2
sed -i 's/"status": "done"/"status": "interrupted"/' runs/one/envs-1_s1/run.json
check "a folder in which runs are missing is completed" gives 0 "$riley" rl ablate --resume one -q
check "... to its end" equal "$(done_runs one)" 14
check "... the others are as they were" sh -c "ls -i runs/one/*/model.safetensors | grep -v 'lambda-1_s2\|envs-1_s1' >after
	grep -v 'lambda-1_s2\|envs-1_s1' before | cmp - after"

# ---- options ----

check "the published settings, with less to do" gives 0 "$riley" rl ablate lake4 --preset pqn --frames 1100 --seeds 1 \
	--slippery no --eval-episodes 1 --eval-epsilon 0.1 --name lake -q
check "... have variants of their own" equal "$(names out)" \
	"base norm-no lambda-0 lambda-1 envs-1 envs-16 replay "
check "... and the rules that were asked for" equal "$(option slippery lake/replay_s1)" '"no"'
check "... also in the evaluation" equal "$(option eval-epsilon lake/envs-16_s1)" 0.1
check "... with one seed there are no intervals" sh -c '! grep -q "Welch" out'

# ---- what is wrong is said before anything runs ----

refused() {
	sentence=$1
	shift
	rm -rf runs/bad
	gives 2 "$riley" rl ablate "$@" && says err "$sentence" && [ ! -e runs/bad ]
}
check "no game" refused "expected a game"
check "another game" refused "did you mean 'catch'?" catsh --name bad
check "a game without many games at once" refused "eyes cannot be learnt from many games at once" eyes --name bad
check "another preset" refused "riley" catch --preset riley --name bad
check "an option that the game does not have" refused "--slippery: catch does not have this option" catch \
	--slippery no --name bad
check "no frames" refused "--frames" catch --frames 0 --name bad
check "fewer frames than replay needs" refused "--frames 100: the variant with a replay buffer learns from frame" \
	catch --frames 100 --name bad
check "no seeds" refused "--seeds" catch --seeds 0 --name bad
check "a game with --resume" refused "has its own game; remove catch" catch --resume runs/one
check "options with --resume" refused "--frames cannot change" --resume runs/one --frames 3000
check "another seed with --resume" refused "--seed cannot change" --resume runs/one --seed 3
check "a folder that is none: status 3" gives 3 "$riley" rl ablate --resume runs/none
check "a run, which is none: status 3" gives 3 "$riley" rl ablate --resume runs/one/base_s1
check "... is said" says err "no ablation to resume"
finish
