/* config_file.h - the config file: sections of "option = value".
 *
 *     [riley]             common options, for every command
 *     threads = 2
 *     [kt train]          options of one command
 *     epochs = 20
 */
#ifndef RILEY_CLI_CONFIG_FILE_H
#define RILEY_CLI_CONFIG_FILE_H

#include <stddef.h>
#include "src/base/status.h"

struct config_entry {
	char *section, *name, *value;
	int   line;
};

struct config {
	char                *path;
	struct config_entry *entry;   /* (n), in file order */
	int                  n, room;
};

/* Read `path`, which may be a pipe.  RY_EDATA if it cannot be opened or is larger than a megabyte,
 * and ("path:line: ...") if a line is not a section, an entry or a comment, or has a NUL byte;
 * RY_EIO if reading fails later.  Release with config_clear(). */
enum ry_status config_read(struct config *c, const char *path);

/* The same of `size` bytes of text, which messages call `path`. */
enum ry_status config_read_text(struct config *c, const char *path, const char *text, size_t size);

/* The longest text that is read. */
#define CONFIG_MAX ((size_t)1 << 20)

/* The last entry named `name` in `section`, or NULL.  Borrowed. */
const struct config_entry *config_find(const struct config *c, const char *section,
                                       const char *name);

/* The default path of the config file: $XDG_CONFIG_HOME/riley/config, else
 * $HOME/.config/riley/config; NULL without either.  The caller frees it. */
char *config_default_path(void);

/* Free the entries; a zeroed config is allowed. */
void config_clear(struct config *c);

#endif
