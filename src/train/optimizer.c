/* optimizer.c - see optimizer.h.
 *
 * One loop per rule, each a single pass without branches that depend on the data, so that the
 * compiler vectorises it.  Every parameter is updated by itself: how the ranges are cut can't
 * change a bit.
 */
#include "src/train/optimizer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef RY_DOUBLE
#define r_sqrt sqrt
#else
#define r_sqrt sqrtf
#endif

static const char *const rule_names[OPTIMIZER_RULES] = {
	[RULE_SGD]             = "sgd",
	[RULE_MOMENTUM]        = "momentum",
	[RULE_NESTEROV]        = "nesterov",
	[RULE_ADAGRAD]         = "adagrad",
	[RULE_RMSPROP]         = "rmsprop",
	[RULE_RMSPROP_CENTRED] = "rmsprop-centred",
	[RULE_ADAM]            = "adam",
	[RULE_ADAMW]           = "adamw",
};

static const char *const schedule_names[SCHEDULE_SHAPES] = {
	[SCHEDULE_CONSTANT] = "constant",
	[SCHEDULE_STEP]     = "step",
	[SCHEDULE_COSINE]   = "cosine",
};

static int find(const char *const *names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

const char *optimizer_rule_name(enum optimizer_rule rule)
{
	return rule_names[rule];
}

int optimizer_rule_find(const char *name)
{
	return find(rule_names, OPTIMIZER_RULES, name);
}

const char *schedule_name(enum schedule_shape shape)
{
	return schedule_names[shape];
}

int schedule_find(const char *name)
{
	return find(schedule_names, SCHEDULE_SHAPES, name);
}

void optimizer_defaults(struct optimizer_options *o, enum optimizer_rule rule)
{
	*o = (struct optimizer_options){
		.rule = rule,
		.lr = 0.01,
		.rho = 0.99,
		.beta1 = 0.9,
		.beta2 = 0.999,
		.epsilon = 1e-8,
		.schedule = SCHEDULE_CONSTANT,
		.step_factor = 0.1,
	};
	switch (rule) {
	case RULE_MOMENTUM:
	case RULE_NESTEROV:
		o->momentum = 0.9;
		break;
	case RULE_ADAGRAD:
		o->epsilon = 1e-10;
		break;
	case RULE_ADAM:
		o->lr = 0.001;
		break;
	case RULE_ADAMW:
		o->lr = 0.001;
		o->decay = 0.01;
		break;
	case RULE_SGD:
	case RULE_RMSPROP:
	case RULE_RMSPROP_CENTRED:
	case OPTIMIZER_RULES:
		break;
	}
}

/* How many arrays the rule keeps: see the pass of each for what they are. */
static int count_arrays(const struct optimizer_options *o)
{
	switch (o->rule) {
	case RULE_SGD:             return 0;
	case RULE_MOMENTUM:        return 1;
	case RULE_NESTEROV:        return 1;
	case RULE_ADAGRAD:         return 1;
	case RULE_RMSPROP:         return 1 + (o->momentum > 0);
	case RULE_RMSPROP_CENTRED: return 2 + (o->momentum > 0);
	case RULE_ADAM:            return 2;
	case RULE_ADAMW:           return 2;
	case OPTIMIZER_RULES:      break;
	}
	return 0;
}

/* RY_EINVAL naming the first option that can't be. */
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
		return ry_fail(RY_EINVAL, "optimizer: rule %d or schedule %d is not known",
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
		               "optimizer: the step schedule needs to know every how many updates, "
		               "got %ld",
		               o->step_every);
	if (o->schedule == SCHEDULE_COSINE && o->total <= o->warmup)
		return ry_fail(RY_EINVAL,
		               "optimizer: the cosine schedule needs more updates in all (%ld) "
		               "than the "
		               "warm-up has (%ld)",
		               o->total, o->warmup);
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
	opt->n_arrays = count_arrays(o);
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
	case SCHEDULE_COSINE: {
		/* From lr at the end of the warm-up (or update 1) to lr_end at `total`, then
		 * flat. */
		double start = o->warmup > 1 ? (double)o->warmup : 1;
		double length = (double)o->total - start;
		double x = length > 0 ? ((double)t - start) / length : 1;

		x = x < 0 ? 0 : x > 1 ? 1 : x;
		lr = o->lr_end + (o->lr - o->lr_end) * (1 + cos(M_PI * x)) / 2;
		break;
	}
	}
	return t < o->warmup ? lr * (double)t / (double)o->warmup : lr;
}

