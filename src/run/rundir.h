/* rundir.h - a run is a directory: everything that watches, plots, resumes or compares reads it.
 *
 *     run.json            command, options as resolved, seed, version, data, host, start, end, status
 *     metrics.jsonl       one JSON object per logged point, flushed line by line
 *     model.safetensors   the best model so far by validation
 *     last.safetensors    everything needed to go on
 *     plots/  report.txt
 *     lock                held by the writer; readers need none
 *
 * run.json is replaced as a whole (aside, sync, rename), metrics.jsonl only grows, a line by one
 * write(2) each; so a crash at any instant leaves both readable, but perhaps for a half-written
 * last line.  The lock is an open-file-description lock on the file `lock` (flock() where there are
 * none): the kernel drops it when the process dies, however it dies, and it keeps out a second
 * rundir of the same process too.  A child that was forked and not yet exec'ed shares the lock.
 *
 * What metrics.jsonl holds.  Every line is an object that begins with "kind", "step" (updates; in
 * rl frames), "time" (seconds) and the unit, "epoch" or "frame", with its count.  A number that is
 * not known is null.  Kinds:
 *
 *     point     named numbers, after every epoch or stretch of frames: those of loop.h and of the learner, and
 *         update_ratio          norm of the last update's step / norm of all parameters
 *         dead, saturated       shares of hidden units, of squashed activations and gates (inspect.h)
 *         gradient_max          longest gradient of the epoch; gradient_norm is their mean
 *         loss_sd, loss_max, loss_correlation    of the losses of the epoch's updates: deviation, largest, correlation
 *                               of each with the next
 *         gradient_first, gradient_last          kt: how far back through time a loss reaches (rnn/kt/kt_inspector.h)
 *     best      the point before is the best so far: its measures of learning and validation once more
 *     note      "text"
 *     layers    "layers": [{"name", "type", "weights", "activations", "gradient_norm", "update_ratio", "dead",
 *               "saturated"}], from the input on.  weights (of layers that have some) and activations (of those that were
 *               looked at) are {"mean", "sd", "norm", "low", "high", "counts"}, with 32 counts in equal bins from low to
 *               high.  gradient_norm and update_ratio are those of the last update; dead is a share of the layer's
 *               outputs, saturated one of its gates and squashed outputs
 *     scores    kt, and net with two classes: "part", the students or rows predicted ("validation", or "training" where
 *               nothing is kept for validation); "calibration": {"p", "share", "n"}, for the bins of width 0.1 that
 *               are not empty the mean prediction, the share that came true and their number; "roc": {"threshold",
 *               "fpr", "tpr"}, from (0, 0) to (1, 1), at most 101 points, none where only one answer occurs.  The
 *               threshold of the first one is 1, above all scores
 *     tracing   kt: one student of that part, the same in the whole run.  "student": index in the data; "rows": names of
 *               exercises, those that he met first, at most 40; for each of his first 100 answers "exercise": its row, or -1
 *               for one that has none, "correct": 0 or 1, and "p": the probability of a right answer as predicted before
 *               it, in per mille (null before the first); "known": for each row the probability of a right answer to it
 *               next, in per mille, after each of these answers
 *
 * The last three come with the first 100 points, with every 10th of the first 1,000, and so on, and
 * with the last.  A reader skips kinds and keys that it does not know.
 */
#ifndef RILEY_RUN_RUNDIR_H
#define RILEY_RUN_RUNDIR_H

#include <jansson.h>
#include "src/base/event.h"
#include "src/base/safetensors.h"
#include "src/base/status.h"

struct rundir;

/* Make the directory `path` (and its parents), take its lock and write run.json with status
 * "running".  `info` is a JSON object with at least "kind" ("kt", "net", "rl"), "command" (array
 * of strings), "options" (object) and "seed"; version, host, pid and start time are added here.
 * The run keeps a copy.  A directory that already holds a run is RY_EINVAL, unless that run never
 * logged a point and never saved a checkpoint; one that somebody writes to is RY_EBUSY, one that
 * can't be written is RY_EIO.  NULL on failure. */
struct rundir *rundir_create(const char *path, json_t *info, enum ry_status *status);

/* Take an existing run for going on: lock it (RY_EBUSY when somebody writes to it), read
 * run.json, cut a half-written last line off metrics.jsonl, mark it "running" again and add the
 * time to its array "resumed".  Not a run: RY_EDATA.  NULL on failure. */
struct rundir *rundir_resume(const char *path, enum ry_status *status);

