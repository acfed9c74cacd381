/* eyes_policy.c - plays eyes: to the nearest apple, away from poison and walls, else straight
 * ahead.
 *
 * Eye k looks (k - 3) * 0.25 rad from straight ahead.  The agent turns away from a near wall or
 * from poison ahead, and else towards the nearest apple.
 *
 * Mean reward of a step 1.095, random play 0.73.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/games/eyes.h"
#include "rl/games/games.h"
#include "rl/games/scripted_rules.h"
#include "src/base/real.h"

enum { WALL, APPLE, POISON };

enum { AHEAD, ALMOST_LEFT, ALMOST_RIGHT, TURN_RIGHT, TURN_LEFT };

/* Distances in units of the range: of a wall too near to go on, far enough to go on, near enough to
 * bend away; and of poison that is worth a turn. */
#define WALL_TOUCH  0.3
#define WALL_CLEAR  0.7
#define WALL_NEAR   0.5
#define POISON_NEAR 0.6

/* Steps during which apples are ignored after one turned out to lie behind a wall. */
enum { SOUR_GRAPES = 20 };

struct eyes_memory {
	int  turning;                 /* away from a wall: the action, or 0 */
	int  action, sour;
	real seen[3 * EYES];          /* in the step before */
};

static double angle_of(int eye)
{
	return (eye - 3) * 0.25;
}

/* The nearest of a kind; its distance in units of the range, 1 when none is seen; *eye is who sees
 * it. */
static double nearest(const real *seen, int kind, int *eye)
{
	double near = 1;

	*eye = -1;
	for (int k = 0; k < EYES; k++)
		if (seen[3 * k + kind] < near) {
			near = seen[3 * k + kind];
			*eye = k;
		}
	return near;
}

/* Turn by about `angle`. */
static int turn(double angle)
{
	if (fabs(angle) < 0.1)
		return AHEAD;
	if (fabs(angle) < 0.35)
		return angle > 0 ? ALMOST_LEFT : ALMOST_RIGHT;
	return angle > 0 ? TURN_LEFT : TURN_RIGHT;
}

/* How close the nearest wall is to the way ahead, and on which side there is more room. */
static double wall_ahead(const real *seen, double *side)
{
	double near = 1, left = 0, right = 0;

	for (int k = 0; k < EYES; k++) {
		double d = seen[3 * k + WALL];

		if (k >= 2 && k <= 4)
			near = fmin(near, d);
		if (k > 3)
			left += (1 - d) / 5;
		else if (k < 3)
			right += (1 - d) / 3;
	}
	*side = left > right ? -1 : 1;
	return near;
}

/* Turn away from a wall, always the same way until there is room ahead, whatever else is seen; then
 * see to poison, apples, and walls from afar; else go ahead. */
static int choose(struct eyes_memory *m, const real *seen)
{
	int apple, poison;
	double apple_near = nearest(seen, APPLE, &apple),
	       poison_near = nearest(seen, POISON, &poison), side;
	double wall = wall_ahead(seen, &side);

	if (wall < WALL_TOUCH && !m->turning)
		m->turning = side > 0 ? TURN_LEFT : TURN_RIGHT;
	if (m->turning && wall < WALL_CLEAR)
		return m->turning;
	m->turning = 0;
	if (poison >= 0 && poison_near < POISON_NEAR && fabs(angle_of(poison)) < 0.6 &&
	    poison_near < apple_near)
		return angle_of(poison) > 0 ? TURN_RIGHT : TURN_LEFT;
	if (apple >= 0 && m->sour == 0)
		return turn(angle_of(apple));
	if (wall < WALL_NEAR)
		return side > 0 ? ALMOST_LEFT : ALMOST_RIGHT;
	return AHEAD;
}

static int eyes_act(void *memory, const void *observation)
{
	struct eyes_memory *m = memory;

	m->sour -= m->sour > 0;
	if (m->action == AHEAD && memcmp(m->seen, observation, sizeof m->seen) == 0)
		m->sour = SOUR_GRAPES;        /* it walked, and nothing looks different: a wall */
	memcpy(m->seen, observation, sizeof m->seen);
	m->action = choose(m, observation);
	return m->action;
}

const struct scripted_rules eyes_policy = {
	.about = "to the nearest apple, away from poison and walls, else straight ahead",
	.size = sizeof(struct eyes_memory), .start = scripted_policy_forget, .act = eyes_act,
	.least = 1.08, .episodes = 1, .cap = 20000,
};
