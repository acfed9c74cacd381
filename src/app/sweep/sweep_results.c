/* sweep_results.c - see sweep_results.h: reading and ranking. */
#include "config.h"
#include "src/app/sweep/sweep_results.h"
#include "src/app/sweep/sweep_variants.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/json_value.h"
#include "src/cli/called.h"
#include "src/nn/metrics.h"
#include "src/run/rundir.h"

enum { DEEPEST = 4 };                /* folders below what is collected */

enum ry_status sweep_results_make(struct sweep_results *r, const struct sweep *s)
{
	size_t n = (size_t)s->n_trials * (size_t)s->n_seeds;

	memset(r, 0, sizeof *r);
	r->s = s;
	r->run = ry_calloc(n + 1, sizeof *r->run, "results");
	r->row = ry_calloc((size_t)s->n_trials + 1, sizeof *r->row, "results");
	return r->run && r->row ? RY_OK : ry_failure();
}

static void forget(struct sweep_result *x)
{
	free(x->path);
	free(x->error);
	json_decref(x->numbers);
	*x = (struct sweep_result){ .measure = NAN };
}

void sweep_results_clear(struct sweep_results *r)
{
	for (int k = 0; r->run && k < r->s->n_trials * r->s->n_seeds; k++)
		forget(&r->run[k]);
	free(r->run);
	free(r->row);
	free(r->why);
	free(r->learnt_from);
	free(r->data);
	free(r->data_of);
	memset(r, 0, sizeof *r);
}

struct sweep_result *sweep_result(const struct sweep_results *r, int trial, int seed)
{
	return &r->run[(size_t)trial * r->s->n_seeds + seed];
}

int sweep_results_count(const struct sweep_results *r, enum sweep_state state)
{
	int n = 0;

	for (int k = 0; k < r->s->n_trials * r->s->n_seeds; k++)
		n += r->run[k].state == state;
	return n;
}

/* ---- is it a run of this sweep? ---- */

/* Numbers in run.json have 15 digits. */
static int same_value(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return fabs(json_number_value(a) - json_number_value(b)) <=
		       1e-12 * fabs(json_number_value(b));
	return json_equal(a, b);
}

/* A value as a person writes it. */
static void print_value(char *into, size_t size, const json_t *value)
{
	char *text = json_value_print(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(10));

	snprintf(into, size, "%s",
	         json_is_string(value) ? json_string_value(value)
	         : text                ? text
	                               : "nothing");
	free(text);
}

/* The options agree?  When not, the first that differs is in ry_message().  A run need not have the
 * options of every variant. */
static int same_options(const struct sweep *s, const json_t *expected, const json_t *options,
                        const char *path)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)expected, name, value) {
		const json_t *is = json_object_get(options, name);
		char text[2][100];

		if (same_value(value, is) || (!is && json_object_get(s->varied, name)))
			continue;
		print_value(text[0], sizeof text[0], is);
		print_value(text[1], sizeof text[1], value);
		ry_fail(RY_EDATA, "%s: its --%s is %s, not %s", path, name, text[0], text[1]);
		return 0;
	}
	return 1;
}

/* Its command, and what it learnt from. */
static int same_subject(const struct sweep *s, const json_t *info, const char *path)
{
	const char *kind = json_string_value(json_object_get(info, "kind"));
	const char *what = json_string_value(
		json_object_get(json_object_get(info, s->kind->data), s->kind->data_name));

	if (!kind || strcmp(kind, s->kind->name) != 0)
		ry_fail(RY_EDATA, "%s: not a run of %s %s", path, called_name(),
		        s->command->name);
	else if (!what || strcmp(file_last_part(what), file_last_part(s->about)) != 0)
		ry_fail(RY_EDATA, "%s: trained on %s, not on %s", path, what ? what : "nothing",
		        s->about);
	else
		return 1;
	return 0;
}

/* Whether all runs must have the same data: those of a generator go with the seed, and options
 * decide what is read. */
