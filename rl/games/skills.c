/* skills.c - see skills.h. */
#include "rl/games/skills.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <gsl/gsl_cdf.h>

#include "src/base/random.h"

enum { RANDOM_STEPS = 20000 };

/* Chances below which nothing is said; the probability by chance of what is called learnt; and
 * successes below which an amount is too few to tell. */
static const double least_chances = 20, doubt = 0.001, few = 5;

/* Shares are said in tenths between these, and beyond in hundredths or, where there were too few
 * chances for that, in words. */
static const double tenths_from = 0.095, tenths_to = 0.95, for_hundredths = 100;

/* A fault that is rarer is not worth a word. */
static const double frequent = 0.1;

/* ---- counting ---- */

enum game_status skill_step(struct skill_counts *c, const struct game_ops *g, void *state,
                            int action, struct random_source *d, double *reward)
{
	_Alignas(RY_ALIGN) unsigned char before[GAME_MAX_SIZE];
	int on = game_status(state) == GAME_ON;
	enum game_status status;

	if (!g->skills)
		return game_step(g, state, action, d, reward);
	assert(g->size <= sizeof before);
	memcpy(before, state, g->size);
	status = game_step(g, state, action, d, reward);
	if (on)
		g->skills->count(before, state, *reward, c);
	return status;
}

void skill_gather(struct skill_counts *to, const struct skill_counts *from)
{
	for (int k = 0; k < SKILLS_MAX; k++)
		skill_add(to, k, from->chances[k], from->successes[k]);
}

void skill_fade(struct skill_counts *c, const struct game_ops *g)
{
	for (int k = 0; g->skills && k < g->skills->n; k++)
		while (c->chances[k] > g->skills->skill[k].memory) {
			c->chances[k] /= 2;
			c->successes[k] /= 2;
		}
}

enum ry_status skill_of_random_play(struct skill_counts *c, const struct game_ops *g,
                                    const void *state)
{
	_Alignas(RY_ALIGN) unsigned char own[GAME_MAX_SIZE];
	int actions = game_actions(g, state);
	gsl_rng *rng = random_stream(1, STREAM_GAME);
	struct random_source d;

	*c = (struct skill_counts){ .chances = { 0 } };
	if (!rng)
		return ry_failure();
	d = random_source_from_rng(rng);
	memcpy(own, state, g->size);
	((struct game_base *)own)->previous = 0;
	game_reset(g, own, &d);
	for (int n = 0; n < RANDOM_STEPS; n++) {
		double reward;

		if (skill_step(c, g, own, draw_int(&d, 0, actions - 1), &d, &reward) != GAME_ON)
			game_reset(g, own, &d);
	}
	gsl_rng_free(rng);
	return RY_OK;
}

/* ---- judging ---- */

double skill_rate(const struct skill_counts *c, const struct game_ops *g, int k)
{
	const struct skill *s = &g->skills->skill[k];

	if (!(c->chances[k] > 0))
		return NAN;
	return c->successes[k] / c->chances[k] * (s->kind == SKILL_AMOUNT ? s->per : 1);
}

/* A rate that random play exceeds with hardly a chance in forty: its own with one success more, and
 * two standard errors above that. */
static double most_by_chance(const struct skill_counts *random, int k, int amount)
{
	double n = random->chances[k] + (amount ? 1 : 2), q = (random->successes[k] + 1) / n;

	return amount ? q + 2 * sqrt((q + q * q) / n) : fmin(q + 2 * sqrt(q * (1 - q) / n), 1);
}

/* The probability of so many successes or more at the rate q: binomial for a share, as an
 * incomplete beta function, which takes fractions too.  An amount is at most as scattered as a
 * geometric distribution, with variance m + m^2, and its sum is nearly normal once there are a
 * few. */
static double tail(const struct skill_counts *c, int k, int amount, double q)
{
	double n = c->chances[k], s = c->successes[k];

	if (s <= 0 || q >= 1)
		return 1;
	if (!amount)
		return gsl_cdf_beta_P(q, s, n - s + 1);
	return s < few ? 1 : gsl_cdf_ugaussian_Q((s / n - q) / sqrt((q + q * q) / n));
}

int skill_learnt(const struct skill_counts *c, const struct skill_counts *random,
                 const struct game_ops *g, int k)
{
	const struct skill *s = &g->skills->skill[k];
	int amount = s->kind == SKILL_AMOUNT;

	return !s->fault && c->chances[k] >= least_chances &&
	       tail(c, k, amount, most_by_chance(random, k, amount)) < doubt;
}

/* ---- words ---- */

enum { CLAUSE = SKILL_COLUMNS + 1, NUMBER = 40 };

/* The word for a share of nearly nothing, of nearly all or of all; NULL where numbers say it. */
static const char *extreme(const struct skill_counts *c, int k, const char *const words[3])
{
	double n = c->chances[k], p = c->successes[k] / n;
	int precise = n >= for_hundredths;

	if (p < (precise ? 0.005 : 0.05))
		return words[0];
	if (p < (precise ? 0.995 : tenths_to))
		return NULL;
	return precise && p >= 1 ? words[2] : words[1];
}

