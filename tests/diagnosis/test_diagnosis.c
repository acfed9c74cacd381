/* test_diagnosis.c - the diagnosis rules on curves from formulas: what each must find and must
 * leave alone. */
#include <config.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "rl/commands/rl_kind.h"
#include "rnn/commands/kt_kind.h"
#include "src/app/commands.h"
#include "src/app/diagnose/diagnose.h"
#include "src/app/net/net_kind.h"
#include "src/app/selftest/selftest_cases.h"
#include "src/diagnosis/diagnosis.h"
#include "src/run/rundir.h"
#include "tests/support/tap.h"

#define KT (&kt_kind.diagnosis)
#define NET (&net_kind.diagnosis)
#define RL (&rl_kind.diagnosis)

enum { COLUMNS = 24, SEEDS = 20, UPDATES = 60 };

/* A run made of formulas.  It begins as a healthy one; tests change what they are about. */
struct fake {
	struct diagnosis_run    run;
	struct diagnosis_column column[COLUMNS];
	double                 *value[COLUMNS];
	gsl_rng                *rng;
};

static double *curve(struct fake *f, const char *name)
{
	for (int c = 0; c < f->run.columns; c++)
		if (strcmp(f->column[c].name, name) == 0)
			return f->value[c];
	CU_ASSERT_FATAL(f->run.columns < COLUMNS);
	f->value[f->run.columns] = calloc(f->run.n ? f->run.n : 1, sizeof(double));
	f->column[f->run.columns] = (struct diagnosis_column){ name, f->value[f->run.columns] };
	return f->value[f->run.columns++];
}

static void forget(struct fake *f, const char *name)
{
	double *y = curve(f, name);

	for (size_t k = 0; k < f->run.n; k++)
		y[k] = NAN;
}

static void end_with(struct fake *f)
{
	for (int c = 0; c < f->run.columns; c++)
		free(f->value[c]);
	gsl_rng_free(f->rng);
	free(f);
}

static double noise(struct fake *f, double sd)
{
	return gsl_ran_gaussian(f->rng, sd);
}

/* start -> end with time constant `tau`, plus noise. */
static void decay(struct fake *f, const char *name, double start, double end, double tau, double sd)
{
	double *y = curve(f, name);

	for (size_t k = 0; k < f->run.n; k++)
		y[k] = end + (start - end) * exp(-(double)k / tau) + noise(f, sd);
}

static void constant(struct fake *f, const char *name, double x)
{
	decay(f, name, x, x, 1, 0);
}

static struct fake *begin(const struct diagnosis_learner *learner, int n, int seed)
{
	struct fake *f = calloc(1, sizeof *f);

	f->rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(f->rng, (unsigned long)seed);
	diagnosis_run_init(&f->run, learner);
	f->run.n = (size_t)n;
	f->run.column = f->column;
	for (int k = 0; k < n; k++)
		curve(f, "step")[k] = UPDATES * (k + 1.0);
	return f;
}

/* Learns, comes to rest, and does on validation nearly what it does on training. */
static struct fake *healthy(const struct diagnosis_learner *learner, int n, int seed)
{
	struct fake *f = begin(learner, n, seed);
	double tau = n / 8.0;

	decay(f, "loss", 0.68, 0.37, tau, 0.002);
	decay(f, "train_loss", 0.66, 0.35, tau, 0.002);
	decay(f, "valid_loss", 0.67, 0.37, tau, 0.003);
	decay(f, learner == KT ? "valid_auc" : "train_accuracy", 0.6, 0.84, tau, 0.002);
	decay(f, "valid_accuracy", 0.6, 0.83, tau, 0.002);
	decay(f, "loss_max", 0.75, 0.45, tau, 0.005);
	constant(f, "loss_sd", 0.02);
	for (int k = 0; k < n; k++) {
		curve(f, "loss_correlation")[k] =
			k ? -1.0 / UPDATES + noise(f, 1 / sqrt(UPDATES)) : 0.7;
		curve(f, "lr")[k] = 1e-3 * (1 + cos(M_PI * (k + 1) / n));
		curve(f, "update_ratio")[k] = 4 * curve(f, "lr")[k];
	}
	constant(f, "gradient_norm", 0.2);
	decay(f, "gradient_max", 0.9, 0.4, tau, 0.02);
	constant(f, "saturated", 0.1);
	constant(f, "dead", 0.05);
	f->run.train_predictions = 60000;
	f->run.valid_predictions = 6000;
	f->run.dropout = 0.5;
	f->run.shuffled = 1;
	f->run.clip = 5;
	f->run.penalty = 0;
	f->run.classes = 2;
	f->run.status = "done";
	if (learner == KT) {
		constant(f, "gradient_first", 0.1);
		constant(f, "gradient_last", 0.3);
		f->run.window = 50;
		f->run.gated = 1;
		f->run.ceiling_auc = 0.86;
		f->run.skill_mean_auc = 0.7;
	}
	return f;
}

/* A game that is being learnt. */
static struct fake *game(int n, int seed)
{
	struct fake *f = begin(RL, n, seed);

	decay(f, "train_return", 0.2, 9, n / 6.0, 0.3);
	decay(f, "mean_q", 0.1, 6, n / 5.0, 0.1);
	decay(f, "largest_q", 0.5, 9, n / 5.0, 0.2);
	constant(f, "dead", 0.2);
	f->run.discount = 0.99;
	f->run.status = "done";
	return f;
}

static struct diagnosis diagnose(struct fake *f)
{
	static struct diagnosis d;

	f->run.columns = f->run.columns < COLUMNS ? f->run.columns : COLUMNS;
	diagnosis_make(&d, &f->run);
	return d;
}

