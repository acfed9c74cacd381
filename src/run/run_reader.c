/* run_reader.c - see run_reader.h.
 *
 * A poll calls stat() on run.json and metrics.jsonl and opens nothing unless one of them has
 * changed. metrics.jsonl stays open, so that no other file can get its inode.  The last bytes
 * before the read position are compared before reading on, so that a file that was truncated and
 * rewritten in place is noticed too.
 */
#include <config.h>
#include "src/run/run_reader.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/text.h"
#include "src/run/rundir.h"

enum {
	PIECE = 1 << 18,                /* bytes read at a time; less than 1 ms if cached */
	TAIL = 64,                      /* bytes compared before reading on */
	KEPT = 1024,                    /* marks and notes */
	KINDS = 16,
	KIND_BYTES = 32,
	NOTE_BYTES = 4000,
	SENTENCE = 640
};

#define TABLE_BYTES ((size_t)40 << 20)
#define LOCK_SECONDS 1.0                /* interval between checks for a writer */

/* Identifies one state of a file. */
struct stamp {
	int             there;
	dev_t           device;
	ino_t           inode;
	off_t           size;
	struct timespec changed;
};

/* The latest line of one kind. */
struct record {
	char    kind[KIND_BYTES];
	char   *text;                   /* not parsed yet, or NULL */
	size_t  length;
	json_t *parsed;                 /* or NULL */
};

struct run_reader {
	struct run_data   data;
	struct run_table *table;
	struct run_line   line;
	char             *path, *info_file, *metrics_file;
	unsigned          news;

	json_t           *info;
	struct stamp      info_stamp;
	char             *start;        /* start time in run.json of the run being read */
	size_t            sessions;     /* number of times it was resumed */
	char              trouble[SENTENCE / 2];        /* with run.json */
	double            lock_seen;    /* time of the last check of the lock */

	int               fd;           /* of metrics.jsonl, or -1 */
	int               logs;         /* there is a metrics.jsonl */
	struct stamp      stamp;        /* of the open file when last read to its end */
	off_t             at;           /* read position: at the start of a line, unless skipping */
	int               skipping;     /* inside a line that is too long */
	char              tail[TAIL];   /* last bytes before `at` */
	size_t            tail_length;
	char              unreadable[SENTENCE / 2];     /* error of reading metrics.jsonl, or "" */

	struct run_mark   best[KEPT];
	struct run_note   note[KEPT];
	struct record     record[KINDS];
	char              sentence[SENTENCE];
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- creation and release ---- */

struct run_reader *run_reader_open(const char *path)
{
	struct run_reader *r = calloc(1, sizeof *r);

	if (r) {
		r->fd = -1;
		r->lock_seen = -INFINITY;
		r->path = strdup(path);
		r->info_file = file_join(path, "run.json");
		r->metrics_file = file_join(path, "metrics.jsonl");
		r->table = run_table_alloc(TABLE_BYTES);
	}
	if (!r || !r->path || !r->info_file || !r->metrics_file || !r->table) {
		run_reader_free(r);
		ry_fail_memory(path);
		return NULL;
	}
	r->data = (struct run_data){ .path = r->path,
		                     .sentence = r->sentence,
		                     .writer = -1,
		                     .table = r->table,
		                     .best = r->best,
		                     .note = r->note };
	return r;
}

void run_reader_limit(struct run_reader *r, size_t bytes)
{
	run_table_limit(r->table, bytes);
}

/* Drop all data read from metrics.jsonl, and close the file. */
static void forget(struct run_reader *r)
{
	struct run_data *d = &r->data;

	run_table_clear(r->table);
	for (size_t i = 0; i < d->notes; i++)
		free(r->note[i].text);
	for (int k = 0; k < KINDS; k++) {
		free(r->record[k].text);
		json_decref(r->record[k].parsed);
	}
	memset(r->record, 0, sizeof r->record);
	d->step = d->time = d->count = NULL;
	d->unit = NULL;
	d->skipped = d->best_total = d->note_total = d->bests = d->notes = 0;
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	r->at = 0;
	r->skipping = 0;
	r->tail_length = 0;
	r->stamp = (struct stamp){ 0 };
}

void run_reader_free(struct run_reader *r)
{
	if (!r)
		return;
	if (r->table)
		forget(r);
	run_table_free(r->table);
	run_line_clear(&r->line);
	json_decref(r->info);
	free(r->start);
	free(r->metrics_file);
	free(r->info_file);
	free(r->path);
	free(r);
}

enum ry_status run_reader_status(const struct run_reader *r)
{
	const char *trouble = r->unreadable[0] ? r->unreadable : r->trouble;

