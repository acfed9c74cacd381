/* dueling.h - a Q-network's last layer with two streams (Wang et al. 2016), and the layers of rl.
 *
 * Line: "dueling A", A actions.  The layer before gives 1 + A numbers a row, the value of the state
 * and then an advantage of each action; out come the A values
 *
 *     Q_a = V + A_a - mean of A_1 .. A_A
 *
 * It has no parameters: both streams are rows of the dense layer before it.  Taking the mean away
 * makes V and the advantages unique; V is then the mean of Q.
 */
#ifndef RILEY_RL_AGENT_DUELING_H
#define RILEY_RL_AGENT_DUELING_H

#include "src/nn/layer.h"

/* q (rows, A) from x (rows, 1 + A), and dL/dx (rows, 1 + A) from dq (rows, A). */
void dueling_forward(real *q, const real *x, size_t rows, int A);
void dueling_backward(real *dx, const real *dq, size_t rows, int A);

extern const struct layer_ops dueling_ops;

/* What networks of rl may have besides core_layers[]; NULL-terminated. */
extern const struct layer_ops *const rl_layers[];

#endif
