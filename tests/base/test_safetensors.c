/* test_safetensors.c - model files: round trips, exchange with Python, and hostile files.
 *
 * Hostile files are built byte by byte here, each with the message with which it must be refused.
 */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <gsl/gsl_rng.h>

#include "src/base/safetensors.h"
#include "tests/support/tap.h"

/* ---- the contents shared with tests/golden/safetensors.py ---- */

static const uint8_t bytes[5] = { 0, 1, 127, 128, 255 };
static const float   weight[6] = { -1.5f, 0.25f, 3, -0.0f, 1e-30f, 65504 };
static const double  bias[2] = { -1.42, 1e300 };
static const int64_t frames[2] = { INT64_MIN, INT64_MAX };
static const int32_t small[3] = { INT32_MIN, 0, INT32_MAX };
static const float   scalar[1] = { 0.5f };

static struct st_writer *known_contents(void)
{
	struct st_writer *w = st_writer_alloc();

	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	CU_ASSERT_EQUAL(st_add(w, "bytes", ST_U8, 1, (size_t[]){ 5 }, bytes), RY_OK);
	CU_ASSERT_EQUAL(st_add(w, "out.weight", ST_F32, 2, (size_t[]){ 2, 3 }, weight), RY_OK);
	CU_ASSERT_EQUAL(st_add(w, "out.bias", ST_F64, 1, (size_t[]){ 2 }, bias), RY_OK);
	CU_ASSERT_EQUAL(st_add(w, "frames", ST_I64, 4, (size_t[]){ 1, 1, 2, 1 }, frames), RY_OK);
	CU_ASSERT_EQUAL(st_add(w, "small", ST_I32, 1, (size_t[]){ 3 }, small), RY_OK);
	CU_ASSERT_EQUAL(st_add(w, "scalar", ST_F32, 0, NULL, scalar), RY_OK);
	CU_ASSERT_EQUAL(st_add(w, "empty", ST_F32, 2, (size_t[]){ 0, 7 }, NULL), RY_OK);
	CU_ASSERT_EQUAL(st_set_meta(w, "layers", "replaced below"), RY_OK);
	CU_ASSERT_EQUAL(st_set_meta(w, "layers", "out=dense 3 2\n"), RY_OK);
	CU_ASSERT_EQUAL(st_set_meta(w, "exercise 0", "Br\u00fcche \u2264 1"), RY_OK);
	return w;
}

static void check_tensor(const struct st_file *f, const char *name, enum st_type type, int dims,
                         const size_t *shape, const void *want, size_t size)
{
	const struct st_tensor *t = st_find(f, name);
	size_t count = 1;
	char got[64];

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_STRING_EQUAL(t->name, name);
	CU_ASSERT_EQUAL(t->type, type);
	CU_ASSERT_EQUAL_FATAL(t->dims, dims);
	for (int d = 0; d < dims; d++) {
		CU_ASSERT_EQUAL(t->shape[d], shape[d]);
		count *= shape[d];
	}
	CU_ASSERT_EQUAL_FATAL(t->count, count);
	CU_ASSERT_EQUAL(memcmp(t->data, want, size), 0);
	CU_ASSERT_EQUAL(st_get(f, name, type, dims, shape, got), RY_OK);
	CU_ASSERT_EQUAL(memcmp(got, want, size), 0);
}

