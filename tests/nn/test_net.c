/* test_net.c - networks: lines, layout, learning, gradient check, model files. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/safetensors.h"
#include "src/nn/loss.h"
#include "src/nn/net.h"
#include "src/train/optimizer.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, NULL };

/* ---- lines ---- */

static void lines_build_a_stack(void)
{
	struct net *net = net_make("\n  hidden=dense 5 7 \r\ntanh 7\n\nout=dense 7 2", lists);
	char name[NET_NAME_MAX];
	struct param p;
	static const char *const names[] = { "hidden.weight", "hidden.bias", "out.weight",
		                             "out.bias" };

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	CU_ASSERT_EQUAL(net->L, 3);
	CU_ASSERT_EQUAL(net->D, 5);
	CU_ASSERT_EQUAL(net->M, 2);
	CU_ASSERT_STRING_EQUAL(net_lines(net), "hidden=dense 5 7\ntanh 7\nout=dense 7 2\n");
	CU_ASSERT_STRING_EQUAL(net->layer[1]->prefix, "1");
	CU_ASSERT_PTR_EQUAL(net_find(net, "out"), net->layer[2]);
	CU_ASSERT_PTR_NULL(net_find(net, "in"));
	CU_ASSERT_EQUAL(net_n_params(net), 5 * 7 + 7 + 7 * 2 + 2);
	for (int k = 0; k < 4; k++) {
		CU_ASSERT_TRUE(net_param(net, k, name, &p));
		CU_ASSERT_STRING_EQUAL(name, names[k]);
		CU_ASSERT_PTR_EQUAL(net->w + p.at,
		                    net->layer[k / 2 * 2]->w +
		                            (k % 2 ? p.at - (net->layer[k / 2 * 2]->w - net->w)
		                                   : 0));
	}
	CU_ASSERT_FALSE(net_param(net, 4, name, &p));
	for (int l = 0; l < net->L; l++)
		CU_ASSERT_EQUAL((size_t)(net->layer[l]->w - net->w) % (RY_ALIGN / sizeof(real)), 0);
	net_free(net);
}

/* Invalid texts, each with a word that the message must contain. */
static void wrong_lines_are_refused(void)
{
	static const char *const cases[][2] = {
		{ "",                                     "without layers" },
		{ "\n \n",                                "without layers" },
		{ "dens 3 4",                             "no such kind" },
		{ "dense",                                "missing" },
		{ "dense 3",                              "missing" },
		{ "dense 3 4 5",                          "too much" },
		{ "dense 3 0",                            "'0'" },
		{ "dense 3 -4",                           "'-4'" },
		{ "dense 3 +4",                           "'+4'" },
		{ "dense 3 4x",                           "'4x'" },
		{ "dense 3 16777217",                     "16777216" },
		{ "dense 3 99999999999999999999",         "16777216" },
		{ "dense 3 4\ndense 5 2",                 "line 2" },
		{ "dense 3 4\ndense 5 2",                 "the layer before it gives 4" },
		{ "a=dense 3 4\na=dense 4 2",             "'a.bias'" },
		{ "1=dense 3 4\ndense 4 2",               "'1.bias'" },
		{ "=dense 3 4",                           "1 to 31" },
		{ "a_name_of_thirty_two_characters_=dense 3 4", "1 to 31" },
		{ "a/b=dense 3 4",                        "letters" },
		{ "a b=dense 3 4",                        "letters" },
		{ "leaky_relu 3 -0.5",                    "below 0" },
		{ "leaky_relu 3 1e999",                   "finite" },
		{ "elu 3 inf",                            "finite" },
		{ "prelu 3 2",                            "expected 1 or 3" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct net *net;

		ry_fail(RY_EINVAL, "nothing yet");
		net = net_make(cases[i][0], lists);
		TAP_CHECK(net == NULL, "'%s' was taken", cases[i][0]);
		TAP_CHECK(strstr(ry_message(), cases[i][1]), "'%s': the sentence is '%s'",
		          cases[i][0], ry_message());
		net_free(net);
	}
}

static void floods_are_refused(void)
{
	size_t n = 1001 * 11;
	char *lines = calloc(n + 1, 1);

	for (int i = 0; i < 1001; i++)
		memcpy(lines + i * 11, "identity 3\n", 11);
	CU_ASSERT_PTR_NULL(net_make(lines, lists));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "1000 layers"));
	memset(lines, 'x', n);
	CU_ASSERT_PTR_NULL(net_make(lines, lists));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "255"));
	free(lines);
	/* 2^48 parameters: either the allocation fails or it is never made. */
	CU_ASSERT_PTR_NULL(net_make("dense 16777216 16777216", lists));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "memory"));
}

