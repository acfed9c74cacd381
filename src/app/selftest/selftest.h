/* selftest.h - is the diagnosis right?  Runs with a known fault, trained now, and what is said of
 * them. */
#ifndef RILEY_APP_SELFTEST_SELFTEST_H
#define RILEY_APP_SELFTEST_SELFTEST_H

#include "src/cli/command.h"

/* Train every case of selftest_cases for seeds cli->seed ... + seeds - 1 in a temporary directory,
 * side by side on cli->threads cores, and print the confusion matrix.  RY_ECHECK when fewer than 90
 * % of the verdicts are right or a healthy run is accused; RY_ESTOP when interrupted. */
enum ry_status selftest_run(const struct cli *cli, int seeds);

#endif
