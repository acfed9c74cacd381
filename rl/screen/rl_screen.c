/* rl_screen.c - the screens of `riley rl watch` and `riley rl play`: see rl_screen.h. */
#include "rl/screen/rl_screen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rl/screen/rl_guide.h"
#include "rl/screen/rl_panel_words.h"
#include "src/ui/bars.h"
#include "src/ui/chart.h"
#include "src/ui/gauge.h"
#include "src/ui/words.h"

#define GREY  STYLE(UI_GREY, 0)
#define BOLD  STYLE(UI_PLAIN, UI_BOLD)

/* ---- parts of both ---- */

void rl_title_draw(struct view v, const char *left, const char *right)
{
	struct style s = STYLE(UI_PLAIN, UI_REVERSE);
	int end;

	view_fill(view_part(v, 0, 0, v.w, 1), s, " ");
	end = view_text(view_part(v, 1, 0, v.w - 1, 1), 0, 0, STYLE(UI_PLAIN, UI_REVERSE | UI_BOLD),
	                left) +
	      1;
	if (end + text_columns(right) + 2 < v.w)
		view_text_right(v, v.w - 1, 0, s, right);
}

int rl_too_small(struct view v)
{
	char text[100];

	if (v.w >= RL_LEAST_WIDTH && v.h >= RL_LEAST_HEIGHT)
		return 0;
	snprintf(text, sizeof text,
	         "%dx%d needed, this is %dx%d; training continues", RL_LEAST_WIDTH,
	         RL_LEAST_HEIGHT, v.w, v.h);
	view_paragraph(v, STYLE_PLAIN, text);
	return 1;
}

/* A box with room for the board, which stands in its middle. */
static void draw_board_box(struct view v, const struct game_ops *g, const void *state,
                           struct style s)
{
	rl_board_draw(view_box(v, s, g->name), g, state);
}

/* Where there is no room for a box: the right edge of the board. */
static void draw_edge(struct view v, int x)
{
	for (int y = 0; y < v.h; y++)
		view_put(v, x, y, GREY, view_glyph(v, "|", "│"));
}

/* "label      value" */
static void draw_number(struct view v, int y, const char *label, const char *value)
{
	view_text(v, 0, y, GREY, label);
	view_text_right(v, v.w, y, STYLE_PLAIN, value);
}

/* A return: whole where it is. */
static const char *return_words(char *into, size_t size, double v)
{
	if (isnan(v))
		snprintf(into, size, "-");
	else
		snprintf(into, size, v == floor(v) && fabs(v) < 1e9 ? "%.0f" : "%.2f", v);
	return into;
}

/* What needs the user's attention, or else the keys, in the last row. */
static void draw_foot(struct view v, const char *warning, const char *message,
                      const struct key_row *keys)
{
	struct view foot = view_part(v, 1, v.h - 1, v.w - 2, 1);

	if (warning)
		view_text(foot,
		          view_text(foot, 0, 0, STYLE(UI_VERMILION, UI_BOLD),
		                    view_glyph(v, "! ", "▲ ")),
		          0, STYLE(UI_VERMILION, UI_BOLD), warning);
	else if (message)
		view_text(foot, 0, 0, BOLD, message);
	else
		keys_line(foot, keys);
}

int rl_next_help(int page, int width, int height, const struct key_row *keys)
{
	struct view body = { NULL, 0, 0, width, height - 2 };

	return (page + 1) % (keys_help_pages(body, keys) + 1);
}

/* ---- watch: panels ---- */

static int panel_there(const struct rl_scene *s, enum rl_panel p)
{
	return p != RL_PANEL_NONE && (p != RL_PANEL_LEARNING || s->learns) &&
	       (p != RL_PANEL_WALL || s->n_tiles > 0);
}

enum rl_panel rl_next_panel(const struct rl_scene *s, enum rl_panel focus)
{
	do
		focus = (enum rl_panel)((focus + 1) % RL_PANELS);
	while (focus != RL_PANEL_NONE && !panel_there(s, focus));
	return focus;
}

