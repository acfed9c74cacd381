/* test_games.c - laws that hold for every game of the list, and what the rules of each one imply.
 *
 * Games are played through their tables alone, with draws that are chosen so that what is to be
 * seen happens; streams that were recorded from a second implementation are in tests/rl/rl.sh.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/games/eyes.h"
#include "rl/games/games.h"
#include "rl/games/lake.h"
#include "rl/games/random_play.h"
#include "src/base/random.h"
#include "tests/support/tap.h"

enum { NONE, LEFT, UP, RIGHT, DOWN, FIRE };

static const uint32_t other = 0xffffffff;     /* not sticky; left, enemy, the last of a range */
static const uint32_t first = 0;              /* sticky; right, gold or submarine, the first of a
                                               * range */

/* What a game shows, in memory of the size that its table states, and a guard behind each. */
struct shown {
	uint64_t *bits;               /* (game_words(g)) */
	uint8_t  *cells;              /* (rows, columns) */
	real     *x;                  /* (C, H, W) */
	int       n_cells, n_reals;
};

static struct shown shown_alloc(const struct game_ops *g)
{
	struct shown s = { .n_cells = g->rows * g->columns, .n_reals = g->C * g->H * g->W };

	s.bits = malloc(((size_t)game_words(g) + 1) * sizeof *s.bits);
	s.cells = malloc((size_t)s.n_cells + 1);
	s.x = malloc(((size_t)s.n_reals + 1) * sizeof *s.x);
	if (!s.bits || !s.cells || !s.x)
		exit(99);
	return s;
}

static void shown_free(struct shown *s)
{
	free(s->bits);
	free(s->cells);
	free(s->x);
}

/* ---- playing by hand ---- */

/* A game with a list of draws for each step; `used` is how many the last one took. */
struct table {
	const struct game_ops *g;
	void            *state;
	struct random_list list;
	double           reward;
	enum game_status status;
	uint64_t         bits[GAME_MAX_WORDS];
};

static void look(struct table *t)
{
	memset(t->bits, 0xaa, sizeof t->bits);
	t->g->planes(t->state, t->bits);
}

static void reset_with(struct table *t, const uint32_t *k, size_t n)
{
	random_list_start(&t->list, k, n);
	game_reset(t->g, t->state, &t->list.source);
	t->status = game_status(t->state);
	look(t);
}

static void step_with(struct table *t, int action, const uint32_t *k, size_t n)
{
	random_list_start(&t->list, k, n);
	t->status = game_step(t->g, t->state, action, &t->list.source, &t->reward);
	look(t);
}

/* A step whose draws are: no stickiness, then a, b, c. */
static void step3(struct table *t, int action, uint32_t a, uint32_t b, uint32_t c)
{
	const uint32_t k[] = { other, a, b, c, other, other };

	step_with(t, action, k, 6);
}

static void play(struct table *t, int action)
{
	step3(t, action, other, other, other);
}

static struct table *sit_down_with(const struct game_ops *g, const struct game_options *o)
{
	struct table *t = calloc(1, sizeof *t);

	t->g = g;
	t->state = game_alloc(g, o);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t->state);
	reset_with(t, NULL, 0);       /* past the end of a list there are zeros */
	return t;
}

static struct table *sit_down(const struct game_ops *g)
{
	struct game_options o;

	game_defaults(g, &o);
	return sit_down_with(g, &o);
}

static void stand_up(struct table *t)
{
	free(t->state);
	free(t);
}

/* Plane numbers, as the rules order the channels. */
static int has(const struct table *t, int plane, int x, int y)
{
	int k = y * t->g->W + x;

	return t->bits[plane * t->g->words + k / 64] >> (k % 64) & 1;
}

static int count(const struct table *t, int plane)
{
	int n = 0;

	for (int w = 0; w < t->g->words; w++)
		n += __builtin_popcountll(t->bits[plane * t->g->words + w]);
	return n;
}

/* The column of the first cell of a plane; -1 when it is empty.  *y, unless NULL, is its row. */
static int where(const struct table *t, int plane, int *y)
{
	if (y)
		*y = -1;
	for (int k = 0; k < t->g->H * t->g->W; k++)
		if (has(t, plane, k % t->g->W, k / t->g->W)) {
			if (y)
				*y = k / t->g->W;
			return k % t->g->W;
		}
	return -1;
}

/* ---- laws ---- */

/* Draws of a generator, counted. */
struct counted {
	struct random_source draws;
	gsl_rng     *rng;
	long         n;
};

static uint32_t next_counted(struct random_source *d)
{
	struct counted *c = d->from;

	c->n++;
	return (uint32_t)gsl_rng_get(c->rng);
}

static void count_draws(struct counted *c, gsl_rng *rng)
{
	*c = (struct counted){ .draws = { next_counted, c }, .rng = rng };
}

static void no_scene(const void *state, struct game_scene *s)
{
	(void)state;
	(void)s;
}

static void tables_are_complete(void)
{
	struct game_ops broken;
	int n = 0;

	for (; games[n]; n++) {
		TAP_CHECK(game_check(games[n]) == RY_OK, "%s", ry_message());
		CU_ASSERT_PTR_EQUAL(game_find(games[n]->name), games[n]);
		TAP_CHECK(games[n]->settings && games[n]->policy, "%s: no settings or no policy",
		          games[n]->name);
		TAP_CHECK(games[n]->rules && games[n]->rewards && games[n]->ending &&
		                  strlen(games[n]->rewards) <= 74 && games[n]->pace > 0,
		          "%s: no rules, rewards, ending or pace for people", games[n]->name);
	}
	CU_ASSERT(n > 0);
	CU_ASSERT_PTR_NULL(game_find("pong"));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "seaquest"));
#define WITHOUT(slot, value) \
	broken = breakout_game; \
	broken.slot = value; \
	CU_ASSERT_EQUAL(game_check(&broken), RY_EINVAL)
	WITHOUT(name, NULL);
	WITHOUT(about, NULL);
	WITHOUT(C, 0);
	WITHOUT(words, 1);
	WITHOUT(C, GAME_MAX_WORDS);
	WITHOUT(n_fixed, -1);
	WITHOUT(n_fixed, 4);
	WITHOUT(step_draws, -1);
	WITHOUT(scene, no_scene);
	WITHOUT(channels, NULL);
	WITHOUT(actions, NULL);
	WITHOUT(minimal, NULL);
	WITHOUT(n_minimal, 7);
	WITHOUT(minimal, (const uint8_t *)"\1\0\2");
	WITHOUT(rows, 0);
	WITHOUT(looks, NULL);
	WITHOUT(size, 1);
	WITHOUT(reset, NULL);
	WITHOUT(step, NULL);
	WITHOUT(planes, NULL);
	WITHOUT(observe, NULL);
	WITHOUT(picture, NULL);
	WITHOUT(ramp, NULL);
	WITHOUT(valid, NULL);
	WITHOUT(random_return, NULL);
#undef WITHOUT
}

static void names_are_there(void)
{
	for (int i = 0; games[i]; i++) {
		const struct game_ops *g = games[i];

		for (int c = 0; c < g->C; c++)
			TAP_CHECK(g->channels[c] && g->channels[c][0], "%s: channel %d has no name",
			          g->name, c);
		for (int a = 0; a < g->n_actions; a++)
			TAP_CHECK(g->actions[a] && g->actions[a][0], "%s: action %d has no name",
			          g->name, a);
		for (int k = 0; k < g->n_looks; k++)
			TAP_CHECK(g->looks[k].name && g->looks[k].glyph &&
			                  g->looks[k].ascii > ' ' && g->looks[k].ascii <= '~',
			          "%s: look %d is incomplete", g->name, k);
		for (const struct game_stream *t = g->streams; t && t->name; t++)
			TAP_CHECK(strncmp(t->name, g->name, strlen(g->name)) == 0 && t->steps > 0 &&
			                  t->options,
			          "%s: stream %s", g->name, t->name);
	}
}

static void options_are_checked(void)
{
	for (int i = 0; games[i]; i++) {
		const struct game_ops *g = games[i];
		void *state = calloc(1, g->size);
		struct game_options good, o;

		game_defaults(g, &good);
		TAP_CHECK(game_init(g, state, &good) == RY_OK, "%s refuses its defaults: %s",
		          g->name, ry_message());
		TAP_CHECK(game_status(state) == GAME_OVER, "%s is on before the first reset",
		          g->name);
#define REFUSES(what, member, value) \
		o = good; \
		o.member = value; \
		TAP_CHECK(game_init(g, state, &o) == RY_EINVAL, "%s takes %s", g->name, what); \
		TAP_CHECK(strncmp(ry_message(), g->name, strlen(g->name)) == 0, \
			"no game named in '%s'", ry_message())
		REFUSES("a chance of -0.1", sticky, -0.1);
		REFUSES("a chance of 1.1", sticky, 1.1);
		REFUSES("a chance that is no number", sticky, NAN);
		REFUSES("ramping 2", ramping, 2);
		if (!(g->takes & GAME_STICKY)) { REFUSES("stickiness", sticky, 0.1); }
		if (!(g->takes & GAME_RAMPING)) { REFUSES("ramping", ramping, 1); }
		if (!(g->takes & GAME_MINIMAL)) { REFUSES("minimal actions", minimal, 1); }
		if (!(g->takes & GAME_SLIPPERY)) { REFUSES("slippery", slippery, 1); }
		if (!(g->takes & GAME_CORRECTED)) { REFUSES("corrected", corrected, 1); }
		CU_ASSERT_PTR_NULL(game_alloc(g, &o));
#undef REFUSES
		free(state);
	}
}

/* Sets of options worth playing with: the defaults, and everything turned round that can be. */
static void variant(const struct game_ops *g, int v, struct game_options *o)
{
	game_defaults(g, o);
	if (v == 0)
		return;
	o->sticky = g->takes & GAME_STICKY ? 0.5 : 0;
	o->ramping = 0;
	o->slippery = 0;
	o->minimal = (g->takes & GAME_MINIMAL) != 0;
	o->corrected = (g->takes & GAME_CORRECTED) != 0;
}

