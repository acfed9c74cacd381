/* watch_plain.c - see watch_plain.h. */
#include "config.h"
#include "src/app/watch/watch_plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/base/text.h"
#include "src/cli/command.h"
#include "src/ui/words.h"

/* So many points of the past are told, evenly over it; and seconds between looks. */
enum { MOST_PAST = 40 };
static const double look_every = 0.25;

struct teller {
	FILE              *to;
	struct run_reader *reader;
	const char        *name;         /* before every line; NULL: one run alone */
	size_t             points, notes, skipped;   /* told */
	char               sentence[300], status[60];
};

static void begin(const struct teller *t)
{
	if (t->name)
		out(t->to, "%s: ", t->name);
}

static int is_best(const struct run_data *d, size_t bucket)
{
	for (size_t k = d->bests; k-- > 0 && d->step;)
		if (d->best[k].step == d->step->mean[bucket])
			return 1;
	return 0;
}

/* "epoch 3  loss 0.4812  train_auc 0.8012  * best" */
static void tell_point(const struct teller *t, const struct run_data *d, size_t bucket)
{
	const struct run_column *unit = d->count ? d->count : d->step;

	begin(t);
	if (unit)
		out(t->to, "%s %.10g", unit->name, unit->mean[bucket]);
	for (int k = 0; k < d->table->columns; k++) {
		const struct run_column *c = d->table->column[k];
		char text[32];

		if (c == unit || (c == d->step && d->count) || isnan(c->mean[bucket]))
			continue;
		if (c == d->time)
			out(t->to, "  time %s",
			    words_duration(text, sizeof text, c->mean[bucket]));
		else
			out(t->to, "  %s %.5g", c->name, c->mean[bucket]);
	}
	fprintf(t->to, is_best(d, bucket) ? "  * best\n" : "\n");
}

static void tell_points(struct teller *t)
{
	const struct run_data *d = run_reader_data(t->reader);
	size_t first =
		t->points < d->table->points ? t->points / d->table->bucket : d->table->buckets;
	size_t n = d->table->buckets - first;

	if (n > MOST_PAST) {
		begin(t);
		fprintf(t->to, "%zu points, %d of them shown\n", d->table->points - t->points,
		        MOST_PAST);
	}
	for (size_t k = 1, told = n > MOST_PAST ? MOST_PAST : n; k <= told; k++)
		tell_point(t, d, first + k * n / told - 1);
	t->points = d->table->points;
}

static void tell_notes(struct teller *t)
{
	const struct run_data *d = run_reader_data(t->reader);
	size_t fresh = d->note_total - t->notes;

	for (size_t k = fresh < d->notes ? d->notes - fresh : 0;
	     k < d->notes && d->note_total > t->notes; k++) {
		begin(t);
		out(t->to, "note: %s\n", d->note[k].text);
	}
	t->notes = d->note_total;
}

/* What happened to the run as a whole. */
static void tell_state(struct teller *t, const struct watch_scene_run *r)
{
	const struct run_data *d = run_reader_data(t->reader);

	if (r->news && strcmp(t->sentence, r->news) != 0) {
		begin(t);
		out(t->to, "%s\n", r->news);
	}
	if (r->missed[0] && d->skipped != t->skipped) {
		begin(t);
		out(t->to, "%s\n", r->missed);
	}
	t->skipped = d->skipped;
	snprintf(t->sentence, sizeof t->sentence, "%.299s", r->news ? r->news : "");
	if (strcmp(t->status, r->state) == 0)
		return;
	snprintf(t->status, sizeof t->status, "%.59s", r->state);
	begin(t);
	out(t->to, "%s%s%s%s%s\n", r->state, r->progress[0] ? ", " : "", r->progress,
	    r->best[0] ? ", " : "", r->best);
}

static void tell_facts(FILE *to, int n, const struct watch_fact *fact)
{
	for (int k = 0; k < n; k++) {
		if (fact[k].heading)
			out(to, "\n%s\n", fact[k].label);
		else
			out(to, "  %-20s %s\n", fact[k].label, fact[k].value);
	}
}

static int tell(struct teller *t, const struct watch_scene_run *r)
{
	const struct run_data *d = run_reader_data(t->reader);

	if (d->table->points < t->points) {      /* another run, or an earlier point of this one */
		t->points = 0;
		begin(t);
		fprintf(t->to, "from the beginning:\n");
	}
	tell_points(t);
	tell_notes(t);
	tell_state(t, r);
	fflush(t->to);
	return strcmp(r->state, "running") == 0 || d->state == RUN_MISSING ||
	       strcmp(r->state, "no run.json yet") == 0;
}

static const struct watch_scene_run *scene_run(const struct watch_scene *s, const char *name, int k)
{
	for (int i = 0; i < s->n; i++)
		if (s->run[i]->name == name)
			return s->run[i];
	return s->run[k];
}

static void rest(double seconds)
{
	struct timespec t = { (time_t)seconds, (long)(1e9 * (seconds - floor(seconds))) };

	nanosleep(&t, NULL);
}

void watch_plain(FILE *to, struct dashboard *d, int n, int looks)
{
	struct teller *t = calloc((size_t)n, sizeof *t);
	const struct watch_scene *s = dashboard_scene(d);
	const char **name = calloc((size_t)n, sizeof *name);
	int living = 1;

	for (int k = 0; t && name && k < n; k++) {
		name[k] = s->run[k]->name;
		t[k] = (struct teller){ .to = to,
			                .reader = dashboard_reader(d, k),
			                .name = n > 1 ? name[k] : NULL };
	}
	for (int look = 1; t && name && living && !command_interrupted(); look++) {
		do
			dashboard_poll(d, 1);
		while (dashboard_behind(d) && !command_interrupted());
		s = dashboard_scene(d);
		living = 0;
		for (int k = 0; k < n; k++)
			living |= tell(&t[k], scene_run(s, name[k], k));
		if (look == looks)
			break;
		if (living)
			rest(look_every);
	}
	if (n == 1) {
		tell_facts(to, s->n_facts, s->fact);
		tell_facts(to, s->n_options, s->option);
	}
	if (s->verdict)
		out(to, "\ndiagnosis: %s\n", s->verdict);
	free(t);
	free(name);
}
