/* rundir.h - a run is a directory, which all tools that watch, plot, resume or compare it read.
 *
 *     run.json            command, resolved options, seed, version, data, host, start, end, status
 *     metrics.jsonl       one JSON object per logged point, flushed line by line
 *     model.safetensors   the best model so far by validation, or by greedy evaluation (rl)
 *     agent-N.safetensors rl: the model after N frames, for some N (rl/agent/rl_learner.h)
 *     last.safetensors    everything needed to resume
 *     plots/  report.txt
 *     lock                held by the writer; readers need none
 *
 * run.json is replaced atomically (draft, sync, rename). metrics.jsonl only grows, by one write(2)
 * per line.  So a crash at any instant leaves both readable, except for an incomplete last line.
 * A run's writer works in the folder that it opened, not on its path.  Where another folder, lock
 * or metrics.jsonl has taken the place of its own, every function that writes fails with RY_EIO and
 * leaves both alone.  No symbolic link within the folder is followed for writing, and nothing but
 * regular files with one name is written to.  The folder itself may be reached by links.
 * The lock is an open-file-description lock on the file `lock` (flock() where there are none): the
 * kernel releases it when the process dies in any way, and it also excludes a second rundir in the
 * same process.  A child that has forked but not yet called exec shares the lock.
 *
 * Contents of metrics.jsonl.  Every line is an object that begins with "kind", "step" (updates; in
 * rl frames), "time" (seconds) and the unit, "epoch" or "frame", with its count.  Unknown numbers
 * are null.  Kinds:
 *
 *     point     named numbers, after every epoch or stretch of frames: those of loop.h and of the
 *               learner, and
 *                   update_ratio       norm of the last update's step / norm of all parameters
 *                   dead, saturated    shares of hidden units, and of saturating activations and
 *                                      gates (inspect.h)
 *                   gradient_max       largest gradient norm of the epoch (gradient_norm: mean)
 *                   loss_sd, loss_max, loss_correlation    of the losses of the epoch's updates:
 *                                      standard deviation, maximum, lag-1 autocorrelation
 *                   eval_return, eval_error ...    rl: the latest greedy evaluation
 *                                      (rl/agent/rl_learner.h)
 *                   gradient_first, gradient_last    kt: gradient flow through time
 *                                      (rnn/kt/kt_inspector.h)
 *     best      the last point is the best so far: its training and validation measures again
 *     note      "text"
 *     layers    "layers": [{"name", "type", "weights", "activations", "gradient_norm",
 *               "update_ratio", "dead", "saturated"}], from the input on.  weights (of layers with
 *               weights) and activations (of layers observed) are {"mean", "sd", "norm", "low",
 *               "high", "counts"}, with 32 counts in equal bins from low to high.  gradient_norm
 *               and update_ratio are those of the last update; dead is a share of the layer's
 *               outputs, saturated a share of its gates and saturating outputs
 *     scores    kt, and net with two classes: "part", the students or rows predicted ("validation",
 *               or "training" without a validation set); "calibration": {"p", "share", "n"}, for
 *               each bin of width 0.1 that is not empty the mean prediction, the observed share and
 *               the number of predictions; "roc": {"threshold", "fpr", "tpr"}, from (0, 0) to
 *               (1, 1), at most 101 points, none if only one answer occurs.  The first threshold
 *               is 1, above all scores
 *     tracing   kt: one student of that part, the same throughout the run.  "student": index in the
 *               data, from 0; "name": the student's id, or number from 1; "rows": names of the
 *               exercises met first, at most 40; for each of the first 100 answers "exercise": its
 *               row, or -1 if it has none, "correct": 0 or 1, and "p": the predicted probability of
 *               a right answer before it, in per mille (null for the first); "known": for each row
 *               the predicted probability of a right answer to it next, in per mille, after each of
 *               these answers
 *
 * The last three kinds are logged with each of the first 100 points, every 10th of the first 1,000,
 * and so on, and with the last point.  A reader ignores kinds and keys that it does not know.
 */
#ifndef RILEY_RUN_RUNDIR_H
#define RILEY_RUN_RUNDIR_H

#include <jansson.h>
#include "src/base/event.h"
#include "src/base/file.h"
#include "src/base/safetensors.h"
#include "src/base/status.h"

struct rundir;

/* Create the directory `path` (and its parents), take its lock and write run.json with status
 * "running".  `info` is a JSON object with at least "kind" ("kt", "net", "rl"), "command" (array of
 * strings), "options" (object) and "seed"; version, host, pid and start time are added.  The run
 * keeps a copy.  RY_EINVAL if the directory already holds a run that has logged a point or saved a
 * checkpoint, or if `path` ends in . or .. or is empty; RY_EBUSY if another process writes to it,
 * RY_EIO if it cannot be written.  NULL on failure; a directory made here is then removed, or
 * ry_message() tells that it stays. */
struct rundir *rundir_create(const char *path, json_t *info, enum ry_status *status);

/* Open an existing run to resume it: lock it (RY_EBUSY if another process writes to it), read
 * run.json, remove an incomplete last line from metrics.jsonl, set the status to "running" and add
 * the time to the array "resumed".  RY_EDATA if it is not a run.  NULL on failure. */
struct rundir *rundir_resume(const char *path, enum ry_status *status);

/* The contents of run.json, read without locking.  A new reference, with at least the strings
 * "kind" and "status"; NULL on failure (RY_EDATA if the file is invalid or `path` is not a run). */
json_t *rundir_read_info(const char *path, enum ry_status *status);

