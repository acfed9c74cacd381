/* next_commands.c - see next_commands.h. */
#include "src/cli/next_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/file.h"
#include "src/base/text.h"
#include "src/cli/called.h"
#include "src/cli/run_paths.h"
#include "src/cli/shell_words.h"

void next_commands_print(const struct cli *cli, const struct next_command *next, int n,
                         const char *name)
{
	if (cli->quiet || cli->json)
		return;
	fflush(stdout);                      /* what was printed comes first, also in a file */
	for (int k = 0; k < n && next[k].command; k++) {
		out(stderr, "%s %s %s ", k ? "     " : "Next:", called_name(), next[k].command);
		shell_print_word(stderr, name);
		out(stderr, "%s    # %s\n", next[k].ending ? next[k].ending : "",
		    next[k].purpose);
	}
}

void next_commands_for_run(const struct cli *cli, const struct next_command *next, int n,
                           const char *path)
{
	const char *word = file_last_part(path);
	char *meant = run_path(word);

	next_commands_print(cli, next, n, meant && strcmp(meant, path) == 0 ? word : path);
	free(meant);
}
