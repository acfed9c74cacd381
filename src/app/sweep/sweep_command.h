/* sweep_command.h - `riley sweep`. */
#ifndef RILEY_APP_SWEEP_SWEEP_COMMAND_H
#define RILEY_APP_SWEEP_SWEEP_COMMAND_H

#include "src/cli/command.h"

extern const struct command sweep_command;

/* A sweep that another command describes. */
struct sweep_order {
	const char *text;            /* the description; NULL: that of the sweep in the folder */
	const char *folder;          /* of its runs */
	const char *again;           /* the words that go on with it, for messages: "rl ablate
	                              * --resume runs/x" */
	const char *note;            /* a paragraph below the table, or NULL */
	int         jobs;            /* runs at a time; below 1: as many as the processors allow */
};

/* Run it, or go on with it, and tell what it found, as `riley sweep` does. */
enum ry_status sweep_run(const struct cli *cli, const struct sweep_order *order);

#endif
