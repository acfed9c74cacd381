/* update.h - what one update of a learner did. */
#ifndef RILEY_TRAIN_UPDATE_H
#define RILEY_TRAIN_UPDATE_H

struct update {
	double loss;                 /* summed over what it predicted */
	double count;                /* how many predictions that were */
	double items;                /* answers, rows, frames handled, for rates */
	double norm;                 /* of the gradient of the mean loss, before clipping */
	double lr;
	const char *note;            /* for the user, told and logged; or NULL. Borrowed until
	                              * the next update */
};

#endif
