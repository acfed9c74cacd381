#!/bin/sh
# export.sh - riley export, read back by other programs where there are any.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"

reader=$srcdir/tests/support/read_events.py
python=${PYTHON:-python3}
[ -x /usr/bin/python3 ] && python=${PYTHON:-/usr/bin/python3}
data=$srcdir/datasets/data/iris.csv
cd "$tmp" || exit 99

"$riley" net train "$data" --target species --epochs 3 --name one -q >/dev/null 2>&1 || exit 99
"$riley" net train "$data" --target species --epochs 2 --seed 2 --name 'two, "2"' -q >/dev/null 2>&1 || exit 99
mkdir -p notarun runs/empty
echo '{"kind": "net", "status": "running"}' >runs/empty/run.json

# ---- what is wrong ----

check "no format: status 2" gives 2 "$riley" export runs/one
formats=$(sed -n 's/^.*: no format: give //p' err | sed 's/,//g; s/ or / /; s/--//g')
check "... names them" test "$(echo $formats | wc -w)" -ge 4
"$riley" export --help >help 2>&1
# offered FORMAT: it is an option with a help, README tells of it, and the ending of -o chooses it.
offered() {
	grep -q "^ *--$1 *[a-z]" help && grep -q -e "^| .riley export.*--$1" "$srcdir/README.md" || return 1
	offered=0
	"$riley" export runs/one -o "offered.$1" -q 2>err || offered=$?
	[ $offered -eq 0 ] || [ "$1" = npz -a $offered -eq 4 ]
}
for format in $formats; do check "... --$format" offered $format; done
check "no run: status 2" gives 2 "$riley" export --csv
check "not a run: status 3" gives 3 "$riley" export notarun --csv
check "... is said" says err "notarun: not a run"
check "one of two is not a run" gives 0 "$riley" export runs/one notarun -o one.csv
check "... and is left out with a note" says err \
	"Left out: 1 of 2 paths that are not runs; the first: notarun"
check "neither is one: status 3" gives 3 "$riley" export notarun notarun/.. -o both.csv
check "... nothing is written" test ! -e both.csv
check "one file for two formats: status 2" gives 2 "$riley" export runs/one --csv --dot -o x
check "one graph of two runs: status 2" gives 2 "$riley" export runs/one runs/empty -o x.dot
check "a folder on stdout: status 2" gives 2 "$riley" export runs/one --tensorboard -o -
check "a network of a run without a model: status 3" gives 3 "$riley" export runs/empty --dot
check "a device is not replaced: status 1" gives 1 "$riley" export runs/one --csv -o /dev/null
echo file >in-the-way
check "a file where a folder should be: status 1" gives 1 "$riley" export runs/one --csv -o in-the-way/points.csv
check "... it stays" test "$(cat in-the-way)" = file

# ---- CSV ----

check "CSV" gives 0 "$riley" export runs/one --csv
check "... says where" says err "wrote runs/one/export/points.csv"
check "... a head and three points" test "$(wc -l <runs/one/export/points.csv)" -eq 4
check "... lines end as RFC 4180 wants" test "$(tr -cd '\r' <runs/one/export/points.csv | wc -c)" -eq 4
check "... the head" sh -c 'head -n 1 runs/one/export/points.csv | grep -q "^run,step,time,epoch,"'
check "several in one, by the name's ending" gives 0 "$riley" export runs/one 'runs/two, "2"' runs/empty \
	-o new/folder/all.csv
