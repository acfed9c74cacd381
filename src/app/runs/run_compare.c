/* run_compare.c - see run_compare.h: reading runs, and what differs. */
#include "config.h"
#include "src/app/runs/run_compare.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_cdf.h>

#include "src/app/runs/run_rows.h"
#include "src/base/text.h"
#include "src/cli/run_paths.h"
#include "src/nn/metrics.h"
#include "src/run/run_tail.h"
#include "src/run/rundir.h"
#include "src/ui/words.h"

/* Bytes of a value, and how many different ones a column shows. */
enum { VALUE = 80, MOST_VALUES = 4 };

/* Options that say nothing about what was learnt. */
static const char *const own_options[] = { "name", "resume", "watch", "seeds", NULL };

/* ---- memory ---- */

void comparison_clear(struct comparison *c)
{
	for (int k = 0; k < c->n_rows; k++) {
		for (int j = 0; j < c->columns; j++)
			free(c->row[k].cell[j].text);
		free(c->row[k].cell);
	}
	for (int k = 0; c->run && k < c->n; k++) {
		free(c->run[k].path);
		json_decref(c->run[k].info);
		json_decref(c->run[k].numbers);
		json_decref(c->run[k].same);
	}
	free(c->row);
	free(c->run);
	free(c->names);
	free(c->title);
	json_decref(c->notes);
	memset(c, 0, sizeof *c);
}

/* A new row, whose cells are empty; NULL without memory. */
static struct compare_row *add_row(struct comparison *c, const char *label)
{
	struct compare_row *grown = realloc(c->row, ((size_t)c->n_rows + 1) * sizeof *grown), *r;

	if (grown)
		c->row = grown;
	r = grown ? &c->row[c->n_rows] : NULL;
	if (r)
		*r = (struct compare_row){ .cell = calloc((size_t)c->columns, sizeof *r->cell) };
	if (!r || !r->cell) {
		ry_fail_memory("a comparison");
		return NULL;
	}
	c->n_rows++;
	snprintf(r->label, sizeof r->label, "%s", label);
	for (int j = 0; j < c->columns; j++)
		r->cell[j].mean = r->cell[j].low = r->cell[j].high = NAN;
	return r;
}

