/* test_status.c - messages, statuses, exit statuses and memory. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/real.h"
#include "src/base/status.h"
#include "tests/support/tap.h"

static void sentence_is_kept(void)
{
	CU_ASSERT_EQUAL(ry_fail(RY_EDATA, "%s:%d: expected %s", "a.csv", 7, "0 or 1"), RY_EDATA);
	CU_ASSERT_STRING_EQUAL(ry_message(), "a.csv:7: expected 0 or 1");
}

static void sentence_may_quote_the_last_one(void)
{
	ry_fail(RY_EIO, "disk full");
	ry_fail(RY_EIO, "run: %s", ry_message());
	CU_ASSERT_STRING_EQUAL(ry_message(), "run: disk full");
}

/* The contents of a file must not reach the terminal as control sequences. */
static void sentence_is_one_plain_line(void)
{
	ry_fail(RY_EDATA, "a.csv:1: \"%s\"", "x\x1b[2J\n\x7f\xc2\x9b\xc3\xa9\xc2");
	CU_ASSERT_STRING_EQUAL(ry_message(), "a.csv:1: \"x?[2J ??\xc3\xa9?\"");
}

static void *status_of_a_new_thread(void *arg)
{
	enum ry_status *first = arg;

	first[0] = ry_failure();
	ry_fail(RY_EBUSY, "elsewhere");
	first[1] = ry_failure();
	return NULL;
}

/* A constructor that returned NULL has left its status here, whatever it was. */
static void status_is_kept_beside_the_sentence(void)
{
	for (enum ry_status s = RY_OK + 1; s <= RY_ESTOP; s++) {
		ry_fail(s, "status %d", (int)s);
		CU_ASSERT_EQUAL(ry_failure(), s);
	}
	ry_fail_memory("a test");
	CU_ASSERT_EQUAL(ry_failure(), RY_ENOMEM);
}

static void status_belongs_to_the_thread(void)
{
	enum ry_status there[2] = { RY_OK, RY_OK };
	pthread_t thread;

	ry_fail(RY_EDATA, "here");
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, status_of_a_new_thread, there), 0);
	pthread_join(thread, NULL);
	CU_ASSERT_NOT_EQUAL(there[0], RY_OK);
	CU_ASSERT_EQUAL(there[1], RY_EBUSY);
	CU_ASSERT_EQUAL(ry_failure(), RY_EDATA);
	CU_ASSERT_STRING_EQUAL(ry_message(), "here");
}

static void exit_statuses(void)
{
	CU_ASSERT_EQUAL(ry_exit_status(RY_OK), 0);
	CU_ASSERT_EQUAL(ry_exit_status(RY_EINVAL), 2);
	CU_ASSERT_EQUAL(ry_exit_status(RY_EIO), 1);
	CU_ASSERT_EQUAL(ry_exit_status(RY_EDATA), 3);
	CU_ASSERT_EQUAL(ry_exit_status(RY_ESHAPE), 3);
	CU_ASSERT_EQUAL(ry_exit_status(RY_EMISSING), 4);
	CU_ASSERT_EQUAL(ry_exit_status(RY_ENUMERIC), 5);
	CU_ASSERT_EQUAL(ry_exit_status(RY_ECHECK), 1);
	CU_ASSERT_EQUAL(ry_exit_status(RY_ESTOP), 130);
}

static void memory_is_zeroed_and_aligned(void)
{
	real *p = ry_calloc(33, sizeof *p, "test");
	real zero[33] = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL((uintptr_t)p % RY_ALIGN, 0);
	CU_ASSERT_EQUAL(memcmp(p, zero, sizeof zero), 0);
	free(p);
}

static void impossible_memory_is_refused(void)
{
	ry_fail(RY_EDATA, "before");
	CU_ASSERT_PTR_NULL(ry_calloc(SIZE_MAX / 2, 4, "everything"));
	CU_ASSERT_EQUAL(ry_failure(), RY_ENOMEM);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "everything"));
}

static const struct tap_test tests[] = {
	{ "a failure keeps its sentence", sentence_is_kept },
	{ "a failure keeps its status beside the sentence", status_is_kept_beside_the_sentence },
	{ "each thread has its own last failure", status_belongs_to_the_thread },
	{ "a sentence may quote the last one", sentence_may_quote_the_last_one },
	{ "a sentence is one line that no terminal obeys", sentence_is_one_plain_line },
	{ "each status has its exit status", exit_statuses },
	{ "memory is zeroed and aligned", memory_is_zeroed_and_aligned },
	{ "impossible memory is refused with a sentence", impossible_memory_is_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("status", tests);
}
