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
#include "src/base/random.h"
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

static enum ry_status separator(const char *text, char *sep)
{
	*sep = '\0';
	if (!text)
		return RY_OK;
	*sep = strcmp(text, "tab") == 0 ? '\t' : text[0];
	if (strcmp(text, "tab") != 0 && strlen(text) != 1)
		return ry_fail(RY_EINVAL, "--sep '%s': expected one character, or 'tab'", text);
	return RY_OK;
}

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
	struct table_options options = { .target = o->target, .kind = kind, .header = o->header };
	struct table *t;
	char *path;

	if (strncmp(file, "gen:", 4) == 0)
		return generate(file, o, kind, fits, seed, status);
	*status = separator(o->sep, &options.sep);
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

/* ---- fingerprint ---- */

static unsigned long long fnv(unsigned long long h, const void *data, size_t size)
{
	const unsigned char *byte = data;

	for (size_t i = 0; i < size; i++)
		h = (h ^ byte[i]) * 0x100000001b3u;
	return h;
}

unsigned long long net_data_fingerprint(const struct table *t)
{
	unsigned long long h = 0xcbf29ce484222325u;
	const int shape[3] = { t->rows, t->features, t->classes };

	h = fnv(h, shape, sizeof shape);
	for (int j = 0; j < t->features; j++)
		h = fnv(h, t->feature_name[j], strlen(t->feature_name[j]) + 1);
	for (int k = 0; k < t->classes; k++)
		h = fnv(h, t->class_name[k], strlen(t->class_name[k]) + 1);
	h = fnv(h, t->x, (size_t)t->rows * t->features * sizeof *t->x);
	if (t->y)
		h = fnv(h, t->y, t->rows * sizeof *t->y);
	if (t->label)
		h = fnv(h, t->label, t->rows * sizeof *t->label);
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

/* Mark every 1/share-th row of that order: the same share of each class, give or take one. */
static int mark(unsigned char *taken, const int *row, int rows, double share)
{
	int n = (int)(share * rows + 0.5);

	if (share > 0 && rows >= 2)
		n = n < 1 ? 1 : n > rows - 1 ? rows - 1 : n;
	for (int i = 0; i < rows; i++)
		taken[row[i]] = (long)(i + 1) * n / rows > (long)i * n / rows;
	return n;
}

enum ry_status net_data_split(const struct table *t, double share, gsl_rng *rng,
                              struct table **kept, struct table **taken)
{
	int *row = ry_calloc(2 * (size_t)t->rows, sizeof *row, "the order of rows");
	unsigned char *mine = ry_calloc(t->rows, 1, "the order of rows");
	int n_taken = 0, n_kept = 0;

	*kept = *taken = NULL;
	if (row && mine) {
		order_rows(row, t, rng);
		n_taken = mark(mine, row, t->rows, share);
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
	return (*taken || !n_taken) && (*kept || !n_kept) && n_taken + n_kept == t->rows
	               ? RY_OK
	               : ry_failure();
}
