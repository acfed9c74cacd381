/* dueling.c - see dueling.h. */
#include "rl/agent/dueling.h"

static real mean(const real *x, int n)
{
	real sum = 0;

	for (int j = 0; j < n; j++)
		sum += x[j];
	return sum / n;
}

void dueling_forward(real *restrict q, const real *restrict x, size_t rows, int A)
{
	for (size_t r = 0; r < rows; r++, q += A, x += 1 + A) {
		real base = x[0] - mean(x + 1, A);

		for (int a = 0; a < A; a++)
			q[a] = base + x[1 + a];
	}
}

void dueling_backward(real *restrict dx, const real *restrict dq, size_t rows, int A)
{
	for (size_t r = 0; r < rows; r++, dx += 1 + A, dq += A) {
		real each = mean(dq, A);

		dx[0] = each * A;                        /* every Q_a holds V once ... */
		for (int a = 0; a < A; a++)
			/* ... and 1/A of each advantage, taken away */
			dx[1 + a] = dq[a] - each;
	}
}

/* ---- the layer ---- */

static struct layer *make(const char *line)
{
	int A;

	if (layer_scan(line, "dueling ACTIONS", "d", &A) < 0)
		return NULL;
	if (A == LAYER_FEATURES_MAX) {
		ry_fail(RY_EINVAL, "layer '%s': at most %d actions", line, LAYER_FEATURES_MAX - 1);
		return NULL;
	}
	return layer_new(sizeof(struct layer), &dueling_ops, 1 + A, A);
}

static void forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	dueling_forward(y, in.x, b->rows, l->M);
}

static void backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                     real *dy, real *dx)
{
	(void)in;
	(void)y;
	if (dx)
		dueling_backward(dx, dy, b->rows, l->M);
}

const struct layer_ops dueling_ops = {
	.name = "dueling", .example = "dueling 4",
	.make = make, .free = layer_delete, .param = layer_no_param,
	.n_params = layer_none, .n_state = layer_none, .n_work = layer_no_work,
	.init = layer_no_init, .forward = forward, .backward = backward,
	.saturation = layer_no_saturation,
};
