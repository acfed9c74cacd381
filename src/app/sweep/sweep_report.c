/* sweep_report.c - see sweep_report.h: text, JSON and CSV. */
#include "config.h"
#include "src/app/sweep/sweep_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/sweep/sweep_values.h"
#include "src/app/sweep/sweep_variants.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/shell_words.h"
#include "src/nn/metrics.h"
#include "src/ui/words.h"
#include "src/ui/wrap.h"

enum { PARTS = 5, BAR = 24, CELL = 80, WIDEST = 100 };

static const char *const states[] = {
	[SWEEP_MISSING] = "missing", [SWEEP_HALF] = "unfinished",   [SWEEP_FINISHED] = "finished",
	[SWEEP_FAILED] = "failed",   [SWEEP_DIVERGED] = "diverged",
};

/* ---- the best with each value ---- */

/* One of a list, or a range that was drawn from. */
static int is_drawn(const struct sweep_option *o)
{
	return o->n == 0;
}

/* The smallest distance between two different values tried, as a share of the whole range; of their
 * logarithms if `logarithmic`. */
static double nearest_share(const struct sweep_option *o, int logarithmic)
{
	double low = INFINITY, high = -INFINITY, nearest = INFINITY;

	for (int i = 0; i < o->n; i++) {
		double x = strtod(o->value[i], NULL);

		x = logarithmic ? log(x) : x;
		for (int j = 0; j < i; j++) {
			double y = strtod(o->value[j], NULL);

			nearest = fmin(nearest, fabs(x - (logarithmic ? log(y) : y)));
		}
		low = fmin(low, x);
		high = fmax(high, x);
	}
	return nearest / (high - low);
}

int sweep_is_logarithmic(const struct sweep_results *r, int k)
{
	const struct sweep_option *o = &r->s->option[k];
	double low = INFINITY, high = 0;

	if (!sweep_values_are_numbers(o))
		return 0;
	if (o->logarithmic)
		return 1;
	for (int t = 0; t < r->s->n_trials; t++) {
		double x = strtod(r->s->trial[t].value[k], NULL);

		if (x <= 0)
			return 0;
		low = fmin(low, x);
		high = fmax(high, x);
	}
	return high >= 100 * low ||
	       (o->n > 2 && high >= 4 * low && nearest_share(o, 1) > 1.2 * nearest_share(o, 0));
}

/* Which of n values or parts a trial belongs to. */
static int place_of(const struct sweep_option *o, const char *value)
{
	int k = 0;

	if (is_drawn(o)) {
		double x = strtod(value, NULL);

		while (k < PARTS - 1 && x >= sweep_values_between(o, (k + 1.0) / PARTS))
			k++;
		return k;
	}
	while (strcmp(o->value[k], value) != 0)
		k++;
	return k;
}

static void label(struct sweep_best *b, const struct sweep_option *o, int k)
{
	b->best = NAN;
	if (is_drawn(o)) {
		snprintf(b->label, sizeof b->label, "%.3g .. %.3g",
		         sweep_values_between(o, (double)k / PARTS),
		         sweep_values_between(o, (k + 1.0) / PARTS));
		return;
	}
	snprintf(b->label, sizeof b->label, "%s", o->value[k]);
	b->x = sweep_values_are_numbers(o) ? strtod(o->value[k], NULL) : k;
}

static int by_x(const void *a, const void *b)
{
	double x = ((const struct sweep_best *)a)->x, y = ((const struct sweep_best *)b)->x;

	return (x > y) - (x < y);
}

struct sweep_best *sweep_bests(const struct sweep_results *r, int k, int *n)
{
	const struct sweep_option *o = &r->s->option[k];
	struct sweep_best *b;

	*n = is_drawn(o) ? PARTS : o->n;
	b = ry_calloc((size_t)*n, sizeof *b, "a report");
	for (int i = 0; b && i < *n; i++)
		label(&b[i], o, i);
	for (int i = 0; b && i < r->s->n_trials; i++) {
		const struct sweep_row *row = &r->row[i];
		struct sweep_best *at = &b[place_of(o, r->s->trial[row->trial].value[k])];

		at->n++;
		if (row->n && !(r->smaller ? at->best <= row->mean : at->best >= row->mean))
			at->best = row->mean;
	}
	if (b && !is_drawn(o))
		qsort(b, (size_t)*n, sizeof *b, by_x);
	return b;
}

/* Of all trials that are the best with some value of some option. */
struct span {
	double low, high;
};

