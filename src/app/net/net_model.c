/* net_model.c - see net_model.h. */
#include "src/app/net/net_model.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json_value.h"
#include "src/nn/activation.h"

static const char *const task_names[] = { "classes", "yes-no", "number", NULL };
static const layer_list lists[] = { core_layers, NULL };

static struct net_model *model_alloc(int D, int K)
{
	struct net_model *m = ry_calloc(1, sizeof *m, "a model");

	if (!m)
		return NULL;
	m->D = D;
	m->K = K;
	m->outputs.sd = 1;
	m->feature = ry_calloc(D, sizeof *m->feature, "a model");
	m->mean = ry_calloc(D, sizeof *m->mean, "a model");
	m->sd = ry_calloc(D, sizeof *m->sd, "a model");
	m->class_name = ry_calloc(K, sizeof *m->class_name, "a model");
	if (!m->feature || !m->mean || !m->sd || !m->class_name) {
		net_model_free(m);
		return NULL;
	}
	return m;
}

void net_model_free(struct net_model *m)
{
	if (!m)
		return;
	for (int j = 0; m->feature && j < m->D; j++)
		free(m->feature[j]);
	for (int k = 0; m->class_name && k < m->K; k++)
		free(m->class_name[k]);
	net_free(m->net);
	free(m->feature);
	free(m->mean);
	free(m->sd);
	free(m->class_name);
	free(m->target);
	free(m);
}

static int copy_text(char **to, const char *from)
{
	*to = strdup(from);
	if (!*to)
		ry_fail_memory("a model");
	return *to != NULL;
}

/* Mean and deviation of every stride-th of n numbers; 1 for a deviation of 0.  0 when they are too
 * large for that. */
static int moments(const double *x, int n, int stride, double *mean, double *sd)
{
	double sum = 0, square = 0;

	for (int i = 0; i < n; i++)
		sum += x[(size_t)i * stride];
	*mean = sum / n;
	for (int i = 0; i < n; i++)
		square += (x[(size_t)i * stride] - *mean) * (x[(size_t)i * stride] - *mean);
	*sd = sqrt(square / n);
	if (*sd <= 1e-12 * fabs(*mean) || *sd == 0)
		*sd = 1;                           /* a constant, but for rounding */
	return isfinite(*mean) && isfinite(*sd);
}

/* Names and moments from the data. */
static enum ry_status describe(struct net_model *m, int standardise_target, const struct table *t)
{
	for (int j = 0; j < m->D; j++) {
		if (!copy_text(&m->feature[j], t->feature_name[j]))
			return ry_failure();
		if (!moments(t->x + j, t->rows, t->features, &m->mean[j], &m->sd[j]))
			return ry_fail(RY_EDATA,
			               "column '%s': its numbers are too large to be standardised",
			               m->feature[j]);
	}
	for (int k = 0; k < m->K; k++)
		if (!copy_text(&m->class_name[k], t->class_name[k]))
			return ry_failure();
	if (!copy_text(&m->target, t->target_name ? t->target_name : "target"))
		return ry_failure();
	if (standardise_target && !moments(t->y, t->rows, 1, &m->outputs.mean, &m->outputs.sd))
		return ry_fail(RY_EDATA,
		               "column '%s': its numbers are too large to be standardised",
		               m->target);
	return RY_OK;
}

struct net_model *net_model_make(const char *lines, enum net_task task, struct loss loss,
                                 int standardise_target, const struct table *train,
                                 enum ry_status *status)
{
	struct net_model *m = model_alloc(train->features, task == NET_NUMBER ? 0 : train->classes);

	*status = m ? describe(m, standardise_target, train) : ry_failure();
	if (*status == RY_OK) {
		m->outputs.task = task;
		m->loss = loss;
		m->net = net_make(lines, lists);
		if (!m->net)
			*status = ry_failure();
	}
	if (*status != RY_OK) {
		net_model_free(m);
		return NULL;
	}
	return m;
}

/* ---- model files ---- */

static json_t *texts(char *const *text, int n)
{
	json_t *a = json_array();

	for (int i = 0; i < n; i++)
		if (json_array_append_new(a, json_string(text[i])) != 0) {
			json_decref(a);
			return NULL;
		}
	return a;
}

static json_t *numbers(const double *x, int n)
{
	json_t *a = json_array();

	for (int i = 0; i < n; i++)
		if (json_array_append_new(a, json_real(x[i])) != 0) {
			json_decref(a);
			return NULL;
		}
	return a;
}

/* Set a metadata string to JSON text; 17 digits bring every double back as it was.  Takes over the
 * reference. */
