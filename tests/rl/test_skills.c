/* test_skills.c - skills: laws that hold in every game, single steps of each game worked by hand,
 * and the words for numbers. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/games/episode.h"
#include "rl/games/eyes.h"
#include "rl/games/games.h"
#include "rl/games/scripted_policy.h"
#include "rl/games/skills.h"
#include "src/base/random.h"
#include "tests/support/tap.h"

enum { NONE, LEFT, UP, RIGHT, DOWN, FIRE };

enum { STEPS = 20000 };

#define NOTHING { .chances = { 0 } }

/* ---- laws ---- */

/* Who plays: chance, or the scripted policy. */
struct player {
	const struct game_ops  *g;
	void                   *state;
	gsl_rng                *rng;
	struct random_source    draws;
	struct scripted_policy *policy;       /* NULL: chance */
	struct skill_counts     c;
	double                  reward, total;
	long                    positive;     /* steps with a reward above 0 */
	long                    overs;
};

/* The defaults, or everything turned round that can be. */
static void variant(const struct game_ops *g, int v, struct game_options *o)
{
	game_defaults(g, o);
	if (v == 0)
		return;
	o->sticky = g->takes & GAME_STICKY ? 0.5 : 0;
	o->ramping = o->slippery = 0;
	o->minimal = (g->takes & GAME_MINIMAL) != 0;
	o->corrected = (g->takes & GAME_CORRECTED) != 0;
}

static void player_open(struct player *p, const struct game_ops *g, int v, int scripted)
{
	struct game_options o;

	variant(g, v, &o);
	*p = (struct player){ .g = g, .state = game_alloc(g, &o) };
	p->rng = random_stream(7, STREAM_GAME);
	p->draws = random_source_from_rng(p->rng);
	p->policy = scripted ? scripted_policy_alloc(g, &o) : NULL;
}

static void player_close(struct player *p)
{
	free(p->state);
	gsl_rng_free(p->rng);
	scripted_policy_free(p->policy);
}

static int choose(struct player *p)
{
	uint64_t bits[GAME_MAX_WORDS];
	real x[64];

	if (!p->policy)
		return draw_int(&p->draws, 0, game_actions(p->g, p->state) - 1);
	if (p->g->words)
		p->g->planes(p->state, bits);
	else
		p->g->observe(p->g, p->state, x);
	return scripted_policy_act(p->policy,
	                           p->g->words ? (const void *)bits : (const void *)x);
}

static void player_step(struct player *p)
{
	if (game_status(p->state) != GAME_ON) {
		game_reset(p->g, p->state, &p->draws);
		if (p->policy)
			scripted_policy_start(p->policy);
	}
	skill_step(&p->c, p->g, p->state, choose(p), &p->draws, &p->reward);
	p->total += p->reward;
	p->positive += p->reward > 0;
	p->overs += game_status(p->state) == GAME_OVER;
}

static void tables_are_complete(void)
{
	for (int i = 0; games[i]; i++) {
		const struct game_ops *g = games[i];

		TAP_CHECK(g->skills && g->skills->n >= 1 && g->skills->n <= SKILLS_MAX &&
		                  g->skills->count && !g->skills->skill[0].fault &&
		                  !g->skills->skill[0].part,
		          "%s: no skills", g->name);
		for (int k = 0; k < g->skills->n; k++) {
			const struct skill *s = &g->skills->skill[k];
			int placed = s->kind != SKILL_TIMES;

			TAP_CHECK(s->does && s->did && s->what &&
			                  (strstr(s->what, "%s") != NULL) == placed &&
			                  s->memory >= 100 &&
			                  (s->kind == SKILL_AMOUNT) == (s->per > 0) &&
			                  !(s->fault && s->kind == SKILL_AMOUNT),
			          "%s: skill %d is incomplete", g->name, k);
		}
	}
}

