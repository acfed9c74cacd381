/* rl_learner.c - see rl_learner.h. */
#include "rl/agent/rl_learner.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/checkpoint.h"

/* Q values that are so many times what the rewards can explain are worth a warning. */
static const double runaway = 10;

struct rl_learner {
	struct agent          *agent;
	const struct game_ops *game;
	long                   frames, report;

	/* what a checkpoint holds beside the agent */
	double until;                /* the frame at which the stretch ends */
	double n, loss, q, largest, norm;    /* sums over the stretch's updates; the largest |Q| */
	double lr;                   /* of the latest update */
	double warned;

	double forced;               /* what an observer has set, as of the latest
	                              * frame: epsilon, below 0: none ... */
	int    learning;             /* ... and whether it learns */

	struct inspector *inspector;
	char   note[200];
	struct agent_frame latest;
};

struct rl_learner *rl_learner_alloc(struct agent *a, const struct game_ops *g, long frames,
                                    long report, double lr)
{
	struct rl_learner *l = ry_calloc(1, sizeof *l, "a learner");

	if (!l)
		return NULL;
	l->agent = a;
	l->game = g;
	l->frames = frames;
	l->report = report;
	l->lr = lr;
	l->forced = -1;
	l->learning = 1;
	l->inspector = inspector_alloc(dqn_net(agent_dqn(a)));
	if (!l->inspector) {
		rl_learner_free(l);
		return NULL;
	}
	return l;
}

void rl_learner_free(struct rl_learner *l)
{
	if (!l)
		return;
	dqn_watch(agent_dqn(l->agent), NULL);
	inspector_free(l->inspector);
	free(l);
}

const struct agent_frame *rl_learner_frame(const struct rl_learner *l)
{
	return &l->latest;
}

struct agent *rl_learner_agent(const struct rl_learner *l)
{
	return l->agent;
}

/* ---- stretches ---- */

/* Up to the next multiple of `report`, so that a run that was stopped and extended logs where
 * another would. */
static enum ry_status epoch(void *self)
{
	struct rl_learner *l = self;
	long next = (agent_frames(l->agent) / l->report + 1) * l->report;

	l->until = (double)(next < l->frames ? next : l->frames);
	l->n = l->loss = l->q = l->largest = l->norm = 0;
	return RY_OK;
}

static int left(void *self)
{
	const struct rl_learner *l = self;
	long until = l->until < (double)l->frames ? (long)l->until : l->frames,
	     n = until - agent_frames(l->agent);

	return n > INT_MAX ? INT_MAX : n > 0 ? (int)n : 0;
}

static int batches(void *self)
{
	return (int)((struct rl_learner *)self)->report;
}

static long frames(void *self)
{
	return agent_frames(((struct rl_learner *)self)->agent);
}

static double count(void *self)
{
	return (double)frames(self);
}

/* ---- a frame ---- */

/* Once in a run: Q values far beyond the rewards. */
static const char *warn(struct rl_learner *l, double largest)
{
	double bound = agent_q_bound(l->agent);

	if (l->warned || !(bound > 0 && largest > runaway * bound))
		return NULL;
	l->warned = 1;
	snprintf(l->note, sizeof l->note,
	         "Q values are diverging: the largest is %.3g, but rewards so far explain at most "
	         "%.3g; try a lower --lr or a larger --target-every",
	         largest, bound);
	return l->note;
}

/* What was set by hand since the frame before, which its options do not tell of; NULL: nothing. */
static const char *hand(struct rl_learner *l)
{
	double forced = agent_forced_epsilon(l->agent);
	int learning = agent_learning(l->agent);
	char epsilon[40] = "as scheduled";

	if (forced == l->forced && learning == l->learning)
		return NULL;
	l->forced = forced;
	l->learning = learning;
	if (forced >= 0)
		snprintf(epsilon, sizeof epsilon, "%g", forced);
	snprintf(l->note, sizeof l->note, "set manually from frame %ld on: epsilon %s, learning %s",
	         agent_frames(l->agent) + 1, epsilon, learning ? "on" : "off");
	return l->note;
}

static enum ry_status step(void *self, struct update *u)
{
	struct rl_learner *l = self;
	const struct agent_frame *f = &l->latest;
	const char *by_hand = hand(l);
	enum ry_status status;

