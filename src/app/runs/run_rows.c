/* run_rows.c - see run_rows.h. */
#include "config.h"
#include "src/app/runs/run_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/file.h"
#include "src/cli/answer.h"
#include "src/ui/words.h"

enum column { NAME, KIND, DATA, STATE, AGE, SCORE, MEASURE, PROGRESS };

static const char *const head[RUN_ROWS_COLUMNS] = {
	[NAME] = "name", [KIND] = "kind",   [DATA] = "data",       [STATE] = "state",
	[AGE] = "age",   [SCORE] = "score", [MEASURE] = "measure", [PROGRESS] = "progress",
};
static const int right[RUN_ROWS_COLUMNS] = { [AGE] = 1, [SCORE] = 1 };

/* What a narrow list goes without, in this order, so that names stay whole and can be copied. */
static const int drop[] = { MEASURE, DATA, PROGRESS, SCORE, AGE, KIND, STATE, NAME };

/* ---- cells ---- */

/* A copy that is cut between characters. */
static void copy_text(char to[RUN_ROWS_CELL], const char *text)
{
	size_t n = strlen(text);

	if (n >= RUN_ROWS_CELL)
		for (n = RUN_ROWS_CELL - 1; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
			;
	memcpy(to, text, n);
	to[n] = '\0';
}

const char *run_rows_words(char *into, size_t size, const char *name)
{
	snprintf(into, size, "%s", name);
	for (char *c = into; *c; c++)
		*c = *c == '_' ? ' ' : *c;
	return into;
}

/* "valid auc ↑": an arrow to the better side. */
static void measure_text(char to[RUN_ROWS_CELL], const struct listed_run *r, int ascii)
{
	char name[32];
	const char *better = ascii ? (r->smaller ? "(min)" : "(max)") : r->smaller ? "↓" : "↑";

	snprintf(to, RUN_ROWS_CELL, "%s %s", run_rows_words(name, sizeof name, r->measure), better);
}

/* "epoch 12 of 20" */
static void progress_text(char to[RUN_ROWS_CELL], const struct listed_run *r)
{
	char at[16], of_all[16];

	if (isnan(r->at) || !r->unit)
		return;
	words_count(at, sizeof at, r->at);
	if (isnan(r->of_all))
		snprintf(to, RUN_ROWS_CELL, "%.16s %s", r->unit, at);
	else
		snprintf(to, RUN_ROWS_CELL, "%.16s %s of %s", r->unit, at,
		         words_count(of_all, sizeof of_all, r->of_all));
}

static void fill(char (*text)[RUN_ROWS_CELL], const struct listed_run *r, double now, int ascii)
{
	if (r->kind_name)
		copy_text(text[KIND], r->kind_name);
	if (r->data)
		copy_text(text[DATA], file_last_part(r->data));
	copy_text(text[STATE], run_list_states[r->state]);
	if (!isnan(r->start))
		words_age(text[AGE], RUN_ROWS_CELL, now - r->start);
	if (r->measure) {
		words_value(text[SCORE], RUN_ROWS_CELL, r->score);
		measure_text(text[MEASURE], r, ascii);
	}
	progress_text(text[PROGRESS], r);
}

/* ---- rows ---- */

static int is_run(const struct listed_run *r)
{
	return r->state != LISTED_SPOILED && r->state != LISTED_FOREIGN;
}

enum ry_status run_rows_make(struct run_rows *r, const struct run_list *l,
                             const struct run_list_filter *f, int whole, double now, int ascii)
{
	size_t most = (size_t)l->n * RUN_ROWS_COLUMNS + 1;
	int n = 0;

	*r = (struct run_rows){ .index = ry_calloc((size_t)l->n + 1, sizeof *r->index, "a list") };
	r->cell = ry_calloc(most, sizeof *r->cell, "a list");
	r->text = ry_calloc(most, sizeof *r->text, "a list");
	if (!r->index || !r->cell || !r->text)
		return ry_failure();
	for (int k = 0; k < l->n; k++) {
		const struct listed_run *run = &l->run[k];
		size_t at = (size_t)n * RUN_ROWS_COLUMNS;

		if (!run_list_shows(f, run) || (!whole && !is_run(run)))
			continue;
		fill(r->text + at, run, now, ascii);
		for (int c = 0; c < RUN_ROWS_COLUMNS; c++)
			r->cell[at + (size_t)c] = r->text[at + (size_t)c];
		r->cell[at + NAME] = run->name;
		r->index[n++] = k;
	}
	r->run = r->index;
	r->table = (struct table){ RUN_ROWS_COLUMNS, n, head, right, drop, r->cell, -1 };
	return RY_OK;
}

void run_rows_clear(struct run_rows *r)
{
	free(r->index);
	free(r->cell);
	free(r->text);
	memset(r, 0, sizeof *r);
}

/* ---- JSON ---- */

json_t *run_rows_json_text(const char *text)
{
	json_t *string = text ? json_string(text) : json_null();
	char *copy = string ? NULL : strdup(text);

	if (string || !copy)
		return string;
	for (char *p = copy; *p; p++)
		*p = (unsigned char)*p > '~' ? '?' : *p;
	string = json_string(copy);
	free(copy);
	return string;
}

/* Whole numbers without a point. */
static json_t *count(double x)
{
	return x == floor(x) && fabs(x) < 9e15 ? json_integer((json_int_t)x) : answer_number(x);
}

json_t *run_rows_json(const struct listed_run *r, double now)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
	                 "s:o, s:o, s:o}",
	                 "name", run_rows_json_text(r->name), "run", run_rows_json_text(r->path),
	                 "kind", run_rows_json_text(r->kind_name),
	                 "data", run_rows_json_text(r->data), "fingerprint",
	                 run_rows_json_text(r->fingerprint), "state", run_list_states[r->state],
	                 "status", run_rows_json_text(r->status),
	                 "age", count(now - r->start), "seconds", answer_number(r->seconds),
	                 "seed", count(r->seed), "unit", run_rows_json_text(r->unit), "at",
	                 count(r->at), "of", count(r->of_all),
	                 "measure", run_rows_json_text(r->measure),
	                 "score", answer_number(r->score),
	                 "better", r->measure ? json_string(r->smaller ? "smaller" : "larger")
	                                      : json_null(),
	                 "error", run_rows_json_text(r->error));
}
