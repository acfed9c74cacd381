/* net_kind.c - see net_kind.h. */
#include "src/app/net/net_kind.h"

#include <stddef.h>

static const struct run_measure charts[] = {
	{ "loss", "loss", 1 },
	{ "auc", "AUC", 0 },
	{ "accuracy", "accuracy", 0 },
	{ "r2", "R2", 0 },
	{ NULL, NULL, 0 }
};

static const struct run_measure results[] = {
	{ "auc", NULL, 0 },
	{ "accuracy", NULL, 0 },
	{ "r2", NULL, 0 },
	{ "log_loss", NULL, 1 },
	{ "rmse", NULL, 1 },
	{ "mae", NULL, 1 },
	{ "top_k_error", NULL, 1 },
	{ "train_loss", NULL, 1 },
	{ "train_accuracy", NULL, 0 },
	{ "train_r2", NULL, 0 },
	{ "valid_loss", NULL, 1 },
	{ "valid_accuracy", NULL, 0 },
	{ "valid_r2", NULL, 0 },
	{ "seconds", NULL, 1 },
	{ NULL, NULL, 0 }
};

static const struct diagnosis_advice advice[] = {
	{ "saturated_units",
	  "smaller initial weights ('--init default', a smaller --gain), scaled inputs, a lower "
	  "--lr, relu in place of tanh ('--layers auto-16relu-auto')" },
	{ "dead_units",
	  "a lower --lr, '--init he-normal', leaky_relu in place of relu "
	  "('--layers auto-16leaky_relu-auto'), fewer units" },
	{ "underfitting",
	  "more units or layers ('--layers auto-64tanh-64tanh-auto'), less --dropout, --l2 and "
	  "--decay" },
	{ NULL, NULL }
};

const struct run_kind net_kind = {
	.name = "net",
	.unit = "epoch",
	.items = "rows",
	.data = "data",
	.data_name = "file",
	.charts = charts,
	.results = results,
	.baselines = (const struct run_baseline[]){ { "accuracy", "baseline_accuracy" },
		                                    { "rmse", "baseline_rmse" },
		                                    { NULL, NULL } },
	.baseline_words = "always the most frequent class, or the mean",
	.rank = (const char *const[]){ "valid_loss", "accuracy", "r2", NULL },
	.beside = (const char *const[]){ "accuracy", "r2", NULL },
	.diagnosis = { DIAGNOSIS_EXAMPLES, advice },
	.next = { { "watch", NULL, "the dashboard: curves, layers, calibration" },
	          { "diagnose", NULL, "what its curves say, and what to try" } },
};
