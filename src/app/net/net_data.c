/* net_data.c - see net_data.h. */
#include "src/app/net/net_data.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <gsl/gsl_randist.h>

#include "datasets/table/bundled.h"
#include "datasets/table/points.h"
#include "src/base/fnv.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/option_effects.h"
#include "src/cli/suggest.h"

const char *const net_headers[] = { "auto", "yes", "no", NULL };    /* enum table_header */

void net_data_defaults(struct net_data_options *o)
{
	*o = (struct net_data_options){ .points = 1000, .noise = 0.05 };
}

const char *net_data_name(const char *file)
{
	return strncmp(file, "gen:", 4) == 0 ? file + 4 : file;
}

/* ---- points ---- */

static int count(const char *const *names)
{
	int n = 0;

	while (names[n])
		n++;
	return n;
}

static enum ry_status find_task(const char *name, int *task)
{
	int n = count(points_names);
	const char *near;

	for (*task = 0; *task < n; (*task)++)
		if (strcmp(points_names[*task], name) == 0)
			return RY_OK;
	near = suggest_nearest(name, points_names, n);
	if (near)
		return ry_fail(RY_EINVAL, "gen:%s: unknown generator; did you mean gen:%s?",
		               name, near);
	return ry_fail(RY_EINVAL,
	               "gen:%s: unknown generator: expected and, or, xor, circle, spiral or moons",
	               name);
}

/* Do the names of generated points agree with the model's? */
static enum ry_status check_names(const char *file, const struct table *t,
                                  const struct net_model *m)
{
	int same = t->features == m->D && (m->K == 0 || t->classes == m->K);

	for (int j = 0; same && j < m->D; j++)
		same = strcmp(t->feature_name[j], m->feature[j]) == 0;
	for (int k = 0; same && k < m->K; k++)
		same = strcmp(t->class_name[k], m->class_name[k]) == 0;
	return same ? RY_OK
	            : ry_fail(RY_ESHAPE,
	                      "%s: its columns differ from those the model was trained on", file);
}

/* A target that is to be a number: the class's. */
static enum ry_status class_to_number(struct table *t)
{
	t->y = ry_calloc(t->rows, sizeof *t->y, "targets");
	if (!t->y)
		return ry_failure();
	for (int r = 0; r < t->rows; r++)
		t->y[r] = t->label[r];
	free(t->label);
	t->label = NULL;
	for (int k = 0; k < t->classes; k++)
		free(t->class_name[k]);
	t->classes = 0;
	return RY_OK;
}

static struct table *generate(const char *file, const struct net_data_options *o,
                              enum table_target kind, const struct net_model *fits, long seed,
                              enum ry_status *status)
{
	int task;
	gsl_rng *rng;
	struct table *t = NULL;

	*status = find_task(file + 4, &task);
	if (*status != RY_OK)
		return NULL;
	rng = random_stream(seed, STREAM_SAMPLE);
	if (rng) {
		t = points_make(task, o->points, o->noise, rng);
		gsl_rng_free(rng);
	}
	*status = t ? RY_OK : ry_failure();
	if (t && fits)
		*status = check_names(file, t, fits);
	if (*status == RY_OK && kind == TABLE_NUMBER)
		*status = class_to_number(t);
	if (*status != RY_OK) {
		table_free(t);
		return NULL;
	}
	return t;
}

/* ---- files ---- */

/* What comes along, when there is no file of that name here: "iris" or "iris.csv". */
static char *bundled(const char *file)
{
	char name[256], *path;

	if (strchr(file, '/') || strcmp(file, "-") == 0 || access(file, F_OK) == 0)
		return NULL;
	path = bundled_path(file);
	if (path)
		return path;
	snprintf(name, sizeof name, "%.250s.csv", file);
	return bundled_path(name);
}

enum ry_status net_data_look(const char *file)
{
	int task;
	char *path;

	if (strncmp(file, "gen:", 4) == 0)
		return find_task(file + 4, &task);
	path = bundled(file);
	free(path);
	return path || access(file, R_OK) == 0 ? RY_OK
	                                       : ry_fail(RY_EDATA, "%s: %s", file, strerror(errno));
}

