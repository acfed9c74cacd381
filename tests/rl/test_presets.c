/* test_presets.c - presets suit the games they are for, say the published numbers, and become
 * agents. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rl/agent/presets.h"
#include "rl/games/games.h"
#include "src/nn/init.h"
#include "tests/support/tap.h"

static struct settings of(enum preset p, const struct game_ops *g)
{
	struct settings s = { 0 };

	TAP_CHECK(preset_fill(p, g, &s) == RY_OK, "%s for %s: %s", preset_names[p], g->name,
	          ry_message());
	settings_complete(&s);
	return s;
}

static void makes_an_agent(enum preset p, const struct game_ops *g)
{
	struct settings s = of(p, g);
	struct agent_options o;
	struct game_options rules;
	struct workers *w = workers_alloc(1);
	struct agent *a;

	settings_complete(&s);
	TAP_CHECK(settings_agent(&s, g, &o) == RY_OK, "%s: %s", g->name, ry_message());
	game_defaults(g, &rules);
	a = agent_alloc(g, &rules, &o, 1, w);
	TAP_CHECK(a != NULL, "%s: %s", g->name, ry_message());
	agent_free(a);
	workers_free(w);
}

static void every_game_has_ours(void)
{
	for (int k = 0; games[k]; k++) {
		makes_an_agent(PRESET_RILEY, games[k]);
		if (games[k]->fast)
			makes_an_agent(PRESET_FAST, games[k]);
		TAP_CHECK(games[k]->fast || !games[k]->fast_first, "%s: fast is first, and missing",
		          games[k]->name);
	}
}

static void nothing_stays_open(void)
{
	for (int p = 0; p < PRESETS; p++)
		for (int k = 0; games[k]; k++) {
			struct settings s;

			if (preset_fill((enum preset)p, games[k], &s) != RY_OK)
				continue;
			settings_complete(&s);
			if (s.algorithm == SETTINGS_PQN)
				TAP_CHECK(s.envs > 0 && s.rollout > 0 && s.passes > 0 &&
				                  s.minibatches > 0 && s.lambda > 0 && s.norm,
				          "%s for %s is open somewhere", preset_names[p],
				          games[k]->name);
			else
				TAP_CHECK(s.start > 0, "%s for %s begins with nothing",
				          preset_names[p], games[k]->name);
			TAP_CHECK(s.hidden && s.frames > 0 && s.filters >= 0 && s.dueling >= 0 &&
			                  s.window >= 0 && s.init >= 0 && s.replay > 0 &&
			                  s.alpha >= 0 && s.priority_epsilon >= 0 && s.beta >= 0 &&
			                  s.beta_updates > 0 && s.n_step > 0 && s.discount > 0 &&
			                  s.batch > 0 && s.loss >= 0 && s.delta > 0 &&
			                  s.double_q >= 0 && s.target_every >= 0 &&
			                  s.optimizer >= 0 && s.lr > 0 && s.momentum >= 0 &&
			                  s.rho >= 0 && s.optimizer_epsilon >= 0 &&
			                  s.schedule >= 0 && s.target_epsilon >= 0 && s.clip >= 0 &&
			                  s.decay >= 0 && s.update_every > 0 &&
			                  s.updates > 0 && s.epsilon_start >= 0 &&
			                  s.epsilon_frames > 0,
			          "%s for %s is open somewhere", preset_names[p], games[k]->name);
		}
}

static void minatar_is_the_published_one(void)
{
	struct settings s = of(PRESET_MINATAR, &seaquest_game);
	struct agent_options o;

	CU_ASSERT_EQUAL_FATAL(settings_agent(&s, &seaquest_game, &o), RY_OK);
	CU_ASSERT_EQUAL(s.frames, 5000000);
	CU_ASSERT_EQUAL(o.filters, 16);
	CU_ASSERT_EQUAL(o.n_hidden, 1);
	CU_ASSERT_EQUAL(o.hidden[0], 128);
	CU_ASSERT_EQUAL(o.dueling, 0);
	CU_ASSERT_EQUAL(o.start, 5000);
	CU_ASSERT_EQUAL(o.update_every, 1);
	CU_ASSERT_EQUAL(o.updates, 1);
	CU_ASSERT_EQUAL(o.epsilon, 1);
	CU_ASSERT_EQUAL(o.epsilon_end, 0.1);
	CU_ASSERT_EQUAL(o.epsilon_start, 5000);
	CU_ASSERT_EQUAL(o.epsilon_frames, 100000);
	CU_ASSERT_EQUAL(o.dqn.batch, 32);
	CU_ASSERT_EQUAL(o.dqn.replay.capacity, 100000);
	CU_ASSERT_EQUAL(o.dqn.replay.n_step, 1);
	CU_ASSERT_EQUAL(o.dqn.replay.discount, 0.99);
	CU_ASSERT_EQUAL(o.dqn.replay.alpha, 0);
	CU_ASSERT_EQUAL(o.dqn.replay.random_eviction, 0);
	CU_ASSERT_EQUAL(o.dqn.with_replacement, 0);
	CU_ASSERT_EQUAL(o.dqn.target_every, 1000);
	CU_ASSERT_EQUAL(o.dqn.double_q, 0);
	CU_ASSERT_EQUAL(o.dqn.loss.kind, LOSS_HUBER);
	CU_ASSERT_EQUAL(o.dqn.loss.delta, 1);
	CU_ASSERT_EQUAL(o.dqn.clip, 0);
	CU_ASSERT_EQUAL(o.dqn.optimizer.l2, 0);
	CU_ASSERT_EQUAL(o.dqn.optimizer.rule, RULE_RMSPROP_CENTRED);
	CU_ASSERT_EQUAL(o.dqn.optimizer.lr, 0.00025);
	CU_ASSERT_EQUAL(o.dqn.optimizer.rho, 0.95);
	CU_ASSERT_EQUAL(o.dqn.optimizer.epsilon, 0.01);
	CU_ASSERT_EQUAL(o.dqn.optimizer.momentum, 0);
}

/* What the demo's learner reads of its age, after so many ticks. */
static double demo_epsilon(double age)
{
	return fmin(1, fmax(0.05, 1 - (age - 3000) / (200000 - 3000)));
}

