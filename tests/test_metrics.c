/* test_metrics.c - measures against hand-computed values and against counting all pairs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_rng.h>

#include "src/metrics.h"
#include "tests/tap.h"

static double auc(size_t n, const float *score, const unsigned char *y)
{
	uint32_t *scratch = malloc((2 * n + 1) * sizeof *scratch);
	double a = metrics_auc(n, score, y, scratch);

	free(scratch);
	return a;
}

/* Ones at 0.9, 0.5, 0.5; zeros at 0.5, 0.1.  Pairs: 0.9 wins 2; each 0.5 wins 1 and ties 1: 5 of 6. */
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

/* Zero and minus zero tie; negative and infinite scores sort where they belong. */
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

/* Few different scores (ties) and many, few rows and enough for the radix sort. */
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
				score[i] = (float)gsl_rng_uniform_int(rng, levels[l]) / levels[l] - 0.3f;
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
	CU_ASSERT_DOUBLE_EQUAL(s.accuracy, 0.5, 1e-15);      /* 0.5 says 1 */
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
	CU_ASSERT_TRUE(s.n == 0 && isnan(s.auc) && isnan(s.accuracy) && isnan(s.log_loss) && isnan(s.rmse));
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
	CU_ASSERT_EQUAL(metrics_grouped_auc(&mean, &counted, SIZE_MAX / 16, p, y, group, 4), RY_ENOMEM);
}

/* One group of all is the pooled measure. */
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

static void confusion_by_hand(void)
{
	const double scores[4 * 3] = { 1, 2, 0,   0, 0, 5,   3, 3, 1,   0.1, 0.2, 0.1 };
	const int label[4] = { 1, 2, 1, 0 };
	const long expected[9] = { 0, 1, 0,   1, 1, 0,   0, 0, 1 };
	long matrix[9];

	metrics_confusion(matrix, 4, 3, scores, label);
	CU_ASSERT_EQUAL(memcmp(matrix, expected, sizeof matrix), 0);
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
	const double target[4] = { 1, 10, 3, 30 }, mean[4] = { 2, 20, 2, 20 }, off[4] = { 1, 12, 3, 30 };
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
	metrics_interval(x, 1, &mean, &half);
	CU_ASSERT_EQUAL(mean, 1);
	CU_ASSERT_TRUE(isnan(half));
	metrics_interval(x, 0, &mean, &half);
	CU_ASSERT_TRUE(isnan(mean) && isnan(half));
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
	{ "confusion matrix by hand", confusion_by_hand },
	{ "top-k error by hand", top_k_by_hand },
	{ "R2 by hand", r2_by_hand },
	{ "interval of a mean by hand", interval_by_hand },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("metrics", tests);
}
