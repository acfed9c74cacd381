/* safetensors.c - see safetensors.h.
 *
 * Written files also satisfy stricter readers: tensors are contiguous, the header starts with '{'
 * and is padded with spaces so that the data start on a multiple of 64 bytes, and wide types come
 * first, so every tensor is aligned for its type.
 */
#include "src/base/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <jansson.h>

#include "src/base/file.h"
#include "src/base/json_value.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors files are little-endian; this code copies numbers as they lie in memory"
#endif

/* jansson needs about 15 bytes per byte of the header, so this also limits what a hostile file can
 * make us allocate.  (The reference library allows 100 MB.) Real headers have a few kB. */
#define HEADER_MAX ((size_t)32 << 20)

#define LENGTH_BYTES 8
#define DATA_ALIGN   64
#define DIMS_MAX     4
#define META_KEY     "__metadata__"

static const struct {
	const char *name;
	size_t      size;
} types[] = {
	[ST_F32] = { "F32", 4 },
	[ST_F64] = { "F64", 8 },
	[ST_I32] = { "I32", 4 },
	[ST_I64] = { "I64", 8 },
	[ST_U8]  = { "U8", 1 },
};

#define N_TYPES ((int)(sizeof types / sizeof types[0]))

/* Number of elements and bytes of a shape; 0 if a product overflows. */
static int shape_size(int dims, const size_t *shape, enum st_type type, size_t *count,
                      size_t *bytes)
{
	*count = 1;
	for (int d = 0; d < dims; d++)
		if (__builtin_mul_overflow(*count, shape[d], count))
			return 0;
	return !__builtin_mul_overflow(*count, types[type].size, bytes);
}

/* ---- writing ---- */

struct entry {
	char        *name;
	enum st_type type;
	int          dims;
	size_t       shape[DIMS_MAX];
	size_t       count, bytes;
	void        *own;            /* NULL: the data are borrowed */
	const void  *data;
};

struct st_writer {
	json_t       *meta;
	struct entry *entry;
	size_t        n, room;
};

struct st_writer *st_writer_alloc(void)
{
	struct st_writer *w = calloc(1, sizeof *w);

	if (!w || !(w->meta = json_object())) {
		ry_fail_memory("a model file");
		st_writer_free(w);
		return NULL;
	}
	return w;
}

void st_writer_free(struct st_writer *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n; i++) {
		free(w->entry[i].name);
		free(w->entry[i].own);
	}
	free(w->entry);
	json_decref(w->meta);
	free(w);
}

/* What a text is refused with by jansson, which does not tell one that is not UTF-8 from a lack of
 * memory; malloc() does, in errno.  `format` takes the name. */
static enum ry_status refused(const char *format, const char *name)
{
	if (errno == ENOMEM)
		return ry_fail_memory("a model file");
	return ry_fail(RY_EINVAL, format, name);
}

enum ry_status st_set_meta(struct st_writer *w, const char *key, const char *value)
{
	json_t *text;

	errno = 0;
	text = json_string(value);
	if (!text)
		return refused("metadata \"%s\": the text is not UTF-8", key);
	if (json_object_set_new(w->meta, key, text) != 0)
		return refused("metadata: the key \"%s\" is not UTF-8", key);
	return RY_OK;
}

/* Append an entry for a tensor with a copy of its name and, unless its data are borrowed, memory
 * for them.  NULL on failure. */
