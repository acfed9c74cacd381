/* seaquest.c - a submarine rescues divers among fish and enemy submarines (after MinAtar, Young &
 * Tian 2019).
 *
 * Oxygen falls by 1 a step below the surface.  Surfacing without a diver ends the episode; with six
 * they are delivered, for a reward that grows with the oxygen left.  Every surfacing costs a diver,
 * after a delivery too: the count is then -1, and surfacing with a negative count is no end.  With
 * ramping every surfacing makes enemies quicker and more frequent.
 *
 * Things are lists in order of creation.  They are walked backwards, so that the newest acts first
 * and a removal shifts only things that have acted; a bullet hits the oldest thing on its cell.
 *
 * Draws: an enemy's direction, kind and row; then a diver's direction and row.
 */
#include <math.h>
#include <string.h>

#include "rl/games/board.h"
#include "rl/games/games.h"
#include "rl/games/skills.h"

enum {
	SUB_FRONT,
	SUB_BACK,
	FRIENDLY_BULLET,
	TRAIL,
	ENEMY_BULLET,
	ENEMY_FISH,
	ENEMY_SUB,
	OXYGEN_GAUGE,
	DIVER_GAUGE,
	DIVER,
	CHANNELS
};

enum {
	BOTTOM = 8,
	GAUGE_ROW = 9,
	OXYGEN = 200,
	CREW = 6,
	SHOT_COOLDOWN = 5,
	ENEMY_INTERVAL = 20,
	DIVER_INTERVAL = 30,
	MOVE_INTERVAL = 5,
	LAST_MOVE_INTERVAL = 2,
	DIVER_MOVE_INTERVAL = 5,
	ENEMY_SHOT_INTERVAL = 10
};

/* The lists never fill up.  A friendly bullet lives 10 steps at most, and one is shot every 5.  An
 * enemy lives 10 * (move interval + 1) steps: when one is spawned each step the move interval is 2,
 * so 30 live.  A submarine shoots every 11 steps and a bullet lives 10: at most one for each of the
 * 40 submarines that were there during the last 10 steps.  A diver lives 60 steps, one comes every
 * 30. */
enum { MAX_FRIENDLY = 4, MAX_ENEMIES = 40, MAX_BULLETS = 48, MAX_DIVERS = 4 };

struct thing {
	int8_t  x, y;
	uint8_t right;                /* 1: faces and moves right */
	uint8_t move_timer;
	uint8_t shot_timer;
};

struct seaquest {
	struct game_base base;
	int8_t  x, y;                 /* the player */
	uint8_t right;
	uint8_t surfaced;
	int16_t oxygen;
	int16_t divers;               /* on board; negative after deliveries, see above */
	int16_t ramp;
	uint8_t enemy_timer, enemy_interval, diver_timer, move_interval, cooldown;
	uint8_t n_friendly, n_bullets, n_fish, n_subs, n_divers;
	struct thing friendly[MAX_FRIENDLY], bullets[MAX_BULLETS], fish[MAX_ENEMIES],
		subs[MAX_ENEMIES], diver[MAX_DIVERS];
};

static void seaquest_reset(void *state, struct random_source *d)
{
	struct seaquest *s = state;

	(void)d;
	s->x = 5;
	s->y = 0;
	s->right = 0;
	s->surfaced = 1;
	s->oxygen = OXYGEN;
	s->divers = 0;
	s->ramp = 0;
	s->enemy_timer = s->enemy_interval = ENEMY_INTERVAL;
	s->diver_timer = DIVER_INTERVAL;
	s->move_interval = MOVE_INTERVAL;
	s->cooldown = 0;
	s->n_friendly = s->n_bullets = s->n_fish = s->n_subs = s->n_divers = 0;
}

/* ---- lists ---- */

/* A full list is one that no play leads to (see above): a state from a damaged file. */
static void add(struct thing *list, uint8_t *n, int max, struct thing t)
{
	if (*n < max)
		list[(*n)++] = t;
}

static void take_away(struct thing *list, uint8_t *n, int i)
{
	--*n;
	memmove(list + i, list + i + 1, (size_t)(*n - i) * sizeof *list);
}

/* The oldest at (x, y), or -1. */
static int find(const struct thing *list, int n, int x, int y)
{
	for (int i = 0; i < n; i++)
		if (list[i].x == x && list[i].y == y)
			return i;
	return -1;
}

static int on_player(const struct seaquest *s, const struct thing *t)
{
	return t->x == s->x && t->y == s->y;
}

