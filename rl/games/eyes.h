/* eyes.h - the world of `eyes` beyond its observation, for screens and checks.
 *
 * The world is 700 x 500, y downwards.  The agent faces (sin angle, cos angle) and has nine eyes at
 * (k - 3) * 0.25 rad from there, each with a range of 85.
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
	int    kind[EYES];            /* what each eye sees, enum eye_kind */
	double distance[EYES];        /* its distance; EYES_RANGE for nothing */
	int    n_items;
	struct eyes_item item[EYES_MAX_ITEMS];
	long   apples, poison;        /* eaten since the reset */
};

/* The current world, from which the agent will choose its next action. */
void eyes_look(const void *state, struct eyes_view *v);

/* The walls: x1, y1, x2, y2 of each. */
extern const double eyes_walls[EYES_WALLS][4];

#endif