static const struct diagnosis_finding *finding(const struct diagnosis *d, const char *id)
{
	for (int k = 0; k < d->n; k++)
		if (strcmp(d->finding[k].rule->id, id) == 0)
			return &d->finding[k];
	return NULL;
}

/* ---- what must be found, and what is near it and must not ---- */

static void diverged(struct fake *f)
{
	f->run.status = "diverged";
}

static void worse_than_nothing(struct fake *f)
{
	decay(f, "train_loss", 0.6, 0.9, 3, 0.02);
}

static void spikes(struct fake *f)
{
	curve(f, "loss_max")[3] = 1.6;
}

static void a_bad_batch(struct fake *f)
{
	curve(f, "loss_max")[3] = 0.95;
}

static void swings(struct fake *f)
{
	decay(f, "train_loss", 0.66, 0.45, 5, 0.03);
	for (size_t k = 0; k < f->run.n; k++)
		curve(f, "train_loss")[k] += k % 2 ? 0.08 : -0.08;
}

/* As bad, but the steps are far too small to have done it: bad initial weights. */
static void swings_of_small_steps(struct fake *f)
{
	swings(f);
	constant(f, "update_ratio", 1e-5);
}

/* The last batch of each epoch had nothing to learn any more, and the step was measured there. */
static void spikes_between_measured_steps(struct fake *f)
{
	spikes(f);
	constant(f, "update_ratio", 0);
	f->run.usual_start = 1;
}

static void spikes_of_large_first_weights(struct fake *f)
{
	spikes_between_measured_steps(f);
	f->run.usual_start = 0;
}

/* A number: for most of the time the mean would have done better, and in the end no worse. */
static void worse_than_the_mean(struct fake *f)
{
	f->run.classes = 0;
	f->run.usual_start = 1;
	forget(f, "train_accuracy");
	forget(f, "valid_accuracy");
	decay(f, "loss", 5, 0.6, f->run.n / 2.0, 0.01);
	decay(f, "train_loss", 4.7, 0.3, f->run.n / 2.0, 0.01);
	decay(f, "valid_loss", 4.7, 0.3, f->run.n / 2.0, 0.01);
	for (size_t k = 0; k < f->run.n; k++)
		curve(f, "train_r2")[k] = 1 - curve(f, "train_loss")[k] / 1.25;
}

static void worse_by_its_first_weights(struct fake *f)
{
	worse_than_the_mean(f);
	f->run.usual_start = 0;
}

/* Learns when the schedule has made the steps short. */
static void held_back(struct fake *f)
{
	double most = curve(f, "lr")[0];

	for (size_t k = 0; k < f->run.n; k++) {
		double down = fmax(0, 1 - 2 * curve(f, "lr")[k] / most);

		curve(f, "train_loss")[k] =
			0.66 - 0.02 * k / f->run.n - 0.08 * down + noise(f, 0.001);
		curve(f, "valid_loss")[k] = curve(f, "train_loss")[k] + 0.01;
		curve(f, "update_ratio")[k] *= 10;
	}
}

/* A late breakthrough, with steps of the usual length. */
static void breaks_through_late(struct fake *f)
{
	held_back(f);
	for (size_t k = 0; k < f->run.n; k++)
		curve(f, "update_ratio")[k] /= 10;
}

static void q_is_thrown_up(struct fake *f)
{
	curve(f, "largest_q")[2] = 2000;
}

static void q_rises_a_little(struct fake *f)
{
	curve(f, "largest_q")[2] = 40;
}

static void gradient_jumps(struct fake *f)
{
	f->run.clip = 0;
	curve(f, "gradient_max")[9] = 30;
	for (size_t k = 9; k < f->run.n; k++)
		curve(f, "train_loss")[k] += 0.1;
}

/* As when something begins to be learnt. */
static void harmless_jump(struct fake *f)
{
	f->run.clip = 0;
	curve(f, "gradient_max")[9] = 30;
}

static void clipped_gradient_jumps(struct fake *f)
{
	gradient_jumps(f);
	f->run.clip = 5;
}

static void steep_start(struct fake *f)
{
	f->run.clip = 0;
	curve(f, "gradient_max")[0] = 30;
}

/* In the first point already: nothing was learnt before. */
static void gradient_jumps_at_once(struct fake *f)
{
	f->run.clip = 0;
	curve(f, "gradient_max")[0] = 30;
	curve(f, "train_loss")[0] = 0.9;
}

/* The loss is as bad before: the jump keeps it there. */
static void gradient_jumps_far_up(struct fake *f)
{
	f->run.clip = 0;
	curve(f, "gradient_max")[4] = 30;
	for (size_t k = 0; k < f->run.n; k++)
		curve(f, "train_loss")[k] = 1.4 - 0.9 * k / f->run.n;
}

/* As where answers hang on what was long ago. */
static void gradient_grows(struct fake *f)
{
	decay(f, "gradient_first", 50, 50, 1, 1);
}

static void gradient_grows_and_harms(struct fake *f)
{
	gradient_jumps(f);
	gradient_grows(f);
	constant(f, "gradient_max", 0.4);
}

static void clipped_gradient_grows_and_harms(struct fake *f)
{
	gradient_grows_and_harms(f);
	f->run.clip = 5;
}

/* Behind it are steps that are too long. */
static void clipped_gradient_grows_after_spikes(struct fake *f)
{
	clipped_gradient_grows_and_harms(f);
	spikes(f);
}

static void forgets(struct fake *f)
{
	f->run.gated = 0;
	constant(f, "gradient_first", 1e-12);
	decay(f, "valid_auc", 0.55, 0.7, 4, 0.002);
}

