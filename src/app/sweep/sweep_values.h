/* sweep_values.h - the values that an option of a sweep takes: a list, a range with a number of
 * values, or a range to draw from.  See sweep.h for how they are written.
 */
#ifndef RILEY_APP_SWEEP_SWEEP_VALUES_H
#define RILEY_APP_SWEEP_SWEEP_VALUES_H

#include <gsl/gsl_rng.h>
#include "src/app/sweep/sweep.h"

/* Whether the option takes `text` as its value; RY_EDATA when not. */
enum ry_status sweep_value_check(const struct option_row *row, const char *text,
                                 const char *source);

/* Read `text` for o->row, checking every value against the row; `source` ("file:3: lr") begins the
 * sentence of a failure, which is RY_EDATA.  Ranges without a number of values are for random
 * searches, and for whole numbers. */
enum ry_status sweep_values_read(struct sweep_option *o, const char *text, const char *source,
                                 int random);
void sweep_values_clear(struct sweep_option *o);

/* A random value: one of the list, or one between the ends, uniform or log-uniform, by one random
 * number of `rng`.  The caller frees it. */
char *sweep_values_draw(const struct sweep_option *o, gsl_rng *rng);

/* What lies the share t of the way from low to high, on the option's scale. */
double sweep_values_between(const struct sweep_option *o, double t);

/* Whether all its values are numbers. */
int sweep_values_are_numbers(const struct sweep_option *o);

#endif