static enum ry_status set_json(struct st_writer *to, const char *key, json_t *value)
{
	char *text = json_value_print(value, JSON_COMPACT | JSON_REAL_PRECISION(17));
	enum ry_status status = text ? st_set_meta(to, key, text) : ry_fail_memory("a model file");

	free(text);
	json_decref(value);
	return status;
}

enum ry_status net_model_write(const struct net_model *m, struct st_writer *to)
{
	json_t *inputs = json_pack("{s:o, s:o, s:o}", "names", texts(m->feature, m->D), "mean",
	                           numbers(m->mean, m->D), "deviation", numbers(m->sd, m->D));
	json_t *target = m->outputs.task == NET_NUMBER
	                         ? json_pack("{s:s, s:f, s:f}", "name", m->target, "mean",
	                                     m->outputs.mean, "deviation", m->outputs.sd)
	                         : json_pack("{s:s, s:o}", "name", m->target, "classes",
	                                     texts(m->class_name, m->K));
	enum ry_status status = set_json(to, "inputs", inputs),
		       other = set_json(to, "target", target);

	if (status == RY_OK)
		status = other;
	if (status == RY_OK)
		status = st_set_meta(to, "task", task_names[m->outputs.task]);
	if (status == RY_OK)
		status = st_set_meta(to, "loss", loss_name(m->loss.kind));
	return status == RY_OK ? net_write(m->net, to) : status;
}

/* A metadata string as a JSON object; NULL, with the sentence set, when it is none. */
static json_t *get_json(const struct st_file *from, const char *key)
{
	const char *text = st_meta(from, key);
	json_error_t error;
	json_t *value;

	errno = 0;
	value = text ? json_loads(text, JSON_REJECT_DUPLICATES, &error) : NULL;
	if (text && !value && errno == ENOMEM) {
		ry_fail_memory(st_path(from));
		return NULL;
	}
	if (!json_is_object(value)) {
		ry_fail(RY_EDATA, "%s: metadata '%s': %s", st_path(from), key,
		        !text   ? "missing"
		        : value ? "not an object"
		                : error.text);
		json_decref(value);
		return NULL;
	}
	return value;
}

/* n texts of an array, copied. */
static enum ry_status get_texts(const struct st_file *from, const json_t *a, const char *what,
                                char **to, int n)
{
	if (!json_is_array(a) || json_array_size(a) != (size_t)n)
		return ry_fail(RY_EDATA, "%s: metadata: %zu %s, expected %d", st_path(from),
		               json_array_size(a), what, n);
	for (int i = 0; i < n; i++) {
		const char *text = json_string_value(json_array_get(a, i));

		if (!text)
			return ry_fail(RY_EDATA, "%s: metadata: %s number %d is not a text",
			               st_path(from), what, i + 1);
		if (!copy_text(&to[i], text))
			return ry_failure();
	}
	return RY_OK;
}

static enum ry_status get_numbers(const struct st_file *from, const json_t *a, const char *what,
                                  double *to, int n, double above)
{
	if (!json_is_array(a) || json_array_size(a) != (size_t)n)
		return ry_fail(RY_EDATA, "%s: metadata: %zu %s, expected %d", st_path(from),
		               json_array_size(a), what, n);
	for (int i = 0; i < n; i++) {
		const json_t *v = json_array_get(a, i);

		to[i] = json_number_value(v);
		if (!json_is_number(v) || !isfinite(to[i]) || to[i] <= above)
			return ry_fail(RY_EDATA, "%s: metadata: %s number %d is out of range",
			               st_path(from), what, i + 1);
	}
	return RY_OK;
}

