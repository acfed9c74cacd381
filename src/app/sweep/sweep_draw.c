/* sweep_draw.c - see sweep_report.h: the picture. */
#include "config.h"
#include "src/app/sweep/sweep_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/plot/plot.h"
#include "src/app/sweep/sweep_values.h"
#include "src/base/text.h"
#include "src/nn/metrics.h"
#include "src/ui/gnuplot.h"

enum { CELL_WIDTH = 560, CELL_HEIGHT = 400, FONT = 14, MOST_TICKS = 8 };

/* Okabe and Ito */
static const char trial_color[] = "#0072B2", interval_color[] = "#9FC5DF", best_color[] = "#D55E00";

struct drawing {
	const struct sweep_results *r;
	FILE   *to;
	double  scale;                   /* of fonts and points */
	double  low, high;               /* of the measure's axis */
	int     logarithmic;             /* its axis */
};

static double half_of(const struct sweep_row *row)
{
	return isfinite(row->half) ? row->half : 0;
}

/* The ends of a trial's interval, as far as values of the measure can lie. */
static void interval_of(const struct drawing *d, const struct sweep_row *row, double *low,
                        double *high)
{
	double least, most;

	plot_limits(d->r->measure, &least, &most);
	metrics_interval_within(row->mean, half_of(row), least, most, low, high);
}

/* Over all intervals with some air: none is cut.  Only where all of them are above zero can the
 * axis be logarithmic. */
static int find_range(struct drawing *d)
{
	double low = INFINITY, high = -INFINITY, air;

	for (int i = 0; i < d->r->s->n_trials; i++) {
		double from, to;

		if (!d->r->row[i].n)
			continue;
		interval_of(d, &d->r->row[i], &from, &to);
		low = fmin(low, from);
		high = fmax(high, to);
	}
	if (!(low <= high))
		return 0;
	d->logarithmic = low > 0 && high >= 50 * low;
	air = d->logarithmic ? pow(high / low, 0.12)
	      : high > low   ? 0.08 * (high - low)
	                     : fmax(0.05 * fabs(high), 1e-3);
	d->low = d->logarithmic ? low / air : low - air;
	d->high = d->logarithmic ? high * air : high + air;
	return 1;
}

/* Where a trial stands on the axis of option k. */
static double position(const struct drawing *d, int trial, int k)
{
	const struct sweep_option *o = &d->r->s->option[k];
	const char *value = d->r->s->trial[trial].value[k];
	int i = 0;

	if (sweep_values_are_numbers(o))
		return strtod(value, NULL);
	while (strcmp(o->value[i], value) != 0)
		i++;
	return i;
}

/* How far apart trials that share a value may be drawn, on the axis or its logarithm: half of what
 * lies between two values, and within the axis. */
static double room_of(const struct drawing *d, int k)
{
	const struct sweep_option *o = &d->r->s->option[k];
	int logarithmic = sweep_is_logarithmic(d->r, k);
	double nearest = INFINITY, low = INFINITY, high = -INFINITY;

	if (!sweep_values_are_numbers(o))
		return 0.5;
	for (int i = 0; i < o->n; i++) {
		double x = strtod(o->value[i], NULL);

		x = logarithmic ? log(x) : x;
		for (int j = 0; j < i; j++) {
			double other = strtod(o->value[j], NULL);

			nearest = fmin(nearest, fabs(x - (logarithmic ? log(other) : other)));
		}
		low = fmin(low, x);
		high = fmax(high, x);
	}
	return o->n > 1 ? fmin(0.5 * nearest, 0.1 * (high - low)) : 0;
}

/* Trials that share a value of a list stand beside each other, so that their intervals are seen:
 * the best at the value, the others in turn to its right and left.  `before` of m are better. */
static double shifted(const struct drawing *d, int k, double x, int before, int m)
{
	double steps = before % 2 ? (before + 1) / 2 : -before / 2,
	       shift = m > 1 ? steps / m * room_of(d, k) : 0;

	return sweep_values_are_numbers(&d->r->s->option[k]) && sweep_is_logarithmic(d->r, k)
	               ? x * exp(shift)
	               : x + shift;
}