static struct entry *new_entry(struct st_writer *w, const char *name, enum st_type type, int dims,
                               const size_t *shape, const void *lent, enum ry_status *status)
{
	struct entry e = { .type = type, .dims = dims, .data = lent };
	json_t *utf8;

	*status = RY_OK;
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->entry[i].name, name) == 0)
			*status = ry_fail(RY_EINVAL, "tensor %s: added twice", name);
	if (strcmp(name, META_KEY) == 0)
		*status = ry_fail(RY_EINVAL, "a tensor can't be called " META_KEY);
	if (dims < 0 || dims > DIMS_MAX)
		*status = ry_fail(RY_EINVAL, "tensor %s: %d dimensions, expected 0 to %d", name,
		                  dims, DIMS_MAX);
	else if (!shape_size(dims, shape, type, &e.count, &e.bytes))
		*status = ry_fail(RY_EINVAL, "tensor %s: its size overflows", name);
	errno = 0;
	if (!(utf8 = json_string(name)))
		*status = refused("tensor %s: its name is not UTF-8", name);
	json_decref(utf8);
	if (*status != RY_OK)
		return NULL;
	if (w->n == w->room) {
		size_t room = w->room ? 2 * w->room : 16;
		struct entry *grown = reallocarray(w->entry, room, sizeof *grown);

		if (!grown) {
			*status = ry_fail_memory("a model file");
			return NULL;
		}
		w->entry = grown;
		w->room = room;
	}
	for (int d = 0; d < dims; d++)
		e.shape[d] = shape[d];
	e.name = strdup(name);
	if (!lent)
		e.data = e.own = malloc(e.bytes ? e.bytes : 1);
	if (!e.name || !e.data) {
		free(e.name);
		free(e.own);
		*status = ry_fail_memory("a tensor of a model file");
		return NULL;
	}
	w->entry[w->n] = e;
	return &w->entry[w->n++];
}

enum ry_status st_add(struct st_writer *w, const char *name, enum st_type type, int dims,
                      const size_t *shape, const void *data)
{
	enum ry_status status;
	struct entry *e = new_entry(w, name, type, dims, shape, NULL, &status);

	if (e && e->bytes > 0)
		memcpy(e->own, data, e->bytes);
	return status;
}

enum ry_status st_lend(struct st_writer *w, const char *name, enum st_type type, int dims,
                       const size_t *shape, const void *data)
{
	enum ry_status status;

	new_entry(w, name, type, dims, shape, data, &status);
	return status;
}

enum ry_status st_add_transposed(struct st_writer *w, const char *name, int dims,
                                 const size_t *shape, const real *data)
{
	enum ry_status status;
	struct entry *e = new_entry(w, name, ST_REAL, dims, shape, NULL, &status);
	real *to = e ? e->own : NULL;
	size_t rows = shape[0], cols = 1;

	for (int d = 1; d < dims; d++)
		cols *= shape[d];

	if (e)
		for (size_t r = 0; r < rows; r++)
			for (size_t c = 0; c < cols; c++)
				to[r * cols + c] = data[c * rows + r];
	return status;
}

/* The header entry of a tensor whose data start at `begin`.  NULL without memory. */
static json_t *describe(const struct entry *e, size_t begin)
{
	json_t *shape = json_array(), *line;

	for (int d = 0; d < e->dims; d++)
		if (json_array_append_new(shape, json_integer((json_int_t)e->shape[d])) != 0) {
			json_decref(shape);
			return NULL;
		}
	line = json_pack("{s:s, s:o, s:[I, I]}", "dtype", types[e->type].name, "shape", shape,
	                 "data_offsets", (json_int_t)begin, (json_int_t)(begin + e->bytes));
	return line;
}

/* The padded header text; NULL without memory.  Sets the order of part[2 ...]. */
static char *make_header(const struct st_writer *w, struct file_part *part, size_t *length)
{
	json_t *header = json_object();
	size_t begin = 0, used;
	char *text = NULL, *padded;
	int ok = header != NULL;

	if (json_object_size(w->meta) > 0)
		ok = ok && json_object_set(header, META_KEY, w->meta) == 0;
	for (size_t size = 8; size > 0; size /= 2)              /* wide types first */
		for (size_t i = 0; i < w->n; i++) {
			const struct entry *e = &w->entry[i];

			if (types[e->type].size != size)
				continue;
			ok = ok && json_object_set_new(header, e->name, describe(e, begin)) == 0;
			*part++ = (struct file_part){ e->data, e->bytes };
			begin += e->bytes;
		}
	if (ok)
		text = json_value_print(header, JSON_COMPACT);
	json_decref(header);
	if (!text)
		return NULL;
	used = strlen(text);
	*length = (LENGTH_BYTES + used + DATA_ALIGN - 1) / DATA_ALIGN * DATA_ALIGN - LENGTH_BYTES;
	padded = realloc(text, *length);
	if (!padded) {
		free(text);
		return NULL;
	}
	memset(padded + used, ' ', *length - used);
	return padded;
}