/* Move one cell; nonzero while on the board. */
static int advance(struct thing *t)
{
	t->x = (int8_t)(t->x + (t->right ? 1 : -1));
	return board_on(t->x);
}

/* ---- spawning ---- */

static struct thing from_a_side(int right, int y, int move_timer)
{
	return (struct thing){
		.x = (int8_t)(right ? 0 : BOARD_SIDE - 1), .y = (int8_t)y, .right = (uint8_t)right,
		.move_timer = (uint8_t)move_timer, .shot_timer = ENEMY_SHOT_INTERVAL,
	};
}

static int opposed(const struct thing *list, int n, int y, int right)
{
	for (int i = 0; i < n; i++)
		if (list[i].y == y && list[i].right != right)
			return 1;
	return 0;
}

static void spawn_enemy(struct seaquest *s, struct random_source *d)
{
	int right = draw_half(d), sub = draw_third(d), y = draw_int(d, 1, BOTTOM);

	s->enemy_timer = s->enemy_interval;
	if (opposed(s->fish, s->n_fish, y, right) || opposed(s->subs, s->n_subs, y, right))
		return;
	if (sub)
		add(s->subs, &s->n_subs, MAX_ENEMIES, from_a_side(right, y, s->move_interval));
	else
		add(s->fish, &s->n_fish, MAX_ENEMIES, from_a_side(right, y, s->move_interval));
}

static void spawn_diver(struct seaquest *s, struct random_source *d)
{
	int right = draw_half(d), y = draw_int(d, 1, BOTTOM);

	s->diver_timer = DIVER_INTERVAL;
	add(s->diver, &s->n_divers, MAX_DIVERS, from_a_side(right, y, DIVER_MOVE_INTERVAL));
}

/* ---- moving ---- */

static void move_player(struct seaquest *s, int action)
{
	if (action == ACTION_FIRE && s->cooldown == 0) {
		add(s->friendly, &s->n_friendly, MAX_FRIENDLY,
		    (struct thing){ .x = s->x, .y = s->y, .right = s->right });
		s->cooldown = SHOT_COOLDOWN;
	}
	if (action == ACTION_LEFT || action == ACTION_RIGHT)
		s->right = action == ACTION_RIGHT;
	s->x = (int8_t)board_sideways(s->x, action);
	s->y = (int8_t)board_clamp(s->y + (action == ACTION_DOWN) - (action == ACTION_UP), 0,
	                           BOTTOM);
}

/* Remove the oldest of a list at (x, y); nonzero when there was one. */
static int strike(struct thing *list, uint8_t *n, int x, int y)
{
	int i = find(list, *n, x, y);

	if (i >= 0)
		take_away(list, n, i);
	return i >= 0;
}

static void move_friendly(struct seaquest *s, double *reward)
{
	for (int i = s->n_friendly - 1; i >= 0; i--) {
		struct thing *t = &s->friendly[i];

		if (!advance(t)) {
			take_away(s->friendly, &s->n_friendly, i);
		} else if (strike(s->fish, &s->n_fish, t->x, t->y) ||
		           strike(s->subs, &s->n_subs, t->x, t->y)) {
			*reward += 1;
			take_away(s->friendly, &s->n_friendly, i);
		}
	}
}

static int picked_up(struct seaquest *s, const struct thing *t)
{
	if (!on_player(s, t) || s->divers >= CREW)
		return 0;
	s->divers++;
	return 1;
}

static void move_divers(struct seaquest *s)
{
	for (int i = s->n_divers - 1; i >= 0; i--) {
		struct thing *t = &s->diver[i];
		int gone = picked_up(s, t);

		if (!gone && t->move_timer == 0) {
			t->move_timer = DIVER_MOVE_INTERVAL;
			gone = !advance(t) || picked_up(s, t);
		} else if (!gone) {
			t->move_timer--;
		}
		if (gone)
			take_away(s->diver, &s->n_divers, i);
	}
}

/* One fish or submarine: moves when its time has come.  *gone when it left or was shot; GAME_OVER
 * when it was on the player before or after. */
static enum game_status move_enemy(struct seaquest *s, struct thing *t, double *reward, int *gone)
{
	enum game_status status = on_player(s, t) ? GAME_OVER : GAME_ON;

	*gone = 0;
	if (t->move_timer > 0) {
		t->move_timer--;
		return status;
	}
	t->move_timer = s->move_interval;
	if (!advance(t)) {
		*gone = 1;
	} else if (on_player(s, t)) {
		status = GAME_OVER;
	} else if (strike(s->friendly, &s->n_friendly, t->x, t->y)) {
		*reward += 1;
		*gone = 1;
	}
	return status;
}