static void widen(struct span *span, const struct sweep_best *b, int n)
{
	for (int i = 0; i < n; i++)
		if (isfinite(b[i].best)) {
			span->low = fmin(span->low, b[i].best);
			span->high = fmax(span->high, b[i].best);
		}
}

static const double least_bar = 1.0 / BAR + 1e-9;

/* Whether bars are of logarithms: over decades. */
static int bars_are_log(const struct span *span)
{
	return span->low > 0 && span->high >= 50 * span->low;
}

/* The value at which bars begin: zero where that shows the differences, or else so that the lowest
 * has a little bar too. */
static double beginning_of_bars(const struct span *span)
{
	double low = span->low, high = span->high, share = least_bar / (1 - least_bar);

	if (bars_are_log(span))
		return low * pow(low / high, share);
	return low >= 0 && 2 * low < high ? 0 : low - share * (high - low);
}

static double length_of_bar(double x, const struct span *span)
{
	double begin = beginning_of_bars(span);

	if (!isfinite(x) || span->high <= span->low)
		return isfinite(x);
	return bars_are_log(span) ? log(x / begin) / log(span->high / begin)
	                          : (x - begin) / (span->high - begin);
}

static void print_bests(FILE *to, const char *option, const struct sweep_best *b, int n,
                        const struct span *span, int ascii)
{
	int widest = 0;

	for (int i = 0; i < n; i++)
		widest = (int)strlen(b[i].label) > widest ? (int)strlen(b[i].label) : widest;
	out(to, "\n  %s\n", option);
	for (int i = 0; i < n; i++) {
		char number[32], bar[4 * BAR];

		words_bar(bar, sizeof bar, length_of_bar(b[i].best, span), BAR, ascii ? 1 : 8);
		for (size_t end = strlen(bar); end && bar[end - 1] == ' '; )
			bar[--end] = '\0';
		out(to, "    %-*s  %8s%s%s\n", widest, b[i].label,
		    words_value(number, sizeof number, b[i].best), *bar ? "  " : "", bar);
	}
}

/* "valid_auc" as "valid auc" */
static const char *readable(char *into, size_t size, const char *name)
{
	snprintf(into, size, "%s", name);
	for (char *c = into; *c; c++)
		if (*c == '_')
			*c = ' ';
	return into;
}

static void print_beginning(FILE *to, const struct sweep_results *r, const struct span *span)
{
	char name[60], number[32];

	out(to, "\n  The best %s with each value", readable(name, sizeof name, r->measure));
	if (span->high > span->low)
		out(to, " (bars begin at %s)",
		    beginning_of_bars(span) == 0
			    ? "0"
			    : words_value(number, sizeof number, beginning_of_bars(span)));
	fprintf(to, ":\n");
}

/* One scale for all options, so that it shows which of them matter. */
static void print_all_bests(FILE *to, const struct sweep_results *r, int ascii)
{
	struct span span = { INFINITY, -INFINITY };

	for (int pass = 0; pass < 2; pass++) {
		if (pass == 1)
			print_beginning(to, r, &span);
		for (int k = 0; k < r->s->n_options; k++) {
			int n;
			struct sweep_best *b = sweep_bests(r, k, &n);

			if (b && pass == 0)
				widen(&span, b, n);
			else if (b)
				print_bests(to, r->s->option[k].row->name, b, n, &span, ascii);
			free(b);
		}
	}
}

/* ---- the table ---- */

static const char *remark(char *into, size_t size, const struct sweep_results *r,
                          const struct sweep_row *row)
{
	const char *error = "";
	int seeds = r->s->n_seeds;

	for (int k = 0; k < seeds && !*error; k++)
		if (sweep_result(r, row->trial, k)->state == SWEEP_DIVERGED)
			error = "diverged";
		else if (sweep_result(r, row->trial, k)->state == SWEEP_FAILED)
			error = "failed";
	*into = '\0';
	if (row->failed && seeds > 1)
		snprintf(into, size, "%d of %d %s", row->failed, seeds, error);
	else if (row->failed)
		snprintf(into, size, "%s", error);
	else if (row->without)
		snprintf(into, size, "%d of %d without", row->without, seeds);
	else if (row->missing && seeds > 1)
		snprintf(into, size, "%d of %d to come", row->missing, seeds);
	else if (row->missing)
		snprintf(into, size, "to come");
	return into;
}

static int has_base(const struct sweep_results *r)
{
	return sweep_base_of(r->s, 0) >= 0;
}

/* "baseline_auc", as in a comparison of runs. */
static const char *baseline_name(char *into, size_t size, const struct sweep_results *r)
{
	snprintf(into, size, "baseline_%.60s", r->baseline_of);
	return into;
}