static void eyes_is_the_published_one(void)
{
	struct settings s = of(PRESET_EYES, &eyes_game);
	struct agent_options o;

	CU_ASSERT_EQUAL_FATAL(settings_agent(&s, &eyes_game, &o), RY_OK);
	CU_ASSERT_EQUAL(s.frames, 200000);
	CU_ASSERT_EQUAL(o.filters, 0);
	CU_ASSERT_EQUAL(o.n_hidden, 2);
	CU_ASSERT(o.hidden[0] == 50 && o.hidden[1] == 50);
	CU_ASSERT_EQUAL(o.window, 1);
	CU_ASSERT_EQUAL(o.init, INIT_NORMAL);
	CU_ASSERT_EQUAL(o.dqn.batch, 64);
	CU_ASSERT_EQUAL(o.dqn.replay.capacity, 30000);
	CU_ASSERT_EQUAL(o.dqn.replay.discount, 0.7);
	CU_ASSERT_EQUAL(o.dqn.replay.random_eviction, 1);
	CU_ASSERT_EQUAL(o.dqn.with_replacement, 1);
	CU_ASSERT_EQUAL(o.dqn.target_every, 0);
	CU_ASSERT_EQUAL(o.dqn.loss.kind, LOSS_SQUARED);
	CU_ASSERT_EQUAL(o.dqn.optimizer.l2, 0.01 / 64);
	CU_ASSERT_EQUAL(o.dqn.optimizer.rule, RULE_SGD);
	CU_ASSERT_EQUAL(o.dqn.optimizer.lr, 0.001);
	CU_ASSERT_EQUAL(o.update_every, 1);
	for (double age = 0; age <= 200000; age += 500) {
		double t = fmin(1, fmax(0, (age - (double)o.epsilon_start) /
		                                   (double)o.epsilon_frames));

		CU_ASSERT_DOUBLE_EQUAL(o.epsilon + t * (o.epsilon_end - o.epsilon),
		                       demo_epsilon(age), 1e-12);
	}
}

static void presets_that_do_not_suit(void)
{
	struct settings s;
	struct game_ops narrow = breakout_game;

	narrow.name = "narrow";
	CU_ASSERT_EQUAL(preset_fill(PRESET_MINATAR, &eyes_game, &s), RY_EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "those of eyes are numbers"));
	CU_ASSERT_EQUAL(preset_fill(PRESET_EYES, &breakout_game, &s), RY_EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "those of breakout are planes"));
	CU_ASSERT_EQUAL(preset_fill(PRESETS, &breakout_game, &s), RY_EINVAL);
	for (int k = 0; games[k]; k++) {
		int suits = games[k]->words && games[k]->H >= 3 && games[k]->W >= 3;

		CU_ASSERT_EQUAL(preset_fill(PRESET_MINATAR, games[k], &s),
		                suits ? RY_OK : RY_EINVAL);
	}
	narrow.W = 2;
	CU_ASSERT_EQUAL(preset_fill(PRESET_MINATAR, &narrow, &s), RY_EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "narrow shows planes of 10 x 2"));
}

