/* game.c - see game.h: what all games share. */
#include "rl/games/game.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/math/bitplane.h"

/* ---- random numbers ---- */

static uint32_t next_of_rng(struct random_source *d)
{
	return (uint32_t)gsl_rng_get(d->from);
}

struct random_source random_source_from_rng(gsl_rng *rng)
{
	assert(gsl_rng_min(rng) == 0 && gsl_rng_max(rng) == 0xffffffffu);
	return (struct random_source){ .next = next_of_rng, .from = rng };
}

static uint32_t next_of_list(struct random_source *d)
{
	struct random_list *l = d->from;
	size_t at = l->used++;

	return at < l->n ? l->k[at] : 0;
}

void random_list_start(struct random_list *l, const uint32_t *k, size_t n)
{
	*l = (struct random_list){ .source = { .next = next_of_list, .from = l }, .k = k, .n = n };
}

uint64_t random_threshold(double p)
{
	return (uint64_t)ceil(p * 4294967296.0);
}

/* ---- tables ---- */

const struct game_ops *game_find(const char *name)
{
	char all[256] = "";
	size_t n = 0;

	for (int k = 0; games[k]; k++) {
		if (strcmp(games[k]->name, name) == 0)
			return games[k];
		if (n < sizeof all)
			n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", k ? ", " : "",
			                      games[k]->name);
	}
	ry_fail(RY_EINVAL, "found game '%.64s', expected one of %s", name, all);
	return NULL;
}

/* The first slot of `g` that is empty or invalid, or NULL. */
static const char *bad_slot(const struct game_ops *g)
{
	if (!g->name || !g->name[0])
		return "name";
	if (!g->about)
		return "about";
	if (g->C < 1 || g->H < 1 || g->W < 1)
		return "C, H or W";
	if (g->words != 0 &&
	    (g->words != (g->H * g->W + 63) / 64 || g->C > GAME_MAX_WORDS / g->words))
		return "words";
	if (g->n_fixed < 0 || g->n_fixed >= g->C)
		return "n_fixed";
	if (!g->channels)
		return "channels";
	if (g->n_actions < 1 || !g->actions)
		return "actions";
	if (g->n_minimal < 1 || g->n_minimal > g->n_actions || !g->minimal)
		return "minimal";
	for (int a = 0; a < g->n_minimal; a++)
		if (g->minimal[a] >= g->n_actions || (a > 0 && g->minimal[a] <= g->minimal[a - 1]))
			return "minimal";
	if (g->rows < 1 || g->columns < 1)
		return "rows or columns";
	if (g->n_looks < 1 || !g->looks)
		return "looks";
	if (g->n_tallies < 0 || g->n_tallies > GAME_TALLIES ||
	    (g->n_tallies && (!g->tallies || !g->tally)))
		return "tallies";
	if (g->size < sizeof(struct game_base) || g->size > GAME_MAX_SIZE)
		return "size";
	if (g->step_draws < 0 || g->reset_draws < 0)
		return "step_draws or reset_draws";
	if (g->scene && !(g->scene_width > 0 && g->scene_height > 0))
		return "scene";
	if (!g->reset || !g->step || !g->planes || !g->observe || !g->picture || !g->ramp ||
	    !g->valid || !g->random_return)
		return "a function";
	return NULL;
}

enum ry_status game_check(const struct game_ops *g)
{
	const char *slot = bad_slot(g);

	if (slot)
		return ry_fail(RY_EINVAL, "game '%s': %s is missing or invalid",
		               g->name ? g->name : "?", slot);
	return RY_OK;
}

/* ---- a state ---- */

void game_defaults(const struct game_ops *g, struct game_options *o)
{
	*o = (struct game_options){
		.sticky = g->takes & GAME_STICKY ? 0.1 : 0,
		.ramping = (g->takes & GAME_RAMPING) != 0,
		.slippery = (g->takes & GAME_SLIPPERY) != 0,
	};
}

static enum ry_status check_flag(const struct game_ops *g, unsigned bit, int value,
                                 const char *name)
{
	if (value != 0 && value != 1)
		return ry_fail(RY_EINVAL, "%s: found %s %d, expected 0 or 1", g->name, name, value);
	if (value && !(g->takes & bit))
		return ry_fail(RY_EINVAL, "%s: found the option %s, which this game does not have",
		               g->name, name);
	return RY_OK;
}

static enum ry_status check_options(const struct game_ops *g, const struct game_options *o)
{
	enum ry_status s = RY_OK;

