/* layer.h - what a layer is: one table of operations and one small struct.
 *
 * Shapes.     A batch holds N sequences, longest first.  At step t the first n[t] of them are
 *             still going on, so n[0] = N and n never grows.  Activations are stored without
 *             padding: the n[0] rows of step 0, then the n[1] rows of step 1, and so on; rows =
 *             n[0] + ... + n[T-1] of them, D numbers each ("packed" in PyTorch's words; with
 *             sequences of one length it is the usual (T, N, D)).  A layer blind to time sees
 *             `rows` rows and never looks at n.  A feed-forward net has T = 1.
 * Ownership.  A layer owns only itself.  w, dw and work are slices of three flat arrays owned by
 *             the net (net.h), so an optimiser step, a model file and a copy of a network are
 *             each one loop over one array.
 */
#ifndef RILEY_NN_LAYER_H
#define RILEY_NN_LAYER_H

#include <stddef.h>
#include <stdint.h>
#include <gsl/gsl_rng.h>
#include "src/base/real.h"
#include "src/base/status.h"
#include "src/math/bitplane.h"

struct batch {
	int        T, N;
	size_t     rows;        /* n[0] + ... + n[T-1] */
	const int *n;           /* (T): sequences alive at each step, never growing; n[0] = N */
	real      *state;       /* (N, state_stride): each sequence's state before its first step on
	                         * entry of forward, after its last step on return.  NULL: forward
	                         * starts from zero and keeps nothing */
	size_t     state_stride;
	gsl_rng   *rng;         /* what training draws from (dropout); NULL: evaluation, no draws */
};

/* What a layer reads.  Exactly one is set: numbers; or, where the rows are one-hot, the column of
 * the one in each row, so that a one-hot is looked up and never built; or, where the rows are
 * planes of zeros and ones, their bits, which then need not be unpacked. */
struct input {
	const real     *x;      /* (rows, D), or NULL */
	const int      *hot;    /* (rows), each 0..D-1, or NULL */
	const uint64_t *bits;   /* (rows, C * bitplane_words(H * W)), see math/bitplane.h; or
	                         * NULL */
};

/* Forms that a layer may take besides numbers.  With LAYER_BITS its line begins "kind C H W". */
enum { LAYER_HOT = 1, LAYER_BITS = 2 };

/* One named tensor of a layer, the way model files see it: `rows` x `cols`, or a vector of `rows`
 * when cols is 0; with `height` and `width` set, `cols` is so many columns times height times
 * width, and files show four dimensions, (rows, cols / (height * width), height, width), as
 * PyTorch's convolutions have them.  In memory it lies at w + at, transposed when `transposed` is
 * set: then element (r, c) of the named tensor is w[at + c * rows + r]. */
struct param {
	const char *name;       /* PyTorch's: "weight", "bias", "weight_hh_l0" */
	int         rows, cols;
	int         height, width;   /* of a kernel, or 0 */
	int         transposed;
	size_t      at;
};

/* Numbers that can't leave a range: rows of n of them, each row `stride` after the one before. */
struct saturation {
	const real *x;
	size_t      rows, stride;
	int         n;
	double      low, high;
};

struct layer;

struct layer_ops {                     /* every slot is mandatory; see layer_check() */
	const char *name;              /* first word of the layer's line in a model file */
	const char *example;           /* a small valid line: tests build the layer from it */
	unsigned takes;                /* LAYER_HOT, LAYER_BITS: besides numbers */

	/* Build from "name arg ..."; NULL, with ry_message() set, if the line is wrong. */
	struct layer *(*make)(const char *line);
	void   (*free)(struct layer *l);

	/* The k-th tensor, k = 0, 1, ...; 0 past the last one.  Tensors may lie anywhere inside
	 * the layer's n_params() reals and must not overlap. */
	int    (*param)(const struct layer *l, int k, struct param *p);

