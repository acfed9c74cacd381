/* optimizer.h - rules that turn a gradient into a step, and schedules of the learning rate.
 *
 * One update is optimizer_begin() once, then optimizer_apply() over ranges that together cover all
 * parameters: one call over everything, or a range per thread.  A pass reads w, dw and the rule's
 * own arrays once.  The formulas and the defaults are PyTorch's (torch.optim), which are those of
 * the papers:
 *
 *     SGD        v = momentum v + g;  w -= lr v      (Nesterov: w -= lr (g + momentum v))
 *     AdaGrad    s += g^2;            w -= lr g / (sqrt(s) + eps)           Duchi et al. 2011
 *     RMSProp    s = rho s + (1-rho) g^2;  w -= lr g / (sqrt(s) + eps)      Tieleman & Hinton 2012
 *                centred: sqrt(s - a^2), a = rho a + (1-rho) g              Graves 2013
 *     Adam       m, v moments; w -= lr mhat / (sqrt(vhat) + eps)            Kingma & Ba 2015
 *     AdamW      Adam, and w -= lr decay w, decoupled                  Loshchilov & Hutter 2019
 *     RAdam      w -= lr r mhat / (sqrt(v) + eps) * sqrt(1 - beta2^t), or w -= lr mhat while too
 *                few gradients have been seen to trust v               Liu et al. 2020
 *
 * RAdam's r compares the variance of 1 / sqrt(v) after t gradients with its limit:
 *
 *     rho_inf = 2 / (1 - beta2) - 1,   rho_t = rho_inf - 2 t beta2^t / (1 - beta2^t)
 *     r^2 = (rho_t - 4) (rho_t - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho_t)     if rho_t > 5
 *
 * The threshold 5 is PyTorch's and optax's (the paper: 4); with beta2 = 0.999 the first five steps
 * do without v.  PyTorch, and so RAdam here, adds eps to sqrt(v); optax, like Adam above, adds it
 * to sqrt(vhat), which is larger.  With eps 1e-8 the first rectified steps differ by 1 part in 1000
 * where gradients are 1e-4, and by less where they are larger, or later.
 *
 * Before the rule, g = scale * dw + l2 w + l1 sign(w).
 */
#ifndef RILEY_TRAIN_OPTIMIZER_H
#define RILEY_TRAIN_OPTIMIZER_H

#include <stddef.h>
#include "src/base/real.h"
#include "src/base/safetensors.h"
#include "src/base/status.h"

/* The rules: one row and, in optimizer.c, one function for each.  Columns: constant, name,
 * function; how many arrays it keeps, and how many with momentum; defaults of lr, momentum,
 * epsilon, decay. */
#define OPTIMIZER_RULE_TABLE(ROW) \
	ROW(RULE_SGD,             "sgd",             sgd,             0, 0, 0.01,  0,   1e-8,  0) \
	ROW(RULE_MOMENTUM,        "momentum",        momentum,        1, 1, 0.01,  0.9, 1e-8,  0) \
	ROW(RULE_NESTEROV,        "nesterov",        nesterov,        1, 1, 0.01,  0.9, 1e-8,  0) \
	ROW(RULE_ADAGRAD,         "adagrad",         adagrad,         1, 1, 0.01,  0,   1e-10, 0) \
	ROW(RULE_RMSPROP,         "rmsprop",         rmsprop,         1, 2, 0.01,  0,   1e-8,  0) \
	ROW(RULE_RMSPROP_CENTRED, "rmsprop-centred", rmsprop_centred, 2, 3, 0.01,  0,   1e-8,  0) \
	ROW(RULE_ADAM,            "adam",            adam,            2, 2, 0.001, 0,   1e-8,  0) \
	ROW(RULE_RADAM,           "radam",           radam,           2, 2, 0.001, 0,   1e-8,  0) \
	ROW(RULE_ADAMW,           "adamw",           adamw,           2, 2, 0.001, 0,   1e-8,  0.01)

#define OPTIMIZER_RULE_CONSTANT(constant, ...) constant,
enum optimizer_rule { OPTIMIZER_RULE_TABLE(OPTIMIZER_RULE_CONSTANT) OPTIMIZER_RULES };
#undef OPTIMIZER_RULE_CONSTANT

