/* test_event.c - observers and named values. */
#include <math.h>

#include "src/base/event.h"
#include "tests/support/tap.h"

struct counter {
	struct observer observer;
	int             told, answer;
	const struct event *last;
};

static int count(struct observer *self, const struct event *e)
{
	struct counter *c = (struct counter *)self;

	c->told++;
	c->last = e;
	return c->answer;
}

static void nobody_is_told(void)
{
	struct event e = { .kind = EVENT_STEP };

	CU_ASSERT_EQUAL(observers_notify(NULL, &e), 0);
}

static void everybody_is_told(void)
{
	struct counter c[3] = {
		{ { count, &c[1].observer }, 0, 0, NULL },
		{ { count, &c[2].observer }, 0, 0, NULL },
		{ { count, NULL }, 0, 0, NULL },
	};
	struct event e = { .kind = EVENT_POINT };

	CU_ASSERT_EQUAL(observers_notify(&c[0].observer, &e), 0);
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(c[i].told, 1);
		CU_ASSERT_PTR_EQUAL(c[i].last, &e);
	}
}

/* One of three observers asks to stop: whichever it is, the result is to stop, and all were
 * notified. */
static void any_of_them_may_stop(void)
{
	for (int who = 0; who < 3; who++) {
		struct counter c[3] = {
			{ { count, &c[1].observer }, 0, 0, NULL },
			{ { count, &c[2].observer }, 0, 0, NULL },
			{ { count, NULL }, 0, 0, NULL },
		};
		struct event e = { .kind = EVENT_STEP };

		c[who].answer = 7;
		CU_ASSERT_NOT_EQUAL(observers_notify(&c[0].observer, &e), 0);
		for (int i = 0; i < 3; i++)
			CU_ASSERT_EQUAL(c[i].told, 1);
	}
}

/* An observer may be removed from the list, or freed, while it is notified. */
static int leave(struct observer *self, const struct event *e)
{
	(void)e;
	self->next = self;
	return 0;
}

static void an_observer_may_leave(void)
{
	struct counter last = { { count, NULL }, 0, 0, NULL };
	struct observer first = { leave, &last.observer };
	struct event e = { .kind = EVENT_END };

	CU_ASSERT_EQUAL(observers_notify(&first, &e), 0);
	CU_ASSERT_EQUAL(last.told, 1);
}

static void values_by_name(void)
{
	const struct event_value v[] = { { "loss", -1.42 }, { "auc", NAN }, { "auc_", 3 } };
	struct event e = { .kind = EVENT_POINT, .n = 3, .value = v };
	struct event none = { .kind = EVENT_POINT };

	CU_ASSERT_EQUAL(event_value(&e, "loss"), -1.42);
	CU_ASSERT(isnan(event_value(&e, "auc")));
	CU_ASSERT_EQUAL(event_value(&e, "auc_"), 3);
	CU_ASSERT(isnan(event_value(&e, "los")));
	CU_ASSERT(isnan(event_value(&none, "loss")));
}

static const struct tap_test tests[] = {
	{ "an empty list tells nobody", nobody_is_told },
	{ "all observers are told the same event", everybody_is_told },
	{ "any observer may ask to stop, and all are still told", any_of_them_may_stop },
	{ "an observer may leave while it is told", an_observer_may_leave },
	{ "values are found by their whole name", values_by_name },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("event", tests);
}
