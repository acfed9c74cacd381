/* optimizer.c - see optimizer.h.
 *
 * One function per rule, each a single pass without branches that depend on the data, so that the
 * compiler vectorises it.  Every parameter is updated by itself: how the ranges are cut can't
 * change a bit.
 */
#include "src/train/optimizer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/checkpoint.h"
#include "src/math/vmath.h"

#define NAME(constant, name, ...) [constant] = name,
const char *const optimizer_rule_names[OPTIMIZER_RULES + 1] = { OPTIMIZER_RULE_TABLE(NAME) };
#undef NAME

const char *const schedule_names[SCHEDULE_SHAPES + 1] = {
	[SCHEDULE_CONSTANT] = "constant",
	[SCHEDULE_STEP]     = "step",
	[SCHEDULE_COSINE]   = "cosine",
	[SCHEDULE_LINEAR]   = "linear",
};

static int find(const char *const *names, const char *name)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

const char *optimizer_rule_name(enum optimizer_rule rule)
{
	return optimizer_rule_names[rule];
}

int optimizer_rule_find(const char *name)
{
	return find(optimizer_rule_names, name);
}

const char *schedule_name(enum schedule_shape shape)
{
	return schedule_names[shape];
}

int schedule_find(const char *name)
{
	return find(schedule_names, name);
}

/* ---- the rules ---- */

/* A range of n parameters, with the rule's own arrays: see each for what they are. */
struct range {
	real  *w, *dw, *array[3];
	size_t n;
};

/* What all numbers of an update share. */
struct step {
	real scale, l1, l2;
	int  penalties;          /* l1 or l2 is above 0 */
	real lr, mu, eps;
	real rho, rest;          /* rest: 1 - rho */
	real b1, b2, rest1, rest2;
	real adam_lr, root;      /* lr / (1 - b1^t), 1 / sqrt(1 - b2^t) */
	real keep;               /* 1 - lr decay */
	int  rectified;
	real radam_lr;           /* adam_lr, times r sqrt(1 - b2^t) if rectified */
};

/* What every rule starts from: g = scale dw + l2 w + l1 sign(w). */
static inline real gradient(real w, real dw, const struct step *s)
{
	real g = s->scale * dw;

	return s->penalties ? g + s->l2 * w + s->l1 * (real)((w > 0) - (w < 0)) : g;
}

/* w -= lr g */
static void sgd(const struct range *r, const struct step step)
{
	real *restrict w = r->w, *restrict dw = r->dw;

	for (size_t i = 0; i < r->n; i++) {
		w[i] -= step.lr * gradient(w[i], dw[i], &step);
		dw[i] = 0;
	}
}

/* v = mu v + g;  w -= lr v */
static void momentum(const struct range *r, const struct step step)
{
	real *restrict w = r->w, *restrict dw = r->dw, *restrict v = r->array[0];

	for (size_t i = 0; i < r->n; i++) {
		v[i] = step.mu * v[i] + gradient(w[i], dw[i], &step);
		w[i] -= step.lr * v[i];
		dw[i] = 0;
	}
}

/* v = mu v + g;  w -= lr (g + mu v) */
static void nesterov(const struct range *r, const struct step step)
{
	real *restrict w = r->w, *restrict dw = r->dw, *restrict v = r->array[0];

	for (size_t i = 0; i < r->n; i++) {
		real g = gradient(w[i], dw[i], &step);

		v[i] = step.mu * v[i] + g;
		w[i] -= step.lr * (g + step.mu * v[i]);
		dw[i] = 0;
	}
}

/* s += g^2;  w -= lr g / (sqrt(s) + eps) */
static void adagrad(const struct range *r, const struct step step)
{
	real *restrict w = r->w, *restrict dw = r->dw, *restrict s = r->array[0];

	for (size_t i = 0; i < r->n; i++) {
		real g = gradient(w[i], dw[i], &step);

		s[i] += g * g;
		w[i] -= step.lr * g / (r_sqrt(s[i]) + step.eps);
		dw[i] = 0;
	}
}

/* s = rho s + (1 - rho) g^2;  d = g / (sqrt(s) + eps);  v = mu v + d;  w -= lr v.  Without momentum
 * v is d and is not kept (NULL). */
static inline void rmsprop_kept(const struct range *r, const struct step step, real *restrict v)
{
	real *restrict w = r->w, *restrict dw = r->dw, *restrict s = r->array[0];

	for (size_t i = 0; i < r->n; i++) {
		real g = gradient(w[i], dw[i], &step), d;

		s[i] = step.rho * s[i] + step.rest * g * g;
		d = g / (r_sqrt(s[i]) + step.eps);
		if (v)
			d = v[i] = step.mu * v[i] + d;
		w[i] -= step.lr * d;
		dw[i] = 0;
	}
}

