/* short_memory.h - whether memory was short in the JSON library.
 *
 * Without memory jansson returns what it also returns for text that is no JSON, or leaves a value
 * out.  So its allocations are watched, and a command in which one has failed ends as out of
 * memory, whatever it took that for.  The text that is being read has a reserve, without which
 * jansson could end the process.  Process-wide, as jansson's allocation functions are.
 */
#ifndef RILEY_CLI_SHORT_MEMORY_H
#define RILEY_CLI_SHORT_MEMORY_H

#include "src/base/status.h"

/* Watch jansson's allocations from here on; once, before the first of them. */
void short_memory_watch(void);

/* The status of a command that ended with `status`, and its message: RY_ENOMEM if one of the
 * allocations since the last call has failed.  A command that was stopped stays stopped. */
enum ry_status short_memory_status(enum ry_status status);

#endif
