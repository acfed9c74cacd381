/* catch_policy.c - plays catch: stands below the ball.
 *
 * Mean return 1, random play -0.6.
 */
#include "rl/games/games.h"
#include "rl/games/scripted_rules.h"

enum { COLUMNS = 5, PADDLE_ROW = 9 };

/* The ball is the one cell above the bottom row. */
static int catch_act(void *memory, const void *observation)
{
	const uint64_t seen = *(const uint64_t *)observation;
	const uint64_t bottom = seen >> (PADDLE_ROW * COLUMNS);
	int ball = __builtin_ctzll(seen) % COLUMNS;
	int paddle = bottom ? __builtin_ctzll(bottom) : ball;

	(void)memory;
	return 1 + (ball > paddle) - (ball < paddle);
}

const struct scripted_rules catch_policy = {
	.about = "stands below the ball",
	.size = 1, .start = scripted_policy_forget, .act = catch_act,
	.least = 1, .episodes = 50, .cap = 1000,
};
