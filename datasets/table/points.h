/* points.h - points in the plane with two classes: the tasks that small networks are shown on.
 *
 * Every task gives the features "x" and "y" and the classes "0" and "1".  In the circle, the spiral
 * and the moons they alternate; the gates take the four corners in turn.  `noise` is the deviation
 * of what is added to both coordinates; the class is that of the point before.
 */
#ifndef RILEY_DATASETS_TABLE_POINTS_H
#define RILEY_DATASETS_TABLE_POINTS_H

#include <gsl/gsl_rng.h>
#include "datasets/table/table.h"

enum points_task {
	POINTS_AND,      /* corners (0,0) (0,1) (1,0) (1,1); class 1 at (1,1) alone */
	POINTS_OR,       /* class 0 at (0,0) alone */
	POINTS_XOR,      /* class 1 at (0,1) and (1,0) */
	POINTS_CIRCLE,   /* class 0 on a circle of radius 1, class 1 on one of radius 1/2 */
	POINTS_SPIRAL,   /* r = u, phi = 3.5 pi u with u uniform on 0.05..1; class 1 turned by pi */
	POINTS_MOONS     /* class 0: (cos a, sin a); class 1: (1 - cos a, 1/2 - sin a); a on
	                  * 0..pi */
};

/* Names in the order of the enum, NULL at the end. */
extern const char *const points_names[];

/* n points; NULL, with the sentence in ry_message(), when n < 1, when the noise is negative or not
 * finite, and when memory ran out.  The caller owns the result. */
struct table *points_make(enum points_task task, int n, double noise, gsl_rng *rng);

#endif
