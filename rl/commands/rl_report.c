/* rl_report.c - see rl_report.h. */
#include "rl/commands/rl_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/agent.h"
#include "rl/commands/rl_lake_report.h"
#include "rl/games/lake.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/command.h"

void rl_eval_defaults(struct rl_eval_options *o)
{
	*o = (struct rl_eval_options){ .episodes = -1, .epsilon = 0, .cap = RL_EVAL_CAP };
}

/* Q of every cell of a lake. */
static enum ry_status values_of_cells(struct rl_report *r, struct q_network *q,
                                      const struct lake_map *m)
{
	int cells = m->side * m->side;
	struct q_policy p;
	enum ry_status status = q_policy_open(&p, q);
	void *state = game_alloc(q->game, &q->options);

	r->lake_q = ry_calloc((size_t)cells * LAKE_ACTIONS, sizeof *r->lake_q, "values");
	if (status == RY_OK && (!state || !r->lake_q))
		status = ry_failure();
	for (int cell = 0; cell < cells && status == RY_OK; cell++) {
		const real *values;

		lake_place(state, cell);
		values = q_policy_values(&p, state);
		for (int a = 0; a < LAKE_ACTIONS; a++)
			r->lake_q[cell * LAKE_ACTIONS + a] = values[a];
	}
	q_policy_close(&p);
	free(state);
	return status;
}

static enum ry_status count_random_play(struct rl_report *r)
{
	void *state = game_alloc(r->game, &r->options);
	enum ry_status status =
		state ? skill_of_random_play(&r->random_skills, r->game, state) : ry_failure();

	free(state);
	return status;
}

static enum ry_status evaluate(struct rl_report *r, struct q_network *q, const char *file,
                               const struct game_ops *game, struct rl_eval_options *o, long seed,
                               struct workers *workers)
{
	const struct lake_map *lake = lake_map_of(q->game);
	struct evaluation_options how;
	enum ry_status status;

	if (game && q->game != game)
		return ry_fail(RY_EDATA, "%s: a model of %s, expected one of %s", file,
		               q->game->name, game->name);
	if (o->episodes < 0)
		o->episodes = q->game->endless ? RL_EVAL_EPISODES_ENDLESS : RL_EVAL_EPISODES;
	r->game = q->game;
	r->options = q->options;
	r->eval_epsilon = o->epsilon;
	r->cap = o->cap;
	r->seed = seed;
	how = (struct evaluation_options){ .episodes = o->episodes,
		                           .epsilon = o->epsilon,
		                           .cap = o->cap,
		                           .seed = seed,
		                           .stop = command_interrupted,
		                           .workers = workers };
	status = evaluation_run(q, &how, &r->evaluation);
	if (status == RY_OK)
		status = count_random_play(r);
	return status == RY_OK && lake ? values_of_cells(r, q, lake) : status;
}

enum ry_status rl_report_evaluate(struct rl_report *r, const char *file,
                                  const struct game_ops *game, struct rl_eval_options *o, long seed,
                                  struct workers *workers)
{
	enum ry_status status;
	struct st_file *f = st_open(file, &status);
	struct q_network q;

	if (!f)
		return status;
	status = q_network_open(&q, f);
	st_close(f);
	if (status != RY_OK)
		return status;
	status = evaluate(r, &q, file, game, o, seed, workers);
	q_network_close(&q);
	return status;
}

void rl_report_free(struct rl_report *r)
{
	evaluation_free(&r->evaluation);
	free(r->lake_q);
	r->lake_q = NULL;
}

/* ---- text ---- */

/* "  training return (last 100 episodes, epsilon 0.1)        9.21" */
static void put(FILE *to, const char *what, double value)
{
	if (isnan(value))
		out(to, "  %-61s %8s\n", what, "-");
	else
		out(to, "  %-61s %8.4g\n", what, value);
}

static void put_training(FILE *to, const struct rl_report *r)
{
	char what[200], episodes[32];
	long n = r->episodes < AGENT_EPISODES ? r->episodes : AGENT_EPISODES;

	if (r->episodes < 0)
		return;
	if (r->game->endless)
		snprintf(what, sizeof what,
		         "training reward per frame (last 1,000 frames, epsilon %.3g)",
		         r->epsilon);
	else
		snprintf(what, sizeof what, "training return (last %s episodes, epsilon %.3g)",
		         text_count(episodes, (size_t)n), r->epsilon);
	put(to, what, r->train_return);
}