/* Play `steps` random ones; a hash of all that can be seen. */
static uint64_t story(const struct game_ops *g, void *state, gsl_rng *rng, long steps)
{
	uint64_t hash = 0xcbf29ce484222325u;
	struct random_source d = random_source_from_rng(rng);
	struct shown s = shown_alloc(g);

	for (long n = 0; n < steps; n++) {
		double reward;

		if (game_step(g, state, draw_int(&d, 0, game_actions(g, state) - 1), &d, &reward) !=
		            GAME_ON &&
		    n % 3)
			game_reset(g, state, &d);
		g->planes(state, s.bits);
		g->observe(g, state, s.x);
		for (int w = 0; w < game_words(g); w++)
			hash = (hash ^ s.bits[w]) * 0x100000001b3u;
		for (int c = 0; g->words == 0 && c < s.n_reals; c++)
			hash = (hash ^ (uint64_t)(int64_t)(1e6 * s.x[c])) * 0x100000001b3u;
		hash = (hash ^ (uint64_t)(int64_t)(1e6 * reward)) * 0x100000001b3u;
	}
	shown_free(&s);
	return hash;
}

static void same_seed_same_story(void)
{
	for (int i = 0; games[i]; i++)
		for (int v = 0; v < 2; v++) {
			const struct game_ops *g = games[i];
			uint64_t hash[3];

			for (int k = 0; k < 3; k++) {
				gsl_rng *rng = random_stream(k == 2 ? 8 : 7, STREAM_GAME);
				struct game_options o;
				void *state;

				variant(g, v, &o);
				state = game_alloc(g, &o);
				hash[k] = story(g, state, rng, 2000);
				free(state);
				gsl_rng_free(rng);
			}
			TAP_CHECK(hash[0] == hash[1], "%s: two stories from one seed", g->name);
			TAP_CHECK(hash[0] != hash[2], "%s: one story from two seeds", g->name);
		}
}

/* State and generator copied in the middle of things: the same future, and the same bytes after it.
 * The state has no pointers, so another address makes no difference. */
static void copied_state_same_future(void)
{
	for (int i = 0; games[i]; i++)
		for (int v = 0; v < 2; v++) {
			const struct game_ops *g = games[i];
			gsl_rng *rng = random_stream(5, STREAM_GAME), *twin;
			struct game_options o;
			void *state, *copy = ry_calloc(1, g->size, "test");

			variant(g, v, &o);
			state = game_alloc(g, &o);
			story(g, state, rng, 777);
			memcpy(copy, state, g->size);
			twin = gsl_rng_clone(rng);
			TAP_CHECK(game_valid(g, copy), "%s: a copy is not valid", g->name);
			TAP_CHECK(story(g, state, rng, 1000) == story(g, copy, twin, 1000),
			          "%s: a copy goes its own way", g->name);
			TAP_CHECK(memcmp(state, copy, g->size) == 0,
			          "%s: a copy ends in another state", g->name);
			gsl_rng_free(rng);
			gsl_rng_free(twin);
			free(state);
			free(copy);
		}
}

/* Does a step draw as many numbers as the table says, besides the one for stickiness; and in games
 * where the number depends on what happens, as many as the rules say? */
static int draws_fit(const struct game_ops *g, const struct game_options *o, long n, double reward)
{
	if (g->takes & GAME_STICKY)
		n--;
	if (n < 0 || n > g->step_draws)
		return 0;
	if (g == &asterix_game)
		return n == 0 || n == 2 || n == 3;
	if (g == &freeway_game)
		return n == (reward > 0 ? 16 : 0);
	if (g == &seaquest_game)
		return n == 0 || n == 2 || n == 3 || n == 5;
	if (g->takes & GAME_SLIPPERY)
		return n == o->slippery;
	return 1;
}

/* The observation is bits, the same as numbers, or within the range of a network's inputs; and the
 * picture keeps to its looks. */
static void check_observation(const struct game_ops *g, const void *state)
{
	struct shown s = shown_alloc(g);
	int plane = g->H * g->W, wrong = 0, set = 0, bad = 0;

	memset(s.bits, 0xaa, ((size_t)game_words(g) + 1) * sizeof *s.bits);
	memset(s.cells, 0xff, (size_t)s.n_cells + 1);
	for (int k = 0; k <= s.n_reals; k++)
		s.x[k] = -7;
	g->planes(state, s.bits);
	g->observe(g, state, s.x);
	g->picture(g, state, s.cells);
	TAP_CHECK(s.x[s.n_reals] == -7 && s.cells[s.n_cells] == 0xff &&
	                  s.bits[game_words(g)] == 0xaaaaaaaaaaaaaaaau,
	          "%s writes past the end", g->name);
	for (int k = 0; k < s.n_reals; k++)
		if (g->words) {
			int cell = k % plane;
			int bit = s.bits[k / plane * g->words + cell / 64] >> (cell % 64) & 1;

			wrong += s.x[k] != bit;
			set += bit;
		} else {
			wrong += !(s.x[k] >= (g == &eyes_game ? 0 : -2) &&
			           s.x[k] <= (g == &eyes_game ? (real)1.2 : 2));
		}
	for (int w = 0; w < game_words(g); w++)
		set -= __builtin_popcountll(s.bits[w]);
	TAP_CHECK(!wrong && !set, "%s: %d numbers are wrong, %d bits beyond the board", g->name,
	          wrong, -set);
	for (int k = 0; k < s.n_cells; k++)
		bad += s.cells[k] > g->n_looks;
	TAP_CHECK(!bad, "%s: %d cells without a look", g->name, bad);
	shown_free(&s);
}

static int on_scene(const struct game_ops *g, double x, double y)
{
	return x >= -g->scene_width && x <= 2 * g->scene_width && y >= -g->scene_height &&
	       y <= 2 * g->scene_height;
}

/* A scene keeps to its arrays and its looks, and a description is a line. */
static void check_scene(const struct game_ops *g, const void *state)
{
	struct game_scene s = { .n_lines = -1 };
	char text[4096] = "\n";
	int bad = 0;

	if (g->describe) {
		g->describe(state, state, text, sizeof text);
		TAP_CHECK(text[0] && !strchr(text, '\n') && strlen(text) < sizeof text - 1,
		          "%s: described as '%s'", g->name, text);
	}
	if (!g->scene)
		return;
	g->scene(state, &s);
	CU_ASSERT_FATAL(s.n_lines >= 0 && s.n_lines <= SCENE_LINES && s.n_marks >= 0 &&
	                s.n_marks <= SCENE_MARKS);
	for (int k = 0; k < s.n_lines; k++)
		bad += s.line[k].look < 0 || s.line[k].look >= g->n_looks ||
		       !on_scene(g, s.line[k].x1, s.line[k].y1) ||
		       !on_scene(g, s.line[k].x2, s.line[k].y2);
	for (int k = 0; k < s.n_marks; k++)
		bad += s.mark[k].look < 0 || s.mark[k].look >= g->n_looks ||
		       !on_scene(g, s.mark[k].x, s.mark[k].y);
	TAP_CHECK(!bad, "%s: %d lines and marks of the scene are wrong", g->name, bad);
}

/* Planes that the table calls fixed are those of `start`, an observation as bits. */
static int fixed_planes_stay(const struct game_ops *g, const void *state, const uint64_t *start)
{
	uint64_t bits[GAME_MAX_WORDS];
	int from = (g->C - g->n_fixed) * g->words;

	g->planes(state, bits);
	return memcmp(bits + from, start + from,
	              (size_t)(game_words(g) - from) * sizeof *bits) == 0;
}

static void a_long_random_game(void)
{
	for (int i = 0; games[i]; i++)
		for (int v = 0; v < 2; v++) {
			const struct game_ops *g = games[i];
			gsl_rng *rng = random_stream(3, STREAM_GAME),
				*player = random_stream(3, STREAM_EXPLORE);
			struct counted c;
			struct game_options o;
			void *state;
			uint64_t start[GAME_MAX_WORDS];
			long steps = v == 0 ? 100000 : 20000, misfits = 0, fractions = 0,
			     invalid = 0, moved = 0;

			count_draws(&c, rng);
			variant(g, v, &o);
			state = game_alloc(g, &o);
			game_reset(g, state, &c.draws);
			g->planes(state, start);
			for (long n = 0; n < steps; n++) {
				double reward;
				enum game_status status;

				c.n = 0;
				status = game_step(g, state,
				                   (int)gsl_rng_uniform_int(player,
				                                            game_actions(g, state)),
				                   &c.draws, &reward);
				misfits += !draws_fit(g, &o, c.n, reward);
				fractions += !isfinite(reward) ||
				             (g->words && reward != floor(reward));
				invalid += !game_valid(g, state);
				moved += !fixed_planes_stay(g, state, start);
				if (n % 16 == 0) {
					check_observation(g, state);
					check_scene(g, state);
				}
				if (status == GAME_ON)
					continue;
				c.n = 0;
				game_reset(g, state, &c.draws);
				misfits += c.n != g->reset_draws;
				check_observation(g, state);
			}
			TAP_CHECK(!misfits && !fractions && !invalid && !moved,
			          "%s: %ld counts of draws off, %ld rewards wrong, %ld states not"
			          " valid, fixed planes changed %ld times",
			          g->name, misfits, fractions, invalid, moved);
			free(state);
			gsl_rng_free(rng);
			gsl_rng_free(player);
		}
}

static void a_finished_episode_stays(void)
{
	for (int i = 0; games[i]; i++) {
		const struct game_ops *g = games[i];
		gsl_rng *rng = random_stream(4, STREAM_GAME);
		struct random_source d = random_source_from_rng(rng);
		struct game_options o;
		void *state, *before = ry_calloc(1, g->size, "test");
		double reward;
		long n = 0;

		game_defaults(g, &o);
		state = game_alloc(g, &o);
		game_reset(g, state, &d);
		while (n++ < 100000 && game_step(g, state, draw_int(&d, 0, g->n_actions - 1), &d,
		                                 &reward) == GAME_ON)
			;
		TAP_CHECK((game_status(state) == GAME_ON) == (g->endless != 0), "%s %s", g->name,
		          g->endless ? "ends" : "does not end");
		for (int a = g->n_actions - 1; a >= 0 && !g->endless; a--) {
			enum game_status was = game_status(state);
			struct random_list l;

			memcpy(before, state, g->size);
			random_list_start(&l, &other, 1);
			TAP_CHECK(game_step(g, state, a, &l.source, &reward) == was && reward == 0,
			          "%s plays on", g->name);
			TAP_CHECK(l.used == (g->takes & GAME_STICKY ? 1 : 0), "%s made %zu draws",
			          g->name, l.used);
			TAP_CHECK(game_executed(state) == a, "%s: the action is not noted",
			          g->name);
			((struct game_base *)state)->previous =
				((struct game_base *)before)->previous;
			TAP_CHECK(memcmp(before, state, g->size) == 0, "%s changes after its end",
			          g->name);
		}
		free(before);
		free(state);
		gsl_rng_free(rng);
	}
}

