/* dropout.c - see dropout.h. */
#include "src/nn/dropout.h"

#include <string.h>

/* A bijection of 32-bit words that spreads every input bit over all output bits: two rounds of
 * xor-shift and multiply (the finaliser of MurmurHash3, by Austin Appleby, in the public
 * domain). */
static inline uint32_t mix(uint32_t h)
{
	h ^= h >> 16;
	h *= 0x85ebca6bu;
	h ^= h >> 13;
	h *= 0xc2b2ae35u;
	h ^= h >> 16;
	return h;
}

/* At most 2^30 elements at a time, so that the counter fits the hash. */
#define CHUNK ((size_t)1 << 30)

static void apply_chunk(real *y, const real *x, uint32_t n, real scale, uint32_t threshold,
                        uint32_t key)
{
	/* Two keys: one offsets the counter, the other enters between the rounds. */
	uint32_t start = mix(key), inner = mix(key ^ 0x9e3779b9u);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t h = mix(mix(i + start) ^ inner);

		y[i] = h < threshold ? 0 : x[i] * scale;
	}
}

void dropout_apply(real *y, const real *x, size_t n, double p, uint32_t key)
{
	uint32_t threshold = (uint32_t)(p * 4294967296.0);
	real scale = (real)(1 / (1 - p));

	for (size_t at = 0; at < n; at += CHUNK, key = mix(key + 1)) {
		size_t count = n - at < CHUNK ? n - at : CHUNK;

		apply_chunk(y + at, x + at, (uint32_t)count, scale, threshold, key);
	}
}

/* ---- the layer ---- */

struct dropout {
	struct layer layer;
	double       p;
	uint32_t     key;          /* of the last forward pass in training */
};

static struct layer *make(const char *line)
{
	struct dropout *l;
	double p;
	int D;

	if (layer_scan(line, "dropout FEATURES P", "dr", &D, &p) < 0)
		return NULL;
	if (!(p >= 0 && p < 1)) {
		ry_fail(RY_EINVAL, "layer '%s': the probability must be at least 0 and below 1",
		        line);
		return NULL;
	}
	l = layer_new(sizeof *l, &dropout_ops, D, D);
	if (!l)
		return NULL;
	l->p = p;
	return &l->layer;
}

static void forward(struct layer *layer, const struct batch *b, struct input in, real *y)
{
	struct dropout *l = (struct dropout *)layer;
	size_t n = b->rows * layer->D;

	if (!b->rng || l->p == 0) {
		memcpy(y, in.x, n * sizeof *y);
		return;
	}
	l->key = (uint32_t)gsl_rng_get(b->rng);
	dropout_apply(y, in.x, n, l->p, l->key);
}

static void backward(struct layer *layer, const struct batch *b, struct input in, const real *y,
                     real *dy, real *dx)
{
	struct dropout *l = (struct dropout *)layer;
	size_t n = b->rows * layer->D;

	(void)in;
	(void)y;
	if (!dx)
		return;
	if (!b->rng || l->p == 0)
		memcpy(dx, dy, n * sizeof *dx);
	else
		dropout_apply(dx, dy, n, l->p, l->key);
}

const struct layer_ops dropout_ops = {
	.name = "dropout", .example = "dropout 5 0.4",
	.make = make, .free = layer_delete, .param = layer_no_param,
	.n_params = layer_none, .n_state = layer_none, .n_work = layer_no_work,
	.init = layer_no_init, .forward = forward, .backward = backward,
	.saturation = layer_no_saturation,
};
