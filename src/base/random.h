/* random.h - streams of random numbers from one seed, and their state in a checkpoint.
 *
 * Initialisation, data order, dropout of each worker, exploration, each game: every use has a
 * stream of its own, so that a new draw in one does not disturb the others.
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
	STREAM_GAME = 4,         /* what a game decides */
	STREAM_EXPLORE = 5,      /* what its player leaves to chance */
	STREAM_WORKER = 16,      /* + worker: dropout */
	STREAM_TRIAL = 1 << 30,  /* + trial: what a random search draws */
	STREAM_EPISODE = 1 << 16 /* + 2 * episode: the game of an evaluation's episode; and one
	                          * more: its player's chance */
};

/* The generator of a stream (MT19937, seeded by SplitMix64 of seed and stream).  The caller owns
 * it and frees it with gsl_rng_free().  NULL when memory ran out. */
gsl_rng *random_stream(long seed, unsigned stream);

/* Save the state of a generator that random_stream() made as the tensor `name`; and set it from
 * there (RY_EDATA when there is no such tensor or it holds what no generator can, RY_ESHAPE when it
 * is of another kind of generator; the state is then as it was). */
enum ry_status random_write(const gsl_rng *rng, const char *name, struct st_writer *to);
enum ry_status random_read(gsl_rng *rng, const char *name, const struct st_file *from);

#endif