static void missing_slots_are_found(void)
{
	struct layer_ops broken = *core_layers[0];
	const struct layer_ops *const list[] = { &broken, NULL };
	const layer_list broken_lists[] = { list, NULL };

	broken.n_work = NULL;
	CU_ASSERT_PTR_NULL(net_make(broken.example, broken_lists));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "n_work"));
}

/* ---- workspace ---- */

static void impossible_workspaces_are_refused(void)
{
	struct net *net = net_make("dense 16777216 2\ndense 2 16777216", lists);

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	CU_ASSERT_EQUAL(net_alloc(net, 0, 1, 1, 1), RY_EINVAL);
	CU_ASSERT_EQUAL(net_alloc(net, 1, 0, 1, 1), RY_EINVAL);
	CU_ASSERT_EQUAL(net_alloc(net, 2, 3, 7, 1), RY_EINVAL);
	CU_ASSERT_EQUAL(net_alloc(net, 2, 3, 0, 1), RY_EINVAL);
	CU_ASSERT_EQUAL(net_alloc(net, 1 << 16, 1 << 16, (size_t)1 << 32, 1), RY_EINVAL);
	CU_ASSERT_EQUAL(net_alloc(net, 1 << 15, 1 << 15, (size_t)1 << 30, 1), RY_ENOMEM);
	net_free(net);
	net_free(NULL);
}

/* Evaluation workspace gives the same numbers with less memory, and can be resized. */
static void evaluation_equals_training(void)
{
	struct net *net = net_make("dense 5 7\ntanh 7\ndense 7 4\nsoftmax 4", lists), *evaluation;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct batch b;
	int n;
	real x[30];

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	net_init(net, rng);
	evaluation = net_share(net);
	CU_ASSERT_PTR_NOT_NULL_FATAL(evaluation);
	for (int i = 0; i < 30; i++)
		x[i] = (real)(0.1 * i - 1.42);
	CU_ASSERT_EQUAL_FATAL(net_alloc(net, 1, 2, 2, 1), RY_OK);
	CU_ASSERT_EQUAL_FATAL(net_alloc(net, 1, 6, 6, 1), RY_OK);
	CU_ASSERT_EQUAL_FATAL(net_alloc(evaluation, 1, 6, 6, 0), RY_OK);
	batch_flat(&b, &n, 6);
	for (int layers = 1; layers <= 4; layers++) {
		const real *y = net_forward(net, &b, (struct input){ .x = x }, layers);
		const real *z = net_forward(evaluation, &b, (struct input){ .x = x }, layers);

		CU_ASSERT_EQUAL(memcmp(y, z, 6 * (size_t)net->layer[layers - 1]->M * sizeof *y), 0);
	}
	net_free(evaluation);
	net_free(net);
	gsl_rng_free(rng);
}

/* A replica has its own gradient; the weights are the same memory. */
static void replicas_share_weights_alone(void)
{
	struct net *net = net_make("dense 3 2", lists), *replica;

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	replica = net_share(net);
	CU_ASSERT_PTR_NOT_NULL_FATAL(replica);
	CU_ASSERT_PTR_EQUAL(net->w, replica->w);
	CU_ASSERT_PTR_NOT_EQUAL(net->dw, replica->dw);
	CU_ASSERT_PTR_EQUAL(replica->layer[0]->dw, replica->dw);
	CU_ASSERT_EQUAL(replica->n, net->n);
	net_free(replica);
	net->w[0] = 1;                                         /* still there */
	net_free(net);
}

/* ---- learning ---- */

static const real xor_x[8] = { 0, 0,  0, 1,  1, 0,  1, 1 };
static const real xor_t[4] = { 0, 1, 1, 0 };

struct problem {
	struct batch b;
	int          n;
	real         dy[4];
	int          wrong;            /* corrupt the gradient of the last weight */
};

static double xor_loss(struct net *net, void *arg, int with_gradient)
{
	struct problem *p = arg;
	struct input in = { .x = xor_x };
	const real *z = net_forward(net, &p->b, in, net->L);
	double value = loss_bce(p->dy, z, xor_t, 4, 1);

	if (with_gradient) {
		memset(net->dw, 0, net->n * sizeof *net->dw);
		net_backward(net, &p->b, in, p->dy, NULL, net->L);
		if (p->wrong)
			net->dw[2] *= (real)1.1;
	}
	return value;
}

