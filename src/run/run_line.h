/* run_line.h - parse one line of metrics.jsonl, an object of named numbers, fast.
 *
 * Lines as rundir_log() writes them, {"kind": "point", "step": 20, "loss": 0.25, ...}, are scanned
 * in place.  All other JSON (arrays, escapes, unusual spaces) is left to the JSON library, so what
 * is accepted does not depend on the spelling.
 */
#ifndef RILEY_RUN_RUN_LINE_H
#define RILEY_RUN_RUN_LINE_H

#include <jansson.h>
#include <stddef.h>

/* Limits: longer lines are not read, and of one line at most this many numbers. */
#define RUN_LINE_BYTES   ((size_t)1 << 20)
#define RUN_LINE_NUMBERS 1024

struct run_field {
	const char *name;               /* not terminated */
	size_t      name_length;
	double      x;                  /* NaN: null */
};

/* The contents of a line.  Texts are borrowed from the line or from `object` and valid as long as
 * these. */
struct run_line {
	const char      *kind;          /* not terminated; NULL if missing */
	size_t           kind_length;
	int              n;
	struct run_field number[RUN_LINE_NUMBERS];   /* (n) numbers and nulls, in file order */
	json_t          *object;        /* the line as parsed by the JSON library, or NULL */
};

/* Parse line[0 .. length-1], which must be followed by one more byte, '\n' or '\0'.  Returns 1 if
 * it is one whole JSON object, else 0.  Numbers are rounded as by strtod(); a number beyond the
 * range of double makes the line invalid.  Duplicate keys may both be listed, the later one second;
 * but a kind at the start of the line is its kind.  `l` is zeroed before its first use and released
 * by run_line_clear() after its last. */
int run_line_read(struct run_line *l, const char *line, size_t length);
void run_line_clear(struct run_line *l);

/* Nonzero if the line is of this kind. */
int run_line_is(const struct run_line *l, const char *kind);

/* The kind of a line that begins with {"kind": "layers", without parsing the rest; NULL and *length
 * 0 for other lines.  Not terminated; borrowed from the line, which ends as above. */
const char *run_line_kind(const char *line, size_t *length);

/* Nonzero if name[0 .. length-1] equals `word`. */
int run_line_called(const char *word, const char *name, size_t length);

#endif
