/* sweep_command.c - `riley sweep`: many runs side by side, and what they say together.
 *
 * The directory runs/NAME holds a run for each trial and seed, and beside them sweep.ini (the
 * description), results.csv, results.json, report.txt and plots/.  What is there decides what is
 * left to do: finished runs are not repeated, others are gone on with.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/app/sweep/sweep_command.h"
#include "src/app/plot/plot.h"
#include "src/app/sweep/sweep_report.h"
#include "src/base/file.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/called.h"
#include "src/cli/command.h"
#include "src/cli/jobs.h"
#include "src/cli/shell_words.h"
#include "src/run/rundir.h"
#include "src/ui/progress.h"
#include "src/ui/terminal.h"
#include "src/ui/wrap.h"

enum { MOST_ROWS = 40, PAGE_WIDTH = 100 };

struct options {
	int         jobs, emit, collect, dry;
	const char *name;
};

#define ROW(option, type, member, argument, help, low, high) \
	{ option, 0, type, offsetof(struct options, member), argument, help, low, high, NULL }

static const struct option_row rows[] = {
	ROW("jobs", OPTION_INT, jobs, "K",
	    "runs at a time (default: as many as the processors allow)", 1, 1024),
	ROW("name", OPTION_TEXT, name, "NAME",
	    "save the runs in runs/NAME/; a NAME with a slash is a path (default: FILE without its "
	    "extension)", 0, 0),
	ROW("emit-jobs", OPTION_FLAG, emit, NULL,
	    "print the commands of the runs still to do, one per line, and run nothing", 0, 0),
	ROW("collect", OPTION_FLAG, collect, NULL,
	    "rank the runs found in DIR... and run nothing (default: runs/NAME)", 0, 0),
	ROW("dry-run", OPTION_FLAG, dry, NULL,
	    "list the runs and their states, and run nothing", 0, 0),
	{ 0 }
};

static void defaults(void *options)
{
	((struct options *)options)->jobs = -1;
}

/* One call of the command. */
struct job {
	const struct cli     *cli;
	const char           *again;     /* the words that go on with it; NULL: those typed */
	const char           *note;
	int                   jobs;      /* at a time; below 1: as many as the processors allow */
	struct sweep          s;
	struct sweep_results  r;
	char                 *folder;    /* runs/NAME */
	int                   n;         /* runs */
	char                **path;      /* (n): seed by seed, so that all trials are seen early */
	char               ***words;     /* (n): of what is to be done, or NULL */
	int                  *skip;      /* (n) */
	int                   lock;
	struct observer      *bar;
	int                   bar_begun;
};

static int trial_of(const struct job *j, int k)
{
	return k % j->s.n_trials;
}

static int seed_of(const struct job *j, int k)
{
	return k / j->s.n_trials;
}

static struct sweep_result *result_of(const struct job *j, int k)
{
	return sweep_result(&j->r, trial_of(j, k), seed_of(j, k));
}

static void job_free(struct job *j)
{
	for (int k = 0; k < j->n; k++) {
		if (j->path)
			free(j->path[k]);
		if (j->words)
			shell_words_free(j->words[k]);
	}
	free(j->path);
	free(j->words);
	free(j->skip);
	free(j->folder);
	sweep_results_clear(&j->r);
	sweep_clear(&j->s);
	if (j->lock >= 0)
		close(j->lock);
}

/* ---- where things go ---- */

static enum ry_status make_folder_name(struct job *j, const char *typed)
{
	char *name = typed ? strdup(typed) : sweep_name(&j->s);
	int failed = !name ||
	             asprintf(&j->folder, typed && strchr(name, '/') ? "%s" : "runs/%s", name) < 0;

	if (failed)
		j->folder = NULL;
	free(name);
	return failed ? ry_fail_memory("a path") : RY_OK;
}

static enum ry_status make_paths(struct job *j)
{
	size_t n = (size_t)j->s.n_trials * (size_t)j->s.n_seeds;

