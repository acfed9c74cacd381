/* init.c - see init.h. */
#include "src/nn/init.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>

#include "src/nn/net.h"

static const char *const names[INIT_RULES] = {
	[INIT_DEFAULT]        = "default",
	[INIT_CONSTANT]       = "constant",
	[INIT_UNIFORM]        = "uniform",
	[INIT_NORMAL]         = "normal",
	[INIT_GLOROT_UNIFORM] = "glorot-uniform",
	[INIT_GLOROT_NORMAL]  = "glorot-normal",
	[INIT_HE_UNIFORM]     = "he-uniform",
	[INIT_HE_NORMAL]      = "he-normal",
	[INIT_ORTHOGONAL]     = "orthogonal",
	[INIT_LSUV]           = "lsuv",
};

const char *init_name(enum init_rule rule)
{
	return names[rule];
}

int init_find(const char *name)
{
	for (int rule = 0; rule < INIT_RULES; rule++)
		if (strcmp(name, names[rule]) == 0)
			return rule;
	return -1;
}

void init_constant(real *w, size_t n, double value)
{
	for (size_t i = 0; i < n; i++)
		w[i] = (real)value;
}

void init_uniform(real *w, size_t n, double low, double high, gsl_rng *rng)
{
	for (size_t i = 0; i < n; i++)
		w[i] = (real)(low + (high - low) * gsl_rng_uniform(rng));
}

void init_normal(real *w, size_t n, double sd, gsl_rng *rng)
{
	for (size_t i = 0; i < n; i++)
		w[i] = (real)gsl_ran_gaussian_ziggurat(rng, sd);
}

/* Compute the leading columns of Q one at a time as Q e_j, so that the square Q of a tall matrix is
 * never built.  Element (i, j) of Q goes to w[i * step_i + j * step_j]. */
static void store_q(real *w, size_t step_i, size_t step_j, const gsl_matrix *QR,
                    const gsl_vector *tau, gsl_vector *column, double gain)
{
	for (size_t j = 0; j < QR->size2; j++) {
		double sign = gsl_matrix_get(QR, j, j) < 0 ? -1 : 1;      /* of R's diagonal */

		gsl_vector_set_basis(column, j);
		gsl_linalg_QR_Qvec(QR, tau, column);
		for (size_t i = 0; i < QR->size1; i++)
			w[i * step_i + j * step_j] =
				(real)(gain * sign * gsl_vector_get(column, i));
	}
}

enum ry_status init_orthogonal(real *w, int rows, int cols, double gain, gsl_rng *rng)
{
	size_t tall = rows >= cols ? rows : cols, thin = rows >= cols ? cols : rows;
	double *a = ry_calloc(tall * thin + thin + tall, sizeof *a, "a QR decomposition");
	gsl_matrix_view QR;
	gsl_vector_view tau, column;

	if (!a)
		return ry_failure();
	QR = gsl_matrix_view_array(a, tall, thin);
	tau = gsl_vector_view_array(a + tall * thin, thin);
	column = gsl_vector_view_array(a + tall * thin + thin, tall);
	for (size_t i = 0; i < tall * thin; i++)
		a[i] = gsl_ran_gaussian_ziggurat(rng, 1);
	gsl_linalg_QR_decomp(&QR.matrix, &tau.vector);
	if (rows >= cols)
		store_q(w, cols, 1, &QR.matrix, &tau.vector, &column.vector, gain);
	else
		store_q(w, 1, cols, &QR.matrix, &tau.vector, &column.vector, gain);
	free(a);
	return RY_OK;
}