/* Nothing is ever taken back, and nothing succeeds without a chance. */
static void check_step(const struct player *p, const struct skill_counts *before)
{
	for (int k = 0; k < p->g->skills->n; k++) {
		double chances = p->c.chances[k] - before->chances[k];
		double successes = p->c.successes[k] - before->successes[k];
		int amount = p->g->skills->skill[k].kind == SKILL_AMOUNT;

		if (chances < 0 || successes < 0 || (successes > chances && !amount) ||
		    chances != floor(chances) || successes != floor(successes))
			TAP_CHECK(0, "%s: skill %d: %g of %g", p->g->name, k, successes, chances);
	}
	for (int k = p->g->skills->n; k < SKILLS_MAX; k++)
		CU_ASSERT(p->c.chances[k] == 0 && p->c.successes[k] == 0);
}

/* What is counted agrees with what the game paid. */
static void check_against_rewards(const struct player *p)
{
	const struct skill_counts *c = &p->c;
	const struct game_ops *g = p->g;
	int agrees = 1;

	if (g == &asterix_game)
		agrees = c->successes[0] == p->total && c->successes[2] == STEPS &&
		         c->chances[1] - c->successes[1] == (double)p->overs;
	else if (g == &breakout_game)
		agrees = c->chances[0] - c->successes[0] == (double)p->overs;
	else if (g == &freeway_game)
		agrees = c->successes[0] == p->total && c->successes[1] == p->total &&
		         c->chances[0] == STEPS;
	else if (g == &space_invaders_game)
		agrees = c->successes[0] == p->total &&
		         c->chances[1] - c->successes[1] <= (double)p->overs;
	else if (g == &seaquest_game)
		agrees = c->successes[1] <= p->total && c->chances[5] == (double)p->overs &&
		         (c->successes[2] > 0) == (c->successes[1] < p->total);
	else if (g == &catch_game || g->lake)
		agrees = c->successes[0] == (double)p->positive;
	TAP_CHECK(agrees, "%s: counts and rewards disagree", g->name);
}

static void counts_are_sound(void)
{
	for (int i = 0; games[i]; i++)
		for (int v = 0; v < 4; v++) {
			struct player p;

			player_open(&p, games[i], v % 2, v / 2);
			for (int n = 0; n < STEPS; n++) {
				struct skill_counts before = p.c;

				player_step(&p);
				check_step(&p, &before);
			}
			check_against_rewards(&p);
			player_close(&p);
		}
}

/* The same play, counted or not; and an episode counts as the steps do. */
static void counting_changes_nothing(void)
{
	for (int i = 0; games[i]; i++) {
		const struct game_ops *g = games[i];
		struct skill_counts in_steps = NOTHING, in_episode = NOTHING;
		void *state[3];
		gsl_rng *rng[3];
		struct random_source d[3];
		struct game_options o;
		struct episode e;
		double reward;

		game_defaults(g, &o);
		for (int k = 0; k < 3; k++) {
			state[k] = game_alloc(g, &o);
			rng[k] = random_stream(5, STREAM_GAME);
			d[k] = random_source_from_rng(rng[k]);
		}
		game_reset(g, state[0], &d[0]);
		game_reset(g, state[1], &d[1]);
		e = (struct episode){ .game = g, .state = state[2], .random = &d[2],
			              .skills = &in_episode };
		episode_start(&e, NULL);
		for (int n = 0; n < 500; n++) {
			int action = n / 3 % game_actions(g, state[0]);

			game_step(g, state[0], action, &d[0], &reward);
			skill_step(&in_steps, g, state[1], action, &d[1], &reward);
			episode_act(&e, action);
		}
		TAP_CHECK(memcmp(state[0], state[1], g->size) == 0 &&
		                  memcmp(state[0], state[2], g->size) == 0,
		          "%s: counting changes the game", g->name);
		TAP_CHECK(memcmp(&in_steps, &in_episode, sizeof in_steps) == 0,
		          "%s: an episode counts otherwise", g->name);
		for (int k = 0; k < 3; k++) {
			free(state[k]);
			gsl_rng_free(rng[k]);
		}
	}
}

