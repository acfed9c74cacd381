/* rl_scores_command.c - `riley rl scores`: how far agents have come from random play to human play,
 * game by game. */
#include "config.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rl/commands/human_scores.h"
#include "rl/commands/rl_commands.h"
#include "rl/commands/rl_interval.h"
#include "rl/commands/rl_kind.h"
#include "rl/commands/rl_options.h"
#include "rl/commands/rl_report.h"
#include "rl/commands/rl_train.h"
#include "rl/games/lake.h"
#include "rl/games/random_play.h"
#include "rl/games/scripted_policy.h"
#include "src/app/plot/plot.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/called.h"
#include "src/nn/metrics.h"
#include "src/run/rundir.h"
#include "src/ui/barchart.h"
#include "src/ui/terminal.h"
#include "src/ui/wrap.h"

/* Measured if unknown: random play, and the scripted policy. */
enum { RANDOM_EPISODES = 300, RANDOM_STEPS = 20000, SCRIPTED_EPISODES = 20 };

enum { WIDEST = 100 };

enum take { TAKE_BEST, TAKE_MEAN };

static const char *const takes[] = { [TAKE_BEST] = "best", [TAKE_MEAN] = "mean", NULL };

struct scores_options {
	int         take;
	const char *human;
};

/* A run with a result. */
struct scored_run {
	char  *path;
	double mean;                         /* mean_return, or mean_reward in a game without end */
	double error;                        /* its standard error; NAN: not known */
	long   episodes;                     /* ... and that of which it is the mean */
	const struct game_ops *game;
	struct game_options    options;
	long   cap;                          /* frames of an episode of its evaluation */
};

/* A game by certain rules, and everybody's scores in it. */
struct score_row {
	const struct game_ops *game;
	struct game_options    options;
	char   name[120];
	int    runs;
	const struct scored_run *best;
	double sum;
	double agent, random, human, percent;      /* percent NaN where human play is no better
	                                            * than random */
	double low, high;                    /* percent's 95 % interval by what the agents played;
	                                      * NAN: not known */
	double human_low, human_high;        /* that of the mean of people */
	int    random_exact;
	struct human_summary people;
	int    stand_in;                     /* too few human scores: the scripted policy */
	int    best_there_is;                /* ... which is optimal */
	struct scripted_policy_play policy;
	long   cap;
};

struct scores {
	const struct cli            *cli;
	const struct scores_options *o;
	struct scored_run *run;
	int    n_runs, without;              /* without: runs that have no result (yet) */
	struct score_row *row;
	int    n_rows;
};

/* ---- runs ---- */

static int says_yes(const json_t *options, const char *name, int otherwise)
{
	const char *word = json_string_value(json_object_get(options, name));

	return word ? strcmp(word, "yes") == 0 : otherwise;
}

/* The rules that a run was played by: what its options say, the defaults where they say nothing. */
static void read_rules(const json_t *options, const struct game_ops *g, struct game_options *o)
{
	const json_t *sticky = json_object_get(options, "sticky");
	const char *actions = json_string_value(json_object_get(options, "actions"));

	game_defaults(g, o);
	if (g->takes & GAME_STICKY && json_is_number(sticky))
		o->sticky = json_number_value(sticky);
	if (g->takes & GAME_RAMPING)
		o->ramping = says_yes(options, "ramping", o->ramping);
	if (g->takes & GAME_SLIPPERY)
		o->slippery = says_yes(options, "slippery", o->slippery);
	if (g->takes & GAME_CORRECTED)
		o->corrected = says_yes(options, "corrected", o->corrected);
	if (g->takes & GAME_MINIMAL)
		o->minimal = actions && strcmp(actions, "minimal") == 0;
}

/* RY_EDATA for what is no run of an agent; r->mean NAN for one that has no result. */
static enum ry_status read_run(const char *path, struct scored_run *r)
{
	enum ry_status status;
	json_t *info = rundir_read_info(path, &status);
	const json_t *result = json_object_get(info, "result"), *mean, *cap, *error;

