/* bundled.h - locate the data files bundled with riley. */
#ifndef RILEY_DATASETS_TABLE_BUNDLED_H
#define RILEY_DATASETS_TABLE_BUNDLED_H

/* The path of a bundled file ("iris.csv"), or NULL if it is not found.  Searched in the directory
 * in the environment variable RILEY_DATADIR; in datasets/data beside the running program, as in a
 * build; in ../share/riley relative to it, as in a relocated installation; and in the installation
 * directory.  The caller frees it.  A name with a slash is never a bundled file. */
char *bundled_path(const char *name);

#endif
