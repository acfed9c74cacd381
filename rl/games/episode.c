/* episode.c - see episode.h. */
#include "rl/games/episode.h"

void episode_start(struct episode *e, const struct policy *p)
{
	game_reset(e->game, e->state, e->random);
	if (p && p->start)
		p->start(p->self);
	e->total = e->reward = 0;
	e->steps = 0;
	e->action = 0;
	e->status = GAME_ON;
}

enum game_status episode_act(struct episode *e, int action)
{
	e->action = action;
	e->status = e->skills ? skill_step(e->skills, e->game, e->state, action, e->random,
	                                   &e->reward)
	                      : game_step(e->game, e->state, action, e->random, &e->reward);
	e->total += e->reward;
	e->steps++;
	return e->status;
}

enum game_status episode_step(struct episode *e, const struct policy *p)
{
	return episode_act(e, p->act(p->self, e->state));
}

enum game_status episode_play(struct episode *e, const struct policy *p, long limit)
{
	while (e->status == GAME_ON && e->steps < limit)
		episode_step(e, p);
	return e->status;
}
