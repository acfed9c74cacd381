/* test_run_folder.c - a run writes only into the folder that it opened, and only to files of its
 * own: nothing of another run, nothing behind links, and never a wait for a pipe. */
#include <config.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "src/run/rundir.h"
#include "tests/support/tap.h"

/* The run of every test, in a folder of tests that is removed after each case. */
static const char *the_run(void)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/run", tap_tmpdir());
	return path;
}

static void put_text(const char *path, const char *text)
{
	FILE *to = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	fputs(text, to);
	CU_ASSERT_EQUAL(fclose(to), 0);
}

/* All bytes of all files of a folder, as one number. */
static unsigned long digest(const char *folder)
{
	unsigned long sum = 5381;
	DIR *dir = opendir(folder);
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		unsigned long of_file = 5381;
		FILE *f = d->d_name[0] == '.' ? NULL : fopen(inside(folder, d->d_name), "r");
		int c;

		for (const char *p = d->d_name; *p; p++)
			of_file = of_file * 33 + (unsigned char)*p;
		while (f && (c = getc(f)) != EOF)
			of_file = of_file * 33 + (unsigned)c;
		sum += f ? of_file : 0;
		if (f)
			fclose(f);
	}
	if (dir)
		closedir(dir);
	return sum;
}

static struct rundir *create(const char *path, enum ry_status *status)
{
	json_t *info = json_pack("{s:s, s:[s], s:{s:i}, s:i}", "kind", "kt", "command", "riley",
	                         "options", "epochs", 20, "seed", 7);
	struct rundir *run = rundir_create(path, info, status);

	json_decref(info);
	return run;
}

static enum ry_status log_step(struct rundir *run, long step)
{
	const struct event_value loss = { "loss", 0.5 };

	return rundir_log(run, "point", &(struct event){ .kind = EVENT_POINT, .unit = "epoch",
	                                                 .count = (double)step, .step = step,
	                                                 .n = 1, .value = &loss });
}

static enum ry_status save(struct rundir *run, const char *name)
{
	struct st_writer *w = st_writer_alloc();
	enum ry_status status = st_add(w, "x", ST_F64, 1, &(size_t){ 1 }, &(double){ 1.5 });

	if (status == RY_OK)
		status = rundir_save(run, name, w);
	st_writer_free(w);
	return status;
}

static struct rundir *begun(const char *path)
{
	struct rundir *run = create(path, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(log_step(run, 1), RY_OK);
	CU_ASSERT_EQUAL(save(run, "model.safetensors"), RY_OK);
	CU_ASSERT_EQUAL(save(run, "last.safetensors"), RY_OK);
	return run;
}

/* ---- a run that is not at its place any more ---- */

static void move_away(const char *path)
{
	CU_ASSERT_EQUAL(rename(path, inside(tap_tmpdir(), "moved")), 0);
}

static void replace(const char *path)
{
	move_away(path);
	CU_ASSERT_EQUAL(rundir_finish(begun(path), "done"), RY_OK);
}

static void take_lock_and_log(const char *path)
{
	CU_ASSERT_EQUAL(remove(inside(path, "lock")), 0);
	CU_ASSERT_EQUAL(remove(inside(path, "metrics.jsonl")), 0);
	CU_ASSERT_EQUAL(remove(inside(path, "model.safetensors")), 0);
	CU_ASSERT_EQUAL(remove(inside(path, "last.safetensors")), 0);
	CU_ASSERT_EQUAL(rundir_finish(begun(path), "done"), RY_OK);
}

static void new_lock(const char *path)
{
	CU_ASSERT_EQUAL(remove(inside(path, "lock")), 0);
	put_text(inside(path, "lock"), "another process\n");
}

static void new_log(const char *path)
{
	CU_ASSERT_EQUAL(remove(inside(path, "metrics.jsonl")), 0);
	put_text(inside(path, "metrics.jsonl"), "");
}

static void link_to_another(const char *path)
{
	move_away(path);
	CU_ASSERT_EQUAL(rundir_finish(begun(temp("another")), "done"), RY_OK);
	CU_ASSERT_EQUAL(symlink("another", path), 0);
}

static const struct {
	const char *name;
	void (*happen)(const char *path);
} losses[] = {
	{ "moved", move_away },         { "replaced", replace },
	{ "emptied", take_lock_and_log }, { "new lock", new_lock },
	{ "new log", new_log },         { "linked", link_to_another },
};

static enum ry_status try_log(struct rundir *run)
{
	return log_step(run, 2);
}

static enum ry_status try_model(struct rundir *run)
{
	return save(run, "model.safetensors");
}

static enum ry_status try_last(struct rundir *run)
{
	return save(run, "last.safetensors");
}

static enum ry_status try_report(struct rundir *run)
{
	return rundir_write(run, "report.txt", &(struct file_part){ "x", 1 }, 1);
}

static enum ry_status try_plot(struct rundir *run)
{
	return rundir_write(run, "plots/curves.svg", &(struct file_part){ "x", 1 }, 1);
}

static enum ry_status try_options(struct rundir *run)
{
	json_t *changed = json_pack("{s:i}", "epochs", 31);
	enum ry_status status = rundir_set_options(run, changed);