/* There is nothing to remember. */
static void forgets_and_knows_all(struct fake *f)
{
	f->run.gated = 0;
	constant(f, "gradient_first", 1e-12);
	decay(f, "valid_auc", 0.6, 0.855, 4, 0.001);
}

/* A penalty drew the read-out to zero: nothing goes back any more, from whatever step. */
static void forgets_with_a_shrunk_read_out(struct fake *f)
{
	forgets(f);
	decay(f, "gradient_last", 0.3, 1e-4, 3, 0);
}

static void forgets_by_its_gates(struct fake *f)
{
	forgets(f);
	f->run.gated = 1;
}

static void sawtooth(struct fake *f)
{
	f->run.shuffled = 0;
	decay(f, "loss_correlation", 0.9, 0.6, 5, 0.05);
}

static void sawtooth_of_an_old_run(struct fake *f)
{
	sawtooth(f);
	f->run.shuffled = NAN;
}

static void file_order_without_harm(struct fake *f)
{
	f->run.shuffled = 0;
}

static void falling_within_epochs(struct fake *f)
{
	/* but shuffled: something else does it */
	decay(f, "loss_correlation", 0.9, 0.6, 5, 0.05);
}

static void saturates(struct fake *f)
{
	decay(f, "saturated", 0.2, 0.8, 5, 0.01);
}

/* Steps of the usual length made thresholds of units. */
static void saturates_by_learning(struct fake *f)
{
	decay(f, "saturated", 0, 0.7, f->run.n / 4.0, 0);
}

static void a_third_saturated(struct fake *f)
{
	constant(f, "saturated", 0.34);
}

static void dies(struct fake *f)
{
	decay(f, "dead", 0.1, 0.7, 5, 0.01);
}

static void layer_dies(struct fake *f)
{
	f->run.dead_layer = 1;
	f->run.dead_name = "2";
}

static void a_third_dead(struct fake *f)
{
	constant(f, "dead", 0.35);
	f->run.dead_layer = 0.5;
}

static void above_the_ceiling(struct fake *f)
{
	decay(f, "valid_auc", 0.6, 0.9, 4, 0.002);
}

static void just_at_the_ceiling(struct fake *f)
{
	decay(f, "valid_auc", 0.6, 0.862, 4, 0.001);
}

static void far_above_baseline(struct fake *f)
{
	f->run.ceiling_auc = NAN;
	decay(f, "valid_auc", 0.8, 0.97, 4, 0.001);
}

static void above_baseline(struct fake *f)
{
	f->run.ceiling_auc = NAN;
	decay(f, "valid_auc", 0.6, 0.88, 4, 0.001);
}

/* Each answer has an exercise of its own. */
static void exercises_tell_the_answer(struct fake *f)
{
	f->run.ceiling_auc = NAN;
	f->run.skill_mean_auc = 0.99;
	constant(f, "valid_auc", 0.992);
}

static void exercises_differ_much(struct fake *f)
{
	f->run.ceiling_auc = NAN;
	f->run.skill_mean_auc = 0.93;
	constant(f, "valid_auc", 0.94);
}

static void validation_below(struct fake *f)
{
	decay(f, "valid_loss", 0.6, 0.24, 5, 0.003);
}

static void validation_a_little_below(struct fake *f)
{
	decay(f, "valid_loss", 0.66, 0.34, 5, 0.003);
}

static void few_predictions_below(struct fake *f)
{
	validation_below(f);
	f->run.valid_predictions = 40;
}

static void heavy_dropout(struct fake *f)
{
	f->run.dropout = 0.9;
	decay(f, "loss", 0.69, 0.6, 5, 0.002);
}

static void usual_dropout(struct fake *f)
{
	decay(f, "loss", 0.69, 0.45, 5, 0.002);
}

static void overfits(struct fake *f)
{
	double *train = curve(f, "train_loss"), *valid = curve(f, "valid_loss");
	size_t n = f->run.n;

	for (size_t k = 0; k < n; k++) {
		train[k] = 0.66 * exp(-(double)k / (0.5 * n)) + noise(f, 0.002);
		valid[k] =
			0.5 + 0.17 * exp(-(double)k / (0.08 * n)) + 0.3 * k / n + noise(f, 0.005);
	}
}

/* Validation stays, training goes on. */
static void learns_by_heart(struct fake *f)
{
	decay(f, "train_loss", 0.66, 0.1, 8, 0.002);
	decay(f, "valid_loss", 0.66, 0.5, 4, 0.002);
}

/* 200 rows of which nothing can be known: no prediction is far from the others, and so the losses
 * hardly differ. */
static void learns_noise_by_heart(struct fake *f)
{
	f->run.valid_predictions = 200;
	f->run.train_predictions = 8 * UPDATES;
	decay(f, "loss", 0.7, 0.62, f->run.n / 3.0, 0.002);
	constant(f, "loss_sd", 0.05);
	decay(f, "train_loss", 0.69, 0.61, f->run.n / 3.0, 0.002);
	decay(f, "valid_loss", 0.695, 0.7, f->run.n / 3.0, 0.002);
	constant(f, "valid_accuracy", 0.5);
}

/* A difference that is certain, of losses that are both those of knowing nothing. */
static void hardly_learns_by_heart(struct fake *f)
{
	constant(f, "loss", 0.692);
	constant(f, "loss_sd", 0.001);
	decay(f, "train_loss", 0.6925, 0.691, 3, 0.0001);
	decay(f, "valid_loss", 0.693, 0.6938, 3, 0.0001);
}

static void patience_after_the_best(struct fake *f)
{
	double *valid = curve(f, "valid_loss");

	for (size_t k = f->run.n - 6; k < f->run.n; k++)
		valid[k] += 0.002 * (k + 6 - f->run.n);
}

