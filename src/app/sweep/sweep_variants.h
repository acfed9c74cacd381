/* sweep_variants.h - variants: options that change together, under a name.
 *
 *     [variants]
 *     base    =
 *     no-norm = --norm no              ; options as typed: they override what is fixed
 *     large   = --hidden 512 --lr 1e-4
 *
 * They are the values of an option called `variant`, which is the first that varies: options of
 * [vary] are combined with each of them.  The first is the base, to which others are compared.
 */
#ifndef RILEY_APP_SWEEP_SWEEP_VARIANTS_H
#define RILEY_APP_SWEEP_SWEEP_VARIANTS_H

#include "src/app/sweep/sweep.h"
#include "src/cli/config_file.h"

/* Read the section, if there is one, into s->variant and the next of s->option.  RY_EDATA if a name
 * is no part of a path or a value cannot be split into words. */
enum ry_status sweep_variants_read(struct sweep *s, const struct config *file);
void sweep_variants_clear(struct sweep *s);

/* Which variant a trial is of; NULL in a sweep without them. */
const struct sweep_variant *sweep_variant_of(const struct sweep *s, int trial);

/* Number of the trial that differs from this one in its variant alone, which is the base; -1 where
 * there is none. */
int sweep_base_of(const struct sweep *s, int trial);

#endif