/* What run.json says, without locking: for readers.  A new reference; NULL on failure (RY_EDATA
 * names what is wrong with the file, or says that `path` is not a run).  Sure to hold the texts
 * "kind" and "status". */
json_t *rundir_read_info(const char *path, enum ry_status *status);

/* Where the model that somebody means by `path` is: model.safetensors of a run's directory, or else
 * the file itself. *info is what run.json says, or NULL for a file.  The caller frees both.  NULL
 * on failure: RY_EDATA when there is nothing at `path`, or a directory that is not a run. */
char *rundir_find_model(const char *path, json_t **info, enum ry_status *status);

/* Whether somebody writes to the run at `path`: 1 or 0; -1 when that can't be told (a file system
 * without locks, no permission).  Takes no lock and disturbs nobody. */
int rundir_writer(const char *path);

/* Drop every line of metrics.jsonl whose "step" is above `step`, and a half-written last line:
 * what was logged after the checkpoint that a resumed run starts from will be logged again.  The
 * run's time goes on from the last line that stays. */
enum ry_status rundir_rewind(struct rundir *run, long step);

/* The path of a file in the run.  Borrowed; valid until the next call of any function with this
 * run.  NULL without memory. */
const char *rundir_file(struct rundir *run, const char *name);
const char *rundir_path(const struct rundir *run);
const json_t *rundir_info(const struct rundir *run);

/* Append one line to metrics.jsonl from an event: {"kind": kind, "step", unit: count, "time"
 * (seconds of this run so far, earlier sessions included), then its values and "text" if it has
 * one; NaN and infinity become null}, and hand it to the kernel in one write.  No value may be
 * called "kind", "step", "time" or like the unit.  Numbers have 15 digits.  With e->record the line
 * has, in place of "text", the keys of that object, and 6 digits.  RY_EIO when the disk is full or
 * the directory was removed, moved or replaced; nothing of the line stays in the file then, and
 * rundir_status() keeps the first failure. */
enum ry_status rundir_log(struct rundir *run, const char *kind, const struct event *e);

/* An observer that calls rundir_log() for every EVENT_POINT (kind "point"), EVENT_BEST ("best"),
 * EVENT_NOTE ("note", with "text") and EVENT_RECORD (the kind that its text names).  It asks the
 * learner to stop when writing fails; the failure is then in rundir_status().  Owned by the run. */
struct observer *rundir_observer(struct rundir *run);

/* The first failure of logging, with its sentence in ry_message() again; RY_OK if there was
 * none. */
enum ry_status rundir_status(const struct rundir *run);

/* Set one key of run.json's "result" object (takes over the reference), written by the next
 * rundir_finish(). */
void rundir_set_result(struct rundir *run, const char *key, json_t *value);

/* Change these keys of run.json's "options" (borrowed; an empty object changes nothing), and write
 * it at once: who takes the run up after a crash goes on with them.  RY_EIO when it could not be
 * written. */
enum ry_status rundir_set_options(struct rundir *run, json_t *changed);

/* Let go of a run that could not be begun or gone on with: run.json says again what it said before
 * rundir_resume(); a new run has "failed".  Releases the lock and frees the run; ry_message()
 * stays.  NULL is fine. */
void rundir_leave(struct rundir *run);

/* Write run.json with `how` ("done", "stopped early", "interrupted", "failed", "diverged") and the
 * end time and the seconds it took, release the lock and free the run.  RY_EIO when it could not be
 * written; the run is freed all the same.  NULL is fine. */
enum ry_status rundir_finish(struct rundir *run, const char *how);

/* ---- reading what a run logged ---- */

/* A table of the points: each named number of metrics.jsonl as a column ("step", "time" and the
 * unit too), NaN where a point lacks it or says null.  Texts are left out; of two keys of one name
 * the later counts; names beyond the first 1,024 are left out, and so are a line's numbers beyond
 * as many. Lines that are not whole JSON objects, or longer than a megabyte, are skipped and
 * counted. */
struct run_points {
	size_t   n;              /* points */
	int      columns;
	char   **name;           /* (columns) */
	double **value;          /* (columns) of (n) */
	size_t   skipped;        /* lines that could not be read */
};

/* Read all lines of `kind` ("point") of the run at `path`, which may be growing.  A run that has
 * not logged yet has no points and no columns.  The caller frees.  NULL on failure: RY_EDATA when
 * `path` is not a run, RY_EIO, RY_ENOMEM. */
struct run_points *run_points_read(const char *path, const char *kind, enum ry_status *status);
void run_points_free(struct run_points *p);

/* The column called `name`, or NULL.  Borrowed. */
const double *run_points_column(const struct run_points *p, const char *name);

#endif
