/* sweep_draw.c - see sweep_report.h: the picture. */
#include "config.h"
#include "src/app/sweep/sweep_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/sweep/sweep_values.h"
#include "src/base/text.h"
#include "src/nn/metrics.h"
#include "src/ui/gnuplot.h"
#include "src/ui/words.h"

enum { CELL_WIDTH = 560, CELL_HEIGHT = 400, FONT = 14, MOST_TICKS = 8 };

/* An axis in characters of its labels, and how many of these a label has at most; the share of an
 * axis that a line of turned text needs. */
enum { AXIS_CHARACTERS = 56, LABEL = 50 };
#define ROTATED_LINE 0.04

/* Okabe and Ito */
static const char trial_color[] = "#0072B2", interval_color[] = "#9FC5DF", best_color[] = "#D55E00";

struct drawing {
	const struct sweep_results *r;
	FILE   *to;
	double  scale;                   /* of fonts and points */
	double  low, high;               /* of the measure's axis */
	int     logarithmic;             /* its axis */
	int     cut;                     /* some interval is cut at what the measure can be */
};

static double half_of(const struct sweep_row *row)
{
	return isfinite(row->half) ? row->half : 0;
}

/* The ends of a trial's interval, as far as values of the measure can lie; *cut_low and *cut_high:
 * whether it reached further. */
static void interval_of(const struct drawing *d, const struct sweep_row *row, double *low,
                        double *high, int *cut_low, int *cut_high)
{
	double least = d->r->least, most = d->r->most;

	metrics_interval_within(row->mean, half_of(row), least, most, low, high);
	*cut_low = *low == least && row->mean - half_of(row) < least;
	*cut_high = *high == most && row->mean + half_of(row) > most;
}

/* Over all intervals with some air: none leaves the axis.  It is logarithmic where the means span
 * decades and no interval reaches zero. */
static int find_range(struct drawing *d)
{
	double low = INFINITY, high = -INFINITY, least = INFINITY, most = -INFINITY, air;

	for (int i = 0; i < d->r->s->n_trials; i++) {
		double from, to;
		int cut_low, cut_high;

		if (!d->r->row[i].n)
			continue;
		interval_of(d, &d->r->row[i], &from, &to, &cut_low, &cut_high);
		d->cut |= cut_low || cut_high;
		low = fmin(low, from);
		high = fmax(high, to);
		least = fmin(least, d->r->row[i].mean);
		most = fmax(most, d->r->row[i].mean);
	}
	if (!(low <= high))
		return 0;
	d->logarithmic = low > 0 && most >= 50 * least;
	air = d->logarithmic ? pow(high / low, 0.12)
	      : high > low   ? 0.08 * (high - low)
	                     : fmax(0.05 * fabs(high), 1e-3);
	d->low = d->logarithmic ? low / air : low - air;
	d->high = d->logarithmic ? high * air : high + air;
	return 1;
}

/* ---- the axis of an option ---- */

struct axis {
	int     option, words, logarithmic;
	double *x;                       /* (n_trials): where each stands; owned */
	double  low, high;               /* with some air */
	double  nearest;                 /* the smallest distance between two of x, as a share of
	                                  * the axis; 1 where there is a single one */
};

static double position(const struct sweep_option *o, const char *value)
{
	int i = 0;

	if (sweep_values_are_numbers(o))
		return strtod(value, NULL);
	while (strcmp(o->value[i], value) != 0)
		i++;
	return i;
}

/* Let the axis reach from low to high, with some air. */
static void set_range(struct axis *a, const struct sweep_option *o, double low, double high)
{
	double air;

	if (a->words) {
		low = -0.5;
		high = o->n - 0.5;
	} else if (a->logarithmic) {
		air = pow(fmax(high / low, 4), 0.06);
		low /= air;
		high *= air;
	} else {
		air = high > low ? 0.06 * (high - low) : 1e-9 + 0.01 * fabs(low);
		low -= air;
		high += air;
	}
	a->low = low;
	a->high = high;
}