/* A submarine that is removed in this step still shoots, from the cell that it came to. */
static enum game_status move_subs(struct seaquest *s, double *reward)
{
	enum game_status status = GAME_ON;

	for (int i = s->n_subs - 1; i >= 0; i--) {
		struct thing *t = &s->subs[i];
		int gone;

		if (move_enemy(s, t, reward, &gone) == GAME_OVER)
			status = GAME_OVER;
		if (t->shot_timer == 0) {
			t->shot_timer = ENEMY_SHOT_INTERVAL;
			add(s->bullets, &s->n_bullets, MAX_BULLETS,
			    (struct thing){ .x = t->x, .y = t->y, .right = t->right });
		} else {
			t->shot_timer--;
		}
		if (gone)
			take_away(s->subs, &s->n_subs, i);
	}
	return status;
}

static enum game_status move_bullets(struct seaquest *s)
{
	enum game_status status = GAME_ON;

	for (int i = s->n_bullets - 1; i >= 0; i--) {
		struct thing *t = &s->bullets[i];

		if (on_player(s, t))
			status = GAME_OVER;
		if (!advance(t))
			take_away(s->bullets, &s->n_bullets, i);
		else if (on_player(s, t))
			status = GAME_OVER;
	}
	return status;
}

static enum game_status move_fish(struct seaquest *s, double *reward)
{
	enum game_status status = GAME_ON;

	for (int i = s->n_fish - 1; i >= 0; i--) {
		int gone;

		if (move_enemy(s, &s->fish[i], reward, &gone) == GAME_OVER)
			status = GAME_OVER;
		if (gone)
			take_away(s->fish, &s->n_fish, i);
	}
	return status;
}

/* ---- the surface ---- */

static int gauge(int oxygen)
{
	return oxygen > 0 ? oxygen * BOARD_SIDE / OXYGEN : 0;
}

static void ramp_up(struct seaquest *s)
{
	if (!s->base.ramping || (s->enemy_interval == 1 && s->move_interval == LAST_MOVE_INTERVAL))
		return;
	if (s->move_interval > LAST_MOVE_INTERVAL && s->ramp % 2 == 1)
		s->move_interval--;
	if (s->enemy_interval > 1)
		s->enemy_interval--;
	s->ramp++;
}

static void surface(struct seaquest *s, double *reward)
{
	s->surfaced = 1;
	if (s->divers == CREW) {
		s->divers = 0;
		*reward += gauge(s->oxygen);
	}
	s->oxygen = OXYGEN;
	s->divers -= s->divers > INT16_MIN;
	ramp_up(s);
}

static enum game_status breathe(struct seaquest *s, double *reward)
{
	enum game_status status = s->oxygen <= 0 ? GAME_OVER : GAME_ON;

	if (s->y > 0) {
		s->oxygen--;
		s->surfaced = 0;
	} else if (!s->surfaced) {
		if (s->divers == 0)
			return GAME_OVER;
		surface(s, reward);
	}
	return status;
}

static enum game_status seaquest_step(void *state, int action, struct random_source *d,
                                      double *reward)
{
	struct seaquest *s = state;
	int over = 0;

	if (s->enemy_timer == 0)
		spawn_enemy(s, d);
	if (s->diver_timer == 0)
		spawn_diver(s, d);
	move_player(s, action);
	move_friendly(s, reward);
	move_divers(s);
	over |= move_subs(s, reward) == GAME_OVER;
	over |= move_bullets(s) == GAME_OVER;
	over |= move_fish(s, reward) == GAME_OVER;
	s->enemy_timer -= s->enemy_timer > 0;
	s->diver_timer -= s->diver_timer > 0;
	s->cooldown -= s->cooldown > 0;
	over |= breathe(s, reward) == GAME_OVER;
	return over ? GAME_OVER : GAME_ON;
}

/* ---- what is seen ---- */

static void show(uint64_t *bits, int plane, const struct thing *list, int n, int trail)
{
	for (int i = 0; i < n; i++) {
		int behind = list[i].x + (list[i].right ? -1 : 1);

		board_set(bits + plane * BOARD_WORDS, list[i].x, list[i].y);
		if (trail && board_on(behind))
			board_set(bits + TRAIL * BOARD_WORDS, behind, list[i].y);
	}
}

/* Columns `from` to `to`, the end not included, of the bottom row. */
static void show_gauge(uint64_t *plane, int from, int to)
{
	for (int x = from; x < to; x++)
		board_set(plane, x, GAUGE_ROW);
}

