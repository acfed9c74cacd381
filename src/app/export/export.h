/* export.h - export of runs to formats that other programs read.
 *
 * A format is one row of EXPORT_FORMATS and one function.  A file is built in memory and then
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
	const char *place;                   /* default path within the run, or folder within -o */
	int         folder;                  /* a folder per run, with a file named after the run */
	int         single;                  /* a file has one run */

	/* Make the contents of a file: *data of *size bytes, freed by the caller; NULL on
	 * failure. */
	enum ry_status (*make)(const struct export_run *run, int n, char **data, size_t *size);
};

/* The formats: FIRST() for the first and MORE() for each other, of the name, who reads it, the help
 * of the option, and place, folder and single of struct export_format.  The table, the prototypes,
 * the options of riley export and its messages come from here.
 *
 * csv: RFC 4180, a header, one row per point, lines ending in CR LF; a column `run`, then all
 * columns logged by any of the runs, in order of first appearance.  Unknown values are empty.
 * Numbers are the shortest that read back as the same double.
 *
 * npz: a file for numpy.load(), points/NAME (n,) for each column, model/NAME for each tensor of the
 * best model, if any, and run.json; with several runs, RUN/points/NAME and so on.  RY_EMISSING in a
 * build without libzip.
 *
 * tensorboard: an event file of one run, every column as scalars over the step ("train_loss" as
 * loss/train, "valid_auc" as auc/valid), and its layer records as histograms (weights/NAME,
 * activations/NAME).
 *
 * dot: the network of one run as a Graphviz graph.  RY_EDATA if it has no model. */
#define EXPORT_FORMATS(FIRST, MORE) \
	FIRST(csv, "CSV", "logged points as a table: RUN/export/points.csv", \
	      "export/points.csv", 0, 0) \
	MORE(npz, "numpy", \
	     "logged points and the model's tensors for numpy: RUN/export/run.npz", \
	     "export/run.npz", 0, 0) \
	MORE(tensorboard, "TensorBoard", \
	     "logged points and layer histograms as an event file: RUN/tensorboard, or DIR/NAME " \
	     "with -o DIR", \
	     "tensorboard", 1, 1) \
	MORE(dot, "Graphviz", "the network as a graph for Graphviz: RUN/export/network.dot", \
	     "export/network.dot", 0, 1)

/* The formats by name, and their number. */
#define EXPORT_NUMBER(name, ...) EXPORT_FORMAT_##name,
enum { EXPORT_FORMATS(EXPORT_NUMBER, EXPORT_NUMBER) EXPORT_N_FORMATS };
#undef EXPORT_NUMBER

/* The table; it ends with a format without a name. */
extern const struct export_format export_formats[];

/* The contents of a file in each format, export_csv() and so on: as `make` of struct
 * export_format. */
#define EXPORT_PROTOTYPE(name, ...) \
	enum ry_status export_##name(const struct export_run *run, int n, char **data, \
	                             size_t *size);
EXPORT_FORMATS(EXPORT_PROTOTYPE, EXPORT_PROTOTYPE)
#undef EXPORT_PROTOTYPE

/* The version of libzip; NULL in a build without it. */
const char *export_npz_library(void);

/* The name of the event file: events.out.tfevents.SECONDS.HOST.riley, the same on every export of a
 * run. */
void export_event_name(const struct export_run *run, char *to, size_t size);

/* ---- parts, exposed for tests ---- */

/* A double as formatted by export_csv(); "" for NaN, "inf" and "-inf". */
const char *export_number(char to[32], double v);

/* Write the header of an .npy file (format 1.0) to to[256]; returns its length, a multiple of 64.
 * `type` is numpy's, such as "<f8". */
size_t export_npy_head(char to[256], const char *type, int dims, const size_t *shape);

/* The TensorBoard tag of a column. */
void export_tag(char *to, size_t size, const char *column);

#endif
