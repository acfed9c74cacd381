/* human_scores.c - see human_scores.h. */
#include "config.h"
#include "rl/commands/human_scores.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <jansson.h>

#include "src/base/file.h"
#include "src/base/json_value.h"

/* Far more than anyone plays, or scores. */
enum { LARGEST_FILE = 1 << 28, LARGEST_RETURN = 1000000000 };

char *human_scores_path(void)
{
	const char *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME"), *between = "";
	char *path = NULL;

	/* A relative $XDG_DATA_HOME is to be ignored, says its specification. */
	if (!base || base[0] != '/') {
		base = home;
		between = "/.local/share";
	}
	if (!base || !*base)
		ry_fail(RY_EIO, "cannot save scores: neither XDG_DATA_HOME nor HOME is set");
	else if (asprintf(&path, "%s%s/riley/scores/human.jsonl", base, between) < 0) {
		path = NULL;
		ry_fail_memory("a path");
	}
	return path;
}

/* The options by which games of people are told apart. */
static json_t *options_json(const struct game_ops *g, const struct game_options *o)
{
	json_t *j = json_object();

	if (g->takes & GAME_STICKY)
		json_object_set_new(j, "sticky", json_real(o->sticky));
	if (g->takes & GAME_RAMPING)
		json_object_set_new(j, "ramping", json_boolean(o->ramping));
	if (g->takes & GAME_SLIPPERY)
		json_object_set_new(j, "slippery", json_boolean(o->slippery));
	if (g->takes & GAME_CORRECTED)
		json_object_set_new(j, "corrected", json_boolean(o->corrected));
	return j;
}

/* ---- writing ---- */

/* Every folder on the way to `path`. */
static enum ry_status make_folders(const char *path)
{
	char *part = strdup(path);
	enum ry_status s = part ? RY_OK : ry_fail_memory("a path");

	for (char *slash = part ? strchr(part + 1, '/') : NULL; slash && !s;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0777) != 0 && errno != EEXIST)
			s = ry_fail(RY_EIO,
			            "%s: cannot create the folder: %s", part, strerror(errno));
		*slash = '/';
	}
	free(part);
	return s;
}

