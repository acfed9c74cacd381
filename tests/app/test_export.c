/* test_export.c - runs in other programs' formats: check sums, texts and heads by their
 * specifications, files of runs made here, taken apart again by readers written for this test. */
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <gsl/gsl_rng.h>

#include "src/app/export/crc32c.h"
#include "src/app/export/export.h"
#include "src/base/file.h"
#include "src/cli/answer.h"
#include "src/cli/run_paths.h"
#include "tests/support/tap.h"

/* ---- runs ---- */

/* A run with these lines in metrics.jsonl (NULL: no such file); its path. */
static const char *make_run(const char *name, const char *info, const char *lines)
{
	static char path[4][600];
	static int next;
	char *run = path[next++ % 4], file[700];
	FILE *to;

	snprintf(run, sizeof path[0], "%s/%s", tap_tmpdir(), name);
	mkdir(run, 0777);
	snprintf(file, sizeof file, "%s/run.json", run);
	to = fopen(file, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	fputs(info, to);
	fclose(to);
	snprintf(file, sizeof file, "%s/metrics.jsonl", run);
	remove(file);
	if (!lines)
		return run;
	to = fopen(file, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	fputs(lines, to);
	fclose(to);
	return run;
}

#define INFO \
	"{\"kind\": \"kt\", \"status\": \"done\", " \
	"\"start\": \"2026-01-31T12:00:00Z\", \"host\": \"a/b c\"}"

static const char awkward[] =
	"{\"kind\": \"point\", \"step\": 10, \"time\": 0.5, \"epoch\": 1, \"train_loss\": 0.1, "
	"\"a,b\": 1e300}\n"
	"{\"kind\": \"best\", \"step\": 10}\n"
	"garbage\n"
	"{\"kind\": \"point\", \"step\": 20, \"time\": 1.5, \"epoch\": 2, \"train_loss\": null, "
	"\"valid_auc\": 0.30000000000000004}\n"
	"{\"kind\": \"point\", \"step\": 30, \"time\": 2, \"epo";

/* The contents of a format of these runs. */
static char *make(const char *format, int n, const char *const *path, size_t *size)
{
	struct export_run run[4];
	char *data = NULL;

	for (int r = 0; r < n; r++)
		CU_ASSERT_EQUAL_FATAL(export_run_read(&run[r], path[r], file_last_part(path[r])),
		                      RY_OK);
	for (int k = 0; export_formats[k].name; k++)
		if (strcmp(export_formats[k].name, format) == 0)
			CU_ASSERT_EQUAL(export_formats[k].make(run, n, &data, size), RY_OK);
	for (int r = 0; r < n; r++)
		export_run_free(&run[r]);
	CU_ASSERT_PTR_NOT_NULL_FATAL(data);
	return data;
}

/* ---- all formats ---- */

/* RY_OK with contents, or what the format may say instead without any: no data for it here, no
 * library for it in this build. */
static enum ry_status contents(const struct export_format *f, const char *path, char **data,
                               size_t *size)
{
	struct export_run run;
	enum ry_status status;

	CU_ASSERT_EQUAL_FATAL(export_run_read(&run, path, "law"), RY_OK);
	status = f->make(&run, 1, data, size);
	TAP_CHECK(!*data == (status != RY_OK), "%s: status %d", f->name, status);
	TAP_CHECK(status == RY_OK || status == RY_EDATA ||
	                  (status == RY_EMISSING && !export_npz_library()),
	          "%s: %s", f->name, ry_message());
	export_run_free(&run);
	return status;
}

static void every_format(void)
{
	const char *full = make_run("full",
	                            "{\"kind\": \"net\", \"status\": \"done\", \"start\": "
	                            "\"2026-01-31T12:00:00Z\", \"network\": \"dense 4 16\\n\"}",
	                            awkward),
	           *bare = make_run("bare law", INFO, NULL);
	char *data, *again;
	size_t size, same;

	for (const struct export_format *f = export_formats; f->name; f++) {
		TAP_CHECK(f->place && f->make && (f->single || !f->folder), "%s: an empty slot",
		          f->name);
		data = again = NULL;
		if (contents(f, full, &data, &size) == RY_OK &&
		    contents(f, full, &again, &same) == RY_OK)
			TAP_CHECK(size > 0 && size == same && memcmp(data, again, size) == 0,
			          "%s: not the same bytes again", f->name);
		else
			TAP_CHECK(ry_failure() == RY_EMISSING, "%s: %s", f->name, ry_message());
		free(data);
		free(again);
		data = NULL;
		contents(f, bare, &data, &size);
		free(data);
	}
	CU_ASSERT(export_formats[0].name != NULL);
}

/* ---- CRC-32C ---- */

/* Another way to it: highest bit first, and both ends reflected. */
static uint32_t reflect(uint32_t v, int bits)
{
	uint32_t turned = 0;

	for (int k = 0; k < bits; k++)
		turned |= (v >> k & 1) << (bits - 1 - k);
	return turned;
}

static uint32_t slow_crc(const unsigned char *data, size_t n)
{
	uint32_t crc = 0xFFFFFFFFu;

	for (size_t i = 0; i < n; i++) {
		crc ^= reflect(data[i], 8) << 24;
		for (int k = 0; k < 8; k++)
			crc = crc << 1 ^ (crc >> 31 ? 0x1EDC6F41u : 0);
	}
	return ~reflect(crc, 32);
}

static void check_sums(void)
{
	unsigned char data[700];

	CU_ASSERT_EQUAL(crc32c("123456789", 9), 0xE3069283u);
	CU_ASSERT_EQUAL(crc32c("", 0), 0);
	/* RFC 3720, appendix B.4 */
	memset(data, 0, 32);
	CU_ASSERT_EQUAL(crc32c(data, 32), 0x8A9136AAu);
	memset(data, 0xFF, 32);
	CU_ASSERT_EQUAL(crc32c(data, 32), 0x62A8AB43u);
	for (int i = 0; i < 32; i++)
		data[i] = (unsigned char)i;
	CU_ASSERT_EQUAL(crc32c(data, 32), 0x46DD794Eu);
	for (int i = 0; i < 32; i++)
		data[i] = (unsigned char)(31 - i);
	CU_ASSERT_EQUAL(crc32c(data, 32), 0x113FDB5Cu);
	for (int i = 0; i < 700; i++)
		data[i] = (unsigned char)(i * i + 7 * i);
	for (size_t n = 240; n < 700; n += 23)
		CU_ASSERT_EQUAL(crc32c(data, n), slow_crc(data, n));
	/* Turned right by 15: 0xE3069283 -> 0x2507C60D; plus 0xA282EAD8. */
	CU_ASSERT_EQUAL(crc32c_masked("123456789", 9), 0xC78AB0E5u);
}

/* ---- texts ---- */

static void numbers_read_back(void)
{
	static const double some[] = { 0,
		                       -0.0,
		                       1,
		                       0.1,
		                       1.0 / 3,
		                       1e300,
		                       -4.9e-324,
		                       2.2250738585072014e-308,
		                       123456789012345678.0 };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	char text[32];

	for (size_t i = 0; i < sizeof some / sizeof *some; i++)
		TAP_CHECK(strtod(export_number(text, some[i]), NULL) == some[i], "%.17g became %s",
		          some[i], text);
	for (int i = 0; i < 20000; i++) {
		double v =
			ldexp(gsl_rng_uniform(rng) - 0.5, (int)gsl_rng_uniform_int(rng, 400) - 200);

		if (strtod(export_number(text, v), NULL) != v) {
			TAP_CHECK(0, "%.17g became %s", v, text);
			break;
		}
	}
	gsl_rng_free(rng);
	CU_ASSERT_STRING_EQUAL(export_number(text, 0.1), "0.1");
	CU_ASSERT_STRING_EQUAL(export_number(text, 20), "20");
	CU_ASSERT_STRING_EQUAL(export_number(text, NAN), "");
	CU_ASSERT_STRING_EQUAL(export_number(text, INFINITY), "inf");
	CU_ASSERT_STRING_EQUAL(export_number(text, -INFINITY), "-inf");
}

static void fields_are_quoted(void)
{
	static const struct { const char *text, *field; } some[] = {
		{ "plain", "plain" }, { "", "" }, { "a b", "a b" }, { "a,b", "\"a,b\"" },
		  { "say \"x\"", "\"say \"\"x\"\"\"" },
		{ "two\nlines", "\"two lines\"" }, { "\x1b[2J", "?[2J" },
		{ " blank", "\" blank\"" },
		  { "blank ", "\"blank \"" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
	};

	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		char *text = NULL;
		size_t size;
		FILE *to = open_memstream(&text, &size);

		CU_ASSERT_PTR_NOT_NULL_FATAL(to);
		answer_csv_field(to, some[i].text);
		fclose(to);
		TAP_CHECK(strcmp(text, some[i].field) == 0, "%s became %s", some[i].text, text);
		free(text);
	}
}

static void tags_are_grouped(void)
{
	static const struct { const char *column, *tag; } some[] = {
		{ "train_loss", "loss/train" }, { "valid_skill_auc", "skill_auc/valid" },
		  { "test_auc", "auc/test" }, { "loss", "loss" },
		{ "train_", "train_" }, { "training", "training" }, { "gradient_first",
		  "gradient_first" },
	};
	char tag[100];

	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		export_tag(tag, sizeof tag, some[i].column);
		TAP_CHECK(strcmp(tag, some[i].tag) == 0, "%s became %s", some[i].column, tag);
	}
}

static void heads_of_arrays(void)
{
	static const struct { int dims; size_t shape[4]; const char *words; } some[] = {
		{ 0, { 0 }, "'shape': (), }" }, { 1, { 5 }, "'shape': (5,), }" }, { 2, { 3, 4 },
		  "'shape': (3, 4), }" },
		{ 4, { SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX }, "18446744073709551615), }" },
	};

	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		char head[257];
		size_t n = export_npy_head(head, "<f8", some[i].dims, some[i].shape);

		CU_ASSERT_EQUAL(n % 64, 0);
		CU_ASSERT_EQUAL(memcmp(head, "\x93NUMPY\x01\0", 8), 0);
		CU_ASSERT_EQUAL((unsigned char)head[8] + 256u * (unsigned char)head[9], n - 10);
		CU_ASSERT_EQUAL(head[n - 1], '\n');
		head[n] = '\0';
		CU_ASSERT_EQUAL(strncmp(head + 10, "{'descr': '<f8', 'fortran_order': False, ", 41),
		                0);
		TAP_CHECK(strstr(head + 10, some[i].words), "no %s in %s", some[i].words,
		          head + 10);
	}
}

