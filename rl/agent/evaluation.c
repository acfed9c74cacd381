/* evaluation.c - see evaluation.h. */
#include "rl/agent/evaluation.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "rl/agent/lanes.h"
#include "src/base/random.h"

/* What an episode adds to the sums of an evaluation, kept until all before it have ended. */
struct outcome {
	int    capped;               /* truncated */
	double tally[GAME_TALLIES];
	struct skill_counts skills;
};

/* Episodes that may wait for an earlier one. */
enum { RING = 4096 };

/* The episodes of an evaluation, which its players share. */
struct book {
	const struct game_ops           *game;
	const struct evaluation_options *o;
	struct evaluation               *to;      /* to->episodes: finished, as are all before */
	long            frames;                   /* of these */
	int             size;                     /* of the ring: none begins so far ahead */
	struct outcome *ring;                     /* (size): of episode k at k % size */
	int             next;                     /* the first that nobody has begun */
	int             limit;                    /* episodes from this one on do not count */
	int             stopped;
	pthread_mutex_t mutex;                    /* for all of it while players run */
};

/* ---- which episodes count ---- */

/* Whether episode k may begin: nothing is known before the first has ended; then those that still
 * run are taken to be as long as the mean. */
static int within_budget(const struct book *b, int k)
{
	int n = b->to->episodes;

	return b->o->budget == 0 || n == 0 ||
	       b->frames + b->frames / n * (k - n + 1) <= b->o->budget;
}

/* Count the finished episodes up to the first that is not. */
static void count(struct book *b)
{
	struct evaluation *to = b->to;

	while (to->episodes < b->limit && to->frames[to->episodes]) {
		int k = to->episodes++;
		const struct outcome *from = &b->ring[k % b->size];

		b->frames += to->frames[k];
		to->capped += from->capped;
		for (int t = 0; t < b->game->n_tallies; t++)
			to->tally[t] += from->tally[t];
		skill_gather(&to->skills, &from->skills);
		if (!within_budget(b, to->episodes))
			b->limit = to->episodes;
	}
}

static void finish(struct book *b, const struct lane *l)
{
	const struct episode *e = &l->episode;
	int k = l->number, endless = b->game->endless;
	struct outcome *of = &b->ring[k % b->size];

	pthread_mutex_lock(&b->mutex);
	b->to->episode_return[k] = endless ? e->total / (double)e->steps : e->total;
	b->to->frames[k] = e->steps;
	of->capped = e->status == GAME_ON && !endless;
	if (b->game->n_tallies)
		b->game->tally(e->state, of->tally);
	of->skills = l->skills;
	count(b);
	pthread_mutex_unlock(&b->mutex);
}

/* ---- playing ---- */

/* Before a step: end what no longer counts and begin at most one episode, so that workers begin
 * equally many.  Returns whether there is something to play. */
static int prepare(struct book *b, struct lanes *l)
{
	int begun = -1, go;

	pthread_mutex_lock(&b->mutex);
	for (int i = l->n - 1; i >= 0; i--)
		if (l->running[i]->number >= b->limit)
			lanes_end(l, i);
	if (l->n < EPISODE_LANES && b->next < b->limit && b->next - b->to->episodes < b->size &&
	    within_budget(b, b->next))
		begun = b->next++;
	go = l->n > 0 || begun >= 0;
	if (go && !b->stopped)
		b->stopped = b->o->stop && b->o->stop();
	go = go && !b->stopped;
	pthread_mutex_unlock(&b->mutex);
	if (go && begun >= 0)
		lanes_start(l, begun, b->o->seed,
		            (b->o->stream ? b->o->stream : STREAM_EPISODE) + 2 * (unsigned)begun);
	return go;
}

static void play(struct book *b, struct lanes *l)
{
	while (prepare(b, l)) {
		lanes_step(l);
		for (int i = l->n - 1; i >= 0; i--) {
			const struct episode *e = &l->running[i]->episode;

			if (e->status == GAME_ON && e->steps < b->o->cap)
				continue;
			finish(b, l->running[i]);
			lanes_end(l, i);
		}
	}
}