/* In the folder, or at the path if that is -1. */
static enum ry_status write_to(struct st_writer *w, int folder, const char *path)
{
	struct file_part *part = calloc(w->n + 2, sizeof *part);
	char *header = NULL;
	size_t length = 0;
	uint64_t length_field;
	enum ry_status status;

	if (!part || w->n > INT_MAX - 2 || !(header = make_header(w, part + 2, &length))) {
		status = ry_fail(RY_ENOMEM, "%s: not enough memory for the header", path);
	} else if (length > HEADER_MAX) {
		status =
			ry_fail(RY_EINVAL, "%s: %zu bytes of header, at most %zu can be read again",
		                path, length, HEADER_MAX);
	} else {
		length_field = length;
		part[0] = (struct file_part){ &length_field, LENGTH_BYTES };
		part[1] = (struct file_part){ header, length };
		status = folder < 0 ? file_replace(path, part, (int)w->n + 2)
		                    : file_replace_in(folder, path, part, (int)w->n + 2);
	}
	free(header);
	free(part);
	return status;
}

enum ry_status st_write(struct st_writer *w, const char *path)
{
	return write_to(w, -1, path);
}

enum ry_status st_write_in(struct st_writer *w, int folder, const char *path)
{
	return write_to(w, folder, path);
}

/* ---- reading ---- */

/* A tensor and the range of its bytes in the data. */
struct span {
	struct st_tensor tensor;
	size_t           begin, end;
};

struct st_file {
	char          *path;
	json_t        *header;           /* owns names and metadata */
	const json_t  *meta;
	unsigned char *data;
	size_t         bytes;
	size_t         n;
	struct span   *span;             /* (n), in file order */
};

/* Make `text` from a hostile file safe for a message: short, and without control characters. */
static const char *quote(char out[64], const char *text)
{
	size_t i;

	for (i = 0; text[i] && i < 60; i++)
		out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	if (text[i]) {
		out[i++] = '.';
		out[i++] = '.';
	}
	out[i] = '\0';
	return out;
}

static int is_size(const json_t *number)
{
	return json_is_integer(number) && json_integer_value(number) >= 0
	       && (uintmax_t)json_integer_value(number) <= SIZE_MAX;
}

static enum ry_status check_type(const char *path, const char *name, const json_t *dtype,
                                 enum st_type *type)
{
	char text[64];

	if (!json_is_string(dtype))
		return ry_fail(RY_EDATA, "%s: tensor %s has no \"dtype\" text", path, name);
	for (int k = 0; k < N_TYPES; k++)
		if (strcmp(json_string_value(dtype), types[k].name) == 0) {
			*type = (enum st_type)k;
			return RY_OK;
		}
	return ry_fail(RY_EDATA, "%s: tensor %s has the type %s, expected F32, F64, I32, I64 or U8",
	               path, name, quote(text, json_string_value(dtype)));
}

static enum ry_status check_shape(const char *path, const char *name, const json_t *shape,
                                  struct st_tensor *t, size_t *bytes)
{
	size_t dims = json_array_size(shape);

