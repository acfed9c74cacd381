/* run_list.c - see run_list.h. */
#include "config.h"
#include "src/app/runs/run_list.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/run/run_tail.h"
#include "src/run/rundir.h"

const char *const run_list_states[LISTED_STATES + 1] = {
	[LISTED_ANY] = "any",         [LISTED_RUNNING] = "running",
	[LISTED_DONE] = "done",       [LISTED_STOPPED] = "stopped",
	[LISTED_CRASHED] = "crashed", [LISTED_FAILED] = "failed",
	[LISTED_DIVERGED] = "diverged", [LISTED_SPOILED] = "spoiled",
	[LISTED_FOREIGN] = "foreign",
};

const char *const run_list_orders[LIST_ORDERS + 1] = {
	[LIST_BY_NAME] = "name", [LIST_BY_AGE] = "age",
	[LIST_BY_SCORE] = "score", [LIST_BY_KIND] = "kind",
};

/* ---- memory ---- */

static void run_clear(struct listed_run *r)
{
	free(r->path);
	free(r->kind_name);
	free(r->status);
	free(r->data);
	free(r->fingerprint);
	free(r->unit);
	free(r->measure);
	free(r->error);
	memset(r, 0, sizeof *r);
}

void run_list_clear(struct run_list *l)
{
	for (int k = 0; k < l->n; k++)
		run_clear(&l->run[k]);
	free(l->run);
	*l = (struct run_list){ 0, NULL };
}

/* Room for one more run, of which only the path is known.  NULL without memory. */
static struct listed_run *append(struct run_list *l, const char *path)
{
	int full = (l->n & (l->n - 1)) == 0;             /* room: the next power of two */
	struct listed_run *grown =
		full ? realloc(l->run, (l->n ? 2 * (size_t)l->n : 1) * sizeof *grown) : l->run;
	struct listed_run *r = NULL;

	if (grown) {
		l->run = grown;
		r = &l->run[l->n];
		*r = (struct listed_run){ .path = strdup(path), .kind = &run_kind_unknown };
		r->start = r->end = r->seconds = r->seed = r->at = r->of_all = r->score = NAN;
	}
	if (!r || !r->path) {
		ry_fail_memory("the list of runs");
		return NULL;
	}
	r->name = strncmp(r->path, "runs/", 5) == 0 && r->path[5] ? r->path + 5 : r->path;
	l->n++;
	return r;
}

/* A copy of a text in run.json, or NULL. */
static char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? strdup(text) : NULL;
}

static double number_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

/* ---- what a run says ---- */

/* Seconds since 1970 of "2016-05-23T14:05:09Z"; NaN for other texts. */
static double moment(const json_t *info, const char *key)
{
	const char *text = json_string_value(json_object_get(info, key));
	struct tm tm = { 0 };
	const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm) : NULL;

	return end && !*end ? (double)timegm(&tm) : NAN;
}

enum run_list_state run_list_state(const json_t *info, const char *path)
{
	static const struct {
		const char         *status;
		enum run_list_state state;
	} states[] = {
		{ "done", LISTED_DONE },           { "stopped early", LISTED_DONE },
		{ "interrupted", LISTED_STOPPED }, { "failed", LISTED_FAILED },
		{ "diverged", LISTED_DIVERGED },   { "running", LISTED_RUNNING },
		{ "crashed", LISTED_CRASHED },
	};
	const char *status = rundir_state(info, rundir_writer(path));

	for (size_t k = 0; k < sizeof states / sizeof *states; k++)
		if (strcmp(status, states[k].status) == 0)
			return states[k].state;
	return LISTED_SPOILED;
}

json_t *run_list_numbers(const json_t *info, const json_t *best)
{
	json_t *numbers = json_object(), *value;
	const char *name;

	json_object_foreach((json_t *)best, name, value)
		if (json_is_number(value))
			json_object_set(numbers, name, value);
	json_object_foreach(json_object_get(info, "result"), name, value)
		if (json_is_number(value))
			json_object_set(numbers, name, value);
	if (!numbers)
		ry_fail_memory("the numbers of a run");
	return numbers;
}

