/* agent_internal.h - what every kind of agent has, and what each supplies itself.
 *
 * agent.c holds what they share: options, the network's lines and initial weights, the schedule of
 * epsilon, and the returns of finished episodes.  A kind is an algorithm: how games are played and
 * how the network learns from them.
 */
#ifndef RILEY_RL_AGENT_AGENT_INTERNAL_H
#define RILEY_RL_AGENT_AGENT_INTERNAL_H

#include "rl/agent/agent.h"

/* Rewards that the mean of an endless game is over. */
enum { AGENT_REWARDS = 1000 };

struct agent_kind;

/* First in the struct of each kind. */
struct agent {
	const struct agent_kind *kind;
	const struct game_ops   *game;
	struct game_options      options;
	struct agent_options     o;
	int    actions;
	struct observation_shape shape;  /* of what the network sees */
	long   frames, episodes;         /* played; finished */
	double largest_reward;           /* in size */
	double returns[AGENT_EPISODES];  /* ring: episode k at k % AGENT_EPISODES */
	double rewards[AGENT_REWARDS];   /* ring of the latest, of all games in turn */
	struct skill_counts skills;      /* of all games, fading; not saved */
	double epsilon;                  /* forced; below 0: by the schedule */
	int    idle;                     /* learning is off */
};

struct agent_kind {                      /* every slot is mandatory, but for those that say so */
	size_t size;                     /* of its struct */

	/* Options of its own: RY_EINVAL with the sentence. */
	enum ry_status (*check)(const struct agent_options *o);

	/* Make what it needs; a->game, options, actions and shape are known.  agent.c then
	 * initialises the network's weights and calls begin(). */
	enum ry_status (*make)(struct agent *a, const char *lines, long seed,
	                       struct workers *workers);
	void           (*begin)(struct agent *a);
	void           (*release)(struct agent *a);      /* also after a failure of make */

	enum ry_status (*step)(struct agent *a, struct agent_frame *f);
	int            (*round)(const struct agent_options *o);   /* frames of a step */

	struct net  *(*net)(const struct agent *a);
	long         (*updates)(const struct agent *a);
	void         (*watch)(struct agent *a, struct inspector *i);
	void         (*look)(struct agent *a, struct inspector *i);
	const real  *(*values)(struct agent *a);
	const void  *(*state)(const struct agent *a, int game);
	struct dqn  *(*dqn)(const struct agent *a);      /* NULL in all but one */

	enum ry_status (*write)(const struct agent *a, struct st_writer *to);
	enum ry_status (*read)(struct agent *a, const struct st_file *from);
};

extern const struct agent_kind agent_dqn_kind, agent_pqn_kind;

/* The schedule's epsilon, or the forced one, after so many frames. */
double agent_epsilon_at(const struct agent *a, long frames);

/* Count a frame's reward, and an episode that ended with it by its return. */
void agent_count_reward(struct agent *a, double reward);
void agent_count_episode(struct agent *a, double episode_return);

/* Read the state of a game of this agent, one that is on, from bytes of a file.  RY_EDATA, naming
 * the file, if they are none. */
enum ry_status agent_take_state(const struct agent *a, const struct st_file *from,
                                const void *bytes, void *state);

#endif
