/* watch_scores.c - how good probabilities are: receiver operating characteristics and calibration;
 * see watch_panels.h. */
#include "src/app/watch/watch_panels.h"

#include <math.h>
#include <stdio.h>

#include "src/ui/words.h"
#include "src/ui/xyplot.h"

/* More than a record holds is left out. */
enum { MOST_BINS = 20, MOST_POINTS = 200, BOTH_WIDTH = 52, BOTH_HEIGHT = 18 };

struct scores {
	int    bins;
	double p[MOST_BINS], share[MOST_BINS], n[MOST_BINS];
	int    points;
	double threshold[MOST_POINTS], fpr[MOST_POINTS], tpr[MOST_POINTS];
};

static int smallest(int a, int b, int c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

static void read_points(struct scores *s, const json_t *roc)
{
	s->points = smallest(watch_numbers(json_object_get(roc, "threshold"), MOST_POINTS,
	                                   s->threshold),
	                     watch_numbers(json_object_get(roc, "fpr"), MOST_POINTS, s->fpr),
	                     watch_numbers(json_object_get(roc, "tpr"), MOST_POINTS, s->tpr));
}

static void read_record(struct scores *s, const json_t *record)
{
	const json_t *c = json_object_get(record, "calibration");

	s->bins = smallest(watch_numbers(json_object_get(c, "p"), MOST_BINS, s->p),
	                   watch_numbers(json_object_get(c, "share"), MOST_BINS, s->share),
	                   watch_numbers(json_object_get(c, "n"), MOST_BINS, s->n));
	read_points(s, json_object_get(record, "roc"));
}

/* Nonzero when point `a` is nearer than `b` to that pointed at: by its threshold; of equal
 * thresholds, as records round them, by its place on the curve. */
static int is_nearer(const struct scores *s, int a, int b, const struct watch_spot *spot)
{
	double wanted = spot->pointed ? spot->threshold : 0.5;
	double from_a = fabs(s->threshold[a] - wanted), from_b = fabs(s->threshold[b] - wanted);

	if (from_a != from_b || !spot->pointed)
		return from_a < from_b;
	return fabs(s->fpr[a] + s->tpr[a] - spot->reached) <
	       fabs(s->fpr[b] + s->tpr[b] - spot->reached);
}

/* The point that is pointed at; -1 when there is none. */
static int operating_point(const struct scores *s, const struct watch_spot *spot)
{
	int best = -1;

	for (int k = 0; k < s->points; k++)
		if (isfinite(s->threshold[k]) && (best < 0 || is_nearer(s, k, best, spot)))
			best = k;
	return best;
}

/* The interval that holds a share of n with 95 % (Wilson 1927). */
static void interval(double share, double n, double *low, double *high)
{
	double z = 1.96, middle = (share + z * z / (2 * n)) / (1 + z * z / n);
	double half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n));

	*low = middle - half;
	*high = middle + half;
}

/* ---- receiver operating characteristics ---- */

/* "threshold 0.502  sensitivity 0.713  specificity 0.651  right 68.2 %". */
static void draw_operating_words(struct view v, const struct scores *s, int k)
{
	double n = 0, positive = 0, share;
	int brief = v.w < 52, x;
	char text[40];

	for (int b = 0; b < s->bins; b++)
		if (s->n[b] > 0 && isfinite(s->share[b])) {
			n += s->n[b];
			positive += s->n[b] * s->share[b];
		}
	share = positive / n;
	snprintf(text, sizeof text, brief ? "%.3f" : "threshold %.3f", s->threshold[k]);
	x = view_text(v, 0, 0, STYLE(UI_PLAIN, UI_BOLD), text) + 2;
	x = view_printf(v, x, 0, STYLE_PLAIN, brief ? "sens. %.3f" : "sensitivity %.3f",
	                s->tpr[k]) +
	    2;
	x = view_printf(v, x, 0, STYLE_PLAIN, brief ? "spec. %.3f" : "specificity %.3f",
	                1 - s->fpr[k]);
	if (n > 0 && x + 14 <= v.w)
		view_printf(v, x + 2, 0, STYLE(UI_GREY, 0), "right %.1f %%",
		            100 * (share * s->tpr[k] + (1 - share) * (1 - s->fpr[k])));
}

