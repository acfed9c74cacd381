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
 *     eval_return     mean of a greedy evaluation ("eval_reward", of a frame, in a game without
 *                     episodes); with eval_error, its standard error, eval_frame, where it was
 *                     made, and in games with episodes eval_episodes and eval_truncated, how many
 *                     of them were cut off.  Points between two evaluations repeat the last one
 *
 * A note is sent if Q values diverge, and if an observer changes epsilon or learning.
 *
 * An evaluation is made at the first point at or after every so many frames, and at the last point,
 * once the network has been updated.  It always plays the same episodes, from random streams of
 * their own, so training is the same with and without it.  Its frames are at most a tenth of those
 * since the last one, and fewer where a frame learns from few transitions: it costs less than 3 %
 * of the time.  The best model is the one with the largest eval_return, of equal ones the latest.
 *
 * Without evaluations it is the one with the largest train_return once there are 100 episodes.
 * Before that, in shorter runs and in games without episodes it is the latest: the reward of a
 * thousand frames is mostly chance.
 *
 * The models after 1,000 frames, 10,000 and so on, and after the last frame, are kept as
 * "agent-FRAMES.safetensors".
 */
#ifndef RILEY_RL_AGENT_RL_LEARNER_H
#define RILEY_RL_AGENT_RL_LEARNER_H

#include "rl/agent/agent.h"
#include "src/train/loop.h"

struct rl_learner;

struct rl_learner_options {
	long   frames;               /* length of the run */
	long   report;               /* frames from point to point */
	long   evaluate;             /* ... and from evaluation to evaluation; 0: none */
	double lr;                   /* learning rate before the first update */
	long   seed;                 /* of the evaluations' streams */
	int  (*stop)(void);          /* ends an evaluation: its point is then not measured; or
	                              * NULL */
	struct workers *workers;     /* for evaluations; borrowed, or NULL */
};

/* A learner with agent `a`, which is borrowed.  NULL without memory. */
struct rl_learner *rl_learner_alloc(struct agent *a, const struct game_ops *g,
                                    const struct rl_learner_options *o);
void rl_learner_free(struct rl_learner *l);

/* The latest frame, and the agent, for observers.  Borrowed. */
const struct agent_frame *rl_learner_frame(const struct rl_learner *l);
struct agent *rl_learner_agent(const struct rl_learner *l);

/* The file name of the model kept after so many frames; and whether `name` is such a one, with the
 * frames in *frames. */
void rl_learner_keep_name(char *into, size_t size, long frames);
int  rl_learner_kept(const char *name, long *frames);

/* Its operations, for train_run(). */
struct learner rl_learner_ops(struct rl_learner *l);

#endif
