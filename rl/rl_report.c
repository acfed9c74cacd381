/* rl_report.c - see rl_report.h. */
#include "rl/rl_report.h"

#include <math.h>
#include <string.h>

#include "rl/agent.h"
#include "src/cli/answer.h"
#include "src/cli/command.h"

void rl_eval_defaults(struct rl_eval_options *o)
{
	*o = (struct rl_eval_options){ .episodes = -1, .epsilon = 0, .cap = RL_EVAL_CAP };
}

static enum ry_status evaluate(struct rl_report *r, struct player *p, const char *file, const struct game_ops *game,
                               struct rl_eval_options *o, long seed)
{
	struct evaluation_options how;

	if (game && p->game != game)
		return ry_fail(RY_EDATA, "%s: a model of %s, expected one of %s", file, p->game->name, game->name);
	if (o->episodes < 0)
		o->episodes = p->game->endless ? RL_EVAL_EPISODES_ENDLESS : RL_EVAL_EPISODES;
	r->game = p->game;
	r->options = p->options;
	r->eval_epsilon = o->epsilon;
	r->cap = o->cap;
	r->seed = seed;
	how = (struct evaluation_options){ .episodes = o->episodes, .epsilon = o->epsilon, .cap = o->cap, .seed = seed,
	                                   .stop = command_interrupted };
	return player_evaluate(p, &how, &r->evaluation);
}

enum ry_status rl_report_evaluate(struct rl_report *r, const char *file, const struct game_ops *game,
                                  struct rl_eval_options *o, long seed)
{
	enum ry_status status;
	struct st_file *f = st_open(file, &status);
	struct player p;

	if (!f)
		return status;
	status = player_open(&p, f);
	st_close(f);
	if (status != RY_OK)
		return status;
	status = evaluate(r, &p, file, game, o, seed);
	player_close(&p);
	return status;
}

void rl_report_free(struct rl_report *r)
{
	evaluation_free(&r->evaluation);
}

/* ---- text ---- */

/* "  training return (last 100 episodes, epsilon 0.1)        9.21" */
static void put(FILE *to, const char *what, double value)
{
	if (isnan(value))
		fprintf(to, "  %-66s %9s\n", what, "-");
	else
		fprintf(to, "  %-66s %9.4g\n", what, value);
}

static void put_training(FILE *to, const struct rl_report *r)
{
	char what[200], episodes[32];
	long n = r->episodes < AGENT_EPISODES ? r->episodes : AGENT_EPISODES;

	if (r->episodes < 0)
		return;
	if (r->game->endless)
		snprintf(what, sizeof what, "training reward of a frame (last 1,000 frames, epsilon %.3g)", r->epsilon);
	else
		snprintf(what, sizeof what, "training return (last %s episodes, epsilon %.3g)", answer_count(episodes, (size_t)n), r->epsilon);
	put(to, what, r->train_return);
}

static void put_evaluation(FILE *to, const struct rl_report *r, int ascii)
{
	char what[200], episodes[32], cap[32];
	const struct evaluation *e = &r->evaluation;

	answer_count(episodes, (size_t)e->episodes);
	answer_count(cap, (size_t)r->cap);
	if (r->game->endless)
		snprintf(what, sizeof what, "evaluation reward of a frame (%s x %s frames, epsilon %.3g)", episodes, cap, r->eval_epsilon);
	else
		snprintf(what, sizeof what, "evaluation return (%s episodes, epsilon %.3g, cap %s frames)", episodes, r->eval_epsilon, cap);
	fprintf(to, "  %-66s %9.4g", what, e->mean);
	if (!isnan(e->error))
		fprintf(to, " %s %.2g", ascii ? "+-" : "\u00b1", e->error);
	fputc('\n', to);
}

void rl_report_text(FILE *to, const struct rl_report *r, int ascii)
{
	double random = r->game->random_return(&r->options);
	const struct evaluation *e = &r->evaluation;

	put_training(to, r);
	put_evaluation(to, r, ascii);
	if (!isnan(random))
		put(to, "random play, exactly", random);
	fprintf(to, "\n  %s: the standard error of the mean, over episodes of one agent.\n", ascii ? "+-" : "\u00b1");
	if (!r->game->endless)
		fprintf(to, "  An episode of the evaluation takes %.0f frames on average%s", e->mean_frames, e->capped ? "" : ".\n");
	if (e->capped)
		fprintf(to, "; %d were cut off and\n  count as they stood.\n", e->capped);
}

/* ---- JSON ---- */

json_t *rl_report_json(const struct rl_report *r, int each)
{
	const struct evaluation *e = &r->evaluation;
	int endless = r->game->endless;
	json_t *o = json_object(), *all = json_array();

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
	if (r->episodes >= 0) {
		json_object_set_new(o, endless ? "train_reward" : "train_return", answer_number(r->train_return));
		json_object_set_new(o, "epsilon", json_real(r->epsilon));
		json_object_set_new(o, "episodes", json_integer(r->episodes));
	}
	for (int k = 0; each && k < e->episodes; k++)
		json_array_append_new(all, json_real(e->episode_return[k]));
	if (each)
		json_object_set(o, endless ? "rewards" : "returns", all);
	json_decref(all);
	return o;
}
