/* replay.h - the replay buffer: the transitions that an agent learns from, and their sampling.
 *
 * A transition is (s, a, r, s'), an observation, the action that was asked for there, the reward
 * and the observation k steps later, with k = n_step but where an episode ends before:
 *
 *     r = r_0 + gamma r_1 + ... + gamma^(k-1) r_(k-1),   bootstrap = gamma^k, or 0 at a terminal s'
 *
 * so that the target of every transition is r + bootstrap * max_a Q(s', a) (Sutton 1988; Mnih et
 * al. 2015).  A time limit is no terminal state: there s' is the observation before the reset.
 * Each transition holds both its observations, as bits where the game shows bits: nothing depends
 * on what lies beside it, so wrapping around and ends of episodes need no exceptions.
 *
 * Sampling is uniform, or in proportion to priorities (Schaul et al. 2016):
 *
 *     P(i) = p_i^alpha / sum,  p_i = |TD error| + epsilon,  weight_i = (N P(i))^-beta / max weight
 */
#ifndef RILEY_RL_AGENT_REPLAY_H
#define RILEY_RL_AGENT_REPLAY_H

#include <stddef.h>
#include <gsl/gsl_rng.h>
#include "rl/agent/observation.h"
#include "rl/games/game.h"
#include "src/base/real.h"
#include "src/base/safetensors.h"
#include "src/base/status.h"

struct replay_options {
	size_t capacity;             /* transitions */
	int    n_step;               /* 1 or more */
	double discount;             /* gamma, 0..1 */
	int    random_eviction;      /* when full, evict a random transition, not the oldest */
	double alpha;                /* priority exponent, 0..1; 0: uniform */
	double epsilon;              /* added to every |TD error|; positive if alpha is */
};

struct replay;

/* An empty replay buffer for observations of this size, a multiple of 4 bytes each.  The caller
 * owns it.  NULL, with ry_message() set, for invalid options or without memory. */
struct replay *replay_alloc(const struct replay_options *o,
                            const struct observation_shape *shape);
void replay_free(struct replay *r);

/* Number of transitions, and the capacity. */
size_t replay_count(const struct replay *r);
size_t replay_capacity(const struct replay *r);

/* Add one step: in s the agent chose `action`, received `reward` and observed `next`, which ends
 * the episode if `status` says so.  Both observations are copied.  With n_step above 1, transitions
 * are added that many steps later, and the last ones of an episode at its end.  A new transition
 * has the largest priority so far. rng is for random eviction only and may be NULL without it. */
void replay_add(struct replay *r, const void *s, int action, double reward, const void *next,
                enum game_status status, gsl_rng *rng);

/* Sample `n` transitions into index (n), without replacement unless `with_replacement` is nonzero
 * or there are priorities.  Needs n transitions, or one with replacement. weight (n) receives their
 * importance-sampling weights, 1 for uniform sampling. */
void replay_sample(const struct replay *r, int n, int with_replacement, double beta, gsl_rng *rng,
                   size_t *index, real *weight);

/* The parts of the transition at an index; observations are borrowed. */
const void *replay_state(const struct replay *r, size_t i);
const void *replay_next(const struct replay *r, size_t i);
int         replay_action(const struct replay *r, size_t i);
real        replay_reward(const struct replay *r, size_t i);
real        replay_bootstrap(const struct replay *r, size_t i);

/* Set the priorities of the transitions index (n) from their new TD errors.  No effect with uniform
 * sampling. */
void replay_errors(struct replay *r, int n, const size_t *index, const real *error);

/* Save and load the whole buffer, unfinished transitions included.  Observations are lent to the
 * writer (see st_lend()): the buffer must not change until the file has been written.  The buffer
 * that reads must have the same options: RY_ESHAPE or RY_EDATA if the file disagrees or has invalid
 * values, such as an action outside 0 .. actions - 1.  After a failure the buffer is unchanged or
 * empty. */
enum ry_status replay_write(const struct replay *r, struct st_writer *to);
enum ry_status replay_read(struct replay *r, const struct st_file *from, int actions);

#endif