/* The first of these names that the run has a number for, or NULL. */
static const char *first_known(const char *const *names, const json_t *numbers)
{
	for (; *names; names++)
		if (json_is_number(json_object_get(numbers, *names)))
			return *names;
	return NULL;
}

/* By what its kind ranks runs; until there is such a number, by what stands beside it. */
static void take_score(struct listed_run *r, const json_t *info, const json_t *best)
{
	json_t *numbers = run_list_numbers(info, best);
	const char *measure = first_known(r->kind->rank, numbers);
	const struct run_measure *m;

	if (!measure)
		measure = first_known(r->kind->beside, numbers);
	m = measure ? run_kind_result(r->kind, measure) : NULL;
	if (measure) {
		r->measure = strdup(measure);
		r->score = number_of(numbers, measure);
		r->smaller = m && m->smaller;
	}
	json_decref(numbers);
}

static void take_progress(struct listed_run *r, const json_t *info, const json_t *point)
{
	char plural[40];

	snprintf(plural, sizeof plural, "%.30ss", r->kind->unit);
	r->unit = strdup(r->kind->unit);
	r->of_all = number_of(json_object_get(info, "options"), plural);
	r->at = number_of(point, r->kind->unit);
	if (isnan(r->at))
		r->at = number_of(json_object_get(info, "result"), plural);
}

static void take_info(struct listed_run *r, command_lists lists, const json_t *info)
{
	r->kind = run_kind_of(lists, info);
	r->kind_name = text_of(info, "kind");
	r->status = text_of(info, "status");
	r->data = text_of(json_object_get(info, r->kind->data), r->kind->data_name);
	r->fingerprint = text_of(json_object_get(info, r->kind->data), "fingerprint");
	r->start = moment(info, "start");
	r->end = moment(info, "end");
	r->seconds = number_of(info, "seconds");
	r->seed = number_of(info, "seed");
	r->state = run_list_state(info, r->path);
}

/* Keep ry_message() as what is wrong with the run. */
static void keep_message(struct listed_run *r)
{
	free(r->error);
	r->error = strdup(ry_message());
}

static void read_run(struct listed_run *r, command_lists lists)
{
	json_t *info = rundir_read_info(r->path, NULL);
	struct run_tail tail;

	if (!info) {
		r->state = LISTED_SPOILED;
		keep_message(r);
		return;
	}
	take_info(r, lists, info);
	if (r->state == LISTED_SPOILED) {
		ry_fail(RY_EDATA, "%s/run.json: unknown status \"%.40s\"", r->path,
		        r->status ? r->status : "");
		keep_message(r);
	}
	if (run_tail_read(&tail, r->path) != RY_OK)
		keep_message(r);
	take_progress(r, info, tail.point);
	take_score(r, info, tail.best);
	run_tail_clear(&tail);
	json_decref(info);
}

/* ---- what has not changed ---- */

static void look(struct listed_run *r)
{
	static const char *const files[] = { "run.json", "metrics.jsonl" };

	for (int k = 0; k < 2; k++) {
		char *file = file_join(r->path, files[k]);
		struct stat sb;

		r->seen[k].size = -1;
		if (file && stat(file, &sb) == 0) {
			r->seen[k].size = (int64_t)sb.st_size;
			r->seen[k].at =
				(int64_t)sb.st_mtim.tv_sec * 1000000000 + sb.st_mtim.tv_nsec;
		}
		free(file);
	}
}

static int is_unchanged(const struct listed_run *a, const struct listed_run *b)
{
	for (int k = 0; k < 2; k++)
		if (a->seen[k].size != b->seen[k].size ||
		    (a->seen[k].size >= 0 && a->seen[k].at != b->seen[k].at))
			return 0;
	return 1;
}

