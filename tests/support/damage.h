/* damage.h - model files that are almost right: copies with one thing changed.
 *
 * Copies are made of what damage_open() returned; a copy's own file is gone when the next one is
 * made.
 */
#ifndef RILEY_TESTS_SUPPORT_DAMAGE_H
#define RILEY_TESTS_SUPPORT_DAMAGE_H

#include "src/base/safetensors.h"

/* Write what `w` holds to a file in the temporary directory and open it; `w` is freed.  The test
 * program ends when that fails.  The caller closes the file. */
struct st_file *damage_open(struct st_writer *w);

/* Does with one tensor of a copy what it likes: shape and type of *t may change, `data` has room
 * for eight times as much.  0 leaves the tensor out. */
typedef int (*damage_tensor)(struct st_tensor *t, void *data, void *arg);

/* The file again, with `change` done to every tensor. */
struct st_file *damage_tensors(const struct st_file *of, damage_tensor change, void *arg);

/* What can be wrong with the shape of a tensor. */
enum damage_way {
	DAMAGE_LEFT_OUT,
	DAMAGE_ONE_MORE,
	DAMAGE_ONE_LESS,
	DAMAGE_OTHER_TYPE,
	DAMAGE_WAYS
};

/* The file again, with that wrong with tensor number k.  One that has no items can't have one
 * less. */
struct st_file *damage_shape(const struct st_file *of, int k, enum damage_way way);

/* The file again, with v for one item of tensor number k; a type that does not have v takes the
 * nearest that it has, bytes the last eight bits of that, and whole numbers the least for NaN. */
struct st_file *damage_item(const struct st_file *of, int k, size_t item, double v);

/* The number of the tensor of that name.  The test program ends when there is none. */
int damage_find(const struct st_file *of, const char *name);

/* The file again, with another value of one metadata string; NULL: without it. */
struct st_file *damage_meta(const struct st_file *of, const char *key, const char *value);

/* Bytes of one item of a type. */
size_t damage_size(enum st_type type);

/* The file again with bit `bit` of its bytes turned over; NULL when that is no model file any
 * more. */
struct st_file *damage_bit(const struct st_file *of, size_t bit);

/* How many bits it has, those of the header's length and of the header included. */
size_t damage_bits(const struct st_file *of);

#endif