static void seaquest_planes(const void *state, uint64_t *bits)
{
	const struct seaquest *s = state;
	int crew = s->divers > 0 ? s->divers : 0;

	memset(bits, 0, CHANNELS * BOARD_WORDS * sizeof *bits);
	board_set(bits + SUB_FRONT * BOARD_WORDS, s->x, s->y);
	board_set(bits + SUB_BACK * BOARD_WORDS, s->x + (s->right ? -1 : 1), s->y);
	show_gauge(bits + OXYGEN_GAUGE * BOARD_WORDS, 0, gauge(s->oxygen));
	show_gauge(bits + DIVER_GAUGE * BOARD_WORDS, BOARD_SIDE - 1 - crew, BOARD_SIDE - 1);
	show(bits, FRIENDLY_BULLET, s->friendly, s->n_friendly, 0);
	show(bits, ENEMY_BULLET, s->bullets, s->n_bullets, 0);
	show(bits, ENEMY_FISH, s->fish, s->n_fish, 1);
	show(bits, ENEMY_SUB, s->subs, s->n_subs, 1);
	show(bits, DIVER, s->diver, s->n_divers, 1);
}

static int seaquest_ramp(const void *state)
{
	return ((const struct seaquest *)state)->ramp;
}

static int valid_list(const struct thing *list, int n, int max)
{
	if (n > max)
		return 0;
	for (int i = 0; i < n; i++)
		if (!board_on(list[i].x) || list[i].y < 0 || list[i].y > BOTTOM ||
		    list[i].right > 1 || list[i].move_timer > MOVE_INTERVAL ||
		    list[i].shot_timer > ENEMY_SHOT_INTERVAL)
			return 0;
	return 1;
}

static int seaquest_valid(const void *state)
{
	const struct seaquest *s = state;

	return board_on(s->x) && s->y >= 0 && s->y <= BOTTOM && s->right <= 1 &&
	       board_on(s->x + (s->right ? -1 : 1)) && s->surfaced <= 1 && s->oxygen <= OXYGEN &&
	       s->oxygen >= -1 && s->divers <= CREW && s->ramp >= 0 && s->ramp <= ENEMY_INTERVAL &&
	       s->enemy_interval >= 1 && s->enemy_interval <= ENEMY_INTERVAL &&
	       s->enemy_timer <= ENEMY_INTERVAL && s->diver_timer <= DIVER_INTERVAL &&
	       s->move_interval >= LAST_MOVE_INTERVAL && s->move_interval <= MOVE_INTERVAL &&
	       s->cooldown <= SHOT_COOLDOWN &&
	       valid_list(s->friendly, s->n_friendly, MAX_FRIENDLY) &&
	       valid_list(s->bullets, s->n_bullets, MAX_BULLETS) &&
	       valid_list(s->fish, s->n_fish, MAX_ENEMIES) &&
	       valid_list(s->subs, s->n_subs, MAX_ENEMIES) &&
	       valid_list(s->diver, s->n_divers, MAX_DIVERS);
}

static const char *const channels[CHANNELS] = { "sub_front", "sub_back",     "friendly_bullet",
	                                        "trail",     "enemy_bullet", "enemy_fish",
	                                        "enemy_sub", "oxygen_gauge", "diver_gauge",
	                                        "diver" };

static const struct game_look looks[CHANNELS] = {
	[SUB_FRONT]       = { "you",           'O', "◆", GAME_YELLOW },
	[SUB_BACK]        = { "your stern",    'o', "◇", GAME_YELLOW },
	[FRIENDLY_BULLET] = { "your shot",     '-', "─", GAME_WHITE },
	[TRAIL]           = { "trail",         '.', "·", GAME_GREY },
	[ENEMY_BULLET]    = { "enemy shot",    '~', "╌", GAME_VERMILION },
	[ENEMY_FISH]      = { "fish",          'x', "✖", GAME_ORANGE },
	[ENEMY_SUB]       = { "submarine",     'W', "■", GAME_VERMILION },
	[OXYGEN_GAUGE]    = { "oxygen",        '=', "▬", GAME_SKY },
	[DIVER_GAUGE]     = { "diver aboard",  'D', "▮", GAME_PURPLE },
	[DIVER]           = { "diver",         'd', "●", GAME_PURPLE },
};

/* ---- skills ---- */

