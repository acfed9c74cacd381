/* rl_learner.h - an agent as a learner of loop.h: a step is a frame, an epoch a stretch of frames
 * after which a point is logged.
 *
 * What the loop calls updates, and logs as "step", are frames: by them a run is rewound.  The
 * network's own updates are a measure, "updates".  Points hold
 *
 *     train_return    mean of the last 100 episodes as they were played, exploration and all ("train_reward", the mean
 *                     reward of the last 1,000 frames, in a game without episodes)
 *     loss, mean_q, largest_q, gradient_norm    of the stretch's updates: means, and the largest
 *     epsilon, episodes, updates, replay        now; episodes finished, transitions in the replay buffer
 *     update_ratio, dead, saturated             of the network, see inspect.h: of the last update of the stretch's last frames,
 *                                               and on observations from all over the buffer
 *
 * A note says so when Q values run away, and when an observer sets epsilon or learning by
 * hand.
 *
 * The best model is that of the largest train_return, once there are 100 episodes; until then, and
 * always in shorter runs and in games without episodes, the latest: the reward of a thousand frames
 * is more luck than play.
 */
#ifndef RILEY_RL_AGENT_RL_LEARNER_H
#define RILEY_RL_AGENT_RL_LEARNER_H

#include "rl/agent/agent.h"
#include "src/train/loop.h"

struct rl_learner;

/* A learner of `frames` frames that logs a point every `report` of them, with agent `a`, which is
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