/* The arrays of an update start in different quarters of a page, also in replicas. */
static void arrays_of_an_update_are_spread(void)
{
	struct net *net = net_make("dense 31 67\ndense 67 4", lists), *replica = net_share(net);
	struct optimizer_options o;
	struct optimizer *opt;
	const real *array[5];

	optimizer_defaults(&o, RULE_RMSPROP_CENTRED);
	opt = optimizer_alloc(net->n, &o);
	CU_ASSERT_EQUAL_FATAL(opt->n_arrays, 2);
	array[0] = net->w;
	array[1] = net->dw;
	array[2] = opt->array[0];
	array[3] = opt->array[1];
	array[4] = replica->dw;
	for (int i = 0; i < 5; i++)
		TAP_CHECK((uintptr_t)array[i] % RY_PAGE == (uintptr_t)(i < 4 ? i : 1) * RY_PAGE / 4,
		          "array %d begins at %p", i, (const void *)array[i]);
	optimizer_free(opt);
	net_free(replica);
	net_free(net);
}

/* Whatever the alignment of the allocation, the array fits in the requested size. */
static void spread_arrays_fit(void)
{
	real *memory = ry_calloc(3 * RY_SPREAD, sizeof *memory, "test");

	for (size_t from = 0; from <= RY_SPREAD; from += RY_ALIGN / sizeof(real))
		for (int quarter = 0; quarter < 6; quarter++) {
			real *p = memory + from, *at = ry_spread(p, quarter);

			TAP_CHECK(at >= p && at < p + RY_SPREAD, "from %zu: %td reals on", from,
			          at - p);
			TAP_CHECK((uintptr_t)at % RY_PAGE == (uintptr_t)(quarter % 4) * RY_PAGE / 4,
			          "from %zu: not quarter %d", from, quarter);
		}
	free(memory);
}

static struct net *xor_net(struct problem *p, gsl_rng *rng)
{
	struct net *net = net_make("dense 2 8\ntanh 8\ndense 8 1", lists);

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	memset(p, 0, sizeof *p);
	batch_flat(&p->b, &p->n, 4);
	net_init(net, rng);
	CU_ASSERT_EQUAL_FATAL(net_alloc(net, 1, 4, 4, 1), RY_OK);
	return net;
}

/* Every rule learns XOR from several seeds: chance level is a loss of 4 ln 2 = 2.77. */
static void xor_is_learnt(void)
{
	for (int rule = 0; rule < OPTIMIZER_RULES; rule++)
		for (unsigned long seed = 1; seed <= 3; seed++) {
			struct optimizer_options o;
			gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
			struct problem p;
			struct net *net;
			struct optimizer *opt;
			double loss = 0;

			gsl_rng_set(rng, seed);
			net = xor_net(&p, rng);
			optimizer_defaults(&o, rule);
			o.lr = rule == RULE_SGD || rule == RULE_ADAGRAD ? 0.3 : 0.03;
			opt = optimizer_alloc(net->n, &o);
			for (int step = 0; step < 1000; step++) {
				loss = xor_loss(net, &p, 1);
				optimizer_begin(opt);
				optimizer_apply(opt, net->w, net->dw, 0, net->n, 1);
			}
			TAP_CHECK(loss < 0.2, "%s, seed %lu: loss %g", optimizer_rule_name(rule),
			          seed, loss);
			optimizer_free(opt);
			net_free(net);
			gsl_rng_free(rng);
		}
}

/* The padding between slices stays zero whatever is done to the arrays as a whole. */
static void gaps_stay_zero(void)
{
	struct optimizer_options o;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct problem p;
	struct net *net = xor_net(&p, rng);
	struct optimizer *opt;
	unsigned char *used = calloc(net->n, 1);
	char name[NET_NAME_MAX];
	struct param t;
	int gaps = 0;

	optimizer_defaults(&o, RULE_ADAMW);
	o.l1 = o.l2 = 0.1;
	opt = optimizer_alloc(net->n, &o);
	for (int step = 0; step < 5; step++) {
		xor_loss(net, &p, 1);
		optimizer_begin(opt);
		optimizer_apply(opt, net->w, net->dw, 0, net->n, 1);
	}
	for (int k = 0; net_param(net, k, name, &t); k++)
		memset(used + t.at, 1, (size_t)t.rows * (t.cols ? t.cols : 1));
	for (size_t i = 0; i < net->n; i++)
		if (!used[i]) {
			gaps++;
			CU_ASSERT_EQUAL(net->w[i], 0);
		}
	CU_ASSERT_TRUE(gaps > 0);
	free(used);
	optimizer_free(opt);
	net_free(net);
	gsl_rng_free(rng);
}