	json_decref(changed);
	return status;
}

static enum ry_status try_rewind(struct rundir *run)
{
	return rundir_rewind(run, 0);
}

static enum ry_status (*const tries[])(struct rundir *run) = {
	try_log, try_model, try_last, try_report, try_plot, try_options, try_rewind,
};

enum { TRIES = sizeof tries / sizeof *tries };

/* Remove what the last case has left. */
static void clean(void)
{
	char line[1200];

	snprintf(line, sizeof line, "cd '%s' && rm -rf run moved another", tap_tmpdir());
	CU_ASSERT_EQUAL(system(line), 0);
}

/* Whoever asks first, and whoever ends the run: nothing is written, and the sentence is the
 * same. */
static void a_run_that_lost_its_place_writes_nothing(void)
{
	for (size_t k = 0; k < sizeof losses / sizeof *losses; k++)
		for (int t = 0; t <= TRIES; t++) {
			const char *path = the_run();
			struct rundir *run = begun(path);
			unsigned long before, moved;

			losses[k].happen(path);
			before = digest(path);
			moved = digest(temp("moved"));
			for (int again = 0; t < TRIES && again < 2; again++)
				TAP_CHECK(tries[t](run) == RY_EIO &&
				          (strstr(ry_message(), "the run was replaced") ||
				           strstr(ry_message(), "the run is gone")),
				          "%s, try %d: '%s'", losses[k].name, t, ry_message());
			TAP_CHECK(rundir_finish(run, "interrupted") == RY_EIO,
			          "%s: the run was finished", losses[k].name);
			TAP_CHECK(digest(path) == before && digest(temp("moved")) == moved,
			          "%s, try %d: something was written", losses[k].name, t);
			clean();
		}
}

/* What a process adds to a run that it has finished. */
static void plots_of_another_run_are_not_replaced(void)
{
	const char *path = the_run();
	const struct file_part part = { "picture", 7 };
	json_t *info;
	unsigned long before;

	CU_ASSERT_EQUAL(rundir_finish(begun(path), "done"), RY_OK);
	CU_ASSERT_EQUAL(rundir_write_after(path, "plots/curves.svg", &part, 1), RY_OK);
	CU_ASSERT_EQUAL(access(inside(path, "plots/curves.svg"), F_OK), 0);
	info = rundir_read_info(path, NULL);
	json_object_set_new(info, "pid", json_integer(getpid() + 1));
	json_dump_file(info, inside(path, "run.json"), 0);
	json_decref(info);
	before = digest(inside(path, "plots"));
	CU_ASSERT_EQUAL(rundir_write_after(path, "plots/new.svg", &part, 1), RY_EIO);
	CU_ASSERT_EQUAL(digest(inside(path, "plots")), before);
	CU_ASSERT_EQUAL(rundir_write_beside(path, "plots/new.svg", &part, 1), RY_OK);
	clean();
}

/* ---- files that are not the run's own ---- */

static void make_link(const char *path)
{
	CU_ASSERT_EQUAL(symlink("../precious", path), 0);
}

static void make_dangling(const char *path)
{
	CU_ASSERT_EQUAL(symlink("../not there", path), 0);
}

static void make_hard(const char *path)
{
	CU_ASSERT_EQUAL(link(temp("precious"), path), 0);
}

static void make_pipe(const char *path)
{
	CU_ASSERT_EQUAL(mkfifo(path, 0600), 0);
}

static void make_socket(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	/* The address is short: relative to the folder. */
	CU_ASSERT_EQUAL(chdir(temp("run")), 0);
	snprintf(to.sun_path, sizeof to.sun_path, "%s", strrchr(path, '/') + 1);
	CU_ASSERT_EQUAL(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
	close(fd);
	CU_ASSERT_EQUAL(chdir(tap_tmpdir()), 0);
}

static void make_device(const char *path)
{
	CU_ASSERT_EQUAL(symlink("/dev/null", path), 0);
}

static void make_folder(const char *path)
{
	CU_ASSERT_EQUAL(mkdir(path, 0700), 0);
}

static const struct {
	const char *name;
	void (*make)(const char *path);
} odd[] = {
	{ "a link", make_link },     { "a dangling link", make_dangling },
	{ "a hard link", make_hard }, { "a pipe", make_pipe },
	{ "a socket", make_socket }, { "a device", make_device },
	{ "a folder", make_folder },
};

static const char *const names[] = { "lock", "metrics.jsonl", "run.json", "model.safetensors",
	                             "last.safetensors", "report.txt" };

/* Open the run, and write to all of its files. */
static enum ry_status use(struct rundir *run)
{
	enum ry_status status = log_step(run, 5);

	for (int t = 0; t < TRIES && status == RY_OK; t++)
		status = tries[t](run);
	return status;
}

static void no_link_is_followed(void)
{
	for (size_t o = 0; o < sizeof odd / sizeof *odd; o++)
		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			for (int fresh = 0; fresh < 2; fresh++) {
				const char *path = the_run();
				enum ry_status status;
				struct rundir *run;
				unsigned long before;

				put_text(temp("precious"),
				         "{\"kind\": \"kt\", \"status\": \"done\"}");
				CU_ASSERT_EQUAL(rundir_finish(begun(path), "done"), RY_OK);
				if (fresh) {
					clean();
					CU_ASSERT_EQUAL(mkdir(path, 0700), 0);
				}
				remove(inside(path, names[k]));
				odd[o].make(inside(path, names[k]));
				before = digest(tap_tmpdir());
				run = fresh ? create(path, &status) : rundir_resume(path, &status);
				if (run)
					status = use(run);
				/* A file is replaced, not written to: its other name stays. */
				TAP_CHECK(status != RY_OK || odd[o].make == make_hard,
				          "%s is %s: taken", names[k], odd[o].name);
				if (run)
					rundir_finish(run, "done");
				TAP_CHECK(digest(tap_tmpdir()) == before, "%s is %s: written to",
				          names[k], odd[o].name);
				TAP_CHECK(access(temp("not there"), F_OK) != 0,
				          "%s is %s: created behind it", names[k], odd[o].name);
				clean();
			}
}

/* "plots" may be a link to somebody's folder, its file a link to somebody's file. */
static void no_link_is_followed_to_plots(void)
{
	const char *path = the_run();
	const struct file_part part = { "picture", 7 };
	struct rundir *run = begun(path);

	CU_ASSERT_EQUAL(mkdir(temp("moved"), 0700), 0);
	CU_ASSERT_EQUAL(symlink("../moved", inside(path, "plots")), 0);
	CU_ASSERT_EQUAL(rundir_write(run, "plots/curves.svg", &part, 1), RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "plots/curves.svg"));
	CU_ASSERT_NOT_EQUAL(access(temp("moved/curves.svg"), F_OK), 0);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	CU_ASSERT_EQUAL(rundir_write_after(path, "plots/curves.svg", &part, 1), RY_EIO);
	CU_ASSERT_EQUAL(rundir_write_beside(path, "plots/curves.svg", &part, 1), RY_EIO);
	CU_ASSERT_NOT_EQUAL(access(temp("moved/curves.svg"), F_OK), 0);
	clean();
}

/* The folder of all runs may be a link to a larger disk, and so may a run. */
static void a_run_may_be_reached_by_links(void)
{
	struct rundir *run;

	CU_ASSERT_EQUAL(mkdir(temp("moved"), 0700), 0);
	CU_ASSERT_EQUAL(symlink("moved", temp("run")), 0);
	run = begun(temp("run/x"));
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	run = rundir_resume(temp("moved/x"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	clean();
}

/* ---- names, logs and checkpoints ---- */

static void a_place_is_no_name(void)
{
	static const char *const places[] = { "",   ".",     "..",     "./",
		                              "../", "run/.", "run/..", "run/../" };
	enum ry_status status;

	CU_ASSERT_EQUAL(chdir(tap_tmpdir()), 0);
	CU_ASSERT_EQUAL(mkdir("run", 0700), 0);
	for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
		TAP_CHECK(!create(places[k], &status) && status == RY_EINVAL &&
		          strstr(ry_message(), "a run needs a name"), "'%s': %s", places[k],
		          ry_message());
		TAP_CHECK(access(inside(places[k], "run.json"), F_OK) != 0, "'%s'", places[k]);
	}
	clean();
}

/* A checkpoint that is newer than the log would leave a hole in it for ever. */
static void no_checkpoint_after_a_lost_line(void)
{
	struct rundir *run = begun(temp("run"));
	struct rlimit limit;
	unsigned long before = digest(temp("run"));

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 120, limit.rlim_max });
	CU_ASSERT_EQUAL(log_step(run, 2), RY_EIO);
	setrlimit(RLIMIT_FSIZE, &limit);
	CU_ASSERT_EQUAL(save(run, "model.safetensors"), RY_EIO);
	CU_ASSERT_EQUAL(save(run, "last.safetensors"), RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "metrics.jsonl"));
	CU_ASSERT_EQUAL(digest(temp("run")), before);
	CU_ASSERT_EQUAL(rundir_finish(run, "failed"), RY_OK);   /* which says so */
	clean();
}

