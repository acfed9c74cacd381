/* inspect.c - see inspect.h. */
#include "src/nn/inspect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/checkpoint.h"
#include "src/base/json_value.h"

/* A number is saturated if its distance from the middle of its range exceeds this share of the half
 * range. */
static const double near_end = 0.99;

struct inspector {
	const struct net  *net;
	real              *before;       /* (net->n): parameters before the update */
	struct layer_look *layer;        /* (net->L) */
	double            *step, *size;  /* (net->L): squared norms: step, parameters after it */
	const struct net  *view;         /* the network last observed, borrowed */
	int                layers;
	size_t             rows;
	size_t             units, dead;  /* hidden ones */
	size_t             squashable, saturated;
};

/* ---- distributions ---- */

void spread_add(struct spread *s, const real *x, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		double v = (double)x[k];

		if (!isfinite(v))
			continue;
		s->low = s->n && s->low <= v ? s->low : v;
		s->high = s->n && s->high >= v ? s->high : v;
		s->sum += v;
		s->square += v * v;
		s->n++;
	}
}

void spread_count(struct spread *s, const real *x, size_t n)
{
	/* In halves, for the width of all may exceed the largest number. */
	double low = s->low / 2, width = s->high / 2 - low;

	for (size_t k = 0; k < n; k++) {
		double v = (double)x[k];
		int bin;

		if (!isfinite(v))
			continue;
		bin = width > 0 ? (int)((v / 2 - low) / width * SPREAD_BINS) : 0;
		s->count[bin < SPREAD_BINS ? bin : SPREAD_BINS - 1]++;
	}
}

static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

json_t *spread_json(const struct spread *s)
{
	double n = (double)s->n, mean = s->sum / n, variance = s->square / n - mean * mean;
	json_t *counts = json_array(), *o;

	for (int b = 0; b < SPREAD_BINS; b++)
		json_value_add(&counts, json_integer((json_int_t)s->count[b]));
	o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "mean", number(mean), "sd",
	              number(s->n ? sqrt(fmax(variance, 0)) : NAN), "norm",
	              number(s->n ? sqrt(s->square) : NAN), "low", number(s->n ? s->low : NAN),
	              "high", number(s->n ? s->high : NAN), "counts", counts);
	return o;
}

/* ---- parameters ---- */

struct inspector *inspector_alloc(const struct net *net)
{
	struct inspector *i = ry_calloc(1, sizeof *i, "an inspector");

	if (!i)
		return NULL;
	i->net = net;
	i->before = ry_calloc(net->n, sizeof *i->before, "an inspector");
	i->layer = ry_calloc(net->L, sizeof *i->layer, "an inspector");
	i->step = ry_calloc(net->L, sizeof *i->step, "an inspector");
	i->size = ry_calloc(net->L, sizeof *i->size, "an inspector");
	if (!i->before || !i->layer || !i->step || !i->size) {
		inspector_free(i);
		return NULL;
	}
	for (int l = 0; l < net->L; l++) {
		i->step[l] = i->size[l] = NAN;
		i->layer[l] = (struct layer_look){
			.gradient_norm = NAN, .update_ratio = NAN, .dead = NAN, .saturated = NAN
		};
	}
	return i;
}

void inspector_free(struct inspector *i)
{
	if (!i)
		return;
	free(i->before);
	free(i->layer);
	free(i->step);
	free(i->size);
	free(i);
}

/* Where the parameters of layer l end: at its buffers, or at the next layer. */
static size_t end_of(const struct net *net, int l)
{
	const struct layer *layer = net->layer[l];
	size_t learnt = layer_learnt(layer);

	return learnt < layer->ops->n_params(layer) ? net->at[l] + learnt : net->at[l + 1];
}

/* Padding between tensors is zero, so the norm of a layer's slice is the norm of its tensors. */
static double square_norm(const real *x, size_t n)
{
	double sum = 0;

	for (size_t k = 0; k < n; k++)
		sum += (double)x[k] * x[k];
	return sum;
}