/* "9" and "10", or "97" and "100". */
static void out_of(const struct skill_counts *c, int k, int *part, int *whole)
{
	double n = c->chances[k], p = c->successes[k] / n;

	*whole = n >= for_hundredths && (p < tenths_from || p >= tenths_to) ? 100 : 10;
	*part = (int)lround(p * *whole);
}

static void say_times(char *to, const struct skill_counts *c, int k, const struct skill *s,
                      const char *verb)
{
	static const char *const words[3] = { "hardly ever", "nearly always", "always" };
	const char *word = extreme(c, k, words);
	int part, whole;

	out_of(c, k, &part, &whole);
	if (word)
		snprintf(to, CLAUSE, "%s %s %s", word, verb, s->what);
	else
		snprintf(to, CLAUSE, "%s %s %d time%s out of %d", verb, s->what, part,
		         part == 1 ? "" : "s", whole);
}

/* The verb, and `what` with the number in its place. */
static void say_number(char *to, const struct skill *s, const char *verb, const char *number)
{
	const char *place = strstr(s->what, "%s");
	int before = place ? (int)(place - s->what) : 0;

	snprintf(to, CLAUSE, "%s %.*s%s%s", verb, before, s->what, number,
	         place ? place + strlen("%s") : s->what);
}

static void say_share(char *to, const struct skill_counts *c, int k, const struct skill *s,
                      const char *verb)
{
	static const char *const words[3] = { "hardly any", "nearly all", "all" };
	const char *word = extreme(c, k, words);
	char number[NUMBER];
	int part, whole;

	out_of(c, k, &part, &whole);
	snprintf(number, sizeof number, "%d of %d", part, whole);
	say_number(to, s, verb, word ? word : number);
}

static void say_amount(char *to, const struct skill_counts *c, int k, const struct skill *s,
                       const char *verb)
{
	double v = c->successes[k] / c->chances[k] * s->per;
	char number[NUMBER];

	snprintf(number, sizeof number, v < 9.95 ? "%.1f" : "%.0f", v);
	say_number(to, s, verb, number);
}

static void say(char *to, const struct skill_counts *c, int k, const struct skill *s, int past)
{
	const char *verb = past ? s->did : s->does;

	switch (s->kind) {
	case SKILL_TIMES:
		say_times(to, c, k, s, verb);
		break;
	case SKILL_SHARE:
		say_share(to, c, k, s, verb);
		break;
	case SKILL_AMOUNT:
		say_amount(to, c, k, s, verb);
		break;
	}
}

/* Add a clause if it fits; nonzero when it did. */
static int add_clause(char *text, size_t size, const char *link, const char *clause)
{
	size_t n = strlen(text);

	if (n == 0)
		link = "";
	if (n + strlen(link) + strlen(clause) >= size)
		return 0;
	snprintf(text + n, size - n, "%s%s", link, clause);
	return 1;
}

static int worth_a_warning(const struct skill_counts *c, int k, const struct skill *s)
{
	return s->fault && c->chances[k] >= least_chances &&
	       c->successes[k] / c->chances[k] >= frequent;
}

/* No skill is better than chance; or there were too few chances to say so. */
static void say_nothing_yet(char *text, size_t size, const struct game_ops *g,
                            const struct skill_counts *c, int past)
{
	static const char *const words[2][3] = {
		{ "too early to tell: it has hardly played",
		  "no better than random play", "nothing yet" },
		{ "did not play long enough to tell what it can do",
		  "did no better than random play", "did nothing well" },
	};
	int enough = 0;

	for (int k = 0; k < g->skills->n; k++)
		enough |= c->chances[k] >= least_chances;
	if (!add_clause(text, size, "", words[past != 0][enough]))
		add_clause(text, size, "", words[past != 0][2]);
}

const char *skill_sentence(char *text, size_t size, const struct game_ops *g,
                           const struct skill_counts *c, const struct skill_counts *random,
                           int past)
{
	const struct game_skills *all = g->skills;
	char clause[CLAUSE];
	int learnt = 0, said = 0;

	size = size < SKILL_COLUMNS + 1 ? size : SKILL_COLUMNS + 1;
	text[0] = '\0';
	for (int k = 0; k < all->n; k++) {
		if (all->skill[k].part && said)
			continue;
		said = skill_learnt(c, random, g, k);
		if (said) {
			say(clause, c, k, &all->skill[k], past);
			said = add_clause(text, size, "; ", clause);
			learnt = 1;
		}
	}
	for (int k = 0; k < all->n && text[0]; k++)
		if (worth_a_warning(c, k, &all->skill[k])) {
			say(clause, c, k, &all->skill[k], past);
			if (add_clause(text, size, ", but ", clause))
				break;
		}
	if (!learnt)
		say_nothing_yet(text, size, g, c, past);
	return text;
}
