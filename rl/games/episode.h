/* episode.h - the loop that plays an episode, whoever acts: a trained network, a scripted policy,
 * chance, a learner or a person.
 *
 *     episode_start(&e, &policy);
 *     episode_play(&e, &policy, cap);          to its end, or up to `cap` steps
 *
 * or step by step with episode_step() and episode_act().
 */
#ifndef RILEY_RL_GAMES_EPISODE_H
#define RILEY_RL_GAMES_EPISODE_H

#include "rl/games/game.h"

/* What chooses the actions. */
struct policy {
	/* The action in `state`, one of game_actions(). */
	int  (*act)(void *self, const void *state);
	/* An episode begins: what was remembered of the last one counts no more.  NULL for a policy
	 * that remembers nothing. */
	void (*start)(void *self);
	void  *self;
};

struct episode {
	const struct game_ops *game;
	void                  *state;    /* of the game; borrowed, as is `random` */
	struct random_source  *random;   /* what the game draws from */
	/* from here on as the episode goes */
	double total;                    /* the return so far: the sum of rewards, undiscounted */
	long   steps;
	int    action;                   /* of the latest step, and what it brought */
	double reward;
	enum game_status status;
};

/* A new episode; `p` may be NULL when episode_act() is what follows. */
void episode_start(struct episode *e, const struct policy *p);

/* One step of an episode that is on: with this action, or the policy's. */
enum game_status episode_act(struct episode *e, int action);
enum game_status episode_step(struct episode *e, const struct policy *p);

/* Steps until the episode ends or has `limit` of them, those already made included. */
enum game_status episode_play(struct episode *e, const struct policy *p, long limit);

#endif
