/* thread_tuner.c - see thread_tuner.h. */
#include "src/base/thread_tuner.h"

#define NEW_SHARE 0.25           /* weight of the latest window in the running mean */

enum { REST = 3 };               /* windows between evaluated ones, except in trials */

struct thread_tuner thread_tuner_begin(void)
{
	return (struct thread_tuner){
		.together = 1, .look = 1, .left = 1, .patience = TUNER_PATIENCE_LEAST
	};
}

static void change(struct thread_tuner *p)
{
	p->together = !p->together;
	p->fresh = 1;
	p->look = 0;
}

/* End a trial and choose the faster way. */
static void settle(struct thread_tuner *p, double tried)
{
	double together = p->together ? tried : p->kept, alone = p->together ? p->kept : tried;
	int better = together > TUNER_GAIN * alone;

	if (better == p->together) {
		p->kept = tried;
		p->patience = TUNER_PATIENCE_LEAST;
	} else {
		change(p);
		p->patience = p->patience < TUNER_PATIENCE_MOST / 2 ? 2 * p->patience
		                                                    : TUNER_PATIENCE_MOST;
	}
	p->left = p->patience;
	p->trial = 0;
}

void thread_tuner_note(struct thread_tuner *p, double seconds, double work)
{
	double speed;

	p->seconds += seconds;
	p->work += work;
	if (p->seconds < TUNER_WINDOW)
		return;
	speed = p->work / p->seconds;
	p->seconds = p->work = 0;
	if (p->fresh || p->rest) {
		p->rest -= !p->fresh;
		p->fresh = 0;
		p->look = !p->rest;
		return;
	}
	if (p->trial) {
		settle(p, speed);
		return;
	}
	p->kept = p->kept > 0 ? p->kept + NEW_SHARE * (speed - p->kept) : speed;
	if (p->together && p->kept > TUNER_GAIN) {
		p->left = 1;
		p->patience = TUNER_PATIENCE_LEAST;
	} else if (--p->left <= 0) {
		change(p);
		p->trial = 1;
		return;
	}
	p->rest = REST;
	p->look = 0;
}
