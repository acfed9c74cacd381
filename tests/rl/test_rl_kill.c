/* test_rl_kill.c - `riley rl train` killed at any instant: the run stays whole, and goes on to the
 * same bits; and several seeds side by side, whose parent is killed, or one of them.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "rl/agent/q_policy.h"
#include "src/run/rundir.h"
#include "tests/support/killing.h"

enum { CHAIN_KILLS = 14, FRESH_KILLS = 8 };

/* The memory is full and wraps, rewards wait for three steps, priorities change, and checkpoints
 * are frequent, being small. */
#define OPTIONS "--hidden 8 --batch 4 --replay 150 --n-step 3 --prioritised 0.6 --double " \
	"--target-every 30 --update-every 3 " \
	"--epsilon 1 --epsilon-end 0.1 --epsilon-frames 20000 --report-every 450 " \
	"--eval-episodes 5 -q"

/* Ten games at once; nine rounds from point to point, and no schedule that spans the run. */
#define PQN_OPTIONS "--algorithm pqn --hidden 8 --envs 10 --rollout 5 --minibatches 5 " \
	"--schedule constant --epsilon-end 0.1 --epsilon-frames 20000 --report-every 450 " \
	"--eval-episodes 5 -q"

static int is_model(const struct st_file *f)
{
	struct q_network q;
	int fine = q_network_open(&q, f) == RY_OK;

	if (fine)
		q_network_close(&q);
	return fine;
}

/* `name` of the run that is killed; NAME-whole is the one that is not, with `same` so that all that
 * depends on the length of the first is the same. */
static void kill_again_and_again(const char *name, const char *options, const char *same)
{
	char run[1100], whole[1200], checkpoint[1200];
	int before = killed;
	long frames = 0, end;

	snprintf(run, sizeof run, "%s/runs/%s", tap_tmpdir(), name);
	snprintf(whole, sizeof whole, "%s-whole", run);
	snprintf(checkpoint, sizeof checkpoint, "%s/last.safetensors", run);
	for (int k = 0; k < CHAIN_KILLS; k++) {
		struct stat was = { 0 };
		pid_t child;

		if (k > 0 && stat(checkpoint, &was) != 0)
			was.st_ino = 0;
		child = k == 0 ? start("rl train catch --name %s --frames 100000000 %s", name,
		                       options)
		               : start("rl train --resume runs/%s -q", name);
		if (k % 3 != 2)
			wait_for_replacement(checkpoint, &was, child);
		wait_milliseconds(k % 3 != 2 ? k * 7 % 41 * 0.37 : 1 + k * 29 % 83);
		kill_it(child);
		frames = the_run_loads(run, "frame", is_model);
		if (k % 6 == 5)
			must_succeed(start("rl eval runs/%s --episodes 2", name), "eval");
	}
	TAP_CHECK(killed - before == CHAIN_KILLS, "%d kills of %d hit", killed - before,
	          CHAIN_KILLS);
	TAP_CHECK(frames > 450 * CHAIN_KILLS / 4, "it came no further than frame %ld", frames);
	end = (frames / 450 + 2) * 450;
	must_succeed(start("rl train --resume runs/%s --frames %ld -q", name, end),
	             "the last resume");
	TAP_CHECK(strange_files(run) == 0, "%d files were left", strange_files(run));
	must_succeed(start("rl train catch --name %s-whole %s --frames %ld %s", name, same, end,
	                   options),
	             "the run that is not killed");
	compare(run, whole, "model.safetensors");
	compare(run, whole, "last.safetensors");
	compare(run, whole, "metrics.jsonl");
}

static void killed_again_and_again(void)
{
	kill_again_and_again("chain", OPTIONS, "--beta-updates 33333300");
}

static void many_games_killed(void)
{
	kill_again_and_again("games", PQN_OPTIONS, "");
}

