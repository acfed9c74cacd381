/* net_model.h - a dense network together with what its inputs and outputs mean.
 *
 * Inputs are standardised: mean 0 and deviation 1 over the rows it was trained on, and so is a
 * target that is a number (when the outputs are linear).  A model file holds, beside tensors and
 * layer lines, these metadata strings:
 *
 *     task     "classes", "yes-no" or "number"
 *     loss     "softmax", "bce", "squared" or "huber"
 *     inputs   {"names": [...], "mean": [...], "deviation": [...]}
 *     target   {"name": ..., "classes": [...]}  or  {"name": ..., "mean": m, "deviation": s}
 */
#ifndef RILEY_APP_NET_NET_MODEL_H
#define RILEY_APP_NET_NET_MODEL_H

#include "datasets/table/table.h"
#include "src/base/safetensors.h"
#include "src/nn/loss.h"
#include "src/nn/net.h"
#include "src/train/net_outputs.h"

struct net_model {
	struct net        *net;
	struct net_outputs outputs;      /* of a number: what it was standardised by */
	struct loss        loss;
	int                D, K;         /* features; classes, or 0 for a number */
	char             **feature;      /* (D) */
	double            *mean, *sd;    /* (D) */
	char              *target;
	char             **class_name;   /* (K) */
};

/* A model of these lines for data like `train`, by which it is standardised; parameters are zero.
 * NULL with ry_message() set, *status RY_EDATA for columns that cannot be standardised. */
struct net_model *net_model_make(const char *lines, enum net_task task, struct loss loss,
                                 int standardise_target, const struct table *train,
                                 enum ry_status *status);
void net_model_free(struct net_model *m);

enum ry_status net_model_write(const struct net_model *m, struct st_writer *to);

/* From a model file, which is checked; NULL with *status RY_EDATA, RY_ESHAPE or RY_ENOMEM. */
struct net_model *net_model_read(const struct st_file *from, enum ry_status *status);

/* Rows as inputs of the network.  `rows` owns its arrays until net_rows_free(). */
enum ry_status net_model_rows(const struct net_model *m, const struct table *t,
                              struct net_rows *rows);
void net_rows_free(struct net_rows *rows);

/* The model's predictions for rows, as by net_scores(): probabilities of the classes (rows, K), or
 * numbers in the target's own unit (rows, 1). */
double *net_model_scores(const struct net_model *m, const struct net_rows *rows, double *loss,
                         enum ry_status *status);

#endif