static void rmsprop(const struct range *r, const struct step step)
{
	if (r->array[1])
		rmsprop_kept(r, step, r->array[1]);
	else
		rmsprop_kept(r, step, NULL);
}

/* The same with a = rho a + (1 - rho) g and the variance s - a^2 in the place of s; rounding may
 * leave that a little below 0, where it counts as 0. */
static inline void rmsprop_centred_kept(const struct range *r, const struct step step,
                                        real *restrict v)
{
	real *restrict w = r->w, *restrict dw = r->dw;
	real *restrict s = r->array[0], *restrict a = r->array[1];

	for (size_t i = 0; i < r->n; i++) {
		real g = gradient(w[i], dw[i], &step), var, d;

		s[i] = step.rho * s[i] + step.rest * g * g;
		a[i] = step.rho * a[i] + step.rest * g;
		var = s[i] - a[i] * a[i];
		d = g / (r_sqrt(var < 0 ? 0 : var) + step.eps);
		if (v)
			d = v[i] = step.mu * v[i] + d;
		w[i] -= step.lr * d;
		dw[i] = 0;
	}
}

static void rmsprop_centred(const struct range *r, const struct step step)
{
	if (r->array[2])
		rmsprop_centred_kept(r, step, r->array[2]);
	else
		rmsprop_centred_kept(r, step, NULL);
}

/* m = b1 m + (1 - b1) g;  s = b2 s + (1 - b2) g^2; w = keep w - lr / c1 * m / (sqrt(s) / sqrt(c2) +
 * eps), c1 and c2 the corrections 1 - b^t. */
static inline void adam_keeping(const struct range *r, const struct step step, real keep)
{
	real *restrict w = r->w, *restrict dw = r->dw;
	real *restrict m = r->array[0], *restrict s = r->array[1];

	for (size_t i = 0; i < r->n; i++) {
		real g = gradient(w[i], dw[i], &step);

		m[i] = step.b1 * m[i] + step.rest1 * g;
		s[i] = step.b2 * s[i] + step.rest2 * g * g;
		w[i] = keep * w[i] - step.adam_lr * m[i] / (r_sqrt(s[i]) * step.root + step.eps);
		dw[i] = 0;
	}
}

static void adam(const struct range *r, const struct step step)
{
	adam_keeping(r, step, 1);
}

static void adamw(const struct range *r, const struct step step)
{
	adam_keeping(r, step, step.keep);
}

/* m and s as in Adam;  w -= radam_lr m / (sqrt(s) + eps), or without the divisor. */
static inline void radam_either(const struct range *r, const struct step step, int rectified)
{
	real *restrict w = r->w, *restrict dw = r->dw;
	real *restrict m = r->array[0], *restrict s = r->array[1];

	for (size_t i = 0; i < r->n; i++) {
		real g = gradient(w[i], dw[i], &step);

		m[i] = step.b1 * m[i] + step.rest1 * g;
		s[i] = step.b2 * s[i] + step.rest2 * g * g;
		w[i] -= step.radam_lr * m[i] / (rectified ? r_sqrt(s[i]) + step.eps : 1);
		dw[i] = 0;
	}
}

static void radam(const struct range *r, const struct step step)
{
	if (step.rectified)
		radam_either(r, step, 1);
	else
		radam_either(r, step, 0);
}

static const struct rule {
	void (*apply)(const struct range *r, const struct step step);
	int    arrays, arrays_with_momentum;
	double lr, momentum, epsilon, decay;
} rules[OPTIMIZER_RULES] = {
#define RULE(constant, name, ...) [constant] = { __VA_ARGS__ },
	OPTIMIZER_RULE_TABLE(RULE)
#undef RULE
};

int optimizer_has_momentum(enum optimizer_rule rule)
{
	return rules[rule].arrays_with_momentum > rules[rule].arrays || rule == RULE_MOMENTUM ||
	       rule == RULE_NESTEROV;
}

void optimizer_defaults(struct optimizer_options *o, enum optimizer_rule rule)
{
	const struct rule *r = &rules[rule];

	*o = (struct optimizer_options){
		.rule = rule,
		.lr = r->lr,
		.momentum = r->momentum,
		.rho = 0.99,
		.beta1 = 0.9,
		.beta2 = 0.999,
		.epsilon = r->epsilon,
		.decay = r->decay,
		.schedule = SCHEDULE_CONSTANT,
		.step_factor = 0.1,
	};
}

/* ---- an optimiser ---- */

