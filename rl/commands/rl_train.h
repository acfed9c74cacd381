/* rl_train.h - what `riley rl train` is made of: its options, one run, and several seeds of it side
 * by side. */
#ifndef RILEY_RL_COMMANDS_RL_TRAIN_H
#define RILEY_RL_COMMANDS_RL_TRAIN_H

#include "rl/agent/rl_learner.h"
#include "rl/commands/rl_options.h"
#include "rl/commands/rl_report.h"
#include "src/base/event.h"

struct rl_train_command {
	struct rl_learning_options learning;
	struct rl_game_options     game;
	struct rl_eval_options     eval;
	long                       report_every, eval_every;
	int                        seeds;        /* below 1: one run */
	const char                *name, *resume;
	long                       asked;        /* frames, before they became whole rounds */
};

#define RL_TRAIN_ROW(option, type, member, argument, help, low, high) \
	{ option, 0, type, offsetof(struct rl_train_command, member), argument, help, low, high, \
	  NULL }

/* Rows for a command whose options begin with a struct rl_train_command. */
#define RL_TRAIN_ROWS \
	RL_LEARNING_ROWS(struct rl_train_command), \
	RL_GAME_ROWS(struct rl_train_command), \
	RL_TRAIN_ROW("seeds", OPTION_INT, seeds, "K", \
		"train K runs NAME-s1, NAME-s2, ... with consecutive seeds, in parallel on " \
		"--threads processors, and report their mean", 1, 1000), \
	RL_TRAIN_ROW("report-every", OPTION_LONG, report_every, "N", \
		"frames between logged points", 1, 1e9), \
	RL_TRAIN_ROW("eval-every", OPTION_LONG, eval_every, "N", \
		"frames between greedy evaluations during training, by which the best model is " \
		"chosen; 0: none", 0, 1e12), \
	RL_EVAL_ROWS(struct rl_train_command, "eval-"), \
	RL_TRAIN_ROW("name", OPTION_TEXT, name, "NAME", \
		"save the run as runs/NAME; a NAME with a slash is a path (default: preset, game " \
		"and time)", 0, 0), \
	RL_TRAIN_ROW("resume", OPTION_TEXT, resume, "RUN", \
		"continue a run; the result is bit-identical to a run that was never stopped; " \
		"with --seeds: continue RUN-s1, RUN-s2, ...", 0, 0)

/* command.describe_default of a command whose options begin with a struct rl_train_command and
 * whose first argument is a game. */
int rl_train_describe_default(const struct option_row *row, const void *options, int n_args,
                              char *const *args, char *into, size_t size);

/* Options that may be changed when a run is resumed; NULL-terminated. */
extern const char *const rl_train_may_change[];

/* Options of game `g`, all of them decided on.  `agent` and `game` are for whom it concerns. */
enum ry_status rl_train_resolve(const struct cli *cli, struct rl_train_command *o,
                                const struct game_ops *g, struct game_options *game,
                                struct agent_options *agent);

/* Note options that were typed in vain, and frames that were rounded up, when all are decided
 * on. */
void rl_train_note_effects(const struct cli *cli, const struct rl_train_command *o);

/* Note that a run which was to end after `before` frames is longer now where that stretches the
 * schedule of the learning rate, which is then higher again; 0: not known. */
void rl_train_note_longer(const struct cli *cli, const struct rl_train_command *o, long before);

/* The length in frames that run.json says a run is to have; 0 if it does not. */
long rl_train_frames(const json_t *info);

/* One run, from its start or from the checkpoint of o->resume, to its report: a new one at `path`,
 * with the seed and threads of `cli`.  `watcher`, unless NULL, is told what happens.  The caller
 * frees *r, which is filled when all went well, with rl_report_free(). */
enum ry_status rl_train_one(const struct cli *cli, struct rl_train_command *o,
                            const struct game_ops *g, const char *path, struct observer *watcher,
                            struct rl_report *r, struct train_result *t);

/* An observer in the place of the progress bar. */
struct rl_observer {
	struct observer observer;              /* told what happens, frame by frame */

	/* Called before the first event, with all options decided on and the run's directory; `l`
	 * is borrowed until part().  A failure ends the run. */
	enum ry_status (*meet)(struct rl_observer *self, const struct rl_train_command *o,
	                       const struct rl_learner *l, const char *run);

	/* Called when the learner, which it has met, is about to be freed. */
	void (*part)(struct rl_observer *self);
};

/* rl_train_one() with such an observer. */
enum ry_status rl_train_watched(const struct cli *cli, struct rl_train_command *o,
                                const struct game_ops *g, const char *path,
                                struct rl_observer *observer, struct rl_report *r,
                                struct train_result *t);

/* As many runs as o->seeds says, PATH-s1 and so on, side by side. */
enum ry_status rl_train_seeds(const struct cli *cli, struct rl_train_command *o,
                              const struct game_ops *g, const char *path);

/* The same, going on with those at o->resume-s1 and so on: what is done stays as it is. */
enum ry_status rl_train_resume_seeds(const struct cli *cli, struct rl_train_command *o);

/* Options that the run with this run.json is too old to have: it goes on as it began. */
void rl_train_complete(struct rl_train_command *o, const json_t *info);

/* The game that a run's run.json names; NULL with the sentence. */
const struct game_ops *rl_train_game(const json_t *info, const char *path, enum ry_status *status);

#endif
