/* evaluation.h - a trained network that plays: from a model file, step by step, and for a score. */
#ifndef RILEY_RL_AGENT_EVALUATION_H
#define RILEY_RL_AGENT_EVALUATION_H

#include "rl/games/game.h"
#include "src/base/safetensors.h"
#include "src/nn/net.h"

/* A trained network and the game it was trained on. */
struct trained_policy {
	const struct game_ops *game;
	struct game_options    options;
	struct net            *net;
	int                    window;
};

/* Put the network and, as metadata "game", "options" and "window", how to feed it into a model
 * file. */
enum ry_status trained_policy_write(struct st_writer *to, const struct net *net,
                                    const struct game_ops *g, const struct game_options *o,
                                    int window);

/* From a model file; RY_EDATA or RY_ESHAPE when it is not one of ours, or does not fit its game.
 * The caller closes it. */
enum ry_status trained_policy_open(struct trained_policy *p, const struct st_file *from);
void trained_policy_close(struct trained_policy *p);

/* How evaluate_policy() plays. */
struct evaluation_options {
	int    episodes;
	double epsilon;              /* 0: greedy */
	long   cap;                  /* frames after which an episode is cut off and counts as it
	                              * stands */
	long   seed;                 /* of games and chance; episode k has streams of its own */
	int (*stop)(void);           /* polled between episodes; or NULL */
};

struct evaluation {
	int     episodes;
	double *episode_return;      /* (episodes) */
	long   *frames;              /* (episodes) */
	double  mean, error;         /* of the returns, and the standard error of the mean; NAN
	                              * where unknown */
	double  mean_frames;
	int     capped;              /* episodes that were cut off */
	double  tally[GAME_TALLIES]; /* what the game counts, per 1,000 frames of all episodes */
};

/* Play whole episodes with a network that no longer learns.  In a game without episodes an episode
 * is `cap` frames and its return is the mean reward per frame.  The caller frees with
 * evaluation_free(). */
enum ry_status evaluate_policy(struct trained_policy *p, const struct evaluation_options *o,
                               struct evaluation *e);
void evaluation_free(struct evaluation *e);

/* A state of mind for playing step by step (what a window needs to remember), and the values of all
 * actions in a state.  The caller owns it. */
struct policy_state;
struct policy_state *policy_state_alloc(struct trained_policy *p);
void policy_state_free(struct policy_state *e);
/* (actions), borrowed */
const real *policy_state_values(struct policy_state *e, const void *state);
/* what it did in the state it last looked at */
void policy_state_acted(struct policy_state *e, int action);
/* at the start of an episode */
void policy_state_forget(struct policy_state *e);

#endif