/* Whatever bytes of a state are damaged: it is refused, or it can be played without leaving its
 * arrays (which the sanitizers see). */
static void damaged_states(void)
{
	gsl_rng *rng = random_stream(6, STREAM_SAMPLE);
	struct random_source d = random_source_from_rng(rng);

	for (int i = 0; games[i]; i++) {
		const struct game_ops *g = games[i];
		struct game_options o;
		uint8_t *state, *good = ry_calloc(1, g->size, "test");
		int refused = 0, played = 0;

		game_defaults(g, &o);
		state = game_alloc(g, &o);
		game_reset(g, state, &d);
		story(g, state, rng, 300);
		memcpy(good, state, g->size);
		for (int n = 0; n < 3000; n++) {
			memcpy(state, good, g->size);
			for (int k = draw_int(&d, 1, 3); k > 0; k--)
				state[draw_int(&d, 0, n % 2 ? 60 : (int)g->size - 1) % g->size] =
					(uint8_t)draw_int(&d, 0, 255);
			if (!game_valid(g, state)) {
				refused++;
				continue;
			}
			played++;
			for (int k = 0; k < 30; k++) {
				double reward;

				game_step(g, state, draw_int(&d, 0, game_actions(g, state) - 1), &d,
				          &reward);
			}
			check_observation(g, state);
		}
		TAP_CHECK(refused > 100 && played > 10, "%s: %d refused, %d played", g->name,
		          refused, played);
		free(state);
		free(good);
	}
	gsl_rng_free(rng);
}

/* ---- draws and stickiness ---- */

static void draws_are_exact(void)
{
	static const uint32_t k[] = { 0x7fffffff, 0x80000000, 0x55555555, 0x55555556, 0x80000000,
		                      0xffffffff, 0,          0x33333333, 0x33333334 };
	struct random_list l;

	random_list_start(&l, k, 9);
	CU_ASSERT_EQUAL(draw_half(&l.source), 1);
	CU_ASSERT_EQUAL(draw_half(&l.source), 0);
	CU_ASSERT_EQUAL(draw_third(&l.source), 1);
	CU_ASSERT_EQUAL(draw_third(&l.source), 0);
	CU_ASSERT_EQUAL(draw_uniform(&l.source), 0.5);
	CU_ASSERT_EQUAL(draw_int(&l.source, 1, 8), 8);
	CU_ASSERT_EQUAL(draw_int(&l.source, 1, 8), 1);
	CU_ASSERT_EQUAL(draw_int(&l.source, 0, 4), 0);     /* 5 k = 2^32 - 1 */
	CU_ASSERT_EQUAL(draw_int(&l.source, 0, 4), 1);
	CU_ASSERT_EQUAL(l.used, 9);
	CU_ASSERT_EQUAL(draw(&l.source), 0);
	CU_ASSERT_EQUAL(l.used, 10);
	CU_ASSERT_EQUAL(random_threshold(0.1), 429496730);
	CU_ASSERT_EQUAL(random_threshold(0), 0);
	CU_ASSERT_EQUAL(random_threshold(0.25), 1u << 30);
	CU_ASSERT_EQUAL(random_threshold(1), (uint64_t)1 << 32);
}

static const uint32_t sticks = 429496729, free_again = 429496730;

static void sticky_actions(void)
{
	for (int i = 0; games[i]; i++) {
		const int last = games[i]->n_actions - 1;
		struct table *t;

		if (!(games[i]->takes & GAME_STICKY))
			continue;
		t = sit_down(games[i]);
		step_with(t, last, &sticks, 1);
		TAP_CHECK(game_executed(t->state) == 0,
		          "%s: before the first step the action is not the first", t->g->name);
		step_with(t, last, &free_again, 1);
		TAP_CHECK(game_executed(t->state) == last, "%s: 429496730 is sticky", t->g->name);
		step_with(t, last - 1, &sticks, 1);
		TAP_CHECK(game_executed(t->state) == last, "%s: 429496729 is not sticky",
		          t->g->name);
		step_with(t, 0, &sticks, 1);
		TAP_CHECK(game_executed(t->state) == last,
		          "%s: the requested action is repeated, not the executed one", t->g->name);
		reset_with(t, NULL, 0);
		step_with(t, 0, &sticks, 1);
		TAP_CHECK(game_executed(t->state) == last,
		          "%s: a reset clears the previous action", t->g->name);
		stand_up(t);
	}
}

/* The paddle starts in column 4 and goes where the executed action says. */
static void sticky_actions_are_played(void)
{
	struct table *t = sit_down(&breakout_game);

	step_with(t, RIGHT, &free_again, 1);
	step_with(t, LEFT, &sticks, 1);
	CU_ASSERT(has(t, 0, 6, 9));
	reset_with(t, &first, 1);
	step_with(t, NONE, &sticks, 1);
	CU_ASSERT(has(t, 0, 5, 9));
	stand_up(t);
}

static void never_and_always_sticky(void)
{
	struct game_options o;
	struct table *t;

	game_defaults(&breakout_game, &o);
	o.sticky = 0;
	t = sit_down_with(&breakout_game, &o);
	step_with(t, RIGHT, &first, 1);
	CU_ASSERT_EQUAL(t->list.used, 1);             /* drawn all the same */
	CU_ASSERT_EQUAL(game_executed(t->state), RIGHT);
	stand_up(t);
	o.sticky = 1;
	t = sit_down_with(&breakout_game, &o);
	step_with(t, RIGHT, &other, 1);
	CU_ASSERT_EQUAL(game_executed(t->state), NONE);
	stand_up(t);
}

static void minimal_actions(void)
{
	static const struct { const struct game_ops *g; int n, action[6]; } sets[] = {
		{ &asterix_game, 5, { NONE, LEFT, UP, RIGHT, DOWN } }, { &breakout_game, 3, { NONE,
		  LEFT, RIGHT } },
		{ &freeway_game, 3, { NONE, UP, DOWN } }, { &seaquest_game, 6, { NONE, LEFT, UP,
		  RIGHT, DOWN, FIRE } },
		{ &space_invaders_game, 4, { NONE, LEFT, RIGHT, FIRE } },
	};

	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		struct game_options o;
		struct table *t;

		game_defaults(sets[i].g, &o);
		o.minimal = 1;
		t = sit_down_with(sets[i].g, &o);
		CU_ASSERT_EQUAL(game_actions(t->g, t->state), sets[i].n);
		for (int a = 0; a < sets[i].n; a++) {
			play(t, a);
			TAP_CHECK(game_executed(t->state) == sets[i].action[a],
			          "%s: action %d of the small set", t->g->name, a);
			CU_ASSERT_STRING_EQUAL(game_action_name(t->g, t->state, a),
			                       t->g->actions[sets[i].action[a]]);
		}
		stand_up(t);
		t = sit_down(sets[i].g);
		CU_ASSERT_EQUAL(game_actions(t->g, t->state), 6);
		stand_up(t);
	}
}

/* ---- asterix ---- */

enum { A_PLAYER, A_ENEMY, A_TRAIL, A_GOLD };

static void asterix_times(void)
{
	struct table *t = sit_down(&asterix_game);

	CU_ASSERT(has(t, A_PLAYER, 5, 5));
	for (int n = 1; n <= 95; n++) {
		/* gold from the left in the first free row */
		step3(t, NONE, first, first, first);
		TAP_CHECK(t->list.used == (n >= 11 && n % 10 == 1 ? 4 : 1),
		          "step %d took %zu draws", n, t->list.used);
		if (n == 11)                                  /* moves in steps 6, 11, ... */
			CU_ASSERT(has(t, A_GOLD, 1, 1) && has(t, A_TRAIL, 0, 1));
		if (n >= 11 && n < 56)
			TAP_CHECK(has(t, A_GOLD, 1 + (n - 11) / 5, 1),
			          "step %d: the first gold is not at %d", n, 1 + (n - 11) / 5);
	}
	stand_up(t);
}

static void asterix_ramps(void)
{
	struct table *t = sit_down(&asterix_game);
	int full = 0;

	for (int n = 1; n <= 1300; n++) {
		step3(t, NONE, first, first, other);
		TAP_CHECK(asterix_game.ramp(t->state) == (n / 102 > 9 ? 9 : n / 102),
		          "step %d: level %d", n, asterix_game.ramp(t->state));
		full += t->list.used == 3;
		if (n > 1200)
			TAP_CHECK(t->list.used >= 3, "step %d: no spawn at interval 1", n);
	}
	CU_ASSERT_EQUAL(t->status, GAME_ON);
	CU_ASSERT(full > 0);                                  /* no free row: two draws, no third */
	stand_up(t);
}

/* The move interval falls at every second level, at the end of steps 204, 408, 612 and 816, and
 * holds from the next move on. */
static void asterix_moves_faster(void)
{
	struct table *t = sit_down(&asterix_game);
	int wait = 5;

	for (int n = 1; n <= 1200; n++) {
		uint64_t seen[2] = { t->bits[2 * A_GOLD], t->bits[2 * A_GOLD + 1] };
		int interval = n > 816 ? 1 : 5 - (n - 1) / 204, moves = wait == 0;

		step3(t, NONE, first, first, first);
		wait = (moves ? interval : wait) - 1;
		/* a row has one entity: it leaves its cell */
		if (seen[0])
			TAP_CHECK(moves == ((seen[0] & ~t->bits[2 * A_GOLD]) ||
			                    (seen[1] & ~t->bits[2 * A_GOLD + 1])),
			          "step %d: moved or not, interval %d", n, interval);
	}
	stand_up(t);
}

static void asterix_does_not_ramp_unasked(void)
{
	struct game_options o;
	struct table *t;

	game_defaults(&asterix_game, &o);
	o.ramping = 0;
	t = sit_down_with(&asterix_game, &o);
	for (int n = 1; n <= 500; n++) {
		step3(t, NONE, first, first, first);
		TAP_CHECK(t->list.used == (n >= 11 && n % 10 == 1 ? 4 : 1),
		          "step %d took %zu draws", n, t->list.used);
	}
	CU_ASSERT_EQUAL(asterix_game.ramp(t->state), 0);
	stand_up(t);
}

/* The second spawn interval is 9 from step 102 on; the spawn of step 111 reloads it. */
static void asterix_ramp_waits_for_the_reload(void)
{
	struct table *t = sit_down(&asterix_game);
	int at[8] = { 0 }, spawns = 0;

	for (int n = 1; n <= 140; n++) {
		step3(t, NONE, first, first, other);
		if (n > 100 && t->list.used > 1)
			at[spawns++] = n;
	}
	CU_ASSERT(at[0] == 101 && at[1] == 111 && at[2] == 120 && at[3] == 129);
	stand_up(t);
}

