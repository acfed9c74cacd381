/* kt_learner.c - see kt_learner.h. */
#include "rnn/kt_learner.h"

#include <math.h>
#include <stdlib.h>

#include "src/random.h"

struct kt_learner {
	struct kt_model   *model;
	struct kt_trainer *trainer;
	struct kt_part     valid;        /* borrowed list */
	struct kt_part     sample;       /* of the training students */
	float             *p;            /* (answers) */
};

/* As many training students as there are for validation (1,000 when there are none). */
static enum ry_status draw_sample(struct kt_learner *l, const struct kt_part *train, long seed)
{
	int n = l->valid.n ? l->valid.n : 1000;
	gsl_rng *rng = random_stream(seed, STREAM_SAMPLE);
	enum ry_status status = rng ? kt_part_pick(train, n < train->n ? n : train->n, &l->sample, NULL, rng) : RY_ENOMEM;

	if (rng)
		gsl_rng_free(rng);
	return status;
}

struct kt_learner *kt_learner_alloc(struct kt_model *m, struct workers *w, const struct kt_part *train,
                                    const struct kt_part *valid, const struct kt_train_options *o)
{
	struct kt_learner *l = ry_calloc(1, sizeof *l, "a learner");

	if (!l)
		return NULL;
	l->model = m;
	l->valid = *valid;
	l->p = ry_calloc(train->s->answers, sizeof *l->p, "predictions");
	l->trainer = l->p ? kt_trainer_alloc(m, w, train->s, train->student, train->n, o) : NULL;
	if (!l->trainer || draw_sample(l, train, o->seed) != RY_OK) {
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
	kt_part_free(&l->sample);
	free(l->p);
	free(l);
}

struct kt_engine *kt_learner_engine(struct kt_learner *l)
{
	return kt_trainer_engine(l->trainer);
}

static enum ry_status epoch(void *self)
{
	return kt_trainer_epoch(((struct kt_learner *)self)->trainer);
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
	struct kt_update k;
	enum ry_status status = kt_trainer_step(((struct kt_learner *)self)->trainer, &k);

	*u = (struct update){ .loss = k.loss, .count = k.predictions, .items = k.answers, .norm = k.norm, .lr = k.lr };
	return status;
}

static enum ry_status score(struct kt_learner *l, const struct kt_part *part, struct kt_scores *scores)
{
	enum ry_status status = kt_predict(kt_trainer_engine(l->trainer), part->s, part->student, part->n, l->p);

	return status == RY_OK ? kt_score(scores, part->s, part->student, part->n, l->p) : status;
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
	if (!l->valid.n)
		return RY_OK;
	status = score(l, &l->valid, &valid);
	if (status != RY_OK)
		return status;
	m->value[m->n++] = (struct event_value){ "valid_loss", valid.log_loss };
	m->value[m->n++] = (struct event_value){ "valid_auc", valid.auc };
	m->value[m->n++] = (struct event_value){ "valid_accuracy", valid.accuracy };
	/* With answers of one kind only there is no AUC to choose by. */
	m->monitor = isnan(valid.auc) ? -valid.log_loss : valid.auc;
	return RY_OK;
}

static enum ry_status write_model(void *self, struct st_writer *to)
{
	return kt_model_write(((struct kt_learner *)self)->model, to);
}

static enum ry_status write_state(void *self, struct st_writer *to)
{
	return kt_trainer_write(((struct kt_learner *)self)->trainer, to);
}

static enum ry_status read_state(void *self, const struct st_file *from)
{
	return kt_trainer_read(((struct kt_learner *)self)->trainer, from);
}

struct learner kt_learner_ops(struct kt_learner *l)
{
	return (struct learner){ .self = l, .epoch = epoch, .left = left, .batches = batches, .step = step,
	                         .updates = updates, .measure = measure, .write_model = write_model,
	                         .write_state = write_state, .read_state = read_state };
}
