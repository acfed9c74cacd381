/* observation.c - see observation.h. */
#include "rl/agent/observation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/checkpoint.h"
#include "src/math/bitplane.h"

/* Numbers of an observation of a game of numbers. */
static int numbers(const struct observation *s)
{
	return s->game->C * s->game->H * s->game->W;
}

struct observation_shape observation_of_planes(int planes, int height, int width)
{
	int cells = height * width;

	return (struct observation_shape){
		.planes = planes, .height = height, .width = width, .D = planes * cells,
		.bytes = (size_t)planes * bitplane_words(cells) * sizeof(uint64_t),
	};
}

struct observation_shape observation_of_numbers(int D)
{
	return (struct observation_shape){ .D = D, .bytes = (size_t)D * sizeof(real) };
}

enum ry_status observation_open(struct observation *s, const struct game_ops *g, int actions,
                                int window)
{
	*s = (struct observation){ .game = g, .actions = actions, .window = window };
	if (window < 0 || window > WINDOW_MAX || (window && g->words))
		return ry_fail(RY_EINVAL, "a window of %d steps: expected 0%s for %s", window,
		               g->words ? "" : " to 8", g->name);
	if (g->words)
		s->shape = observation_of_planes(g->C - g->n_fixed, g->H, g->W);
	else
		s->shape = observation_of_numbers(numbers(s) * (1 + window) + window * actions);
	/* The game shows all its planes; those that never change are ignored. */
	s->now = ry_calloc(g->words ? (size_t)game_words(g) * sizeof(uint64_t) : s->shape.bytes,
	                   1,
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

	if (s->game->words) {
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

struct input observation_input(const struct net *net, const struct observation_shape *shape,
                               const void *observations, int rows, real *x)
{
	const uint64_t *bits = observations;
	int planes = shape->planes, cells = shape->height * shape->width;

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

/* Files call an observation a sight. */
static enum ry_status walk(const struct observation *s, struct st_writer *to,
                           const struct st_file *from)
{
	const struct checkpoint_number steps[] = {
		[0] = CHECKPOINT_INT("number", &s->steps, 0, s->window),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_PACK("sight.steps", ST_I64, 1, steps),
		CHECKPOINT_REALS("sight.past", s->window * (size_t)(numbers(s) + s->actions),
		                 s->past, -RY_REAL_MAX, RY_REAL_MAX),
	};

	return checkpoint_walk(table, 2, to, from);
}

enum ry_status observation_write(const struct observation *s, struct st_writer *to)
{
	return walk(s, to, NULL);
}

enum ry_status observation_read(struct observation *s, const struct st_file *from)
{
	return walk(s, NULL, from);
}
