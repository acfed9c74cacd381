/* export.c - see export.h. */
#include "src/app/export/export.h"

#define ROW(name, reader, help, place, folder, single) \
	{ #name, place, folder, single, export_##name },

const struct export_format export_formats[] = {
	EXPORT_FORMATS(ROW, ROW)
	{ NULL, NULL, 0, 0, NULL }
};

enum ry_status export_run_read(struct export_run *r, const char *path, const char *name)
{
	enum ry_status status;

	*r = (struct export_run){ .path = path };
	snprintf(r->name, sizeof r->name, "%s", name);
	r->info = rundir_read_info(path, &status);
	if (r->info)
		r->points = run_points_read(path, "point", &status);
	return r->points ? RY_OK : status;
}

void export_run_free(struct export_run *r)
{
	json_decref(r->info);
	run_points_free(r->points);
	*r = (struct export_run){ 0 };
}
