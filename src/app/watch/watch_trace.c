/* watch_trace.c - see watch_trace.h. */
#include "src/app/watch/watch_trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- making ---- */

static int add(struct watch_path *p, double x, double y)
{
	if (p->n == p->room) {
		size_t room = p->room ? 2 * p->room : 256;
		double *more_x = realloc(p->x, room * sizeof *p->x), *more_y;

		p->x = more_x ? more_x : p->x;
		more_y = realloc(p->y, room * sizeof *p->y);
		p->y = more_y ? more_y : p->y;
		if (!more_x || !more_y)
			return -1;
		p->room = room;
	}
	p->x[p->n] = x;
	p->y[p->n++] = y;
	return 0;
}

/* A column of dots being filled: of a single point that one is kept, of more their mean or their
 * extremes. */
struct column {
	long   at, n;
	double x, y, sum, low, high;
};

static const struct column no_column = { .low = INFINITY, .high = -INFINITY };

static int close_column(struct watch_path *path, struct column *c, int extremes)
{
	double last = path->n ? path->y[path->n - 1] : c->low;
	int rising = last < (c->low + c->high) / 2, bad = 0;

	if (c->n == 0)
		return 0;
	if (!extremes) {
		bad = add(path, c->x, c->sum / (double)c->n);
	} else if (c->low == c->high) {
		bad = add(path, c->x, c->low);
	} else {
		bad = add(path, c->x, rising ? c->low : c->high) |
		      add(path, c->x, rising ? c->high : c->low);
	}
	*c = no_column;
	return bad;
}

static void fill(struct column *c, long at, double x, double y, double low, double high)
{
	c->at = at;
	c->x = x;
	c->sum += y;
	c->n++;
	c->low = low < c->low ? low : c->low;         /* these are known: quicker than fmin() */
	c->high = high > c->high ? high : c->high;
}

/* One way through the points, for both paths. */
struct maker {
	struct watch_trace *t;
	struct watch_look   look;
	double              scale;       /* columns in a unit of x; 0: every point is a column of
	                                  * its own */
	struct column       line, raw;
	double              s, weight;   /* of the smoothing */
	size_t              reach;       /* points from a known one to the next that a line joins */
	size_t              last;        /* the last point that was shown */
	int                 lifted;      /* what came since then was hidden */
};

/* How far apart known points may be to be joined; 1 where most are known. */
static size_t reach_of(const struct watch_points *p)
{
	size_t known = 0, first = p->n, last = 0;

	for (size_t i = 0; i < p->n; i++)
		if (isfinite(p->y[i])) {
			known++;
			first = first < i ? first : i;
			last = i;
		}
	if (known < 2 || 2 * known > last - first + 1)
		return 1;
	return 2 * (last - first) / (known - 1);
}

/* A gap before point i, in column `at`.  Between neighbouring columns it can't be seen. */
static int lift(struct maker *m, size_t i, long at, double x)
{
	int smooth = m->look.keep > 0, bad;

	if (!m->t->line.n && !m->line.n)
		return 0;
	if (!m->lifted && i - m->last <= m->reach)
		return 0;
	if (m->line.n && m->scale > 0 && at <= m->line.at + 1)
		return 0;
	bad = close_column(&m->t->line, &m->line, !smooth) | close_column(&m->t->raw, &m->raw, 1) |
	      add(&m->t->line, x, NAN);
	return smooth ? bad | add(&m->t->raw, x, NAN) : bad;
}

static int see(struct maker *m, size_t i, double x, double y, double low, double high)
{
	int smooth = m->look.keep > 0, bad = 0;
	/* as floor(), for what is seen */
	long at = m->scale > 0 ? (long)((x - m->look.from) * m->scale + 1) - 1 : (long)i;
	double shown = y;

	if (isfinite(y)) {
		m->s = m->look.keep * m->s + (1 - m->look.keep) * y;
		m->weight = m->look.keep * m->weight + 1 - m->look.keep;
		shown = m->s / m->weight;
	}
	if (!isfinite(y))
		return 0;
	if (m->look.positive && !(low > 0)) {
		m->t->hidden += x >= m->look.from && x <= m->look.to;
		m->lifted = 1;
		return 0;
	}
	bad = lift(m, i, at, x);
	m->last = i;
	m->lifted = 0;
	if (m->line.n && at != m->line.at)
		bad |= close_column(&m->t->line, &m->line, !smooth);
	if (m->raw.n && at != m->raw.at)
		bad |= close_column(&m->t->raw, &m->raw, 1);
	fill(&m->line, at, x, shown, smooth ? shown : low, smooth ? shown : high);
	if (smooth)
		fill(&m->raw, at, x, y, low, high);
	if (x >= m->look.from && x <= m->look.to) {
		m->t->low = low < m->t->low ? low : m->t->low;
		m->t->high = high > m->t->high ? high : m->t->high;
	}
	return bad;
}