/* ---- CSV ---- */

static void csv_of_runs(void)
{
	const char *one[] = { make_run("a \"b\", c", INFO, awkward) };
	const char *several[] = { one[0], make_run("empty", INFO, NULL),
		                  make_run("other", INFO,
		                           "{\"kind\": \"point\", \"step\": 1, \"own\": 2}\n") };
	size_t size;
	char *text = make("csv", 1, one, &size);

	CU_ASSERT_STRING_EQUAL(text, "run,step,time,epoch,train_loss,\"a,b\",valid_auc\r\n"
	                             "\"a \"\"b\"\", c\",10,0.5,1,0.1,1e+300,\r\n"
	                             "\"a \"\"b\"\", c\",20,1.5,2,,,0.30000000000000004\r\n");
	CU_ASSERT_EQUAL(strlen(text), size);
	free(text);
	text = make("csv", 3, several, &size);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "valid_auc,own\r\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "0.30000000000000004,\r\nother,1,,,,,,2\r\n"));
	free(text);
	text = make("csv", 1, several + 1, &size);
	CU_ASSERT_STRING_EQUAL(text, "run\r\n");
	free(text);
}

/* ---- event files ---- */

/* What the test's reader is at. */
struct reader {
	const unsigned char *p, *end;
};

static uint64_t read_varint(struct reader *r)
{
	uint64_t v = 0;

	for (int shift = 0; r->p < r->end; shift += 7) {
		v |= (uint64_t)(*r->p & 0x7F) << shift;
		if (!(*r->p++ & 0x80))
			break;
	}
	return v;
}

