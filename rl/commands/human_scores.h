/* human_scores.h - what people scored: one JSON object a line, the bar that agents are held
 * against.
 *
 *     {"game":"breakout","options":{"sticky":0.1},"return":7,"frames":312,"time":"2025-03-01T12:00:00Z","player":"riley"}
 *
 * A line is written at once when an episode ends, in one piece, behind those of others.  Options
 * are those that make a difference to who plays: `actions` is left out, as keys that mean nothing
 * do nothing.
 */
#ifndef RILEY_RL_COMMANDS_HUMAN_SCORES_H
#define RILEY_RL_COMMANDS_HUMAN_SCORES_H

#include "rl/games/game.h"

struct human_score {
	double      value;            /* return of the episode; mean reward per frame in a game
	                               * without episodes */
	long        frames;
	long        time;             /* when it ended, seconds since 1970; written as UTC */
	const char *player;           /* name of the user; what is no UTF-8 becomes '?' */
};

/* Where scores are kept: scores/human.jsonl in $XDG_DATA_HOME/riley, or else ~/.local/share/riley.
 * The caller frees.  NULL with ry_message() when neither variable is set, or without memory. */
char *human_scores_path(void);

/* Add a line; folders are made.  RY_EIO when it can't be written. */
enum ry_status human_scores_append(const char *path, const struct game_ops *g,
                                   const struct game_options *o, const struct human_score *s);

struct human_summary {
	long   count;                 /* scores of this game with these options */
	double best, mean;            /* NAN when there are none */
	long   skipped;               /* lines of the file that are no scores */
};

/* What people scored in a game with these options.  A file that is not there holds no scores.
 * RY_EIO when it can't be read. */
enum ry_status human_scores_summary(const char *path, const struct game_ops *g,
                                    const struct game_options *o, struct human_summary *sum);

#endif