static struct view panel_box(struct view v, const struct rl_scene *s, enum rl_panel p,
                             const char *title)
{
	char text[100];

	snprintf(text, sizeof text, "%d %s", p, title);
	return view_box(v, s->focus == p ? STYLE(UI_ORANGE, UI_BOLD) : GREY, text);
}

/* A name short enough for a bar: "ahead and a little left" is "a little left". */
static const char *short_name(const char *action)
{
	const char *rest = strstr(action, " and a little ");

	return rest ? rest + strlen(" and ") : action;
}

static double best_value(const struct rl_scene *s)
{
	double best = -INFINITY;

	for (int k = 0; s->q && k < s->actions; k++)
		best = fmax(best, s->q[k]);
	return best;
}

/* A bar for each action; behind it how much less it is worth than the best, or that it was played
 * instead of the one that was chosen. */
static void draw_values(struct view v, const struct rl_scene *s)
{
	char title[80], note[32][32];
	struct bar bar[32];
	double best = best_value(s);
	int n = s->actions < 32 ? s->actions : 32;

	snprintf(title, sizeof title, "values Q(s, a)%s",
	         s->action < 0 ? ""
	         : s->explored ? ": chosen at random"
	                       : ": best action chosen");
	v = panel_box(v, s, RL_PANEL_VALUES, title);
	for (int k = 0; k < n; k++) {
		int chosen = k == s->action;

		if (chosen && s->explored)
			snprintf(note[k], sizeof note[k], "? chance");
		else if (k == s->repeated)
			snprintf(note[k], sizeof note[k], "again");
		else if (s->q && s->q[k] == best)
			snprintf(note[k], sizeof note[k], "best");
		else if (s->q)
			snprintf(note[k], sizeof note[k], "%+.3f", s->q[k] - best);
		else
			note[k][0] = '\0';
		bar[k] = (struct bar){ short_name(s->action_name[k]), s->q ? s->q[k] : NAN,
			               chosen ? UI_ORANGE : UI_SKY, chosen, note[k] };
	}
	bars_draw(v, &(struct bars){ .n = n, .bar = bar, .format = "%.3f" });
}

/* Mean over the `window` values up to each: what a curve shows without its noise. */
static void smooth(const struct rl_history *h, int window, double *to)
{
	double sum = 0;

	for (int k = 0; k < h->n; k++) {
		sum += h->y[k] - (k >= window ? h->y[k - window] : 0);
		to[k] = sum / (k < window ? k + 1 : window);
	}
}

/* Rows of a curve with its frame: what it should have, what will do beside a wall of boards, and
 * from which height of the column on it need not; and those below which two are not drawn. */
enum { CURVE_ROWS = 8, CURVE_LOW = 7, CURVE_HIGH = 40, CURVE_LEAST = 8 };

enum { MOST_POINTS = 1024, SMOOTH_OVER = 20 };

/* The last episodes one by one, with the mean that shows where they go. */
static void draw_last_returns(struct view v, struct rl_history h)
{
	double mean[MOST_POINTS];
	struct chart_series series[2];

	if (h.n > MOST_POINTS) {
		h.x += h.n - MOST_POINTS;
		h.y += h.n - MOST_POINTS;
		h.n = MOST_POINTS;
	}
	smooth(&h, SMOOTH_OVER, mean);
	series[0] = (struct chart_series){ .name = "the last",
		                           .color = UI_GREY,
		                           .faint = 1,
		                           .n = (size_t)h.n,
		                           .x = h.x,
		                           .y = h.y };
	series[1] = (struct chart_series){
		.name = "mean of 20", .color = UI_ORANGE, .n = (size_t)h.n, .x = h.x, .y = mean
	};
	chart_draw(v, &(struct chart){
			      .n = 2, .series = series, .x_label = "episode", .legend = v.h >= 8 });
}