/* One line of ASCII that fits, without a number that is none. */
static void check_sentence(const struct game_ops *g, const char *text, size_t columns)
{
	int clean = strlen(text) <= columns && !strstr(text, "nan") && !strstr(text, "inf") &&
	            !strchr(text, '%');

	for (const char *c = text; *c; c++)
		clean &= isprint((unsigned char)*c) != 0;
	TAP_CHECK(clean, "%s: '%s'", g->name, text);
}

/* A scripted policy has learnt something, and chance has not, not even at other times and with
 * other options. */
static void policies_have_learnt_and_chance_has_not(void)
{
	for (int i = 0; games[i]; i++)
		for (int v = 0; v < 2; v++) {
			const struct game_ops *g = games[i];
			char text[2][SKILL_COLUMNS + 20];
			struct skill_counts random;
			struct player p[2];

			for (int k = 0; k < 2; k++) {
				player_open(&p[k], g, v, k);
				for (int n = 0; n < STEPS; n++) {
					player_step(&p[k]);
					skill_fade(&p[k].c, g);
				}
			}
			CU_ASSERT_EQUAL(skill_of_random_play(&random, g, p[0].state), RY_OK);
			for (int k = 0; k < 2; k++) {
				skill_sentence(text[k], sizeof text[k], g, &p[k].c, &random, 0);
				check_sentence(g, text[k], SKILL_COLUMNS);
			}
			TAP_CHECK(strncmp(text[0], "no better", 9) == 0, "%s: chance %s",
			          g->name, text[0]);
			TAP_CHECK(strncmp(text[1], "no better", 9) != 0 &&
			                  skill_learnt(&p[1].c, &random, g, 0) &&
			                  skill_rate(&p[1].c, g, 0) > skill_rate(&random, g, 0),
			          "%s: the scripted policy %s", g->name, text[1]);
			player_close(&p[0]);
			player_close(&p[1]);
		}
}

/* All counts that can be, in lines of all widths and both tenses. */
static void sentences_fit(void)
{
	static const double shares[] = { 0, 0.001, 0.04, 0.1, 0.5, 0.94, 0.97, 0.999, 1 };
	static const double chances[] = { 0, 1, 19, 20, 99, 100, 1000, 1e12 };

	for (int i = 0; games[i]; i++)
		for (int s = 0; s < 9; s++)
			for (int n = 0; n < 8; n++)
				for (size_t size = 1; size <= SKILL_COLUMNS + 20; size += 15) {
					struct skill_counts c = NOTHING, none = NOTHING;
					char text[SKILL_COLUMNS + 20];

					for (int k = 0; k < games[i]->skills->n; k++)
						skill_add(&c, k, chances[n],
						          chances[n] * shares[s]);
					memset(text, 'x', sizeof text);
					skill_sentence(text, size, games[i], &c, &none, s % 2);
					check_sentence(games[i], text,
					               size < SKILL_COLUMNS + 1 ? size - 1
					                                        : SKILL_COLUMNS);
				}
}

static void old_play_fades(void)
{
	for (int i = 0; games[i]; i++) {
		const struct game_skills *s = games[i]->skills;
		struct skill_counts c = NOTHING;

		for (int k = 0; k < s->n; k++)
			skill_add(&c, k, s->skill[k].memory, 10);
		skill_fade(&c, games[i]);
		CU_ASSERT(c.chances[0] == s->skill[0].memory && c.successes[0] == 10);
		skill_add(&c, 0, 4 * s->skill[0].memory, 30);
		skill_fade(&c, games[i]);
		TAP_CHECK(c.chances[0] == 5 * s->skill[0].memory / 8 && c.successes[0] == 5,
		          "%s: %g of %g", games[i]->name, c.successes[0], c.chances[0]);
		CU_ASSERT(s->n == 1 || c.chances[1] == s->skill[1].memory);
	}
}

