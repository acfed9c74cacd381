/* learner_file.h - what the checkpoints of all Q-learners have in common: which network they belong
 * to and which rule taught it, the number of updates, the order of the data, and the trainer's
 * part. */
#ifndef RILEY_RL_AGENT_LEARNER_FILE_H
#define RILEY_RL_AGENT_LEARNER_FILE_H

#include "src/train/trainer.h"

/* Add it to the file `to` or, where that is NULL, fill it from the file `from`.  RY_ESHAPE if that
 * belongs to another network or rule; otherwise as checkpoint_walk() and trainer_read(). */
enum ry_status learner_file_walk(struct trainer *t, gsl_rng *order, struct st_writer *to,
                                 const struct st_file *from);

#endif
