/* sweep.c - see sweep.h. */
#include "config.h"
#include "src/app/sweep/sweep.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/sweep/sweep_values.h"
#include "src/app/sweep/sweep_variants.h"
#include "src/base/file.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/cli/called.h"
#include "src/cli/config_file.h"
#include "src/cli/options.h"
#include "src/cli/shell_words.h"
#include "src/cli/suggest.h"
#include "src/cli/habits.h"

enum { MOST_MEASURES = 64, MOST_OPTIONS = 16, LONGEST_NAME = 120, DRAWS_PER_TRIAL = 100 };

/* Options that a sweep decides on itself. */
static const struct { const char *name, *why; } kept[] = {
	{ "name", "the sweep names its runs itself" },
	{ "resume", "the sweep resumes its runs itself" },
	{ "seed", "that is 'seeds' and 'seed' in [sweep]" },
	{ "seeds", "that is 'seeds' in [sweep]" },
	{ "folds", "it makes several runs; 'seeds' in [sweep] repeats runs" },
	{ "watch", "runs in parallel have no screen; the command watch shows them" },
	{ "json", "runs of a sweep print to their own logs" },
	{ "output", "runs of a sweep print to their own logs" },
};

int sweep_smaller_is_better(const struct run_kind *kind, const char *measure)
{
	const struct run_measure *m = run_kind_result(kind, measure);

	return m && m->smaller;
}