void optimizer_begin(struct optimizer *opt)
{
	opt->t++;
	opt->lr = optimizer_rate(&opt->o, opt->t);
	opt->correction1 = 1 - pow(opt->o.beta1, (double)opt->t);
	opt->correction2 = 1 - pow(opt->o.beta2, (double)opt->t);
}

/* What every rule starts from: g = scale dw + l2 w + l1 sign(w). */
struct penalty {
	real scale, l1, l2;
};

static inline real gradient(real w, real dw, struct penalty p)
{
	return p.scale * dw + p.l2 * w + p.l1 * (real)((w > 0) - (w < 0));
}

/* w -= lr g */
static void sgd(real *restrict w, real *restrict dw, size_t n, struct penalty p, real lr)
{
	for (size_t i = 0; i < n; i++) {
		w[i] -= lr * gradient(w[i], dw[i], p);
		dw[i] = 0;
	}
}

/* v = mu v + g;  w -= lr v,  or with Nesterov's step ahead  w -= lr (g + mu v) */
static inline void momentum(real *restrict w, real *restrict dw, real *restrict v, size_t n,
                            struct penalty p, real lr, real mu, int nesterov)
{
	for (size_t i = 0; i < n; i++) {
		real g = gradient(w[i], dw[i], p);

		v[i] = mu * v[i] + g;
		w[i] -= lr * (nesterov ? g + mu * v[i] : v[i]);
		dw[i] = 0;
	}
}

/* s += g^2;  w -= lr g / (sqrt(s) + eps) */
static void adagrad(real *restrict w, real *restrict dw, real *restrict s, size_t n,
                    struct penalty p, real lr, real eps)
{
	for (size_t i = 0; i < n; i++) {
		real g = gradient(w[i], dw[i], p);

		s[i] += g * g;
		w[i] -= lr * g / (r_sqrt(s[i]) + eps);
		dw[i] = 0;
	}
}

/* s = rho s + (1 - rho) g^2;  d = g / (sqrt(s) + eps);  v = mu v + d;  w -= lr v.
 * Without momentum v is d and is not kept (NULL). */
static inline void rmsprop(real *restrict w, real *restrict dw, real *restrict s, real *restrict v,
                           size_t n, struct penalty p, real lr, real rho, real rest, real eps,
                           real mu)
{
	for (size_t i = 0; i < n; i++) {
		real g = gradient(w[i], dw[i], p), d;

		s[i] = rho * s[i] + rest * g * g;
		d = g / (r_sqrt(s[i]) + eps);
		if (v)
			d = v[i] = mu * v[i] + d;
		w[i] -= lr * d;
		dw[i] = 0;
	}
}

/* The same with a = rho a + (1 - rho) g and the variance s - a^2 in the place of s; rounding may
 * leave that a little below 0, where it counts as 0. */
static inline void rmsprop_centred(real *restrict w, real *restrict dw, real *restrict s,
                                   real *restrict a, real *restrict v, size_t n, struct penalty p,
                                   real lr, real rho, real rest, real eps, real mu)
{
	for (size_t i = 0; i < n; i++) {
		real g = gradient(w[i], dw[i], p), var, d;

		s[i] = rho * s[i] + rest * g * g;
		a[i] = rho * a[i] + rest * g;
		var = s[i] - a[i] * a[i];
		d = g / (r_sqrt(var < 0 ? 0 : var) + eps);
		if (v)
			d = v[i] = mu * v[i] + d;
		w[i] -= lr * d;
		dw[i] = 0;
	}
}

