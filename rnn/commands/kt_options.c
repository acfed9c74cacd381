/* kt_options.c - see kt_options.h. */
#include "rnn/commands/kt_options.h"

struct sequences *kt_read(const char *path, const struct kt_data_options *o,
                          struct sequence_report *report, enum ry_status *status)
{
	struct sequence_options s = { .format = o->format, .student = o->student, .skill = o->skill,
	                              .correct = o->correct, .order = o->order,
	                              .places = o->places, .count_disorder = o->count_disorder };

	*status = o->sep ? sequences_separator(o->sep, &s.sep) : RY_OK;
	if (*status != RY_OK)
		return NULL;
	return sequences_read(path, &s, report, status);
}
