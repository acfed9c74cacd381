/* sweep_report.h - what a sweep has found: for people, for programs, and as a picture. */
#ifndef RILEY_APP_SWEEP_SWEEP_REPORT_H
#define RILEY_APP_SWEEP_SWEEP_REPORT_H

#include "src/app/sweep/sweep_results.h"
#include "src/ui/curves.h"

/* The ranked table, at most `most` trials of it (0: all), then the best that was reached with each
 * value of each option, and the command that repeats the best trial, beginning with `program`.
 * `width`: columns of the page; `note`: a paragraph below the table, or NULL. */
struct sweep_page {
	const char *program, *note;
	int         width, most, ascii;
};
void sweep_report_text(FILE *to, const struct sweep_results *r, const struct sweep_page *page);

/* The same for programs: an object; and a line for each run, with all its numbers.  NULL without
 * memory. */
json_t *sweep_report_json(const struct sweep_results *r, const char *program);
void sweep_report_csv(FILE *to, const struct sweep_results *r);

/* A panel for each option: a point for each trial, with its interval where there are several seeds,
 * and a line through the best with each value.  Trials that share a value stand beside each other.
 * In a sweep of nothing but variants the line is where the base lies.  An interval that is cut at
 * what the measure can be ends in a triangle.  Options that span decades
 * are on a log axis, words side by side.  As curves_draw(); `format` is not CURVES_TEXT.  RY_EDATA
 * when there is nothing to draw. */
enum ry_status sweep_report_draw(const struct sweep_results *r, enum curve_format format,
                                 char **picture, size_t *size);

/* The best among trials that share something: options' values, or a range of them. */
struct sweep_best {
	char   label[80];
	double x;                        /* the value, if it is a number; else its place */
	double best;                     /* NaN: none of them has a value */
	int    n;                        /* trials */
};

/* For option k: one for each of its values, in order, or, where these were drawn from a range, for
 * five parts of it.  The caller frees; NULL without memory. */
struct sweep_best *sweep_bests(const struct sweep_results *r, int k, int *n);

/* Whether option k is better looked at on a log scale: it was swept on one, spans two decades, or
 * has a list of values that a log scale sets farther apart (8, 16, 32). */
int sweep_is_logarithmic(const struct sweep_results *r, int k);

#endif