/* ---- games by hand ---- */

static const uint32_t other = 0xffffffff;     /* not sticky; left, enemy, the last of a range */
static const uint32_t first = 0;              /* right, gold or submarine, the first of a range */

/* A game without chance but for the draws that it is given. */
struct table {
	const struct game_ops *g;
	void                  *state;
	struct random_list     list;
	struct skill_counts    c;
	double                 reward;
};

static void begin(struct table *t, const uint32_t *k, size_t n)
{
	random_list_start(&t->list, k, n);
	game_reset(t->g, t->state, &t->list.source);
}

static struct table sit_down(const struct game_ops *g, const uint32_t *k, size_t n)
{
	struct table t = { .g = g };
	struct game_options o;

	game_defaults(g, &o);
	o.sticky = 0;
	o.slippery = 0;
	t.state = game_alloc(g, &o);
	begin(&t, k, n);
	return t;
}

/* A step with these draws after the one for stickiness, the last one again and again. */
static enum game_status step3(struct table *t, int action, uint32_t a, uint32_t b, uint32_t c)
{
	const uint32_t k[] = { other, a, b, c, other, other };

	random_list_start(&t->list, k, 6);
	return skill_step(&t->c, t->g, t->state, action, &t->list.source, &t->reward);
}

static enum game_status play(struct table *t, int action, int times)
{
	enum game_status status = GAME_ON;

	while (times-- > 0)
		status = step3(t, action, other, other, other);
	return status;
}

#define COUNTED(t, k, taken, chance) \
	TAP_CHECK((t).c.successes[k] == (taken) && (t).c.chances[k] == (chance), \
	          "%s: skill %d: %g of %g, expected %g of %g", (t).g->name, k, \
	          (t).c.successes[k], (t).c.chances[k], (double)(taken), (double)(chance))

static void forget(struct table *t)
{
	t->c = (struct skill_counts)NOTHING;
}

/* The ball starts at the upper left, comes down to (5, 8), and the paddle is in column 4. */
static void breakout_by_hand(void)
{
	struct table t = sit_down(&breakout_game, NULL, 0);

	CU_ASSERT_EQUAL(play(&t, NONE, 5), GAME_ON);
	COUNTED(t, 0, 0, 0);
	CU_ASSERT_EQUAL(play(&t, NONE, 1), GAME_OVER);
	COUNTED(t, 0, 0, 1);
	COUNTED(t, 1, 0, 1);
	COUNTED(t, 2, 0, 1);
	play(&t, NONE, 1);                            /* after the end nothing happens */
	COUNTED(t, 0, 0, 1);
	begin(&t, NULL, 0);
	forget(&t);
	play(&t, NONE, 5);
	CU_ASSERT_EQUAL(play(&t, RIGHT, 1), GAME_ON);
	COUNTED(t, 0, 1, 1);
	COUNTED(t, 1, 0, 0);
	play(&t, NONE, 4);                            /* up to the bricks: no other chance */
	COUNTED(t, 0, 1, 1);
	free(t.state);
}

/* Without stickiness the scripted policy never misses: a wall is 30 bricks. */
static void breakout_walls_are_counted(void)
{
	struct game_options o;
	struct player p;
	double broken = 0;

	game_defaults(&breakout_game, &o);
	o.sticky = 0;
	player_open(&p, &breakout_game, 0, 1);
	CU_ASSERT_EQUAL(game_init(&breakout_game, p.state, &o), RY_OK);
	for (int n = 0; n < 5000; n++) {
		player_step(&p);
		broken += p.reward;
		if (floor((broken - 1) / 30) != p.c.chances[1] &&
		    floor(broken / 30) != p.c.chances[1])
			TAP_CHECK(0, "%g bricks, %g walls", broken, p.c.chances[1]);
	}
	CU_ASSERT(p.c.chances[1] >= 3 && p.c.successes[1] == p.c.chances[1]);
	CU_ASSERT_EQUAL(p.c.successes[2], p.c.chances[2]);
	player_close(&p);
}

