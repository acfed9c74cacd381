/* kt_model.c - the model itself, its file, and the measures; see kt_model.h. */
#include "rnn/kt/kt_model.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "rnn/layers/recurrent.h"
#include "src/base/json_value.h"
#include "src/nn/metrics.h"

static const layer_list layer_lists[] = { rnn_layers, core_layers, NULL };

/* The net's text: recurrent layers, dropout if any, read-out. */
static char *model_lines(const char *cell, int M, int hidden, int layers, double dropout)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	for (int k = 0; k < layers; k++)
		fprintf(f, "rnn=%s %d %d %d\n", cell, k ? hidden : 2 * M, hidden, k);
	if (dropout > 0)
		fprintf(f, "drop=dropout %d %.17g\n", hidden, dropout);
	fprintf(f, "out=dense %d %d\n", hidden, M);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* A model of M exercises with nothing in it yet but its net, which it takes over.  NULL when memory
 * ran out or the net is NULL. */
static struct kt_model *model_alloc(struct net *net, int M)
{
	struct kt_model *m = net ? ry_calloc(1, sizeof *m, "a model") : NULL;

	if (!m) {
		net_free(net);
		return NULL;
	}
	m->net = net;
	m->M = M;
	m->exercise = ry_calloc(M, sizeof *m->exercise, "exercise names");
	m->skill_mean = m->exercise ? ry_calloc(M, sizeof *m->skill_mean, "skill means") : NULL;
	if (!m->skill_mean) {
		kt_model_free(m);
		return NULL;
	}
	return m;
}

/* The skill means of everybody in s. */
static enum ry_status all_means(struct kt_model *m, const struct sequences *s)
{
	int *student = ry_calloc(s->students, sizeof *student, "a list of students");
	enum ry_status status;

	if (!student)
		return ry_failure();
	for (int i = 0; i < s->students; i++)
		student[i] = i;
	status = kt_skill_means(s, student, s->students, m->skill_mean, &m->overall_mean);
	free(student);
	return status;
}

struct kt_model *kt_model_make(const char *cell, int hidden, int layers, double dropout,
                               const struct sequences *s)
{
	char *lines = model_lines(cell, s->exercises, hidden, layers, dropout);
	struct kt_model *m;

	if (!lines) {
		ry_fail_memory("a model");
		return NULL;
	}
	m = model_alloc(net_make(lines, layer_lists), s->exercises);
	free(lines);
	if (!m)
		return NULL;
	for (int q = 0; q < m->M; q++)
		if (!(m->exercise[q] = strdup(s->exercise_name[q]))) {
			ry_fail_memory("exercise names");
			kt_model_free(m);
			return NULL;
		}
	if (all_means(m, s) != RY_OK) {
		kt_model_free(m);
		return NULL;
	}
	return m;
}

void kt_model_free(struct kt_model *m)
{
	if (!m)
		return;
	for (int q = 0; m->exercise && q < m->M; q++)
		free(m->exercise[q]);
	free(m->exercise);
	free(m->skill_mean);
	net_free(m->net);
	free(m);
}

/* ---- model files ---- */

/* Set a metadata string to a JSON value; takes over the reference. */
static enum ry_status set_meta_json(struct st_writer *to, const char *key, json_t *value)
{
	char *text = json_value_print(value, JSON_COMPACT | JSON_ENCODE_ANY);
	enum ry_status status = text ? st_set_meta(to, key, text) : ry_fail_memory("a model file");

	free(text);
	json_decref(value);
	return status;
}

enum ry_status kt_model_write(const struct kt_model *m, struct st_writer *to)
{
	json_t *names = json_array(), *means = json_array();
	enum ry_status status;

	for (int q = 0; q < m->M; q++) {
		char number[16];

		snprintf(number, sizeof number, "#%d", q);
		json_value_add(&names, json_value_text(m->exercise[q], number));
		json_value_add(&means, isnan(m->skill_mean[q]) ? json_null()
		                                              : json_real(m->skill_mean[q]));
	}
	if (names && means) {
		status = set_meta_json(to, "exercises", names);
	} else {
		json_decref(names);
		status = ry_fail_memory("a model file");
	}
	if (status != RY_OK) {
		json_decref(means);
		return status;
	}
	if ((status = set_meta_json(to, "skill_means", means)) != RY_OK ||
	    (status = set_meta_json(to, "overall_mean", json_real(m->overall_mean))) != RY_OK ||
	    (status = st_set_meta(to, "kind", "kt")) != RY_OK ||
	    (status = st_set_meta(to, "format", "pt")) != RY_OK ||
	    (status = st_set_meta(to, "input", "one-hot: exercise + answer * exercises")) !=
	            RY_OK ||
	    (status = st_set_meta(to, "layers", net_lines(m->net))) != RY_OK)
		return status;
	return net_write(m->net, to);
}

