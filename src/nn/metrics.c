/* metrics.c - see metrics.h. */
#include "src/nn/metrics.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

/* ---- area under the ROC curve ---- */

/* Map a score to an integer with the same order: positive floats sort like their bits, negative
 * ones in reverse and below them. */
static uint32_t sort_key(float score)
{
	uint32_t bits;

	score += 0.0f;                     /* -0 equals 0 and needs the same key */
	memcpy(&bits, &score, sizeof bits);
	return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static int compare_keys(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Radix sort of n keys, using `spare` (n) as well; returns the array that holds the result.  Least
 * significant digit first, three digits of 11 bits; a digit that all keys share is skipped. */
static uint32_t *sort_keys(uint32_t *key, uint32_t *spare, size_t n)
{
	enum { BITS = 11, SIZE = 1 << BITS, DIGITS = 3 };
	size_t count[DIGITS][SIZE] = { { 0 } };

	if (n < SIZE / 2) {
		qsort(key, n, sizeof *key, compare_keys);
		return key;
	}
	for (size_t i = 0; i < n; i++)
		for (int d = 0; d < DIGITS; d++)
			count[d][key[i] >> (d * BITS) & (SIZE - 1)]++;
	for (int d = 0; d < DIGITS; d++) {
		size_t at = 0;
		uint32_t *other = spare;

		if (count[d][key[0] >> (d * BITS) & (SIZE - 1)] == n)
			continue;
		for (int v = 0; v < SIZE; v++) {
			size_t c = count[d][v];

			count[d][v] = at;
			at += c;
		}
		for (size_t i = 0; i < n; i++)
			spare[count[d][key[i] >> (d * BITS) & (SIZE - 1)]++] = key[i];
		spare = key;
		key = other;
	}
	return key;
}

/* Twice the Mann-Whitney statistic of sorted scores: over all pairs of a one and a zero, 2 where
 * the one is higher and 1 where they tie. */
static uint64_t pairs_won(const uint32_t *zero, size_t n0, const uint32_t *one, size_t n1)
{
	uint64_t won = 0;
	size_t below = 0, upto = 0;              /* zeros below the one; zeros below or equal */

	for (size_t i = 0; i < n1; i++) {
		while (below < n0 && zero[below] < one[i])
			below++;
		if (upto < below)
			upto = below;
		while (upto < n0 && zero[upto] == one[i])
			upto++;
		won += below + upto;
	}
	return won;
}

/* The scores of the zeros and of the ones as sorted keys, in scratch (2 n); `left` counts those
 * below the current threshold of a ROC curve. */
struct walk {
	const uint32_t *zero, *one;
	size_t          n0, n1, left0, left1;
};

/* Nonzero if both answers occur and no score is NaN. */
static int sort_answers(struct walk *w, size_t n, const float *score, const unsigned char *y,
                        uint32_t *scratch)
{
	uint32_t *zero = scratch, *one;
	size_t n0 = 0, n1 = 0;

	for (size_t i = 0; i < n; i++) {
		if (isnan(score[i]))
			return 0;
		n0 += !y[i];
	}
	one = zero + n0;
	if (n0 == 0 || n0 == n)
		return 0;
	n0 = 0;
	for (size_t i = 0; i < n; i++)
		if (y[i])
			one[n1++] = sort_key(score[i]);
		else
			zero[n0++] = sort_key(score[i]);
	*w = (struct walk){ .zero = sort_keys(zero, scratch + n, n0),
		            .one = sort_keys(one, scratch + n + n0, n1),
		            .n0 = n0, .n1 = n1, .left0 = n0, .left1 = n1 };
	return 1;
}

static double area(const struct walk *w)
{
	return (double)pairs_won(w->zero, w->n0, w->one, w->n1) /
	       (2.0 * (double)w->n0 * (double)w->n1);
}

double metrics_auc(size_t n, const float *score, const unsigned char *y, uint32_t *scratch)
{
	struct walk w;

	return sort_answers(&w, n, score, y, scratch) ? area(&w) : NAN;
}

/* ---- the difference of two areas ---- */

/* How many of the n sorted keys are below `key`, or, with `equal`, at most that. */
static size_t count_below(const uint32_t *sorted, size_t n, uint32_t key, int equal)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (sorted[middle] < key || (equal && sorted[middle] == key))
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

/* Add to sum[group] (n_groups) `sign` times what the answers of the group add to the AUC's
 * deviation from its expectation, by the structural components V of DeLong et al. (1988):
 *
 *     V(one)  = share of the zeros below it, V(zero) = share of the ones above it (ties half)
 *     sum[g] += sum_{ones of g} (V - AUC) / n1 + sum_{zeros of g} (V - AUC) / n0
 *
 * Returns the AUC; NaN if it is undefined. */
static double add_components(double *sum, double sign, size_t n, const float *score,
                             const unsigned char *y, const int *group, uint32_t *scratch)
{
	struct walk w;
	double auc;

	if (!sort_answers(&w, n, score, y, scratch))
		return NAN;
	auc = area(&w);
	for (size_t i = 0; i < n; i++) {
		const uint32_t key = sort_key(score[i]);
		const uint32_t *others = y[i] ? w.zero : w.one;
		const size_t of = y[i] ? w.n0 : w.n1;
		double below = 0.5 * (double)(count_below(others, of, key, 0) +
		                              count_below(others, of, key, 1)) / (double)of;

		sum[group[i]] += sign * ((y[i] ? below : 1 - below) - auc) /
		                 (double)(y[i] ? w.n1 : w.n0);
	}
	return auc;
}

enum ry_status metrics_auc_gain(double *gain, double *half, size_t n, const float *score,
                                const float *other, const unsigned char *y, const int *group,
                                int n_groups)
{
	double *sum = ry_calloc((size_t)n_groups, sizeof *sum, "an interval");
	uint32_t *scratch = ry_calloc(2 * n, sizeof *scratch, "an interval");
	double squares = 0;
	enum ry_status status = sum && scratch ? RY_OK : ry_failure();

	*gain = *half = NAN;
	if (status == RY_OK) {
		*gain = add_components(sum, 1, n, score, y, group, scratch) -
		        add_components(sum, -1, n, other, y, group, scratch);
		for (int g = 0; g < n_groups; g++)
			squares += sum[g] * sum[g];
		if (!isnan(*gain) && n_groups > 1)
			*half = gsl_cdf_tdist_Pinv(0.975, n_groups - 1) *
			        sqrt(squares * n_groups / (n_groups - 1));
	}
	free(scratch);
	free(sum);
	return status;
}

/* ---- the ROC curve ---- */

/* Inverse of sort_key(). */
static double score_of(uint32_t key)
{
	uint32_t bits = key & 0x80000000u ? key & 0x7fffffffu : ~key;
	float score;

	memcpy(&score, &bits, sizeof score);
	return (double)score;
}

/* Lower the threshold to the next score that occurs, and return it. */
static double walk_down(struct walk *w)
{
	uint32_t key = w->left0 && (!w->left1 || w->zero[w->left0 - 1] > w->one[w->left1 - 1])
	                       ? w->zero[w->left0 - 1]
	                       : w->one[w->left1 - 1];

	while (w->left0 && w->zero[w->left0 - 1] == key)
		w->left0--;
	while (w->left1 && w->one[w->left1 - 1] == key)
		w->left1--;
	return score_of(key);
}

static void add_corner(struct roc *roc, const struct walk *w, double threshold)
{
	roc->threshold[roc->n] = threshold;
	roc->fpr[roc->n] = (double)(w->n0 - w->left0) / (double)w->n0;
	roc->tpr[roc->n++] = (double)(w->n1 - w->left1) / (double)w->n1;
}

static size_t count_corners(struct walk w)
{
	size_t n = 0;

	for (; w.left0 || w.left1; n++)
		walk_down(&w);
	return n;
}

/* The curve has length 2 as fpr + tpr.  Skip a corner as long as the distance covered is less than
 * the share of the points already used. */
static void trace_curve(struct roc *roc, struct walk w)
{
	int all = count_corners(w) < ROC_POINTS;
	double top =
		score_of(w.zero[w.n0 - 1] > w.one[w.n1 - 1] ? w.zero[w.n0 - 1] : w.one[w.n1 - 1]);

	add_corner(roc, &w, fmax(top, 1));
	while (w.left0 || w.left1) {
		double threshold = walk_down(&w);
		double length = 2 - (double)w.left0 / (double)w.n0 - (double)w.left1 / (double)w.n1;

		if (all || (!w.left0 && !w.left1) ||
		    (length >= 2.0 * roc->n / (ROC_POINTS - 1) && roc->n < ROC_POINTS - 1))
			add_corner(roc, &w, threshold);
	}
}

enum ry_status metrics_roc(struct roc *roc, size_t n, const float *score, const unsigned char *y)
{
	uint32_t *scratch = ry_calloc(2 * n, sizeof *scratch, "a ROC curve");
	struct walk w;

	roc->n = 0;
	if (!scratch)
		return ry_failure();
	if (sort_answers(&w, n, score, y, scratch))
		trace_curve(roc, w);
	free(scratch);
	return RY_OK;
}

/* ---- measures of probabilities ---- */

void metrics_calibration(struct calibration *c, size_t n, const float *p, const unsigned char *y)
{
	double sum[CALIBRATION_BINS] = { 0 };
	size_t count[CALIBRATION_BINS] = { 0 }, ones[CALIBRATION_BINS] = { 0 };

	for (size_t i = 0; i < n; i++) {
		double q = (double)p[i];
		int bin;

		if (isnan(q))
			continue;
		bin = q >= 1 ? CALIBRATION_BINS - 1 : q <= 0 ? 0 : (int)(q * CALIBRATION_BINS);
		sum[bin] += q;
		count[bin]++;
		ones[bin] += y[i] != 0;
	}
	c->n = 0;
	for (int b = 0; b < CALIBRATION_BINS; b++)
		if (count[b]) {
			c->p[c->n] = sum[b] / (double)count[b];
			c->share[c->n] = (double)ones[b] / (double)count[b];
			c->count[c->n++] = count[b];
		}
}

enum ry_status metrics_binary(struct binary_scores *s, size_t n, const float *p,
                              const unsigned char *y)
{
	const double least = 1e-15;
	double right = 0, loss = 0, square = 0;
	uint32_t *scratch = ry_calloc(2 * n, sizeof *scratch, "sorting predictions");

	if (!scratch)
		return ry_failure();
	for (size_t i = 0; i < n; i++) {
		double q = y[i] ? p[i] : 1 - (double)p[i];       /* probability of what happened */

		right += (p[i] >= 0.5f) == (y[i] != 0);
		loss -= log(q < least ? least : q > 1 - least ? 1 - least : q);
		square += (1 - q) * (1 - q);
	}
	*s = (struct binary_scores){
		.n = n,
		.auc = metrics_auc(n, p, y, scratch),
		.accuracy = n ? right / (double)n : NAN,
		.log_loss = n ? loss / (double)n : NAN,
		.rmse = n ? sqrt(square / (double)n) : NAN,
	};
	free(scratch);
	return RY_OK;
}

/* Scores and answers sorted by group. */
struct grouped {
	size_t        *start;      /* (n_groups + 1) */
	float         *p;          /* (n) */
	unsigned char *y;          /* (n) */
	uint32_t      *scratch;    /* (2 n) */
};

static enum ry_status grouped_alloc(struct grouped *g, size_t n, int n_groups)
{
	const char *what = "sorting predictions by group";

	g->start = ry_calloc((size_t)n_groups + 2, sizeof *g->start, what);
	g->p = ry_calloc(n, sizeof *g->p, what);
	g->y = ry_calloc(n, sizeof *g->y, what);
	g->scratch = ry_calloc(2 * n, sizeof *g->scratch, what);
	return g->start && g->p && g->y && g->scratch ? RY_OK : ry_failure();
}

static void grouped_free(struct grouped *g)
{
	free(g->start);
	free(g->p);
	free(g->y);
	free(g->scratch);
}

/* Counting sort. start[g + 2] first counts group g; start[g + 1] then advances from the beginning
 * of the group to its end, so that start[] is correct once everything is placed. */
static void grouped_fill(struct grouped *g, size_t n, const float *p, const unsigned char *y,
                         const int *group, int n_groups)
{
	for (size_t i = 0; i < n; i++)
		g->start[group[i] + 2]++;
	for (int k = 1; k <= n_groups; k++)
		g->start[k + 1] += g->start[k];
	for (size_t i = 0; i < n; i++) {
		size_t at = g->start[group[i] + 1]++;

		g->p[at] = p[i];
		g->y[at] = y[i];
	}
}

enum ry_status metrics_grouped_auc(double *mean, int *counted, size_t n, const float *p,
                                   const unsigned char *y, const int *group, int n_groups)
{
	struct grouped g = { 0 };
	enum ry_status status = grouped_alloc(&g, n, n_groups);
	double sum = 0;

	*mean = NAN;
	*counted = 0;
	if (status == RY_OK) {
		grouped_fill(&g, n, p, y, group, n_groups);
		for (int k = 0; k < n_groups; k++) {
			size_t at = g.start[k];
			double auc =
				metrics_auc(g.start[k + 1] - at, g.p + at, g.y + at, g.scratch);

			if (isnan(auc))
				continue;
			sum += auc;
			(*counted)++;
		}
		if (*counted)
			*mean = sum / *counted;
	}
	grouped_free(&g);
	return status;
}

/* ---- classes ---- */

/* The number of classes that rank above class c; of equal scores the lower class ranks higher. */
static int rank_of(const double *score, int K, int c)
{
	int rank = 0;

	for (int k = 0; k < K; k++)
		rank += score[k] > score[c] || (score[k] == score[c] && k < c);
	return rank;
}

static int highest(const double *score, int K)
{
	int best = 0;

	for (int k = 1; k < K; k++)
		if (score[k] > score[best])
			best = k;
	return best;
}

void metrics_confusion(long *matrix, size_t n, int K, const double *scores, const int *label)
{
	memset(matrix, 0, (size_t)K * K * sizeof *matrix);
	for (size_t i = 0; i < n; i++)
		matrix[(size_t)label[i] * K + highest(scores + i * K, K)]++;
}

double metrics_accuracy(size_t n, int K, const double *scores, const int *label)
{
	size_t right = 0;

	for (size_t i = 0; i < n; i++)
		right += highest(scores + i * K, K) == label[i];
	return n ? (double)right / (double)n : NAN;
}

double metrics_top_k_error(size_t n, int K, const double *scores, const int *label, int k)
{
	size_t missed = 0;

	for (size_t i = 0; i < n; i++)
		missed += rank_of(scores + i * K, K, label[i]) >= k;
	return n ? (double)missed / (double)n : NAN;
}

double metrics_r2(size_t n, int M, const double *predicted, const double *target)
{
	double residual = 0, total = 0;

	for (int m = 0; m < M; m++) {
		double mean = 0;

		for (size_t i = 0; i < n; i++)
			mean += target[i * M + m];
		mean /= (double)n;
		for (size_t i = 0; i < n; i++) {
			double e = target[i * M + m] - predicted[i * M + m],
			       d = target[i * M + m] - mean;

			residual += e * e;
			total += d * d;
		}
	}
	return total > 0 ? 1 - residual / total : NAN;
}

void metrics_interval(const double *x, size_t n, double *mean, double *half)
{
	double largest = 0;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, fabs(x[i]));
	*mean = n > 0 ? gsl_stats_mean(x, 1, n) : NAN;
	if (fabs(*mean) <= DBL_EPSILON * largest)       /* such as 0.3 - 0.1 - 0.2 */
		*mean = 0;
	*half = n > 1 ? gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)) * gsl_stats_sd(x, 1, n) /
	                        sqrt((double)n)
	              : NAN;
}

