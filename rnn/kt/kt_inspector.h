/* kt_inspector.h - looking into a knowledge tracer at a point: layers and gradients on some
 * students, and what it knows of one of them.  Both stay the same for a whole run; see rundir.h for
 * what is logged.
 */
#ifndef RILEY_RNN_KT_KT_INSPECTOR_H
#define RILEY_RNN_KT_KT_INSPECTOR_H

#include <jansson.h>
#include "rnn/kt/kt_batcher.h"
#include "rnn/kt/kt_model.h"
#include "rnn/kt/kt_subset.h"
#include "src/nn/inspect.h"

/* Students to look at layers with: the first window of each. */
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

/* Send the probe through replica 0 of `b`, which must be one for training, show it to `i`, and
 * measure its gradient flow (NaN for a probe of nobody).  Between updates; parameters and gradients
 * stay as they are. */
void kt_probe_look(const struct kt_probe *p, struct kt_batch *b, struct inspector *i,
                   struct kt_gradient_flow *flow);

enum { TRACING_STEPS = 100, TRACING_ROWS = 40 };

/* The student of `part` (which is not empty) whose first TRACING_STEPS answers are most; of several
 * the one who has fewest beyond them, then the first. */
int kt_tracing_student(const struct kt_subset *part);

/* The "tracing" record of a student of `s`.  RY_ENOMEM: NULL. */
json_t *kt_tracing_record(struct kt_batch *b, const struct sequences *s, int student);

#endif