static void asterix_spawn_is_touched(void)
{
	for (int gold = 0; gold < 2; gold++) {
		struct table *t = sit_down(&asterix_game);

		for (int n = 1; n <= 20; n++)
			play(t, n <= 5 ? LEFT : n <= 10 ? UP : NONE);
		CU_ASSERT(has(t, A_PLAYER, 0, 1));            /* row 0 can't be entered */
		/* Step 21 spawns in row 1 from the left, under the player; it moves in that step as
		 * well. */
		step3(t, NONE, first, gold ? first : other, first);
		CU_ASSERT_EQUAL(t->reward, gold);
		CU_ASSERT_EQUAL(t->status, gold ? GAME_ON : GAME_OVER);
		CU_ASSERT_EQUAL(has(t, A_ENEMY, 1, 1), !gold);
		stand_up(t);
	}
}

/* ---- breakout ---- */

enum { B_PADDLE, B_BALL, B_TRAIL, B_BRICK };

static void breakout_starts(void)
{
	struct table *t = sit_down(&breakout_game);

	CU_ASSERT(has(t, B_BALL, 0, 3) && has(t, B_TRAIL, 0, 3) && has(t, B_BRICK, 0, 3));
	CU_ASSERT_EQUAL(count(t, B_BRICK), 30);
	play(t, NONE);
	CU_ASSERT(has(t, B_BALL, 1, 4) && has(t, B_TRAIL, 0, 3));
	reset_with(t, &other, 1);
	CU_ASSERT_EQUAL(t->list.used, 1);
	CU_ASSERT(has(t, B_BALL, 9, 3) && has(t, B_PADDLE, 4, 9));
	play(t, NONE);
	CU_ASSERT(has(t, B_BALL, 8, 4));
	stand_up(t);
}

/* A player who takes turns at bouncing the ball straight up and back where it came from clears
 * walls. One brick breaks per contact; the wall comes back only when the ball is next at the
 * bottom. */
static void breakout_walls(void)
{
	struct table *t = sit_down(&breakout_game);
	int bricks = 30, cleared = 0, in_contact = 0;

	for (int n = 1; n <= 6000; n++) {
		int x = where(t, B_BALL, NULL), paddle = where(t, B_PADDLE, NULL), goal, y, ball_x,
		    ball_y;

		goal = (n / 23 * 2654435761u) >> 13 & 1 ? 2 * x - where(t, B_TRAIL, NULL) : x;
		play(t, goal == paddle ? NONE : goal < paddle ? LEFT : RIGHT);
		if (t->status != GAME_ON) {
			reset_with(t, &other, 1);
			bricks = 30, in_contact = 0;
			continue;
		}
		ball_x = where(t, B_BALL, &ball_y);
		where(t, B_TRAIL, &y);
		if (t->reward > 0) {
			TAP_CHECK(!in_contact, "step %d: a second brick in one contact", n);
			TAP_CHECK(t->reward == 1 && count(t, B_BRICK) == bricks - 1 && ball_y == y,
			          "step %d: a brick breaks otherwise", n);
			in_contact = 1;
		} else if (!has(t, B_BRICK, ball_x, ball_y)) {
			in_contact = 0;
		}
		if (count(t, B_BRICK) > bricks) {
			TAP_CHECK(bricks == 0 && count(t, B_BRICK) == 30 && ball_y == 8,
			          "step %d: %d bricks become %d, ball in row %d", n, bricks,
			          count(t, B_BRICK), ball_y);
			cleared++;
		}
		bricks = count(t, B_BRICK);
	}
	TAP_CHECK(cleared > 0, "no wall was cleared");
	stand_up(t);
}

static void breakout_ball_is_lost(void)
{
	struct table *t = sit_down(&breakout_game);
	int y;

	for (int n = 1; n <= 5; n++)                          /* (5, 8) after five steps */
		play(t, RIGHT);
	CU_ASSERT_EQUAL(t->status, GAME_ON);
	play(t, RIGHT);
	CU_ASSERT_EQUAL(t->status, GAME_OVER);
	where(t, B_BALL, &y);
	CU_ASSERT_EQUAL(y, 9);
	stand_up(t);
}

/* Column of the ball before it comes down: straight back; the column after: back where it came
 * from. */
static void breakout_two_ways_to_bounce(void)
{
	for (int way = 0; way < 2; way++) {
		struct table *t = sit_down(&breakout_game);

		/* paddle 5; ball (5, 8) after five steps */
		play(t, RIGHT);
		for (int n = 2; n <= 5; n++)
			play(t, NONE);
		CU_ASSERT(has(t, B_BALL, 5, 8));
		play(t, way ? RIGHT : NONE);
		CU_ASSERT(has(t, B_BALL, 6, 8));
		CU_ASSERT_EQUAL(t->status, GAME_ON);
		play(t, NONE);
		CU_ASSERT(has(t, B_BALL, way ? 5 : 7, 7));
		stand_up(t);
	}
}

/* ---- freeway ---- */

enum { F_CHICKEN, F_CAR, F_SPEED1 };

/* Speeds 1 to 5 and 3, 4, 5, to the right where `right` is set. */
static void freeway_draws(uint32_t *k, int right)
{
	static const int speed[8] = { 1, 2, 3, 4, 5, 3, 4, 5 };

	for (int i = 0; i < 8; i++) {
		k[i] = (uint32_t)((speed[i] - 1) * 858993460.0);
		k[8 + i] = right ? other : first;
	}
}

static void freeway_cars(void)
{
	static const int speed[8] = { 1, 2, 3, 4, 5, 3, 4, 5 };

	for (int right = 0; right < 2; right++) {
		struct table *t = sit_down(&freeway_game);
		uint32_t k[16];

		freeway_draws(k, right);
		reset_with(t, k, 16);
		CU_ASSERT_EQUAL(t->list.used, 16);
		for (int n = 0; n <= 100; n++) {
			for (int i = 0; i < 8; i++) {
				int moves = n / (speed[i] + 1) % 10,
				    x = right ? moves : (10 - moves) % 10;

				TAP_CHECK(has(t, F_CAR, x, i + 1),
				          "step %d: car %d is not in column %d", n, i, x);
				TAP_CHECK(has(t, F_SPEED1 + speed[i] - 1,
				              (x + (right ? 9 : 1)) % 10, i + 1),
				          "step %d: no tail of car %d", n, i);
			}
			CU_ASSERT_EQUAL(count(t, F_CAR), 8);
			play(t, NONE);
		}
		stand_up(t);
	}
}

static void freeway_lasts(void)
{
	gsl_rng *rng = random_stream(9, STREAM_GAME);
	struct counted c;
	struct table *t = sit_down(&freeway_game);
	int moved, fastest = 9999, crossed, total = 0, row, last;

	count_draws(&c, rng);
	for (int episode = 0; episode < 20; episode++) {
		int returned = 0;

		game_reset(t->g, t->state, &c.draws);
		/* step 1 counts down from 3 as after a move */
		last = 9, crossed = 1, moved = 1;
		for (int n = 1; n <= 2501; n++) {
			CU_ASSERT_EQUAL(game_status(t->state), GAME_ON);
			game_step(t->g, t->state, UP, &c.draws, &t->reward);
			look(t);
			where(t, F_CHICKEN, &row);
			if (row == last - 1 || t->reward > 0) {
				TAP_CHECK(n - moved >= 3, "the chicken moved in steps %d and %d",
				          moved, n);
				moved = n;
			}
			if (t->reward > 0) {
				CU_ASSERT_EQUAL(row, 9);
				fastest = n - crossed < fastest ? n - crossed : fastest;
				crossed = n;
				returned++;
			}
			last = row;
		}
		CU_ASSERT_EQUAL(game_status(t->state), GAME_OVER);
		CU_ASSERT(returned <= 92);
		total += returned;
	}
	TAP_CHECK(total > 20 && fastest == 27, "%d crossings, the fastest in %d steps", total,
	          fastest);
	gsl_rng_free(rng);
	stand_up(t);
}

static void freeway_first_move(void)
{
	struct table *t = sit_down(&freeway_game);
	int row;

	for (int n = 1; n <= 7; n++) {
		play(t, UP);
		where(t, F_CHICKEN, &row);
		TAP_CHECK(row == (n < 4 ? 9 : n < 7 ? 8 : 7), "step %d: row %d", n, row);
	}
	play(t, NONE), play(t, NONE), play(t, NONE);
	play(t, DOWN);
	where(t, F_CHICKEN, &row);
	CU_ASSERT_EQUAL(row, 8);
	stand_up(t);
	t = sit_down(&freeway_game);                          /* d on row 9 spends the timer */
	for (int n = 1; n <= 4; n++)
		play(t, n < 4 ? NONE : DOWN);
	for (int n = 5; n <= 7; n++) {
		play(t, UP);
		where(t, F_CHICKEN, &row);
		TAP_CHECK(row == (n < 7 ? 9 : 8), "step %d: row %d", n, row);
	}
	stand_up(t);
}

/* ---- seaquest ---- */

enum { S_FRONT, S_BACK, S_SHOT, S_TRAIL, S_BULLET, S_FISH, S_SUB, S_OXYGEN, S_CREW, S_DIVER };

/* Whatever comes, comes in row 8. */
static void seaquest_air(void)
{
	struct table *t = sit_down(&seaquest_game);

	CU_ASSERT(has(t, S_FRONT, 5, 0) && has(t, S_BACK, 6, 0));
	CU_ASSERT_EQUAL(count(t, S_OXYGEN), 10);
	for (int n = 1; n <= 201; n++) {
		const uint32_t k[] = { other, other, other, other, other, other };
		int enemy = n >= 21 && n % 20 == 1, diver = n >= 31 && n % 30 == 1;

		CU_ASSERT_EQUAL(t->status, GAME_ON);
		step_with(t, n == 1 ? DOWN : NONE, k, 6);
		TAP_CHECK((int)t->list.used == 1 + 3 * enemy + 2 * diver, "step %d took %zu draws",
		          n, t->list.used);
		TAP_CHECK(count(t, S_OXYGEN) == (n <= 200 ? 200 - n : 0) / 20, "step %d: oxygen %d",
		          n, count(t, S_OXYGEN));
	}
	CU_ASSERT_EQUAL(t->status, GAME_OVER);
	CU_ASSERT_EQUAL(t->reward, 0);
	stand_up(t);
}

