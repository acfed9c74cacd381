/* diagnose.h - the diagnosis of src/diagnosis/diagnosis.h for run directories: reading them, and
 * findings as text and JSON. */
#ifndef RILEY_APP_DIAGNOSE_DIAGNOSE_H
#define RILEY_APP_DIAGNOSE_DIAGNOSE_H

#include <jansson.h>
#include <stdio.h>
#include "src/base/status.h"
#include "src/cli/command.h"
#include "src/diagnosis/diagnosis.h"
#include "src/run/run_reader.h"

/* What has been read of a run so far; see diagnosis_make().  Of a run that is not there nothing is
 * found.  `lists` are the program's commands, for the kinds of runs. */
void diagnose_reader(struct diagnosis *d, command_lists lists, struct run_reader *r);

/* The run at `path`, read to its end.  With `ended` its training is over, whatever run.json still
 * says.  RY_EDATA when it is none. */
enum ry_status diagnose_run(struct diagnosis *d, command_lists lists, const char *path, int ended);

/* For people: the verdict, then each finding with its evidence, what it means and what to try; then
 * which rules could not be applied, and why.  Lines are `width` columns at most, but for words that
 * are longer. */
void diagnose_text(FILE *to, const struct diagnosis *d, int width);

/* {"verdict": id of a rule, or "healthy", or "too early"; "findings": [{"rule", "name", "severity",
 * "evidence", "meaning", "advice"}], "unjudged": [{"rule", "why"}], "judged": count, "points":
 * count}: a new reference. */
json_t *diagnose_json(const struct diagnosis *d);

/* A verdict's word as in diagnose_json(). */
const char *diagnose_word(const struct diagnosis *d);

#endif
