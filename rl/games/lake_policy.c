/* lake_policy.c - plays the frozen lakes optimally, by dynamic programming over cells and steps
 * left.
 *
 * Mean return in lake4 0.7442, random play 0.0139; in lake8 0.9132, random play 0.0019; without
 * slipping 1.
 */
#include "rl/games/games.h"
#include "rl/games/lake.h"
#include "rl/games/scripted_rules.h"

struct lake_memory {
	const struct lake_map *map;
	int     steps;
	uint8_t best[LAKE_MAX_LIMIT * LAKE_MAX_CELLS];       /* (limit, cells): the action */
};

static void lake_start(void *memory, const struct game_ops *g, const struct game_options *o)
{
	struct lake_memory *m = memory;

	m->map = lake_map_of(g);
	lake_best_play(m->map, o->slippery, m->best);
}

static int lake_act(void *memory, const void *observation)
{
	struct lake_memory *m = memory;
	/* the agent's plane is the first */
	int cell = __builtin_ctzll(*(const uint64_t *)observation);
	int step = m->steps < m->map->limit ? m->steps : m->map->limit - 1;

	m->steps++;
	return m->best[step * m->map->side * m->map->side + cell];
}

#define LAKE_RULES \
	.about = "the best there is: dynamic programming over cells and steps left", \
	.size = sizeof(struct lake_memory), .start = lake_start, .act = lake_act

const struct scripted_rules lake4_policy = {
	LAKE_RULES, .least = 0.70, .episodes = 1000, .cap = 1000,
};
const struct scripted_rules lake8_policy = {
	LAKE_RULES, .least = 0.88, .episodes = 600, .cap = 1000,
};
