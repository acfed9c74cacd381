/* recurrent.h - what LSTM, GRU and plain RNN share: everything but the cell.
 *
 *     a_t = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh          (rows, G H): G gates of H units
 *     h_t, c_t = cell(a_t, h_{t-1}, c_{t-1})
 *
 * A cell is one file, NAME.c with NAME_ops: its elementwise forward and backward; and a row NAME in
 * RNN_LAYERS, which also names it for commands.
 *
 * Layer line.  "lstm D H k": D features in, H units, k the number in the tensors' names
 *              (weight_ih_lk).  With one-hot input the column of W_ih is looked up.
 * Layout of w. W_ih as (D, G H), so that a column of the published (G H, D) is a row in memory;
 *              W_hh as (H, G H); b_ih and b_hh (G H).  Gates in PyTorch's order.
 * State.       h, then c where the cell has one: H or 2 H reals a sequence.
 *
 * Gradients are back-propagation through time over the steps of the batch (Werbos 1990); the weight
 * gradients of all steps are one product, since W_hh's is sum_t h_{t-1}^T da_t.
 */
#ifndef RILEY_RNN_LAYERS_RECURRENT_H
#define RILEY_RNN_LAYERS_RECURRENT_H

#include "src/nn/layer.h"

/* One time step of n sequences; arrays are (n, H) or (n, G H). */
struct cell_step {
	int         n, H;
	const real *h_prev, *c_prev;
	real       *a;           /* W_ih x + b_ih (+ W_hh h_prev + b_hh); then the gates */
	real       *u;           /* `apart` only: W_hh h_prev + b_hh */
	real       *c, *tanh_c;  /* `memory` only: written by forward, read by backward */
	real       *h;           /* the output */
};

struct cell {
	int gates;               /* G */
	int memory;              /* has a cell state c beside h */
	int apart;               /* needs the recurrent part of a by itself (GRU) */
	int direct;              /* h_{t-1} also reaches h_t outside the product (GRU) */

	/* Gates into a, output into h (and c). */
	void (*forward)(const struct cell_step *s);

	/* On entry dh is dL/dh_t, from above and from t+1 together, and dc (memory only) what t+1
	 * sent to c_t.  On return a is dL/d(W_ih x + b_ih); u (apart only) dL/d(W_hh h_prev +
	 * b_hh); dc what t-1 receives; dh (direct only) what reaches h_{t-1} outside the
	 * product. */
	void (*backward)(const struct cell_step *s, real *dh, real *dc);

	const char *squash;      /* of each gate as forward leaves it in a: 's' sigmoid, 't'
	                          * tanh; "" where none stays */
};

/* Slots of a recurrent layer's layer_ops; its own make() calls recurrent_make() with its cell. */
struct layer *recurrent_make(const struct layer_ops *ops, const struct cell *cell,
                             const char *line);
int    recurrent_param(const struct layer *l, int k, struct param *p);
size_t recurrent_n_params(const struct layer *l);
size_t recurrent_n_state(const struct layer *l);
size_t recurrent_n_work(const struct layer *l, int T, int N, size_t rows);
void   recurrent_init(struct layer *l, gsl_rng *rng);
void   recurrent_forward(struct layer *l, const struct batch *b, struct input in, real *y);
void   recurrent_backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                          real *dy, real *dx);
int recurrent_saturation(const struct layer *l, const struct batch *b, const real *y, int k,
                         struct saturation *s);

/* In the place of a backward, with nothing added to dw: first (N, H) = dL/dh of the first step,
 * from its own row of dy and through all later steps. */
void recurrent_gradient_flow(struct layer *l, const struct batch *b, const real *y, const real *dy,
                             real *first);

/* The recurrent layers; the first is the default of commands. */
#define RNN_LAYERS(row) \
	row(lstm) \
	row(gru) \
	row(rnn)

#define RNN_LAYER_DECLARE(name) extern const struct layer_ops name##_ops;

RNN_LAYERS(RNN_LAYER_DECLARE)

/* Their tables, and their names, in this order; NULL-terminated. */
extern const struct layer_ops *const rnn_layers[];
extern const char *const rnn_layer_names[];

#endif
