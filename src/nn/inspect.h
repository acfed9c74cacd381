/* inspect.h - what goes on inside a network, layer by layer: weights, activations, units that are
 * dead or saturated, and how far an update moved what.
 *
 * An inspector looks on at a point, not in a step: it is shown the last update before the point,
 * from both sides, and one forward pass over some rows that stay the same for the whole run.
 *
 *     inspector_before_update(i, dw);      the gradient is there, the step not yet taken
 *     optimizer_apply(...);
 *     inspector_after_update(i);
 *     net_forward(view, &batch, in, view->L);
 *     inspector_look(i, view, &batch, view->L);
 *     m.n += inspector_values(i, m.value + m.n);
 *     record = inspector_record(i);        what takes longer: how all the numbers are spread
 */
#ifndef RILEY_NN_INSPECT_H
#define RILEY_NN_INSPECT_H

#include <jansson.h>
#include "src/base/event.h"
#include "src/base/safetensors.h"
#include "src/nn/net.h"

enum { SPREAD_BINS = 32, INSPECT_LAYERS_MAX = 200, INSPECT_VALUES = 3 };

/* How numbers are spread.  What is not finite is left out; n = 0 when nothing is left. */
struct spread {
	size_t n;
	double sum, square;          /* of the numbers, of their squares */
	double low, high;
	size_t count[SPREAD_BINS];   /* in equal bins from low to high; all in the first where
	                              * these are one */
};

/* Take in numbers, array after array; then count the same ones. */
void spread_add(struct spread *s, const real *x, size_t n);
void spread_count(struct spread *s, const real *x, size_t n);

/* {"mean", "sd", "norm", "low", "high", "counts"}: a new reference; NULL without memory. */
json_t *spread_json(const struct spread *s);

/* What is known of a layer; NaN is what is not. */
struct layer_look {
	double gradient_norm;        /* in the update looked at, before clipping */
	double update_ratio;         /* norm of that update's step / norm of the parameters after
	                              * it */
	double dead;                 /* share of its outputs that were 0 in every row */
	double saturated;            /* share of its gates and squashed outputs
	                              * (layer_ops.saturation) that were farther from the middle
	                              * of their range than 0.99 of the way to its ends */
};

struct inspector;

/* An inspector of `net`, which is borrowed; all it needs is allocated here.  The caller owns it.
 * NULL without memory. */
struct inspector *inspector_alloc(const struct net *net);
void inspector_free(struct inspector *i);

/* Look at dw (net->n), the gradient of the update to come; and, when that has changed net->w, at
 * the step. */
void inspector_before_update(struct inspector *i, const real *dw);
void inspector_after_update(struct inspector *i);

/* What is known of the update looked at, as a tensor of a checkpoint, and back: where there is
 * none, it is not known. RY_ESHAPE when it is of another net. */
enum ry_status inspector_write(const struct inspector *i, struct st_writer *to);
enum ry_status inspector_read(struct inspector *i, const struct st_file *from);

/* Look at the units of the first `layers` layers of `view` (0: none) after a forward pass of batch
 * `b` through them.  `view` is the net or shares with it, and has workspace for training: otherwise
 * its outputs would not be there any more. */
void inspector_look(struct inspector *i, const struct net *view, const struct batch *b, int layers);

/* The look at layer l; borrowed. */
const struct layer_look *inspector_layer(const struct inspector *i, int l);

/* The whole net in INSPECT_VALUES numbers, for a point; returns how many:
 *
 *     update_ratio   norm of the last step / norm of all parameters
 *     dead           share of hidden units that were 0 in every row looked at; units are what a layer with a matrix
 *                    of weights is handed by the layers before it
 *     saturated      share of gates and squashed activations of all layers but the last that were beyond 0.99 of
 *                    their range
 */
int inspector_values(const struct inspector *i, struct event_value value[INSPECT_VALUES]);

/* {"layers": [{"name", "type", "weights", "activations", "gradient_norm", "update_ratio", "dead",
 * "saturated"}]}: weights and activations as spread_json() has them, left out where there are none.
 * These are the parameters as they are, and the outputs of the view looked at: nothing else must
 * have gone through it since.  The name is the layer's prefix; where layers share one, the second
 * is called "rnn#2".  INSPECT_LAYERS_MAX layers at most.  A new reference; NULL without memory. */
json_t *inspector_record(const struct inspector *i);

#endif
