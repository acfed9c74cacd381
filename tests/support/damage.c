/* damage.c - see damage.h. */
#include "tests/support/damage.h"

#include <float.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/tap.h"

/* Overrides fsync() of the C library in programs that make damaged files: thousands of short-lived
 * files need not survive a power cut, and syncing them took minutes. */
int fsync(int fd)
{
	(void)fd;
	return 0;
}

static void give_up(const char *why)
{
	printf("Bail out! damage: %s: %s\n", why, ry_message());
	exit(99);
}

/* Write to a file of that name in the temporary directory, and open it; `w` is freed. */
static struct st_file *write_and_open(struct st_writer *w, const char *name)
{
	const char *path = temp(name);
	struct st_file *f;

	if (!w || st_write(w, path) != RY_OK)
		give_up("a file can't be written");
	st_writer_free(w);
	f = st_open(path, NULL);
	if (!f)
		give_up("a file can't be opened");
	return f;
}

/* Copies are made of this file later, so every file has its own name. */
struct st_file *damage_open(struct st_writer *w)
{
	static int n;
	char name[64];

	snprintf(name, sizeof name, "damage%d.safetensors", n++);
	return write_and_open(w, name);
}

static const char copy_name[] = "copy.safetensors";

/* The bytes of a file; the caller frees them. */
static unsigned char *bytes_of(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	unsigned char *bytes;

	if (!f || fseek(f, 0, SEEK_END) != 0)
		give_up(path);
	*n = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(*n);
	if (!bytes || fread(bytes, 1, *n, f) != *n)
		give_up(path);
	fclose(f);
	return bytes;
}

/* The metadata of a file, an object of strings; NULL when it has none.  The caller owns a
 * reference. */
static json_t *metadata_of(const struct st_file *of)
{
	size_t n, length = 0;
	unsigned char *bytes = bytes_of(st_path(of), &n);
	json_t *header, *meta;

	for (int k = 7; k >= 0; k--)
		length = length << 8 | bytes[k];
	header = json_loadb((const char *)bytes + 8, length, 0, NULL);
	meta = json_incref(json_object_get(header, "__metadata__"));
	json_decref(header);
	free(bytes);
	return meta;
}

size_t damage_size(enum st_type type)
{
	switch (type) {
	case ST_F32: return 4;
	case ST_F64: return 8;
	case ST_I32: return 4;
	case ST_I64: return 8;
	case ST_U8:  return 1;
	}
	return 0;
}

static void add_meta(struct st_writer *w, const struct st_file *of, const char *except)
{
	json_t *meta = metadata_of(of), *value;
	const char *key;

	json_object_foreach(meta, key, value)
		if (!except || strcmp(key, except) != 0)
			st_set_meta(w, key, json_string_value(value));
	json_decref(meta);
}

static void add_tensors(struct st_writer *w, const struct st_file *of, damage_tensor change,
                        void *arg)
{
	const struct st_tensor *from;

	for (int k = 0; (from = st_tensor_at(of, k)); k++) {
		struct st_tensor t = *from;
		size_t bytes = t.count * damage_size(t.type);
		void *data = calloc(8 * bytes + 64, 1);

		if (!data)
			give_up("no memory");
		memcpy(data, t.data, bytes);
		if ((!change || change(&t, data, arg)) &&
		    st_add(w, t.name, t.type, t.dims, t.shape, data) != RY_OK)
			give_up(t.name);
		free(data);
	}
}

struct st_file *damage_tensors(const struct st_file *of, damage_tensor change, void *arg)
{
	struct st_writer *w = st_writer_alloc();

	add_meta(w, of, NULL);
	add_tensors(w, of, change, arg);
	return write_and_open(w, copy_name);
}

/* ---- one tensor of a file ---- */

struct change {
	int    k, seen;              /* index of the tensor; tensors seen so far */
	enum damage_way way;
	size_t item;
	double v;
};

static int change_shape(struct st_tensor *t, void *data, void *arg)
{
	struct change *c = arg;

	(void)data;
	if (c->seen++ != c->k)
		return 1;
	if (t->dims == 0)                /* treat a scalar as a vector of one */
		t->dims = 1, t->shape[0] = 1;
	switch (c->way) {
	case DAMAGE_ONE_MORE:
		t->shape[0]++;
		break;
	case DAMAGE_ONE_LESS:
		t->shape[0] -= t->shape[0] > 0;
		break;
	case DAMAGE_OTHER_TYPE:
		t->type = damage_size(t->type) == 1 ? ST_F32 : ST_U8;
		break;
	case DAMAGE_LEFT_OUT:
	case DAMAGE_WAYS:
		return 0;
	}
	return 1;
}

struct st_file *damage_shape(const struct st_file *of, int k, enum damage_way way)
{
	struct change c = { .k = k, .way = way };

	return damage_tensors(of, change_shape, &c);
}

static int change_item(struct st_tensor *t, void *data, void *arg)
{
	struct change *c = arg;
	double v = c->v;
	int64_t whole = isnan(v) || v < -9e18 ? INT64_MIN : v >= 9e18 ? INT64_MAX : (int64_t)v;

	if (c->seen++ != c->k)
		return 1;
	switch (t->type) {
	case ST_F32:
		((float *)data)[c->item] = (float)(fabs(v) > FLT_MAX ? copysign(INFINITY, v) : v);
		break;
	case ST_F64: ((double *)data)[c->item] = v; break;
	case ST_I32:
		((int32_t *)data)[c->item] = (int32_t)(whole > INT32_MAX   ? INT32_MAX
		                                       : whole < INT32_MIN ? INT32_MIN
		                                                           : whole);
		break;
	case ST_I64: ((int64_t *)data)[c->item] = whole; break;
	case ST_U8:  ((uint8_t *)data)[c->item] = (uint8_t)whole; break;
	}
	return 1;
}

struct st_file *damage_item(const struct st_file *of, int k, size_t item, double v)
{
	struct change c = { .k = k, .item = item, .v = v };

	return damage_tensors(of, change_item, &c);
}

int damage_find(const struct st_file *of, const char *name)
{
	const struct st_tensor *t;
	int k = 0;

	while ((t = st_tensor_at(of, k)) && strcmp(t->name, name) != 0)
		k++;
	if (!t)
		give_up(name);
	return k;
}

/* ---- other changes ---- */

struct st_file *damage_meta(const struct st_file *of, const char *key, const char *value)
{
	struct st_writer *w = st_writer_alloc();

	add_meta(w, of, key);
	if (value && st_set_meta(w, key, value) != RY_OK)
		give_up(key);
	add_tensors(w, of, NULL, NULL);
	return write_and_open(w, copy_name);
}

size_t damage_bits(const struct st_file *of)
{
	size_t n;

	free(bytes_of(st_path(of), &n));
	return 8 * n;
}

struct st_file *damage_bit(const struct st_file *of, size_t bit)
{
	const char *path = temp(copy_name);
	size_t n;
	unsigned char *bytes = bytes_of(st_path(of), &n);
	FILE *f;

	bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	f = fopen(path, "wb");
	if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
		give_up(path);
	free(bytes);
	return st_open(path, NULL);
}
