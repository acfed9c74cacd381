/* test_metrics.c - metrics against values computed by hand and against counting all pairs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "src/nn/metrics.h"
#include "src/run/scores.h"
#include "tests/support/tap.h"

static double auc(size_t n, const float *score, const unsigned char *y)
{
	uint32_t *scratch = malloc((2 * n + 1) * sizeof *scratch);
	double a = metrics_auc(n, score, y, scratch);

	free(scratch);
	return a;
}

/* Ones at 0.9, 0.5, 0.5; zeros at 0.5, 0.1.  Pairs: 0.9 wins 2; each 0.5 wins 1 and ties 1: 5 of
 * 6. */
static void auc_by_hand(void)
{
	const float score[5] = { 0.5f, 0.9f, 0.1f, 0.5f, 0.5f };
	const unsigned char y[5] = { 1, 1, 0, 0, 1 };

	CU_ASSERT_DOUBLE_EQUAL(auc(5, score, y), 5.0 / 6, 1e-15);
}

static void auc_of_perfect_and_of_none(void)
{
	const float up[4] = { 0.1f, 0.2f, 0.3f, 0.4f }, flat[4] = { 0.3f, 0.3f, 0.3f, 0.3f };
	const unsigned char y[4] = { 0, 0, 1, 1 }, inverted[4] = { 1, 1, 0, 0 };

	CU_ASSERT_EQUAL(auc(4, up, y), 1);
	CU_ASSERT_EQUAL(auc(4, up, inverted), 0);
	CU_ASSERT_EQUAL(auc(4, flat, y), 0.5);
}

static void auc_of_one_answer_is_not_known(void)
{
	const float score[3] = { 0.1f, 0.2f, 0.3f }, bad[3] = { 0.1f, NAN, 0.3f };
	const unsigned char ones[3] = { 1, 1, 1 }, zeros[3] = { 0, 0, 0 }, both[3] = { 0, 1, 1 };

	CU_ASSERT_TRUE(isnan(auc(3, score, ones)));
	CU_ASSERT_TRUE(isnan(auc(3, score, zeros)));
	CU_ASSERT_TRUE(isnan(auc(0, score, ones)));
	CU_ASSERT_TRUE(isnan(auc(3, bad, both)));
}

/* Zero and minus zero tie; negative and infinite scores sort correctly. */
static void auc_takes_any_score(void)
{
	const float score[6] = { -INFINITY, -2.5f, -0.0f, 0.0f, 1e-40f, INFINITY };
	const unsigned char y[6] = { 0, 1, 0, 1, 0, 1 };

	/* -2.5 beats 1; 0 beats 1 and ties 1; inf beats 3: 5.5 of 9 */
	CU_ASSERT_DOUBLE_EQUAL(auc(6, score, y), 5.5 / 9, 1e-15);
}

static double auc_by_pairs(size_t n, const float *score, const unsigned char *y)
{
	double won = 0, pairs = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (y[i] && !y[j]) {
				won += score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5 : 0;
				pairs++;
			}
	return won / pairs;
}

/* Few distinct scores (ties) and many; few rows, and enough for the radix sort. */
static void auc_equals_counting_pairs(void)
{
	static const size_t sizes[] = { 2, 7, 60, 1023, 2500 };
	static const int levels[] = { 2, 10, 1 << 24 };
	static float score[2500];
	static unsigned char y[2500];
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (size_t s = 0; s < 5; s++)
		for (size_t l = 0; l < 3; l++) {
			size_t n = sizes[s];

			for (size_t i = 0; i < n; i++) {
				score[i] = (float)gsl_rng_uniform_int(rng, levels[l]) / levels[l] -
				           0.3f;
				y[i] = gsl_rng_uniform(rng) < 0.3 + 0.4 * score[i];
			}
			y[0] = 0;
			y[1] = 1;
			CU_ASSERT_DOUBLE_EQUAL(auc(n, score, y), auc_by_pairs(n, score, y), 1e-14);
		}
	gsl_rng_free(rng);
}

