/* kt_learner.h - knowledge tracing as a learner of loop.h: steps, and what is measured each
 * epoch. */
#ifndef RILEY_RNN_COMMANDS_KT_LEARNER_H
#define RILEY_RNN_COMMANDS_KT_LEARNER_H

#include "rnn/commands/kt_report.h"
#include "src/train/loop.h"

struct kt_learner;

/* A learner that trains `m` on `train` and measures on `valid` (which may be empty) and on as many
 * of the training students, drawn once, so that both curves are equally exact.  All borrowed; both
 * parts are of one data set.  NULL on failure. */
struct kt_learner *kt_learner_alloc(struct kt_model *m, struct workers *w,
                                    const struct kt_part *train, const struct kt_part *valid,
                                    const struct kt_train_options *o);
void kt_learner_free(struct kt_learner *l);

/* Its operations, for train_run(). */
struct learner kt_learner_ops(struct kt_learner *l);

#endif
