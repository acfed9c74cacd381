/* kt_kind.c - see kt_kind.h. */
#include "rnn/commands/kt_kind.h"

#include <stddef.h>

static const struct run_measure charts[] = {
	{ "loss", "loss", 1 },
	{ "auc", "AUC", 0 },
	{ "accuracy", "accuracy", 0 },
	{ NULL, NULL, 0 }
};

static const struct run_measure results[] = {
	{ "auc", NULL, 0 },
	{ "accuracy", NULL, 0 },
	{ "log_loss", NULL, 1 },
	{ "rmse", NULL, 1 },
	{ "mean_exercise_auc", NULL, 0 },
	{ "mean_student_auc", NULL, 0 },
	{ "train_auc", NULL, 0 },
	{ "train_loss", NULL, 1 },
	{ "valid_auc", NULL, 0 },
	{ "valid_accuracy", NULL, 0 },
	{ "valid_loss", NULL, 1 },
	{ "seconds", NULL, 1 },
	{ "parameters", NULL, 1 },
	{ NULL, NULL, 0 }
};

static const struct diagnosis_advice advice[] = {
	{ "saturated_units", "a lower --lr, a smaller --clip, --l2" },
	{ "dead_units", "a lower --lr, fewer units (--hidden)" },
	{ "vanishing_gradient",
	  "'--model lstm' or '--model gru' in place of rnn, less --l2 and --decay, a lower --lr "
	  "when gates are saturated" },
	{ "exploding_gradient",
	  "clip gradients ('--clip 1'), a lower --lr, a shorter --window, '--model lstm' or "
	  "'--model gru' in place of rnn" },
	{ "leak",
	  "look for copied students and repeated answers (kt info), and split by student" },
	{ "underfitting",
	  "more units or layers (--hidden, --layers), less --dropout, --l2 and --decay" },
	{ "small_validation",
	  "a larger --split, --folds, more data; give the interval along with the score" },
	{ NULL, NULL }
};

const struct run_kind kt_kind = {
	.name = "kt",
	.unit = "epoch",
	.items = "answers",
	.data = "data",
	.data_name = "train",
	.log_loss = 1,
	.seeds_differ = (const char *const[]){ "name", "resume", "log-every", "watch", NULL },
	.charts = charts,
	.results = results,
	.baselines = (const struct run_baseline[]){ { "auc", "skill_mean_auc" }, { NULL, NULL } },
	.baseline_words = "each exercise's share of right answers in the training data",
	.rank = (const char *const[]){ "valid_auc", "auc", NULL },
	.beside = (const char *const[]){ "auc", NULL },
	.diagnosis = { DIAGNOSIS_EXAMPLES | DIAGNOSIS_SEQUENCES | DIAGNOSIS_ANSWERS, advice },
	.next = { { "watch", NULL, "the dashboard: curves, calibration, one student" },
	          { "diagnose", NULL, "what its curves say, and what to try" },
	          { "plot --kind heatmap", NULL, "what one student knows, answer by answer" } },
};
