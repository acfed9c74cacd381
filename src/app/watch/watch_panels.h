/* watch_panels.h - the panels of the dashboard on what a run records beside its numbers: its
 * layers, one student, and how good its probabilities are.
 *
 * Each is drawn into the inside of a box, from the latest record of its kind in metrics.jsonl
 * (src/run/rundir.h; borrowed; NULL: there is none yet).  Records come from files: what is missing
 * in them or is no number is not known, and what is more than a record may hold is left out.
 */
#ifndef RILEY_APP_WATCH_WATCH_PANELS_H
#define RILEY_APP_WATCH_WATCH_PANELS_H

#include <jansson.h>
#include "src/ui/canvas.h"

/* Where the cursors of the panels stand.  Zeroed: at nothing. */
struct watch_spot {
	int    layer;                    /* index */
	int    answer, row;              /* of the student's answers and of the rows of
	                                  * exercises, from 1; 0: none */
	int    pointed;                  /* at a threshold; otherwise at a half */
	double threshold, reached;       /* ... where sensitivity and 1 - specificity add up to
	                                  * this: thresholds may be equal */
	int    finding;                  /* index of the first one shown of the diagnosis */
	int    curve;                    /* where there is room for one plot of the scores: 0
	                                  * ROC, 1 calibration */
};

void watch_layers_draw(struct view v, const json_t *record, const struct watch_spot *spot);
void watch_knowledge_draw(struct view v, const json_t *record, const struct watch_spot *spot);
void watch_scores_draw(struct view v, const json_t *record, const struct watch_spot *spot);

/* Move a panel's cursor by so many steps across and down. */
void watch_layers_move(const json_t *record, struct watch_spot *spot, int across, int down);
void watch_knowledge_move(const json_t *record, struct watch_spot *spot, int across, int down);
void watch_scores_move(const json_t *record, struct watch_spot *spot, int across, int down);

/* A JSON number; NaN for anything else, NULL too.  Element `k` of an array likewise. */
double watch_number(const json_t *number);
double watch_number_at(const json_t *array, size_t k);

/* The numbers of an array, `most` at most, into x; returns how many. */
int watch_numbers(const json_t *array, int most, double *x);

/* "epoch 12" of a record; "" when it does not say. */
const char *watch_when(const json_t *record, char into[40]);

#endif
