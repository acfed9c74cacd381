/* points.c - see points.h. */
#include "datasets/table/points.h"

#include <math.h>
#include <string.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "datasets/text/names.h"

const char *const points_names[] = {
	[POINTS_AND] = "and", [POINTS_OR] = "or", [POINTS_XOR] = "xor", [POINTS_CIRCLE] = "circle",
	[POINTS_SPIRAL] = "spiral", [POINTS_MOONS] = "moons", NULL
};

/* Point i of a task without noise; returns its class. */
static int point(enum points_task task, int i, gsl_rng *rng, double *x)
{
	const int a = i >> 1 & 1, b = i & 1;   /* corners in turn */
	double u, phi, r;

	switch (task) {
	case POINTS_AND:
	case POINTS_OR:
	case POINTS_XOR:
		x[0] = a;
		x[1] = b;
		return task == POINTS_AND ? a & b : task == POINTS_OR ? a | b : a ^ b;
	case POINTS_CIRCLE:
		phi = 2 * M_PI * gsl_rng_uniform(rng);
		r = b ? 0.5 : 1;
		x[0] = r * cos(phi);
		x[1] = r * sin(phi);
		return b;
	case POINTS_SPIRAL:
		u = gsl_ran_flat(rng, 0.05, 1);
		phi = 3.5 * M_PI * u + b * M_PI;
		x[0] = u * cos(phi);
		x[1] = u * sin(phi);
		return b;
	case POINTS_MOONS:
		phi = M_PI * gsl_rng_uniform(rng);
		x[0] = b ? 1 - cos(phi) : cos(phi);
		x[1] = b ? 0.5 - sin(phi) : sin(phi);
		return b;
	}
	return 0;
}

static int set_names(struct table *t)
{
	static char *const features[] = { "x", "y" };

	t->feature_name = names_list_copy(features, 2);
	t->class_name = names_list_numbers(2);
	t->target_name = strdup("class");
	return t->feature_name && t->class_name && t->target_name;
}

struct table *points_make(enum points_task task, int n, double noise, gsl_rng *rng)
{
	struct table *t;

	if (n < 1 || !(noise >= 0) || !isfinite(noise)) {
		ry_fail(RY_EINVAL,
		        "%d points with noise %g, expected at least one and noise of 0 or more", n,
		        noise);
		return NULL;
	}
	t = table_alloc(n, 2, 2);
	if (!t || !set_names(t)) {
		table_free(t);
		ry_fail_memory("points");
		return NULL;
	}
	for (int i = 0; i < n; i++) {
		t->label[i] = point(task, i, rng, t->x + 2 * (size_t)i);
		for (int j = 0; j < 2; j++)
			t->x[2 * (size_t)i + (size_t)j] += gsl_ran_gaussian(rng, noise);
	}
	return t;
}
