/* test_exhibition.c - boards for spectators: they begin as the agent's game, are played by its
 * network as it is now, show their ends, and change nothing in what the agent learns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/exhibition.h"
#include "rl/agent/presets.h"
#include "rl/games/games.h"
#include "src/base/file.h"
#include "tests/support/allocations.h"
#include "tests/support/tap.h"

enum { BOARDS = 5 };

static struct workers *one_worker(void)
{
	static struct workers *w;

	if (!w)
		w = workers_alloc(1);
	return w;
}

/* A small agent of any game that learns from frame 50 on; or one that learns from three games. */
static struct agent *make_by(enum preset preset, const struct game_ops *g, long seed)
{
	struct game_options game;
	struct agent_options o;
	struct settings s;
	struct agent *a;

	game_defaults(g, &game);
	CU_ASSERT_EQUAL_FATAL(preset_fill(preset, g, &s), RY_OK);
	settings_complete(&s);
	CU_ASSERT_EQUAL_FATAL(settings_agent(&s, g, &o), RY_OK);
	o.hidden[0] = 8;
	o.n_hidden = 1;
	if (o.algorithm == ALGORITHM_DQN)
		o.start = 50;
	o.dqn.batch = 8;
	o.dqn.replay.capacity = 1000;
	o.pqn.games = 3;
	o.pqn.steps = 4;
	o.pqn.minibatches = 2;
	a = agent_alloc(g, &game, &o, seed, one_worker());
	TAP_CHECK(a != NULL, "%s: %s", g->name, ry_message());
	if (!a)
		exit(99);
	return a;
}

static struct agent *make(const struct game_ops *g, long seed)
{
	return make_by(PRESET_RILEY, g, seed);
}

static void live(struct agent *a, int steps)
{
	struct agent_frame f;

	for (int k = 0; k < steps; k++)
		TAP_CHECK(agent_step(a, &f) == RY_OK, "frame %d: %s", k, ry_message());
}

static struct exhibition *show(const struct agent *a, int boards, long seed)
{
	struct exhibition *x = exhibition_alloc(a, boards, seed);

	CU_ASSERT_PTR_NOT_NULL_FATAL(x);
	return x;
}

/* Every board is a copy, which the agent's going on does not touch. */
static void copies(void)
{
	for (int g = 0; games[g]; g++) {
		struct agent *a = make(games[g], 3);
		size_t size = games[g]->size;
		void *then = malloc(size);
		struct exhibition *x;

		live(a, 40);
		memcpy(then, agent_state(a), size);
		x = show(a, BOARDS, 1);
		live(a, 20);
		CU_ASSERT_EQUAL(exhibition_boards(x), BOARDS);
		for (int k = 0; k < BOARDS; k++) {
			const struct exhibition_board *b = exhibition_board(x, k);

			TAP_CHECK(memcmp(b->state, then, size) == 0, "%s: board %d is no copy",
			          games[g]->name, k);
			TAP_CHECK(!b->q && b->action == -1 && isnan(b->value) && b->rest == 0 &&
			                  b->status == GAME_ON,
			          "%s: board %d has moved", games[g]->name, k);
		}
		exhibition_free(x);
		agent_free(a);
		free(then);
	}
	exhibition_free(NULL);
}

/* The boards begin as the agent's games, in turn. */
static void copies_of_many_games(void)
{
	const struct game_ops *g = game_find("breakout");
	struct agent *a = make_by(PRESET_PQN, g, 5);
	struct exhibition *x;

	live(a, 10);
	CU_ASSERT_EQUAL(agent_games(a), 3);
	x = show(a, BOARDS, 1);
	for (int k = 0; k < BOARDS; k++)
		CU_ASSERT(memcmp(exhibition_board(x, k)->state, agent_game_state(a, k % 3),
		                 g->size) == 0);
	CU_ASSERT(memcmp(agent_game_state(a, 0), agent_game_state(a, 1), g->size) != 0);
	exhibition_free(x);
	agent_free(a);
}

static char *checkpoint(const struct agent *a, const char *path, size_t *size)
{
	struct st_writer *w = st_writer_alloc();
	char *bytes = NULL;

	CU_ASSERT(agent_write(a, w) == RY_OK && st_write(w, path) == RY_OK);
	st_writer_free(w);
	CU_ASSERT_EQUAL(file_read_all(path, 1 << 30, &bytes, size), RY_OK);
	return bytes;
}

