/* training_watch.c - see training_watch.h. */
#include "src/app/training/training_watch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/app/training/training.h"
#include "src/app/watch/dashboard.h"
#include "src/cli/called.h"
#include "src/ui/progress.h"

/* Share of the processor's time for the screen; seconds after which it is served all the same, and
 * between looks at the keyboard; and that a look at the run may take. */
static const double most_for_screen = 0.01, longest_rest = 1, keys_every = 0.05;

struct onlooker {
	struct observer   base;          /* first */
	const struct cli *cli;
	const char       *item;
	char             *run;
	struct screen    *screen;
	struct dashboard *dashboard;
	struct observer  *bar;           /* once the user has left; or NULL */
	int               left;
	double            looked;        /* seconds: when keys were last looked at */
	double            served, served_cpu, cost;   /* the screen: when, by both clocks, and
	                                               * what it cost (seconds) */
	char              note[1000];    /* the last one, for when the screen has gone */
};

/* This thread's: the one that learns and draws. */
static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int affordable(const struct onlooker *o, double now)
{
	return now - o->served > longest_rest ||
	       (cpu_now() - o->served_cpu) * most_for_screen > o->cost;
}

/* The screen goes; learning does not. */
static void leave(struct onlooker *o)
{
	screen_close(o->screen);
	o->screen = NULL;
	o->left = 1;
	command_say(o->cli, "Training continues; watch it again with: %s watch %s", called_name(),
	            o->run);
	if (!o->cli->quiet)
		o->bar = progress_alloc(stderr, o->cli->plain, o->cli->ascii, o->cli->color,
		                        o->item);
}

static void look_on(struct onlooker *o)
{
	double now = screen_now(), before;

	if (now - o->looked < keys_every)
		return;
	o->looked = now;
	before = cpu_now();
	if (dashboard_glance(o->dashboard, o->screen, affordable(o, now))) {
		o->served = now;
		o->served_cpu = cpu_now();
		o->cost = o->served_cpu - before;
	}
	if (dashboard_left(o->dashboard))
		leave(o);
}

static int notify(struct observer *self, const struct event *e)
{
	struct onlooker *o = (struct onlooker *)self;

	if (o->screen && e->kind == EVENT_NOTE && e->text)
		snprintf(o->note, sizeof o->note, "%s", e->text);
	if (o->screen)
		look_on(o);
	return o->bar ? o->bar->notify(o->bar, e) : 0;
}

static struct screen *open_screen(const struct cli *cli)
{
	struct screen *screen = NULL;
	enum ry_status status;

	if (cli->json)
		command_say(cli, "no dashboard with --json");
	else if (!command_lines_wanted(cli) &&
	         !(screen = screen_open(&(struct screen_options){ cli->ascii, cli->color },
	                                &status)))
		command_say(cli, "%s; printing lines instead", ry_message());
	return screen;
}

static struct dashboard *open_dashboard(const struct cli *cli, char *run)
{
	return dashboard_alloc(1, &run, &(struct dashboard_options){ .lists = cli->lists,
	                                                      .ascii = cli->ascii });
}

struct observer *training_watch_alloc(const struct cli *cli, const char *run, const char *item)
{
	struct onlooker *o = calloc(1, sizeof *o);

	if (o) {
		*o = (struct onlooker){
			.base = { notify, NULL }, .cli = cli, .item = item, .run = strdup(run)
		};
		o->dashboard = o->run ? open_dashboard(cli, o->run) : NULL;
	}
	if (!o || !o->dashboard)
		command_say(cli, "no dashboard: no memory");
	else
		o->screen = open_screen(cli);
	if (o && o->screen)
		return &o->base;
	training_watch_free(o ? &o->base : NULL);
	return NULL;
}

int training_watch_free(struct observer *self)
{
	struct onlooker *o = (struct onlooker *)self;
	int left;

	if (!o)
		return 0;
	left = o->left;
	screen_close(o->screen);
	if (o->note[0])
		command_say(o->cli, "%s", o->note);
	progress_free(o->bar);
	dashboard_free(o->dashboard);
	free(o->run);
	free(o);
	return left;
}

void training_watch_stay(const struct cli *cli, const char *run)
{
	char *path = strdup(run);
	struct dashboard *d = path ? open_dashboard(cli, path) : NULL;
	struct screen *screen = d ? open_screen(cli) : NULL;

	if (screen) {
		dashboard_say(d, "The run has ended: press q for its report");
		dashboard_serve(d, screen);
	}
	screen_close(screen);
	dashboard_free(d);
	free(path);
}