	if (!json_is_array(shape))
		return ry_fail(RY_EDATA, "%s: tensor %s has no \"shape\" array", path, name);
	if (dims > DIMS_MAX)
		return ry_fail(RY_EDATA, "%s: tensor %s has %zu dimensions, expected at most %d",
		               path, name, dims, DIMS_MAX);
	t->dims = (int)dims;
	for (int d = 0; d < t->dims; d++) {
		const json_t *side = json_array_get(shape, (size_t)d);

		if (!is_size(side))
			return ry_fail(RY_EDATA,
			               "%s: tensor %s: side %d of its shape is not a whole "
			               "number of 0 or more",
			               path, name, d + 1);
		t->shape[d] = (size_t)json_integer_value(side);
	}
	if (!shape_size(t->dims, t->shape, t->type, &t->count, bytes))
		return ry_fail(RY_EDATA, "%s: tensor %s: the product of its shape overflows", path,
		               name);
	return RY_OK;
}

/* Check one entry of the header, except its position relative to the others. */
static enum ry_status check_tensor(const char *path, const char *key, const json_t *line,
                                   size_t data_bytes, struct span *s)
{
	char name[64];
	const json_t *offsets = json_object_get(line, "data_offsets");
	const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);
	size_t bytes = 0;
	enum ry_status status;

	quote(name, key);
	s->tensor.name = key;
	if (!json_is_object(line))
		return ry_fail(RY_EDATA, "%s: tensor %s is not described by an object", path, name);
	status = check_type(path, name, json_object_get(line, "dtype"), &s->tensor.type);
	if (status == RY_OK)
		status =
			check_shape(path, name, json_object_get(line, "shape"), &s->tensor, &bytes);
	if (status != RY_OK)
		return status;
	if (json_array_size(offsets) != 2 || !is_size(begin) || !is_size(end))
		return ry_fail(RY_EDATA,
		               "%s: tensor %s: its \"data_offsets\" are not two whole numbers "
		               "of 0 or more",
		               path, name);
	s->begin = (size_t)json_integer_value(begin);
	s->end = (size_t)json_integer_value(end);
	if (s->begin > s->end || s->end > data_bytes)
		return ry_fail(RY_EDATA,
		               "%s: tensor %s: its bytes %zu to %zu are not inside the %zu bytes "
		               "of data",
		               path, name, s->begin, s->end, data_bytes);
	if (s->end - s->begin != bytes)
		return ry_fail(RY_EDATA,
		               "%s: tensor %s: %zu bytes of data, its shape and type need %zu",
		               path, name, s->end - s->begin, bytes);
	return RY_OK;
}

static enum ry_status check_meta(const char *path, const json_t *meta)
{
	char name[64];
	const char *key;
	json_t *value;

	if (!json_is_object(meta))
		return ry_fail(RY_EDATA, "%s: " META_KEY " is not an object", path);
	json_object_foreach((json_t *)meta, key, value)
		if (!json_is_string(value))
			return ry_fail(RY_EDATA, "%s: \"%s\" of " META_KEY " is not a text", path,
			               quote(name, key));
	return RY_OK;
}

