/* game.h - what a game is: one table of rules over a state that is plain data.
 *
 * Shapes.     An observation is (C, H, W): C planes of H rows and W columns.  All games but one
 *             show bits: cell k = row * W + column of plane c is bit k % 64 of word c * words +
 *             k / 64, and unused bits are 0.  `eyes` shows C real numbers (H = W = 1, words = 0).
 * State.      g->size bytes in one piece and without pointers, on a RY_ALIGN boundary: memcpy saves
 *             and restores it, options, episode and previous action included.  Randomness is not
 *             part of it: it is passed in, and is saved separately.
 * Randomness. Every random decision is one draw: a whole number k below 2^32, standing for
 *             u = k / 2^32.  Rules draw from a struct random_source, which is a generator or a
 *             recorded list.  How many numbers a step draws, in which order and what they decide
 *             is part of the rules.
 * Pictures.   Rules never draw on a screen.  A picture is a grid of small numbers that say what
 *             stands in each cell; `looks` gives each a glyph and a colour, so any screen can show
 *             any game.
 *
 * A new game is NAME.c, with its scripted policy in NAME_policy.c beside it (both in folder.am),
 * and a row in games.h.  Everything else that commands and tests need to know stands in its table.
 */
#ifndef RILEY_RL_GAMES_GAME_H
#define RILEY_RL_GAMES_GAME_H

#include <stddef.h>
#include <stdint.h>
#include <gsl/gsl_rng.h>
#include "src/base/real.h"
#include "src/base/status.h"

struct game_skills;
struct lake_map;
struct scripted_rules;
struct settings;

/* ---- random numbers -------------------------------------------------------------------------- */

struct random_source {
	uint32_t (*next)(struct random_source *d);
	void      *from;
};

/* A source that draws from a 32-bit generator, as random_stream() makes them (anything else is a
 * programmer's mistake).  The generator is borrowed. */
struct random_source random_source_from_rng(gsl_rng *rng);

/* A source that replays recorded numbers.  Past the end it yields 0, and `used` counts on: the list
 * was the right one when used == n. */
struct random_list {
	struct random_source source;      /* pass this to a game */
	const uint32_t      *k;           /* (n), borrowed */
	size_t               n, used;
};

void random_list_start(struct random_list *l, const uint32_t *k, size_t n);

static inline uint32_t draw(struct random_source *d)
{
	return d->next(d);
}

/* A whole number a..b: a + floor(u (b - a + 1)). */
static inline int draw_int(struct random_source *d, int a, int b)
{
	return a + (int)((uint64_t)draw(d) * (uint64_t)(b - a + 1) >> 32);
}

/* Numbers k that count as u < p: ceil(p 2^32), for p within 0..1. */
uint64_t random_threshold(double p);

static inline int draw_half(struct random_source *d)      /* u < 1/2 */
{
	return draw(d) < 0x80000000u;
}

static inline int draw_third(struct random_source *d)     /* u < 1/3 */
{
	return draw(d) < 0x55555556u;
}

static inline double draw_uniform(struct random_source *d)
{
	return draw(d) / 4294967296.0;
}

/* ---- options -------------------------------------------------------------------------------- */

/* Bits of game_ops.takes: which options mean something in a game. */
enum {
	GAME_STICKY    = 1,           /* sticky */
	GAME_RAMPING   = 2,           /* ramping */
	GAME_MINIMAL   = 4,           /* minimal */
	GAME_SLIPPERY  = 8,           /* slippery */
	GAME_CORRECTED = 16           /* corrected */
};

struct game_options {
	double sticky;                /* probability of repeating the last executed action */
	int    ramping;               /* 1: the game gets harder as it goes on */
	int    minimal;               /* 1: actions are those of `minimal`, renumbered from 0 */
	int    slippery;              /* 1: moves go astray */
	int    corrected;             /* 1: eyes see items where they are, see eyes.c */
};

/* ---- a game --------------------------------------------------------------------------------- */

enum game_status {
	GAME_ON,
	GAME_OVER,                    /* terminal: nothing comes after */
	GAME_CUT                      /* a time limit: the learner still bootstraps */
};

/* Colours that stay apart for colour-blind eyes: those of Okabe and Ito (2008). */
enum game_color { GAME_WHITE, GAME_GREY, GAME_ORANGE, GAME_SKY, GAME_GREEN, GAME_YELLOW, GAME_BLUE,
                  GAME_VERMILION, GAME_PURPLE };

