/* net_learner.h - a feed-forward network as a learner of the training loop (loop.h): updates, and
 * what is measured and recorded after each epoch.
 *
 *     l = net_learner_alloc(net, workers, &train, &valid, &outputs, &options);
 *     learner = net_learner_ops(l);
 *     status = train_run(&learner, ...);
 *
 * A point has "train_loss" and "train_accuracy" (of a number: "train_r2"); with validation rows
 * "valid_loss" and "valid_accuracy" ("valid_r2"); and, for a closer look, what inspector_values()
 * gives.  Its records are "layers" and, of two classes, "scores": those of the validation rows, or
 * of the training rows where there are none.  The best model is that of the lowest valid_loss;
 * without validation rows it is the latest.
 */
#ifndef RILEY_TRAIN_NET_LEARNER_H
#define RILEY_TRAIN_NET_LEARNER_H

#include "src/train/loop.h"
#include "src/train/net_outputs.h"
#include "src/train/net_trainer.h"

/* Rows, and what their scores are compared with; the arrays are borrowed. */
struct net_part {
	struct net_rows rows;        /* with the targets of the loss */
	const int      *label;       /* (rows): the class of each, from 0; NULL for a number */
	const double   *number;      /* (rows): the number in its own unit; NULL for classes */
};

struct net_learner;

/* A learner that trains `net` on the rows of `train` and measures on these and on `valid` (which
 * may be empty: 0 rows).  It gives the network the workspace for that, by net_alloc(); network,
 * workers and arrays are borrowed, the structs are copied.  The caller owns the learner.  NULL with
 * ry_message() set for invalid options or without memory. */
struct net_learner *net_learner_alloc(struct net *net, struct workers *w,
                                      const struct net_part *train, const struct net_part *valid,
                                      const struct net_outputs *outputs,
                                      const struct net_train_options *o);
void net_learner_free(struct net_learner *l);

/* Model files are what write(model, to) adds to them, instead of net_write() of the network: for
 * programs whose files hold more than that.  `model` is borrowed. */
void net_learner_writer(struct net_learner *l,
                        enum ry_status (*write)(const void *model, struct st_writer *to),
                        const void *model);

/* Its operations, for train_run(). */
struct learner net_learner_ops(struct net_learner *l);

#endif
