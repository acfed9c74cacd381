/* watch_scene.h - the dashboard on runs: layout and drawing alone, from plain numbers into a view.
 *
 * 80x24 is the reference: a title, two charts beside a column of numbers (of one run) or a list (of
 * several), a line of what is to be known, a line of keys.  Larger windows gain panels, smaller
 * ones get one chart and a few numbers; below 40x12 a line says what is needed.  Panels have
 * numbers, 1 to 9; one of them may have the window to itself.
 *
 * All texts and numbers are borrowed.  What is not known is NAN or NULL.
 */
#ifndef RILEY_APP_WATCH_WATCH_SCENE_H
#define RILEY_APP_WATCH_WATCH_SCENE_H

#include <jansson.h>
#include "src/app/explain/explain_screen.h"
#include "src/app/watch/watch_panels.h"
#include "src/app/watch/watch_trace.h"
#include "src/ui/canvas.h"
#include "src/ui/keys.h"

enum {
	WATCH_LEAST_WIDTH = 40,
	WATCH_LEAST_HEIGHT = 12,
	WATCH_MOST_RUNS = 100,
	WATCH_MOST_COLUMNS = 64
};

/* Their numbers on the screen. */
enum watch_panel {
	WATCH_NONE,
	WATCH_LOSS,
	WATCH_SCORE,
	WATCH_RUNS,
	WATCH_NUMBERS,
	WATCH_HEALTH,
	WATCH_LAYERS,
	WATCH_KNOWLEDGE,
	WATCH_SCORES,
	WATCH_DIAGNOSIS,
	WATCH_PANELS
};

/* What curves are drawn of, and whose they are. */
enum watch_measure {
	MEASURE_LOSS,
	MEASURE_SCORE,
	MEASURE_GRADIENT,
	MEASURE_RATIO,
	MEASURE_DEAD,
	WATCH_MEASURES
};
enum watch_part { PART_TRAIN, PART_VALID, PART_ONLY, WATCH_PARTS };

/* Which of them are shown. */
enum watch_shown { SHOW_BOTH, SHOW_VALID, SHOW_TRAIN, WATCH_SHOWN };

struct watch_fact {
	const char *label, *value;
	int         heading;             /* a line of its own, without a value */
};

struct watch_scene_run {
	const char         *name;
	enum ui_color       color;
	int                 mark;        /* chart_mark() */
	int                 hidden;
	const char         *state;       /* a word or two: "running", "not there yet" */
	int                 over;        /* nothing more will come */
	const char         *news;        /* a sentence, or NULL */
	int                 stale;       /* ... that has been there long enough */
	const char         *missed;      /* "2 lines unreadable", or "" */
	const char         *progress;    /* "epoch 12 of 20, 0:33 left", or "" */
	const char         *judged;      /* legend of PART_VALID: "valid" */
	const char         *best;        /* "valid auc 0.8226 at epoch 16", or "" */
	double              best_x;
	struct watch_points line[WATCH_MEASURES][WATCH_PARTS];
	struct watch_trace *trace;       /* (WATCH_MEASURES * WATCH_PARTS), kept between frames */
	const double       *value;       /* (columns of the list) */
};

struct watch_scene {
	int                           n; /* runs */
	const struct watch_scene_run *const *run;   /* (n), in the order of the list */
	int                           selected;     /* index into run */

	int                n_columns;    /* of the list; what it is sorted by comes first */
	const char *const *column;       /* (n_columns) */
	const char        *counts;       /* (n_columns): 1: integers */
	int                sorted, reversed;        /* 0: not sorted; reversed: largest first */

	const char *measure[WATCH_MEASURES];        /* of curves: "log loss (nat)"; or NULL */
	const char *x_label;             /* "epoch" */
	double      from, to;            /* of x, seen by all charts */
	double      cursor;              /* x, or NAN */
	const char *at_cursor;           /* "epoch 12" */
	double      keep;                /* smoothing */
	int         log_y;
	enum watch_shown shown;

	int                      n_facts, n_options;      /* of the selected run */
	const struct watch_fact *fact, *option;
	const char              *verdict;                 /* of the diagnosis, one line; or NULL */
	int                      n_findings;
	/* the diagnosis in full: headings with paragraphs */
	const struct watch_fact *finding;

	/* latest records of the selected run, or NULL */
	const json_t *layers, *knowledge, *scores;
	struct watch_spot spot;          /* where their cursors stand */
	long          records;           /* differs when they do */

	int         zoomed, paused;
	const char *message;             /* for the last line, in place of keys; or NULL */
	enum watch_panel alone, focus;
	int         help, explain;       /* help: its page, from 1 */
	struct explain_screen explained; /* while `explain` */
	const struct key_row *keys;
};

void watch_scene_draw(struct view v, const struct watch_scene *s);

/* The terms of the glossary that the explanation names: those of the panel that it is about, or of
 * all panels. */
const char *watch_terms(const struct watch_scene *s);

/* Scroll the diagnosis that has a window of this size to itself.  0 when it fits as a whole. */
int watch_findings_move(struct watch_scene *s, int width, int height, int down);

/* Pages of help in a window. */
int watch_help_pages(int width, int height, const struct key_row *keys);

/* Nonzero when the scene has anything to show in a panel. */
int watch_panel_there(const struct watch_scene *s, enum watch_panel p);

/* The panel after `focus` (step 1) among those that the scene has. */
enum watch_panel watch_next_panel(const struct watch_scene *s, enum watch_panel focus);

#endif