/* The next field: its number and, of bytes, what they are; 0 at the end.  Of numbers *v is the
 * bits. */
static int read_field(struct reader *r, uint64_t *v, struct reader *bytes)
{
	uint64_t key;
	size_t width = 0;

	if (r->p >= r->end)
		return 0;
	key = read_varint(r);
	*v = 0;
	switch (key & 7) {
	case 0: *v = read_varint(r); break;
	case 1: width = 8; break;
	case 2: {
		uint64_t n = read_varint(r);

		CU_ASSERT_FATAL(n <= (uint64_t)(r->end - r->p));
		*bytes = (struct reader){ r->p, r->p + n };
		r->p += n;
		break;
	}
	case 5: width = 4; break;
	default: CU_FAIL_FATAL("a wire type that there is not");
	}
	CU_ASSERT_FATAL(width <= (size_t)(r->end - r->p));
	for (size_t k = 0; k < width; k++)
		*v |= (uint64_t)*r->p++ << 8 * k;
	return (int)(key >> 3);
}

static double as_double(uint64_t bits)
{
	double d;

	memcpy(&d, &bits, sizeof d);
	return d;
}

static float as_float(uint64_t bits)
{
	uint32_t low = (uint32_t)bits;
	float f;

	memcpy(&f, &low, sizeof f);
	return f;
}

/* Packed doubles. */
static void print_doubles(FILE *to, struct reader r)
{
	for (; r.p + 8 <= r.end; r.p += 8) {
		uint64_t v = 0;

		for (int k = 0; k < 8; k++)
			v |= (uint64_t)r.p[k] << 8 * k;
		fprintf(to, " %g", as_double(v));
	}
}