static void check_known_contents(const char *path)
{
	enum ry_status status = RY_EINVAL;
	struct st_file *f = st_open(path, &status);

	CU_ASSERT_EQUAL(status, RY_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_STRING_EQUAL(st_path(f), path);
	check_tensor(f, "bytes", ST_U8, 1, (size_t[]){ 5 }, bytes, sizeof bytes);
	check_tensor(f, "out.weight", ST_F32, 2, (size_t[]){ 2, 3 }, weight, sizeof weight);
	check_tensor(f, "out.bias", ST_F64, 1, (size_t[]){ 2 }, bias, sizeof bias);
	check_tensor(f, "frames", ST_I64, 4, (size_t[]){ 1, 1, 2, 1 }, frames, sizeof frames);
	check_tensor(f, "small", ST_I32, 1, (size_t[]){ 3 }, small, sizeof small);
	check_tensor(f, "scalar", ST_F32, 0, NULL, scalar, sizeof scalar);
	check_tensor(f, "empty", ST_F32, 2, (size_t[]){ 0, 7 }, scalar, 0);
	CU_ASSERT_PTR_NOT_NULL(st_tensor_at(f, 6));
	CU_ASSERT_PTR_NULL(st_tensor_at(f, 7));
	CU_ASSERT_PTR_NULL(st_tensor_at(f, -1));
	CU_ASSERT_PTR_NULL(st_find(f, "out"));
	CU_ASSERT_PTR_NULL(st_find(f, "__metadata__"));
	CU_ASSERT_STRING_EQUAL(st_meta(f, "layers"), "out=dense 3 2\n");
	CU_ASSERT_STRING_EQUAL(st_meta(f, "exercise 0"), "Br\u00fcche \u2264 1");
	CU_ASSERT_PTR_NULL(st_meta(f, "layer"));
	st_close(f);
}

static void there_and_back(void)
{
	struct st_writer *w = known_contents();

	CU_ASSERT_EQUAL(st_write(w, temp("back.safetensors")), RY_OK);
	check_known_contents(temp("back.safetensors"));
	/* A writer can write again, also over the old file. */
	CU_ASSERT_EQUAL(st_write(w, temp("back.safetensors")), RY_OK);
	check_known_contents(temp("back.safetensors"));
	st_writer_free(w);
	st_writer_free(NULL);
	st_close(NULL);
}

static void from_python(void)
{
	check_known_contents(tap_data("golden/python.safetensors"));
}

static void to_python(void)
{
	struct st_writer *w = known_contents();
	char command[1200];

	if (system("python3 -c 'import numpy' 2>/dev/null") != 0
	    && system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) {
		tap_skip("no python3 with numpy");
		st_writer_free(w);
		return;
	}
	CU_ASSERT_EQUAL(st_write(w, temp("to_python.safetensors")), RY_OK);
	st_writer_free(w);
	snprintf(command, sizeof command,
	         "p=python3; $p -c 'import numpy' 2>/dev/null || p=/usr/bin/python3; "
	         "PYTHONDONTWRITEBYTECODE=1 $p '%s' check '%s'",
	         tap_data("golden/safetensors.py"), temp("to_python.safetensors"));
	CU_ASSERT_EQUAL(system(command), 0);
}

static void nothing_in_it(void)
{
	struct st_writer *w = st_writer_alloc();
	struct st_file *f;

	CU_ASSERT_EQUAL(st_write(w, temp("nothing.safetensors")), RY_OK);
	st_writer_free(w);
	f = st_open(temp("nothing.safetensors"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_PTR_NULL(st_tensor_at(f, 0));
	CU_ASSERT_PTR_NULL(st_meta(f, "layers"));
	st_close(f);
}

static void tensors_are_aligned(void)
{
	struct st_writer *w = known_contents();
	static const size_t size[] = {
		[ST_F32] = 4, [ST_F64] = 8, [ST_I32] = 4, [ST_I64] = 8, [ST_U8] = 1
	};
	const struct st_tensor *t;
	struct st_file *f;

	CU_ASSERT_EQUAL(st_write(w, temp("aligned.safetensors")), RY_OK);
	st_writer_free(w);
	f = st_open(temp("aligned.safetensors"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	for (int k = 0; (t = st_tensor_at(f, k)); k++)
		CU_ASSERT_EQUAL((uintptr_t)t->data % size[t->type], 0);
	st_close(f);
}

static void floats_and_doubles_convert(void)
{
	const double wide[3] = { -1.42, 0.1, 1e300 };
	const float narrow[3] = { -1.42f, 0.1f, 3e-40f };
	struct st_writer *w = st_writer_alloc();
	struct st_file *f;
	double to_wide[3];
	float to_narrow[3];
	int32_t to_int[3];

	/* The odd byte must not misalign tensors in our files; see from_python(). */
	CU_ASSERT_EQUAL(st_add(w, "wide", ST_F64, 1, (size_t[]){ 3 }, wide), RY_OK);
	CU_ASSERT_EQUAL(st_add(w, "narrow", ST_F32, 1, (size_t[]){ 3 }, narrow), RY_OK);
	CU_ASSERT_EQUAL(st_write(w, temp("convert.safetensors")), RY_OK);
	st_writer_free(w);
	f = st_open(temp("convert.safetensors"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(st_get(f, "wide", ST_F32, 1, &(size_t){ 3 }, to_narrow), RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "'wide': number 3 is 1e+300"));
	CU_ASSERT_EQUAL(st_get_measures(f, "wide", ST_F32, 1, &(size_t){ 3 }, to_narrow), RY_OK);
	CU_ASSERT_EQUAL(to_narrow[0], -1.42f);
	CU_ASSERT_EQUAL(to_narrow[1], 0.1f);
	CU_ASSERT(isinf(to_narrow[2]));
	CU_ASSERT_EQUAL(st_get(f, "narrow", ST_F64, 1, &(size_t){ 3 }, to_wide), RY_OK);
	for (int i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(to_wide[i], (double)narrow[i]);
	CU_ASSERT_EQUAL(st_get(f, "wide", ST_I32, 1, &(size_t){ 3 }, to_int), RY_ESHAPE);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "'wide' is of type F64, expected I32"));
	CU_ASSERT_EQUAL(st_get(f, "wide", ST_F64, 1, &(size_t){ 2 }, to_wide), RY_ESHAPE);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "'wide' has the shape (3), expected (2)"));
	CU_ASSERT_EQUAL(st_get(f, "width", ST_F64, 1, &(size_t){ 3 }, to_wide), RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "tensor 'width' is missing"));
	st_close(f);
}

static void transposed(void)
{
	const size_t rows = 5, cols = 3, shape[2] = { rows, cols }, turned[2] = { cols, rows };
	real data[15], got[15];
	struct st_writer *w = st_writer_alloc();
	struct st_file *f;
	const struct st_tensor *t;

	for (size_t c = 0; c < cols; c++)
		for (size_t r = 0; r < rows; r++)
			data[c * rows + r] = (real)(10 * r + c);
	CU_ASSERT_EQUAL(st_add_transposed(w, "t", 2, (size_t[]){ rows, cols }, data), RY_OK);
	CU_ASSERT_EQUAL(st_write(w, temp("transposed.safetensors")), RY_OK);
	st_writer_free(w);
	f = st_open(temp("transposed.safetensors"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	t = st_find(f, "t");
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL(t->dims, 2);
	CU_ASSERT_EQUAL(t->shape[0], rows);
	CU_ASSERT_EQUAL(t->shape[1], cols);
	CU_ASSERT_EQUAL(t->type, ST_REAL);
	CU_ASSERT_EQUAL(st_get(f, "t", ST_REAL, 1, &(size_t){ 15 }, got), RY_ESHAPE);
	CU_ASSERT_EQUAL(st_get(f, "t", ST_REAL, 2, turned, got), RY_ESHAPE);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "'t' has the shape (5, 3), expected (3, 5)"));
	CU_ASSERT_EQUAL(st_get(f, "t", ST_REAL, 2, shape, got), RY_OK);
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			CU_ASSERT_EQUAL(got[r * cols + c], (real)(10 * r + c));
	st_close(f);
}

static void what_a_writer_refuses(void)
{
	struct st_writer *w = st_writer_alloc();
	const float one = 1;
	const size_t five[5] = { 1, 1, 1, 1, 1 };

	CU_ASSERT_EQUAL(st_add(w, "a", ST_F32, 0, NULL, &one), RY_OK);
	CU_ASSERT_EQUAL(st_add(w, "a", ST_F32, 0, NULL, &one), RY_EINVAL);
	CU_ASSERT_EQUAL(st_add(w, "__metadata__", ST_F32, 0, NULL, &one), RY_EINVAL);
	CU_ASSERT_EQUAL(st_add(w, "\xff", ST_F32, 0, NULL, &one), RY_EINVAL);
	CU_ASSERT_EQUAL(st_add(w, "b", ST_F32, 5, five, &one), RY_EINVAL);
	CU_ASSERT_EQUAL(st_add(w, "b", ST_F32, -1, five, &one), RY_EINVAL);
	CU_ASSERT_EQUAL(st_add(w, "b", ST_F64, 2, (size_t[]){ SIZE_MAX / 4, 2 }, &one), RY_EINVAL);
	CU_ASSERT_EQUAL(st_add(w, "b", ST_F64, 1, (size_t[]){ SIZE_MAX / 16 }, &one), RY_ENOMEM);
	CU_ASSERT_EQUAL(st_set_meta(w, "key", "\xc3\x28"), RY_EINVAL);
	CU_ASSERT_EQUAL(st_set_meta(w, "\xc3\x28", "value"), RY_EINVAL);
	/* Only "a" was accepted. */
	CU_ASSERT_EQUAL(st_write(w, temp("refused.safetensors")), RY_OK);
	st_writer_free(w);
	struct st_file *f = st_open(temp("refused.safetensors"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_PTR_NOT_NULL(st_find(f, "a"));
	CU_ASSERT_PTR_NULL(st_tensor_at(f, 1));
	st_close(f);
}

/* ---- hostile files ---- */

static void put_file(const char *path, const void *data, size_t size)
{
	FILE *to = fopen(path, "wb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	CU_ASSERT_EQUAL(fwrite(data, 1, size, to), size);
	CU_ASSERT_EQUAL(fclose(to), 0);
}

/* A file with this header and `n` bytes of data. */
static void put_header(const char *path, const char *header, size_t length, size_t n)
{
	uint64_t field = length;
	unsigned char *file = calloc(8 + length + n, 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	memcpy(file, &field, 8);
	memcpy(file + 8, header, length);
	put_file(path, file, 8 + length + n);
	free(file);
}

static void refuse(const char *path, const char *why)
{
	enum ry_status status = RY_OK;
	struct st_file *f = st_open(path, &status);

	CU_ASSERT_PTR_NULL(f);
	CU_ASSERT_EQUAL(status, RY_EDATA);
	if (!strstr(ry_message(), why))
		fprintf(stderr, "# said: %s\n# expected: %s\n", ry_message(), why);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), why));
	CU_ASSERT_EQUAL(strncmp(ry_message(), path, strlen(path)), 0);
	for (const char *p = ry_message(); *p; p++)
		CU_ASSERT(*p >= ' ' && *p <= '~');      /* no control characters */
	st_close(f);
}

static void hostile_headers(void)
{
	static const struct {
		const char *header;
		size_t      data;
		const char *why;
	} hostile[] = {
		{ "[]", 0, "does not start with {" },
		{ " {}", 0, "does not start with {" },
		{ "{}x", 0, "not well-formed JSON" },
		{ "{} {}", 0, "not well-formed JSON" },
		{ "{\"a\":", 0, "not well-formed JSON" },
		{ "{\"a\":1,}", 0, "not well-formed JSON" },
		{ "{\"\xff\":1}", 0, "not well-formed JSON" },
		{ "{\"a\\u0000b\":1}", 0, "not well-formed JSON" },
		{ "{\"a\x1b[2J\":1}", 0, "not well-formed JSON" },
		{ "{\"a\":1,\"a\":1}", 0, "duplicate" },
		{ "{\"a\":1}", 0, "tensor a is not described by an object" },
		{ "{\"a\":null}", 0, "tensor a is not described by an object" },
		{ "{\"\\u001b[2J\\u009b\":[]}", 0, "tensor ?[2J?? is not described by an object" },
		{ "{\"a\":{}}", 0, "tensor a has no \"dtype\"" },
		{ "{\"a\":{\"dtype\":4}}", 0, "tensor a has no \"dtype\"" },
		{ "{\"a\":{\"dtype\":\"F16\"}}", 0, "tensor a has the type F16, expected F32" },
		{ "{\"a\":{\"dtype\":\"f32\"}}", 0, "tensor a has the type f32, expected F32" },
		{ "{\"a\":{\"dtype\":\"\"}}", 0, "tensor a has the type , expected F32" },
		{ "{\"a\":{\"dtype\":\"\\u001b]0;x\\u0007\"}}", 0, "tensor a has the type ?]0;x?" },
		{ "{\"a\":{\"dtype\":\"F32\"}}", 0, "tensor a has no \"shape\"" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":{}}}", 0, "tensor a has no \"shape\"" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":2}}", 0, "tensor a has no \"shape\"" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1],\"data_offsets\":[0,4]}}", 4,
		  "has 5 dimensions" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4,
		  "side 1 of its shape" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1.0],\"data_offsets\":[0,4]}}", 4,
		  "side 2 of its shape" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}", 4,
		  "side 1 of its shape" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,4]}}", 4,
		  "side 1 of its shape" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,"
		  "4]}}",
		  4, "not well-formed JSON" },
		/* 2^32 * 2^32 = 0 modulo 2^64; 2^62 + 1 floats are 4 bytes modulo 2^64 */
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,"
		  "0]}}",
		  0, "overflows" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]"
		  "}}",
		  4, "overflows" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4,
		  "its \"data_offsets\" are not two" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[]}}", 4,
		  "its \"data_offsets\" are not two" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 8,
		  "its \"data_offsets\" are not two" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 4,
		  "its \"data_offsets\" are not two" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4.0]}}", 4,
		  "its \"data_offsets\" are not two" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":{\"0\":0}}}", 4,
		  "its \"data_offsets\" are not two" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3,
		  "are not inside the 3 bytes" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4,
		  "are not inside the 4 bytes" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[9223372036854775803,"
		  "9223372036854775807]}}",
		  4, "are not inside the 4 bytes" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4,
		  "4 bytes of data, its shape and type need 8" },
		{ "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
		  "4 bytes of data, its shape and type need 8" },
		{ "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,4]}}", 4,
		  "4 bytes of data, its shape and type need 0" },
		{ "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5,
		  "5 bytes of data, the header describes 4" },
		{ "{}", 1, "1 bytes of data, the header describes 0" },
		{ "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
		  "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[3,7]}}",
		  7,
		  "tensor b starts at byte 3 of the data, an overlap: the one before it ends at "
		  "4" },
		{ "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
		  "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
		  4, "an overlap" },
		{ "{\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[5,9]},"
		  "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
		  9, "tensor b starts at byte 5 of the data, a gap: the one before it ends at 4" },
		{ "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[1,5]}}", 5, "a gap" },
		{ "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[2,2]},"
		  "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
		  4, "an overlap" },
		{ "{\"__metadata__\":[]}", 0, "__metadata__ is not an object" },
		{ "{\"__metadata__\":{\"layers\":3}}", 0,
		  "\"layers\" of __metadata__ is not a text" },
		{ "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "duplicate" },
		{ "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]"
		  "}}",
		  4, "duplicate" },
	};

	for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		put_header(temp("hostile"), hostile[i].header, strlen(hostile[i].header),
		           hostile[i].data);
		refuse(temp("hostile"), hostile[i].why);
	}
}

