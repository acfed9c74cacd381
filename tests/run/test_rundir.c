/* test_rundir.c - run directories: contents, locking, and the state after a crash. */
#include <config.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <gsl/gsl_rng.h>

#include "src/run/rundir.h"
#include "tests/support/tap.h"

static struct rundir *create(const char *path, enum ry_status *status)
{
	json_t *info = json_pack("{s:s, s:[s, s], s:{s:i}, s:i}", "kind", "kt", "command", "riley",
	                         "kt train", "options", "epochs", 20, "seed", 7);
	struct rundir *run = rundir_create(path, info, status);

	CU_ASSERT_EQUAL(json_object_size(info), 4);     /* the caller's object is unchanged */
	json_decref(info);
	return run;
}

static struct event point(long step, const struct event_value *value, int n)
{
	struct event e = {
		.kind = EVENT_POINT,
		.unit = "epoch",
		.count = (double)step / 10,
		.step = step,
		.n = n,
		.value = value,
	};

	return e;
}

static enum ry_status log_step(struct rundir *run, long step)
{
	const struct event_value v[] = { { "train_loss", 1.0 / (double)(step + 1) },
		                         { "valid_auc", NAN } };
	struct event e = point(step, v, 2);

	return rundir_log(run, "point", &e);
}

static void put_text(const char *path, const char *text)
{
	FILE *to = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	fputs(text, to);
	CU_ASSERT_EQUAL(fclose(to), 0);
}

static char *get_text(const char *path)
{
	static char text[1 << 16];
	FILE *from = fopen(path, "r");
	size_t n;

	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	n = fread(text, 1, sizeof text - 1, from);
	text[n] = '\0';
	fclose(from);
	return text;
}

/* The number of files in a folder: all, or those that end in `ending`. */
static int count_files(const char *path, const char *ending)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	int n = 0;

	while (dir && (d = readdir(dir))) {
		size_t length = strlen(d->d_name), end = strlen(ending);

		n += d->d_name[0] != '.' && length >= end &&
		     strcmp(d->d_name + length - end, ending) == 0;
	}
	if (dir)
		closedir(dir);
	return n;
}

static const char *info_text(const json_t *info, const char *key)
{
	const char *text = json_string_value(json_object_get(info, key));

	return text ? text : "";
}

/* ---- the life of a run ---- */

static void a_new_run(void)
{
	const char *path = temp("deep/er/new");
	enum ry_status status = RY_EIO;
	struct rundir *run = create(inside(path, "//"), &status);
	json_t *info;
	const char *start;

	CU_ASSERT_EQUAL(status, RY_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_STRING_EQUAL(rundir_path(run), path);
	CU_ASSERT_STRING_EQUAL(rundir_file(run, "model.safetensors"),
	                       inside(path, "model.safetensors"));
	info = rundir_read_info(path, &status);         /* readers need no lock */
	CU_ASSERT_EQUAL(status, RY_OK);
	CU_ASSERT(json_equal(info, (json_t *)rundir_info(run)));
	CU_ASSERT_STRING_EQUAL(info_text(info, "kind"), "kt");
	CU_ASSERT_STRING_EQUAL(info_text(info, "status"), "running");
	CU_ASSERT_STRING_EQUAL(info_text(info, "version"), PACKAGE_VERSION);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(info, "pid")), getpid());
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(info, "seed")), 7);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(info, "command")), 2);
	start = info_text(info, "start");
	CU_ASSERT(strlen(start) == 20 && start[4] == '-' && start[10] == 'T' && start[19] == 'Z');
	CU_ASSERT_PTR_NULL(json_object_get(info, "end"));
	json_decref(info);

	rundir_set_result(run, "auc", json_real(0.5));
	rundir_set_result(run, "auc", json_real(0.83));
	rundir_set_result(run, "answers", json_integer(100000));
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	info = rundir_read_info(path, NULL);
	CU_ASSERT_STRING_EQUAL(info_text(info, "status"), "done");
	CU_ASSERT_EQUAL(strlen(info_text(info, "end")), 20);
	CU_ASSERT(json_real_value(json_object_get(info, "seconds")) >= 0);
	CU_ASSERT_EQUAL(json_real_value(json_object_get(json_object_get(info, "result"), "auc")),
	                0.83);
	CU_ASSERT_EQUAL(json_object_size(json_object_get(info, "result")), 2);
	json_decref(info);
	CU_ASSERT_EQUAL(count_files(path, ".tmp"), 0);
}

static void a_run_without_a_name(void)
{
	enum ry_status status = RY_OK;

	CU_ASSERT_PTR_NULL(create("", &status));
	CU_ASSERT_EQUAL(status, RY_EINVAL);
	CU_ASSERT_EQUAL(rundir_finish(NULL, "done"), RY_OK);
}