struct table *net_data_read(const char *file, const struct net_data_options *o,
                            enum table_target kind, const struct net_model *fits, long seed,
                            enum ry_status *status)
{
	struct table_options options = { .target = o->target,
		                         .kind = kind,
		                         .header = o->header,
		                         .n_ignored = o->ignore.n,
		                         .ignored = o->ignore.text };
	struct table *t;
	char *path;

	if (strncmp(file, "gen:", 4) == 0)
		return generate(file, o, kind, fits, seed, status);
	*status = o->sep ? table_separator(o->sep, &options.sep) : RY_OK;
	if (*status != RY_OK)
		return NULL;
	if (fits) {
		options.n_features = fits->D;
		options.features = fits->feature;
		options.n_classes = fits->K;
		options.classes = fits->class_name;
		if (!options.target)
			options.target = fits->target;
	}
	path = bundled(file);
	t = table_read(path ? path : file, &options, status);
	free(path);
	return t;
}

/* ---- what was found ---- */

/* "1,234 rows". */
static const char *rows_text(char text[40], int rows)
{
	char number[32];

	snprintf(text, 40, "%s row%s", text_count(number, (size_t)rows), rows == 1 ? "" : "s");
	return text;
}

/* Whether a name of a column is a number, as data would be. */
static int has_number(const struct table *t)
{
	for (int j = 0; j < t->features; j++) {
		const char *name = t->feature_name[j];

		if (*name && !name[strspn(name, "+-.0123456789eE")])
			return 1;
	}
	return 0;
}

struct net_data_source net_data_source(const struct table *t)
{
	return (struct net_data_source){ .rows = t->rows, .header = t->sep ? t->header : -1 };
}

const char *net_data_source_text(const struct net_data_source *s, char text[60])
{
	char rows[40];

	text[0] = '\0';
	if (s->header >= 0)
		snprintf(text, 60, "%s, %s", s->header ? "header found" : "no header",
		         rows_text(rows, s->rows));
	return text;
}

json_t *net_data_header_json(const struct net_data_source *s)
{
	return s->header < 0 ? json_null() : json_boolean(s->header);
}

static void tell_header(const struct cli *cli, const char *file, const struct table *t)
{
	struct net_data_source source = net_data_source(t);
	char text[60], name[8];

	net_data_source_text(&source, text);
	if (!t->header)
		command_fact(cli, "no_header", "%s: %s (--header yes: the first row is names)",
		             file, text);
	else if (has_number(t))
		command_fact(cli, "header",
		             "%s: %s, numbers among its names (--header no: the first row is data)",
		             file, text);
	else
		command_fact(cli, "header", "%s: %s, columns separated by %s", file, text,
		             table_separator_name(t->sep, name));
}

static void tell_target(const struct cli *cli, const struct table *t)
{
	switch (t->reason) {
	case TABLE_FEW_NUMBERS:
		command_note(cli, "target_is_classes", "--task number for regression",
		             "the target '%s' holds %d different whole numbers, which are taken "
		             "for classes", t->target_name, t->classes);
		break;
	case TABLE_MIXED:
		command_note(cli, "target_is_mixed", "",
		             "the target '%s' holds words and numbers, which are taken for %d "
		             "classes", t->target_name, t->classes);
		break;
	case TABLE_SOME_NUMBERS:
		command_note(cli, "target_is_number", "--task classes for classification",
		             "the target '%s' holds few different values, and is treated as a "
		             "number", t->target_name);
		break;
	case TABLE_ASKED:
		break;
	}
}

/* Does a feature count the rows, n, n + 1, n + 2 ...? */
static int counts_rows(const struct table *t, int j)
{
	for (int r = 1; r < t->rows; r++)
		if (t->x[(size_t)r * t->features + j] != t->x[j] + r)
			return 0;
	return t->rows >= 10;
}

