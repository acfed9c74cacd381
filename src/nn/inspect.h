/* inspect.h - statistics of each layer of a network: weights, activations, dead and saturated
 * units, and how far an update moved the parameters.
 *
 * An inspector works once per logged point, not in every step.  It is shown the last update before
 * the point, before and after the step, and one forward pass over a probe batch that is the same
 * throughout the run.
 *
 *     inspector_before_update(i, dw);      the gradient is complete, the step not yet taken
 *     optimizer_apply(...);
 *     inspector_after_update(i);
 *     net_forward(view, &batch, in, view->L);
 *     inspector_look(i, view, &batch, view->L);
 *     m.n += inspector_values(i, m.value + m.n);
 *     record = inspector_record(i);        per layer, with the distributions of its numbers
 */
#ifndef RILEY_NN_INSPECT_H
#define RILEY_NN_INSPECT_H

#include <jansson.h>
#include "src/base/event.h"
#include "src/base/safetensors.h"
#include "src/nn/net.h"

enum { SPREAD_BINS = 32, INSPECT_LAYERS_MAX = 200, INSPECT_VALUES = 3 };

/* The distribution of an array of numbers.  Numbers that are not finite are left out; n is 0 if
 * none are finite. */
struct spread {
	size_t n;
	double sum, square;          /* sum of the numbers, sum of their squares */
	double low, high;
	size_t count[SPREAD_BINS];   /* equal bins from low to high; all in [0] if low == high */
};

/* First pass: add the numbers of one array after the other to the sums and the range.  Second pass,
 * over the same arrays: count them in the bins of that range. */
void spread_add(struct spread *s, const real *x, size_t n);
void spread_count(struct spread *s, const real *x, size_t n);

/* {"mean", "sd", "norm", "low", "high", "counts"} as a new reference; NULL without memory. */
json_t *spread_json(const struct spread *s);

/* Statistics of a layer; NaN where unknown. */
struct layer_look {
	double gradient_norm;        /* of the update, before clipping */
	double update_ratio;         /* norm of the step / norm of the parameters after it */
	double dead;                 /* share of its outputs that were 0 in every row */
	double saturated;            /* share of its gates and saturating outputs
	                              * (layer_ops.saturation) in the outer 1 % of their range */
};

struct inspector;

/* An inspector of `net`, which is borrowed.  Everything it needs is allocated here.  The caller
 * owns it; NULL without memory. inspector_free(NULL) does nothing. */
struct inspector *inspector_alloc(const struct net *net);
void inspector_free(struct inspector *i);

/* Before the step: record the gradient dw (net->n) and the parameters.  After the step has changed
 * net->w: record how far it moved them. */
void inspector_before_update(struct inspector *i, const real *dw);
void inspector_after_update(struct inspector *i);

/* Save the statistics of the last update as a tensor of a checkpoint, and load them; they are
 * unknown if the checkpoint has none.  RY_ESHAPE if the tensor belongs to a network of another
 * shape. */
enum ry_status inspector_write(const struct inspector *i, struct st_writer *to);
enum ry_status inspector_read(struct inspector *i, const struct st_file *from);

/* Record the activations of the first `layers` layers of `view` (0: none) after a forward pass of
 * batch `b` through them.  `view` is the network or a net_share() of it, with workspace for
 * training: otherwise the outputs would already be overwritten. */
void inspector_look(struct inspector *i, const struct net *view, const struct batch *b, int layers);

/* The statistics of layer l; borrowed. */
const struct layer_look *inspector_layer(const struct inspector *i, int l);

/* The whole network in INSPECT_VALUES numbers, for a logged point; returns how many:
 *
 *     update_ratio   norm of the last step / norm of all parameters
 *     dead           share of hidden units that were 0 in every row of the probe batch; hidden
 *                    units are the inputs that a layer with weights gets from the layers before it
 *     saturated      share of the gates and saturating activations of all layers but the last that
 *                    were in the outer 1 % of their range
 */
int inspector_values(const struct inspector *i, struct event_value value[INSPECT_VALUES]);

/* {"layers": [{"name", "type", "weights", "activations", "gradient_norm", "update_ratio", "dead",
 * "saturated"}]}, at most INSPECT_LAYERS_MAX of them.  Weights and activations are in the format of
 * spread_json(), omitted where a layer has none: the current parameters, and the outputs of the
 * view passed to inspector_look(), through which no other batch may have gone since.  The name is
 * the layer's prefix; the second layer with the same prefix is called "rnn#2".  A new reference;
 * NULL without memory. */
json_t *inspector_record(const struct inspector *i);

#endif
