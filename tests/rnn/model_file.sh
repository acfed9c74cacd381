#!/bin/sh
# model_file.sh - other programs read a model file and get the same scores: numpy, and PyTorch where it is
# installed.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
scripts=$srcdir/tutorials/model_file
cd "$tmp" || exit 99
python=${PYTHON:-python3}
[ -x /usr/bin/python3 ] && python=${PYTHON:-/usr/bin/python3}

auc()  { sed -n 's/^ *"auc": \([0-9.]*\),*$/\1/p' out.json; }
near() { awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; if (d < 0) d = -d; print a, b; exit !(a != "" && b != "" && d <= 1e-4) }'; }

"$riley" kt gen train.txt --shuffle --students 120 --exercises 8 --concepts 2 -q >/dev/null 2>&1
"$riley" kt gen test.txt --shuffle --students 60 --exercises 8 --concepts 2 --seed 2 -q >/dev/null 2>&1

# compare SCRIPT MODULE OPTIONS...: train, and compare the script's AUC with eval's.
compare() {
	script=$1 module=$2
	shift 2
	name="$script agrees on $*"
	if ! "$python" -c "import $module" 2>/dev/null; then
		skip "$name" "python3 has no $module"
		return
	fi
	"$riley" kt train train.txt "$@" --hidden 7 --epochs 2 --lr 0.02 --name run --seed 3 -q >/dev/null 2>err.txt
	"$riley" kt eval runs/run test.txt --json >out.json 2>>err.txt
	"$python" "$scripts/$script" runs/run/model.safetensors test.txt >theirs.txt 2>>err.txt
	check "$name" near "$(auc)" "$(sed 's/.*AUC //' theirs.txt)"
	rm -rf runs
}

compare read_model.py numpy --model lstm
compare load_in_torch.py torch --model lstm
compare load_in_torch.py torch --model gru --layers 2
compare load_in_torch.py torch --model rnn --layers 3
finish
