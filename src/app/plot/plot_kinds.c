/* plot_kinds.c - the table of the kinds of figures, and the functions that add learning curves. */
#include "src/app/plot/plot_internal.h"

#include <stddef.h>

/* Runs that a panel shows nothing of. */
static void tell_missing(struct plot *p, const struct curve_panel *panel, const char *measure)
{
	for (int g = 0; g < p->n_groups; g++) {
		int shown = 0;

		for (int k = 0; k < panel->n; k++)
			shown = shown || panel->curve[k].run == g;
		if (!shown)
			plot_leave_out(p, &p->source[p->group[g].first], measure);
	}
}

static enum ry_status add_measured(struct plot *p, const struct plot_kind *kind,
                                   const char *measure, const char *label)
{
	int made = plot_add_measure(p, measure, label);

	if (made < 0)
		return ry_fail_memory("a figure");
	if (made == 0)
		return ry_fail(RY_EDATA, "%s: no %s to draw: %s", p->source[0].path, kind->name,
		               kind->lacking);
	tell_missing(p, &p->panel[p->figure.n_panels - 1], kind->name);
	return RY_OK;
}

enum ry_status plot_add_curve(struct plot *p, const struct plot_kind *kind)
{
	return add_measured(p, kind, kind->measure, kind->label);
}

/* Of one player and of many: whichever was logged. */
enum ry_status plot_add_return(struct plot *p, const struct plot_kind *kind)
{
	static const struct { const char *measure, *label; } names[] = {
		{ "return", "return" }, { "mean_return", "mean return" }, { "reward",
		  "reward per frame" },
		{ "mean_reward", "mean reward" },
	};
	int panels = p->figure.n_panels;
	enum ry_status status = RY_OK;

	for (int k = 0; k < 4 && p->figure.n_panels == panels; k++)
		status = add_measured(p, kind, names[k].measure, names[k].label);
	return status;
}

enum ry_status plot_add_gap(struct plot *p, const struct plot_kind *kind)
{
	enum ry_status status = add_measured(p, kind, "gap", kind->label);

	if (status == RY_OK)
		p->panel[p->figure.n_panels - 1].manner = PANEL_ZERO_LINE;
	return status;
}

#define ROW(name, note, ...) { name, __VA_ARGS__ },

const struct plot_kind plot_kinds[] = {
	PLOT_KINDS(ROW, ROW)
	{ NULL, NULL, NULL, NULL, NULL, 0, 0, 0 }
};

_Static_assert(sizeof plot_kinds / sizeof *plot_kinds - 1 <= PLOT_MAX_KINDS, "PLOT_MAX_KINDS");

#define FIRST_WORDS(name, note, ...) name note
#define MORE_WORDS(name, note, ...) ", " name note

const char plot_kind_help[] = PLOT_KINDS(FIRST_WORDS, MORE_WORDS)
	"; in a file's name %k stands for the kind";

#define NAME(name, ...) name,

const char *const plot_kind_names[] = { PLOT_KINDS(NAME, NAME) NULL };