	j->path = ry_calloc(n, sizeof *j->path, "runs");
	j->words = ry_calloc(n, sizeof *j->words, "runs");
	j->skip = ry_calloc(n, sizeof *j->skip, "runs");
	if (!j->path || !j->words || !j->skip)
		return ry_failure();
	j->n = (int)n;
	for (int k = 0; k < j->n; k++) {
		const char *name = j->s.trial[trial_of(j, k)].name;

		if (asprintf(&j->path[k], "%s/%s%ss%ld", j->folder, name, *name ? "_" : "",
		             j->s.seeds[seed_of(j, k)]) < 0) {
			j->path[k] = NULL;
			return ry_fail_memory("a path");
		}
	}
	return RY_OK;
}

/* "runs/NAME/results.csv", to be freed. */
static char *file_in(const struct job *j, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", j->folder, name) >= 0)
		return path;
	ry_fail_memory("a path");
	return NULL;
}

/* What ry_message() says is wrong with the run at `path`, and what to do about it. */
static enum ry_status fail_in_the_way(const char *path)
{
	char why[700];
	json_t *info;

	snprintf(why, sizeof why, "%.600s", ry_message());
	info = rundir_read_info(path, NULL);
	json_decref(info);
	return ry_fail(RY_EDATA, "%s; %s", why,
	               info ? "choose another --name for another description or other data"
	                    : "remove that folder to repeat the run");
}

/* Where every run stands.  A folder that holds another run is no place for a sweep. */
static enum ry_status look(struct job *j)
{
	char *info = file_in(j, "run.json");
	enum ry_status status = info ? RY_OK : ry_failure();

	if (info && access(info, F_OK) == 0)
		status = ry_fail(RY_EINVAL,
		                 "%s: is itself a run: choose another --name for the sweep",
		                 j->folder);
	free(info);
	for (int k = 0; k < j->n && status == RY_OK; k++) {
		status = sweep_results_read(&j->r, trial_of(j, k), seed_of(j, k), j->path[k]);
		if (status == RY_EDATA)
			status = fail_in_the_way(j->path[k]);
	}
	return status;
}

static int is_over(const struct job *j, int k)
{
	enum sweep_state state = result_of(j, k)->state;

	return state == SWEEP_FINISHED || state == SWEEP_DIVERGED;
}

/* The command line of each run that is not over. */
static enum ry_status plan(struct job *j)
{
	const char *program = j->cli->argv[0];
	enum ry_status status = look(j);

	for (int k = 0; k < j->n && status == RY_OK; k++) {
		j->skip[k] = is_over(j, k);
		if (j->skip[k])
			continue;
		j->words[k] = result_of(j, k)->state == SWEEP_MISSING
		                      ? sweep_words(&j->s, trial_of(j, k), seed_of(j, k), program,
		                                    j->path[k])
		                      : sweep_resume_words(&j->s, program, j->path[k]);
		if (!j->words[k])
			status = ry_failure();
	}
	return status;
}

static int count_left(const struct job *j)
{
	int n = 0;

	for (int k = 0; k < j->n; k++)
		n += !j->skip[k];
	return n;
}

static void say_counts(const struct job *j)
{
	command_say(j->cli, "%d %s, %d %s in %s, %d of them to do", j->s.n_trials,
	            j->s.n_trials == 1 ? "trial" : "trials", j->n, j->n == 1 ? "run" : "runs",
	            j->folder, count_left(j));
}

/* ---- the sweep's own files ---- */

static enum ry_status write_file(const struct job *j, const char *name, const char *text,
                                 size_t size)
{
	return rundir_write_beside(j->folder, name, &(struct file_part){ text, size }, 1);
}

static void print_page(FILE *to, const struct job *j, int width, int most)
{
	const struct sweep_page page = {
		.program = j->cli->argv[0], .note = j->note, .width = width, .most = most,
		.ascii = j->cli->ascii
	};

	sweep_report_text(to, &j->r, &page);
}

static void write_text(FILE *to, const struct job *j)
{
	print_page(to, j, PAGE_WIDTH, 0);
}