static void few_predictions_rise(struct fake *f)
{
	double *valid = curve(f, "valid_loss");

	f->run.valid_predictions = 8;
	for (size_t k = f->run.n / 2; k < f->run.n; k++)
		valid[k] += 0.2;
}

static void crawls(struct fake *f)
{
	constant(f, "lr", 1e-5);
	constant(f, "update_ratio", 5e-5);
	for (size_t k = 0; k < f->run.n; k++) {
		curve(f, "train_loss")[k] = 0.69 - 0.06 * k / f->run.n + noise(f, 1e-4);
		curve(f, "valid_loss")[k] = 0.69 - 0.06 * k / f->run.n + noise(f, 1e-3);
		curve(f, "valid_auc")[k] = 0.52 + 0.05 * k / f->run.n;
	}
}

/* An old run did not log its steps. */
static void crawls_unseen(struct fake *f)
{
	crawls(f);
	forget(f, "update_ratio");
}

/* So short that not even the loss moves. */
static void does_not_move(struct fake *f)
{
	constant(f, "update_ratio", 1e-6);
	decay(f, "train_loss", 0.692, 0.692, 1, 0.0005);
	decay(f, "valid_loss", 0.693, 0.693, 1, 0.0005);
	decay(f, "train_accuracy", 0.5, 0.5, 1, 0.001);
	decay(f, "valid_auc", 0.5, 0.5, 1, 0.001);
}

static void small_steps_at_rest(struct fake *f)
{
	constant(f, "update_ratio", 5e-5);
	constant(f, "lr", 1e-5);
	for (size_t k = f->run.n / 2; k < f->run.n; k++)
		curve(f, "train_loss")[k] = 0.35 + noise(f, 0.002);
}

static void falls_to_the_end(struct fake *f)
{
	constant(f, "lr", 1e-3);
	constant(f, "update_ratio", 4e-3);
	for (size_t k = 0; k < f->run.n; k++) {
		curve(f, "train_loss")[k] = 0.66 - 0.3 * k / f->run.n + noise(f, 0.001);
		curve(f, "valid_loss")[k] = 0.67 - 0.29 * k / f->run.n + noise(f, 0.001);
	}
}

static void three_epochs(struct fake *f)
{
	f->run.n = 3;
	curve(f, "valid_auc")[0] = curve(f, "valid_auc")[1] = curve(f, "valid_auc")[2] = 0.6;
}

static void three_epochs_going_on(struct fake *f)
{
	three_epochs(f);
	f->run.status = "running";
}

/* Good already, and the third of them was the best by far. */
static void three_epochs_that_fall(struct fake *f)
{
	f->run.n = 3;
	for (int k = 0; k < 3; k++) {
		curve(f, "train_loss")[k] = 0.6 - 0.12 * k;
		curve(f, "valid_loss")[k] = 0.61 - 0.11 * k;
	}
}

static void three_epochs_at_rest(struct fake *f)
{
	f->run.n = 3;
	for (int k = 0; k < 3; k++) {
		curve(f, "train_loss")[k] = 0.36 - 0.005 * k;
		curve(f, "valid_loss")[k] = 0.37;
	}
}

/* Training can go on as long as it likes: validation does not go along. */
static void learns_nothing_that_holds(struct fake *f)
{
	f->run.classes = 0;
	f->run.valid_predictions = 200;
	f->run.train_predictions = 8 * UPDATES;
	decay(f, "loss", 1.01, 0.95, f->run.n, 0.001);
	constant(f, "loss_sd", 0.5);
	forget(f, "train_accuracy");
	forget(f, "valid_accuracy");
	for (size_t k = 0; k < f->run.n; k++) {
		curve(f, "train_loss")[k] = 1 - 0.1 * k / f->run.n + noise(f, 0.001);
		curve(f, "train_r2")[k] = 1 - curve(f, "train_loss")[k];
		curve(f, "valid_loss")[k] = k < 3 ? 1.02 : 1.1 + noise(f, 0.01);
	}
}

/* Few updates, and a score that nobody can tell from the mean of each exercise; but the loss has
 * fallen far. */
static void short_and_hardly_known(struct fake *f)
{
	f->run.ceiling_auc = NAN;
	f->run.valid_predictions = 120;
	constant(f, "valid_auc", 0.75);
	for (size_t k = 0; k < f->run.n; k++)
		curve(f, "update_ratio")[k] *= 0.4 / f->run.n / UPDATES / 4e-3;
}

static void all_is_chance(struct fake *f)
{
	f->run.ceiling_auc = 0.65;
	f->run.skill_mean_auc = 0.6;
	decay(f, "train_loss", 0.68, 0.64, 3, 0.0005);
	decay(f, "valid_loss", 0.68, 0.645, 3, 0.0005);
	decay(f, "valid_auc", 0.55, 0.645, 3, 0.001);
}

/* Two classes, one label in four turned round. */
static void labels_turned(struct fake *f)
{
	double loss = -0.25 * log(0.25) - 0.75 * log(0.75);

	decay(f, "train_loss", 0.69, loss, 3, 0.002);
	decay(f, "valid_loss", 0.69, loss + 0.01, 3, 0.002);
	decay(f, "train_accuracy", 0.6, 0.75, 3, 0.002);
	decay(f, "valid_accuracy", 0.6, 0.75, 3, 0.002);
	f->run.bins = 2;
	f->run.bin_p[0] = 0.25;
	f->run.bin_p[1] = 0.75;
	f->run.bin_n[0] = f->run.bin_n[1] = 3000;
}

