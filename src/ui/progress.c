/* progress.c - see progress.h.
 *
 * Rate and time left come from exponentially weighted sums: with tau = 8 s, after dt seconds
 *
 *     S <- S exp(-dt / tau) + (amount done in dt),    W <- W exp(-dt / tau) + dt
 *
 * and S / W is a rate that follows the last few seconds and needs no warm-up.
 */
#include "src/ui/progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/text.h"
#include "src/ui/terminal.h"
#include "src/ui/terminal_writer.h"
#include "src/ui/words.h"
#include "src/ui/wrap.h"

#define TAU            8.0    /* seconds */
#define DRAW_EVERY     0.1    /* seconds, on a terminal */
#define TELL_EVERY     10.0   /* seconds, in plain lines */
#define LONGEST_LINE   1024
#define SHORTEST_BAR   8      /* columns; other parts are dropped first */
#define LONGEST_BAR    40
#define SETTLED        0.5    /* seconds: what begins faster than it goes on has done so */
#define FORETOLD_AFTER 1.0    /* seconds of work, for the expected time ... */
#define FORETOLD_FROM  10.0   /* ... of at least so many */
#define MOST_KEPT      16384  /* bytes for a terminal that does not read; then lines are dropped */

/* Lines for points where nobody said how many. */
enum { LINES = 20 };

struct progress {
	struct observer base;
	FILE       *to;
	struct terminal_writer *out;               /* if it is a terminal; or NULL */
	FILE       *text;                          /* what is printed, until deliver() ... */
	char       *bytes;                         /* ... sends it from here */
	size_t      n_bytes;
	long        dropped;                       /* deliveries */
	int         plain, ascii, color;
	const char *item;