void inspector_before_update(struct inspector *i, const real *dw)
{
	const struct net *net = i->net;

	memcpy(i->before, net->w, net->n * sizeof *i->before);
	for (int l = 0; l < net->L; l++)
		i->layer[l].gradient_norm =
			sqrt(square_norm(dw + net->at[l], end_of(net, l) - net->at[l]));
}

void inspector_after_update(struct inspector *i)
{
	const struct net *net = i->net;

	for (int l = 0; l < net->L; l++) {
		double step = 0, size = 0;

		for (size_t k = net->at[l]; k < end_of(net, l); k++) {
			double d = (double)net->w[k] - i->before[k];

			step += d * d;
			size += (double)net->w[k] * net->w[k];
		}
		i->step[l] = step;
		i->size[l] = size;
		i->layer[l].update_ratio = size > 0 ? sqrt(step / size) : NAN;
	}
}

/* What a checkpoint holds of the last update, by layer. */
static enum ry_status walk(const struct inspector *i, struct st_writer *to,
                           const struct st_file *from)
{
	const struct checkpoint_column column[] = {
		[0] = CHECKPOINT_MEMBER(i->layer, gradient_norm),
		[1] = CHECKPOINT_MEMBER(i->layer, update_ratio),
		[2] = CHECKPOINT_COLUMN(i->step),
		[3] = CHECKPOINT_COLUMN(i->size),
	};
	const struct checkpoint_row row = CHECKPOINT_COLUMNS(
		"inspector", (size_t)i->net->L, sizeof column / sizeof *column, column);

	return checkpoint_walk(&row, 1, to, from);
}

enum ry_status inspector_write(const struct inspector *i, struct st_writer *to)
{
	return walk(i, to, NULL);
}

enum ry_status inspector_read(struct inspector *i, const struct st_file *from)
{
	return st_find(from, "inspector") ? walk(i, NULL, from) : RY_OK;
}

/* ---- activations ---- */

/* Number of columns of y (rows, n) that are 0 in every row. */
static size_t count_dead(const real *y, size_t rows, int n)
{
	size_t dead = 0;

	for (int u = 0; u < n; u++) {
		size_t r = 0;

		while (r < rows && y[r * n + u] == 0)
			r++;
		dead += r == rows;
	}
	return dead;
}

static size_t count_saturated(const struct saturation *s)
{
	const real middle = (real)((s->high + s->low) / 2),
		   far = (real)(near_end * (s->high - s->low) / 2);
	size_t count = 0;

	for (size_t r = 0; r < s->rows; r++) {
		const real *x = s->x + r * s->stride;

		for (int k = 0; k < s->n; k++)
			count += x[k] - middle > far || middle - x[k] > far;
	}
	return count;
}

/* Record the units of layer l of the view, after its forward pass. */
static void look_at_units(struct inspector *i, const struct net *view, const struct batch *b, int l)
{
	const struct layer *layer = view->layer[l];
	struct layer_look *look = &i->layer[l];
	size_t numbers = 0, saturated = 0, dead = count_dead(view->y[l], b->rows, layer->M);
	struct saturation s;

	for (int k = 0; layer->ops->saturation(layer, b, view->y[l], k, &s); k++) {
		numbers += s.rows * s.n;
		saturated += count_saturated(&s);
	}
	look->dead = (double)dead / layer->M;
	look->saturated = numbers ? (double)saturated / (double)numbers : NAN;
	if (l + 1 == view->L)
		return;
	i->squashable += numbers;
	i->saturated += saturated;
	if (layer_has_matrix(view->layer[l + 1])) {
		i->units += (size_t)layer->M;
		i->dead += dead;
	}
}

void inspector_look(struct inspector *i, const struct net *view, const struct batch *b, int layers)
{
	i->view = view;
	i->layers = layers;
	i->rows = b->rows;
	i->units = i->dead = i->squashable = i->saturated = 0;
	for (int l = 0; l < layers; l++)
		look_at_units(i, view, b, l);
}

