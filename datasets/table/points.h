/* points.h - two-class points in the plane: toy tasks for small networks.
 *
 * Every task has the features "x" and "y" and the classes "0" and "1", which alternate in the
 * circle, the spiral and the moons; the gates take the four corners in turn.  `noise` is the
 * standard deviation of normal noise added to both coordinates; it does not change the class.
 */
#ifndef RILEY_DATASETS_TABLE_POINTS_H
#define RILEY_DATASETS_TABLE_POINTS_H

#include <gsl/gsl_rng.h>
#include "datasets/table/table.h"

enum points_task {
	POINTS_AND,      /* corners (0,0) (0,1) (1,0) (1,1); class 1 only at (1,1) */
	POINTS_OR,       /* class 0 only at (0,0) */
	POINTS_XOR,      /* class 1 at (0,1) and (1,0) */
	POINTS_CIRCLE,   /* class 0 on a circle of radius 1, class 1 on one of radius 1/2 */
	POINTS_SPIRAL,   /* r = u, phi = 3.5 pi u, u uniform in 0.05..1; class 1 rotated by pi */
	POINTS_MOONS     /* class 0: (cos a, sin a); class 1: (1 - cos a, 1/2 - sin a), 0..pi */
};

/* Names in the order of the enum, NULL at the end. */
extern const char *const points_names[];

/* n points, owned by the caller.  NULL, with ry_message() set, if n < 1, if the noise is negative
 * or not finite, and without memory. */
struct table *points_make(enum points_task task, int n, double noise, gsl_rng *rng);

#endif
