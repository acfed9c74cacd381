/* rl_learner.h - an agent as a learner of loop.h: a step is a frame, an epoch a stretch of frames
 * after which a point is logged.
 *
 * The loop's updates, logged as "step", are frames: a run is rewound by frames.  The network's own
 * updates are the measure "updates".  Points have
 *
 *     train_return    mean of the last 100 training episodes, exploration included ("train_reward",
 *                     the mean reward of the last 1,000 frames, in a game without episodes)
 *     loss, mean_q, largest_q, gradient_norm    of the stretch's updates: means, and the largest
 *     epsilon, episodes, updates, replay        current; finished episodes, size of the buffer
 *     update_ratio, dead, saturated             of the network (inspect.h), from the last update of
 *                               the stretch and on observations from the whole buffer
 *
 * A note is sent if Q values diverge, and if an observer changes epsilon or learning.
 *
 * The best model is the one with the largest train_return once there are 100 episodes.  Before
 * that, in shorter runs and in games without episodes it is the latest: the reward of a thousand
 * frames is mostly chance.
 */
#ifndef RILEY_RL_AGENT_RL_LEARNER_H
#define RILEY_RL_AGENT_RL_LEARNER_H

#include "rl/agent/agent.h"
#include "src/train/loop.h"

struct rl_learner;

/* A learner of `frames` frames that logs a point every `report` frames, with agent `a`, which is
 * borrowed; `lr` is the learning rate before the first update.  NULL without memory. */
struct rl_learner *rl_learner_alloc(struct agent *a, const struct game_ops *g, long frames,
                                    long report, double lr);
void rl_learner_free(struct rl_learner *l);

/* The latest frame, and the agent, for observers.  Borrowed. */
const struct agent_frame *rl_learner_frame(const struct rl_learner *l);
struct agent *rl_learner_agent(const struct rl_learner *l);

/* Its operations, for train_run(). */
struct learner rl_learner_ops(struct rl_learner *l);

#endif
