/* export_npz.c - points and tensors for numpy: a zip of .npy files (NumPy enhancement proposal
 * 1). */
#include "config.h"

#include "src/app/export/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/safetensors.h"

size_t export_npy_head(char to[256], const char *type, int dims, const size_t *shape)
{
	char text[200];
	size_t n = (size_t)snprintf(text, sizeof text,
	                            "{'descr': '%s', 'fortran_order': False, 'shape': (", type),
	       length;

	for (int d = 0; d < dims; d++)
		n += (size_t)snprintf(text + n, sizeof text - n,
		                      dims == 1      ? "%zu,"
		                      : d + 1 < dims ? "%zu, "
		                                     : "%zu",
		                      shape[d]);
	n += (size_t)snprintf(text + n, sizeof text - n, "), }");
	length = (10 + n + 1 + 63) / 64 * 64;           /* magic, version, length, text, newline */
	memset(to, ' ', length);
	memcpy(to, "\x93NUMPY\x01", 7);
	to[7] = '\0';
	to[8] = (char)((length - 10) & 0xFF);
	to[9] = (char)((length - 10) >> 8);
	memcpy(to + 10, text, n);
	to[length - 1] = '\n';
	return length;
}

#ifdef HAVE_LIBZIP

#include <zip.h>

/* No run.json is larger. */
#define INFO_MOST ((size_t)64 << 20)

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define DOUBLE ">f8"
#else
#define DOUBLE "<f8"
#endif

/* An archive in the making.  Members are owned by it. */
struct npz {
	zip_t        *zip;
	zip_source_t *whole;                 /* where it will be, in memory */
	const char   *run;                   /* names begin with that; or NULL */
	time_t        time;
};

/* libzip does not always tell that memory was short; malloc() does, in errno. */
static enum ry_status fail_zip(zip_error_t *error)
{
	enum ry_status status =
		errno == ENOMEM || zip_error_code_zip(error) == ZIP_ER_MEMORY
			? ry_fail_memory("a .npz file")
			: ry_fail(RY_EIO, "cannot write the .npz file: %s",
		                  zip_error_strerror(error));

	zip_error_fini(error);
	return status;
}

/* A part of a name that no program that unpacks the archive can take for a path, and that is
 * UTF-8. */
static void clean_part(char *to, size_t size, const char *from)
{
	size_t n = 0;
	json_t *utf8 = json_string(from);

	for (; *from && n + 1 < size; from++)
		to[n++] = strchr("/\\:", *from) || (unsigned char)*from < ' ' ||
		                          (!utf8 && (unsigned char)*from > 126)
		                  ? '_'
		                  : *from;
	to[n] = '\0';
	if (n == 0 || strcmp(to, ".") == 0 || strcmp(to, "..") == 0)
		snprintf(to, size, "_");
	json_decref(utf8);
}

/* Add a member; takes over `data`, also on failure.  A name that is there gets a number.  (Without
 * memory zip_source_buffer() frees `data` in some cases only: then it is left alone.) */
static enum ry_status add_member(struct npz *z, const char *folder, const char *name,
                                 const char *ending, void *data, size_t size)
{
	char part[400], run[400] = "", path[1000];
	zip_source_t *source = data ? zip_source_buffer(z->zip, data, size, 1) : NULL;
	zip_int64_t at;

	if (!source)
		return ry_fail_memory("a .npz file");
	clean_part(part, sizeof part, name);
	if (z->run)
		clean_part(run, sizeof run, z->run);
	snprintf(path, sizeof path, "%s%s%s%s%s", run, *run ? "/" : "", folder, part, ending);
	for (int k = 2; zip_name_locate(z->zip, path, 0) >= 0; k++)
		snprintf(path, sizeof path, "%s%s%s%s_%d%s", run, *run ? "/" : "", folder, part, k,
		         ending);
	at = zip_file_add(z->zip, path, source, ZIP_FL_ENC_UTF_8);
	if (at < 0) {
		zip_source_free(source);
		return fail_zip(zip_get_error(z->zip));
	}
	/* Numbers are hardly smaller for trying harder, which takes minutes for a million
	 * points. */
	zip_set_file_compression(z->zip, (zip_uint64_t)at, ZIP_CM_DEFLATE, 1);
	zip_file_set_mtime(z->zip, (zip_uint64_t)at, z->time, 0);
	return RY_OK;
}

static enum ry_status add_array(struct npz *z, const char *folder, const char *name,
                                const char *type, int dims, const size_t *shape,
                                const void *numbers, size_t size)
{
	char head[256], *data;
	size_t length = export_npy_head(head, type, dims, shape);

	if (!(data = malloc(length + size)))
		return ry_fail_memory("a .npz file");
	memcpy(data, head, length);
	if (size > 0)
		memcpy(data + length, numbers, size);
	return add_member(z, folder, name, ".npy", data, length + size);
}