static void hostile_lengths(void)
{
	static const struct {
		uint64_t    field;
		size_t      size;
		const char *why;
	} hostile[] = {
		{ 0, 0, "0 bytes, expected at least 10" },
		{ 2, 7, "7 bytes, expected at least 10" },
		{ 2, 9, "9 bytes, expected at least 10" },
		{ 0, 100, "0 bytes of header in a file of 100" },
		{ 1, 100, "1 bytes of header" },
		{ 93, 100, "93 bytes of header in a file of 100" },
		{ UINT64_MAX, 100, "18446744073709551615 bytes of header" },
		/* 8 + length = 0 modulo 2^64 */
		{ UINT64_MAX - 7, 100, "bytes of header" },
		{ (uint64_t)INT64_MAX + 1, 100, "bytes of header" },
		{ 92, 100, "does not start with {" },
	};
	unsigned char file[100] = { 0 };

	for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		memcpy(file, &hostile[i].field, 8);
		put_file(temp("lengths"), file, hostile[i].size);
		refuse(temp("lengths"), hostile[i].why);
	}
}

/* A header of the stated length that exceeds the limit: nothing is allocated for it. */
static void oversized_header(void)
{
	uint64_t field = (uint64_t)64 << 20;

	put_file(temp("oversized"), &field, 8);
	CU_ASSERT_EQUAL(truncate(temp("oversized"), (off_t)field + 8), 0);
	refuse(temp("oversized"), "67108864 bytes of header");
}