	if (!info)
		return status;
	r->game = rl_train_game(info, path, &status);
	if (r->game) {
		mean = json_object_get(result, r->game->endless ? "mean_reward" : "mean_return");
		cap = json_object_get(result, "evaluation_cap");
		r->mean = json_is_number(mean) ? json_number_value(mean) : NAN;
		error = json_object_get(result, "standard_error");
		r->error = json_is_number(error) ? json_number_value(error) : NAN;
		r->episodes = (long)json_integer_value(
			json_object_get(result, "evaluation_episodes"));
		r->cap = json_integer_value(cap) > 0 ? (long)json_integer_value(cap) : RL_EVAL_CAP;
		read_rules(json_object_get(info, "options"), r->game, &r->options);
	}
	json_decref(info);
	return status;
}

/* Takes `path` over. */
static enum ry_status add_run(struct scores *s, char *path, int asked_for)
{
	struct scored_run r = { .path = path }, *grown;
	enum ry_status status = path ? read_run(path, &r) : ry_fail_memory("a path");

	if (status == RY_OK && isnan(r.mean) && asked_for)
		status = ry_fail(RY_EDATA,
		                 "%s: has no result yet: runs are scored when training ends",
		                 path);
	if (status == RY_OK && !isnan(r.mean)) {
		grown = realloc(s->run, (size_t)(s->n_runs + 1) * sizeof *grown);
		if (grown) {
			s->run = grown;
			s->run[s->n_runs++] = r;
			return RY_OK;
		}
		status = ry_fail_memory("runs");
	}
	s->without += status == RY_OK;
	free(path);
	return status;
}

/* Whether the folder is a run of an agent. */
static int is_agent(const char *path)
{
	enum ry_status status;
	json_t *info = rundir_read_info(path, &status);
	const char *kind = json_string_value(json_object_get(info, "kind"));
	int is = kind && strcmp(kind, rl_kind.name) == 0;

	json_decref(info);
	return is;
}

/* All runs of agents in runs/, by name. */
static enum ry_status find_runs(struct scores *s)
{
	struct dirent **entry;
	int n = scandir("runs", &entry, NULL, alphasort);
	enum ry_status status = RY_OK;

	for (int k = 0; k < n; k++) {
		char *path = NULL;

		if (status == RY_OK && entry[k]->d_name[0] != '.') {
			if (asprintf(&path, "runs/%s", entry[k]->d_name) < 0)
				status = ry_fail_memory("a path");
			else if (is_agent(path))
				status = add_run(s, path, 0);
			else
				free(path);
		}
		free(entry[k]);
	}
	if (n >= 0)
		free(entry);
	if (status == RY_OK && s->n_runs == 0)
		return s->without > 0
		               ? ry_fail(RY_EINVAL, "no run in runs/ has a result yet: runs are "
		                                    "scored when training ends")
		               : ry_fail(RY_EINVAL,
		                         "there are no runs of agents in runs/: train one with "
		                         "'%s rl train catch', or name runs",
		                         called_name());
	return status;
}

/* ---- rows ---- */

/* Actions without an effect do not change the rules. */
static int same_rules(const struct scored_run *r, const struct score_row *w)
{
	const struct game_options *a = &r->options, *b = &w->options;

	return r->game == w->game && a->sticky == b->sticky && a->ramping == b->ramping &&
	       a->slippery == b->slippery && a->corrected == b->corrected;
}

/* "breakout", "breakout (sticky 0)", "lake4 (plain)". */
static void name_row(struct score_row *w)
{
	struct game_options usual;
	char rules[80] = "";
	size_t n = 0;

	game_defaults(w->game, &usual);
	if (w->options.sticky != usual.sticky)
		n += (size_t)snprintf(rules + n, sizeof rules - n, ", sticky %g",
		                      w->options.sticky);
	if (w->options.ramping != usual.ramping)
		n += (size_t)snprintf(rules + n, sizeof rules - n, ", no ramping");
	if (w->options.slippery != usual.slippery)
		n += (size_t)snprintf(rules + n, sizeof rules - n, ", plain");
	if (w->options.corrected != usual.corrected)
		n += (size_t)snprintf(rules + n, sizeof rules - n, ", corrected");
	snprintf(w->name, sizeof w->name, n > 0 ? "%s (%s)" : "%s%s", w->game->name,
	         n > 0 ? rules + 2 : "");
}