static void write_csv(FILE *to, const struct job *j)
{
	sweep_report_csv(to, &j->r);
}

static void write_json(FILE *to, const struct job *j)
{
	answer_json(to, sweep_report_json(&j->r, j->cli->argv[0]),
	            JSON_INDENT(1) | JSON_REAL_PRECISION(15), "the results");
}

static enum ry_status write_results(const struct job *j)
{
	static const struct {
		const char *name;
		void (*print)(FILE *to, const struct job *j);
	} files[] = {
		{ "results.csv", write_csv },
		{ "results.json", write_json },
		{ "report.txt", write_text },
	};
	enum ry_status status = RY_OK;

	for (int k = 0; k < 3 && status == RY_OK; k++) {
		char *text = NULL;
		size_t size;
		FILE *f = open_memstream(&text, &size);

		if (!f)
			return ry_fail_memory("results");
		files[k].print(f, j);
		status = fclose(f) == 0 ? write_file(j, files[k].name, text, size)
		                        : ry_fail_memory("results");
		free(text);
	}
	return status;
}

static enum ry_status draw(const struct job *j, enum curve_format format, const char *name)
{
	char *picture;
	size_t size;
	enum ry_status status = sweep_report_draw(&j->r, format, &picture, &size);

	if (status == RY_OK)
		status = rundir_write_beside(j->folder, name,
		                             &(struct file_part){ picture, size }, 1);
	free(picture);
	return status;
}

/* A missing gnuplot is said and is no failure: the numbers are there, and the report has bars. */
static void draw_all(const struct job *j)
{
	if (!j->s.n_options || !sweep_results_count(&j->r, SWEEP_FINISHED))
		return;
	if (draw(j, CURVES_PNG, "plots/sweep.png") != RY_OK ||
	    draw(j, CURVES_SVG, "plots/sweep.svg") != RY_OK)
		command_say(j->cli, "No plots: %s", ry_message());
	else
		command_say(j->cli, "Pictures: %s/plots/sweep.png and .svg", j->folder);
}

static enum ry_status print_answer(const struct job *j)
{
	int width, height;

	if (j->cli->json)
		return answer_json(stdout, sweep_report_json(&j->r, j->cli->argv[0]),
		                   JSON_INDENT(1) | JSON_REAL_PRECISION(15), "the results");
	terminal_size(fileno(stdout), &width, &height);
	print_page(stdout, j, width, MOST_ROWS);
	return RY_OK;
}

/* Rank, write, print, draw. */
static enum ry_status conclude(struct job *j, int print)
{
	static const struct next_command next[] = {
		{ "watch", "/*", "the curves of all runs" },
		{ "runs --sort score", NULL, "all runs, the best first" },
	};
	enum ry_status status = sweep_results_rank(&j->r);

	if (status == RY_OK)
		status = write_results(j);
	if (status == RY_OK && print)
		status = print_answer(j);
	if (status == RY_OK && print) {
		fflush(stdout);
		draw_all(j);
		next_commands_print(j->cli, next, 2, j->folder);
	}
	return status;
}

/* ---- running ---- */

/* Two sweeps in one folder would fight for every run.  The lock is shared with our jobs: it is held
 * until the last of them has saved what it has. */
static enum ry_status take_folder(struct job *j)
{
	enum ry_status status = file_make_folders(j->folder);
	char *path = file_in(j, "lock");

	if (status == RY_OK && !path)
		status = ry_failure();
	if (status == RY_OK)
		status = file_open_own(path, 0, &j->lock);
	if (status == RY_OK && flock(j->lock, LOCK_EX | LOCK_NB) != 0)
		status = ry_fail(RY_EBUSY,
		                 "%s: another sweep is running here, or still saving its last runs",
		                 j->folder);
	free(path);
	return status == RY_OK ? write_file(j, "sweep.ini", j->s.text, j->s.size) : status;
}

/* In a run's process: what it prints goes beside its other files. */
static const char *log_of(int k, void *arg)
{
	static char path[4200];
	const struct job *j = arg;

	if (file_make_folders(j->path[k]) != RY_OK)
		return NULL;
	snprintf(path, sizeof path, "%s/log.txt", j->path[k]);
	return path;
}

