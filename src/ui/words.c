/* words.c - see words.h. */
#include "src/ui/words.h"

#include <math.h>
#include <stdio.h>

const char *words_count(char *into, size_t size, double v)
{
	static const char *const unit[] = { "", "k", "M", "G", "T" };
	double a = fabs(v);
	int k = 0;

	if (isnan(v)) {
		snprintf(into, size, "-");
		return into;
	}
	while (a >= 999.5 && k < 4) {
		a /= 1000;
		k++;
	}
	if (a >= 999.5) {
		snprintf(into, size, "%.3g", v);
		return into;
	}
	snprintf(into, size, "%s%.*f%s", v < 0 && a > 0 ? "-" : "",
	         k == 0      ? 0
	         : a < 9.995 ? 2
	         : a < 99.95 ? 1
	                     : 0,
	         a, unit[k]);
	return into;
}

const char *words_duration(char *into, size_t size, double seconds)
{
	long s = seconds < 3.6e8 ? lround(fmax(seconds, 0)) : 360000000L;

	if (isnan(seconds))
		snprintf(into, size, "-");
	else if (s < 3600)
		snprintf(into, size, "%ld:%02ld", s / 60, s % 60);
	else
		snprintf(into, size, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
	return into;
}

const char *words_age(char *into, size_t size, double seconds)
{
	static const struct { double seconds; const char *unit; } units[] = {
		{ 365.25 * 86400, "y" }, { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" },
	};
	size_t k = 0;

	while (k < sizeof units / sizeof *units - 1 && !(seconds >= units[k].seconds))
		k++;
	if (isnan(seconds))
		snprintf(into, size, "-");
	else
		snprintf(into, size, "%.0f %s", floor(fmax(seconds, 0) / units[k].seconds),
		         units[k].unit);
	return into;
}

const char *words_value(char *into, size_t size, double v)
{
	if (isnan(v))
		snprintf(into, size, "-");
	else if (fabs(v) >= 1e4)
		words_count(into, size, v);
	else if (fabs(v) >= 10 && v == floor(v))
		snprintf(into, size, "%.0f", v);
	else if (fabs(v) >= 99.99995)            /* what would be 100.0000 */
		snprintf(into, size, "%.1f", v);
	else if (v == 0 || fabs(v) >= 1e-3)
		snprintf(into, size, "%.4f", v);
	else
		snprintf(into, size, "%.3g", v);
	return into;
}

double words_tick_step(double low, double high, int most)
{
	double least = (high - low) / most, ten = pow(10, floor(log10(least)));

	return least <= ten       ? ten
	       : least <= 2 * ten ? 2 * ten
	       : least <= 5 * ten ? 5 * ten
	                          : 10 * ten;
}

const char *words_tick(char *into, size_t size, double v, double step, double largest)
{
	static const char *const unit[] = { "", "k", "M", "G", "T" };
	int k = 0, digits;

	if (fabs(v) < step / 1000) {         /* rounding error instead of 0 */
		snprintf(into, size, "0");
		return into;
	}
	digits = (int)ceil(log10(largest) - log10(step) - 1e-9) + 1;
	if (largest < 1e-4 || largest >= 9999.5e12) {
		snprintf(into, size, "%.*g", digits < 3 ? 3 : digits > 15 ? 15 : digits, v);
		return into;
	}
	while (largest >= 9999.5) {
		largest /= 1000;
		step /= 1000;
		v /= 1000;
		k++;
	}
	digits = (int)ceil(-log10(step) - 1e-9);
	snprintf(into, size, "%.*f%s", digits < 0 ? 0 : digits, v, unit[k]);
	return into;
}

void words_bar(char *into, size_t size, double done, int width, int parts)
{
	static const char *const part[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	double share = isnan(done) ? 0 : fmin(fmax(done, 0), 1);
	int filled = width > 0 ? (int)(share * parts * width) : 0, full = filled / parts,
	    rest = filled % parts * 8 / parts;
	size_t used = 0;

	into[0] = '\0';
	for (int k = 0; k < full && used < size; k++)
		used += (size_t)snprintf(into + used, size - used, "%s", parts == 1 ? "#" : "█");
	if (used < size && width > 0)
		snprintf(into + used, size - used, "%s%*s", part[rest], width - full - (rest > 0),
		         "");
}
