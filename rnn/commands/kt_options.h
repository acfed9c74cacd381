/* kt_options.h - how the `riley kt` commands are told what a data file looks like. */
#ifndef RILEY_RNN_COMMANDS_KT_OPTIONS_H
#define RILEY_RNN_COMMANDS_KT_OPTIONS_H

#include "datasets/sequences/sequences.h"
#include "src/cli/command.h"

struct kt_data_options {
	int         format;              /* enum sequence_format */
	const char *student, *skill, *correct, *order, *sep;
	int         places, count_disorder;  /* set by commands; as in struct sequence_options */
};

#define KT_DATA_ROW(S, option, type, member, argument, help, choices) \
	{ option, 0, type, offsetof(S, data.member), argument, help, 0, 0, choices }

/* Rows for a command whose options struct S has a struct kt_data_options called `data`. */
#define KT_DATA_ROWS(S) \
	KT_DATA_ROW(S, "format", OPTION_CHOICE, format, NULL, "layout of the data file", \
		sequence_format_names), \
	KT_DATA_ROW(S, "student", OPTION_TEXT, student, "COLUMN", \
		"CSV: column with the student (default: found by its name, such as user_id)", \
		NULL), \
	KT_DATA_ROW(S, "skill", OPTION_TEXT, skill, "COLUMN", \
		"CSV: column with the exercise, which many files call skill (default: found by " \
		"its name, such as skill_id)", NULL), \
	KT_DATA_ROW(S, "correct", OPTION_TEXT, correct, "COLUMN", \
		"CSV: column with 1 for a right answer, 0 for a wrong one (default: found by its " \
		"name, such as correct)", NULL), \
	KT_DATA_ROW(S, "order", OPTION_TEXT, order, "COLUMN", \
		"CSV: column to sort each student's answers by; none: keep the order of the file " \
		"(default: found by its name, such as order_id)", NULL), \
	KT_DATA_ROW(S, "sep", OPTION_TEXT, sep, "CHAR", \
		"CSV: separator, one character or 'tab' (default: found in the header)", NULL)

/* Read a data file as the options say.  `report` may be NULL. */
struct sequences *kt_read(const char *path, const struct kt_data_options *o,
                          struct sequence_report *report, enum ry_status *status);

/* The data options among the options that run.json keeps of a `riley kt train`; their texts are
 * borrowed from `saved`.  Zero when these are no such options. */
int kt_train_data_options(struct kt_data_options *to, const json_t *saved);

#endif
