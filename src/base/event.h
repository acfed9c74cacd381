/* event.h - events of training: a kind, a count, and named numbers.
 *
 * A learner knows nothing of screens or files.  It notifies a list of observers: text output, run
 * directory, progress bar and dashboard are observers and know nothing else of the learner.  Data
 * larger than a few numbers (histograms of layers, curves) are sent as a record, a JSON object.
 */
#ifndef RILEY_BASE_EVENT_H
#define RILEY_BASE_EVENT_H

enum event_kind {
	EVENT_START,     /* before the first step; values: sizes of the job */
	EVENT_STEP,      /* after an update; values: "loss" of this batch, "lr" ... */
	EVENT_POINT,     /* a logged point: one line of metrics.jsonl and one mark of a curve */
	EVENT_BEST,      /* the point just logged is the best so far */
	EVENT_RECORD,    /* more data of that point: `record`, of kind `text` ("layers") */
	EVENT_NOTE,      /* `text` is a message for the user, such as a warning */
	EVENT_END        /* after the last step; `text` says why training ended */
};

struct event_value {
	const char *name;        /* "train_loss", "valid_auc": static strings */
	double      value;       /* NaN: unknown */
};

struct json_t;                   /* jansson.h */

struct event {
	enum event_kind           kind;
	const char               *unit;      /* of `count`: "epoch", "frame", "fold" */
	double                    count;     /* progress in units; may be fractional in a step */
	long                      step;      /* updates so far */
	double                    done;      /* share of the whole job done, 0..1 */
	double                    items;     /* answers, rows or frames so far, for rates */
	int                       n;
	const struct event_value *value;     /* (n) */
	int                       details;   /* number of last values not printed, only logged */
	const char               *text;      /* or NULL */
	const struct json_t      *record;    /* EVENT_RECORD: an object, borrowed; else NULL */
};

struct observer {
	/* Handle an event.  Returns nonzero to ask the learner to stop cleanly after it. */
	int (*notify)(struct observer *self, const struct event *e);
	struct observer *next;
};

/* Notify every observer of the list (which may be NULL), even after one has asked to stop.  Nonzero
 * if any of them asked. */
int observers_notify(struct observer *list, const struct event *e);

/* The value named `name`, or NaN. */
double event_value(const struct event *e, const char *name);

#endif
