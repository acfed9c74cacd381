/* init.h - initialisation of a network's weights.
 *
 * fan_in is the number of inputs of a unit (columns of a weight matrix); fan_out is the number of
 * units that read an input (rows of the matrix; for a convolution, times the cells of its kernel).
 * The gain is 1 unless the activation asks for more (sqrt(2) for relu, 5/3 for tanh, as in
 * PyTorch's calculate_gain).
 *
 *     default           each layer's own rule, PyTorch's: mostly uniform within +-1/sqrt(fan_in)
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
 * The factor 2 for relu is already part of He's formulas: use gain 1 with relu.
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

/* Names as above, which are also those of the command line. init_find() returns -1 for an unknown
 * name. */
const char *init_name(enum init_rule rule);
int         init_find(const char *name);

/* ---- one array of n numbers ----
 *
 * Every element is `value`; uniform in [low, high); normal with mean 0 and standard deviation
 * `sd`. */

void init_constant(real *w, size_t n, double value);
void init_uniform(real *w, size_t n, double low, double high, gsl_rng *rng);
void init_normal(real *w, size_t n, double sd, gsl_rng *rng);

/* w (rows, cols) = gain * Q, where Q has orthonormal columns if rows >= cols and orthonormal rows
 * otherwise: the Q of a QR decomposition of a matrix of normal random numbers.  Signs are chosen so
 * that the diagonal of R is positive; without this Q would not be uniformly distributed (Mezzadri
 * 2007).  RY_ENOMEM if the decomposition cannot be allocated. */
enum ry_status init_orthogonal(real *w, int rows, int cols, double gain, gsl_rng *rng);

/* ---- a whole network ---- */

/* Initialise all parameters by `rule`.  Weight matrices follow the rule, vectors named "bias..."
 * become zero, and other vectors (the slopes of prelu) start as in net_init().  INIT_DEFAULT is
 * net_init() itself.  `value` is the rule's value or gain.  RY_EINVAL if `value` is not finite, and
 * for INIT_LSUV, which needs data: see net_init_lsuv(). */
enum ry_status net_init_with(struct net *net, enum init_rule rule, double value, gsl_rng *rng);

/* LSUV on a batch: orthogonal weights and zero biases; then, from the first layer to the last, the
 * weight matrices of each stateless layer are divided by the standard deviation of the layer's
 * output (over rows and features together) until the variance is within 0.1 of 1, in at most ten
 * iterations.  Recurrent layers keep orthogonal weights: their outputs are bounded and cannot reach
 * variance 1.  Call net_alloc() for the batch first; the batch should be in evaluation mode (rng
 * NULL).  RY_ENUMERIC if an output is constant or not finite. */
enum ry_status net_init_lsuv(struct net *net, const struct batch *b, struct input in, gsl_rng *rng);

#endif
