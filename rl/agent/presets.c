/* presets.c - see presets.h. */
#include "rl/agent/presets.h"

#include <stdlib.h>
#include <string.h>

#include "src/nn/init.h"

const char *const preset_names[] = { "riley", "minatar", "eyes", "pqn", "fast", NULL };

_Static_assert(sizeof preset_names / sizeof *preset_names == PRESETS + 1, "a preset is missing");

enum { UNITS_MAX = 16384 };

/* ---- the published ones ---- */

static const struct settings minatar = {
	.frames = 5000000,
	.filters = 16,
	.hidden = "128",
	.init = SETTINGS_PYTORCH,
	.replay = 100000,
	.priority_epsilon = 1e-6,
	.beta = 0.4,
	.beta_updates = -1,
	.n_step = 1,
	.discount = 0.99,
	.batch = 32,
	.loss = SETTINGS_HUBER,
	.delta = 1,
	.target_every = 1000,
	.optimizer = RULE_RMSPROP_CENTRED,
	.lr = 0.00025,
	.momentum = 0,
	.rho = 0.95,
	.optimizer_epsilon = 0.01,
	.start = 5000,
	.update_every = 1,
	.updates = 1,
	.epsilon = 1,
	.epsilon_end = 0.1,
	.epsilon_start = 5000,
	.epsilon_frames = 100000,
};

/* The demo's epsilon is 1 - (age - 3,000) / 197,000, at least 0.05, which it reaches after 187,150
 * ticks.  The first tick has no predecessor to be stored with, so the buffer holds more than 1,000
 * after 1,002 ticks.  Its weight decay is of the sum over a batch. */
static const struct settings eyes = {
	.frames = 200000,
	.hidden = "50-50",
	.window = 1,
	.init = SETTINGS_NORMAL,
	.replay = 30000,
	.random_eviction = 1,
	.with_replacement = 1,
	.priority_epsilon = 1e-6,
	.beta = 0.4,
	.beta_updates = -1,
	.n_step = 1,
	.discount = 0.7,
	.batch = 64,
	.loss = SETTINGS_SQUARED,
	.delta = 1,
	.target_every = 0,
	.optimizer = RULE_SGD,
	.lr = 0.001,
	.momentum = 0,
	.rho = 0.99,
	.optimizer_epsilon = 1e-8,
	.decay = 0.01 / 64,
	.start = 1001,
	.update_every = 1,
	.updates = 1,
	.epsilon = 1,
	.epsilon_end = 0.05,
	.epsilon_start = 3000,
	.epsilon_frames = 187150,
};

/* Its network is that of MinAtar, with layer normalisation. */
static const struct settings pqn = {
	SETTINGS_PQN_COMMON, .optimizer = RULE_RADAM, .frames = 10000000,
	.filters = 16, .hidden = "128", .envs = 128, .rollout = 32, .lr = 0.0005,
};

/* ---- ours ---- */

enum preset preset_ours(int algorithm, const struct game_ops *g)
{
	if (algorithm < 0)
		return g->fast_first ? PRESET_FAST : PRESET_RILEY;
	return algorithm == ALGORITHM_PQN ? PRESET_FAST : PRESET_RILEY;
}

static enum ry_status fill_ours(const struct game_ops *g, struct settings *s)
{
	if (!g->settings)
		return ry_fail(RY_EINVAL, "preset riley has no settings for %s", g->name);
	*s = *g->settings;
	s->optimizer = RULE_ADAM;
	return RY_OK;
}

/* One of the published presets that convolve planes. */
static enum ry_status fill_convolving(enum preset p, const struct settings *published,
                                      const struct game_ops *g, struct settings *s)
{
	if (!g->words)
		return ry_fail(RY_EINVAL,
		               "preset %s needs observations made of planes, but those of %s are "
		               "numbers: use preset riley or eyes",
		               preset_names[p], g->name);
	if (g->H < 3 || g->W < 3)
		return ry_fail(RY_EINVAL,
		               "preset %s convolves 3 x 3 cells, and %s shows planes of %d x %d: "
		               "preset riley suits it",
		               preset_names[p], g->name, g->H, g->W);
	*s = *published;
	return RY_OK;
}

