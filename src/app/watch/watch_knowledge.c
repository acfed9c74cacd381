/* watch_knowledge.c - a student's knowledge as the network sees it: exercises down, time across;
 * see watch_panels.h. */
#include "src/app/watch/watch_panels.h"

#include <math.h>
#include <stdio.h>

#include "src/base/text.h"
#include "src/ui/heatmap.h"

/* More than a record holds is left out. */
enum { MOST_ROWS = 64, MOST_STEPS = 128 };

struct knowledge {
	int         rows, steps;
	const char *student;                         /* id */
	char        number[16];                      /* in its place, from earlier versions */
	const char *name[MOST_ROWS];
	signed char correct[MOST_STEPS];             /* -1: not known */
	int         row[MOST_STEPS];                 /* -1: it has none */
	double      p[MOST_STEPS];
	double      known[MOST_ROWS * MOST_STEPS];   /* (rows, steps) */
};

static int smaller(size_t a, int b)
{
	return a < (size_t)b ? (int)a : b;
}

static void read_answers(struct knowledge *t, const json_t *record)
{
	const json_t *correct = json_object_get(record, "correct"),
		     *p = json_object_get(record, "p"),
		     *exercise = json_object_get(record, "exercise");

	t->steps = smaller(json_array_size(correct), MOST_STEPS);
	for (int k = 0; k < t->steps; k++) {
		double right = watch_number_at(correct, (size_t)k),
		       row = watch_number_at(exercise, (size_t)k);

		t->correct[k] = (signed char)(isnan(right) ? -1 : right > 0);
		t->row[k] = row >= 0 && row < t->rows ? (int)row : -1;
		t->p[k] = watch_number_at(p, (size_t)k) / 1000;
	}
}

static void read_record(struct knowledge *t, const json_t *record)
{
	const json_t *rows = json_object_get(record, "rows"),
		     *known = json_object_get(record, "known");
	double student = watch_number(json_object_get(record, "student"));

	t->student = json_string_value(json_object_get(record, "name"));
	if (!t->student && student >= 0 && student < 1e9) {
		snprintf(t->number, sizeof t->number, "%.0f", student);
		t->student = t->number;
	}
	t->rows = smaller(json_array_size(rows), MOST_ROWS);
	read_answers(t, record);
	for (int r = 0; r < t->rows; r++) {
		const char *name = json_string_value(json_array_get(rows, (size_t)r));

		t->name[r] = name ? name : "?";
		for (int k = 0; k < t->steps; k++)
			t->known[r * t->steps + k] =
				watch_number_at(json_array_get(known, (size_t)r), (size_t)k) / 1000;
	}
}

static int clamp(int v, int low, int high)
{
	return v < low ? low : v > high ? high : v;
}

/* ---- words ---- */

/* "student 13, epoch 4: of 49 predicted answers 34 were right, 33.1 expected". */
static void draw_sum(struct view v, const struct knowledge *t, const char *when)
{
	int x = 0, told = 0, right = 0;
	double expected = 0;

	for (int k = 0; k < t->steps; k++)
		if (!isnan(t->p[k]) && t->correct[k] >= 0) {
			told++;
			right += t->correct[k];
			expected += t->p[k];
		}
	if (t->student) {
		const size_t n = text_fit(t->student, v.w > 80 ? v.w - 68 : 12);

		x = view_printf(v, x, 0, STYLE(UI_PLAIN, UI_BOLD), "student %.*s%s%s", (int)n,
		                t->student, t->student[n] ? "..." : "", when[0] ? ", " : " ");
	}
	x = view_printf(v, x, 0, STYLE_PLAIN, "%s%s", when, when[0] ? ": " : "");
	if (told > 0)
		view_printf(v, x, 0, STYLE(UI_GREY, 0),
		            "of %d predicted answer%s %d %s right, %.1f expected", told,
		            told == 1 ? "" : "s", right, right == 1 ? "was" : "were", expected);
}

/* "answer 12, fractions, wrong; predicted 62 %". */
static void draw_answer(struct view v, const struct knowledge *t, int k, int row)
{
	const char *what = t->correct[k] > 0 ? "right" : t->correct[k] == 0 ? "wrong" : "?";
	int x = view_printf(v, 0, 0, STYLE(UI_PLAIN, UI_BOLD), "answer %d", k + 1);

	if (t->row[k] >= 0)
		x = view_printf(v, x, 0, STYLE_PLAIN, ", %.60s", t->name[t->row[k]]);
	x = view_printf(v, x, 0, STYLE_PLAIN, ", %s", what);
	if (isnan(t->p[k]))
		x = view_text(v, x, 0, STYLE(UI_GREY, 0), "; no prediction");
	else
		x = view_printf(v, x, 0, STYLE(UI_GREY, 0), "; predicted %.0f %%", 100 * t->p[k]);
	if (row >= 0 && !isnan(t->known[row * t->steps + k]))
		view_printf(v, x, 0, STYLE_PLAIN, "; then %.60s %.0f %%", t->name[row],
		            100 * t->known[row * t->steps + k]);
}

/* ---- the panel ---- */

void watch_knowledge_draw(struct view v, const json_t *record, const struct watch_spot *spot)
{
	struct knowledge t = { 0 };
	struct heatmap map;
	char when[40];
	int words = v.h >= 5;

	read_record(&t, record);
	if (t.steps == 0 || t.rows == 0) {
		view_paragraph(v, STYLE(UI_GREY, 0), "this run does not trace a student");
		return;
	}
	map = (struct heatmap){
		.rows = t.rows,
		.columns = t.steps,
		.value = t.known,
		.label = t.name,
		.mark = t.correct,
		.row_name = "exercises",
		.column_name = "answers",
		.chosen_row = clamp(spot->row, 0, t.rows) - 1,
		.cursor = clamp(spot->answer, 0, t.steps) - 1,
	};
	heatmap_draw(view_part(v, 0, 0, v.w, v.h - words), &map);
	if (!words)
		return;
	v = view_part(v, 0, v.h - 1, v.w, 1);
	if (map.cursor >= 0)
		draw_answer(v, &t, map.cursor, map.chosen_row);
	else
		draw_sum(v, &t, watch_when(record, when));
}

void watch_knowledge_move(const json_t *record, struct watch_spot *spot, int across, int down)
{
	int steps = smaller(json_array_size(json_object_get(record, "correct")), MOST_STEPS);
	int rows = smaller(json_array_size(json_object_get(record, "rows")), MOST_ROWS);

	if (across && spot->answer == 0)
		spot->answer = across < 0 ? steps : 1;
	else
		spot->answer = clamp(spot->answer + across, spot->answer > 0, steps);
	spot->row = clamp(spot->row + down, spot->row > 0, rows);
}