static int one_data(const struct sweep *s)
{
	static const char *const readers[] = { "target",  "header", "sep",     "format",
		                               "student", "skill",  "correct", "order" };

	for (int k = 0; k < s->n_options; k++)
		for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
			if (strcmp(s->option[k].row->name, readers[i]) == 0)
				return 0;
	return strncmp(s->about, "gen:", 4) != 0;
}

/* What a file is called says little: it must be that of the first run too, which is remembered. */
static int same_data(struct sweep_results *r, const json_t *info, const char *path)
{
	const char *is = json_string_value(
		json_object_get(json_object_get(info, r->s->kind->data), "fingerprint"));

	if (!is || !one_data(r->s))
		return 1;
	if (!r->data) {
		r->data = strdup(is);
		r->data_of = strdup(path);
	}
	if (!r->data || !r->data_of || strcmp(is, r->data) == 0)
		return 1;
	ry_fail(RY_EDATA, "%s: trained on other data than %s, although both files are called %s",
	        path, r->data_of, file_last_part(r->s->about));
	return 0;
}

static int belongs(struct sweep_results *r, const json_t *info, const char *path, int trial)
{
	return same_subject(r->s, info, path) &&
	       same_options(r->s, r->s->trial[trial].options, json_object_get(info, "options"),
	                    path) &&
	       same_data(r, info, path);
}

/* ---- what a run says ---- */

static void take_numbers(json_t *to, const json_t *from)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)from, name, value)
		if (json_is_number(value))
			json_object_set(to, name, value);
}

/* The validation of the point that was kept as the best. */
static void take_best(json_t *to, const char *path)
{
	struct run_points *p = run_points_read(path, "best", NULL);

	for (int k = 0; p && p->n && k < p->columns; k++)
		if ((strncmp(p->name[k], "valid_", 6) == 0 ||
		     strncmp(p->name[k], "train_", 6) == 0) &&
		    isfinite(p->value[k][p->n - 1]) && !json_object_get(to, p->name[k]))
			json_object_set_new(to, p->name[k], json_real(p->value[k][p->n - 1]));
	run_points_free(p);
}

/* What was trained on in a second, without measuring: points stand for equally much. */
static void take_rate(json_t *to, const char *path)
{
	struct run_points *p = run_points_read(path, "point", NULL);
	double seconds = 0;
	size_t n = 0;

	for (int k = 0; p && k < p->columns; k++)
		for (size_t i = 0; strcmp(p->name[k], "rate") == 0 && i < p->n; i++)
			if (p->value[k][i] > 0) {
				seconds += 1 / p->value[k][i];
				n++;
			}
	if (n)
		json_object_set_new(to, "rate", json_real((double)n / seconds));
	run_points_free(p);
}

static enum sweep_state state_of(const json_t *info)
{
	const char *status = json_string_value(json_object_get(info, "status"));

	if (strcmp(status, "done") == 0 || strcmp(status, "stopped early") == 0)
		return SWEEP_FINISHED;
	return strcmp(status, "diverged") == 0 ? SWEEP_DIVERGED
	       : strcmp(status, "failed") == 0 ? SWEEP_FAILED
	                                       : SWEEP_HALF;
}

static enum ry_status take(struct sweep_result *x, const json_t *info, const char *path)
{
	const json_t *result = json_object_get(info, "result"),
		     *error = json_object_get(result, "error");

	forget(x);
	x->state = state_of(info);
	x->path = strdup(path);
	x->numbers = json_object();
	if (x->state == SWEEP_FAILED || x->state == SWEEP_DIVERGED)
		x->error = strdup(json_is_string(error)      ? json_string_value(error)
		                  : x->state == SWEEP_FAILED ? "it failed"
		                                             : "it diverged");
	if (x->state == SWEEP_FINISHED) {
		take_numbers(x->numbers, result);
		take_best(x->numbers, path);
		take_rate(x->numbers, path);
		if (json_is_number(json_object_get(info, "seconds")))
			json_object_set(x->numbers, "seconds", json_object_get(info, "seconds"));
	}
	return x->path && x->numbers ? RY_OK : ry_fail_memory("results");
}

