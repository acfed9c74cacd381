/* export.h - export of runs to formats that other programs read.
 *
 * A format is one row of export_formats[] and one function.  A file is built in memory and then
 * written atomically.
 */
#ifndef RILEY_APP_EXPORT_EXPORT_H
#define RILEY_APP_EXPORT_EXPORT_H

#include <stddef.h>
#include <stdio.h>
#include <jansson.h>
#include "src/base/status.h"
#include "src/run/rundir.h"

/* The contents of a run. */
struct export_run {
	const char        *path;
	char               name[300];        /* display name, from run_names() */
	json_t            *info;             /* run.json */
	struct run_points *points;           /* possibly without points */
};

/* Read run.json and the points of a run with display name `name`.  Call export_run_free()
 * afterwards in any case.  RY_EDATA if it is not a run. */
enum ry_status export_run_read(struct export_run *r, const char *path, const char *name);
void export_run_free(struct export_run *r);

struct export_format {
	const char *name;                    /* "csv": the option, and the ending of its files */
	const char *help;
	const char *place;                   /* default path within the run, or folder within -o */
	int         folder;                  /* a folder per run, with a file named after the run */
	int         single;                  /* a file has one run */

	/* Make the contents of a file: *data of *size bytes, freed by the caller; NULL on
	 * failure. */
	enum ry_status (*make)(const struct export_run *run, int n, char **data, size_t *size);
};

/* The formats; the table ends with one without a name. */
extern const struct export_format export_formats[];

/* ---- the formats ---- */

/* CSV (RFC 4180): a header, one row per point, lines ending in CR LF; a column `run`, then all
 * columns logged by any of the runs, in order of first appearance.  Unknown values are empty.
 * Numbers are the shortest that read back as the same double. */
enum ry_status export_csv(const struct export_run *run, int n, char **data, size_t *size);

/* A .npz file for numpy.load(): points/NAME (n,) for each column, model/NAME for each tensor of the
 * best model, if any, and run.json; with several runs, RUN/points/NAME and so on.  RY_EMISSING in a
 * build without libzip. */
enum ry_status export_npz(const struct export_run *run, int n, char **data, size_t *size);

/* The version of libzip; NULL in a build without it. */
const char *export_npz_library(void);

/* A TensorBoard event file of one run: every column as scalars over the step ("train_loss" as
 * loss/train, "valid_auc" as auc/valid), and its layer records as histograms (weights/NAME,
 * activations/NAME). */
enum ry_status export_tensorboard(const struct export_run *run, int n, char **data, size_t *size);

/* The name of the event file: events.out.tfevents.SECONDS.HOST.riley, the same on every export of a
 * run. */
void export_event_name(const struct export_run *run, char *to, size_t size);

/* The network of one run as a Graphviz graph.  RY_EDATA if it has no model. */
enum ry_status export_dot(const struct export_run *run, int n, char **data, size_t *size);

/* ---- parts, exposed for tests ---- */

/* A double as formatted by export_csv(); "" for NaN, "inf" and "-inf". */
const char *export_number(char to[32], double v);

/* Print a CSV field, quoted if necessary. */
void export_field(FILE *to, const char *text);

/* Write the header of an .npy file (format 1.0) to to[256]; returns its length, a multiple of 64.
 * `type` is numpy's, such as "<f8". */
size_t export_npy_head(char to[256], const char *type, int dims, const size_t *shape);

/* The TensorBoard tag of a column. */
void export_tag(char *to, size_t size, const char *column);

#endif