	if (!(o->sticky >= 0 && o->sticky <= 1))
		return ry_fail(RY_EINVAL, "%s: found sticky %g, expected a probability of 0 to 1",
		               g->name, o->sticky);
	if (o->sticky > 0 && !(g->takes & GAME_STICKY))
		return ry_fail(RY_EINVAL,
		               "%s: found sticky %g, but this game has no sticky actions", g->name,
		               o->sticky);
	if (!s)
		s = check_flag(g, GAME_RAMPING, o->ramping, "ramping");
	if (!s)
		s = check_flag(g, GAME_MINIMAL, o->minimal, "minimal");
	if (!s)
		s = check_flag(g, GAME_SLIPPERY, o->slippery, "slippery");
	if (!s)
		s = check_flag(g, GAME_CORRECTED, o->corrected, "corrected");
	return s;
}

enum ry_status game_init(const struct game_ops *g, void *state, const struct game_options *o)
{
	struct game_base *b = state;
	enum ry_status s = check_options(g, o);

	if (s)
		return s;
	memset(state, 0, g->size);
	b->sticky_below = random_threshold(o->sticky);
	b->status = GAME_OVER;
	b->ramping = (uint8_t)o->ramping;
	b->minimal = (uint8_t)o->minimal;
	b->slippery = (uint8_t)o->slippery;
	b->corrected = (uint8_t)o->corrected;
	return RY_OK;
}

void *game_alloc(const struct game_ops *g, const struct game_options *o)
{
	void *state = ry_calloc(1, g->size, "a game");

	if (state && game_init(g, state, o)) {
		free(state);
		return NULL;
	}
	return state;
}

int game_valid(const struct game_ops *g, const void *state)
{
	const struct game_base *b = state;

	return b->sticky_below <= (uint64_t)1 << 32 && b->previous < g->n_actions &&
	       b->status <= GAME_CUT && b->ramping <= 1 && b->minimal <= 1 && b->slippery <= 1 &&
	       b->corrected <= 1 && (g->takes & GAME_MINIMAL || !b->minimal) && g->valid(state);
}

int game_actions(const struct game_ops *g, const void *state)
{
	const struct game_base *b = state;

	return b->minimal ? g->n_minimal : g->n_actions;
}

int game_action_matters(const struct game_ops *g, const char *action)
{
	for (int k = 0; k < g->n_minimal; k++)
		if (strcmp(g->actions[g->minimal[k]], action) == 0)
			return 1;
	return 0;
}

const char *game_action_name(const struct game_ops *g, const void *state, int action)
{
	const struct game_base *b = state;

	return g->actions[b->minimal ? g->minimal[action] : action];
}

/* ---- playing ---- */

void game_reset(const struct game_ops *g, void *state, struct random_source *d)
{
	struct game_base *b = state;

	b->status = GAME_ON;
	g->reset(state, d);
}

enum game_status game_step(const struct game_ops *g, void *state, int action,
                           struct random_source *d, double *reward)
{
	struct game_base *b = state;

	assert(action >= 0 && action < game_actions(g, state));
	if (b->minimal)
		action = g->minimal[action];
	if (g->takes & GAME_STICKY && draw(d) < b->sticky_below)
		action = b->previous;
	b->previous = (uint8_t)action;
	*reward = 0;
	if (b->status == GAME_ON)
		b->status = (uint8_t)g->step(state, action, d, reward);
	return (enum game_status)b->status;
}

void game_unpack(const struct game_ops *g, const uint64_t *bits, real *x)
{
	bitplane_unpack(bits, g->C, g->H * g->W, x);
}

/* ---- for the tables of games ---- */

void game_observe_planes(const struct game_ops *g, const void *state, real *x)
{
	uint64_t bits[GAME_MAX_WORDS];

	g->planes(state, bits);
	game_unpack(g, bits, x);
}

void game_picture_planes(const struct game_ops *g, const void *state, uint8_t *cells)
{
	uint64_t bits[GAME_MAX_WORDS];

	g->planes(state, bits);
	memset(cells, 0, (size_t)g->H * g->W);
	for (int c = g->C - 1; c >= 0; c--)
		for (int k = 0; k < g->H * g->W; k++)
			if (bits[c * g->words + k / 64] >> (k % 64) & 1)
				cells[k] = (uint8_t)(c + 1);
}

int game_no_ramp(const void *state)
{
	(void)state;
	return -1;
}

double game_no_exact(const struct game_options *o)
{
	(void)o;
	return NAN;
}
