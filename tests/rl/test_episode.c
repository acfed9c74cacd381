/* test_episode.c - the episode loop, in every game: what it counts is what the game did, and an
 * episode in pieces is the whole one. */
#include <stdlib.h>
#include <string.h>

#include "rl/games/episode.h"
#include "rl/games/game.h"
#include "src/base/random.h"
#include "tests/support/tap.h"

enum { CAP = 100 };

/* Actions in turn, and how often it was told that an episode begins. */
struct in_turn {
	int actions, next, starts;
};

static int act(void *self, const void *state)
{
	struct in_turn *t = self;

	(void)state;
	return t->next++ % t->actions;
}

static void start(void *self)
{
	struct in_turn *t = self;

	t->next = 0;
	t->starts++;
}

/* An episode that is being played: everything it needs. */
struct table {
	gsl_rng *rng;
	struct random_source random;
	struct in_turn turn;
	struct policy policy;
	struct episode e;
};

static void sit_down(struct table *t, const struct game_ops *g)
{
	struct game_options o;

	game_defaults(g, &o);
	t->rng = random_stream(5, STREAM_GAME);
	t->random = random_source_from_rng(t->rng);
	t->e = (struct episode){ .game = g, .state = game_alloc(g, &o), .random = &t->random };
	CU_ASSERT_PTR_NOT_NULL_FATAL(t->e.state);
	t->turn = (struct in_turn){ .actions = game_actions(g, t->e.state) };
	t->policy = (struct policy){ act, start, &t->turn };
}

static void get_up(struct table *t)
{
	free(t->e.state);
	gsl_rng_free(t->rng);
}

static void an_episode_is_what_the_game_did(void)
{
	for (int k = 0; games[k]; k++) {
		const struct game_ops *g = games[k];
		struct table loop, hand;
		enum game_status status = GAME_ON;
		double total = 0, reward = 0;
		long steps = 0;

		sit_down(&loop, g);
		sit_down(&hand, g);
		episode_start(&loop.e, &loop.policy);
		episode_play(&loop.e, &loop.policy, CAP);
		game_reset(g, hand.e.state, &hand.random);
		for (; status == GAME_ON && steps < CAP; steps++) {
			status = game_step(g, hand.e.state, (int)(steps % hand.turn.actions),
			                   &hand.random, &reward);
			total += reward;
		}
		TAP_CHECK(loop.e.total == total && loop.e.steps == steps && loop.e.status == status,
		          "%s: %g in %ld steps, expected %g in %ld", g->name, loop.e.total,
		          loop.e.steps, total, steps);
		CU_ASSERT(loop.e.reward == reward && loop.turn.starts == 1);
		CU_ASSERT_EQUAL(loop.e.action, (int)((steps - 1) % loop.turn.actions));
		CU_ASSERT_EQUAL(memcmp(loop.e.state, hand.e.state, g->size), 0);
		get_up(&loop);
		get_up(&hand);
	}
}

static void pieces_make_the_whole(void)
{
	for (int k = 0; games[k]; k++) {
		struct table whole, pieces;

		sit_down(&whole, games[k]);
		sit_down(&pieces, games[k]);
		for (int episode = 0; episode < 3; episode++) {
			episode_start(&whole.e, &whole.policy);
			episode_play(&whole.e, &whole.policy, CAP);
			episode_start(&pieces.e, &pieces.policy);
			for (long limit = 7; limit <= CAP; limit += 31)
				episode_play(&pieces.e, &pieces.policy, limit);
			CU_ASSERT_EQUAL(episode_play(&pieces.e, &pieces.policy, CAP),
			                whole.e.status);
			TAP_CHECK(pieces.e.total == whole.e.total &&
			                  pieces.e.steps == whole.e.steps,
			          "%s: %g in %ld steps, in pieces %g in %ld", games[k]->name,
			          whole.e.total, whole.e.steps, pieces.e.total, pieces.e.steps);
		}
		CU_ASSERT_EQUAL(pieces.turn.starts, 3);
		get_up(&whole);
		get_up(&pieces);
	}
}

/* Who chooses the actions needs no policy, and one that remembers nothing no start. */
static void policies_may_be_simple(void)
{
	struct table t;

	sit_down(&t, games[0]);
	episode_start(&t.e, NULL);
	CU_ASSERT_EQUAL(t.turn.starts, 0);
	episode_act(&t.e, 0);
	CU_ASSERT_EQUAL(t.e.steps, 1);
	t.policy.start = NULL;
	episode_start(&t.e, &t.policy);
	CU_ASSERT_EQUAL(t.e.steps, 0);
	episode_step(&t.e, &t.policy);
	CU_ASSERT_EQUAL(t.e.steps, 1);
	episode_play(&t.e, &t.policy, 1);
	CU_ASSERT_EQUAL(t.e.steps, 1);
	get_up(&t);
}

static const struct tap_test tests[] = {
	{ "an episode is what the game did", an_episode_is_what_the_game_did },
	{ "pieces make the whole", pieces_make_the_whole },
	{ "policies may be simple", policies_may_be_simple },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("episodes", tests);
}