static void show_progress(const double *done, void *arg)
{
	struct job *j = arg;
	struct event e = { .kind = j->bar_begun ? EVENT_STEP : EVENT_START, .unit = "run" };

	for (int k = 0; k < j->n; k++) {
		e.count += is_over(j, k);
		e.done += is_over(j, k) ? 1 : done[k];
	}
	e.done /= j->n;
	j->bar->notify(j->bar, &e);
	j->bar_begun = 1;
}

static void say_end(struct job *j, int k)
{
	const struct sweep_result *x = result_of(j, k);
	const char *name = strrchr(j->path[k], '/') + 1, *measure;
	double value = sweep_result_measure(&j->s, x, &measure);
	char text[400];
	struct event e = { .kind = EVENT_NOTE, .unit = "run", .text = text };

	if (x->error)
		snprintf(text, sizeof text, "%.100s: %.250s", name, x->error);
	else
		snprintf(text, sizeof text, "%.100s: %s %.4g", name, measure, value);
	j->bar->notify(j->bar, &e);
}

static void run_ended(int k, const struct job_end *end, void *arg)
{
	struct job *j = arg;
	struct sweep_result *x = result_of(j, k);

	if (end->status == RY_ESTOP)
		return;
	if (sweep_results_read(&j->r, trial_of(j, k), seed_of(j, k), j->path[k]) != RY_OK &&
	    end->status == RY_OK) {
		x->state = SWEEP_FAILED;
		x->error = strdup(ry_message());
	}
	/* also one that left nothing behind, or was killed */
	if (end->status != RY_OK && x->state != SWEEP_DIVERGED) {
		x->state = SWEEP_FAILED;
		free(x->error);
		x->error = strdup(end->message);
	}
	if (j->bar)
		say_end(j, k);
}

static enum ry_status run_all(struct job *j, struct job_end *end)
{
	struct jobs jobs = { .n = j->n,
		             .at_once = j->jobs,
		             .skip = j->skip,
		             .arg = j,
		             .words = (char *const *const *)j->words,
		             .lists = j->cli->lists,
		             .log = log_of,
		             .ended = run_ended };
	enum ry_status status;

	if (jobs.at_once < 1)
		jobs.at_once = j->cli->threads / j->s.threads;
	if (!j->cli->quiet)
		j->bar = progress_alloc(stderr, j->cli->plain, j->cli->ascii, j->cli->color, NULL);
	jobs.tell = j->bar ? show_progress : NULL;
	status = jobs_run(&jobs, end);
	progress_free(j->bar);
	j->bar = NULL;
	return status;
}

/* Trials that diverge are a result; other failures are not, and neither is nothing but
 * divergence. */
static enum ry_status judge(const struct job *j)
{
	int failed = sweep_results_count(&j->r, SWEEP_FAILED);

	for (int k = 0; k < j->n && !j->cli->quiet; k++)
		if (result_of(j, k)->error)
			tell_user("%s: %s", j->path[k], result_of(j, k)->error);
	for (int k = 0; k < j->n && failed; k++)
		if (result_of(j, k)->state == SWEEP_FAILED)
			return ry_fail(RY_EIO, "%d of %d runs failed, first %s: %.600s", failed,
			               j->n, j->path[k], result_of(j, k)->error);
	if (sweep_results_count(&j->r, SWEEP_DIVERGED) == j->n)
		return ry_fail(RY_ENUMERIC, "all %d runs diverged", j->n);
	return RY_OK;
}

static void say_how_to_go_on(const struct job *j, char *line, size_t size)
{
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);

	*line = '\0';
	if (!f)
		return;
	if (j->again)
		out(f, "%s %s", called_name(), j->again);
	else
		shell_print(f, (char *const *)j->cli->argv);
	if (fclose(f) == 0)
		snprintf(line, size, "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
}