static void seaquest_idles_for_ever(void)
{
	struct table *t = sit_down(&seaquest_game);

	for (int n = 1; n <= 5000; n++)
		play(t, NONE);
	CU_ASSERT_EQUAL(t->status, GAME_ON);
	stand_up(t);
}

static void seaquest_periods(void)
{
	struct table *t = sit_down(&seaquest_game);

	/* A submarine from the left in row 1 in step 21 moves every 6 steps and shoots every 11. */
	for (int n = 1; n <= 75; n++) {
		const uint32_t k[] = {
			other, first, n == 31 ? other : first, n == 21 ? first : other, first, other
		};

		step_with(t, NONE, k, 6);
		if (n >= 21)
			TAP_CHECK(has(t, S_SUB, (n - 21 + 1) / 6, 1),
			          "step %d: the submarine is not in column %d", n, (n - 20) / 6);
		/* shot from column 1, and already moved */
		if (n == 31)
			CU_ASSERT(has(t, S_BULLET, 2, 1));
		if (n == 42)
			CU_ASSERT(has(t, S_BULLET, 4, 1));
		if (n >= 31 && n < 60)                        /* the diver, in row 8 */
			TAP_CHECK(has(t, S_DIVER, (n - 31 + 1) / 6, 8),
			          "step %d: the diver is not in column %d", n, (n - 30) / 6);
	}
	stand_up(t);
}

static void seaquest_shots(void)
{
	struct table *t = sit_down(&seaquest_game);
	int x;

	for (int n = 1; n <= 20; n++) {
		play(t, FIRE);
		/* Shots to the left from column 5 live four steps: one at a time is seen. */
		x = 5 - (n - 1) % 5 - 1;
		TAP_CHECK(count(t, S_SHOT) == (x >= 0) && (x < 0 || has(t, S_SHOT, x, 0)),
		          "step %d: no shot in column %d", n, x);
	}
	stand_up(t);
}

static void seaquest_hits(void)
{
	struct table *t = sit_down(&seaquest_game);

	for (int n = 1; n <= 20; n++)
		play(t, n == 1 ? DOWN : NONE);
	/* A fish from the left in row 1 in step 21; the shot of step 22 leaves column 5 and is in 0
	 * in step 26, where the fish moves on to column 1 only later in that step. */
	for (int n = 21; n <= 26; n++) {
		step3(t, n == 22 ? FIRE : NONE, first, other, first);
		CU_ASSERT_EQUAL(t->reward, n == 26);
	}
	CU_ASSERT_EQUAL(count(t, S_FISH) + count(t, S_SHOT), 0);
	stand_up(t);
}

static void seaquest_no_opposition(void)
{
	struct table *t = sit_down(&seaquest_game);

	for (int n = 1; n <= 41; n++)
		step3(t, NONE, n < 41 ? first : other, other, other);
	CU_ASSERT_EQUAL(t->list.used, 4);
	/* the other one comes from the right in that row */
	CU_ASSERT_EQUAL(count(t, S_FISH), 1);
	stand_up(t);
}

/* The player steps on the cell that the fish leaves in the same step. */
static void seaquest_swapping_is_contact(void)
{
	struct table *t = sit_down(&seaquest_game);

	for (int n = 1; n <= 26; n++) {
		CU_ASSERT_EQUAL(t->status, GAME_ON);
		step3(t,
		      n <= 4    ? LEFT
		      : n == 5  ? DOWN
		      : n == 26 ? LEFT
		                : NONE,
		      first, other, first);
	}
	CU_ASSERT_EQUAL(t->status, GAME_OVER);
	CU_ASSERT(has(t, S_FRONT, 0, 1) && has(t, S_FISH, 1, 1));
	stand_up(t);
}

/* The submarine's shot of step 31 is in column 4 after step 33; the player comes from column 5
 * there while it moves on to 5. */
static void seaquest_swapping_with_a_shot(void)
{
	struct table *t = sit_down(&seaquest_game);

	for (int n = 1; n <= 34; n++) {
		const uint32_t k[] = { other, first, n == 31 ? other : first, first, first, other };

		CU_ASSERT_EQUAL(t->status, GAME_ON);
		if (n == 34)
			CU_ASSERT(has(t, S_BULLET, 4, 1) && has(t, S_FRONT, 5, 1));
		step_with(t, n == 1 ? DOWN : n == 34 ? LEFT : NONE, k, 6);
	}
	CU_ASSERT_EQUAL(t->status, GAME_OVER);
	CU_ASSERT(has(t, S_BULLET, 5, 1) && has(t, S_FRONT, 4, 1));
	stand_up(t);
}

static void seaquest_surfacing_alone_is_the_end(void)
{
	struct table *t = sit_down(&seaquest_game);

	play(t, DOWN);
	play(t, UP);
	CU_ASSERT_EQUAL(t->status, GAME_OVER);
	stand_up(t);
}

/* Enemies in row 8; divers from the left in row 1, where the player waits in column 0. */
static void crew_step(struct table *t, int action, int n)
{
	const uint32_t enemy[] = { other, other, other, other, first, first };
	const uint32_t diver[] = { other, first, first, other, other, other };

	step_with(t, action, n % 20 == 1 ? enemy : diver, 6);
}

static void seaquest_rescue(void)
{
	struct table *t = sit_down(&seaquest_game);
	int n = 1;

	for (; n <= 181; n++) {
		crew_step(t, n <= 5 ? LEFT : n == 6 ? DOWN : NONE, n);
		TAP_CHECK(count(t, S_CREW) == (n < 31 ? 0 : (n - 1) / 30), "step %d: %d on board",
		          n, count(t, S_CREW));
	}
	CU_ASSERT(count(t, S_CREW) == 6 && has(t, S_CREW, 3, 9) && has(t, S_CREW, 8, 9));
	/* oxygen 200 - 176, so a tenth is 1 */
	for (; n <= 195; n++)
		crew_step(t, n == 182 ? UP : NONE, n);
	CU_ASSERT_EQUAL(seaquest_game.ramp(t->state), 1);
	CU_ASSERT_EQUAL(count(t, S_OXYGEN), 10);
	CU_ASSERT_EQUAL(count(t, S_CREW), 0);
	/* The count is -1: surfacing goes well, again and again, and makes it harder. */
	for (int k = 0; k < 20; k++, n += 2) {
		step3(t, DOWN, other, other, other);
		step3(t, UP, other, other, other);
		TAP_CHECK(t->status == GAME_ON && t->reward == 0, "surfacing %d times with nobody",
		          k + 1);
		CU_ASSERT_EQUAL(seaquest_game.ramp(t->state), k + 2 < 19 ? k + 2 : 19);
		CU_ASSERT_EQUAL(count(t, S_OXYGEN), 10);
	}
	/* Level 19: an enemy every step, from the right in row 8. */
	step3(t, NONE, other, other, other);
	CU_ASSERT(t->list.used >= 4);
	step3(t, NONE, other, other, other);
	CU_ASSERT(t->list.used >= 4);
	stand_up(t);
}

static void seaquest_rescue_pays(void)
{
	struct table *t = sit_down(&seaquest_game);

	for (int n = 1; n <= 181; n++)
		crew_step(t, n <= 5 ? LEFT : n == 6 ? DOWN : NONE, n);
	crew_step(t, UP, 182);
	CU_ASSERT_EQUAL(t->reward, 1);                        /* floor((200 - 176) 10 / 200) */
	/* One more diver makes 0 of the -1, and then surfacing is the end. */
	for (int n = 183; n <= 211; n++)
		crew_step(t, n == 183 ? DOWN : NONE, n);
	CU_ASSERT_EQUAL(t->status, GAME_ON);
	CU_ASSERT_EQUAL(count(t, S_CREW) + count(t, S_DIVER), 0);
	crew_step(t, UP, 212);
	CU_ASSERT_EQUAL(t->status, GAME_OVER);
	stand_up(t);
}

/* Divers come along to column 9, every 30 steps from step 84 on; the seventh swims through. */
static void seaquest_full_boat(void)
{
	struct table *t = sit_down(&seaquest_game);

	for (int n = 1; n <= 264; n++) {
		crew_step(t, n <= 4 ? RIGHT : n == 80 ? DOWN : NONE, n);
		TAP_CHECK(count(t, S_CREW) == (n < 84     ? 0
		                               : n >= 234 ? 6
		                                          : (n - 54) / 30),
		          "step %d: %d on board", n, count(t, S_CREW));
	}
	CU_ASSERT_EQUAL(t->status, GAME_ON);
	CU_ASSERT(has(t, S_DIVER, 9, 1));
	for (int n = 265; n <= 270; n++)
		crew_step(t, NONE, n);
	CU_ASSERT(!has(t, S_DIVER, 9, 1));
	CU_ASSERT_EQUAL(count(t, S_CREW), 6);
	stand_up(t);
}

/* A submarine that is shot while it moves still shoots, from where it came to.  Move and shot fall
 * on one step only when the move interval changes between: surfacing in step 82, at level 1, makes
 * it 4, so that the submarine of step 81 moves in steps 86 and 91 and shoots in 91.  The player in
 * column 1, facing right, has picked up a diver in steps 36 and 66, and surfaced once before. */
static void seaquest_last_shot(void)
{
	struct table *t = sit_down(&seaquest_game);
	const uint32_t sub[] = { other, other, first, first, first, first };

	for (int n = 1; n <= 91; n++) {
		int action = n <= 5                         ? LEFT
		             : n == 6                       ? RIGHT
		             : n == 7 || n == 68 || n == 83 ? DOWN
		             : n == 67 || n == 82           ? UP
		             : n == 86                      ? FIRE
		                                            : NONE;

		CU_ASSERT_EQUAL(t->status, GAME_ON);
		if (n == 81)
			step_with(t, action, sub, 6);
		else
			crew_step(t, action, n);
		TAP_CHECK(t->reward == (n == 91), "step %d: reward %g", n, t->reward);
		if (n == 90)
			CU_ASSERT(has(t, S_SUB, 8, 1) && has(t, S_SHOT, 6, 1));
	}
	CU_ASSERT_EQUAL(count(t, S_SUB) + count(t, S_SHOT), 0);
	CU_ASSERT(has(t, S_BULLET, 6, 1));                    /* from column 7, and already moved */
	stand_up(t);
}

