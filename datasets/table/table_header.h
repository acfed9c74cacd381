/* table_header.h - whether the first row of a table holds names or data.
 *
 * Private to the reader of tables; not installed.
 */
#ifndef RILEY_DATASETS_TABLE_TABLE_HEADER_H
#define RILEY_DATASETS_TABLE_TABLE_HEADER_H

#include "datasets/text/source.h"

/* Compare the first row of `from` with the rows below it, as far as they are in the buffer.  A row
 * is a header if its types differ from those of its columns: a word above numbers, a number above
 * words, whole numbers above decimals, quotes above none, a word that is none of the few classes
 * below it.  Whole numbers that count (0, 1, 2: the
 * names that pandas gives) or are years are a header too, unless the rows below do the same.  A row
 * without numbers is a header unless its words occur again.  *header is set; nothing is consumed.
 * RY_ENOMEM on failure. */
enum ry_status table_header_look(const struct source *from, char sep, int *header);

#endif
