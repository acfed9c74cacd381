/* safetensors.h - model files that other programs open.
 *
 * Format: 8 bytes little-endian header length; a JSON object that maps each tensor's name to
 * {"dtype", "shape", "data_offsets": [begin, end]}, and "__metadata__" to an object of strings;
 * then the tensors' bytes, little-endian, row-major, without gaps.
 *
 * A file is untrusted input.  st_open() checks the header's length, JSON, types, shapes, that
 * every offset lies inside the file, that bytes = shape x type, and that tensors neither overlap
 * nor leave gaps, before anything is used.
 */
#ifndef RILEY_BASE_SAFETENSORS_H
#define RILEY_BASE_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>
#include "src/base/real.h"
#include "src/base/status.h"

enum st_type { ST_F32, ST_F64, ST_I32, ST_I64, ST_U8 };

#ifdef RY_DOUBLE
#define ST_REAL ST_F64
#else
#define ST_REAL ST_F32
#endif

struct st_tensor {
	const char    *name;
	enum st_type   type;
	int            dims;          /* 0..4 */
	size_t         shape[4];
	size_t         count;         /* product of the shape */
	const void    *data;          /* row-major; in a read file only as aligned as the file
	                               * left it: use st_get() */
};

/* ---- writing ---- */

struct st_writer;

/* An empty file in the making.  The caller owns it. */
struct st_writer *st_writer_alloc(void);
void st_writer_free(struct st_writer *w);

/* Set one string of the metadata (again: it replaces the first).  RY_EINVAL when key or value are
 * not UTF-8. */
enum ry_status st_set_meta(struct st_writer *w, const char *key, const char *value);

/* Add a tensor; the data are copied.  RY_EINVAL when the name is there already, is not UTF-8 or is
 * "__metadata__"; RY_ENOMEM.  In the file tensors of 8-byte types come first, then those of 4, then
 * U8, each in the order they were added, so that every one is aligned for its type. */
enum ry_status st_add(struct st_writer *w, const char *name, enum st_type type, int dims,
                      const size_t *shape, const void *data);

/* As st_add, but the data are borrowed: they stay where they are, unchanged, until the file has
 * been written. */
enum ry_status st_lend(struct st_writer *w, const char *name, enum st_type type, int dims,
                       const size_t *shape, const void *data);

/* As st_add for reals given transposed: the tensor has shape (rows, ...), the data are a matrix
 * with all the other dimensions down and `rows` across. */
enum ry_status st_add_transposed(struct st_writer *w, const char *name, int dims,
                                 const size_t *shape, const real *data);

/* Write to `path` so that a crash at any instant leaves the old file or the new one, whole: aside
 * in the same folder, flushed, synced, renamed, folder synced, each step checked.  On failure
 * (RY_EIO, RY_ENOMEM) the old file is as it was and nothing is left beside it: see
 * file_replace(). */
enum ry_status st_write(struct st_writer *w, const char *path);

/* ---- reading ---- */

struct st_file;

/* Open and check a file.  NULL, with ry_message() naming the file and what is wrong, if it is not
 * a whole and well-formed model file; *status (unless NULL) tells RY_EDATA, RY_EIO or RY_ENOMEM. */
struct st_file *st_open(const char *path, enum ry_status *status);
void st_close(struct st_file *f);

const char *st_path(const struct st_file *f);

/* A metadata string, or NULL.  Borrowed from the file. */
const char *st_meta(const struct st_file *f, const char *key);

/* The k-th tensor in file order, or NULL past the last; and one by name, or NULL. */
const struct st_tensor *st_tensor_at(const struct st_file *f, int k);
const struct st_tensor *st_find(const struct st_file *f, const char *name);

/* Copy a tensor into `to`, which holds `count` items of `type`.  F32 and F64 convert into each
 * other (F64 beyond the range of F32 becomes infinity); any other change of type, and a count that
 * differs, is RY_ESHAPE.  No such tensor is RY_EDATA. */
enum ry_status st_get(const struct st_file *f, const char *name, enum st_type type, size_t count,
                      void *to);

#endif
