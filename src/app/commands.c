/* commands.c - see commands.h. */
#include "src/app/commands.h"

#include <stddef.h>

#include "rl/commands/rl_commands.h"
#include "rnn/commands/kt_commands.h"
#include "src/app/explain/explain_command.h"
#include "src/app/export/export_command.h"
#include "src/app/machine/machine_command.h"
#include "src/app/net/net_commands.h"
#include "src/app/plot/plot_command.h"
#include "src/app/runs/compare_command.h"
#include "src/app/runs/runs_command.h"
#include "src/app/selftest/diagnose_command.h"
#include "src/app/sweep/sweep_command.h"
#include "src/app/watch/watch_command.h"

static const struct command *const tools[] = {
	&runs_command,
	&runs_compare_command,
	&diagnose_command,
	&machine_command,
	&plot_command,
	&sweep_command,
	&explain_command,
	&export_command,
	&watch_command,
	NULL
};

const struct command *const *const program_commands[] = { kt_commands, rl_commands, net_commands,
	                                                  tools, NULL };
