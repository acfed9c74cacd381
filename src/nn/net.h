/* net.h - a network: a stack of layers over one flat parameter array and one flat gradient array.
 *
 * A network is described by text, one line per layer, "prefix=kind arguments":
 *
 *     rnn=lstm 248 200 0
 *     drop=dropout 200 0.5
 *     out=dense 200 124
 *
 * The prefix names the tensors in model files ("out.weight").  Without one it is the layer's
 * position, as in PyTorch's nn.Sequential ("0.weight").  Model files carry the lines in their
 * metadata, so a model can be rebuilt from its file alone.
 *
 * Back-propagation is the chain rule from the last layer to the first; each layer adds to its slice
 * of dw and passes dL/dx down (Rumelhart, Hinton & Williams 1986).
 */
#ifndef RILEY_NN_NET_H
#define RILEY_NN_NET_H

#include "src/nn/layer.h"

struct net {
	int            L;           /* layers */
	struct layer **layer;       /* (L) */
	int            D, M;        /* features in, features out */
	size_t         n;           /* reals in w and dw, with the zero padding between layers */
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

/* Build a network from its lines.  Kinds are looked up in `lists`, a NULL-terminated array of lists
 * that must outlive the network.  Parameters are zero until net_init() or a model file fills them.
 * Empty lines are skipped.  The output size of each layer must be the input size of the next; a
 * prefix is up to 31 letters, digits, '_', '-' and '.'; and tensor names must be unique.  Otherwise
 * NULL, with ry_message() naming the line.  The caller owns the network.
 *
 * Lines may come from any source: they are checked strictly, but a line may ask for any amount of
 * memory.  For model files use net_open(). */
struct net *net_make(const char *lines, const layer_list *lists);

/* A replica of the network for another thread: it shares w and has its own dw and workspace.  `of`
 * must outlive it.  NULL, with ry_message() set, without memory. */
struct net *net_share(const struct net *of);

/* Allocate workspace for any batch of at most T steps, N sequences and `rows` rows.  Required
 * before the first net_forward(); nothing is allocated after it.  May be called again to resize.
 * With training 0 the network can only go forward and needs less memory: layers share their
 * workspace and alternate between two output buffers, so only the last two net->y are valid after a
 * forward pass.  RY_EINVAL for impossible sizes, RY_ENOMEM. */
enum ry_status net_alloc(struct net *net, int T, int N, size_t rows, int training);

/* Free the network; NULL is allowed. */
void net_free(struct net *net);

/* Initialise all parameters, each layer by its own rule (PyTorch's defaults). */
void net_init(struct net *net, gsl_rng *rng);

/* The network's lines, as net_make() takes them.  Borrowed from the network. */
const char *net_lines(const struct net *net);

/* The k-th tensor of the network, with its full name ("rnn.weight_hh_l0") in `name` and p->at
 * relative to net->w; 0 past the last one. */
int net_param(const struct net *net, int k, char name[NET_NAME_MAX], struct param *p);

/* Number of parameters, without padding and buffers. */
size_t net_n_params(const struct net *net);

/* Nonzero if a layer is batch_wide (layer.h): one replica must train on the whole batch. */
int net_batch_wide(const struct net *net);

/* The first layer with this prefix, or NULL.  Borrowed. */
struct layer *net_find(const struct net *net, const char *prefix);

/* Forward pass through the first `layers` layers (net->L for all).  Returns the output of the last
 * of them, (rows, M), borrowed until the next forward pass. */
real *net_forward(struct net *net, const struct batch *b, struct input in, int layers);

/* Outputs y (rows, M) of a feed-forward network for any number of input rows x (rows, D), in
 * evaluation mode, in batches of the size passed to net_alloc(). */
void net_predict(struct net *net, const real *x, size_t rows, real *y);

/* Backward pass through the first `layers` layers from dy (rows, M of the last of them), which is
 * used as scratch.  Adds to net->dw. dx (rows, D) receives dL/dinput unless it is NULL, as it must
 * be with in.hot or in.bits. b and in are those of the last net_forward(), which must have gone
 * through at least as many layers. */
void net_backward(struct net *net, const struct batch *b, struct input in, real *dy, real *dx,
                  int layers);

/* Gradient check, also for custom layers and losses.  `loss` computes the loss from net->w alone
 * and, if `with_gradient` is nonzero, sets net->dw to its gradient.  Compares up to `samples`
 * parameters (all, if there are fewer), chosen with rng, with central differences (f(w+h) - f(w-h))
 * / 2h, h = cbrt(epsilon) * max(1, |w|).  Returns the largest |numeric - analytic| / max(1,
 * |numeric|, |analytic|) and, unless NULL, its index in *worst; NaN without memory. */
double net_gradient_check(struct net *net,
                          double (*loss)(struct net *net, void *arg, int with_gradient), void *arg,
                          int samples, gsl_rng *rng, size_t *worst);

/* ---- model files (safetensors.h) ---- */

struct st_writer;
struct st_file;

/* Add every tensor of the network, in PyTorch's layout and as 32- or 64-bit floats like `real`, and
 * the lines as the metadata string "layers".  RY_ENUMERIC if a parameter is not finite. */
enum ry_status net_write(const struct net *net, struct st_writer *to);

/* Fill net->w from a model file of either type.  Fails with RY_ESHAPE or RY_EDATA, leaving the
 * network unchanged, if a tensor is missing, has another shape or an impossible number (not finite,
 * a variance or a count below 0); tensors unknown to the network are ignored. */
enum ry_status net_read(struct net *net, const struct st_file *from);

/* A new network from a model file, built from its "layers" metadata and filled.  Parameters are
 * allocated only after every tensor has been found in the file with the right shape, so that a
 * hostile file cannot ask for more than a few times its size in memory.  NULL on failure, with
 * ry_message() set and the reason in *status (unless NULL): RY_EDATA, RY_ESHAPE or RY_ENOMEM.  The
 * caller owns the network. */
struct net *net_open(const struct st_file *from, const layer_list *lists, enum ry_status *status);

#endif