/* As many mistakes, but where they are to be expected: surer elsewhere. */
static void hard_places(struct fake *f)
{
	labels_turned(f);
	f->run.bins = 10;
	for (int k = 0; k < 10; k++) {
		f->run.bin_p[k] = 0.05 + 0.1 * k;
		f->run.bin_n[k] = 600;
	}
}

static void stays_high(struct fake *f)
{
	decay(f, "train_loss", 0.69, 0.66, 3, 0.001);
	decay(f, "valid_loss", 0.69, 0.665, 3, 0.001);
	decay(f, "train_accuracy", 0.5, 0.56, 3, 0.002);
	decay(f, "valid_accuracy", 0.5, 0.56, 3, 0.002);
	decay(f, "valid_auc", 0.52, 0.7, 3, 0.001);
}

static void sixty_predictions(struct fake *f)
{
	f->run.valid_predictions = 60;
}

/* All right; but had one in seven been wrong, they might be so as well. */
static void twenty_right_rows(struct fake *f)
{
	f->run.valid_predictions = 20;
	constant(f, "valid_accuracy", 1);
}

static void thirty_right_rows(struct fake *f)
{
	f->run.valid_predictions = 30;
	constant(f, "valid_accuracy", 1);
}

static void thousand_predictions(struct fake *f)
{
	f->run.valid_predictions = 1500;
}

static void close_to_the_baseline(struct fake *f)
{
	f->run.valid_predictions = 1000;
	f->run.skill_mean_auc = 0.825;
	f->run.ceiling_auc = NAN;
}

static void q_runs_away(struct fake *f)
{
	for (size_t k = 0; k < f->run.n; k++)
		curve(f, "largest_q")[k] = exp(12.0 * k / f->run.n);
}

static void q_above_returns(struct fake *f)
{
	decay(f, "mean_q", 0.1, 23, 6, 0.1);
	decay(f, "largest_q", 0.5, 40, 6, 0.2);
}

static void nothing(struct fake *f)
{
	(void)f;
}

static const struct change {
	const char          *rule;
	const struct diagnosis_learner *kind;
	void               (*change)(struct fake *f);
	int                  found;          /* 1: warning or serious, and 2: the verdict
	                                      * besides; 0 neither */
} changes[] = {
	{ "rate_high", KT, diverged, 2 },
	{ "rate_high", RL, diverged, 2 },
	{ "rate_high", KT, worse_than_nothing, 1 },
	{ "rate_high", KT, spikes, 2 },
	{ "rate_high", KT, a_bad_batch, 0 },
	{ "rate_high", NET, swings, 2 },
	{ "rate_high", NET, swings_of_small_steps, 0 },
	{ "rate_high", NET, spikes_between_measured_steps, 2 },
	{ "rate_high", NET, spikes_of_large_first_weights, 0 },
	{ "rate_high", NET, worse_than_the_mean, 2 },
	{ "rate_high", NET, worse_by_its_first_weights, 0 },
	{ "rate_high", KT, held_back, 2 },
	{ "rate_high", KT, breaks_through_late, 0 },
	{ "rate_high", KT, clipped_gradient_grows_after_spikes, 2 },
	{ "rate_high", RL, q_is_thrown_up, 2 },
	{ "rate_high", RL, q_rises_a_little, 0 },
	{ "rate_high", RL, q_runs_away, 0 },
	{ "exploding_gradient", KT, gradient_jumps, 2 },
	{ "exploding_gradient", KT, gradient_jumps_at_once, 2 },
	{ "exploding_gradient", KT, gradient_jumps_far_up, 2 },
	{ "exploding_gradient", KT, gradient_grows, 0 },
	{ "exploding_gradient", KT, gradient_grows_and_harms, 2 },
	{ "exploding_gradient", KT, clipped_gradient_grows_and_harms, 2 },
	{ "exploding_gradient", KT, clipped_gradient_jumps, 0 },
	{ "exploding_gradient", KT, steep_start, 0 },
	{ "exploding_gradient", KT, harmless_jump, 0 },
	{ "vanishing_gradient", KT, forgets, 2 },
	{ "vanishing_gradient", KT, forgets_and_knows_all, 0 },
	{ "vanishing_gradient", KT, forgets_by_its_gates, 0 },
	{ "vanishing_gradient", KT, forgets_with_a_shrunk_read_out, 0 },
	{ "not_shuffled", NET, sawtooth, 2 },
	{ "not_shuffled", KT, sawtooth_of_an_old_run, 2 },
	{ "not_shuffled", NET, falling_within_epochs, 0 },
	{ "saturated_units", NET, saturates, 2 },
	{ "saturated_units", NET, saturates_by_learning, 0 },
	{ "saturated_units", NET, a_third_saturated, 0 },
	{ "dead_units", NET, dies, 2 },
	{ "dead_units", RL, dies, 2 },
	{ "dead_units", NET, layer_dies, 2 },
	{ "dead_units", NET, a_third_dead, 0 },
	{ "leak", KT, above_the_ceiling, 2 },
	{ "leak", KT, far_above_baseline, 2 },
	{ "leak", KT, exercises_tell_the_answer, 2 },
	{ "leak", KT, exercises_differ_much, 0 },
	{ "leak", KT, just_at_the_ceiling, 0 },
	{ "leak", KT, above_baseline, 0 },
	{ "easy_validation", NET, validation_below, 2 },
	{ "easy_validation", NET, heavy_dropout, 2 },
	{ "easy_validation", NET, validation_a_little_below, 0 },
	{ "easy_validation", NET, few_predictions_below, 0 },
	{ "easy_validation", KT, usual_dropout, 0 },
	{ "overfitting", KT, overfits, 2 },
	{ "overfitting", NET, overfits, 2 },
	{ "overfitting", NET, learns_by_heart, 2 },
	{ "overfitting", NET, learns_noise_by_heart, 2 },
	{ "overfitting", NET, hardly_learns_by_heart, 0 },
	{ "overfitting", NET, patience_after_the_best, 0 },
	{ "overfitting", NET, few_predictions_rise, 0 },
	{ "rate_low", KT, crawls, 2 },
	{ "rate_low", NET, crawls_unseen, 2 },
	{ "rate_low", KT, does_not_move, 2 },
	{ "rate_low", NET, does_not_move, 2 },
	{ "rate_low", NET, small_steps_at_rest, 0 },
	{ "rate_low", NET, falls_to_the_end, 0 },
	{ "stopped_early", NET, falls_to_the_end, 2 },
	{ "stopped_early", KT, three_epochs, 2 },
	{ "stopped_early", KT, three_epochs_going_on, 0 },
	{ "stopped_early", NET, three_epochs_that_fall, 2 },
	{ "stopped_early", NET, three_epochs_at_rest, 0 },
	{ "stopped_early", KT, short_and_hardly_known, 0 },
	{ "label_noise", KT, all_is_chance, 2 },
	{ "label_noise", NET, labels_turned, 2 },
	{ "label_noise", NET, hard_places, 0 },
	{ "underfitting", KT, stays_high, 2 },
	{ "underfitting", NET, stays_high, 2 },
	{ "underfitting", NET, learns_nothing_that_holds, 2 },
	{ "underfitting", NET, labels_turned, 0 },
	{ "small_validation", KT, sixty_predictions, 2 },
	{ "small_validation", KT, close_to_the_baseline, 1 },
	{ "small_validation", NET, sixty_predictions, 0 },
	{ "small_validation", NET, twenty_right_rows, 2 },
	{ "small_validation", NET, thirty_right_rows, 0 },
	{ "small_validation", KT, thousand_predictions, 0 },
	{ "q_divergence", RL, q_runs_away, 2 },
	{ "q_divergence", RL, q_above_returns, 0 },
};

