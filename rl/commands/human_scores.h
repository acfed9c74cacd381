/* human_scores.h - people's scores, one JSON object per line: the human baseline for agents.
 *
 *     {"game":"breakout","options":{"sticky":0.1},"return":7,"frames":312,
 *      "time":"2025-03-01T12:00:00Z","player":"riley"}                          (on one line)
 *
 * A line is appended with one write when an episode ends.  Only options that affect a human player
 * are recorded: `actions` is left out, since keys without a meaning do nothing.
 */
#ifndef RILEY_RL_COMMANDS_HUMAN_SCORES_H
#define RILEY_RL_COMMANDS_HUMAN_SCORES_H

#include "rl/games/game.h"

struct human_score {
	double      value;            /* return, or mean reward per frame without episodes */
	long        frames;
	long        time;             /* time of its end, seconds since 1970; written as UTC */
	const char *player;           /* user name; invalid UTF-8 becomes '?' */
};

/* The score file: scores/human.jsonl in $XDG_DATA_HOME/riley, or else in ~/.local/share/riley.  The
 * caller frees it.  NULL with ry_message() if neither XDG_DATA_HOME nor HOME is set, or without
 * memory. */
char *human_scores_path(void);

/* Append a line, creating folders as needed.  RY_EIO if it cannot be written. */
enum ry_status human_scores_append(const char *path, const struct game_ops *g,
                                   const struct game_options *o, const struct human_score *s);

/* Fewer games than this are no baseline: the first one may have been an accident. */
enum { HUMAN_LEAST = 5 };

struct human_summary {
	long   count;                 /* scores of this game with these options */
	double best, mean;            /* NAN when there are none */
	double error;                 /* standard error of the mean; NAN below two scores */
	double squares;               /* sum of squared deviations from the mean */
	long   skipped;               /* invalid lines of the file */
};

/* Summarise people's scores in a game with these options.  A missing file has no scores.  RY_EIO if
 * it cannot be read. */
enum ry_status human_scores_summary(const char *path, const struct game_ops *g,
                                    const struct game_options *o, struct human_summary *sum);

/* Remove the scores of the game from the file, with all options; *count is how many there were.
 * Everything else stays, lines that are not understood too.  A missing file has none.  RY_EIO if it
 * cannot be read or written: then it is as it was. */
enum ry_status human_scores_forget(const char *path, const struct game_ops *g, long *count);

#endif