static void draw_all_returns(struct view v, const struct rl_scene *s)
{
	const struct chart_series series = {
		.name = "since the start",
		.color = UI_BLUE,
		.mark = 1,
		.n = (size_t)s->all_returns.n,
		.x = s->all_returns.x,
		.y = s->all_returns.y,
	};

	chart_draw(v, &(struct chart){ .n = 1,
	                               .series = &series,
	                               .x_label = s->returns_by_frame ? "frame" : "episode",
	                               .legend = v.h >= 8 });
}

static void draw_returns(struct view v, const struct rl_scene *s)
{
	static const char *const titles[] = { "return per episode",
		                              "reward per frame, mean of 1000" };

	v = panel_box(v, s, RL_PANEL_RETURNS, titles[s->game->endless != 0]);
	if (s->game->endless || (s->returns_by_frame && s->returns.n == 0)) {
		draw_all_returns(v, s);
	} else if (v.w >= 60) {
		draw_all_returns(view_part(v, 0, 0, v.w / 2 - 1, v.h), s);
		draw_last_returns(view_part(v, v.w / 2 + 1, 0, v.w - v.w / 2 - 1, v.h), s->returns);
	} else {
		draw_last_returns(v, s->returns);
	}
}

static void draw_v(struct view v, const struct rl_scene *s)
{
	const struct chart_series series = {
		.name = "V",
		.color = UI_SKY,
		.mark = 3,
		.n = (size_t)s->v.n,
		.x = s->v.x,
		.y = s->v.y,
	};

	v = panel_box(v, s, RL_PANEL_V, "value V(s), last steps");
	chart_draw(v, &(struct chart){ .n = 1, .series = &series, .x_label = "frame" });
}

static void draw_learning(struct view v, const struct rl_scene *s)
{
	const struct chart_series series[] = {
		{ .name = "mean Q", .color = UI_BLUE, .mark = 1, .n = (size_t)s->mean_q.n,
		  .x = s->mean_q.x, .y = s->mean_q.y },
		{ .name = "loss", .color = UI_ORANGE, .n = (size_t)s->loss.n, .x = s->loss.x,
		  .y = s->loss.y },
	};
	int half = v.w >= 70 ? v.w / 2 : v.w;
	struct view in = panel_box(v, s, RL_PANEL_LEARNING, "learning: loss and mean Q");

	half = half == v.w ? in.w : in.w / 2 - 1;
	chart_draw(view_part(in, 0, 0, half, in.h),
	           &(struct chart){ .n = half == in.w ? 2 : 1,
	                            .series = series + (half != in.w),
	                            .x_label = "frame",
	                            .legend = 1 });
	if (half < in.w)
		chart_draw(view_part(in, half + 2, 0, in.w - half - 2, in.h),
		           &(struct chart){
				   .n = 1, .series = series, .x_label = "frame", .legend = 1 });
}

static void draw_wall(struct view v, const struct rl_scene *s)
{
	v = panel_box(v, s, RL_PANEL_WALL, "boards");
	rl_wall_draw(v, s->game, s->tile, s->n_tiles, s->large);
}

/* ---- watch: numbers ---- */

/* Rows of the panel of numbers, the most wanted first. */
struct numbers {
	struct view v;
	int         y;
};

static void number(struct numbers *n, const char *label, const char *value)
{
	draw_number(n->v, n->y++, label, value);
}

static void gauge(struct numbers *n, const char *label, double share, enum ui_color color,
                  const char *text)
{
	char padded[32];

	snprintf(padded, sizeof padded, "%9.30s", text);
	gauge_draw(view_part(n->v, 0, n->y++, n->v.w, 1), label, 8, share, color, padded);
}

