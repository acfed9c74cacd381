/* rl_report.h - report on an agent: its training, and an evaluation; as text and as JSON. */
#ifndef RILEY_RL_COMMANDS_RL_REPORT_H
#define RILEY_RL_COMMANDS_RL_REPORT_H

#include <stdio.h>
#include <jansson.h>
#include "rl/agent/evaluation.h"

struct rl_report {
	const struct game_ops *game;
	struct game_options    options;

	/* of training; episodes below 0: there was none */
	long   frames, episodes;
	double train_return;         /* mean of the last episodes, as played; reward of a frame
	                              * in an endless game */
	double epsilon;              /* final epsilon of training */
	double largest_q, q_bound;   /* the largest |Q| or target in an update, and what rewards
	                              * explain: agent_q_bound(); NaN: not known */

	/* of the evaluation; owned */
	struct evaluation evaluation;
	double eval_epsilon;
	long   cap, seed;

	struct skill_counts random_skills;   /* of random play, beside evaluation.skills */

	/* on a lake: what the network says of each cell and action, (cells, LAKE_ACTIONS); owned.
	 * Else NULL */
	double *lake_q;
	double  discount;            /* it learnt with */
};

/* Default settings of an evaluation. */
enum {
	RL_EVAL_EPISODES = 100,
	RL_EVAL_EPISODES_ENDLESS = 5,
	RL_EVAL_CAP = 10000,
	RL_EVAL_SEED = 1
};

/* Options of an evaluation for a command whose options struct S has them in `eval`, their names
 * beginning with `prefix`.  Episodes are open: rl_eval_episodes(). */
struct rl_eval_options {
	int    episodes;
	double epsilon;
	long   cap;
};

#define RL_EVAL_ROWS(S, prefix) \
	{ prefix "episodes", 0, OPTION_INT, offsetof(S, eval.episodes), "N", \
	  "episodes to evaluate (default 100; eyes: 5)", 1, 1e6, NULL }, \
	{ prefix "epsilon", 0, OPTION_REAL, offsetof(S, eval.epsilon), "P", \
	  "probability of a random action during evaluation; 0: greedy", 0, 1, NULL }, \
	{ prefix "cap", 0, OPTION_LONG, offsetof(S, eval.cap), "N", \
	  "maximum length of an evaluation episode in frames; eyes: length of every episode", \
	  1, 1e9, NULL }

void rl_eval_defaults(struct rl_eval_options *o);

/* Let the model in a file play, and fill what the report has of evaluation and lakes, but for the
 * discount; options that are open are decided on.  `workers` are borrowed, may be NULL and change
 * no result.  RY_EDATA when `game` is not NULL and the model is of another one. */
enum ry_status rl_report_evaluate(struct rl_report *r, const char *file,
                                  const struct game_ops *game, struct rl_eval_options *o,
                                  long seed, struct workers *workers);
void rl_report_free(struct rl_report *r);

/* As a few lines of text, two numbers called by their names beside random play; on a lake below
 * what rl_lake_report.h prints. */
void rl_report_text(FILE *to, const struct rl_report *r, int ascii);

/* As an object: mean_return, or mean_reward in an endless game, and what it was found by.  With
 * `all` also the return of every episode, and on a lake its table as "lake". */
json_t *rl_report_json(const struct rl_report *r, int all);

#endif
