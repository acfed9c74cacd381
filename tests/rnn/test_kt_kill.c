/* test_kt_kill.c - `riley kt train` killed at any instant: the run directory stays whole, and the
 * run goes on to the same bits.
 *
 * One run is killed again and again, half of the times so many milliseconds after its start, half
 * of the times just after it has replaced its checkpoint, which it does all the time as its epochs
 * are short.  Others are killed while they come into being.
 */
#include <stdio.h>
#include <string.h>
#include <signal.h>

#include "rnn/kt/kt_model.h"
#include "tests/support/killing.h"

enum { CHAIN_KILLS = 40, FRESH_KILLS = 16 };

#define OPTIONS \
	"--hidden 6 --layers 2 --dropout 0.2 --window 5 --batch 8 --patience 0 " \
	"--schedule constant --threads 2 -q"

static int is_model(const struct st_file *f)
{
	struct kt_model *m = kt_model_read(f, NULL);

	kt_model_free(m);
	return m != NULL;
}

/* ---- a run that is killed again and again ---- */

static void killed_again_and_again(void)
{
	const char *run = temp("runs/chain");
	char checkpoint[1200];
	int before = killed;
	long epochs = 0;

	snprintf(checkpoint, sizeof checkpoint, "%s/last.safetensors", run);
	must_succeed(start("kt gen data.csv --students 60 --exercises 8 --concepts 2 -q"), "gen");
	for (int k = 0; k < CHAIN_KILLS; k++) {
		struct stat was = { 0 };
		pid_t child;

		if (k > 0 && stat(checkpoint, &was) != 0)
			was.st_ino = 0;
		child = k == 0 ? start("kt train data.csv --name chain --epochs 100000 " OPTIONS)
		               : start("kt train --resume runs/chain -q");
		if (k % 2 == 0)
			wait_for_replacement(checkpoint, &was, child);
		wait_milliseconds(k % 2 ? 1 + k * 29 % 83 : k * 7 % 41 * 0.37);
		kill_it(child);
		epochs = the_run_loads(run, "epoch", is_model);
		if (k % 10 == 9)
			must_succeed(start("kt eval runs/chain data.csv"), "eval");
	}
	TAP_CHECK(killed - before == CHAIN_KILLS, "%d kills of %d hit", killed - before,
	          CHAIN_KILLS);
	TAP_CHECK(epochs > CHAIN_KILLS / 4, "it came no further than epoch %ld", epochs);
	must_succeed(start("kt train --resume runs/chain --epochs %ld -q", epochs + 2),
	             "the last resume");
	TAP_CHECK(strange_files(run) == 0, "%d files were left", strange_files(run));
	must_succeed(start("kt train data.csv --name whole --epochs %ld " OPTIONS, epochs + 2),
	             "the run that is not killed");
	compare(run, temp("runs/whole"), "model.safetensors");
	compare(run, temp("runs/whole"), "last.safetensors");
	compare(run, temp("runs/whole"), "metrics.jsonl");
}

/* ---- runs that are killed while they come into being ---- */

static void killed_while_it_begins(void)
{
	int before = killed, begun = 0;

	must_succeed(start("kt gen begin.csv --students 60 --exercises 8 --concepts 2 -q"), "gen");
	for (int k = 0; k < FRESH_KILLS; k++) {
		char run[1100], what[60];
		pid_t child = start("kt train begin.csv --name fresh%d --epochs 100000 " OPTIONS,
		                    k);

		snprintf(run, sizeof run, "%s/runs/fresh%d", tap_tmpdir(), k);
		/* Every other one as soon as its folder is there: run.json and the lock are being
		 * made.  The last one has a run for certain. */
		while ((k % 2 || k == FRESH_KILLS - 1) &&
		       !exists(run, k == FRESH_KILLS - 1 ? "run.json" : ".") && !has_ended(child))
			wait_milliseconds(0.1);
		wait_milliseconds(k % 2 ? k * 0.17 : 3 + k * 3.1);
		kill_it(child);
		snprintf(what, sizeof what, "fresh%d after it was killed", k);
		if (exists(run, "run.json")) {
			begun++;
			the_run_loads(run, "epoch", is_model);
			must_succeed(start("kt train --resume runs/fresh%d --epochs 2 -q", k),
			             what);
		} else {
			must_succeed(start("kt train begin.csv --name fresh%d --epochs 2 " OPTIONS,
			                   k),
			             what);
		}
		TAP_CHECK(exists(run, "report.txt") && strange_files(run) == 0,
		          "%s: %d files were left", run, strange_files(run));
	}
	TAP_CHECK(killed - before == FRESH_KILLS, "%d kills of %d hit", killed - before,
	          FRESH_KILLS);
	TAP_CHECK(begun > 0, "none of them had begun");
}

static const struct tap_test tests[] = {
	{ "killed again and again it goes on to the same bits", killed_again_and_again },
	{ "killed while it begins it can begin again", killed_while_it_begins },
	{ NULL, NULL }
};

int main(void)
{
	int status = 99;

	if (killing_begin())
		status = tap_run("kt train killed", tests);
	killing_end();
	return status;
}