/* x on a scale on which the same distance looks the same everywhere. */
static double even(const struct axis *a, double x)
{
	return a->logarithmic ? log(x) : x;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* -1 without memory.  Free a->x. */
static int make_axis(struct axis *a, const struct sweep_results *r, int k)
{
	const struct sweep_option *o = &r->s->option[k];
	int n = r->s->n_trials;
	double *sorted = malloc((size_t)n * sizeof *sorted), nearest = INFINITY;

	*a = (struct axis){ .option = k,
		            .words = !sweep_values_are_numbers(o),
		            .logarithmic = sweep_is_logarithmic(r, k),
		            .x = malloc((size_t)n * sizeof *a->x) };
	if (!a->x || !sorted) {
		free(sorted);
		return -1;
	}
	for (int t = 0; t < n; t++)
		sorted[t] = a->x[t] = position(o, r->s->trial[t].value[k]);
	qsort(sorted, (size_t)n, sizeof *sorted, by_value);
	set_range(a, o, sorted[0], sorted[n - 1]);
	for (int t = 1; t < n; t++)
		if (sorted[t] > sorted[t - 1])
			nearest = fmin(nearest, even(a, sorted[t]) - even(a, sorted[t - 1]));
	a->nearest = fmin(1, nearest / (even(a, a->high) - even(a, a->low)));
	free(sorted);
	return 0;
}

/* Where row i is drawn: among those with a value of the measure or, `failed`, among those with a
 * run that failed.  Trials that share a value stand beside each other, so that they and their
 * intervals are seen: the best at the value, the others in turn to its right and left.  They take
 * half of what lies between two values, and no more than the air at the ends of the axis. */
static double place_of(const struct drawing *d, const struct axis *a, int i, int failed)
{
	const struct sweep_row *row = d->r->row;
	double x = a->x[row[i].trial], share = 0.5 * a->nearest, steps, shift;
	int before = 0, m = 0;

	for (int j = 0; j < d->r->s->n_trials; j++)
		if (a->x[row[j].trial] == x && (failed ? row[j].failed : row[j].n)) {
			m++;
			before += j < i;
		}
	if (!a->words && a->nearest < 1)
		share = fmin(share, 0.09);
	steps = before % 2 ? (before + 1) / 2 : -before / 2;
	shift = m > 1 ? steps / m * share * (even(a, a->high) - even(a, a->low)) : 0;
	return a->logarithmic ? x * exp(shift) : x + shift;
}

/* ---- a panel ---- */

/* $tK: trials with their intervals; $lK and $hK: the ends at which an interval is cut; $fK: trials
 * that failed. */
static void write_trials(const struct drawing *d, const struct axis *a)
{
	static const char *const block[] = { "t", "l", "h" };
	double low, high;
	int cut_low, cut_high;

	for (int b = 0; b < 3; b++) {
		out(d->to, "$%s%d << EOD\n", block[b], a->option);
		for (int i = 0; i < d->r->s->n_trials; i++) {
			const struct sweep_row *row = &d->r->row[i];
			double x = place_of(d, a, i, 0);

			if (!row->n)
				continue;
			interval_of(d, row, &low, &high, &cut_low, &cut_high);
			if (b == 0)
				fprintf(d->to, "%.9g %.9g %.9g %.9g\n", x, row->mean, low, high);
			else if (b == 1 ? cut_low : cut_high)
				fprintf(d->to, "%.9g %.9g\n", x, b == 1 ? low : high);
		}
		fprintf(d->to, "EOD\n");
	}
	fprintf(d->to, "$f%d << EOD\n", a->option);
	for (int i = 0; i < d->r->s->n_trials; i++)
		if (d->r->row[i].failed)
			fprintf(d->to, "%.9g %.9g\n", place_of(d, a, i, 1), d->low);
	fprintf(d->to, "EOD\n");
}

/* Nothing but variants: each has one dot, and what matters is where the base lies. */
static int is_ablation(const struct sweep *s)
{
	return s->n_variants && s->n_options == 1;
}

/* $bK: the best with each value; in an ablation the base, from end to end. */
static void write_bests(const struct drawing *d, const struct axis *a)
{
	const struct sweep *s = d->r->s;
	int n = 0, k = a->option, ablation = is_ablation(s);
	struct sweep_best *b = s->option[k].n == 0 || ablation ? NULL : sweep_bests(d->r, k, &n);

	fprintf(d->to, "$b%d << EOD\n", k);
	for (int i = 0; ablation && i < s->n_trials; i++)
		if (d->r->row[i].trial == 0 && d->r->row[i].n)
			fprintf(d->to, "%.9g %.9g\n%.9g %.9g\n", a->low, d->r->row[i].mean, a->high,
			        d->r->row[i].mean);
	for (int i = 0; b && i < n; i++)
		if (isfinite(b[i].best))
			fprintf(d->to, "%.9g %.9g\n", b[i].x, b[i].best);
	fprintf(d->to, "EOD\n");
	free(b);
}

/* Decades, and 2 and 5 times these where there are few. */
static void write_log_ticks(FILE *to, double low, double high)
{
	static const int digits[] = { 1, 2, 5 };
	int few = high < 1000 * low, n = 0;

	fprintf(to, "set xtics (");
	for (int power = (int)floor(log10(low)); power <= (int)ceil(log10(high)); power++)
		for (int k = 0; k < (few ? 3 : 1); k++)
			out(to, "%s'%g' %.9g", n++ ? ", " : "", digits[k] * pow(10, power),
			    digits[k] * pow(10, power));
	fprintf(to, ")\n");
}

/* The values of a list; turned where they would run into each other. */
static void write_list_ticks(FILE *to, const struct axis *a, const struct sweep_option *o)
{
	char quoted[400], text[LABEL + 1];
	size_t longest = 0;

	fprintf(to, "set xtics (");
	for (int i = 0; i < o->n; i++) {
		snprintf(text, sizeof text, "%s", o->value[i]);
		out(to, "%s%s %.9g", i ? ", " : "", gnuplot_quote(quoted, sizeof quoted, text),
		    a->words ? i : strtod(o->value[i], NULL));
		longest = strlen(text) > longest ? strlen(text) : longest;
	}
	out(to, ")%s\n",
	    a->nearest * AXIS_CHARACTERS < (double)longest + 1 ? " rotate by -30" : "");
}

static void write_x_axis(const struct drawing *d, const struct axis *a)
{
	const struct sweep_option *o = &d->r->s->option[a->option];
	double step = words_tick_step(a->low, a->high, MOST_TICKS);
	char quoted[400];

	out(d->to,
	    "set xlabel %s\n%s\nset format x '%%g'\nset xrange [%.9g:%.9g]\n"
	    "set xtics norotate\n",
	    gnuplot_quote(quoted, sizeof quoted, o->row->name),
	    a->logarithmic ? "set logscale x" : "unset logscale x", a->low, a->high);
	if (a->words || (o->n > 0 && o->n <= MOST_TICKS && a->nearest > ROTATED_LINE))
		write_list_ticks(d->to, a, o);
	else if (a->logarithmic)
		write_log_ticks(d->to, a->low, a->high);
	else
		fprintf(d->to, "set xtics %.9g\n",
		        o->row->type == OPTION_REAL ? step : fmax(1, step));
}

static void write_panel(const struct drawing *d, const struct axis *a)
{
	char quoted[400], name[80];
	int k = a->option;

	snprintf(name, sizeof name, "%s", d->r->measure);
	for (char *c = name; *c; c++)
		if (*c == '_')
			*c = ' ';
	write_trials(d, a);
	write_bests(d, a);
	write_x_axis(d, a);
	out(d->to, "set ylabel %s\n%s\nset yrange [%.9g:%.9g]\n",
	    gnuplot_quote(quoted, sizeof quoted, name),
	    d->logarithmic ? "set logscale y" : "unset logscale y", d->low, d->high);
	fprintf(d->to, "plot ");
	if (d->r->s->n_seeds > 1)
		out(d->to,
		    "$t%d using 1:2:3:4 with yerrorbars pt -1 ps 0 lw 1 lc rgb '%s' notitle, ",
		    k, interval_color);
	if (sweep_values_are_numbers(&d->r->s->option[k]) || is_ablation(d->r->s))
		out(d->to, "$b%d using 1:2 with lines lw 2%s lc rgb '%s' notitle, ", k,
		    is_ablation(d->r->s) ? " dt 2" : "", best_color);
	else                             /* words have no order, so nothing lies between them */
		out(d->to, "$b%d using 1:2 with points pt 6 ps %.2f lw 2 lc rgb '%s' notitle, ",
		    k, 1.3 * d->scale, best_color);
	out(d->to,
	    "$l%d using 1:2 with points pt 11 ps %.2f lc rgb '%s' notitle, "
	    "$h%d using 1:2 with points pt 9 ps %.2f lc rgb '%s' notitle, ",
	    k, 0.9 * d->scale, trial_color, k, 0.9 * d->scale, trial_color);
	out(d->to, "$t%d using 1:2 with points pt 7 ps %.2f lc rgb '%s' notitle, ", k,
	    0.7 * d->scale, trial_color);
	fprintf(d->to, "$f%d using 1:2 with points pt 2 ps %.2f lw 2 lc rgb '#000000' notitle\n", k,
	        d->scale);
}

/* The figure's title: what is drawn, and below it, in a line that may be empty, the marks. */
static void write_title(const struct drawing *d)
{
	const struct sweep *s = d->r->s;
	int failed = sweep_results_count(d->r, SWEEP_FAILED) +
	             sweep_results_count(d->r, SWEEP_DIVERGED),
	    listed = 0;
	char title[300], marks[200], quoted[1200];

	for (int k = 0; k < s->n_options; k++)
		listed += s->option[k].n > 0;
	snprintf(title, sizeof title, "%.80s %.80s: a dot for each %s%s", s->command->name,
	         s->about, is_ablation(s) ? "variant" : "trial",
	         s->n_seeds > 1 ? ", with its 95 % interval over seeds" : "");
	snprintf(marks, sizeof marks, "%s%s%s",
	         is_ablation(s) ? "dashed: the base; "
	         : listed       ? "orange: the best with each value; "
	                        : "",
	         d->cut ? "triangle: an interval cut at what the measure can be; " : "",
	         failed ? "x: failed or diverged; " : "");
	if (*marks)
		marks[strlen(marks) - 2] = '\0';
	out(d->to, "title %s", gnuplot_quote(quoted, sizeof quoted, title));
	out(d->to, " . \"\\n\" . %s\n", gnuplot_quote(quoted, sizeof quoted, marks));
}

/* -1 without memory. */
static int write_figure(const struct drawing *d, enum curve_format format)
{
	int n = d->r->s->n_options,
	    columns = n < 3    ? n
	              : n == 4 ? 2
	                       : 3,
	    rows = (n + columns - 1) / columns, result = 0;

	curves_set_terminal(d->to, format, (int)(d->scale * (n == 1 ? 820 : columns * CELL_WIDTH)),
	                    (int)(d->scale * (rows * CELL_HEIGHT + 5 * FONT)), d->scale * FONT);
	fprintf(d->to,
	        "set border 3 lc rgb '#606060'\nset tics nomirror out\nset grid lc rgb '#e0e0e0' "
	        "lw 0.7\nset format y '%%g'\nunset key\n"
	        "set bmargin 4.5\nset multiplot layout %d,%d ",
	        rows, columns);
	write_title(d);
	for (int k = 0; k < n && result == 0; k++) {
		struct axis a;

		result = make_axis(&a, d->r, k);
		if (result == 0)
			write_panel(d, &a);
		free(a.x);
	}
	fprintf(d->to, "unset multiplot\n");
	return result;
}

enum ry_status sweep_report_draw(const struct sweep_results *r, enum curve_format format,
                                 char **picture, size_t *size)
{
	struct drawing d = { .r = r, .scale = format == CURVES_PNG ? 1.5 : 1 };
	char *script = NULL;
	size_t length;
	enum ry_status status;
	int written;

	*picture = NULL;
	*size = 0;
	if (!r->s->n_options || !find_range(&d))
		return ry_fail(RY_EDATA, "%s: there is nothing to draw yet", r->s->path);
	d.to = open_memstream(&script, &length);
	if (!d.to)
		return ry_fail_memory("a figure");
	written = write_figure(&d, format);
	status = fclose(d.to) == 0 && written == 0
	                 ? curves_run(script, length, format, picture, size)
	                 : ry_fail_memory("a figure");
	free(script);
	return status;
}
