/* dashboard_run.h - one run on the dashboard: what its reader knows, as lines, numbers and words
 * for the screen. */
#ifndef RILEY_APP_WATCH_DASHBOARD_RUN_H
#define RILEY_APP_WATCH_DASHBOARD_RUN_H

#include "src/app/kinds/run_kind.h"
#include "src/app/watch/watch_scene.h"
#include "src/run/run_reader.h"

/* What x counts. */
enum dashboard_axis { AXIS_UNIT, AXIS_STEP, AXIS_TIME, DASHBOARD_AXES };

/* What is drawn of a run: for each measure the name that its columns share ("loss" of
 * "train_loss"), or "". */
struct dashboard_choice {
	char                base[WATCH_MEASURES][64];
	enum dashboard_axis axis;
	double              scale;       /* of time: seconds in a unit of it; 1 of the others */
};

enum { DASHBOARD_FACTS = 32, DASHBOARD_OPTIONS = 120 };

struct dashboard_facts {
	int               n, most;
	struct watch_fact fact[DASHBOARD_OPTIONS];
	char              label[DASHBOARD_OPTIONS][40], value[DASHBOARD_OPTIONS][64];
};

struct dashboard_run {
	struct run_reader     *reader;   /* owned */
	const struct run_kind *kind;
	struct watch_scene_run scene;
	struct watch_trace     trace[WATCH_MEASURES * WATCH_PARTS];
	long                   version;  /* counts what changes its numbers */
	double                 value[WATCH_MOST_COLUMNS];
	char                   name[80], state[48], news[300], missed[48], progress[100], best[120];
	double                 memory;   /* of its process, bytes; NAN: not known */
	double                 told;     /* when its state changed (screen_now()) */
	double                *minutes;  /* x in units of time that are not seconds */
	size_t                 room;
	long                   made;     /* minutes: from this version, */
	double                 scale;    /* ... with this scale */
};

/* A run at `path`; nothing is read yet.  RY_ENOMEM. */
enum ry_status dashboard_run_open(struct dashboard_run *r, const char *path);
void dashboard_run_close(struct dashboard_run *r);

/* Take the lines and words of the scene from the reader. */
void dashboard_run_update(struct dashboard_run *r, const struct dashboard_choice *c);

/* x of the points, as a column without y; it is empty when the run has none. */
struct watch_points dashboard_x(const struct dashboard_run *r, const struct dashboard_choice *c);

/* How far x goes, in the units of the column; nonzero when there is nothing. */
int dashboard_span(const struct dashboard_run *r, enum dashboard_axis axis, double *low,
                   double *high);

/* A number called `name` at x, or the last one for an infinite x: a column's, "best" (the score's
 * at the best point), or an option's.  NAN when the run has none. */
double dashboard_number(const struct dashboard_run *r, const struct dashboard_choice *c,
                        const char *name, double x);

/* Learning goes on, as far as is known. */
int dashboard_run_lives(const struct dashboard_run *r);

/* Ask the system for the memory of the run's process, if that is on this machine. */
void dashboard_run_measure(struct dashboard_run *r);

/* The run's numbers, and its results and options, as words. */
void dashboard_run_facts(const struct dashboard_run *r, const struct dashboard_choice *c,
                         struct dashboard_facts *f);
void dashboard_run_options(const struct dashboard_run *r, struct dashboard_facts *f);

#endif