static enum ry_status add_points(struct npz *z, const struct run_points *p)
{
	enum ry_status status = RY_OK;

	for (int k = 0; k < p->columns && status == RY_OK; k++)
		status = add_array(z, "points/", p->name[k], DOUBLE, 1, &p->n, p->value[k],
		                   p->n * sizeof(double));
	return status;
}

/* The bytes of a safetensors file are numpy's as they are. */
static enum ry_status add_model(struct npz *z, const char *run)
{
	static const struct { const char *name; size_t width;
	} types[] = {
		[ST_F32] = { "<f4", 4 }, [ST_F64] = { "<f8", 8 }, [ST_I32] = { "<i4", 4 },
		[ST_I64] = { "<i8", 8 }, [ST_U8] = { "|u1", 1 },
	};
	size_t room = strlen(run) + 40;
	char *path = malloc(room);
	enum ry_status status = RY_OK;
	struct st_file *f;

	if (!path)
		return ry_fail_memory("a path");
	snprintf(path, room, "%s/model.safetensors", run);
	if (access(path, F_OK) != 0) {          /* it never came to a best one */
		free(path);
		return RY_OK;
	}
	f = st_open(path, &status);
	free(path);
	for (int k = 0; f && st_tensor_at(f, k) && status == RY_OK; k++) {
		const struct st_tensor *t = st_tensor_at(f, k);

		status = add_array(z, "model/", t->name, types[t->type].name, t->dims, t->shape,
		                   t->data, t->count * types[t->type].width);
	}
	st_close(f);
	return status;
}

/* run.json, byte for byte. */
static enum ry_status add_info(struct npz *z, const char *run)
{
	size_t room = strlen(run) + 20, size;
	char *path = malloc(room), *text;
	enum ry_status status;

	if (!path)
		return ry_fail_memory("a path");
	snprintf(path, room, "%s/run.json", run);
	status = file_read_all(path, INFO_MOST, &text, &size);
	free(path);
	return status == RY_OK ? add_member(z, "", "run.json", "", text, size) : status;
}

static enum ry_status add_run(struct npz *z, const struct export_run *run)
{
	enum ry_status status = add_info(z, run->path);

	if (status == RY_OK)
		status = add_points(z, run->points);
	return status == RY_OK ? add_model(z, run->path) : status;
}

/* Close the archive and read it back from its memory. */
static enum ry_status take_archive(struct npz *z, char **data, size_t *size)
{
	zip_stat_t stat;
	zip_int64_t got = -1;

	if (zip_close(z->zip) != 0)
		return fail_zip(zip_get_error(z->zip));
	z->zip = NULL;
	if (zip_source_open(z->whole) != 0)
		return fail_zip(zip_source_error(z->whole));
	if (zip_source_stat(z->whole, &stat) == 0 && stat.valid & ZIP_STAT_SIZE &&
	    (*data = malloc(stat.size + 1)))
		got = zip_source_read(z->whole, *data, stat.size);
	zip_source_close(z->whole);
	if (got < 0 || (zip_uint64_t)got != stat.size) {
		free(*data);
		*data = NULL;
		return ry_fail_memory("a .npz file");
	}
	*size = stat.size;
	return RY_OK;
}

const char *export_npz_library(void)
{
	return zip_libzip_version();
}

enum ry_status export_npz(const struct export_run *run, int n, char **data, size_t *size)
{
	struct npz z = { 0 };
	enum ry_status status = RY_OK;
	zip_error_t error;

	*data = NULL;
	zip_error_init(&error);
	errno = 0;
	z.whole = zip_source_buffer_create(NULL, 0, 0, &error);
	if (z.whole)
		z.zip = zip_open_from_source(z.whole, ZIP_TRUNCATE, &error);
	if (!z.zip) {
		zip_source_free(z.whole);
		return fail_zip(&error);
	}
	zip_source_keep(z.whole);
	for (int r = 0; r < n && status == RY_OK; r++) {
		z.run = n > 1 ? run[r].name : NULL;
		z.time = 315576000;             /* 1980: what a zip can say at the earliest, so
		                                 * that a run gives the same bytes again */
		status = add_run(&z, &run[r]);
	}
	if (status == RY_OK)
		status = take_archive(&z, data, size);
	if (z.zip)
		zip_discard(z.zip);
	zip_source_free(z.whole);
	return status;
}

#else

const char *export_npz_library(void)
{
	return NULL;
}

enum ry_status export_npz(const struct export_run *run, int n, char **data, size_t *size)
{
	(void)run;
	(void)n;
	*data = NULL;
	*size = 0;
	return ry_fail(RY_EMISSING,
	               "this riley was built without libzip, which .npz files need: install it "
	               "(Debian: apt-get install libzip-dev; Fedora: dnf install libzip-devel; "
	               "Homebrew: brew install libzip), then run configure and make again");
}

#endif