enum { CHANGES = sizeof changes / sizeof *changes };

static struct fake *changed(const struct change *c, int n, int seed)
{
	struct fake *f = c->kind == RL ? game(n, seed) : healthy(c->kind, n, seed);

	c->change(f);
	return f;
}

static void rules_find_what_they_are_for(void)
{
	static const int sizes[] = { 16, 40, 150, 700 };

	for (int k = 0; k < CHANGES; k++)
		for (int seed = 0; seed < SEEDS; seed++) {
			const struct change *c = &changes[k];
			struct fake *f = changed(c, sizes[seed % 4], seed);
			struct diagnosis d = diagnose(f);
			const struct diagnosis_finding *it = finding(&d, c->rule),
						       *verdict = diagnosis_verdict(&d);
			int found = it && it->severity > DIAGNOSIS_REMARK;

			TAP_CHECK(found == (c->found > 0), "%s: row %d, %d points, seed %d: %s",
			          c->rule, k, sizes[seed % 4], seed,
			          found ? it->evidence : "not found");
			TAP_CHECK(c->found != 2 || (verdict && verdict == it),
			          "%s: row %d, seed %d: the verdict is %s", c->rule, k, seed,
			          verdict ? verdict->rule->name : "none");
			end_with(f);
		}
}

static void healthy_runs_are_not_accused(void)
{
	static const int sizes[] = { 20, 33, 100, 512, 513, 3000 };
	static void (*const harmless[])(struct fake * f) = { nothing, file_order_without_harm,
		                                             usual_dropout };

	for (int seed = 0; seed < 60; seed++)
		for (int k = 0; k < 3; k++) {
			char line[300];
			struct fake *f = k == 2 ? game(sizes[seed % 6], seed)
			                        : healthy(k ? KT : NET,
			                                  sizes[seed % 6], seed);
			struct diagnosis d;

			if (k < 2)
				harmless[seed % 3](f);
			d = diagnose(f);
			TAP_CHECK(!diagnosis_verdict(&d), "kind %d, seed %d, %d points: %s", k,
			          seed, sizes[seed % 6], diagnosis_line(line, sizeof line, &d));
			end_with(f);
		}
}

/* Every rule has changes that it must find and, but for leaks of other kinds, that it must not. */
static void every_rule_is_tested(void)
{
	for (const struct diagnosis_rule *rule = diagnosis_rules; rule->id; rule++) {
		int yes = 0, no = 0;

		for (int k = 0; k < CHANGES; k++)
			if (strcmp(changes[k].rule, rule->id) == 0) {
				yes += changes[k].found > 0;
				no += changes[k].found == 0;
			}
		TAP_CHECK(yes && no, "%s: %d changes to be found, %d not to be", rule->id, yes, no);
	}
}

static void every_rule_has_a_case(void)
{
	int sound = 0;

	for (const struct diagnosis_rule *rule = diagnosis_rules; rule->id; rule++) {
		int n = 0;

		for (const struct selftest_case *c = selftest_cases; c->words; c++)
			n += c->fault && strcmp(c->fault, rule->id) == 0;
		TAP_CHECK(n > 0, "%s has no case", rule->id);
	}
	for (const struct selftest_case *c = selftest_cases; c->words; c++) {
		const struct diagnosis_rule *rule = diagnosis_rules;

		sound += !c->fault;
		while (c->fault && rule->id && strcmp(rule->id, c->fault) != 0)
			rule++;
		TAP_CHECK(!c->fault || rule->id, "%s: there is no such rule", c->fault);
		TAP_CHECK(!c->make == !strchr(c->words, '%'),
		          "%s: data without a name, or a name without data", c->words);
	}
	CU_ASSERT(sound >= 3);
}

