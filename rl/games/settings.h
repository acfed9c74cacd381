/* settings.h - how an agent learns a game, as plain numbers: what a user can choose, and what a
 * game's row recommends.
 *
 * rl/agent makes of them what an agent needs (presets.h).
 */
#ifndef RILEY_RL_GAMES_SETTINGS_H
#define RILEY_RL_GAMES_SETTINGS_H

enum settings_algorithm { SETTINGS_DQN, SETTINGS_PQN };      /* as enum algorithm */
/* see agent_options.init */
enum settings_init { SETTINGS_PYTORCH, SETTINGS_NORMAL, SETTINGS_HE };
/* cosine, linear: falls to 0 at the end of the run */
enum settings_schedule { SETTINGS_CONSTANT, SETTINGS_COSINE, SETTINGS_LINEAR };
enum settings_loss { SETTINGS_SQUARED, SETTINGS_HUBER };

struct settings {
	int         algorithm;            /* enum settings_algorithm */
	long        frames;               /* of the whole run */

	/* network */
	int         filters;              /* of the 3 x 3 convolution; 0: none */
	const char *hidden;               /* units of the hidden layers: "128-64"; "none" */
	int         norm;                 /* layer normalisation */
	int         dueling, window;
	int         init;                 /* enum settings_init */

	/* pqn: see pqn_options */
	int         envs, rollout, passes, minibatches;
	double      lambda;

	/* replay buffer */
	long        replay;               /* capacity in transitions */
	int         random_eviction, with_replacement;
	double      alpha, priority_epsilon, beta;   /* prioritised replay; alpha 0: uniform */
	long        beta_updates;
	int         n_step;
	double      discount;

	/* update */
	int         batch;
	int         loss;                 /* enum settings_loss */
	double      delta;                /* of the Huber loss */
	int         double_q;
	double      target_epsilon;       /* of expected SARSA; 0: Q-learning */
	long        target_every;         /* updates; 0: no target network */
	int         optimizer;            /* enum optimizer_rule; in the row of a game Adam,
	                                   * of pqn RAdam */
	double      lr, momentum, rho, optimizer_epsilon;
	int         schedule;             /* of the learning rate: enum settings_schedule */
	double      clip, decay;

	/* schedule */
	long        start;                /* frames of random play before the first update */
	int         update_every, updates;
	double      epsilon, epsilon_end;
	long        epsilon_start, epsilon_frames;   /* frames -1: a tenth of the run, see
	                                              * settings_complete() */
};

/* What our settings of all games have in common; a row adds the others to it. */
#define SETTINGS_COMMON \
	.init = SETTINGS_PYTORCH, .priority_epsilon = 1e-6, .beta = 0.4, .beta_updates = -1, \
	.delta = 1, .double_q = 1, .rho = 0.99, .updates = 1, .epsilon = 1

/* And what algorithm pqn needs no more than a value of. */
#define SETTINGS_PQN_COMMON \
	.algorithm = SETTINGS_PQN, .init = SETTINGS_HE, .norm = 1, \
	.optimizer_epsilon = 1e-8, .schedule = SETTINGS_LINEAR, \
	.clip = 10, .discount = 0.99, .passes = 2, .minibatches = 32, \
	.lambda = 0.65, .epsilon = 1, .epsilon_end = 0.05, .epsilon_frames = -1, \
	.replay = 1, .priority_epsilon = 1e-6, .beta = 0.4, .beta_updates = 1, .n_step = 1, \
	.batch = 1, .delta = 1, .rho = 0.99, .update_every = 1, .updates = 1

#endif