static void killed_while_it_begins(void)
{
	int before = killed, begun = 0;

	for (int k = 0; k < FRESH_KILLS; k++) {
		char run[1100], what[60];
		pid_t child = start("rl train catch --name fresh%d --frames 100000000 " OPTIONS, k);

		snprintf(run, sizeof run, "%s/runs/fresh%d", tap_tmpdir(), k);
		/* Half of them are killed as soon as there is a folder; the last one has a run for
		 * certain. */
		while (k % 2 && !exists(run, k == FRESH_KILLS - 1 ? "run.json" : ".") &&
		       !has_ended(child))
			wait_milliseconds(0.1);
		wait_milliseconds(k % 2 ? k * 0.17 : 8 + k * 9.1);
		kill_it(child);
		snprintf(what, sizeof what, "fresh%d after it was killed", k);
		if (exists(run, "run.json")) {
			begun++;
			the_run_loads(run, "frame", is_model);
			must_succeed(start("rl train --resume runs/fresh%d --frames 900 -q", k),
			             what);
		} else {
			must_succeed(start("rl train catch --name fresh%d --frames 900 " OPTIONS,
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

/* What run.json says of a run: its status, and the process that writes to it. */
static void read_run(const char *run, char status[40], pid_t *pid)
{
	json_t *info = rundir_read_info(run, NULL);

	snprintf(status, 40, "%s",
	         info ? json_string_value(json_object_get(info, "status")) : "not there");
	*pid = (pid_t)json_integer_value(json_object_get(info, "pid"));
	json_decref(info);
}

static void wait_for_status(const char *run, const char *wanted, pid_t *pid)
{
	char status[40] = "";

	/* five minutes, which is never */
	for (int k = 0; k < 300000 && strcmp(status, wanted) != 0; k++) {
		wait_milliseconds(1);
		read_run(run, status, pid);
	}
	TAP_CHECK(strcmp(status, wanted) == 0, "%s: %s, expected %s", run, status, wanted);
}

static void seeds_outlive_kills(void)
{
	const char *first = temp("runs/many-s1"), *second = temp("runs/many-s2");
	pid_t parent = start("rl train catch --name many --seeds 3 --threads 2 --frames "
	                     "100000000 " OPTIONS),
	      pid;
	char status[40];

	wait_for_status(first, "running", &pid);
	wait_for_status(second, "running", &pid);
	kill_it(parent);                     /* children notice, and stop with a checkpoint */
	wait_for_status(first, "interrupted", &pid);
	wait_for_status(second, "interrupted", &pid);
	TAP_CHECK(!exists(temp("runs/many-s3"), "run.json"), "there were three at once");

	parent = start("rl train --resume runs/many --seeds 2 --threads 2 -q");
	wait_for_status(second, "running", &pid);
	TAP_CHECK(kill(pid, SIGKILL) == 0, "no process %ld", (long)pid);
	wait_for_status(first, "running", &pid);
	kill(parent, SIGTERM);
	wait_for_status(first, "interrupted", &pid);
	read_run(second, status, &pid);
	TAP_CHECK(strcmp(status, "running") == 0, "the one that was killed says it is %s", status);
	TAP_CHECK(end_of(parent) == 1, "one was killed: that is a failure");

	the_run_loads(first, "frame", is_model);
	the_run_loads(second, "frame", is_model);
	/* Both are past these frames and end at once, or get there; a third begins anew with their
	 * options. */
	must_succeed(start("rl train --resume runs/many --seeds 3 --frames 900 --threads 2"),
	             "the last resume");
	must_succeed(start("rl train catch --name alone --seed 3 --threads 1 --beta-updates "
	                   "33333300 --frames 900 " OPTIONS),
	             "alone");
	compare(temp("runs/many-s3"), temp("runs/alone"), "model.safetensors");
	compare(temp("runs/many-s3"), temp("runs/alone"), "last.safetensors");
}

static const struct tap_test tests[] = {
	{ "killed again and again it goes on to the same bits", killed_again_and_again },
	{ "many games at once, too", many_games_killed },
	{ "killed while it begins it can begin again", killed_while_it_begins },
	{ "seeds side by side outlive their parent and each other", seeds_outlive_kills },
	{ NULL, NULL }
};

int main(void)
{
	int status = 99;

	if (killing_begin())
		status = tap_run("rl train killed", tests);
	killing_end();
	return status;
}
