/* joined.h - exercises whose name looks like those of several skills: "1~~9", "1,9", "1;9".
 *
 * Files with one row per answer name all skills of an exercise in one field.  Read as a name, each
 * combination becomes an exercise of its own, and nothing is known of its parts.
 */
#ifndef RILEY_DATASETS_SEQUENCES_JOINED_H
#define RILEY_DATASETS_SEQUENCES_JOINED_H

#include "datasets/sequences/sequences.h"

/* Count the exercises of `s` whose name is two parts or more between separators: "~~", or one of
 * , ; | + & _ where each part is a name of `s`, or, but for + & and _, a number.  `example`
 * receives the first of them, quoted and shortened for a message; "" when there is none.
 * RY_ENOMEM. */
enum ry_status sequences_joined(const struct sequences *s, int *count, char example[64]);

#endif
