/* eyes.c - an agent with nine eyes among walls, apples and poison (after the deep Q-learning demo
 * of ConvNetJS, Karpathy 2014).  It never ends.
 *
 * A tick: the eyes have read (see `struct eye_reading`), the action turns the wheels, what is
 * touched is eaten, and the reward is
 *
 *     proximity + (0.1 proximity if straight ahead and proximity > 0.75)
 *               + 5 per apple - 6 per poison
 *     proximity = min(1, 2 mean over the eyes of (distance/85 if a wall is seen, else 1))
 *
 * with the readings from before the motion.
 *
 * The original takes, for the point where an eye's ray meets an item, the item's centre moved by
 * its distance from the ray always to the same side: for items on one side of the ray that is the
 * foot of the perpendicular, for those on the other side it lies twice as far away on the wrong
 * side.  The faithful mode keeps this; `corrected` takes the foot.
 *
 * Draws: reset x, y and kind of 30 items; in a tick one for each item past its age every 100th
 * tick, in order, then every 10th tick, if items are missing, one whether to add one, and three for
 * it.
 */
#include "rl/games/eyes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rl/games/games.h"
#include "rl/games/settings.h"
#include "rl/games/skills.h"

enum { ITEMS = EYES_MAX_ITEMS, INPUTS = 3 * EYES, N_ACTIONS = 5 };

enum { OLD_AGE = 5000, EXPIRE_EVERY = 100, SPAWN_EVERY = 10 };

#define ITEM_RADIUS  10.0
#define REACH        20.0        /* the two radii */
#define SPEED        5.0
#define APPLE        5.0
#define POISON       6.0

struct eye_reading {
	double  distance[EYES];
	int32_t kind[EYES];
	int32_t unused;
};

struct eyes {
	struct game_base base;
	double  x, y, angle;
	int64_t clock;
	int64_t apples, poison;
	struct eye_reading reading;           /* what is seen now: the next tick's readings */
	int64_t n_items;
	double  item_x[ITEMS], item_y[ITEMS];
	int32_t item_kind[ITEMS], item_age[ITEMS];
};

/* The inner boxes have no left side. */
const double eyes_walls[EYES_WALLS][4] = {
	{ 10, 10, 690, 10 }, { 690, 10, 690, 490 }, { 690, 490, 10, 490 }, { 10, 490, 10, 10 },
	{ 100, 100, 300, 100 }, { 300, 100, 300, 400 }, { 300, 400, 100, 400 },
	{ 400, 100, 600, 100 }, { 600, 100, 600, 400 }, { 600, 400, 400, 400 },
};

static const double wheels[N_ACTIONS][2] = {
	{ 1, 1 }, { 0.8, 1 }, { 1, 0.8 }, { 0.5, 0 }, { 0, 0.5 }
};

struct point {
	double x, y;
};

/* ---- geometry ---- */

/* Where p -> q meets the wall w, as the share of the way, strictly inside both; 0 if nowhere. */
static double meets_wall(struct point p, struct point q, const double *w)
{
	double dx = q.x - p.x, dy = q.y - p.y, wx = w[2] - w[0], wy = w[3] - w[1];
	double parallel = wy * dx - wx * dy, ua, ub;

	if (parallel == 0)
		return 0;
	ua = (wx * (p.y - w[1]) - wy * (p.x - w[0])) / parallel;
	ub = (dx * (p.y - w[1]) - dy * (p.x - w[0])) / parallel;
	return ua > 0 && ua < 1 && ub > 0 && ub < 1 ? ua : 0;
}

static int crosses_wall(struct point p, struct point q)
{
	for (int k = 0; k < EYES_WALLS; k++)
		if (meets_wall(p, q, eyes_walls[k]) > 0)
			return 1;
	return 0;
}

