/* rl_watch.h - the screen on which one watches an agent: its histories, keys and speed.
 *
 * The caller owns the loop and reports each frame:
 *
 *     watch_note(w, &frame)          add the frame to the histories
 *     if (watch_wait(w)) ...         draw if due, handle keys, wait for the speed or during a
 *                                    pause; nonzero: quit
 *
 * At full speed watch_wait() checks the clock and returns.
 *
 * The games of an agent that learns from many are too fast to be looked at.  After watch_exhibit()
 * the screen shows an exhibition of them (exhibition.h) instead: the speed is that of its boards,
 * and watch_wait() never waits for it, so that learning goes on at full speed in between.
 *
 * Screen and keyboard are served 20 times
 * a second, the screen less often if drawing would take more than a small share of the processor's
 * time.
 */
#ifndef RILEY_RL_SCREEN_RL_WATCH_H
#define RILEY_RL_SCREEN_RL_WATCH_H

#include "rl/agent/agent.h"
#include "rl/agent/exhibition.h"
#include "rl/screen/rl_screen.h"
#include "src/cli/command.h"
#include "src/ui/screen.h"

enum { WATCH_POINTS = 400, WATCH_ACTIONS = 32, WATCH_BOARDS = 48 };

/* Points over time. A short memory forgets the oldest. */
struct recent_points {
	int    n;
	double x[2 * WATCH_POINTS], y[2 * WATCH_POINTS];
};

/* A long one remembers all, in means over stretches that grow twice as long whenever it is full. */
struct averaged_points {
	int    n;
	long   stretch, in_last;         /* values in a point; in the unfinished one */
	double sum;
	double x[WATCH_POINTS], y[WATCH_POINTS];
};

struct watch {
	struct rl_scene scene;
	struct screen  *screen;          /* NULL: none, the caller draws frames */
	struct recent_points returns, v;
	struct averaged_points loss, mean_q, all_returns;
	double hundred[10];              /* endless games: recent rewards in hundreds of frames */
	struct skill_counts skills, random_skills;   /* as shown; see watch_count() */
	double          told;            /* seconds: `skills` were last looked at */
	const struct skill_counts *counted_skills;   /* borrowed; NULL: none are counted */
	const char     *action_name[WATCH_ACTIONS];
	real            q[WATCH_ACTIONS];

	struct exhibition *show;         /* what is seen of many games; or NULL */
	struct rl_tile  tile[WATCH_BOARDS];
	int             large;           /* the board that is shown large */
	long            shown;           /* frames of the exhibition */

	int    speed, normal;            /* index into its speeds */
	int    easing, slowest;          /* it becomes faster by itself, from this one on */
	long   eased_episodes;           /* it last did after so many episodes, ... */
	double eased;                    /* ... at this time (seconds); 0: not yet */
	int    quit, one_step, skip;     /* skip: to the end of the episode */
	int    news;                     /* the exhibition has moved since it was drawn */
	int    gone;                     /* the terminal was closed: who learns goes on */
	int    forced;                   /* index into epsilons, or -1 */
	double next, polled;             /* seconds: time of the next frame; of the last key poll */
	double drawn, drawn_cpu, cost;   /* the last frame at full speed: when, by both clocks,
	                                  * and what it cost (seconds) */
	double counted;                  /* seconds: `rate` was last made ... */
	long   counted_frames;           /* ... at this frame */
	int    width, height;            /* of the window, as last drawn */
	int    snapshots;
	char   speed_words[40], message[300], warning[300];
	double message_until;

	struct agent *agent;             /* that learns; or NULL */
	const char   *run;               /* its directory, for plots; or NULL */
	int           ascii;
	command_lists lists;             /* the commands of the program, for plots */
};

/* A watcher of game `g`, whose actions are those in `state` (borrowed, as is `name`); an agent that
 * learns, or NULL. */
void watch_start(struct watch *w, const struct game_ops *g, const void *state, const char *name,
                 struct agent *agent);

/* Say in words what `c` (borrowed) shows: the skills counted while the watcher's game is played.
 * Nothing is said where memory is too short to count those of random play. */
void watch_count(struct watch *w, const struct skill_counts *c);

/* Show an exhibition of the agent's games, with random streams of `seed`; to be ended with
 * watch_end_exhibition() before the agent is freed.  On failure nothing has changed. */
enum ry_status watch_exhibit(struct watch *w, long seed);
void watch_end_exhibition(struct watch *w);

/* Play one frame of the exhibition: for callers that draw by themselves. */
void watch_play(struct watch *w);

/* A frame was played: number `frame`, from 1; `v` is the value of the state it was chosen in (NAN:
 * not looked at).  The frame's q may be NULL.  With an exhibition: a step of the agent, after which
 * it has played `frame` frames. */
void watch_note(struct watch *w, const struct agent_frame *f, long frame, double v);

/* Keep to the speed next to `speed`, in frames a second; far above the fastest: as fast as it
 * goes.  0: begin at a pace that eyes can follow, and, when something learns, double it after the
 * first episodes with each one, up to full speed.  Any key for the speed ends that. */
void watch_pace(struct watch *w, double speed);

/* Make `w` a watcher of an agent that plays in `state` (borrowed) when the one that `from` watched
 * has learned: the curves of its learning stay. */
void watch_learned(struct watch *w, const struct watch *from, const void *state);

/* Draw at once. */
void watch_show(struct watch *w);

/* Serve the screen.  Nonzero: the user wants to leave. */
int watch_wait(struct watch *w);

/* Draw the scene as it stands. */
void watch_draw(struct watch *w, struct view v);

/* A line for the user, for a few seconds. */
void watch_say(struct watch *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
