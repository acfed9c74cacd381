/* net_learner.c - see net_learner.h. */
#include "src/train/net_learner.h"

#include <math.h>
#include <stdlib.h>

#include "src/nn/metrics.h"
#include "src/run/scores.h"

/* Rows measured at a time; and at most so many, of the training rows, whose activations are looked
 * at. */
enum { CHUNK = 256 };

struct net_learner {
	struct net         *net;
	struct net_trainer *trainer;
	double              lr;               /* of the latest update */
	struct net_part     train, valid;
	struct net_outputs  outputs;
	struct loss         loss;
	struct inspector   *inspector;
	real               *probe;       /* (probe_rows, D): probe batch of training rows */
	int                 probe_rows;
	const struct net_part *shown;    /* validation, or training where there is none: what
	                                  * records are of */
	float              *p;           /* (shown rows), two classes: the latest probabilities of
	                                  * the second one ... */
	unsigned char      *y;           /* ... and whether it was the second */

	enum ry_status    (*write)(const void *model, struct st_writer *to);
	const void         *model;       /* for write */
};

static enum ry_status write_net(const void *model, struct st_writer *to)
{
	return net_write(model, to);
}

static int two_classes(const struct net_learner *l)
{
	return l->train.label && net_outputs_width(&l->outputs, l->net->M) == 2;
}

/* What measuring needs besides the network. */
static enum ry_status alloc_measuring(struct net_learner *l)
{
	int n = l->train.rows.rows;
	size_t shown;

	l->probe_rows = n < CHUNK ? n : CHUNK;
	l->shown = l->valid.rows.rows ? &l->valid : &l->train;
	shown = l->shown->rows.rows;
	l->inspector = inspector_alloc(l->net);
	l->probe = ry_calloc((size_t)l->probe_rows * l->net->D, sizeof *l->probe,
	                     "rows to look at");
	l->p = ry_calloc(shown, sizeof *l->p, "scores");
	l->y = ry_calloc(shown, sizeof *l->y, "scores");
	if (!l->inspector || !l->probe || !l->p || !l->y)
		return ry_failure();
	net_rows_spread(&l->train.rows, l->net->D, l->probe_rows, l->probe);
	net_trainer_watch(l->trainer, l->inspector);
	/* As for training, so that the outputs of all layers stay to be looked at. */
	return net_alloc(l->net, 1, CHUNK, CHUNK, 1);
}

struct net_learner *net_learner_alloc(struct net *net, struct workers *w,
                                      const struct net_part *train, const struct net_part *valid,
                                      const struct net_outputs *outputs,
                                      const struct net_train_options *o)
{
	struct net_learner *l = ry_calloc(1, sizeof *l, "a learner");

	if (!l)
		return NULL;
	l->net = net;
	l->train = *train;
	l->valid = *valid;
	l->outputs = *outputs;
	l->loss = o->loss;
	l->write = write_net;
	l->model = net;
	l->trainer = net_trainer_alloc(net, w, &train->rows, o);
	if (!l->trainer || alloc_measuring(l) != RY_OK) {
		net_learner_free(l);
		return NULL;
	}
	return l;
}

void net_learner_free(struct net_learner *l)
{
	if (!l)
		return;
	net_trainer_free(l->trainer);
	inspector_free(l->inspector);
	free(l->probe);
	free(l->p);
	free(l->y);
	free(l);
}

void net_learner_writer(struct net_learner *l,
                        enum ry_status (*write)(const void *model, struct st_writer *to),
                        const void *model)
{
	l->write = write;
	l->model = model;
}

static enum ry_status epoch(void *self)
{
	net_trainer_epoch(((struct net_learner *)self)->trainer);
	return RY_OK;
}

static int left(void *self)
{
	return net_trainer_left(((struct net_learner *)self)->trainer);
}

static int batches(void *self)
{
	return net_trainer_batches(((struct net_learner *)self)->trainer);
}

static long updates(void *self)
{
	return net_trainer_updates(((struct net_learner *)self)->trainer);
}

