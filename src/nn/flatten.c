/* flatten.c - see flatten.h. */
#include "src/nn/flatten.h"

#include <string.h>

static struct layer *make(const char *line)
{
	int C, H, W;

	if (layer_scan(line, "flatten C H W", "ddd", &C, &H, &W) < 0)
		return NULL;
	if ((size_t)H * W > (size_t)LAYER_FEATURES_MAX / C) {
		ry_fail(RY_EINVAL, "layer '%s': more than %d features", line, LAYER_FEATURES_MAX);
		return NULL;
	}
	return layer_new(sizeof(struct layer), &flatten_ops, C * H * W, C * H * W);
}

static void forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	memcpy(y, in.x, b->rows * l->D * sizeof *y);
}

static void backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                     real *dy, real *dx)
{
	(void)in;
	(void)y;
	if (dx)
		memcpy(dx, dy, b->rows * l->D * sizeof *dx);
}

const struct layer_ops flatten_ops = {
	.name = "flatten", .example = "flatten 2 3 4",
	.make = make, .free = layer_delete, .param = layer_no_param,
	.n_params = layer_none, .n_state = layer_none, .n_work = layer_no_work,
	.init = layer_no_init, .forward = forward, .backward = backward,
	.saturation = layer_no_saturation,
};