	double      began, last_seen, last_told;   /* seconds */
	double      first_count, first_items, items, done;
	double      w_time, s_items, s_done;       /* the sums above */
	double      work_began, work_done;         /* when and where the work began; 0: not yet */
	int         foretold;                      /* the expected time was said, or is short */
	int         drawn;                         /* a bar is on the screen */
	int         waiting;                       /* `point` has yet to be printed */
	int         every;                         /* of points, printed; 0: LINES of all */
	long        points;
	double      next;                          /* done, at the next point to be printed */
	char        point[LONGEST_LINE];
	char        header[LONGEST_LINE];          /* header of the last point printed */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- output ---- */

/* Send what was printed.  Training does not wait for a terminal: bars are left out while it has
 * something to read, and lines once it has much. */
static void deliver(struct progress *p)
{
	char missing[80], lines[64];

	fflush(p->text);
	if (!p->out) {
		fwrite(p->bytes, 1, p->n_bytes, p->to);
		fflush(p->to);
	} else if (terminal_writer_send(p->out) > MOST_KEPT) {
		p->dropped++;
	} else {
		if (p->dropped) {
			snprintf(missing, sizeof missing, "(%s left out)\n",
			         text_counted(lines, (size_t)p->dropped, "line"));
			terminal_writer_add(p->out, missing, strlen(missing));
			p->dropped = 0;
		}
		terminal_writer_add(p->out, p->bytes, p->n_bytes);
		terminal_writer_send(p->out);
	}
	rewind(p->text);
}

static int terminal_busy(const struct progress *p)
{
	return p->out && terminal_writer_send(p->out) > 0;
}

/* ---- words and numbers ---- */

static void print_position(char *into, size_t size, double count)
{
	if (count < 1000 && count != floor(count))
		snprintf(into, size, "%.1f", count);
	else
		words_count(into, size, count);
}

static const char *unit_of(const struct event *e)
{
	return e->unit ? e->unit : "step";
}

/* "epoch 3", "epoch 3.4", "frame 12.3k" */
static void print_place(char *into, size_t size, const struct event *e)
{
	char position[32];

	print_position(position, sizeof position, e->count);
	snprintf(into, size, "%s %s", unit_of(e), position);
}

/* ---- rates ---- */

static void follow(struct progress *p, const struct event *e)
{
	double t = now(), dt = t - p->last_seen, keep = exp(-dt / TAU);

	p->w_time = keep * p->w_time + dt;
	p->s_items = keep * p->s_items + fmax(e->items - p->items, 0);
	p->s_done = keep * p->s_done + fmax(e->done - p->done, 0);
	p->items = e->items;
	p->done = fmin(fmax(e->done, 0), 1);
	p->last_seen = t;
}

static void begin(struct progress *p, const struct event *e)
{
	p->began = p->last_seen = now();
	p->last_told = p->plain ? p->began : 0;
	p->first_count = e->count;
	p->first_items = p->items = e->items;
	p->done = fmin(fmax(e->done, 0), 1);
	p->w_time = p->s_items = p->s_done = 0;
	p->work_began = 0;
	p->foretold = 0;
}

/* "412k answers/s"; "" without a count. */
static void print_rate(char *into, size_t size, double per_second, const char *item)
{
	char count[32];

	into[0] = '\0';
	if (!item || !(per_second > 0))
		return;
	if (per_second < 10)
		snprintf(count, sizeof count, "%.2f", per_second);
	else
		words_count(count, sizeof count, per_second);
	snprintf(into, size, "%s %s/s", count, item);
}

/* "0:23 left"; "" while there is no estimate. */
static void print_left(char *into, size_t size, const struct progress *p)
{
	char duration[32];

	into[0] = '\0';
	if (p->last_seen - p->began < 0.5 || !(p->s_done > 0))
		return;
	words_duration(duration, sizeof duration, (1 - p->done) * p->w_time / p->s_done);
	snprintf(into, size, "%s left", duration);
}

/* ---- the bar ---- */

/* The parts of the progress line.  If it is too long the rate is dropped first, then the time left,
 * then the position. */
struct parts {
	char place[64], share[8], rate[80], left[40];
	int  bar;
};

static void fill_parts(struct parts *parts, const struct progress *p, const struct event *e)
{
	double rate = p->w_time > 0 ? p->s_items / p->w_time : 0;

	print_place(parts->place, sizeof parts->place, e);
	/* 100 % only when done. */
	snprintf(parts->share, sizeof parts->share, "%3d%%", (int)(100 * p->done));
	print_rate(parts->rate, sizeof parts->rate, rate, p->item);
	print_left(parts->left, sizeof parts->left, p);
}

static int columns_of(const char *part)
{
	return part[0] ? (int)strlen(part) + 2 : 0;
}

static void fit_parts(struct parts *parts, int columns)
{
	/* Leave the last column free: many terminals wrap when it is written. */
	int room = columns - 1 - 2 - (int)strlen(parts->share) - 1;

	for (;;) {
		parts->bar = room - columns_of(parts->place) - columns_of(parts->rate) -
		             columns_of(parts->left);
		if (parts->bar >= SHORTEST_BAR)
			break;
		if (parts->rate[0])
			parts->rate[0] = '\0';
		else if (parts->left[0])
			parts->left[0] = '\0';
		else if (parts->place[0])
			parts->place[0] = '\0';
		else
			break;
	}
	if (parts->bar > LONGEST_BAR)
		parts->bar = LONGEST_BAR;
}

static void erase_bar(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", p->text);
	p->drawn = 0;
}

static void draw_bar(struct progress *p, const struct event *e)
{
	char bar[4 * LONGEST_BAR];
	struct parts parts;
	int columns, rows;

	terminal_size(fileno(p->to), &columns, &rows);
	fill_parts(&parts, p, e);
	fit_parts(&parts, columns);
	erase_bar(p);
	if (columns < 6)
		return;
	out(p->text, "%s%s", parts.place, parts.place[0] ? "  " : "");
	if (parts.bar >= 2) {
		words_bar(bar, sizeof bar, p->done, parts.bar, p->ascii ? 1 : 8);
		out_own(p->text, p->ascii ? "[" : "▕");
		out_own(p->text, p->color ? "\033[34m" : "");
		out_own(p->text, bar);
		out_own(p->text, p->color ? "\033[0m" : "");
		out_own(p->text, p->ascii ? "] " : "▏ ");
	}
	out(p->text, "%s%s%s%s%s", parts.share, parts.rate[0] ? "  " : "", parts.rate,
	    parts.left[0] ? "  " : "", parts.left);
	deliver(p);
	p->drawn = 1;
}

static void tell_plainly(struct progress *p, const struct event *e)
{
	struct parts parts;

	fill_parts(&parts, p, e);
	out(p->text, "%s  %s%s%s%s%s\n", parts.place, parts.share + strspn(parts.share, " "),
	    parts.rate[0] ? "  " : "", parts.rate, parts.left[0] ? "  " : "", parts.left);
	deliver(p);
}

static void show_place(struct progress *p, const struct event *e)
{
	double t = now();

	if (t - p->last_told < (p->plain ? TELL_EVERY : DRAW_EVERY))
		return;
	p->last_told = t;
	if (p->plain)
		tell_plainly(p, e);
	else if (!terminal_busy(p))
		draw_bar(p, e);
}

/* ---- the expected time ---- */

/* Updates have a loss; frames before the first one have none, and are faster.  A group of runs does
 * not say. */
static int is_work(const struct progress *p, const struct event *e)
{
	for (int k = 0; k < e->n; k++)
		if (strcmp(e->value[k].name, "loss") == 0)
			return !isnan(e->value[k].value);
	return p->last_seen - p->began > SETTLED;
}

/* "40 s", "12 min", "2.5 h" */
static void print_roughly(char *into, size_t size, double seconds)
{
	if (seconds < 57.5)
		snprintf(into, size, "%.0f s", 5 * round(seconds / 5));
	else if (seconds < 3570)
		snprintf(into, size, "%.0f min", round(seconds / 60));
	else
		snprintf(into, size, "%.1f h", seconds / 3600);
}

/* Say once how long it will take, from the first second of work. */
static void foretell(struct progress *p, const struct event *e)
{
	double t = p->last_seen, left;
	char words[32];

	if (p->foretold)
		return;
	if (p->work_began == 0) {
		p->work_began = is_work(p, e) ? t : 0;
		p->work_done = p->done;
		return;
	}
	if (t - p->work_began < FORETOLD_AFTER || !(p->done > p->work_done))
		return;
	p->foretold = 1;
	left = (1 - p->done) * (t - p->work_began) / (p->done - p->work_done);
	if (left < FORETOLD_FROM)
		return;
	print_roughly(words, sizeof words, left);
	erase_bar(p);
	out(p->text, "expected time: about %s\n", words);
	deliver(p);
	p->last_told = p->plain ? t : 0;
}

/* ---- permanent lines ---- */

/* Only the next event tells whether a point is the best so far, so its line waits for that
 * event. */
static void release_point(struct progress *p, int best)
{
	if (!p->waiting)
		return;
	erase_bar(p);
	out(p->text, "%s", p->point);
	if (best)
		out_own(p->text, p->color ? "  \033[33m* best\033[0m" : "  * best");
	fputc('\n', p->text);
	deliver(p);
	p->waiting = 0;
	if (p->plain)
		p->last_told = now();
	else
		p->last_told = 0;   /* the bar was erased: draw it again at once */
}

/* Make a name readable: "train_loss" becomes "train loss". */
static void print_name(char *into, size_t size, const char *name)
{
	snprintf(into, size, "%s", name);
	for (; *into; into++)
		if (*into == '_')
			*into = ' ';
}

/* Counts have no decimals. */
static void print_number(char *into, size_t size, const struct event_value *v)
{
	static const char *const counts[] = { "updates", "episodes", "replay", "frame", "step" };

	for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
		if (strcmp(v->name, counts[k]) == 0 && v->value < 10 &&
		    v->value == floor(v->value)) {
			snprintf(into, size, "%.0f", v->value);
			return;
		}
	words_value(into, size, v->value);
}

/* "epoch 3  train loss 0.4321  valid auc 0.8123" */
static void make_line(struct progress *p, const struct event *e)
{
	char name[64], number[32];
	size_t used;

	print_place(p->point, sizeof p->point, e);
	used = strlen(p->point);
	for (int k = 0;
	     k < e->n - e->details && used + sizeof name + sizeof number < sizeof p->point; k++) {
		print_name(name, sizeof name, e->value[k].name);
		print_number(number, sizeof number, &e->value[k]);
		used += (size_t)snprintf(p->point + used, sizeof p->point - used, "  %s %s", name,
		                         number);
	}
}

/* A row of a table, and the header over it:
 *
 *     epoch  train loss  valid auc
 *         3      0.4321     0.8123
 *
 * Values for which the terminal has no room are left out; the run directory has them all. */
static void make_row(struct progress *p, const struct event *e, char *header, size_t size)
{
	char name[64], number[32];
	int columns, rows, used, width = (int)strlen(unit_of(e));

	terminal_size(fileno(p->to), &columns, &rows);
	width = width < 6 ? 6 : width;
	columns -= 1 + (int)strlen("  * best");
	print_position(number, sizeof number, e->count);
	used = snprintf(header, size, "%*s", width, unit_of(e));
	snprintf(p->point, sizeof p->point, "%*s", width, number);
	for (int k = 0; k < e->n - e->details; k++) {
		print_name(name, sizeof name, e->value[k].name);
		print_number(number, sizeof number, &e->value[k]);
		width = (int)strlen(name) < 6 ? 6 : (int)strlen(name);
		if (used + 2 + width > columns || (size_t)(used + 2 + width) >= size)
			break;
		snprintf(header + used, size - (size_t)used, "  %*s", width, name);
		snprintf(p->point + used, sizeof p->point - (size_t)used, "  %*s", width, number);
		used += 2 + width;
	}
}

/* Whether a point has a line; the first and the last do. */
static int has_line(struct progress *p, const struct event *e)
{
	long k = p->points++;

	if (!p->plain || k == 0 || e->done >= 1)
		return 1;
	if (p->every > 0)
		return (k + 1) % p->every == 0;
	if (e->done < p->next - 1e-9)
		return 0;
	p->next = (floor(LINES * e->done + 1e-9) + 1) / LINES;
	return 1;
}

static void keep_point(struct progress *p, const struct event *e)
{
	char header[LONGEST_LINE];

	if (!has_line(p, e))
		return;
	if (p->plain) {
		make_line(p, e);
	} else {
		make_row(p, e, header, sizeof header);
		if (strcmp(header, p->header) != 0) {
			erase_bar(p);
			out_own(p->text, p->color ? "\033[1m" : "");
			out(p->text, "%s", header);
			out_own(p->text, p->color ? "\033[0m\n" : "\n");
			memcpy(p->header, header, sizeof header);
		}
	}
	p->waiting = 1;
}

static void tell_note(struct progress *p, const struct event *e)
{
	erase_bar(p);
	out_own(p->text, p->color ? "\033[1mnote:\033[0m " : "note: ");
	wrap_line(p->text, e->text ? e->text : "", 6, 2, wrap_width(p->to));
	deliver(p);
	if (!p->plain)
		p->last_told = 0;
}

/* "done: epoch 16 in 0:09, 1.44M answers, 168k answers/s".  Of a run that was resumed the time and
 * the answers are those since then, which is said. */
static void tell_end(struct progress *p, const struct event *e)
{
	char place[64], from[96], items[32], duration[32], rate[80];
	double seconds = now() - p->began, handled = e->items - p->first_items;

	erase_bar(p);
	print_place(place, sizeof place, e);
	words_duration(duration, sizeof duration, seconds);
	if (p->first_count > 0) {
		print_position(items, sizeof items, p->first_count);
		snprintf(from, sizeof from, "; since it was resumed at %s %s:", unit_of(e), items);
	} else {
		snprintf(from, sizeof from, " in");
	}
	out(p->text, "%s: %s%s %s", e->text ? e->text : "done", place, from, duration);
	if (p->item && handled > 0) {
		words_count(items, sizeof items, handled);
		print_rate(rate, sizeof rate, seconds > 0 ? handled / seconds : 0, p->item);
		out(p->text, ", %s %s, %s", items, p->item, rate);
	}
	fputc('\n', p->text);
	deliver(p);
}

static int progress_notify(struct observer *self, const struct event *e)
{
	struct progress *p = (struct progress *)self;

	if (e->kind == EVENT_START || p->began == 0)
		begin(p, e);
	else
		follow(p, e);
	if (e->kind != EVENT_BEST)
		release_point(p, 0);
	switch (e->kind) {
	case EVENT_START:
		break;
	case EVENT_STEP:
		foretell(p, e);
		show_place(p, e);
		break;
	case EVENT_POINT:
		keep_point(p, e);
		break;
	case EVENT_BEST:
		release_point(p, 1);             /* its point may be one without a line */
		break;
	case EVENT_NOTE:
		tell_note(p, e);
		break;
	case EVENT_RECORD:
		break;
	case EVENT_END:
		tell_end(p, e);
		break;
	}
	return 0;
}

static void release(struct progress *p)
{
	if (p->text)
		fclose(p->text);
	free(p->bytes);
	terminal_writer_free(p->out);
	free(p);
}

struct observer *progress_alloc(FILE *to, int plain, int ascii, int color, const char *item)
{
	struct progress *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->text = open_memstream(&p->bytes, &p->n_bytes);
	p->out = isatty(fileno(to)) ? terminal_writer_alloc(fileno(to)) : NULL;
	if (!p->text || (!p->out && isatty(fileno(to)))) {
		release(p);
		return NULL;
	}
	p->base.notify = progress_notify;
	p->to = to;
	p->plain = plain;
	p->every = 1;
	p->ascii = ascii;
	p->color = color;
	p->item = item;
	return &p->base;
}

void progress_every(struct observer *o, int n)
{
	if (o)
		((struct progress *)o)->every = n;
}

void progress_free(struct observer *o)
{
	struct progress *p = (struct progress *)o;

	if (!p)
		return;
	release_point(p, 0);
	erase_bar(p);
	deliver(p);
	if (p->out)
		terminal_writer_finish(p->out);
	release(p);
}
