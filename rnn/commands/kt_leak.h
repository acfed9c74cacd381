/* kt_leak.h - students whose answers a model has already seen: the same sequence of exercises and
 * answers in the training data and in data that are to be scored. */
#ifndef RILEY_RNN_COMMANDS_KT_LEAK_H
#define RILEY_RNN_COMMANDS_KT_LEAK_H

#include <jansson.h>
#include "datasets/sequences/sequences.h"
#include "src/cli/command.h"

/* Sequences with fewer answers than this are alike by chance. */
enum { KT_LEAK_ANSWERS = 5 };

/* How many students of `s` are also among the first n of `known`: with the same answers, or, where
 * both have names, with the same name and answers of which one begins as the other; 0 when no more
 * are alike than chance explains.  The two may number their exercises differently.  RY_ENOMEM. */
enum ry_status kt_leak_count(const struct sequences *s, const struct sequences *known, int n,
                             int *leaked);

/* The same, as a note to `cli` about the test data at `path`. */
enum ry_status kt_leak_tell(const struct cli *cli, const char *path, const struct sequences *s,
                            const struct sequences *known, int n);

/* The same with the training data that a run's `info` (run.json) names; nothing when that file is
 * gone, is no regular file, or has changed.  RY_ENOMEM. */
enum ry_status kt_leak_tell_run(const struct cli *cli, const char *path, const struct sequences *s,
                                const json_t *info);

#endif