static enum ry_status sweep(struct job *j)
{
	struct job_end *end = ry_calloc((size_t)j->n, sizeof *end, "runs");
	enum ry_status status = end ? plan(j) : ry_failure();
	int stopped = 0;
	char line[600];

	if (status == RY_OK)
		status = take_folder(j);
	if (status == RY_OK)
		say_counts(j);
	if (status == RY_OK)
		status = run_all(j, end);
	for (int k = 0; k < j->n && status == RY_OK; k++)
		stopped += end[k].status == RY_ESTOP;
	free(end);
	if (status == RY_OK)
		status = conclude(j, !stopped);
	if (status == RY_OK && stopped) {
		say_how_to_go_on(j, line, sizeof line);
		return ry_fail(RY_ESTOP, "stopped, %d of %d runs done; resume with: %s",
		               sweep_results_count(&j->r, SWEEP_FINISHED), j->n, line);
	}
	return status == RY_OK ? judge(j) : status;
}

/* ---- without running ---- */

static enum ry_status emit(struct job *j)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	enum ry_status status = f ? plan(j) : ry_fail_memory("commands");

	for (int k = 0; k < j->n && status == RY_OK; k++) {
		for (char **w = j->words[k]; w && *w && status == RY_OK; w++)
			if (strchr(*w, '\n'))
				status = ry_fail(RY_EINVAL,
				                 "'%s' contains a line break: its command does not "
				                 "fit on one line",
				                 *w);
		if (j->words[k] && status == RY_OK)
			shell_print(f, j->words[k]);
	}
	if (f && fclose(f) != 0 && status == RY_OK)
		status = ry_fail_memory("commands");
	if (status == RY_OK)
		fwrite(text, 1, size, stdout);
	free(text);
	if (status == RY_OK)
		command_say(j->cli, "%d %s; %d of %d runs are done", count_left(j),
		            count_left(j) == 1 ? "command" : "commands", j->n - count_left(j),
		            j->n);
	return status;
}

static enum ry_status list_json(struct job *j, const char *const *words)
{
	json_t *runs = json_array();

	for (int k = 0; k < j->n; k++)
		json_array_append_new(runs, json_pack("{s:s, s:s}", "run", j->path[k], "state",
		                                      words[result_of(j, k)->state]));
	return answer_json(stdout, json_pack("{s:o}", "runs", runs), JSON_INDENT(1), "the runs");
}

static enum ry_status list(struct job *j)
{
	static const char *const words[] = {
		[SWEEP_MISSING] = "to begin",  [SWEEP_HALF] = "to go on with",
		[SWEEP_FINISHED] = "done",     [SWEEP_FAILED] = "to try again",
		[SWEEP_DIVERGED] = "diverged",
	};
	enum ry_status status = plan(j);

	if (status == RY_OK && j->cli->json)
		status = list_json(j, words);
	for (int k = 0; k < j->n && status == RY_OK && !j->cli->json; k++)
		out(stdout, "%-14s %s\n", words[result_of(j, k)->state], j->path[k]);
	if (status == RY_OK)
		say_counts(j);
	return status;
}

static enum ry_status collect(struct job *j, int n, char **from)
{
	enum ry_status status = n ? RY_OK : sweep_results_collect(&j->r, j->folder);
	char ignored[64];

	for (int k = 0; k < n && status == RY_OK; k++)
		status = sweep_results_collect(&j->r, from[k]);
	if (status == RY_OK && j->r.left_out)
		command_say(j->cli,
		            "Ignored: %s that %s not belong to this sweep; the first: %s",
		            text_counted(ignored, (size_t)j->r.left_out, "run"),
		            j->r.left_out == 1 ? "does" : "do", j->r.why ? j->r.why : "");
	if (status == RY_OK && !sweep_results_count(&j->r, SWEEP_FINISHED))
		return ry_fail(RY_EDATA, "%s: no finished run of this sweep%s",
		               n ? from[0] : j->folder, n > 1 ? ", nor in the others" : "");
	if (status == RY_OK)
		status = file_make_folders(j->folder);
	return status == RY_OK ? conclude(j, 1) : status;
}