static void deep_nesting(void)
{
	const size_t depth = 1000000;
	char *header = malloc(6 + depth);

	CU_ASSERT_PTR_NOT_NULL_FATAL(header);
	memcpy(header, "{\"a\":", 5);
	memset(header + 5, '[', depth);
	put_header(temp("deep"), header, 5 + depth, 0);
	free(header);
	refuse(temp("deep"), "depth");
}

/* Valid tensors that are unaligned and in another order than in the header. */
static void any_order_and_alignment(void)
{
	const char *header =
		"{\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[3,11],\"more\":[{}]},"
		"\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}  ";
	struct st_file *f;
	double got = -1;
	float narrow = -1;

	put_header(temp("order"), header, strlen(header), 11);
	f = st_open(temp("order"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_STRING_EQUAL(st_tensor_at(f, 0)->name, "a");
	CU_ASSERT_STRING_EQUAL(st_tensor_at(f, 1)->name, "b");
	CU_ASSERT_EQUAL(st_get(f, "b", ST_F64, 1, &(size_t){ 1 }, &got), RY_OK);
	CU_ASSERT_EQUAL(got, 0);
	CU_ASSERT_EQUAL(st_get(f, "b", ST_F32, 1, &(size_t){ 1 }, &narrow), RY_OK);
	CU_ASSERT_EQUAL(narrow, 0);
	st_close(f);
}

static unsigned char *read_bytes(const char *path, size_t *size)
{
	FILE *from = fopen(path, "rb");
	unsigned char *data = malloc(1 << 16);

	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	CU_ASSERT_PTR_NOT_NULL_FATAL(data);
	*size = fread(data, 1, 1 << 16, from);
	fclose(from);
	return data;
}

static void every_truncation_is_refused(void)
{
	size_t size;
	unsigned char *file = read_bytes(tap_data("golden/python.safetensors"), &size);

	for (size_t cut = 0; cut < size; cut++) {
		put_file(temp("cut"), file, cut);
		refuse(temp("cut"), "cut");
	}
	free(file);
}

static int same_file(const char *a, const char *b)
{
	size_t n, m;
	unsigned char *x = read_bytes(a, &n), *y = read_bytes(b, &m);
	int same = n == m && memcmp(x, y, n) == 0;

	free(x);
	free(y);
	return same;
}

/* Borrowed data give the same file; the writer frees nothing that it does not own. */
static void lent_data_make_the_same_file(void)
{
	static const size_t shape[2] = { 2, 3 };
	const char *copied = temp("copied.safetensors"), *lent = temp("lent.safetensors");
	struct st_writer *a = st_writer_alloc(), *b = st_writer_alloc();
	float own[6];

	memcpy(own, weight, sizeof own);
	CU_ASSERT_EQUAL(st_add(a, "weight", ST_F32, 2, shape, weight), RY_OK);
	CU_ASSERT_EQUAL(st_add(a, "bytes", ST_U8, 1, (size_t[]){ 5 }, bytes), RY_OK);
	CU_ASSERT_EQUAL(st_lend(b, "weight", ST_F32, 2, shape, own), RY_OK);
	CU_ASSERT_EQUAL(st_lend(b, "bytes", ST_U8, 1, (size_t[]){ 5 }, bytes), RY_OK);
	CU_ASSERT_EQUAL(st_lend(b, "bytes", ST_U8, 1, (size_t[]){ 5 }, bytes), RY_EINVAL);
	own[4] = 7;                              /* the value when it is written */
	CU_ASSERT_EQUAL(st_write(b, lent), RY_OK);
	CU_ASSERT_EQUAL(st_write(a, copied), RY_OK);
	TAP_CHECK(!same_file(copied, lent), "what was lent was copied");
	own[4] = weight[4];
	CU_ASSERT_EQUAL(st_write(b, lent), RY_OK);
	TAP_CHECK(same_file(copied, lent), "the files differ");
	st_writer_free(a);
	st_writer_free(b);
}

/* Every file accepted by st_open() must be readable to the last byte (checked by sanitizers). */
static void read_all(const struct st_file *f)
{
	static const size_t size[] = {
		[ST_F32] = 4, [ST_F64] = 8, [ST_I32] = 4, [ST_I64] = 8, [ST_U8] = 1
	};
	const struct st_tensor *t;

	for (int k = 0; (t = st_tensor_at(f, k)); k++) {
		void *to = malloc(t->count * size[t->type] + 1);

		CU_ASSERT_PTR_NOT_NULL_FATAL(to);
		CU_ASSERT_EQUAL(st_get_measures(f, t->name, t->type, t->dims, t->shape, to),
		                RY_OK);
		free(to);
	}
}

static void mutated_files_do_no_harm(void)
{
	static const char tokens[] = "{}[]\",:0123456789-.eE\\u FfUI";
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	size_t size;
	unsigned char *file = read_bytes(tap_data("golden/python.safetensors"), &size);
	unsigned char *copy = malloc(size);
	int opened = 0, refused = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	for (int round = 0; round < 4000; round++) {
		unsigned long changes = 1 + gsl_rng_uniform_int(rng, 4);
		enum ry_status status = RY_EINVAL;
		struct st_file *f;

		memcpy(copy, file, size);
		while (changes-- > 0) {
			size_t at = gsl_rng_uniform_int(rng, size);

			copy[at] = round % 2 ? (unsigned char)gsl_rng_uniform_int(rng, 256)
			                     : (unsigned char)tokens[gsl_rng_uniform_int(
						       rng, sizeof tokens - 1)];
		}
		put_file(temp("mutated"), copy, size);
		f = st_open(temp("mutated"), &status);
		if (f) {
			opened++;
			CU_ASSERT_EQUAL(status, RY_OK);
			read_all(f);
		} else {
			refused++;
			CU_ASSERT_EQUAL(status, RY_EDATA);
		}
		st_close(f);
	}
	/* Both outcomes must occur, or the mutations test nothing. */
	CU_ASSERT(opened > 100);
	CU_ASSERT(refused > 1000);
	free(copy);
	free(file);
	gsl_rng_free(rng);
}

static void not_a_regular_file(void)
{
	enum ry_status status;

	CU_ASSERT_PTR_NULL(st_open(temp("nowhere"), &status));
	CU_ASSERT_EQUAL(status, RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), strerror(ENOENT)));
	CU_ASSERT_PTR_NULL(st_open(tap_tmpdir(), &status));
	CU_ASSERT_EQUAL(status, RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "is a directory, expected a file"));
	CU_ASSERT_EQUAL(mkfifo(temp("pipe"), 0600), 0);
	CU_ASSERT_PTR_NULL(st_open(temp("pipe"), &status));      /* and does not block */
	CU_ASSERT_EQUAL(status, RY_EIO);
	CU_ASSERT_PTR_NULL(st_open("/dev/zero", &status));
	CU_ASSERT_EQUAL(status, RY_EIO);
}