/* The ball falls in column 0 for nine steps; the paddle starts in column 2. */
static void catch_by_hand(void)
{
	struct table t = sit_down(&catch_game, NULL, 0);

	play(&t, 0, 8);
	COUNTED(t, 0, 0, 0);
	play(&t, 0, 1);
	COUNTED(t, 0, 1, 1);
	begin(&t, NULL, 0);
	play(&t, 1, 9);
	COUNTED(t, 0, 1, 2);
	free(t.state);
}

/* "SFFF FHFH FFFH HFFG": left, down, right, up are 0 to 3. */
static void lakes_by_hand(void)
{
	static const uint8_t way[] = { 1, 1, 2, 1, 2, 2 };
	struct table t = sit_down(&lake4_game, NULL, 0);

	for (int k = 0; k < 6; k++)
		play(&t, way[k], 1);
	COUNTED(t, 0, 1, 1);
	COUNTED(t, 1, 1, 1);
	begin(&t, NULL, 0);
	play(&t, 1, 1);
	CU_ASSERT_EQUAL(play(&t, 2, 1), GAME_OVER);
	COUNTED(t, 0, 1, 2);
	COUNTED(t, 1, 1, 2);
	begin(&t, NULL, 0);
	CU_ASSERT_EQUAL(play(&t, 0, 100), GAME_CUT);
	COUNTED(t, 0, 1, 3);
	COUNTED(t, 1, 2, 3);
	free(t.state);
}

/* Cars that all start in column 0: fast ones to the left come to column 4 in step 12, slow ones in
 * step 36.  A chicken that goes up is across in step 28. */
static void freeway_by_hand(void)
{
	uint32_t slow[16] = { 0 };
	struct table t = sit_down(&freeway_game, NULL, 0);

	play(&t, UP, 11);
	COUNTED(t, 1, 0, 0);
	play(&t, UP, 1);
	COUNTED(t, 0, 0, 12);
	COUNTED(t, 1, 0, 1);
	for (int k = 0; k < 8; k++)
		slow[k] = other;
	begin(&t, slow, 16);
	forget(&t);
	play(&t, UP, 27);
	COUNTED(t, 1, 0, 0);
	play(&t, UP, 1);
	CU_ASSERT_EQUAL(t.reward, 1);
	COUNTED(t, 0, 1, 28);
	COUNTED(t, 1, 1, 1);
	begin(&t, slow, 16);
	forget(&t);
	play(&t, UP, 6);
	play(&t, DOWN, 6);                            /* back on its own feet: no attempt */
	COUNTED(t, 1, 0, 0);
	free(t.state);
}

/* The player stands in (5, 5) and waits; the first entity comes in step 11, from the left, and
 * moves in every sixth step. */
static void asterix_by_hand(void)
{
	const uint32_t row5 = 0x90000000u, row1 = 0;
	struct table t = sit_down(&asterix_game, NULL, 0);
	int steps = 11;

	play(&t, NONE, 10);
	step3(&t, NONE, first, first, row5);
	while (t.reward == 0 && steps++ < 60)
		play(&t, NONE, 1);
	CU_ASSERT_EQUAL(t.reward, 1);
	COUNTED(t, 0, 1, 1);
	COUNTED(t, 1, 0, 0);
	begin(&t, NULL, 0);
	forget(&t);
	play(&t, NONE, 10);
	step3(&t, NONE, first, other, row5);
	for (steps = 11; steps < 60 && game_status(t.state) == GAME_ON; steps++)
		step3(&t, NONE, other, other, row1);
	CU_ASSERT_EQUAL(game_status(t.state), GAME_OVER);
	COUNTED(t, 0, 0, 0);
	COUNTED(t, 1, 0, 1);
	COUNTED(t, 2, steps, 1);
	begin(&t, NULL, 0);
	forget(&t);
	play(&t, NONE, 10);
	step3(&t, NONE, first, first, row1);          /* gold passes in row 1, an enemy in row 2 */
	for (steps = 11; steps < 200 && t.c.chances[1] == 0; steps++)
		step3(&t, NONE, first, other, row1);
	COUNTED(t, 0, 0, 1);
	COUNTED(t, 1, 1, 1);
	free(t.state);
}

