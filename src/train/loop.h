/* loop.h - the training loop: epochs, measuring, the best model, early stopping, checkpoints.
 *
 * A learner makes one update at a time and knows nothing of the rest.  The loop notifies observers
 * and keeps two files in the run directory:
 *
 *     model.safetensors   the parameters of the best measured point so far
 *     last.safetensors    everything needed to resume with the same bits
 *
 * and, where the learner asks for it (learner.keep), models of earlier moments under names of their
 * own.  The checkpoint is written before the first update, both files after every epoch (or after
 * several, if these are shorter than syncing the files takes: train_options.rest and share), every
 * minute in between, and when the loop ends for any reason.
 */
#ifndef RILEY_TRAIN_LOOP_H
#define RILEY_TRAIN_LOOP_H

#include "src/base/event.h"
#include "src/base/safetensors.h"
#include "src/base/status.h"
#include "src/run/rundir.h"
#include "src/train/update.h"

/* The measures of a learner at a point. */
struct measures {
	int                n;
	struct event_value value[24];
	int                details;  /* number of last values only logged, not printed */
	double             monitor;  /* larger is better; NaN: the latest model is the best */
	int                latest;   /* of equal points the latest is the best, not the first */
	int                unjudged; /* no candidate for the best: nothing has been learnt yet, or
	                              * the monitor was not measured here */
};

/* The records of a learner at a point; see rundir.h for their kinds. */
struct records {
	int n;
	struct record {
		const char *kind;        /* "layers": a static string */
		json_t     *object;      /* a reference, taken over by the loop */
	} record[4];
};

/* Add a record; takes over `object`, of which NULL is the failure in ry_message(). */
enum ry_status records_add(struct records *r, const char *kind, json_t *object);

/* The operations of a learner for the loop; all but count, records and keep are mandatory.
 * Failures are returned as a status with ry_message() set.
 *
 * A learner without epochs counts in its own unit, for example frames.  Its epochs are the
 * stretches between points, possibly of different lengths, and it is done when count() reaches
 * `total`.  What it calls updates, here and in the log as "step", must then be a number that grows
 * with every step, since runs are rewound by it. */
struct learner {
	void *self;

	const char    *unit;                                     /* "frame"; NULL: "epoch" */
	/* units so far; NULL: epochs are counted */
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
	/* records of the point just measured; or NULL */
	enum ry_status (*records)(void *self, struct records *r);

	enum ry_status (*write_model)(void *self, struct st_writer *to);
	/* the file that keeps the model of now for good: asked after every step, borrowed until the
	 * next; NULL: this one is not kept.  Or NULL */
	const char    *(*keep)(void *self);
	/* everything needed to resume */
	enum ry_status (*write_state)(void *self, struct st_writer *to);
	enum ry_status (*read_state)(void *self, const struct st_file *from);
};

struct train_options {
	int   epochs;                /* total, including those of a resumed run; without count() */
	int   patience;              /* epochs without a better point before stopping; 0: never */
	int   resume;                /* start from the run's last.safetensors */
	double rest;                 /* minimum seconds between checkpoints at epoch ends ... */
	double share;                /* ... and maximum share of time spent on them; 0: no limit */
	int (*stop)(void);           /* polled after every update; nonzero: save, return; or NULL */
	void (*saved)(int all);      /* told 1 when long measuring begins and all is saved, so that
	                              * the process may be ended, and 0 when it is over; or NULL */
};

struct train_result {
	int         epochs;          /* total number done */
	long        updates;
	long        best_at;         /* epoch (or unit) of the best point; 0: none was measured */
	double      count;           /* total units done; epochs without count() */
	double      best;            /* its monitor */
	double      last_loss;       /* mean over the last whole epoch */
	int         begun;           /* 0: the run could not be resumed, nothing was changed */
	const char *how;             /* for rundir_finish(): "done", "stopped early", "interrupted",
	                              * "diverged", "failed" */
};

/* Train, notifying `observers` (which should include rundir_observer(run)).  Points have the
 * learner's measures after "loss" (mean of the epoch's own updates), "lr" (of its last update),
 * "gradient_norm" and "gradient_max" (mean and maximum over the epoch), "loss_sd", "loss_max" and
 * "loss_correlation" (of the losses of the epoch's updates: standard deviation, maximum, lag-1
 * autocorrelation) and "rate" (items per second); a learner's own measure of such a name replaces
 * it.  Records accompany the first hundred points, every 10th up to the 1,000th, every 100th up to
 * the 10,000th and so on, and the last.  A run to be resumed that has neither of the two files yet
 * starts over.  RY_OK if all epochs are done or patience ended; RY_ESTOP if asked to stop;
 * RY_ENUMERIC if loss or gradient is not finite; RY_EIO if the run directory cannot be written.  In
 * each case last.safetensors is as current as possible and *result is filled. */
enum ry_status train_run(const struct learner *l, const struct train_options *o, struct rundir *run,
                         struct observer *observers, struct train_result *result);

#endif
