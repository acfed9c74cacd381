/* export_dot.c - a network as a graph for Graphviz. */
#include "src/app/export/export.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/safetensors.h"
#include "src/base/text.h"

/* Text inside of quotes, made safe, which Graphviz wants to be UTF-8. */
static void put_text(FILE *to, const char *text, size_t n)
{
	size_t from = 0;

	n = strnlen(text, n);
	for (size_t i = 0; i <= n; i++)
		if (i == n || text[i] == '"' || text[i] == '\\') {
			out_bytes(to, text + from, i - from);
			out_own(to, i < n ? "\\" : "");
			from = i;
		}
}

static void put_node(FILE *to, const char *name, int number, const char *text, size_t n)
{
	out(to, "\t%s%d [label=\"", name, number);
	put_text(to, text, n);
	fprintf(to, "\"];\n");
}

static size_t parameters(const struct st_file *f)
{
	size_t n = 0;

	for (int k = 0; f && st_tensor_at(f, k); k++)
		n += st_tensor_at(f, k)->count;
	return n;
}

/* A box for each line of `layers`, one after the other. */
static void put_graph(FILE *to, const struct export_run *run, const struct st_file *f,
                      const char *layers)
{
	const char *input = f ? st_meta(f, "input") : NULL;
	char count[64];
	int n = 0;

	fprintf(to, "digraph riley {\n\tlabel=\"");
	put_text(to, run->name, sizeof run->name);
	if (f)
		out(to, ", %s", text_counted(count, parameters(f), "parameter"));
	fprintf(to, "\";\n\tlabelloc=t;\n\trankdir=LR;\n\tnode [shape=box, "
	            "fontname=\"sans-serif\"];\n");
	put_node(to, "input", 0, input ? input : "input", 200);
	for (const char *line = layers; *line; ) {
		size_t length = strcspn(line, "\n");

		if (length > 0)
			put_node(to, "layer", ++n, line, length);
		line += length + (line[length] == '\n');
	}
	fprintf(to, "\toutput0 [label=\"output\"];\n\tinput0");
	for (int k = 1; k <= n; k++)
		fprintf(to, " -> layer%d", k);
	fprintf(to, " -> output0;\n}\n");
}

enum ry_status export_dot(const struct export_run *run, int n, char **data, size_t *size)
{
	size_t room = strlen(run->path) + 40;
	char *path = malloc(room);
	enum ry_status status = RY_OK;
	struct st_file *f = NULL;
	const char *layers;
	FILE *to;

	(void)n;
	*data = NULL;
	if (!path)
		return ry_fail_memory("a path");
	snprintf(path, room, "%s/model.safetensors", run->path);
	if (access(path, F_OK) == 0)
		f = st_open(path, &status);
	free(path);
	if (status != RY_OK)
		return status;
	layers =
		f ? st_meta(f, "layers") : json_string_value(json_object_get(run->info, "network"));
	if (!layers)
		status = ry_fail(RY_EDATA, "%s: has no model yet, so there is no network to draw",
		                 run->path);
	else if (!(to = open_memstream(data, size)))
		status = ry_fail_memory("a graph");
	else {
		put_graph(to, run, f, layers);
		status = fclose(to) == 0 ? RY_OK : ry_fail_memory("a graph");
	}
	st_close(f);
	return status;
}
