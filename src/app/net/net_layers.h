/* net_layers.h - the shape of a dense network as people write it: "4-8tanh-3softmax".
 *
 * Parts are joined by '-': the inputs, the hidden layers, the outputs.  A part is a size and, but
 * for the inputs, the name of an activation behind it ("leaky" is leaky_relu); a part without one
 * is linear.  Inputs and outputs may be "auto": their sizes follow from the data.  The outputs'
 * activation says what is learnt:
 *
 *     softmax         one of several classes, an output each
 *     sigmoid         one of two classes, one output: the probability of the second
 *     anything else   a number
 *     none            what the target is: softmax for classes, identity for numbers
 */
#ifndef RILEY_APP_NET_NET_LAYERS_H
#define RILEY_APP_NET_NET_LAYERS_H

#include "datasets/table/table.h"
#include "src/base/status.h"

enum { NET_PARTS_MAX = 64 };

struct net_shape {
	int parts;
	int size[NET_PARTS_MAX];          /* 0: auto */
	int activation[NET_PARTS_MAX];    /* enum activation; -1: none was written */
};

/* Parse a shape; RY_EINVAL with a message that quotes the text and the error. */
enum ry_status net_shape_parse(struct net_shape *s, const char *text);

/* The kind of target implied by the shape; TABLE_AUTO if its outputs have no activation. */
enum table_target net_shape_target(const struct net_shape *s);

/* Resolve "auto" sizes from the data, and check that inputs and outputs match the data: RY_ESHAPE
 * names both numbers.  RY_EDATA for a target that is the same in all rows. */
enum ry_status net_shape_fit(struct net_shape *s, const struct table *t);

/* The lines for net_make(): dense layers, activations, and dropout (unless 0) after each hidden
 * layer.  Softmax and sigmoid of the outputs belong to the loss and are omitted.  The caller frees
 * them.  NULL without memory. */
char *net_shape_lines(const struct net_shape *s, double dropout);

#endif
