/* rl_learner.c - see rl_learner.h. */
#include "rl/agent/rl_learner.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/evaluation.h"
#include "src/base/checkpoint.h"
#include "src/base/random.h"

/* Q values that are so many times what the rewards can explain are worth a warning. */
static const double runaway = 10;

struct rl_learner {
	struct agent             *agent;
	const struct game_ops    *game;
	struct rl_learner_options o;

	/* what a checkpoint holds beside the agent */
	double until;                /* the frame at which the stretch ends */
	double n, loss, q, largest, norm;    /* sums over the stretch's updates; the largest |Q| */
	double lr;                   /* of the latest update */
	double warned;
	struct judgement {
		double frame;        /* where it was made; 0: nowhere yet */
		double episodes, mean, error, truncated;
	} judged;                    /* the latest evaluation */

	struct q_network judge;      /* the agent's, for evaluations */

	double forced;               /* what an observer has set, as of the latest
	                              * frame: epsilon, below 0: none ... */
	int    learning;             /* ... and whether it learns */

	struct inspector *inspector;
	char   note[200];
	char   kept[60];
	struct agent_frame latest;
};

/* An evaluation plays at most so many episodes and frames. */
enum { JUDGE_EPISODES = 100, JUDGE_EPISODES_ENDLESS = 5, JUDGE_FRAMES = 100000 };

/* Of the frames trained since the last evaluation, how many the next may take: the cost of a frame
 * of training grows with the transitions it learns from, that of an evaluation does not. */
static const double least_share = 0.02, most_share = 0.1, transitions_for_more = 8;

/* Models are kept from this age on, at powers of ten. */
static const long first_age = 1000;

struct rl_learner *rl_learner_alloc(struct agent *a, const struct game_ops *g,
                                    const struct rl_learner_options *o)
{
	struct rl_learner *l = ry_calloc(1, sizeof *l, "a learner");

	if (!l)
		return NULL;
	l->agent = a;
	l->game = g;
	l->o = *o;
	l->lr = o->lr;
	l->forced = -1;
	l->learning = 1;
	l->inspector = inspector_alloc(agent_net(a));
	if (!l->inspector || agent_network(a, &l->judge) != RY_OK) {
		rl_learner_free(l);
		return NULL;
	}
	return l;
}

void rl_learner_free(struct rl_learner *l)
{
	if (!l)
		return;
	agent_watch(l->agent, NULL);
	inspector_free(l->inspector);
	q_network_close(&l->judge);
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
	long next = (agent_frames(l->agent) / l->o.report + 1) * l->o.report;

	l->until = (double)(next < l->o.frames ? next : l->o.frames);
	l->n = l->loss = l->q = l->largest = l->norm = 0;
	return RY_OK;
}

static int left(void *self)
{
	const struct rl_learner *l = self;
	long until = l->until < (double)l->o.frames ? (long)l->until : l->o.frames,
	     round = agent_round(l->agent),
	     n = (until - agent_frames(l->agent) + round - 1) / round;

	return n > INT_MAX ? INT_MAX : n > 0 ? (int)n : 0;
}