/* With two divers surfacing costs one and pays nothing. */
static void seaquest_surfacing_with_some(void)
{
	struct table *t = sit_down(&seaquest_game);

	for (int n = 1; n <= 61; n++)
		crew_step(t, n <= 5 ? LEFT : n == 6 ? DOWN : NONE, n);
	CU_ASSERT_EQUAL(count(t, S_CREW), 2);
	crew_step(t, UP, 62);
	CU_ASSERT_EQUAL(t->status, GAME_ON);
	CU_ASSERT_EQUAL(t->reward, 0);
	CU_ASSERT_EQUAL(count(t, S_CREW), 1);
	crew_step(t, NONE, 63);                               /* staying up costs nothing */
	CU_ASSERT_EQUAL(count(t, S_CREW), 1);
	CU_ASSERT_EQUAL(count(t, S_OXYGEN), 10);
	stand_up(t);
}

/* ---- space_invaders ---- */

enum { I_CANNON, I_ALIEN, I_LEFT, I_RIGHT, I_SHOT, I_BULLET };

static void invaders_times(void)
{
	struct table *t = sit_down(&space_invaders_game);

	CU_ASSERT_EQUAL(count(t, I_ALIEN), 24);
	CU_ASSERT_EQUAL(count(t, I_LEFT), 24);
	CU_ASSERT_EQUAL(count(t, I_RIGHT), 0);
	for (int n = 1; n <= 24; n++) {
		play(t, n > 11 && n < 17 ? RIGHT : NONE);
		TAP_CHECK(where(t, I_ALIEN, NULL) == (n < 13 ? 2 : 1),
		          "step %d: the block starts in column %d", n, where(t, I_ALIEN, NULL));
		if (n < 11)
			CU_ASSERT_EQUAL(count(t, I_BULLET), 0);
		/* straight above, from the lowest row */
		if (n == 11)
			CU_ASSERT(has(t, I_BULLET, 5, 3));
		if (n == 12)
			CU_ASSERT(has(t, I_BULLET, 5, 4));
		if (n == 21)                                  /* the nearest column to 9 */
			CU_ASSERT(has(t, I_BULLET, 6, 3));
	}
	stand_up(t);
}

/* The block goes to the left wall, turns and comes down a row at a time; where it lands on row 9
 * and turns once more, the game ends. */
static void invaders_land(void)
{
	struct table *t = sit_down(&space_invaders_game);
	int left = 2, row = 0, direction = -1, x, y;

	for (int n = 1; t->status == GAME_ON && n < 2000; n++) {
		play(t, where(t, I_CANNON, NULL) > 0 ? LEFT : NONE);
		if (n < 13 || (n - 13) % 12 != 0)
			continue;
		if (left + direction < 0 || left + 5 + direction > 9) {
			direction = -direction;
			row++;
		} else {
			left += direction;
		}
		if (t->status != GAME_ON)
			break;
		x = where(t, I_ALIEN, &y);
		TAP_CHECK(x == left && y == row, "step %d: the block is at (%d, %d), not (%d, %d)",
		          n, x, y, left, row);
		CU_ASSERT_EQUAL(count(t, I_RIGHT), direction > 0 ? 24 : 0);
	}
	CU_ASSERT_EQUAL(t->status, GAME_OVER);
	stand_up(t);
}

/* An alien that has to turn on row 9 ends the game and comes round to row 0.  No short play leads
 * there: the aliens' map, the third after what all states begin with, is written over. */
static void invaders_come_round(void)
{
	struct table *t = sit_down(&space_invaders_game);
	const uint64_t corner[2] = { 0, (uint64_t)1 << (90 - 64) };

	memcpy((char *)t->state + sizeof(struct game_base) + 2 * sizeof corner, corner,
	       sizeof corner);
	look(t);
	CU_ASSERT(count(t, I_ALIEN) == 1 && has(t, I_ALIEN, 0, 9) && has(t, I_LEFT, 0, 9));
	CU_ASSERT(game_valid(t->g, t->state));
	for (int n = 1; n <= 12; n++) {
		play(t, NONE);
		CU_ASSERT_EQUAL(t->status, GAME_ON);
	}
	play(t, NONE);
	CU_ASSERT_EQUAL(t->status, GAME_OVER);
	CU_ASSERT(count(t, I_ALIEN) == 1 && has(t, I_RIGHT, 0, 0));
	stand_up(t);
}

static void invaders_shots(void)
{
	struct table *t = sit_down(&space_invaders_game);

	for (int n = 1; n <= 6; n++) {
		play(t, FIRE);
		if (n <= 5)
			CU_ASSERT(count(t, I_SHOT) == 1 && has(t, I_SHOT, 5, 9 - n));
		CU_ASSERT_EQUAL(t->reward, n == 6);           /* the alien in row 3 */
	}
	CU_ASSERT(has(t, I_SHOT, 5, 8));                      /* the next one */
	CU_ASSERT_EQUAL(count(t, I_SHOT), 1);
	CU_ASSERT_EQUAL(count(t, I_ALIEN), 23);
	stand_up(t);
}

/* Whether some actions keep the cannon alive for `depth` steps more. */
static int survives(const struct game_ops *g, const void *state, int depth)
{
	static const int ways[] = { NONE, LEFT, RIGHT };
	uint64_t copy[32];

	for (int k = 0; depth > 0 && k < 3; k++) {
		struct random_list l;
		double reward;

		memcpy(copy, state, g->size);
		random_list_start(&l, &other, 1);
		if (game_step(g, copy, ways[k], &l.source, &reward) == GAME_ON &&
		    survives(g, copy, depth - 1))
			return 1;
	}
	return depth == 0;
}

/* What the next ten steps bring when the cannon does this and then waits. */
static double brings(const struct table *t, int action)
{
	uint64_t copy[32];
	double sum = 0;

	memcpy(copy, t->state, t->g->size);
	for (int k = 0; k < 10; k++) {
		struct random_list l;
		double reward;

		random_list_start(&l, &other, 1);
		game_step(t->g, copy, k == 0 ? action : NONE, &l.source, &reward);
		sum += reward;
	}
	return sum;
}

/* Fire where it hits, else go to the nearest column, unless that leads to the end. */
static int invaders_action(const struct table *t, int few)
{
	int p = where(t, I_CANNON, NULL), x = -1, wish[4] = { NONE, NONE, LEFT, RIGHT };

	for (int far = 0; far < 10 && x < 0; far++)
		for (int y = 0; y < 10; y++) {
			if (p + far <= 9 && has(t, I_ALIEN, p + far, y))
				x = p + far;
			if (p - far >= 0 && has(t, I_ALIEN, p - far, y))
				x = p - far;
		}
	if (brings(t, FIRE) > brings(t, NONE))
		wish[0] = FIRE;
	/* the last ones are too fast to follow */
	else if (x != p && count(t, I_ALIEN) > few)
		wish[0] = x < p ? LEFT : RIGHT;
	for (int k = 0; k < 4; k++) {
		uint64_t copy[32];
		struct random_list l;
		double reward;

		memcpy(copy, t->state, t->g->size);
		random_list_start(&l, &other, 1);
		if (game_step(t->g, copy, wish[k], &l.source, &reward) == GAME_ON &&
		    survives(t->g, copy, 5))
			return wish[k];
	}
	return NONE;
}

/* Play 40,000 steps, or until `enough` waves are cleared in one episode; returns how many were.
 * The block moves every min(aliens, interval) steps, and each wave takes 1 from the interval, down
 * to 6. */
static int invaders_play(int ramping, int enough, int *level)
{
	struct game_options o;
	struct table *t;
	int interval = 12, waves = 0, aliens = 24, wait = 12, wrong = 0, attempt = 0;

	game_defaults(&space_invaders_game, &o);
	o.ramping = ramping;
	t = sit_down_with(&space_invaders_game, &o);
	for (int n = 1; n < 40000 && waves < enough; n++) {
		uint64_t seen[2] = { t->bits[2 * I_ALIEN], t->bits[2 * I_ALIEN + 1] };
		int time_to_move = wait == 0;

		play(t, invaders_action(t, 1 + attempt % 9));
		if (t->status != GAME_ON) {
			reset_with(t, NULL, 0);
			interval = wait = 12, aliens = 24, waves = 0, attempt++;
			continue;
		}
		wait = (time_to_move ? aliens < interval ? aliens : interval : wait) - 1;
		if (count(t, I_ALIEN) > aliens - t->reward) {
			waves++;
			interval -= ramping && interval > 6;
		} else if (t->reward == 0) {
			wrong += time_to_move != ((t->bits[2 * I_ALIEN] & ~seen[0]) ||
			                          (t->bits[2 * I_ALIEN + 1] & ~seen[1]));
		}
		aliens = count(t, I_ALIEN);
	}
	*level = space_invaders_game.ramp(t->state);
	TAP_CHECK(wrong == 0,
	          "the block moved when it should not, or did not when it should, %d times", wrong);
	stand_up(t);
	return waves;
}

static void invaders_waves(void)
{
	int level, waves = invaders_play(1, 8, &level);

	TAP_CHECK(waves == 8 && level == 6, "%d waves, level %d", waves, level);
	waves = invaders_play(0, 2, &level);
	TAP_CHECK(waves == 2 && level == 0, "%d waves, level %d without ramping", waves, level);
}

/* ---- lakes and catch ---- */

static void lakes_exactly(void)
{
	static const struct {
		const struct game_ops *g;
		double best, luck, slippery, plain;
		int steps;
	} known[] = {
		{ &lake4_game, 0.74419, 0.01394, 0.54203, 0.95099, 6 },
		{ &lake8_game, 0.91322, 0.00190, 0.41464, 0.87752, 14 },
	};

	for (int i = 0; i < 2; i++) {
		const struct lake_map *m = lake_map_of(known[i].g);
		double q[64 * LAKE_ACTIONS];
		struct game_options o;
		struct table *t;

		CU_ASSERT_DOUBLE_EQUAL(lake_best_success(m, 1), known[i].best, 5e-6);
		CU_ASSERT_DOUBLE_EQUAL(lake_best_success(m, 0), 1, 1e-12);
		CU_ASSERT_DOUBLE_EQUAL(lake_random_success(m, 1), known[i].luck, 5e-6);
		CU_ASSERT_DOUBLE_EQUAL(lake_random_success(m, 0), known[i].luck, 5e-6);
		lake_values(m, 1, 0.99, q);
		CU_ASSERT_DOUBLE_EQUAL(fmax(fmax(q[0], q[1]), fmax(q[2], q[3])), known[i].slippery,
		                       5e-6);
		lake_values(m, 0, 0.99, q);
		CU_ASSERT_DOUBLE_EQUAL(fmax(fmax(q[0], q[1]), fmax(q[2], q[3])), known[i].plain,
		                       5e-6);
		/* Along the best actions over plain ice. */
		game_defaults(known[i].g, &o);
		CU_ASSERT_EQUAL(o.slippery, 1);
		o.slippery = 0;
		t = sit_down_with(known[i].g, &o);
		for (int n = 1; n <= known[i].steps; n++) {
			const double *row = q + LAKE_ACTIONS * lake_cell(t->state);
			int best = 0;

			for (int a = 1; a < LAKE_ACTIONS; a++)
				best = row[a] > row[best] ? a : best;
			step_with(t, best, NULL, 0);
			CU_ASSERT_EQUAL(t->list.used, 0);
			CU_ASSERT_EQUAL(t->reward, n == known[i].steps);
			CU_ASSERT_EQUAL(t->status, n == known[i].steps ? GAME_OVER : GAME_ON);
		}
		stand_up(t);
	}
	CU_ASSERT_PTR_NULL(lake_map_of(&catch_game));
}