static const struct skill skill[] = {
	{ SKILL_TIMES, "comes up", "came up", "for air", .memory = 400 },
	{ SKILL_SHARE, "hits with", "hit with", "%s shots", .memory = 1000 },
	{ SKILL_TIMES, "delivers", "delivered", "six divers", .memory = 400 },
	{ SKILL_SHARE, "picks up", "picked up", "%s divers", .memory = 400 },
	{ SKILL_AMOUNT, "survives", "survived", "%s steps a game", .per = 1, .memory = 400 },
	{ SKILL_SHARE, "runs", "ran", "out of air in %s games", .memory = 400, .fault = 1 },
	{ SKILL_SHARE, "surfaces", "surfaced", "without a diver in %s games", .memory = 400,
	  .fault = 1 },
};

enum { COME_UP, HIT, DELIVER, PICK_UP, SURVIVE, NO_AIR, NO_DIVER, SKILLS };

/* Shots and divers count when they are gone.  Nothing else than a delivery leaves -1 divers in the
 * step that surfaces. */
static void count_gone(const struct seaquest *s, const struct seaquest *t, int surfaced,
                       double reward, struct skill_counts *c)
{
	int fired = game_executed(t) == ACTION_FIRE && s->cooldown == 0;
	int delivered = surfaced && t->divers == -1;
	int aboard = delivered ? CREW : t->divers + surfaced;

	skill_add(c, HIT, s->n_friendly + fired - t->n_friendly,
	          reward - (delivered ? gauge(s->oxygen) : 0));
	skill_add(c, PICK_UP, s->n_divers + (s->diver_timer == 0) - t->n_divers,
	          aboard - s->divers);
	if (surfaced)
		skill_chance(c, DELIVER, delivered);
}

static void count_skills(const void *before, const void *after, double reward,
                         struct skill_counts *c)
{
	const struct seaquest *s = before, *t = after;
	int over = t->base.status == GAME_OVER, surfaced = t->surfaced && !s->surfaced;

	count_gone(s, t, surfaced, reward, c);
	if (surfaced || (over && !t->surfaced))
		skill_chance(c, COME_UP, surfaced && !over);
	skill_add(c, SURVIVE, over, 1);
	if (over) {
		skill_chance(c, NO_AIR, s->oxygen <= 0);
		skill_chance(c, NO_DIVER, t->y == 0 && !t->surfaced);
	}
}

static const struct game_skills skills = { SKILLS, skill, count_skills };

static const uint8_t minimal[] = { ACTION_NONE,  ACTION_LEFT, ACTION_UP,
	                           ACTION_RIGHT, ACTION_DOWN, ACTION_FIRE };

static const struct settings settings = { BOARD_SETTINGS, .lr = 0.00025, .n_step = 1 };
static const struct settings fast = { BOARD_FAST };

static const struct game_stream streams[] = {
	{ "seaquest", 3000, 5, "sticky=0.1 ramping=1" },
	{ "seaquest_easy", 800, 6, "sticky=0 ramping=0" },
	{ 0 }
};

const struct game_ops seaquest_game = {
	.name = "seaquest",
	.about = "rescue divers, shoot fish and submarines, and watch the oxygen",
	.takes = GAME_STICKY | GAME_RAMPING | GAME_MINIMAL,
	.C = CHANNELS, .H = BOARD_SIDE, .W = BOARD_SIDE, .words = BOARD_WORDS,
	.channels = channels,
	.n_actions = N_ACTIONS, .actions = board_actions,
	.n_minimal = sizeof minimal, .minimal = minimal,
	.rows = BOARD_SIDE, .columns = BOARD_SIDE,
	.n_looks = CHANNELS, .looks = looks,
	.size = sizeof(struct seaquest),
	.reset = seaquest_reset, .reset_draws = 0,
	.step = seaquest_step, .step_draws = 5,
	.planes = seaquest_planes,
	.observe = game_observe_planes,
	.picture = game_picture_planes,
	.ramp = seaquest_ramp,
	.valid = seaquest_valid,
	.random_return = game_no_exact,
	.rules = "The boat can fire every fifth step, in the direction it faces; submarines shoot "
	         "back. Touch a diver to take it on board, six at most. Oxygen, the gauge at the "
	         "bottom left, lasts for 200 steps below the surface. Surfacing refills it but "
	         "costs one diver; with six on board it delivers them all. With ramping, enemies "
	         "appear more often and move faster after each surfacing.",
	.rewards = "+1 for each fish or submarine; six divers: +1 per 20 steps of oxygen left",
	.ending = "when an enemy or its shot touches the boat, when the oxygen runs out, or when "
	          "the boat surfaces without a diver (allowed after a delivery)",
	.pace = 5,
	.least = 0, .most = INFINITY,
	.settings = &settings, .fast = &fast, .fast_first = 1,
	.policy = &seaquest_policy, .skills = &skills, .streams = streams,
};