struct players {
	struct book   book;
	int           n;
	struct lanes *lanes;         /* (n) */
};

static void play_share(int id, void *arg)
{
	struct players *p = arg;

	if (id < p->n)
		play(&p->book, &p->lanes[id]);
}

static void sum_up(struct evaluation *e)
{
	double squares = 0, n = e->episodes;

	e->mean = e->mean_frames = e->error = NAN;
	if (n == 0)
		return;
	e->mean = e->mean_frames = 0;
	for (int k = 0; k < e->episodes; k++) {
		e->mean += e->episode_return[k];
		e->mean_frames += (double)e->frames[k];
	}
	e->mean /= n;
	for (int k = 0; k < GAME_TALLIES; k++)
		e->tally[k] *= 1000 / e->mean_frames;
	e->mean_frames /= n;
	for (int k = 0; k < e->episodes; k++)
		squares += (e->episode_return[k] - e->mean) * (e->episode_return[k] - e->mean);
	if (n > 1)
		e->error = sqrt(squares / (n - 1) / n);
}

static enum ry_status check_options(const struct evaluation_options *o)
{
	if (o->episodes < 1 || o->cap < 1 || o->budget < 0 ||
	    !(o->epsilon >= 0 && o->epsilon <= 1))
		return ry_fail(RY_EINVAL,
		               "%d episodes of up to %ld frames with epsilon %g: expected at "
		               "least 1 and 1, and 0 to 1",
		               o->episodes, o->cap, o->epsilon);
	return RY_OK;
}

static int count_players(const struct evaluation_options *o)
{
	int busy = (o->episodes - 1) / EPISODE_LANES + 1,
	    most = o->workers ? workers_count(o->workers) : 1;

	return busy < most ? busy : most;
}

static enum ry_status open_players(struct players *p, const struct q_network *q,
                                   const struct evaluation_options *o, struct evaluation *e)
{
	size_t n = (size_t)o->episodes;
	enum ry_status status = RY_OK;

	p->book = (struct book){ .game = q->game, .o = o, .to = e, .limit = o->episodes,
		                 .size = o->episodes < RING ? o->episodes : RING };
	pthread_mutex_init(&p->book.mutex, NULL);
	e->episode_return = ry_calloc(n, sizeof *e->episode_return, "an evaluation");
	e->frames = ry_calloc(n, sizeof *e->frames, "an evaluation");
	p->book.ring = ry_calloc(p->book.size, sizeof *p->book.ring, "an evaluation");
	p->lanes = ry_calloc(count_players(o), sizeof *p->lanes, "an evaluation");
	if (!e->episode_return || !e->frames || !p->book.ring || !p->lanes)
		return ry_failure();
	while (status == RY_OK && p->n < count_players(o))
		status = lanes_open(&p->lanes[p->n++], q, o->epsilon);
	return status;
}

static void close_players(struct players *p)
{
	for (int i = 0; i < p->n; i++)
		lanes_close(&p->lanes[i]);
	free(p->lanes);
	free(p->book.ring);
	pthread_mutex_destroy(&p->book.mutex);
}

enum ry_status evaluation_run(const struct q_network *q, const struct evaluation_options *o,
                              struct evaluation *e)
{
	struct players p = { .n = 0 };
	enum ry_status status = check_options(o);

	*e = (struct evaluation){ 0 };
	if (status == RY_OK) {
		status = open_players(&p, q, o, e);
		if (status == RY_OK && p.n > 1)
			workers_run(o->workers, play_share, &p);
		else if (status == RY_OK)
			play_share(0, &p);
		if (p.book.stopped)
			status = ry_fail(RY_ESTOP, "stopped after %d of %d episodes", e->episodes,
			                 o->episodes);
		close_players(&p);
	}
	sum_up(e);
	return status;
}

void evaluation_free(struct evaluation *e)
{
	free(e->episode_return);
	free(e->frames);
	*e = (struct evaluation){ 0 };
}