static int by_place(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* Check that the tensors fill the data exactly: no gap, no overlap, nothing after the last one. */
static enum ry_status check_places(const char *path, const struct span *s, size_t n,
                                   size_t data_bytes)
{
	char name[64];
	size_t at = 0;

	for (size_t i = 0; i < n; at = s[i++].end)
		if (s[i].begin != at)
			return ry_fail(RY_EDATA,
			               "%s: tensor %s starts at byte %zu of the data, %s: "
			               "the one before it ends at %zu",
			               path, quote(name, s[i].tensor.name), s[i].begin,
			               s[i].begin < at ? "an overlap" : "a gap", at);
	if (at != data_bytes)
		return ry_fail(RY_EDATA, "%s: %zu bytes of data, the header describes %zu", path,
		               data_bytes, at);
	return RY_OK;
}

/* Check the whole header, knowing the size of the data but before reading them. */
static enum ry_status check_header(struct st_file *f, const char *path)
{
	enum ry_status status = RY_OK;
	const char *key;
	json_t *value;

	f->span = calloc(json_object_size(f->header) + 1, sizeof *f->span);
	if (!f->span)
		return ry_fail_memory(path);
	json_object_foreach(f->header, key, value) {
		if (strcmp(key, META_KEY) == 0) {
			status = check_meta(path, value);
			f->meta = value;
		} else {
			status = check_tensor(path, key, value, f->bytes, &f->span[f->n++]);
		}
		if (status != RY_OK)
			return status;
	}
	qsort(f->span, f->n, sizeof *f->span, by_place);
	return check_places(path, f->span, f->n, f->bytes);
}

static enum ry_status parse_header(struct st_file *f, const char *path, const char *text,
                                   size_t length)
{
	char why[64];
	json_error_t error;

	if (text[0] != '{')
		return ry_fail(RY_EDATA,
		               "%s: not a safetensors file: its header does not start with {",
		               path);
	errno = 0;
	f->header = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	if (f->header)
		return RY_OK;
	if (errno == ENOMEM)
		return ry_fail_memory(path);
	return ry_fail(RY_EDATA, "%s: the header is not well-formed JSON at byte %d: %s", path,
	               error.position, quote(why, error.text));
}

/* Read the file's length, the header's length, and the header. */
static enum ry_status read_header(struct st_file *f, const char *path, int fd, size_t size)
{
	unsigned char field[LENGTH_BYTES];
	uint64_t length;
	char *text;
	enum ry_status status;

	if (size < LENGTH_BYTES + 2)
		return ry_fail(RY_EDATA,
		               "%s: not a safetensors file: %zu bytes, expected at least %d", path,
		               size, LENGTH_BYTES + 2);
	if ((status = file_read(fd, path, field, sizeof field)) != RY_OK)
		return status;
	memcpy(&length, field, sizeof length);
	if (length < 2 || length > HEADER_MAX || length > size - LENGTH_BYTES)
		return ry_fail(RY_EDATA,
		               "%s: not a safetensors file: %llu bytes of header in a file of %zu "
		               "(at most %zu are allowed)",
		               path, (unsigned long long)length, size, HEADER_MAX);
	if (!(text = malloc((size_t)length)))
		return ry_fail_memory(path);
	status = file_read(fd, path, text, (size_t)length);
	if (status == RY_OK)
		status = parse_header(f, path, text, (size_t)length);
	free(text);
	if (status != RY_OK)
		return status;
	f->bytes = size - LENGTH_BYTES - (size_t)length;
	return check_header(f, path);
}

/* Read rather than mapped: a mapped file that shrinks would kill the process. */
static enum ry_status read_data(struct st_file *f, const char *path, int fd)
{
	enum ry_status status;

	f->data = ry_calloc(f->bytes, 1, path);
	if (!f->data)
		return ry_failure();
	status = file_read(fd, path, f->data, f->bytes);
	for (size_t i = 0; i < f->n; i++)
		f->span[i].tensor.data = f->data + f->span[i].begin;
	return status;
}

struct st_file *st_open(const char *path, enum ry_status *status)
{
	struct st_file *f = NULL;
	enum ry_status result;
	size_t size;
	int fd;

	result = file_open(path, &fd, &size);
	if (result == RY_OK) {
		f = calloc(1, sizeof *f);
		if (!f || !(f->path = strdup(path)))
			result = ry_fail_memory(path);
		if (result == RY_OK)
			result = read_header(f, path, fd, size);
		if (result == RY_OK)
			result = read_data(f, path, fd);
		close(fd);
	}
	if (status)
		*status = result;
	if (result == RY_OK)
		return f;
	st_close(f);
	return NULL;
}

void st_close(struct st_file *f)
{
	if (!f)
		return;
	json_decref(f->header);
	free(f->span);
	free(f->data);
	free(f->path);
	free(f);
}

const char *st_path(const struct st_file *f)
{
	return f->path;
}

const char *st_meta(const struct st_file *f, const char *key)
{
	return json_string_value(json_object_get(f->meta, key));
}

const struct st_tensor *st_tensor_at(const struct st_file *f, int k)
{
	return k >= 0 && (size_t)k < f->n ? &f->span[k].tensor : NULL;
}

const struct st_tensor *st_find(const struct st_file *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->span[i].tensor.name, name) == 0)
			return &f->span[i].tensor;
	return NULL;
}

