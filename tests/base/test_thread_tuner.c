/* test_thread_tuner.c - the faster way, together or alone, is found, kept, and found again after a
 * change. */
#include "src/base/thread_tuner.h"
#include "tests/support/tap.h"

/* A simulated machine: speed of both ways, [1] together. */
struct machine {
	double speed[2];
	const char *name;
};

static const struct machine quiet = { { 1, 1.8 }, "quiet" };

/* Machines with a clear winner; together must win by more than TUNER_GAIN. */
static const struct machine clear[] = {
	{ { 1, 1.8 }, "quiet" },
	{ { 1, 7.5 }, "eight free processors" },
	{ { 0.66, 0.35 }, "busy" },
	{ { 0.3, 0.2 }, "very busy" },
	{ { 0.98, 0.05 }, "work too small to share" },
	{ { 0.5, 0.9 }, "busy, and together twice as fast" },
	{ { 0.5, 0.6 }, "busy, and together hardly faster" },
	{ { 0.02, 0.01 }, "hardly any time" },
};

static int winner(const struct machine *m)
{
	return m->speed[1] > TUNER_GAIN * m->speed[0];
}

/* Simulate `total` seconds of work in pieces of `piece` seconds; returns the seconds worked
 * together. */
static double run(struct thread_tuner *p, const struct machine *m, double total, double piece)
{
	double together = 0, spent = 0;

	for (; spent < total; spent += piece) {
		together += p->together ? piece : 0;
		thread_tuner_note(p, piece, p->look ? piece * m->speed[p->together] : 0);
	}
	return together;
}

static const double pieces[] = { 3e-6, 4e-4, 0.017, 0.5 };

static void the_faster_way_is_kept(void)
{
	for (size_t k = 0; k < sizeof clear / sizeof clear[0]; k++)
		for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
			struct thread_tuner p = thread_tuner_begin();
			double window = pieces[i] > TUNER_WINDOW ? pieces[i] : TUNER_WINDOW,
			       total = 2000 * window, together;

			/* the first trials are close together */
			run(&p, &clear[k], 300 * window, pieces[i]);
			together = run(&p, &clear[k], total, pieces[i]) / total;
			TAP_CHECK((winner(&clear[k]) ? together : 1 - together) > 0.95,
			          "%s, pieces of %g s: %g of the time together", clear[k].name,
			          pieces[i], together);
		}
}

static void a_quiet_machine_is_left_alone(void)
{
	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		struct thread_tuner p = thread_tuner_begin();

		for (int n = 0; n < 20000; n++) {
			CU_ASSERT_TRUE_FATAL(p.together);
			thread_tuner_note(&p, pieces[i], p.look ? pieces[i] * quiet.speed[1] : 0);
		}
	}
}

/* After a change from any machine to any other, the new winner is found within the longest pause
 * between trials. */
static void changes_are_noticed(void)
{
	const size_t n = sizeof clear / sizeof clear[0];

	for (size_t a = 0; a < n; a++)
		for (size_t b = 0; b < n; b++) {
			struct thread_tuner p = thread_tuner_begin();
			double pause = 4 * (TUNER_PATIENCE_MOST + 4) * TUNER_WINDOW,
			       total = 100 * pause, together;

			run(&p, &clear[a], total, 1e-3);
			run(&p, &clear[b], 3 * pause, 1e-3);
			together = run(&p, &clear[b], total, 1e-3) / total;
			TAP_CHECK((winner(&clear[b]) ? together : 1 - together) > 0.95,
			          "%s, then %s: %g of the time together", clear[a].name,
			          clear[b].name, together);
		}
}

/* Pieces with no wall-clock time, and pieces with no measurable processor time. */
static void no_time_is_no_speed(void)
{
	struct thread_tuner p = thread_tuner_begin();

	for (int k = 0; k < 1000; k++)
		thread_tuner_note(&p, 0, 0);
	CU_ASSERT_TRUE(p.together);
	run(&p, &quiet, 100, 0.01);
	CU_ASSERT_TRUE(p.together);
	run(&p, &(struct machine){ { 0, 0 }, "no time" }, 100, 0.01);
	run(&p, &quiet, 100, 0.01);
	CU_ASSERT_TRUE(p.together);
}

static const struct tap_test tests[] = {
	{ "the faster way is kept", the_faster_way_is_kept },
	{ "on a quiet machine nothing is tried", a_quiet_machine_is_left_alone },
	{ "changes are noticed", changes_are_noticed },
	{ "no time is no speed", no_time_is_no_speed },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("pace", tests);
}