check "... all rows" test "$(wc -l <new/folder/all.csv)" -eq 6
check "... names in quotes" test "$(grep -c '^"two, ""2""",' new/folder/all.csv)" -eq 2
check "to stdout" gives 0 "$riley" export runs/one --csv -o -
check "... the same" cmp out runs/one/export/points.csv
check "a run that logged nothing" gives 0 "$riley" export runs/empty --csv
check "-q says nothing" gives 0 "$riley" export runs/one --csv -q
check "... indeed" test ! -s err
check "--json names the files" gives 0 "$riley" export runs/one --csv --dot --json -q
check "... both" sh -c 'grep -q "runs/one/export/points.csv" out && grep -q "runs/one/export/network.dot" out'
cp -r runs/one runs/cut && printf '{"kind": "poi' >>runs/cut/metrics.jsonl
check "a half-written line is left out" gives 0 "$riley" export runs/cut --csv
check "... and told" says err "skipped 1 unreadable lines of metrics.jsonl"

# ---- graphs ----

check "a graph" gives 0 "$riley" export runs/one --dot
check "... of the network" grep -q 'layer1 \[label="dense 4 16"\]' runs/one/export/network.dot
check "... in a row" grep -q "input0 -> layer1 -> layer2 -> layer3 -> output0;" runs/one/export/network.dot
check "... with its size" grep -q 'label="one, 131 parameters"' runs/one/export/network.dot
odd=$(printf 'runs/\303\251\377')
cp -r runs/one "$odd"
check "a graph with a name that is no UTF-8" gives 0 "$riley" export "$odd" --dot -o -
check "... is UTF-8" grep -q "label=\"$(printf '\303\251')?, 131 parameters\"" out
if command -v dot >/dev/null; then check "... which Graphviz takes" dot -Tsvg -o net.svg runs/one/export/network.dot
else skip "... which Graphviz takes" "dot is not here"; fi

# ---- TensorBoard ----

check "an event file" gives 0 "$riley" export runs/one --tensorboard
events=$(echo runs/one/tensorboard/events.out.tfevents.*.riley)
check "... with the name that TensorBoard looks for" test -s "$events"
check "again: the same file" gives 0 "$riley" export runs/one --tensorboard
check "... and no other" test "$(ls runs/one/tensorboard | wc -l)" -eq 1
check "several runs" gives 0 "$riley" export runs/one 'runs/two, "2"' runs/empty --tensorboard -o board
check "... a folder each" test -d board/one -a -d 'board/two, "2"' -a -d board/empty
check "... the same file" cmp board/one/* "$events"
mkdir -p monday tuesday && cp -r runs/one monday/same && cp -r 'runs/two, "2"' tuesday/same
check "runs that share a name" gives 0 "$riley" export monday/same tuesday/same --tensorboard -o days
check "... have a folder each" sh -c 'cmp days/monday/same/events* board/one/events* && test -s days/tuesday/same/events*'
check "... are told apart in a table" gives 0 "$riley" export monday/same tuesday/same --csv -o -
check "... by their folders" test "$(cut -d, -f1 out | sort | uniq -c | tr -s ' \n' ' ')" = " 3 monday/same 1 run 2 tuesday/same "
mkdir -p runs/swept/plots && cp -r runs/one runs/swept/s1 && touch runs/swept/lock runs/swept/sweep.ini
check "all that lies in a sweep" gives 0 "$riley" export runs/swept/* --csv -o swept.csv
check "... its own files are left out" says err "Left out: 3 of 4 paths"
if "$python" -c pass 2>/dev/null; then
	read_events() { "$python" "$reader" "$1" >events.txt; }
	check "another reader finds the check sums right" read_events "$events"
	check "... the version" grep -q "^version brain.Event:2$" events.txt
	check "... a loss at each point" test "$(grep -c " loss/valid " events.txt)" -eq 3
	check "... and an accuracy" test "$(grep -c " accuracy/train " events.txt)" -eq 3
	check "... weights of two layers" test "$(grep -c " weights/[02] .* 33 33$" events.txt)" -eq 6
	same() {
		"$python" - runs/one/metrics.jsonl events.txt <<-'END'
			import json, sys
			points = [json.loads(l) for l in open(sys.argv[1]) if '"kind": "point"' in l]
			want = [(p["step"], p["valid_loss"]) for p in points]
			got = [(int(w[1]), float(w[3])) for w in map(str.split, open(sys.argv[2])) if len(w) == 4 and w[2] == "loss/valid"]
			assert len(got) == len(want) == 3
			for (s, v), (t, w) in zip(want, got):
			    assert s == t and abs(v - w) < 1e-6 * abs(v), (s, v, t, w)
		END
	}
	check "... the numbers that were logged" same
	sed 's/loss/lost/' "$events" >broken.tfevents
	broken() { ! read_events broken.tfevents; }
	check "... and would notice a changed byte" broken
else
	skip "another reader finds the check sums right" "python3 is not here"
fi

# ---- numpy ----

npz=0
"$riley" export runs/one --npz >out 2>err || npz=$?
if [ $npz -eq 4 ]; then
	check "without libzip: a sentence" says err "built without libzip"
	check "... and no file" test ! -e runs/one/export/run.npz
	skip ".npz files" "this riley was built without libzip"
	finish
fi
check "a .npz file" test $npz -eq 0 -a -s runs/one/export/run.npz
check "of several runs" gives 0 "$riley" export runs/one 'runs/two, "2"' runs/empty -o all.npz
check "again" gives 0 "$riley" export runs/one 'runs/two, "2"' runs/empty -o again.npz
check "... the same bytes" cmp all.npz again.npz
mkdir -p 'runs/..x' && cp runs/one/run.json 'runs/..x'
printf '%s\n' '{"kind": "point", "step": 1, "../../up": 1, "/abs": 2, "..": 3, "a/b": 4, "a_b": 5, "": 6, "C:\\x": 7}' >'runs/..x/metrics.jsonl'
check "names that are paths elsewhere" gives 0 "$riley" export 'runs/..x' -o hostile.npz
cp -r runs/one runs/damaged && rm -r runs/damaged/export && printf 'xxxxxxxxxxxxxxx' >runs/damaged/model.safetensors
check "a damaged model: status 3" gives 3 "$riley" export runs/damaged --npz
check "... no file" test ! -e runs/damaged/export/run.npz
if "$python" -c "import numpy" 2>/dev/null; then
	loads() {
		"$python" - <<-'END'
			import json, numpy
			points = [json.loads(l) for l in open("runs/one/metrics.jsonl") if '"kind": "point"' in l]
			z = numpy.load("runs/one/export/run.npz")
			assert z["points/valid_loss"].tolist() == [p["valid_loss"] for p in points]
			assert z["points/step"].dtype == numpy.float64 and z["points/step"].shape == (3,)
			assert z["model/0.weight"].shape == (16, 4) and z["model/2.bias"].shape == (3,)
			assert json.loads(z["run.json"])["kind"] == "net"
			several = numpy.load("all.npz")
			assert several["one/model/0.weight"].tobytes() == z["model/0.weight"].tobytes()
			assert several['two, "2"/points/epoch'].tolist() == [1, 2]
			assert "empty/run.json" in several.files
		END
	}
	check "numpy loads it" loads
	harmless() {
		"$python" - <<-'END'
			import numpy
			z = numpy.load("hostile.npz")
			names = [n for n in z.files if n != "run.json"]
			assert all(n.startswith("points/") and ".." not in n.split("/") and n.count("/") == 1 for n in names if not n.startswith("model/")), names
			assert len(set(names)) == len(names)
			assert sorted(float(z[n][0]) for n in names if n.startswith("points/")) == [1, 1, 2, 3, 4, 5, 6, 7], names
		END
	}
	check "... hostile names are harmless, and none is lost" harmless
	tensors() {
		"$python" - <<-'END'
			import json, numpy, struct
			raw = open("runs/one/model.safetensors", "rb").read()
			(n,) = struct.unpack("<Q", raw[:8])
			head = json.loads(raw[8:8 + n])
			z = numpy.load("runs/one/export/run.npz")
			for name, t in head.items():
			    if name != "__metadata__":
			        a, b = t["data_offsets"]
			        assert z["model/" + name].tobytes() == raw[8 + n + a:8 + n + b], name
			assert len([f for f in z.files if f.startswith("model/")]) == len(head) - 1
		END
	}
	check "... tensors are those of the model, bit for bit" tensors
else
	skip "numpy loads it" "python3 has no numpy"
fi
finish