const struct option_row *sweep_option_called(const struct command *c, const char *name)
{
	for (const struct option_row *row = c->options; row && row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

/* ---- reading the file: [sweep] ---- */

struct reader {
	struct sweep        *s;
	const struct config *file;
};

static enum ry_status wrong(const struct reader *r, const struct config_entry *e, const char *what)
{
	return ry_fail(RY_EDATA, "%s:%d: %s = %s: %s", r->file->path, e->line, e->name, e->value,
	               what);
}

static const struct config_entry *find(const struct reader *r, const char *section,
                                       const char *name)
{
	return config_find(r->file, section, name);
}

static int listed(const char *name, const char *const *list)
{
	int n = 0;

	while (list[n] && strcmp(list[n], name) != 0)
		n++;
	return list[n] != NULL;
}

static int length_of(const char *const *list)
{
	int n = 0;

	while (list[n])
		n++;
	return n;
}

/* Unknown sections and keys would go unnoticed, and so would the first of two. */
static enum ry_status check_entries(const struct reader *r)
{
	static const char *const sections[] = { "sweep", "fixed", "vary", "variants", NULL };
	static const char *const keys[] = { "command", "search", "trials", "seeds",
		                            "seed",    "rank",   "show",   NULL };

	for (int k = 0; k < r->file->n; k++) {
		const struct config_entry *e = &r->file->entry[k];
		const char *near = suggest_nearest(e->name, keys, length_of(keys));

		if (!*e->section)
			return ry_fail(RY_EDATA,
			               "%s:%d: '%s' is in no section: expected [sweep], [fixed], "
			               "[vary] or [variants] above it",
			               r->file->path, e->line, e->name);
		if (!listed(e->section, sections))
			return ry_fail(RY_EDATA,
			               "%s:%d: section [%s]: expected [sweep], [fixed], [vary] or "
			               "[variants]",
			               r->file->path, e->line, e->section);
		if (strcmp(e->section, "sweep") == 0 && !listed(e->name, keys))
			return ry_fail(RY_EDATA, "%s:%d: [sweep] has no '%s'%s%s%s", r->file->path,
			               e->line, e->name,
			               near ? "; did you mean '"
			                    : ": expected command, search, trials, seeds, seed, "
			                      "rank or show",
			               near ? near : "", near ? "'?" : "");
		for (int j = 0; j < k; j++)
			if (strcmp(r->file->entry[j].section, e->section) == 0 &&
			    strcmp(r->file->entry[j].name, e->name) == 0)
				return ry_fail(RY_EDATA,
				               "%s:%d: '%s' is given twice (a line that begins "
				               "with spaces continues the one above)",
				               r->file->path, e->line, e->name);
	}
	return RY_OK;
}

/* The commands that make runs: "kt train, rl train or net train". */
static void name_commands(char *to, size_t size, command_lists lists)
{
	const struct command *c;
	size_t n = 0;

	*to = '\0';
	for (int k = 0; (c = run_kind_command(lists, k)) && n < size; k++)
		n += (size_t)snprintf(to + n, size - n, "%s%s",
		                      !k ? "" : run_kind_command(lists, k + 1) ? ", " : " or ",
		                      c->name);
}

/* "riley kt train data.csv --epochs 5", the first word being optional. */
static enum ry_status read_command(struct reader *r)
{
	const struct config_entry *e = find(r, "sweep", "command");
	struct sweep *s = r->s;
	enum ry_status status;
	char **word, name[100], known[200];
	int n, first;

	if (!e)
		return ry_fail(RY_EDATA,
		               "%s: no command: expected a section [sweep] with, for instance, "
		               "command = kt train train.csv",
		               r->file->path);
	word = shell_split(e->value, &n, &status);
	if (!word)
		return status == RY_EDATA
		               ? wrong(r, e,
		                       "a quote that is not closed, or a backslash at the end")
		               : status;
	first = n > 0 && strcmp(word[0], "riley") == 0;
	snprintf(name, sizeof name, "%s %s", n > first ? word[first] : "",
	         n > first + 1 ? word[first + 1] : "");
	s->command = command_find(s->lists, name);
	if (s->command && !s->command->makes)
		s->command = NULL;
	s->kind = s->command ? s->command->makes : &run_kind_unknown;
	s->command_line = e->line;
	if (s->command) {
		for (int k = 0; k < first + 2; k++)
			free(word[k]);
		s->n_words = n - first - 2;
		memmove(word, word + first + 2, ((size_t)s->n_words + 1) * sizeof *word);
		s->word = word;
		return RY_OK;
	}
	shell_words_free(word);
	name_commands(known, sizeof known, s->lists);
	return ry_fail(RY_EDATA, "%s:%d: '%s' cannot be swept: expected %s", r->file->path,
	               e->line, name, known);
}

static enum ry_status read_whole(const struct reader *r, const struct config_entry *e, long least,
                                 long most, long *x)
{
	char *end;

	*x = strtol(e->value, &end, 10);
	if (end != e->value && !*end && *x >= least && *x <= most)
		return RY_OK;
	return ry_fail(RY_EDATA, "%s:%d: %s = %s: expected a whole number from %ld to %ld",
	               r->file->path, e->line, e->name, e->value, least, most);
}

static enum ry_status read_search(struct reader *r)
{
	const struct config_entry *search = find(r, "sweep", "search"),
				  *trials = find(r, "sweep", "trials");
	long n = 0;
	enum ry_status status;

	if (search && strcmp(search->value, "grid") != 0 && strcmp(search->value, "random") != 0)
		return wrong(r, search, "expected grid or random");
	r->s->random = search && strcmp(search->value, "random") == 0;
	if (trials && !r->s->random)
		return wrong(r, trials,
		             "a grid tries every combination; trials is only for search = random");
	if (!r->s->random)
		return RY_OK;
	if (!trials)
		return ry_fail(RY_EDATA,
		               "%s:%d: search = random needs the number of trials: expected a line "
		               "such as trials = 20",
		               r->file->path, search->line);
	status = read_whole(r, trials, 1, SWEEP_MOST_RUNS, &n);
	r->s->random_trials = (int)n;
	return status;
}

static enum ry_status add_seed(struct sweep *s, long seed)
{
	long *more = realloc(s->seeds, ((size_t)s->n_seeds + 1) * sizeof *more);

	if (!more)
		return ry_fail_memory("seeds");
	s->seeds = more;
	s->seeds[s->n_seeds++] = seed;
	return RY_OK;
}

/* "3, 5, 8" */
static enum ry_status read_seed_list(struct reader *r, const struct config_entry *e)
{
	struct sweep *s = r->s;
	const char *p = e->value;

	for (;;) {
		long seed;
		int used;
		enum ry_status status;

		if (sscanf(p, " %9ld %n", &seed, &used) != 1 || seed < 0 ||
		    (p[used] && p[used] != ','))
			return wrong(r, e, "expected a number, or seeds separated by commas");
		for (int k = 0; k < s->n_seeds; k++)
			if (s->seeds[k] == seed)
				return wrong(r, e, "a seed is given twice");
		status = add_seed(s, seed);
		if (status != RY_OK || !p[used])
			return status;
		p += used + 1;
	}
}

/* How many from `seed` on, or which. */
static enum ry_status read_seeds(struct reader *r, long typed)
{
	const struct config_entry *seed = find(r, "sweep", "seed"),
				  *seeds = find(r, "sweep", "seeds");
	long n = 1;
	enum ry_status status = RY_OK;

	r->s->seed = 1;
	if (seed)
		status = read_whole(r, seed, 0, 2147483647, &r->s->seed);
	if (typed >= 0)
		r->s->seed = typed;
	if (status == RY_OK && seeds && strchr(seeds->value, ','))
		return read_seed_list(r, seeds);
	if (status == RY_OK && seeds)
		status = read_whole(r, seeds, 1, SWEEP_MOST_RUNS, &n);
	for (int k = 0; k < n && status == RY_OK; k++)
		status = add_seed(r->s, r->s->seed + k);
	return status;
}

static const char *nearest_measure(const struct run_kind *kind, const char *name)
{
	const char *names[MOST_MEASURES];
	int n = 0;

	for (const struct run_measure *m = kind->results; m->name && n < MOST_MEASURES; m++)
		names[n++] = m->name;
	return suggest_nearest(name, names, n);
}

/* "log_loss", "log_loss smaller" */
static enum ry_status read_rank(struct reader *r)
{
	const struct config_entry *e = find(r, "sweep", "rank");
	struct sweep *s = r->s;
	char word[3][40] = { "" };
	const char *near;
	int n;

	if (!e)
		return RY_OK;
	n = sscanf(e->value, "%39s %39s %39s", word[0], word[1], word[2]);
	if (n < 1 || n > 2 ||
	    (n == 2 && strcmp(word[1], "smaller") != 0 && strcmp(word[1], "larger") != 0))
		return wrong(r, e,
		             "expected a measure, optionally followed by 'smaller' or 'larger' for "
		             "which is better");
	if (!run_kind_result(s->kind, word[0])) {
		near = nearest_measure(s->kind, word[0]);
		return ry_fail(RY_EDATA, "%s:%d: rank = %s: runs of %s have no such measure%s%s%s",
		               r->file->path, e->line, word[0], s->command->name,
		               near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	}
	s->smaller = n == 2 ? strcmp(word[1], "smaller") == 0
	                    : sweep_smaller_is_better(s->kind, word[0]);
	s->rank = strdup(word[0]);
	return s->rank ? RY_OK : ry_fail_memory("a name");
}

/* "seconds, rate" */
static enum ry_status read_show(struct reader *r)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	const struct config_entry *e = find(r, "sweep", "show");
	struct sweep *s = r->s;

	for (const char *p = e ? e->value : NULL; p; p = *p == ',' ? p + 1 : NULL) {
		size_t n;

		p += strspn(p, " \t");
		n = strspn(p, letters);
		if (!n || (p[n + strspn(p + n, " \t")] && p[n + strspn(p + n, " \t")] != ','))
			return wrong(r, e, "expected names of numbers, separated by commas");
		if (s->n_shown == SWEEP_MOST_SHOWN)
			return wrong(r, e, "too many numbers to show");
		if (!(s->shown[s->n_shown++] = strndup(p, n)))
			return ry_fail_memory("a name");
		p += n + strspn(p + n, " \t");
	}
	return RY_OK;
}

/* ---- words ---- */

/* Words that are being put together; NULL once memory ran out. */
static void add(char ***words, int *n, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add(char ***words, int *n, const char *format, ...)
{
	char **more = *words ? realloc(*words, ((size_t)*n + 2) * sizeof *more) : NULL;
	va_list ap;

	if (!more) {
		shell_words_free(*words);
		*words = NULL;
		return;
	}
	*words = more;
	va_start(ap, format);
	if (vasprintf(&more[*n], format, ap) < 0)
		more[*n] = NULL;
	va_end(ap);
	more[*n + 1] = NULL;
	if (more[*n]) {
		++*n;
		return;
	}
	shell_words_free(more);
	*words = NULL;
}

static void add_option(char ***words, int *n, const struct option_row *row, const char *value)
{
	if (row->type == OPTION_FLAG) {
		add(words, n, "--%s=%s", row->name, value);
		return;
	}
	add(words, n, "--%s", row->name);
	add(words, n, "%s", value);
}

/* ---- [fixed] and [vary] ---- */

/* The row of an option that may stand there. */
static enum ry_status find_row(const struct reader *r, const struct config_entry *e,
                               const struct option_row **row)
{
	const struct command *c = r->s->command;
	const char *names[200], *near;
	int n = 0;

	for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
		if (strcmp(kept[k].name, e->name) == 0)
			return ry_fail(RY_EDATA,
			               "%s:%d: '%s' is not allowed here: %s", r->file->path,
			               e->line, e->name, kept[k].why);
	*row = sweep_option_called(c, e->name);
	if (*row)
		return RY_OK;
	for (const struct option_row *o = c->options; o->name && n < 200; o++)
		names[n++] = o->name;
	near = habit_nearest(e->name, names, n);
	return ry_fail(RY_EDATA, "%s:%d: '%s' is not an option of '%s %s'%s%s%s", r->file->path,
	               e->line, e->name, called_name(), c->name, near ? "; did you mean '" : "",
	               near ? near : "", near ? "'?" : "");
}

/* threads is the one option of every command that runs may share. */
static const struct option_row threads_row = { "threads",           0, OPTION_INT, 0,   "N",
	                                       "processors to use", 1, 1024,       NULL };

/* The words from `known` on, which are the last that were added, stand in this line. */
static enum ry_status note_lines(struct sweep *s, int known, int line)
{
	int *more = realloc(s->word_line, ((size_t)s->n_words + 1) * sizeof *more);

	if (!more)
		return ry_fail_memory("words");
	for (int k = s->word_line ? known : 0; k < s->n_words; k++)
		more[k] = k < known ? s->command_line : line;
	s->word_line = more;
	return RY_OK;
}

static enum ry_status read_fixed_entry(struct reader *r, const struct config_entry *e,
                                       const struct cli *typed)
{
	const struct option_row *row = &threads_row;
	int known = r->s->n_words;
	char source[600];
	enum ry_status status = strcmp(e->name, "threads") == 0 ? RY_OK : find_row(r, e, &row);

	if (status != RY_OK)
		return status;
	if (find(r, "vary", e->name))
		return ry_fail(RY_EDATA, "%s:%d: '%s' is fixed here but varies in line %d",
		               r->file->path, e->line, e->name, find(r, "vary", e->name)->line);
	if (command_typed(typed, e->name))
		return ry_fail(RY_EDATA, "%s:%d: '%s' is fixed here and also given in the command",
		               r->file->path, e->line, e->name);
	snprintf(source, sizeof source, "%s:%d: %s", r->file->path, e->line, e->name);
	status = sweep_value_check(row, e->value, source);
	if (status != RY_OK)
		return status;
	add_option(&r->s->word, &r->s->n_words, row, e->value);
	return r->s->word ? note_lines(r->s, known, e->line) : ry_fail_memory("words");
}

static enum ry_status read_fixed(struct reader *r)
{
	struct command_line line;
	enum ry_status status =
		command_line_read(&line, r->s->command, r->s->n_words, r->s->word, r->s->lists);

	for (int k = 0; k < r->file->n && status == RY_OK; k++)
		if (strcmp(r->file->entry[k].section, "fixed") == 0)
			status = read_fixed_entry(r, &r->file->entry[k], &line.cli);
	command_line_free(&line);
	return status;
}

static enum ry_status read_vary(struct reader *r)
{
	struct sweep *s = r->s;
	enum ry_status status;

	s->option = ry_calloc(MOST_OPTIONS, sizeof *s->option, "options");
	if (!s->option)
		return ry_failure();
	status = sweep_variants_read(s, r->file);
	for (int k = 0; k < r->file->n && status == RY_OK; k++) {
		const struct config_entry *e = &r->file->entry[k];
		struct sweep_option *o = &s->option[s->n_options];
		char source[600];

		if (strcmp(e->section, "vary") != 0)
			continue;
		if (s->n_options == MOST_OPTIONS)
			return ry_fail(RY_EDATA, "%s:%d: more than %d options vary", r->file->path,
			               e->line, MOST_OPTIONS);
		s->n_options++;
		status = find_row(r, e, &o->row);
		o->line = e->line;
		snprintf(source, sizeof source, "%s:%d: %s", r->file->path, e->line, e->name);
		if (status == RY_OK)
			status = sweep_values_read(o, e->value, source, s->random);
	}
	return status;
}

/* ---- trials ---- */

/* FNV-1a, for names that had to be shortened. */
static unsigned hash(const char *text)
{
	unsigned h = 2166136261u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h;
}

/* "lr-0.001_model-gru": what differs between the trials, as a name of a folder.  What such a name
 * had better not hold becomes '-', and a number makes good for it. */
static char *trial_name(const struct sweep *s, const struct sweep_trial *t)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.+-";
	char *all = NULL, *name = NULL;
	size_t size;
	FILE *f = open_memstream(&all, &size);
	int changed = 0;
	unsigned h;

	if (!f)
		return NULL;
	for (int k = 0; k < s->n_options; k++) {
		if (k > 0 || !s->n_variants)         /* a variant's name says what it is */
			out(f, "%s%s-", k ? "_" : "", s->option[k].row->name);
		out_own(f, t->value[k]);             /* as it is: the number depends on it */
	}
	if (fclose(f) != 0 || !all)
		return NULL;
	h = hash(all);
	for (char *c = all; *c; c++)
		if (!strchr(plain, *c) && *c != '_') {
			*c = '-';
			changed = 1;
		}
	if (strlen(all) > LONGEST_NAME) {
		all[LONGEST_NAME] = '\0';
		changed = 1;
	}
	if (changed && asprintf(&name, "%s_%08x", all, h) < 0)
		name = NULL;
	if (!changed)
		return all;
	free(all);
	return name;
}

static enum ry_status trial_alloc(struct sweep *s, struct sweep_trial *t)
{
	t->value = ry_calloc((size_t)s->n_options + 1, sizeof *t->value, "trials");
	return t->value ? RY_OK : ry_failure();
}

static enum ry_status too_many(const struct sweep *s, double runs)
{
	return ry_fail(RY_EDATA,
	               "%s: %.15g runs of %d seeds each: expected at most %d in one sweep",
	               s->path, runs, s->n_seeds, SWEEP_MOST_RUNS);
}

/* Every combination; the first option changes most slowly. */
static enum ry_status make_grid(struct sweep *s)
{
	double n = 1;

	for (int k = 0; k < s->n_options; k++)
		n *= s->option[k].n;
	if (n * s->n_seeds > SWEEP_MOST_RUNS)
		return too_many(s, n * s->n_seeds);
	s->trial = ry_calloc((size_t)n, sizeof *s->trial, "trials");
	if (!s->trial)
		return ry_failure();
	for (s->n_trials = 0; s->n_trials < (int)n; s->n_trials++) {
		struct sweep_trial *t = &s->trial[s->n_trials];
		int rest = s->n_trials;

		if (trial_alloc(s, t) != RY_OK)
			return ry_failure();
		for (int k = s->n_options - 1; k >= 0; k--) {
			t->value[k] = s->option[k].value[rest % s->option[k].n];
			rest /= s->option[k].n;
		}
		t->name = trial_name(s, t);
		if (!t->name)
			return ry_fail_memory("trials");
	}
	return RY_OK;
}

static void trial_clear(struct sweep_trial *t, int n_options)
{
	for (int k = 0; t->drawn && k < n_options; k++)
		free(t->drawn[k]);
	free(t->drawn);
	free(t->value);
	free(t->name);
	json_decref(t->options);
	memset(t, 0, sizeof *t);
}

/* Draw number k: a stream of its own, so that further trials and further options leave these as
 * they are. */
static enum ry_status draw_trial(struct sweep *s, struct sweep_trial *t, int k)
{
	gsl_rng *rng = random_stream(s->seed, STREAM_TRIAL + (unsigned)k);
	enum ry_status status = rng ? trial_alloc(s, t) : ry_failure();

	t->drawn = ry_calloc((size_t)s->n_options + 1, sizeof *t->drawn, "trials");
	if (!t->drawn)
		status = ry_failure();
	for (int i = 0; i < s->n_options && status == RY_OK; i++) {
		t->value[i] = t->drawn[i] = sweep_values_draw(&s->option[i], rng);
		if (!t->value[i])
			status = ry_fail_memory("trials");
	}
	if (rng)
		gsl_rng_free(rng);
	if (status == RY_OK && !(t->name = trial_name(s, t)))
		status = ry_fail_memory("trials");
	return status;
}

static int was_drawn(const struct sweep *s, const char *name)
{
	for (int k = 0; k < s->n_trials; k++)
		if (strcmp(s->trial[k].name, name) == 0)
			return 1;
	return 0;
}

/* So many different draws. */
static enum ry_status draw_trials(struct sweep *s)
{
	int most = s->random_trials;
	enum ry_status status = RY_OK;

	if ((double)most * s->n_seeds > SWEEP_MOST_RUNS)
		return too_many(s, (double)most * s->n_seeds);
	s->trial = ry_calloc((size_t)most + 1, sizeof *s->trial, "trials");
	if (!s->trial)
		return ry_failure();
	for (int k = 0; s->n_trials < most && status == RY_OK; k++) {
		struct sweep_trial *t = &s->trial[s->n_trials];

		if (k == DRAWS_PER_TRIAL * most)
			return ry_fail(RY_EDATA,
			               "%s: found only %d different trials in %d draws, not %d: "
			               "use a grid to get them all",
			               s->path, s->n_trials, k, most);
		status = draw_trial(s, t, k);
		if (status == RY_OK && !was_drawn(s, t->name))
			s->n_trials++;
		else
			trial_clear(t, s->n_options);
	}
	return status;
}

/* ---- each trial as a command line ---- */

/* "kt train" are two words. */
static void add_command(char ***words, int *n, const struct command *c)
{
	const char *space = strchr(c->name, ' ');

	add(words, n, "%.*s", space ? (int)(space - c->name) : (int)strlen(c->name), c->name);
	if (space)
		add(words, n, "%s", space + 1);
}

static void add_variant(char ***words, int *n, const struct sweep_variant *v)
{
	for (int k = 0; k < v->n_words; k++)
		add(words, n, "%s", v->word[k]);
}

/* All that follows the command's name; of what is tried the options from `first` to before
 * `end`. */
static void add_trial(char ***words, int *n, const struct sweep *s, int trial, int seed, int first,
                      int end)
{
	for (int k = 0; k < s->n_words; k++)
		add(words, n, "%s", s->word[k]);
	for (int k = first; k < end; k++)
		if (k == 0 && s->n_variants)
			add_variant(words, n, sweep_variant_of(s, trial));
		else
			add_option(words, n, s->option[k].row, s->trial[trial].value[k]);
	add(words, n, "--seed");
	add(words, n, "%ld", s->seeds[seed]);
	if (!s->threads_given) {
		add(words, n, "--threads");
		add(words, n, "1");
	}
}

char **sweep_words(const struct sweep *s, int trial, int seed, const char *program, const char *run)
{
	char **words = calloc(1, sizeof *words);
	int n = 0;

	add(&words, &n, "%s", program);
	add_command(&words, &n, s->command);
	add_trial(&words, &n, s, trial, seed, 0, s->n_options);
	if (run) {
		add(&words, &n, "--name");
		add(&words, &n, "%s", run);
	}
	if (!words)
		ry_fail_memory("words");
	return words;
}

char **sweep_resume_words(const struct sweep *s, const char *program, const char *run)
{
	char **words = calloc(1, sizeof *words);
	int n = 0;

	add(&words, &n, "%s", program);
	add_command(&words, &n, s->command);
	add(&words, &n, "--resume");
	add(&words, &n, "%s", run);
	if (!words)
		ry_fail_memory("words");
	return words;
}

/* The sentence in ry_message(), with the place in the file that it is about. */
static enum ry_status blame(const struct sweep *s, int line, enum ry_status status)
{
	char why[800];

	snprintf(why, sizeof why, "%s", ry_message());
	return status == RY_ENOMEM ? status : ry_fail(RY_EDATA, "%s:%d: %s", s->path, line, why);
}

/* Where an option was set: typed in `where`, which stands at `at`, or by the environment or the
 * config file. */
static enum ry_status check_kept(const struct sweep *s, const struct command_line *line,
                                 const char *where, int at)
{
	static const char *const ours[] = { "seed", "threads", NULL };

	for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
		const struct option_row *row = sweep_option_called(s->command, kept[k].name);
		char value[100];

		if (command_typed(&line->cli, kept[k].name) && !listed(kept[k].name, ours))
			return ry_fail(RY_EDATA, "%s:%d: --%s is not allowed in %s: %s", s->path,
			               at, kept[k].name, where, kept[k].why);
		if (!row || option_open(row, line->options))
			continue;
		option_text(row, line->options, value, sizeof value);
		if (strcmp(value, "0") != 0 && strcmp(value, "no") != 0)
			return ry_fail(RY_EINVAL,
			               "--%s %s is set in the environment or the config file, "
			               "which a sweep does not allow: %s",
			               kept[k].name, value, kept[k].why);
	}
	return RY_OK;
}

/* What stands in `command` must not vary as well: the later one would win. */
static enum ry_status check_twice(const struct sweep *s, const struct command_line *line)
{
	if (command_typed(&line->cli, "seed"))
		return ry_fail(RY_EDATA,
		               "%s:%d: --seed is not allowed in the command: that is 'seeds' and "
		               "'seed' in [sweep]",
		               s->path, s->command_line);
	for (int k = 0; k < s->n_options; k++)
		if (command_typed(&line->cli, s->option[k].row->name))
			return ry_fail(RY_EDATA, "%s:%d: '%s' varies but is also fixed",
			               s->path, s->option[k].line, s->option[k].row->name);
	for (int k = 0; k < line->n_args; k++)
		if (strcmp(line->args[k], "-") == 0)
			return ry_fail(RY_EDATA,
			               "%s:%d: runs in parallel cannot all read standard input: "
			               "expected a file",
			               s->path, s->command_line);
	return RY_OK;
}

/* The command and what is fixed, without what varies. */
static enum ry_status check_fixed(struct sweep *s)
{
	struct command_line line;
	enum ry_status status = command_line_read(&line, s->command, s->n_words, s->word, s->lists);

	if (status != RY_OK)
		status = blame(s, s->command_line, status);
	else if ((status = check_kept(s, &line, "the command", s->command_line)) == RY_OK)
		status = check_twice(s, &line);
	if (status == RY_OK) {
		s->threads_given = command_typed(&line.cli, "threads");
		s->threads = s->threads_given ? line.cli.threads : 1;
	}
	if (status == RY_OK && line.n_args < 1)
		status = ry_fail(RY_EDATA,
		                 "%s:%d: command = %s: expected its data or game, as in '%s %s %s'",
		                 s->path, s->command_line, s->command->name, called_name(),
		                 s->command->name, s->command->arguments);
	command_line_free(&line);
	return status;
}

/* Note which options a variant gives: none that varies, or that all runs must share. */
static enum ry_status check_variant_line(struct sweep *s, const struct sweep_variant *v,
                                         const struct command_line *line)
{
	for (int k = 0; k < v->n_words; k++)
		if (strcmp(v->word[k], "--") == 0 || line->n_args)
			return ry_fail(RY_EDATA, "%s:%d: '%s': expected options, such as --lr 0.01",
			               s->path, v->line, line->n_args ? line->args[0] : "--");
	if (command_typed(&line->cli, "seed") || command_typed(&line->cli, "threads"))
		return ry_fail(RY_EDATA, "%s:%d: a variant has no --seed and no --threads", s->path,
		               v->line);
	for (int k = 1; k < s->n_options; k++)
		if (command_typed(&line->cli, s->option[k].row->name))
			return ry_fail(RY_EDATA, "%s:%d: '%s' varies but is also given by variant "
			               "'%s'", s->path, s->option[k].line, s->option[k].row->name,
			               v->name);
	for (const struct option_row *row = s->command->options; row->name; row++)
		if (command_typed(&line->cli, row->name))
			json_object_set_new(s->varied, row->name, json_true());
	return check_kept(s, line, "a variant", v->line);
}

static enum ry_status check_variants(struct sweep *s)
{
	enum ry_status status = RY_OK;

	s->varied = json_object();
	for (int k = 0; k < s->n_variants && status == RY_OK; k++) {
		const struct sweep_variant *v = &s->variant[k];
		struct command_line line;

		status = command_line_read(&line, s->command, v->n_words, v->word, s->lists);
		status = status == RY_OK ? check_variant_line(s, v, &line)
		                         : blame(s, v->line, status);
		command_line_free(&line);
	}
	return status;
}

/* Those of the options that were typed, but for the seed, and as they are once the command has
 * looked at them; and those of any variant, as far as they are decided. */
static json_t *typed_options(const struct sweep *s, const struct command_line *line)
{
	json_t *all = command_options_json(line->command, line->options), *some = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(all, name, value)
		if (command_typed(&line->cli, name) ||
		    (json_object_get(s->varied, name) && !json_is_null(value)))
			json_object_set(some, name, value);
	json_decref(all);
	return some;
}

/* The fixed words, of a trial's options those from `first` to before `end`, seed and threads, as a
 * command line. */
static enum ry_status read_trial(struct command_line *line, const struct sweep *s, int trial,
                                 int first, int end, char ***words)
{
	int n = 0;
	enum ry_status status;

	*words = calloc(1, sizeof **words);
	add_trial(words, &n, s, trial, 0, first, end);
	if (!*words)
		return ry_fail_memory("words");
	status = command_line_read(line, s->command, n, *words, s->lists);
	if (status == RY_OK && s->command->check)
		status = s->command->check(&line->cli, line->options, line->n_args, line->args);
	return status;
}

static int is_wrong(const struct sweep *s, int trial, int first, int end)
{
	struct command_line line = { 0 };
	char **words;
	enum ry_status status = read_trial(&line, s, trial, first, end, &words);

	command_line_free(&line);
	shell_words_free(words);
	return status != RY_OK;
}

static int line_of_word(const struct sweep *s, int k)
{
	return s->word_line ? s->word_line[k] : s->command_line;
}

/* Where the value of option k stands. */
static int line_of(const struct sweep *s, int trial, int k)
{
	return k == 0 && s->n_variants ? sweep_variant_of(s, trial)->line : s->option[k].line;
}

/* Where the fault of a trial stands: in the command or at the first fixed option that makes it
 * wrong; or at the first that is tried which does, alone or with those above it. */
static int line_at_fault(const struct sweep *s, int trial)
{
	for (int n = 1; n <= s->n_words; n++) {
		struct sweep part = *s;
		int line = line_of_word(s, n - 1);

		part.n_words = n;
		if ((n == s->n_words || line_of_word(s, n) != line) && is_wrong(&part, trial, 0, 0))
			return line;
	}
	for (int k = 0; k < s->n_options; k++)
		if (is_wrong(s, trial, k, k + 1))
			return line_of(s, trial, k);
	for (int k = 1; k < s->n_options; k++)
		if (is_wrong(s, trial, 0, k + 1))
			return line_of(s, trial, k);
	return s->command_line;
}

/* Options that suit each other? */
static enum ry_status check_trial(struct sweep *s, int trial)
{
	char **words, why[800];
	struct command_line line = { 0 };
	enum ry_status status = read_trial(&line, s, trial, 0, s->n_options, &words);

	if (status == RY_OK) {
		s->trial[trial].options = typed_options(s, &line);
		if (!s->about && !(s->about = strdup(line.args[0])))
			status = ry_fail_memory("a name");
	} else if (status != RY_ENOMEM) {
		snprintf(why, sizeof why, "%s", ry_message());
		status = ry_fail(RY_EDATA, "%s:%d: %s", s->path, line_at_fault(s, trial), why);
	}
	command_line_free(&line);
	shell_words_free(words);
	return status;
}

/* ---- all together ---- */

static enum ry_status read_all(struct reader *r, long seed)
{
	struct sweep *s = r->s;
	enum ry_status status = check_entries(r);

	if (status == RY_OK)
		status = read_command(r);
	if (status == RY_OK)
		status = read_search(r);
	if (status == RY_OK)
		status = read_seeds(r, seed);
	if (status == RY_OK)
		status = read_rank(r);
	if (status == RY_OK)
		status = read_show(r);
	if (status == RY_OK)
		status = read_vary(r);
	if (status == RY_OK && !s->n_options && s->n_seeds < 2)
		return ry_fail(RY_EDATA,
		               "%s: nothing to sweep: expected options with values in a section "
		               "[vary]",
		               s->path);
	if (status == RY_OK && !s->n_options && s->random)
		return ry_fail(RY_EDATA,
		               "%s: nothing to draw: expected options with values in a section "
		               "[vary]",
		               s->path);
	if (status == RY_OK)
		status = check_fixed(s);
	if (status == RY_OK)
		status = read_fixed(r);
	if (status == RY_OK)
		status = check_fixed(s);
	if (status == RY_OK)
		status = check_variants(s);
	if (status == RY_OK)
		status = s->random ? draw_trials(s) : make_grid(s);
	for (int k = 0; k < s->n_trials && status == RY_OK; k++)
		status = check_trial(s, k);
	return status;
}

/* What s->path and s->text have. */
static enum ry_status read_text(struct sweep *s, long seed)
{
	struct config file;
	struct reader r = { s, &file };
	enum ry_status status = config_read_text(&file, s->path, s->text, s->size);

	if (status == RY_OK)
		status = read_all(&r, seed);
	config_clear(&file);
	return status;
}

enum ry_status sweep_read(struct sweep *s, const char *path,
                          command_lists lists, long seed)
{
	enum ry_status status;

	*s = (struct sweep){ .lists = lists, .path = strdup(path) };
	if (!s->path)
		return ry_fail_memory("a sweep");
	status = file_read_small(path, CONFIG_MAX, &s->text, &s->size);
	if (status != RY_OK)
		s->text = NULL;
	return status == RY_OK ? read_text(s, seed) : status;
}

enum ry_status sweep_read_text(struct sweep *s, const char *path, const char *text, size_t size,
                               command_lists lists, long seed)
{
	*s = (struct sweep){
		.lists = lists, .path = strdup(path), .text = malloc(size + 1), .size = size
	};
	if (!s->path || !s->text)
		return ry_fail_memory("a sweep");
	memcpy(s->text, text, size);
	return read_text(s, seed);
}

void sweep_clear(struct sweep *s)
{
	for (int k = 0; k < s->n_trials; k++)
		trial_clear(&s->trial[k], s->n_options);
	for (int k = 0; s->option && k < s->n_options; k++)
		sweep_values_clear(&s->option[k]);
	for (int k = 0; k < s->n_shown; k++)
		free(s->shown[k]);
	sweep_variants_clear(s);
	json_decref(s->varied);
	free(s->text);
	free(s->trial);
	free(s->option);
	shell_words_free(s->word);
	free(s->word_line);
	free(s->seeds);
	free(s->rank);
	free(s->about);
	free(s->path);
	memset(s, 0, sizeof *s);
}

char *sweep_name(const struct sweep *s)
{
	const char *slash = strrchr(s->path, '/'), *from = slash ? slash + 1 : s->path,
		   *dot = strrchr(from, '.');
	char *name = strndup(from, dot && dot != from ? (size_t)(dot - from) : strlen(from));

	if (!name)
		ry_fail_memory("a name");
	return name;
}