static int compare_numbers(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Does a feature hold whole numbers that are all different? */
static int numbers_rows(const struct table *t, int j)
{
	double *x = ry_calloc(t->rows, sizeof *x, "a column");
	int different = x && t->rows >= 10;

	for (int r = 0; x && r < t->rows; r++)
		x[r] = t->x[(size_t)r * t->features + j];
	if (x)
		qsort(x, (size_t)t->rows, sizeof *x, compare_numbers);
	for (int r = 0; different && r < t->rows; r++)
		different = x[r] == floor(x[r]) && (r == 0 || x[r] > x[r - 1]);
	free(x);
	return different;
}

/* pandas writes its index without a name, and reads it back as "Unnamed: 0". */
static int has_no_name(const char *name)
{
	return !*name || strncmp(name, "Unnamed", 7) == 0;
}

static void tell_index(const struct cli *cli, const struct table *t)
{
	char advice[120];

	for (int j = 0; j < t->features && t->features > 1; j++) {
		const char *name = t->feature_name[j];
		int unnamed = has_no_name(name);

		if (!counts_rows(t, j) && !(unnamed && numbers_rows(t, j)))
			continue;
		snprintf(advice, sizeof advice, "--ignore '%.60s' leaves it out", name);
		command_note(cli, "index_column", advice,
		             *name ? "column '%s' numbers the rows and is used as a feature"
		                   : "the column without a name%s numbers the rows and is used as "
		                     "a feature", name);
	}
}

static int never(const void *options)
{
	(void)options;
	return 0;
}

/* Options that were typed for data of the other kind. */
static void tell_effects(const struct cli *cli, const struct table *t)
{
	static const struct option_effect generated[] = {
		{ "header", never, "a file" },
		{ "sep", never, "a file" },
		{ "ignore", never, "a file" },
		{ NULL, NULL, NULL }
	}, from_file[] = {
		{ "points", never, "generated data (gen:...)" },
		{ "noise", never, "generated data (gen:...)" },
		{ NULL, NULL, NULL }
	};

	option_effects_note(cli, t->sep ? from_file : generated, NULL);
}

void net_data_tell(const struct cli *cli, const char *file, const struct table *t, int trained)
{
	if (trained)
		tell_effects(cli, t);
	if (!t->sep)                         /* generated */
		return;
	tell_header(cli, strcmp(file, "-") == 0 ? "standard input" : file, t);
	if (!trained)
		return;
	tell_target(cli, t);
	tell_index(cli, t);
}

/* ---- fingerprint ---- */

unsigned long long net_data_fingerprint(const struct table *t)
{
	uint64_t h = FNV_BASIS;
	const int shape[3] = { t->rows, t->features, t->classes };

	h = fnv_bytes(h, shape, sizeof shape);
	for (int j = 0; j < t->features; j++)
		h = fnv_bytes(h, t->feature_name[j], strlen(t->feature_name[j]) + 1);
	for (int k = 0; k < t->classes; k++)
		h = fnv_bytes(h, t->class_name[k], strlen(t->class_name[k]) + 1);
	h = fnv_bytes(h, t->x, (size_t)t->rows * t->features * sizeof *t->x);
	if (t->y)
		h = fnv_bytes(h, t->y, t->rows * sizeof *t->y);
	if (t->label)
		h = fnv_bytes(h, t->label, t->rows * sizeof *t->label);
	return h;
}

/* ---- parts ---- */

/* Rows in a random order, then by class. */
static void order_rows(int *row, const struct table *t, gsl_rng *rng)
{
	int *shuffled = row + t->rows, n = 0;

	for (int r = 0; r < t->rows; r++)
		shuffled[r] = r;
	gsl_ran_shuffle(rng, shuffled, t->rows, sizeof *shuffled);
	if (!t->label) {
		memcpy(row, shuffled, t->rows * sizeof *row);
		return;
	}
	for (int k = 0; k < t->classes; k++)
		for (int i = 0; i < t->rows; i++)
			if (t->label[shuffled[i]] == k)
				row[n++] = shuffled[i];
}

/* How many rows are wanted: at least one on either side. */
static int wanted_rows(int rows, double share)
{
	int n = (int)(share * rows + 0.5);

	return share > 0 && rows >= 2 ? n < 1 ? 1 : n > rows - 1 ? rows - 1 : n : n;
}

/* Mark every 1/share-th row of that order: the same share of each class, give or take one. */
static void mark_every(unsigned char *taken, const int *row, int rows, int n)
{
	for (int i = 0; i < rows; i++)
		taken[row[i]] = (long)(i + 1) * n / rows > (long)i * n / rows;
}

/* A class as it is shared out: its rows, those taken, and the chance of one more. */
struct share {
	int    rows, taken;
	double more;
};

/* Draw a class that can give one more row, with chances as in `more`; -1 when there is none. */
static int draw_class(const struct share *s, int K, gsl_rng *rng)
{
	double all = 0, at;
	int last = -1;

	for (int k = 0; k < K; k++)
		all += s[k].taken < s[k].rows - 1 ? s[k].more : 0;
	at = gsl_rng_uniform(rng) * all;
	for (int k = 0; k < K; k++) {
		if (s[k].taken >= s[k].rows - 1 || s[k].more == 0)
			continue;
		last = k;
		at -= s[k].more;
		if (at < 0)
			break;
	}
	return last;
}

/* Mark n rows: of each class its share rounded down, then one more of classes that are drawn, by
 * what the rounding cut off.  A class always keeps one. */
static enum ry_status mark_drawn(unsigned char *taken, const int *row, const struct table *t, int n,
                                 gsl_rng *rng)
{
	int K = t->classes > 0 && t->label ? t->classes : 1, left = n, k;
	struct share *s = ry_calloc(K, sizeof *s, "the rows of each class");

	if (!s)
		return ry_failure();
	for (int r = 0; r < t->rows; r++)
		s[t->label ? t->label[r] : 0].rows++;
	for (k = 0; k < K; k++) {
		double exact = (double)n * s[k].rows / t->rows;

		s[k].taken = (int)exact < s[k].rows ? (int)exact : s[k].rows - 1;
		s[k].more = exact - floor(exact);
		left -= s[k].taken = s[k].taken > 0 ? s[k].taken : 0;
	}
	while (left > 0 && (k = draw_class(s, K, rng)) >= 0) {
		s[k].taken++;
		s[k].more = 0;
		left--;
	}
	/* The rows of a class stand together, in random order. */
	for (int i = 0; i < t->rows; i += s[k].rows) {
		k = t->label ? t->label[row[i]] : 0;
		mark_every(taken, row + i, s[k].rows, s[k].taken);
	}
	free(s);
	return RY_OK;
}

enum ry_status net_data_split(const struct table *t, double share, enum net_split_rule rule,
                              gsl_rng *rng, struct table **kept, struct table **taken)
{
	int *row = ry_calloc(2 * (size_t)t->rows, sizeof *row, "the order of rows");
	unsigned char *mine = ry_calloc(t->rows, 1, "the order of rows");
	int n = wanted_rows(t->rows, share), n_taken = 0, n_kept = 0;

	*kept = *taken = NULL;
	if (row && mine) {
		order_rows(row, t, rng);
		if (rule == NET_SPLIT_EVERY)
			mark_every(mine, row, t->rows, n);
		else if (mark_drawn(mine, row, t, n, rng) != RY_OK)
			n = -1;
		for (int r = 0; r < t->rows; r++)
			n_taken += mine[r];
		for (int r = 0, k = 0; r < t->rows; r++)
			if (mine[r])
				row[k++] = r;
			else
				row[n_taken + n_kept++] = r;
		*taken = n_taken ? table_subset(t, row, n_taken) : NULL;
		*kept = n_kept ? table_subset(t, row + n_taken, n_kept) : NULL;
	}
	free(mine);
	free(row);
	return n >= 0 && (*taken || !n_taken) && (*kept || !n_kept) && n_taken + n_kept == t->rows
	               ? RY_OK
	               : ry_failure();
}
