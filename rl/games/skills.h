/* skills.h - what a player can do, counted from what happens and said in words.
 *
 * A skill is something that a game gives chances for, of which some are taken: the ball comes down,
 * and is hit.  Each game has a table of its skills in its own file, with a function that sees from
 * the states before and after a step what chances there were.  Nothing else is needed: neither the
 * agent nor the observation.
 *
 *     status = skill_step(&counts, g, state, action, draws, &reward)     in place of game_step()
 *     skill_fade(&counts, g)                                now and then: old play counts for less
 *     skill_sentence(text, size, g, &counts, &random, 0)
 *
 * "hits the ball 9 times out of 10; clears the lowest row 3 times out of 10"
 *
 * A skill is said to be learnt when there were chances enough and random play, whose skills are
 * counted by the same functions, would hardly ever (1 in 1,000) do as well.
 */
#ifndef RILEY_RL_GAMES_SKILLS_H
#define RILEY_RL_GAMES_SKILLS_H

#include "rl/games/game.h"

enum {
	SKILLS_MAX = 7,               /* of a game */
	SKILL_COLUMNS = 76            /* of the longest sentence; ASCII */
};

enum skill_kind {
	SKILL_TIMES,                  /* "hits the ball 9 times out of 10" */
	SKILL_SHARE,                  /* "dodges 9 of 10 shots" */
	SKILL_AMOUNT                  /* "crosses 52 times a game": successes in `per` chances,
	                               * which may be more than there are chances */
};

struct skill {
	enum skill_kind kind;
	const char *does, *did;       /* the verb: "hits", "hit" */
	const char *what;             /* "the ball"; "%s shots" of a share or an amount */
	double per;                   /* of an amount: chances */
	double memory;                /* chances beyond which both counts are halved */
	int    part;                  /* of the skill before it, which is said in its place */
	int    fault;                 /* a share to be small: named last, where it is not */
};

/* Of skill k: chances[k], of which successes[k] were taken.  All zero at first; may be added up
 * number by number, and saved.  Whole numbers until they are halved. */
struct skill_counts {
	double chances[SKILLS_MAX], successes[SKILLS_MAX];
};

struct game_skills {
	int n;                        /* at least 1, at most SKILLS_MAX */
	const struct skill *skill;    /* (n), the most telling first */

	/* Add the chances and successes of one step to `c`: the state it was played in, an episode
	 * that was on, and the state that came of it, with the action executed and the status of
	 * the episode. */
	void (*count)(const void *before, const void *after, double reward,
	              struct skill_counts *c);
};

/* Play as game_step() and count what happens in `c`; nothing, in a game without skills. */
enum game_status skill_step(struct skill_counts *c, const struct game_ops *g, void *state,
                            int action, struct random_source *d, double *reward);

/* Add counts to counts: of games played side by side. */
void skill_gather(struct skill_counts *to, const struct skill_counts *from);

/* Halve the counts of each skill whose chances exceed its memory, so that they are of the last few
 * hundred chances: of the player as it is now. */
void skill_fade(struct skill_counts *c, const struct game_ops *g);

/* The counts of 20,000 steps of uniformly random play with the options that `state` has, always the
 * same steps.  Fails only where memory is too short. */
enum ry_status skill_of_random_play(struct skill_counts *c, const struct game_ops *g,
                                    const void *state);

/* Successes in a chance, or for an amount in `per` chances; NAN without chances. */
double skill_rate(const struct skill_counts *c, const struct game_ops *g, int k);

/* Nonzero when the counts show that skill k is better than random play's; never for a fault. */
int skill_learnt(const struct skill_counts *c, const struct skill_counts *random,
                 const struct game_ops *g, int k);

/* What was learnt, as one line without a full stop in text (size): as many skills as fit, in ASCII,
 * at most SKILL_COLUMNS.  Says so when there is nothing yet.  If `past`, it is what "it" did: "hit
 * the ball 9 times out of 10".  Returns `text`. */
const char *skill_sentence(char *text, size_t size, const struct game_ops *g,
                           const struct skill_counts *c, const struct skill_counts *random,
                           int past);

/* ---- for the tables of games ---- */

/* One more chance of skill k, and whether it was taken. */
static inline void skill_chance(struct skill_counts *c, int k, int taken)
{
	c->chances[k] += 1;
	c->successes[k] += taken != 0;
}

/* So many chances and successes. */
static inline void skill_add(struct skill_counts *c, int k, double chances, double successes)
{
	c->chances[k] += chances;
	c->successes[k] += successes;
}

#endif
