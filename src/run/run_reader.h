/* run_reader.h - follow one run directory while it grows: for whoever watches, plots or judges a
 * run.
 *
 * The reader keeps no lock and writes nothing.  It may be opened before the run exists, outlives
 * it, and sees when it is resumed or replaced by another one.  What it has read stays when the run
 * goes away.
 *
 *     struct run_reader *r = run_reader_open("runs/a");
 *     for (;;) {
 *             unsigned news = run_reader_poll(r, 0.01);
 *             const struct run_data *d = run_reader_data(r);
 *             ... draw when news is not 0; sleep unless it has RUN_NEWS_MORE ...
 *     }
 *
 * A column (src/run/run_table.h) is one named number of the lines of kind "point"; points stand in
 * buckets of one each, and when there are very many, of more.
 *
 * Bad lines.  A line that is not a whole JSON object, or longer than a megabyte, is skipped and
 * counted.  A last line without its end waits for it.  Names beyond the first 1,024 are left out.
 */
#ifndef RILEY_RUN_RUN_READER_H
#define RILEY_RUN_RUN_READER_H

#include <jansson.h>
#include <stddef.h>
#include "src/run/run_table.h"

enum run_state {
	RUN_MISSING,            /* there was never a run here so far */
	RUN_THERE,
	RUN_RESUMED,            /* there, and it went on from a checkpoint since the reader was
	                         * opened */
	RUN_REPLACED,           /* there, and another run than the one that the reader first saw */
	RUN_GONE                /* the directory was removed or moved; what it said is kept */
};

/* What a poll found; 0: nothing. */
enum run_news {
	RUN_NEWS_POINTS  = 1,   /* points, and perhaps columns */
	RUN_NEWS_BEST    = 2,
	RUN_NEWS_NOTES   = 4,
	RUN_NEWS_RECORDS = 8,   /* a later record of some kind */
	RUN_NEWS_INFO    = 16,  /* run.json */
	RUN_NEWS_STATE   = 32,  /* state, sentence or writer */
	RUN_NEWS_AGAIN   = 64,  /* everything read before was dropped: it begins again at point 0 */
	RUN_NEWS_MORE    = 128  /* the budget ended before the file did: poll again soon */
};

/* Where something happened.  NaN: the line did not say. */
struct run_mark {
	double step, time, count;          /* count: in the run's unit */
};

struct run_note {
	struct run_mark at;
	char           *text;              /* UTF-8 without control characters, at most 4,000
	                                    * bytes */
};

/* All of it is borrowed and valid until the next poll. */
struct run_data {
	const char     *path;
	enum run_state  state;
	const char     *sentence;          /* what the user should know about the run itself; "" when all is well */
	int             happened;          /* ... which is something that happened, and nothing
	                                    * that is wrong */
	int             writer;            /* somebody writes to the run now: 1 or 0; -1 unknown */
	const json_t   *info;              /* run.json as last read; NULL before */
	const struct run_table  *table;    /* columns, points and buckets */
	/* of these columns, or NULL; count: the unit's */
	const struct run_column *step, *time, *count;
	const char     *unit;              /* "epoch", "frame"; NULL when unknown */
	size_t          skipped;           /* lines that could not be read */
	size_t          best_total, note_total;
	size_t          bests, notes;      /* how many of them are kept: the latest 512 surely */
	const struct run_mark *best;       /* (bests) */
	const struct run_note *note;       /* (notes) */
};

struct run_reader;

/* A reader for the run at `path`, which need not be there; nothing is read yet.  NULL without
 * memory. */
struct run_reader *run_reader_open(const char *path);
void run_reader_free(struct run_reader *r);

/* The most memory that the columns may take, in bytes; 40 MB unless told.  For programs that follow
 * many runs; before the first poll.  At least 1 MB is taken. */
void run_reader_limit(struct run_reader *r, size_t bytes);

/* Read what is new, for about `seconds` at most (INFINITY: to the end), at least one piece of a
 * quarter of a megabyte, which takes less than a millisecond; where the buckets of a very long run
 * are to be merged, which takes some milliseconds, it stops before, and begins with that the next
 * time.  Never fails: what is wrong is in the state and the sentence.  Returns enum run_news
 * bits. */
unsigned run_reader_poll(struct run_reader *r, double seconds);

const struct run_data *run_reader_data(const struct run_reader *r);

/* The column called `name`, or NULL.  Borrowed until the next poll. */
const struct run_column *run_reader_column(const struct run_reader *r, const char *name);

/* What a line of metrics.jsonl counts in: the number that stands first behind its kind, step and
 * time ("epoch"), else "step"; NULL when it has neither.  Borrowed from the line. */
const char *run_record_unit(const json_t *line);

/* The latest whole line of a kind other than "point" and "note" ("best", "layers", "tracing",
 * "scores"), or NULL. Borrowed until the next poll.  It is parsed when it is asked for; one that
 * turns out then to be no JSON counts as skipped, and the one before that was asked for stays.
 * (The first sixteen kinds are kept.) */
const json_t *run_reader_record(struct run_reader *r, const char *kind);

#endif