static void binary_by_hand(void)
{
	const float p[4] = { 0.9f, 0.5f, 0.2f, 0.4f };
	const unsigned char y[4] = { 1, 0, 0, 1 };
	struct binary_scores s;

	CU_ASSERT_EQUAL(metrics_binary(&s, 4, p, y), RY_OK);
	CU_ASSERT_EQUAL(s.n, 4);
	CU_ASSERT_DOUBLE_EQUAL(s.auc, 0.75, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(s.accuracy, 0.5, 1e-15);      /* 0.5 predicts 1 */
	CU_ASSERT_DOUBLE_EQUAL(s.log_loss, -(log(0.9) + log(0.5) + log(0.8) + log(0.4)) / 4, 1e-7);
	CU_ASSERT_DOUBLE_EQUAL(s.rmse, sqrt((0.01 + 0.25 + 0.04 + 0.36) / 4), 1e-7);
}

static void certain_and_wrong_is_kept_finite(void)
{
	const float p[2] = { 1, 0 };
	const unsigned char y[2] = { 0, 0 };
	struct binary_scores s;

	CU_ASSERT_EQUAL(metrics_binary(&s, 2, p, y), RY_OK);
	CU_ASSERT_DOUBLE_EQUAL(s.log_loss, -log(1e-15) / 2, 1e-9);
	CU_ASSERT_TRUE(isnan(s.auc));
	CU_ASSERT_EQUAL(metrics_binary(&s, 0, p, y), RY_OK);
	CU_ASSERT_TRUE(s.n == 0 && isnan(s.auc) && isnan(s.accuracy) && isnan(s.log_loss) &&
	               isnan(s.rmse));
	CU_ASSERT_EQUAL(metrics_binary(&s, SIZE_MAX / 16, p, y), RY_ENOMEM);
}

/* Group 0: 1 of 1 pair; group 1: one answer only; group 2: empty; group 3: a tie. */
static void grouped_by_hand(void)
{
	const float p[7] = { 0.1f, 0.7f, 0.3f, 0.8f, 0.3f, 0.2f, 0.6f };
	const unsigned char y[7] = { 0, 1, 1, 1, 0, 1, 1 };
	const int group[7] = { 0, 1, 3, 0, 3, 1, 1 };
	double mean;
	int counted;

	CU_ASSERT_EQUAL(metrics_grouped_auc(&mean, &counted, 7, p, y, group, 4), RY_OK);
	CU_ASSERT_EQUAL(counted, 2);
	CU_ASSERT_DOUBLE_EQUAL(mean, (1 + 0.5) / 2, 1e-15);
	CU_ASSERT_EQUAL(metrics_grouped_auc(&mean, &counted, 1, p, y, group, 4), RY_OK);
	CU_ASSERT_EQUAL(counted, 0);
	CU_ASSERT_TRUE(isnan(mean));
	CU_ASSERT_EQUAL(metrics_grouped_auc(&mean, &counted, 0, p, y, group, 0), RY_OK);
	CU_ASSERT_TRUE(isnan(mean));
	CU_ASSERT_EQUAL(metrics_grouped_auc(&mean, &counted, SIZE_MAX / 16, p, y, group, 4),
	                RY_ENOMEM);
}

/* A single group gives the pooled metric. */
static void one_group_is_the_pool(void)
{
	enum { N = 333 };
	float p[N];
	unsigned char y[N];
	int group[N] = { 0 }, counted;
	double mean;

	for (int i = 0; i < N; i++) {
		p[i] = (float)(i * 7 % 50) / 50;
		y[i] = i % 3 == 0;
	}
	CU_ASSERT_EQUAL(metrics_grouped_auc(&mean, &counted, N, p, y, group, 1), RY_OK);
	CU_ASSERT_EQUAL(mean, auc(N, p, y));
	CU_ASSERT_EQUAL(counted, 1);
}

static void gain_by_hand(void)
{
	const float score[4] = { 0.1f, 0.9f, 0.4f, 0.6f }, other[4] = { 0.9f, 0.1f, 0.4f, 0.6f },
		    same[4] = { 0.5f, 0.5f, 0.5f, 0.5f };
	const unsigned char y[4] = { 0, 1, 0, 1 }, right[4] = { 1, 1, 1, 1 };
	const int group[4] = { 0, 0, 1, 1 };
	double gain, half;

	CU_ASSERT_EQUAL(metrics_auc_gain(&gain, &half, 4, score, same, y, group, 2), RY_OK);
	CU_ASSERT_DOUBLE_EQUAL(gain, 0.5, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(half, 0, 1e-12);
	/* The groups' components are -1/4 and 1/4; t(0.975, 1) = 12.7062047. */
	CU_ASSERT_EQUAL(metrics_auc_gain(&gain, &half, 4, score, other, y, group, 2), RY_OK);
	CU_ASSERT_DOUBLE_EQUAL(gain, 0.75, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(half, 12.706204736 * sqrt(2 * 0.125), 1e-7);
	CU_ASSERT_EQUAL(metrics_auc_gain(&gain, &half, 2, score, other, y, group, 1), RY_OK);
	CU_ASSERT_DOUBLE_EQUAL(gain, 1, 1e-15);
	CU_ASSERT_TRUE(isnan(half));
	CU_ASSERT_EQUAL(metrics_auc_gain(&gain, &half, 4, score, other, right, group, 2), RY_OK);
	CU_ASSERT_TRUE(isnan(gain) && isnan(half));
	CU_ASSERT_EQUAL(metrics_auc_gain(&gain, &half, SIZE_MAX / 16, score, other, y, group, 2),
	                RY_ENOMEM);
}

/* Two scores that are equally good, both blurred by an error that a whole group shares: the 95 %
 * interval holds 0 in 95 % of the draws, give or take three standard errors. */
static void gain_covers(void)
{
	enum { DRAWS = 400, GROUPS = 40, EACH = 6, N = GROUPS * EACH };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	float a[N], b[N];
	unsigned char y[N];
	int group[N], covered = 0;
	float error_a = 0, error_b = 0;

	gsl_rng_set(rng, 3);
	for (int draw = 0; draw < DRAWS; draw++) {
		double gain, half;

		for (int i = 0; i < N; i++) {
			group[i] = i / EACH;
			y[i] = gsl_rng_uniform(rng) < 0.6;
			if (i % EACH == 0) {
				error_a = (float)gsl_ran_gaussian(rng, 1);
				error_b = (float)gsl_ran_gaussian(rng, 1);
			}
			a[i] = error_a + y[i];
			b[i] = error_b + y[i];
		}
		CU_ASSERT_EQUAL(metrics_auc_gain(&gain, &half, N, a, b, y, group, GROUPS), RY_OK);
		covered += fabs(gain) <= half;
	}
	printf("# %d of %d intervals\n", covered, DRAWS);
	CU_ASSERT_TRUE(covered >= 0.917 * DRAWS && covered <= 0.983 * DRAWS);
	gsl_rng_free(rng);
}

static void confusion_by_hand(void)
{
	const double scores[4 * 3] = { 1, 2, 0,   0, 0, 5,   3, 3, 1,   0.1, 0.2, 0.1 };
	const int label[4] = { 1, 2, 1, 0 };
	const long expected[9] = { 0, 1, 0,   1, 1, 0,   0, 0, 1 };
	long matrix[9];

	metrics_confusion(matrix, 4, 3, scores, label);
	CU_ASSERT_EQUAL(memcmp(matrix, expected, sizeof matrix), 0);
	CU_ASSERT_EQUAL(metrics_accuracy(4, 3, scores, label), 0.5);
	CU_ASSERT_EQUAL(metrics_accuracy(3, 3, scores, label), 2 / 3.0);
	CU_ASSERT_TRUE(isnan(metrics_accuracy(0, 3, scores, label)));
}

static void top_k_by_hand(void)
{
	const double scores[3 * 3] = { 1, 2, 3,   3, 3, 1,   5, 5, 5 };
	const int label[3] = { 1, 1, 2 };

	/* ranks of the true class: 1, 1 (a tie, the later class), 2 */
	CU_ASSERT_EQUAL(metrics_top_k_error(3, 3, scores, label, 1), 1);
	CU_ASSERT_DOUBLE_EQUAL(metrics_top_k_error(3, 3, scores, label, 2), 1.0 / 3, 1e-15);
	CU_ASSERT_EQUAL(metrics_top_k_error(3, 3, scores, label, 3), 0);
	CU_ASSERT_TRUE(isnan(metrics_top_k_error(0, 3, scores, label, 1)));
}

static void r2_by_hand(void)
{
	const double target[4] = { 1, 10, 3, 30 }, mean[4] = { 2, 20, 2, 20 },
		     off[4] = { 1, 12, 3, 30 };
	const double constant[4] = { 5, 7, 5, 7 };

	CU_ASSERT_EQUAL(metrics_r2(2, 2, target, target), 1);
	CU_ASSERT_DOUBLE_EQUAL(metrics_r2(2, 2, mean, target), 0, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(metrics_r2(2, 2, off, target), 1 - 4.0 / 202, 1e-15);
	CU_ASSERT_TRUE(isnan(metrics_r2(2, 2, target, constant)));
	CU_ASSERT_TRUE(isnan(metrics_r2(0, 2, target, target)));
}

static void interval_by_hand(void)
{
	const double x[3] = { 1, 2, 4 };
	double mean, half;

	metrics_interval(x, 3, &mean, &half);
	CU_ASSERT_DOUBLE_EQUAL(mean, 7.0 / 3, 1e-15);
	/* t(0.975, 2) = 4.3026527, sd = sqrt(7 / 3) */
	CU_ASSERT_DOUBLE_EQUAL(half, 4.302652729911275 * sqrt(7.0 / 3) / sqrt(3), 1e-9);
	metrics_interval((double[]){ 0.3, -0.1, -0.2 }, 3, &mean, &half);
	CU_ASSERT_EQUAL(mean, 0);
	metrics_interval((double[]){ 3e-12, -1e-12, -1.999e-12 }, 3, &mean, &half);
	CU_ASSERT_DOUBLE_EQUAL(mean, 1e-15 / 3, 1e-20);
	metrics_interval(x, 1, &mean, &half);
	CU_ASSERT_EQUAL(mean, 1);
	CU_ASSERT_TRUE(isnan(half));
	metrics_interval(x, 0, &mean, &half);
	CU_ASSERT_TRUE(isnan(mean) && isnan(half));
}

static void difference_by_hand(void)
{
	const double x[3] = { 1, 2, 4 }, y[4] = { 5, 9, 10, 12 };
	double difference, half, swapped;

	/* variances 7/3 and 26/3; standard error sqrt(7/9 + 13/6), 4.64298 degrees of freedom,
	 * t(0.975) = 2.63119 */
	metrics_difference(x, 3, y, 4, &difference, &half);
	CU_ASSERT_DOUBLE_EQUAL(difference, 7.0 / 3 - 9, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(half, 4.51496, 1e-4);
	metrics_difference(y, 4, x, 3, &difference, &swapped);
	CU_ASSERT_DOUBLE_EQUAL(swapped, half, 1e-12);
	metrics_difference(x, 1, y, 4, &difference, &half);
	CU_ASSERT_EQUAL(difference, 1 - 9);
	CU_ASSERT_TRUE(isnan(half));
	metrics_difference((double[]){ 2, 2 }, 2, (double[]){ 1, 1 }, 2, &difference, &half);
	CU_ASSERT_EQUAL(difference, 1);
	CU_ASSERT_EQUAL(half, 0);
}

static void bounded_intervals(void)
{
	double low, high, low2, high2;

	metrics_share_interval(0.5, 10, &low, &high);           /* Wilson: a known answer */
	CU_ASSERT_DOUBLE_EQUAL(low, 0.236593, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(high, 0.763407, 1e-6);
	metrics_share_interval(1, 100, &low, &high);
	CU_ASSERT_DOUBLE_EQUAL(low, 100 / (100 + 3.841459), 1e-6);
	CU_ASSERT_EQUAL(high, 1);
	metrics_share_interval(0, 100, &low, &high);
	CU_ASSERT_EQUAL(low, 0);
	CU_ASSERT_DOUBLE_EQUAL(high, 3.841459 / (100 + 3.841459), 1e-6);

	/* the half width that 20 values of 0 and 1 have gives Wilson's interval, at any scale */
	metrics_share_interval(0.8, 20, &low, &high);
	metrics_interval_within(0.8, 1.959964 * sqrt(0.8 * 0.2 / 20), 0, 1, &low2, &high2);
	CU_ASSERT_DOUBLE_EQUAL(low2, low, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(high2, high, 1e-12);
	metrics_interval_within(0.6, 2 * 1.959964 * sqrt(0.8 * 0.2 / 20), -1, 1, &low2, &high2);
	CU_ASSERT_DOUBLE_EQUAL(low2, 2 * low - 1, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(high2, 2 * high - 1, 1e-12);

	for (double mean = -0.99; mean < 1; mean += 0.11)
		for (double half = 0.001; half < 50; half *= 3) {
			metrics_interval_within(mean, half, -1, 1, &low, &high);
			CU_ASSERT(-1 <= low && low <= mean && mean <= high && high <= 1);
		}
	metrics_interval_within(1, 0, -1, 1, &low, &high);
	CU_ASSERT(low == 1 && high == 1);
	metrics_interval_within(2, 3, 0, INFINITY, &low, &high);
	CU_ASSERT(low == 0 && high == 5);
	metrics_interval_within(2, 3, -INFINITY, INFINITY, &low, &high);
	CU_ASSERT(low == -1 && high == 5);
	metrics_interval_within(0.5, NAN, 0, 1, &low, &high);
	CU_ASSERT(isnan(low) && isnan(high));
}

/* ---- curves ---- */

/* The share of the answers `which` whose score is at least `threshold`. */
static double share_at(size_t n, const float *score, const unsigned char *y, int which,
                       double threshold)
{
	size_t all = 0, above = 0;

	for (size_t i = 0; i < n; i++)
		if (y[i] == which) {
			all++;
			above += (double)score[i] >= threshold;
		}
	return (double)above / (double)all;
}

/* Laws of every ROC curve. */
static void roc_laws(const struct roc *r, size_t n, const float *score, const unsigned char *y)
{
	CU_ASSERT_TRUE_FATAL(r->n >= 2 && r->n <= ROC_POINTS);
	CU_ASSERT_TRUE(r->fpr[0] == 0 && r->tpr[0] == 0 && r->threshold[0] >= 1);
	CU_ASSERT_TRUE(r->fpr[r->n - 1] == 1 && r->tpr[r->n - 1] == 1);
	for (int k = 1; k < r->n; k++) {
		TAP_CHECK(r->fpr[k] == share_at(n, score, y, 0, r->threshold[k]) &&
		                  r->tpr[k] == share_at(n, score, y, 1, r->threshold[k]),
		          "point %d: (%g, %g) at %g is not what is counted", k, r->fpr[k],
		          r->tpr[k], r->threshold[k]);
		TAP_CHECK(r->fpr[k] + r->tpr[k] > r->fpr[k - 1] + r->tpr[k - 1] &&
		                  r->threshold[k] <= r->threshold[k - 1],
		          "point %d does not lie behind the one before", k);
	}
}

static double area(const struct roc *r)
{
	double sum = 0;

	for (int k = 1; k < r->n; k++)
		sum += (r->fpr[k] - r->fpr[k - 1]) * (r->tpr[k] + r->tpr[k - 1]) / 2;
	return sum;
}

static void roc_by_hand(void)
{
	const float score[5] = { 0.5f, 0.9f, 0.1f, 0.5f, 0.5f };
	const unsigned char y[5] = { 1, 1, 0, 0, 1 };
	struct roc r;

	CU_ASSERT_EQUAL(metrics_roc(&r, 5, score, y), RY_OK);
	CU_ASSERT_EQUAL_FATAL(r.n, 4);       /* above all; 0.9; 0.5; 0.1 */
	roc_laws(&r, 5, score, y);
	CU_ASSERT_TRUE(r.threshold[1] == 0.9f && r.fpr[1] == 0);
	CU_ASSERT_DOUBLE_EQUAL(r.tpr[1], 1 / 3.0, 1e-15);
	CU_ASSERT_TRUE(r.threshold[2] == 0.5f && r.fpr[2] == 0.5 && r.tpr[2] == 1);
	CU_ASSERT_DOUBLE_EQUAL(area(&r), 5.0 / 6, 1e-15);
}

/* With few distinct scores every corner is present and the area is the AUC; with many, nearly. */
static void roc_equals_counting(void)
{
	enum { MANY = 3000 };
	static float score[MANY];
	static unsigned char y[MANY];
	static const size_t sizes[] = { 2, 7, 60, 101, 500, MANY };
	static const int grids[] = { 1, 3, 50, 100, 101, 100000 };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct roc r;

	for (int a = 0; a < 6; a++)
		for (int g = 0; g < 6; g++) {
			size_t n = sizes[a];
			double want;

			for (size_t i = 0; i < n; i++) {
				y[i] = i < 2 ? (unsigned char)i : gsl_rng_uniform(rng) < 0.3;
				score[i] = (float)gsl_rng_uniform_int(rng, grids[g]) /
				                   (float)grids[g] * (y[i] ? 1 : 0.75f) -
				           (float)(g == 3);
			}
			CU_ASSERT_EQUAL(metrics_roc(&r, n, score, y), RY_OK);
			roc_laws(&r, n, score, y);
			want = auc(n, score, y);
			/* Ones and zeros have at most grids[g] scores each. */
			TAP_CHECK(fabs(area(&r) - want) <
			                  (n <= 60 || grids[g] <= 50 ? 1e-12 : 2e-3),
			          "%zu of %d: area %g, AUC %g", n, grids[g], area(&r), want);
			TAP_CHECK(n < MANY || grids[g] < 1000 || r.n > 90, "only %d points", r.n);
		}
	gsl_rng_free(rng);
}

static void roc_that_is_not_known(void)
{
	const float score[3] = { 0.1f, 0.2f, 0.3f }, bad[3] = { 0.1f, NAN, 0.3f },
		    high[3] = { 7, 8, 9 };
	const unsigned char ones[3] = { 1, 1, 1 }, zeros[3] = { 0, 0, 0 }, both[3] = { 0, 1, 1 };
	struct roc r;

	CU_ASSERT_TRUE(metrics_roc(&r, 3, score, ones) == RY_OK && r.n == 0);
	CU_ASSERT_TRUE(metrics_roc(&r, 3, score, zeros) == RY_OK && r.n == 0);
	CU_ASSERT_TRUE(metrics_roc(&r, 0, score, ones) == RY_OK && r.n == 0);
	CU_ASSERT_TRUE(metrics_roc(&r, 3, bad, both) == RY_OK && r.n == 0);
	CU_ASSERT_TRUE(metrics_roc(&r, 3, high, both) == RY_OK && r.n == 4);
	CU_ASSERT_EQUAL(r.threshold[0], 9);
}

static void calibration_by_hand(void)
{
	const float p[9] = { 0, 0.05f, 1, 0.95f, 0.97f, 0.35f, NAN, -2, 3 };
	const unsigned char y[9] = { 0, 1, 1, 1, 0, 0, 1, 0, 1 };
	struct calibration c;

	metrics_calibration(&c, 9, p, y);
	CU_ASSERT_EQUAL_FATAL(c.n, 3);
	CU_ASSERT_TRUE(c.count[0] == 3 && c.count[1] == 1 && c.count[2] == 4);
	CU_ASSERT_DOUBLE_EQUAL(c.p[0], (0 + 0.05 - 2) / 3, 1e-7);
	CU_ASSERT_DOUBLE_EQUAL(c.p[1], 0.35, 1e-7);
	CU_ASSERT_DOUBLE_EQUAL(c.p[2], (1 + 0.95 + 0.97 + 3) / 4, 1e-7);
	CU_ASSERT_DOUBLE_EQUAL(c.share[0], 1 / 3.0, 1e-15);
	CU_ASSERT_EQUAL(c.share[1], 0);
	CU_ASSERT_EQUAL(c.share[2], 0.75);
	metrics_calibration(&c, 0, p, y);
	CU_ASSERT_EQUAL(c.n, 0);
}

/* The record holds both. */
static void scores_as_a_record(void)
{
	const float p[4] = { 0.25f, 0.5f, 0.75f, 0.5f };
	const unsigned char y[4] = { 0, 0, 1, 1 };
	json_t *o = scores_record("validation", 4, p, y), *want;

	want = json_loads("{\"part\": \"validation\", \"calibration\": {\"p\": [0.25, 0.5, 0.75], "
	                  "\"share\": [0.0, 0.5, 1.0], \"n\": [1, 2, 1]},"
	                  "\"roc\": {\"threshold\": [1.0, 0.75, 0.5, 0.25], \"fpr\": [0.0, 0.0, "
	                  "0.5, 1.0], \"tpr\": [0.0, 0.5, 1.0, 1.0]}}",
	                  0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(want);
	CU_ASSERT_TRUE(json_equal(o, want));
	json_decref(o);
	json_decref(want);
	o = scores_record("training", 0, p, y);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(json_object_get(o, "roc"), "fpr")), 0);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(json_object_get(o, "calibration"), "n")),
	                0);
	json_decref(o);
}

static const struct tap_test tests[] = {
	{ "AUC by hand, with ties", auc_by_hand },
	{ "AUC of perfect, inverted and constant scores", auc_of_perfect_and_of_none },
	{ "AUC of one answer is not known", auc_of_one_answer_is_not_known },
	{ "AUC takes any score", auc_takes_any_score },
	{ "AUC equals counting all pairs", auc_equals_counting_pairs },
	{ "binary scores by hand", binary_by_hand },
	{ "a certain wrong answer stays finite", certain_and_wrong_is_kept_finite },
	{ "grouped AUC by hand", grouped_by_hand },
	{ "one group is the pool", one_group_is_the_pool },
	{ "the gain in AUC, by hand", gain_by_hand },
	{ "the interval of the gain in AUC covers what it should", gain_covers },
	{ "confusion matrix and accuracy by hand", confusion_by_hand },
	{ "top-k error by hand", top_k_by_hand },
	{ "R2 by hand", r2_by_hand },
	{ "interval of a mean by hand", interval_by_hand },
		{ "interval of a difference by hand", difference_by_hand },
	{ "bounded intervals: Wilson's, and never outside", bounded_intervals },
	{ "ROC curve by hand, with ties", roc_by_hand },
	{ "ROC curves equal counting, and their area the AUC", roc_equals_counting },
	{ "ROC curve of one answer is not known", roc_that_is_not_known },
	{ "calibration by hand", calibration_by_hand },
	{ "both as a record", scores_as_a_record },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("metrics", tests);
}
