/* export_tensorboard.c - a run as an event file.
 *
 * A record is its length (8 bytes), the masked check sum of these, the data, the masked check sum
 * of the data; all little-endian.  The data are a protobuf message, tensorflow.Event:
 *
 *     Event           1 wall_time double, 2 step int64, 3 file_version string, 5 summary Summary
 *     Summary         1 value, repeated
 *     Summary.Value   1 tag string, 2 simple_value float, 5 histo HistogramProto
 *     HistogramProto  1 min, 2 max, 3 num, 4 sum, 5 sum_squares double, 6 bucket_limit, 7 bucket
 *                     packed doubles
 *
 * The first record says file_version "brain.Event:2".
 */
#include "config.h"

#include "src/app/export/export.h"

#include <stdio.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/app/export/crc32c.h"
#include "src/base/file.h"

/* ---- protobuf ---- */

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

/* Bytes that grow; `failed` when there was no memory for them. */
struct bytes {
	unsigned char *data;
	size_t         n, room;
	int            failed;
};

static void put(struct bytes *b, const void *data, size_t n)
{
	if (b->n + n > b->room && !b->failed) {
		size_t room = 2 * (b->n + n) + 256;
		unsigned char *grown = realloc(b->data, room);

		b->failed = !grown;
		b->data = grown ? grown : b->data;
		b->room = grown ? room : b->room;
	}
	if (b->failed)
		return;
	if (n > 0)
		memcpy(b->data + b->n, data, n);
	b->n += n;
}

/* Little-endian. */
static void put_fixed(struct bytes *b, uint64_t v, int n)
{
	unsigned char byte[8];

	for (int k = 0; k < n; k++)
		byte[k] = (unsigned char)(v >> 8 * k);
	put(b, byte, (size_t)n);
}

/* Seven bits at a time, the lowest first. */
static void put_varint(struct bytes *b, uint64_t v)
{
	unsigned char byte;

	do {
		byte = (unsigned char)((v & 0x7F) | (v > 0x7F ? 0x80 : 0));
		put(b, &byte, 1);
	} while (v >>= 7);
}

static void put_key(struct bytes *b, int field, int type)
{
	put_varint(b, (uint64_t)field << 3 | (uint64_t)type);
}

static void put_raw_double(struct bytes *b, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof bits);
	put_fixed(b, bits, 8);
}

static void put_double(struct bytes *b, int field, double v)
{
	put_key(b, field, FIXED64);
	put_raw_double(b, v);
}

static void put_float(struct bytes *b, int field, float v)
{
	uint32_t bits;

	memcpy(&bits, &v, sizeof bits);
	put_key(b, field, FIXED32);
	put_fixed(b, bits, 4);
}

static void put_int(struct bytes *b, int field, int64_t v)
{
	put_key(b, field, VARINT);
	put_varint(b, (uint64_t)v);
}

static void put_string(struct bytes *b, int field, const void *data, size_t n)
{
	put_key(b, field, BYTES);
	put_varint(b, n);
	put(b, data, n);
}

/* A message inside of another; it is emptied. */
static void put_message(struct bytes *b, int field, struct bytes *inner)
{
	b->failed |= inner->failed;
	put_string(b, field, inner->data, inner->n);
	inner->n = 0;
}

/* ---- events ---- */

/* A file in the making, and messages that are filled again and again. */
struct events {
	struct bytes file, event, summary, value, histogram;
};

static void events_free(struct events *e)
{
	free(e->file.data);
	free(e->event.data);
	free(e->summary.data);
	free(e->value.data);
	free(e->histogram.data);
}

/* Frame what is in e->event, and empty it. */
static void end_record(struct events *e)
{
	size_t at = e->file.n;

	e->file.failed |= e->event.failed;
	put_fixed(&e->file, e->event.n, 8);
	if (!e->file.failed)
		put_fixed(&e->file, crc32c_masked(e->file.data + at, 8), 4);
	put(&e->file, e->event.data, e->event.n);
	put_fixed(&e->file, crc32c_masked(e->event.data, e->event.n), 4);
	e->event.n = 0;
}