static void lakes_slip(void)
{
	static const uint32_t k[] = {
		0, 0x55555555, 0x55555556, 0xaaaaaaaa, 0xaaaaaaab, 0xffffffff
	};
	/* From the start: right goes down, right, or nowhere (up). */
	static const int cell[] = { 4, 4, 1, 1, 0, 0 };
	struct table *t = sit_down(&lake4_game);

	for (int i = 0; i < 6; i++) {
		reset_with(t, NULL, 0);
		step_with(t, 2, k + i, 1);
		CU_ASSERT_EQUAL(t->list.used, 1);
		TAP_CHECK(lake_cell(t->state) == cell[i], "%08x leads to %d", (unsigned)k[i],
		          lake_cell(t->state));
	}
	stand_up(t);
}

static void lakes_have_limits(void)
{
	for (int i = 0; i < 2; i++) {
		const struct game_ops *g = i ? &lake8_game : &lake4_game;
		struct game_options o = { 0 };
		struct table *t = sit_down_with(g, &o);

		for (int n = 1; n <= (i ? 200 : 100); n++) {
			CU_ASSERT_EQUAL(t->status, GAME_ON);
			step_with(t, 0, NULL, 0);
			CU_ASSERT_EQUAL(t->reward, 0);
		}
		CU_ASSERT_EQUAL(t->status, GAME_CUT);         /* not terminal */
		stand_up(t);
		t = sit_down_with(g, &o);                     /* into a hole */
		for (int n = 0; n < (i ? 5 : 1); n++)
			step_with(t, i && n < 3 ? 2 : 1, NULL, 0);
		if (!i)
			step_with(t, 2, NULL, 0);
		CU_ASSERT_EQUAL(t->status, GAME_OVER);
		CU_ASSERT_EQUAL(t->reward, 0);
		stand_up(t);
	}
}

static void catch_is_nine_steps(void)
{
	/* Column 0 to 4, and where to go: -2 .. 2 from the middle. */
	for (int column = 0; column < 5; column++)
		for (int goal = 0; goal < 5; goal++) {
			struct table *t = sit_down(&catch_game);
			uint32_t k = (uint32_t)column * 858993460u;

			reset_with(t, &k, 1);
			CU_ASSERT(has(t, 0, column, 0) && has(t, 0, 2, 9));
			for (int n = 1; n <= 9; n++) {
				CU_ASSERT_EQUAL(t->status, GAME_ON);
				step_with(t, n > abs(goal - 2) ? 1 : goal < 2 ? 0 : 2, NULL, 0);
				CU_ASSERT_EQUAL(t->list.used, 0);
				CU_ASSERT_EQUAL(t->reward, n < 9 ? 0 : column == goal ? 1 : -1);
			}
			CU_ASSERT_EQUAL(t->status, GAME_OVER);
			CU_ASSERT_EQUAL(count(t, 0), column == goal ? 1 : 2);
			stand_up(t);
		}
}

/* Random play comes out at what is known exactly, within four standard errors. */
static void random_play_means(void)
{
	for (int i = 0; games[i]; i++)
		for (int v = 0; v < 2; v++) {
			gsl_rng *game = random_stream(11, STREAM_GAME),
				*player = random_stream(11, STREAM_EXPLORE);
			struct game_options o;
			struct random_play r;
			double exact;

			variant(games[i], v, &o);
			exact = games[i]->random_return(&o);
			if (isfinite(exact)) {
				CU_ASSERT_EQUAL(random_play(&r, games[i], &o, 20000, 100000000,
				                            game, player),
				                RY_OK);
				CU_ASSERT_EQUAL(r.episodes, 20000);
				TAP_CHECK(fabs(r.mean - exact) < 4 * r.error && r.error < 0.01,
				          "%s: %g, not %g", games[i]->name, r.mean, exact);
			}
			gsl_rng_free(game);
			gsl_rng_free(player);
		}
	{
		struct game_options none = { 0 };

		CU_ASSERT_DOUBLE_EQUAL(catch_game.random_return(&none), -0.6, 1e-15);
	}
}

/* The return of a random episode; in a game without any, the mean reward of 1,000 steps. */
static double random_return_of(const struct game_ops *g, void *state, struct random_source *d)
{
	enum game_status status = GAME_ON;
	double sum = 0;
	long steps = 0;

	game_reset(g, state, d);
	for (; status == GAME_ON && steps < (g->endless ? 1000 : 5000); steps++) {
		double reward;

		status = game_step(g, state, draw_int(d, 0, game_actions(g, state) - 1), d,
		                   &reward);
		sum += reward;
	}
	return g->endless ? sum / (double)steps : sum;
}

static void returns_are_bounded(void)
{
	for (int i = 0; games[i]; i++) {
		const struct game_ops *g = games[i];
		gsl_rng *rng = random_stream(12, STREAM_GAME);
		struct random_source d = random_source_from_rng(rng);
		struct game_options o;
		void *state;

		game_defaults(g, &o);
		state = game_alloc(g, &o);
		CU_ASSERT_PTR_NOT_NULL_FATAL(state);
		for (int k = 0; k < 50; k++) {
			double r = random_return_of(g, state, &d);

			TAP_CHECK(g->least <= r && r <= g->most &&
			                  (!g->either_or || r == g->least || r == g->most),
			          "%s: a return of %g", g->name, r);
		}
		free(state);
		gsl_rng_free(rng);
	}
}

/* ---- eyes ---- */

/* Items far from where the agent begins and from where it goes. */
static void eyes_start_draws(uint32_t k[90], uint32_t x, uint32_t y, uint32_t kind)
{
	for (int i = 0; i < 30; i++) {
		k[3 * i] = x;
		k[3 * i + 1] = y;
		k[3 * i + 2] = kind;
	}
}

