/* export.h - runs in formats that other programs read.
 *
 * A format is one row of export_formats[] and one function.  All of a file is made in memory and
 * then put in place as a whole.
 */
#ifndef RILEY_APP_EXPORT_EXPORT_H
#define RILEY_APP_EXPORT_EXPORT_H

#include <stddef.h>
#include <stdio.h>
#include <jansson.h>
#include "src/base/status.h"
#include "src/run/rundir.h"

/* A run, read. */
struct export_run {
	const char        *path;
	char               name[300];        /* what it is called; run_names() */
	json_t            *info;             /* run.json */
	struct run_points *points;           /* perhaps none */
};

/* Read run.json and the points of the run that is called `name`.  export_run_free() afterwards in
 * any case.  RY_EDATA when it is no run. */
enum ry_status export_run_read(struct export_run *r, const char *path, const char *name);
void export_run_free(struct export_run *r);

struct export_format {
	const char *name;                    /* "csv": the option, and the ending of its files */
	const char *help;
	const char *place;                   /* where it goes by default, in the run; or in the
	                                      * folder of -o for one that is a folder */
	int         folder;                  /* a folder for each run, with a file whose name the
	                                      * run decides */
	int         single;                  /* one run makes a file */

	/* Make the contents of a file: *data with *size bytes, which the caller frees; NULL on
	 * failure. */
	enum ry_status (*make)(const struct export_run *run, int n, char **data, size_t *size);
};

/* One without a name ends the table. */
extern const struct export_format export_formats[];

/* ---- the formats ---- */

/* CSV as RFC 4180 has it: a head, a row for each point, lines that end in CR LF; a column `run`,
 * and then all that any of the runs logged, in the order of first sight.  What is not known is
 * empty.  Numbers are the shortest that read back as the same double. */
enum ry_status export_csv(const struct export_run *run, int n, char **data, size_t *size);

/* A .npz file, a zip of arrays, for numpy.load(): points/NAME (n,) for each column, model/NAME for
 * each tensor of the best model, if the run has one, and run.json as it is; of several runs
 * RUN/points/NAME and so on. RY_EMISSING when this program was built without libzip. */
enum ry_status export_npz(const struct export_run *run, int n, char **data, size_t *size);

/* The version of libzip, which that takes; NULL when this program was built without it. */
const char *export_npz_library(void);

/* An event file for TensorBoard of one run: every column as scalars over the step ("train_loss" as
 * loss/train, "valid_auc" as auc/valid), and what it logged of its layers as histograms
 * (weights/NAME, activations/NAME). */
enum ry_status export_tensorboard(const struct export_run *run, int n, char **data, size_t *size);

/* The name of that file: events.out.tfevents.SECONDS.HOST.riley, always the same for a run. */
void export_event_name(const struct export_run *run, char *to, size_t size);

/* The network of one run as a graph for Graphviz.  RY_EDATA when it has no model. */
enum ry_status export_dot(const struct export_run *run, int n, char **data, size_t *size);

/* ---- pieces of them, for tests ---- */

/* A double as text, as export_csv() has it; "" for NaN, "inf" and "-inf". */
const char *export_number(char to[32], double v);

/* A text as a field of a CSV file, in quotes where it must be. */
void export_field(FILE *to, const char *text);

/* The head of an .npy file (format 1.0), to[] with room for 256 bytes; how long it is, a multiple
 * of 64.  `type` is numpy's: "<f8". */
size_t export_npy_head(char to[256], const char *type, int dims, const size_t *shape);

/* The tag of a column. */
void export_tag(char *to, size_t size, const char *column);

#endif