static void what_a_line_says(void)
{
	const struct event_value v[] = {
		{ "train_loss", 0.1 }, { "valid_auc", NAN }, { "grad", INFINITY }, { "answers",
		  123456789 }, { "lr", 1e-300 },
	};
	struct event e = point(42, v, 5);
	struct rundir *run = create(temp("line"), NULL);
	json_t *line;
	char *text;

	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	e.text = "caf\xe9";                             /* Latin-1, as found in data files */
	CU_ASSERT_EQUAL(rundir_log(run, "point", &e), RY_OK);
	text = get_text(inside(temp("line"), "metrics.jsonl"));
	CU_ASSERT_EQUAL(text[strlen(text) - 1], '\n');
	CU_ASSERT_PTR_EQUAL(strchr(text, '\n'), text + strlen(text) - 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"train_loss\": 0.1,"));   /* 15 digits, not 17 */
	line = json_loads(text, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_STRING_EQUAL(info_text(line, "kind"), "point");
	CU_ASSERT_STRING_EQUAL(info_text(line, "text"), "caf?");
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(line, "step")), 42);
	CU_ASSERT_EQUAL(json_number_value(json_object_get(line, "epoch")), 4.2);
	CU_ASSERT(json_is_real(json_object_get(line, "time")));
	CU_ASSERT(json_is_null(json_object_get(line, "valid_auc")));
	CU_ASSERT(json_is_null(json_object_get(line, "grad")));
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(line, "answers")), 123456789);
	CU_ASSERT_EQUAL(json_number_value(json_object_get(line, "lr")), 1e-300);
	json_decref(line);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
}

static void the_observer_logs_points(void)
{
	static const enum event_kind kinds[] = {
		EVENT_START, EVENT_STEP,  EVENT_POINT, EVENT_BEST,
		EVENT_STEP,  EVENT_POINT, EVENT_NOTE,  EVENT_END,
	};
	const struct event_value v[] = { { "valid_loss", 0.5 } };
	const struct {
		const char *kind;
		size_t n;
	} want[] = { { "point", 2 }, { "best", 1 }, { "note", 1 }, { "start", 0 } };
	struct rundir *run = create(temp("observer"), NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct event e = point((long)i, v, 1);

		e.kind = kinds[i];
		CU_ASSERT_EQUAL(observers_notify(rundir_observer(run), &e), 0);
	}
	CU_ASSERT_EQUAL(rundir_status(run), RY_OK);
	for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
		struct run_points *p = run_points_read(temp("observer"), want[i].kind, NULL);

		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		CU_ASSERT_EQUAL(p->n, want[i].n);
		CU_ASSERT_EQUAL(p->skipped, 0);
		run_points_free(p);
	}
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
}

/* A record's keys are part of the line and cannot override the standard keys. */
static void the_observer_logs_records(void)
{
	struct rundir *run = create(temp("record"), NULL);
	json_t *object = json_pack("{s:[i,i], s:i, s:f}", "counts", 3, 4, "step", -1, "share",
	                           1 / 3.0),
	       *line;
	struct event e = { .kind = EVENT_RECORD,
		           .unit = "epoch",
		           .count = 2,
		           .step = 42,
		           .text = "layers",
		           .record = object };
	char *all;

	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(observers_notify(rundir_observer(run), &e), 0);
	all = get_text(inside(temp("record"), "metrics.jsonl"));
	line = json_loads(all, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_EQUAL(strncmp(all, "{\"kind\":\"layers\",\"step\":42,\"time\":", 34), 0);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(line, "epoch")), 2);
	CU_ASSERT_EQUAL(json_integer_value(json_array_get(json_object_get(line, "counts"), 1)), 4);
	CU_ASSERT_EQUAL(json_number_value(json_object_get(line, "share")), 0.333333);
	CU_ASSERT_PTR_NULL(json_object_get(line, "text"));
	CU_ASSERT_EQUAL(json_object_size(object), 3);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	json_decref(line);
	json_decref(object);
}

static void numbers_come_back_as_columns(void)
{
	struct rundir *run = create(temp("columns"), NULL);
	struct run_points *p;

	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	for (long step = 0; step < 200; step++)
		CU_ASSERT_EQUAL(log_step(run, step), RY_OK);
	p = run_points_read(temp("columns"), "point", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL_FATAL(p->n, 200);
	CU_ASSERT_EQUAL(p->columns, 5);
	CU_ASSERT_PTR_NULL(run_points_column(p, "kind"));
	CU_ASSERT_PTR_NULL(run_points_column(p, "train"));
	for (int i = 0; i < 200; i++) {
		CU_ASSERT_EQUAL(run_points_column(p, "step")[i], i);
		CU_ASSERT_DOUBLE_EQUAL(run_points_column(p, "epoch")[i], i / 10.0, 1e-15);
		CU_ASSERT_DOUBLE_EQUAL(run_points_column(p, "train_loss")[i], 1.0 / (i + 1), 1e-15);
		CU_ASSERT(isnan(run_points_column(p, "valid_auc")[i]));
	}
	run_points_free(p);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
}

/* ---- creating and resuming ---- */

static void refuse_create(const char *path, enum ry_status want, const char *why)
{
	enum ry_status status = RY_OK;

	CU_ASSERT_PTR_NULL(create(path, &status));
	CU_ASSERT_EQUAL(status, want);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), why));
}

