/* observation.c - see observation.h. */
#include "rl/agent/observation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of an observation of a game of numbers. */
static int numbers(const struct observation *s)
{
	return s->game->C * s->game->H * s->game->W;
}

enum ry_status observation_open(struct observation *s, const struct game_ops *g, int actions,
                                int window)
{
	*s = (struct observation){ .game = g, .actions = actions, .window = window };
	if (window < 0 || window > WINDOW_MAX || (window && g->words))
		return ry_fail(RY_EINVAL, "a window of %d steps: expected 0%s for %s", window,
		               g->words ? "" : " to 8", g->name);
	if (g->words) {
		s->planes = g->C - g->n_fixed;
		s->height = g->H;
		s->width = g->W;
		s->D = s->planes * g->H * g->W;
		s->bytes = (size_t)s->planes * g->words * sizeof(uint64_t);
	} else {
		s->D = numbers(s) * (1 + window) + window * actions;
		s->bytes = (size_t)s->D * sizeof(real);
	}
	/* The game shows all its planes; those that never change are ignored. */
	s->now = ry_calloc(g->words ? (size_t)game_words(g) * sizeof(uint64_t) : s->bytes, 1,
	                   "an observation");
	s->past = ry_calloc((size_t)window, (numbers(s) + actions) * sizeof(real), "the past");
	return s->now && s->past ? RY_OK : ry_failure();
}

void observation_close(struct observation *s)
{
	free(s->now);
	free(s->past);
	s->now = NULL;
	s->past = NULL;
}

const void *observation_update(struct observation *s, const void *state)
{
	size_t n = numbers(s);
	real *x = s->now;

	if (s->planes) {
		s->game->planes(state, s->now);
		return s->now;
	}
	s->game->observe(s->game, state, x);
	memcpy(x + n, s->past, s->window * (n + s->actions) * sizeof *x);
	return s->now;
}

const void *observation_now(const struct observation *s)
{
	return s->now;
}

struct input observation_input(const struct net *net, int planes, int cells,
                               const void *observations, int rows, real *x)
{
	const uint64_t *bits = observations;

	if (!planes)
		return (struct input){ .x = observations };
	if (net->layer[0]->ops->takes & LAYER_BITS)
		return (struct input){ .bits = bits };
	for (int r = 0; r < rows; r++)
		bitplane_unpack(bits + (size_t)r * planes * bitplane_words(cells), planes, cells,
		                x + (size_t)r * net->D);
	return (struct input){ .x = x };
}

int observation_ready(const struct observation *s)
{
	return s->steps == s->window;
}

void observation_acted(struct observation *s, int action)
{
	size_t n = numbers(s), row = n + s->actions;

	if (!s->window)
		return;
	memmove(s->past + row, s->past, (s->window - 1) * row * sizeof *s->past);
	memcpy(s->past, s->now, n * sizeof *s->past);
	for (int a = 0; a < s->actions; a++)
		s->past[n + a] = a == action ? (real)n : 0;
	if (s->steps < s->window)
		s->steps++;
}

void observation_reset(struct observation *s)
{
	s->steps = 0;
	memset(s->past, 0, s->window * (size_t)(numbers(s) + s->actions) * sizeof *s->past);
}

enum ry_status observation_write(const struct observation *s, struct st_writer *to)
{
	size_t one = 1, n = s->window * (size_t)(numbers(s) + s->actions);
	const int64_t steps = s->steps;
	enum ry_status status = st_add(to, "sight.steps", ST_I64, 1, &one, &steps);

	return status == RY_OK ? st_add(to, "sight.past", ST_REAL, 1, &n, s->past) : status;
}

enum ry_status observation_read(struct observation *s, const struct st_file *from)
{
	size_t n = s->window * (size_t)(numbers(s) + s->actions);
	int64_t steps;
	enum ry_status status = st_get(from, "sight.steps", ST_I64, 1, &steps);

	if (status == RY_OK)
		status = st_get(from, "sight.past", ST_REAL, n, s->past);
	if (status != RY_OK)
		return status;
	if (steps < 0 || steps > s->window)
		return ry_fail(RY_EDATA, "%s: %lld steps of the past, expected up to %d",
		               st_path(from), (long long)steps, s->window);
	s->steps = (int)steps;
	return RY_OK;
}
