/* rundir.h - a run is a directory: everything that watches, plots, resumes or compares reads it.
 *
 *     run.json            command, options as resolved, seed, version, data, host, start, end, status
 *     metrics.jsonl       one JSON object per logged point, flushed line by line
 *     model.safetensors   the best model so far by validation
 *     last.safetensors    everything needed to go on
 *     plots/  report.txt
 *     lock                held by the writer; readers need none
 *
 * run.json is replaced as a whole (aside, sync, rename), metrics.jsonl only grows.  The lock is a
 * POSIX record lock on the file `lock`: the kernel drops it when the process dies, however it dies.
 */
#ifndef RILEY_RUNDIR_H
#define RILEY_RUNDIR_H

#include <jansson.h>
#include "src/event.h"
#include "src/safetensors.h"
#include "src/status.h"

struct rundir;

/* Make the directory `path` (and its parents), take its lock and write run.json with status
 * "running".  `info` is a JSON object with at least "kind" ("kt", "net", "rl"), "command" (array
 * of strings), "options" (object) and "seed"; version, host, pid and start time are added here.
 * The run keeps its own reference.  A directory that already holds a run is RY_EINVAL, unless
 * that run never logged a point and never saved a checkpoint.  NULL on failure. */
struct rundir *rundir_create(const char *path, json_t *info, enum ry_status *status);

/* Take an existing run for going on: lock it (RY_EBUSY when somebody writes to it), read
 * run.json, mark it "running" again. */
struct rundir *rundir_resume(const char *path, enum ry_status *status);

/* What run.json says, without locking: for readers.  A new reference; NULL on failure (RY_EDATA
 * names what is wrong with the file). */
json_t *rundir_read_info(const char *path, enum ry_status *status);

/* Drop every line of metrics.jsonl whose "step" is above `step`, and a half-written last line:
 * what was logged after the checkpoint that a resumed run starts from will be logged again. */
enum ry_status rundir_rewind(struct rundir *run, long step);

/* The path of a file in the run.  Borrowed; valid until the next call with this run. */
const char *rundir_file(struct rundir *run, const char *name);
const char *rundir_path(const struct rundir *run);
const json_t *rundir_info(const struct rundir *run);

/* Append one line to metrics.jsonl from an event: {"kind": kind, "step", unit: count, "time"
 * (seconds of this run so far, earlier sessions included), then its values; NaN becomes null},
 * and flush it to the kernel. */
enum ry_status rundir_log(struct rundir *run, const char *kind, const struct event *e);

/* An observer that calls rundir_log() for every EVENT_POINT (kind "point"), EVENT_BEST ("best")
 * and EVENT_NOTE ("note", with "text").  It asks the learner to stop when writing fails; the
 * failure is then in rundir_status().  Owned by the run. */
struct observer *rundir_observer(struct rundir *run);
enum ry_status rundir_status(const struct rundir *run);

/* Set one key of run.json's "result" object (takes over the reference), written by the next
 * rundir_finish(). */
void rundir_set_result(struct rundir *run, const char *key, json_t *value);

/* Write run.json with `how` ("done", "stopped early", "interrupted", "failed", "diverged") and
 * the end time, release the lock and free the run.  RY_EIO when it could not be written; the run
 * is freed all the same.  NULL is fine. */
enum ry_status rundir_finish(struct rundir *run, const char *how);

/* ---- reading what a run logged ---- */

/* A table of the points: each named number of metrics.jsonl as a column, NaN where a point lacks
 * it.  Lines that are not whole JSON objects are skipped and counted. */
struct run_points {
	size_t   n;              /* points */
	int      columns;
	char   **name;           /* (columns) */
	double **value;          /* (columns) of (n) */
	size_t   skipped;        /* lines that could not be read */
};

/* Read all lines of `kind` ("point") of the run at `path`.  The caller frees. */
struct run_points *run_points_read(const char *path, const char *kind, enum ry_status *status);
void run_points_free(struct run_points *p);

/* The column called `name`, or NULL.  Borrowed. */
const double *run_points_column(const struct run_points *p, const char *name);

#endif