static int same_file(const struct agent *a, const struct agent *b)
{
	size_t size[2] = { 0, 0 };
	char *one = checkpoint(a, temp("one"), &size[0]),
	     *other = checkpoint(b, temp("other"), &size[1]);
	int same = size[0] > 0 && size[0] == size[1] && memcmp(one, other, size[0]) == 0;

	free(one);
	free(other);
	return same;
}

/* Watched or not: the whole checkpoint is the same. */
static void check_the_same(enum preset preset, const struct game_ops *g)
{
	struct agent *alone = make_by(preset, g, 9), *watched = make_by(preset, g, 9);
	struct exhibition *x = show(watched, BOARDS, 9);

	for (int k = 0; k < 100; k++) {
		live(alone, 4);
		live(watched, 4);
		exhibition_step(x, agent_epsilon(watched), 2);
		if (k % 20 == 0)
			exhibition_restart(x, k % BOARDS);
	}
	TAP_CHECK(same_file(alone, watched), "%s learns otherwise by %s when it is watched",
	          g->name, preset_names[preset]);
	exhibition_free(x);
	agent_free(alone);
	agent_free(watched);
}

static void training_is_the_same(void)
{
	for (int g = 0; games[g]; g++)
		check_the_same(PRESET_RILEY, games[g]);
	check_the_same(PRESET_PQN, game_find("breakout"));
	check_the_same(PRESET_PQN, game_find("seaquest"));
}

/* Q values of the agent's network as it is now, with an empty window. */
static void check_current(const struct agent *a, const struct exhibition *x, const void *before,
                          const char *when)
{
	const struct exhibition_board *b = exhibition_board(x, 0);
	struct q_network network;
	struct q_policy policy;
	const real *q;

	CU_ASSERT_EQUAL_FATAL(agent_network(a, &network), RY_OK);
	CU_ASSERT_EQUAL_FATAL(q_policy_open(&policy, &network), RY_OK);
	q = q_policy_values(&policy, before);
	for (int k = 0; k < network.net->M; k++)
		TAP_CHECK(fabs((double)(q[k] - b->q[k])) < 1e-5, "%s: Q %d is %g, not %g", when, k,
		          (double)b->q[k], (double)q[k]);
	TAP_CHECK(b->action == dqn_greedy(b->q, network.net->M) && !b->explored,
	          "%s: not the best action", when);
	CU_ASSERT_EQUAL(b->value, (double)b->q[b->action]);
	q_policy_close(&policy);
	q_network_close(&network);
}

/* The boards' player learns as the agent does. */
static void played_by_the_network_of_now(void)
{
	const struct game_ops *g = game_find("breakout");
	struct agent *a = make(g, 4);
	struct exhibition *x = show(a, BOARDS, 4);
	void *before = malloc(g->size);
	real early;

	memcpy(before, exhibition_board(x, 0)->state, g->size);
	exhibition_step(x, 0, 0);
	early = exhibition_board(x, 0)->q[0];
	check_current(a, x, before, "before it has learned");
	live(a, 600);
	while (exhibition_board(x, 0)->status != GAME_ON)
		exhibition_step(x, 0, 0);
	memcpy(before, exhibition_board(x, 0)->state, g->size);
	exhibition_step(x, 0, 0);
	check_current(a, x, before, "when it has");
	CU_ASSERT_NOT_EQUAL(exhibition_board(x, 0)->q[0], early);
	free(before);
	exhibition_free(x);
	agent_free(a);
}

/* Catch lasts nine frames: the end stands still for as many steps as it should, with what was
 * last seen there, and then the next episode begins. */
static void ends_are_seen(void)
{
	const struct game_ops *g = game_find("catch");
	struct agent *a = make(g, 2);
	struct exhibition *x = show(a, BOARDS, 2);
	const struct exhibition_board *b = exhibition_board(x, 3);
	void *end = malloc(g->size);
	int stood = 0, action;
	real q;

	for (int k = 1; k < 9; k++) {
		exhibition_step(x, 0.5, 4);
		CU_ASSERT(b->status == GAME_ON && b->episode_frames == k && b->rest == 0);
	}
	exhibition_step(x, 0.5, 4);
	CU_ASSERT(b->status == GAME_OVER && b->episodes == 1 && b->rest == 4);
	CU_ASSERT_EQUAL(fabs(b->episode_return), 1);
	memcpy(end, b->state, g->size);
	action = b->action;
	q = b->q[0];
	for (exhibition_step(x, 0.5, 4); b->status != GAME_ON; exhibition_step(x, 0.5, 4)) {
		stood++;
		CU_ASSERT(memcmp(b->state, end, g->size) == 0 && b->action == action &&
		          b->q[0] == q && b->episodes == 1 && b->episode_frames == 9);
	}
	CU_ASSERT_EQUAL(stood, 4);
	CU_ASSERT_EQUAL(b->episode_frames, 1);
	exhibition_restart(x, 3);
	CU_ASSERT(b->status == GAME_ON && b->rest == 0 && b->episodes == 1);
	exhibition_step(x, 0.5, 4);
	CU_ASSERT_EQUAL(b->episode_frames, 1);
	free(end);
	exhibition_free(x);
	agent_free(a);
}