static enum ry_status group(struct scores *s)
{
	s->row = calloc((size_t)s->n_runs, sizeof *s->row);
	if (!s->row)
		return ry_fail_memory("scores");
	for (int k = 0; k < s->n_runs; k++) {
		struct scored_run *r = &s->run[k];
		struct score_row *w;
		int i = 0;

		while (i < s->n_rows && !same_rules(r, &s->row[i]))
			i++;
		w = &s->row[i];
		if (i == s->n_rows) {
			s->n_rows++;
			w->game = r->game;
			w->options = r->options;
			name_row(w);
		}
		w->runs++;
		w->sum += r->mean;
		w->cap = r->cap > w->cap ? r->cap : w->cap;
		if (!w->best || r->mean > w->best->mean)
			w->best = r;
	}
	return RY_OK;
}

static enum ry_status measure_random(const struct scores *s, struct score_row *w)
{
	gsl_rng *game = random_stream(s->cli->seed, STREAM_GAME),
		*policy = random_stream(s->cli->seed, STREAM_EXPLORE);
	long steps = w->game->endless ? RANDOM_STEPS : (long)RANDOM_EPISODES * RANDOM_STEPS;
	enum ry_status status = game && policy ? RY_OK : ry_failure();
	struct random_play r;

	w->random = w->game->random_return(&w->options);
	w->random_exact = isfinite(w->random);
	if (status == RY_OK && !w->random_exact)
		status = random_play(&r, w->game, &w->options, RANDOM_EPISODES, steps, game,
		                     policy);
	if (status == RY_OK && !w->random_exact)
		w->random = r.mean;
	if (game)
		gsl_rng_free(game);
	if (policy)
		gsl_rng_free(policy);
	return status;
}

/* The scripted policy; on lakes the optimal policy, whose success rate is known exactly. */
static enum ry_status measure_stand_in(const struct scores *s, struct score_row *w)
{
	const struct lake_map *lake = lake_map_of(w->game);
	gsl_rng *rng;
	enum ry_status status;

	w->stand_in = 1;
	if (lake) {
		w->human = lake_best_success(lake, w->options.slippery);
		w->best_there_is = 1;
		return RY_OK;
	}
	if (!(rng = random_stream(s->cli->seed, STREAM_GAME)))
		return ry_failure();
	status = scripted_policy_play(&w->policy, w->game, &w->options, SCRIPTED_EPISODES, w->cap,
	                              rng, command_interrupted);
	gsl_rng_free(rng);
	w->human = w->policy.mean;
	return status;
}

static enum ry_status measure_human(const struct scores *s, struct score_row *w, const char *file)
{
	enum ry_status status = RY_OK;

	w->people.mean = w->people.best = NAN;
	if (file)
		status = human_scores_summary(file, w->game, &w->options, &w->people);
	if (status != RY_OK || w->people.count < HUMAN_LEAST)
		return status == RY_OK ? measure_stand_in(s, w) : status;
	w->human = w->people.mean;
	rl_interval(w->game, w->human, w->people.error, w->people.count, &w->human_low,
	            &w->human_high);
	return RY_OK;
}

/* What the agents' score may be: by the episodes of the best, or over the runs. */
static void agent_interval(const struct scores *s, const struct score_row *w, double *low,
                           double *high)
{
	double *x = calloc((size_t)s->n_runs, sizeof *x), mean, half;
	int n = 0;

	*low = *high = NAN;
	if (s->o->take == TAKE_BEST || w->runs == 1) {
		rl_interval(w->game, w->best->mean, w->best->error, w->best->episodes, low, high);
	} else if (x) {
		for (int k = 0; k < s->n_runs; k++)
			if (same_rules(&s->run[k], w))
				x[n++] = s->run[k].mean;
		metrics_interval(x, (size_t)n, &mean, &half);
		metrics_interval_within(mean, half, w->game->least, w->game->most, low, high);
	}
	free(x);
}

static double percent_of(const struct score_row *w, double score)
{
	return w->human > w->random ? 100 * (score - w->random) / (w->human - w->random) : NAN;
}

/* Nobody is better than an optimal policy: more than that was luck. */
static void compare(const struct scores *s, struct score_row *w)
{
	double low, high;

	w->agent = s->o->take == TAKE_BEST ? w->best->mean : w->sum / w->runs;
	w->percent = percent_of(w, w->agent);
	agent_interval(s, w, &low, &high);
	w->low = percent_of(w, low);
	w->high = percent_of(w, high);
	if (w->best_there_is) {
		w->low = w->low > 100 ? 100 : w->low;
		w->high = w->high > 100 ? 100 : w->high;
	}
}