static void draw_roc(struct view v, const struct scores *s, int point)
{
	const struct xyplot_series curve = {
		.color = UI_BLUE, .n = s->points, .x = s->fpr, .y = s->tpr
	};

	xyplot_draw(v, &(struct xyplot){
			       .n = 1,
			       .series = &curve,
			       .diagonal = 1,
			       .x_label = "1 - specificity",
			       .y_label = "ROC: sensitivity",
			       .cursor_x = point >= 0 ? &s->fpr[point] : NULL,
			       .cursor_y = point >= 0 ? &s->tpr[point] : NULL,
		       });
}

/* ---- calibration ---- */

/* How far predictions are from what came true, over all of them (the expected calibration error);
 * NaN: not known. */
static double calibration_error(const struct scores *s)
{
	double n = 0, sum = 0;

	for (int k = 0; k < s->bins; k++)
		if (s->n[k] > 0 && isfinite(s->p[k] - s->share[k])) {
			n += s->n[k];
			sum += s->n[k] * fabs(s->p[k] - s->share[k]);
		}
	return sum / n;
}

static void draw_calibration(struct view v, const struct scores *s)
{
	double low[MOST_BINS], high[MOST_BINS], error = calibration_error(s);
	char note[MOST_BINS][16], label[80];
	const char *notes[MOST_BINS];
	struct xyplot_series dots = { .color = UI_ORANGE,
		                      .dots = 1,
		                      .n = s->bins,
		                      .x = s->p,
		                      .y = s->share,
		                      .low = low,
		                      .high = high,
		                      .note = notes };

	for (int k = 0; k < s->bins; k++) {
		interval(s->share[k], s->n[k], &low[k], &high[k]);
		notes[k] = words_count(note[k], sizeof note[k], s->n[k]);
	}
	snprintf(label, sizeof label,
	         isnan(error) ? "calibration: observed" : "calibration, error %.3f: observed",
	         error);
	xyplot_draw(v, &(struct xyplot){ .n = 1,
	                                 .series = &dots,
	                                 .diagonal = 1,
	                                 .x_label = "predicted",
	                                 .y_label = label });
}

/* ---- the panel ---- */

void watch_scores_draw(struct view v, const json_t *record, const struct watch_spot *spot)
{
	struct scores s = { 0 };
	int words = v.h >= 5, point, half = v.w / 2;
	struct view plots = view_part(v, 0, 0, v.w, v.h - words);

	read_record(&s, record);
	if (s.points == 0 && s.bins == 0) {
		view_paragraph(v, STYLE(UI_GREY, 0),
		               "this run has not recorded scores of single answers yet");
		return;
	}
	point = operating_point(&s, spot);
	if (v.w >= BOTH_WIDTH) {
		draw_roc(view_part(plots, 0, 0, half - 1, plots.h), &s, point);
		draw_calibration(view_part(plots, half + 1, 0, v.w - half - 1, plots.h), &s);
	} else if (plots.h >= BOTH_HEIGHT) {
		draw_roc(view_part(plots, 0, 0, v.w, plots.h / 2), &s, point);
		draw_calibration(view_part(plots, 0, plots.h / 2, v.w, plots.h - plots.h / 2), &s);
	} else if (spot->curve == 0) {
		draw_roc(plots, &s, point);
	} else {
		draw_calibration(plots, &s);
	}
	if (words && point >= 0)
		draw_operating_words(view_part(v, 0, v.h - 1, v.w, 1), &s, point);
}

/* Across: along the curve; down: to the other plot. */
void watch_scores_move(const json_t *record, struct watch_spot *spot, int across, int down)
{
	struct scores s = { 0 };
	int at;

	read_points(&s, json_object_get(record, "roc"));
	at = operating_point(&s, spot) + across;
	if (down)
		spot->curve = !spot->curve;
	if (!across || s.points == 0)
		return;
	at = at < 0 ? 0 : at >= s.points ? s.points - 1 : at;
	if (isfinite(s.threshold[at])) {
		spot->pointed = 1;
		spot->threshold = s.threshold[at];
		spot->reached = s.fpr[at] + s.tpr[at];
	}
}