/* After some steps: are board i of x and board k of y the same? */
static int alike(const struct exhibition *x, int i, const struct exhibition *y, int k, size_t size)
{
	return memcmp(exhibition_board(x, i)->state, exhibition_board(y, k)->state, size) == 0;
}

/* Each board has its own stream of the seed, whatever the number of boards. */
static void own_streams(void)
{
	const struct game_ops *g = game_find("asterix");
	struct agent *a = make(g, 5);
	struct exhibition *x = show(a, BOARDS, 1), *y = show(a, 2, 1), *other = show(a, 2, 7);

	for (int k = 0; k < 30; k++) {
		exhibition_step(x, 1, 3);
		exhibition_step(y, 1, 3);
		exhibition_step(other, 1, 3);
	}
	CU_ASSERT(alike(x, 0, y, 0, g->size) && alike(x, 1, y, 1, g->size));
	CU_ASSERT(!alike(x, 0, other, 0, g->size) && !alike(x, 0, x, 1, g->size) &&
	          !alike(x, 1, x, 4, g->size));
	exhibition_free(x);
	exhibition_free(y);
	exhibition_free(other);
	agent_free(a);
}

/* Until a window is full all actions are random. */
static void windows_are_filled(void)
{
	struct agent *a = make(game_find("eyes"), 1);
	struct exhibition *x = show(a, BOARDS, 1);
	struct q_network q;
	int window;

	CU_ASSERT_EQUAL_FATAL(agent_network(a, &q), RY_OK);
	window = q.window;
	q_network_close(&q);
	for (int k = 0; k < window + 10; k++) {
		exhibition_step(x, 0, 0);
		for (int i = 0; i < BOARDS; i++)
			CU_ASSERT_EQUAL(exhibition_board(x, i)->explored, k < window);
	}
	exhibition_free(x);
	agent_free(a);
}

static void steps_allocate_nothing(void)
{
	if (allocations() < 0) {
		tap_skip("allocations are not counted here");
		return;
	}
	for (int g = 0; games[g]; g++) {
		struct agent *a = make(games[g], 6);
		struct exhibition *x = show(a, BOARDS, 6);
		long before;

		exhibition_step(x, 0.1, 1);
		before = allocations();
		for (int k = 0; k < 200; k++)
			exhibition_step(x, 0.1, 1);
		TAP_CHECK(allocations() == before, "%s: %ld allocations", games[g]->name,
		          allocations() - before);
		exhibition_free(x);
		agent_free(a);
	}
}

static void memory_may_be_short(void)
{
	struct agent *a = make(game_find("catch"), 1);
	struct exhibition *x = NULL;
	long n;

	if (!allocations_fail_after(-1)) {
		tap_skip("allocations cannot be made to fail here");
		agent_free(a);
		return;
	}
	for (n = 0; n < 1000 && !x; n++) {
		allocations_fail_after(n);
		x = exhibition_alloc(a, 2, 1);
		allocations_fail_after(-1);
		TAP_CHECK(x || strstr(ry_message(), "memory"), "%ld: %s", n, ry_message());
	}
	CU_ASSERT(x && n > 5);
	exhibition_free(x);
	agent_free(a);
}

static const struct tap_test tests[] = {
	{ "boards begin as copies", copies },
	{ "... of many games, in turn", copies_of_many_games },
	{ "training is the same, watched or not", training_is_the_same },
	{ "played by the network as it is now", played_by_the_network_of_now },
	{ "ends are seen", ends_are_seen },
	{ "own random streams", own_streams },
	{ "windows are filled", windows_are_filled },
	{ "steps allocate nothing", steps_allocate_nothing },
	{ "memory may be short", memory_may_be_short },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("exhibition", tests);
}
