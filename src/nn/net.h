/* net.h - a network: a readable stack of layers over one flat parameter and one flat gradient
 * array.
 *
 * A net is written as text, one line a layer, "prefix=kind arguments":
 *
 *     rnn=lstm 248 200 0
 *     drop=dropout 200 0.5
 *     out=dense 200 124
 *
 * The prefix names the tensors in model files ("out.weight"); without one it is the layer's
 * position, as in PyTorch's nn.Sequential ("0.weight").  The lines travel in a model file's
 * metadata, so a model rebuilds itself.
 *
 * Back-propagation is the chain rule from the last layer to the first; each layer adds to its
 * slice of dw and hands dL/dx down (Rumelhart, Hinton & Williams 1986).
 */
#ifndef RILEY_NN_NET_H
#define RILEY_NN_NET_H

#include "src/nn/layer.h"

struct net {
	int            L;           /* layers */
	struct layer **layer;       /* (L) */
	int            D, M;        /* features in, features out */
	size_t         n;           /* reals in w and dw; each layer's slice starts aligned, the
	                             * few reals between slices stay zero */
	size_t         n_state;     /* reals of state per sequence: the sum over layers */
	real          *w, *dw;      /* (n) */
	real         **y;           /* (L): output of each layer, (rows, M_l); after net_alloc() */
	/* private */
	size_t        *at;          /* (L + 1): where each layer's slice of w starts */
	const layer_list *lists;
	char          *lines;
	real          *w_memory, *dw_memory, *arena, *dx[2];
	int            training;
	int            T_max, N_max;
	size_t         rows_max;
};

enum { NET_LAYERS_MAX = 1000, NET_NAME_MAX = 96 };

/* Build a net from its lines; kinds are looked up in `lists`, a NULL-terminated array of lists,
 * which must outlive the net.  Parameters are zero until net_init() or a model file fills them.
 * Empty lines are skipped.  The lines must fit each other (M of one is D of the next), a prefix is
 * up to 31 letters, digits, '_', '-' and '.', and no two tensors may have the same name.  NULL,
 * with ry_message() naming the line, if not.  The caller owns the net.
 *
 * Lines may come from anywhere: they are checked strictly, but a line may ask for as much memory as
 * there is.  For a model file use net_open(). */
struct net *net_make(const char *lines, const layer_list *lists);

/* A second view of the same network for another thread: it shares w, and has its own dw and
 * workspace.  `of` must outlive it. */
struct net *net_share(const struct net *of);

/* Get workspace for any batch with at most T steps, N sequences and `rows` rows, before the
 * first net_forward(); nothing is allocated after this.  May be called again to resize.  With
 * training 0 the net can only go forward and needs less memory: layers share their workspace and
 * take turns with two outputs, so that only the last two net->y are there after a forward. */
enum ry_status net_alloc(struct net *net, int T, int N, size_t rows, int training);

/* Release the net; NULL is fine. */
void net_free(struct net *net);

/* Draw all parameters, each layer by its own rule (PyTorch's defaults). */
void net_init(struct net *net, gsl_rng *rng);

/* The text of the net, one line a layer, as net_make() takes it.  Borrowed from the net. */
const char *net_lines(const struct net *net);

/* The k-th tensor of the net with its whole name ("rnn.weight_hh_l0") in `name` and p->at counted
 * from net->w; 0 past the last one. */
int net_param(const struct net *net, int k, char name[NET_NAME_MAX], struct param *p);

/* Number of real parameters (alignment not counted), what one would print. */
size_t net_n_params(const struct net *net);

/* The layer with this prefix, or NULL.  Borrowed.  (When several have it, the first.) */
struct layer *net_find(const struct net *net, const char *prefix);

/* Go forward through the first `layers` layers (net->L for all) and return the last one's
 * output, (rows, M), borrowed until the next forward. */
real *net_forward(struct net *net, const struct batch *b, struct input in, int layers);

/* The net's output for any number of rows, in evaluation and as a feed-forward batch each: x
 * (rows, D) to y (rows, M), in pieces of what net_alloc() made room for. */
void net_predict(struct net *net, const real *x, size_t rows, real *y);

/* Back through the first `layers` layers from dy (rows, M of the last of them), which is used
 * as scratch.  Adds to net->dw.  dx (rows, D) gets dL/dinput unless it is NULL, as it must be with
 * in.hot.  b and in are those
 * of the last net_forward(), which went through at least as many layers. */
void net_backward(struct net *net, const struct batch *b, struct input in, real *dy, real *dx,
                  int layers);

/* Gradient check, for layers and losses of one's own as well.  `loss` computes the loss from
 * net->w alone and, when `with_gradient` is nonzero, has set net->dw to its gradient.  Compares
 * up to `samples` parameters (all, when there are fewer), drawn with rng, against central
 * differences (f(w+h) - f(w-h)) / 2h with h = cbrt(epsilon) * max(1, |w|).  Returns the largest
 * |numeric - analytic| / max(1, |numeric|, |analytic|) and, unless NULL, its index in *worst. */
double net_gradient_check(struct net *net,
                          double (*loss)(struct net *net, void *arg, int with_gradient), void *arg,
                          int samples, gsl_rng *rng, size_t *worst);

/* ---- model files (safetensors.h) ---- */

struct st_writer;
struct st_file;

/* Add every tensor of the net, in PyTorch's layout and 32- or 64-bit type by `real`, and the lines
 * as the metadata string "layers". */
enum ry_status net_write(const struct net *net, struct st_writer *to);

/* Fill net->w from a model file of either type.  Fails, net untouched, with RY_ESHAPE or RY_EDATA
 * when a tensor is missing or has another shape; tensors the net does not know are ignored. */
enum ry_status net_read(struct net *net, const struct st_file *from);

/* A new net from a model file: built from its "layers" and filled.  Nothing is allocated for
 * parameters before every tensor has been found in the file in its shape, so that a hostile file
 * can't ask for more memory than a few times its size.  NULL, with ry_message() set, on failure;
 * *status (unless NULL) tells why: RY_EDATA, RY_ESHAPE or RY_ENOMEM.  The caller owns the net. */
struct net *net_open(const struct st_file *from, const layer_list *lists, enum ry_status *status);

#endif
