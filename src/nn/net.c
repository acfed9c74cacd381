/* net.c - see net.h. */
#include "src/nn/net.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/safetensors.h"

/* ---- building from lines ---- */

static const struct layer_ops *find_kind(const char *line, const layer_list *lists)
{
	size_t length = strcspn(line, " \t\r");

	for (; *lists; lists++)
		for (layer_list kind = *lists; *kind; kind++)
			if (strlen((*kind)->name) == length &&
			    memcmp((*kind)->name, line, length) == 0)
				return *kind;
	return NULL;
}

/* Copy the text before '=' (or, without it, the position) into the layer's prefix, and return the
 * start of the layer's own line; NULL, with ry_message() set, for an invalid prefix. */
static const char *split_prefix(char prefix[32], const char *line, int position)
{
	const char *equals = strchr(line, '=');
	size_t n = equals ? (size_t)(equals - line) : 0;

	if (!equals) {
		snprintf(prefix, 32, "%d", position);
		return line;
	}
	if (n == 0 || n > 31) {
		ry_fail(RY_EINVAL, "'%.60s': the name before '=' must have 1 to 31 characters",
		        line);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)line[i]) && !strchr("_-.", line[i])) {
			ry_fail(RY_EINVAL,
			        "'%.60s': the name before '=' may hold letters, digits, '_', '-' "
			        "and '.' only",
			        line);
			return NULL;
		}
	memcpy(prefix, line, n);
	prefix[n] = '\0';
	line = equals + 1;
	return line + strspn(line, " \t");
}

/* Make layer number `position` (from 0) from its line. */
static struct layer *make_layer(const char *line, int position, const layer_list *lists)
{
	char prefix[32];
	const struct layer_ops *ops;
	struct layer *l;

	line = split_prefix(prefix, line, position);
	if (!line)
		return NULL;
	ops = find_kind(line, lists);
	if (!ops) {
		ry_fail(RY_EINVAL, "layer '%.60s': no such kind of layer", line);
		return NULL;
	}
	if (layer_check(ops) != RY_OK)
		return NULL;
	l = ops->make(line);
	if (l)
		strcpy(l->prefix, prefix);
	return l;
}

/* Append the layer of one line to an unfinished network. */
static enum ry_status add_layer(struct net *net, const char *line, const layer_list *lists)
{
	struct layer *l, **grown, *last = net->L ? net->layer[net->L - 1] : NULL;

	if (net->L == NET_LAYERS_MAX)
		return ry_fail(RY_EINVAL, "more than %d layers", NET_LAYERS_MAX);
	l = make_layer(line, net->L, lists);
	if (!l)
		return ry_failure();
	grown = realloc(net->layer, (size_t)(net->L + 1) * sizeof *grown);
	if (!grown) {
		l->ops->free(l);
		return ry_fail_memory("a network's layers");
	}
	net->layer = grown;
	net->layer[net->L++] = l;
	if (last && last->M != l->D)
		return ry_fail(RY_EINVAL, "'%.60s' takes %d features, the layer before it gives %d",
		               line, l->D, last->M);
	return RY_OK;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Tensor names must be unique: a file holds one tensor of a name. */
static enum ry_status check_names(const struct net *net)
{
	char name[NET_NAME_MAX], (*names)[NET_NAME_MAX];
	struct param p;
	int n = 0;

	while (net_param(net, n, name, &p))
		n++;
	names = ry_calloc((size_t)n, sizeof *names, "tensor names");
	if (!names)
		return ry_failure();
	for (int k = 0; k < n; k++)
		net_param(net, k, names[k], &p);
	qsort(names, (size_t)n, sizeof *names, compare_names);
	for (int k = 1; k < n; k++)
		if (strcmp(names[k - 1], names[k]) == 0) {
			ry_fail(RY_EINVAL, "two tensors are called '%s'", names[k]);
			free(names);
			return ry_failure();
		}
	free(names);
	return RY_OK;
}

/* Assign each layer its slice of the parameters and of the state. */
static enum ry_status lay_out(struct net *net)
{
	net->at = ry_calloc((size_t)net->L + 1, sizeof *net->at, "a network's layers");
	if (!net->at)
		return ry_failure();
	for (int i = 0; i < net->L; i++) {
		struct layer *l = net->layer[i];

		net->at[i + 1] = net->at[i] + ry_pad(l->ops->n_params(l));
		l->state_at = net->n_state;
		net->n_state += l->ops->n_state(l);
	}
	net->n = net->at[net->L];
	net->D = net->layer[0]->D;
	net->M = net->layer[net->L - 1]->M;
	return RY_OK;
}

/* Add all layers of `lines` and keep a copy of the text without surrounding blanks. */
static enum ry_status add_lines(struct net *net, const char *lines, const layer_list *lists)
{
	size_t length = strlen(lines), kept = 0;
	char line[LAYER_LINE_MAX + 1];