static void seaquest_by_hand(void)
{
	const uint32_t row1 = 0, row8 = 0xffffffff;
	struct table t = sit_down(&seaquest_game, NULL, 0);

	play(&t, FIRE, 1);                            /* from column 5 to the left edge */
	play(&t, NONE, 4);
	COUNTED(t, 1, 0, 0);
	play(&t, NONE, 1);
	COUNTED(t, 1, 0, 1);
	play(&t, DOWN, 1);
	CU_ASSERT_EQUAL(play(&t, UP, 1), GAME_OVER);
	COUNTED(t, 0, 0, 1);
	COUNTED(t, 5, 0, 1);
	COUNTED(t, 6, 1, 1);
	COUNTED(t, 4, 8, 1);

	begin(&t, NULL, 0);                           /* out of air, above all enemies */
	forget(&t);
	play(&t, DOWN, 1);
	for (int n = 0; n < 300 && game_status(t.state) == GAME_ON; n++)
		step3(&t, NONE, other, other, row8);
	COUNTED(t, 0, 0, 1);
	COUNTED(t, 5, 1, 1);
	COUNTED(t, 6, 0, 1);
	COUNTED(t, 3, 0, t.c.chances[3]);

	begin(&t, NULL, 0);                           /* a diver is met, and brought up */
	forget(&t);
	play(&t, DOWN, 1);
	for (int n = 0; n < 100 && t.c.successes[3] == 0; n++) {
		const uint32_t k[] = { other, other, other, row8, other, row1 },
			       only[] = { other, other, row1 };
		int both = n == 19, diver = n == 29;

		random_list_start(&t.list, diver ? only : k, diver ? 3 : both ? 4 : 6);
		skill_step(&t.c, t.g, t.state, NONE, &t.list.source, &t.reward);
	}
	COUNTED(t, 3, 1, 1);
	CU_ASSERT_EQUAL(play(&t, UP, 1), GAME_ON);
	COUNTED(t, 0, 1, 1);
	COUNTED(t, 2, 0, 1);
	COUNTED(t, 5, 0, 0);
	free(t.state);
}

/* The first shot goes up in column 5, where the lowest alien is in row 3: it comes to row 3 in the
 * sixth step.  The aliens' first shot, of step 11, comes to row 9 in step 17. */
static void space_invaders_by_hand(void)
{
	struct table t = sit_down(&space_invaders_game, NULL, 0);

	play(&t, FIRE, 1);
	play(&t, NONE, 4);
	COUNTED(t, 0, 0, 0);
	play(&t, NONE, 1);
	CU_ASSERT_EQUAL(t.reward, 1);
	COUNTED(t, 0, 1, 1);
	COUNTED(t, 2, 0, 0);
	while (t.c.chances[2] == 0 && game_status(t.state) == GAME_ON)
		play(&t, NONE, 1);
	CU_ASSERT_EQUAL(game_status(t.state), GAME_OVER);
	COUNTED(t, 2, 0, 1);
	COUNTED(t, 1, 0, 1);
	begin(&t, NULL, 0);
	forget(&t);
	play(&t, NONE, 11);
	while (t.c.chances[2] == 0 && game_status(t.state) == GAME_ON)
		play(&t, LEFT, 1);
	COUNTED(t, 2, 1, 1);
	free(t.state);
}

/* Apples and poison are those of the game's tally; a step into a wall, which every hundredth is
 * looked at for, leads nowhere. */
