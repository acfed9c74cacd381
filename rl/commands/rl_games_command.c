/* rl_games_command.c - `riley rl games`: which games there are, and what random play scores in
 * them. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rl/commands/rl_commands.h"
#include "rl/commands/rl_options.h"
#include "rl/games/random_play.h"
#include "rl/screen/rl_guide.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/called.h"
#include "src/ui/wrap.h"

/* Steps after which random play stops: enough for the episodes asked for in every game that ends,
 * and what a game without end is judged by. */
enum { STEPS_WITHOUT_END = 20000, STEPS_PER_EPISODE = 20000 };

struct games_options {
	int episodes;
	struct rl_game_options game;
};

#define AT(member) offsetof(struct games_options, member)

static const struct option_row games_rows[] = {
	{ "episodes", 0, OPTION_INT, AT(episodes), "N", "episodes of random play per game", 2, 1e6,
	  NULL },
	RL_GAME_ROWS(struct games_options),
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static void games_defaults(void *options)
{
	struct games_options *o = options;

	o->episodes = 1000;
	rl_game_defaults(&o->game);
}

/* One game, and what random play made of it. */
struct entry {
	const struct game_ops *g;
	struct game_options    options;
	struct random_play     play;
	double                 exact;         /* NAN if unknown */
};

static enum ry_status play(struct entry *e, long seed, int episodes)
{
	gsl_rng *game = random_stream(seed, STREAM_GAME),
		*policy = random_stream(seed, STREAM_EXPLORE);
	long steps = e->g->endless ? STEPS_WITHOUT_END : (long)episodes * STEPS_PER_EPISODE;
	enum ry_status s = game && policy ? random_play(&e->play, e->g, &e->options, episodes,
							steps, game, policy)
					  : ry_failure();

	e->exact = e->g->random_return(&e->options);
	if (game)
		gsl_rng_free(game);
	if (policy)
		gsl_rng_free(policy);
	return s;
}

/* ---- as JSON ---- */

static json_t *names(const char *const *name, int n)
{
	json_t *a = json_array();

	for (int k = 0; k < n; k++)
		json_array_append_new(a, json_string(name[k]));
	return a;
}

static json_t *minimal_names(const struct game_ops *g)
{
	json_t *a = json_array();

	for (int k = 0; k < g->n_minimal; k++)
		json_array_append_new(a, json_string(g->actions[g->minimal[k]]));
	return a;
}

static json_t *streams_json(const struct game_ops *g)
{
	json_t *a = json_array();

	for (const struct game_stream *s = g->streams; s && s->name; s++)
		json_array_append_new(a, json_pack("{s:s, s:i, s:I, s:s}", "stream", s->name,
		                                   "steps", s->steps, "seed", (json_int_t)s->seed,
		                                   "options", s->options));
	return a;
}

static json_t *glyphs_json(const struct game_ops *g)
{
	json_t *o = json_object();

	for (int k = 0; k < g->n_looks; k++)
		if (!json_object_get(o, g->looks[k].name))
			json_object_set_new(o, g->looks[k].name, json_string(g->looks[k].glyph));
	return o;
}

static json_t *entry_json(const struct entry *e)
{
	const struct game_ops *g = e->g;
	json_t *o = json_pack("{s:s, s:s, s:b, s:s, s:i, s:i, s:i, s:o, s:o, s:o, s:o}",
	                      "name", g->name, "about", g->about, "endless", g->endless,
	                      "observation", g->words ? "planes" : "numbers", "channels", g->C,
	                      "height", g->H, "width", g->W, "channel_names",
	                      names(g->channels, g->C), "actions", names(g->actions, g->n_actions),
	                      "minimal_actions", minimal_names(g), "streams", streams_json(g));
	json_t *random = json_pack("{s:i, s:I, s:o, s:o, s:o}", "episodes", e->play.episodes,
	                           "steps", (json_int_t)e->play.steps,
	                           e->play.episodes ? "mean_return" : "mean_reward",
	                           answer_number(e->play.mean), "standard_error",
	                           answer_number(e->play.error), "exact", answer_number(e->exact));

	json_object_set_new(o, "rules", json_string(g->rules));
	json_object_set_new(o, "rewards", json_string(g->rewards));
	json_object_set_new(o, "ending", json_string(g->ending));
	json_object_set_new(o, "glyphs", glyphs_json(g));
	json_object_set_new(o, "random", random);
	return o;
}

static enum ry_status print_json(json_t *list, long seed)
{
	json_t *o = json_pack("{s:I, s:o}", "seed", (json_int_t)seed, "games", list);

	return answer_json(stdout, o, JSON_INDENT(2) | JSON_REAL_PRECISION(8), "the games");
}

/* ---- as a table ---- */

static void print_head(void)
{
	out(stdout,
	    "%-15s %-9s %8s  %-8s %s\n", "game", "board", "channels", "actions",
	    "random play, mean return");
}

/* "10 x 10", "6 (4)", "0.61 +- 0.04": of the actions, in brackets, those that mean something. */
static void print_entry(const struct entry *e, int ascii)
{
	const struct game_ops *g = e->g;
	char board[32], actions[32], score[80];
	int n;

	snprintf(board, sizeof board, "%d x %d", g->words ? g->H : g->rows,
	         g->words ? g->W : g->columns);
	snprintf(actions, sizeof actions, g->n_minimal < g->n_actions ? "%d (%d)" : "%d",
	         g->n_actions, g->n_minimal);
	n = snprintf(score, sizeof score, "%.4g", e->play.mean);
	if (isfinite(e->play.error))
		n += snprintf(score + n, sizeof score - (size_t)n, " %s %.2g", ascii ? "+-" : "±",
		              e->play.error);
	if (isfinite(e->exact))
		n += snprintf(score + n, sizeof score - (size_t)n, ", exactly %.5g", e->exact);
	if (!e->play.episodes)
		snprintf(score + n, sizeof score - (size_t)n, " per step (endless)");
	out(stdout, "%-15s %-9s %8d  %-8s %s\n", g->name, board, g->C, actions, score);
}

/* Indented by four columns, and by seven where it goes on. */
static void print_wrapped(const char *text)
{
	out(stdout, "%4s", "");
	wrap_line(stdout, text, 4, 7, 80);
}

/* What the game is about, below its line. */
static void print_about(const struct game_ops *g)
{
	char actions[200];

	rl_guide_actions(actions, sizeof actions, g);
	print_wrapped(g->about);
	print_wrapped(actions);
	print_wrapped(g->rewards);
}

static void print_game(const struct entry *e, int alone, const struct cli *cli)
{
	print_entry(e, cli->ascii);
	if (!alone) {
		print_about(e->g);
		return;
	}
	putchar('\n');
	rl_guide_print(stdout, e->g, cli->ascii);
}

static void print_tail(const struct cli *cli, const struct games_options *o)
{
	out(stdout,
	    "\nRandom play: %d episodes each, seed %ld, with the standard error of the mean.\n"
	    "Actions in brackets: those that have an effect. '%s rl games GAME' shows the\n"
	    "rules; '%s rl play GAME' lets you play.\n",
	    o->episodes, cli->seed, called_name(), called_name());
}

static enum ry_status games_run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct games_options *o = options;
	const struct game_ops *only = NULL;
	json_t *list = json_array();
	enum ry_status s = RY_OK;

	if (n_args > 0 && !(only = rl_game_find(args[0])))
		s = ry_failure();
	if (!s && !cli->json && !cli->quiet)
		print_head();
	for (int k = 0; games[k] && !s; k++) {
		struct entry e = { .g = games[k] };

		if (only && only != e.g)
			continue;
		/* An option typed for the list holds for the games that have it. */
		s = rl_game_resolve(only ? cli : &(struct cli){ 0 }, &o->game, e.g, &e.options);
		if (!s)
			s = play(&e, cli->seed, o->episodes);
		if (!s && command_interrupted())
			s = ry_fail(RY_ESTOP, "interrupted");
		if (!s && cli->json)
			json_array_append_new(list, entry_json(&e));
		else if (!s)
			print_game(&e, only != NULL, cli);
	}
	if (!s && cli->json)
		return print_json(list, cli->seed);
	if (!s && !cli->quiet)
		print_tail(cli, o);
	json_decref(list);
	return s;
}

const struct command rl_games_command = {
	.name = "rl games",
	.argument_words = rl_game_names,
	.arguments = "[GAME]",
	.summary = "list the games: aim, actions, rewards, random play; with GAME: its rules",
	.examples = "riley rl games\n"
	            "riley rl games seaquest\n"
	            "riley rl games breakout --episodes 10000 --sticky 0\n"
	            "riley rl games --json",
	.options = games_rows,
	.options_size = sizeof(struct games_options),
	.defaults = games_defaults,
	.max_args = 1,
	.run = games_run,
};