	return *trouble ? ry_fail(RY_EIO, "%s", trouble) : RY_OK;
}

const struct run_data *run_reader_data(const struct run_reader *r)
{
	return &r->data;
}

const struct run_column *run_reader_column(const struct run_reader *r, const char *name)
{
	return run_table_column(r->table, name);
}

/* ---- lines ---- */

static struct run_mark mark_of(const struct run_reader *r)
{
	struct run_mark mark = { NAN, NAN, NAN };

	for (int k = 0; k < r->line.n; k++) {
		const struct run_field *f = &r->line.number[k];

		if (run_line_called("step", f->name, f->name_length))
			mark.step = f->x;
		else if (run_line_called("time", f->name, f->name_length))
			mark.time = f->x;
		else if (r->data.unit && run_line_called(r->data.unit, f->name, f->name_length))
			mark.count = f->x;
	}
	return mark;
}

/* Find the columns for the position of a point.  The run's unit is next to step and time. */
static void find_axes(struct run_reader *r)
{
	const struct run_table *t = r->table;

	r->data.step = run_table_column(t, "step");
	r->data.time = run_table_column(t, "time");
	if (!r->data.unit && r->data.step && r->data.time)
		for (int k = 0; k < t->columns && k < 3; k++)
			if (t->column[k] != r->data.step && t->column[k] != r->data.time)
				r->data.unit = t->column[k]->name;
	r->data.count = r->data.unit ? run_table_column(t, r->data.unit) : NULL;
}

static int say_no_memory(struct run_reader *r)
{
	snprintf(r->unreadable, sizeof r->unreadable, "%s: there is no memory to read it",
	         r->metrics_file);
	return 0;
}

static void take_point(struct run_reader *r)
{
	if (!run_table_add(r->table, &r->line)) {
		r->data.skipped++;
		say_no_memory(r);
	}
	if (!r->data.unit)
		find_axes(r);
	r->news |= RUN_NEWS_POINTS;
}

/* Make room for one more of `have` elements, of which at most KEPT are kept; returns the number of
 * old ones dropped. */
static size_t drop_older(void *things, size_t have, size_t size)
{
	size_t drop = have < KEPT ? 0 : KEPT / 2;

	memmove(things, (char *)things + drop * size, (have - drop) * size);
	return drop;
}

static void take_best(struct run_reader *r)
{
	struct run_data *d = &r->data;

	d->bests -= drop_older(r->best, d->bests, sizeof r->best[0]);
	r->best[d->bests++] = mark_of(r);
	d->best_total++;
	r->news |= RUN_NEWS_BEST;
}

/* A copy safe for any terminal, cut between characters. */
static char *clean_text(const char *text)
{
	size_t length = strnlen(text, NOTE_BYTES);
	char *copy;

	while (length > 0 && text[length] != '\0' && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	copy = strndup(text, length);
	if (copy)
		text_clean(copy);
	return copy;
}

static void take_note(struct run_reader *r, const char *line, size_t length)
{
	struct run_data *d = &r->data;
	json_t *object =
		r->line.object ? json_incref(r->line.object) : json_loadb(line, length, 0, NULL);
	const char *text = json_string_value(json_object_get(object, "text"));
	char *copy = clean_text(text ? text : "");

	json_decref(object);
	if (!copy)
		return;
	if (d->notes == KEPT)
		for (size_t i = 0; i < KEPT / 2; i++)
			free(r->note[i].text);
	d->notes -= drop_older(r->note, d->notes, sizeof r->note[0]);
	r->note[d->notes++] = (struct run_note){ mark_of(r), copy };
	d->note_total++;
	r->news |= RUN_NEWS_NOTES;
}

static struct record *record_of(struct run_reader *r, const char *kind, size_t length)
{
	for (int k = 0; k < KINDS && length > 0 && length < KIND_BYTES; k++) {
		struct record *record = &r->record[k];

		if (record->kind[0] == '\0')
			memcpy(record->kind, kind, length);
		if (run_line_called(record->kind, kind, length))
			return record;
	}
	return NULL;
}

/* Nonzero if quotes and brackets are balanced and only blanks follow: not so in a line that was
 * truncated or overwritten. */
static int looks_whole(const char *line, size_t length)
{
	long depth = 0;
	int quoted = 0;

	for (size_t i = 0; i < length; i++) {
		char c = line[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']') && --depth == 0)
			return i + 1 + strspn(line + i + 1, " \t\r") == length;
	}
	return 0;
}

/* Keep the line unparsed: most are never asked for. */
static void take_record(struct run_reader *r, const char *kind, size_t kind_length,
                        const char *line, size_t length)
{
	struct record *record = record_of(r, kind, kind_length);
	int whole = looks_whole(line, length);
	char *text = record && whole ? realloc(record->text, length) : NULL;

	r->data.skipped += !whole;
	if (!text)
		return;
	record->text = memcpy(text, line, length);
	record->length = length;
	r->news |= RUN_NEWS_RECORDS;
}

const char *run_record_unit(const json_t *line)
{
	static const char *const before[] = { "kind", "step", "time" };
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)line, key, value) {
		size_t k = 0;

		while (k < 3 && strcmp(key, before[k]) != 0)
			k++;
		if (k < 3)
			continue;
		if (json_is_number(value))
			return key;
		break;
	}
	return json_is_number(json_object_get(line, "step")) ? "step" : NULL;
}

