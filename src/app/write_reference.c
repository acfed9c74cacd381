/* write_reference.c - the build's own tool: writes manual pages and completion into folders.
 *
 *     write_reference MAN COMPLETION
 *
 * MAN/riley.1, MAN/riley-kt-train.1 ...; COMPLETION/riley.bash, _riley (zsh), riley.fish.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "src/app/commands.h"
#include "src/base/text.h"
#include "src/cli/completion.h"
#include "src/cli/manual.h"

static FILE *create(const char *folder, const char *name, const char *ending)
{
	char path[4096];
	FILE *to = NULL;

	if (snprintf(path, sizeof path, "%s/%s%s", folder, name, ending) < (int)sizeof path)
		to = fopen(path, "w");
	if (!to)
		out(stderr, "write_reference: %s/%s%s: %s\n", folder, name, ending,
		        strerror(errno));
	return to;
}

/* 0, or 1 when not all was written. */
static int finished(FILE *to)
{
	int bad = ferror(to);

	return fclose(to) != 0 || bad;
}

static int write_pages(const char *folder)
{
	FILE *to = create(folder, "riley", ".1");
	int bad = !to;

	if (to) {
		manual_program(to, program_commands);
		bad = finished(to);
	}
	for (command_lists lists = program_commands; *lists && !bad; lists++)
		for (const struct command *const *c = *lists; *c && !bad; c++) {
			char name[80];

			manual_name(*c, name);
			to = create(folder, name, ".1");
			if (to)
				manual_command(to, *c);
			bad = !to || finished(to);
		}
	return bad;
}

static int write_completion(const char *folder)
{
	static const struct {
		const char *name;
		void      (*put)(FILE *to, command_lists lists);
	} shells[] = {
		{ "riley.bash", completion_bash },
		{ "_riley", completion_zsh },
		{ "riley.fish", completion_fish },
	};
	int bad = 0;

	for (size_t k = 0; k < sizeof shells / sizeof *shells && !bad; k++) {
		FILE *to = create(folder, shells[k].name, "");

		if (to)
			shells[k].put(to, program_commands);
		bad = !to || finished(to);
	}
	return bad;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: write_reference MAN COMPLETION\n", stderr);
		return 2;
	}
	return write_pages(argv[1]) || write_completion(argv[2]);
}
