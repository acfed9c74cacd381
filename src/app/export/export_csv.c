/* export_csv.c - points as CSV (RFC 4180). */
#include "src/app/export/export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "src/base/text.h"
#include "src/cli/answer.h"

#define END_OF_LINE "\r\n"

const char *export_number(char to[32], double v)
{
	if (isnan(v)) {
		*to = '\0';
		return to;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(to, 32, "%.*g", digits, v);
		if (!isfinite(v) || strtod(to, NULL) == v)
			break;
	}
	return to;
}

/* A column of the file. */
struct column {
	const char    *name;                 /* borrowed from a run */
	const double **value;                /* (runs): NULL for a run that lacks it */
	UT_hash_handle hh;
};

static void columns_free(struct column *all)
{
	struct column *c, *next;

	HASH_ITER(hh, all, c, next) {
		HASH_DEL(all, c);
		free(c->value);
		free(c);
	}
}

/* All columns of all runs, in order of first appearance; without memory NULL in *all, and a
 * failure. */
static enum ry_status gather_columns(const struct export_run *run, int n, struct column **all)
{
	*all = NULL;
	for (int r = 0; r < n; r++)
		for (int k = 0; k < run[r].points->columns; k++) {
			const char *name = run[r].points->name[k];
			struct column *c;

			HASH_FIND_STR(*all, name, c);
			if (!c) {
				c = calloc(1, sizeof *c);
				if (!c || !(c->value = calloc((size_t)n, sizeof *c->value))) {
					free(c);
					columns_free(*all);
					*all = NULL;
					return ry_fail_memory("a CSV file");
				}
				c->name = name;
				HASH_ADD_KEYPTR(hh, *all, c->name, strlen(c->name), c);
			}
			c->value[r] = run[r].points->value[k];
		}
	return RY_OK;
}

enum ry_status export_csv(const struct export_run *run, int n, char **data, size_t *size)
{
	struct column *all;
	enum ry_status status = gather_columns(run, n, &all);
	FILE *to;
	char number[32];

	*data = NULL;
	if (status != RY_OK)
		return status;
	if (!(to = open_memstream(data, size))) {
		columns_free(all);
		return ry_fail_memory("a CSV file");
	}
	fputs("run", to);
	for (const struct column *c = all; c; c = c->hh.next) {
		fputc(',', to);
		answer_csv_field(to, c->name);
	}
	out_own(to, END_OF_LINE);
	for (int r = 0; r < n; r++)
		for (size_t i = 0; i < run[r].points->n; i++) {
			answer_csv_field(to, run[r].name);
			for (const struct column *c = all; c; c = c->hh.next)
				out(to, ",%s",
				    export_number(number, c->value[r] ? c->value[r][i] : NAN));
			out_own(to, END_OF_LINE);
		}
	columns_free(all);
	if (fclose(to) == 0)
		return RY_OK;
	free(*data);
	*data = NULL;
	return ry_fail_memory("a CSV file");
}
