/* plot_internal.h - a figure in the making: the runs that were read, and what is drawn of them.
 * For src/app/plot alone. */
#ifndef RILEY_APP_PLOT_PLOT_INTERNAL_H
#define RILEY_APP_PLOT_PLOT_INTERNAL_H

#include <jansson.h>
#include "src/app/kinds/run_kind.h"
#include "src/app/plot/plot.h"
#include "src/base/status.h"
#include "src/run/rundir.h"
#include "src/ui/curves.h"

/* Measures that the runs of a figure have; more are left out. */
#define PLOT_MAX_MEASURES 64

/* One run as read. */
struct source {
	const char        *path, *name;
	struct run_points *points;
	json_t            *info;             /* run.json */
	double            *x;                /* (points->n), scaled as the axis is */
	double            *gap;              /* (points->n): validation minus training loss; NULL
	                                      * unless both are there */
	double             best, best_step;  /* of the last mark, on the axis and in steps; NaN
	                                      * without one */
	char               best_at[40];
	const struct run_kind *kind;
	int                nats;             /* its loss is a cross-entropy */
	json_t            *same;             /* all that it has in common with runs of other
	                                      * seeds; NULL: it stands alone */
	int                group;            /* index into plot.group */
};

/* What is drawn as one: a run, or runs that differ in their seeds. */
struct group {
	int    n, first;                     /* runs; one of them, whose x all share */
	size_t from, to;                     /* points of the first within the range of all */
	char   name[200];
};

struct plot {
	command_lists       lists;               /* of the program, for the kinds of runs */
	int                 n, n_groups;
	struct source       source[PLOT_MAX_RUNS];
	struct group        group[CURVES_MAX_RUNS];
	void              **owned;               /* memory that curves borrow, see plot_keep() */
	int                 n_owned;
	struct curve_run    run[CURVES_MAX_RUNS];
	struct curve        curve[CURVES_MAX_PANELS][3 * CURVES_MAX_RUNS];
	struct curve_note   note[CURVES_MAX_PANELS][CURVES_MAX_RUNS];
	struct curve_panel  panel[CURVES_MAX_PANELS];
	char                label[CURVES_MAX_PANELS][80], title[CURVES_MAX_PANELS][260];
	char                x_label[40];
	int                 n_measures;          /* with charts, of all runs, best first */
	const struct run_measure *measure[PLOT_MAX_MEASURES];
	char                left_out[200];       /* the first run not shown in some panel, or "" */
	struct curve_figure figure;
};

/* Have the plot free this, which is returned: also when there is no memory for that, when it is
 * freed at once and NULL is returned.  NULL stays NULL. */
void *plot_keep(struct plot *p, void *memory);

/* A new panel, its label and title set ("" for none), with room for 3 * CURVES_MAX_RUNS curves in
 * .curve; NULL with the sentence set when there are CURVES_MAX_PANELS. */
struct curve_panel *plot_add_panel(struct plot *p, const char *label, const char *title);

/* Add a panel of this measure if any run logged it.  0 when none did, -1 without memory. */
int plot_add_measure(struct plot *p, const char *measure, const char *label);

/* Record that a run lacks what is drawn. */
void plot_leave_out(struct plot *p, const struct source *s, const char *what);

/* A kind of figure. */
struct plot_kind {
	const char *name;
	/* its panels; RY_EDATA when no run has what it takes */
	enum ry_status (*add)(struct plot *p, const struct plot_kind *kind);
	const char *measure, *label;         /* of learning curves; else NULL */
	const char *lacking;                 /* end of the message for a run that lacks it */
	int         one_by_one;              /* seeds are not put together */
	int         alone;                   /* its runs are not the runs of other kinds */
	int         wide;                    /* has rows of the page for itself, below the others */
};

/* The kinds: FIRST() for the first and MORE() for each other, of the name, what --help adds to it,
 * and the other members of struct plot_kind in their order.  The table, the prototypes and the help
 * of --kind come from here. */
#define PLOT_KINDS(FIRST, MORE) \
	FIRST("loss", "", plot_add_curve, "loss", "loss", \
	      "its points have no loss", 0, 0, 0) \
	MORE("auc", "", plot_add_curve, "auc", "AUC", \
	     "kt train logs one as it goes", 0, 0, 0) \
	MORE("return", "", plot_add_return, NULL, NULL, \
	     "rl train logs returns", 0, 0, 0) \
	MORE("gap", " (validation - training loss)", plot_add_gap, \
	     NULL, "validation - training loss", \
	     "it needs a train_loss and a valid_loss", 0, 0, 0) \
	MORE("roc", "", plot_add_roc, NULL, NULL, \
	     "kt train and net train with two classes log one", 1, 0, 0) \
	MORE("calibration", "", plot_add_calibration, NULL, NULL, \
	     "kt train and net train with two classes log one", 1, 0, 0) \
	MORE("histogram", " (weights and activations)", plot_add_histograms, NULL, NULL, \
	     "its training logged no layers", 1, 0, 0) \
	MORE("heatmap", " (what one student knows)", plot_add_heatmaps, NULL, NULL, \
	     "kt train logs one", 1, 0, 1) \
	MORE("lr-sweep", " (best score over learning rates)", plot_add_sweep, NULL, NULL, \
	     "it needs runs with a learning rate and a score in common", 1, 1, 0)

/* Add the panels of a kind to the figure: one function for each in PLOT_KINDS.  RY_EDATA, naming a
 * run, when none of the runs has what it takes; RY_ENOMEM.  plot_add_sweep() also sets the runs of
 * the figure. */
#define PLOT_PROTOTYPE(name, note, add, ...) \
	enum ry_status add(struct plot *p, const struct plot_kind *kind);
PLOT_KINDS(PLOT_PROTOTYPE, PLOT_PROTOTYPE)
#undef PLOT_PROTOTYPE

/* All kinds, as in PLOT_KINDS; one without a name ends the table.  Defined in plot_kinds.c. */
extern const struct plot_kind plot_kinds[];

/* Defined in plot_runs.c: read the runs, put seeds together unless they are wanted one by one, and
 * fill their x axis. */
enum ry_status plot_read_sources(struct plot *p, int n, char *const *run);
enum ry_status plot_group_sources(struct plot *p, int one_by_one);
enum ry_status plot_set_x(struct plot *p, enum plot_x x);

/* The mean of n values of a column over runs, and the ends of its 95 % interval (Student's t; NaN
 * with fewer than two), as far as values of such a column can lie: no accuracy above 1, no loss
 * below 0. */
void plot_interval(const struct source *source, const char *column, const double *x, size_t n,
                   double *mean, double *low, double *high);

/* The range in which a column's values lie in runs like `source` (run_kind_limits()). */
void plot_limits(const struct source *source, const char *column, double *least, double *most);

/* The panels of nothing asked for: the loss and the first score that there is, or up to four of
 * whatever was logged. */
enum ry_status plot_add_usual(struct plot *p);

/* The score that all runs have, and its words; NULL when there is none but perhaps a loss.
 * *larger: the larger the better.  `column` receives the name of its column, that of validation if
 * it was measured there. */
const char *plot_common_score(const struct plot *p, char column[200], int *larger);

#endif
