/* training.c - see training.h. */
#include "src/cli/training.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* In the order of enum optimizer_rule and enum schedule_shape. */
const char *const training_optimizers[] = {
	"sgd", "momentum", "nesterov", "adagrad", "rmsprop", "rmsprop-centred", "adam", "adamw", NULL
};
const char *const training_schedules[] = { "constant", "step", "cosine", NULL };

_Static_assert(sizeof training_optimizers / sizeof *training_optimizers == OPTIMIZER_RULES + 1, "a rule is missing");
_Static_assert(sizeof training_schedules / sizeof *training_schedules == SCHEDULE_SHAPES + 1, "a schedule is missing");

void training_defaults(struct training_options *o)
{
	*o = (struct training_options){
		.epochs = 20, .batch = 32, .patience = 5, .optimizer = RULE_ADAM, .momentum = -1, .decay = -1,
		.schedule = SCHEDULE_COSINE, .step_epochs = 5, .step_factor = 0.5, .clip = 5, .split = 0.1,
	};
}

void training_optimizer(const struct training_options *o, long batches, struct optimizer_options *to)
{
	optimizer_defaults(to, o->optimizer);
	if (o->lr > 0)
		to->lr = o->lr;
	if (o->momentum >= 0)
		to->momentum = o->momentum;
	if (o->decay >= 0)
		to->decay = o->decay;
	to->l1 = o->l1;
	to->l2 = o->l2;
	to->schedule = o->schedule;
	to->warmup = o->warmup;
	to->total = o->epochs * batches;
	to->step_every = o->step_epochs * batches;
	to->step_factor = o->step_factor;
}

/* The last part of a path without its ending: "data/builder_train.csv" gives "builder_train". */
static void stem(char *to, size_t size, const char *path)
{
	const char *slash = strrchr(path, '/'), *from = slash ? slash + 1 : path;
	char *dot;

	snprintf(to, size, "%s", strcmp(path, "-") == 0 ? "stdin" : from);
	dot = strrchr(to, '.');
	if (dot && dot != to)
		*dot = '\0';
}

static char *format_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *format_path(const char *format, ...)
{
	char text[4096];
	char *path;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	path = strdup(text);
	if (!path)
		ry_fail_memory("a path");
	return path;
}

char *training_run_path(const char *name, const char *model, const char *data)
{
	char base[200], stamp[32];
	time_t t = time(NULL);
	struct tm tm;

	if (name)
		return format_path(strchr(name, '/') ? "%s" : "runs/%s", name);
	stem(base, sizeof base, data);
	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", localtime_r(&t, &tm));
	for (int n = 1; ; n++) {
		char *path = n == 1 ? format_path("runs/%s-%s-%s", model, base, stamp)
		                    : format_path("runs/%s-%s-%s-%d", model, base, stamp, n);

		if (!path || access(path, F_OK) != 0)
			return path;
		free(path);
	}
}

json_t *training_run_info(const struct command *c, const struct cli *cli, const void *options,
                          const char *kind, long seed, int threads)
{
	json_t *line = json_array(), *info;

	for (int i = 0; i < cli->argc; i++) {
		json_t *word = json_string(cli->argv[i]);

		json_array_append_new(line, word ? word : json_string("?"));   /* not UTF-8 */
	}
	info = json_pack("{s:s, s:o, s:o, s:I, s:i}", "kind", kind, "command", line, "options",
	                 command_options_json(c, options), "seed", (json_int_t)seed, "threads", threads);
	if (!info)
		ry_fail_memory("the run's description");
	return info;
}

static int listed(const char *name, const char *const *list)
{
	for (; list && *list; list++)
		if (strcmp(name, *list) == 0)
			return 1;
	return 0;
}

enum ry_status training_resume(const struct command *c, const struct cli *cli, void *options,
                               const json_t *info, const char *const *may_change)
{
	static const char *const always[] = { "epochs", "patience", "resume", NULL };
	const json_t *saved = json_object_get(info, "options");
	json_t *typed = command_options_json(c, options);
	struct training_options *training = options;
	const char *resume = training->resume;   /* the run's own options don't hold it */
	enum ry_status status = RY_OK;
	const char *name;
	json_t *value;

	if (!json_is_object(saved) || !typed) {
		json_decref(typed);
		return ry_fail(RY_EDATA, "run.json: no options to go on with");
	}
	json_object_foreach(typed, name, value) {
		if (!command_typed(cli, name))
			continue;
		if (listed(name, always) || listed(name, may_change))
			continue;
		if (!json_equal(value, json_object_get(saved, name)))
			status = ry_fail(RY_EINVAL, "--%s can't change when a run is resumed", name);
	}
	/* Texts are borrowed from `saved`, which stays; what was typed is put back over it. */
	if (status == RY_OK)
		status = command_options_from_json(c, options, saved);
	for (const struct option_row *row = c->options; status == RY_OK && row->name; row++)
		if (command_typed(cli, row->name) && (listed(row->name, always) || listed(row->name, may_change))) {
			json_t *one = json_pack("{s:O}", row->name, json_object_get(typed, row->name));

			if (row->type != OPTION_TEXT)
				status = command_options_from_json(c, options, one);
			json_decref(one);
		}
	training->resume = resume;
	json_decref(typed);
	return status;
}