static void print_histogram(FILE *to, struct reader r)
{
	struct reader packed = { 0 };
	uint64_t v;

	for (int field; (field = read_field(&r, &v, &packed)); ) {
		fprintf(to, " %d:", field);
		if (field < 6)
			fprintf(to, " %g", as_double(v));
		else
			print_doubles(to, packed);
	}
}

/* A value: its tag, and the number or the fields of the histogram. */
static void print_value(FILE *to, struct reader r)
{
	struct reader bytes = { 0 };
	uint64_t v;

	for (int field; (field = read_field(&r, &v, &bytes)); ) {
		if (field == 1)
			fprintf(to, " %.*s", (int)(bytes.end - bytes.p), (const char *)bytes.p);
		if (field == 2)
			fprintf(to, " %g", (double)as_float(v));
		if (field == 5)
			print_histogram(to, bytes);
	}
}

/* All events, a line each: "time step tag value ...". */
static char *print_events(const char *data, size_t size)
{
	char *text = NULL;
	size_t length, at = 0;
	FILE *to = open_memstream(&text, &length);

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	while (at < size) {
		const unsigned char *p = (const unsigned char *)data + at;
		uint64_t n = 0, v;
		uint32_t sum = 0, sum_2 = 0;
		struct reader event, bytes = { 0 };

		CU_ASSERT_FATAL(size - at >= 16);
		for (int k = 0; k < 8; k++)
			n |= (uint64_t)p[k] << 8 * k;
		CU_ASSERT_FATAL(n <= size - at - 16);
		for (int k = 0; k < 4; k++) {
			sum |= (uint32_t)p[8 + k] << 8 * k;
			sum_2 |= (uint32_t)p[12 + n + (size_t)k] << 8 * k;
		}
		/* Unmasked, as readers do it. */
		CU_ASSERT_EQUAL((sum - 0xA282EAD8u) << 15 | (sum - 0xA282EAD8u) >> 17,
		                slow_crc(p, 8));
		CU_ASSERT_EQUAL((sum_2 - 0xA282EAD8u) << 15 | (sum_2 - 0xA282EAD8u) >> 17,
		                slow_crc(p + 12, n));
		event = (struct reader){ p + 12, p + 12 + n };
		for (int field; (field = read_field(&event, &v, &bytes)); ) {
			if (field == 1)
				fprintf(to, "%.3f", as_double(v));
			if (field == 2)
				fprintf(to, " %lld", (long long)v);
			if (field == 3)
				fprintf(to, " %.*s", (int)(bytes.end - bytes.p),
				        (const char *)bytes.p);
			for (struct reader value;
			     field == 5 && read_field(&bytes, &v, &value) == 1;)
				print_value(to, value);
		}
		fputc('\n', to);
		at += 16 + n;
	}
	fclose(to);
	return text;
}

static void events_of_a_run(void)
{
	static const char layers[] =
		"{\"kind\":\"layers\",\"step\":10,\"epoch\":1,\"time\":0.75,\"layers\":[{\"name\":"
	        "\"out\",\"type\":\"dense\",\"weights\":"
		"{\"mean\":0.5,\"sd\":1,\"low\":-1,\"high\":1,\"counts\":[4,12]},\"activations\":"
	        "null},{\"name\":\"bad\",\"weights\":"
		"{\"low\":null,\"high\":1,\"counts\":[4]}},{\"name\":\"worse\",\"weights\":{"
	        "\"low\":0,\"high\":1,\"counts\":[0,-1]}}]}\n"
		"{\"kind\":\"note\",\"text\":\"\\\"layers\\\"\"}\n";
	char lines[sizeof awkward + sizeof layers], name[200], *data, *text;
	const char *one[] = { lines };
	struct export_run run;
	size_t size;

	snprintf(lines, sizeof lines, "%s%s", layers, awkward);
	one[0] = make_run("events", INFO, lines);
	data = make("tensorboard", 1, one, &size);
	text = print_events(data, size);
	CU_ASSERT_STRING_EQUAL(text, "1769860800.000 brain.Event:2\n"
	                             "1769860800.500 10 epoch 1 loss/train 0.1 a,b inf\n"
	                             "1769860801.500 20 epoch 2 auc/valid 0.3\n"
	                             "1769860800.750 10 weights/out 1: -1 2: 1 3: 16 4: 8 5: 20 6: "
	                             "-1 0 1 7: 0 4 12\n");
	free(text);
	free(data);
	CU_ASSERT_EQUAL(export_run_read(&run, one[0], "x"), RY_OK);
	export_event_name(&run, name, sizeof name);
	CU_ASSERT_STRING_EQUAL(name, "events.out.tfevents.1769860800.a_b_c.riley");
	export_run_free(&run);
}