static int best_first(const void *a, const void *b)
{
	const struct score_row *x = a, *y = b;

	if (isnan(x->percent) != isnan(y->percent))
		return isnan(x->percent) ? 1 : -1;
	if (x->percent != y->percent && !isnan(x->percent))
		return x->percent < y->percent ? 1 : -1;
	return strcmp(x->name, y->name);
}

static enum ry_status measure(struct scores *s)
{
	/* without a home directory there are no scores */
	char *file = s->o->human ? strdup(s->o->human) : human_scores_path();
	enum ry_status status = RY_OK;

	for (int k = 0; k < s->n_rows && status == RY_OK; k++) {
		struct score_row *w = &s->row[k];

		status = measure_random(s, w);
		if (status == RY_OK)
			status = measure_human(s, w, file);
		if (status == RY_OK && command_interrupted())
			status = ry_fail(RY_ESTOP, "interrupted");
		compare(s, w);
	}
	free(file);
	return status;
}

/* ---- as a chart ---- */

struct chart {
	struct barchart     figure;
	struct barchart_bar bar[BARCHART_MOST];
	char label[BARCHART_MOST][124];
	int  stand_ins;
};

static enum ry_status fill_chart(struct chart *c, const struct scores *s)
{
	if (s->n_rows > BARCHART_MOST)
		return ry_fail(RY_EINVAL, "%d games in one chart: at most %d", s->n_rows,
		               BARCHART_MOST);
	for (int k = 0; k < s->n_rows; k++) {
		snprintf(c->label[k], sizeof c->label[k], "%s%s", s->row[k].name,
		         s->row[k].stand_in ? " *" : "");
		c->bar[k] = (struct barchart_bar){ c->label[k], s->row[k].percent };
		c->stand_ins += s->row[k].stand_in;
	}
	c->figure = (struct barchart){
		.title = "100 x (agent - random) / (human - random)",
		.unit = " %",
		.mark = 100,
		.mark_label = "100 % = human",
		.note = c->stand_ins > 0
		                ? "* fewer than 5 human scores: a scripted policy stands in"
		                : NULL,
		.n = s->n_rows,
		.bar = c->bar,
	};
	return RY_OK;
}

static enum ry_status draw_picture(const struct scores *s, const struct chart *c, const char *file)
{
	char *picture;
	size_t size;
	int format = curves_format(file);
	enum ry_status status;

	if (format < 0)
		return ry_fail(RY_EINVAL, "-o %s: expected a file that ends in .png, .svg or .pdf",
		               file);
	status = barchart_draw(&c->figure, (enum curve_format)format, &picture, &size);
	if (status == RY_OK)
		status = plot_write(file, picture, size);
	free(picture);
	if (status == RY_OK && !s->cli->quiet)
		tell_user("wrote %s", file);
	return status;
}

/* ---- as text ---- */

static void print_numbers(const struct scores *s)
{
	int width = 4;

	for (int k = 0; k < s->n_rows; k++)
		width = (int)strlen(s->row[k].name) > width ? (int)strlen(s->row[k].name) : width;
	out(stdout,
	    "\n%-*s %8s %8s %9s %12s  %s\n", width, "game", "agent", "random", "human",
	    "%, interval", "runs");
	for (int k = 0; k < s->n_rows; k++) {
		const struct score_row *w = &s->row[k];
		char interval[40] = "-";

		if (isfinite(w->low))
			snprintf(interval, sizeof interval, "%.3g to %.3g", w->low, w->high);
		out(stdout, "%-*s %8.4g %8.4g %8.4g%s %12s  ", width, w->name, w->agent, w->random,
		    w->human, w->stand_in ? "*" : " ", interval);
		if (w->runs == 1)
			out(stdout, "%s\n", w->best->path);
		else if (s->o->take == TAKE_BEST)
			out(stdout, "%s, the best of %d\n", w->best->path, w->runs);
		else
			printf("mean of %d\n", w->runs);
	}
}