static void learning_numbers(struct numbers *n, const struct rl_scene *s)
{
	char a[32], b[32], text[80];
	int last = s->loss.n - 1;

	snprintf(text, sizeof text, "%.3f%s", s->epsilon, s->epsilon_forced ? " set" : "");
	gauge(n, "epsilon", s->epsilon, UI_ORANGE, text);
	if (!s->learns)
		return;
	if (s->replay_size)
		gauge(n, "replay", (double)s->replay / (double)s->replay_size, UI_SKY,
		      words_count(a, sizeof a, (double)s->replay));
	if (n->v.h < 9) {                   /* two in a row */
		snprintf(text, sizeof text, "%s / %s",
		         words_value(a, sizeof a, last < 0 ? NAN : s->loss.y[last]),
		         words_value(b, sizeof b, last < 0 ? NAN : s->mean_q.y[last]));
		number(n, "loss/Q", text);
		return;
	}
	number(n, "loss", words_value(a, sizeof a, last < 0 ? NAN : s->loss.y[last]));
	number(n, "mean Q", words_value(a, sizeof a, last < 0 ? NAN : s->mean_q.y[last]));
	number(n, s->learning ? "updates" : "updates (off)",
	       words_count(a, sizeof a, (double)s->updates));
}

static void draw_numbers(struct view v, const struct rl_scene *s)
{
	struct numbers n = { .v = panel_box(v, s, RL_PANEL_NUMBERS, "numbers") };
	char a[32], b[32], text[80];

	if (!s->game->endless) {
		snprintf(text, sizeof text, "%s at frame %s",
		         return_words(a, sizeof a, s->episode_return),
		         words_count(b, sizeof b, (double)s->episode_frames));
		number(&n, "return", text);
		snprintf(text, sizeof text, "mean of last %ld",
		         s->episodes < 100 ? s->episodes : 100);
		number(&n, text, return_words(a, sizeof a, s->mean_return));
	} else {
		number(&n, "reward", words_value(a, sizeof a, s->reward));
		number(&n, "mean of 1000", words_value(a, sizeof a, s->mean_return));
	}
	learning_numbers(&n, s);
	/* where there is a row for it: the axis of the returns shows it, too */
	if (!s->game->endless && n.y + 1 + (s->frames_of_all > 0) < n.v.h)
		number(&n, "episodes", words_count(a, sizeof a, (double)s->episodes));
	number(&n, "frames/s", isnan(s->rate) ? "-" : words_count(a, sizeof a, s->rate));
	if (s->frames_of_all)
		number(&n, "time left", words_duration(a, sizeof a, s->left));
	if (s->learns)
		number(&n, "lr", words_value(a, sizeof a, s->lr));
}

/* ---- watch: all of it ---- */

static enum rl_panel explained_panel(const struct rl_scene *s)
{
	return panel_there(s, s->alone)   ? s->alone
	       : panel_there(s, s->focus) ? s->focus
	                                  : RL_PANEL_NONE;
}

const char *rl_watch_terms(const struct rl_scene *s)
{
	return rl_panel_terms(s, explained_panel(s));
}

static void draw_watch_title(struct view v, const struct rl_scene *s)
{
	char left[160], right[80], a[32], b[32], from[40] = "";
	const char *doing = s->learned    ? "has learned; the best agent plays"
	                    : !s->learns  ? "plays"
	                    : s->learning ? "learns"
	                                  : "learning off";

	if (s->games > 1 && s->learning && !s->paused && !s->learned && v.w >= 60)
		snprintf(from, sizeof from, " from %d games", s->games);
	snprintf(left, sizeof left, "riley  %.60s  %s%s%s%s", s->name, s->paused ? "paused" : doing,
	         from,
	         s->blind || !s->slow ? ""
	         : s->n_tiles         ? "; boards: "
	                              : ", ",
	         s->blind  ? ", no drawing"
	         : s->slow ? s->speed
	                   : "");
	if (s->frames_of_all)
		snprintf(right, sizeof right, "frame %s of %s",
		         words_count(a, sizeof a, (double)s->frames),
		         words_count(b, sizeof b, (double)s->frames_of_all));
	else
		snprintf(right, sizeof right, "frame %s",
		         words_count(a, sizeof a, (double)s->frames));
	rl_title_draw(v, left, right);
}

/* Smaller windows need the row for the board. */
enum { SKILLS_HEIGHT = 16 };

static int skills_there(struct view v, const struct rl_scene *s)
{
	return s->skills && v.h >= SKILLS_HEIGHT;
}