/* How many trials among the best `rows` have the value that trial t has. */
static int sharing(const struct drawing *d, int k, int t, int rows)
{
	int n = 0;

	for (int i = 0; i < rows; i++)
		n += d->r->row[i].n && strcmp(d->r->s->trial[d->r->row[i].trial].value[k],
		                              d->r->s->trial[t].value[k]) == 0;
	return n;
}

/* $tK: trials with their intervals; $fK: those that failed; $bK: the best with each value. */
static void write_data(const struct drawing *d, int k)
{
	int n, drawn = d->r->s->option[k].n == 0;
	struct sweep_best *b = drawn ? NULL : sweep_bests(d->r, k, &n);

	fprintf(d->to, "$t%d << EOD\n", k);
	for (int i = 0; i < d->r->s->n_trials; i++) {
		const struct sweep_row *row = &d->r->row[i];
		double x = position(d, row->trial, k), low, high;

		if (!row->n)
			continue;
		if (!drawn)
			x = shifted(d, k, x, sharing(d, k, row->trial, i),
			            sharing(d, k, row->trial, d->r->s->n_trials));
		interval_of(d, row, &low, &high);
		fprintf(d->to, "%.9g %.9g %.9g %.9g\n", x, row->mean, low, high);
	}
	fprintf(d->to, "EOD\n$f%d << EOD\n", k);
	for (int i = 0; i < d->r->s->n_trials; i++)
		if (d->r->row[i].failed)
			fprintf(d->to, "%.9g %.9g\n", position(d, d->r->row[i].trial, k), d->low);
	fprintf(d->to, "EOD\n$b%d << EOD\n", k);
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
	int few = high < 300 * low, n = 0;

	fprintf(to, "set xtics (");
	for (int power = (int)floor(log10(low)); power <= (int)ceil(log10(high)); power++)
		for (int k = 0; k < (few ? 3 : 1); k++)
			out(to, "%s'%g' %.9g", n++ ? ", " : "", digits[k] * pow(10, power),
			    digits[k] * pow(10, power));
	fprintf(to, ")\n");
}

static void write_x_axis(const struct drawing *d, int k)
{
	const struct sweep_option *o = &d->r->s->option[k];
	int logarithmic = sweep_is_logarithmic(d->r, k), words = !sweep_values_are_numbers(o);
	double low = INFINITY, high = -INFINITY;
	char quoted[400];

	for (int t = 0; t < d->r->s->n_trials; t++) {
		low = fmin(low, position(d, t, k));
		high = fmax(high, position(d, t, k));
	}
	out(d->to, "set xlabel %s\n%s\nset format x '%%g'\n",
	    gnuplot_quote(quoted, sizeof quoted, o->row->name),
	    logarithmic ? "set logscale x" : "unset logscale x");
	if (logarithmic)
		fprintf(d->to, "set xrange [%.9g:%.9g]\n", low / pow(fmax(high / low, 4), 0.06),
		        high * pow(fmax(high / low, 4), 0.06));
	else if (words)
		fprintf(d->to, "set xrange [-0.5:%.9g]\n", o->n - 0.5);
	else
		fprintf(d->to, "set xrange [%.9g:%.9g]\n",
		        low - fmax(0.06 * (high - low), 1e-9 + 0.01 * fabs(low) * (high == low)),
		        high + fmax(0.06 * (high - low), 1e-9 + 0.01 * fabs(high) * (high == low)));
	if (!words && (!o->n || o->n > MOST_TICKS)) {
		if (logarithmic)
			write_log_ticks(d->to, low, high);
		else
			fprintf(d->to, "set xtics autofreq\n");
		return;
	}
	fprintf(d->to, "set xtics (");
	for (int i = 0; i < o->n; i++) {
		char text[60];

		snprintf(text, sizeof text, "%.50s", o->value[i]);
		out(d->to, "%s%s %.9g", i ? ", " : "",
		    gnuplot_quote(quoted, sizeof quoted, text),
		    words ? i : strtod(o->value[i], NULL));
	}
	out(d->to, ")%s\n", words && o->n > 4 ? " rotate by -30" : "");
}

