#!/bin/sh
# rl_scores.sh - riley rl scores on runs that are made here, and on one that was trained.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99

# make_run NAME GAME MEAN [SLIPPERY]
make_run() {
	mkdir -p "runs/$1"
	printf '{"kind": "rl", "status": "done", "game": {"name": "%s"}, "options": {"sticky": 0.1, "slippery": "%s"},
	"result": {"mean_%s": %s, "evaluation_cap": 300}}\n' "$2" "${4:-yes}" "${5:-return}" "$3" >"runs/$1/run.json"
}
score() { printf '{"game":"%s","options":{%s},"return":%s,"frames":9,"time":"2025-03-01T12:00:00Z","player":"a"}\n' "$@"; }
# The number behind a key in the object of the k-th game of the last --json.
number_of() { awk -v want="\"$2\":" -v k="$1" \
	'$1 == "\"game\":" { n++ } $1 == want && n == k { gsub(/[",]/, "", $2); print $2; exit }' out; }
near() { awk -v x="$(number_of "$1" "$2")" -v want="$3" -v by="${4:-1e-4}" \
	'BEGIN { d = x - want; exit !(x != "" && d <= by && d >= -by) }'; }

check "no runs: status 2" gives 2 "$riley" rl scores
check "... is told, with what to do" says err \
	"there are no runs of agents in runs/: train one with 'riley rl train catch'"
mkdir -p runs/kt runs/nothing
echo '{"kind": "kt", "status": "done", "result": {"auc": 0.8}}' >runs/kt/run.json
check "runs of other kinds are none: status 2" gives 2 "$riley" rl scores
mkdir runs/young
echo '{"kind": "rl", "status": "running", "game": {"name": "catch"}, "options": {}}' >runs/young/run.json
check "runs without a result: status 2" gives 2 "$riley" rl scores
check "... is told" says err "no run in runs/ has a result yet"

make_run c1 catch 0.2
make_run c2 catch 0.6
make_run lake lake4 0.3
make_run plain lake4 1 no
make_run look eyes 0.9 yes reward

check "all runs of agents" gives 0 "$riley" rl scores
check "... the chart" says out "100 x (agent - random) / (human - random)"
check "... the mark" says out "100 % = human"
check "... best first" sh -c 'sed -n "4,7p" out | cut -d " " -f 1-2 | tr "\n" ";" | grep -q "^lake4 (plain);catch \*;eyes \*;lake4 \*;\$\|^lake4 (plain);catch \*;lake4 \*;eyes \*;\$\|^lake4 (plain);eyes \*;catch \*;lake4 \*;\$"'
check "... the best of two runs" says out "runs/c2, the best of 2"
check "... who stands in for humans" says out "Fewer than 5 human scores: a scripted policy stands in"
check "... and what it does" says out "catch: stands below the ball"
check "... what was left out" says err "Left out: 1 run without a result."
check "... within 80 columns" sh -c '! LC_ALL=C sed "s/[\\x80-\\xbf]//g" out | grep -q "^.\{81,\}"'
check "--ascii" gives 0 "$riley" rl scores --ascii
check "... is" sh -c '! LC_ALL=C grep -q "[^ -~]" out'

check "--json" gives 0 "$riley" rl scores runs/c1 runs/c2 runs/lake runs/plain --json
check "... random play" near 2 random -0.6
check "... the stand-in" near 2 human 1
check "... 100 (0.6 + 0.6) / (1 + 0.6)" near 2 percent 75
check "... the best lake player" near 1 human 1
check "... on slippery ice" near 3 human 0.74419029
check "... 100 (0.3 - 0.0139398) / (0.7441903 - 0.0139398)" near 3 percent 39.17272 1e-3
check "... says who the human is" says out '"human_is": "hand-written player"'
"$riley" rl scores runs/c1 runs/c2 runs/lake runs/plain --json >again
check "... the same again" cmp out again
check "the mean of several runs" gives 0 "$riley" rl scores runs/c1 runs/c2 --take mean --json
check "... 100 (0.4 + 0.6) / (1 + 0.6)" near 1 percent 62.5
check "... is said" says out '"take": "mean"'
check "... as text" gives 0 "$riley" rl scores runs/c1 runs/c2 --take mean
check "... too" says out "mean of 2"
check "a game without end" gives 0 "$riley" rl scores runs/look --json
check "... has a reward a step" near 1 agent 0.9
check "... for the human too" near 1 human 1.08 0.06