/* What the agent has learnt, in words, above the foot. */
static void draw_skills(struct view v, const struct rl_scene *s)
{
	struct view line = view_part(v, 1, v.h - 2, v.w - 2, 1);
	char text[SKILL_COLUMNS + 1];
	int x = v.w < 60 ? 0 : view_text(line, 0, 0, GREY, "so far: ");
	size_t room = (size_t)(line.w - x) + 1;

	skill_sentence(text, room < sizeof text ? room : sizeof text, s->game, s->skills,
	               s->random_skills, 0);
	view_text(line, x, 0, BOLD, text);
}

static void draw_board_panel(struct view v, const struct rl_scene *s)
{
	char title[60];

	if (s->n_tiles)
		snprintf(title, sizeof title, "%.40s, board %d", s->game->name, s->large + 1);
	else
		snprintf(title, sizeof title, "%.40s", s->game->name);
	rl_board_draw(panel_box(v, s, RL_PANEL_BOARD, title), s->game, s->state);
}

static void draw_panel(struct view v, const struct rl_scene *s, enum rl_panel p)
{
	switch (p) {
	case RL_PANEL_NONE:
	case RL_PANELS:
		break;
	case RL_PANEL_BOARD:
		draw_board_panel(v, s);
		break;
	case RL_PANEL_VALUES:
		draw_values(v, s);
		break;
	case RL_PANEL_RETURNS:
		draw_returns(v, s);
		break;
	case RL_PANEL_V:
		draw_v(v, s);
		break;
	case RL_PANEL_LEARNING:
		draw_learning(v, s);
		break;
	case RL_PANEL_NUMBERS:
		draw_numbers(v, s);
		break;
	case RL_PANEL_WALL:
		draw_wall(v, s);
		break;
	}
}

/* The board and the few numbers that matter most. */
static void draw_compact(struct view v, const struct rl_scene *s)
{
	int w, h, n = s->actions;
	struct view right;
	char text[80], a[32], b[32];

	rl_board_size(s->game, v.w - 18, v.h, &w, &h);
	rl_board_draw(view_part(v, 0, 0, w, v.h), s->game, s->state);
	draw_edge(v, w);
	right = view_part(v, w + 2, 0, v.w - w - 2, v.h);
	n = n > right.h - 4 ? right.h - 4 : n;
	for (int k = 0; k < n; k++) {
		int chosen = k == s->action;
		struct style style = STYLE(chosen ? UI_ORANGE : UI_PLAIN, chosen ? UI_BOLD : 0);

		view_text(right, 0, k, style, chosen ? s->explored ? "?" : ">" : " ");
		view_printf(right, 1, k, style, "%-11.11s", short_name(s->action_name[k]));
		snprintf(text, sizeof text, s->q ? "%.2f" : "-", s->q ? s->q[k] : 0);
		view_text_right(right, right.w, k, style, text);
	}
	right = view_part(right, 0, n, right.w, right.h - n);
	if (s->game->endless) {
		draw_number(right, 0, "mean", words_value(a, sizeof a, s->mean_return));
	} else {
		draw_number(right, 0, "return", return_words(a, sizeof a, s->episode_return));
		draw_number(right, 1, "mean", return_words(a, sizeof a, s->mean_return));
	}
	snprintf(text, sizeof text, "%.3f", s->epsilon);
	draw_number(right, 2, "epsilon", text);
	draw_number(right, 3, "frames/s", isnan(s->rate) ? "-" : words_count(b, sizeof b, s->rate));
}

/* Rows of the wall in the column below the values: what two or three curves leave, in whole rows
 * of tiles, of which there are two or more.  With the focus on it where there is no such room, all
 * of them; 0: none. */
static int wall_rows(struct view column, const struct rl_scene *s)
{
	int curves = column.h < CURVE_HIGH ? 2 * CURVE_LOW : 3 * CURVE_ROWS;
	struct rl_wall_plan p = rl_wall_plan(s->game, column.canvas->tier, s->n_tiles, column.w - 2,
	                                     column.h - curves - 2);

	if (s->n_tiles && p.columns > 0 && p.rows > 1)
		return p.rows * p.h + 2;
	return s->n_tiles && s->focus == RL_PANEL_WALL ? column.h : 0;
}