static void put_evaluation(FILE *to, const struct rl_report *r, int ascii)
{
	char what[200], episodes[32], cap[32];
	const struct evaluation *e = &r->evaluation;

	text_count(episodes, (size_t)e->episodes);
	text_count(cap, (size_t)r->cap);
	if (r->game->endless)
		snprintf(what, sizeof what,
		         "evaluation reward per frame (%s x %s frames, epsilon %.3g)", episodes,
		         cap, r->eval_epsilon);
	else
		snprintf(what, sizeof what,
		         "evaluation return (%s episodes, epsilon %.3g, cap %s)", episodes,
		         r->eval_epsilon, cap);
	out(to, "  %-61s %8.4g", what, e->mean);
	if (!isnan(e->error))
		out(to, " %s %.2g", ascii ? "+-" : "\u00b1", e->error);
	fputc('\n', to);
}

/* In one line or two. */
static void put_skills(FILE *to, const struct rl_report *r)
{
	enum { COLUMNS = 77 };
	char skills[SKILL_COLUMNS + 1], text[SKILL_COLUMNS + 40];
	int cut = COLUMNS;

	skill_sentence(skills, sizeof skills, r->game, &r->evaluation.skills, &r->random_skills, 1);
	if (snprintf(text, sizeof text, "In these episodes it %s.", skills) <= COLUMNS) {
		out(to, "  %s\n", text);
		return;
	}
	while (text[cut] != ' ')
		cut--;
	out(to, "  %.*s\n  %s\n", cut, text, text + cut + 1);
}

static struct lake_report lake_of(const struct rl_report *r)
{
	return (struct lake_report){ .g = r->game,
		                     .slippery = r->options.slippery,
		                     .discount = r->discount,
		                     .q = r->lake_q };
}

void rl_report_text(FILE *to, const struct rl_report *r, int ascii)
{
	double random = r->game->random_return(&r->options);
	const struct evaluation *e = &r->evaluation;

	if (r->lake_q) {
		const struct lake_report lake = lake_of(r);

		lake_report_print(to, &lake, ascii);
		fputc('\n', to);
	}
	put_training(to, r);
	put_evaluation(to, r, ascii);
	for (int k = 0; k < r->game->n_tallies; k++) {
		char what[80];

		snprintf(what, sizeof what, "%s per 1,000 evaluation frames",
		         r->game->tallies[k]);
		put(to, what, e->tally[k]);
	}
	if (!isnan(random))
		put(to, "random play, exactly", random);
	out(to, "\n  %s: the standard error of the mean, over episodes of one agent.\n",
	    ascii ? "+-" : "\u00b1");
	if (!r->game->endless) {
		fprintf(to, "  An evaluation episode takes %.0f frames on average", e->mean_frames);
		out_own(to, e->capped ? "" : ".\n");
	}
	if (e->capped)
		fprintf(to,
		        "; %d reached the cap and\n  count with the return so far.\n", e->capped);
	put_skills(to, r);
}

/* ---- JSON ---- */

static json_t *returns(const struct evaluation *e)
{
	json_t *a = json_array();

	for (int k = 0; k < e->episodes; k++)
		json_array_append_new(a, json_real(e->episode_return[k]));
	return a;
}

json_t *rl_report_json(const struct rl_report *r, int all)
{
	const struct evaluation *e = &r->evaluation;
	int endless = r->game->endless;
	json_t *o = json_object();

	json_object_set_new(o, "game", json_string(r->game->name));
	json_object_set_new(o, endless ? "mean_reward" : "mean_return", answer_number(e->mean));
	json_object_set_new(o, "standard_error", answer_number(e->error));
	json_object_set_new(o, "evaluation_episodes", json_integer(e->episodes));
	json_object_set_new(o, "evaluation_epsilon", json_real(r->eval_epsilon));
	json_object_set_new(o, "evaluation_cap", json_integer(r->cap));
	json_object_set_new(o, "evaluation_seed", json_integer(r->seed));
	json_object_set_new(o, "mean_frames", answer_number(e->mean_frames));
	json_object_set_new(o, "capped", json_integer(e->capped));
	json_object_set_new(o, "random", answer_number(r->game->random_return(&r->options)));
	for (int k = 0; k < r->game->n_tallies; k++)
		json_object_set_new(o, r->game->tallies[k], answer_number(e->tally[k]));
	if (r->episodes >= 0) {
		json_object_set_new(o, endless ? "train_reward" : "train_return",
		                    answer_number(r->train_return));
		json_object_set_new(o, "epsilon", json_real(r->epsilon));
		json_object_set_new(o, "episodes", json_integer(r->episodes));
		json_object_set_new(o, "largest_q", answer_number(r->largest_q));
		json_object_set_new(o, "q_bound", answer_number(r->q_bound));
	}
	if (all)
		json_object_set_new(o, endless ? "rewards" : "returns", returns(e));
	if (all && r->lake_q) {
		const struct lake_report lake = lake_of(r);

		json_object_set_new(o, "lake", lake_report_json(&lake));
	}
	return o;
}