static int is_run(const char *path)
{
	char file[4200];

	snprintf(file, sizeof file, "%s/run.json", path);
	return access(file, F_OK) == 0;
}

enum ry_status sweep_results_read(struct sweep_results *r, int trial, int seed, const char *path)
{
	struct sweep_result *x = sweep_result(r, trial, seed);
	enum ry_status status;
	json_t *info;

	forget(x);
	if (!is_run(path))
		return (x->path = strdup(path)) ? RY_OK : ry_fail_memory("results");
	info = rundir_read_info(path, &status);
	if (!info)
		return status;
	if (!belongs(r, info, path, trial))
		status = ry_failure();
	else if (json_integer_value(json_object_get(info, "seed")) != r->s->seeds[seed])
		status = ry_fail(RY_EDATA, "%s: its seed is not %ld", path, r->s->seeds[seed]);
	else
		status = take(x, info, path);
	if (!status && !r->learnt_from)
		r->learnt_from = strdup(run_kind_data(r->s->kind, info));
	json_decref(info);
	return status;
}

/* ---- collecting ---- */

/* Number of the trial whose varying options the run has, or -1.  Variants are told apart by all
 * options that any of them gives. */
static int find_trial(const struct sweep *s, const json_t *options)
{
	for (int t = 0; t < s->n_trials; t++) {
		int same = !s->n_variants ||
		           same_options(s, s->trial[t].options, options, "a run");

		for (int k = s->n_variants > 0; k < s->n_options && same; k++) {
			const char *name = s->option[k].row->name;

			same = same_value(json_object_get(s->trial[t].options, name),
			                  json_object_get(options, name));
		}
		if (same)
			return t;
	}
	return -1;
}

static int find_seed(const struct sweep *s, const json_t *seed)
{
	for (int k = 0; k < s->n_seeds; k++)
		if (json_is_integer(seed) && json_integer_value(seed) == s->seeds[k])
			return k;
	return -1;
}

/* What is in ry_message() is why a run is none of ours. */
static enum ry_status leave_out(struct sweep_results *r)
{
	if (!r->left_out++)
		r->why = strdup(ry_message());
	return RY_OK;
}

static enum ry_status collect_run(struct sweep_results *r, const char *path)
{
	enum ry_status status;
	json_t *info = rundir_read_info(path, &status);
	int trial = info && same_subject(r->s, info, path)
	                    ? find_trial(r->s, json_object_get(info, "options"))
	                    : -2;
	int seed = find_seed(r->s, json_object_get(info, "seed"));