static void gradient_check_tells_right_from_wrong(void)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct problem p;
	struct net *net = xor_net(&p, rng);
	const double tolerance = 20 * cbrt((double)RY_REAL_EPSILON * RY_REAL_EPSILON);
	size_t worst;

	CU_ASSERT_TRUE(net_gradient_check(net, xor_loss, &p, 1000, rng, NULL) < tolerance);
	CU_ASSERT_TRUE(net_gradient_check(net, xor_loss, &p, 5, rng, &worst) < tolerance);
	net->w[2] = 2;                               /* its gradient is not small */
	p.wrong = 1;
	CU_ASSERT_TRUE(net_gradient_check(net, xor_loss, &p, 1000, rng, &worst) > tolerance);
	CU_ASSERT_EQUAL(worst, 2);
	net->w[2] = NAN;
	CU_ASSERT_TRUE(isnan(net_gradient_check(net, xor_loss, &p, 1000, rng, &worst)));
	net_free(net);
	gsl_rng_free(rng);
}

/* dx of a whole net by finite differences. */
static void input_gradient_is_right(void)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct net *net = net_make("dense 3 4\nelu 4\ndense 4 2\nsigmoid 2", lists);
	const double h = cbrt((double)RY_REAL_EPSILON),
		     tolerance = 20 * cbrt((double)RY_REAL_EPSILON * RY_REAL_EPSILON);
	real x[6] = { 1, (real)-1.42, (real)0.3, (real)-0.7, 2, (real)0.9 }, dx[6], dy[4],
	     t[4] = { 0, 1, 1, 0 };
	struct batch b;
	int n;

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	net_init(net, rng);
	CU_ASSERT_EQUAL_FATAL(net_alloc(net, 1, 2, 2, 1), RY_OK);
	batch_flat(&b, &n, 2);
	loss_squared(dy, net_forward(net, &b, (struct input){ .x = x }, 4), t, 4, 1);
	net_backward(net, &b, (struct input){ .x = x }, dy, dx, 4);
	for (int i = 0; i < 6; i++) {
		real keep = x[i];
		double d;

		x[i] = (real)(keep + h);
		d = loss_squared(NULL, net_forward(net, &b, (struct input){ .x = x }, 4), t, 4, 1);
		x[i] = (real)(keep - h);
		d = (d - loss_squared(NULL, net_forward(net, &b, (struct input){ .x = x }, 4), t, 4,
		                      1)) /
		    (2 * h);
		x[i] = keep;
		CU_ASSERT_DOUBLE_EQUAL(dx[i], d, tolerance);
		CU_ASSERT_TRUE(fabs(d) > 1e-4);
	}
	net_free(net);
	gsl_rng_free(rng);
}

/* ---- model files, and guarantees for layers ---- */

/* A layer whose only tensor is stored transposed in memory, to test the layout of files: "turned 5
 * 2". */
static const struct layer_ops turned_ops;

static struct layer *turned_make(const char *line)
{
	int D, M;

	return layer_scan(line, "turned IN OUT", "dd", &D, &M) < 0
	               ? NULL
	               : layer_new(sizeof(struct layer), &turned_ops, D, M);
}

static int turned_param(const struct layer *l, int k, struct param *p)
{
	*p = (struct param){
		.name = "weight", .rows = l->M, .cols = l->D, .transposed = 1, .at = 3
	};
	return k < 1;
}

static size_t turned_n_params(const struct layer *l)
{
	return (size_t)l->D * l->M + 3;
}

static void turned_forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	(void)l;
	(void)b;
	(void)in;
	(void)y;
}

/* Layers may assume that dy and dx do not overlap. */
static int backwards, overlaps;

static void turned_backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                            real *dy, real *dx)
{
	(void)l;
	(void)b;
	(void)in;
	(void)y;
	backwards++;
	overlaps += dx == dy;
}