/* How something looks on a screen. */
struct game_look {
	const char     *name;         /* "brick" */
	char            ascii;        /* the glyph where there is only ASCII */
	const char     *glyph;        /* elsewhere: one column wide, UTF-8 */
	enum game_color color;
};

/* How every state begins; the rest of it is the game's own. */
struct game_base {
	uint64_t sticky_below;        /* draws below this repeat the previous action */
	uint8_t  previous;            /* the action executed last; survives resets */
	uint8_t  status;              /* enum game_status; GAME_OVER before the first episode */
	uint8_t  ramping, minimal, slippery, corrected;
	uint8_t  unused[2];           /* no padding: states can be compared with memcmp() */
};

/* A world with coordinates: x to the right, y downwards.  `look` is an index into looks. */
enum { SCENE_LINES = 32, SCENE_MARKS = 64 };

struct game_scene {
	int n_lines, n_marks;
	struct { double x1, y1, x2, y2; int look, dotted; } line[SCENE_LINES];
	struct { double x, y; int look; } mark[SCENE_MARKS];     /* on top of the lines */
};

/* A recording of the game that a second implementation (tests/golden/make_games.py) answers. */
struct game_stream {
	const char *name;             /* of its file */
	int         steps;
	long        seed;
	const char *options;          /* "sticky=0.25 ramping=0"; "" for the defaults */
};

enum { GAME_MAX_WORDS = 64, GAME_MAX_SIZE = 1024, GAME_TALLIES = 4 };

struct game_ops {                     /* see game_check() */
	const char *name;             /* "breakout" */
	const char *about;            /* one line: what the player does */
	unsigned    takes;            /* bits above */

	int         C, H, W;          /* of the observation */
	int         words;            /* 64-bit words of a plane; 0 when the observation is not
	                               * bits.  At most GAME_MAX_WORDS in all planes together */
	int         n_fixed;          /* the last planes, which no state changes (a map): agents do
	                               * without them */
	const char *const *channels;  /* (C): names of planes or numbers */

	int         n_actions;
	const char *const *actions;   /* (n_actions): names */
	int         n_minimal;        /* those that mean something ... */
	const uint8_t *minimal;       /* ... (n_minimal), increasing: numbers of the full set */

	int         endless;          /* 1: no episodes; what counts is the mean reward per step */

	int         rows, columns;    /* of the picture */
	int         n_looks;
	const struct game_look *looks;   /* (n_looks) */

	size_t      size;             /* bytes of a state; at most GAME_MAX_SIZE */

	/* Start an episode.  Called through game_reset(). */
	void   (*reset)(void *state, struct random_source *d);

	/* Most numbers that a step draws, stickiness not counted, and how many a reset draws. */
	int    step_draws, reset_draws;

	/* One step of an episode that is on; `action` is of the full set.  Called through
	 * game_step(), which handles stickiness and finished episodes.  *reward is 0 on entry; in
	 * games of planes it becomes a whole number. */
	enum game_status (*step)(void *state, int action, struct random_source *d, double *reward);

	/* The observation as bits, C * words of them, overwritten.  Nothing when words is 0. */
	void   (*planes)(const void *state, uint64_t *bits);

	/* The observation as numbers: x (C, H, W), overwritten. */
	void   (*observe)(const struct game_ops *g, const void *state, real *x);

	/* What stands in each cell: cells (rows, columns), overwritten with 1 + index into looks,
	 * or 0. */
	void   (*picture)(const struct game_ops *g, const void *state, uint8_t *cells);

	/* The level of difficulty, from 0; -1 in games that have none. */
	int    (*ramp)(const void *state);

	/* Nonzero when no play from this state, which may come from a file, leaves the arrays of
	 * the game's own part. */
	int    (*valid)(const void *state);

	/* What is counted besides reward since the reset: `n_tallies` numbers into `to`.  Empty in
	 * a game without any. */
	int         n_tallies;
	const char *const *tallies;   /* (n_tallies): names, as "apples" */
	void   (*tally)(const void *state, double *to);

	/* The exact mean return of uniformly random play; NAN where it is not known. */
	double (*random_return)(const struct game_options *o);

	/* ---- NULL in games that have none ---- */

