/* games.c - steps per second of every game, on one processor.
 *
 * Usage: games [-s SECONDS] [-o FILE]
 *
 * A step includes what a learner pays for: choosing a random action, sticky actions, the rules, the
 * observation as bit planes (as numbers in a game without planes), and the reset after an episode.
 * Random numbers are those of training (MT19937).  Best of five parts of SECONDS (1) per game; the
 * table is printed and, with -o, appended to FILE.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "rl/games/game.h"
#include "src/base/random.h"

enum { PARTS = 5, BLOCK = 20000, MAX_WORDS = 64, MAX_REALS = 1024 };

struct playthrough {
	const struct game_ops *g;
	void        *state;
	gsl_rng     *rng;
	struct random_source draws;
	uint64_t     seen;            /* checksum, so that no plane is optimised away */
	double       total;
};

/* Processor time, independent of other processes. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void play(struct playthrough *p, int steps)
{
	uint64_t bits[MAX_WORDS];
	real x[MAX_REALS];
	int actions = game_actions(p->g, p->state), words = game_words(p->g);

	for (int n = 0; n < steps; n++) {
		double reward;

		if (game_step(p->g, p->state, draw_int(&p->draws, 0, actions - 1), &p->draws,
		              &reward) != GAME_ON)
			game_reset(p->g, p->state, &p->draws);
		p->total += reward;
		if (words) {
			p->g->planes(p->state, bits);
			for (int w = 0; w < words; w++)
				p->seen += bits[w];
		} else {
			p->g->observe(p->g, p->state, x);
			p->seen += (uint64_t)(x[0] * 1000);
		}
	}
}

/* Steps per second in the best part. */
static double measure(const struct game_ops *g, double seconds)
{
	struct game_options o;
	struct playthrough p = { .g = g };
	double best = 0;

	game_defaults(g, &o);
	p.state = game_alloc(g, &o);
	p.rng = random_stream(1, STREAM_GAME);
	if (!p.state || !p.rng) {
		fprintf(stderr, "games: %s\n", ry_message());
		exit(1);
	}
	p.draws = random_source_from_rng(p.rng);
	game_reset(g, p.state, &p.draws);
	for (int part = 0; part < PARTS; part++) {
		double from = now(), spent;
		long steps = 0;

		do {
			play(&p, g->words ? BLOCK : BLOCK / 100);
			steps += g->words ? BLOCK : BLOCK / 100;
			spent = now() - from;
		} while (spent < seconds / PARTS);
		best = (double)steps / spent > best ? (double)steps / spent : best;
	}
	if (p.seen == 0)
		fprintf(stderr, "games: %s shows nothing\n", g->name);
	gsl_rng_free(p.rng);
	free(p.state);
	return best;
}

static void put(FILE *log, const char *line)
{
	fputs(line, stdout);
	fflush(stdout);
	if (log)
		fputs(line, log);
}

int main(int argc, char **argv)
{
	double seconds = 1;
	const char *output = NULL;
	char line[256];
	FILE *log = NULL;
	time_t t = time(NULL);
	int option;

	while ((option = getopt(argc, argv, "s:o:")) != -1) {
		switch (option) {
		case 's': seconds = atof(optarg); break;
		case 'o': output = optarg; break;
		default:
			fprintf(stderr, "usage: games [-s SECONDS] [-o FILE]\n");
			return 2;
		}
	}
	if (output && !(log = fopen(output, "a"))) {
		fprintf(stderr, "games: %s can't be written\n", output);
		return 2;
	}
	strftime(line, sizeof line, "\n%Y-%m-%d %H:%M", localtime(&t));
	put(log, line);
	snprintf(line, sizeof line,
	         "  riley %s, games on one processor, observations included\n\n%-15s %15s %12s\n",
	         PACKAGE_VERSION, "game", "million steps/s", "bytes/state");
	put(log, line);
	for (int k = 0; games[k]; k++) {
		snprintf(line, sizeof line, "%-15s %15.2f %12zu\n", games[k]->name,
		         measure(games[k], seconds) * 1e-6, games[k]->size);
		put(log, line);
	}
	return log && fclose(log) != 0;
}