static void the_table_is_whole(void)
{
	for (const struct diagnosis_rule *rule = diagnosis_rules; rule->id; rule++) {
		TAP_CHECK(rule->name && rule->judge && rule->meaning && rule->advice && rule->needs,
		          "%s: an empty slot", rule->id);
		TAP_CHECK(strspn(rule->id, "abcdefghijklmnopqrstuvwxyz_") == strlen(rule->id),
		          "%s: scripts want plain words", rule->id);
		for (const struct diagnosis_rule *other = diagnosis_rules; other < rule; other++)
			TAP_CHECK(strcmp(rule->id, other->id) != 0, "%s is there twice", rule->id);
		CU_ASSERT(rule - diagnosis_rules < DIAGNOSIS_RULES_MAX);
	}
}

/* ---- awkward numbers ---- */

static const char *const names[] = {
	"step",      "loss",           "train_loss",       "valid_loss",    "train_auc",
	"valid_auc", "train_accuracy", "valid_accuracy",   "train_r2",      "valid_r2",
	"loss_sd",   "loss_max",       "loss_correlation", "update_ratio",  "dead",
	"saturated", "gradient_first", "gradient_last",    "gradient_norm", "gradient_max",
	"lr",        "mean_q",         "largest_q",        "train_return",
};
_Static_assert(sizeof names / sizeof *names == COLUMNS, "as many columns");

static void check_sound(const struct diagnosis *d, const char *what)
{
	char line[64];

	for (int k = 0; k < d->n; k++) {
		TAP_CHECK(d->finding[k].evidence[0] &&
		                  strlen(d->finding[k].evidence) < DIAGNOSIS_TEXT - 1,
		          "%s: evidence of %zu letters", what, strlen(d->finding[k].evidence));
		TAP_CHECK(k == 0 || d->finding[k].severity <= d->finding[k - 1].severity,
		          "%s: findings out of order", what);
		TAP_CHECK(k == 0 || d->finding[k].severity < d->finding[k - 1].severity ||
		                  d->finding[k].rule > d->finding[k - 1].rule,
		          "%s: equals out of order", what);
	}
	TAP_CHECK(diagnosis_line(line, sizeof line, d) == line && strlen(line) < sizeof line, "%s",
	          what);
}

static void fill(struct fake *f, double (*number)(struct fake *f, size_t k))
{
	for (int c = 0; c < COLUMNS; c++) {
		double *y = curve(f, names[c]);

		for (size_t k = 0; k < f->run.n; k++)
			y[k] = number(f, k);
	}
}

static double not_a_number(struct fake *f, size_t k) { (void)f; (void)k; return NAN; }
static double zero(struct fake *f, size_t k) { (void)f; (void)k; return 0; }
static double one(struct fake *f, size_t k) { (void)f; (void)k; return 1; }
static double below(struct fake *f, size_t k) { (void)f; (void)k; return -3.7; }
static double infinite(struct fake *f, size_t k) { (void)f; return k % 2 ? INFINITY : -INFINITY; }
static double giant(struct fake *f, size_t k) { (void)f; return k % 2 ? 1e308 : -1e308; }
static double tiny(struct fake *f, size_t k) { (void)f; (void)k; return 1e-310; }
static double gaps(struct fake *f, size_t k) { return k % 3 ? NAN : gsl_ran_gaussian(f->rng, 1); }
static double wild(struct fake *f, size_t k)
{
	static const double all[] = { NAN,   INFINITY, -INFINITY, 0, -0.0, 1e-300,
		                      1e300, -1,       0.5,       1, 2,    1000 };

	(void)k;
	return all[gsl_rng_uniform_int(f->rng, sizeof all / sizeof *all)];
}

static void random_facts(struct fake *f)
{
	double *facts[] = {
		&f->run.epochs,
		&f->run.patience,
		&f->run.classes,
		&f->run.train_predictions,
		&f->run.valid_predictions,
		&f->run.ceiling_auc,
		&f->run.skill_mean_auc,
		&f->run.dropout,
		&f->run.shuffled,
		&f->run.window,
		&f->run.gated,
		&f->run.clip,
		&f->run.penalty,
		&f->run.discount,
		&f->run.dead_layer,
	};

	for (size_t k = 0; k < sizeof facts / sizeof *facts; k++)
		*facts[k] = wild(f, 0);
	f->run.bins = (int)gsl_rng_uniform_int(f->rng, DIAGNOSIS_BINS + 1);
	for (int k = 0; k < f->run.bins; k++) {
		f->run.bin_p[k] = wild(f, 0);
		f->run.bin_n[k] = wild(f, 0);
	}
}

static void awkward_numbers(void)
{
	static double (*const numbers[])(struct fake * f,
	                                 size_t k) = { not_a_number, zero, one,  below, infinite,
		                                       giant,        tiny, gaps, wild };
	static const struct diagnosis_learner *const kinds[] = { KT, NET, RL };
	static const int sizes[] = { 0, 1, 2, 3, 4, 5, 6, 17, 512, 513, 1500 };

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		for (int kind = 0; kind < 3; kind++)
			for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
				for (int facts = 0; facts < 4; facts++) {
					struct fake *f = begin(kinds[kind], sizes[s], (int)s);
					struct diagnosis d;
					char what[100];

					fill(f, numbers[i]);
					if (facts)
						random_facts(f);
					d = diagnose(f);
					snprintf(what, sizeof what,
					         "numbers %zu, kind %d, %d points", i, kind,
					         sizes[s]);
					check_sound(&d, what);
					TAP_CHECK(facts || i > 0 || !diagnosis_verdict(&d),
					          "%s: a verdict from nothing", what);
					end_with(f);
				}
}