/* Where p -> q meets an item at c, as the share of the way, and in *hit the point; 0 if nowhere. */
static double meets_item(struct point p, struct point q, struct point c, int corrected,
                         struct point *hit)
{
	double dx = q.x - p.x, dy = q.y - p.y, length = sqrt(dx * dx + dy * dy);
	double nx = dy / length, ny = -dx / length;
	double side = (c.x - p.x) * nx + (c.y - p.y) * ny, far = fabs(side), ua;

	if (far > ITEM_RADIUS)
		return 0;
	far = corrected ? -side : far;
	hit->x = c.x + far * nx;
	hit->y = c.y + far * ny;
	ua = fabs(dx) > fabs(dy) ? (hit->x - p.x) / dx : (hit->y - p.y) / dy;
	return ua > 0 && ua < 1 ? ua : 0;
}

/* What eye k sees: the nearest along its ray, the earlier one of two as near, walls before
 * items. */
static void read_eye(const struct eyes *s, int k, struct eye_reading *reading)
{
	double angle = s->angle + (k - 3) * 0.25, nearest = INFINITY, ua;
	struct point p = { s->x, s->y },
		     q = { s->x + EYES_RANGE * sin(angle), s->y + EYES_RANGE * cos(angle) };

	reading->kind[k] = EYE_NOTHING;
	reading->distance[k] = EYES_RANGE;
	for (int w = 0; w < EYES_WALLS; w++)
		if ((ua = meets_wall(p, q, eyes_walls[w])) > 0 && ua < nearest) {
			nearest = ua;
			reading->kind[k] = EYE_WALL;
			reading->distance[k] = hypot(ua * (q.x - p.x), ua * (q.y - p.y));
		}
	for (int i = 0; i < s->n_items; i++) {
		struct point hit, c = { s->item_x[i], s->item_y[i] };

		if ((ua = meets_item(p, q, c, s->base.corrected, &hit)) > 0 && ua < nearest) {
			nearest = ua;
			reading->kind[k] = s->item_kind[i];
			reading->distance[k] = hypot(hit.x - p.x, hit.y - p.y);
		}
	}
}

static void read_eyes(struct eyes *s)
{
	for (int k = 0; k < EYES; k++)
		read_eye(s, k, &s->reading);
}

/* ---- items ---- */

static void add_item(struct eyes *s, struct random_source *d)
{
	int64_t i = s->n_items++;

	s->item_x[i] = 20 + 660 * draw_uniform(d);
	s->item_y[i] = 20 + 460 * draw_uniform(d);
	s->item_kind[i] = draw_half(d) ? EYE_APPLE : EYE_POISON;
	s->item_age[i] = 0;
}

/* Whether the agent eats item i, and what it brings. */
static int eat(struct eyes *s, int i, double *digestion)
{
	struct point p = { s->x, s->y }, c = { s->item_x[i], s->item_y[i] };

	if (!(hypot(c.x - p.x, c.y - p.y) < REACH) || crosses_wall(p, c))
		return 0;
	if (s->item_kind[i] == EYE_APPLE) {
		*digestion += APPLE;
		s->apples++;
	} else {
		*digestion -= POISON;
		s->poison++;
	}
	return 1;
}

/* Eat, age and expire; those that are left keep their order.  Returns the digestion. */
static double meet_items(struct eyes *s, struct random_source *d)
{
	const uint64_t tenth = random_threshold(0.1);
	double digestion = 0;
	int kept = 0;

	for (int i = 0; i < s->n_items; i++) {
		int gone;

		s->item_age[i]++;
		gone = eat(s, i, &digestion);
		if (s->item_age[i] > OLD_AGE && s->clock % EXPIRE_EVERY == 0)
			gone |= draw(d) < tenth;
		if (gone)
			continue;
		s->item_x[kept] = s->item_x[i];
		s->item_y[kept] = s->item_y[i];
		s->item_kind[kept] = s->item_kind[i];
		s->item_age[kept++] = s->item_age[i];
	}
	s->n_items = kept;
	/* u < 1/4 */
	if (s->n_items < ITEMS && s->clock % SPAWN_EVERY == 0 && draw(d) < 0x40000000u)
		add_item(s, d);
	return digestion;
}

