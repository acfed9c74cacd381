/* episode.h - the loop that plays an episode with any policy: a trained network, a scripted policy,
 * random play, a learner or a person.
 *
 *     episode_start(&e, &policy);
 *     episode_play(&e, &policy, cap);          to its end, or up to `cap` steps
 *
 * or step by step with episode_step() and episode_act().
 */
#ifndef RILEY_RL_GAMES_EPISODE_H
#define RILEY_RL_GAMES_EPISODE_H

#include "rl/games/skills.h"

/* A policy chooses actions. */
struct policy {
	/* The action in `state`, one of game_actions(). */
	int  (*act)(void *self, const void *state);
	/* Start an episode, forgetting the last one.  NULL for a policy without memory. */
	void (*start)(void *self);
	void  *self;
};

struct episode {
	const struct game_ops *game;
	void                  *state;    /* of the game; borrowed, as is `random` */
	struct random_source  *random;   /* the game's random source */
	struct skill_counts   *skills;   /* to count skills in, borrowed; NULL: not counted */
	/* progress of the episode */
	double total;                    /* the return so far: the sum of rewards, undiscounted */
	long   steps;
	int    action;                   /* the latest action, and its reward */
	double reward;
	enum game_status status;
};

/* Start an episode; `p` may be NULL if episode_act() is used. */
void episode_start(struct episode *e, const struct policy *p);

/* One step of a running episode: with this action, or the policy's. */
enum game_status episode_act(struct episode *e, int action);
enum game_status episode_step(struct episode *e, const struct policy *p);

/* Play until the episode ends or has `limit` steps, including those already played. */
enum game_status episode_play(struct episode *e, const struct policy *p, long limit);

#endif