static void eyes_by_hand(void)
{
	struct player p;
	double eaten[2];
	long stuck = 0;

	player_open(&p, &eyes_game, 0, 0);
	player_step(&p);
	for (int n = 1; n < 5000; n++) {
		struct eyes_view before, after;

		eyes_look(p.state, &before);
		player_step(&p);
		eyes_look(p.state, &after);
		stuck += n % 100 == 99 && before.x == after.x && before.y == after.y;
	}
	eyes_game.tally(p.state, eaten);
	CU_ASSERT(p.c.successes[0] == eaten[0] && p.c.chances[0] == 5000 && eaten[0] > 0);
	CU_ASSERT(p.c.successes[1] == eaten[0] && p.c.chances[1] == eaten[0] + eaten[1]);
	CU_ASSERT(p.c.chances[2] == 50 && p.c.successes[2] == 50 - (double)stuck && stuck > 0);
	player_close(&p);
}

/* ---- words ---- */

static const char *words(const struct game_ops *g, int k, double successes, double chances,
                         int past)
{
	static char text[100];
	struct skill_counts c = NOTHING, random = NOTHING;

	for (int j = 0; j < g->skills->n; j++)
		skill_add(&random, j, 1e6, 0);
	skill_add(&c, k, chances, successes);
	return skill_sentence(text, sizeof text, g, &c, &random, past);
}

#define SAYS(g, k, successes, chances, text) \
	CU_ASSERT_STRING_EQUAL(words(g, k, successes, chances, 0), text)

static void numbers_have_words(void)
{
	const struct game_ops *b = &breakout_game, *s = &space_invaders_game;

	SAYS(b, 0, 0, 0, "too early to tell: it has hardly played");
	SAYS(b, 0, 19, 19, "too early to tell: it has hardly played");
	SAYS(b, 0, 0, 50, "no better than random play");
	SAYS(b, 0, 20, 20, "nearly always hits the ball");
	SAYS(b, 0, 18, 20, "hits the ball 9 times out of 10");
	SAYS(b, 0, 2, 20, "hits the ball 1 time out of 10");
	SAYS(b, 0, 98, 99, "nearly always hits the ball");
	SAYS(b, 0, 100, 100, "always hits the ball");
	SAYS(b, 0, 97, 100, "hits the ball 97 times out of 100");
	SAYS(b, 0, 1, 100, "hits the ball 1 time out of 100");
	SAYS(b, 0, 9, 100, "hits the ball 9 times out of 100");
	SAYS(b, 0, 10, 100, "hits the ball 1 time out of 10");
	SAYS(b, 0, 94, 100, "hits the ball 9 times out of 10");
	SAYS(b, 0, 999, 1000, "nearly always hits the ball");
	SAYS(b, 0, 4, 1000, "hardly ever hits the ball");
	SAYS(s, 2, 7, 20, "dodges 4 of 10 shots");
	SAYS(s, 2, 100, 100, "dodges all shots");
	SAYS(s, 2, 99.9, 100, "dodges nearly all shots");
	SAYS(&freeway_game, 0, 100, 20000, "crosses 13 times a game");
	SAYS(&freeway_game, 0, 10, 20000, "crosses 1.3 times a game");
	CU_ASSERT_STRING_EQUAL(words(b, 0, 97, 100, 1), "hit the ball 97 times out of 100");
	CU_ASSERT_STRING_EQUAL(words(s, 2, 7, 20, 1), "dodged 4 of 10 shots");
	CU_ASSERT_STRING_EQUAL(words(b, 0, 0, 20, 1), "did no better than random play");
	CU_ASSERT_STRING_EQUAL(words(b, 0, 9, 9, 1),
	                       "did not play long enough to tell what it can do");
}