static void a_million_points(void)
{
	struct fake *f = game(1000000, 1);
	struct diagnosis d = diagnose(f);

	CU_ASSERT_PTR_NULL(diagnosis_verdict(&d));
	end_with(f);
	f = healthy(KT, 1000000, 1);
	overfits(f);
	d = diagnose(f);
	CU_ASSERT_PTR_NOT_NULL(finding(&d, "overfitting"));
	end_with(f);
}

static void nothing_logged(void)
{
	struct fake *f = begin(KT, 0, 1);
	struct diagnosis d = diagnose(f);
	char line[100], expected[100];

	CU_ASSERT_STRING_EQUAL(diagnosis_line(line, sizeof line, &d), "too early to say: 0 points");
	CU_ASSERT(diagnosis_too_early(&d));
	CU_ASSERT(d.unjudged > 5);
	end_with(f);
	f = healthy(NET, 40, 1);
	d = diagnose(f);
	CU_ASSERT(d.judged >= 11);
	snprintf(expected, sizeof expected, "no problems found (%d rules, 40 points)", d.judged);
	CU_ASSERT_STRING_EQUAL(diagnosis_line(line, sizeof line, &d), expected);
	diagnosis_line(line, 8, &d);
	CU_ASSERT_STRING_EQUAL(line, "no prob");
	end_with(f);
}

/* ---- of a run's files ---- */

static const char *log_run(const char *name)
{
	static char path[600];
	struct fake *f = healthy(KT, 40, 3);
	json_t *info = json_pack("{s:s, s:[s], s:{s:i, s:i, s:i, s:f, s:f, s:f, s:s, s:s, s:f}, "
	                         "s:i, s:{s:i, s:i, s:f, s:f}}",
	                         "kind", "kt", "command", "riley", "options", "epochs", 40,
	                         "patience", 0, "window", 50, "dropout", 0.5, "clip", 5.0, "l2",
	                         0.0, "model", "lstm", "shuffle", "yes", "decay", -1.0, "seed", 1,
	                         "data", "train_predictions", 60000, "valid_predictions", 6000,
	                         "valid_ceiling_auc", 0.86, "valid_skill_mean_auc", 0.7);
	enum ry_status status;
	struct rundir *run;

	overfits(f);
	snprintf(path, sizeof path, "%s/%s", tap_tmpdir(), name);
	run = rundir_create(path, info, &status);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	for (size_t k = 0; k < f->run.n; k++) {
		struct event_value value[COLUMNS];
		struct event e = { .kind = EVENT_POINT,
			           .unit = "epoch",
			           .count = k + 1.0,
			           .step = (long)curve(f, "step")[k],
			           .value = value };

		for (int c = 0; c < f->run.columns; c++)
			if (strcmp(f->column[c].name, "step") != 0)
				value[e.n++] =
					(struct event_value){ f->column[c].name, f->value[c][k] };
		CU_ASSERT_EQUAL(rundir_log(run, "point", &e), RY_OK);
	}
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	json_decref(info);
	end_with(f);
	return path;
}

static void a_run_is_read(void)
{
	const char *path = log_run("overfits");
	struct run_reader *r = run_reader_open(path);
	struct diagnosis d, followed;
	json_t *o;

	CU_ASSERT_EQUAL(diagnose_run(&d, program_commands, path, 0), RY_OK);
	CU_ASSERT_STRING_EQUAL(diagnose_word(&d), "overfitting");
	CU_ASSERT_EQUAL(d.points, 40);
	CU_ASSERT_EQUAL(d.unjudged, 0);
	o = diagnose_json(&d);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o, "verdict")), "overfitting");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(
				       json_array_get(json_object_get(o, "findings"), 0), "rule")),
	                       "overfitting");
	json_decref(o);
	diagnose_reader(&followed, program_commands, r);           /* nothing read yet */
	CU_ASSERT_STRING_EQUAL(diagnose_word(&followed), "too early");
	while (run_reader_poll(r, 1) & RUN_NEWS_MORE)
		;
	diagnose_reader(&followed, program_commands, r);
	CU_ASSERT_STRING_EQUAL(followed.finding[0].evidence, d.finding[0].evidence);
	run_reader_free(r);
	CU_ASSERT_EQUAL(diagnose_run(&d, program_commands, tap_tmpdir(), 0), RY_EDATA);
}

/* No line is wider than asked for, and no word is lost. */
static void text_has_a_width(void)
{
	const char *path = log_run("wide");
	struct diagnosis d;

	CU_ASSERT_EQUAL_FATAL(diagnose_run(&d, program_commands, path, 0), RY_OK);
	for (int width = 40; width <= 120; width += 40) {
		char *text = NULL, *line, *rest;
		size_t size = 0;
		FILE *f = open_memstream(&text, &size);

		diagnose_text(f, &d, width);
		fclose(f);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "Verdict: overfitting"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "Evidence: "));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "Try: "));
		for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
			TAP_CHECK(strlen(line) <= (size_t)width, "width %d: %s", width, line);
		free(text);
	}
}

static const struct tap_test tests[] = {
	{ "rules find what they are for, and leave alone what is near it",
	  rules_find_what_they_are_for },
	{ "healthy runs of many lengths are not accused", healthy_runs_are_not_accused },
	{ "every rule has changes to be found and not to be found", every_rule_is_tested },
	{ "every rule has a case in the self-test", every_rule_has_a_case },
	{ "the table of rules is whole", the_table_is_whole },
	{ "awkward numbers in every column and fact", awkward_numbers },
	{ "a million points", a_million_points },
	{ "nothing logged, and lines cut short", nothing_logged },
	{ "a run is read from its files, whole and followed", a_run_is_read },
	{ "text keeps to its width", text_has_a_width },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("diagnosis", tests);
}