	size_t (*n_params)(const struct layer *l);              /* reals in w */
	size_t (*n_state)(const struct layer *l);               /* reals a sequence carries on */
	/* reals; upper bound for any batch within these sizes */
	size_t (*n_work)(const struct layer *l, int T, int N, size_t rows);
	void   (*init)(struct layer *l, gsl_rng *rng);          /* draw w: PyTorch's default */

	/* y (rows, M) = f(in (rows, D)).  Leaves in work what backward needs. */
	void   (*forward)(struct layer *l, const struct batch *b, struct input in, real *y);

	/* From dy (rows, M), add to dw and, unless dx is NULL, overwrite dx (rows, D); with in.hot
	 * or in.bits, dx is NULL.  b, in and y must be those of the last forward, whose work it may
	 * use up: one backward for a forward.  The state is taken as given: gradients stop at the
	 * first step of the batch.  dy may be used as scratch. */
	void   (*backward)(struct layer *l, const struct batch *b, struct input in, const real *y,
	                   real *dy, real *dx);

	/* The k-th group of sigmoids or tanhs that the last forward left in y or work, before its
	 * backward: gates, outputs.  Near the ends of their range hardly any gradient comes
	 * through.  0 past the last group. */
	int (*saturation)(const struct layer *l, const struct batch *b, const real *y, int k,
	                  struct saturation *s);
};

struct layer {
	const struct layer_ops *ops;
	int     D, M;                  /* features in, features out */
	char    prefix[32];            /* of its tensors' names: "rnn" gives "rnn.weight_hh_l0" */
	size_t  state_at;              /* where its state starts in a row of batch.state */
	real   *w, *dw;                /* parameters and their gradient; borrowed */
	real   *work;                  /* borrowed; valid from forward to backward */
};

/* Limits of what a line may ask for: lines come from model files, which are not to be trusted.
 * With them every product of two sizes and a small factor stays far inside a 64-bit size_t. */
#define LAYER_FEATURES_MAX (1 << 24)
#define LAYER_LINE_MAX     255         /* characters in a line */

/* A NULL-terminated list of layer kinds: core_layers[], rnn_layers[]. */
typedef const struct layer_ops *const *layer_list;

/* dense, convolution, pooling, activations, dropout: what src/ brings. */
extern const struct layer_ops *const core_layers[];

/* RY_OK, or RY_EINVAL naming the first empty slot of `ops`. */
enum ry_status layer_check(const struct layer_ops *ops);

/* Read the arguments of a layer's line, strictly.  `usage` is the line as help would show it
 * ("dense IN OUT"), its first word being the kind that the line must begin with.  `form` has one
 * letter for each argument, stored through the pointer that follows:
 *
 *     'd'  int *     a number of features, 1..LAYER_FEATURES_MAX
 *     'i'  int *     a small index or count, 0..999
 *     'r'  double *  a finite number
 *
 * Arguments after a '|' may be left out; their variables then keep their values.  Returns how many
 * were read, or -1 with ry_message() quoting the line and the usage. */
int layer_scan(const char *line, const char *usage, const char *form, ...);

/* A zeroed struct of `size` bytes that begins with a struct layer of this kind and shape; NULL,
 * with ry_message() set, when memory ran out.  layer_delete() is its free for layers that own
 * nothing more. */
void *layer_new(size_t size, const struct layer_ops *ops, int D, int M);
void  layer_delete(struct layer *l);

/* Nonzero when the layer has weights that are a matrix (or a convolution's), not only biases. */
int layer_has_matrix(const struct layer *l);

/* For slots with nothing to do: param, n_params and n_state, n_work, init, squashed. */
int    layer_no_param(const struct layer *l, int k, struct param *p);
size_t layer_none(const struct layer *l);
size_t layer_no_work(const struct layer *l, int T, int N, size_t rows);
void   layer_no_init(struct layer *l, gsl_rng *rng);
int layer_no_saturation(const struct layer *l, const struct batch *b, const real *y, int k,
                        struct saturation *s);

/* Fill `b` for a feed-forward batch of N rows; `n` is one int of the caller's that must outlive
 * it. */
void batch_flat(struct batch *b, int *n, int N);

#endif