static int batches(void *self)
{
	const struct rl_learner *l = self;
	long n = l->o.report / agent_round(l->agent);

	return n < 1 ? 1 : n < INT_MAX ? (int)n : INT_MAX;
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
	         "%.3g; try a lower --lr%s",
	         largest, bound, agent_dqn(l->agent) ? " or a larger --target-every" : "");
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
	agent_watch(l->agent, left(l) <= agent_update_every(l->agent) ? l->inspector : NULL);
	status = agent_step(l->agent, &l->latest);
	*u = (struct update){ .items = (double)f->frames, .lr = l->lr, .note = by_hand };
	if (status != RY_OK || !f->learned)
		return status;
	*u = (struct update){ .loss = f->update.loss * f->learned,
		              .count = f->learned,
		              .items = (double)f->frames,
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

/* ---- greedy evaluation ---- */

/* Whether this point is the last one or the first at or after a multiple of o.evaluate frames:
 * since `before`, at or after which the previous point was. */
static int evaluation_due(const struct rl_learner *l)
{
	long t = agent_frames(l->agent), every = l->o.evaluate,
	     before = ((long)l->until - 1) / l->o.report * l->o.report;

	return every > 0 && t > 0 && agent_updates(l->agent) > 0 &&
	       (t / every != before / every || t >= l->o.frames);
}

static long evaluation_frames(const struct rl_learner *l)
{
	double share = fmin(least_share * (1 + agent_batches(l->agent) / transitions_for_more),
	                    most_share),
	       n = share * (double)l->o.evaluate;

	return n < 1 ? 1 : n < JUDGE_FRAMES ? (long)n : JUDGE_FRAMES;
}

static enum ry_status evaluate(struct rl_learner *l)
{
	int endless = l->game->endless;
	long budget = evaluation_frames(l);
	const struct evaluation_options how = {
		.episodes = endless ? JUDGE_EPISODES_ENDLESS : JUDGE_EPISODES,
		.cap = endless ? budget / JUDGE_EPISODES_ENDLESS + 1 : budget,
		.budget = budget,
		.seed = l->o.seed,
		.stream = STREAM_JUDGE,
		.stop = l->o.stop,
		.workers = l->o.workers,
	};
	struct evaluation e;
	enum ry_status status = evaluation_run(&l->judge, &how, &e);

	if (status == RY_OK)
		l->judged = (struct judgement){ .frame = (double)agent_frames(l->agent),
			                        .episodes = e.episodes,
			                        .mean = e.mean,
			                        .error = e.episodes > 1 ? e.error : 0,
			                        .truncated = e.capped };
	evaluation_free(&e);
	return status;
}

static void add_evaluation(const struct rl_learner *l, struct measures *m)
{
	const struct judgement *j = &l->judged;
	int known = j->frame > 0;
	const struct { struct event_value value; int of_episodes; } values[] = {
		{ { "eval_error", known && j->episodes > 1 ? j->error : NAN }, 0 },
		{ { "eval_episodes", known ? j->episodes : NAN }, 1 },
		{ { "eval_truncated", known ? j->truncated : NAN }, 1 },
		{ { "eval_frame", known ? j->frame : NAN }, 0 },
	};

	for (size_t i = 0; l->o.evaluate > 0 && i < sizeof values / sizeof *values; i++)
		if (!l->game->endless || !values[i].of_episodes) {
			m->value[m->n++] = values[i].value;
			m->details++;
		}
}

/* ---- a point ---- */

/* The agent of the last frames is judged by its own return only where it has enough of them. */
static void judge(const struct rl_learner *l, int evaluated, struct measures *m)
{
	const struct agent *a = l->agent;
	int enough = !l->game->endless && agent_episodes(a) >= AGENT_EPISODES;

	m->unjudged = agent_updates(a) == 0;      /* the actions were random */
	m->monitor = enough ? agent_mean_return(a) : NAN;
	if (l->o.evaluate > 0) {
		m->unjudged = !evaluated;
		m->monitor = l->judged.mean;
		m->latest = 1;
	}
}

static enum ry_status measure(void *self, struct measures *m)
{
	struct rl_learner *l = self;
	const struct agent *a = l->agent;
	const struct dqn *d = agent_dqn(a);
	int learnt = l->n > 0, endless = l->game->endless, due = evaluation_due(l);
	enum ry_status status = due ? evaluate(l) : RY_OK;
	const struct event_value values[] = {
		{ endless ? "train_reward" : "train_return", agent_mean_return(a) },
		{ endless ? "eval_reward" : "eval_return",
		  l->judged.frame > 0 ? l->judged.mean : NAN },
		{ "loss", learnt ? l->loss / l->n : NAN },
		{ "mean_q", learnt ? l->q / l->n : NAN },
		{ "largest_q", learnt ? l->largest : NAN },
		{ "epsilon", agent_epsilon(a) },
		{ "episodes", (double)agent_episodes(a) },
		{ "gradient_norm", learnt ? l->norm / l->n : NAN },
		{ "lr", l->lr },
		{ "updates", (double)agent_updates(a) },
		{ "replay", d ? (double)replay_count(dqn_replay(d)) : NAN },
	};

	if (status != RY_OK)
		return status;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (!(endless && strcmp(values[i].name, "episodes") == 0) &&
		    !(l->o.evaluate == 0 && strncmp(values[i].name, "eval_", 5) == 0) &&
		    !(!d && strcmp(values[i].name, "replay") == 0))
			m->value[m->n++] = values[i];
	add_evaluation(l, m);
	agent_look(l->agent, l->inspector);
	m->details += inspector_values(l->inspector, m->value + m->n);
	m->n += INSPECT_VALUES;
	judge(l, due, m);
	return RY_OK;
}

static enum ry_status records(void *self, struct records *r)
{
	return records_add(r, "layers", inspector_record(((struct rl_learner *)self)->inspector));
}

/* ---- models and checkpoints ---- */

static enum ry_status write_model(void *self, struct st_writer *to)
{
	return agent_write_model(((struct rl_learner *)self)->agent, to);
}

/* Whether an age lies among the frames after `before` and up to `frames`. */
static int has_age(long before, long frames)
{
	long age = first_age;

	while (age <= before)
		age *= 10;
	return age <= frames;
}

static const char *keep(void *self)
{
	struct rl_learner *l = self;
	long t = agent_frames(l->agent);

	if (!has_age(t - l->latest.frames, t) && t < l->o.frames)
		return NULL;
	rl_learner_keep_name(l->kept, sizeof l->kept, t);
	return l->kept;
}

void rl_learner_keep_name(char *into, size_t size, long frames)
{
	snprintf(into, size, "agent-%ld.safetensors", frames);
}

int rl_learner_kept(const char *name, long *frames)
{
	char own[60];

	if (sscanf(name, "agent-%15ld", frames) != 1)
		return 0;
	rl_learner_keep_name(own, sizeof own, *frames);
	return *frames > 0 && strcmp(name, own) == 0;
}

/* Where the stretch stands, and the latest evaluation, which runs of earlier versions do not
 * have. */
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
	const struct judgement *j = &l->judged;
	const struct checkpoint_number judged[] = {
		[0] = CHECKPOINT_COUNT("evaluated frame", &j->frame, CHECKPOINT_MAX),
		[1] = CHECKPOINT_COUNT("evaluation episodes", &j->episodes, JUDGE_EPISODES),
		[2] = CHECKPOINT_DOUBLE("evaluation return", &j->mean, -CHECKPOINT_MAX,
		                        CHECKPOINT_MAX),
		[3] = CHECKPOINT_DOUBLE("evaluation error", &j->error, 0, CHECKPOINT_MAX),
		[4] = CHECKPOINT_COUNT("truncated episodes", &j->truncated, JUDGE_EPISODES),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_PACK("learner", ST_F64, sizeof place / sizeof *place, place),
		CHECKPOINT_PACK("learner.evaluation", ST_F64, sizeof judged / sizeof *judged,
		                judged),
	};

	return checkpoint_walk(table, to || st_find(from, "learner.evaluation") ? 2 : 1, to, from);
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
		                 .total = (double)l->o.frames,
		                 .epoch = epoch,
		                 .left = left,
		                 .batches = batches,
		                 .step = step,
		                 .updates = frames,
		                 .measure = measure,
		                 .records = records,
		                 .write_model = write_model,
		                 .keep = keep,
		                 .write_state = write_state,
		                 .read_state = read_state };
}