static int before_by_path(const void *a, const void *b)
{
	return strcmp(((const struct listed_run *)a)->path, ((const struct listed_run *)b)->path);
}

void run_list_retire(struct run_list *l)
{
	if (l->n > 1)
		qsort(l->run, (size_t)l->n, sizeof *l->run, before_by_path);
}

/* Take what the old list knows of a run that has not changed; its path stays there. */
static int take_old(struct listed_run *r, struct run_list *old)
{
	struct listed_run *o = old && old->n ? bsearch(r, old->run, (size_t)old->n, sizeof *r,
	                                               before_by_path)
	                                     : NULL;
	struct listed_run known;

	if (!o || !o->kind_name || !is_unchanged(o, r))
		return 0;
	known = *o;
	*o = (struct listed_run){ .path = o->path, .name = o->name, .kind = &run_kind_unknown };
	known.path = r->path;
	known.name = r->name;
	*r = known;
	if (r->state == LISTED_RUNNING || r->state == LISTED_CRASHED)
		r->state = rundir_writer(r->path) == 0 ? LISTED_CRASHED : LISTED_RUNNING;
	return 1;
}

/* ---- folders ---- */

static enum ry_status add_run(struct run_list *l, command_lists lists, const char *path,
                              struct run_list *old)
{
	struct listed_run *r = append(l, path);

	if (!r)
		return ry_failure();
	look(r);
	if (!take_old(r, old))
		read_run(r, lists);
	return RY_OK;
}

/* A folder that holds no run: ry_message() says so. */
static enum ry_status add_foreign(struct run_list *l, const char *path)
{
	struct listed_run *r = append(l, path);

	if (!r)
		return ry_failure();
	r->state = LISTED_FOREIGN;
	keep_message(r);
	return RY_OK;
}

