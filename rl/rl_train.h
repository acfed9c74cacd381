/* rl_train.h - what `riley rl train` is made of: its options, one run, and several seeds of it side by side. */
#ifndef RILEY_RL_RL_TRAIN_H
#define RILEY_RL_RL_TRAIN_H

#include "rl/rl_options.h"
#include "rl/rl_report.h"
#include "src/event.h"

struct rl_train_command {
	struct rl_learning_options learning;
	struct rl_game_options     game;
	struct rl_eval_options     eval;
	long                       report_every;
	int                        seeds;        /* below 1: one run */
	const char                *name, *resume;
};

/* What may be changed when a run is resumed; NULL-terminated. */
extern const char *const rl_train_may_change[];

/* Options of game `g`, all of them decided on.  `agent` and `game` are for whom it concerns. */
enum ry_status rl_train_resolve(const struct cli *cli, struct rl_train_command *o, const struct game_ops *g,
                                struct game_options *game, struct agent_options *agent);

/* One run, from its start or from the checkpoint of o->resume, to its report: a new one at `path`, with the
 * seed and threads of `cli`.  `watcher`, unless NULL, is told what happens.  The caller
 * frees *r, which is filled when all went well, with rl_report_free(). */
enum ry_status rl_train_one(const struct cli *cli, struct rl_train_command *o, const struct game_ops *g,
                            const char *path, struct observer *watcher, struct rl_report *r, struct train_result *t);

/* As many runs as o->seeds says, PATH-s1 and so on, side by side. */
enum ry_status rl_train_seeds(const struct cli *cli, struct rl_train_command *o, const struct game_ops *g,
                              const char *path);

/* The same, going on with those at o->resume-s1 and so on: what is done stays as it is. */
enum ry_status rl_train_resume_seeds(const struct cli *cli, struct rl_train_command *o);

/* The game that a run's run.json names; NULL with the sentence. */
const struct game_ops *rl_train_game(const json_t *info, const char *path, enum ry_status *status);

#endif
