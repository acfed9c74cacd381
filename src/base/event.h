/* event.h - what a learner tells the world: a kind, a count, and named numbers.
 *
 * A learner knows nothing about screens or files.  It tells a list of observers; text, run
 * directory, progress bar and dashboard are observers and know nothing else of the learner.  What
 * is larger than a few numbers (histograms of layers, curves) comes as a record: a JSON object.
 */
#ifndef RILEY_BASE_EVENT_H
#define RILEY_BASE_EVENT_H

enum event_kind {
	EVENT_START,     /* before the first step; values: sizes of the job */
	EVENT_STEP,      /* after an update; values: "loss" of this batch, "lr" ... */
	EVENT_POINT,     /* a logged point: one line of metrics.jsonl and one mark of a curve */
	EVENT_BEST,      /* the point just logged is the best one so far */
	EVENT_RECORD,    /* more of the point just logged: `record`, of the kind that `text` names ("layers") */
	EVENT_NOTE,      /* `text` is for the user: a warning, a turn of events */
	EVENT_END        /* after the last step; text says why it ended */
};

struct event_value {
	const char *name;        /* "train_loss", "valid_auc": static strings */
	double      value;       /* may be NaN: not known */
};

struct json_t;                   /* jansson.h */

struct event {
	enum event_kind           kind;
	const char               *unit;      /* what `count` counts: "epoch", "frame", "fold" */
	double                    count;     /* where we are, in units; may be fractional in a
	                                      * step */
	long                      step;      /* updates so far */
	double                    done;      /* share of the whole job, 0..1 */
	double                    items;     /* answers, rows or frames handled so far, for rates */
	int                       n;
	const struct event_value *value;     /* (n) */
	int                       details;   /* the last so many of them are for who looks
	                                      * closer: logged, but not for a line on the screen */
	const char               *text;      /* or NULL */
	const struct json_t      *record;    /* EVENT_RECORD: an object, borrowed; else NULL */
};

struct observer {
	/* Nonzero asks the learner to stop cleanly after this event. */
	int (*notify)(struct observer *self, const struct event *e);
	struct observer *next;
};

/* Tell every observer of the list (NULL: nobody), also after one asked to stop.  Nonzero if any of
 * them asked. */
int observers_notify(struct observer *list, const struct event *e);

/* The value called `name`, or NaN. */
double event_value(const struct event *e, const char *name);

#endif