/* ---- failing writes ---- */

/* In a child with a file size limit of 100 bytes, which acts like a full disk. */
static int write_on_a_full_disk(const char *path)
{
	struct rlimit limit = { 100, 100 };
	struct st_writer *w = known_contents();
	enum ry_status status;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	status = st_write(w, path);
	st_writer_free(w);
	return status == RY_EIO && strstr(ry_message(), path) &&
	                       strstr(ry_message(), strerror(EFBIG))
	               ? 0
	               : 1;
}

static void full_disk_leaves_the_old_file(void)
{
	char list[600], left[64] = "";
	struct st_writer *w = known_contents();
	int status = -1;
	pid_t child;
	FILE *ls;

	CU_ASSERT_EQUAL(mkdir(temp("full"), 0700), 0);
	CU_ASSERT_EQUAL(st_write(w, temp("full/model.safetensors")), RY_OK);
	st_writer_free(w);
	fflush(stdout);
	child = fork();
	if (child == 0)
		_exit(write_on_a_full_disk(temp("full/model.safetensors")));
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_EQUAL(status, 0);
	check_known_contents(temp("full/model.safetensors"));
	snprintf(list, sizeof list, "ls -A '%s'", temp("full"));
	ls = popen(list, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(ls);
	CU_ASSERT_EQUAL(fread(left, 1, sizeof left - 1, ls), strlen("model.safetensors\n"));
	pclose(ls);
	CU_ASSERT_STRING_EQUAL(left, "model.safetensors\n");
}

static void nowhere_to_write(void)
{
	struct st_writer *w = known_contents();

	CU_ASSERT_EQUAL(st_write(w, temp("no/such/folder/model.safetensors")), RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), strerror(ENOENT)));
	CU_ASSERT_EQUAL(st_write(w, "/dev/full"), RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "is not a regular file"));
	CU_ASSERT_EQUAL(st_write(w, tap_tmpdir()), RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "is not a regular file"));
	CU_ASSERT_EQUAL(mkdir(temp("closed"), 0500), 0);
	if (access(temp("closed"), W_OK) != 0)          /* root may write anywhere */
		CU_ASSERT_EQUAL(st_write(w, temp("closed/model.safetensors")), RY_EIO);
	st_writer_free(w);
}

static const struct tap_test tests[] = {
	{ "all types come back as they were written", there_and_back },
	{ "a file made by Python reads", from_python },
	{ "Python with numpy alone reads our file", to_python },
	{ "a file of nothing", nothing_in_it },
	{ "lent data make the same file", lent_data_make_the_same_file },
	{ "tensors in our files are aligned", tensors_are_aligned },
	{ "floats and doubles convert, nothing else does", floats_and_doubles_convert },
	{ "a transposed tensor", transposed },
	{ "what a writer refuses", what_a_writer_refuses },
	{ "hostile headers are refused with the reason", hostile_headers },
	{ "hostile header lengths are refused", hostile_lengths },
	{ "an oversized header is refused unread", oversized_header },
	{ "deep nesting is refused", deep_nesting },
	{ "any order, any alignment, unknown keys are fine", any_order_and_alignment },
	{ "a file cut at any byte is refused", every_truncation_is_refused },
	{ "4000 mutated files do no harm", mutated_files_do_no_harm },
	{ "directories, pipes and devices are refused", not_a_regular_file },
	{ "a full disk leaves the old file and nothing else", full_disk_leaves_the_old_file },
	{ "folders that are missing or closed", nowhere_to_write },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("safetensors", tests);
}