/* RY_EINVAL naming the first invalid option. */
static enum ry_status check(const struct optimizer_options *o)
{
	const struct { const char *name; double value, below; } numbers[] = {
		{ "lr", o->lr, INFINITY },           { "momentum", o->momentum, 1 },
		{ "rho", o->rho, 1 },                { "beta1", o->beta1, 1 },
		{ "beta2", o->beta2, 1 },            { "epsilon", o->epsilon, INFINITY },
		{ "l1", o->l1, INFINITY },           { "l2", o->l2, INFINITY },
		{ "decay", o->decay, INFINITY },     { "lr_end", o->lr_end, INFINITY },
		{ "step_factor", o->step_factor, INFINITY },
	};

	if ((unsigned)o->rule >= OPTIMIZER_RULES || (unsigned)o->schedule >= SCHEDULE_SHAPES)
		return ry_fail(RY_EINVAL, "optimizer: unknown rule %d or schedule %d",
		               (int)o->rule, (int)o->schedule);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (!(numbers[i].value >= 0 && numbers[i].value < numbers[i].below))
			return ry_fail(RY_EINVAL, "optimizer: %s is %g, expected at least 0 and %s",
			               numbers[i].name, numbers[i].value,
			               numbers[i].below == 1 ? "below 1" : "finite");
	if (o->warmup < 0)
		return ry_fail(RY_EINVAL, "optimizer: a warm-up of %ld updates", o->warmup);
	if (o->schedule == SCHEDULE_STEP && o->step_every < 1)
		return ry_fail(RY_EINVAL,
		               "optimizer: the step schedule needs a positive number of updates "
		               "between drops, got %ld",
		               o->step_every);
	if ((o->schedule == SCHEDULE_COSINE || o->schedule == SCHEDULE_LINEAR) && o->total < 1)
		return ry_fail(RY_EINVAL,
		               "optimizer: the %s schedule needs a positive number of updates, "
		               "got %ld",
		               schedule_name(o->schedule), o->total);
	if (o->total > 0 && o->total <= o->warmup)
		return ry_fail(RY_EINVAL,
		               "optimizer: expected a warm-up shorter than training, got %ld of "
		               "%ld updates",
		               o->warmup, o->total);
	return RY_OK;
}

struct optimizer *optimizer_alloc(size_t n, const struct optimizer_options *o)
{
	struct optimizer *opt;

	if (check(o) != RY_OK)
		return NULL;
	opt = ry_calloc(1, sizeof *opt, "an optimizer");
	if (!opt)
		return NULL;
	opt->o = *o;
	opt->n = n;
	opt->n_arrays = o->momentum > 0 ? rules[o->rule].arrays_with_momentum
	                                : rules[o->rule].arrays;
	for (int i = 0; i < opt->n_arrays; i++) {
		opt->memory[i] = ry_calloc(n + RY_SPREAD, sizeof(real), "an optimizer's arrays");
		if (!opt->memory[i]) {
			optimizer_free(opt);
			return NULL;
		}
		/* behind those of w and dw, see net.c */
		opt->array[i] = ry_spread(opt->memory[i], 2 + i);
	}
	return opt;
}

void optimizer_free(struct optimizer *opt)
{
	if (!opt)
		return;
	for (int i = 0; i < opt->n_arrays; i++)
		free(opt->memory[i]);
	free(opt);
}

/* How much of its way a falling rate has gone in update t: from 0 at the end of the warm-up (or
 * update 1) to 1 so many updates after `total`, and then flat. */
static double fallen(const struct optimizer_options *o, long t, int after)
{
	double start = o->warmup > 1 ? (double)o->warmup : 1;
	double length = (double)o->total + after - start;
	double x = length > 0 ? ((double)t - start) / length : 1;

	return x < 0 ? 0 : x > 1 ? 1 : x;
}

double optimizer_rate(const struct optimizer_options *o, long t)
{
	double lr = o->lr;

	switch (o->schedule) {
	case SCHEDULE_CONSTANT:
	case SCHEDULE_SHAPES:
		break;
	case SCHEDULE_STEP:
		lr *= pow(o->step_factor, (double)((t - 1) / o->step_every));
		break;
	case SCHEDULE_COSINE:
		lr = o->lr_end + (o->lr - o->lr_end) * (1 + cos(M_PI * fallen(o, t, 0))) / 2;
		break;
	case SCHEDULE_LINEAR:
		lr = o->lr_end + (o->lr - o->lr_end) * (1 - fallen(o, t, 1));
		break;
	}
	return t < o->warmup ? lr * (double)t / (double)o->warmup : lr;
}

/* r of optimizer.h; 0 if rho_t is too short. */
static double rectification(double beta2, double t)
{
	double power = pow(beta2, t), limit = 2 / (1 - beta2) - 1,
	       rho = limit - 2 * t * power / (1 - power);

	return rho > 5 ? sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho))
	               : 0;
}

