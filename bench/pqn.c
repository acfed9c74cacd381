/* pqn.c - speed and memory of learning from many games at once.
 *
 * Usage: pqn [-s SECONDS] [-o FILE] [-t THREADS]
 *
 * Uses the network and the settings published for the 10 x 10 games (preset pqn: 128 games, rounds
 * of 32 frames each, two passes of 32 minibatches), on breakout and on seaquest, the game with the
 * most planes.
 *
 *     frames    frames per second of whole training, of all games together
 *     acting    share of the time for the games, their observations, Q values and targets
 *     games     ... and for the games alone: stepping and observing, no network
 *     useful    GFLOP/s of the arithmetic of training (counted as dense, also where inputs are
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
#include "rl/agent/presets.h"
#include "rl/games/games.h"
#include "src/base/random.h"
#include "src/base/workers.h"

enum { PARTS = 5, CELLS = 64, TAPS = 9 };

extern void openblas_set_num_threads(int n) __attribute__((weak));

struct figures {
	double frames, acting;       /* per second: of training, and without learning */
	double games;                /* steps per second on one core */
	double flop;                 /* of a frame */
	double megabytes;            /* peak memory of the process */
};

struct job {
	const struct game_ops *game;
	int    threads;
	double seconds;
};

/* Acting goes forward once, and so does each pass, which then goes backward; the convolution
 * computes no gradient of its input. */
static double frame_flop(const struct agent_options *o, int planes, int actions)
{
	double conv = 2.0 * o->filters * planes * TAPS * CELLS;
	double dense = 2.0 * (o->filters * CELLS * o->hidden[0] + o->hidden[0] * actions);

	return conv + dense + o->pqn.passes * (2 * conv + 3 * dense);
}

static double rate(struct agent *a, double seconds)
{
	double best = 0;

	for (int part = 0; part < PARTS; part++) {
		double from = now(), spent;
		long before = agent_frames(a);

		do {
			struct agent_frame f;

			if (agent_step(a, &f) != RY_OK)
				die();
			spent = now() - from;
		} while (spent < seconds);
		best = fmax(best, (double)(agent_frames(a) - before) / spent);
	}
	return best;
}

static double game_rate(const struct game_ops *g, const struct game_options *o, double seconds)
{
	gsl_rng *rng = random_stream(1, STREAM_GAME);
	void *state = game_alloc(g, o);
	uint64_t bits[GAME_MAX_WORDS];
	struct random_source d;
	double from = now(), spent;
	long n = 0;

	if (!rng || !state)
		die();
	d = random_source_from_rng(rng);
	game_reset(g, state, &d);
	do {
		for (int k = 0; k < 1000; k++, n++) {
			double reward;

			if (game_step(g, state, draw_int(&d, 0, g->n_actions - 1), &d, &reward) !=
			    GAME_ON)
				game_reset(g, state, &d);
			g->planes(state, bits);
		}
		spent = now() - from;
	} while (spent < seconds);
	gsl_rng_free(rng);
	free(state);
	return (double)n / spent;
}

static void measure(const void *arg, void *figures)
{
	const struct job *j = arg;
	const struct game_ops *g = j->game;
	struct figures *f = figures;
	struct workers *w = workers_alloc(j->threads);
	struct game_options game;
	struct agent_options o;
	struct settings s;
	struct rusage used;
	struct agent *a;

	if (!w || preset_fill(PRESET_PQN, g, &s) != RY_OK)
		die();
	settings_complete(&s);
	if (settings_agent(&s, g, &o) != RY_OK)
		die();
	game_defaults(g, &game);
	a = agent_alloc(g, &game, &o, 1, w);
	if (!a)
		die();
	f->flop = frame_flop(&o, g->C, g->n_actions);
	f->frames = rate(a, j->seconds);
	agent_set_learning(a, 0);
	f->acting = rate(a, j->seconds);
	f->games = game_rate(g, &game, j->seconds);
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
			fprintf(stderr, "usage: pqn [-s SECONDS] [-o FILE] [-t THREADS]\n");
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
	put_blas(log);
	snprintf(line, sizeof line,
	         "\n%-10s %7s %10s %8s %8s %9s %9s %8s\n%-10s %7s %10s %8s %8s %9s %9s %8s\n",
	         "many games", "threads", "frames", "acting", "games", "useful", "share of",
	         "memory", "", "", "per s", "of time", "of time", "GFLOP/s", "peak", "MB");
	put(log, line);
	for (size_t k = 0; k < sizeof played / sizeof *played; k++)
		for (int threads = 1; threads <= most; threads++) {
			double peak = gemm_peak(threads), useful;
			struct figures f;

			apart(measure, &(struct job){ played[k], threads, seconds }, &f, sizeof f);
			useful = 1e-9 * f.flop * f.frames;
			snprintf(line, sizeof line,
			         "%-10s %7d %10.0f %7.1f%% %7.1f%% %9.1f %8.0f%% %8.0f\n",
			         played[k]->name, threads, f.frames, 100 * f.frames / f.acting,
			         100 * f.frames / f.games / threads, useful, 100 * useful / peak,
			         f.megabytes);
			put(log, line);
		}
	return fclose(log) == 0 ? 0 : 1;
}