/* The model file that a user means by `path`: model.safetensors of a run directory, or the file
 * itself.  *info is the contents of run.json, or NULL for a file.  The caller frees both.  NULL on
 * failure: RY_EDATA if there is nothing at `path` or it is a directory but not a run. */
char *rundir_find_model(const char *path, json_t **info, enum ry_status *status);

/* Whether a process is writing to the run at `path`: 1 or 0; -1 if unknown (a file system without
 * locks, no permission).  Takes no lock. */
int rundir_writer(const char *path);

/* The state of a run, of which `info` is run.json, or NULL: its "status", but "crashed" where that
 * says "running" and no process writes to it; `writer` is what rundir_writer() has found.
 * Borrowed; "" without a status. */
const char *rundir_state(const json_t *info, int writer);

/* Remove every line of metrics.jsonl whose "step" is above `step`, and an incomplete last line: a
 * resumed run logs again what came after its checkpoint.  The run's time continues from the last
 * line kept.  The memory needed does not depend on the length of the log. */
enum ry_status rundir_rewind(struct rundir *run, long step);

/* Replace the file `name` of the run, or `name` = "folder/name" with a folder that is made if need
 * be.  RY_EIO if it cannot be written or the run is not at its path any more. */
enum ry_status rundir_write(struct rundir *run, const char *name, const struct file_part *part,
                            int n);

/* The same with a model file.  A checkpoint is never newer than its log: what was logged is synced
 * first, and if anything could not be logged this fails as rundir_status(). */
enum ry_status rundir_save(struct rundir *run, const char *name, struct st_writer *to);

/* Replace a file, as rundir_write(), of a run that this process has finished.  RY_EIO also if
 * another process has written to the run since. */
enum ry_status rundir_write_after(const char *path, const char *name, const struct file_part *part,
                                  int n);

/* The same of a run that anybody has finished or is writing to, for what is not the writer's. */
enum ry_status rundir_write_beside(const char *path, const char *name,
                                   const struct file_part *part, int n);

/* The path of a file in the run, for reading; of the run; and the contents of its run.json.
 * Borrowed; the first is valid until the next call of any function with this run.  NULL without
 * memory. */
const char *rundir_file(struct rundir *run, const char *name);
const char *rundir_path(const struct rundir *run);
const json_t *rundir_info(const struct rundir *run);

/* Append one line to metrics.jsonl from an event: {"kind": kind, "step", unit: count, "time"
 * (seconds of this run so far, including earlier sessions), then its values and "text" if it has
 * one}, with one write.  NaN and infinity become null.  No value may be named "kind", "step",
 * "time" or like the unit.  Numbers have 15 digits.  With e->record, the line has the keys of that
 * object in place of "text", with 6 digits.  RY_EIO if the disk is full or the directory was
 * removed, moved or replaced; nothing of the line remains in the file, and rundir_status() keeps
 * the first failure. */
enum ry_status rundir_log(struct rundir *run, const char *kind, const struct event *e);

/* An observer that calls rundir_log() for every EVENT_POINT (kind "point"), EVENT_BEST ("best"),
 * EVENT_NOTE ("note", with "text") and EVENT_RECORD (its text is the kind).  It asks the learner to
 * stop if writing fails; see rundir_status().  Owned by the run. */
struct observer *rundir_observer(struct rundir *run);

/* The first failure of logging, with its message in ry_message() again; RY_OK if there was none. */
enum ry_status rundir_status(const struct rundir *run);

/* Set one key of the "result" object in run.json (takes over the reference), written by the next
 * rundir_finish(). */
void rundir_set_result(struct rundir *run, const char *key, json_t *value);

/* Change these keys of "options" in run.json (borrowed; an empty object changes nothing) and write
 * it at once, so that they hold if the run is resumed after a crash.  RY_EIO. */
enum ry_status rundir_set_options(struct rundir *run, json_t *changed);

/* Release a run that could not be started or resumed: run.json is restored to its contents before
 * rundir_resume(), and a new run becomes "failed", as with rundir_finish().  Releases the lock and
 * frees the run.  NULL is allowed. */
void rundir_leave(struct rundir *run);

/* Write run.json with the status `how` ("done", "stopped early", "interrupted", "failed",
 * "diverged"), the end time and the duration, release the lock and free the run.  A new run that
 * failed for want of memory or disk space before its first line was logged is removed instead.
 * With "failed", ry_message() is unchanged, but that it tells of a folder that stays though nothing
 * was saved, as it may be another run's by now.  RY_EIO if run.json could not be written; the run
 * is freed in any case.  NULL is allowed. */
enum ry_status rundir_finish(struct rundir *run, const char *how);

/* ---- reading what a run logged ---- */

/* A table of points: each named number of metrics.jsonl is a column ("step", "time" and the unit
 * too), NaN where a point lacks it or it is null.  Texts are ignored; of duplicate keys the later
 * counts; names beyond the first 1,024 are ignored, and so are numbers beyond as many in a line.
 * Lines that are not whole JSON objects, or longer than a megabyte, are skipped and counted. */
struct run_points {
	size_t   n;              /* points */
	int      columns;
	char   **name;           /* (columns) */
	double **value;          /* (columns) of (n) */
	size_t   skipped;        /* lines that could not be read */
};

/* Read all lines of `kind` ("point") of the run at `path`, which may be growing.  A run that has
 * not logged yet has no points and no columns.  The caller frees the table.  NULL on failure:
 * RY_EDATA if `path` is not a run, RY_EIO, RY_ENOMEM. */
struct run_points *run_points_read(const char *path, const char *kind, enum ry_status *status);
void run_points_free(struct run_points *p);

/* The column named `name`, or NULL.  Borrowed. */
const double *run_points_column(const struct run_points *p, const char *name);

#endif