/* With a and b the squared standard errors: (a + b)^2 / (a^2 / (n - 1) + b^2 / (m - 1)) degrees of
 * freedom (Satterthwaite). */
void metrics_difference(const double *x, size_t n, const double *y, size_t m, double *difference,
                        double *half)
{
	double mean_x, mean_y, unused, a, b, freedom;

	metrics_interval(x, n, &mean_x, &unused);
	metrics_interval(y, m, &mean_y, &unused);
	*difference = mean_x - mean_y;
	*half = NAN;
	if (n < 2 || m < 2)
		return;
	a = gsl_stats_variance(x, 1, n) / (double)n;
	b = gsl_stats_variance(y, 1, m) / (double)m;
	freedom = (a + b) * (a + b) / (a * a / (double)(n - 1) + b * b / (double)(m - 1));
	*half = a + b > 0 ? gsl_cdf_tdist_Pinv(0.975, freedom) * sqrt(a + b) : 0;
}

/* Wilson's interval holds each p with (share - p)^2 <= z^2 p (1 - p) / n; k is z^2 / n. */
static void wilson(double share, double k, double *low, double *high)
{
	double middle = (share + k / 2) / (1 + k);
	double half = sqrt(k * share * (1 - share) + k * k / 4) / (1 + k);

	*low = share <= 0 ? 0 : middle - half;
	*high = share >= 1 ? 1 : middle + half;
}

void metrics_share_interval(double share, double n, double *low, double *high)
{
	const double z = 1.959964;

	wilson(share, z * z / n, low, high);
}

/* In Wilson's interval z^2 times the variance of the mean, p (1 - p) / n, is the square of the half
 * width: that is how many values of 0 and 1 would say as much. */
void metrics_interval_within(double mean, double half, double least, double most, double *low,
                             double *high)
{
	double width = most - least, p = (mean - least) / width, h = half / width;

	if (isfinite(width) && width > 0 && p > 0 && p < 1) {
		wilson(p, h * h / (p * (1 - p)), low, high);
		*low = least + width * *low;
		*high = least + width * *high;
		return;
	}
	*low = mean - half < least ? least : mean - half;
	*high = mean + half > most ? most : mean + half;
}