static void note(struct comparison *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void note(struct comparison *c, const char *format, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	text_clean(text);
	json_array_append_new(c->notes, run_rows_json_text(text));
}

/* ---- reading ---- */

static enum ry_status read_run(struct compared_run *r, command_lists lists, const char *path)
{
	struct run_tail tail;
	enum ry_status s;

	r->path = strdup(path);
	r->info = rundir_read_info(path, &s);
	if (!r->info)
		return s;
	if (stat(path, &r->folder) != 0)
		return ry_fail(RY_EIO, "%s: %s", path, strerror(errno));
	s = run_tail_read(&tail, path);
	r->kind = run_kind_of(lists, r->info);
	r->state = run_list_state(r->info, path);
	r->numbers = run_list_numbers(r->info, tail.best);
	if (json_is_number(json_object_get(r->info, "seconds")))
		json_object_set(r->numbers, "seconds", json_object_get(r->info, "seconds"));
	run_tail_clear(&tail);
	return s == RY_OK && !(r->path && r->numbers) ? ry_fail_memory("a comparison") : s;
}

static const char *text_in(const json_t *info, const char *object, const char *key)
{
	const json_t *o = object ? json_object_get(info, object) : info;
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static const char *kind_name(const struct compared_run *r)
{
	return text_in(r->info, NULL, "kind");
}

static const char *data_name(const struct compared_run *r)
{
	return run_kind_data(r->kind, r->info);
}

/* What identifies the data: their fingerprint, but for generated data, which go with the seed, and
 * for what has none. */
static const char *data_identity(const struct compared_run *r)
{
	const char *print = text_in(r->info, r->kind->data, "fingerprint");

	return *print && strncmp(data_name(r), "gen:", 4) != 0 ? print : data_name(r);
}

static const char *test_identity(const struct compared_run *r)
{
	return text_in(r->info, r->kind->data, "test_fingerprint");
}

static int same_data(const struct compared_run *a, const struct compared_run *b)
{
	return strcmp(kind_name(a), kind_name(b)) == 0 &&
	       strcmp(data_identity(a), data_identity(b)) == 0 &&
	       strcmp(test_identity(a), test_identity(b)) == 0;
}

/* ---- columns ---- */

/* The options that two runs with other seeds have in common.  A new object. */
static json_t *without_seed(const struct compared_run *r)
{
	json_t *options = json_copy(json_object_get(r->info, "options"));

	for (const char *const *name = own_options; *name; name++)
		json_object_del(options, *name);
	for (const char *const *name = r->kind->seeds_differ; name && *name; name++)
		json_object_del(options, *name);
	return options;
}

static int same_but_seed(const struct compared_run *a, const struct compared_run *b)
{
	return same_data(a, b) && json_equal(a->same, b->same);
}

static int same_seed(const struct compared_run *a, const struct compared_run *b)
{
	return json_equal(json_object_get(a->info, "seed"), json_object_get(b->info, "seed")) &&
	       json_integer_value(json_object_get(a->info, "fold")) ==
	               json_integer_value(json_object_get(b->info, "fold"));
}

int comparison_has(const struct comparison *c, int column, int k)
{
	return c->run[k].column == column || (c->mean_of_all && column == c->columns - 1);
}

static const struct compared_run *first_of(const struct comparison *c, int column)
{
	int k = 0;

	while (!comparison_has(c, column, k))
		k++;
	return &c->run[k];
}

static int runs_of(const struct comparison *c, int column)
{
	int n = 0;

	for (int k = 0; k < c->n; k++)
		n += comparison_has(c, column, k);
	return n;
}

/* Whether run k is one more seed of those before it in a column. */
static int belongs(const struct comparison *c, int column, int k)
{
	for (int i = 0; i < k; i++)
		if (c->run[i].column == column &&
		    (!same_but_seed(&c->run[i], &c->run[k]) || same_seed(&c->run[i], &c->run[k])))
			return 0;
	return 1;
}

static void make_columns(struct comparison *c)
{
	for (int k = 0; k < c->n; k++) {
		int j = 0;

		while (j < c->columns && !belongs(c, j, k))
			j++;
		c->run[k].column = j;
		c->columns += j == c->columns;
	}
	if (c->columns > 1)
		return;
	c->mean_of_all = 1;
	c->columns = c->n + 1;
	for (int k = 0; k < c->n; k++)
		c->run[k].column = k;
}

/* What the names of a column's runs begin with, without "-s" and digits: "five" of five-s1 and
 * five-s2.  Empty where they have nothing in common. */
static void common_name(const struct comparison *c, int column, char *into, size_t size)
{
	const char *first = first_of(c, column)->name;
	size_t n = strlen(first);

	for (int k = 0; k < c->n; k++) {
		size_t same = 0;

		while (same < n && c->run[k].name[same] == first[same])
			same++;
		if (comparison_has(c, column, k))
			n = same;
	}
	while (n > 0 && strchr("0123456789", first[n - 1]))
		n--;
	if (n > 1 && first[n - 1] == 's' && strchr("-_.", first[n - 2]))
		n--;
	while (n > 0 && strchr("-_./", first[n - 1]))
		n--;
	snprintf(into, size, "%.*s", (int)n, first);
}

static int is_taken(const struct comparison *c, int column, const char *title)
{
	for (int j = 0; j < column; j++)
		if (strcmp(c->title[j], title) == 0)
			return 1;
	for (int k = 0; k < c->n; k++)
		if (!comparison_has(c, column, k) && strcmp(c->run[k].name, title) == 0)
			return 1;
	return 0;
}

/* A column of one run has its name; one of several what their names have in common. */
static void name_columns(struct comparison *c)
{
	for (int j = 0; j < c->columns; j++) {
		char *title = c->title[j];
		json_t *clean;

		if (c->mean_of_all && j == c->columns - 1)
			snprintf(title, sizeof c->title[j], "mean");
		else if (runs_of(c, j) > 1)
			common_name(c, j, title, sizeof c->title[j]);
		if (!*title || is_taken(c, j, title))
			snprintf(title, sizeof c->title[j], "%.79s", first_of(c, j)->name);
		clean = run_rows_json_text(title);
		snprintf(title, sizeof c->title[j], "%.79s", json_string_value(clean));
		text_clean(title);
		json_decref(clean);
	}
}

/* ---- what differs ---- */

/* A value as people write it; "-" for none. */
static void value_text(const json_t *v, char *into, size_t size)
{
	if (json_is_string(v))
		snprintf(into, size, "%s", json_string_value(v));
	else if (json_is_integer(v))
		snprintf(into, size, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	else if (json_is_real(v))
		snprintf(into, size, "%.10g", json_real_value(v));
	else
		snprintf(into, size, "%s", json_is_true(v) ? "yes" : json_is_false(v) ? "no" : "-");
}

/* The number of a run's part of a cross-validation, from 1; 0 for other runs. */
static int fold_of(const struct compared_run *r)
{
	const json_t *folds = json_object_get(json_object_get(r->info, "options"), "folds");
	const json_t *fold = json_object_get(r->info, "fold");

	return json_is_integer(folds) && json_integer_value(folds) > 1 && json_is_integer(fold)
	               ? (int)json_integer_value(fold) + 1
	               : 0;
}

/* Where the value of a row stands: in run.json itself (object NULL) or in an object of it; both
 * NULL: the name of the data. */
struct place {
	const char *object, *key;
};

static void place_text(const struct compared_run *r, struct place at, char *into, size_t size)
{
	const json_t *object = at.object ? json_object_get(r->info, at.object) : r->info;

	if (at.key && strcmp(at.key, "status") == 0 && !at.object)
		snprintf(into, size, "%s", run_list_states[r->state]);
	else if (at.key && strcmp(at.key, "fold") == 0 && !at.object && fold_of(r))
		snprintf(into, size, "%d", fold_of(r));
	else if (at.key && strcmp(at.key, "fold") == 0 && !at.object)
		snprintf(into, size, "-");
	else if (at.key)
		value_text(json_object_get(object, at.key), into, size);
	else
		snprintf(into, size, "%s", *data_name(r) ? data_name(r) : "-");
	text_clean(into);
}

/* Whether an earlier run than k of the same column has this value, too. */
static int is_repeated(const struct comparison *c, int column, int k, struct place at,
                       const char *text)
{
	for (int i = 0; i < k; i++) {
		char other[VALUE];

		place_text(&c->run[i], at, other, sizeof other);
		if (comparison_has(c, column, i) && strcmp(other, text) == 0)
			return 1;
	}
	return 0;
}

/* The different values that the runs of a column have, "1, 2, 3"; of many "1, 2, 3, 4 ... (12)". */
static char *values_of(const struct comparison *c, int column, struct place at)
{
	char all[(MOST_VALUES + 1) * (VALUE + 2)] = "", one[VALUE];
	size_t used = 0;
	int n = 0;

	for (int k = 0; k < c->n; k++) {
		if (!comparison_has(c, column, k))
			continue;
		place_text(&c->run[k], at, one, sizeof one);
		if (is_repeated(c, column, k, at, one))
			continue;
		if (n++ < MOST_VALUES)
			used += (size_t)snprintf(all + used, sizeof all - used, "%s%s",
			                         used ? ", " : "", one);
	}
	if (n > MOST_VALUES)
		snprintf(all + used, sizeof all - used, " ... (%d)", n);
	return strdup(all);
}

/* Drop the last row. */
static void drop_row(struct comparison *c)
{
	struct compare_row *r = &c->row[--c->n_rows];

	for (int j = 0; j < c->columns; j++)
		free(r->cell[j].text);
	free(r->cell);
}

/* A row of what stands at a place, unless it is the same in all columns. */
static enum ry_status add_place(struct comparison *c, const char *label, struct place at)
{
	struct compare_row *r = add_row(c, label);
	int differs = 0;

	for (int j = 0; r && j < c->columns; j++) {
		r->cell[j].text = values_of(c, j, at);
		if (!r->cell[j].text)
			return ry_fail_memory("a comparison");
		differs = differs || strcmp(r->cell[j].text, r->cell[0].text) != 0;
	}
	if (r && !differs)
		drop_row(c);
	return r ? RY_OK : ry_failure();
}

static int is_own(const char *name)
{
	for (const char *const *own = own_options; *own; own++)
		if (strcmp(*own, name) == 0)
			return 1;
	return 0;
}

/* The names of all options that any run has, as keys. */
static json_t *all_options(const struct comparison *c)
{
	json_t *all = json_object(), *value;
	const char *name;

	for (int k = 0; k < c->n; k++)
		json_object_foreach(json_object_get(c->run[k].info, "options"), name, value)
			if (!is_own(name) && !json_object_get(all, name))
				json_object_set_new(all, name, json_null());
	return all;
}

static enum ry_status add_counts(struct comparison *c)
{
	struct compare_row *r = c->columns < c->n ? add_row(c, "runs") : NULL;

	if (c->columns >= c->n)
		return RY_OK;
	for (int j = 0; r && j < c->columns; j++) {
		char count[16];

		snprintf(count, sizeof count, "%d", runs_of(c, j));
		if (!(r->cell[j].text = strdup(count)))
			return ry_fail_memory("a comparison");
	}
	return r ? RY_OK : ry_failure();
}

static enum ry_status add_options(struct comparison *c)
{
	const struct run_kind *kind = c->run[0].kind;
	const struct { const char *label; struct place at; } first[] = {
		{ "kind", { NULL, "kind" } },
		{ kind->data, { NULL, NULL } },
		{ "fingerprint", { kind->data, "fingerprint" } },
		{ "test_fingerprint", { kind->data, "test_fingerprint" } },
		{ "state", { NULL, "status" } },
		{ "seed", { NULL, "seed" } },
		{ "fold", { NULL, "fold" } },
	};
	json_t *all = all_options(c), *value;
	const char *name;
	enum ry_status s = add_counts(c);

	for (size_t k = 0; s == RY_OK && k < sizeof first / sizeof *first; k++)
		s = add_place(c, first[k].label, first[k].at);
	json_object_foreach(all, name, value)
		if (s == RY_OK)
			s = add_place(c, name, (struct place){ "options", name });
	json_decref(all);
	return s;
}

/* ---- scores ---- */

static double number_of(const json_t *numbers, const char *name)
{
	const json_t *v = json_object_get(numbers, name);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

/* The half width of the 95 % interval of a single run's score: what its evaluation found. */
static double stored_half(const struct compared_run *r, const char *measure)
{
	double error = number_of(r->numbers, "standard_error");
	double episodes = number_of(r->numbers, "evaluation_episodes");

	for (const char *const *name = r->kind->rank; *name; name++)
		if (strcmp(*name, measure) == 0 && error >= 0 && episodes >= 2)
			return error * gsl_cdf_tdist_Pinv(0.975, episodes - 1);
	return NAN;
}

/* The interval mean +- half, within what the measure can be.  Without an interval, and for the
 * number of parameters, which all seeds share, there is nothing to say. */
static void set_interval(struct compare_cell *cell, const struct compared_run *r,
                         const char *measure, double half)
{
	double least, most;
	char low[24], high[24];

	if (!isfinite(half) || (cell->n > 1 && half == 0 && cell->mean == floor(cell->mean)))
		return;
	run_kind_limits(r->kind, data_name(r), measure, &least, &most);
	cell->low = cell->mean - half;
	cell->high = cell->mean + half;
	if (cell->low >= least && cell->high <= most) {
		words_value(cell->margin, sizeof cell->margin, half);
		return;
	}
	metrics_interval_within(cell->mean, half, least, most, &cell->low, &cell->high);
	snprintf(cell->ends, sizeof cell->ends, "[%s, %s]",
	         words_value(low, sizeof low, cell->low),
	         words_value(high, sizeof high, cell->high));
}

static enum ry_status fill_score(struct comparison *c, int column, struct compare_cell *cell,
                                 const char *measure)
{
	double *x = calloc((size_t)c->n, sizeof *x);
	double half = NAN;
	char mean[32];

	for (int k = 0; x && k < c->n; k++) {
		double v = number_of(c->run[k].numbers, measure);

		if (comparison_has(c, column, k) && isfinite(v))
			x[cell->n++] = v;
	}
	if (x && cell->n)
		metrics_interval(x, (size_t)cell->n, &cell->mean, &half);
	free(x);
	if (cell->n == 1)
		half = stored_half(first_of(c, column), measure);
	set_interval(cell, first_of(c, column), measure, half);
	cell->text = strdup(words_value(mean, sizeof mean, cell->mean));
	return x && cell->text ? RY_OK : ry_fail_memory("a comparison");
}

/* What a run costs says nothing about how good it is. */
static int is_cost(const char *measure)
{
	return strcmp(measure, "seconds") == 0 || strcmp(measure, "parameters") == 0;
}

/* Mark the best of a row, where there is more than one to choose from. */
static void mark_best(const struct comparison *c, struct compare_row *r)
{
	double best = NAN;
	int known = 0;

	if (!c->comparable || c->mean_of_all || is_cost(r->label))
		return;
	for (int j = 0; j < c->columns; j++) {
		double x = r->cell[j].mean;

		known += isfinite(x);
		if (isfinite(x) && !(r->smaller ? best <= x : best >= x))
			best = x;
	}
	for (int j = 0; known > 1 && j < c->columns; j++)
		r->cell[j].best = r->cell[j].mean == best;
}

static int has_score(const struct comparison *c, const char *measure)
{
	for (int k = 0; k < c->n; k++)
		if (isfinite(number_of(c->run[k].numbers, measure)))
			return 1;
	return 0;
}

static int has_row(const struct comparison *c, const char *label)
{
	for (int k = 0; k < c->n_rows; k++)
		if (c->row[k].score && strcmp(c->row[k].label, label) == 0)
			return 1;
	return 0;
}

static enum ry_status add_score(struct comparison *c, const struct run_measure *m)
{
	struct compare_row *r = add_row(c, m->name);
	enum ry_status s = r ? RY_OK : ry_failure();

	if (r) {
		r->score = 1;
		r->smaller = m->smaller;
	}
	for (int j = 0; s == RY_OK && j < c->columns; j++)
		s = fill_score(c, j, &r->cell[j], m->name);
	if (s == RY_OK)
		mark_best(c, r);
	return s;
}

/* Below a measure its baseline, which is no competitor: "baseline_auc". */
static enum ry_status add_baseline(struct comparison *c, const struct run_kind *kind,
                                   const struct run_measure *m)
{
	const char *name = run_kind_baseline(kind, m->name);
	struct compare_row *r;
	enum ry_status s = RY_OK;
	char label[80];

	if (!name || !has_score(c, name))
		return RY_OK;
	snprintf(label, sizeof label, "baseline_%.60s", m->name);
	if (!(r = add_row(c, label)))
		return ry_failure();
	r->score = 1;
	r->smaller = m->smaller;
	for (int j = 0; s == RY_OK && j < c->columns; j++)
		s = fill_score(c, j, &r->cell[j], name);
	note(c, "Baseline: %s.", kind->baseline_words);
	return s;
}

/* What the kinds can be ranked by, as far as any run has it. */
static enum ry_status add_scores(struct comparison *c)
{
	enum ry_status s = RY_OK;

	for (int k = 0; k < c->n; k++)
		for (const struct run_measure *m = c->run[k].kind->results; m->name; m++)
			if (s == RY_OK && has_score(c, m->name) && !has_row(c, m->name)) {
				s = add_score(c, m);
				if (s == RY_OK)
					s = add_baseline(c, c->run[k].kind, m);
			}
	return s;
}

/* ---- notes ---- */

static void note_data(struct comparison *c, const struct compared_run *a,
                      const struct compared_run *b)
{
	if (strcmp(kind_name(a), kind_name(b)) != 0)
		note(c, "The runs are of different kinds (%.20s, %.20s): their scores cannot be "
		     "compared.", kind_name(a), kind_name(b));
	else if (strcmp(data_name(a), data_name(b)) != 0 &&
	         strcmp(data_identity(a), data_identity(b)) != 0)
		note(c, "%s was trained on %s, %s on %s: scores on different data cannot be "
		     "compared.", a->name, data_name(a), b->name, data_name(b));
	else if (strcmp(data_identity(a), data_identity(b)) != 0)
		note(c, "%s and %s were trained on different data, although both are called %s: "
		     "their scores cannot be compared.", a->name, b->name, data_name(a));
	else
		note(c, "%s and %s were tested on different data: their test scores cannot be "
		     "compared.", a->name, b->name);
	c->comparable = 0;
}

/* The earlier run that run k is held against: of another column, as scores are compared between
 * columns; the one with the same seed and fold if there is one, as each fold is scored on students
 * of its own.  -1: none. */
static int partner_of(const struct comparison *c, int k)
{
	int partner = -1;

	for (int i = 0; i < k; i++) {
		const struct compared_run *a = &c->run[i], *b = &c->run[k];

		if (c->mean_of_all || a->column == b->column)
			continue;
		if (same_seed(a, b) && fold_of(a) == fold_of(b))
			return i;
		if (partner < 0 && !(fold_of(a) && fold_of(b)))
			partner = i;
	}
	return partner;
}

/* Numbers of a result that say what was scored, and how. */
static void note_scoring(struct comparison *c)
{
	static const char *const conditions[] = { "predictions", "evaluation_epsilon",
		                                  "evaluation_cap" };

	for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
		for (int k = 1; k < c->n && c->comparable; k++) {
			int j = partner_of(c, k);
			double a = j < 0 ? NAN : number_of(c->run[j].numbers, conditions[i]);
			double b = number_of(c->run[k].numbers, conditions[i]);
			char words[40];

			if (isnan(a) || isnan(b) || a == b)
				continue;
			note(c, "%s and %s were not scored on the same (%s: %.10g, %.10g): their "
			     "scores cannot be compared.", c->run[j].name, c->run[k].name,
			     run_rows_words(words, sizeof words, conditions[i]), a, b);
			c->comparable = 0;
		}
}

/* Whether a column has a run of this fold. */
static int has_fold(const struct comparison *c, int column, int fold)
{
	for (int k = 0; k < c->n; k++)
		if (c->run[k].column == column && fold_of(&c->run[k]) == fold)
			return 1;
	return 0;
}

/* Cross-validations of which not the same folds are given. */
static void note_folds(struct comparison *c)
{
	for (int k = 0; k < c->n && c->comparable && !c->mean_of_all; k++)
		for (int j = 0; j < c->columns && fold_of(&c->run[k]); j++) {
			const struct compared_run *other = first_of(c, j);

			if (!fold_of(other) || has_fold(c, j, fold_of(&c->run[k])))
				continue;
			note(c, "%s is fold %d, which %s lacks: scores of different folds cannot "
			     "be compared.", c->run[k].name, fold_of(&c->run[k]), c->title[j]);
			c->comparable = 0;
			return;
		}
}

static void note_differences(struct comparison *c)
{
	c->comparable = 1;
	for (int k = 1; k < c->n && c->comparable; k++)
		if (!same_data(&c->run[0], &c->run[k]))
			note_data(c, &c->run[0], &c->run[k]);
	note_scoring(c);
	note_folds(c);
}

static void note_repeated(struct comparison *c)
{
	for (int k = 1; k < c->n; k++)
		for (int i = 0; i < k; i++)
			if (same_but_seed(&c->run[i], &c->run[k]) &&
			    same_seed(&c->run[i], &c->run[k])) {
				note(c, "%s and %s have the same options and the same seed: one "
				     "repeats the other.", c->run[i].name, c->run[k].name);
				return;
			}
}

static void note_unfinished(struct comparison *c)
{
	for (int k = 0; k < c->n; k++) {
		enum run_list_state state = c->run[k].state;

		if (state != LISTED_DONE)
			note(c, "%s has not finished (%s): its scores are the best so far.",
			     c->run[k].name, run_list_states[state]);
	}
}

static void note_intervals(struct comparison *c)
{
	int seeds = 0, stored = 0;

	if (c->mean_of_all)
		note(c, "The runs differ only in their seeds or folds.");
	for (int k = 0; k < c->n_rows; k++)
		for (int j = 0; j < c->columns; j++) {
			const struct compare_cell *cell = &c->row[k].cell[j];

			seeds |= cell->n > 1 && isfinite(cell->low);
			stored |= cell->n == 1 && isfinite(cell->low);
		}
	if (seeds)
		note(c, "Intervals of several runs: 95 %%, over their seeds or folds (Student's "
		     "t).");
	if (stored)
		note(c, "Intervals of single runs: 95 %%, over the episodes of their evaluation; "
		     "another seed may give another mean.");
	if (!seeds && c->comparable)
		note(c, "Each is one run: differences may be due to the seed. Several seeds give "
		     "intervals.");
}

/* ---- all of it ---- */

/* A run that is given twice would count twice. */
static enum ry_status check_twice(const struct comparison *c)
{
	for (int k = 1; k < c->n; k++)
		for (int i = 0; i < k; i++) {
			const struct stat *a = &c->run[i].folder, *b = &c->run[k].folder;

			if (a->st_ino == b->st_ino && a->st_dev == b->st_dev)
				return ry_fail(RY_EINVAL, "%s and %s are the same run",
				               c->run[i].path, c->run[k].path);
		}
	return RY_OK;
}

enum ry_status comparison_make(struct comparison *c, command_lists lists, int n,
                               char *const *path)
{
	enum ry_status s = RY_OK;

	memset(c, 0, sizeof *c);
	c->run = ry_calloc((size_t)n, sizeof *c->run, "a comparison");
	c->title = ry_calloc((size_t)n + 1, sizeof *c->title, "a comparison");
	c->names = run_names(n, path);
	c->notes = json_array();
	if (!c->run || !c->title || !c->names || !c->notes)
		return ry_fail_memory("a comparison");
	c->n = n;
	for (int k = 0; k < n && s == RY_OK; k++) {
		s = command_interrupted() ? ry_fail(RY_ESTOP, "interrupted")
		                          : read_run(&c->run[k], lists, path[k]);
		c->run[k].name = c->names[k];
		if (s == RY_OK)
			c->run[k].same = without_seed(&c->run[k]);
	}
	if (s == RY_OK)
		s = check_twice(c);
	if (s != RY_OK)
		return s;
	make_columns(c);
	name_columns(c);
	note_differences(c);
	note_repeated(c);
	note_unfinished(c);
	s = add_options(c);
	if (s == RY_OK)
		s = add_scores(c);
	note_intervals(c);
	return s;
}
