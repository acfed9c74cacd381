/* run_line.h - one line of metrics.jsonl: an object of named numbers, read fast.
 *
 * Lines as rundir_log() writes them, {"kind": "point", "step": 20, "loss": 0.25, ...}, are scanned
 * in place.  Everything else that is JSON (arrays, escapes, odd spaces) is left to the JSON
 * library, so what is accepted does not depend on how it is spelled.
 */
#ifndef RILEY_RUN_RUN_LINE_H
#define RILEY_RUN_RUN_LINE_H

#include <jansson.h>
#include <stddef.h>

/* Longer lines are not read, and of one line no more numbers than this. */
#define RUN_LINE_BYTES   ((size_t)1 << 20)
#define RUN_LINE_NUMBERS 1024

struct run_field {
	const char *name;               /* not terminated */
	size_t      name_length;
	double      x;                  /* NaN: null */
};

/* What a line says.  Texts are borrowed from the line or from `object`: valid until either goes. */
struct run_line {
	const char      *kind;          /* not terminated; NULL: it says none */
	size_t           kind_length;
	int              n;
	struct run_field number[RUN_LINE_NUMBERS];   /* (n) numbers and nulls, in the line's
	                                              * order */
	json_t          *object;        /* the whole line, where the JSON library had to read it;
	                                 * or NULL */
};

/* Read line[0 .. length-1], behind which stands one byte more, a '\n' or '\0'.  1 when it is one
 * whole JSON object, else 0.  Numbers are rounded as strtod() does; a number beyond the range of
 * double makes the line no JSON.  Of two keys of one name both may be listed, the later behind; but
 * a kind that the line begins with is its kind.  `l` is zeroed before its first use and closed by
 * run_line_clear() after its last. */
int run_line_read(struct run_line *l, const char *line, size_t length);
void run_line_clear(struct run_line *l);

/* Whether the line is of this kind. */
int run_line_is(const struct run_line *l, const char *kind);

/* The kind of a line that begins with it, {"kind": "layers", without looking further; *length 0 and
 * NULL when it doesn't.  Not terminated, borrowed from the line (which ends as above). */
const char *run_line_kind(const char *line, size_t *length);

/* Whether name[0 .. length-1] is `word`. */
int run_line_called(const char *word, const char *name, size_t length);

#endif