const json_t *run_reader_record(struct run_reader *r, const char *kind)
{
	struct record *record = NULL;
	json_t *parsed;

	for (int k = 0; k < KINDS && !record; k++)
		if (strcmp(r->record[k].kind, kind) == 0 && *kind)
			record = &r->record[k];
	if (!record)
		return NULL;
	if (record->text) {
		parsed = json_loadb(record->text, record->length, JSON_DECODE_INT_AS_REAL, NULL);
		if (json_is_object(parsed)) {
			json_decref(record->parsed);
			record->parsed = parsed;
		} else {
			json_decref(parsed);
			r->data.skipped++;
		}
		free(record->text);
		record->text = NULL;
	}
	return record->parsed;
}

/* The library that parses does not tell a line that is no object from a lack of memory; malloc()
 * does, in errno. */
static int read_line(struct run_reader *r, const char *line, size_t length)
{
	errno = 0;
	if (run_line_read(&r->line, line, length))
		return 1;
	return errno == ENOMEM ? say_no_memory(r) : 0;
}

/* Process a line including its '\n'. */
static void take_line(struct run_reader *r, const char *line, size_t length)
{
	size_t kind_length;
	const char *kind = run_line_kind(line, &kind_length);
	int plain = kind && (run_line_called("point", kind, kind_length) ||
	                     run_line_called("best", kind, kind_length) ||
	                     run_line_called("note", kind, kind_length));

	if (kind && !plain) {
		take_record(r, kind, kind_length, line, length);
	} else if (!read_line(r, line, length)) {
		r->data.skipped++;
	} else if (run_line_is(&r->line, "point")) {
		take_point(r);
	} else if (run_line_is(&r->line, "note")) {
		take_note(r, line, length);
	} else if (r->line.kind) {
		if (run_line_is(&r->line, "best"))
			take_best(r);
		take_record(r, r->line.kind, r->line.kind_length, line, length);
	}
}

/* Process the whole lines of the `have` bytes at r->at; returns their length in bytes. */
static size_t take_lines(struct run_reader *r, const char *buffer, size_t have)
{
	const char *line = buffer, *end;

	while ((end = memchr(line, '\n', have - (size_t)(line - buffer)))) {
		if (r->skipping || (size_t)(end - line) >= RUN_LINE_BYTES)
			r->data.skipped++;
		else
			take_line(r, line, (size_t)(end - line));
		r->skipping = 0;
		line = end + 1;
	}
	return (size_t)(line - buffer);
}

/* ---- metrics.jsonl ---- */

static struct stamp stamp_of(const struct stat *sb)
{
	return (struct stamp){ 1, sb->st_dev, sb->st_ino, sb->st_size, sb->st_mtim };
}

static struct stamp look(const char *file)
{
	struct stat sb;

	return stat(file, &sb) == 0 ? stamp_of(&sb) : (struct stamp){ 0 };
}

static int is_same_file(struct stamp a, struct stamp b)
{
	return a.there && b.there && a.device == b.device && a.inode == b.inode;
}

static int is_unchanged(struct stamp a, struct stamp b)
{
	return a.there == b.there && (!a.there || (is_same_file(a, b) && a.size == b.size &&
	                                           a.changed.tv_sec == b.changed.tv_sec &&
	                                           a.changed.tv_nsec == b.changed.tv_nsec));
}

/* The file has been replaced or rewritten: start over. */
static void begin_again(struct run_reader *r, enum run_state why)
{
	forget(r);
	r->data.state = why;
	r->news |= RUN_NEWS_AGAIN | RUN_NEWS_STATE;
}

