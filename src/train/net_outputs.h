/* net_outputs.h - what the outputs of a feed-forward network mean, and its predictions as scores.
 *
 *     task          outputs, by row                  scores, by row
 *     NET_CLASSES   M logits, one for each class     M probabilities (softmax)
 *     NET_YES_NO    1 logit, of the second class     2 probabilities
 *     NET_NUMBER    1 number, standardised           1 number, in its own unit
 */
#ifndef RILEY_TRAIN_NET_OUTPUTS_H
#define RILEY_TRAIN_NET_OUTPUTS_H

#include "src/nn/loss.h"
#include "src/nn/net.h"
#include "src/train/net_trainer.h"

enum net_task { NET_CLASSES, NET_YES_NO, NET_NUMBER };

struct net_outputs {
	enum net_task task;
	double        mean, sd;      /* NET_NUMBER: a score is mean + sd * output */
};

/* The number of scores of a row, of a network with M outputs (1 unless NET_CLASSES). */
int net_outputs_width(const struct net_outputs *o, int M);

/* The scores of rows, (rows, net_outputs_width()), in chunks of what net_alloc() has made room for;
 * if the rows have targets, *mean_loss is their mean loss, otherwise NaN.  The caller frees the
 * result.  NULL with *status RY_ENUMERIC if an output is not finite, or RY_ENOMEM. */
double *net_scores(struct net *net, const struct net_outputs *o, const struct loss *loss,
                   const struct net_rows *rows, double *mean_loss, enum ry_status *status);

#endif