static void write_panel(const struct drawing *d, int k)
{
	char quoted[400], name[80];

	snprintf(name, sizeof name, "%s", d->r->measure);
	for (char *c = name; *c; c++)
		if (*c == '_')
			*c = ' ';
	write_data(d, k);
	write_x_axis(d, k);
	out(d->to, "set ylabel %s\n%s\nset yrange [%.9g:%.9g]\n",
	    gnuplot_quote(quoted, sizeof quoted, name),
	    d->logarithmic ? "set logscale y" : "unset logscale y", d->low, d->high);
	fprintf(d->to, "plot ");
	if (d->r->s->n_seeds > 1)
		out(d->to,
		    "$t%d using 1:2:3:4 with yerrorbars pt -1 ps 0 lw 1 lc rgb '%s' notitle, ",
		    k, interval_color);
	if (sweep_values_are_numbers(&d->r->s->option[k]))
		out(d->to, "$b%d using 1:2 with lines lw 2 lc rgb '%s' notitle, ", k,
		    best_color);
	else                             /* words have no order, so nothing lies between them */
		out(d->to, "$b%d using 1:2 with points pt 6 ps %.2f lw 2 lc rgb '%s' notitle, ",
		    k, 1.3 * d->scale, best_color);
	out(d->to, "$t%d using 1:2 with points pt 7 ps %.2f lc rgb '%s' notitle, ", k,
	    0.7 * d->scale, trial_color);
	fprintf(d->to, "$f%d using 1:2 with points pt 2 ps %.2f lw 2 lc rgb '#000000' notitle\n", k,
	        d->scale);
}

static void write_figure(const struct drawing *d, enum curve_format format)
{
	const struct sweep *s = d->r->s;
	int n = s->n_options,
	    columns = n < 3    ? n
	              : n == 4 ? 2
	                       : 3,
	    rows = (n + columns - 1) / columns;
	int failed = sweep_results_count(d->r, SWEEP_FAILED) +
	             sweep_results_count(d->r, SWEEP_DIVERGED),
	    listed = 0;
	char quoted[800], title[300];

	for (int k = 0; k < n; k++)
		listed += s->option[k].n > 0;
	snprintf(title, sizeof title, "%.80s %.80s: a dot for each trial%s%s%s", s->command->name,
	         s->about, s->n_seeds > 1 ? ", with its 95 % interval over seeds" : "",
	         listed ? "; orange: the best with each value" : "",
	         failed ? "; x: failed or diverged" : "");
	curves_set_terminal(d->to, format, (int)(d->scale * (n == 1 ? 820 : columns * CELL_WIDTH)),
	                    (int)(d->scale * (rows * CELL_HEIGHT + 3 * FONT)), d->scale * FONT);
	out(d->to,
	    "set border 3 lc rgb '#606060'\nset tics nomirror out\nset grid lc rgb '#e0e0e0' "
	    "lw 0.7\nset format y '%%g'\nunset key\n"
	    "set bmargin 4.5\nset multiplot layout %d,%d title %s\n",
	    rows, columns, gnuplot_quote(quoted, sizeof quoted, title));
	for (int k = 0; k < n; k++)
		write_panel(d, k);
	fprintf(d->to, "unset multiplot\n");
}

enum ry_status sweep_report_draw(const struct sweep_results *r, enum curve_format format,
                                 char **picture, size_t *size)
{
	struct drawing d = { .r = r, .scale = format == CURVES_PNG ? 1.5 : 1 };
	char *script = NULL;
	size_t length;
	enum ry_status status;

	*picture = NULL;
	*size = 0;
	if (!r->s->n_options || !find_range(&d))
		return ry_fail(RY_EDATA, "%s: there is nothing to draw yet", r->s->path);
	d.to = open_memstream(&script, &length);
	if (!d.to)
		return ry_fail_memory("a figure");
	write_figure(&d, format);
	status = fclose(d.to) == 0 ? curves_run(script, length, format, picture, size)
	                           : ry_fail_memory("a figure");
	free(script);
	return status;
}
