/* damage.h - model files that are almost right: copies with one thing changed.
 *
 * Copies are made of what damage_open() returned; a copy's own file is gone when the next one is made.
 */
#ifndef RILEY_TESTS_DAMAGE_H
#define RILEY_TESTS_DAMAGE_H

#include "src/safetensors.h"

/* Write what `w` holds to a file in the temporary directory and open it; `w` is freed.  The test program ends
 * when that fails.  The caller closes the file. */
struct st_file *damage_open(struct st_writer *w);

/* Does with one tensor of a copy what it likes: shape and type of *t may change, `data` has room for
 * eight times as much.  0 leaves the tensor out. */
typedef int (*damage_tensor)(struct st_tensor *t, void *data, void *arg);

/* The file again, with `change` done to every tensor. */
struct st_file *damage_tensors(const struct st_file *of, damage_tensor change, void *arg);

/* The file again, with another value of one metadata string; NULL: without it. */
struct st_file *damage_meta(const struct st_file *of, const char *key, const char *value);

/* Bytes of one item of a type. */
size_t damage_size(enum st_type type);

/* The file again with bit `bit` of its bytes turned over; NULL when that is no model file any more. */
struct st_file *damage_bit(const struct st_file *of, size_t bit);

/* How many bits it has, those of the header's length and of the header included. */
size_t damage_bits(const struct st_file *of);

#endif
