/* freeway.c - a chicken crosses eight lanes (after MinAtar, Young & Tian 2019).
 *
 * Every episode lasts 2,501 steps.  A crossing gives the cars new speeds; where they are, they
 * stay.
 *
 * Draws: 16 per reset and per crossing, eight speeds, then eight directions.
 */
#include <stdlib.h>
#include <string.h>

#include "rl/games/board.h"
#include "rl/games/games.h"
#include "rl/games/skills.h"

enum { CHICKEN, CAR, SPEED1, CHANNELS = SPEED1 + 5 };

enum { CARS = 8, COLUMN = 4, START_ROW = 9, TOP_SPEED = 5, MOVE_INTERVAL = 3, TIME = 2500 };

/* Car i drives on row i + 1 and moves every |speed| + 1 steps. */
struct freeway {
	struct game_base base;
	int16_t time_left;
	uint8_t row, move_timer;
	uint8_t x[CARS], timer[CARS];
	int8_t  speed[CARS];          /* negative: to the left */
	uint8_t unused[4];
};

static void randomise(struct freeway *s, struct random_source *d)
{
	for (int i = 0; i < CARS; i++)
		s->timer[i] = (uint8_t)draw_int(d, 1, TOP_SPEED);
	for (int i = 0; i < CARS; i++)
		s->speed[i] = (int8_t)(draw_half(d) ? -s->timer[i] : s->timer[i]);
}

static void freeway_reset(void *state, struct random_source *d)
{
	struct freeway *s = state;

	randomise(s, d);
	memset(s->x, 0, sizeof s->x);
	s->row = START_ROW;
	s->move_timer = MOVE_INTERVAL;
	s->time_left = TIME;
}

static void move_chicken(struct freeway *s, int action)
{
	if (s->move_timer > 0 || (action != ACTION_UP && action != ACTION_DOWN))
		return;
	s->move_timer = MOVE_INTERVAL;
	s->row = (uint8_t)board_clamp(s->row + (action == ACTION_DOWN) - (action == ACTION_UP), 0,
	                              START_ROW);
}

static int hit(const struct freeway *s, int i)
{
	return s->x[i] == COLUMN && s->row == i + 1;
}

static void move_cars(struct freeway *s)
{
	for (int i = 0; i < CARS; i++) {
		if (hit(s, i))
			s->row = START_ROW;
		if (s->timer[i] > 0) {
			s->timer[i]--;
			continue;
		}
		s->timer[i] = (uint8_t)abs(s->speed[i]);
		if (s->speed[i] > 0)
			s->x[i] = s->x[i] == BOARD_SIDE - 1 ? 0 : s->x[i] + 1;
		else
			s->x[i] = s->x[i] == 0 ? BOARD_SIDE - 1 : s->x[i] - 1;
		if (hit(s, i))
			s->row = START_ROW;
	}
}

static enum game_status freeway_step(void *state, int action, struct random_source *d,
                                     double *reward)
{
	struct freeway *s = state;

	move_chicken(s, action);
	if (s->row == 0) {
		*reward = 1;
		randomise(s, d);
		s->row = START_ROW;
	}
	move_cars(s);
	s->move_timer -= s->move_timer > 0;
	return --s->time_left < 0 ? GAME_OVER : GAME_ON;
}

static void freeway_planes(const void *state, uint64_t *bits)
{
	const struct freeway *s = state;

	memset(bits, 0, CHANNELS * BOARD_WORDS * sizeof *bits);
	board_set(bits + CHICKEN * BOARD_WORDS, COLUMN, s->row);
	for (int i = 0; i < CARS; i++) {
		int x = s->x[i], speed = abs(s->speed[i]);
		int behind = s->speed[i] > 0 ? (x == 0 ? BOARD_SIDE - 1 : x - 1)
		                             : (x == BOARD_SIDE - 1 ? 0 : x + 1);

		board_set(bits + CAR * BOARD_WORDS, x, i + 1);
		board_set(bits + (SPEED1 + speed - 1) * BOARD_WORDS, behind, i + 1);
	}
}

