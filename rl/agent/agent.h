/* agent.h - an agent and its game: it acts, stores transitions and learns, a frame at a time.
 *
 * A frame: choose an action epsilon-greedily, play it, add the transition to the replay buffer, and,
 * once the buffer holds enough, update the network.  The caller owns the loop:
 *
 *     while (agent_frames(a) < enough)
 *             status = agent_step(a, &f);
 *
 * Streams: STREAM_INIT for the network, STREAM_GAME for the game, STREAM_EXPLORE for exploration,
 * STREAM_ORDER for sampling the replay buffer.
 */
#ifndef RILEY_RL_AGENT_AGENT_H
#define RILEY_RL_AGENT_AGENT_H

#include "rl/agent/dqn.h"
#include "rl/games/game.h"

/* How many episodes "the last episodes" are. */
enum { AGENT_EPISODES = 100 };

struct agent_options {
	/* The network, unless `network` says it whole: convolution, then hidden layers. */
	int         filters;             /* of a 3 x 3 convolution; 0: none. Games of planes only */
	int         hidden[4], n_hidden; /* units of the hidden layers */
	int         dueling;
	int         init;                /* enum init_rule; INIT_DEFAULT: PyTorch's. INIT_NORMAL:
	                                  * deviation 1/sqrt(fan_in), biases of hidden layers 0.1
	                                  * (the eyes demo) */
	int         window;              /* observations before the current one that the network
	                                  * sees as well, each with the action taken there; games
	                                  * of numbers only */
	long        start;               /* frames of random play before learning begins, with
	                                  * the frame after them */
	int         update_every;        /* frames from update to update */
	int         updates;             /* how many updates then */
	double      epsilon, epsilon_end;   /* chance of a random action, falling linearly ... */
	long        epsilon_start, epsilon_frames;   /* ... from the frame epsilon_start on, over
	                                              * so many frames */
	struct dqn_options dqn;
};

/* What happened in a frame; what a screen shows. */
struct agent_frame {
	const real *q;                   /* (actions): values it chose by; NULL when it did not
	                                  * look */
	int    action;                   /* asked for */
	int    explored;                 /* chance chose it */
	double reward;
	enum game_status status;         /* of the episode after the frame */
	double episode_return;           /* so far */
	long   episode_frames;
	int    learned;                  /* updates that were made */
	struct dqn_update update;        /* their means, the largest |Q| of all, and the last
	                                  * one's lr */
};

struct agent;

/* How many parameters the network of such an agent has, for who decides on the number of workers:
 * into *n.  RY_EINVAL for options that agent_alloc() would refuse. */
enum ry_status agent_parameters(const struct game_ops *g, const struct game_options *game,
                                const struct agent_options *o, size_t *n);

/* A new agent before the first frame of its game.  NULL with ry_message().  `workers` are borrowed;
 * the caller owns the agent. */
struct agent *agent_alloc(const struct game_ops *g, const struct game_options *game,
                          const struct agent_options *o, long seed, struct workers *workers);
void agent_free(struct agent *a);

/* One frame.  RY_ENUMERIC as dqn_update(). */
enum ry_status agent_step(struct agent *a, struct agent_frame *f);

long   agent_frames(const struct agent *a);
long   agent_episodes(const struct agent *a);       /* finished */
double agent_epsilon(const struct agent *a);        /* in the next frame; 1 in frames of random
                                                     * play */
const void *agent_state(const struct agent *a);     /* of the game: borrowed */
const struct game_ops *agent_game(const struct agent *a);
int    agent_update_every(const struct agent *a);   /* frames from update to update, as in its
                                                     * options */
struct dqn *agent_dqn(const struct agent *a);       /* borrowed */

/* Mean return of the last AGENT_EPISODES finished episodes, or of as many as there were: NAN before
 * the first.  In a game without episodes the mean reward per frame of the last 1,000 frames. */
double agent_mean_return(const struct agent *a);

/* What the network now thinks all actions were worth where the latest one was chosen, also when
 * chance chose it: for a watcher.  Borrowed, (actions), until the next frame; NULL before the first
 * one since the agent was made or read. */
const real *agent_values(struct agent *a);

/* The returns of the latest finished episodes, oldest first: up to `n` of them into `to`; how
 * many. */
int agent_returns(const struct agent *a, int n, double *to);

/* For a watcher: play with this epsilon instead (below 0: back to the schedule); learn or not. */
void agent_set_epsilon(struct agent *a, double epsilon);
void agent_set_learning(struct agent *a, int on);
double agent_forced_epsilon(const struct agent *a);  /* as set; below 0: the schedule */
int    agent_learning(const struct agent *a);

/* The largest |Q| that the rewards seen so far can explain: max |reward| / (1 - discount). */
double agent_q_bound(const struct agent *a);

/* Everything from which the agent goes on to the same bits; the same options are needed to read it,
 * and what a file says is checked before it is used.  After a failure there is nothing to be done
 * with the agent but to read another file or to free it. */
enum ry_status agent_write(const struct agent *a, struct st_writer *to);
enum ry_status agent_read(struct agent *a, const struct st_file *from);

/* The model file of q_policy.h: the network as it is now, and its game. */
enum ry_status agent_write_model(const struct agent *a, struct st_writer *to);

#endif
