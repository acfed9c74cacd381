/* agent.h - an agent and its games: it acts and learns, step by step.  The caller owns the loop:
 *
 *     while (agent_frames(a) < enough)
 *             status = agent_step(a, &f);
 *
 * There are two kinds, by algorithm:
 *
 *     dqn   plays one game.  A step is a frame: it chooses an action epsilon-greedily, plays it,
 *           adds the transition to the replay buffer and, once the buffer holds enough, updates
 *           the network (dqn.h)
 *     pqn   plays many games side by side.  A step is a round: some frames of each game, then
 *           updates from just these (pqn.h)
 *
 * Streams: STREAM_INIT for the network; STREAM_GAME and STREAM_EXPLORE for the game and its
 * exploration, or of game k of many STREAM_GAMES + 2 k and the one after it; STREAM_ORDER for
 * sampling the replay buffer, or the order of minibatches.
 */
#ifndef RILEY_RL_AGENT_AGENT_H
#define RILEY_RL_AGENT_AGENT_H

#include "rl/agent/dqn.h"
#include "rl/agent/pqn.h"
#include "rl/agent/q_policy.h"
#include "rl/games/skills.h"

/* Length of the moving window of finished episodes. */
enum { AGENT_EPISODES = 100 };

enum algorithm { ALGORITHM_DQN, ALGORITHM_PQN, ALGORITHMS };

/* "dqn", "pqn"; NULL-terminated. */
extern const char *const algorithm_names[];

struct agent_options {
	int         algorithm;           /* enum algorithm */

	/* The network: convolution, then hidden layers, each followed by a ReLU. */
	int         filters;             /* of a 3 x 3 convolution; 0: none. Games of planes only */
	int         hidden[4], n_hidden; /* units of the hidden layers */
	int         norm;                /* layer normalisation before each ReLU: over the filters
	                                  * of each cell, over the units of a hidden layer */
	int         dueling;
	int         init;                /* enum init_rule; INIT_DEFAULT: PyTorch's.  INIT_NORMAL:
	                                  * sd 1/sqrt(fan_in), biases of hidden layers 0.1 (the eyes
	                                  * demo).  INIT_HE_NORMAL: biases 0, the last layer's sd
	                                  * 1/sqrt(fan_in) (pqn as published) */
	int         window;              /* past observations that are also inputs, each with the
	                                  * action taken there; games of numbers only */
	/* dqn */
	long        start;               /* frames of random play before the first update; pqn: 0 */
	int         update_every;        /* frames between updates */
	int         updates;             /* updates at a time */
	struct dqn_options dqn;
	/* pqn */
	struct pqn_options pqn;
	/* both */
	double      epsilon;             /* probability of a random action, falling linearly ... */
	double      epsilon_end;         /* ... to this */
	long        epsilon_start;       /* ... from this frame on */
	long        epsilon_frames;      /* ... over this many frames, of all games together */
};

/* What happened in a step, for screens: of pqn, in the last frame of its game 0. */
struct agent_frame {
	long   frames;                   /* played, of all games together */
	const real *q;                   /* (actions): Q values; NULL if they were not needed */
	int    action;                   /* asked for */
	int    explored;                 /* it was random */
	double reward;
	enum game_status status;         /* of the episode after the frame */
	double episode_return;           /* so far */
	long   episode_frames;
	int    learned;                  /* number of updates made */
	struct dqn_update update;        /* their means, the largest |Q|, and the last lr */
};

struct agent;

/* The number of parameters of such an agent's network, to choose the number of workers, in *n.
 * RY_EINVAL for options that agent_alloc() would refuse. */
enum ry_status agent_parameters(const struct game_ops *g, const struct game_options *game,
                                const struct agent_options *o, size_t *n);

/* A new agent before the first frame of its game.  `workers` are borrowed; the caller owns the
 * agent.  NULL with ry_message() set. */
struct agent *agent_alloc(const struct game_ops *g, const struct game_options *game,
                          const struct agent_options *o, long seed, struct workers *workers);
void agent_free(struct agent *a);

/* Play and learn one step.  RY_ENUMERIC if loss or gradient of an update is not finite: that update
 * is not made. */
enum ry_status agent_step(struct agent *a, struct agent_frame *f);

long   agent_frames(const struct agent *a);         /* of all games together */
long   agent_episodes(const struct agent *a);       /* finished */
double agent_epsilon(const struct agent *a);        /* in the next frame; 1 during random play */
const struct game_ops *agent_game(const struct agent *a);
int    agent_games(const struct agent *a);          /* games side by side: 1 for dqn */
const void *agent_game_state(const struct agent *a, int k);   /* of game k: borrowed */
const void *agent_state(const struct agent *a);     /* of game 0: borrowed */
int    agent_round(const struct agent *a);          /* frames of a step */
int    agent_update_every(const struct agent *a);   /* steps from update to update, as in its
                                                     * options */
double agent_batches(const struct agent *a);        /* transitions learnt from in a frame, on
                                                     * average */
long   agent_updates(const struct agent *a);        /* of the network, so far */
struct net *agent_net(const struct agent *a);       /* borrowed */
struct dqn *agent_dqn(const struct agent *a);       /* borrowed; NULL for pqn */

/* Show the updates that come to `i` (borrowed; an inspector of agent_net()): of a step that makes
 * several, the last.  NULL: none. */
void agent_watch(struct agent *a, struct inspector *i);

/* Show the layers to `i` during a forward pass of a batch of observations that the agent learns
 * from.  Uses no random numbers. */
void agent_look(struct agent *a, struct inspector *i);

/* The mean return of the last AGENT_EPISODES finished episodes, or of all if there are fewer; NAN
 * before the first.  In a game without episodes, the mean reward per frame of the last 1,000
 * frames. */
double agent_mean_return(const struct agent *a);

/* The skills counted lately (skill_fade()) in all games since the agent was made:
 * borrowed. */
const struct skill_counts *agent_skills(const struct agent *a);

/* The Q values of all actions, by the current network, in the state where the latest action (of
 * game 0) was chosen, even if it was random: for display.  Borrowed, (actions), until the next
 * step; NULL before the first step since the agent was created or read. */
const real *agent_values(struct agent *a);

/* Copy up to `n` returns of the latest finished episodes to `to`, oldest first; returns their
 * number. */
int agent_returns(const struct agent *a, int n, double *to);

/* Override epsilon (below 0: back to the schedule), and turn learning on or off, from a screen. */
void agent_set_epsilon(struct agent *a, double epsilon);
void agent_set_learning(struct agent *a, int on);
double agent_forced_epsilon(const struct agent *a);  /* as set; below 0: the schedule */
int    agent_learning(const struct agent *a);

/* The largest |Q| that the rewards seen so far can explain: max |reward| / (1 - discount). */
double agent_q_bound(const struct agent *a);

/* Save and load the complete state, from which the agent continues with the same bits.  Reading
 * requires the same options; the file is validated before it is used.  After a failure the agent
 * can only read another file or be freed. */
enum ry_status agent_write(const struct agent *a, struct st_writer *to);
enum ry_status agent_read(struct agent *a, const struct st_file *from);

/* The current network and its game, for a policy: its parameters are the agent's, so it learns as
 * the agent does.  It must be closed before the agent is freed. */
enum ry_status agent_network(const struct agent *a, struct q_network *q);

/* Write the model file of q_policy.h: the current network and its game. */
enum ry_status agent_write_model(const struct agent *a, struct st_writer *to);

#endif
