/* run_rows.h - a list of runs as a table for people, and as JSON. */
#ifndef RILEY_APP_RUNS_RUN_ROWS_H
#define RILEY_APP_RUNS_RUN_ROWS_H

#include "src/app/runs/run_list.h"
#include "src/ui/table.h"

enum { RUN_ROWS_COLUMNS = 8, RUN_ROWS_CELL = 48 };

/* The rows of the runs that a filter shows, in the order of the list: name, kind, data, state, age,
 * score, measure, progress.  A narrow table goes without the least needed ones; names stay
 * whole. */
struct run_rows {
	struct table  table;             /* its texts are those below */
	const int    *run;               /* (rows): index into the list of runs */
	int          *index;             /* what else is owned */
	const char  **cell;
	char        (*text)[RUN_ROWS_CELL];
};

/* `now`: seconds since 1970, from which ages are counted.  With `whole` nonzero spoiled and foreign
 * folders have rows, too.  Texts of names are borrowed from the list.  RY_ENOMEM.  Release with
 * run_rows_clear() also after a failure. */
enum ry_status run_rows_make(struct run_rows *r, const struct run_list *l,
                             const struct run_list_filter *f, int whole, double now, int ascii);
void run_rows_clear(struct run_rows *r);

/* A run as an object, with the names that doc/json.md explains; NULL without memory. */
json_t *run_rows_json(const struct listed_run *r, double now);

/* Any text as a JSON string; text that is not UTF-8 has '?' for its bytes beyond ASCII.  JSON null
 * for NULL. */
json_t *run_rows_json_text(const char *text);

/* "valid auc" of "valid_auc", in into[size]. */
const char *run_rows_words(char *into, size_t size, const char *name);

#endif
