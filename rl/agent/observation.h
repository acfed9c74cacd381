/* observation.h - what a learner sees of a game: its observation, made ready for a network.
 *
 * Games of planes are seen as their bits.  Of a lake only the plane with the agent is seen: holes
 * and goal never move, and what is left is one-hot.  Games of numbers are seen as numbers, with a
 * window onto the past if one is asked for (Karpathy's ConvNetJS, 2014): the current n numbers,
 * then for each of the `window` steps before, latest first, the n numbers of then and the action
 * taken then, one-hot and scaled by n.
 */
#ifndef RILEY_RL_AGENT_OBSERVATION_H
#define RILEY_RL_AGENT_OBSERVATION_H

#include "rl/games/game.h"
#include "src/base/safetensors.h"
#include "src/nn/net.h"

enum { WINDOW_MAX = 8 };

/* What one observation is made of. */
struct observation_shape {
	int    planes, height, width;   /* of bits; planes 0: numbers */
	int    D;                       /* numbers that a network gets */
	size_t bytes;                   /* as it is stored */
};

struct observation_shape observation_of_planes(int planes, int height, int width);
struct observation_shape observation_of_numbers(int D);

struct observation {
	const struct game_ops *game;
	int    actions, window;
	struct observation_shape shape;
	/* private */
	int    steps;                   /* remembered, up to window */
	void  *now;                     /* (bytes): the latest */
	real  *past;                    /* (window, n + actions): latest first */
};

/* An observer of the game with this many actions; RY_EINVAL when it takes no window and one is
 * asked for.  The caller closes it. */
enum ry_status observation_open(struct observation *s, const struct game_ops *g, int actions,
                                int window);
void observation_close(struct observation *s);

/* Observe a state: bits, or numbers, borrowed until the next update. */
const void *observation_update(struct observation *s, const void *state);

/* The observation of the latest update. */
const void *observation_now(const struct observation *s);

/* `rows` observations, one after the other, in the form that the first layer of `net` takes: as
 * they are, or their bits unpacked into x (rows, D). */
struct input observation_input(const struct net *net, const struct observation_shape *shape,
                               const void *observations, int rows, real *x);

/* Whether the window is full.  Before, there is no whole observation to choose an action by. */
int observation_ready(const struct observation *s);

/* `action` was taken in the state of the latest update. */
void observation_acted(struct observation *s, int action);

/* An episode begins: there is no past. */
void observation_reset(struct observation *s);

/* The past, for checkpoints.  One that reads must have been opened alike. */
enum ry_status observation_write(const struct observation *s, struct st_writer *to);
enum ry_status observation_read(struct observation *s, const struct st_file *from);

#endif