	if (trial == -1)
		ry_fail(RY_EDATA, "%s: its options match none of the trials", path);
	else if (trial >= 0 && seed < 0)
		ry_fail(RY_EDATA, "%s: its seed is not one of the sweep's", path);
	if (trial < 0 || seed < 0 || !belongs(r, info, path, trial))
		status = leave_out(r);
	else if (sweep_result(r, trial, seed)->state != SWEEP_FINISHED)
		status = take(sweep_result(r, trial, seed), info, path);
	json_decref(info);
	return status;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static enum ry_status collect(struct sweep_results *r, const char *path, int depth)
{
	struct dirent **entry;
	enum ry_status status = RY_OK;
	int n;

	if (is_run(path))
		return collect_run(r, path);
	if (depth > DEEPEST)
		return RY_OK;
	n = scandir(path, &entry, not_hidden, by_name);
	if (n < 0 && depth > 0 && errno == ENOTDIR)
		return RY_OK;                    /* a file among folders */
	if (n < 0)
		return ry_fail(RY_EIO, "%s: %s", path, strerror(errno));
	for (int k = 0; k < n; k++) {
		char *inside = NULL;

		if (status == RY_OK && asprintf(&inside, "%s/%s", path, entry[k]->d_name) < 0)
			status = ry_fail_memory("a path");
		else if (status == RY_OK)
			status = collect(r, inside, depth + 1);
		if (inside)
			free(inside);
		free(entry[k]);
	}
	free(entry);
	return status;
}

enum ry_status sweep_results_collect(struct sweep_results *r, const char *path)
{
	return collect(r, path, 0);
}

/* ---- ranking ---- */

static double number_of(const struct sweep_result *x, const char *name)
{
	const json_t *number = name ? json_object_get(x->numbers, name) : NULL;

	return json_is_number(number) ? json_number_value(number) : NAN;
}

double sweep_result_measure(const struct sweep *s, const struct sweep_result *x, const char **name)
{
	*name = s->rank;
	if (!s->rank)
		for (int k = 0; s->kind->rank[k]; k++)
			if (!isnan(number_of(x, *name = s->kind->rank[k])))
				break;
	return number_of(x, *name);
}

static int anybody_has(const struct sweep_results *r, const char *name)
{
	for (int k = 0; k < r->s->n_trials * r->s->n_seeds; k++)
		if (r->run[k].state == SWEEP_FINISHED && isfinite(number_of(&r->run[k], name)))
			return 1;
	return 0;
}

/* The first of these names, other than `but`, that any run has. */
static const char *first_known(const struct sweep_results *r, const char *const *names,
                               const char *but)
{
	for (; *names; names++)
		if ((!but || strcmp(*names, but) != 0) && anybody_has(r, *names))
			return *names;
	return NULL;
}

/* The baseline of the measure or, without one, of what is shown beside it. */
static void find_baseline(struct sweep_results *r)
{
	const char *const of[] = { r->measure, r->n_beside ? r->beside[0] : NULL };

	r->baseline = r->baseline_of = NULL;
	for (int k = 0; k < 2 && !r->baseline; k++) {
		const char *name = of[k] ? run_kind_baseline(r->s->kind, of[k]) : NULL;

		if (name && anybody_has(r, name)) {
			r->baseline = name;
			r->baseline_of = of[k];
		}
	}
}

/* The mean of a number over the finished runs of a trial that have it; NaN without any. */
static double mean_of(const struct sweep_results *r, int trial, const char *name)
{
	double sum = 0;
	int n = 0;

	for (int k = 0; k < r->s->n_seeds; k++) {
		const struct sweep_result *one = sweep_result(r, trial, k);
		double x = one->state == SWEEP_FINISHED ? number_of(one, name) : NAN;

		if (isfinite(x)) {
			sum += x;
			n++;
		}
	}
	return n ? sum / n : NAN;
}

/* The measure of each seed that has one, into x (n_seeds): how many. */
static int values_of(const struct sweep_results *r, int trial, double *x)
{
	int n = 0;

	for (int k = 0; k < r->s->n_seeds; k++)
		if (isfinite(sweep_result(r, trial, k)->measure))
			x[n++] = sweep_result(r, trial, k)->measure;
	return n;
}

/* A row's seeds together. */
static enum ry_status sum_up(struct sweep_results *r, struct sweep_row *row)
{
	int n = r->s->n_seeds;
	double *x = ry_calloc((size_t)n, sizeof *x, "seeds");

	if (!x)
		return ry_failure();
	for (int k = 0; k < n; k++) {
		struct sweep_result *one = sweep_result(r, row->trial, k);

		one->measure = one->state == SWEEP_FINISHED ? number_of(one, r->measure) : NAN;
		row->failed += one->state == SWEEP_FAILED || one->state == SWEEP_DIVERGED;
		row->without += one->state == SWEEP_FINISHED && !isfinite(one->measure);
	}
	row->n = values_of(r, row->trial, x);
	row->missing = n - row->n - row->failed - row->without;
	row->mean = row->half = row->low = row->high = NAN;
	if (row->n) {
		metrics_interval(x, (size_t)row->n, &row->mean, &row->half);
		metrics_interval_within(row->mean, row->half, r->least, r->most, &row->low,
		                        &row->high);
	}
	row->key = r->smaller ? row->mean : -row->mean;
	row->baseline = mean_of(r, row->trial, r->baseline);
	for (int k = 0; k < r->n_beside; k++)
		row->beside[k] = mean_of(r, row->trial, r->beside[k]);
	free(x);
	return RY_OK;
}

/* What a row has more than its base has. */
static enum ry_status hold_against_base(const struct sweep_results *r, struct sweep_row *row)
{
	int seeds = r->s->n_seeds, base = sweep_base_of(r->s, row->trial);
	double *x;