static void an_optimizer_brings_its_own(void)
{
	struct settings s = of(PRESET_RILEY, &catch_game);
	struct agent_options o;

	s.optimizer = RULE_MOMENTUM;
	s.lr = s.momentum = s.rho = s.optimizer_epsilon = -1;
	settings_complete(&s);
	CU_ASSERT_EQUAL(s.momentum, 0.9);
	CU_ASSERT_EQUAL(s.lr, 0.01);
	s.frames = 10100;
	s.start = 100;
	s.update_every = 4;
	s.updates = 2;
	s.beta_updates = -1;
	settings_complete(&s);
	CU_ASSERT_EQUAL(s.beta_updates, 5000);
	s.schedule = SETTINGS_COSINE;
	CU_ASSERT_EQUAL_FATAL(settings_agent(&s, &catch_game, &o), RY_OK);
	CU_ASSERT_EQUAL(o.dqn.optimizer.schedule, SCHEDULE_COSINE);
	CU_ASSERT_EQUAL(o.dqn.optimizer.total, 5000);
	s.schedule = SETTINGS_CONSTANT;
	s.target_epsilon = 0.2;
	CU_ASSERT_EQUAL_FATAL(settings_agent(&s, &catch_game, &o), RY_OK);
	CU_ASSERT_EQUAL(o.dqn.optimizer.schedule, SCHEDULE_CONSTANT);
	CU_ASSERT_EQUAL(o.dqn.target_epsilon, 0.2);
}

static void hidden_layers(void)
{
	static const struct { const char *text; int n, hidden[4]; } row[] = {
		{ "none", 0, { 0 } }, { "7", 1, { 7 } }, { "128-64", 2, { 128, 64 } },
		  { "1-2-3-16384", 4, { 1, 2, 3, 16384 } },
		{ "", -1, { 0 } }, { "0", -1, { 0 } }, { "12-", -1, { 0 } }, { "-12", -1, { 0 } },
		  { "12x", -1, { 0 } }, { "12--3", -1, { 0 } },
		{ "1-2-3-4-5", -1, { 0 } }, { "16385", -1, { 0 } }, { "99999999999999999999", -1,
		  { 0 } }, { " 4", -1, { 0 } }, { "+4", -1, { 0 } },
	};
	struct settings s = of(PRESET_RILEY, &catch_game);

	for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
		struct agent_options o;
		enum ry_status status, expected = row[k].n < 0 ? RY_EINVAL : RY_OK;

		s.hidden = row[k].text;
		status = settings_agent(&s, &catch_game, &o);
		TAP_CHECK(status == expected, "hidden '%s' gave %d", row[k].text, (int)status);
		if (status != RY_OK)
			continue;
		CU_ASSERT_EQUAL(o.n_hidden, row[k].n);
		for (int i = 0; i < o.n_hidden; i++)
			CU_ASSERT_EQUAL(o.hidden[i], row[k].hidden[i]);
	}
}

static void refuses(struct settings s, const struct game_ops *g, const char *sentence)
{
	struct agent_options o;

	TAP_CHECK(settings_agent(&s, g, &o) == RY_EINVAL, "accepted, but should say: %s", sentence);
	TAP_CHECK(strstr(ry_message(), sentence) != NULL, "'%s', not '%s'", ry_message(), sentence);
}

static void settings_that_can_not_be(void)
{
	const struct settings good = of(PRESET_RILEY, &catch_game),
			      eyes = of(PRESET_RILEY, &eyes_game);
	struct settings s;

	s = good; s.batch = (int)s.replay + 1; s.start = 20000; s.frames = 40000;
	refuses(s, &catch_game, "larger than the replay buffer");
	s = good; s.start = s.batch;
	refuses(s, &catch_game, "updates cannot start");
	s = good; s.frames = s.start;
	refuses(s, &catch_game, "would learn nothing");
	s = good; s.epsilon = 1.5;
	refuses(s, &catch_game, "within 0..1");
	s = good; s.epsilon_end = NAN;
	refuses(s, &catch_game, "within 0..1");
	s = good; s.window = 1;
	refuses(s, &catch_game, "those of catch are planes");
	s = eyes; s.filters = 4;
	refuses(s, &eyes_game, "cannot be convolved");
}

static const struct tap_test tests[] = {
	{ "every game has settings of our own that become an agent", every_game_has_ours },
	{ "nothing stays open", nothing_stays_open },
	{ "minatar is the published setting", minatar_is_the_published_one },
	{ "eyes is the published setting", eyes_is_the_published_one },
	{ "presets that do not suit a game say so", presets_that_do_not_suit },
	{ "another optimizer brings its own numbers", an_optimizer_brings_its_own },
	{ "hidden layers are read strictly", hidden_layers },
	{ "settings that can't be are refused", settings_that_can_not_be },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("presets", tests);
}