/* A JSON metadata value of the wanted type, or NULL with the sentence set. */
static json_t *get_meta_json(const struct st_file *from, const char *key,
                             int (*is_type)(const json_t *))
{
	const char *text = st_meta(from, key);
	json_t *value;

	errno = 0;
	value = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	if (text && !value && errno == ENOMEM) {
		ry_fail_memory(st_path(from));
		return NULL;
	}
	if (!value || !is_type(value)) {
		json_decref(value);
		ry_fail(RY_EDATA,
		        "%s: metadata '%s' is missing or damaged: not a knowledge-tracing model of "
		        "riley's",
		        st_path(from), key);
		return NULL;
	}
	return value;
}

static int is_array(const json_t *v)  { return json_is_array(v); }
static int is_number(const json_t *v) { return json_is_number(v); }

/* Names and means into the model; RY_EDATA when they don't fit. */
static enum ry_status fill(struct kt_model *m, const struct st_file *from, const json_t *names,
                           const json_t *means)
{
	if (json_array_size(means) != (size_t)m->M)
		return ry_fail(RY_EDATA, "%s: %zu skill means for %d exercises", st_path(from),
		               json_array_size(means), m->M);
	for (int q = 0; q < m->M; q++) {
		const char *name = json_string_value(json_array_get(names, q));
		const json_t *mean = json_array_get(means, q);

		if (!name || !(json_is_null(mean) || json_is_number(mean)))
			return ry_fail(RY_EDATA,
			               "%s: exercise %d of the metadata has no name or no mean",
			               st_path(from), q);
		m->exercise[q] = strdup(name);
		if (!m->exercise[q])
			return ry_fail_memory("exercise names");
		m->skill_mean[q] = json_is_null(mean) ? NAN : json_number_value(mean);
	}
	return RY_OK;
}

/* The net must be one that traces knowledge: 2 M one-hot inputs, M outputs from a dense layer. */
static enum ry_status check_shape(const struct kt_model *m, const struct st_file *from)
{
	const struct net *net = m->net;

	if (net->D != 2 * m->M || net->M != m->M || net->L < 2 ||
	    !(net->layer[0]->ops->takes & LAYER_HOT) ||
	    strcmp(net->layer[net->L - 1]->ops->name, "dense") != 0)
		return ry_fail(RY_ESHAPE,
		               "%s: the layers do not lead from %d one-hot inputs to %d exercises "
		               "by a dense layer",
		               st_path(from), 2 * m->M, m->M);
	return RY_OK;
}

struct kt_model *kt_model_read(const struct st_file *from, enum ry_status *status)
{
	enum ry_status own, *s = status ? status : &own;
	json_t *names = get_meta_json(from, "exercises", is_array);
	json_t *means = names ? get_meta_json(from, "skill_means", is_array) : NULL;
	json_t *mean = means ? get_meta_json(from, "overall_mean", is_number) : NULL;
	size_t size = json_array_size(names);
	struct kt_model *m = NULL;
	struct net *net;

	if (!mean) {
		*s = ry_failure();
	} else if (size < 1 || size > LAYER_FEATURES_MAX / 2) {
		*s = ry_fail(RY_EDATA, "%s: %zu exercises in the metadata: expected at least 1",
		             st_path(from), size);
	} else if ((net = net_open(from, layer_lists, s))) {
		m = model_alloc(net, (int)size);
		*s = m ? fill(m, from, names, means) : ry_failure();
		if (*s == RY_OK) {
			m->overall_mean = json_number_value(mean);
			*s = check_shape(m, from);
		}
		if (*s != RY_OK) {
			kt_model_free(m);
			m = NULL;
		}
	}
	json_decref(names);
	json_decref(means);
	json_decref(mean);
	return m;
}

/* ---- measures ---- */

