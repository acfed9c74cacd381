/* golden_net.c - see golden_net.h. */
#include "tests/support/golden_net.h"

#include <stdlib.h>

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