enum schedule_shape { SCHEDULE_CONSTANT, SCHEDULE_STEP, SCHEDULE_COSINE, SCHEDULE_LINEAR,
                      SCHEDULE_SHAPES };

/* Whether a rule uses options.momentum. */
int optimizer_has_momentum(enum optimizer_rule rule);

/* All options; optimizer_defaults() fills them for a rule. */
struct optimizer_options {
	enum optimizer_rule rule;
	double lr;
	double momentum;         /* momentum, Nesterov, RMSProp */
	double rho;              /* RMSProp's smoothing (PyTorch's alpha) */
	double beta1, beta2;     /* Adam, AdamW, RAdam */
	double epsilon;
	double l1, l2;           /* penalties, added to the gradient */
	double decay;            /* AdamW's decoupled weight decay */

	enum schedule_shape schedule;
	long   warmup;           /* updates of linear warm-up from lr / warmup; 0: none;
	                          * below `total`, unless that is 0 (not known) */
	long   total;            /* updates of the whole run: cosine falls to lr_end in the last,
	                          * linear after it */
	long   step_every;       /* SCHEDULE_STEP: lr is multiplied by step_factor every so many
	                          * updates */
	double step_factor;
	double lr_end;
};

struct optimizer {
	struct optimizer_options o;
	size_t n;                /* parameters */
	long   t;                /* updates so far */
	int    n_arrays;         /* how many arrays the rule keeps */
	real  *array[3];         /* (n) each: what a checkpoint must save, with t */
	real  *memory[3];        /* private: what the arrays lie in */
	double lr;               /* of the update in progress */
	double correction1, correction2;   /* Adam's 1 - beta^t */
	double rectification;    /* RAdam's r; 0 while rho_t is 5 or less */
};

/* The rule's defaults (lr as PyTorch has it; 0.01 for the SGD family). */
void optimizer_defaults(struct optimizer_options *o, enum optimizer_rule rule);

/* Names of rules and of schedules ("constant", "step", "cosine", "linear") as on the command line,
 * NULL-terminated.  The lookup functions return -1 for an unknown name. */
extern const char *const optimizer_rule_names[], *const schedule_names[];
const char *optimizer_rule_name(enum optimizer_rule rule);
int         optimizer_rule_find(const char *name);
const char *schedule_name(enum schedule_shape shape);
int         schedule_find(const char *name);

/* An optimiser for n parameters, owned by the caller.  NULL with ry_message() set for invalid
 * options (negative rates, beta outside 0..1) or without memory. */
struct optimizer *optimizer_alloc(size_t n, const struct optimizer_options *o);
void optimizer_free(struct optimizer *opt);

/* The learning rate of update t (from 1). */
double optimizer_rate(const struct optimizer_options *o, long t);

/* Start the next update: count it and compute what all ranges share. */
void optimizer_begin(struct optimizer *opt);

/* Update w[from..to) from scale * dw (scale: a clipping factor, or 1) and set that part of dw to
 * zero for the next backward pass. */
void optimizer_apply(struct optimizer *opt, real *w, real *dw, size_t from, size_t to,
                     double scale);

/* Save and load the rule's arrays as tensors "optimizer.0", "optimizer.1" ... of a checkpoint.  The
 * learner keeps the number of updates and sets opt->t after everything else has been read. */
enum ry_status optimizer_write(const struct optimizer *opt, struct st_writer *to);
enum ry_status optimizer_read(struct optimizer *opt, const struct st_file *from);

/* RY_ENUMERIC with a message that names the update, its mean loss, the gradient norm and the
 * learning rate: returned by a learner instead of a step if loss or norm is not finite. */
enum ry_status optimizer_diverged(const struct optimizer *opt, double loss, double norm);

/* to += from over [begin, end), and set that part of `from` to zero: sums the gradients of several
 * workers. */
void gradient_move(real *to, real *from, size_t begin, size_t end);

/* Sum of dw^2 over [from, to) in double, for norms and to detect NaN. */
double gradient_square(const real *dw, size_t from, size_t to);

/* The factor that clips a gradient of this norm to `clip` (1 if it is shorter or clip is 0):
 * Pascanu, Mikolov & Bengio 2013. */
double clip_factor(double norm, double clip);

#endif
