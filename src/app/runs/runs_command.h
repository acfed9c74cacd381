/* runs_command.h - `riley runs` and `riley runs compare`. */
#ifndef RILEY_APP_RUNS_RUNS_COMMAND_H
#define RILEY_APP_RUNS_RUNS_COMMAND_H

#include "src/app/runs/run_list.h"
#include "src/cli/command.h"

extern const struct command runs_command;

/* The runs that a command is about: those at `n` paths or called by these names, or, without any,
 * those in runs/.  No runs/ is an empty list.  `old`, or NULL: an earlier list, which is used up.
 * RY_EDATA for a name that is neither a run nor a folder, RY_EIO, RY_ENOMEM. */
enum ry_status runs_find(struct run_list *l, command_lists lists, int n, char *const *path,
                         struct run_list *old);

/* Print a list of runs as a table for people: those that `f` shows, and below it what is wrong with
 * the others.  RY_ENOMEM. */
enum ry_status runs_print(const struct cli *cli, const struct run_list *l,
                          const struct run_list_filter *f);

/* A sentence for users who have no runs yet, on stderr. */
void runs_say_none(const struct cli *cli);

#endif
