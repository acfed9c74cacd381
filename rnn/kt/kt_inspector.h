/* kt_inspector.h - inspection of a knowledge tracer at a point: layers and gradients on a probe
 * batch of students, and the traced knowledge of one student.  Both are the same throughout a run;
 * see rundir.h for what is logged.
 */
#ifndef RILEY_RNN_KT_KT_INSPECTOR_H
#define RILEY_RNN_KT_KT_INSPECTOR_H

#include <jansson.h>
#include "rnn/kt/kt_batcher.h"
#include "rnn/kt/kt_model.h"
#include "rnn/kt/kt_subset.h"
#include "src/nn/inspect.h"

/* The probe batch: the first window of some students. */
struct kt_probe {
	const struct sequences *s;       /* borrowed */
	struct kt_piece        *piece;   /* (n), longest first */
	int                     n;
	real                   *first;   /* (n, H): room for a gradient */
};

/* The `most` longest sequences of `part`, as far as replica 0 of `b` has room for them and they
 * have two answers.  RY_ENOMEM on failure. */
enum ry_status kt_probe_alloc(struct kt_probe *p, const struct kt_subset *part, int most,
                              const struct kt_batch *b);
void kt_probe_free(struct kt_probe *p);

/* Gradient flow through time: norms of the gradient of the loss at a window's last step, with
 * respect to the output of the top recurrent layer at its first step and at its last.  Root mean
 * squares over the windows. */
struct kt_gradient_flow {
	double first, last;
};

/* Pass the probe batch through replica 0 of `b`, which must be one for training, show it to `i`,
 * and measure the gradient flow (NaN for an empty probe).  Call between updates; parameters and
 * gradients are unchanged. */
void kt_probe_look(const struct kt_probe *p, struct kt_batch *b, struct inspector *i,
                   struct kt_gradient_flow *flow);

enum { TRACING_STEPS = 100, TRACING_ROWS = 40 };

/* The student of `part` (which is not empty) with the most answers among the first TRACING_STEPS;
 * of several the one with the fewest answers in total, then the first. */
int kt_tracing_student(const struct kt_subset *part);

/* The "tracing" record of a student of `s`.  RY_ENOMEM: NULL. */
json_t *kt_tracing_record(struct kt_batch *b, const struct sequences *s, int student);

#endif