/* Returns, V(s) and learning, one above the other; where there is no room for the third it takes
 * the place of the second when it is in focus. */
static void draw_curves(struct view v, const struct rl_scene *s)
{
	int charts = s->learns && v.h >= 3 * CURVE_ROWS ? 3 : 2, each = v.h / charts,
	    first = v.h - (charts - 1) * each;
	enum rl_panel second = charts == 2 && s->focus == RL_PANEL_LEARNING ? RL_PANEL_LEARNING
	                                                                    : RL_PANEL_V;

	if (v.h < CURVE_LEAST)
		return;
	draw_panel(view_part(v, 0, 0, v.w, first), s, RL_PANEL_RETURNS);
	draw_panel(view_part(v, 0, first, v.w, each), s, second);
	if (charts == 3)
		draw_panel(view_part(v, 0, first + each, v.w, each), s, RL_PANEL_LEARNING);
}

/* Board above numbers on the left; values above curves, and the wall of boards below them, on the
 * right. */
static void draw_all(struct view v, const struct rl_scene *s)
{
	int w, h, left, wall, values = s->actions + 2;
	struct view column;

	rl_board_size(s->game, v.w * (s->game->endless ? 45 : 50) / 100,
	              v.h - (s->game->endless ? 11 : 9), &w, &h);
	left = w + 2 < 28 ? 28 : w + 2;
	draw_panel(view_part(v, 0, 0, left, h + 2), s, RL_PANEL_BOARD);
	draw_panel(view_part(v, 0, h + 2, left, v.h - h - 2), s, RL_PANEL_NUMBERS);
	column = view_part(v, left, 0, v.w - left, v.h);
	draw_panel(view_part(column, 0, 0, column.w, values), s, RL_PANEL_VALUES);
	column = view_part(column, 0, values, column.w, v.h - values);
	wall = wall_rows(column, s);
	draw_curves(view_part(column, 0, 0, column.w, column.h - wall), s);
	if (wall)
		draw_panel(view_part(column, 0, column.h - wall, column.w, wall), s,
		           RL_PANEL_WALL);
}

void rl_watch_draw(struct view v, const struct rl_scene *s)
{
	struct view body = view_part(v, 0, 1, v.w, v.h - 2 - skills_there(v, s));

	if (rl_too_small(v))
		return;
	draw_watch_title(v, s);
	if (skills_there(v, s))
		draw_skills(v, s);
	if (panel_there(s, s->alone))
		draw_panel(body, s, s->alone);
	else if (v.w < 80 || v.h < 24)
		draw_compact(body, s);
	else
		draw_all(body, s);
	draw_foot(v, s->warning,
	          s->message || !s->blind ? s->message
	                                  : "no drawing, full speed: f draws again, q quits",
	          s->keys);
	if (s->explain) {
		enum rl_panel about = explained_panel(s);

		if (about == RL_PANEL_BOARD)
			rl_guide_draw(body, s->game);
		else
			explain_screen_draw(body, "what is seen", rl_panel_words(s, about),
			                    rl_panel_terms(s, about), &s->explained);
	}
	if (s->guide)
		rl_guide_draw(body, s->game);
	if (s->help)
		keys_help_page(body, s->keys, "keys", s->help - 1);
}

/* ---- play ---- */

/* All that was played so far: agents are measured by its mean once it is no accident. */
static void draw_baseline(struct view v, const struct rl_play_scene *s)
{
	char a[32], b[32], label[40], text[80];
	const char *unit = s->game->endless ? "round" : "game";

	snprintf(label, sizeof label, "mean of %ld %s%s", s->count, unit, s->count == 1 ? "" : "s");
	draw_number(v, 0, s->count ? label : "mean",
	            s->count ? return_words(a, sizeof a, s->mean) : "-");
	if (s->wanted > 0) {
		snprintf(text, sizeof text, "after %ld more", s->wanted);
		draw_number(v, 1, "baseline", text);
	} else if (isfinite(s->low)) {
		snprintf(text, sizeof text, "%s to %s", return_words(a, sizeof a, s->low),
		         return_words(b, sizeof b, s->high));
		draw_number(v, 1, "95 % interval", text);
	}
}

