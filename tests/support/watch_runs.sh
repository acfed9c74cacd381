# watch_runs.sh - runs for tests of screens, made up: sourced by them.  The numbers come from a
# generator of its own, so that they are the same everywhere.

# made_info KIND STATUS OPTIONS: run.json.
made_info() {
	cat <<EOT
{"kind": "$1", "command": ["riley", "$1", "train"], "options": {$3}, "seed": 1, "threads": 1,
 "data": {"train": "students.csv", "students": 400, "train_predictions": 90000, "valid_predictions": 10000, "valid_students": 40}, "start": "2016-05-23T14:05:09Z", "version": "0", "host": "elsewhere", "pid": 1,
 "status": "$2"}
EOT
}

# kt_run DIR EPOCHS SEED LR [STATUS]: falls, and learns by heart from a third of the way on.
kt_run() {
	mkdir -p "$1"
	made_info kt "${5:-done}" "\"epochs\": $2, \"lr\": $4, \"hidden\": 100, \"model\": \"lstm\", \"dropout\": 0.5, \"patience\": 5" >"$1/run.json"
	awk -v n="$2" -v seed="$3" -v lr="$4" '
		function chance() { seed = (seed * 1103 + 12345) % 65536; return seed / 65536 - 0.5 }
		BEGIN {
			best = 9
			for (e = 1; e <= n; e++) {
				t = 0.42 + 0.25 * exp(-8 * e / n) + 0.008 * chance() - 0.04 * e / n
				v = 0.45 + 0.22 * exp(-9 * e / n) + 0.008 * chance() + 0.05 * (e / n) ^ 2 + lr
				values = sprintf("\"train_loss\": %.5f, \"valid_loss\": %.5f, \"train_auc\": %.5f, \"valid_auc\": %.5f", t, v, 1.05 - t / 2, 1.05 - v / 2)
				printf "{\"kind\": \"point\", \"step\": %d, \"time\": %.2f, \"epoch\": %d, \"loss\": %.5f, %s, \"lr\": %g, \"gradient_norm\": %.5f, \"update_ratio\": %.6f, \"dead\": %.4f, \"saturated\": %.4f, \"rate\": %d}\n",
					10 * e, 1.5 * e, e, t + 0.01, values, lr * (1 - e / (n + 1)), 0.06 + 0.1 * exp(-5 * e / n) + 0.01 * chance(),
					0.001 + 0.003 * exp(-4 * e / n), 0.02 + 0.01 * e / n, 0.05, 90000 + 1000 * chance()
				if (v < best) {
					best = v
					printf "{\"kind\": \"best\", \"step\": %d, \"time\": %.2f, \"epoch\": %d, %s}\n", 10 * e, 1.5 * e, e, values
				}
			}
		}' >"$1/metrics.jsonl"
}

# net_run DIR EPOCHS SEED: a regression.
net_run() {
	mkdir -p "$1"
	made_info net done "\"epochs\": $2, \"lr\": 0.01, \"hidden\": \"8 8\"" >"$1/run.json"
	awk -v n="$2" -v seed="$3" '
		function chance() { seed = (seed * 1103 + 12345) % 65536; return seed / 65536 - 0.5 }
		BEGIN {
			for (e = 1; e <= n; e++) {
				t = 12 * exp(-6 * e / n) + 1 + 0.2 * chance(); v = 13 * exp(-6 * e / n) + 1.4 + 0.4 * chance()
				printf "{\"kind\": \"point\", \"step\": %d, \"time\": %.3f, \"epoch\": %d, \"train_loss\": %.5f, \"valid_loss\": %.5f, \"train_r2\": %.5f, \"valid_r2\": %.5f, \"lr\": 0.01, \"gradient_norm\": %.5f}\n",
					4 * e, 0.01 * e, e, t, v, 1 - t / 14, 1 - v / 14, t / 3
			}
			printf "{\"kind\": \"best\", \"step\": %d, \"time\": %.3f, \"epoch\": %d, \"valid_loss\": %.5f}\n", 4 * n, 0.01 * n, n, v
		}' >"$1/metrics.jsonl"
}

# rl_run DIR POINTS SEED: a game; no losses before it begins to learn.
rl_run() {
	mkdir -p "$1"
	made_info rl done "\"frames\": $((1000 * $2)), \"lr\": 0.00025" >"$1/run.json"
	awk -v n="$2" -v seed="$3" '
		function chance() { seed = (seed * 1103 + 12345) % 65536; return seed / 65536 - 0.5 }
		BEGIN {
			for (k = 1; k <= n; k++) {
				learns = k > n / 20
				printf "{\"kind\": \"point\", \"step\": %d, \"time\": %.2f, \"frame\": %d, \"train_return\": %.3f, \"loss\": %s, \"mean_q\": %s, \"epsilon\": %.4f, \"episodes\": %d, \"gradient_norm\": %s, \"lr\": 0.00025, \"rate\": %d}\n",
					1000 * k, 0.4 * k, 1000 * k, 12 * k / n * (1 + chance()), learns ? sprintf("%.5f", 0.02 + 0.01 * chance()) : "null",
					learns ? sprintf("%.4f", 2 * k / n) : "null", 1 - 0.9 * k / n, 7 * k,
					learns ? sprintf("%.5f", 0.3 + 0.2 * chance()) : "null", 2500 + 100 * chance()
			}
			printf "{\"kind\": \"best\", \"step\": %d, \"time\": %.2f, \"frame\": %d, \"train_return\": 11.5}\n", 900 * n, 0.36 * n, 900 * n
		}' >"$1/metrics.jsonl"
}
