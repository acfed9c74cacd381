/* damage.h - damaged model files: copies with one thing changed.
 *
 * Copies are made of a file from damage_open().  The file of a copy is removed when the next copy
 * is made.
 */
#ifndef RILEY_TESTS_SUPPORT_DAMAGE_H
#define RILEY_TESTS_SUPPORT_DAMAGE_H

#include "src/base/safetensors.h"

/* Write the contents of `w` to a file in the temporary directory and open it; `w` is freed.  The
 * test program ends on failure.  The caller closes the file. */
struct st_file *damage_open(struct st_writer *w);

/* Changes one tensor of a copy: it may change the shape and type in *t and the data, which has room
 * for eight times its size.  Returning 0 leaves the tensor out. */
typedef int (*damage_tensor)(struct st_tensor *t, void *data, void *arg);

/* A copy with `change` applied to every tensor.  The caller closes it, as all copies below. */
struct st_file *damage_tensors(const struct st_file *of, damage_tensor change, void *arg);

/* Ways to damage a tensor's shape. */
enum damage_way {
	DAMAGE_LEFT_OUT,
	DAMAGE_ONE_MORE,
	DAMAGE_ONE_LESS,
	DAMAGE_OTHER_TYPE,
	DAMAGE_WAYS
};

/* A copy with the shape of tensor k damaged.  A tensor without elements cannot have
 * DAMAGE_ONE_LESS. */
struct st_file *damage_shape(const struct st_file *of, int k, enum damage_way way);

/* A copy with element `item` of tensor k set to v.  A type that cannot represent v takes the
 * nearest value, bytes its low eight bits, and integer types their minimum for NaN. */
struct st_file *damage_item(const struct st_file *of, int k, size_t item, double v);

/* The index of the tensor of that name.  The test program ends if there is none. */
int damage_find(const struct st_file *of, const char *name);

/* A copy with another value of one metadata string; NULL: without it. */
struct st_file *damage_meta(const struct st_file *of, const char *key, const char *value);

/* Size in bytes of one element of a type. */
size_t damage_size(enum st_type type);

/* A copy with bit `bit` of the file flipped; NULL if that is no longer a valid model file. */
struct st_file *damage_bit(const struct st_file *of, size_t bit);

/* The number of bits of the file, including the header and its length field. */
size_t damage_bits(const struct st_file *of);

#endif