/* A run that has not logged is a file that says its version. */
static void events_of_nothing(void)
{
	const char *one[] = { make_run("silent", "{\"kind\": \"kt\", \"status\": \"running\"}",
		                       NULL) };
	size_t size;
	char *data = make("tensorboard", 1, one, &size), *text = print_events(data, size);

	CU_ASSERT_STRING_EQUAL(text, "0.000 brain.Event:2\n");
	free(text);
	free(data);
}

/* ---- graphs ---- */

static void graph_of_a_network(void)
{
	const char *one[] = { make_run("net\"work\\",
		                       "{\"kind\": \"net\", \"status\": \"done\", \"network\": "
		                       "\"dense 4 16\\ntanh 16\\n\"}",
		                       NULL) };
	struct export_run run;
	char *data;
	size_t size;

	data = make("dot", 1, one, &size);
	CU_ASSERT_PTR_NOT_NULL(strstr(data, "label=\"net\\\"work\\\\\";"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(data, "\tlayer1 [label=\"dense 4 16\"];\n\tlayer2 [label=\"tanh 16\"];\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(data, "\tinput0 -> layer1 -> layer2 -> output0;\n"));
	free(data);
	CU_ASSERT_EQUAL(export_run_read(&run, make_run("bare", INFO, NULL), "bare"), RY_OK);
	CU_ASSERT_EQUAL(export_dot(&run, 1, &data, &size), RY_EDATA);
	CU_ASSERT_PTR_NULL(data);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "has no model yet"));
	export_run_free(&run);
}

static void what_is_no_run(void)
{
	struct export_run run;

	CU_ASSERT_EQUAL(export_run_read(&run, tap_tmpdir(), "none"), RY_EDATA);
	export_run_free(&run);
	export_run_free(&run);
}

/* Different runs have different names, which stay below a folder that they are put into, and are
 * ends of real paths; a run that is given twice has one. */
static void names_of_runs(void)
{
	static const char *const given[] = { "a/x",        "b/x/",         "c/a/x", "x",
		                             "./a/../b/y", "c/a/../a/x//", ".",     "b/.." };
	enum { RUNS = sizeof given / sizeof *given };
	char path[RUNS][700], *run[RUNS], **name, whole[PATH_MAX], other[PATH_MAX];

	for (int k = 0; k < RUNS; k++) {
		snprintf(path[k], sizeof path[k], "%s/%s", tap_tmpdir(), given[k]);
		run[k] = path[k];
		CU_ASSERT_EQUAL_FATAL(file_make_folders(path[k]), RY_OK);
	}
	name = run_names(RUNS, run);
	CU_ASSERT_PTR_NOT_NULL_FATAL(name);
	for (int k = 0; k < RUNS; k++) {
		size_t length = strlen(name[k]);

		CU_ASSERT_PTR_NOT_NULL_FATAL(realpath(path[k], whole));
		CU_ASSERT_FATAL(length > 0 && length <= strlen(whole));
		CU_ASSERT_STRING_EQUAL(whole + strlen(whole) - length, name[k]);
		CU_ASSERT_PTR_NULL(strstr(name[k], ".."));
		for (int j = 0; j < k; j++)
			CU_ASSERT_EQUAL(strcmp(name[j], name[k]) == 0,
			                strcmp(realpath(path[j], other), whole) == 0);
	}
	CU_ASSERT_STRING_EQUAL(name[1], "b/x");
	CU_ASSERT_STRING_EQUAL(name[4], "y");
	free(name);
	name = run_names(1, run);
	CU_ASSERT_PTR_NOT_NULL_FATAL(name);
	CU_ASSERT_STRING_EQUAL(name[0], "x");
	free(name);
}

static const struct tap_test tests[] = {
	{ "CRC-32C", check_sums },
	{ "numbers read back as they were", numbers_read_back },
	{ "fields are quoted where they must be", fields_are_quoted },
	{ "tags are grouped", tags_are_grouped },
	{ "heads of arrays", heads_of_arrays },
	{ "every format has contents, the same again", every_format },
	{ "CSV of runs", csv_of_runs },
	{ "events of a run", events_of_a_run },
	{ "events of a run that logged nothing", events_of_nothing },
	{ "the graph of a network", graph_of_a_network },
	{ "what is no run", what_is_no_run },
	{ "names of runs", names_of_runs },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("export", tests);
}