score catch "" 0.5 >human.jsonl
for value in 0.1 0.3 0.4; do score catch "" $value >>human.jsonl; done
check "fewer than five games are no baseline" gives 0 "$riley" rl scores runs/c1 --human human.jsonl --json
check "... the scripted policy is" near 1 human 1
check "... but they are counted" says out '"human_scores": 4'
check "... as text" sh -c '"$0" rl scores runs/c1 --human human.jsonl | grep -q "catch: 4 of the 5 games that make a baseline; not used yet"' "$riley"
score catch "" 0.2 >>human.jsonl
for k in 1 2 3 4 5; do score lake4 '"slippery":true' 0 >>human.jsonl; done
check "people's scores" gives 0 "$riley" rl scores runs/c1 runs/lake --human human.jsonl --json
check "... their mean" near 1 human 0.3
check "... sets the mark: 100 (0.2 + 0.6) / (0.3 + 0.6)" near 1 percent 88.88889
check "... is said" says out '"human_is": "mean of people"'
check "... with its interval" says out '"human_interval"'
check "... as text" sh -c '"$0" rl scores runs/c1 --human human.jsonl | grep -q "catch: 5 games, -0\.[0-9]* to 0\.[0-9]*$"' "$riley"
check "... a mark no better than random play is none" near 2 percent null 0
check "... is told" sh -c '"$0" rl scores runs/lake --human human.jsonl | grep -q "lake4 has no percentage: human play is no better than random play"' "$riley"
mkdir -p .local/share/riley/scores
cp human.jsonl .local/share/riley/scores
check "people's scores are found where rl play keeps them" gives 0 "$riley" rl scores runs/c1 --json
check "... " near 1 percent 88.88889
check "plain ice is another game to people" gives 0 "$riley" rl scores runs/plain --json
check "... " says out '"human_is": "hand-written player"'
check "scores are deleted" gives 0 "$riley" rl play catch --forget
check "... which is told" says out "catch: 5 scores forgotten"
check "... those of other games stay" test "$(wc -l <.local/share/riley/scores/human.jsonl)" -eq 5
check "... and no temporary file" test "$(ls -A .local/share/riley/scores | wc -l)" -eq 1
check "... once more" sh -c '"$0" rl play catch --forget | grep -q "catch: 0 scores forgotten"' "$riley"
rm -r .local

# Nobody is better than an optimal policy, and no return is above the highest.
sed 's/"evaluation_cap"/"standard_error": 0.04, "evaluation_episodes": 100, "evaluation_cap"/; s/0\.3/0.79/' \
	runs/lake/run.json >lucky.json && mkdir -p runs/lucky && mv lucky.json runs/lucky/run.json
check "more than 100 % of an optimal policy" gives 0 "$riley" rl scores runs/lucky --json
check "... is luck: 100 (0.79 - 0.0139398) / (0.7441903 - 0.0139398)" near 1 percent 106.27 0.01
check "... its interval ends at 100" sh -c 'tr -d " \n" <out | grep -q "\"percent_interval\":\[9[0-9.]*,100\.0\]"'
sed -i 's/0\.79/1.0/; s/lake4/catch/; s/0\.04/0.0/' runs/lucky/run.json
check "a perfect score" gives 0 "$riley" rl scores runs/lucky --json
check "... of 100 episodes may be less, and not more" sh -c 'tr -d " \n" <out | grep -q "\"percent_interval\":\[95\.[0-9]*,100\.0\]"'
rm -r runs/lucky

check "a run without a result, named: status 3" gives 3 "$riley" rl scores runs/young
check "... is told" says err "runs/young: has no result yet"
check "another kind of run, named: status 3" gives 3 "$riley" rl scores runs/kt
check "no run at all, named: status 3" gives 3 "$riley" rl scores runs/nothing
check "an unknown game in a run: status 3" \
	sh -c 'mkdir -p runs/pong && sed s/catch/pong/ runs/c1/run.json >runs/pong/run.json; "$0" rl scores runs/pong 2>err; [ $? -eq 3 ]' "$riley"
rm -r runs/pong
check "an unknown way to take: status 2" gives 2 "$riley" rl scores --take worst
check "a picture of an unknown kind: status 2" gives 2 "$riley" rl scores -o scores.gif
check "... says which there are" says err ".png, .svg or .pdf"
without() { RILEY_GNUPLOT=/no/such/gnuplot gives 4 "$riley" rl scores runs/c1 -o scores.png; }
check "a picture without gnuplot: status 4" without
check "... and no file" test ! -e scores.png

if gnuplot --version >/dev/null 2>&1; then
	check "a picture" gives 0 "$riley" rl scores -o scores.svg
	check "... is told" says err "wrote scores.svg"
	check "... holds the games" sh -c 'grep -q "lake4 (plain)" scores.svg && grep -q "catch" scores.svg'
	check "... and says who stands in" grep -q "a scripted policy stands in" scores.svg
	check "... and prints nothing" test ! -s out
	check "a picture and JSON" gives 0 "$riley" rl scores runs/c1 -o scores.pdf --json
	check "... both" sh -c 'head -c 4 scores.pdf | grep -q %PDF && grep -q "\"percent\"" out'
else
	skip "a picture" "gnuplot is not installed"
fi

check "a run that was trained" gives 0 "$riley" rl train catch --frames 400 --start 100 -q --name trained
check "... is scored" gives 0 "$riley" rl scores runs/trained --json
check "... by its evaluation" sh -c '[ "$(sed -n "s/^ *\"mean_return\": \([-0-9.]*\),*/\1/p" runs/trained/run.json)" ] && grep -q "\"run\": \"runs/trained\"" out'
check "... the number is that of run.json" \
	sh -c 'a=$(sed -n "s/^ *\"mean_return\": \([-0-9.]*\),*/\1/p" runs/trained/run.json); awk -v a="$a" "/\"agent\":/ { gsub(/,/, \"\"); exit !(\$2 - a < 1e-6 && a - \$2 < 1e-6) }" out'

finish
