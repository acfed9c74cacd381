/* dqn.c - speed and memory of deep Q-learning.
 *
 * Usage: dqn [-s SECONDS] [-o FILE] [-t THREADS]
 *
 * Uses the network and the settings published for the 10 x 10 games (3 x 3 convolution with 16
 * filters, 128 hidden units, batch 32, centred RMSProp, Huber loss, one update per frame, replay
 * buffer of 100,000), on breakout and on seaquest, the game with the most planes.  The replay
 * buffer is filled by random play first.
 *
 *     update    updates per second: sampling, forward in both networks, backward, optimiser
 *     frames    frames per second of whole training: acting, game, replay buffer, update
 *     useful    GFLOP/s of the arithmetic of an update (counted as dense, also where inputs are
 *               zeros), and its share of the BLAS peak on square products with as many threads
 *
 * Best of PARTS parts of SECONDS (1) each.  Every line is measured in its own process, so that peak
 * memory is that line's.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/peak.h"
#include "rl/agent/agent.h"
#include "rl/games/games.h"
#include "src/base/workers.h"

enum { PARTS = 5, BATCH = 32, FILTERS = 16, HIDDEN = 128, CELLS = 64, TAPS = 9, CAPACITY = 100000 };

extern void openblas_set_num_threads(int n) __attribute__((weak));

struct figures {
	double updates, frames;      /* per second */
	double flop;                 /* of an update */
	double megabytes;            /* peak memory of the process */
};

static struct agent_options published(void)
{
	struct agent_options o = {
		.filters = FILTERS, .hidden = { HIDDEN }, .n_hidden = 1,
		.start = 5000, .update_every = 1, .updates = 1,
		.epsilon = 1, .epsilon_end = 0.1, .epsilon_start = 5000, .epsilon_frames = 100000,
		.dqn = {
			.batch = BATCH, .target_every = 1000, .loss = { LOSS_HUBER, 1 },
			.replay = { .capacity = CAPACITY, .n_step = 1, .discount = 0.99 },
		},
	};

	optimizer_defaults(&o.dqn.optimizer, RULE_RMSPROP_CENTRED);
	o.dqn.optimizer.lr = 0.00025;
	o.dqn.optimizer.rho = 0.95;
	o.dqn.optimizer.epsilon = 0.01;
	return o;
}

/* Both networks forward and one backward; the convolution computes no gradient of its input. */
static double update_flop(int planes, int actions)
{
	double conv = 3.0 * FILTERS * planes * TAPS * CELLS;
	double dense = 4.0 * (FILTERS * CELLS * HIDDEN + HIDDEN * actions);

	return 2.0 * BATCH * (conv + dense);
}

/* The highest rate of calls of `once` with `a`. */
static double rate(void (*once)(struct agent *a), struct agent *a, double seconds)
{
	double best = 0;

	for (int part = 0; part < PARTS; part++) {
		double from = now(), spent;
		long n = 0;

		do {
			for (int k = 0; k < 10; k++, n++)
				once(a);
			spent = now() - from;
		} while (spent < seconds);
		best = fmax(best, (double)n / spent);
	}
	return best;
}

static void update_once(struct agent *a)
{
	struct dqn_update u;

	if (dqn_update(agent_dqn(a), &u) != RY_OK)
		die();
}

static void play_once(struct agent *a)
{
	struct agent_frame f;

	if (agent_step(a, &f) != RY_OK)
		die();
}

struct job {
	const struct game_ops *game;
	int    threads;
	double seconds;
};

static void measure(const void *arg, void *figures)
{
	const struct job *j = arg;
	const struct game_ops *g = j->game;
	struct figures *f = figures;
	struct agent_options o = published();
	struct game_options game;
	struct workers *w = workers_alloc(j->threads);
	struct rusage used;
	struct agent *a;

	game_defaults(g, &game);
	a = w ? agent_alloc(g, &game, &o, 1, w) : NULL;
	if (!a)
		die();
	agent_set_learning(a, 0);
	agent_set_epsilon(a, 1);
	while (agent_frames(a) < CAPACITY)
		play_once(a);
	agent_set_learning(a, 1);
	agent_set_epsilon(a, -1);
	f->flop = update_flop(g->C, g->n_actions);
	f->updates = rate(update_once, a, j->seconds);
	f->frames = rate(play_once, a, j->seconds);
	getrusage(RUSAGE_SELF, &used);
	f->megabytes = (double)used.ru_maxrss / 1024;
	agent_free(a);
	workers_free(w);
}

int main(int argc, char **argv)
{
	static const struct game_ops *const played[] = { &breakout_game, &seaquest_game };
	const char *output = "bench.txt";
	int most = (int)sysconf(_SC_NPROCESSORS_ONLN), option;
	double seconds = 1;
	char line[256];
	FILE *log;

	while ((option = getopt(argc, argv, "s:o:t:")) != -1) {
		switch (option) {
		case 's': seconds = atof(optarg); break;
		case 'o': output = optarg; break;
		case 't': most = atoi(optarg); break;
		default:
			fprintf(stderr, "usage: dqn [-s SECONDS] [-o FILE] [-t THREADS]\n");
			return 2;
		}
	}
	log = fopen(output, "a");
	if (!log || most < 1 || !(seconds > 0)) {
		fprintf(stderr, "bench: %s can't be written, or a count that is not above 0\n",
		        output);
		return 2;
	}
	if (openblas_set_num_threads)
		openblas_set_num_threads(1);
	most = most > BATCH / 8 ? BATCH / 8 : most;
	put_blas(log);
	snprintf(line, sizeof line,
	         "\n%-10s %7s %10s %10s %9s %9s %8s\n%-10s %7s %10s %10s %9s %9s %8s\n",
	         "Q-network", "threads", "update", "frames", "useful", "share of", "memory", "", "",
	         "per s", "per s", "GFLOP/s", "peak", "MB");
	put(log, line);
	for (size_t k = 0; k < sizeof played / sizeof *played; k++)
		for (int threads = 1; threads <= most; threads++) {
			double peak = gemm_peak(threads);
			struct figures f;
			double useful;

			apart(measure, &(struct job){ played[k], threads, seconds }, &f, sizeof f);
			useful = 1e-9 * f.flop * f.updates;

			snprintf(line, sizeof line, "%-10s %7d %10.0f %10.0f %9.1f %8.0f%% %8.0f\n",
			         played[k]->name, threads, f.updates, f.frames, useful,
			         100 * useful / peak, f.megabytes);
			put(log, line);
		}
	return fclose(log) == 0 ? 0 : 1;
}
