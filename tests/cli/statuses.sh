#!/bin/sh
# statuses.sh - the same mistake gives the same exit status, whichever command it is made in.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

cd "$tmp" || exit 99

# ---- wrong values of options, in every command that has the option ----

commands=$("$riley" --help | sed -n 's/^  riley \([a-z]* [a-z]*\)  *.*/\1/p' | sed 's/ *$//')
# The rows of a help page, and the names of common options at its end.
echo "$commands" | while read -r c; do
	"$riley" $c --help >page
	{
		sed -n 's/^ .*\(--[a-z][a-z0-9-]*\).*/\1 /p' page
		sed -n '/^Common options/,$p' page | grep -oe '--[a-z][a-z0-9-]*' | sed 's/$/ /'
	} | sort -u >"$(echo "$c" | tr ' ' _).options"
done

# Commands that have OPTION, one a line.
having() { echo "$commands" | while read -r c; do grep -q -x -e "$1 " "$(echo "$c" | tr ' ' _).options" \
	&& echo "$c"; done; }

# refused_everywhere OPTION VALUE LEAST: so many commands at least have it, and each refuses the value with status 2,
# naming the option.
refused_everywhere() {
	having "$1" >having
	[ "$(wc -l <having)" -ge "$3" ] || { echo "commands with $1:"; cat having; return 1; }
	while read -r c; do
		gives 2 "$riley" $c "$1" "$2" && says err "$1" || { echo "in riley $c"; return 1; }
	done <having
}
while read -r option value least; do
	check "$option $value: status 2 in every command that has it" refused_everywhere $option "$value" $least
done <<END
--lr -1 3
--lr nan 3
--lr much 3
--batch 0 3
--optimizer magic 3
--schedule magic 3
--momentum 1 3
--clip -1 3
--loss magic 2
--delta 0 2
--dropout 1 2
--split 1 2
--epochs 0 2
--init magic 2
--threads 0 10
--seed -1 10
--color often 10
END

# ---- the three that train ----

printf '2\n1,2\n1,0\n3\n2,1,2\n1,1,0\n2\n2,1\n0,1\n3\n1,2,1\n0,0,1\n' >answers.txt
printf 'x,y,class\n' >points.csv
awk 'BEGIN { for (i = 0; i < 40; i++) printf "%g,%g,%s\n", i / 10, i % 7, i < 20 ? "a" : "b" }' >>points.csv
printf 'a,b,c\n1,2\n' >broken.csv
mkdir folder

net="net train points.csv --epochs 1 --layers auto-4tanh-auto" kt="kt train answers.txt --epochs 1 --hidden 4"
rl="rl train catch --frames 300 --eval-episodes 1"

for kind in net kt rl; do
	eval "train=\$$kind"
	check "$train" gives 0 "$riley" $train --name $kind -q
done

# each STATUS WORDS...: all three give it for these further words.
each() {
	each_wanted=$1
	shift
	for train in "$net" "$kt" "$rl"; do gives "$each_wanted" "$riley" $train "$@" -q || { \
		echo "riley $train"; return 1; }; done
}

for kind in net kt rl; do check "the name of the run of $kind: status 2" each 2 --name $kind; done
check "a config file that is not there: status 3" each 3 --config none.ini
check "a config file that is a folder: status 3" each 3 --config folder
printf '[riley]\nthreads = many\n' >wrong.ini
check "a wrong value in a config file: status 3" each 3 --config wrong.ini
check "a run folder that can't be made: status 1" each 1 --name answers.txt/run
check "an option of no command: status 2" each 2 --no-such-option
check "a second argument: status 2" each 2 more and more

# The warm-up is longer than training: found out by the optimiser, which the learner makes.
for train in "$net" "$kt"; do
	check "${train%% *}: a warm-up longer than training: status 2" gives 2 "$riley" $train --warmup 100000
	check "... and says so" says err "warm-up shorter than training"
	check "... whatever the schedule" gives 2 "$riley" $train --warmup 100000 --schedule constant
done
check "rl: a batch larger than the replay buffer: status 2" gives 2 "$riley" $rl --batch 200 --replay 100
check "rl: no unit in a hidden layer: status 2" gives 2 "$riley" $rl --hidden 0
check "net: no unit in a hidden layer: status 2" gives 2 "$riley" net train points.csv --layers auto-0tanh-auto
check "kt: no unit in a hidden layer: status 2" gives 2 "$riley" kt train answers.txt --hidden 0

# ---- data ----

for c in "net train" "kt train" "kt info" "net eval net" "net predict net" "kt eval kt" "kt predict kt"; do
	for file in none.csv broken.csv folder; do check "$c $file: status 3" gives 3 "$riley" $c $file; done
done

# ---- runs and model files of another kind ----

# A name that rl watch does not know may also be that of a game.
for kind in net kt rl; do
	case $kind in net) data=points.csv ;; kt) data=answers.txt ;; rl) data= ;; esac
	for other in net kt rl; do
		if [ $other = $kind ]; then
			check "$kind train --resume $other, an option changed: status 2" gives 2 "$riley" \
				$kind train --resume $other --lr 0.5
			continue
		fi
		check "$kind eval $other: status 3" gives 3 "$riley" $kind eval $other $data
		check "$kind eval $other/model.safetensors: status 3" gives 3 "$riley" $kind \
			eval runs/$other/model.safetensors $data
		check "$kind train --resume $other: status 3" gives 3 "$riley" $kind train --resume $other
	done
	for file in none broken.csv folder; do
		check "$kind eval $file: status 3" gives 3 "$riley" $kind eval $file $data
		check "$kind train --resume $file: status 3" gives 3 "$riley" $kind train --resume $file
	done
done
for c in plot diagnose "export --csv"; do
	for file in none broken.csv folder; do check "$c $file: status 3" gives 3 "$riley" $c $file; done
done
for file in none.ini folder broken.csv; do check "sweep $file: status 3" gives 3 "$riley" sweep $file; done

# ---- numbers ----

check "net: divergence: status 5" gives 5 "$riley" net train points.csv --epochs 50 --optimizer sgd --lr 1e6 \
	--l2 1e6 --clip 0
check "kt: divergence: status 5" gives 5 "$riley" kt train answers.txt --epochs 50 --hidden 4 \
	--optimizer sgd --lr 1e6 --l2 1e6 --clip 0 --patience 0
check "rl: divergence: status 5" gives 5 "$riley" $rl --optimizer sgd --lr 1e6 --clip 0 --loss squared

# ---- memory ----

# A sanitizer reserves more address space than the limit leaves.
limited() { (ulimit -v 1000000 && exec "$riley" "$@"); }
if [ -z "${SANITIZE:-}" ] && limited --version >/dev/null 2>&1; then
	check "net: no memory: status 1" gives 1 limited net train points.csv \
		--layers auto-1000000tanh-1000000tanh-auto --threads 1
	check "... and says so" says err "not enough memory"
	check "kt: no memory: status 1" gives 1 limited kt train answers.txt --hidden 16000 --layers 2 --threads 1
	check "... and says so" says err "not enough memory"
	check "rl: no memory: status 1" gives 1 limited $rl --replay 100000000 --threads 1
	check "... and says so" says err "not enough memory"
else
	skip "no memory: status 1" "no limit on memory can be set here"
fi

finish
