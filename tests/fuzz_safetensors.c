/* fuzz_safetensors.c - a libFuzzer entry for model files; not part of make check.
 *
 *     make fuzz                                     build it (needs clang)
 *     mkdir corpus && cp .../tests/golden/python.safetensors corpus
 *     tests/fuzz_safetensors corpus
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t bytes[] = { [ST_F32] = 4, [ST_F64] = 8, [ST_I32] = 4, [ST_I64] = 8, [ST_U8] = 1 };
	const struct st_tensor *t;
	struct st_file *f;
	char path[64];
	int fd = memfd_create("fuzz", 0);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	f = st_open(path, NULL);
	for (int k = 0; f && (t = st_tensor_at(f, k)); k++) {
		void *to = malloc(t->count * bytes[t->type] + 1);

		if (!to || st_get(f, t->name, t->type, t->count, to) != RY_OK)
			abort();
		free(to);
	}
	st_close(f);
	close(fd);
	return 0;
}
