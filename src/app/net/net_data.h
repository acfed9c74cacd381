/* net_data.h - where the `riley net` commands get their rows from. */
#ifndef RILEY_APP_NET_NET_DATA_H
#define RILEY_APP_NET_NET_DATA_H

#include "datasets/table/table.h"
#include "src/app/net/net_model.h"
#include "src/cli/command.h"

struct net_data_options {
	const char *target, *sep;
	int         header;              /* enum table_header */
	int         points;
	double      noise;
};

extern const char *const net_headers[];

#define NET_DATA_ROW(S, option, type, member, argument, help, low, high, choices) \
	{ option, 0, type, offsetof(S, data.member), argument, help, low, high, choices }

/* Rows for a command whose options struct S has a struct net_data_options called `data`. */
#define NET_DATA_ROWS(S) \
	NET_DATA_ROW(S, "target", OPTION_TEXT, target, "COLUMN", \
		"column to predict, by name or by number from 1 (default: the last column)", \
		0, 0, NULL), \
	NET_DATA_ROW(S, "header", OPTION_CHOICE, header, NULL, \
		"whether the first line holds column names", 0, 0, \
		net_headers), \
	NET_DATA_ROW(S, "sep", OPTION_TEXT, sep, "CHAR", \
		"column separator, one character or 'tab' (default: found in the file)", \
		0, 0, NULL), \
	NET_DATA_ROW(S, "points", OPTION_INT, points, "N", \
		"generated data (gen:...): number of points", 1, 1e7, NULL), \
	NET_DATA_ROW(S, "noise", OPTION_REAL, noise, "X", \
		"generated data (gen:...): standard deviation of the noise added to the " \
		"coordinates", 0, 1e6, NULL)

/* 1000 points, noise 0.05. */
void net_data_defaults(struct net_data_options *o);

/* The rows of FILE: a table on disk ("-": standard input), a bundled one ("iris"), or points to be
 * generated from `seed` ("gen:moons").  With `fits`, the table has that model's features and
 * classes.  NULL with ry_message() and *status.  The caller owns the table. */
struct table *net_data_read(const char *file, const struct net_data_options *o,
                            enum table_target kind, const struct net_model *fits, long seed,
                            enum ry_status *status);

/* Whether there is such a file or generator, without reading it: RY_EDATA, RY_EINVAL. */
enum ry_status net_data_look(const char *file);

/* What to call the data in a run's name: the file's name without "gen:". */
const char *net_data_name(const char *file);

/* A 64-bit fingerprint (FNV-1a) of all that a model sees of a table. */
unsigned long long net_data_fingerprint(const struct table *t);

/* Deal rows into two parts: `taken` gets about `share` of them, the same share of each class, and
 * `kept` the others, each in the order of the table.  Both are made anew; an empty part is NULL.
 * Neither is empty unless share is 0 or there are fewer than 2 rows. */
enum ry_status net_data_split(const struct table *t, double share, gsl_rng *rng,
                              struct table **kept, struct table **taken);

#endif