/* A run that could not begin is not left behind; one that has logged, or lies where the user has
 * made a folder, is. */
static void nothing_is_left_of_a_run_that_could_not_begin(void)
{
	struct rundir *run = create(temp("run"), NULL);

	CU_ASSERT_EQUAL(save(run, "last.safetensors"), RY_OK);
	ry_fail_memory("a test");
	CU_ASSERT_EQUAL(rundir_finish(run, "failed"), RY_OK);
	CU_ASSERT_NOT_EQUAL(access(temp("run"), F_OK), 0);
	run = create(temp("run"), NULL);
	put_text(temp("run/mine"), "");
	ry_fail_memory("a test");
	rundir_leave(run);
	CU_ASSERT_EQUAL(access(temp("run/mine"), F_OK), 0);
	CU_ASSERT_NOT_EQUAL(access(temp("run/run.json"), F_OK), 0);
	clean();
	run = begun(temp("run"));
	ry_fail_memory("a test");
	CU_ASSERT_EQUAL(rundir_finish(run, "failed"), RY_OK);
	CU_ASSERT_EQUAL(access(temp("run/run.json"), F_OK), 0);
	clean();
}

/* Lines longer than any of ours stay as they are, and one that is cut off ends. */
static void long_lines_survive_a_rewind(void)
{
	const char *path = the_run(), *log = inside(path, "metrics.jsonl");
	size_t length = (size_t)3 << 20;
	char *text = malloc(length + 1);
	struct rundir *run = begun(path);
	struct stat sb;
	FILE *f;

	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	memset(text, 'x', length);
	text[length] = '\0';
	f = fopen(log, "w");
	fprintf(f, "{\"kind\": \"point\", \"step\": 1}\n%s\n{\"kind\": \"point\", \"step\": 9}\n%s",
	        text, text);
	fclose(f);
	run = rundir_resume(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_EQUAL(stat(log, &sb), 0);
	CU_ASSERT_EQUAL((size_t)sb.st_size, 2 * (29 + length + 1));
	CU_ASSERT_EQUAL(rundir_rewind(run, 5), RY_OK);
	CU_ASSERT_EQUAL(stat(log, &sb), 0);
	CU_ASSERT_EQUAL((size_t)sb.st_size, 29 + 2 * (length + 1));
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	free(text);
	clean();
}

static const struct tap_test tests[] = {
	{ "a run that lost its place writes nothing",
	  a_run_that_lost_its_place_writes_nothing },
	{ "plots of another run are not replaced", plots_of_another_run_are_not_replaced },
	{ "no link is followed", no_link_is_followed },
	{ "no link is followed to plots", no_link_is_followed_to_plots },
	{ "a run may be reached by links", a_run_may_be_reached_by_links },
	{ "a place is no name", a_place_is_no_name },
	{ "no checkpoint after a lost line", no_checkpoint_after_a_lost_line },
	{ "nothing is left of a run that could not begin",
	  nothing_is_left_of_a_run_that_could_not_begin },
	{ "long lines survive a rewind", long_lines_survive_a_rewind },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("run folders", tests);
}
