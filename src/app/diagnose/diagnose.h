/* diagnose.h - diagnosis of run directories: reading them, and findings as text and JSON. */
#ifndef RILEY_APP_DIAGNOSE_DIAGNOSE_H
#define RILEY_APP_DIAGNOSE_DIAGNOSE_H

#include <jansson.h>
#include <stdio.h>
#include "src/base/status.h"
#include "src/cli/command.h"
#include "src/diagnosis/diagnosis.h"
#include "src/run/run_reader.h"

/* Diagnose what has been read of a run so far; see diagnosis_make().  A missing run has no
 * findings. */
void diagnose_reader(struct diagnosis *d, command_lists lists, struct run_reader *r);

/* Read and diagnose the run at `path`.  If `ended` is set, training is over whatever run.json says.
 * RY_EDATA if it is not a run. */
enum ry_status diagnose_run(struct diagnosis *d, command_lists lists, const char *path, int ended);

/* Print the verdict, then each finding with its evidence, meaning and advice, then the rules that
 * could not be applied, and why.  Lines have at most `width` columns unless a word is longer. */
void diagnose_text(FILE *to, const struct diagnosis *d, int width);

/* {"verdict": id of a rule, or "healthy", or "too early"; "findings": [{"rule", "name", "severity",
 * "evidence", "meaning", "advice"}], "unjudged": [{"rule", "why"}], "judged": count, "points":
 * count}: a new reference. */
json_t *diagnose_json(const struct diagnosis *d);

/* The verdict as one word, as in diagnose_json(). */
const char *diagnose_word(const struct diagnosis *d);

#endif
