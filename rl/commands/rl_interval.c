/* rl_interval.c - see rl_interval.h. */
#include "rl/commands/rl_interval.h"

#include <math.h>
#include <gsl/gsl_cdf.h>

#include "src/nn/metrics.h"

void rl_interval(const struct game_ops *g, double mean, double error, long n, double *low,
                 double *high)
{
	double width = g->most - g->least;

	*low = *high = NAN;
	if (g->either_or && n > 0) {
		metrics_share_interval((mean - g->least) / width, (double)n, low, high);
		*low = g->least + width * *low;
		*high = g->least + width * *high;
	} else if (n > 1 && isfinite(error)) {
		metrics_interval_within(mean, error * gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)),
		                        g->least, g->most, low, high);
	}
}