/* What e->summary holds, as an event. */
static void end_summary(struct events *e, double time, int64_t step)
{
	put_double(&e->event, 1, time);
	put_int(&e->event, 2, step);
	put_message(&e->event, 5, &e->summary);
	end_record(e);
}

static void put_version(struct events *e, double time)
{
	put_double(&e->event, 1, time);
	put_string(&e->event, 3, "brain.Event:2", 13);
	end_record(e);
}

/* ---- scalars ---- */

void export_tag(char *to, size_t size, const char *column)
{
	static const char *const parts[] = { "train", "valid", "test", "eval" };

	for (int k = 0; k < 3; k++) {
		size_t n = strlen(parts[k]);

		if (strncmp(column, parts[k], n) == 0 && column[n] == '_' && column[n + 1]) {
			snprintf(to, size, "%s/%s", column + n + 1, parts[k]);
			return;
		}
	}
	snprintf(to, size, "%s", column);
}

static void put_scalar(struct events *e, const char *tag, double v)
{
	put_string(&e->value, 1, tag, strlen(tag));
	put_float(&e->value, 2, (float)v);
	put_message(&e->summary, 1, &e->value);
}

static int64_t whole_step(double step)
{
	return step >= 0 && step < 9e18 ? (int64_t)step : 0;
}

/* An event for each point with all that is known there. */
static enum ry_status put_points(struct events *e, const struct run_points *p, double start)
{
	const double *step = run_points_column(p, "step"), *time = run_points_column(p, "time");
	char (*tag)[300] = calloc((size_t)p->columns + 1, sizeof *tag);

	if (!tag)
		return ry_fail_memory("an event file");
	for (int k = 0; k < p->columns; k++)
		export_tag(tag[k], sizeof tag[k], p->name[k]);
	for (size_t i = 0; i < p->n; i++) {
		for (int k = 0; k < p->columns; k++)
			if (p->value[k] != step && p->value[k] != time && !isnan(p->value[k][i]))
				put_scalar(e, tag[k], p->value[k][i]);
		if (e->summary.n > 0)
			end_summary(e, start + (time && isfinite(time[i]) ? time[i] : 0),
			            step ? whole_step(step[i]) : (int64_t)i);
	}
	free(tag);
	return RY_OK;
}

/* ---- histograms ---- */

