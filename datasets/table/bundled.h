/* bundled.h - where the data files that come with riley are. */
#ifndef RILEY_DATASETS_TABLE_BUNDLED_H
#define RILEY_DATASETS_TABLE_BUNDLED_H

/* The path of a bundled file ("iris.csv"), or NULL when it is nowhere: in the folder of the
 * environment's RILEY_DATADIR; in datasets/data beside the running program, as in a build; in
 * ../share/riley from there, as in an installation that was moved; where riley was installed.
 * The caller frees it.  A name with a slash is never a bundled file. */
char *bundled_path(const char *name);

#endif