/* ---- the agent ---- */

/* R(t) v */
static struct point rotate(struct point v, double t)
{
	return (struct point){ v.x * cos(t) + v.y * sin(t), -v.x * sin(t) + v.y * cos(t) };
}

static void move_agent(struct eyes *s, int action)
{
	double w1 = wheels[action][0], w2 = wheels[action][1];
	struct point v = { SPEED * cos(s->angle), -SPEED * sin(s->angle) };
	struct point a = rotate(v, -w1), b = rotate(v, w2);
	struct point from = { s->x, s->y }, to = { s->x + (a.x - b.x) / 2, s->y + (a.y - b.y) / 2 };

	s->angle -= w1;
	if (s->angle < 0)
		s->angle += 2 * M_PI;
	s->angle += w2;
	if (s->angle > 2 * M_PI)
		s->angle -= 2 * M_PI;
	if (crosses_wall(from, to))
		to = from;
	s->x = fmin(fmax(to.x, 0), EYES_WIDTH);
	s->y = fmin(fmax(to.y, 0), EYES_HEIGHT);
}

static double proximity(const struct eye_reading *reading)
{
	double sum = 0;

	for (int k = 0; k < EYES; k++)
		sum += reading->kind[k] == EYE_WALL ? reading->distance[k] / EYES_RANGE : 1;
	return fmin(1, 2 * sum / EYES);
}

static void eyes_reset(void *state, struct random_source *d)
{
	struct eyes *s = state;

	s->x = s->y = 50;
	s->angle = 0;
	s->clock = s->apples = s->poison = 0;
	s->n_items = 0;
	while (s->n_items < ITEMS)
		add_item(s, d);
	read_eyes(s);
}

static enum game_status eyes_step(void *state, int action, struct random_source *d, double *reward)
{
	struct eyes *s = state;
	double near = proximity(&s->reading), forward = action == 0 && near > 0.75 ? 0.1 * near : 0;

	s->clock++;
	move_agent(s, action);
	*reward = near + forward + meet_items(s, d);
	read_eyes(s);
	return GAME_ON;
}

/* ---- what is seen ---- */

void eyes_look(const void *state, struct eyes_view *v)
{
	const struct eyes *s = state;

	*v = (struct eyes_view){
		.x = s->x, .y = s->y, .angle = s->angle, .n_items = (int)s->n_items,
		.apples = (long)s->apples, .poison = (long)s->poison,
	};
	for (int k = 0; k < EYES; k++) {
		v->kind[k] = s->reading.kind[k];
		v->distance[k] = s->reading.distance[k];
	}
	for (int i = 0; i < s->n_items; i++)
		v->item[i] = (struct eyes_item){ s->item_x[i], s->item_y[i], s->item_kind[i],
			                         s->item_age[i] };
}

static void eyes_planes(const void *state, uint64_t *bits)
{
	(void)state;
	(void)bits;
}

/* Three numbers an eye, for wall, apple and poison: 1, but distance / 85 for what it sees. */
static void eyes_observe(const struct game_ops *g, const void *state, real *x)
{
	const struct eyes *s = state;

	for (int i = 0; i < g->C; i++)
		x[i] = 1;
	for (int k = 0; k < EYES; k++)
		if (s->reading.kind[k] >= 0)
			x[3 * k + s->reading.kind[k]] = (real)(s->reading.distance[k] / EYES_RANGE);
}

/* ---- the picture: one cell is 10 wide and 20 high ---- */

enum {
	AGENT_DOWN,
	AGENT_RIGHT,
	AGENT_UP,
	AGENT_LEFT,
	LOOK_APPLE,
	LOOK_POISON,
	WALL_ACROSS,
	WALL_DOWN,
	WALL_CORNER,
	RAY_NOTHING,
	RAY_WALL,
	RAY_APPLE,
	RAY_POISON,
	LOOKS
};