static int find(const char *const *names, const char *name)
{
	for (int i = 0; name && names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* Task, loss, and how many outputs go with them. */
static enum ry_status read_task(struct net_model *m, const struct st_file *from, int task,
                                int outputs)
{
	const char *loss = st_meta(from, "loss");
	int kind = loss ? loss_find(loss) : -1;
	int fits = task == NET_CLASSES ? kind == LOSS_SOFTMAX && m->K >= 2 && outputs == m->K
	           : task == NET_YES_NO
	                   ? kind == LOSS_BCE && m->K == 2 && outputs == 1
	                   : (kind == LOSS_SQUARED || kind == LOSS_HUBER) && outputs == 1;

	if (!fits)
		return ry_fail(RY_EDATA,
		               "%s: metadata: task '%s' with loss '%s', %d classes and %d outputs "
		               "does not fit together",
		               st_path(from), task_names[task], loss ? loss : "", m->K, outputs);
	m->outputs.task = task;
	m->loss = (struct loss){ kind, 1 };
	return RY_OK;
}

static enum ry_status read_names(struct net_model *m, const struct st_file *from,
                                 const json_t *inputs, const json_t *target)
{
	const char *name = json_string_value(json_object_get(target, "name"));
	const json_t *mean = json_object_get(target, "mean"),
		     *sd = json_object_get(target, "deviation");
	struct net_outputs *o = &m->outputs;
	enum ry_status status;

	if ((status = get_texts(from, json_object_get(inputs, "names"), "names", m->feature,
	                        m->D)) != RY_OK ||
	    (status = get_numbers(from, json_object_get(inputs, "mean"), "means", m->mean, m->D,
	                          -INFINITY)) != RY_OK ||
	    (status = get_numbers(from, json_object_get(inputs, "deviation"), "deviations", m->sd,
	                          m->D, 0)) != RY_OK)
		return status;
	if (!name)
		return ry_fail(RY_EDATA, "%s: metadata: the target has no name", st_path(from));
	if (!copy_text(&m->target, name))
		return ry_failure();
	if (m->K)
		return get_texts(from, json_object_get(target, "classes"), "classes", m->class_name,
		                 m->K);
	o->mean = json_number_value(mean);
	o->sd = json_number_value(sd);
	if (!json_is_number(mean) || !isfinite(o->mean) || !isfinite(o->sd) || o->sd <= 0)
		return ry_fail(RY_EDATA,
		               "%s: metadata: mean and deviation of the target are %g and %g",
		               st_path(from), o->mean, o->sd);
	return RY_OK;
}

struct net_model *net_model_read(const struct st_file *from, enum ry_status *status)
{
	int task = find(task_names, st_meta(from, "task"));
	json_t *inputs = NULL, *target = NULL;
	struct net_model *m = NULL;
	struct net *net = NULL;

	if (task < 0)
		*status = ry_fail(RY_EDATA,
		                  "%s: not a model of net train: metadata 'task' is missing or "
		                  "unknown",
		                  st_path(from));
	else if ((inputs = get_json(from, "inputs")) && (target = get_json(from, "target")))
		net = net_open(from, lists, status);
	else
		*status = ry_failure();
	if (net) {
		size_t K = task == NET_NUMBER ? 0
		                              : json_array_size(json_object_get(target, "classes"));

		m = model_alloc(net->D, K <= TABLE_MAX_CLASSES ? (int)K : 0);
		*status = m ? RY_OK : ry_failure();
		if (m)
			m->net = net;
		else
			net_free(net);
	}
	if (m)
		*status = read_task(m, from, task, net->M);
	if (m && *status == RY_OK)
		*status = read_names(m, from, inputs, target);
	json_decref(inputs);
	json_decref(target);
	if (*status != RY_OK) {
		net_model_free(m);
		return NULL;
	}
	return m;
}

/* ---- rows ---- */

void net_rows_free(struct net_rows *rows)
{
	free((void *)rows->x);
	free((void *)rows->target.t);
	free((void *)rows->target.label);
	*rows = (struct net_rows){ 0 };
}

static enum ry_status set_targets(const struct net_model *m, const struct table *t,
                                  struct net_rows *rows)
{
	const struct net_outputs *o = &m->outputs;
	real *numbers_of = NULL;
	int *labels = NULL;

	if (o->task == NET_CLASSES)
		rows->target.label = labels = ry_calloc(t->rows, sizeof *labels, "targets");
	else
		rows->target.t = numbers_of = ry_calloc(t->rows, sizeof *numbers_of, "targets");
	if (!labels && !numbers_of)
		return ry_failure();
	if (labels)
		memcpy(labels, t->label, (size_t)t->rows * sizeof *labels);
	for (int r = 0; numbers_of && r < t->rows; r++)
		numbers_of[r] = o->task == NET_YES_NO ? (real)t->label[r]
		                                      : (real)((t->y[r] - o->mean) / o->sd);
	return RY_OK;
}

enum ry_status net_model_rows(const struct net_model *m, const struct table *t,
                              struct net_rows *rows)
{
	real *x = ry_calloc((size_t)t->rows * m->D, sizeof *x, "rows");
	enum ry_status status = x ? RY_OK : ry_failure();

	*rows = (struct net_rows){ .rows = t->rows, .x = x };
	for (size_t i = 0; x && i < (size_t)t->rows * m->D; i++)
		x[i] = (real)((t->x[i] - m->mean[i % m->D]) / m->sd[i % m->D]);
	if (x && (m->K ? t->label != NULL : t->y != NULL))
		status = set_targets(m, t, rows);
	if (status != RY_OK)
		net_rows_free(rows);
	return status;
}

double *net_model_scores(const struct net_model *m, const struct net_rows *rows, double *loss,
                         enum ry_status *status)
{
	return net_scores(m->net, &m->outputs, &m->loss, rows, loss, status);
}