/* Only what is seen and a point beyond each end goes into the paths, but smoothing begins with the
 * first. */
static int make(struct maker *m, const struct watch_points *p)
{
	size_t first = 0, last = p->n;
	int bad = 0;

	m->reach = reach_of(p);
	while (first + 1 < p->n && !(p->x[first + 1] >= m->look.from))
		first++;
	for (size_t i = first; i < last; i++)
		if (p->x[i] > m->look.to)
			last = i + 1;
	if (last - first > 2 * (size_t)m->look.columns)
		m->scale = m->look.columns / (m->look.to - m->look.from);
	for (size_t i = 0; i < first && m->look.keep > 0; i++)
		if (isfinite(p->y[i])) {
			m->s = m->look.keep * m->s + (1 - m->look.keep) * p->y[i];
			m->weight = m->look.keep * m->weight + 1 - m->look.keep;
		}
	for (size_t i = first; i < last && !bad; i++)
		if (isfinite(p->x[i]))
			bad = see(m, i, p->x[i], p->y[i], p->low ? p->low[i] : p->y[i],
			          p->high ? p->high[i] : p->y[i]);
	return bad | close_column(&m->t->line, &m->line, !(m->look.keep > 0)) |
	       close_column(&m->t->raw, &m->raw, 1);
}

/* All of it is seen when nothing else was said. */
static struct watch_look whole(const struct watch_points *p, struct watch_look l)
{
	if (l.from < l.to)
		return l;
	l.from = INFINITY;
	l.to = -INFINITY;
	for (size_t i = 0; i < p->n; i++)
		if (isfinite(p->x[i])) {
			l.from = fmin(l.from, p->x[i]);
			l.to = fmax(l.to, p->x[i]);
		}
	if (!(l.from < l.to))
		l.to = l.from + 1;
	return l;
}

static int same_look(const struct watch_look *a, const struct watch_look *b)
{
	return a->from == b->from && a->to == b->to && a->columns == b->columns &&
	       a->keep == b->keep && a->positive == b->positive;
}

void watch_trace_make(struct watch_trace *t, const struct watch_points *p,
                      const struct watch_look *l)
{
	struct maker m = { .t = t, .look = whole(p, *l), .line = no_column, .raw = no_column };

	if (t->made && t->x == p->x && t->y == p->y && t->version == p->version &&
	    same_look(&t->look, l))
		return;
	t->line.n = t->raw.n = t->hidden = 0;
	t->low = INFINITY;
	t->high = -INFINITY;
	if (p->n && make(&m, p))
		t->line.n = t->raw.n = 0;
	t->x = p->x;
	t->y = p->y;
	t->version = p->version;
	t->look = *l;
	t->made++;
}

void watch_trace_clear(struct watch_trace *t)
{
	free(t->line.x);
	free(t->line.y);
	free(t->raw.x);
	free(t->raw.y);
	*t = (struct watch_trace){ 0 };
}

/* ---- reading values ---- */

/* The first point at x or to the right of it; n when all are to the left. */
static size_t first_from(const struct watch_points *p, double x)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (p->x[middle] >= x)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

size_t watch_nearest(const struct watch_points *p, double x)
{
	size_t i = first_from(p, x);

	if (i == p->n && i > 0)
		i--;
	if (i > 0 && i < p->n && !(p->x[i] - x <= x - p->x[i - 1]))
		i--;
	return i;
}

double watch_value(const struct watch_points *p, double x)
{
	size_t i = watch_nearest(p, x);

	if (i >= p->n)
		return NAN;
	if (x == INFINITY && p->low)
		return p->last;
	while (x == INFINITY && i > 0 && !isfinite(p->y[i]))
		i--;
	return p->y[i];
}

double watch_step(const struct watch_points *p, double x, int step, double least)
{
	size_t i = step > 0 ? first_from(p, x + least) : first_from(p, x - least);

	if (p->n == 0)
		return x;
	if (step > 0) {
		while (i < p->n && !(p->x[i] > x))
			i++;
		return i < p->n ? p->x[i] : fmax(x, p->x[p->n - 1]);
	}
	if (i < p->n && p->x[i] == x - least && least > 0)
		return p->x[i];
	return i > 0 ? p->x[i - 1] : fmin(x, p->x[0]);
}
