/* kt_learner.c - see kt_learner.h. */
#include "rnn/kt/kt_learner.h"

#include <math.h>
#include <stdlib.h>

#include "rnn/kt/kt_inspector.h"
#include "src/base/random.h"
#include "src/run/scores.h"

/* Of so many training students one is looked into, but neither fewer nor more than these. */
enum { PROBE_SHARE = 250, PROBE_LEAST = 2, PROBE_MOST = 16 };

struct kt_learner {
	struct kt_model   *model;
	struct kt_trainer *trainer;
	double             lr;               /* of the latest update */
	struct kt_subset     valid;        /* borrowed list */
	struct kt_subset     sample;       /* of the training students */
	float             *p;            /* (answers): the latest predictions */
	struct inspector  *inspector;
	struct kt_probe    probe;
	const struct kt_subset *shown;     /* validation, or the sample where there is none: what
	                                  * records are of */
	int                student;      /* of these, the one whose knowledge is shown; -1: none
	                                  * has answers */
};

/* As many training students as there are for validation (1,000 when there are none). */
static enum ry_status draw_sample(struct kt_learner *l, const struct kt_subset *train, long seed)
{
	int n = l->valid.n ? l->valid.n : 1000;
	gsl_rng *rng = random_stream(seed, STREAM_SAMPLE);
	enum ry_status status =
		rng ? kt_subset_draw(train, n < train->n ? n : train->n, &l->sample, NULL, rng)
		    : ry_failure();

	if (rng)
		gsl_rng_free(rng);
	return status;
}

static enum ry_status alloc_inspection(struct kt_learner *l, const struct kt_subset *train)
{
	int most = train->n / PROBE_SHARE;

	most = most < PROBE_LEAST ? PROBE_LEAST : most > PROBE_MOST ? PROBE_MOST : most;
	l->shown = l->valid.n ? &l->valid : &l->sample;
	l->student = l->shown->n ? kt_tracing_student(l->shown) : -1;
	l->inspector = inspector_alloc(l->model->net);
	if (!l->inspector)
		return ry_failure();
	kt_trainer_watch(l->trainer, l->inspector);
	return kt_probe_alloc(&l->probe, &l->sample, most, kt_trainer_batch(l->trainer));
}

struct kt_learner *kt_learner_alloc(struct kt_model *m, struct workers *w,
                                    struct kt_batcher *batcher, const struct kt_subset *train,
                                    const struct kt_subset *valid,
                                    const struct kt_train_options *o)
{
	struct kt_learner *l = ry_calloc(1, sizeof *l, "a learner");

	if (!l) {
		kt_batcher_free(batcher);
		return NULL;
	}
	l->model = m;
	l->valid = *valid;
	l->trainer = kt_trainer_alloc(m, w, train->s, batcher, o);
	l->p = ry_calloc(train->s->answers, sizeof *l->p, "predictions");
	if (!l->trainer || !l->p || draw_sample(l, train, o->seed) != RY_OK ||
	    alloc_inspection(l, train) != RY_OK) {
		kt_learner_free(l);
		return NULL;
	}
	return l;
}

void kt_learner_free(struct kt_learner *l)
{
	if (!l)
		return;
	kt_trainer_free(l->trainer);
	inspector_free(l->inspector);
	kt_probe_free(&l->probe);
	kt_subset_free(&l->sample);
	free(l->p);
	free(l);
}

static enum ry_status epoch(void *self)
{
	kt_trainer_epoch(((struct kt_learner *)self)->trainer);
	return RY_OK;
}

static int left(void *self)
{
	return kt_trainer_left(((struct kt_learner *)self)->trainer);
}

static int batches(void *self)
{
	return kt_trainer_batches(((struct kt_learner *)self)->trainer);
}

static long updates(void *self)
{
	return kt_trainer_updates(((struct kt_learner *)self)->trainer);
}

static enum ry_status step(void *self, struct update *u)
{
	struct kt_learner *l = self;
	enum ry_status status = kt_trainer_step(l->trainer, u);

	l->lr = u->lr;
	return status;
}

static enum ry_status score(struct kt_learner *l, const struct kt_subset *part,
                            struct kt_scores *scores)
{
	enum ry_status status =
		kt_predict(kt_trainer_batch(l->trainer), part->s, part->student, part->n, l->p);