/* The first skills first; a part is said only where the whole is not; a fault comes last. */
static void sentences_choose(void)
{
	struct skill_counts c = NOTHING, random = NOTHING;
	char text[100];

	for (int k = 0; k < SKILLS_MAX; k++)
		skill_add(&random, k, 1000, 0);
	skill_add(&c, 0, 100, 90);
	skill_add(&c, 2, 100, 30);
	CU_ASSERT_STRING_EQUAL(
		skill_sentence(text, sizeof text, &breakout_game, &c, &random, 0),
		"hits the ball 9 times out of 10; clears the lowest row 3 times out of 10");
	skill_add(&c, 1, 100, 20);
	CU_ASSERT_STRING_EQUAL(
		skill_sentence(text, sizeof text, &breakout_game, &c, &random, 0),
		"hits the ball 9 times out of 10; clears the wall 2 times out of 10");
	CU_ASSERT_STRING_EQUAL(skill_sentence(text, 40, &breakout_game, &c, &random, 0),
	                       "hits the ball 9 times out of 10");
	CU_ASSERT_STRING_EQUAL(skill_sentence(text, 20, &breakout_game, &c, &random, 0), "");
	c = (struct skill_counts)NOTHING;
	skill_add(&c, 1, 200, 100);
	skill_add(&c, 5, 100, 9);
	skill_add(&c, 6, 100, 80);
	CU_ASSERT_STRING_EQUAL(
		skill_sentence(text, sizeof text, &seaquest_game, &c, &random, 0),
		"hits with 5 of 10 shots, but surfaces without a diver in 8 of 10 games");
	skill_add(&c, 1, 0, -100);
	CU_ASSERT_STRING_EQUAL(
		skill_sentence(text, sizeof text, &seaquest_game, &c, &random, 0),
		"no better than random play");
}

/* Better by less than chance explains is not better, one success in place of none neither, and a
 * fault is never a skill. */
static void doubt_is_respected(void)
{
	struct skill_counts c = NOTHING, random = NOTHING;

	skill_add(&random, 0, 1000, 330);
	skill_add(&random, 1, 1000, 0);
	skill_add(&random, 6, 1000, 0);
	skill_add(&c, 0, 100, 40);
	skill_add(&c, 1, 100, 1);
	skill_add(&c, 6, 100, 100);
	CU_ASSERT_FALSE(skill_learnt(&c, &random, &breakout_game, 0));
	CU_ASSERT_FALSE(skill_learnt(&c, &random, &breakout_game, 1));
	CU_ASSERT_FALSE(skill_learnt(&c, &random, &seaquest_game, 6));
	CU_ASSERT_DOUBLE_EQUAL(skill_rate(&c, &breakout_game, 0), 0.4, 1e-12);
	CU_ASSERT(isnan(skill_rate(&c, &breakout_game, 2)));
	skill_add(&c, 0, 900, 380);
	skill_add(&c, 1, 0, 4);
	CU_ASSERT(skill_learnt(&c, &random, &breakout_game, 0));
	CU_ASSERT(skill_learnt(&c, &random, &breakout_game, 1));
	CU_ASSERT_FALSE(skill_learnt(&random, &c, &breakout_game, 0));
}

static const struct tap_test tests[] = {
	{ "every game has skills", tables_are_complete },
	{ "counts are never negative and agree with rewards", counts_are_sound },
	{ "counting changes nothing", counting_changes_nothing },
	{ "policies have learnt, chance has not",
	  policies_have_learnt_and_chance_has_not },
	{ "sentences fit", sentences_fit },
	{ "old play fades", old_play_fades },
	{ "breakout by hand", breakout_by_hand },
	{ "walls of breakout are counted", breakout_walls_are_counted },
	{ "catch by hand", catch_by_hand },
	{ "lakes by hand", lakes_by_hand },
	{ "freeway by hand", freeway_by_hand },
	{ "asterix by hand", asterix_by_hand },
	{ "seaquest by hand", seaquest_by_hand },
	{ "space_invaders by hand", space_invaders_by_hand },
	{ "eyes by hand", eyes_by_hand },
	{ "numbers have words", numbers_have_words },
	{ "sentences choose", sentences_choose },
	{ "doubt is respected", doubt_is_respected },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("skills", tests);
}