static enum ry_status fill_fast(const struct game_ops *g, struct settings *s)
{
	if (!g->fast)
		return ry_fail(RY_EINVAL,
		               "algorithm pqn, preset fast: no settings for %s: use algorithm dqn, "
		               "preset riley", g->name);
	*s = *g->fast;
	s->optimizer = RULE_RADAM;
	return RY_OK;
}

enum ry_status preset_fill(enum preset p, const struct game_ops *g, struct settings *s)
{
	switch (p) {
	case PRESET_RILEY:
		return fill_ours(g, s);
	case PRESET_MINATAR:
		return fill_convolving(p, &minatar, g, s);
	case PRESET_PQN:
		return fill_convolving(p, &pqn, g, s);
	case PRESET_FAST:
		return fill_fast(g, s);
	case PRESET_EYES:
		if (g->words)
			return ry_fail(RY_EINVAL,
			               "preset eyes needs observations made of numbers, but those "
			               "of %s are planes: use preset riley or minatar",
			               g->name);
		*s = eyes;
		return RY_OK;
	case PRESETS:
		break;
	}
	return ry_fail(RY_EINVAL, "unknown preset %d", (int)p);
}

/* ---- from settings to an agent ---- */

/* Frames of a round of algorithm pqn, or a number below 1. */
static long round_frames(const struct settings *s)
{
	return (long)s->envs * s->rollout;
}

/* Updates in the whole run. */
static long all_updates(const struct settings *s)
{
	long n = (s->frames - s->start) / s->update_every * s->updates;

	if (s->algorithm == SETTINGS_PQN)
		n = round_frames(s) < 1
		            ? 1
		            : s->frames / round_frames(s) * s->passes * s->minibatches;
	return n < 1 ? 1 : n;
}

void settings_complete(struct settings *s)
{
	struct optimizer_options o;

	optimizer_defaults(&o, (enum optimizer_rule)s->optimizer);
	if (s->lr < 0)
		s->lr = o.lr;
	if (s->momentum < 0)
		s->momentum = o.momentum;
	if (s->rho < 0)
		s->rho = o.rho;
	if (s->optimizer_epsilon < 0)
		s->optimizer_epsilon = o.epsilon;
	if (s->algorithm == SETTINGS_PQN && round_frames(s) > 0)
		s->frames = (s->frames + round_frames(s) - 1) / round_frames(s) * round_frames(s);
	if (s->beta_updates < 0)
		s->beta_updates = all_updates(s);
	if (s->epsilon_frames < 0)
		s->epsilon_frames = s->frames / 10;
}

/* "128-64" */
static enum ry_status read_hidden(const char *text, struct agent_options *o)
{
	const char *at = text;
	int most = (int)(sizeof o->hidden / sizeof *o->hidden);

	o->n_hidden = 0;
	if (strcmp(text, "none") == 0)
		return RY_OK;
	for (;; at++) {
		char *end;
		long n = *at >= '0' && *at <= '9' ? strtol(at, &end, 10) : 0;

		if (n < 1 || n > UNITS_MAX || o->n_hidden == most)
			return ry_fail(RY_EINVAL,
			               "hidden layers '%.60s': expected up to %d sizes such as "
			               "128-64, or none",
			               text, most);
		o->hidden[o->n_hidden++] = (int)n;
		if (!*end)
			return RY_OK;
		at = end;
		if (*at != '-')
			return ry_fail(RY_EINVAL,
			               "hidden layers '%.60s': expected sizes such as 128-64, or "
			               "none",
			               text);
	}
}

/* Minibatches of a round are equal. */
static enum ry_status check_round(const struct settings *s)
{
	long round = round_frames(s), fewer = s->minibatches;

	if (round < 1 || s->minibatches < 1 || round % s->minibatches == 0)
		return RY_OK;                    /* or refused with the agent's options */
	while (round % fewer)
		fewer--;
	return ry_fail(RY_EINVAL,
	               "--minibatches %d does not divide the %ld transitions of a round (--envs "
	               "%d, --rollout %d); %ld does",
	               s->minibatches, round, s->envs, s->rollout, fewer);
}