void optimizer_begin(struct optimizer *opt)
{
	opt->t++;
	opt->lr = optimizer_rate(&opt->o, opt->t);
	opt->correction1 = 1 - pow(opt->o.beta1, (double)opt->t);
	opt->correction2 = 1 - pow(opt->o.beta2, (double)opt->t);
	opt->rectification = rectification(opt->o.beta2, (double)opt->t);
}

void optimizer_apply(struct optimizer *opt, real *w, real *dw, size_t from, size_t to, double scale)
{
	const struct optimizer_options *o = &opt->o;
	const struct step step = {
		.scale = (real)scale,
		.l1 = (real)o->l1,
		.l2 = (real)o->l2,
		.penalties = o->l1 > 0 || o->l2 > 0,
		.lr = (real)opt->lr,
		.mu = (real)o->momentum,
		.eps = (real)o->epsilon,
		.rho = (real)o->rho,
		.rest = (real)(1 - o->rho),
		.b1 = (real)o->beta1,
		.b2 = (real)o->beta2,
		.rest1 = (real)(1 - o->beta1),
		.rest2 = (real)(1 - o->beta2),
		.adam_lr = (real)(opt->lr / opt->correction1),
		.root = (real)(1 / sqrt(opt->correction2)),
		.keep = (real)(1 - opt->lr * o->decay),
		.rectified = opt->rectification > 0,
		.radam_lr = (real)(opt->lr / opt->correction1 *
		                   (opt->rectification > 0
		                            ? opt->rectification * sqrt(opt->correction2)
		                            : 1)),
	};
	struct range r = { .w = w + from, .dw = dw + from, .n = to - from };

	if (from >= to)
		return;
	for (int k = 0; k < opt->n_arrays; k++)
		r.array[k] = opt->array[k] + from;
	rules[o->rule].apply(&r, step);
}

/* A NaN without its sign, which means nothing. */
static double unsigned_nan(double x)
{
	return isnan(x) ? fabs(x) : x;
}

enum ry_status optimizer_diverged(const struct optimizer *opt, double loss, double norm)
{
	return ry_fail(RY_ENUMERIC, "update %ld: loss %g, gradient norm %g at learning rate %g",
	               opt->t + 1, unsigned_nan(loss), unsigned_nan(norm),
	               optimizer_rate(&opt->o, opt->t + 1));
}

void gradient_move(real *to, real *from, size_t begin, size_t end)
{
	real *restrict a = to, *restrict b = from;

	for (size_t i = begin; i < end; i++) {
		a[i] += b[i];
		b[i] = 0;
	}
}

double gradient_square(const real *dw, size_t from, size_t to)
{
	double part[16] = { 0 }, total = 0;
	size_t i = from;

	for (; i + 16 <= to; i += 16)
		for (int k = 0; k < 16; k++)
			part[k] += (double)dw[i + k] * dw[i + k];
	for (int k = 0; i + k < to; k++)
		part[k] += (double)dw[i + k] * dw[i + k];
	for (int k = 0; k < 16; k++)
		total += part[k];
	return total;
}

double clip_factor(double norm, double clip)
{
	return clip > 0 && norm > clip ? clip / norm : 1;
}

/* ---- checkpoints ---- */

/* Which array of the rule is of squares, hence never below 0; -1: none. */
static int squares(enum optimizer_rule rule)
{
	switch (rule) {
	case RULE_SGD:
	case RULE_MOMENTUM:
	case RULE_NESTEROV:
	case OPTIMIZER_RULES:
		break;
	case RULE_ADAGRAD:
	case RULE_RMSPROP:
	case RULE_RMSPROP_CENTRED:
		return 0;
	case RULE_ADAM:
	case RULE_ADAMW:
	case RULE_RADAM:
		return 1;
	}
	return -1;
}

static enum ry_status walk(const struct optimizer *opt, struct st_writer *to,
                           const struct st_file *from)
{
	enum ry_status status = RY_OK;

	for (int k = 0; k < opt->n_arrays && status == RY_OK; k++) {
		char name[32];
		const double low = k == squares(opt->o.rule) ? 0 : -RY_REAL_MAX;
		const struct checkpoint_row row =
			CHECKPOINT_REALS(name, opt->n, opt->array[k], low, RY_REAL_MAX);

		snprintf(name, sizeof name, "optimizer.%d", k);
		status = checkpoint_walk(&row, 1, to, from);
	}
	return status;
}

enum ry_status optimizer_write(const struct optimizer *opt, struct st_writer *to)
{
	return walk(opt, to, NULL);
}

enum ry_status optimizer_read(struct optimizer *opt, const struct st_file *from)
{
	return walk(opt, NULL, from);
}
