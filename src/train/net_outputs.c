/* net_outputs.c - see net_outputs.h. */
#include "src/train/net_outputs.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

int net_outputs_width(const struct net_outputs *o, int M)
{
	assert(o->task == NET_CLASSES || M == 1);
	return o->task == NET_YES_NO ? 2 : M;
}

/* p_k = exp(z_k - max z) / sum_j exp(z_j - max z), of K logits z */
static void set_probabilities(double *p, const real *z, int K)
{
	double max = z[0], sum = 0;

	for (int k = 1; k < K; k++)
		max = z[k] > max ? z[k] : max;
	for (int k = 0; k < K; k++)
		sum += p[k] = exp(z[k] - max);
	for (int k = 0; k < K; k++)
		p[k] /= sum;
}

/* Outputs y (rows, M) of the network as scores. */
static void set_scores(const struct net_outputs *o, double *scores, const real *y, int rows, int M)
{
	for (size_t r = 0; r < (size_t)rows; r++)
		switch (o->task) {
		case NET_CLASSES:
			set_probabilities(scores + r * M, y + r * M, M);
			break;
		case NET_YES_NO:
			scores[2 * r + 1] = 1 / (1 + exp(-(double)y[r]));
			scores[2 * r] = 1 / (1 + exp((double)y[r]));
			break;
		case NET_NUMBER:
			scores[r] = o->mean + o->sd * y[r];
			break;
		}
}

static enum ry_status check_finite(const real *y, size_t n, int M)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(y[i]))
			return ry_fail(RY_ENUMERIC, "the network's output for row %zu is %g",
			               i / (size_t)M + 1, (double)y[i]);
	return RY_OK;
}

double *net_scores(struct net *net, const struct net_outputs *o, const struct loss *loss,
                   const struct net_rows *rows, double *mean_loss, enum ry_status *status)
{
	int M = net->M, known = rows->target.t || rows->target.label;
	size_t n = (size_t)rows->rows * M;
	real *y = ry_calloc(n, sizeof *y, "outputs");
	double *scores = ry_calloc((size_t)rows->rows * net_outputs_width(o, M), sizeof *scores,
	                           "scores");

	*status = y && scores ? RY_OK : ry_failure();
	*mean_loss = NAN;
	if (*status == RY_OK) {
		net_predict(net, rows->x, rows->rows, y);
		*status = check_finite(y, n, M);
	}
	if (*status == RY_OK) {
		if (known)
			*mean_loss = loss_compute(loss, NULL, y, rows->target, rows->rows, M, 1) /
			             rows->rows;
		set_scores(o, scores, y, rows->rows, M);
	}
	free(y);
	if (*status != RY_OK) {
		free(scores);
		return NULL;
	}
	return scores;
}
