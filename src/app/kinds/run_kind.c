/* run_kind.c - see run_kind.h. */
#include "src/app/kinds/run_kind.h"

#include <math.h>
#include <string.h>

static const struct run_measure any_charts[] = {
	{ "loss", "loss", 1 },
	{ "auc", "AUC", 0 },
	{ "accuracy", "accuracy", 0 },
	{ "r2", "R2", 0 },
	{ "return", "return", 0 },
	{ "reward", "reward of a frame", 0 },
	{ "mean_return", "mean return", 0 },
	{ "mean_reward", "mean reward", 0 },
	{ NULL, NULL, 0 }
};
static const char *const none[] = { NULL };

const struct run_kind run_kind_unknown = {
	.name = "",
	.unit = "epoch",
	.items = "rows",
	.data = "data",
	.data_name = "file",
	.charts = any_charts,
	.results = &any_charts[sizeof any_charts / sizeof *any_charts - 1],
	.rank = none,
	.beside = none,
	.diagnosis = { DIAGNOSIS_EXAMPLES, NULL },
};

const struct command *run_kind_command(command_lists lists, int k)
{
	for (; lists && *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++)
			if ((*c)->makes && k-- == 0)
				return *c;
	return NULL;
}

const struct run_kind *run_kind_find(command_lists lists, const char *name)
{
	const struct command *c;

	for (int k = 0; name && (c = run_kind_command(lists, k)); k++)
		if (strcmp(c->makes->name, name) == 0)
			return c->makes;
	return &run_kind_unknown;
}

const struct run_kind *run_kind_of(command_lists lists, const json_t *info)
{
	return run_kind_find(lists, json_string_value(json_object_get(info, "kind")));
}

const struct run_measure *run_kind_result(const struct run_kind *kind, const char *name)
{
	for (const struct run_measure *m = kind->results; m->name; m++)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

const char *run_kind_judged_by(const struct run_kind *kind)
{
	return kind->judged_by ? kind->judged_by : "valid";
}

const char *run_kind_judged_words(const struct run_kind *kind)
{
	return kind->judged_words ? kind->judged_words : "validation";
}

const char *run_kind_measure(const char *column)
{
	static const char *const parts[] = { "train_", "valid_", "eval_" };

	for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
		if (strncmp(column, parts[k], strlen(parts[k])) == 0)
			return column + strlen(parts[k]);
	return column;
}

const char *run_kind_data(const struct run_kind *kind, const json_t *info)
{
	const char *name = json_string_value(
		json_object_get(json_object_get(info, kind->data), kind->data_name));

	return name ? name : "";
}

void run_kind_limits(const struct run_kind *kind, const char *data, const char *column,
                     double *least, double *most)
{
	static const struct {
		const char *ending;
		double      least, most;
	} limits[] = {
		{ "auc", 0, 1 },         { "accuracy", 0, 1 },    { "error", 0, 1 },
		{ "r2", -INFINITY, 1 },  { "loss", 0, INFINITY }, { "rmse", 0, INFINITY },
		{ "mae", 0, INFINITY },  { "seconds", 0, INFINITY },
	};
	size_t n = strlen(column);

	*least = -INFINITY;
	*most = INFINITY;
	for (size_t k = 0; k < sizeof limits / sizeof *limits; k++) {
		size_t length = strlen(limits[k].ending);

		if (n >= length && strcmp(column + n - length, limits[k].ending) == 0) {
			*least = limits[k].least;
			*most = limits[k].most;
		}
	}
	if (kind->limits)
		kind->limits(data, column, least, most);
}

const char *run_kind_baseline(const struct run_kind *kind, const char *measure)
{
	for (const struct run_baseline *b = kind->baselines; b && b->name; b++)
		if (strcmp(b->of, measure) == 0)
			return b->name;
	return NULL;
}