enum ry_status kt_skill_means(const struct sequences *s, const int *students, int n, double *mean,
                              double *overall)
{
	size_t *seen = ry_calloc(s->exercises, sizeof *seen, "skill means"), answers = 0;
	double right = 0;

	if (!seen)
		return ry_failure();
	for (int q = 0; q < s->exercises; q++)
		mean[q] = 0;
	for (int k = 0; k < n; k++)
		for (size_t i = s->start[students[k]]; i < s->start[students[k] + 1]; i++) {
			right += s->correct[i];
			mean[s->exercise[i]] += s->correct[i];
			seen[s->exercise[i]]++;
			answers++;
		}
	for (int q = 0; q < s->exercises; q++)
		mean[q] = seen[q] ? mean[q] / seen[q] : NAN;
	*overall = answers ? right / answers : 0.5;
	free(seen);
	return RY_OK;
}

void kt_predict_means(const double *mean, double overall, const struct sequences *s,
                      const int *students, int n, float *p)
{
	for (int k = 0; k < n; k++) {
		size_t from = s->start[students[k]], to = s->start[students[k] + 1];

		for (size_t i = from; i < to; i++) {
			double m = mean[s->exercise[i]];

			p[i] = i == from ? NAN : (float)(isnan(m) ? overall : m);
		}
	}
}

void kt_predict_skill_mean(const struct kt_model *m, const struct sequences *s, const int *students,
                           int n, float *p)
{
	kt_predict_means(m->skill_mean, m->overall_mean, s, students, n, p);
}

/* The predictions of the students listed, end to end. */
struct pool {
	size_t         n;
	float         *p;
	unsigned char *y;
	int           *exercise, *student;
};

static void pool_free(struct pool *pool)
{
	free(pool->p);
	free(pool->y);
	free(pool->exercise);
	free(pool->student);
}

static enum ry_status pool_fill(struct pool *pool, const struct sequences *s, const int *students,
                                int n, const float *p)
{
	size_t room = 1;

	for (int k = 0; k < n; k++)
		room += s->start[students[k] + 1] - s->start[students[k]];
	pool->p = malloc(room * sizeof *pool->p);
	pool->y = malloc(room * sizeof *pool->y);
	pool->exercise = malloc(room * sizeof *pool->exercise);
	pool->student = malloc(room * sizeof *pool->student);
	if (!pool->p || !pool->y || !pool->exercise || !pool->student)
		return ry_fail_memory("predictions");
	for (int k = 0; k < n; k++)
		for (size_t i = s->start[students[k]] + 1; i < s->start[students[k] + 1]; i++) {
			pool->p[pool->n] = p[i];
			pool->y[pool->n] = s->correct[i];
			pool->exercise[pool->n] = s->exercise[i];
			pool->student[pool->n++] = k;
		}
	return RY_OK;
}

enum ry_status kt_score(struct kt_scores *scores, const struct sequences *s, const int *students,
                        int n, const float *p)
{
	struct pool pool = { 0 };
	struct binary_scores b;
	enum ry_status status = pool_fill(&pool, s, students, n, p);

	if (status == RY_OK)
		status = metrics_binary(&b, pool.n, pool.p, pool.y);
	if (status == RY_OK)
		*scores = (struct kt_scores){ .predictions = pool.n,
			                      .auc = b.auc,
			                      .accuracy = b.accuracy,
			                      .log_loss = b.log_loss,
			                      .rmse = b.rmse };
	if (status == RY_OK)
		status = metrics_grouped_auc(&scores->mean_exercise_auc, &scores->exercises_counted,
		                             pool.n, pool.p, pool.y, pool.exercise, s->exercises);
	if (status == RY_OK)
		status = metrics_grouped_auc(&scores->mean_student_auc, &scores->students_counted,
		                             pool.n, pool.p, pool.y, pool.student, n);
	pool_free(&pool);
	return status;
}

enum ry_status kt_score_gain(double *gain, double *half, const struct sequences *s,
                             const int *students, int n, const float *p, const float *other)
{
	struct pool a = { 0 }, b = { 0 };
	enum ry_status status = pool_fill(&a, s, students, n, p);

	if (status == RY_OK)
		status = pool_fill(&b, s, students, n, other);
	if (status == RY_OK)
		status = metrics_auc_gain(gain, half, a.n, a.p, b.p, a.y, a.student, n);
	pool_free(&a);
	pool_free(&b);
	return status;
}