/* ---- results ---- */

const struct layer_look *inspector_layer(const struct inspector *i, int l)
{
	return &i->layer[l];
}

static double share(size_t part, size_t all)
{
	return all ? (double)part / (double)all : NAN;
}

int inspector_values(const struct inspector *i, struct event_value value[INSPECT_VALUES])
{
	double step = 0, size = 0;

	for (int l = 0; l < i->net->L; l++) {
		step += i->step[l];
		size += i->size[l];
	}
	value[0] = (struct event_value){ "update_ratio", size > 0 ? sqrt(step / size) : NAN };
	value[1] = (struct event_value){ "dead", share(i->dead, i->units) };
	value[2] = (struct event_value){ "saturated", share(i->saturated, i->squashable) };
	return INSPECT_VALUES;
}

/* The layer's prefix, numbered from the second layer with the same prefix on. */
static json_t *name_of(const struct net *net, int l)
{
	const char *prefix = net->layer[l]->prefix;
	int number = 1;

	for (int k = 0; k < l; k++)
		number += strcmp(net->layer[k]->prefix, prefix) == 0;
	return number > 1 ? json_sprintf("%s#%d", prefix, number) : json_string(prefix);
}

/* Parameters of tensor p: none if it is a buffer. */
static size_t size_of(const struct param *p)
{
	return p->buffer ? 0 : (size_t)p->rows * (p->cols ? p->cols : 1);
}

/* The distribution of the layer's parameters, without the padding between tensors. */
static struct spread spread_of_weights(const struct layer *l)
{
	struct spread s = { 0 };
	struct param p;

	for (int k = 0; l->ops->param(l, k, &p); k++)
		spread_add(&s, l->w + p.at, size_of(&p));
	for (int k = 0; l->ops->param(l, k, &p); k++)
		spread_count(&s, l->w + p.at, size_of(&p));
	return s;
}

static struct spread spread_of_outputs(const struct inspector *i, int l)
{
	struct spread s = { 0 };
	size_t n = l < i->layers ? i->rows * i->net->layer[l]->M : 0;

	if (n > 0) {
		spread_add(&s, i->view->y[l], n);
		spread_count(&s, i->view->y[l], n);
	}
	return s;
}

static json_t *layer_json(const struct inspector *i, int l)
{
	const struct layer_look *look = &i->layer[l];
	const struct spread weights = spread_of_weights(i->net->layer[l]),
			    activations = spread_of_outputs(i, l);
	json_t *o = json_pack("{s:o, s:s}", "name", name_of(i->net, l), "type",
	                      i->net->layer[l]->ops->name);
	int bad = 0;

	if (weights.n)
		bad |= json_object_set_new(o, "weights", spread_json(&weights));
	if (activations.n)
		bad |= json_object_set_new(o, "activations", spread_json(&activations));
	bad |= json_object_set_new(o, "gradient_norm",
	                           number(weights.n ? look->gradient_norm : NAN)) |
	       json_object_set_new(o, "update_ratio", number(look->update_ratio)) |
	       json_object_set_new(o, "dead", number(look->dead)) |
	       json_object_set_new(o, "saturated", number(look->saturated));
	if (!bad)
		return o;
	json_decref(o);
	return NULL;
}

json_t *inspector_record(const struct inspector *i)
{
	int layers = i->net->L < INSPECT_LAYERS_MAX ? i->net->L : INSPECT_LAYERS_MAX, bad = 0;
	json_t *list = json_array(), *record = json_pack("{s:o}", "layers", list);

	for (int l = 0; record && l < layers; l++)
		bad |= json_array_append_new(list, layer_json(i, l));
	if (record && !bad)
		return record;
	json_decref(record);
	ry_fail_memory("a record of layers");
	return NULL;
}