static json_t *player_json(const char *name)
{
	json_t *j = json_string(name);
	char *clean = j ? NULL : strdup(name);

	if (!clean)
		return j;
	for (char *c = clean; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	j = json_string(clean);
	free(clean);
	return j;
}

/* The line, with an end of line before it when the last one in the file has none. */
static char *line_of(const struct game_ops *g, const struct game_options *o,
                     const struct human_score *s, int broken)
{
	char when[40] = "", *json, *line = NULL;
	time_t seconds = (time_t)s->time;
	struct tm utc;
	json_t *j;

	if (gmtime_r(&seconds, &utc))
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
	j = json_pack("{s:s, s:o, s:f, s:I, s:s, s:o}", "game", g->name, "options",
	              options_json(g, o), "return", s->value, "frames", (json_int_t)s->frames,
	              "time", when, "player", player_json(s->player ? s->player : ""));
	json = json_value_print(j, JSON_COMPACT | JSON_REAL_PRECISION(10));
	json_decref(j);
	if (json && asprintf(&line, "%s%s\n", broken ? "\n" : "", json) < 0)
		line = NULL;
	free(json);
	return line;
}

/* Nonzero if the last line of a file is incomplete: a process was killed while writing it. */
static int is_broken(int fd)
{
	char last;
	off_t size = lseek(fd, 0, SEEK_END);

	return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

enum ry_status human_scores_append(const char *path, const struct game_ops *g,
                                   const struct game_options *o, const struct human_score *s)
{
	enum ry_status status = make_folders(path);
	char *line;
	int fd;

	if (status)
		return status;
	status = file_open_own(path, O_APPEND, &fd);
	if (status)
		return status;
	line = line_of(g, o, s, is_broken(fd));
	status = line ? file_write(fd, path, line, strlen(line)) : ry_fail_memory("a score");
	if (!status)
		fsync(fd);                    /* where it can't be synced it stays where it is */
	if (close(fd) != 0 && !status)
		status = ry_fail(RY_EIO, "%s: closing failed: %s", path, strerror(errno));
	free(line);
	return status;
}

/* ---- reading ---- */

/* Count a line. */
static void take_line(const char *line, size_t length, const char *game, const json_t *options,
                      struct human_summary *sum)
{
	json_t *j = json_loadb(line, length, 0, NULL);
	const char *name = json_string_value(json_object_get(j, "game"));
	const json_t *value = json_object_get(j, "return"), *played = json_object_get(j, "options");

	if (!name || !json_is_number(value) || !json_is_object(played) ||
	    fabs(json_number_value(value)) > LARGEST_RETURN) {
		sum->skipped++;
	} else if (strcmp(name, game) == 0 && json_equal(played, options)) {
		double v = json_number_value(value);

		double before = sum->count ? sum->mean : v;

		sum->best = fmax(sum->best, v);          /* fmax() passes over NAN */
		sum->mean = before + (v - before) / (double)++sum->count;
		sum->squares += (v - before) * (v - sum->mean);
	}
	json_decref(j);
}

/* The options as they are read back: 0.1 as text and again as number. */
static json_t *as_written(json_t *o)
{
	char *text = json_value_print(o, JSON_COMPACT | JSON_REAL_PRECISION(10));
	json_t *j = text ? json_loads(text, 0, NULL) : NULL;

	free(text);
	json_decref(o);
	return j;
}

enum ry_status human_scores_summary(const char *path, const struct game_ops *g,
                                    const struct game_options *o, struct human_summary *sum)
{
	enum ry_status s;
	char *data;
	size_t size;
	json_t *options;

	*sum = (struct human_summary){ .best = NAN, .mean = NAN, .error = NAN };
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return RY_OK;
	s = file_read_all(path, LARGEST_FILE, &data, &size);
	if (s)
		return s;
	options = as_written(options_json(g, o));
	for (const char *line = data, *end; line < data + size; line = end + 1) {
		end = memchr(line, '\n', (size_t)(data + size - line));
		if (!end)
			end = data + size;
		if (end > line)
			take_line(line, (size_t)(end - line), g->name, options, sum);
	}
	if (sum->count > 1)
		sum->error = sqrt(sum->squares / (double)(sum->count - 1) / (double)sum->count);
	json_decref(options);
	free(data);
	return options ? RY_OK : ry_fail_memory("scores");
}

/* ---- forgetting ---- */

static int is_of(const char *line, size_t length, const char *game)
{
	json_t *j = json_loadb(line, length, 0, NULL);
	const char *name = json_string_value(json_object_get(j, "game"));
	int is = name && strcmp(name, game) == 0;

	json_decref(j);
	return is;
}

/* Move the lines that stay to the front of `data`; returns their length. */
static size_t keep_others(char *data, size_t size, const char *game, long *count)
{
	size_t kept = 0;

	for (char *line = data, *end; line < data + size; line = end) {
		end = memchr(line, '\n', (size_t)(data + size - line));
		end = end ? end + 1 : data + size;
		if (is_of(line, (size_t)(end - line), game)) {
			++*count;
			continue;
		}
		memmove(data + kept, line, (size_t)(end - line));
		kept += (size_t)(end - line);
	}
	return kept;
}

enum ry_status human_scores_forget(const char *path, const struct game_ops *g, long *count)
{
	struct file_part part;
	enum ry_status s;
	char *data;
	size_t size;

	*count = 0;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return RY_OK;
	s = file_read_all(path, LARGEST_FILE, &data, &size);
	if (s)
		return s;
	part = (struct file_part){ data, keep_others(data, size, g->name, count) };
	s = *count ? file_replace(path, &part, 1) : RY_OK;
	free(data);
	return s;
}
