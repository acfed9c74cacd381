/* layer.h - a layer: one table of operations and one small struct.
 *
 * Shapes.     A batch holds N sequences, longest first.  At step t the first n[t] of them are still
 *             running, so n[0] = N and n never grows.  Activations are stored without padding: the
 *             n[0] rows of step 0, then the n[1] rows of step 1, and so on; rows = n[0] + ... +
 *             n[T-1] of D numbers each (a packed sequence in PyTorch's terms; with sequences of
 *             equal length the usual (T, N, D)).  A layer without state treats the batch as `rows`
 *             independent rows and ignores n.  A feed-forward network has T = 1.
 * Ownership.  A layer owns only itself.  w, dw and work are slices of three flat arrays owned by
 *             the network (net.h), so an optimiser step, a model file and a copy of a network are
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
	const int *n;           /* (T): sequences running at each step, never growing; n[0] = N */
	real      *state;       /* (N, state_stride): each sequence's state before its first step on
	                         * entry of forward, after its last step on return.  NULL: forward
	                         * starts from zero and keeps nothing */
	size_t     state_stride;
	gsl_rng   *rng;         /* random source of training (dropout); NULL: evaluation mode */
};

/* The input of a layer.  Exactly one form is set: numbers; for one-hot rows, the index of the one
 * in each row, so that a one-hot vector is looked up and never built; for planes of zeros and ones,
 * their packed bits. */
struct input {
	const real     *x;      /* (rows, D), or NULL */
	const int      *hot;    /* (rows), each 0..D-1, or NULL */
	const uint64_t *bits;   /* (rows, C * bitplane_words(H * W)), see bitplane.h, or NULL */
};

/* Forms of input that a layer may accept besides numbers.  With LAYER_BITS its line begins "kind C
 * H W". */
enum { LAYER_HOT = 1, LAYER_BITS = 2 };

/* One named tensor of a layer, as seen in model files: `rows` x `cols`, or a vector of `rows` if
 * cols is 0.  If `height` and `width` are set, `cols` counts channels times height times width, and
 * files have four dimensions, (rows, cols / (height * width), height, width), like PyTorch's
 * convolutions.  In memory it starts at w + at.  If `transposed` is set, element (r, c) of the
 * named tensor is w[at + c * rows + r]. */
struct param {
	const char *name;       /* PyTorch's: "weight", "bias", "weight_hh_l0" */
	int         rows, cols;
	int         height, width;   /* of a kernel, or 0 */
	int         transposed;
	size_t      at;
	int         buffer;     /* what training keeps beside the parameters, as running means; see
	                         * below */
	int         variance;   /* files with a number below 0 are refused */
	int         whole;      /* a count: one number in memory (exact up to 2^24 in float), in
	                         * files a 64-bit integer without dimensions */
};

/* A buffer is saved with the parameters but has no gradient.  A backward pass adds to its dw minus
 * the step that this update takes, so that w -= dw whatever the rule of the optimiser; norms,
 * clipping and penalties leave it out.  A layer's buffers lie behind all of its parameters. */

