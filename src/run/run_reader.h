/* run_reader.h - follow one run directory while it grows, to display, plot or diagnose it.
 *
 * The reader takes no lock and writes nothing.  It may be opened before the run exists, and it
 * notices when the run is resumed, replaced by another one, or removed; the data already read are
 * kept.
 *
 *     struct run_reader *r = run_reader_open("runs/a");
 *     for (;;) {
 *             unsigned news = run_reader_poll(r, 0.01);
 *             const struct run_data *d = run_reader_data(r);
 *             ... draw if news is not 0; sleep unless it has RUN_NEWS_MORE ...
 *     }
 *
 * A column (run_table.h) is one named number of the lines of kind "point"; points are stored in
 * buckets of one each or, if there are very many, of several.
 *
 * Invalid lines.  A line that is not a whole JSON object, or is longer than a megabyte, is skipped
 * and counted.  An unterminated last line is read once it is complete.  Names beyond the first
 * 1,024 are ignored.
 */
#ifndef RILEY_RUN_RUN_READER_H
#define RILEY_RUN_RUN_READER_H

#include <jansson.h>
#include <stddef.h>
#include "src/run/run_table.h"

enum run_state {
	RUN_MISSING,            /* no run has been here so far */
	RUN_THERE,
	RUN_RESUMED,            /* there, resumed from a checkpoint since the reader was opened */
	RUN_REPLACED,           /* there, but another run than the one first seen */
	RUN_GONE                /* the directory was removed or moved; its data are kept */
};

/* News of a poll; 0: none. */
enum run_news {
	RUN_NEWS_POINTS  = 1,   /* points, and possibly columns */
	RUN_NEWS_BEST    = 2,
	RUN_NEWS_NOTES   = 4,
	RUN_NEWS_RECORDS = 8,   /* a new record of some kind */
	RUN_NEWS_INFO    = 16,  /* run.json */
	RUN_NEWS_STATE   = 32,  /* state, message or writer */
	RUN_NEWS_AGAIN   = 64,  /* all data were dropped and are read again from point 0 */
	RUN_NEWS_MORE    = 128  /* the time budget ended before the file: poll again soon */
};

/* When something happened.  NaN: not in the line. */
struct run_mark {
	double step, time, count;          /* count: in the run's unit */
};

struct run_note {
	struct run_mark at;
	char           *text;              /* UTF-8, no control characters, at most 4,000 bytes */
};

/* Everything is borrowed and valid until the next poll. */
struct run_data {
	const char     *path;
	enum run_state  state;
	const char     *sentence;          /* message about the run for the user, or "" */
	int             happened;          /* the message reports an event, not a problem */
	int             writer;            /* a process is writing to the run: 1 or 0; -1 unknown */
	const json_t   *info;              /* run.json as last read; NULL before that */
	const struct run_table  *table;    /* columns, points and buckets */
	/* columns of the table, or NULL; count: the unit's */
	const struct run_column *step, *time, *count;
	const char     *unit;              /* "epoch", "frame"; NULL when unknown */
	size_t          skipped;           /* lines that could not be read */
	size_t          best_total, note_total;
	size_t          bests, notes;      /* numbers kept: at least the latest 512 */
	const struct run_mark *best;       /* (bests) */
	const struct run_note *note;       /* (notes) */
};

struct run_reader;

/* A reader for the run at `path`, which need not exist; nothing is read yet.  NULL without
 * memory. */
struct run_reader *run_reader_open(const char *path);
void run_reader_free(struct run_reader *r);

/* Set the memory limit of the columns in bytes (default 40 MB, minimum 1 MB), for programs that
 * follow many runs.  Call before the first poll. */
void run_reader_limit(struct run_reader *r, size_t bytes);

/* Read new data for about `seconds` at most (INFINITY: to the end), but at least one piece of a
 * quarter of a megabyte, which takes less than a millisecond.  If the buckets of a very long run
 * must be merged, which takes some milliseconds, the poll stops before that and the next one begins
 * with it.  Never fails: problems are in the state and the message.  Returns enum run_news bits. */
unsigned run_reader_poll(struct run_reader *r, double seconds);

/* RY_OK, or RY_EIO with the sentence if the latest poll could not read what is there. */
enum ry_status run_reader_status(const struct run_reader *r);

const struct run_data *run_reader_data(const struct run_reader *r);

/* The column named `name`, or NULL.  Borrowed until the next poll. */
const struct run_column *run_reader_column(const struct run_reader *r, const char *name);

/* What a line of metrics.jsonl counts in: the number that stands first behind its kind, step and
 * time ("epoch"), else "step"; NULL when it has neither.  Borrowed from the line. */
const char *run_record_unit(const json_t *line);

/* The latest whole line of a kind other than "point" and "note" ("best", "layers", "tracing",
 * "scores"), or NULL.  Borrowed until the next poll.  It is parsed on demand; if it is not valid
 * JSON it counts as skipped, and the previously parsed one is kept.  (The first sixteen kinds are
 * kept.) */
const json_t *run_reader_record(struct run_reader *r, const char *kind);

#endif
