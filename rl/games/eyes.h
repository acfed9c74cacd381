/* eyes.h - what a screen or a check wants to know of the world of `eyes` besides its observation.
 *
 * The world is 700 x 500, y downwards.  The agent looks along (sin angle, cos angle) and has nine
 * eyes at (k - 3) * 0.25 rad from there, each seeing 85 far.
 */
#ifndef RILEY_RL_GAMES_EYES_H
#define RILEY_RL_GAMES_EYES_H

enum { EYES = 9, EYES_MAX_ITEMS = 30, EYES_WALLS = 10 };

#define EYES_WIDTH   700.0
#define EYES_HEIGHT  500.0
#define EYES_RANGE   85.0

enum eye_kind { EYE_NOTHING = -1, EYE_WALL, EYE_APPLE, EYE_POISON };

struct eyes_item {
	double  x, y;
	int     kind;                 /* EYE_APPLE or EYE_POISON */
	int     age;                  /* ticks */
};

struct eyes_view {
	double x, y, angle;           /* the agent */
	int    kind[EYES];            /* what each eye sees from here, enum eye_kind */
	double distance[EYES];        /* how far that is; EYES_RANGE for nothing */
	int    n_items;
	struct eyes_item item[EYES_MAX_ITEMS];
	long   apples, poison;        /* eaten since the reset */
};

/* The world as it is: what the agent will decide its next action by. */
void eyes_look(const void *state, struct eyes_view *v);

/* The walls: x1, y1, x2, y2 of each. */
extern const double eyes_walls[EYES_WALLS][4];

#endif
