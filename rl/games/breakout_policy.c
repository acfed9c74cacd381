/* breakout_policy.c - plays breakout: predicts where the ball reaches the bottom row, and waits
 * there.
 *
 * The ball's direction follows from its previous cell.  Right after a bounce it is guessed, and
 * known a step later.
 *
 * Mean return 500, random play 0.5; a third of the episodes are cut off.
 */
#include "rl/games/games.h"
#include "rl/games/scripted_rules.h"

enum { PADDLE, BALL, TRAIL, BRICK };

enum { PADDLE_ROW = 9, PATIENCE = 200 };

struct ball {
	int x, y, dx, dy;
	int strike;                   /* it is among bricks: what it meets now holds */
	uint64_t bricks[BOARD_WORDS];
};

struct breakout_memory {
	int dx, dy;
	int seen;                     /* a ball in this episode */
};

/* The ball as it is now, its direction worked out. */
static struct ball look(struct breakout_memory *m, const void *seen)
{
	int now = scripted_policy_first(scripted_policy_plane(seen, BALL)),
	    before = scripted_policy_first(scripted_policy_plane(seen, TRAIL));
	const uint64_t *bricks = scripted_policy_plane(seen, BRICK);
	struct ball b = { .x = now % BOARD_SIDE,
		          .y = now / BOARD_SIDE,
		          .bricks = { bricks[0], bricks[1] } };
	int came_x = b.x - before % BOARD_SIDE, came_y = b.y - before / BOARD_SIDE;

	/* along a wall: now away from it */
	m->dx = came_x != 0 ? came_x : b.x == 0 ? 1 : -1;
	m->dy = came_y != 0 ? came_y : m->seen ? -m->dy : 1;
	b.strike = (m->seen && came_y == 0 && b.y != 0 && b.y != PADDLE_ROW - 1) ||
	           board_has(bricks, b.x, b.y);
	b.dx = m->dx;
	b.dy = m->dy;
	m->seen = 1;
	return b;
}

/* One step above the bottom row; nonzero when the ball comes to the bottom row instead, in column
 * *nx. */
static int fly(struct ball *b, int *nx)
{
	int ny = b->y + b->dy, struck = 0;

	*nx = b->x + b->dx;
	if (!board_on(*nx)) {
		*nx = b->x;
		b->dx = -b->dx;
	}
	if (ny < 0) {
		ny = 0;
		b->dy = 1;
	} else if (ny == PADDLE_ROW) {
		return 1;
	} else if (board_has(b->bricks, *nx, ny)) {
		struck = 1;
		if (!b->strike) {
			int k = BOARD_SIDE * ny + *nx;

			b->bricks[k >> 6] &= ~((uint64_t)1 << (k & 63));
			ny = b->y;
			b->dy = -b->dy;
		}
	}
	b->strike = struck;
	b->x = *nx;
	b->y = ny;
	return 0;
}

/* Under the column that the ball leaves for the bottom row, which lets it fly on; under the next
 * one, which sends it back, where only that can be reached. */
static int breakout_act(void *memory, const void *seen)
{
	struct ball b = look(memory, seen);
	int paddle = scripted_policy_first(scripted_policy_plane(seen, PADDLE)) % BOARD_SIDE, nx,
	    steps = 1, target;

	while (!fly(&b, &nx) && steps < PATIENCE)
		steps++;
	target = b.x;
	if ((paddle > b.x ? paddle - b.x : b.x - paddle) > steps)
		target = nx;
	return target < paddle ? ACTION_LEFT : target > paddle ? ACTION_RIGHT : ACTION_NONE;
}

const struct scripted_rules breakout_policy = {
	.about = "predicts where the ball reaches the bottom row, and waits there",
	.size = sizeof(struct breakout_memory),
	.start = scripted_policy_forget, .act = breakout_act,
	.least = 60, .episodes = 10, .cap = 2000,
};