	net->lines = ry_calloc(length + 2, 1, "a network's lines");
	if (!net->lines)
		return ry_failure();
	for (int number = 1; *lines; number++) {
		size_t n = strcspn(lines, "\n");
		const char *from = lines, *to = lines + n;
		enum ry_status status;

		lines += n + (lines[n] == '\n');
		while (from < to && isspace((unsigned char)*from))
			from++;
		while (to > from && isspace((unsigned char)to[-1]))
			to--;
		if (from == to)
			continue;
		n = (size_t)(to - from);
		if (n > LAYER_LINE_MAX)
			return ry_fail(RY_EINVAL,
			               "network line %d: %zu characters, at most %d are allowed",
			               number, n, LAYER_LINE_MAX);
		memcpy(line, from, n);
		line[n] = '\0';
		status = add_layer(net, line, lists);
		if (status != RY_OK)
			return ry_fail(status, "network line %d: %s", number, ry_message());
		memcpy(net->lines + kept, line, n);
		kept += n;
		net->lines[kept++] = '\n';
	}
	return net->L ? RY_OK : ry_fail(RY_EINVAL, "a network without layers");
}

/* A network without memory for its parameters. */
static struct net *build(const char *lines, const layer_list *lists)
{
	struct net *net = ry_calloc(1, sizeof *net, "a network");

	if (!net)
		return NULL;
	net->lists = lists;
	if (add_lines(net, lines, lists) != RY_OK || lay_out(net) != RY_OK ||
	    check_names(net) != RY_OK) {
		net_free(net);
		return NULL;
	}
	return net;
}

/* Allocate dw, and w too if it is NULL, and assign the layers their slices. */
static enum ry_status give_parameters(struct net *net, real *w)
{
	net->dw_memory = ry_calloc(net->n + RY_SPREAD, sizeof(real), "a network's gradient");
	if (!w)
		net->w_memory =
			ry_calloc(net->n + RY_SPREAD, sizeof(real), "a network's parameters");
	if (!net->dw_memory || (!w && !net->w_memory))
		return ry_failure();
	net->w = w ? w : ry_spread(net->w_memory, 0);
	net->dw = ry_spread(net->dw_memory, 1);
	for (int i = 0; i < net->L; i++) {
		net->layer[i]->w = net->w + net->at[i];
		net->layer[i]->dw = net->dw + net->at[i];
	}
	return RY_OK;
}

struct net *net_make(const char *lines, const layer_list *lists)
{
	struct net *net = build(lines, lists);

	if (net && give_parameters(net, NULL) != RY_OK) {
		net_free(net);
		return NULL;
	}
	return net;
}

struct net *net_share(const struct net *of)
{
	struct net *net = build(of->lines, of->lists);

