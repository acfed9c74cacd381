/* init.h - rules for the weights a network starts from.
 *
 * fan_in is the number of inputs of a unit (columns of a weight matrix), fan_out the number of
 * units that read an input (its rows; of a convolution's, times the cells of its kernel); gain is 1
 * unless the activation asks for more (sqrt(2) for relu, 5/3 for tanh, as PyTorch's calculate_gain
 * has them).
 *
 *     default           each layer's own, PyTorch's: mostly uniform within +-1/sqrt(fan_in)
 *     constant          value
 *     uniform           within +-value
 *     normal            N(0, value^2)
 *     glorot-uniform    within +-gain sqrt(6 / (fan_in + fan_out))         Glorot & Bengio 2010
 *     glorot-normal     N(0, gain^2 2 / (fan_in + fan_out))
 *     he-uniform        within +-gain sqrt(6 / fan_in)                     He et al. 2015
 *     he-normal         N(0, gain^2 2 / fan_in)
 *     orthogonal        gain times orthonormal rows or columns             Saxe et al. 2014
 *     lsuv              orthogonal, then each layer's output scaled to     Mishkin & Matas 2016
 *                       variance 1 on a batch
 *
 * He's formulas hold the sqrt(2) of relu already: gain 1 is right for relu.
 */
#ifndef RILEY_NN_INIT_H
#define RILEY_NN_INIT_H

#include <stddef.h>
#include <gsl/gsl_rng.h>
#include "src/base/real.h"
#include "src/base/status.h"
#include "src/nn/layer.h"

struct net;

enum init_rule { INIT_DEFAULT, INIT_CONSTANT, INIT_UNIFORM, INIT_NORMAL, INIT_GLOROT_UNIFORM,
                 INIT_GLOROT_NORMAL, INIT_HE_UNIFORM, INIT_HE_NORMAL, INIT_ORTHOGONAL, INIT_LSUV,
                 INIT_RULES };

/* Names as above, as the command line has them; find returns -1 for one it does not know. */
const char *init_name(enum init_rule rule);
int         init_find(const char *name);

/* ---- one array ---- */

void init_constant(real *w, size_t n, double value);
void init_uniform(real *w, size_t n, double low, double high, gsl_rng *rng);
void init_normal(real *w, size_t n, double sd, gsl_rng *rng);

/* w (rows, cols) = gain * Q, Q with orthonormal columns when rows >= cols and orthonormal rows
 * otherwise: the Q of a QR decomposition of normal draws, its signs such that R's diagonal is
 * positive, without which Q would not be uniformly distributed (Mezzadri 2007).  RY_ENOMEM when
 * there is no room for the decomposition. */
enum ry_status init_orthogonal(real *w, int rows, int cols, double gain, gsl_rng *rng);

/* ---- a whole net ---- */

/* Draw all parameters by `rule`.  Weight matrices follow it; vectors called "bias..." become
 * zero; what is left (prelu's slopes) starts as by net_init().  INIT_DEFAULT is net_init() itself.
 * `value` is the rule's value or gain.  RY_EINVAL for a value that is not finite, and for
 * INIT_LSUV, which needs data: net_init_lsuv(). */
enum ry_status net_init_with(struct net *net, enum init_rule rule, double value, gsl_rng *rng);

/* LSUV on a batch: orthogonal weights, zero biases; then from the first layer to the last, the
 * matrices of each layer without a state are divided by the standard deviation of its output (over
 * rows and features together) until its variance is within 0.1 of 1, at most ten times.  Layers
 * with a state keep orthogonal weights: their outputs are bounded and can't reach 1.  Needs
 * net_alloc() for the batch.  The batch should be in evaluation (rng NULL).  RY_ENUMERIC when an
 * output does not vary or is not finite. */
enum ry_status net_init_lsuv(struct net *net, const struct batch *b, struct input in, gsl_rng *rng);

#endif
