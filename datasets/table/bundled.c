/* bundled.c - see bundled.h. */
#include "datasets/table/bundled.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* folder/part/name if it is readable, or NULL. */
static char *readable(const char *folder, const char *part, const char *name)
{
	size_t size = strlen(folder) + strlen(part) + strlen(name) + 3;
	char *path = malloc(size);

	if (!path)
		return NULL;
	snprintf(path, size, "%s/%s/%s", folder, part, name);
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

/* The folder of the running program; 0 if the system does not tell. */
static int program_folder(char *folder, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", folder, size - 1);
	char *slash;

	if (n <= 0)
		return 0;
	folder[n] = '\0';
	slash = strrchr(folder, '/');
	if (!slash)
		return 0;
	*slash = '\0';
	return 1;
}

char *bundled_path(const char *name)
{
	const char *named = getenv("RILEY_DATADIR");
	char folder[4096], *path = NULL;

	if (!*name || strchr(name, '/'))
		return NULL;
	if (named && *named)
		path = readable(named, ".", name);
	if (!path && program_folder(folder, sizeof folder)) {
		path = readable(folder, "datasets/data", name);
		path = path ? path : readable(folder, "../share/riley", name);
	}
	return path ? path : readable(RILEY_PKGDATADIR, ".", name);
}
