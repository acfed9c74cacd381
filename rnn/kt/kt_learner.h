/* kt_learner.h - knowledge tracing as a learner of the training loop (src/train/loop.h): updates,
 * and what is measured and recorded after each epoch.
 *
 *     b = kt_batcher_alloc(train.s, train.student, train.n, window, batch, KT_SHUFFLED);
 *     l = kt_learner_alloc(model, workers, b, &train, &valid, &options);
 *     learner = kt_learner_ops(l);
 *     status = train_run(&learner, ...);
 *
 * A point has "train_loss" and "train_auc"; with validation students "valid_loss", "valid_auc" and
 * "valid_accuracy"; and, for a closer look, what inspector_values() gives, "gradient_first" and
 * "gradient_last" (kt_inspector.h).  The best model is that of the highest valid_auc.
 */
#ifndef RILEY_RNN_KT_KT_LEARNER_H
#define RILEY_RNN_KT_KT_LEARNER_H

#include "rnn/kt/kt_subset.h"
#include "rnn/kt/kt_trainer.h"
#include "src/train/loop.h"

struct kt_learner;

/* A learner that trains `m` on the students of `batcher`, which are those of `train`, and measures
 * on `valid` (which may be empty) and on as many of the training students, drawn once, so that both
 * curves are equally exact.  The batcher is taken over as by kt_trainer_alloc(); all else is
 * borrowed; both subsets are of one data set.  The caller owns the learner.  NULL on failure. */
struct kt_learner *kt_learner_alloc(struct kt_model *m, struct workers *w,
                                    struct kt_batcher *batcher, const struct kt_subset *train,
                                    const struct kt_subset *valid,
                                    const struct kt_train_options *o);
void kt_learner_free(struct kt_learner *l);

/* Its operations, for train_run(). */
struct learner kt_learner_ops(struct kt_learner *l);

#endif
