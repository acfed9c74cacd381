/* plot.h - figures of runs: the reading of run directories, and the choice of what to show.
 *
 * Kinds of figures are asked for by name.  Without any two measures are shown: the loss, and the
 * first of AUC, accuracy, R2 and returns that was logged; without any of them whatever else was, up
 * to four.  The best point is the last that the run marked as such.
 *
 * Runs that differ in nothing but their seeds are drawn as one curve where their kind says so
 * (run_kind.seeds_differ): their mean, as far as all of them have come, in a band of its 95 %
 * interval (Student's t over runs).  Runs of the same seed, and folds, are curves of their own.
 */
#ifndef RILEY_APP_PLOT_PLOT_H
#define RILEY_APP_PLOT_PLOT_H

#include <stdio.h>
#include "src/base/status.h"
#include "src/cli/command.h"
#include "src/ui/curves.h"

/* Unit of the x axis.  A run without epochs (or frames, episodes) uses updates instead. */
enum plot_x { PLOT_EPOCH, PLOT_STEP, PLOT_TIME };

/* Maximum number of runs; after merging seeds at most CURVES_MAX_RUNS curves. */
#define PLOT_MAX_RUNS 256

/* ---- kinds of figures ---- */

/* At least the number of kinds. */
#define PLOT_MAX_KINDS 16

/* The help of --kind: the kinds and what they show, "loss, auc, ...". */
extern const char plot_kind_help[];

/* Their names, for completion; NULL-terminated. */
extern const char *const plot_kind_names[];

/* The name of kind 0, 1, ... ("loss"); NULL beyond the last. */
const char *plot_kind_name(int kind);

/* Parse "loss,roc" into kind[], *n of them.  RY_EINVAL names an unknown kind and the nearest known
 * one. */
enum ry_status plot_read_kinds(const char *list, int kind[PLOT_MAX_KINDS], int *n);

/* ---- drawing ---- */

struct plot_request {
	command_lists     lists;         /* the program's, for the kinds of runs */
	int               n;             /* runs */
	char *const      *run;           /* (n): their directories */
	enum plot_x       x;
	int               n_kinds;       /* 0: the usual learning curves */
	const int        *kind;          /* (n_kinds), each once */
	enum curve_format format;
	int               width, height; /* 0: as curves_draw() likes */
	int               ascii;
	const char       *about, *file;  /* for a script, as in curve_figure */
};

struct plot_drawn {
	char  *picture;                  /* the caller frees it */
	size_t size;
	size_t skipped;                  /* unreadable lines in metrics.jsonl of the runs */
	char   left_out[200];            /* the first run not shown: "runs/b: no ROC"; or "" */
};

/* Draw figures of runs, all kinds on one page.  RY_EDATA when one of them is no run or has no
 * points yet, and when no run has what a kind shows; RY_EINVAL for too many runs or panels, and for
 * a kind that needs a page of its own; RY_EMISSING without gnuplot.  d->picture is NULL then. */
enum ry_status plot_draw(const struct plot_request *r, struct plot_drawn *d);

/* The same for the usual learning curves.  *skipped unless NULL. */
enum ry_status plot_runs(command_lists lists, int n, char *const *run, enum plot_x x,
                         enum curve_format format, int width, int height, int ascii,
                         char **picture, size_t *size, size_t *skipped);

/* curves_format(), and CURVES_SCRIPT for .gp. */
int plot_format(const char *file);

/* Plot a finished run: write RUN/plots/curves.png and curves.svg, and print the curves as text, as
 * wide as its terminal, to `text` unless that is NULL.  A failure does not affect the run's data;
 * RY_EMISSING (no gnuplot) is not an error of training.  With `mine`, the run is one that this
 * process has finished, and RY_EIO if another has written to it since. */
enum ry_status plot_finished_run(command_lists lists, const char *run, int mine, FILE *text,
                                 int ascii);

/* Write a picture to a file atomically; its folder (but not the folder's parents) is created if
 * missing.  RY_EIO. */
enum ry_status plot_write(const char *file, const char *picture, size_t size);

/* Width and height for text of `n` runs on the terminal behind `to`, or for a page of 80 by 24. */
void plot_text_size(FILE *to, int n, int *width, int *height);

#endif
