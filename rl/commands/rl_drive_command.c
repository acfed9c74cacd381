/* rl_drive_command.c - `riley rl drive`: play records of actions and draws from stdin, and answer
 * each on stdout, so that two implementations of a game can be compared bit for bit.
 *
 *     # game=seaquest sticky=0.1 ramping=1     a fresh environment; no answer.  Options that it
 *                                              does not name are those of the command line;
 *                                              unknown keys are skipped
 *     R DRAWS                                  reset: "R RAMP BITMAP"
 *     A ACTION DRAWS                           step: "A EXECUTED REWARD TERMINAL RAMP BITMAP"
 *
 * DRAWS: 8 hexadecimal digits each, joined; "-" for none.  RAMP: the level of difficulty, or "-".
 * TERMINAL: 0, 1, or 2 where a time limit cut the episode.  BITMAP: channels joined by ".", each
 * row by row, four cells a hexadecimal digit, the first cell highest; the last digit is filled up
 * with zeros.
 *
 * A game of numbers has them in the place of RAMP BITMAP, or what its table describes.  An endless
 * game begins with "I DRAWS", which is not answered, and answers a step by "A REWARD NUMBERS": in
 * eyes "X Y ANGLE ITEMS K:D K:D ...", the agent after the step and what each eye saw before it.
 *
 * A record that can't be carried out, because its draws are too few or too many, say, is answered
 * by "E message" and changes nothing.
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rl/commands/rl_commands.h"
#include "rl/commands/rl_options.h"
#include "rl/games/games.h"
#include "src/base/text.h"
#include "src/ui/wrap.h"

/* ---- lines, as they come ---- */

enum { BLOCK = 1 << 16, MAX_LINE = 1 << 20 };

/* What was answered goes out before more is waited for, so that a program at the other end of two
 * pipes can send record by record. */
struct lines {
	char  *text;
	size_t size, from, to;        /* room; what is read and not yet handed out */
	int    end;
};

/* Read on, or note the end. */
static enum ry_status read_more(struct lines *l)
{
	ssize_t n;

	memmove(l->text, l->text + l->from, l->to - l->from);
	l->to -= l->from;
	l->from = 0;
	if (l->size - l->to < BLOCK) {
		char *more = l->size < MAX_LINE + 2 * BLOCK ? realloc(l->text, 2 * l->size) : NULL;

		if (!more)
			return ry_fail(RY_EDATA, "stdin: found a line of more than %d characters",
			               MAX_LINE);
		l->text = more;
		l->size *= 2;
	}
	fflush(stdout);
	do
		n = read(STDIN_FILENO, l->text + l->to, BLOCK);
	while (n < 0 && errno == EINTR && !command_interrupted());
	if (n < 0)
		return ry_fail(command_interrupted() ? RY_ESTOP : RY_EIO, "stdin: %s",
		               strerror(errno));
	l->to += (size_t)n;
	l->end = n == 0;
	return RY_OK;
}

/* The next line without its end, NULL when there is none; borrowed until the next call. */
static char *next_line(struct lines *l, enum ry_status *s)
{
	size_t seen = l->from;
	char *end, *line;

	while (!(end = memchr(l->text + seen, '\n', l->to - seen))) {
		size_t length = l->to - l->from;

		if (!l->end && (*s = read_more(l)))
			return NULL;
		if (l->end && l->from == l->to)
			return NULL;
		if (l->end)
			l->text[l->to++] = '\n';      /* the last line has no end of its own */
		seen = l->from + length;
	}
	line = l->text + l->from;
	l->from = (size_t)(end - l->text) + 1;
	if (end > line && end[-1] == '\r')
		end--;
	*end = '\0';
	return line;
}

/* ---- the environment ---- */

struct drive {
	const struct cli      *cli;
	const struct game_ops *asked;     /* on the command line, or NULL */
	struct game_options    options;   /* ... by these rules */
	const struct game_ops *g;         /* being played; NULL: none yet, or a wrong header */
	void                  *state, *before;
	int                    started;   /* had its first reset */
	uint32_t              *k;         /* random numbers of the current record */
	long                   line, errors, first_error;
	char                   why[256];  /* the first error */
};