/* Numbers with a bounded range, which can saturate: rows of n numbers, `stride` apart. */
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
	unsigned takes;                /* LAYER_HOT, LAYER_BITS: accepted besides numbers */
	int     batch_wide;            /* in training a row's output depends on the other rows, so
	                                * the batch must not be split */

	/* Build from "name arg ..."; NULL, with ry_message() set, for an invalid line. */
	struct layer *(*make)(const char *line);
	void   (*free)(struct layer *l);

	/* The k-th tensor, k = 0, 1, ...; 0 past the last one.  Tensors may lie anywhere inside the
	 * layer's n_params() reals and must not overlap. */
	int    (*param)(const struct layer *l, int k, struct param *p);

	size_t (*n_params)(const struct layer *l);              /* reals in w */
	size_t (*n_state)(const struct layer *l);               /* reals of state per sequence */

	/* Reals in work: an upper bound for all batches within these sizes. */
	size_t (*n_work)(const struct layer *l, int T, int N, size_t rows);

	void   (*init)(struct layer *l, gsl_rng *rng);          /* fill w: PyTorch's default */

	/* y (rows, M) = f(in (rows, D)).  Leaves in work what backward needs. */
	void   (*forward)(struct layer *l, const struct batch *b, struct input in, real *y);

	/* From dy (rows, M), add to dw and, unless dx is NULL, overwrite dx (rows, D); with in.hot
	 * or in.bits, dx is NULL. b, in and y must be those of the last forward pass, whose work it
	 * may overwrite: one backward per forward.  The initial state is a constant: gradients stop
	 * at the first step of the batch. dy may be used as scratch. */
	void   (*backward)(struct layer *l, const struct batch *b, struct input in, const real *y,
	                   real *dy, real *dx);

	/* The k-th group of sigmoids or tanhs (gates, outputs) that the last forward pass left in y
	 * or work; valid before its backward pass.  Close to the ends of their range they pass
	 * hardly any gradient. 0 past the last group. */
	int    (*saturation)(const struct layer *l, const struct batch *b, const real *y, int k,
	                     struct saturation *s);
};

struct layer {
	const struct layer_ops *ops;
	int     D, M;                  /* features in, features out */
	char    prefix[32];            /* of its tensors' names: "rnn" gives "rnn.weight_hh_l0" */
	size_t  state_at;              /* offset of its state in a row of batch.state */
	real   *w, *dw;                /* parameters and their gradient; borrowed */
	real   *work;                  /* borrowed; valid from forward to backward */
};

/* Limits on a layer's line, which may come from an untrusted model file.  Within them every product
 * of two sizes and a small factor fits a 64-bit size_t. */
#define LAYER_FEATURES_MAX (1 << 24)
#define LAYER_LINE_MAX     255         /* characters in a line */

/* A NULL-terminated list of layer kinds: core_layers[], rnn_layers[]. */
typedef const struct layer_ops *const *layer_list;

/* The layers of this folder: dense, convolution, pooling, normalisation, activations, dropout. */
extern const struct layer_ops *const core_layers[];

/* Check a table: RY_OK, or RY_EINVAL naming its first empty slot. */
enum ry_status layer_check(const struct layer_ops *ops);

/* Parse the arguments of a layer's line, strictly.  `usage` is the line as help shows it ("dense IN
 * OUT"); the line must begin with its first word.  `form` has one letter per argument, which is
 * stored through the pointer that follows:
 *
 *     'd'  int *     a number of features, 1..LAYER_FEATURES_MAX
 *     'i'  int *     a small index or count, 0..999
 *     'r'  double *  a finite number
 *
 * Arguments after a '|' are optional; if absent, their variables keep their values.  Returns the
 * number of arguments read, or -1 with ry_message() quoting the line and the usage. */
int layer_scan(const char *line, const char *usage, const char *form, ...);

/* A zeroed struct of `size` bytes that begins with a struct layer of this kind and shape; NULL,
 * with ry_message() set, without memory. layer_delete() is its counterpart for layers that own
 * nothing else. */
void *layer_new(size_t size, const struct layer_ops *ops, int D, int M);
void  layer_delete(struct layer *l);

/* Nonzero if the layer has a weight matrix or convolution kernel, not only vectors. */
int layer_has_matrix(const struct layer *l);

/* Reals of w in front of the layer's buffers: all if it has none. */
size_t layer_learnt(const struct layer *l);

/* For slots with nothing to do: param; n_params and n_state; n_work; init; saturation. */
int    layer_no_param(const struct layer *l, int k, struct param *p);
size_t layer_none(const struct layer *l);
size_t layer_no_work(const struct layer *l, int T, int N, size_t rows);
void   layer_no_init(struct layer *l, gsl_rng *rng);
int    layer_no_saturation(const struct layer *l, const struct batch *b, const real *y, int k,
                           struct saturation *s);
/* Fill `b` for a feed-forward batch of N rows; `n` points to an int of the caller that must outlive
 * it. */
void batch_flat(struct batch *b, int *n, int N);

#endif