static void print_stand_in(const struct score_row *w)
{
	char cap[32];

	out(stdout, "  %s: %s", w->game->name, scripted_policy_about(w->game));
	if (!w->best_there_is && w->policy.capped > 0)
		out(stdout, ";\n    %d of %d episodes were cut off after %s steps",
		    w->policy.capped, w->policy.episodes, text_count(cap, (size_t)w->cap));
	printf("\n");
}

/* Whether an earlier row has the same policy, under other rules. */
static int told(const struct scores *s, int k)
{
	for (int i = 0; i < k; i++)
		if (s->row[i].stand_in && s->row[i].game == s->row[k].game &&
		    s->row[i].policy.capped == s->row[k].policy.capped)
			return 1;
	return 0;
}

static void print_people(const struct score_row *w)
{
	if (w->stand_in && w->people.count > 0)
		out(stdout, "  %s: %ld of the %d games that make a baseline; not used yet\n",
		    w->name, w->people.count, HUMAN_LEAST);
	else if (!w->stand_in)
		out(stdout, "  %s: %ld games, %.4g to %.4g\n", w->name, w->people.count,
		    w->human_low, w->human_high);
}

static void print_notes(const struct scores *s)
{
	int stand_ins = 0, people = 0;

	for (int k = 0; k < s->n_rows; k++) {
		stand_ins += s->row[k].stand_in;
		people += !s->row[k].stand_in;
	}
	printf("\nAgents: mean evaluation return after training (eyes: reward per step).\n");
	printf("Interval: 95 %%, by the agents' episodes or, with --take mean, runs.\n");
	if (people > 0)
		out(stdout, "Humans: mean of the scores from '%s rl play', with its 95 %% "
		            "interval:\n", called_name());
	for (int k = 0; k < s->n_rows; k++)
		print_people(&s->row[k]);
	for (int k = 0; k < s->n_rows; k++)
		if (isnan(s->row[k].percent))
			out(stdout,
			    "%s has no percentage: human play is no better than random play.\n",
			    s->row[k].name);
	if (stand_ins == 0)
		return;
	out(stdout,
	    "* Fewer than %d human scores: a scripted policy stands in until there are more\n"
	    "  from '%s rl play GAME'.\n",
	    HUMAN_LEAST, called_name());
	for (int k = 0; k < s->n_rows; k++)
		if (s->row[k].stand_in && !told(s, k))
			print_stand_in(&s->row[k]);
}

static enum ry_status print_text(const struct scores *s, const struct chart *c)
{
	int width, height;
	enum ry_status status;

	terminal_size(fileno(stdout), &width, &height);
	width = width > WIDEST ? WIDEST : width < 40 ? 40 : width;
	status = barchart_text(stdout, &c->figure, width, s->cli->ascii, s->cli->color);
	if (status == RY_OK && !s->cli->quiet) {
		print_numbers(s);
		print_notes(s);
	}
	return status;
}

/* ---- as JSON ---- */

static json_t *rules_json(const struct score_row *w)
{
	json_t *o = json_object();

	if (w->game->takes & GAME_STICKY)
		json_object_set_new(o, "sticky", json_real(w->options.sticky));
	if (w->game->takes & GAME_RAMPING)
		json_object_set_new(o, "ramping", json_boolean(w->options.ramping));
	if (w->game->takes & GAME_SLIPPERY)
		json_object_set_new(o, "slippery", json_boolean(w->options.slippery));
	if (w->game->takes & GAME_CORRECTED)
		json_object_set_new(o, "corrected", json_boolean(w->options.corrected));
	return o;
}

static json_t *interval_json(double low, double high)
{
	return json_pack("[o, o]", answer_number(low), answer_number(high));
}