static void eyes_go_straight(void)
{
	struct table *t = sit_down(&eyes_game);
	struct eyes_view v;
	uint32_t k[90];

	eyes_start_draws(k, 0xf0000000, 0xf0000000, first);
	reset_with(t, k, 90);
	CU_ASSERT_EQUAL(t->list.used, 90);
	for (int n = 1; n <= 25; n++) {
		step_with(t, 0, NULL, 0);
		CU_ASSERT_EQUAL(t->list.used, 0);
		eyes_look(t->state, &v);
		CU_ASSERT_DOUBLE_EQUAL(v.x, 50, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(v.y, 50 + n * 5 * sin(1), 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(sin(v.angle), 0, 1e-12);
	}
	/* Walls only to the left, of which eyes 1 to 3 see some: 1.1 is the most. */
	CU_ASSERT_DOUBLE_EQUAL(t->reward, 1.1, 1e-12);
	CU_ASSERT(v.kind[0] == EYE_WALL && v.kind[4] == EYE_NOTHING && v.distance[4] == EYES_RANGE);
	CU_ASSERT_DOUBLE_EQUAL(v.distance[0], 40 / sin(0.75), 1e-9);
	CU_ASSERT_EQUAL(v.n_items, 30);
	stand_up(t);
}

/* The reward by the formula, from what was seen before the step; nothing eaten, straight ahead. */
static double expected_reward(const struct eyes_view *v, double *near)
{
	double sum = 0;

	for (int k = 0; k < EYES; k++)
		sum += v->kind[k] == EYE_WALL ? v->distance[k] / EYES_RANGE : 1;
	*near = fmin(1, 2 * sum / EYES);
	return *near + (*near > 0.75 ? 0.1 * *near : 0);
}

static void eyes_stop_at_walls(void)
{
	struct table *t = sit_down(&eyes_game);
	struct eyes_view v;
	uint32_t k[90];
	int between = 0;

	eyes_start_draws(k, 0xf0000000, 0xf0000000, first);
	reset_with(t, k, 90);
	for (int n = 1; n <= 200; n++) {
		double near, want;

		eyes_look(t->state, &v);
		want = expected_reward(&v, &near);
		step_with(t, 0, NULL, 0);
		TAP_CHECK(fabs(t->reward - want) < 1e-12, "tick %d: reward %g, not %g", n,
		          t->reward, want);
		between += near > 0.5 && near <= 0.75;
	}
	eyes_look(t->state, &v);
	CU_ASSERT(v.y < 490 && v.y > 490 - 5);
	/* too near for the bonus, too far to be stuck */
	CU_ASSERT(between > 0);
	stand_up(t);
}

/* What lies behind a wall is not eaten, near as it may be: the top of an inner box, and below it
 * items. */
static void eyes_walls_protect(void)
{
	struct table *t = sit_down(&eyes_game);
	struct eyes_view v;
	uint32_t k[90];
	double nearest = 1000;

	eyes_start_draws(k, (uint32_t)(105 / 660.0 * 4294967296.0),
	                 (uint32_t)(84 / 460.0 * 4294967296.0), first);
	reset_with(t, k, 90);
	for (int n = 1; n <= 40; n++) {
		step_with(t, n <= 2 ? 4 : 0, NULL, 0);
		eyes_look(t->state, &v);
		nearest = fmin(nearest, hypot(v.x - v.item[0].x, v.y - v.item[0].y));
	}
	TAP_CHECK(nearest < 15, "came no nearer than %g", nearest);
	CU_ASSERT(v.y < 100);
	CU_ASSERT_EQUAL(v.n_items, 30);
	CU_ASSERT_EQUAL(v.apples, 0);
	stand_up(t);
}

/* Thirty apples, or thirty pots of poison, at (50, 70.1): out of reach by a little; one step ahead
 * eats all. */
static void eyes_eat(void)
{
	for (int poison = 0; poison < 2; poison++) {
		struct table *t = sit_down(&eyes_game);
		struct eyes_view v;
		uint32_t k[90], more[5] = { 0x3fffffff, 0xf0000000, 0xf0000000, first, 0 };

		eyes_start_draws(k, (uint32_t)(30 / 660.0 * 4294967296.0),
		                 (uint32_t)(50.1 / 460 * 4294967296.0), poison ? other : first);
		reset_with(t, k, 90);
		eyes_look(t->state, &v);
		CU_ASSERT_EQUAL(v.kind[3], poison ? EYE_POISON : EYE_APPLE);
		CU_ASSERT_DOUBLE_EQUAL(v.distance[3], 20.1, 1e-6);
		step_with(t, 0, NULL, 0);
		CU_ASSERT_EQUAL(t->list.used, 0);             /* items come every tenth tick only */
		CU_ASSERT_DOUBLE_EQUAL(t->reward, 1.1 + (poison ? -6 : 5) * 30, 1e-9);
		eyes_look(t->state, &v);
		CU_ASSERT_EQUAL(v.n_items, 0);
		CU_ASSERT_EQUAL(poison ? v.poison : v.apples, 30);
		for (int n = 2; n <= 9; n++) {
			step_with(t, 3, more, 5);
			CU_ASSERT_EQUAL(t->list.used, 0);
		}
		step_with(t, 3, more, 5);
		CU_ASSERT_EQUAL(t->list.used, 4);
		eyes_look(t->state, &v);
		CU_ASSERT_EQUAL(v.n_items, 1);
		more[0] = 0x40000000;                         /* u = 1/4 adds none */
		for (int n = 11; n <= 20; n++)
			step_with(t, 3, more, 5);
		CU_ASSERT_EQUAL(t->list.used, 1);
		eyes_look(t->state, &v);
		CU_ASSERT_EQUAL(v.n_items, 1);
		stand_up(t);
	}
}

/* An item 5 to one side of the middle eye's ray is seen at its foot, to the other side 2 * 5 away
 * from itself; the corrected mode sees both at the foot. */
static void eyes_error(void)
{
	for (int corrected = 0; corrected < 2; corrected++)
		for (int side = -1; side < 2; side += 2) {
			struct game_options o = { .corrected = corrected };
			struct table *t = sit_down_with(&eyes_game, &o);
			struct eyes_view v;
			uint32_t k[90];
			double foot = 40, off;

			/* Ahead is down, (0, 1): n = (1, 0), so the point of the original is to the
			 * right. */
			eyes_start_draws(k, (uint32_t)((30 + 5.0 * side) / 660 * 4294967296.0),
			                 (uint32_t)(70 / 460.0 * 4294967296.0), first);
			reset_with(t, k, 90);
			eyes_look(t->state, &v);
			off = !corrected && side > 0 ? 10 : 0;
			CU_ASSERT_EQUAL(v.kind[3], EYE_APPLE);
			TAP_CHECK(fabs(v.distance[3] - hypot(foot, off)) < 1e-6,
			          "corrected %d, side %d: %.9g, not %.9g", corrected, side,
			          v.distance[3], hypot(foot, off));
			stand_up(t);
		}
}

static void eyes_turn(void)
{
	/* To the left is positive. */
	static const double turns[5] = { 0, 0.2, -0.2, -0.5, 0.5 };

	for (int a = 0; a < 5; a++) {
		struct table *t = sit_down(&eyes_game);
		struct eyes_view v;

		step_with(t, a, NULL, 0);
		eyes_look(t->state, &v);
		CU_ASSERT(v.angle >= 0 && v.angle <= 2 * M_PI);
		CU_ASSERT_DOUBLE_EQUAL(sin(v.angle), sin(turns[a]), 1e-12);
		CU_ASSERT_DOUBLE_EQUAL(cos(v.angle), cos(turns[a]), 1e-12);
		stand_up(t);
	}
}

/* Items older than 5,000 ticks go with 1/10 every 100th tick. */
static void eyes_items_age(void)
{
	struct table *t = sit_down(&eyes_game);
	struct eyes_view v;
	uint32_t k[90], removing[60] = { 0 };

	eyes_start_draws(k, 0xf0000000, 0xf0000000, first);
	reset_with(t, k, 90);
	for (int n = 1; n <= 5099; n++) {
		step_with(t, 3, NULL, 0);
		TAP_CHECK(t->list.used == 0, "tick %d drew", n);
	}
	for (int i = 0; i < 30; i++)
		removing[i] = i % 2 ? 429496729 : 429496730;
	removing[30] = other;
	step_with(t, 3, removing, 60);
	CU_ASSERT_EQUAL(t->list.used, 31);
	eyes_look(t->state, &v);
	CU_ASSERT_EQUAL(v.n_items, 15);
	stand_up(t);
}

/* The agent turns on the spot until item after item is old, then steps up to all of them in a tick
 * in which they may expire: they are eaten, whatever the draws say, and each is drawn for all the
 * same. */
static void eyes_eat_the_old(void)
{
	struct table *t = sit_down(&eyes_game);
	struct eyes_view v, on;
	uint32_t k[90], keeping[31];
	double away;

	for (int run = 0; run < 2; run++) {
		/* First with items far away, to see where the last step leads. */
		if (run == 0)
			eyes_start_draws(k, 0xf0000000, 0xf0000000, first);
		reset_with(t, k, 90);
		for (int n = 1; n < 5100; n++)
			step_with(t, 3, NULL, 0);
		eyes_look(t->state, &v);
		for (int i = 0; i < 31; i++)
			keeping[i] = other;
		step_with(t, 0, keeping, 31);
		eyes_look(t->state, &on);
		/* 19.9 on from there, seen from the middle of the circle that the agent turned
		 * in. */
		away = atan2(on.y - v.y, on.x - v.x);
		eyes_start_draws(k, (uint32_t)((on.x + 19.9 * cos(away) - 20) / 660 * 4294967296.0),
		                 (uint32_t)((on.y + 19.9 * sin(away) - 20) / 460 * 4294967296.0),
		                 first);
	}
	/* 30 of the old, one for a new item */
	CU_ASSERT_EQUAL(t->list.used, 31);
	CU_ASSERT_EQUAL(on.apples, 30);
	CU_ASSERT_EQUAL(on.n_items, 0);
	stand_up(t);
}

static const struct tap_test tests[] = {
	{ "tables of games are complete, and gaps are noticed", tables_are_complete },
	{ "channels, actions and looks have names", names_are_there },
	{ "options that a game does not have are refused", options_are_checked },
	{ "same seed, same story", same_seed_same_story },
	{ "copied state, same future", copied_state_same_future },
	{ "returns stay within what the table says", returns_are_bounded },
	{ "100,000 random steps: bits, bounds, whole rewards, as many draws as the rules say",
	  a_long_random_game },
	{ "a finished episode stays as it is", a_finished_episode_stays },
	{ "damaged states are refused or harmless", damaged_states },
	{ "draws are exact", draws_are_exact },
	{ "sticky actions, across resets too", sticky_actions },
	{ "sticky actions are what is played", sticky_actions_are_played },
	{ "stickiness 0 still draws, 1 always repeats", never_and_always_sticky },
	{ "minimal sets of actions", minimal_actions },
	{ "asterix: spawns and moves", asterix_times },
	{ "asterix: ramping every 102 steps, down to 1 and 1", asterix_ramps },
	{ "asterix: moves every 5, 4, 3, 2, 1 steps", asterix_moves_faster },
	{ "asterix: no ramping when it is off", asterix_does_not_ramp_unasked },
	{ "asterix: a new interval waits for the timer", asterix_ramp_waits_for_the_reload },
	{ "asterix: what has just come can be touched", asterix_spawn_is_touched },
	{ "breakout: the start", breakout_starts },
	{ "breakout: walls and contacts", breakout_walls },
	{ "breakout: the ball is lost", breakout_ball_is_lost },
	{ "breakout: two ways to bounce", breakout_two_ways_to_bounce },
	{ "freeway: cars", freeway_cars },
	{ "freeway: 2,501 steps, 27 a crossing", freeway_lasts },
	{ "freeway: the chicken's first moves", freeway_first_move },
	{ "seaquest: oxygen lasts 200 steps", seaquest_air },
	{ "seaquest: an idle agent lives for ever", seaquest_idles_for_ever },
	{ "seaquest: enemies and divers move every 6 steps, submarines shoot every 11",
	  seaquest_periods },
	{ "seaquest: a shot every 5 steps", seaquest_shots },
	{ "seaquest: a shot hits", seaquest_hits },
	{ "seaquest: no enemy against the direction of its row", seaquest_no_opposition },
	{ "seaquest: swapping cells is contact", seaquest_swapping_is_contact },
	{ "seaquest: swapping cells with a shot, too", seaquest_swapping_with_a_shot },
	{ "seaquest: surfacing alone is the end", seaquest_surfacing_alone_is_the_end },
	{ "seaquest: six divers, then -1", seaquest_rescue },
	{ "seaquest: a rescue pays by the oxygen left, and the next diver makes 0",
	  seaquest_rescue_pays },
	{ "seaquest: no room for a seventh diver", seaquest_full_boat },
	{ "seaquest: shot, but still shooting", seaquest_last_shot },
	{ "seaquest: surfacing costs a diver", seaquest_surfacing_with_some },
	{ "space_invaders: first move, first shots", invaders_times },
	{ "space_invaders: down the board", invaders_land },
	{ "space_invaders: turning on row 9", invaders_come_round },
	{ "space_invaders: a shot every 5 steps", invaders_shots },
	{ "space_invaders: waves and intervals", invaders_waves },
	{ "lakes: exact values, and the best path", lakes_exactly },
	{ "lakes: three ways to slip", lakes_slip },
	{ "lakes: a limit cuts, a hole ends", lakes_have_limits },
	{ "catch: nine steps, all of them", catch_is_nine_steps },
	{ "random play comes out at its exact mean", random_play_means },
	{ "eyes: straight ahead", eyes_go_straight },
	{ "eyes: walls stop, and rewards are as the formula says", eyes_stop_at_walls },
	{ "eyes: nothing is eaten through a wall", eyes_walls_protect },
	{ "eyes: eating, and new items", eyes_eat },
	{ "eyes: the original's error, and the correction", eyes_error },
	{ "eyes: turning", eyes_turn },
	{ "eyes: old items go", eyes_items_age },
	{ "eyes: what is eaten is gone, old or not", eyes_eat_the_old },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("games in " RY_REAL_NAME, tests);
}
