/* random.h - independent streams of random numbers from one seed, and their state in checkpoints.
 *
 * Initialisation, data order, dropout of each worker, exploration, each game: every use has its own
 * stream, so an additional random number in one does not affect the others.
 */
#ifndef RILEY_BASE_RANDOM_H
#define RILEY_BASE_RANDOM_H

#include <gsl/gsl_rng.h>
#include "src/base/safetensors.h"

enum random_stream {
	STREAM_INIT = 0,         /* parameters */
	STREAM_SPLIT = 1,        /* training, validation and test parts */
	STREAM_ORDER = 2,        /* order of the data in an epoch */
	STREAM_SAMPLE = 3,       /* simulated data */
	STREAM_GAME = 4,         /* randomness of a game */
	STREAM_EXPLORE = 5,      /* exploration of its policy */
	STREAM_SHOW = 1 << 27,   /* + board: a game played for spectators, and its policy */
	STREAM_WORKER = 16,      /* + worker: dropout */
	STREAM_TRIAL = 1 << 30,  /* + trial: a trial of a random search */
	STREAM_EPISODE = 1 << 16, /* + 2 * episode: the game in an evaluation; + 1: its policy */
	STREAM_JUDGE = 1 << 28,  /* the same in evaluations during training */
	STREAM_GAMES = 1 << 29   /* + 2 * game: one of many games side by side; + 1: its
	                          * exploration */
};

/* A generator for a stream (MT19937, seeded by SplitMix64 from seed and stream).  The caller owns
 * it and frees it with gsl_rng_free().  NULL without memory. */
gsl_rng *random_stream(long seed, unsigned stream);

/* Set a generator from random_stream() to the start of another stream. */
void random_restart(gsl_rng *rng, long seed, unsigned stream);

/* Save the state of a generator from random_stream() as the tensor `name`, and restore it.
 * Restoring fails with RY_EDATA if there is no such tensor or its contents are not a valid state,
 * and with RY_ESHAPE if it belongs to another kind of generator; the state is then unchanged. */
enum ry_status random_write(const gsl_rng *rng, const char *name, struct st_writer *to);
enum ry_status random_read(gsl_rng *rng, const char *name, const struct st_file *from);

#endif
