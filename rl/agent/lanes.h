/* lanes.h - several episodes at once under one network.
 *
 * One forward pass chooses the actions of all running episodes.  It always computes EPISODE_LANES
 * rows, also where fewer episodes run: the order of summation in a product depends on the number of
 * rows (product.h), so a fixed number gives an episode the same actions whatever runs beside it.
 * For the network published for the 10 x 10 games four rows together take as long as two one by
 * one; more rows are no faster, and fewer lanes are idle while the last episodes run.
 */
#ifndef RILEY_RL_AGENT_LANES_H
#define RILEY_RL_AGENT_LANES_H

#include "rl/agent/q_policy.h"

enum { EPISODE_LANES = 4 };

/* A running episode, or an idle lane. */
struct lane {
	int            number;       /* of the episode: the caller's */
	struct episode episode;
	struct skill_counts skills;  /* of the episode */
	/* private */
	struct observation   observation;
	struct random_source random, explore;
	gsl_rng             *random_rng, *explore_rng;
};

struct lanes {
	int          n;              /* running ... */
	struct lane *running[EPISODE_LANES]; /* ... and behind them the idle ones */
	/* private */
	const struct q_network *network;
	struct net  *net;            /* shares its parameters */
	double       epsilon;
	void        *seen;           /* (EPISODE_LANES) observations */
	real        *x;              /* (EPISODE_LANES, D) */
	struct lane  lane[EPISODE_LANES];
};

/* Idle lanes for epsilon-greedy play.  The network is borrowed; its parameters must not change
 * while lanes_step() runs.  The caller closes them, also after a failure. */
enum ry_status lanes_open(struct lanes *l, const struct q_network *network, double epsilon);
void lanes_close(struct lanes *l);

/* Start an episode in an idle lane; its game draws from `stream`, its exploration from the next.
 * Allocates nothing and cannot fail. */
void lanes_start(struct lanes *l, int number, long seed, unsigned stream);

/* One step of every running episode. */
void lanes_step(struct lanes *l);

/* Make lane running[i] idle.  The last of the running ones takes its place. */
void lanes_end(struct lanes *l, int i);

#endif