static void play_numbers(struct view v, const struct rl_play_scene *s)
{
	char a[32], text[80];
	int y = 0;

	if (!s->game->endless)
		draw_number(v, y++, "return", return_words(a, sizeof a, s->episode_return));
	else
		draw_number(v, y++, "mean reward", words_value(a, sizeof a, s->episode_frames
		            ? s->episode_return / (double)s->episode_frames : NAN));
	draw_number(v, y++, "step", words_count(a, sizeof a, (double)s->episode_frames));
	snprintf(text, sizeof text, "%s%s", s->executed ? s->executed : "-",
	         s->repeated ? " (again, by chance)" : "");
	draw_number(v, y++, "played", text);
	draw_number(v, y++, "speed", s->by_key ? "a step a key" : s->speed);
	y += v.h > 9;
	draw_number(v, y++, "last", return_words(a, sizeof a, s->last));
	draw_number(v, y++, "best", return_words(a, sizeof a, s->best));
	draw_baseline(view_part(v, 0, y, v.w, v.h - y), s);
}

static void draw_game_over(struct view board, const struct rl_play_scene *s)
{
	struct view box = view_part(board, board.w / 2 - 12, board.h / 2 - 2, 24, 4), in;
	char a[32];

	view_fill(box, STYLE_PLAIN, " ");
	in = view_box(box, BOLD, s->game->endless ? "round over" : "game over");
	view_printf(in, 1, 0, BOLD, "%s %s", s->game->endless ? "mean reward" : "return",
	            return_words(a, sizeof a, s->last));
	view_text(in, 1, 1, STYLE_PLAIN, "Enter: once more");
}

static void draw_legend_and_keys(struct view v, const struct game_ops *g)
{
	char keys[300];
	int y = rl_legend_draw(v, g) + 1;

	rl_guide_keys(keys, sizeof keys, g);
	if (y < v.h)
		view_paragraph(view_part(v, 0, y, v.w, v.h - y), GREY, keys);
}

void rl_play_draw(struct view v, const struct rl_play_scene *s)
{
	struct view body = view_part(v, 0, 1, v.w, v.h - 2), info, board;
	int w, h, boxed = v.w >= 60 && v.h >= 16, beside = v.w >= 72 ? 30 : 18;
	char left[100];

	if (rl_too_small(v))
		return;
	snprintf(left, sizeof left, "riley  %s  you play%s", s->game->name,
	         s->paused ? ": paused" : "");
	rl_title_draw(v, left, s->game->about);
	rl_board_size(s->game, v.w - beside - 2 * boxed, body.h - 2 * boxed, &w, &h);
	board = view_part(body, 0, 0, w + 2 * boxed, boxed ? h + 2 : body.h);
	if (boxed) {
		draw_board_box(board, s->game, s->state, GREY);
	} else {
		rl_board_draw(board, s->game, s->state);
		draw_edge(body, board.w);
	}
	info = view_part(body, board.w + 1 + !boxed, 0, v.w - board.w - 2 - !boxed, body.h);
	info.w = info.w > 34 ? 34 : info.w;
	play_numbers(view_part(info, 0, boxed, info.w, body.h), s);
	if (info.h > 12)
		draw_legend_and_keys(view_part(info, 0, 11, info.w, info.h - 11), s->game);
	if (s->over)
		draw_game_over(board, s);
	draw_foot(v, NULL, s->message, s->keys);
	if (s->guide)
		rl_guide_draw(view_part(body, 0, 1, body.w, body.h - 1), s->game);
	if (s->help)
		keys_help_page(body, s->keys, "keys", s->help - 1);
}
