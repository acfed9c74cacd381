/* dqn.h - deep Q-learning: a network that learns what actions are worth.
 *
 * For a batch of remembered transitions (replay.h) an update moves Q(s, a) towards
 *
 *     y = r + bootstrap * max_a' Q_target(s', a')                          Mnih et al. 2015
 *     y = r + bootstrap * Q_target(s', argmax_a' Q(s', a'))  (double)      van Hasselt et al. 2016
 *
 * or, where play with chance e goes on after s', towards what such play is worth there (van Seijen et al. 2009):

 *     y = r + bootstrap * ((1 - e) * that + e * mean_a' Q_target(s', a'))   (expected SARSA)
 *
 * through the loss of their difference, squared / 2 or Huber's, weighted by the replay and averaged over the
 * batch.  No gradient goes through y.  Q_target is a copy of the network, renewed every so many
 * updates, or the network itself.  Dueling (Wang et al. 2016) is a last layer of the network: see
 * rl/agent/dueling.h.
 *
 * An update is split over workers by rows of the batch.  Same seed, same number of workers: the same
 * bits.
 */
#ifndef RILEY_RL_AGENT_DQN_H
#define RILEY_RL_AGENT_DQN_H

#include "rl/agent/replay.h"
#include "src/base/workers.h"
#include "src/nn/inspect.h"
#include "src/nn/loss.h"
#include "src/nn/net.h"
#include "src/train/optimizer.h"

struct dqn_options {
	int    batch;
	struct replay_options replay;
	int    with_replacement;     /* a batch may hold a transition twice */
	double beta;                 /* of prioritised replay, at the start; rises to 1 ... */
	long   beta_updates;         /* ... over so many updates */
	long   target_every;         /* updates from copy to copy of the target network; 0: none */
	int    double_q;
	double target_epsilon;       /* e above, 0..1; 0: Q-learning */
	struct loss loss;            /* LOSS_SQUARED (its half is taken) or LOSS_HUBER */
	double clip;                 /* longest gradient (norm); 0: no limit */
	struct optimizer_options optimizer;   /* its penalties are for weights, not for biases */
};

/* What one update found. */
struct dqn_update {
	double loss;                 /* mean over the batch */
	double q;                    /* mean of Q(s, a) */
	double q_largest;            /* largest |Q(s, a)| and |y| */
	double norm;                 /* of the gradient, before clipping */
	double lr;
};

struct dqn;

/* A learner with an untrained network, which `lines` describes (see net.h): from an observation of
 * this shape to one number per action.  Everything is allocated here; `workers` are borrowed.  The
 * caller owns the learner.  NULL with ry_message() for invalid options or without memory. */
struct dqn *dqn_alloc(const struct dqn_options *o, const char *lines,
                      const struct observation_shape *shape, long seed, struct workers *workers);
void dqn_free(struct dqn *d);

/* Borrowed. */
struct net    *dqn_net(const struct dqn *d);
struct replay *dqn_replay(const struct dqn *d);
long dqn_updates(const struct dqn *d);

/* Q of all actions for one observation as the replay holds them (bits, or numbers).  Borrowed,
 * (actions), until the next call. */
const real *dqn_values(struct dqn *d, const void *observation);

/* The action worth most of q (n); of several the first. */
int dqn_greedy(const real *q, int n);

/* One update; the memory must hold a batch.  Nothing is allocated.  RY_ENUMERIC when loss or
 * gradient is not finite: parameters and optimiser are then as before (what is drawn from the
 * memory has moved on). */
enum ry_status dqn_update(struct dqn *d, struct dqn_update *u);

/* Show `i` (borrowed; an inspector of dqn_net()) every update from now on; NULL: nobody. */
void dqn_watch(struct dqn *d, struct inspector *i);

/* Show `i` the layers, as observations from all over the memory go through them: a batch of them,
 * or as many as there are.  Nothing is drawn. */
void dqn_look(struct dqn *d, struct inspector *i);

/* Q_target = Q now, whatever the count of updates. */
void dqn_copy_target(struct dqn *d);

/* Networks, optimiser, memory, counters and generator.  A learner that reads must have been made
 * with the same options: RY_ESHAPE or RY_EDATA when the file is one of another network, rule or
 * memory, or not one at all.  After a failure there is nothing to be done with the learner but to
 * read another file or to free it. */
enum ry_status dqn_write(const struct dqn *d, struct st_writer *to);
enum ry_status dqn_read(struct dqn *d, const struct st_file *from);

#endif