/* "± 0.0121" or, where that would leave the measure's range, "[0.9120, 0.9991]". */
static void interval_text(char into[CELL], const struct sweep_results *r,
                          const struct sweep_row *row, int ascii)
{
	char low[32], high[32];

	*into = '\0';
	if (!isfinite(row->half))
		return;
	if (row->mean - row->half >= r->least && row->mean + row->half <= r->most)
		snprintf(into, CELL, "%s %s", ascii ? "+-" : "±",
		         words_value(low, sizeof low, row->half));
	else if (has_base(r))                /* briefly: there are more columns */
		snprintf(into, CELL, "[%.2g, %.2g]", row->low, row->high);
	else
		snprintf(into, CELL, "[%s, %s]", words_value(low, sizeof low, row->low),
		         words_value(high, sizeof high, row->high));
}

/* Nonzero if a row differs from its base by more than chance: the interval excludes 0. */
static int differs(const struct sweep_row *row)
{
	return fabs(row->difference) > row->difference_half;
}

/* "-3.2 ± 1.4 *"; the header for NULL. */
static void fill_difference(char cell[CELL], const struct sweep_row *row, int ascii)
{
	if (!row || isnan(row->difference))
		snprintf(cell, CELL, "%s", row ? "" : "difference");
	else if (isnan(row->difference_half))
		snprintf(cell, CELL, "%+.3g", row->difference);
	else
		snprintf(cell, CELL, "%+.3g %s %.2g%s", row->difference, ascii ? "+-" : "±",
		         row->difference_half, differs(row) ? "*" : " ");
}

/* The cells of a row; -1 is the header.  Returns how many. */
static int fill_cells(char cell[][CELL], const struct sweep_results *r, int i, int ascii)
{
	const struct sweep *s = r->s;
	const struct sweep_row *row = i < 0 ? NULL : &r->row[i];
	char number[32], name[80];
	int n = 0;

	if (has_base(r))
		*cell[n++] = '\0';          /* rows that stand as they are listed have no rank */
	else if (row && row->rank)
		snprintf(cell[n++], CELL, "%d", row->rank);
	else
		snprintf(cell[n++], CELL, "%s", row ? "-" : "rank");
	for (int k = 0; k < s->n_options; k++)
		snprintf(cell[n++], CELL, "%s",
		         row ? s->trial[row->trial].value[k] : s->option[k].row->name);
	if (row)
		snprintf(cell[n++], CELL, "%s", words_value(number, sizeof number, row->mean));
	else                                 /* "return" where columns are many */
		readable(cell[n++], CELL, has_base(r) && strncmp(r->measure, "mean_", 5) == 0
		                                  ? r->measure + 5 : r->measure);
	if (s->n_seeds > 1 && row)
		interval_text(cell[n++], r, row, ascii);
	else if (s->n_seeds > 1)
		snprintf(cell[n++], CELL, "95 %%");
	if (has_base(r))
		fill_difference(cell[n++], row, ascii);
	for (int k = 0; k < r->n_beside; k++)
		if (row)
			snprintf(cell[n++], CELL, "%s",
			         words_value(number, sizeof number, row->beside[k]));
		else
			readable(cell[n++], CELL, r->beside[k]);
	if (r->baseline && row)
		snprintf(cell[n++], CELL, "%s", words_value(number, sizeof number, row->baseline));
	else if (r->baseline)
		readable(cell[n++], CELL, baseline_name(name, sizeof name, r));
	*cell[n] = '\0';
	if (row)
		remark(cell[n], CELL, r, row);
	return n + 1;
}

