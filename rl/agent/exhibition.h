/* exhibition.h - games that an agent plays for spectators while it learns from others.
 *
 * An agent that learns from many games at once plays thousands of frames a second, which no eye can
 * follow.  An exhibition begins with copies of those games and goes on at the caller's pace: all of
 * its boards are played by the agent's current network, epsilon-greedily, with one forward pass a
 * step.  It only reads the parameters and has random streams of its own, so the agent learns the
 * same bits whether anybody watches or not.
 *
 *     x = exhibition_alloc(agent, 48, seed)
 *     exhibition_step(x, agent_epsilon(agent), 10)       whenever a frame is due
 *     board = exhibition_board(x, k)                     what to draw
 *
 * A board whose episode has ended stands still for some steps, so that the end is seen, before the
 * next one begins.
 */
#ifndef RILEY_RL_AGENT_EXHIBITION_H
#define RILEY_RL_AGENT_EXHIBITION_H

#include "rl/agent/agent.h"

/* One of its games, after its latest step. */
struct exhibition_board {
	const void *state;               /* of the game: borrowed */
	const real *q;                   /* (actions): Q values where the action was chosen; NULL
	                                  * before the first step */
	double      value;               /* the largest of them; NAN likewise */
	int         action, explored;    /* chosen, -1: none yet; it was random */
	double      reward;
	enum game_status status;
	double      episode_return;      /* since the board was copied, or of its latest episode */
	long        episode_frames;
	long        episodes;            /* finished */
	int         rest;                /* steps for which it still stands still; 0: it plays */
};

struct exhibition;

/* `boards` copies of the agent's games, in turn; board k draws from stream STREAM_SHOW + k of
 * `seed`.  The agent is borrowed and must outlive the exhibition, which the caller frees.  NULL,
 * with ry_message() set, without memory. */
struct exhibition *exhibition_alloc(const struct agent *a, int boards, long seed);
void exhibition_free(struct exhibition *x);

/* One step of all boards that do not stand still; an episode that ends keeps its board still for
 * `rest` steps.  Allocates nothing. */
void exhibition_step(struct exhibition *x, double epsilon, int rest);

/* Start a new episode on board k now. */
void exhibition_restart(struct exhibition *x, int k);

/* How many boards there are; board k, borrowed until the next step. */
int exhibition_boards(const struct exhibition *x);
const struct exhibition_board *exhibition_board(const struct exhibition *x, int k);

#endif