enum { ROWS = 25, COLUMNS = 70 };

static void mark(uint8_t *cells, double x, double y, int look)
{
	int column = (int)floor(x / 10), row = (int)floor(y / 20);

	if (column >= 0 && column < COLUMNS && row >= 0 && row < ROWS)
		cells[row * COLUMNS + column] = (uint8_t)(look + 1);
}

static void mark_rays(const struct eyes *s, uint8_t *cells)
{
	for (int k = 0; k < EYES; k++) {
		double angle = s->angle + (k - 3) * 0.25;

		for (double far = 5; far < s->reading.distance[k]; far += 5)
			mark(cells, s->x + far * sin(angle), s->y + far * cos(angle),
			     RAY_NOTHING + 1 + s->reading.kind[k]);
	}
}

static void mark_walls(uint8_t *cells)
{
	for (int w = 0; w < EYES_WALLS; w++) {
		const double *p = eyes_walls[w];
		int across = p[1] == p[3];
		double length = fabs(p[2] - p[0]) + fabs(p[3] - p[1]);

		for (double t = 5 / length; t < 1; t += 5 / length)
			mark(cells, p[0] + t * (p[2] - p[0]), p[1] + t * (p[3] - p[1]),
			     across ? WALL_ACROSS : WALL_DOWN);
	}
	for (int w = 0; w < EYES_WALLS; w++) {
		mark(cells, eyes_walls[w][0], eyes_walls[w][1], WALL_CORNER);
		mark(cells, eyes_walls[w][2], eyes_walls[w][3], WALL_CORNER);
	}
}

/* Which of the four ways the agent looks: angle 0 is down, a quarter turn to the right. */
static int heading(double angle)
{
	return (int)floor(angle / (M_PI / 2) + 0.5) & 3;
}

static void eyes_picture(const struct game_ops *g, const void *state, uint8_t *cells)
{
	const struct eyes *s = state;

	memset(cells, 0, (size_t)g->rows * g->columns);
	mark_rays(s, cells);
	mark_walls(cells);
	for (int i = 0; i < s->n_items; i++)
		mark(cells, s->item_x[i], s->item_y[i],
		     s->item_kind[i] == EYE_APPLE ? LOOK_APPLE : LOOK_POISON);
	mark(cells, s->x, s->y, AGENT_DOWN + heading(s->angle));
}

/* ---- the scene ---- */

static void add_line(struct game_scene *to, const double p[4], int look, int dotted)
{
	int k = to->n_lines++;

	to->line[k].x1 = p[0];
	to->line[k].y1 = p[1];
	to->line[k].x2 = p[2];
	to->line[k].y2 = p[3];
	to->line[k].look = look;
	to->line[k].dotted = dotted;
}

static void add_mark(struct game_scene *to, double x, double y, int look)
{
	int k = to->n_marks++;

	to->mark[k].x = x;
	to->mark[k].y = y;
	to->mark[k].look = look;
}

_Static_assert(EYES + EYES_WALLS <= SCENE_LINES, "a scene has too few lines");
_Static_assert(ITEMS + 1 <= SCENE_MARKS, "a scene has too few marks");

static void eyes_scene(const void *state, struct game_scene *to)
{
	const struct eyes *s = state;

	to->n_lines = to->n_marks = 0;
	for (int k = 0; k < EYES; k++) {
		double angle = s->angle + (k - 3) * 0.25, far = s->reading.distance[k];

		const double ray[4] = { s->x, s->y, s->x + far * sin(angle),
			                s->y + far * cos(angle) };

		add_line(to, ray, RAY_NOTHING + 1 + s->reading.kind[k], 1);
	}
	for (int w = 0; w < EYES_WALLS; w++)
		add_line(to, eyes_walls[w],
		         eyes_walls[w][1] == eyes_walls[w][3] ? WALL_ACROSS : WALL_DOWN, 0);
	for (int i = 0; i < s->n_items; i++)
		add_mark(to, s->item_x[i], s->item_y[i],
		         s->item_kind[i] == EYE_APPLE ? LOOK_APPLE : LOOK_POISON);
	add_mark(to, s->x, s->y, AGENT_DOWN + heading(s->angle));
}

