/* words.h - numbers as a person reads them on a screen. */
#ifndef RILEY_UI_WORDS_H
#define RILEY_UI_WORDS_H

#include <stddef.h>

/* "950", "12.3k", "4.56M", "-1.20k": three digits are enough for a moving number.  "-" for NaN. */
const char *words_count(char *into, size_t size, double v);

/* "0:07", "12:40", "1:02:03"; seconds are rounded.  "-" for NaN. */
const char *words_duration(char *into, size_t size, double seconds);

/* "0.4321", "12.3k", "1.2e-05"; whole numbers from 10 on as such, others from 100 on with one
 * digit; "-" for NaN. */
const char *words_value(char *into, size_t size, double v);

/* A value on an axis whose ticks are `step` apart: no more digits than the step has, thousands and
 * millions as "20k", "1.5M".  `largest` is the largest |value| of the axis, so that all its ticks
 * have the same unit. */
const char *words_tick(char *into, size_t size, double v, double step, double largest);

/* 1, 2 or 5 times a power of ten, so that at most `most` ticks fit between low and high (low <
 * high). */
double words_tick_step(double low, double high, int most);

/* A bar that is `done` (0..1) full in `width` columns, to a `parts`-th of a column: 8 or 2; 1 is
 * ASCII.  `into` needs 3 bytes a column and one more. */
void words_bar(char *into, size_t size, double done, int width, int parts);

#endif