static void creating_where_a_run_is(void)
{
	const char *path = temp("twice");
	struct rundir *run = create(path, NULL);

	CU_ASSERT_EQUAL(rundir_finish(run, "failed"), RY_OK);
	run = create(path, NULL);                       /* nothing logged: may be removed */
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(log_step(run, 1), RY_OK);
	CU_ASSERT_EQUAL(rundir_finish(run, "failed"), RY_OK);
	refuse_create(path, RY_EINVAL, "already holds a run");

	CU_ASSERT_EQUAL(mkdir(temp("model"), 0700), 0);
	put_text(inside(temp("model"), "model.safetensors"), "");
	refuse_create(temp("model"), RY_EINVAL, "already holds a run");
	CU_ASSERT_EQUAL(mkdir(temp("last"), 0700), 0);
	put_text(inside(temp("last"), "last.safetensors"), "");
	refuse_create(temp("last"), RY_EINVAL, "already holds a run");

	CU_ASSERT_EQUAL(mkdir(temp("foreign"), 0700), 0);
	put_text(inside(temp("foreign"), "run.json"), "{\"mine\": 1}");
	refuse_create(temp("foreign"), RY_EINVAL, "was not made by riley");
	CU_ASSERT_STRING_EQUAL(get_text(inside(temp("foreign"), "run.json")), "{\"mine\": 1}");
}

static void creating_where_one_cannot(void)
{
	put_text(temp("file"), "");
	refuse_create(temp("file"), RY_EIO, "can't make the folder");
	refuse_create(temp("file/run"), RY_EIO, "can't make the folder");
	CU_ASSERT_EQUAL(mkdir(temp("readonly"), 0500), 0);
	if (access(temp("readonly"), W_OK) != 0) {      /* root may write anywhere */
		refuse_create(temp("readonly"), RY_EIO, strerror(EACCES));
		refuse_create(temp("readonly/run"), RY_EIO, strerror(EACCES));
	}
	refuse_create("/proc/riley/run", RY_EIO, "can't make the folder");
	CU_ASSERT_EQUAL(mkdir(temp("odd"), 0700), 0);
	CU_ASSERT_EQUAL(mkdir(inside(temp("odd"), "lock"), 0700), 0);
	refuse_create(temp("odd"), RY_EIO, strerror(EISDIR));
}

static void refuse_info(const char *text, const char *why)
{
	enum ry_status status = RY_OK;

	put_text(inside(temp("info"), "run.json"), text);
	CU_ASSERT_PTR_NULL(rundir_read_info(temp("info"), &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), why));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "run.json"));
	CU_ASSERT_PTR_NULL(rundir_resume(temp("info"), &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);
	CU_ASSERT_NOT_EQUAL(access(inside(temp("info"), "lock"), F_OK), 0);
}