static double number_of(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

enum { COUNTS_MOST = 1024 };

/* Bucket k ends at limit k and begins at the one before; so there is an empty one that ends at the
 * lowest value. 0 when o is no histogram. */
static int put_histogram(struct events *e, const char *tag, const json_t *o)
{
	const json_t *counts = json_object_get(o, "counts");
	double low = number_of(o, "low"), high = number_of(o, "high"), mean = number_of(o, "mean"),
	       sd = number_of(o, "sd"), all = 0;
	size_t n = json_array_size(counts);

	for (size_t k = 0; k < n; k++)
		all += json_number_value(json_array_get(counts, k));
	if (n < 1 || n > COUNTS_MOST || !(all > 0) || !isfinite(all) || !isfinite(low) ||
	    !(high >= low) || !isfinite(high - low))
		return 0;
	mean = isfinite(mean) ? mean : (low + high) / 2;
	sd = isfinite(sd) ? sd : 0;
	put_double(&e->histogram, 1, low);
	put_double(&e->histogram, 2, high);
	put_double(&e->histogram, 3, all);
	put_double(&e->histogram, 4, mean * all);
	put_double(&e->histogram, 5, (mean * mean + sd * sd) * all);
	put_key(&e->histogram, 6, BYTES);
	put_varint(&e->histogram, 8 * (n + 1));
	for (size_t k = 0; k <= n; k++)
		put_raw_double(&e->histogram,
		               k == n ? high : low + (high - low) * (double)k / (double)n);
	put_key(&e->histogram, 7, BYTES);
	put_varint(&e->histogram, 8 * (n + 1));
	put_raw_double(&e->histogram, 0);
	for (size_t k = 0; k < n; k++)
		put_raw_double(&e->histogram, json_number_value(json_array_get(counts, k)));
	put_string(&e->value, 1, tag, strlen(tag));
	put_message(&e->value, 5, &e->histogram);
	put_message(&e->summary, 1, &e->value);
	return 1;
}

static void put_layers(struct events *e, const json_t *record, double start)
{
	static const char *const what[] = { "weights", "activations" };
	const json_t *list = json_object_get(record, "layers");
	double time = number_of(record, "time");

	for (size_t k = 0; k < json_array_size(list); k++) {
		const json_t *layer = json_array_get(list, k);
		const char *name = json_string_value(json_object_get(layer, "name"));
		char tag[300];

		for (int w = 0; name && w < 2; w++) {
			snprintf(tag, sizeof tag, "%s/%s", what[w], name);
			put_histogram(e, tag, json_object_get(layer, what[w]));
		}
	}
	if (e->summary.n > 0)
		end_summary(e, start + (isfinite(time) ? time : 0),
		            whole_step(number_of(record, "step")));
}

static enum ry_status put_all_layers(struct events *e, const char *run, double start)
{
	size_t room = strlen(run) + 20, n = 0;
	char *path = malloc(room), *line = NULL;
	ssize_t length;
	FILE *from;

	if (!path)
		return ry_fail_memory("a path");
	snprintf(path, room, "%s/metrics.jsonl", run);
	if (access(path, F_OK) != 0) {          /* nothing was logged */
		free(path);
		return RY_OK;
	}
	from = file_stream(path);
	free(path);
	if (!from)
		return ry_failure();
	while ((length = getline(&line, &n, from)) > 0) {
		json_t *record = strstr(line, "\"layers\"")
		                         ? json_loadb(line, (size_t)length, 0, NULL)
		                         : NULL;
		const char *kind = json_string_value(json_object_get(record, "kind"));

		if (kind && strcmp(kind, "layers") == 0)
			put_layers(e, record, start);
		json_decref(record);
	}
	free(line);
	fclose(from);
	return RY_OK;
}

/* ---- the file ---- */

/* "2026-01-31T12:00:00Z" in seconds since 1970; 0 when run.json does not say. */
static double start_of(const struct export_run *run)
{
	const char *text = json_string_value(json_object_get(run->info, "start"));
	struct tm tm = { 0 };

	if (!text || !strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return 0;
	return (double)timegm(&tm);
}

void export_event_name(const struct export_run *run, char *to, size_t size)
{
	const char *host = json_string_value(json_object_get(run->info, "host"));
	char clean[80];
	size_t n = 0;

	for (const char *c = host ? host : "unknown"; *c && n + 1 < sizeof clean; c++)
		clean[n++] =
			strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
		               *c)
				? *c
				: '_';
	clean[n] = '\0';
	snprintf(to, size, "events.out.tfevents.%010.0f.%s.riley", start_of(run), clean);
}

enum ry_status export_tensorboard(const struct export_run *run, int n, char **data, size_t *size)
{
	struct events e = { 0 };
	double start = start_of(run);
	enum ry_status status;

	(void)n;
	*data = NULL;
	put_version(&e, start);
	status = put_points(&e, run->points, start);
	if (status == RY_OK)
		status = put_all_layers(&e, run->path, start);
	if (status == RY_OK && e.file.failed)
		status = ry_fail_memory("an event file");
	if (status == RY_OK) {
		*data = (char *)e.file.data;
		*size = e.file.n;
		e.file.data = NULL;
	}
	events_free(&e);
	return status;
}