static enum ry_status step(void *self, struct update *u)
{
	struct net_learner *l = self;
	enum ry_status status = net_trainer_step(l->trainer, u);

	l->lr = u->lr;
	return status;
}

/* ---- measures ---- */

/* Keep the scores of the rows shown, for the records. */
static void keep_scores(struct net_learner *l, const double *scores)
{
	for (int r = 0; r < l->shown->rows.rows; r++) {
		l->p[r] = (float)scores[2 * (size_t)r + 1];
		l->y[r] = l->shown->label[r] == 1;
	}
}

/* Loss, and accuracy or R2, of one part; `names` are those of the loss, of accuracy and of R2. */
static enum ry_status measure_part(struct net_learner *l, const struct net_part *part,
                                   const char *const names[3], struct measures *m, double *loss)
{
	int n = part->rows.rows, width = net_outputs_width(&l->outputs, l->net->M);
	enum ry_status status;
	double *scores = net_scores(l->net, &l->outputs, &l->loss, &part->rows, loss, &status);

	if (!scores)
		return status;
	if (n && isnan(*loss)) {
		free(scores);
		return ry_fail(RY_ENUMERIC,
		               "update %ld: outputs are not numbers at learning rate %g",
		               net_trainer_updates(l->trainer), l->lr);
	}
	m->value[m->n++] = (struct event_value){ names[0], *loss };
	m->value[m->n++] = part->label
	                           ? (struct event_value){ names[1], metrics_accuracy(n, width,
	                                                             scores, part->label) }
	                           : (struct event_value){ names[2], metrics_r2(n, width, scores,
	                                                             part->number) };
	if (part == l->shown && two_classes(l))
		keep_scores(l, scores);
	free(scores);
	return RY_OK;
}

/* Layers, as the probe goes through them. */
static void look(struct net_learner *l, struct measures *m)
{
	struct batch b;
	int n;

	batch_flat(&b, &n, l->probe_rows);
	net_forward(l->net, &b, (struct input){ .x = l->probe }, l->net->L);
	inspector_look(l->inspector, l->net, &b, l->net->L);
	m->details = inspector_values(l->inspector, m->value + m->n);
	m->n += m->details;
}

static enum ry_status measure(void *self, struct measures *m)
{
	static const char *const of_train[] = { "train_loss", "train_accuracy", "train_r2" },
		          *const of_valid[] = { "valid_loss", "valid_accuracy", "valid_r2" };
	struct net_learner *l = self;
	double loss;
	enum ry_status status = measure_part(l, &l->train, of_train, m, &loss);

	m->monitor = NAN;
	if (status == RY_OK && l->valid.rows.rows) {
		status = measure_part(l, &l->valid, of_valid, m, &loss);
		m->monitor = isfinite(loss) ? -loss : -INFINITY;
	}
	if (status == RY_OK)
		look(l, m);
	return status;
}

/* ---- records ---- */

static enum ry_status records(void *self, struct records *r)
{
	struct net_learner *l = self;
	enum ry_status status = records_add(r, "layers", inspector_record(l->inspector));

	if (status != RY_OK || !two_classes(l))
		return status;
	return records_add(r, "scores",
	                   scores_record(l->shown == &l->valid ? "validation" : "training",
	                                 (size_t)l->shown->rows.rows, l->p, l->y));
}

static enum ry_status write_model(void *self, struct st_writer *to)
{
	const struct net_learner *l = self;

	return l->write(l->model, to);
}

static enum ry_status write_state(void *self, struct st_writer *to)
{
	struct net_learner *l = self;
	enum ry_status status = net_trainer_write(l->trainer, to);

	return status == RY_OK ? inspector_write(l->inspector, to) : status;
}

static enum ry_status read_state(void *self, const struct st_file *from)
{
	struct net_learner *l = self;
	enum ry_status status = net_trainer_read(l->trainer, from);

	return status == RY_OK ? inspector_read(l->inspector, from) : status;
}

struct learner net_learner_ops(struct net_learner *l)
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