	if (net && give_parameters(net, of->w) != RY_OK) {
		net_free(net);
		return NULL;
	}
	return net;
}

void net_free(struct net *net)
{
	if (!net)
		return;
	for (int i = 0; i < net->L; i++)
		net->layer[i]->ops->free(net->layer[i]);
	free(net->w_memory);
	free(net->dw_memory);
	free(net->layer);
	free(net->at);
	free(net->lines);
	free(net->y);
	free(net->arena);
	free(net);
}

void net_init(struct net *net, gsl_rng *rng)
{
	memset(net->w, 0, net->n * sizeof *net->w);
	for (int i = 0; i < net->L; i++)
		net->layer[i]->ops->init(net->layer[i], rng);
}

const char *net_lines(const struct net *net)
{
	return net->lines;
}

int net_param(const struct net *net, int k, char name[NET_NAME_MAX], struct param *p)
{
	for (int i = 0; i < net->L; i++) {
		const struct layer *l = net->layer[i];
		int own = 0;

		/* Tensors are numbered across layers: skip this layer's if k lies beyond them. */
		while (own <= k && l->ops->param(l, own, p))
			own++;
		if (own > k) {
			snprintf(name, NET_NAME_MAX, "%s.%s", l->prefix, p->name);
			p->at += net->at[i];
			return 1;
		}
		k -= own;
	}
	return 0;
}

size_t net_n_params(const struct net *net)
{
	size_t n = 0;
	char name[NET_NAME_MAX];
	struct param p;

	for (int k = 0; net_param(net, k, name, &p); k++)
		if (!p.buffer)
			n += (size_t)p.rows * (p.cols ? p.cols : 1);
	return n;
}

int net_batch_wide(const struct net *net)
{
	for (int i = 0; i < net->L; i++)
		if (net->layer[i]->ops->batch_wide)
			return 1;
	return 0;
}

struct layer *net_find(const struct net *net, const char *prefix)
{
	for (int i = 0; i < net->L; i++)
		if (strcmp(net->layer[i]->prefix, prefix) == 0)
			return net->layer[i];
	return NULL;
}

/* ---- workspace ---- */

/* Reserve `n` reals at the end of an arena of `*total` reals; returns their offset.  *total becomes
 * SIZE_MAX on overflow. */
static size_t reserve(size_t *total, size_t n)
{
	size_t at = *total;

	if (n > SIZE_MAX / 2 || __builtin_add_overflow(*total, ry_pad(n), total))
		*total = SIZE_MAX;
	return at;
}

static size_t largest(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Divide up the arena: outputs, workspaces and the two buffers for gradients between layers.
 * Called with NULL to compute the size, then with the arena. */
static size_t cut_arena(struct net *net, real *arena, int T, int N, size_t rows, int training)
{
	size_t total = 0, y[2], work = 0, widest = 0, neediest = 0, at;

	for (int i = 0; i < net->L; i++) {
		const struct layer *l = net->layer[i];

		widest = largest(widest, l->M);
		neediest = largest(neediest, l->ops->n_work(l, T, N, rows));
	}
	if (!training) {
		y[0] = reserve(&total, rows * widest);
		y[1] = reserve(&total, net->L > 1 ? rows * widest : 0);
		work = reserve(&total, neediest);
	}
	for (int i = 0; i < net->L; i++) {
		struct layer *l = net->layer[i];

		at = training ? reserve(&total, rows * l->M) : y[i % 2];
		if (arena)
			net->y[i] = arena + at;
		at = training ? reserve(&total, l->ops->n_work(l, T, N, rows)) : work;
		if (arena)
			l->work = arena + at;
	}
	for (int k = 0; training && net->L > 1 && k < 2; k++) {
		at = reserve(&total, rows * widest);
		if (arena)
			net->dx[k] = arena + at;
	}
	return total;
}

enum ry_status net_alloc(struct net *net, int T, int N, size_t rows, int training)
{
	size_t size;

	if (T < 1 || N < 1 || rows < 1 || rows > (size_t)T * N || rows > INT_MAX)
		return ry_fail(RY_EINVAL, "workspace for %d steps of %d sequences, %zu rows in all",
		               T, N, rows);
	free(net->arena);
	net->arena = NULL;
	net->rows_max = 0;
	if (!net->y)
		net->y = ry_calloc(net->L, sizeof *net->y, "a network's outputs");
	if (!net->y)
		return ry_failure();
	size = cut_arena(net, NULL, T, N, rows, training);
	net->arena = ry_calloc(size, sizeof *net->arena, "a network's workspace");
	if (!net->arena)
		return ry_failure();
	cut_arena(net, net->arena, T, N, rows, training);
	net->T_max = T;
	net->N_max = N;
	net->rows_max = rows;
	net->training = training;
	return RY_OK;
}

/* ---- forward and backward ---- */

real *net_forward(struct net *net, const struct batch *b, struct input in, int layers)
{
	assert(net->arena && layers >= 1 && layers <= net->L);
	assert(b->T <= net->T_max && b->N <= net->N_max && b->rows <= net->rows_max);
	assert(!in.hot || net->layer[0]->ops->takes & LAYER_HOT);
	assert(!in.bits || net->layer[0]->ops->takes & LAYER_BITS);
	for (int i = 0; i < layers; i++) {
		net->layer[i]->ops->forward(net->layer[i], b, in, net->y[i]);
		in = (struct input){ .x = net->y[i] };
	}
	return net->y[layers - 1];
}

void net_predict(struct net *net, const real *x, size_t rows, real *y)
{
	size_t room = (size_t)net->N_max < net->rows_max ? (size_t)net->N_max : net->rows_max;

	for (size_t at = 0; at < rows; at += room) {
		size_t count = rows - at < room ? rows - at : room;
		struct batch b;
		int n;
		const real *out;

		batch_flat(&b, &n, (int)count);
		out = net_forward(net, &b, (struct input){ .x = x + at * net->D }, net->L);
		memcpy(y + at * net->M, out, count * net->M * sizeof *y);
	}
}

void net_backward(struct net *net, const struct batch *b, struct input in, real *dy, real *dx,
                  int layers)
{
	assert(net->training && !(dx && !in.x));
	for (int i = layers - 1; i >= 0; i--) {
		struct input below = i ? (struct input){ .x = net->y[i - 1] } : in;
		real *to = i ? net->dx[i % 2] : dx;

		net->layer[i]->ops->backward(net->layer[i], b, below, net->y[i], dy, to);
		dy = to;
	}
}

/* ---- gradient check ---- */

/* Index in w of the k-th parameter, padding and buffers not counted. */
static size_t nth_parameter(const struct net *net, size_t k)
{
	char name[NET_NAME_MAX];
	struct param p;

	for (int t = 0; net_param(net, t, name, &p); t++) {
		size_t n = p.buffer ? 0 : (size_t)p.rows * (p.cols ? p.cols : 1);

		if (k < n)
			return p.at + k;
		k -= n;
	}
	return SIZE_MAX;
}

/* numeric - analytic| of parameter i, relative where they exceed 1. */
static double gradient_error(struct net *net,
                             double (*loss)(struct net *net, void *arg, int with_gradient),
                             void *arg, size_t i, double analytic)
{
	const real w = net->w[i];
	double h = cbrt((double)RY_REAL_EPSILON) * fmax(1, fabs((double)w)), up, down, numeric;
	/* The steps actually taken, after rounding to `real`. */
	volatile real above = (real)(w + h), below = (real)(w - h);

	net->w[i] = above;
	up = loss(net, arg, 0);
	net->w[i] = below;
	down = loss(net, arg, 0);
	net->w[i] = w;
	numeric = (up - down) / ((double)above - (double)below);
	return fabs(numeric - analytic) / fmax(1, fmax(fabs(numeric), fabs(analytic)));
}

double net_gradient_check(struct net *net,
                          double (*loss)(struct net *net, void *arg, int with_gradient), void *arg,
                          int samples, gsl_rng *rng, size_t *worst)
{
	size_t n = net_n_params(net);
	double largest_error = 0;
	int all = n <= (size_t)samples;
	real *analytic = ry_calloc(net->n, sizeof *analytic, "a gradient check");

	if (worst)
		*worst = 0;
	if (!analytic)
		return NAN;
	loss(net, arg, 1);
	memcpy(analytic, net->dw, net->n * sizeof *analytic);
	for (int s = 0; s < (all ? (int)n : samples); s++) {
		size_t i = nth_parameter(net, all ? (size_t)s
		                                  : (size_t)(gsl_rng_uniform(rng) * (double)n));
		double error = gradient_error(net, loss, arg, i, analytic[i]);

		/* A NaN is the worst error and is kept. */
		if (!(error <= largest_error) && !isnan(largest_error)) {
			largest_error = error;
			if (worst)
				*worst = i;
		}
	}
	free(analytic);
	return largest_error;
}

/* ---- model files ---- */

/* The shape of a tensor in model files; returns the number of dimensions. */
static int file_shape(const struct param *p, size_t shape[4])
{
	int kernel = p->height ? p->height * p->width : 1;

	if (p->whole)
		return 0;
	shape[0] = (size_t)p->rows;
	shape[1] = (size_t)p->cols / kernel;
	shape[2] = (size_t)p->height;
	shape[3] = (size_t)p->width;
	return p->height ? 4 : p->cols ? 2 : 1;
}

/* Nobody could read a file with others again. */
static enum ry_status check_numbers(const char *name, const real *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return ry_fail(RY_ENUMERIC, "the numbers went bad: '%s' has a number %g",
			               name, (double)x[i]);
	return RY_OK;
}

enum ry_status net_write(const struct net *net, struct st_writer *to)
{
	char name[NET_NAME_MAX];
	struct param p;
	enum ry_status status = st_set_meta(to, "layers", net->lines);

	for (int k = 0; status == RY_OK && net_param(net, k, name, &p); k++) {
		size_t shape[4];
		int dims = file_shape(&p, shape);

		status = check_numbers(name, net->w + p.at,
		                       (size_t)p.rows * (p.cols ? p.cols : 1));
		if (status != RY_OK)
			return status;
		if (p.whole)
			status = st_add(to, name, ST_I64, dims, shape,
			                &(int64_t){ (int64_t)net->w[p.at] });
		else if (p.cols && p.transposed)
			status = st_add_transposed(to, name, dims, shape, net->w + p.at);
		else
			status = st_add(to, name, ST_REAL, dims, shape, net->w + p.at);
	}
	return status;
}

/* A count, which must survive the way to `real` and back. */
static enum ry_status get_count(const struct st_file *from, const char *name, int64_t *count)
{
	const int64_t most = (int64_t)1 << 53;
	enum ry_status status = st_get(from, name, ST_I64, 0, NULL, count);

	if (status == RY_OK && (*count < 0 || *count > most))
		return ry_fail(RY_EDATA, "%s: '%s' is %lld, expected 0 to %lld", st_path(from),
		               name, (long long)*count, (long long)most);
	return status;
}

static enum ry_status check_tensor(const struct st_file *from, const char *name,
                                   const struct param *p)
{
	size_t shape[4];
	int dims = file_shape(p, shape);
	enum ry_status status;
	int64_t count;

	if (p->whole)
		return get_count(from, name, &count);
	status = st_check(from, name, ST_REAL, dims, shape);
	if (status == RY_OK)
		status = st_check_finite(from, name, ST_REAL);
	return status == RY_OK && p->variance ? st_check_positive(from, name) : status;
}

/* Check that the file has all tensors of the network in the right shapes, with finite numbers.
 * *scratch becomes the size of the largest one that must be transposed. */
static enum ry_status check_file(const struct net *net, const struct st_file *from, size_t *scratch)
{
	char name[NET_NAME_MAX];
	struct param p;

	*scratch = 0;
	for (int k = 0; net_param(net, k, name, &p); k++) {
		enum ry_status status = check_tensor(from, name, &p);

		if (status != RY_OK)
			return status;
		if (p.cols && p.transposed)
			*scratch = largest(*scratch, (size_t)p.rows * p.cols);
	}
	return RY_OK;
}

/* w (cols, rows) = the transpose of a (rows, cols) */
static void store_transposed(real *w, const real *a, int rows, int cols)
{
	for (int r = 0; r < rows; r++)
		for (int c = 0; c < cols; c++)
			w[(size_t)c * rows + r] = a[(size_t)r * cols + c];
}

enum ry_status net_read(struct net *net, const struct st_file *from)
{
	char name[NET_NAME_MAX];
	struct param p;
	size_t size;
	real *scratch;
	enum ry_status status = check_file(net, from, &size);

	if (status != RY_OK)
		return status;
	scratch = ry_calloc(size, sizeof *scratch, "reading a model file");
	if (!scratch)
		return ry_failure();
	for (int k = 0; status == RY_OK && net_param(net, k, name, &p); k++) {
		size_t shape[4];
		int dims = file_shape(&p, shape), turned = p.cols && p.transposed;
		int64_t count;

		status = p.whole ? get_count(from, name, &count)
		                 : st_get(from, name, ST_REAL, dims, shape,
		                          turned ? scratch : net->w + p.at);
		if (p.whole && status == RY_OK)
			net->w[p.at] = (real)count;
		if (turned && status == RY_OK)
			store_transposed(net->w + p.at, scratch, p.rows, p.cols);
	}
	free(scratch);
	return status;
}

/* net_open() without its cleanup on failure. */
static enum ry_status open_net(struct net **net, const struct st_file *from,
                               const layer_list *lists)
{
	const char *lines = st_meta(from, "layers");
	enum ry_status status;
	size_t scratch;

	if (!lines)
		return ry_fail(RY_EDATA,
		               "%s: no layers in its metadata: not one of our model files",
		               st_path(from));
	*net = build(lines, lists);
	if (!*net)
		return ry_failure() == RY_ENOMEM
			       ? ry_failure()
			       : ry_fail(RY_EDATA, "%s: %s", st_path(from), ry_message());
	status = check_file(*net, from, &scratch);
	if (status == RY_OK)
		status = give_parameters(*net, NULL);
	return status == RY_OK ? net_read(*net, from) : status;
}

struct net *net_open(const struct st_file *from, const layer_list *lists, enum ry_status *status)
{
	struct net *net = NULL;
	enum ry_status s = open_net(&net, from, lists);

	if (status)
		*status = s;
	if (s != RY_OK) {
		net_free(net);
		return NULL;
	}
	return net;
}