/* "X Y ANGLE ITEMS K:D K:D ...": the agent and the number of items after a tick, and what each eye
 * saw before it. */
static void eyes_describe(const void *before, const void *state, char *text, size_t size)
{
	const struct eyes *saw = before, *s = state;
	int n = snprintf(text, size, "%.12g %.12g %.12g %d", s->x, s->y, s->angle, (int)s->n_items);

	for (int k = 0; k < EYES && n > 0 && (size_t)n < size; k++)
		n += snprintf(text + n, size - (size_t)n, " %d:%.12g", (int)saw->reading.kind[k],
		              saw->reading.distance[k]);
}

static int within(double v, double low, double high)
{
	return v >= low && v <= high;         /* not NaN either */
}

static int eyes_valid(const void *state)
{
	const struct eyes *s = state;

	if (!within(s->x, 0, EYES_WIDTH) || !within(s->y, 0, EYES_HEIGHT) ||
	    !within(s->angle, -7, 7) || s->clock < 0 || s->clock >= INT64_MAX / 2 ||
	    s->n_items < 0 || s->n_items > ITEMS)
		return 0;
	for (int k = 0; k < EYES; k++)
		if (s->reading.kind[k] < EYE_NOTHING || s->reading.kind[k] > EYE_POISON ||
		    !within(s->reading.distance[k], 0, EYES_RANGE + REACH))
			return 0;
	for (int i = 0; i < s->n_items; i++)
		if (!within(s->item_x[i], 0, EYES_WIDTH) || !within(s->item_y[i], 0, EYES_HEIGHT) ||
		    (s->item_kind[i] != EYE_APPLE && s->item_kind[i] != EYE_POISON) ||
		    s->item_age[i] < 0 || s->item_age[i] >= INT32_MAX / 2)
			return 0;
	return 1;
}

#define EYE(k) "eye " k " wall", "eye " k " apple", "eye " k " poison"

static const char *const channels[INPUTS] = {
	EYE("1"), EYE("2"), EYE("3"), EYE("4"), EYE("5"), EYE("6"), EYE("7"), EYE("8"), EYE("9")
};

static const char *const actions[N_ACTIONS] = {
	"ahead", "ahead and a little left", "ahead and a little right", "turn right", "turn left"
};

static const uint8_t minimal[] = { 0, 1, 2, 3, 4 };

static const struct game_look looks[LOOKS] = {
	[AGENT_DOWN]  = { "agent", 'v', "▼", GAME_WHITE },
	[AGENT_RIGHT] = { "agent", '>', "▶", GAME_WHITE },
	[AGENT_UP]    = { "agent", '^', "▲", GAME_WHITE },
	[AGENT_LEFT]  = { "agent", '<', "◀", GAME_WHITE },
	[LOOK_APPLE]  = { "apple", 'o', "●", GAME_ORANGE },
	[LOOK_POISON] = { "poison", 'x', "✖", GAME_BLUE },
	[WALL_ACROSS] = { "wall", '-', "─", GAME_GREY },
	[WALL_DOWN]   = { "wall", '|', "│", GAME_GREY },
	[WALL_CORNER] = { "wall", '+', "┼", GAME_GREY },
	[RAY_NOTHING] = { "sees nothing", '.', "·", GAME_GREY },
	[RAY_WALL]    = { "sees a wall", ':', "·", GAME_WHITE },
	[RAY_APPLE]   = { "sees an apple", '*', "·", GAME_ORANGE },
	[RAY_POISON]  = { "sees poison", '%', "·", GAME_BLUE },
};

static const char *const tallies[] = { "apples", "poison" };