/* Advance by `used` bytes, keeping the last of them for comparison. */
static void move_on(struct run_reader *r, const char *buffer, size_t used)
{
	size_t length = used < TAIL ? used : TAIL;

	if (used == 0)
		return;
	memcpy(r->tail, buffer + used - length, length);
	r->tail_length = length;
	r->at += (off_t)used;
}

/* Read one piece from r->at.  *room is the size of the buffer, which grows for a long line. 1:
 * there is more, 2: repeat with the larger buffer, 0: end or error, -1: the data read before have
 * changed. */
static int read_piece(struct run_reader *r, char **buffer, size_t *room)
{
	size_t have, used;
	ssize_t got = pread(r->fd, *buffer, *room, r->at - (off_t)r->tail_length);

	if (got < 0 && errno == EINTR)
		return 2;
	if (got < 0) {
		snprintf(r->unreadable, sizeof r->unreadable, "%s: reading failed: %s",
		         r->metrics_file, strerror(errno));
		return 0;
	}
	if ((size_t)got < r->tail_length || memcmp(*buffer, r->tail, r->tail_length) != 0)
		return -1;
	have = (size_t)got - r->tail_length;
	used = take_lines(r, *buffer + r->tail_length, have);
	if (used == 0 && (have >= RUN_LINE_BYTES || (r->skipping && have > 0))) {
		r->skipping = 1;
		used = have;
	} else if (used == 0 && (size_t)got == *room) {
		char *grown = realloc(*buffer, 2 * *room);

		if (!grown)
			return say_no_memory(r);
		*buffer = grown;
		*room *= 2;
		return 2;
	}
	move_on(r, *buffer + r->tail_length, used);
	return (size_t)got == *room;
}

/* Read from r->at to the end or to the deadline.  A piece in which buckets may be merged, which
 * costs as much as many others, is left for the start of the next poll. */
static int read_on(struct run_reader *r, double deadline)
{
	size_t room = PIECE;
	char *buffer = malloc(room);
	int more = buffer ? 1 : say_no_memory(r);

	while (more > 0) {
		size_t points = r->table->points;

		more = read_piece(r, &buffer, &room);
		points = r->table->points - points;
		if (more == 1 && deadline < INFINITY &&
		    (now() >= deadline || run_table_merges_within(r->table, 2 * points))) {
			r->news |= RUN_NEWS_MORE;
			break;
		}
	}
	free(buffer);
	return more;
}

static const char *start_of(const json_t *info)
{
	return json_string_value(json_object_get(info, "start"));
}

/* Open the current file; data of another file are dropped. */
static int open_metrics(struct run_reader *r)
{
	const char *start = start_of(r->info);
	size_t size;
	int fd;

	if (file_open(r->metrics_file, &fd, &size) != RY_OK) {
		snprintf(r->unreadable, sizeof r->unreadable, "%s", ry_message());
		return 0;
	}
	/* A resumed run may have a new file. */
	if (r->fd >= 0)
		begin_again(r, start && r->start && strcmp(start, r->start) == 0 ? RUN_RESUMED
		                                                                 : RUN_REPLACED);
	r->fd = fd;
	return 1;
}

/* Nonzero if the open file is the one with this stamp. */
static int is_open(const struct run_reader *r, struct stamp seen)
{
	struct stat sb;

	return r->fd >= 0 && fstat(r->fd, &sb) == 0 && is_same_file(seen, stamp_of(&sb));
}

static void follow_metrics(struct run_reader *r, double deadline)
{
	struct stamp seen = look(r->metrics_file);
	int more;

	r->unreadable[0] = '\0';
	r->logs = seen.there;
	if (!seen.there || (r->fd >= 0 && is_unchanged(seen, r->stamp)))
		return;
	if (!is_open(r, seen) && !open_metrics(r))
		return;
	more = read_on(r, deadline);
	if (more < 0 && open_metrics(r))
		more = read_on(r, deadline);
	if (more == 0 && !r->unreadable[0])
		r->stamp = seen;        /* taken before reading, so later writes show as a change */
	find_axes(r);
}

/* ---- run.json ---- */

/* Identify the run by its start time and the number of times it was resumed. */
static void identify(struct run_reader *r)
{
	const char *start = start_of(r->info);
	size_t sessions = json_array_size(json_object_get(r->info, "resumed"));

	if (start && r->start && strcmp(start, r->start) != 0) {
		begin_again(r, RUN_REPLACED);
	} else if (start && r->start && sessions > r->sessions) {
		r->data.state = RUN_RESUMED;
		r->news |= RUN_NEWS_STATE;
	}
	if (start) {
		free(r->start);
		r->start = strdup(start);
		r->sessions = sessions;
	}
}