/* ---- the command ---- */

/* What follows from the description and the folder. */
static enum ry_status prepare(struct job *j)
{
	enum ry_status status = make_paths(j);

	return status == RY_OK ? sweep_results_make(&j->r, &j->s) : status;
}

enum ry_status sweep_run(const struct cli *cli, const struct sweep_order *order)
{
	struct job j = {
		.cli = cli, .again = order->again, .note = order->note, .jobs = order->jobs,
		.folder = strdup(order->folder), .lock = -1
	};
	char *path = j.folder ? file_in(&j, "sweep.ini") : NULL;
	enum ry_status status = path ? RY_OK : ry_fail_memory("a path");

	if (status == RY_OK && order->text)
		status = sweep_read_text(&j.s, path, order->text, strlen(order->text), cli->lists,
		                         -1);
	else if (status == RY_OK)
		status = sweep_read(&j.s, path, cli->lists, -1);
	if (status == RY_OK)
		status = prepare(&j);
	if (status == RY_OK)
		status = sweep(&j);
	free(path);
	job_free(&j);
	return status;
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct options *o = options;
	struct job j = { .cli = cli, .jobs = o->jobs, .lock = -1 };
	enum ry_status status;

	if (o->emit + o->collect + o->dry > 1)
		return ry_fail(RY_EINVAL,
		               "--emit-jobs, --collect and --dry-run exclude each other");
	if (o->emit && cli->json)
		return ry_fail(RY_EINVAL, "--emit-jobs prints one command per line and has no "
		                          "--json");
	if (n_args > 1 && !o->collect)
		return ry_fail(RY_EINVAL,
		               "unexpected argument '%s'; only --collect takes folders of runs",
		               args[1]);
	status = sweep_read(&j.s, args[0], cli->lists, command_typed(cli, "seed") ? cli->seed : -1);
	if (status == RY_OK)
		status = make_folder_name(&j, o->name);
	if (status == RY_OK)
		status = prepare(&j);
	if (status == RY_OK)
		status = o->emit      ? emit(&j)
		         : o->dry     ? list(&j)
		         : o->collect ? collect(&j, n_args - 1, args + 1)
		                      : sweep(&j);
	job_free(&j);
	return status;
}

const struct command sweep_command = {
	.name = "sweep",
	.arguments = "FILE [DIR...]",
	.summary = "train and rank many runs from one description: grid or random search",
	.examples =
		"riley sweep lr.ini\n"
		"riley sweep lr.ini --jobs 4 --name first\n"
		"riley sweep lr.ini --emit-jobs | parallel\n"
		"riley sweep lr.ini --collect runs/lr copied/from/elsewhere\n"
		"\n"
		"FILE says what to run and which values to try:\n"
		"    [sweep]\n"
		"    command = kt train train.csv       ; or net train, rl train; with options\n"
		"    search  = random                   ; or grid: every combination (the "
		"default)\n"
		"    trials  = 20                       ; random: number of trials\n"
		"    seeds   = 3                        ; seeds per trial; or a list: 3, 5, 8\n"
		"    rank    = log_loss smaller         ; default: validation score or return\n"
		"    [fixed]\n"
		"    epochs  = 15\n"
		"    [vary]\n"
		"    lr      = 1e-4 .. 1e-2 log         ; random: from this range; grid: log 5\n"
		"    hidden  = 50, 100, 200             ; a list\n"
		"    layers  = 1 .. 3                   ; whole numbers\n"
		"\n"
		"Options that change together are variants; the first is the base to which\n"
		"the others are compared:\n"
		"    [variants]\n"
		"    base    =\n"
		"    deep    = --layers 3 --lr 1e-4\n"
		"\n"
		"On many machines: each task of a Slurm array runs one line of jobs.txt,\n"
		"    sed -n \"${SLURM_ARRAY_TASK_ID}p\" jobs.txt | sh\n",
	.options = rows,
	.options_size = sizeof(struct options),
	.defaults = defaults,
	.min_args = 1,
	.max_args = 100000,
	.run = run,
};
