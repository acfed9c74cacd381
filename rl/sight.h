/* sight.h - what a learner sees of a game: its observation, made ready for a network.
 *
 * Games of planes are seen as their bits.  Of a lake only the plane with the agent is seen: holes and goal
 * never move, and what is left is one-hot.  Games of numbers are seen as numbers, with a window onto the past if one is asked
 * for (Karpathy's ConvNetJS, 2014): the current n numbers, then for each of the `window` steps before, latest first,
 * the n numbers of then and the action taken then, one-hot and scaled by n.
 */
#ifndef RILEY_RL_SIGHT_H
#define RILEY_RL_SIGHT_H

#include "rl/game.h"
#include "src/net.h"
#include "src/safetensors.h"

enum { WINDOW_MAX = 8 };

struct sight {
	const struct game_ops *game;
	int    actions, window;
	int    planes, height, width;   /* of bits; planes 0: numbers */
	int    D;                       /* numbers that a network gets */
	size_t bytes;                   /* of an observation */
	/* private */
	int    steps;                   /* remembered, up to window */
	void  *now;                     /* (bytes): what was seen last */
	real  *past;                    /* (window, n + actions): latest first */
};

/* A sight of the game with this many actions; RY_EINVAL when it takes no window and one is asked for.  The
 * caller closes it. */
enum ry_status sight_open(struct sight *s, const struct game_ops *g, int actions, int window);
void sight_close(struct sight *s);

/* Look at a state.  Borrowed until the next look: bits, or numbers. */
const void *sight_look(struct sight *s, const void *state);

/* `rows` observations, one after the other, of `planes` planes of bits (0: numbers), in the form that the first layer of `net` wants:
 * as they are, or their bits unpacked into x (rows, D). */
struct input sight_input(const struct net *net, int planes, int cells, const void *observations, int rows, real *x);

/* Whether the window is full: before, there is nothing to choose an action by. */
int sight_ready(const struct sight *s);

/* `action` was taken in the state looked at last. */
void sight_acted(struct sight *s, int action);

/* An episode begins: there is no past. */
void sight_forget(struct sight *s);

/* The past, for checkpoints.  A sight that reads must have been opened alike. */
enum ry_status sight_write(const struct sight *s, struct st_writer *to);
enum ry_status sight_read(struct sight *s, const struct st_file *from);

#endif