static void follow_info(struct run_reader *r)
{
	struct stamp seen = look(r->info_file);
	json_t *info;

	if (is_unchanged(seen, r->info_stamp))
		return;
	r->info_stamp = seen;
	r->lock_seen = -INFINITY;
	r->trouble[0] = '\0';
	if (!seen.there)
		return;
	info = rundir_read_info(r->path, NULL);
	if (!info) {
		snprintf(r->trouble, sizeof r->trouble, "%s", ry_message());
		if (ry_failure() != RY_EDATA)
			r->info_stamp = (struct stamp){ 0 };     /* it may be read next time */
		return;
	}
	json_decref(r->info);
	r->data.info = r->info = info;
	r->news |= RUN_NEWS_INFO;
	identify(r);
}

static int says_running(const struct run_reader *r)
{
	const char *status = json_string_value(json_object_get(r->info, "status"));

	return status && strcmp(status, "running") == 0;
}

static void follow_lock(struct run_reader *r)
{
	double t = now();
	int writer;

	if (t < r->lock_seen + LOCK_SECONDS)
		return;
	r->lock_seen = t;
	writer = r->info && !says_running(r) ? 0 : rundir_writer(r->path);
	if (writer != r->data.writer)
		r->news |= RUN_NEWS_STATE;
	r->data.writer = writer;
}

/* ---- state ---- */

/* The message for a missing run: was it ever there, and is the folder? */
static void say_absent(struct run_reader *r, char *text, size_t size)
{
	struct stat sb;
	int folder = stat(r->path, &sb) == 0;

	if (r->data.state != RUN_MISSING)
		snprintf(text, size, "%s was removed or moved; showing its last state",
		         r->path);
	else if (!folder)
		snprintf(text, size, "%s is not there yet", r->path);
	else if (!S_ISDIR(sb.st_mode))
		snprintf(text, size, "%s is not the directory of a run", r->path);
	else
		snprintf(text, size, "%s holds no run yet: no run.json and no metrics.jsonl",
		         r->path);
}

/* The message for a problem; nonzero if there is one. */
static int say_trouble(const struct run_reader *r, char *text, size_t size)
{
	int running = says_running(r);

	if (r->unreadable[0])
		snprintf(text, size, "%s", r->unreadable);
	else if (r->trouble[0])
		snprintf(text, size, "%s", r->trouble);
	else if (!r->info_stamp.there)
		snprintf(text, size, "%s has no run.json", r->path);
	else if (!r->logs && r->table->points > 0)
		snprintf(text, size, "%s is gone; showing its last state",
		         r->metrics_file);
	else if (running && r->data.writer == 0)
		snprintf(text, size,
		         "%s is marked as running, but no process writes to it: it was killed",
		         r->path);
	else if (r->table->points == 0)
		snprintf(text, size, running ?
		         "%s has not logged anything yet" : "%s has logged nothing",
		         r->path);
	return text[0] != '\0';
}

/* The message for an event; nonzero if there was one. */
static int say_change(const struct run_reader *r, char *text, size_t size)
{
	if (r->data.state == RUN_RESUMED)
		snprintf(text, size, "%s was resumed", r->path);
	else if (r->data.state == RUN_REPLACED)
		snprintf(text, size, "%s was replaced by another run, which is shown now", r->path);
	return text[0] != '\0';
}

static void follow_state(struct run_reader *r)
{
	enum run_state state = r->data.state;
	char text[SENTENCE] = "";

	r->data.happened = 0;
	if (!r->logs && !r->info_stamp.there) {
		say_absent(r, text, sizeof text);
		state = state == RUN_MISSING ? RUN_MISSING : RUN_GONE;
	} else {
		state = state == RUN_MISSING || state == RUN_GONE ? RUN_THERE : state;
		r->data.state = state;
		r->data.happened =
			!say_trouble(r, text, sizeof text) && say_change(r, text, sizeof text);
	}
	if (state != r->data.state || strcmp(text, r->sentence) != 0)
		r->news |= RUN_NEWS_STATE;
	r->data.state = state;
	memcpy(r->sentence, text, sizeof text);
}

unsigned run_reader_poll(struct run_reader *r, double seconds)
{
	double deadline = now() + seconds;

	r->news = 0;
	follow_info(r);
	follow_metrics(r, deadline);
	follow_lock(r);
	follow_state(r);
	return r->news;
}