/* Answer that the record cannot be executed. */
static void refuse(struct drive *v, const char *why)
{
	out(stdout, "E %s\n", why);
	if (v->errors++ == 0) {
		v->first_error = v->line;
		snprintf(v->why, sizeof v->why, "%.*s", (int)sizeof v->why - 1, why);
	}
}

static enum ry_status fresh(struct drive *v, const struct game_ops *g, const struct game_options *o)
{
	free(v->state);
	free(v->before);
	v->g = NULL;
	v->started = 0;
	v->state = game_alloc(g, o);
	v->before = v->state ? ry_calloc(1, g->size, "a game") : NULL;
	if (!v->before)
		return ry_failure();
	v->g = g;
	return RY_OK;
}

/* A value of the header; nonzero when it is a number. */
static int header_number(const char *text, double *v)
{
	char *end;

	*v = strtod(text, &end);
	return end != text && *end == '\0';
}

/* One key=value of a header, game= excepted.  Ramping may be named in games that do not have it. */
static enum ry_status header_option(struct drive *v, const struct game_ops *g, const char *key,
                                    const char *value, struct game_options *o)
{
	struct { const char *key; int *flag; } flags[] = {
		{ "ramping", &o->ramping }, { "slippery", &o->slippery }, { "corrected",
		  &o->corrected },
	};
	int sticky = strcmp(key, "sticky") == 0, k = 0, n = sizeof flags / sizeof *flags;
	double number;

	while (k < n && strcmp(key, flags[k].key) != 0)
		k++;
	if (!sticky && k == n) {
		if (!v->cli->quiet)
			tell_user("riley: stdin:%ld: '%.32s' is not a game option: ignored",
			     v->line, key);
		return RY_OK;
	}
	if (!header_number(value, &number))
		return ry_fail(RY_EDATA, "%.32s: '%.32s' is not a number", key, value);
	if (sticky)
		o->sticky = number;
	else
		*flags[k].flag = number == 1 ? 1 : number == 0 ? 0 : -1;
	if (!(g->takes & GAME_RAMPING) && o->ramping > 0)
		o->ramping = 0;
	return RY_OK;
}

/* The value of game= in a header, or NULL. */
static const char *header_game(const char *line, char *name, size_t size)
{
	for (const char *at = line; (at = strstr(at, "game=")); at++)
		if (at > line && strchr("# \t", at[-1])) {
			snprintf(name, size, "%.*s", (int)strcspn(at + 5, " \t"), at + 5);
			return name;
		}
	return NULL;
}

/* "# game=... key=value ...".  Without game= it is a remark. */
static enum ry_status header(struct drive *v, char *line)
{
	char name[64], *rest = NULL;
	const struct game_ops *g;
	struct game_options o;
	enum ry_status s;

	if (!header_game(line, name, sizeof name))
		return RY_OK;
	v->g = NULL;
	g = rl_game_find(name);
	if (!g)
		return ry_failure();
	if (v->asked && g != v->asked)
		return ry_fail(RY_EDATA, "found game=%s, expected %s", g->name, v->asked->name);
	if (v->asked)
		o = v->options;
	else
		game_defaults(g, &o);
	for (char *word = strtok_r(line, "# \t", &rest); word;
	     word = strtok_r(NULL, " \t", &rest)) {
		char *equals = strchr(word, '=');

		if (!equals || strncmp(word, "game=", 5) == 0)
			continue;
		*equals = '\0';
		if ((s = header_option(v, g, word, equals + 1, &o)))
			return s;
	}
	return fresh(v, g, &o);
}

/* ---- draws ---- */

/* Parse the random numbers of a record into v->k, which has room for a whole line of them; -1 if
 * they are invalid. */
