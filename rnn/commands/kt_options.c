/* kt_options.c - see kt_options.h. */
#include "rnn/commands/kt_options.h"

#include <string.h>

struct sequences *kt_read(const char *path, const struct kt_data_options *o,
                          struct sequence_report *report, enum ry_status *status)
{
	struct sequence_options s = { .format = o->format, .student = o->student, .skill = o->skill,
	                              .correct = o->correct, .order = o->order };

	if (o->sep && strcmp(o->sep, "tab") == 0) {
		s.sep = '\t';
	} else if (o->sep) {
		if (strlen(o->sep) != 1 || strchr("\"\r\n", o->sep[0])) {
			*status = ry_fail(RY_EINVAL,
			                  "--sep '%.40s': expected one character other than a "
			                  "quote, or 'tab'",
			                  o->sep);
			return NULL;
		}
		s.sep = o->sep[0];
	}
	return sequences_read(path, &s, report, status);
}