/* m = b1 m + (1 - b1) g;  s = b2 s + (1 - b2) g^2;
 * w -= lr / c1 * m / (sqrt(s) / sqrt(c2) + eps), c1 and c2 the corrections 1 - b^t.
 * AdamW first takes w down by the factor `keep` = 1 - lr decay; Adam's keep is 1. */
static void adam(real *restrict w, real *restrict dw, real *restrict m, real *restrict s, size_t n,
                 struct penalty p, const struct optimizer *opt)
{
	const real b1 = (real)opt->o.beta1, rest1 = (real)(1 - opt->o.beta1);
	const real b2 = (real)opt->o.beta2, rest2 = (real)(1 - opt->o.beta2);
	const real step = (real)(opt->lr / opt->correction1),
		   root = (real)(1 / sqrt(opt->correction2));
	const real eps = (real)opt->o.epsilon;
	const real keep = opt->o.rule == RULE_ADAMW ? (real)(1 - opt->lr * opt->o.decay) : 1;

	for (size_t i = 0; i < n; i++) {
		real g = gradient(w[i], dw[i], p);

		m[i] = b1 * m[i] + rest1 * g;
		s[i] = b2 * s[i] + rest2 * g * g;
		w[i] = keep * w[i] - step * m[i] / (r_sqrt(s[i]) * root + eps);
		dw[i] = 0;
	}
}

void optimizer_apply(struct optimizer *opt, real *w, real *dw, size_t from, size_t to, double scale)
{
	const struct optimizer_options *o = &opt->o;
	const struct penalty p = { (real)scale, (real)o->l1, (real)o->l2 };
	const real lr = (real)opt->lr, eps = (real)o->epsilon, mu = (real)o->momentum;
	const real rho = (real)o->rho, rest = (real)(1 - o->rho);
	size_t n = to - from;
	real *a0, *a1, *a2;

	if (from >= to)
		return;
	w += from;
	dw += from;
	a0 = opt->n_arrays > 0 ? opt->array[0] + from : NULL;
	a1 = opt->n_arrays > 1 ? opt->array[1] + from : NULL;
	a2 = opt->n_arrays > 2 ? opt->array[2] + from : NULL;
	switch (o->rule) {
	case RULE_SGD:
		sgd(w, dw, n, p, lr);
		break;
	case RULE_MOMENTUM:
		momentum(w, dw, a0, n, p, lr, mu, 0);
		break;
	case RULE_NESTEROV:
		momentum(w, dw, a0, n, p, lr, mu, 1);
		break;
	case RULE_ADAGRAD:
		adagrad(w, dw, a0, n, p, lr, eps);
		break;
	case RULE_RMSPROP:
		if (a1)
			rmsprop(w, dw, a0, a1, n, p, lr, rho, rest, eps, mu);
		else
			rmsprop(w, dw, a0, NULL, n, p, lr, rho, rest, eps, mu);
		break;
	case RULE_RMSPROP_CENTRED:
		if (a2)
			rmsprop_centred(w, dw, a0, a1, a2, n, p, lr, rho, rest, eps, mu);
		else
			rmsprop_centred(w, dw, a0, a1, NULL, n, p, lr, rho, rest, eps, mu);
		break;
	case RULE_ADAM:
	case RULE_ADAMW:
		adam(w, dw, a0, a1, n, p, opt);
		break;
	case OPTIMIZER_RULES:
		break;
	}
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

static const char *array_name(char name[32], int k)
{
	snprintf(name, 32, "optimizer.%d", k);
	return name;
}

enum ry_status optimizer_write(const struct optimizer *opt, struct st_writer *to)
{
	enum ry_status status = RY_OK;
	char name[32];

	for (int k = 0; k < opt->n_arrays && status == RY_OK; k++)
		status = st_add(to, array_name(name, k), ST_REAL, 1, &opt->n, opt->array[k]);
	return status;
}

enum ry_status optimizer_read(struct optimizer *opt, const struct st_file *from)
{
	enum ry_status status = RY_OK;
	char name[32];

	for (int k = 0; k < opt->n_arrays && status == RY_OK; k++)
		status = st_get(from, array_name(name, k), ST_REAL, opt->n, opt->array[k]);
	return status;
}