/* What is invalid whatever the game. */
static enum ry_status check(const struct settings *s)
{
	if (s->algorithm == SETTINGS_PQN)
		return check_round(s);
	if (s->batch > s->replay)
		return ry_fail(RY_EINVAL,
		               "a batch of %d is larger than the replay buffer of %ld transitions",
		               s->batch, s->replay);
	if (s->start < s->batch + s->n_step)
		return ry_fail(RY_EINVAL,
		               "updates cannot start after %ld frames: a batch of %d needs at "
		               "least %d",
		               s->start, s->batch, s->batch + s->n_step);
	if (s->frames <= s->start)
		return ry_fail(RY_EINVAL,
		               "a run of %ld frames would learn nothing: updates start after %ld",
		               s->frames, s->start);
	if (!(s->epsilon >= 0 && s->epsilon <= 1 && s->epsilon_end >= 0 && s->epsilon_end <= 1))
		return ry_fail(RY_EINVAL, "epsilon goes from %g to %g: both must be within 0..1",
		               s->epsilon, s->epsilon_end);
	return RY_OK;
}

static const enum init_rule inits[] = {
	[SETTINGS_PYTORCH] = INIT_DEFAULT,
	[SETTINGS_NORMAL] = INIT_NORMAL,
	[SETTINGS_HE] = INIT_HE_NORMAL,
};

static const enum schedule_shape schedules[] = {
	[SETTINGS_CONSTANT] = SCHEDULE_CONSTANT,
	[SETTINGS_COSINE] = SCHEDULE_COSINE,
	[SETTINGS_LINEAR] = SCHEDULE_LINEAR,
};

static void fill_optimizer(const struct settings *s, struct optimizer_options *o)
{
	optimizer_defaults(o, (enum optimizer_rule)s->optimizer);
	o->l2 = s->decay;
	o->lr = s->lr;
	o->momentum = s->momentum;
	o->rho = s->rho;
	o->epsilon = s->optimizer_epsilon;
	o->schedule = schedules[s->schedule];
	o->total = all_updates(s);
}

enum ry_status settings_agent(const struct settings *s, const struct game_ops *g,
                              struct agent_options *o)
{
	enum ry_status status = check(s);

	*o = (struct agent_options){
		.algorithm = s->algorithm == SETTINGS_PQN ? ALGORITHM_PQN : ALGORITHM_DQN,
		.filters = s->filters, .norm = s->norm, .dueling = s->dueling,
		.window = s->window, .init = inits[s->init],
		.start = s->start, .update_every = s->update_every, .updates = s->updates,
		.epsilon = s->epsilon, .epsilon_end = s->epsilon_end,
		.epsilon_start = s->epsilon_start, .epsilon_frames = s->epsilon_frames,
		.dqn = {
			.batch = s->batch, .with_replacement = s->with_replacement,
			.beta = s->beta, .beta_updates = s->beta_updates,
			.replay = {
				.capacity = (size_t)s->replay, .n_step = s->n_step,
				.discount = s->discount, .random_eviction = s->random_eviction,
				.alpha = s->alpha, .epsilon = s->priority_epsilon,
			},
			.target_every = s->target_every, .double_q = s->double_q,
			.target_epsilon = s->target_epsilon, .clip = s->clip,
			.loss = { s->loss == SETTINGS_HUBER ? LOSS_HUBER : LOSS_SQUARED, s->delta },
		},
	};
	o->pqn = (struct pqn_options){
		.games = s->envs, .steps = s->rollout, .passes = s->passes,
		.minibatches = s->minibatches, .discount = s->discount, .lambda = s->lambda,
		.clip = s->clip,
	};
	fill_optimizer(s, &o->dqn.optimizer);
	fill_optimizer(s, &o->pqn.optimizer);
	if (s->algorithm == SETTINGS_PQN)
		o->window = 0, o->start = 0;     /* of the other algorithm */
	if (status == RY_OK && s->filters > 0 && !g->words)
		status =
			ry_fail(RY_EINVAL,
			        "%d filters: the observations of %s are numbers and cannot be "
			        "convolved",
		                s->filters, g->name);
	if (status == RY_OK && o->window > 0 && g->words)
		status = ry_fail(RY_EINVAL,
		                 "a window of %d: only for observations made of numbers, but those "
		                 "of %s are planes",
		                 s->window, g->name);
	return status == RY_OK ? read_hidden(s->hidden, o) : status;
}
