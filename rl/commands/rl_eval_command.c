/* rl_eval_command.c - `riley rl eval`: a trained agent plays, and no longer learns. */
#include "config.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

#include "rl/commands/rl_age.h"
#include "rl/commands/rl_commands.h"
#include "rl/commands/rl_report.h"
#include "rl/commands/rl_train.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/run/rundir.h"

/* What a model file that comes without its run is taken to have learnt with. */
static const double usual_discount = 0.99;

struct eval_command {
	struct rl_eval_options eval;
	const char            *at;
};

static const struct option_row rows[] = {
	RL_AGE_ROW(struct eval_command),
	RL_EVAL_ROWS(struct eval_command, ""),
	{ 0 }
};

static void defaults(void *options)
{
	rl_eval_defaults(&((struct eval_command *)options)->eval);
}

/* What is to play: a model file, and what its run says of it. */
struct model {
	char                  *file;         /* owned */
	long                   age;          /* frames it was trained for; 0: the best of the run */
	const struct game_ops *game;         /* the run's; NULL for a file that comes without one */
	double                 discount;
};

static double run_discount(const json_t *info)
{
	const json_t *x = json_object_get(json_object_get(info, "options"), "discount");

	return json_is_number(x) && json_number_value(x) >= 0 && json_number_value(x) <= 1
	               ? json_number_value(x)
	               : usual_discount;
}

/* The model of a run, by its age unless that is NULL, or the file itself.  The caller frees
 * m->file. */
static enum ry_status find_model(struct model *m, const char *path, const char *age)
{
	enum ry_status status;
	json_t *info;

	*m = (struct model){ .discount = usual_discount };
	m->file = rundir_find_model(path, &info, &status);
	if (m->file && age) {
		free(m->file);
		m->file = info ? rl_age_find(path, age, &m->age, &status) : NULL;
		if (!info)
			status = ry_fail(RY_EINVAL, "--at: %s is not a run", path);
	}
	if (info && m->file) {
		m->game = rl_train_game(info, path, &status);
		m->discount = run_discount(info);
	}
	json_decref(info);
	return status;
}

static enum ry_status print(const struct cli *cli, const struct rl_report *r, const char *path,
                            long age)
{
	char frames[32];

	if (cli->json) {
		json_t *o = rl_report_json(r, 1);

		json_object_set_new(o, "run", json_string(path));
		if (age)
			json_object_set_new(o, "frames", json_integer(age));
		return answer_json(stdout, o, JSON_INDENT(1) | JSON_REAL_PRECISION(8),
		                   "the scores");
	}
	out(stdout, "%s: %s", path, r->game->name);
	if (age)
		out(stdout, ", trained for %s frames", text_count(frames, (size_t)age));
	out(stdout, "\n\n");
	rl_report_text(stdout, r, cli->ascii);
	return RY_OK;
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct eval_command *o = options;
	struct rl_report r = { .episodes = -1 };
	struct model m;
	enum ry_status status = find_model(&m, args[0], o->at);
	struct workers *workers = NULL;

	(void)n_args;
	r.discount = m.discount;
	if (status == RY_OK && !(workers = workers_alloc(cli->threads)))
		status = ry_failure();
	if (status == RY_OK)
		status = rl_report_evaluate(&r, m.file, m.game, &o->eval, cli->seed, workers);
	workers_free(workers);
	if (status == RY_OK)
		status = print(cli, &r, args[0], m.age);
	rl_report_free(&r);
	free(m.file);
	return status;
}

const struct command rl_eval_command = {
	.name = "rl eval",
	.arguments = "RUN",
	.summary = "evaluate a trained agent: its mean return over whole episodes",
	.examples = "riley rl eval runs/NAME\n"
	            "riley rl eval runs/NAME --episodes 1000 --epsilon 0.001 --seed 7\n"
	            "riley rl eval runs/NAME --at 10k          # as it was after 10,000 frames\n"
	            "riley rl eval model.safetensors --json",
	.options = rows,
	.options_size = sizeof(struct eval_command),
	.defaults = defaults,
	.min_args = 1, .max_args = 1,
	.runs = 1,
	.run = run,
};
