/* pqn.h - Q-learning from many games at once, without replay buffer and target network (Gallici et
 * al. 2025, "Simplifying deep temporal difference learning").
 *
 * A round: the caller plays T frames of each of N games with the current network and notes them in
 * a rollout.  The targets are Q(lambda) returns, computed backwards from the Q values that acting
 * computed anyway:
 *
 *     G_t = r_t + gamma [ (1 - lambda) max_a Q(s_t+1, a) + lambda G_t+1 ],   the last without G
 *     G_t = r_t                                          at a terminal state
 *     G_t = r_t + gamma max_a Q(the episode's last observation, a)    where a time limit cut it
 *
 * Then it makes several passes over the N T transitions, each in a new random order, cut into equal
 * minibatches: the loss is half the squared TD error Q(s_t, a_t) - G_t, averaged over the
 * minibatch, and G_t has no gradient.
 *
 * A minibatch is split over workers by rows.  Same seed, same number of workers: the same bits.
 */
#ifndef RILEY_RL_AGENT_PQN_H
#define RILEY_RL_AGENT_PQN_H

#include <stdint.h>
#include "rl/agent/observation.h"
#include "src/base/workers.h"
#include "src/nn/inspect.h"
#include "src/train/optimizer.h"

struct pqn_options {
	int    games;                /* N */
	int    steps;                /* T: frames of each game in a round */
	int    passes;               /* over the transitions of a round */
	int    minibatches;          /* of a pass; divides N T */
	double discount;             /* gamma */
	double lambda;               /* 0: one-step targets; 1: returns to the end of the round */
	double clip;                 /* maximum gradient norm; 0: no limit */
	struct optimizer_options optimizer;   /* its penalties apply to weights, not to biases */
};

enum { PQN_GAMES_MAX = 4096, PQN_STEPS_MAX = 1024 };

/* What the games of a round show and do.  Index (t, k): frame t of game k, at t N + k; arrays of
 * bytes and of Q values have as many of each. */
struct rollout {
	int      N, T, A;
	size_t   bytes;              /* of an observation, see observation.h */
	unsigned char *observation;  /* (T + 1, N, bytes): before the action; then after the last */
	real    *q;                  /* (T + 1, N, A): Q values of these */
	uint8_t *action;             /* (T, N) */
	real    *reward;             /* (T, N) */
	uint8_t *status;             /* (T, N): enum game_status after the action */
	real    *cut_value;          /* (T, N): where a time limit cut the episode, max_a Q of its
	                              * last observation */
	real    *target;             /* (T, N): G */
};

/* Means over the updates of a round. */
struct pqn_update {
	int    updates;
	double loss;                 /* half the squared TD error */
	double q;                    /* Q(s, a) */
	double q_largest;            /* largest |Q(s, a)| and |G| */
	double norm;                 /* of the gradient, before clipping */
	double lr;                   /* of the last update */
};

struct pqn;

/* RY_OK, or RY_EINVAL with what is wrong with the options. */
enum ry_status pqn_check(const struct pqn_options *o);

/* A learner with an untrained network, which `lines` describes (net.h): from an observation of this
 * shape to one number per action.  Everything is allocated here; `workers` are borrowed.  The
 * caller owns the learner.  NULL with ry_message() for invalid options or without memory. */
struct pqn *pqn_alloc(const struct pqn_options *o, const char *lines,
                      const struct observation_shape *shape, long seed, struct workers *workers);
void pqn_free(struct pqn *p);

/* Borrowed. */
struct net     *pqn_net(const struct pqn *p);
struct rollout *pqn_rollout(struct pqn *p);
long pqn_updates(const struct pqn *p);

/* Fill q (t, from .. to - 1) of the rollout from its observations; and the Q values of any one
 * observation, (A), borrowed until the next call with this worker.  Each worker may do so at the
 * same time as the others, with an id of its own. */
void pqn_values(struct pqn *p, int worker, int t, int from, int to);
const real *pqn_value_of(struct pqn *p, int worker, const void *observation);

/* Fill `target` of games from .. to - 1 from the rest of the rollout. */
void pqn_targets(const struct pqn_options *o, struct rollout *r, int from, int to);

/* Learn from a rollout with its targets.  Allocates nothing.  RY_ENUMERIC if a loss or gradient is
 * not finite: that update and those after it are not made. */
enum ry_status pqn_learn(struct pqn *p, struct pqn_update *u);

/* As dqn_watch() and dqn_look(): the last update of a round; observations spread evenly over the
 * latest rollout. */
void pqn_watch(struct pqn *p, struct inspector *i);
void pqn_look(struct pqn *p, struct inspector *i);

/* Save and load network, optimiser, counters and generator, between rounds.  The learner that reads
 * must have the same options: RY_ESHAPE or RY_EDATA if the file belongs to another network or rule,
 * or is damaged.  After a failure the learner can only read another file or be freed. */
enum ry_status pqn_write(const struct pqn *p, struct st_writer *to);
enum ry_status pqn_read(struct pqn *p, const struct st_file *from);

#endif
