/* player.h - a trained network that plays: from a model file, step by step, and for a score. */
#ifndef RILEY_RL_PLAYER_H
#define RILEY_RL_PLAYER_H

#include "rl/game.h"
#include "src/net.h"
#include "src/safetensors.h"

/* A trained network and the game it was trained on. */
struct player {
	const struct game_ops *game;
	struct game_options    options;
	struct net            *net;
	int                    window;
};

/* Put the network and, as metadata "game", "options" and "window", how to feed it into a model file. */
enum ry_status player_write(struct st_writer *to, const struct net *net, const struct game_ops *g,
                            const struct game_options *o, int window);

/* From a model file; RY_EDATA or RY_ESHAPE when it is not one of ours, or does not fit its game.  The caller
 * closes it. */
enum ry_status player_open(struct player *p, const struct st_file *from);
void player_close(struct player *p);

/* How player_evaluate() plays. */
struct evaluation_options {
	int    episodes;
	double epsilon;              /* 0: greedy */
	long   cap;                  /* frames after which an episode is cut off and counts as it stands */
	long   seed;                 /* of games and chance; episode k has streams of its own */
	int (*stop)(void);           /* polled between episodes; or NULL */
};

struct evaluation {
	int     episodes;
	double *episode_return;      /* (episodes) */
	long   *frames;              /* (episodes) */
	double  mean, error;         /* of the returns, and the standard error of the mean; NAN where unknown */
	double  mean_frames;
	int     capped;              /* episodes that were cut off */
	double  tally[GAME_TALLIES]; /* what the game counts, per 1,000 frames of all episodes */
};

/* Play whole episodes with a network that no longer learns.  In a game without episodes an episode is `cap`
 * frames and its return is the mean reward per frame.  The caller frees with evaluation_free(). */
enum ry_status player_evaluate(struct player *p, const struct evaluation_options *o, struct evaluation *e);
void evaluation_free(struct evaluation *e);

/* A state of mind for playing step by step (what a window needs to remember), and the values of all
 * actions in a state.  The caller owns it. */
struct player_eye;
struct player_eye *player_eye_alloc(struct player *p);
void player_eye_free(struct player_eye *e);
const real *player_values(struct player_eye *e, const void *state);   /* (actions), borrowed */
void player_acted(struct player_eye *e, int action);                  /* what it did in the state it last looked at */
void player_forget(struct player_eye *e);                             /* at the start of an episode */

#endif