static const struct layer_ops turned_ops = {
	.name = "turned",
	.example = "turned 5 2",
	.make = turned_make,
	.free = layer_delete,
	.param = turned_param,
	.n_params = turned_n_params,
	.n_state = layer_none,
	.n_work = layer_no_work,
	.init = layer_no_init,
	.forward = turned_forward,
	.backward = turned_backward,
	.saturation = layer_no_saturation,
};
static const struct layer_ops *const turned_list[] = { &turned_ops, NULL };
static const layer_list turned_lists[] = { core_layers, turned_list, NULL };

static void gradients_between_layers_do_not_overlap(void)
{
	struct net *net = net_make("turned 3 3\nturned 3 3\nturned 3 3\nturned 3 3", turned_lists);
	real x[3] = { 0 }, dy[3] = { 0 }, dx[3];
	struct batch b;
	int n;

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	CU_ASSERT_EQUAL_FATAL(net_alloc(net, 1, 1, 1, 1), RY_OK);
	batch_flat(&b, &n, 1);
	net_forward(net, &b, (struct input){ .x = x }, 4);
	net_backward(net, &b, (struct input){ .x = x }, dy, dx, 4);
	CU_ASSERT_EQUAL(backwards, 4);
	CU_ASSERT_EQUAL(overlaps, 0);
	net_free(net);
}

static const char *model_path(void)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/model.safetensors", tap_tmpdir());
	return path;
}

/* Write what `fill` adds and open it again. */
static struct st_file *file_of(void (*fill)(struct st_writer *to))
{
	struct st_writer *to = st_writer_alloc();
	struct st_file *from;

