/* update.h - the result of one update of a learner. */
#ifndef RILEY_TRAIN_UPDATE_H
#define RILEY_TRAIN_UPDATE_H

struct update {
	double loss;                 /* summed over the predictions */
	double count;                /* number of predictions */
	double items;                /* answers, rows or frames processed, for rates */
	double norm;                 /* of the gradient of the mean loss, before clipping */
	double lr;
	const char *note;            /* for the user, told and logged; or NULL. Borrowed until
	                              * the next update */
};

#endif