	/* A world of lines and marks, drawn instead of the picture where there is room. */
	void   (*scene)(const void *state, struct game_scene *s);
	double scene_width, scene_height;

	/* In words and numbers what has changed from `before` to `state`, as `riley rl drive`
	 * prints it: for a game of numbers whose observation does not tell all. */
	void   (*describe)(const void *before, const void *state, char *text, size_t size);

	const struct lake_map *lake;              /* of a frozen lake: see lake.h */

	/* ---- every game of the list has these ---- */

	const char *rules;                        /* what a player must know, in sentences */
	const char *rewards;                      /* "+1 for each brick" */
	const char *ending;                       /* of an episode: "when the ball is lost" */
	double      pace;                         /* steps a second that a person can follow */

	/* An episode's return, or a step's reward without episodes, is never outside of these,
	 * which may be infinite; with `either_or` it is always one of the two. */
	double      least, most;
	int         either_or;

	const struct settings *settings;          /* preset riley: for a deep Q-network */
	const struct settings *fast;              /* preset fast: many games at once; or NULL */
	int         fast_first;                   /* fast is the default: it gets further in two
	                                           * minutes */
	const struct scripted_rules *policy;      /* see scripted_policy.h */
	const struct game_skills *skills;         /* what can be learnt: see skills.h */
	const struct game_stream *streams;        /* ends with a name of NULL; NULL: none */
};

/* The games, NULL-terminated. */
extern const struct game_ops *const games[];

/* The game of that name, or NULL with the sentence set, which names the games there are. */
const struct game_ops *game_find(const char *name);

/* RY_OK, or RY_EINVAL naming the first empty or impossible slot of `g`. */
enum ry_status game_check(const struct game_ops *g);

/* The default options: sticky 0.1, ramping and slippery on where they mean something, all actions,
 * nothing corrected. */
void game_defaults(const struct game_ops *g, struct game_options *o);

/* Make `state` (g->size bytes) a fresh environment: previous action 0, no episode yet.  RY_EINVAL
 * when an option is out of range or is not one of this game. */
enum ry_status game_init(const struct game_ops *g, void *state, const struct game_options *o);

/* As game_init(), in memory of its own, which the caller releases with free(); NULL on failure. */
void *game_alloc(const struct game_ops *g, const struct game_options *o);

/* Nonzero when `state`, which has seen its first reset, may be played on.  For states from a
 * file. */
int game_valid(const struct game_ops *g, const void *state);

/* How many actions there are: 0 .. game_actions() - 1 may be played. */
int game_actions(const struct game_ops *g, const void *state);

/* Nonzero if the action of that name has an effect: it is one of `minimal`. */
int game_action_matters(const struct game_ops *g, const char *action);

/* The name of action `action`, one of game_actions(). */
const char *game_action_name(const struct game_ops *g, const void *state, int action);

/* Start an episode.  The previous action stays: the first step may repeat it. */
void game_reset(const struct game_ops *g, void *state, struct random_source *d);

/* Play `action`, one of game_actions(), for one step; *reward is what it brought.  A game with
 * sticky actions first makes one draw: u < sticky replaces the action by the one executed before,
 * which is then `previous` of the state.  In an episode that has ended nothing else happens: the
 * reward is 0 and the status stays. */
enum game_status game_step(const struct game_ops *g, void *state, int action,
                           struct random_source *d, double *reward);

/* The action executed last, of the full set (all games note it, sticky or not). */
static inline int game_executed(const void *state)
{
	return ((const struct game_base *)state)->previous;
}

static inline enum game_status game_status(const void *state)
{
	return (enum game_status)((const struct game_base *)state)->status;
}

/* Words of an observation as bits: what g->planes() fills. */
static inline int game_words(const struct game_ops *g)
{
	return g->C * g->words;
}

/* An observation as bits, stored away perhaps, turned into numbers: x (C, H, W), 0 or 1. */
void game_unpack(const struct game_ops *g, const uint64_t *bits, real *x);

/* ---- for the tables of games ----------------------------------------------------------------- */

/* observe of games that show bits; picture of games with one look for each plane: the first plane
 * that is set in a cell shows. */
void game_observe_planes(const struct game_ops *g, const void *state, real *x);
void game_picture_planes(const struct game_ops *g, const void *state, uint8_t *cells);

int game_no_ramp(const void *state);
double game_no_exact(const struct game_options *o);

#endif
