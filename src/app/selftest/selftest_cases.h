/* selftest_cases.h - small runs with one known fault each, and healthy ones: what the diagnosis is
 * tested with.
 *
 * A fault is made by options that anybody could type, or by data that have it.  Every rule of
 * diagnosis_rules has at least one case.
 */
#ifndef RILEY_APP_SELFTEST_SELFTEST_CASES_H
#define RILEY_APP_SELFTEST_SELFTEST_CASES_H

#include "src/base/status.h"

struct selftest_case {
	const char *fault;           /* id of the rule that is to find it; NULL: healthy */
	const char *variant;         /* of several cases of a fault and a command; or NULL */
	/* write the data; NULL: there is no file */
	enum ry_status (*make)(const char *path, long seed);
	const char *words;           /* arguments of the program; %: the path of the data */
};

/* NULL words at the end. */
extern const struct selftest_case selftest_cases[];

#endif
