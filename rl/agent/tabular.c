/* tabular.c - see tabular.h. */
#include "rl/agent/tabular.h"

#include <math.h>
#include <stdlib.h>

#include "rl/games/episode.h"
#include "src/base/text.h"

struct tabular {
	const struct lake_map  *map;
	struct tabular_options  o;
	struct episode episode;
	double *q;                    /* (cells, LAKE_ACTIONS) */
	long   *visits;               /* (cells, LAKE_ACTIONS) */
	long    episodes, steps;
};

void tabular_defaults(struct tabular_options *o)
{
	*o = (struct tabular_options){
		.episodes = 20000, .lr = 1, .power = 0.6, .discount = 0.99,
		.epsilon = 0.3, .epsilon_end = 0.1, .epsilon_share = 0.5, .initial = 1,
	};
}

static enum ry_status check_options(const struct tabular_options *o)
{
	const struct { const char *name; double value, low; } rows[] = {
		{ "lr", o->lr, 1e-9 }, { "power", o->power, 0 }, { "discount", o->discount, 0 },
		{ "epsilon", o->epsilon, 0 }, { "epsilon_end", o->epsilon_end, 0 },
		  { "epsilon_share", o->epsilon_share, 0 },
	};

	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
		if (!(rows[k].value >= rows[k].low && rows[k].value <= 1))
			return ry_fail(RY_EINVAL, "%s is %g: expected a number %s 0, up to 1",
			               rows[k].name, rows[k].value,
			               rows[k].low > 0 ? "above" : "from");
	if (o->episodes < 1)
		return ry_fail(RY_EINVAL, "%ld episodes: expected 1 or more", o->episodes);
	return isfinite(o->initial)
	               ? RY_OK
	               : ry_fail(RY_EINVAL, "initial is %g: expected a number", o->initial);
}

struct tabular *tabular_alloc(const struct game_ops *g, const struct game_options *game,
                              const struct tabular_options *o)
{
	const struct lake_map *map = lake_map_of(g);
	struct tabular *t;
	char names[128];
	int cells;

	if (!map) {
		ry_fail(RY_EINVAL, "%s has no table of states: expected %s", g->name,
		        lake_names(names, sizeof names));
		return NULL;
	}
	if (check_options(o) != RY_OK || !(t = ry_calloc(1, sizeof *t, "a table of values")))
		return NULL;
	cells = map->side * map->side;
	*t = (struct tabular){ .map = map, .o = *o };
	t->episode = (struct episode){ .game = g,
		                       .state = game_alloc(g, game),
		                       .status = GAME_OVER };
	t->q = ry_calloc((size_t)cells * LAKE_ACTIONS, sizeof *t->q, "a table of values");
	t->visits = ry_calloc((size_t)cells * LAKE_ACTIONS, sizeof *t->visits, "a table of values");
	if (!t->episode.state || !t->q || !t->visits) {
		tabular_free(t);
		return NULL;
	}
	for (int i = 0; i < cells * LAKE_ACTIONS; i++)
		t->q[i] = lake_ends(map, i / LAKE_ACTIONS) ? 0 : o->initial;
	return t;
}

void tabular_free(struct tabular *t)
{
	if (!t)
		return;
	free(t->episode.state);
	free(t->q);
	free(t->visits);
	free(t);
}

static double largest(const double *row)
{
	return fmax(fmax(row[0], row[1]), fmax(row[2], row[3]));
}

/* One of the actions with the largest value, each as likely; a draw only where there are
 * several. */
static int best_action(const double *row, struct random_source *d)
{
	double most = largest(row);
	int best[LAKE_ACTIONS], n = 0;

	for (int a = 0; a < LAKE_ACTIONS; a++)
		if (row[a] == most)
			best[n++] = a;
	return best[n > 1 ? draw_int(d, 0, n - 1) : 0];
}

double tabular_epsilon(const struct tabular *t)
{
	double falling = t->o.epsilon_share * (double)t->o.episodes;
	double done = falling > 0 ? fmin(1, (double)t->episodes / falling) : 1;

	return t->o.epsilon + (t->o.epsilon_end - t->o.epsilon) * done;
}

void tabular_step(struct tabular *t, gsl_rng *game, gsl_rng *explore, struct tabular_frame *f)
{
	struct random_source ice = random_source_from_rng(game),
			     chance = random_source_from_rng(explore);
	struct episode *e = &t->episode;
	struct tabular_frame now;
	double *q;
	long n;

	e->random = &ice;
	if (e->status != GAME_ON)
		episode_start(e, NULL);
	now.cell = lake_cell(e->state);
	now.explored = draw_uniform(&chance) < tabular_epsilon(t);
	now.action = now.explored ? draw_int(&chance, 0, LAKE_ACTIONS - 1) :
	                            best_action(t->q + now.cell * LAKE_ACTIONS, &chance);
	now.status = episode_act(e, now.action);
	now.reward = e->reward;
	now.next = lake_cell(e->state);

	/* Rows of cells where episodes end stay 0, so GAME_OVER needs no case, and GAME_CUT
	 * bootstraps. */
	q = &t->q[now.cell * LAKE_ACTIONS + now.action];
	n = ++t->visits[now.cell * LAKE_ACTIONS + now.action];
	now.error = now.reward + t->o.discount * largest(t->q + now.next * LAKE_ACTIONS) - *q;
	*q += t->o.lr * pow((double)n, -t->o.power) * now.error;

	t->steps++;
	t->episodes += now.status != GAME_ON;
	if (f)
		*f = now;
}

enum ry_status tabular_train(struct tabular *t, gsl_rng *game, gsl_rng *explore, int (*stop)(void))
{
	char episodes[64];

	while (t->episodes < t->o.episodes) {
		struct tabular_frame f;

		do
			tabular_step(t, game, explore, &f);
		while (f.status == GAME_ON);
		if (stop && stop())
			return ry_fail(RY_ESTOP, "interrupted after %s",
			               text_counted(episodes, (size_t)t->episodes, "episode"));
	}
	return RY_OK;
}

const double *tabular_q(const struct tabular *t)      { return t->q; }
const long   *tabular_visits(const struct tabular *t) { return t->visits; }
long tabular_episodes(const struct tabular *t)        { return t->episodes; }
long tabular_steps(const struct tabular *t)           { return t->steps; }