	row->difference = row->difference_half = NAN;
	if (base < 0 || base == row->trial)
		return RY_OK;
	x = ry_calloc(2 * (size_t)seeds, sizeof *x, "seeds");
	if (!x)
		return ry_failure();
	metrics_difference(x, (size_t)values_of(r, row->trial, x), x + seeds,
	                   (size_t)values_of(r, base, x + seeds), &row->difference,
	                   &row->difference_half);
	free(x);
	return RY_OK;
}

/* Whether trial a stands before trial b: whole ones, then those whose seeds are not all there, then
 * those that fail at times, then those without any value. */
static int class_of(const struct sweep_row *row)
{
	return !row->n ? 3 : row->failed || row->without ? 2 : row->missing ? 1 : 0;
}

static int before(const void *a, const void *b)
{
	const struct sweep_row *x = a, *y = b;

	if (class_of(x) != class_of(y))
		return class_of(x) - class_of(y);
	if (x->n && x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->trial - y->trial;
}

static int as_listed(const void *a, const void *b)
{
	return ((const struct sweep_row *)a)->trial - ((const struct sweep_row *)b)->trial;
}

/* Rank the rows; variants then stand as they are listed. */
static void sort(struct sweep_results *r)
{
	const struct sweep *s = r->s;
	size_t n = (size_t)s->n_trials;

	qsort(r->row, n, sizeof *r->row, before);
	for (int i = 0; i < s->n_trials; i++)
		r->row[i].rank = r->row[i].n ? i + 1 : 0;
	if (s->n_variants && !s->random)
		qsort(r->row, n, sizeof *r->row, as_listed);
}

const struct sweep_row *sweep_results_best(const struct sweep_results *r)
{
	for (int i = 0; i < r->s->n_trials; i++)
		if (r->row[i].rank == 1)
			return &r->row[i];
	return NULL;
}

/* What the description asks for, or what is usual. */
static void choose_beside(struct sweep_results *r)
{
	const struct sweep *s = r->s;
	const char *usual = first_known(r, s->kind->beside, r->measure);

	r->n_beside = s->n_shown;
	for (int k = 0; k < s->n_shown; k++)
		r->beside[k] = s->shown[k];
	if (!s->n_shown && usual)
		r->beside[r->n_beside++] = usual;
}

enum ry_status sweep_results_rank(struct sweep_results *r)
{
	const struct sweep *s = r->s;

	r->measure = s->rank && anybody_has(r, s->rank) ? s->rank : NULL;
	if (!s->rank)
		r->measure = first_known(r, s->kind->rank, NULL);
	if (s->rank && !r->measure && sweep_results_count(r, SWEEP_FINISHED))
		return ry_fail(RY_EDATA,
		               "%s: rank = %s: none of the runs has that measure", s->path,
		               s->rank);
	if (!r->measure)
		r->measure = s->rank ? s->rank : s->kind->rank[0];
	r->smaller = s->rank ? s->smaller : sweep_smaller_is_better(s->kind, r->measure);
	choose_beside(r);
	find_baseline(r);
	run_kind_limits(s->kind, r->learnt_from ? r->learnt_from : "", r->measure, &r->least,
	                &r->most);
	for (int t = 0; t < s->n_trials; t++) {
		r->row[t] = (struct sweep_row){ .trial = t };
		if (sum_up(r, &r->row[t]) != RY_OK)
			return ry_failure();
	}
	for (int t = 0; t < s->n_trials; t++)
		if (hold_against_base(r, &r->row[t]) != RY_OK)
			return ry_failure();
	sort(r);
	return RY_OK;
}
