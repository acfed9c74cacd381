/* event.c - see event.h. */
#include "src/base/event.h"

#include <math.h>
#include <string.h>

int observers_notify(struct observer *list, const struct event *e)
{
	int stop = 0;

	/* All observers are notified, even after one has asked to stop: a run directory must not
	 * miss a point because the user pressed a key.  `next` is read first because an observer
	 * may remove itself. */
	for (struct observer *o = list, *next; o; o = next) {
		next = o->next;
		if (o->notify(o, e))
			stop = 1;
	}
	return stop;
}

double event_value(const struct event *e, const char *name)
{
	for (int i = 0; i < e->n; i++)
		if (strcmp(e->value[i].name, name) == 0)
			return e->value[i].value;
	return NAN;
}