/* "(3, 4)" */
static const char *shape_text(char out[128], int dims, const size_t *shape)
{
	size_t at = 1;

	strcpy(out, "(");
	for (int d = 0; d < dims; d++)
		at += (size_t)snprintf(out + at, 128 - at, d ? ", %zu" : "%zu", shape[d]);
	strcpy(out + at, ")");
	return out;
}

static int is_float(enum st_type type)
{
	return type == ST_F32 || type == ST_F64;
}

enum ry_status st_check(const struct st_file *f, const char *name, enum st_type type, int dims,
                        const size_t *shape)
{
	const struct st_tensor *t = st_find(f, name);
	char found[128], expected[128];

	if (!t)
		return ry_fail(RY_EDATA, "%s: tensor '%s' is missing", f->path, name);
	if (t->type != type && !(is_float(t->type) && is_float(type)))
		return ry_fail(RY_ESHAPE, "%s: tensor '%s' is of type %s, expected %s", f->path,
		               name, types[t->type].name, types[type].name);
	if (t->dims != dims || (dims && memcmp(t->shape, shape, (size_t)dims * sizeof *shape) != 0))
		return ry_fail(RY_ESHAPE, "%s: tensor '%s' has the shape %s, expected %s", f->path,
		               name, shape_text(found, t->dims, t->shape),
		               shape_text(expected, dims, shape));
	return RY_OK;
}

/* Number i of a tensor of floating-point numbers. */
static double number_at(const struct st_tensor *t, size_t i)
{
	const unsigned char *from = (const unsigned char *)t->data + i * types[t->type].size;
	double x;
	float y;

	if (t->type == ST_F64) {
		memcpy(&x, from, sizeof x);
		return x;
	}
	memcpy(&y, from, sizeof y);
	return y;
}

enum ry_status st_check_finite(const struct st_file *f, const char *name, enum st_type type)
{
	const struct st_tensor *t = st_find(f, name);
	const double largest = type == ST_F32 ? FLT_MAX : DBL_MAX;

	for (size_t i = 0; is_float(t->type) && i < t->count; i++) {
		double x = number_at(t, i);

		if (!(fabs(x) <= largest))
			return ry_fail(RY_EDATA,
			               "%s: tensor '%s': number %zu is %g, expected a finite one",
			               f->path, name, i + 1, x);
	}
	return RY_OK;
}

enum ry_status st_check_positive(const struct st_file *f, const char *name)
{
	const struct st_tensor *t = st_find(f, name);

	for (size_t i = 0; i < t->count; i++)
		if (number_at(t, i) < 0)
			return ry_fail(RY_EDATA,
			               "%s: tensor '%s': number %zu is %g, expected 0 or more",
			               f->path, name, i + 1, number_at(t, i));
	return RY_OK;
}

enum ry_status st_get_measures(const struct st_file *f, const char *name, enum st_type type,
                               int dims, const size_t *shape, void *to)
{
	const struct st_tensor *t = st_find(f, name);
	enum ry_status status = st_check(f, name, type, dims, shape);

	if (status != RY_OK)
		return status;
	if (t->type == type)
		memcpy(to, t->data, t->count * types[type].size);
	for (size_t i = 0; t->type != type && i < t->count; i++)
		if (type == ST_F32)
			((float *)to)[i] = (float)number_at(t, i);
		else
			((double *)to)[i] = number_at(t, i);
	return RY_OK;
}

enum ry_status st_get(const struct st_file *f, const char *name, enum st_type type, int dims,
                      const size_t *shape, void *to)
{
	enum ry_status status = st_check(f, name, type, dims, shape);

	if (status == RY_OK)
		status = st_check_finite(f, name, type);
	return status == RY_OK ? st_get_measures(f, name, type, dims, shape, to) : status;
}
