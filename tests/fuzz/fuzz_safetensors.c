/* fuzz_safetensors.c - any bytes as a model file: refused with a sentence, or every tensor can be
 * read. */
#define _GNU_SOURCE
#include "tests/support/fuzz.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/safetensors.h"

const char fuzz_name[] = "safetensors";

static void check_tensor(const struct st_file *f, const struct st_tensor *t)
{
	static const size_t bytes[] = {
		[ST_F32] = 4, [ST_F64] = 8, [ST_I32] = 4, [ST_I64] = 8, [ST_U8] = 1
	};
	size_t count = 1;
	void *to = malloc(t->count * bytes[t->type] + 1);

	for (int k = 0; k < t->dims; k++)
		count *= t->shape[k];
	HOLD(count == t->count);
	HOLD(to && st_get_measures(f, t->name, t->type, t->dims, t->shape, to) == RY_OK);
	HOLD(t->dims == 1 || st_get(f, t->name, t->type, 1, &t->count, to) != RY_OK);
	HOLD(st_get(f, t->name, t->type, 1, &(size_t){ t->count + 1 }, to) != RY_OK);
	HOLD(st_find(f, t->name));
	free(to);
}

static void check(const unsigned char *bytes, size_t n)
{
	const char *path = fuzz_file(bytes, n);
	enum ry_status status = RY_OK;
	struct st_file *f = st_open(path, &status);
	const struct st_tensor *t;

	if (f) {
		HOLD(status == RY_OK && strcmp(st_path(f), path) == 0);
		for (int k = 0; (t = st_tensor_at(f, k)); k++)
			check_tensor(f, t);
		HOLD(!st_meta(f, "no such key"));
	} else {
		FUZZ_REFUSED(status, RY_EDATA, path);
	}
	st_close(f);
}

/* Once as they are, and once with a header as long as its last brace says, or damage to the header
 * would hardly ever be read. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	const unsigned char *brace = n > 8 ? memrchr(bytes + 8, '}', n - 8) : NULL;
	unsigned char *fitting = malloc(n + 1);

	HOLD(fitting);
	check(bytes, n);
	if (brace) {
		uint64_t length = (uint64_t)(brace + 1 - (bytes + 8));

		memcpy(fitting, bytes, n);
		for (int k = 0; k < 8; k++)
			fitting[k] = (unsigned char)(length >> 8 * k);
		check(fitting, n);
	}
	free(fitting);
	return 0;
}
