/* watch_trace.h - a number that a run logged, over x, as a screen needs it: smoothed, cut to what
 * is seen, and no finer than its columns.
 *
 * Long logs come in buckets: y is the mean of one, low and high its extremes.  The raw curve is
 * drawn from lowest to highest in every column, so that no spike is lost; the smooth one through
 * the means of columns.
 *
 * Smoothing is exponential, with the weight of the past `keep` of 0 to below 1,
 *
 *     s_i = keep s_(i-1) + (1 - keep) y_i,     shown: s_i / (1 - keep^i)
 *
 * so that the first points are not drawn towards zero.  What is not known (NaN) leaves s as it is.
 *
 * Where most points are known, one that is not leaves a gap in the line; a number that was logged
 * at every fifth point is a line, with a gap where more than twice as many are missing.
 */
#ifndef RILEY_APP_WATCH_WATCH_TRACE_H
#define RILEY_APP_WATCH_WATCH_TRACE_H

#include <stddef.h>

/* What was logged; all is borrowed.  Zeroed: nothing was. */
struct watch_points {
	size_t        n;
	const double *x, *y;             /* (n), x not falling; NaN: not known */
	const double *low, *high;        /* (n), of buckets; or NULL, both: y itself */
	double        last;              /* the last y known, which no bucket holds as it is */
	long          version;           /* differs when the numbers do */
};

/* What is seen of it. */
struct watch_look {
	double from, to;                 /* of x; equal or reversed: all */
	int    columns;                  /* of dots */
	double keep;                     /* smoothing, 0: none */
	int    positive;                 /* logarithmic axis: values of 0 and below are not shown */
};

/* Points to be joined by lines, with a y of NaN between those that are not.  One beyond each end of
 * what is seen is among them. */
struct watch_path {
	size_t  n, room;
	double *x, *y;
};

/* What was made of some points for a look, kept until either differs.  Zeroed: nothing yet. */
struct watch_trace {
	struct watch_path line, raw;     /* raw is empty without smoothing: the line is it */
	double            low, high;     /* of all that is seen; low above high: nothing is */
	size_t            hidden;        /* points that a logarithmic axis does not show */

	const double     *x, *y;         /* what it was made from */
	long              version;
	struct watch_look look;
	long              made;          /* how often */
};

/* Make the trace of `p` seen as `l`, unless it is that already.  Without memory it is empty. */
void watch_trace_make(struct watch_trace *t, const struct watch_points *p,
                      const struct watch_look *l);

/* Release what a trace holds; it is zeroed. */
void watch_trace_clear(struct watch_trace *t);

/* The index of the point nearest to x; n when there is none with a known x. */
size_t watch_nearest(const struct watch_points *p, double x);

/* y there, or the last one known for an infinite x; NAN when there is none. */
double watch_value(const struct watch_points *p, double x);

/* The next point to the right (step 1) or the left (-1) of x that is at least `least` away, or else
 * the outermost; x itself beyond all of them. */
double watch_step(const struct watch_points *p, double x, int step, double least);

#endif