/* Columns that a text takes: bytes that begin a character. */
static int columns_of(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void print_table(FILE *to, const struct sweep_results *r, const struct sweep_page *page)
{
	enum { MOST_CELLS = 32, LEAST_OF_A_WORD = 8 };
	char cell[MOST_CELLS][CELL];
	int width[MOST_CELLS] = { 0 }, n = 0, rows = r->s->n_trials, total = 2;

	if (page->most && rows > page->most)
		rows = page->most;
	for (int i = -1; i < rows; i++) {
		n = fill_cells(cell, r, i, page->ascii);
		for (int k = 0; k < n; k++)
			width[k] = columns_of(cell[k]) > width[k] ? columns_of(cell[k]) : width[k];
	}
	for (int k = 0; k < n; k++)
		total += width[k] + 2;
	/* long words give way */
	for (int k = 1; k <= r->s->n_options && total > page->width; k++)
		while (total > page->width && width[k] > LEAST_OF_A_WORD) {
			width[k]--;
			total--;
		}
	for (int i = -1; i < rows; i++) {
		fill_cells(cell, r, i, page->ascii);
		for (int k = 0; k < n; k++) {
			int word = k > 0 && k <= r->s->n_options &&
			           !sweep_values_are_numbers(&r->s->option[k - 1]);
			int pad = width[k] - columns_of(cell[k]);

			if (k == n - 1 && !*cell[k])
				break;
			if (!width[k])
				continue;
			out(to, "  %*s%.*s%*s", word || k == n - 1 || pad < 0 ? 0 : pad, "",
			    pad < 0 ? width[k] : CELL, cell[k],
			    word && k < n - 1 && pad > 0 ? pad : 0, "");
		}
		putc('\n', to);
	}
	if (rows < r->s->n_trials)
		fprintf(to, "  ... and %d more\n", r->s->n_trials - rows);
}

static void print_head(FILE *to, const struct sweep_results *r)
{
	const struct sweep *s = r->s;
	int finished = sweep_results_count(r, SWEEP_FINISHED),
	    failed = sweep_results_count(r, SWEEP_FAILED);
	int diverged = sweep_results_count(r, SWEEP_DIVERGED), runs = s->n_trials * s->n_seeds;
	char name[60];

	out(to, "%s %s: %d %s", s->command->name, s->about, s->n_trials,
	    s->n_trials == 1 ? "trial" : "trials");
	if (s->n_seeds > 1)
		fprintf(to, " of %d seeds", s->n_seeds);
	fprintf(to, ", %d of %d runs done", finished, runs);
	if (failed)
		fprintf(to, ", %d failed", failed);
	if (diverged)
		fprintf(to, ", %d diverged", diverged);
	out(to, ";\nby %s, %s is better", readable(name, sizeof name, r->measure),
	    r->smaller ? "smaller" : "larger");
	if (s->n_seeds > 1)
		fprintf(to, "; mean over seeds and its 95 %% interval");
	if (has_base(r))
		out(to, ";\ndifference from variant '%s'%s", s->variant[0].name,
		    s->n_seeds > 1 ? " with its 95 % interval (Welch); *: it excludes 0" : "");
	fprintf(to, "\n\n");
}

void sweep_report_text(FILE *to, const struct sweep_results *r, const struct sweep_page *page)
{
	const struct sweep_row *best = sweep_results_best(r);
	char **words;

	print_head(to, r);
	print_table(to, r, page);
	if (page->note) {
		putc('\n', to);
		fputs("  ", to);
		wrap_line(to, page->note, 2, 2, page->width < WIDEST ? page->width : WIDEST);
	}
	if (!best)
		return;
	if (r->s->n_options)
		print_all_bests(to, r, page->ascii);
	if (r->baseline)
		out(to, "\n  Baseline: %s.\n", r->s->kind->baseline_words);
	words = sweep_words(r->s, best->trial, 0, page->program, NULL);
	if (words) {
		fprintf(to, "\n  To repeat the best one:\n    ");
		shell_print(to, words);
	}
	shell_words_free(words);
}

/* ---- for programs ---- */

static json_t *value_json(const struct sweep *s, int trial, int k)
{
	json_t *value = json_object_get(s->trial[trial].options, s->option[k].row->name);

	return value ? json_incref(value) : json_string(s->trial[trial].value[k]);
}

/* The words of a trial's command as a line of the shell. */
static json_t *command_json(const struct sweep_results *r, int trial, const char *program)
{
	char **words = sweep_words(r->s, trial, 0, program, NULL), *text = NULL;
	size_t size;
	FILE *f = words ? open_memstream(&text, &size) : NULL;
	json_t *o = NULL;

	if (f) {
		shell_print(f, words);
		if (fclose(f) == 0 && text) {
			text[strcspn(text, "\n")] = '\0';
			o = json_string(text);
		}
	}
	free(text);
	shell_words_free(words);
	return o ? o : json_null();
}

static void add_difference(json_t *o, const struct sweep_results *r, const struct sweep_row *row)
{
	double d = row->difference, half = row->difference_half;

	if (!has_base(r))
		return;
	json_object_set_new(o, "difference", answer_number(d));
	if (r->s->n_seeds > 1)
		json_object_set_new(o, "difference_interval",
		                    json_pack("[o, o]", answer_number(d - half),
		                              answer_number(d + half)));
}

static json_t *row_json(const struct sweep_results *r, int i, const char *program)
{
	const struct sweep_row *row = &r->row[i];
	const struct sweep *s = r->s;
	json_t *options = json_object(), *runs = json_array(), *o = json_object();
	char name[80];

	for (int k = 0; k < s->n_options; k++)
		json_object_set_new(options, s->option[k].row->name, value_json(s, row->trial, k));
	for (int k = 0; k < s->n_seeds; k++) {
		const struct sweep_result *x = sweep_result(r, row->trial, k);

		json_array_append_new(runs, json_pack("{s:s?, s:I, s:s, s:o, s:o*}", "run", x->path,
		                                      "seed", (json_int_t)s->seeds[k], "status",
		                                      states[x->state], r->measure,
		                                      answer_number(x->measure), "error",
		                                      x->error ? json_string(x->error) : NULL));
	}
	json_object_set_new(o, "rank", row->rank ? json_integer(row->rank) : json_null());
	json_object_set_new(o, "options", options);
	json_object_set_new(o, r->measure, answer_number(row->mean));
	if (s->n_seeds > 1)
		json_object_set_new(o, "interval",
		                    json_pack("[o, o]", answer_number(row->low),
		                              answer_number(row->high)));
	add_difference(o, r, row);
	for (int k = 0; k < r->n_beside; k++)
		json_object_set_new(o, r->beside[k], answer_number(row->beside[k]));
	if (r->baseline)
		json_object_set_new(o, baseline_name(name, sizeof name, r),
		                    answer_number(row->baseline));
	json_object_set_new(o, "command", command_json(r, row->trial, program));
	json_object_set_new(o, "runs", runs);
	return o;
}

json_t *sweep_report_json(const struct sweep_results *r, const char *program)
{
	const struct sweep *s = r->s;
	json_t *trials = json_array(), *o = json_object();

	for (int i = 0; i < s->n_trials; i++)
		json_array_append_new(trials, row_json(r, i, program));
	json_object_set_new(o, "description", json_string(s->path));
	if (has_base(r))
		json_object_set_new(o, "base", json_string(s->variant[0].name));
	json_object_set_new(o, "measure", json_string(r->measure));
	json_object_set_new(o, "better", json_string(r->smaller ? "smaller" : "larger"));
	json_object_set_new(o, "runs", json_integer(s->n_trials * s->n_seeds));
	json_object_set_new(o, "finished", json_integer(sweep_results_count(r, SWEEP_FINISHED)));
	json_object_set_new(o, "failed", json_integer(sweep_results_count(r, SWEEP_FAILED)));
	json_object_set_new(o, "diverged", json_integer(sweep_results_count(r, SWEEP_DIVERGED)));
	json_object_set_new(o, "trials", trials);
	return o;
}

/* Every number that any run has, in the order in which they are met, but for those that are columns
 * already. */
static json_t *all_numbers(const struct sweep_results *r)
{
	json_t *all = json_object(), *value;
	const char *name;

	for (int k = 0; k < r->s->n_trials * r->s->n_seeds; k++)
		json_object_foreach(r->run[k].numbers, name, value)
			if (!json_object_get(all, name))
				json_object_set_new(all, name, json_null());
	for (int k = 0; k < r->s->n_options; k++)
		json_object_del(all, r->s->option[k].row->name);
	return all;
}

static void print_run(FILE *to, const struct sweep_results *r, int i, int seed, json_t *names)
{
	const struct sweep_row *row = &r->row[i];
	const struct sweep_result *x = sweep_result(r, row->trial, seed);
	const char *name;
	json_t *value;

	if (row->rank)
		fprintf(to, "%d", row->rank);
	putc(',', to);
	answer_csv_field(to, x->path ? x->path : "");
	out(to, ",%s,%ld", states[x->state], r->s->seeds[seed]);
	for (int k = 0; k < r->s->n_options; k++) {
		putc(',', to);
		answer_csv_field(to, r->s->trial[row->trial].value[k]);
	}
	json_object_foreach(names, name, value) {
		const json_t *number = json_object_get(x->numbers, name);

		putc(',', to);
		if (json_is_number(number))
			fprintf(to, "%.15g", json_number_value(number));
	}
	putc('\n', to);
}

void sweep_report_csv(FILE *to, const struct sweep_results *r)
{
	json_t *names = all_numbers(r), *value;
	const char *name;

	fputs("rank,run,status,seed", to);
	for (int k = 0; k < r->s->n_options; k++) {
		putc(',', to);
		answer_csv_field(to, r->s->option[k].row->name);
	}
	json_object_foreach(names, name, value) {
		putc(',', to);
		answer_csv_field(to, name);
	}
	putc('\n', to);
	for (int i = 0; i < r->s->n_trials; i++)
		for (int seed = 0; seed < r->s->n_seeds; seed++)
			print_run(to, r, i, seed, names);
	json_decref(names);
}
