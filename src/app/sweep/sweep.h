/* sweep.h - many runs from one description: reading it, and the command lines it stands for.
 *
 *     [sweep]
 *     command = kt train train.csv     ; what to run, with options and files as typed
 *     search  = random                 ; grid (every combination; the default) or random
 *     trials  = 40                     ; random: number of trials
 *     seeds   = 3                      ; per trial: K seeds from `seed` on, or a list: 3, 5, 8
 *     seed    = 1                      ; first seed, and seed of a random search
 *     rank    = log_loss smaller       ; measure; default: that of the kind of run
 *     show    = seconds, rate          ; more numbers of the runs, beside it
 *
 *     [fixed]                          ; more options of the command, the same for all runs
 *     epochs = 15
 *
 *     [vary]                           ; options to vary, and their values
 *     lr      = 1e-4 .. 1e-2 log 5     ; five values, logarithmically spaced
 *     dropout = 0 .. 0.6 4             ; four, evenly spaced; of integers, 1 .. 3 are all
 *     model   = lstm, gru              ; a list
 *     hidden  = 16 .. 512 log          ; random: any value between, here log-uniform
 *
 *     [variants]                       ; options that change together: see sweep_variants.h
 *     base    =
 *     no-norm = --norm no
 *
 * Everything is checked before anything runs: each value against the command's table, and each
 * trial as a command line.  Computed values are rounded to four digits, so that all machines get
 * the same ones and paths can show them.
 */
#ifndef RILEY_APP_SWEEP_SWEEP_H
#define RILEY_APP_SWEEP_SWEEP_H

#include "src/app/kinds/run_kind.h"
#include "src/cli/command.h"

/* Maximum number of runs in a sweep, seeds included. */
#define SWEEP_MOST_RUNS 10000

/* Maximum number of measures beside the one that is ranked by. */
#define SWEEP_MOST_SHOWN 8

/* An option that varies. */
struct sweep_option {
	const struct option_row *row;
	int    line;                     /* of the description */
	int    logarithmic;
	int    n;                        /* values; 0: anything from low to high */
	char **value;                    /* (n) */
	double low, high;
	char  *low_text, *high_text;
};

/* Options under a name. */
struct sweep_variant {
	char  *name;
	int    line;                     /* of the description */
	int    n_words;
	char **word;                     /* (n_words), and NULL */
};

/* A combination of values. */
struct sweep_trial {
	const char **value;              /* (n_options); borrowed from options or `drawn` */
	char       **drawn;              /* (n_options): what was drawn; or NULL */
	char        *name;               /* "lr-0.001_model-gru": part of a path */
	json_t      *options;            /* what run.json of such a run says of options that are
	                                  * fixed, vary, or are those of some variant */
};

struct sweep {
	char                     *path;              /* of the description */
	char                     *text;              /* the description; (size) */
	size_t                    size;
	const struct run_kind    *kind;              /* of its runs */
	const struct command     *command;           /* that makes them */
	command_lists             lists;
	int                       command_line;      /* where in the file `command` stands */
	int                       n_words;           /* of the command after its name: arguments
	                                              * and fixed options */
	char                    **word;              /* (n_words), and NULL */
	int                      *word_line;         /* (n_words): where in the file each stands;
	                                              * NULL: all in the command's line */
	/* of a run; --threads stands among the words */
	int                       threads, threads_given;
	int                       random, random_trials;
	long                      seed;
	int                       n_seeds, n_options, n_trials;
	long                     *seeds;             /* (n_seeds) */
	struct sweep_option      *option;            /* (n_options); the first: the variant, if
	                                              * there are any */
	int                       n_variants;
	struct sweep_variant     *variant;           /* (n_variants) */
	json_t                   *varied;            /* names of their options, or NULL */
	struct sweep_trial       *trial;             /* (n_trials) */
	char                     *about;             /* what runs learn from: the first argument */
	char                     *rank;              /* or NULL */
	int                       smaller;           /* with rank: 1 smaller is better, 0 larger */
	int                       n_shown;
	char                     *shown[SWEEP_MOST_SHOWN];     /* (n_shown): measures beside it */
};

/* Read and check the description at `path`.  `seed`, if not negative, overrides the one in the
 * file.  RY_EDATA with "path:line: ..." if it is invalid, RY_EIO if it cannot be read, the status
 * of the command line itself if that is invalid (with its line), RY_ENOMEM.  Release with
 * sweep_clear() also after a failure. */
enum ry_status sweep_read(struct sweep *s, const char *path,
                          command_lists lists, long seed);

/* The same of a description of `size` bytes, which messages call `path`. */
enum ry_status sweep_read_text(struct sweep *s, const char *path, const char *text, size_t size,
                               command_lists lists, long seed);
void sweep_clear(struct sweep *s);

/* The name of the sweep: the description's file name without folder and extension. */
char *sweep_name(const struct sweep *s);

/* The words of a run, the first being `program`: the command, what is fixed, what the trial tries,
 * seed, threads (1 unless the description says), and --name `run` unless that is NULL.  And those
 * that go on with a run.  Release with shell_words_free(); NULL without memory. */
char **sweep_words(const struct sweep *s, int trial, int seed, const char *program,
                   const char *run);
char **sweep_resume_words(const struct sweep *s, const char *program, const char *run);

/* Whether smaller values of a measure are better: losses, errors. */
int sweep_smaller_is_better(const struct run_kind *kind, const char *measure);

/* The option of --NAME in `c`'s table, or NULL. */
const struct option_row *sweep_option_called(const struct command *c, const char *name);

#endif