	/* One of so many frames learns: the last one before the point is looked at. */
	dqn_watch(agent_dqn(l->agent),
	          left(l) <= agent_update_every(l->agent) ? l->inspector : NULL);
	status = agent_step(l->agent, &l->latest);
	*u = (struct update){ .items = 1, .lr = l->lr, .note = by_hand };
	if (status != RY_OK || !f->learned)
		return status;
	*u = (struct update){ .loss = f->update.loss * f->learned,
		              .count = f->learned,
		              .items = 1,
		              .norm = f->update.norm,
		              .lr = f->update.lr,
		              .note = by_hand ? by_hand : warn(l, f->update.q_largest) };
	l->lr = f->update.lr;
	l->n++;
	l->loss += f->update.loss;
	l->q += f->update.q;
	l->norm += f->update.norm;
	l->largest = fmax(l->largest, f->update.q_largest);
	return RY_OK;
}

static enum ry_status measure(void *self, struct measures *m)
{
	struct rl_learner *l = self;
	const struct agent *a = l->agent;
	const struct dqn *d = agent_dqn(a);
	double mean = agent_mean_return(a);
	int learnt = l->n > 0, judged = !l->game->endless && agent_episodes(a) >= AGENT_EPISODES;
	const struct event_value values[] = {
		{ !l->game->endless ? "train_return" : "train_reward", mean },
		{ "loss", learnt ? l->loss / l->n : NAN },
		{ "mean_q", learnt ? l->q / l->n : NAN },
		{ "largest_q", learnt ? l->largest : NAN },
		{ "epsilon", agent_epsilon(a) },
		{ "episodes", (double)agent_episodes(a) },
		{ "gradient_norm", learnt ? l->norm / l->n : NAN },
		{ "lr", l->lr },
		{ "updates", (double)dqn_updates(d) },
		{ "replay", (double)replay_count(dqn_replay(d)) },
	};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (!l->game->endless || strcmp(values[i].name, "episodes") != 0)
			m->value[m->n++] = values[i];
	dqn_look(agent_dqn(a), l->inspector);
	m->details = inspector_values(l->inspector, m->value + m->n);
	m->n += m->details;
	m->monitor = judged ? mean : NAN;
	m->untrained = dqn_updates(d) == 0;      /* the actions were random */
	return RY_OK;
}

static enum ry_status records(void *self, struct records *r)
{
	json_t *layers = inspector_record(((struct rl_learner *)self)->inspector);

	if (!layers)
		return ry_failure();
	r->record[r->n++] = (struct record){ "layers", layers };
	return RY_OK;
}

/* ---- checkpoints ---- */

static enum ry_status write_model(void *self, struct st_writer *to)
{
	return agent_write_model(((struct rl_learner *)self)->agent, to);
}

/* Where the stretch stands. */
static enum ry_status walk(const struct rl_learner *l, struct st_writer *to,
                           const struct st_file *from)
{
	const struct checkpoint_number place[] = {
		[0] = CHECKPOINT_COUNT("frame", &l->until, CHECKPOINT_MAX),
		[1] = CHECKPOINT_COUNT("updates", &l->n, CHECKPOINT_MAX),
		[2] = CHECKPOINT_DOUBLE("loss", &l->loss, -DBL_MAX, DBL_MAX),
		[3] = CHECKPOINT_DOUBLE("q", &l->q, -DBL_MAX, DBL_MAX),
		[4] = CHECKPOINT_DOUBLE("largest", &l->largest, 0, DBL_MAX),
		[5] = CHECKPOINT_DOUBLE("norm", &l->norm, 0, DBL_MAX),
		[6] = CHECKPOINT_DOUBLE("lr", &l->lr, 0, DBL_MAX),
		[7] = CHECKPOINT_COUNT("warned", &l->warned, 1),
	};
	const struct checkpoint_row row =
		CHECKPOINT_PACK("learner", ST_F64, sizeof place / sizeof *place, place);

	return checkpoint_walk(&row, 1, to, from);
}

static enum ry_status write_state(void *self, struct st_writer *to)
{
	const struct rl_learner *l = self;
	enum ry_status status = agent_write(l->agent, to);

	if (status == RY_OK)
		status = walk(l, to, NULL);
	return status == RY_OK ? inspector_write(l->inspector, to) : status;
}

static enum ry_status read_state(void *self, const struct st_file *from)
{
	struct rl_learner *l = self;
	enum ry_status status = agent_read(l->agent, from);

	if (status == RY_OK)
		status = walk(l, NULL, from);
	return status == RY_OK ? inspector_read(l->inspector, from) : status;
}

struct learner rl_learner_ops(struct rl_learner *l)
{
	return (struct learner){ .self = l,
		                 .unit = "frame",
		                 .count = count,
		                 .total = (double)l->frames,
		                 .epoch = epoch,
		                 .left = left,
		                 .batches = batches,
		                 .step = step,
		                 .updates = frames,
		                 .measure = measure,
		                 .records = records,
		                 .write_model = write_model,
		                 .write_state = write_state,
		                 .read_state = read_state };
}
