/* safetensors.h - model files in the safetensors format, readable by other programs.
 *
 * Format: the header length in 8 bytes, little-endian; a JSON object that maps each tensor's name
 * to {"dtype", "shape", "data_offsets": [begin, end]}, and "__metadata__" to an object of strings;
 * then the tensors' bytes, little-endian, row-major, without gaps.
 *
 * A file is untrusted input.  Before anything is used, st_open() checks the header length, the
 * JSON, types and shapes, that every offset lies within the file, that sizes agree with shapes and
 * types, and that tensors neither overlap nor leave gaps.
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
	const void    *data;          /* row-major; may be unaligned in a read file, see st_get() */
};

/* ---- writing ---- */

struct st_writer;

/* A new file without tensors.  The caller owns it.  NULL without memory. */
struct st_writer *st_writer_alloc(void);
void st_writer_free(struct st_writer *w);

/* Set a string of the metadata, replacing an earlier one.  RY_EINVAL if the key or the value is not
 * UTF-8. */
enum ry_status st_set_meta(struct st_writer *w, const char *key, const char *value);

/* Add a tensor; the data are copied.  RY_EINVAL if the name is taken, not UTF-8, or "__metadata__";
 * RY_ENOMEM.  In the file tensors of 8-byte types come first, then those of 4 bytes, then U8, each
 * in the order of addition, so that all are aligned for their types. */
enum ry_status st_add(struct st_writer *w, const char *name, enum st_type type, int dims,
                      const size_t *shape, const void *data);

/* st_add() without a copy: the data are borrowed and must stay unchanged until the file has been
 * written. */
enum ry_status st_lend(struct st_writer *w, const char *name, enum st_type type, int dims,
                       const size_t *shape, const void *data);

/* st_add() for reals stored transposed: the tensor has shape (rows, ...), the data are the matrix
 * of the remaining dimensions by `rows`. */
enum ry_status st_add_transposed(struct st_writer *w, const char *name, int dims,
                                 const size_t *shape, const real *data);

/* Write to `path` atomically with file_replace(): a crash at any instant leaves either the old or
 * the new file complete.  On failure (RY_EIO, RY_ENOMEM) the old file is unchanged and no temporary
 * file is left. */
enum ry_status st_write(struct st_writer *w, const char *path);

/* The same in an open folder, with file_replace_in(). */
enum ry_status st_write_in(struct st_writer *w, int folder, const char *path);

/* ---- reading ---- */

struct st_file;

/* Open and check a file.  NULL, with ry_message() naming the file and what is wrong, if it is not a
 * whole and well-formed model file; *status (unless NULL) tells RY_EDATA, RY_EIO or RY_ENOMEM. */
struct st_file *st_open(const char *path, enum ry_status *status);
void st_close(struct st_file *f);

const char *st_path(const struct st_file *f);

/* A metadata string, or NULL.  Borrowed from the file. */
const char *st_meta(const struct st_file *f, const char *key);

/* The k-th tensor in file order, or NULL past the last one; a tensor by name, or NULL.  Borrowed
 * from the file. */
const struct st_tensor *st_tensor_at(const struct st_file *f, int k);
const struct st_tensor *st_find(const struct st_file *f, const char *name);

/* Check that a tensor is there (RY_EDATA if not) with this type and shape (RY_ESHAPE if not).  F32
 * passes for F64 and F64 for F32. */
enum ry_status st_check(const struct st_file *f, const char *name, enum st_type type, int dims,
                        const size_t *shape);

/* RY_EDATA if a number of the tensor, which must be there, is not finite or does not fit in
 * `type`. */
enum ry_status st_check_finite(const struct st_file *f, const char *name, enum st_type type);

/* RY_EDATA if a number of the tensor, which must be there, of a floating-point type, is below 0. */
enum ry_status st_check_positive(const struct st_file *f, const char *name);

/* st_check() and st_check_finite(), then copy the tensor to `to`, which has room for it; F32 and
 * F64 are converted.  On failure `to` is unchanged. */
enum ry_status st_get(const struct st_file *f, const char *name, enum st_type type, int dims,
                      const size_t *shape, void *to);

/* The same for numbers that may be NaN or infinite, such as a measure that there is none of. */
enum ry_status st_get_measures(const struct st_file *f, const char *name, enum st_type type,
                               int dims, const size_t *shape, void *to);

#endif