static json_t *row_json(const struct scores *s, int k)
{
	const struct score_row *w = &s->row[k];
	json_t *runs = json_array(), *o;

	for (int i = 0; i < s->n_runs; i++)
		if (same_rules(&s->run[i], w))
			json_array_append_new(runs,
			                      json_pack("{s:s, s:o}", "run", s->run[i].path, "mean",
			                                answer_number(s->run[i].mean)));
	o = json_pack("{s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:s, s:o, s:s}", "game", w->game->name,
	              "options", rules_json(w), "percent", answer_number(w->percent), "agent",
	              answer_number(w->agent), "random", answer_number(w->random),
	              "random_is_exact", w->random_exact, "human", answer_number(w->human),
	              "human_is", w->stand_in ? "hand-written player" : "mean of people", "runs",
	              runs, "best_run", w->best->path);
	if (w->stand_in) {
		json_object_set_new(o, "player", json_string(scripted_policy_about(w->game)));
		json_object_set_new(o, "player_episodes", json_integer(w->policy.episodes));
		json_object_set_new(o, "player_capped", json_integer(w->policy.capped));
	} else {
		json_object_set_new(o, "human_best", answer_number(w->people.best));
		json_object_set_new(o, "human_interval",
		                    interval_json(w->human_low, w->human_high));
	}
	json_object_set_new(o, "human_scores", json_integer(w->people.count));
	json_object_set_new(o, "percent_interval", interval_json(w->low, w->high));
	return o;
}

static enum ry_status print_json(const struct scores *s)
{
	json_t *list = json_array(), *o;

	for (int k = 0; k < s->n_rows; k++)
		json_array_append_new(list, row_json(s, k));
	o = json_pack("{s:s, s:i, s:o}", "take", takes[s->o->take], "runs_without_result",
	              s->without, "scores", list);
	return answer_json(stdout, o, JSON_INDENT(1) | JSON_REAL_PRECISION(8), "the scores");
}

/* ---- the command ---- */

static void scores_free(struct scores *s)
{
	for (int k = 0; k < s->n_runs; k++)
		free(s->run[k].path);
	free(s->run);
	free(s->row);
}

static enum ry_status show(const struct scores *s)
{
	struct chart *c = calloc(1, sizeof *c);
	enum ry_status status = c ? fill_chart(c, s) : ry_fail_memory("a chart");

	if (status == RY_OK && s->cli->output && strcmp(s->cli->output, "-") != 0)
		status = draw_picture(s, c, s->cli->output);
	if (status == RY_OK && s->cli->json)
		status = print_json(s);
	else if (status == RY_OK && (!s->cli->output || strcmp(s->cli->output, "-") == 0))
		status = print_text(s, c);
	free(c);
	return status;
}

static enum ry_status scores_run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct scores s = { .cli = cli, .o = options };
	const char *file = cli->output;
	enum ry_status status = RY_OK;

	if (file && strcmp(file, "-") != 0 && curves_format(file) < 0)
		return ry_fail(RY_EINVAL, "-o %s: expected a file that ends in .png, .svg or .pdf",
		               file);
	for (int k = 0; k < n_args && status == RY_OK; k++)
		status = add_run(&s, strdup(args[k]), 1);
	if (n_args == 0)
		status = find_runs(&s);
	if (status == RY_OK)
		status = group(&s);
	if (status == RY_OK)
		status = measure(&s);
	if (status == RY_OK) {
		qsort(s.row, (size_t)s.n_rows, sizeof *s.row, best_first);
		status = show(&s);
	}
	if (status == RY_OK && s.without > 0 && !cli->quiet)
		tell_user("Left out: %d run%s without a result.", s.without,
		          s.without > 1 ? "s" : "");
	scores_free(&s);
	return status;
}

static const struct option_row scores_rows[] = {
	{ "take", 0, OPTION_CHOICE, offsetof(struct scores_options, take), NULL,
	  "several runs of one game: use the best score or the mean", 0, 0, takes },
	{ "human", 0, OPTION_TEXT, offsetof(struct scores_options, human), "FILE",
	  "human scores (default: ~/.local/share/riley/scores/human.jsonl)", 0, 0, NULL },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static void scores_defaults(void *options)
{
	((struct scores_options *)options)->take = TAKE_BEST;
}

const struct command rl_scores_command = {
	.name = "rl scores",
	.arguments = "[RUN...]",
	.summary = "agents' scores, game by game: random play is 0 %, human play 100 %",
	.examples = "riley rl scores\n"
	            "riley rl scores runs/breakout-s1 runs/breakout-s2 --take mean\n"
	            "riley rl scores -o scores.png\n"
	            "riley rl scores --json",
	.options = scores_rows,
	.options_size = sizeof(struct scores_options),
	.defaults = scores_defaults,
	.max_args = 10000,
	.runs = 10000,
	.own_output = 1,
	.run = scores_run,
};
