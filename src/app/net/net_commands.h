/* net_commands.h - shared by the `riley net` commands. */
#ifndef RILEY_APP_NET_NET_COMMANDS_H
#define RILEY_APP_NET_NET_COMMANDS_H

#include <stdio.h>
#include "src/app/net/net_data.h"
#include "src/app/net/net_model.h"
#include "src/app/net/net_report.h"
#include "src/app/training/training.h"

struct net_train_command {
	struct training_options training;
	struct net_data_options data;
	const char *layers, *test;
	int         loss, init, top, task;
	double      delta, gain, dropout, test_split;
	int         split_rule;                 /* enum net_split_rule; no option */
};

/* The data of a run, split. */
struct net_parts {
	struct table *train, *valid, *test;     /* valid and test may be NULL */
	struct net_data_source source;
};

/* Read and split the data of a run; `file` and `test` are its data files (test may be NULL), and
 * `fits` is the run's model if it exists.  What was found in them is told to `cli`, unless NULL.
 * *fingerprint is that of `file`. */
enum ry_status net_parts_read(struct net_parts *p, const struct cli *cli,
                              const struct net_train_command *o, const char *file,
                              const char *test, enum table_target kind,
                              const struct net_model *fits, long seed,
                              unsigned long long *fingerprint);
void net_parts_free(struct net_parts *p);

/* The options by which the data of a run were read and split, from run.json's "data". */
void net_data_as_trained(struct net_train_command *o, const json_t *data);

/* RY_EDATA unless the fingerprint is the one under `key` in run.json's "data", or there is none. */
enum ry_status net_data_unchanged(const json_t *data, const char *key,
                                  unsigned long long fingerprint, const char *file);

/* Defaults of `riley net train`, whose options a run keeps. */
void net_train_defaults(void *options);

/* Print a report: as text under the heading `what`, or with --json as one object extended by `more`
 * (taken over; or NULL) and the notes. */
enum ry_status net_print_report(const struct cli *cli, const struct net_report *r, const char *what,
                                json_t *more);

/* Measures of a model on a table. */
enum ry_status net_score(struct net_report *r, const struct net_model *m, const struct table *t,
                         int top);

#define NET_COMMANDS(row) \
	row(net_train) \
	row(net_eval) \
	row(net_predict)

NET_COMMANDS(COMMAND_DECLARE)

/* All of them, NULL-terminated. */
extern const struct command *const net_commands[];

#endif
