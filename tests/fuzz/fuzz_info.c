/* fuzz_info.c - arbitrary bytes as run.json: refused with a message, or an object with kind and
 * status; and a reader following the run agrees. */
#include "tests/support/fuzz.h"

#include <math.h>
#include <string.h>

#include "src/run/run_reader.h"
#include "src/run/rundir.h"

const char fuzz_name[] = "info";

static const char good[] =
	"{\"kind\": \"kt\", \"status\": \"done\", \"start\": \"2016-05-23T14:05:09Z\"}\n";

static void check_info(const json_t *info)
{
	HOLD(json_is_object(info));
	HOLD(json_is_string(json_object_get(info, "kind")));
	HOLD(json_is_string(json_object_get(info, "status")));
}

/* The file again and again under a reader: these bytes, a good one, these bytes.  (Never of one
 * length: two writes within one tick of the clock have the same time.) */
static void follow(const unsigned char *bytes, size_t n, int is_good)
{
	size_t length = sizeof good - 1 - (n == sizeof good - 1);
	struct run_reader *r = run_reader_open(fuzz_folder());
	const struct run_data *d = run_reader_data(r);

	fuzz_file_in_folder("run.json", bytes, n);
	run_reader_poll(r, INFINITY);
	HOLD(d->state == RUN_THERE);
	HOLD((d->info != NULL) == is_good);
	HOLD(is_good || strstr(d->sentence, "run.json"));
	fuzz_file_in_folder("run.json", (const unsigned char *)good, length);
	run_reader_poll(r, INFINITY);
	HOLD(d->info);
	check_info(d->info);
	fuzz_file_in_folder("run.json", bytes, n);
	run_reader_poll(r, INFINITY);
	HOLD(d->info);
	check_info(d->info);
	run_reader_free(r);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	const char *path = fuzz_file_in_folder("run.json", bytes, n);
	enum ry_status status = RY_OK;
	json_t *info = rundir_read_info(fuzz_folder(), &status);

	if (info) {
		HOLD(status == RY_OK);
		check_info(info);
	} else {
		FUZZ_REFUSED(status, RY_EDATA, path);
	}
	follow(bytes, n, info != NULL);
	json_decref(info);
	return 0;
}