static long read_draws(struct drive *v, const char *text)
{
	long n = 0;

	if (strcmp(text, "-") == 0)
		return 0;
	for (; *text; text += 8) {
		uint32_t k = 0;

		for (int i = 0; i < 8; i++) {
			unsigned char c = (unsigned char)text[i];

			if (!isxdigit(c))
				return -1;
			k = k << 4 | (uint32_t)(isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
		}
		v->k[n++] = k;
	}
	return n > 0 ? n : -1;
}

/* ---- answers ---- */

static void print_ramp(const struct drive *v)
{
	int ramp = v->g->ramp(v->state);

	if (ramp < 0)
		printf(" -");
	else
		printf(" %d", ramp);
}

static void print_bitmap(const struct drive *v)
{
	static const char digits[] = "0123456789abcdef";
	const struct game_ops *g = v->g;
	uint64_t bits[GAME_MAX_WORDS] = { 0 };
	int cells = g->H * g->W;

	g->planes(v->state, bits);
	for (int c = 0; c < g->C; c++) {
		putchar(c ? '.' : ' ');
		for (int k = 0; k < cells; k += 4) {
			int digit = 0;

			for (int i = k; i < k + 4; i++)
				digit = digit << 1 |
				        (i < cells && bits[c * g->words + i / 64] >> (i % 64) & 1);
			putchar(digits[digit]);
		}
	}
	putchar('\n');
}

/* What a game of numbers is described by, or else its observation. */
static void print_numbers(const struct drive *v)
{
	const struct game_ops *g = v->g;
	char text[4096];
	int n = g->C * g->H * g->W;
	real *x;

	if (g->describe) {
		g->describe(v->before, v->state, text, sizeof text);
		out(stdout, " %s\n", text);
		return;
	}
	x = ry_calloc((size_t)n, sizeof *x, "an observation");
	if (x)
		g->observe(g, v->state, x);
	for (int k = 0; x && k < n; k++)
		printf(" %.12g", (double)x[k]);
	putchar('\n');
	free(x);
}

static void print_state(const struct drive *v)
{
	if (v->g->words) {
		print_ramp(v);
		print_bitmap(v);
	} else {
		print_numbers(v);
	}
}

/* ---- records ---- */

/* A record's game is played on a list of draws, and taken back unless it used them all and no
 * more. */
static int used_all(struct drive *v, const struct random_list *l)
{
	char why[96];

	if (l->used == l->n)
		return 1;
	snprintf(why, sizeof why, "line %ld: used %zu draws, the record has %zu", v->line, l->used,
	         l->n);
	memcpy(v->state, v->before, v->g->size);
	refuse(v, why);
	return 0;
}

static void do_reset(struct drive *v, long n)
{
	struct random_list l;

	random_list_start(&l, v->k, (size_t)n);
	memcpy(v->before, v->state, v->g->size);
	game_reset(v->g, v->state, &l.source);
	if (!used_all(v, &l))
		return;
	v->started = 1;
	if (v->g->endless)
		return;
	printf("R");
	print_state(v);
}

static void do_step(struct drive *v, int action, long n)
{
	struct random_list l;
	enum game_status status;
	double reward;

	random_list_start(&l, v->k, (size_t)n);
	memcpy(v->before, v->state, v->g->size);
	status = game_step(v->g, v->state, action, &l.source, &reward);
	if (!used_all(v, &l))
		return;
	if (v->g->endless)
		printf("A %.12g", reward);
	else
		printf("A %d %.12g %d", game_executed(v->state), reward, (int)status);
	print_state(v);
}

/* The action of a record; -1 when it is none of the game's. */
static int read_action(const struct drive *v, const char *text)
{
	char *end;
	long a = strtol(text, &end, 10);

	return end != text && *end == '\0' && isdigit((unsigned char)*text) &&
	                       a < game_actions(v->g, v->state)
	               ? (int)a
	               : -1;
}

/* Why a record of `words` words can't be one, or NULL. */
static const char *misfit(const struct drive *v, char **word, int words)
{
	int starts = strcmp(word[0], "R") == 0 || strcmp(word[0], "I") == 0,
	    steps = strcmp(word[0], "A") == 0;

	if (!starts && !steps)
		return "expected a record that begins with #, R, I or A";
	if (!v->g)
		return "no game: a header names it";
	if (starts && (word[0][0] == 'I') != (v->g->endless != 0))
		return v->g->endless ? "an endless game begins with I"
		                     : "only an endless game begins with I";
	if (words != (steps ? 3 : 2))
		return steps ? "expected A ACTION DRAWS" : "expected one word of draws";
	if (steps && !v->started)
		return "no episode: a reset comes before the first step";
	if (steps && read_action(v, word[1]) < 0)
		return "no such action";
	return NULL;
}

static void record(struct drive *v, char *line)
{
	char *word[4], *rest = NULL, text[160];
	const char *why;
	int words = 0;
	long n;

	for (char *w = strtok_r(line, " \t", &rest); w && words < 4;
	     w = strtok_r(NULL, " \t", &rest))
		word[words++] = w;
	if (words == 0)
		return;
	why = misfit(v, word, words);
	if (!why && (n = read_draws(v, word[words - 1])) < 0)
		why = "draws are 8 hexadecimal digits each, or -";
	if (why) {
		snprintf(text, sizeof text, "line %ld: %s", v->line, why);
		refuse(v, text);
	} else if (word[0][0] == 'A') {
		do_step(v, read_action(v, word[1]), n);
	} else {
		do_reset(v, n);
	}
}

static enum ry_status drive_all(struct drive *v, struct lines *l)
{
	enum ry_status s = RY_OK;
	char *line, text[256];

	while (!s && (line = next_line(l, &s))) {
		v->line++;
		if (strlen(line) > MAX_LINE)
			return ry_fail(RY_EDATA,
			               "stdin:%ld: found a line of more than %d characters",
			               v->line, MAX_LINE);
		if (line[0] != '#') {
			record(v, line);
		} else if (header(v, line)) {
			snprintf(text, sizeof text, "line %ld: %.220s", v->line, ry_message());
			refuse(v, text);
		}
		if (command_interrupted())
			s = ry_fail(RY_ESTOP, "interrupted after line %ld", v->line);
	}
	if (!s && v->errors)
		s = ry_fail(RY_EDATA,
		            "stdin:%ld: %ld invalid record%s; the first: %s",
		            v->first_error, v->errors, v->errors > 1 ? "s" : "", v->why);
	return s;
}

struct drive_options {
	struct rl_game_options game;
};

static enum ry_status drive_run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct drive_options *given = options;
	struct drive v = { .cli = cli };
	struct lines l = { .text = malloc(2 * BLOCK), .size = 2 * BLOCK };
	enum ry_status s = RY_OK;

	v.k = malloc((MAX_LINE / 8 + 1) * sizeof *v.k);
	if (!l.text || !v.k)
		s = ry_fail_memory("records");
	if (!s && n_args > 0) {
		v.asked = rl_game_find(args[0]);
		if (!v.asked)
			s = ry_failure();
		else
			s = rl_game_resolve(cli, &given->game, v.asked, &v.options);
		if (!s)
			s = fresh(&v, v.asked, &v.options);
	}
	if (!s)
		s = drive_all(&v, &l);
	free(v.state);
	free(v.before);
	free(v.k);
	free(l.text);
	return s;
}

static const struct option_row drive_rows[] = {
	RL_GAME_ROWS(struct drive_options),
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static void drive_defaults(void *options)
{
	rl_game_defaults(&((struct drive_options *)options)->game);
}

const struct command rl_drive_command = {
	.name = "rl drive",
	.argument_words = rl_game_names,
	.arguments = "[GAME]",
	.summary = "replay recorded actions and random draws from stdin; print each step to stdout",
	.examples = "riley rl drive breakout <stream.txt >answers.txt\n"
	            "printf '# game=catch\\nR 80000000\\nA 2 -\\n' | riley rl drive catch",
	.options = drive_rows,
	.options_size = sizeof(struct drive_options),
	.defaults = drive_defaults,
	.max_args = 1,
	.no_json = "it answers line by line",
	.run = drive_run,
};
