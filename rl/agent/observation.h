/* observation.h - a learner's observation of a game, prepared for a network.
 *
 * Games of planes are observed as bits.  Of a lake only the plane with the agent is used: holes and
 * goal never move, and the rest is one-hot.  Games of numbers are observed as numbers, optionally
 * with a window of the past (Karpathy's ConvNetJS, 2014): the current n numbers, then for each of
 * the `window` previous steps, latest first, its n numbers and the action taken, one-hot and scaled
 * by n.
 */
#ifndef RILEY_RL_AGENT_OBSERVATION_H
#define RILEY_RL_AGENT_OBSERVATION_H

#include "rl/games/game.h"
#include "src/base/safetensors.h"
#include "src/nn/net.h"

enum { WINDOW_MAX = 8 };

/* The format of an observation. */
struct observation_shape {
	int    planes, height, width;   /* of bits; planes 0: numbers */
	int    D;                       /* inputs of the network */
	size_t bytes;                   /* storage size */
};

struct observation_shape observation_of_planes(int planes, int height, int width);
struct observation_shape observation_of_numbers(int D);

struct observation {
	const struct game_ops *game;
	int    actions, window;
	struct observation_shape shape;
	/* private */
	int    steps;                   /* steps in the window */
	void  *now;                     /* (bytes): the latest */
	real  *past;                    /* (window, n + actions): latest first */
};

/* Open observations of a game with this many actions; RY_EINVAL if a window is requested that the
 * game does not support.  The caller closes it. */
enum ry_status observation_open(struct observation *s, const struct game_ops *g, int actions,
                                int window);
void observation_close(struct observation *s);

/* Observe a state: bits, or numbers, borrowed until the next update. */
const void *observation_update(struct observation *s, const void *state);

/* The observation of the latest update. */
const void *observation_now(const struct observation *s);

/* `rows` consecutive observations in the form that the first layer of `net` takes: unchanged, or
 * with their bits unpacked into x (rows, D). */
struct input observation_input(const struct net *net, const struct observation_shape *shape,
                               const void *observations, int rows, real *x);

/* Nonzero if the window is full; before that, actions are random. */
int observation_ready(const struct observation *s);

/* Record that `action` was taken in the state of the latest update. */
void observation_acted(struct observation *s, int action);

/* Start an episode: clear the window. */
void observation_reset(struct observation *s);

/* Save and load the window, for checkpoints.  Reading requires the same shape. */
enum ry_status observation_write(const struct observation *s, struct st_writer *to);
enum ry_status observation_read(struct observation *s, const struct st_file *from);

#endif