	if (status == RY_OK)
		status = kt_score(scores, part->s, part->student, part->n, l->p);
	if (status == RY_OK && scores->predictions && isnan(scores->log_loss))
		return ry_fail(RY_ENUMERIC,
		               "update %ld: predictions are not numbers at learning rate %g",
		               kt_trainer_updates(l->trainer), l->lr);
	return status;
}

static void look(struct kt_learner *l, struct measures *m)
{
	struct kt_gradient_flow flow;

	kt_probe_look(&l->probe, kt_trainer_batch(l->trainer), l->inspector, &flow);
	m->details = inspector_values(l->inspector, m->value + m->n) + 2;
	m->n += m->details;
	m->value[m->n - 2] = (struct event_value){ "gradient_first", flow.first };
	m->value[m->n - 1] = (struct event_value){ "gradient_last", flow.last };
}

static enum ry_status measure(void *self, struct measures *m)
{
	struct kt_learner *l = self;
	struct kt_scores train, valid;
	enum ry_status status = score(l, &l->sample, &train);

	if (status != RY_OK)
		return status;
	m->value[m->n++] = (struct event_value){ "train_loss", train.log_loss };
	m->value[m->n++] = (struct event_value){ "train_auc", train.auc };
	if (!l->valid.n) {
		look(l, m);
		return RY_OK;
	}
	status = score(l, &l->valid, &valid);
	if (status != RY_OK)
		return status;
	m->value[m->n++] = (struct event_value){ "valid_loss", valid.log_loss };
	m->value[m->n++] = (struct event_value){ "valid_auc", valid.auc };
	m->value[m->n++] = (struct event_value){ "valid_accuracy", valid.accuracy };
	/* With answers of one kind only there is no AUC to choose by. */
	m->monitor = !isfinite(valid.log_loss) ? -INFINITY
	             : isnan(valid.auc)         ? -valid.log_loss
	                                        : valid.auc;
	look(l, m);
	return RY_OK;
}

/* ---- records ---- */

/* The latest predictions of the students shown, end to end, and what came true. */
static json_t *scores(const struct kt_learner *l)
{
	const struct kt_subset *part = l->shown;
	const struct sequences *s = part->s;
	float *p = ry_calloc(s->answers, sizeof *p, "predictions");
	unsigned char *y = ry_calloc(s->answers, sizeof *y, "predictions");
	json_t *record = NULL;
	size_t n = 0;

	for (int k = 0; p && y && k < part->n; k++)
		for (size_t i = s->start[part->student[k]] + 1; i < s->start[part->student[k] + 1];
		     i++) {
			p[n] = l->p[i];
			y[n++] = s->correct[i];
		}
	if (p && y)
		record = scores_record(part == &l->valid ? "validation" : "training", n, p, y);
	free(p);
	free(y);
	return record;
}

static enum ry_status records(void *self, struct records *r)
{
	struct kt_learner *l = self;
	enum ry_status status = records_add(r, "layers", inspector_record(l->inspector));

	if (status == RY_OK && l->student >= 0)
		status = records_add(r, "tracing",
		                     kt_tracing_record(kt_trainer_batch(l->trainer), l->shown->s,
		                                       l->student));
	return status == RY_OK ? records_add(r, "scores", scores(l)) : status;
}

static enum ry_status write_model(void *self, struct st_writer *to)
{
	return kt_model_write(((struct kt_learner *)self)->model, to);
}

static enum ry_status write_state(void *self, struct st_writer *to)
{
	struct kt_learner *l = self;
	enum ry_status status = kt_trainer_write(l->trainer, to);

	return status == RY_OK ? inspector_write(l->inspector, to) : status;
}

static enum ry_status read_state(void *self, const struct st_file *from)
{
	struct kt_learner *l = self;
	enum ry_status status = kt_trainer_read(l->trainer, from);

	return status == RY_OK ? inspector_read(l->inspector, from) : status;
}

struct learner kt_learner_ops(struct kt_learner *l)
{
	return (struct learner){ .self = l,
		                 .epoch = epoch,
		                 .left = left,
		                 .batches = batches,
		                 .step = step,
		                 .updates = updates,
		                 .measure = measure,
		                 .records = records,
		                 .write_model = write_model,
		                 .write_state = write_state,
		                 .read_state = read_state };
}