	fill(to);
	CU_ASSERT_EQUAL_FATAL(st_write(to, model_path()), RY_OK);
	st_writer_free(to);
	from = st_open(model_path(), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	return from;
}

static void fill_turned(struct st_writer *to)
{
	struct net *net = net_make("out=turned 5 2", turned_lists);

	for (size_t i = 0; i < 10; i++)
		net->w[3 + i] = (real)i;
	CU_ASSERT_EQUAL(net_write(net, to), RY_OK);
	net_free(net);
}

/* In memory (5, 2), row by row 0 1, 2 3, ...; in the file (2, 5): 0 2 4 6 8, 1 3 5 7 9. */
static void transposed_tensors_turn_in_files(void)
{
	struct st_file *from = file_of(fill_turned);
	struct net *net = net_open(from, turned_lists, NULL);
	const struct st_tensor *t = st_find(from, "out.weight");
	float numbers[10];

	CU_ASSERT_TRUE_FATAL(net && t);
	CU_ASSERT_TRUE(t->dims == 2 && t->shape[0] == 2 && t->shape[1] == 5);
	CU_ASSERT_EQUAL(st_get(from, "out.weight", ST_F32, 2, t->shape, numbers), RY_OK);
	for (int i = 0; i < 10; i++) {
		CU_ASSERT_EQUAL(numbers[i], (float)(i < 5 ? 2 * i : 2 * (i - 5) + 1));
		CU_ASSERT_EQUAL(net->w[3 + i], (real)i);
	}
	CU_ASSERT_EQUAL(net->w[0], 0);
	net_free(net);
	st_close(from);
}

/* A dense layer 2 -> 1 in a file as other programs may write it. */
static void add(struct st_writer *to, const char *name, enum st_type type, int dims, size_t rows,
                size_t cols)
{
	static const double zeros[8];
	size_t shape[2] = { rows, cols };

	CU_ASSERT_EQUAL(st_add(to, name, type, dims, shape, zeros), RY_OK);
}

static void fill_other_type(struct st_writer *to)
{
	const float w[2] = { 1.5f, -2.5f };
	const double b = 0.25;
	size_t shape[2] = { 1, 2 };

	st_add(to, "0.weight", ST_F32, 2, shape, w);
	st_add(to, "0.bias", ST_F64, 1, shape, &b);
	add(to, "optimizer.t", ST_I64, 1, 1, 0);
}

static void both_types_are_read_and_strangers_ignored(void)
{
	struct st_file *from = file_of(fill_other_type);
	struct net *net = net_make("dense 2 1", lists);

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	CU_ASSERT_EQUAL(net_read(net, from), RY_OK);
	CU_ASSERT_EQUAL(net->w[0], (real)1.5);
	CU_ASSERT_EQUAL(net->w[1], (real)-2.5);
	CU_ASSERT_EQUAL(net->layer[0]->w[net->n - ry_pad(1)], (real)0.25);
	net_free(net);
	st_close(from);
}

static void fill_no_bias(struct st_writer *to)
{
	add(to, "0.weight", ST_F32, 2, 1, 2);
}

static void fill_turned_weight(struct st_writer *to)
{
	add(to, "0.weight", ST_F32, 2, 2, 1);
	add(to, "0.bias", ST_F32, 1, 1, 0);
}

static void fill_flat_weight(struct st_writer *to)
{
	add(to, "0.weight", ST_F32, 1, 2, 0);
	add(to, "0.bias", ST_F32, 1, 1, 0);
}

static void fill_integers(struct st_writer *to)
{
	add(to, "0.weight", ST_F32, 2, 1, 2);
	add(to, "0.bias", ST_I32, 1, 1, 0);
}

static void wrong_files_are_refused_and_change_nothing(void)
{
	static const struct {
		void (*fill)(struct st_writer *to);
		enum ry_status status;
		const char *word;
	} cases[] = {
		{ fill_no_bias, RY_EDATA, "0.bias' is missing" },
		{ fill_turned_weight, RY_ESHAPE, "(2, 1), expected (1, 2)" },
		{ fill_flat_weight, RY_ESHAPE, "(2), expected (1, 2)" },
		{ fill_integers, RY_ESHAPE, "of type I32" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct net *net = net_make("dense 2 1", lists);
		struct st_file *from = file_of(cases[i].fill);

		CU_ASSERT_PTR_NOT_NULL_FATAL(net);
		net->w[0] = 7;
		CU_ASSERT_EQUAL(net_read(net, from), cases[i].status);
		TAP_CHECK(strstr(ry_message(), cases[i].word) && strstr(ry_message(), model_path()),
		          "'%s'", ry_message());
		CU_ASSERT_EQUAL(net->w[0], 7);
		st_close(from);
		net_free(net);
	}
}

static void fill_without_lines(struct st_writer *to)
{
	add(to, "0.bias", ST_F32, 1, 1, 0);
}

static void fill_bad_lines(struct st_writer *to)
{
	st_set_meta(to, "layers", "dense 2 x");
}

/* A network of 2^49 bytes of parameters, none of which are in the file. */
static void fill_greedy(struct st_writer *to)
{
	st_set_meta(to, "layers", "dense 16777216 8388608");
	add(to, "0.bias", ST_F32, 1, 1, 0);
}

static void hostile_files_are_refused(void)
{
	static const struct {
		void (*fill)(struct st_writer *to);
		enum ry_status status;
		const char *word;
	} cases[] = {
		{ fill_without_lines, RY_EDATA, "no layers" },
		{ fill_bad_lines, RY_EDATA, "'x'" },
		{ fill_greedy, RY_EDATA, "0.weight' is missing" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct st_file *from = file_of(cases[i].fill);
		enum ry_status status = RY_OK;

		CU_ASSERT_PTR_NULL(net_open(from, lists, &status));
		CU_ASSERT_EQUAL(status, cases[i].status);
		TAP_CHECK(strstr(ry_message(), cases[i].word) && strstr(ry_message(), model_path()),
		          "'%s'", ry_message());
		st_close(from);
	}
}

static const struct tap_test tests[] = {
	{ "lines build a stack", lines_build_a_stack },
	{ "wrong lines are refused", wrong_lines_are_refused },
	{ "floods are refused", floods_are_refused },
	{ "missing slots are found", missing_slots_are_found },
	{ "impossible workspaces are refused", impossible_workspaces_are_refused },
	{ "evaluation equals training", evaluation_equals_training },
	{ "replicas share weights alone", replicas_share_weights_alone },
	{ "the arrays of an update are spread", arrays_of_an_update_are_spread },
	{ "spread arrays fit into their room", spread_arrays_fit },
	{ "XOR is learnt by every rule", xor_is_learnt },
	{ "gaps between slices stay zero", gaps_stay_zero },
	{ "the gradient check tells right from wrong", gradient_check_tells_right_from_wrong },
	{ "the input's gradient is right", input_gradient_is_right },
	{ "gradients between layers do not overlap", gradients_between_layers_do_not_overlap },
	{ "transposed tensors turn in files", transposed_tensors_turn_in_files },
	{ "both types are read, strangers ignored", both_types_are_read_and_strangers_ignored },
	{ "wrong files are refused and change nothing",
	  wrong_files_are_refused_and_change_nothing },
	{ "hostile files are refused", hostile_files_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("net in " RY_REAL_NAME, tests);
}