static void what_is_no_run(void)
{
	enum ry_status status = RY_OK;

	CU_ASSERT_PTR_NULL(rundir_read_info(temp("nowhere"), &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "not a run"));
	CU_ASSERT_PTR_NULL(rundir_resume(temp("nowhere"), &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);
	CU_ASSERT_NOT_EQUAL(access(temp("nowhere"), F_OK), 0);
	put_text(temp("plain"), "");
	CU_ASSERT_PTR_NULL(rundir_read_info(temp("plain"), &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);
	CU_ASSERT_PTR_NULL(run_points_read(temp("plain"), "point", &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);
	CU_ASSERT_PTR_NULL(run_points_read(temp("nowhere"), "point", &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);

	CU_ASSERT_EQUAL(mkdir(temp("info"), 0700), 0);
	refuse_info("", "run.json:");
	refuse_info("{\n\"kind\": \"kt\",\n\"status\": }", "run.json:3:");
	refuse_info("[\"kind\"]", "expected an object");
	refuse_info("{\"kind\": \"kt\"}", "\"status\"");
	refuse_info("{\"kind\": 3, \"status\": \"done\"}", "\"kind\"");
	refuse_info("{\"kind\": \"kt\", \"status\": \"done\"} more", "run.json:1:");
	CU_ASSERT_EQUAL(remove(inside(temp("info"), "run.json")), 0);
	CU_ASSERT_EQUAL(mkdir(inside(temp("info"), "run.json"), 0700), 0);
	CU_ASSERT_PTR_NULL(rundir_read_info(temp("info"), &status));
	CU_ASSERT_EQUAL(status, RY_EIO);
}

static void a_run_that_has_not_logged(void)
{
	enum ry_status status = RY_EIO;
	struct rundir *run = create(temp("silent"), NULL);
	struct run_points *p = run_points_read(temp("silent"), "point", &status);

	CU_ASSERT_EQUAL(status, RY_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL(p->n, 0);
	CU_ASSERT_EQUAL(p->columns, 0);
	run_points_free(p);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	CU_ASSERT_EQUAL(remove(inside(temp("silent"), "metrics.jsonl")), 0);
	p = run_points_read(temp("silent"), "point", &status);
	CU_ASSERT_EQUAL(status, RY_OK);
	CU_ASSERT_PTR_NOT_NULL(p);
	run_points_free(p);
}

static void resuming_goes_on(void)
{
	const char *path = temp("resume"), *metrics = inside(path, "metrics.jsonl");
	struct rundir *run = create(path, NULL);
	struct run_points *p;
	json_t *info;

	CU_ASSERT_EQUAL(rundir_finish(run, "interrupted"), RY_OK);
	put_text(metrics,
	         "{\"kind\": \"point\", \"step\": 10, \"time\": 100.5}\n"
	         "{\"kind\": \"point\", \"step\": 20, \"time\": 200.5}\n"
	         "{\"kind\": \"best\", \"step\": 20, \"time\": 200.6}\n"
	         "{\"kind\": \"point\", \"st");
	put_text(inside(path, "last.safetensors.123.0.tmp"), "left by a killed writer");
	put_text(inside(path, "notes.tmp"), "somebody's");
	run = rundir_resume(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(count_files(path, "0.tmp"), 0);
	CU_ASSERT_EQUAL(count_files(path, ".tmp"), 1);
	CU_ASSERT_STRING_EQUAL(info_text(rundir_info(run), "status"), "running");
	CU_ASSERT_PTR_NULL(json_object_get(rundir_info(run), "end"));
	CU_ASSERT_EQUAL(log_step(run, 30), RY_OK);
	p = run_points_read(path, "point", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL_FATAL(p->n, 3);
	CU_ASSERT_EQUAL(p->skipped, 0);
	CU_ASSERT(run_points_column(p, "time")[2] >= 200.6 &&
	          run_points_column(p, "time")[2] < 260);
	run_points_free(p);

	/* The checkpoint is older: later points are logged again, and time is counted again. */
	CU_ASSERT_EQUAL(rundir_rewind(run, 10), RY_OK);
	CU_ASSERT_EQUAL(log_step(run, 11), RY_OK);
	p = run_points_read(path, "point", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL_FATAL(p->n, 2);
	CU_ASSERT_EQUAL(run_points_column(p, "step")[0], 10);
	CU_ASSERT_EQUAL(run_points_column(p, "step")[1], 11);
	CU_ASSERT(run_points_column(p, "time")[1] >= 100.5 &&
	          run_points_column(p, "time")[1] < 160);
	run_points_free(p);
	p = run_points_read(path, "best", NULL);
	CU_ASSERT_EQUAL(p->n, 0);
	run_points_free(p);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);

	run = rundir_resume(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(rundir_rewind(run, -1), RY_OK);
	CU_ASSERT_STRING_EQUAL(get_text(metrics), "");
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	info = rundir_read_info(path, NULL);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(info, "resumed")), 2);
	json_decref(info);
}

/* A run that could not be resumed keeps its former status, whatever it was, and the error message
 * remains. */
static void leaving_changes_nothing(void)
{
	static const char *const ends[] = { "done",   "stopped early", "interrupted",
		                            "failed", "diverged",      "running" };
	const char *path = temp("left");
	struct rundir *run = create(path, NULL);
	enum ry_status status;
	json_t *info, *changed = json_pack("{s:i, s:b}", "epochs", 31, "more", 1);

	rundir_leave(NULL);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
		json_t *before = rundir_read_info(path, NULL);
		char *text;

		json_object_set_new(before, "status", json_string(ends[k]));
		text = json_dumps(before, JSON_INDENT(2));
		put_text(inside(path, "run.json"), text);
		run = rundir_resume(path, &status);
		CU_ASSERT_PTR_NOT_NULL_FATAL(run);
		CU_ASSERT_EQUAL(rundir_set_options(run, changed), RY_OK);
		rundir_set_result(run, "auc", json_real(0.5));
		ry_fail(RY_EINVAL, "why not");
		rundir_leave(run);
		CU_ASSERT_STRING_EQUAL(ry_message(), "why not");
		TAP_CHECK(rundir_writer(path) != 1, "%s: still locked", ends[k]);
		info = rundir_read_info(path, NULL);
		TAP_CHECK(json_equal(info, before), "%s: run.json has changed", ends[k]);
		json_decref(info);
		json_decref(before);
		free(text);
	}
	run = create(temp("new and left"), NULL);
	rundir_leave(run);
	info = rundir_read_info(temp("new and left"), NULL);
	CU_ASSERT_STRING_EQUAL(info_text(info, "status"), "failed");
	json_decref(info);
	json_decref(changed);
}

/* Changed options are in run.json immediately, and the others are kept. */
static void options_change_at_once(void)
{
	const char *path = temp("changed");
	json_t *changed = json_pack("{s:i}", "epochs", 31), *none = json_object(), *info;
	struct rundir *run = create(path, NULL);

	CU_ASSERT_EQUAL(rundir_set_options(run, none), RY_OK);
	CU_ASSERT_EQUAL(rundir_set_options(run, changed), RY_OK);
	info = rundir_read_info(path, NULL);
	CU_ASSERT_EQUAL(json_integer_value(
				json_object_get(json_object_get(info, "options"), "epochs")),
	                31);
	CU_ASSERT_STRING_EQUAL(info_text(info, "status"), "running");
	json_decref(info);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	json_decref(changed);
	json_decref(none);
}

/* ---- one writer ---- */

static int try_to_write(const char *path)
{
	enum ry_status status = RY_OK;
	char pid[32];

	snprintf(pid, sizeof pid, "process %ld ", (long)getppid());
	if (rundir_resume(path, &status) || status != RY_EBUSY || !strstr(ry_message(), pid))
		return 1;
	if (create(path, &status) || status != RY_EBUSY)
		return 2;
	return 0;
}

static int in_child(int (*function)(const char *), const char *path)
{
	int status = -1;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0)
		_exit(function(path));
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	return status;
}

static void one_writer_among_processes(void)
{
	struct rundir *run = create(temp("locked"), NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(in_child(try_to_write, temp("locked")), 0);
	/* A refused writer must not have released the lock on exit. */
	CU_ASSERT_EQUAL(in_child(try_to_write, temp("locked")), 0);
	CU_ASSERT_EQUAL(log_step(run, 1), RY_OK);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	run = rundir_resume(temp("locked"), NULL);
	CU_ASSERT_PTR_NOT_NULL(run);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
}

static void one_writer_in_a_process(void)
{
	enum ry_status status = RY_OK;
	struct rundir *run = create(temp("inside"), NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_PTR_NULL(rundir_resume(temp("inside"), &status));
	CU_ASSERT_EQUAL(status, RY_EBUSY);
	CU_ASSERT_PTR_NULL(rundir_resume(temp("inside"), &status));
	CU_ASSERT_EQUAL(status, RY_EBUSY);
	CU_ASSERT_EQUAL(in_child(try_to_write, temp("inside")), 0);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
}

/* ---- trouble while writing ---- */

static void a_lost_directory(void)
{
	const struct event_value v[] = { { "loss", 1 } };
	struct event e = point(2, v, 1), step = { .kind = EVENT_STEP };
	struct rundir *run = create(temp("lost"), NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(observers_notify(rundir_observer(run), &e), 0);
	CU_ASSERT_EQUAL(rename(temp("lost"), temp("found")), 0);
	CU_ASSERT_NOT_EQUAL(observers_notify(rundir_observer(run), &e), 0);
	CU_ASSERT_EQUAL(rename(temp("found"), temp("lost")), 0);
	/* The directory is back, but the error persists and keeps asking to stop. */
	CU_ASSERT_NOT_EQUAL(observers_notify(rundir_observer(run), &step), 0);
	ry_fail(RY_EINVAL, "something else");
	CU_ASSERT_EQUAL(rundir_status(run), RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "the run is gone"));
	CU_ASSERT_EQUAL(rundir_finish(run, "failed"), RY_OK);

	run = create(temp("lost2"), NULL);
	CU_ASSERT_EQUAL(remove(inside(temp("lost2"), "metrics.jsonl")), 0);
	put_text(inside(temp("lost2"), "metrics.jsonl"), "");
	CU_ASSERT_EQUAL(log_step(run, 1), RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "replaced"));
	CU_ASSERT_EQUAL(rename(temp("lost2"), temp("found2")), 0);
	CU_ASSERT_EQUAL(rundir_finish(run, "failed"), RY_EIO);
}

/* A file size limit stands in for a full disk. */
static int fill_the_disk(const char *path)
{
	struct rlimit limit = { 2000, 2000 };
	enum ry_status status;
	struct rundir *run;
	long step = 0;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	run = create(path, &status);
	if (!run)
		return 1;
	while (step < 1000 && log_step(run, step) == RY_OK)
		step++;
	if (step < 5 || step == 1000)
		return 2;
	if (rundir_status(run) != RY_EIO || !strstr(ry_message(), strerror(EFBIG)) ||
	    !strstr(ry_message(), path))
		return 3;
	return rundir_finish(run, "failed") == RY_OK ? 0 : 4;
}

static void a_full_disk(void)
{
	struct run_points *p;
	struct rundir *run;
	char *text;

	CU_ASSERT_EQUAL(in_child(fill_the_disk, temp("filled")), 0);
	text = get_text(inside(temp("filled"), "metrics.jsonl"));
	CU_ASSERT_EQUAL(text[strlen(text) - 1], '\n');
	p = run_points_read(temp("filled"), "point", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT(p->n >= 5);
	CU_ASSERT_EQUAL(p->skipped, 0);
	run = rundir_resume(temp("filled"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(log_step(run, (long)p->n), RY_OK);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	run_points_free(p);
}

/* ---- kill -9 ---- */

enum { TENSORS = 64, WEIGHTS = 4000 };

/* A checkpoint of many tensors, all of whose numbers are the step. */
static enum ry_status save(struct rundir *run, long step)
{
	static float weight[WEIGHTS];
	const size_t shape = WEIGHTS;
	struct st_writer *w = st_writer_alloc();
	char text[32];
	enum ry_status status;

	for (int i = 0; i < WEIGHTS; i++)
		weight[i] = (float)step;
	snprintf(text, sizeof text, "%ld", step);
	status = st_set_meta(w, "step", text);
	for (int k = 0; k < TENSORS && status == RY_OK; k++) {
		snprintf(text, sizeof text, "w%d", k);
		status = st_add(w, text, ST_F32, 1, &shape, weight);
	}
	if (status == RY_OK)
		status = st_write(w, rundir_file(run, "last.safetensors"));
	st_writer_free(w);
	return status;
}

/* A learner that resumes from its checkpoint, logs every step and saves every third until it is
 * killed. */
static int learn_until_killed(const char *path)
{
	struct st_file *last = NULL;
	long step = 0;
	enum ry_status status;
	struct rundir *run = rundir_resume(path, &status);

	if (!run)
		run = create(path, &status);
	if (!run)
		return 1;
	if (access(rundir_file(run, "last.safetensors"), F_OK) == 0) {
		last = st_open(rundir_file(run, "last.safetensors"), &status);
		if (!last)
			return 2;
		step = atol(st_meta(last, "step"));
		st_close(last);
	}
	if (rundir_rewind(run, step) != RY_OK)
		return 3;
	for (;;) {
		if (log_step(run, ++step) != RY_OK)
			return 4;
		if (step % 3 == 0 && save(run, step) != RY_OK)
			return 5;
	}
}

/* The step of an intact checkpoint; 0 if there is none yet. */
static long check_checkpoint(const char *path)
{
	const char *file = inside(path, "last.safetensors");
	enum ry_status status;
	struct st_file *f;
	static float weight[WEIGHTS];
	const struct st_tensor *t;
	long step;

	if (access(file, F_OK) != 0)
		return 0;
	f = st_open(file, &status);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	step = atol(st_meta(f, "step"));
	CU_ASSERT_PTR_NULL(st_tensor_at(f, TENSORS));
	for (int k = 0; k < TENSORS; k++) {
		t = st_tensor_at(f, k);
		CU_ASSERT_PTR_NOT_NULL_FATAL(t);
		CU_ASSERT_EQUAL(st_get(f, t->name, ST_F32, 1, &(size_t){ WEIGHTS }, weight), RY_OK);
		for (int i = 0; i < WEIGHTS; i++)
			if (weight[i] != (float)step)
				CU_FAIL("a checkpoint of two steps");
	}
	st_close(f);
	return step;
}

/* Check for steps 1, 2, ... n without a gap; the last line may be incomplete. */
static size_t check_metrics(const char *path)
{
	struct run_points *p = run_points_read(path, "point", NULL);
	const double *step;
	size_t n;

	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT(p->skipped <= 1);
	n = p->n;
	step = run_points_column(p, "step");
	for (size_t i = 0; i < n; i++)
		CU_ASSERT_EQUAL(step[i], (double)(i + 1));
	run_points_free(p);
	return n;
}

static void kill_9_at_any_instant(void)
{
	const char *path = temp("killed");
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	int rounds_with_a_run = 0, status;
	long step = 0;

	/* 80 rounds; more and longer ones if the machine is too busy to make progress in them. */
	for (int round = 0; round < 80 || ((rounds_with_a_run < 50 || step < 9) && round < 1000);
	     round++) {
		pid_t child;
		json_t *info;
		long now;

		fflush(stdout);
		child = fork();
		if (child == 0)
			_exit(learn_until_killed(path));
		usleep((useconds_t)gsl_rng_uniform_int(rng, (round % 4 ? 30000 : 3000) *
		                                                    (1 + round / 80)));
		kill(child, SIGKILL);
		CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
		CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		info = rundir_read_info(path, NULL);
		if (!info)
			continue;               /* killed before the run was there */
		rounds_with_a_run++;
		CU_ASSERT_STRING_EQUAL(info_text(info, "status"), "running");
		json_decref(info);
		now = check_checkpoint(path);
		CU_ASSERT(now >= step);
		step = now;
		CU_ASSERT((long)check_metrics(path) >= step);
	}
	CU_ASSERT(rounds_with_a_run >= 50);
	CU_ASSERT(step >= 9);
	struct rundir *run = rundir_resume(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(rundir_rewind(run, step), RY_OK);
	CU_ASSERT_EQUAL((long)check_metrics(path), step);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	CU_ASSERT_EQUAL(count_files(path, ".tmp"), 0);
	gsl_rng_free(rng);
}

/* ---- reading damaged runs ---- */

static struct run_points *points_of(const char *metrics)
{
	struct run_points *p;

	mkdir(temp("damaged"), 0700);
	put_text(inside(temp("damaged"), "metrics.jsonl"), metrics);
	p = run_points_read(temp("damaged"), "point", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	return p;
}

static void damaged_lines_are_skipped(void)
{
	struct run_points *p = points_of(
		"{\"kind\": \"point\", \"a\": 1}\n"
		"garbage\n"
		"\n"
		"[1, 2]\n"
		"{\"kind\": \"point\", \"a\": 2, \"b\": null, \"text\": \"x\", \"list\": [1], "
		"\"yes\": true}\r\n"
		"{\"kind\": \"point\", \"a\": 3, \"a\": 4, \"c\": -1.5e3}\n"
		"{\"kind\": \"other\", \"a\": 5}\n"
		"{\"a\": 6}\n"
		"{\"kind\": 7, \"a\": 6}\n"
		"{\"kind\": \"point\", \"a\": 1e999}\n"
		"{\"kind\": \"point\", \"a\": NaN}\n"
		"{\"kind\": \"point\"} {\"kind\": \"point\"}\n"
		"{\"kind\": \"poi\\u006et\", \"\\u0061\": 7}\n"
		"{\"kind\": \"point\", \"a\": 8");

	CU_ASSERT_EQUAL_FATAL(p->n, 4);
	CU_ASSERT_EQUAL(p->skipped, 7);
	CU_ASSERT_EQUAL_FATAL(p->columns, 3);
	const double *a = run_points_column(p, "a"), *b = run_points_column(p, "b"),
		     *c = run_points_column(p, "c");
	CU_ASSERT_EQUAL(a[0], 1);
	CU_ASSERT_EQUAL(a[1], 2);
	CU_ASSERT_EQUAL(a[2], 4);
	CU_ASSERT_EQUAL(a[3], 7);
	for (int i = 0; i < 4; i++)
		CU_ASSERT(isnan(b[i]));
	CU_ASSERT(isnan(c[0]) && isnan(c[1]) && c[2] == -1500 && isnan(c[3]));
	run_points_free(p);
}

static void a_last_line_without_its_end(void)
{
	struct run_points *p =
		points_of("{\"kind\": \"point\", \"a\": 1}\n{\"kind\": \"point\", \"a\": 2}");

	CU_ASSERT_EQUAL(p->n, 2);
	CU_ASSERT_EQUAL(p->skipped, 0);
	run_points_free(p);
}

static void endless_lines_and_endless_names(void)
{
	const char *path = inside(temp("damaged"), "metrics.jsonl");
	struct run_points *p = points_of("{\"kind\": \"point\", \"a\": 1}\n");
	FILE *to = fopen(path, "a");

	run_points_free(p);
	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	fputs("{\"kind\": \"point\", \"a\": \"", to);
	for (int i = 0; i < 3500000; i++)
		fputc('x', to);
	fputs("\"}\n{\"kind\": \"point\"", to);
	for (int i = 0; i < 3000; i++)
		fprintf(to, ", \"n%d\": %d", i, i);
	fputs("}\n{\"kind\": \"point\", \"a\": 3}\n", to);
	/* A long line is not parsed from its middle: this one ends like a point. */
	for (int i = 0; i < 1 << 20; i++)
		fputc('z', to);
	fputs("{\"kind\": \"point\", \"a\": 9}\n", to);
	for (int i = 0; i < 1200000; i++)
		fputc('y', to);
	CU_ASSERT_EQUAL(fclose(to), 0);
	p = run_points_read(temp("damaged"), "point", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL_FATAL(p->n, 3);
	CU_ASSERT_EQUAL(p->skipped, 3);
	CU_ASSERT_EQUAL(p->columns, 1024);
	CU_ASSERT_EQUAL(run_points_column(p, "a")[2], 3);
	CU_ASSERT_EQUAL(run_points_column(p, "n1022")[1], 1022);
	CU_ASSERT_PTR_NULL(run_points_column(p, "n1023"));
	run_points_free(p);
}

static int same_number(double x, double y)
{
	return isnan(x) ? isnan(y) : x == y && signbit(x) == signbit(y);
}

/* Lines as written by riley take a fast path, which must agree with the slow one.  A space before
 * the line forces the slow path; lines are mutated so that both paths see all kinds of damage. */
static void both_ways_of_reading_agree(void)
{
	static const char *const plain[] = {
		"{\"kind\": \"point\", \"step\": 12, \"a\": -0.1, \"b\": null, \"text\": \"x y\", "
		"\"c\": 0.000001234567}",
		"{\"kind\": \"point\", \"a\": 999999999999999, \"b\": 0.30000000000000004, \"c\": "
		"1e-7, \"d\": -0}",
		"{\"kind\":\"point\",\"a\":100.25,\"b\":0.0000000000000000000001,\"kine\":-0}",
		"{\"kind\": \"best\", \"a\": 3.14159265358979}",
	};
	static const char tokens[] = "{}[]\",:0123456789-.eE\\u nulkid\x01\xff";
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	FILE *fast, *slow;
	struct run_points *p, *q;

	mkdir(temp("fast"), 0700);
	mkdir(temp("slow"), 0700);
	fast = fopen(inside(temp("fast"), "metrics.jsonl"), "w");
	slow = fopen(inside(temp("slow"), "metrics.jsonl"), "w");
	CU_ASSERT_FATAL(fast && slow);
	for (int i = 0; i < 40000; i++) {
		char line[256];

		strcpy(line, plain[i % 4]);
		for (int changes = i / 4 % 3; changes > 0; changes--)
			line[gsl_rng_uniform_int(rng, strlen(line))] =
				tokens[gsl_rng_uniform_int(rng, sizeof tokens - 1)];
		fprintf(fast, "%s\n", line);
		fprintf(slow, "%s \n", line);
	}
	CU_ASSERT_EQUAL(fclose(fast), 0);
	CU_ASSERT_EQUAL(fclose(slow), 0);
	p = run_points_read(temp("fast"), "point", NULL);
	q = run_points_read(temp("slow"), "point", NULL);
	CU_ASSERT_FATAL(p && q);
	CU_ASSERT_EQUAL_FATAL(p->n, q->n);
	CU_ASSERT_EQUAL(p->skipped, q->skipped);
	CU_ASSERT(p->n > 12000 && p->skipped > 4000);
	CU_ASSERT_EQUAL_FATAL(p->columns, q->columns);
	for (int k = 0; k < p->columns; k++) {
		CU_ASSERT_STRING_EQUAL(p->name[k], q->name[k]);
		for (size_t i = 0; i < p->n; i++)
			if (!same_number(p->value[k][i], q->value[k][i]))
				CU_FAIL("the two ways differ");
	}
	run_points_free(p);
	run_points_free(q);
	gsl_rng_free(rng);
}

static void points_that_cannot_be_read(void)
{
	enum ry_status status = RY_OK;

	CU_ASSERT_EQUAL(mkdir(temp("wrong"), 0700), 0);
	CU_ASSERT_EQUAL(mkdir(inside(temp("wrong"), "metrics.jsonl"), 0700), 0);
	CU_ASSERT_PTR_NULL(run_points_read(temp("wrong"), "point", &status));
	CU_ASSERT_EQUAL(status, RY_EIO);
	run_points_free(NULL);
}

/* A concurrent reader sees whole lines, and never fewer than before. */
static int write_many(const char *path)
{
	struct rundir *run = create(path, NULL);

	for (long step = 1; run && step <= 3000; step++)
		if (log_step(run, step) != RY_OK)
			return 1;
	return run && rundir_finish(run, "done") == RY_OK ? 0 : 2;
}

static void reading_a_live_run(void)
{
	pid_t child;
	int status = -1;
	size_t before = 0;

	fflush(stdout);
	child = fork();
	if (child == 0)
		_exit(write_many(temp("live")));
	while (waitpid(child, &status, WNOHANG) == 0) {
		struct run_points *p = run_points_read(temp("live"), "point", NULL);

		if (!p)
			continue;               /* not there yet */
		CU_ASSERT(p->n >= before);
		CU_ASSERT(p->skipped <= 1);
		before = p->n;
		run_points_free(p);
	}
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_EQUAL(check_metrics(temp("live")), 3000);
}

static const struct tap_test tests[] = {
	{ "a new run says what it is, and how it ended", a_new_run },
	{ "a run needs a name", a_run_without_a_name },
	{ "what a line of metrics.jsonl says", what_a_line_says },
	{ "the observer logs points, bests and notes", the_observer_logs_points },
	{ "the observer logs records", the_observer_logs_records },
	{ "numbers come back as columns", numbers_come_back_as_columns },
	{ "a run is not overwritten", creating_where_a_run_is },
	{ "folders that can't be made or written", creating_where_one_cannot },
	{ "what is no run is refused with file and line", what_is_no_run },
	{ "a run that has not logged has no points", a_run_that_has_not_logged },
	{ "resuming and rewinding", resuming_goes_on },
	{ "what could not be gone on with is left as it was", leaving_changes_nothing },
	{ "options change at once", options_change_at_once },
	{ "one writer among processes", one_writer_among_processes },
	{ "one writer in a process", one_writer_in_a_process },
	{ "a lost directory is noticed", a_lost_directory },
	{ "a full disk leaves whole lines", a_full_disk },
	{ "kill -9 at 80 instants leaves a run that loads", kill_9_at_any_instant },
	{ "damaged lines are skipped and counted", damaged_lines_are_skipped },
	{ "a last line without its end is read", a_last_line_without_its_end },
	{ "endless lines and endless names", endless_lines_and_endless_names },
	{ "both ways of reading points agree", both_ways_of_reading_agree },
	{ "points that can't be read", points_that_cannot_be_read },
	{ "a reader beside a writer", reading_a_live_run },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("rundir", tests);
}