static int freeway_valid(const void *state)
{
	const struct freeway *s = state;

	for (int i = 0; i < CARS; i++)
		if (!board_on(s->x[i]) || s->speed[i] == 0 || abs(s->speed[i]) > TOP_SPEED ||
		    s->timer[i] > TOP_SPEED)
			return 0;
	return s->row <= START_ROW && s->move_timer <= MOVE_INTERVAL && s->time_left <= TIME &&
	       s->time_left >= (s->base.status == GAME_ON ? 0 : -1);
}

static const char *const channels[CHANNELS] = {
	"chicken", "car", "speed1", "speed2", "speed3", "speed4", "speed5"
};

static const struct game_look looks[CHANNELS] = {
	[CHICKEN]    = { "chicken",      'A', "◆", GAME_YELLOW },
	[CAR]        = { "car",          '#', "■", GAME_ORANGE },
	[SPEED1]     = { "every 2 steps", '1', "1", GAME_SKY },
	[SPEED1 + 1] = { "every 3 steps", '2', "2", GAME_SKY },
	[SPEED1 + 2] = { "every 4 steps", '3', "3", GAME_SKY },
	[SPEED1 + 3] = { "every 5 steps", '4', "4", GAME_SKY },
	[SPEED1 + 4] = { "every 6 steps", '5', "5", GAME_SKY },
};

/* ---- skills ---- */

static const struct skill skill[] = {
	{ SKILL_AMOUNT, "crosses", "crossed", "%s times a game", .per = TIME + 1,
	  .memory = 20000 },
	{ SKILL_TIMES, "gets", "got", "across without being hit", .memory = 200 },
};

enum { CROSSINGS, UNHIT, SKILLS };

/* A hit shows as a return to the start from the row that the chicken has moved to. */
static void count_skills(const void *before, const void *after, double reward,
                         struct skill_counts *c)
{
	const struct freeway *s = after;
	struct freeway moved = *(const struct freeway *)before;
	int crossed = reward > 0;

	move_chicken(&moved, game_executed(after));
	skill_chance(c, CROSSINGS, crossed);
	if (crossed || (moved.row < START_ROW && s->row == START_ROW))
		skill_chance(c, UNHIT, crossed);
}

static const struct game_skills skills = { SKILLS, skill, count_skills };

static const uint8_t minimal[] = { ACTION_NONE, ACTION_UP, ACTION_DOWN };

static const struct settings settings = { BOARD_SETTINGS, .lr = 0.0005, .n_step = 3 };
static const struct settings fast = { BOARD_FAST };

static const struct game_stream streams[] = {
	{ "freeway", 2800, 4, "" },
	{ 0 }
};

const struct game_ops freeway_game = {
	.name = "freeway",
	.about = "cross eight lanes of traffic as often as 2,501 steps allow",
	.takes = GAME_STICKY | GAME_MINIMAL,
	.C = CHANNELS, .H = BOARD_SIDE, .W = BOARD_SIDE, .words = BOARD_WORDS,
	.channels = channels,
	.n_actions = N_ACTIONS, .actions = board_actions,
	.n_minimal = sizeof minimal, .minimal = minimal,
	.rows = BOARD_SIDE, .columns = BOARD_SIDE,
	.n_looks = CHANNELS, .looks = looks,
	.size = sizeof(struct freeway),
	.reset = freeway_reset, .reset_draws = 16,
	.step = freeway_step, .step_draws = 16,
	.planes = freeway_planes,
	.observe = game_observe_planes,
	.picture = game_picture_planes,
	.ramp = game_no_ramp,
	.valid = freeway_valid,
	.random_return = game_no_exact,
	.rules = "Each lane has one car, with a direction and a speed of its own, which its trail "
	         "shows. The chicken moves at most every third step. If a car hits it, it goes "
	         "back to the start. After each crossing it starts again, and the cars get new "
	         "speeds and directions.",
	.rewards = "+1 for each crossing",
	.ending = "after 2,501 steps",
	.pace = 10,
	.least = 0, .most = 92,
	.settings = &settings, .fast = &fast, .fast_first = 1,
	.policy = &freeway_policy, .skills = &skills, .streams = streams,
};
