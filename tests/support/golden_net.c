/* golden_net.c - see golden_net.h. */
#include "tests/support/golden_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/tap.h"

static size_t size_of(const struct param *p)
{
	return (size_t)p->rows * (p->cols ? p->cols : 1);
}

/* The offset in the net's arrays of element i (row-major) of the named tensor. */
static size_t place(const struct param *p, size_t i)
{
	return p->transposed ? p->at + i % p->cols * p->rows + i / p->cols : p->at + i;
}

void golden_net_set(struct net *net, const json_t *object, const char *key)
{
	const json_t *tensors = golden_get(object, key);
	char name[NET_NAME_MAX];
	struct param p;

	for (int k = 0; net_param(net, k, name, &p); k++) {
		size_t n;
		real *golden = golden_reals(tensors, name, &n);

		TAP_CHECK(n == size_of(&p), "%s: %zu golden numbers for %zu parameters", name, n,
		          size_of(&p));
		for (size_t i = 0; i < n && i < size_of(&p); i++)
			net->w[place(&p, i)] = golden[i];
		free(golden);
	}
}

void golden_net_compare(const char *what, const struct net *net, const real *got,
                        const json_t *object, const char *key, double tolerance)
{
	const json_t *tensors = golden_get(object, key);
	char name[NET_NAME_MAX];
	struct param p;
	int k;

	for (k = 0; net_param(net, k, name, &p); k++) {
		real *named = ry_calloc(size_of(&p), sizeof *named, "test");

		for (size_t i = 0; i < size_of(&p); i++)
			named[i] = got[place(&p, i)];
		golden_compare(what, tensors, name, named, tolerance);
		free(named);
	}
	TAP_CHECK((size_t)k == json_object_size(tensors), "%s: %d tensors, %zu golden ones", what,
	          k, json_object_size(tensors));
}

/* ---- cases of one layer ---- */

#ifdef RY_DOUBLE
static const double layer_tolerance = 1e-10;   /* precision of the files' 12 digits */
#else
static const double layer_tolerance = 3e-6;
#endif

struct net *golden_layer_net(const json_t *o)
{
	static const layer_list lists[] = { core_layers, NULL };
	const char *line = json_string_value(golden_get(o, "line"));
	int rows = golden_int(o, "rows");
	char lines[LAYER_LINE_MAX];
	struct net *net;

	snprintf(lines, sizeof lines, "l=%s", line);
	net = net_make(lines, lists);
	TAP_CHECK(net != NULL, "'%s': %s", line, ry_message());
	if (!net || net_alloc(net, 1, rows, rows, 1) != RY_OK)
		exit(99);
	golden_net_set(net, o, "w");
	return net;
}

void golden_layer_check(struct net *net, const json_t *o, struct input in, real *dx)
{
	const char *line = json_string_value(golden_get(o, "line"));
	struct batch b;
	int n;
	real *dy = golden_reals(o, "dy", NULL);
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	batch_flat(&b, &n, golden_int(o, "rows"));
	b.rng = json_object_get(o, "training") && golden_int(o, "training") ? rng : NULL;
	memset(net->dw, 0, net->n * sizeof *net->dw);
	golden_compare(line, o, "y", net_forward(net, &b, in, 1), layer_tolerance);
	net_backward(net, &b, in, dy, dx, 1);
	if (dx)
		golden_compare(line, o, "dx", dx, layer_tolerance);
	golden_net_compare(line, net, net->dw, o, "dw", 10 * layer_tolerance);
	free(dy);
	gsl_rng_free(rng);
}

void golden_layer_case(const json_t *o)
{
	struct net *net = golden_layer_net(o);
	size_t n;
	real *x = golden_reals(o, "x", &n), *dx = ry_calloc(n, sizeof *dx, "test");

	CU_ASSERT_EQUAL_FATAL(n, (size_t)net->D * golden_int(o, "rows"));
	golden_layer_check(net, o, (struct input){ .x = x }, dx);
	free(x);
	free(dx);
	net_free(net);
}