/* Initialise one matrix at w, which may be stored transposed. */
static enum ry_status init_matrix(real *w, const struct param *p, enum init_rule rule, double value,
                                  gsl_rng *rng)
{
	size_t n = (size_t)p->rows * p->cols;
	double taps = p->height ? (double)p->height * p->width : 1;
	double in = p->cols, both = in + p->rows * taps;

	switch (rule) {
	case INIT_CONSTANT:
		init_constant(w, n, value);
		return RY_OK;
	case INIT_UNIFORM:
		init_uniform(w, n, -value, value, rng);
		return RY_OK;
	case INIT_NORMAL:
		init_normal(w, n, value, rng);
		return RY_OK;
	case INIT_GLOROT_UNIFORM:
		init_uniform(w, n, -value * sqrt(6 / both), value * sqrt(6 / both), rng);
		return RY_OK;
	case INIT_GLOROT_NORMAL:
		init_normal(w, n, value * sqrt(2 / both), rng);
		return RY_OK;
	case INIT_HE_UNIFORM:
		init_uniform(w, n, -value * sqrt(6 / in), value * sqrt(6 / in), rng);
		return RY_OK;
	case INIT_HE_NORMAL:
		init_normal(w, n, value * sqrt(2 / in), rng);
		return RY_OK;
	case INIT_ORTHOGONAL:
	case INIT_LSUV:
		/* Orthonormal rows of the transpose are orthonormal columns. */
		return p->transposed ? init_orthogonal(w, p->cols, p->rows, value, rng)
		                     : init_orthogonal(w, p->rows, p->cols, value, rng);
	case INIT_DEFAULT:
	case INIT_RULES:
		break;
	}
	return RY_OK;
}

/* net_init_with() without its checks. */
static enum ry_status draw(struct net *net, enum init_rule rule, double value, gsl_rng *rng)
{
	char name[96];
	struct param p;

	net_init(net, rng);
	if (rule == INIT_DEFAULT)
		return RY_OK;
	for (int k = 0; net_param(net, k, name, &p); k++) {
		enum ry_status status = RY_OK;

		if (p.cols)
			status = init_matrix(net->w + p.at, &p, rule, value, rng);
		else if (strncmp(p.name, "bias", 4) == 0)
			init_constant(net->w + p.at, p.rows, 0);
		if (status != RY_OK)
			return status;
	}
	return RY_OK;
}

enum ry_status net_init_with(struct net *net, enum init_rule rule, double value, gsl_rng *rng)
{
	if (!isfinite(value))
		return ry_fail(RY_EINVAL,
		               "initial weights: the %s rule got %g, expected a finite number",
		               init_name(rule), value);
	if (rule == INIT_LSUV)
		return ry_fail(RY_EINVAL, "initial weights: the lsuv rule needs a batch of data");
	return draw(net, rule, value, rng);
}

/* Variance of all n numbers. */
static double variance(const real *y, size_t n)
{
	double mean = 0, square = 0;

	for (size_t i = 0; i < n; i++)
		mean += y[i];
	mean /= (double)n;
	for (size_t i = 0; i < n; i++)
		square += (y[i] - mean) * (y[i] - mean);
	return square / (double)n;
}

static void scale_matrices(struct layer *l, double factor)
{
	struct param p;

	for (int k = 0; l->ops->param(l, k, &p); k++)
		for (size_t i = 0; p.cols && i < (size_t)p.rows * p.cols; i++)
			l->w[p.at + i] *= (real)factor;
}

enum ry_status net_init_lsuv(struct net *net, const struct batch *b, struct input in, gsl_rng *rng)
{
	const double tolerance = 0.1;
	const int tries = 10;
	enum ry_status status = draw(net, INIT_LSUV, 1, rng);

	for (int l = 0; l < net->L && status == RY_OK; l++) {
		struct layer *layer = net->layer[l];

		if (layer->ops->n_state(layer) || !layer_has_matrix(layer))
			continue;
		for (int i = 0; i < tries; i++) {
			const real *y = net_forward(net, b, in, l + 1);
			double v = variance(y, b->rows * layer->M);

			if (!(v > 0 && isfinite(v)))
				return ry_fail(RY_ENUMERIC,
				               "initial weights: the output of layer %d (%s) has "
				               "variance %g "
				               "on this batch, lsuv can't scale it",
				               l + 1, layer->ops->name, v);
			if (fabs(v - 1) < tolerance)
				break;
			scale_matrices(layer, 1 / sqrt(v));
		}
	}
	return status;
}
