/* plot_kinds.c - the kinds of figures: one row each, and the function that makes its panels. */
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

static enum ry_status add_curve(struct plot *p, const struct plot_kind *kind)
{
	return add_measured(p, kind, kind->measure, kind->label);
}

/* Of one player and of many: whichever was logged. */
static enum ry_status add_return(struct plot *p, const struct plot_kind *kind)
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

static enum ry_status add_gap(struct plot *p, const struct plot_kind *kind)
{
	enum ry_status status = add_measured(p, kind, "gap", kind->label);

	if (status == RY_OK)
		p->panel[p->figure.n_panels - 1].manner = PANEL_ZERO_LINE;
	return status;
}

const struct plot_kind plot_kinds[] = {
	{ "loss", add_curve, "loss", "loss",
	  "its points have no loss", 0, 0, 0 },
	{ "auc", add_curve, "auc", "AUC",
	  "kt train logs one as it goes", 0, 0, 0 },
	{ "return", add_return, NULL, NULL,
	  "rl train logs returns", 0, 0, 0 },
	{ "gap", add_gap, NULL, "validation - training loss",
	  "it needs a train_loss and a valid_loss", 0, 0, 0 },
	{ "roc", plot_add_roc, NULL, NULL,
	  "kt train and net train with two classes log one", 1, 0, 0 },
	{ "calibration", plot_add_calibration, NULL, NULL,
	  "kt train and net train with two classes log one", 1, 0, 0 },
	{ "histogram", plot_add_histograms, NULL, NULL,
	  "its training logged no layers", 1, 0, 0 },
	{ "heatmap", plot_add_heatmaps, NULL, NULL,
	  "kt train logs one", 1, 0, 1 },
	{ "lr-sweep", plot_add_sweep, NULL, NULL,
	  "it needs runs with a learning rate and a score in common", 1, 1, 0 },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0, 0 }
};
