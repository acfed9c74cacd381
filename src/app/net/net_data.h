/* net_data.h - the data of the `riley net` commands. */
#ifndef RILEY_APP_NET_NET_DATA_H
#define RILEY_APP_NET_NET_DATA_H

#include "datasets/table/table.h"
#include "src/app/net/net_model.h"
#include "src/cli/command.h"

struct net_data_options {
	const char *target, *sep;
	struct option_list ignore;
	int         header;              /* enum table_header; of --header only the first three */
	int         points;
	double      noise;
};

extern const char *const net_headers[];

#define NET_DATA_ROW(S, option, type, member, argument, help, low, high, choices) \
	{ option, 0, type, offsetof(S, data.member), argument, help, low, high, choices }

/* Rows for a command whose options struct S has a struct net_data_options called `data`;
 * TARGET says which column is predicted by default. */
#define NET_DATA_ROWS(S, TARGET) \
	NET_DATA_ROW(S, "target", OPTION_TEXT, target, "COLUMN", \
		"column to predict, by name or by number from 1 (default: " TARGET ")", \
		0, 0, NULL), \
	NET_DATA_ROW(S, "header", OPTION_CHOICE, header, NULL, \
		"whether the first line holds column names", 0, 0, \
		net_headers), \
	NET_DATA_ROW(S, "sep", OPTION_TEXT, sep, "CHAR", \
		"column separator: one character, 'tab' or 'blank' (default: found in the file)", \
		0, 0, NULL), \
	NET_DATA_ROW(S, "ignore", OPTION_LIST, ignore, "COLUMN", \
		"column to leave out, such as a row number; may be repeated", \
		0, 0, NULL), \
	NET_DATA_ROW(S, "points", OPTION_INT, points, "N", \
		"generated data (gen:...): number of points", 1, 1e7, NULL), \
	NET_DATA_ROW(S, "noise", OPTION_REAL, noise, "X", \
		"generated data (gen:...): standard deviation of the noise added to the " \
		"coordinates", 0, 1e6, NULL)

/* 1000 points, noise 0.05. */
void net_data_defaults(struct net_data_options *o);

/* Read FILE: a table on disk ("-": standard input), a bundled one ("iris"), or points generated
 * from `seed` ("gen:moons").  With `fits`, the table has that model's features and classes.  NULL
 * with ry_message() and *status set.  The caller owns the table. */
struct table *net_data_read(const char *file, const struct net_data_options *o,
                            enum table_target kind, const struct net_model *fits, long seed,
                            enum ry_status *status);

/* Check that the file or generator exists without reading it: RY_EDATA, RY_EINVAL. */
enum ry_status net_data_look(const char *file);

/* The name of the data for a run's name: the file name without "gen:". */
const char *net_data_name(const char *file);

/* A 64-bit fingerprint (FNV-1a) of everything in a table that a model sees. */
unsigned long long net_data_fingerprint(const struct table *t);

/* How a table was read: for reports, run.json and --json. */
struct net_data_source {
	int  rows;
	int  header;                 /* the first row held names; -1: generated, there is no file */
};

struct net_data_source net_data_source(const struct table *t);

/* "header found, 90 rows" or "no header, 90 rows" in `text`; "" for generated data. */
const char *net_data_source_text(const struct net_data_source *s, char text[60]);

/* true, false, or null for generated data. */
json_t *net_data_header_json(const struct net_data_source *s);

/* Say whether the first row of FILE was a header, and what was decided about its columns: a fact or
 * note each.  `trained`: the table is to be learnt from, and not only used; then options that were
 * typed in vain for such data are named, too. */
void net_data_tell(const struct cli *cli, const char *file, const struct table *t, int trained);

/* How rows are shared out.  Runs keep the rule by which they were begun. */
enum net_split_rule {
	NET_SPLIT_EVERY = 1,     /* every n-th row in the order by class: of a rare class perhaps
	                          * none is kept.  Runs of riley 4 and before */
	NET_SPLIT_DRAWN          /* a share of each class, and who gets the remainder is drawn;
	                          * of each class at least one row is kept */
};

/* Stratified split: `taken` gets about `share` of the rows of each class, `kept` the others, each
 * in table order.  Both are new tables; an empty part is NULL.  `kept` is not empty, and `taken` is
 * not unless share is 0, there are fewer than 2 rows, or no class has two. */
enum ry_status net_data_split(const struct table *t, double share, enum net_split_rule rule,
                              gsl_rng *rng, struct table **kept, struct table **taken);

#endif
