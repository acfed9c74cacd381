/* reader.h - what a reader of a sequence format is, and how it builds its result.
 *
 * Shared by the readers of this folder and not installed.  A new format is one file with a `const
 * struct sequence_reader NAME_reader` at its end, and a row in SEQUENCE_FORMATS (sequences.h).
 */
#ifndef RILEY_DATASETS_SEQUENCES_READER_H
#define RILEY_DATASETS_SEQUENCES_READER_H

#include "datasets/sequences/sequences.h"
#include "datasets/text/source.h"

/* The result as it grows.  exercise[] holds the ids of the file until building_finish_...(). */
struct building {
	struct sequences *s;
	size_t            room_answers;
	int               room_students;
};

struct sequence_reader {
	/* Nonzero when a file that begins with this line (n bytes) may be of this format. */
	int (*recognise)(const char *line, size_t n);

	/* Read all of `from` into `b`, with the exercises numbered and named; `report` is
	 * zeroed. */
	enum ry_status (*read)(struct source *from, const struct sequence_options *options,
	                       struct sequence_report *report, struct building *b);

	/* Nonzero when these data can be written in this format. */
	int (*writable)(const struct sequences *s);

	void (*write)(const struct sequences *s, FILE *to);
};

#define SEQUENCE_READER(format, reader, name, about) \
	extern const struct sequence_reader reader##_reader;

SEQUENCE_FORMATS(SEQUENCE_READER)

/* writable() of formats that take all data. */
int sequences_always_writable(const struct sequences *s);

/* Make room for `answers` more answers after s->answers; what is there so far stays. */
enum ry_status building_room(struct building *b, size_t answers);

/* Close a student: the answers since the last close, up to s->answers, belong to it. */
enum ry_status building_student(struct building *b);

/* Number the exercises: the ids in exercise[] in increasing order become 0..M-1. */
enum ry_status building_number(struct building *b);

#endif