static void eyes_tally(const void *state, double *to)
{
	const struct eyes *s = state;

	to[0] = (double)s->apples;
	to[1] = (double)s->poison;
}

/* ---- skills ---- */

static const struct skill skill[] = {
	{ SKILL_AMOUNT, "eats", "ate", "%s apples in 1,000 steps", .per = 1000, .memory = 20000 },
	{ SKILL_TIMES, "eats", "ate", "an apple, not poison,", .memory = 200 },
	{ SKILL_TIMES, "avoids", "avoided", "the walls", .memory = 200 },
};

enum { APPLES, CHOICE, AVOID, SKILLS };

enum { LOOK_EVERY = 100 };            /* steps */

/* Only a wall keeps the agent where it is, often for many steps: a look now and then tells how
 * often. */
static void count_skills(const void *before, const void *after, double reward,
                         struct skill_counts *c)
{
	const struct eyes *s = before, *t = after;
	double apples = (double)(t->apples - s->apples), poison = (double)(t->poison - s->poison);

	(void)reward;
	skill_add(c, APPLES, 1, apples);
	skill_add(c, CHOICE, apples + poison, apples);
	if (t->clock % LOOK_EVERY == 0)
		skill_chance(c, AVOID, t->x != s->x || t->y != s->y);
}

static const struct game_skills skills = { SKILLS, skill, count_skills };

/* Food is a rare large reward among small ones: a squared loss learns its mean, a Huber loss with
 * delta 1 something nearer to the median, which ignores poison that is eaten now and then. */
static const struct settings settings = {
	SETTINGS_COMMON, .frames = 200000, .hidden = "100-100", .window = 1,
	.replay = 50000, .alpha = 0.6, .n_step = 5, .discount = 0.93,
	.batch = 64, .loss = SETTINGS_SQUARED, .target_epsilon = 0.05, .target_every = 1000,
	.lr = 0.0005, .optimizer_epsilon = 1e-4, .schedule = SETTINGS_COSINE,
	.start = 1000, .update_every = 1,
	.epsilon_end = 0.05, .epsilon_start = 1000, .epsilon_frames = 50000,
};

static const struct game_stream streams[] = {
	{ "eyes", 500, 12, "" },
	{ "eyes_corrected", 200, 13, "corrected=1" },
	{ 0 }
};

const struct game_ops eyes_game = {
	.name = "eyes",
	.about = "eat apples, avoid poison, and keep away from walls",
	.takes = GAME_CORRECTED,
	.C = INPUTS, .H = 1, .W = 1, .words = 0, .endless = 1,
	.channels = channels,
	.n_actions = N_ACTIONS, .actions = actions,
	.n_minimal = N_ACTIONS, .minimal = minimal,
	.rows = ROWS, .columns = COLUMNS,
	.n_looks = LOOKS, .looks = looks,
	.size = sizeof(struct eyes),
	.reset = eyes_reset, .reset_draws = 3 * ITEMS,
	.step = eyes_step, .step_draws = ITEMS + 4,
	.planes = eyes_planes,
	.observe = eyes_observe,
	.picture = eyes_picture,
	.ramp = game_no_ramp,
	.valid = eyes_valid,
	.n_tallies = 2, .tallies = tallies, .tally = eyes_tally,
	.random_return = game_no_exact,
	.scene = eyes_scene, .scene_width = EYES_WIDTH, .scene_height = EYES_HEIGHT,
	.describe = eyes_describe,
	.rules = "Nine eyes see walls, apples and poison up to 85 units away. The agent never "
	         "stands still: the actions set the speeds of its two wheels. It eats what it "
	         "touches, and new items appear. Walls stop it.",
	.rewards = "+5 per apple, -6 per poison; each step up to +1 far from walls, +0.1 ahead",
	.ending = "never: the score is the mean reward per step",
	.pace = 25,
	.least = -INFINITY, .most = INFINITY,
	.settings = &settings, .policy = &eyes_policy, .skills = &skills, .streams = streams,
};
