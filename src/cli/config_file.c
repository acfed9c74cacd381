/* config_file.c - see config_file.h.  inih does the parsing; line numbers are counted while it
 * reads. */
#include "src/cli/config_file.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/file.h"

struct reader {
	struct config *to;
	const char    *at, *end;      /* what has not been read yet */
	int            line;          /* lines begun so far */
	int            inside;        /* the last piece read did not end its line */
	int            too_long;      /* first line that did not fit inih's buffer, or 0 */
	int            failed;        /* memory ran out */
};

/* fgets() for inih that counts lines.  A line that comes in pieces is longer than inih takes. */
static char *read_line(char *into, int size, void *stream)
{
	struct reader *r = stream;
	size_t left = (size_t)(r->end - r->at),
	       length = left < (size_t)size ? left : (size_t)size - 1;
	const char *newline = memchr(r->at, '\n', length);

	if (left == 0)
		return NULL;
	if (newline)
		length = (size_t)(newline + 1 - r->at);
	memcpy(into, r->at, length);
	into[length] = '\0';
	r->at += length;
	if (r->inside && !r->too_long)
		r->too_long = r->line;
	if (!r->inside)
		r->line++;
	r->inside = newline == NULL;
	return into;
}

static int add_entry(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;
	struct config *c = r->to;
	struct config_entry *e;

	if (c->n == c->room) {
		int room = c->room ? 2 * c->room : 16;
		void *bigger = realloc(c->entry, (size_t)room * sizeof *c->entry);

		if (!bigger) {
			r->failed = 1;
			return 0;
		}
		c->entry = bigger;
		c->room = room;
	}
	e = &c->entry[c->n++];
	e->section = strdup(section);
	e->name = strdup(name);
	e->value = strdup(value ? value : "");
	e->line = r->line;
	if (!e->section || !e->name || !e->value)
		r->failed = 1;
	return !r->failed;
}

/* inih would end a line at a NUL byte. */
static enum ry_status check_text(const struct reader *r)
{
	const char *nul = memchr(r->at, '\0', (size_t)(r->end - r->at));
	int line = 1;

	for (const char *c = r->at; nul && c < nul; c++)
		line += *c == '\n';
	return nul ? ry_fail(RY_EDATA, "%s:%d: a NUL byte, expected text", r->to->path, line)
	           : RY_OK;
}

static enum ry_status parse(struct reader *r)
{
	int wrong = ini_parse_stream(read_line, r, add_entry, r);
	const char *path = r->to->path;

	if (r->failed || wrong == -2)
		return ry_fail_memory("the config file");
	if (r->too_long)
		return ry_fail(RY_EDATA, "%s:%d: the line is too long", path, r->too_long);
	if (wrong > 0)
		return ry_fail(RY_EDATA, "%s:%d: expected [section] or option = value", path,
		               wrong);
	return RY_OK;
}

enum ry_status config_read_text(struct config *c, const char *path, const char *text, size_t size)
{
	struct reader r = { .to = c, .at = text, .end = text + size };
	enum ry_status s;

	memset(c, 0, sizeof *c);
	c->path = strdup(path);
	if (!c->path)
		return ry_fail_memory("the config file");
	s = check_text(&r);
	return s == RY_OK ? parse(&r) : s;
}

enum ry_status config_read(struct config *c, const char *path)
{
	char *text;
	size_t size;
	enum ry_status s = file_read_small(path, CONFIG_MAX, &text, &size);

	memset(c, 0, sizeof *c);
	if (s != RY_OK)
		return s;
	s = config_read_text(c, path, text, size);
	free(text);
	return s;
}

const struct config_entry *config_find(const struct config *c, const char *section,
                                       const char *name)
{
	for (int k = c->n - 1; k >= 0; k--)
		if (strcmp(c->entry[k].section, section) == 0 &&
		    strcmp(c->entry[k].name, name) == 0)
			return &c->entry[k];
	return NULL;
}

char *config_default_path(void)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	const char *between = "";
	size_t size;
	char *path;

	/* A relative $XDG_CONFIG_HOME is to be ignored, says its specification. */
	if (!base || base[0] != '/') {
		if (!home || !*home)
			return NULL;
		base = home;
		between = "/.config";
	}
	size = strlen(base) + strlen(between) + sizeof "/riley/config";
	path = malloc(size);
	if (path)
		snprintf(path, size, "%s%s/riley/config", base, between);
	return path;
}

void config_clear(struct config *c)
{
	for (int k = 0; k < c->n; k++) {
		free(c->entry[k].section);
		free(c->entry[k].name);
		free(c->entry[k].value);
	}
	free(c->entry);
	free(c->path);
	memset(c, 0, sizeof *c);
}
