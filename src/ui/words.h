/* words.h - numbers formatted for people. */
#ifndef RILEY_UI_WORDS_H
#define RILEY_UI_WORDS_H

#include <stddef.h>

/* "950", "12.3k", "4.56M", "-1.20k", "1.2e+18": three significant digits.  "-" for NaN. */
const char *words_count(char *into, size_t size, double v);

/* "0:07", "12:40", "1:02:03"; seconds are rounded.  "-" for NaN. */
const char *words_duration(char *into, size_t size, double seconds);

/* "12 s", "5 min", "3 h", "12 d", "2 y": how long ago, in the largest unit of which there is one,
 * rounded down.  "0 s" for a time that is still to come, "-" for NaN. */
const char *words_age(char *into, size_t size, double seconds);

/* "0.4321", "12.3k", "1.2e-05"; integers from 10 on in full, other numbers from 100 on with one
 * decimal.  "-" for NaN. */
const char *words_value(char *into, size_t size, double v);

/* A tick label on an axis whose ticks are `step` apart: no more digits than the step has, and
 * thousands and millions as "20k", "1.5M", very large and small numbers with an exponent.
 * `largest` is the largest |value| of the axis, so that all its ticks use the same unit. */
const char *words_tick(char *into, size_t size, double v, double step, double largest);

/* The smallest 1, 2 or 5 times a power of ten for which at most `most` ticks fit between low and
 * high (low < high). */
double words_tick_step(double low, double high, int most);

/* A bar of `width` columns, filled to the share `done` (0..1) with a resolution of `parts` per
 * column: 8 or 2, or 1 for ASCII.  `into` needs 3 bytes per column plus one. */
void words_bar(char *into, size_t size, double done, int width, int parts);

#endif