static int is_run(const char *path)
{
	char *file = file_join(path, "run.json");
	struct stat sb;
	int found = file && lstat(file, &sb) == 0;

	free(file);
	return found;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

struct adding {
	struct run_list *l, *old;
	command_lists    lists;
};

static enum ry_status add_inside(const struct adding *a, const char *path, int depth);

/* What stands in a folder: a run, a folder that may hold some (not through a link, which may lead
 * anywhere), or a file. */
static enum ry_status add_entry(const struct adding *a, const char *path, int depth)
{
	struct stat sb, target;
	int before = a->l->n;
	enum ry_status s = RY_OK;

	if (lstat(path, &sb) != 0 || stat(path, &target) != 0) {
		ry_fail(RY_EIO, "%s: %s", path, strerror(errno));
		return add_foreign(a->l, path);
	}
	if (!S_ISDIR(target.st_mode))
		return RY_OK;
	if (is_run(path))
		return add_run(a->l, a->lists, path, a->old);
	if (depth == 0 && S_ISDIR(sb.st_mode))
		s = add_inside(a, path, depth + 1);
	if (s == RY_ENOMEM || s == RY_ESTOP)
		return s;
	if (s == RY_OK && a->l->n > before)
		return RY_OK;
	if (s == RY_OK)
		ry_fail(RY_EDATA, "%s: not a run: there is no run.json", path);
	return depth == 0 ? add_foreign(a->l, path) : RY_OK;
}

static enum ry_status add_inside(const struct adding *a, const char *path, int depth)
{
	struct dirent **entry;
	enum ry_status s = RY_OK;
	int n = scandir(path, &entry, not_hidden, by_name);

	if (n < 0 && errno == ENOMEM)
		return ry_fail_memory(path);
	if (n < 0 && (errno == ENOENT || errno == ENOTDIR))
		return ry_fail(RY_EDATA, "%s: expected a run or a folder with runs: %s", path,
		               strerror(errno));
	if (n < 0)
		return ry_fail(RY_EIO, "%s: %s", path, strerror(errno));
	for (int k = 0; k < n; k++) {
		char *inside = s == RY_OK ? file_join(path, entry[k]->d_name) : NULL;

		if (s == RY_OK && command_interrupted())
			s = ry_fail(RY_ESTOP, "interrupted");
		else if (s == RY_OK)
			s = inside ? add_entry(a, inside, depth) : ry_failure();
		free(inside);
		free(entry[k]);
	}
	free(entry);
	return s;
}

enum ry_status run_list_add(struct run_list *l, command_lists lists, const char *path,
                            struct run_list *old)
{
	const struct adding a = { l, old, lists };

	return is_run(path) ? add_run(l, lists, path, old) : add_inside(&a, path, 0);
}

/* ---- order and choice ---- */

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Folders that are no runs last. */
static int compare_kinds(const struct listed_run *a, const struct listed_run *b)
{
	int c = !a->kind_name - !b->kind_name;

	return c ? c : compare_texts(a->kind_name, b->kind_name);
}

/* Names with numbers in the order of these: lr-2 before lr-10. */
static int compare_names(const struct listed_run *a, const struct listed_run *b)
{
	return strverscmp(a->name, b->name);
}

/* Smaller numbers first, NaN last. */
static int compare_numbers(double a, double b)
{
	if (isnan(a) || isnan(b))
		return !!isnan(a) - !!isnan(b);
	return (a > b) - (a < b);
}

static int before_by_name(const void *a, const void *b)
{
	return compare_names(a, b);
}

static int before_by_age(const void *a, const void *b)
{
	const struct listed_run *x = a, *y = b;
	int c = compare_numbers(-x->start, -y->start);

	return c ? c : compare_names(x, y);
}

static int before_by_kind(const void *a, const void *b)
{
	const struct listed_run *x = a, *y = b;
	int c = compare_kinds(x, y);

	return c ? c : compare_names(x, y);
}

/* What tells data apart: a file may have several names. */
static const char *data_of(const struct listed_run *r)
{
	return r->fingerprint ? r->fingerprint : r->data;
}

/* Scores of one measure, on the same data, are ranked; others stand apart. */
static int before_by_score(const void *a, const void *b)
{
	const struct listed_run *x = a, *y = b;
	double sign = x->smaller ? 1 : -1;
	int c = compare_kinds(x, y);

	c = c ? c : compare_texts(data_of(x), data_of(y));
	c = c ? c : !x->measure - !y->measure;
	c = c ? c : compare_texts(x->measure, y->measure);
	c = c ? c : compare_numbers(sign * x->score, sign * y->score);
	return c ? c : compare_names(x, y);
}

void run_list_sort(struct run_list *l, enum run_list_order order)
{
	static int (*const before[LIST_ORDERS])(const void *, const void *) = {
		[LIST_BY_NAME] = before_by_name, [LIST_BY_AGE] = before_by_age,
		[LIST_BY_SCORE] = before_by_score, [LIST_BY_KIND] = before_by_kind,
	};

	if (l->n > 1)
		qsort(l->run, (size_t)l->n, sizeof *l->run, before[order]);
}

static int before_by_place(const void *a, const void *b)
{
	const struct listed_run *x = a, *y = b;
	int c = compare_kinds(x, y);

	return c ? c : x->place - y->place;
}

void run_list_group(struct run_list *l)
{
	for (int k = 0; k < l->n; k++)
		l->run[k].place = k;
	if (l->n > 1)
		qsort(l->run, (size_t)l->n, sizeof *l->run, before_by_place);
}

static int has_text(const char *in, const char *text)
{
	return in && strcasestr(in, text);
}

int run_list_shows(const struct run_list_filter *f, const struct listed_run *r)
{
	if (f->kind && compare_texts(f->kind, r->kind_name) != 0)
		return 0;
	if (f->data && !has_text(r->data, f->data))
		return 0;
	if (f->state != LISTED_ANY && r->state != f->state)
		return 0;
	return !f->text || has_text(r->name, f->text) || has_text(r->kind_name, f->text) ||
	       has_text(r->data, f->text) || has_text(run_list_states[r->state], f->text);
}
