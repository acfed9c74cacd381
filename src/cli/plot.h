/* plot.h - learning curves of runs: the reading of run directories, and the choice of what to show.
 *
 * Two measures are shown: the loss, and the first of AUC, accuracy, R2 and returns that was logged;
 * without any of them whatever else was, up to four.  The best point is the last that the run
 * marked as such.
 *
 * Runs of a game that differ in nothing but their seeds are drawn as one curve: their mean, as far as all of
 * them have come, in a band of its 95 % interval (Student's t over runs).
 */
#ifndef RILEY_CLI_PLOT_H
#define RILEY_CLI_PLOT_H

#include <stdio.h>
#include "src/status.h"
#include "src/ui/curves.h"

/* What the x axis counts.  A run without epochs (or frames, episodes) has updates instead. */
enum plot_x { PLOT_EPOCH, PLOT_STEP, PLOT_TIME };

/* So many runs at once; after seeds were put together at most CURVES_MAX_RUNS curves. */
#define PLOT_MAX_RUNS 256

/* Draw the curves of `n` runs over each other, as curves_draw() does.  *skipped (unless NULL) tells
 * how many lines of their metrics.jsonl could not be read.  RY_EDATA when one of them is no run or
 * has no points yet; RY_EMISSING without gnuplot. */
enum ry_status plot_runs(int n, char *const *run, enum plot_x x, enum curve_format format, int width, int height,
                         int ascii, char **picture, size_t *size, size_t *skipped);

/* What a training command does at its end: write RUN/plots/curves.png and curves.svg, and draw the
 * curves as text, as wide as its terminal, to `text` unless that is NULL.  On failure the numbers
 * are as safe as before; RY_EMISSING (gnuplot is not installed) is no reason to fail. */
enum ry_status plot_finished_run(const char *run, FILE *text, int ascii);

/* Write a picture to a file, which is replaced as a whole; its folder is made if it is missing (not
 * the folder's parents).  RY_EIO. */
enum ry_status plot_write(const char *file, const char *picture, size_t size);

/* Width and height for text of `n` runs on the terminal behind `to`, or for a page of 80 by 24. */
void plot_text_size(FILE *to, int n, int *width, int *height);

#endif
