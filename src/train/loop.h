/* loop.h - the loop around the step: epochs, measuring, the best model, early stopping,
 * checkpoints.
 *
 * A learner does one update at a time and knows nothing of all this.  The loop tells observers what
 * happens and keeps two files in the run directory:
 *
 *     model.safetensors   the parameters of the best measured point so far
 *     last.safetensors    everything from which the run goes on to the same bits
 *
 * The second is written before the first update, both after every epoch (or after several, when
 * these are shorter than the files take to be synced: train_options.rest and share), every minute
 * in between, and when the loop ends for whatever reason.
 */
#ifndef RILEY_TRAIN_LOOP_H
#define RILEY_TRAIN_LOOP_H

#include "src/base/event.h"
#include "src/base/safetensors.h"
#include "src/base/status.h"
#include "src/run/rundir.h"
#include "src/train/update.h"

/* Room for what a learner measures at a point. */
struct measures {
	int                n;
	struct event_value value[24];
	int                details;  /* the last so many of them are for who looks closer */
	double             monitor;  /* larger is better; NaN: nothing to choose by, the latest
	                              * is best */
};

/* Room for what a learner says of a point beyond numbers; see rundir.h for the kinds. */
struct records {
	int n;
	struct record {
		const char *kind;        /* "layers": a static string */
		json_t     *object;      /* a reference that the loop takes over */
	} record[4];
};

/* What the loop needs of a learner; all operations but count and records are mandatory.  Failures
 * come back as a status with the sentence in ry_message().
 *
 * A learner that knows no epochs counts in a unit of its own, say frames: its epochs are stretches
 * from point to point, perhaps of different lengths, and it is done when count() reaches `total`,
 * however many of them that took.  What it calls updates, here and in the log as "step", is then
 * what a run can be rewound by: any number that grows with every step. */
struct learner {
	void *self;

	const char    *unit;                                     /* "frame"; NULL: "epoch" */
	/* units so far; NULL: whole epochs count */
	double       (*count)(void *self);
	/* units in the whole run, with count() only */
	double         total;

	/* draw the order of the next epoch */
	enum ry_status (*epoch)(void *self);
	/* updates left in the epoch; 0 at first */
	int            (*left)(void *self);
	int            (*batches)(void *self);                   /* updates in an epoch */
	/* RY_ENUMERIC: parameters unchanged */
	enum ry_status (*step)(void *self, struct update *u);
	long           (*updates)(void *self);                   /* so far */
	enum ry_status (*measure)(void *self, struct measures *m);
	/* of what was just measured; or NULL */
	enum ry_status (*records)(void *self, struct records *r);

	enum ry_status (*write_model)(void *self, struct st_writer *to);
	/* everything needed to go on */
	enum ry_status (*write_state)(void *self, struct st_writer *to);
	enum ry_status (*read_state)(void *self, const struct st_file *from);
};

struct train_options {
	int   epochs;                /* in all, those of the resumed run included; without a
	                              * count() only */
	int   patience;              /* epochs without a better point before stopping; 0: never
	                              * stop */
	int   resume;                /* start from the run's last.safetensors */
	double rest;                 /* seconds at least from a checkpoint to that at an epoch's
	                              * end ... */
	double share;                /* ... and so many that checkpoints take no more of the time
	                              * than this; 0: no limit */
	int (*stop)(void);           /* polled after every update; nonzero: checkpoint and leave.
	                              * Or NULL */
};

struct train_result {
	int         epochs;          /* done, in all */
	long        updates;
	long        best_at;         /* the epoch of the best point, or its place in the
	                              * learner's unit; 0: none was measured */
	double      count;           /* units done, in all: epochs, where the learner has no
	                              * count() */
	double      best;            /* its monitor */
	double      last_loss;       /* mean over the last whole epoch */
	int         begun;           /* 0: the run to be resumed can't be, and nothing was
	                              * changed */
	const char *how;             /* for rundir_finish(): "done", "stopped early", "interrupted",
	                              * "diverged", "failed" */
};

/* Train.  Tells `observers` (which should hold rundir_observer(run)).  Points carry the learner's
 * measures after "loss" (mean of the epoch's own updates), "lr" (of its last update),
 * "gradient_norm" and "gradient_max" (mean and largest of the epoch), "loss_sd", "loss_max" and
 * "loss_correlation" (of the losses of the epoch's updates: deviation, largest, correlation of each
 * with the next) and "rate" (items per second); one that the learner measures itself under such a
 * name takes its place.  Records follow the first hundred points, then every 10th until the
 * 1,000th, every 100th until the 10,000th and so on, and the last.  A run to be resumed that has
 * neither of the two files yet begins anew.  RY_OK when all epochs are done or patience ended;
 * RY_ESTOP when asked to stop; RY_ENUMERIC when loss or gradient went bad; RY_EIO when the run
 * directory can't be written any more.  In each case last.safetensors is as good as it could be
 * made and *result is filled. */
enum ry_status train_run(const struct learner *l, const struct train_options *o, struct rundir *run,
                         struct observer *observers, struct train_result *result);

#endif
