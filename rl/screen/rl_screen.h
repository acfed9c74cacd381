/* rl_screen.h - how a game and its player look: drawing alone, from plain numbers into a view.
 *
 * Shared by `riley rl watch` and `riley rl play`.  Boards are drawn in whole cells, as large as
 * fits; the world of eyes, which has none, at any size.
 */
#ifndef RILEY_RL_SCREEN_RL_SCREEN_H
#define RILEY_RL_SCREEN_RL_SCREEN_H

#include "rl/games/skills.h"
#include "rl/screen/rl_wall.h"
#include "src/app/explain/explain_screen.h"
#include "src/ui/canvas.h"
#include "src/ui/keys.h"

/* Smaller windows get a line that says so. */
enum { RL_LEAST_WIDTH = 40, RL_LEAST_HEIGHT = 12 };

/* Columns and rows that the board takes where there is room for w x h. */
void rl_board_size(const struct game_ops *g, int w, int h, int *columns, int *rows);

/* The board of a state, in the middle of `v`. */
void rl_board_draw(struct view v, const struct game_ops *g, const void *state);

/* The colour in which something on a board is drawn. */
enum ui_color rl_look_color(const struct game_look *l);

/* What the glyphs of a board stand for: "● ball  ▀ paddle", as many as fit, in lines.  Returns how
 * many lines there would be with room for all. */
int rl_legend_draw(struct view v, const struct game_ops *g);

/* The upper edge of a screen: left and right text on a bar. */
void rl_title_draw(struct view v, const char *left, const char *right);

/* Nonzero, having drawn the line, when `v` is smaller than the least. */
int rl_too_small(struct view v);

/* Points over time; x is counted up. */
struct rl_history {
	int           n;
	const double *x, *y;             /* (n) */
};

enum rl_panel {
	RL_PANEL_NONE,
	RL_PANEL_BOARD,
	RL_PANEL_VALUES,
	RL_PANEL_RETURNS,
	RL_PANEL_V,
	RL_PANEL_LEARNING,
	RL_PANEL_NUMBERS,
	RL_PANEL_WALL,
	RL_PANELS
};

/* All that the screen of a watcher shows.  Numbers that are not known are NAN. */
struct rl_scene {
	const struct game_ops *game;
	const void            *state;
	const char            *name;         /* of the game or the run */
	int                    learns;       /* a learner; 0: a trained agent, which has no
	                                      * panels of learning */
	int                    learned;      /* a learner that is done: the best agent plays */
	int                    games;        /* that the agent learns from at once.  Of more than
	                                      * one the board shows a copy, see exhibition.h */
	const struct rl_tile  *tile;         /* (n_tiles): all of these; the board is number
	                                      * `large` */
	int                    n_tiles, large;

	const real *q;                       /* (actions), or NULL */
	int         actions, action;         /* how many; chosen, -1: none yet */
	const char *const *action_name;      /* (actions) */
	int         explored;                /* chance chose */
	int         repeated;                /* action played instead by stickiness; -1: none */

	double      reward, episode_return;
	long        episode_frames, episodes;
	double      mean_return;             /* of the last 100 episodes, or of rewards */
	/* returns of the last episodes; and of all, in means */
	struct rl_history returns, all_returns, v, loss, mean_q;
	int         returns_by_frame;        /* all_returns: by frames, not by episodes */

	/* what it has done lately, and random play does; skills NULL: not counted */
	const struct skill_counts *skills, *random_skills;

	double      epsilon;
	int         epsilon_forced, learning;
	long        replay, replay_size, updates;
	double      lr;
	long        frames, frames_of_all;   /* frames_of_all 0: no end */
	double      rate, left;              /* frames/s; seconds */

	const char *speed;                   /* "8 frames/s" */
	int         slow, paused, blind;     /* slow: that speed is kept; else it is as fast as
	                                      * it goes */
	const char *warning, *message;       /* a line each, or NULL */

	enum rl_panel alone, focus;          /* RL_PANEL_NONE: all panels; none */
	int         help, explain, guide;    /* help: its page, from 1; guide: rl_guide.h */
	struct explain_screen explained;     /* while `explain` */
	const struct key_row *keys;
};

void rl_watch_draw(struct view v, const struct rl_scene *s);

/* What follows page `page` (from 1; 0: no help) of the help in a window of this size. */
int rl_next_help(int page, int width, int height, const struct key_row *keys);

/* The terms of the glossary that the explanation names. */
const char *rl_watch_terms(const struct rl_scene *s);

/* The panel after `focus` among those that the scene has. */
enum rl_panel rl_next_panel(const struct rl_scene *s, enum rl_panel focus);

/* All that the screen of a player shows. */
struct rl_play_scene {
	const struct game_ops *game;
	const void *state;
	const char *executed;                /* name of the last action; NULL: none yet */
	int         repeated;                /* ... which was not the one asked for: stickiness */
	double      reward, episode_return;
	long        episode_frames;
	int         over;                    /* the episode has ended; waiting for a key */
	long        played;                  /* episodes of this session */
	double      last, best, mean;        /* return: last, and over all sessions; NAN: none */
	double      low, high;               /* 95 % interval of the mean; NAN: not known */
	long        count;                   /* scores kept, of all sessions */
	long        wanted;                  /* more of them, until they are a baseline */
	const char *speed;
	int         paused, by_key;          /* a step a key */
	const char *message;
	int         help, guide;
	const struct key_row *keys;
};

void rl_play_draw(struct view v, const struct rl_play_scene *s);

#endif
