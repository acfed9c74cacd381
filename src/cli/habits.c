/* habits.c - see habits.h: the tables, in which names are separated by blanks. */
#include "src/cli/habits.h"

#include <stdio.h>
#include <string.h>

#include "src/cli/suggest.h"

enum { NAME = 64 };

struct habit {
	const char *typed;       /* by people, in these spellings */
	const char *ours;        /* what it may mean, the likeliest first */
};

static const struct habit options[] = {
	{ "batch-size batchsize bs minibatch-size mini-batch-size per-device-train-batch-size",
	  "batch" },
	{ "learning-rate learningrate learn-rate lr-rate lr-init step-size eta alpha", "lr" },
	{ "gamma discount-factor discount-rate", "discount" },
	{ "total-timesteps timesteps num-timesteps n-timesteps total-steps num-steps max-steps "
	  "steps num-frames n-frames total-frames max-frames",
	  "frames epochs" },
	{ "num-epochs n-epochs nepochs epoch max-epochs num-train-epochs max-iter iterations iters "
	  "num-iterations n-iter passes",
	  "epochs episodes frames" },
	{ "hidden-size hidden-dim hidden-units hidden-layer-sizes hidden-layers hidden-sizes "
	  "hidden-channels n-hidden num-hidden rnn-size num-units units net-arch width",
	  "hidden layers" },
	{ "num-layers n-layers nlayers num-hidden-layers depth", "layers hidden" },
	{ "model-type arch architecture network cell cell-type rnn-type", "model layers" },
	{ "activation activation-function", "layers" },
	{ "optim optimiser solver algorithm", "optimizer" },
	{ "device gpu gpus cuda no-cuda use-cuda n-gpu num-threads n-threads cores cpus nproc",
	  "threads" },
	{ "n-jobs num-workers n-workers workers parallel", "jobs threads" },
	{ "weight-decay wd l2-penalty l2-reg regularization reg lambda", "l2 decay" },
	{ "dropout-rate dropout-prob drop-rate drop p-dropout keep-prob", "dropout" },
	{ "grad-clip clip-grad max-grad-norm gradient-clip gradient-clip-val clip-norm clipnorm "
	  "max-norm gradient-clipping",
	  "clip" },
	{ "lr-schedule lr-scheduler lr-scheduler-type scheduler lr-decay annealing", "schedule" },
	{ "warmup-steps warmup-updates num-warmup-steps warm-up", "warmup start" },
	{ "random-state random-seed rng-seed manual-seed rng", "seed" },
	{ "num-seeds n-seeds repeats replicates n-runs", "seeds" },
	{ "early-stopping early-stop early-stopping-patience n-iter-no-change", "patience" },
	{ "val-split validation-split valid-split validation-fraction val-fraction val-size "
	  "validation val-ratio val",
	  "split" },
	{ "test-size test-fraction test-ratio holdout", "test-split" },
	{ "test-file test-data test-set eval-data", "test" },
	{ "cv k-folds k-fold kfold kfolds n-splits num-folds n-folds cross-validation", "folds" },
	{ "criterion loss-fn loss-function objective", "loss" },
	{ "initializer weight-init init-scheme kernel-initializer initialization", "init" },
	{ "bptt tbptt seq-len seq-length sequence-length max-seq-len max-len", "window" },
	{ "buffer-size replay-size replay-buffer-size replay-capacity memory-size memory buffer",
	  "replay" },
	{ "learning-starts learn-start start-steps min-replay train-start", "start" },
	{ "target-update target-update-interval target-update-freq target-network-frequency "
	  "target-freq sync-every tau",
	  "target-every" },
	{ "train-freq train-frequency update-freq update-interval", "update-every" },
	{ "gradient-steps updates-per-step utd", "updates" },
	{ "eps epsilon-initial eps-start start-e initial-epsilon exploration-initial-eps "
	  "exploration",
	  "epsilon" },
	{ "eps-end eps-final epsilon-final epsilon-min final-epsilon min-epsilon end-e "
	  "exploration-final-eps",
	  "epsilon-end" },
	{ "eps-decay epsilon-decay exploration-fraction", "epsilon-frames epsilon-share" },
	{ "double-dqn double-q ddqn", "double" },
	{ "dueling-dqn duelling", "dueling" },
	{ "nstep n-steps multi-step multistep", "n-step" },
	{ "per prioritized prioritized-replay prioritised-replay priority-alpha "
	  "prioritized-replay-alpha",
	  "prioritised" },
	{ "prioritized-replay-beta priority-beta", "beta" },
	{ "sticky-actions repeat-action-probability sticky-action-prob", "sticky" },
	{ "difficulty-ramping difficulty", "ramping" },
	{ "n-episodes num-episodes games", "episodes eval-episodes" },
	{ "n-eval-episodes num-eval-episodes test-episodes", "eval-episodes episodes" },
	{ "eval-freq eval-frequency eval-interval", "eval-every report-every" },
	{ "log-interval log-freq log-frequency print-every logging-steps",
	  "report-every log-every" },
	{ "time-limit-frames max-episode-steps max-episode-length horizon", "eval-cap cap" },
	{ "run-name run-id experiment experiment-name exp-name tag save-dir output-dir out-dir "
	  "logdir log-dir save-path save checkpoint-dir model-dir",
	  "name output" },
	{ "out out-file output-file outfile", "output" },
	{ "checkpoint ckpt load load-model restore resume-from resume-from-checkpoint continue "
	  "pretrained",
	  "resume" },
	{ "user user-id user-col learner student-id student-column", "student" },
	{ "item item-id question question-id problem problem-id exercise skill-id kc concept",
	  "skill" },
	{ "correctness response is-correct", "correct" },
	{ "timestamp time order-by sort sort-by", "order" },
	{ "label labels label-column target-column y class-column response-column", "target" },
	{ "delimiter delim separator field-separator", "sep" },
	{ "has-header no-header skip-header", "header" },
	{ "drop-columns exclude skip", "ignore" },
	{ "render visualize visualise gui show live dashboard", "watch" },
	{ "fps frame-rate framerate", "speed" },
	{ "time-limit timeout walltime max-seconds max-runtime", "max-time" },
	{ "debug verbosity log-level", "verbose" },
	{ "silent", "quiet" },
	{ "no-color nocolor colour colors", "color" },
	{ "configuration settings conf cfg", "config" },
	{ "n-students num-students n-users", "students" },
	{ "n-exercises num-exercises n-items n-questions num-questions", "exercises" },
	{ "n-concepts num-concepts n-skills", "concepts" },
	{ "n-samples num-samples num-points", "points" },
	{ "type chart figure plot-type", "kind" },
	{ NULL, NULL }
};

static const char arguments[] =
	"data dataset data-path data-file data-dir input input-file infile file train-file train "
	"train-data csv env env-id environment env-name game run run-dir";

static const struct habit commands[] = {
	{ "learn fit new start run-training", "train" },
	{ "test score evaluate evaluation validate", "eval" },
	{ "infer inference prediction forecast", "predict" },
	{ "simulate generate make-data sample", "gen" },
	{ "stats describe summary inspect head", "info runs" },
	{ "ls list ps status history experiments run", "runs" },
	{ "compare diff", "compare runs" },
	{ "dashboard monitor tensorboard top gui show view tail log", "watch" },
	{ "graph chart draw figure curves", "plot" },
	{ "tune grid search hyperopt gridsearch optuna", "sweep" },
	{ "glossary define dictionary what wtf terms word", "explain" },
	{ "debug check analyse analyze why", "diagnose machine" },
	{ "env info-machine system hardware benchmark bench sysinfo", "machine" },
	{ "demo", "watch" },
	{ "human", "play" },
	{ "leaderboard ranking", "scores" },
	{ "dump convert save", "export" },
	{ "man usage", "help" },
	{ NULL, NULL }
};

/* The k-th word of a list, from 0; 0 beyond the last. */
static int word_at(const char *list, int k, char into[NAME])
{
	for (; k > 0 && *list; k--) {
		list += strcspn(list, " ");
		list += strspn(list, " ");
	}
	snprintf(into, NAME, "%.*s", (int)strcspn(list, " "), list);
	return into[0] != '\0';
}

static int contains(const char *list, const char *word)
{
	char one[NAME];

	for (int k = 0; word_at(list, k, one); k++)
		if (strcmp(one, word) == 0)
			return 1;
	return 0;
}

static void spell(const char *typed, char into[NAME])
{
	snprintf(into, NAME, "%s", typed);
	for (char *c = into; *c; c++)
		*c = *c == '_' ? '-' : *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
}

static const char *meaning(const struct habit *table, const char *typed)
{
	for (; table->typed; table++)
		if (contains(table->typed, typed))
			return table->ours;
	return "";
}

static const char *named(const char *word, const char *const *names, int n)
{
	for (int k = 0; k < n; k++)
		if (strcmp(names[k], word) == 0)
			return names[k];
	return NULL;
}

const char *habit_option(const char *typed, const char *const *names, int n)
{
	char word[NAME], ours[NAME];
	const char *list, *found;

	spell(typed, word);
	if ((found = named(word, names, n)))
		return found;
	list = meaning(options, word);
	for (int k = 0; word_at(list, k, ours); k++)
		if ((found = named(ours, names, n)))
			return found;
	return NULL;
}

const char *habit_nearest(const char *typed, const char *const *names, int n)
{
	const char *found = habit_option(typed, names, n);

	return found ? found : suggest_nearest(typed, names, n);
}

int habit_argument(const char *typed)
{
	char word[NAME];

	spell(typed, word);
	return contains(arguments, word);
}

int habit_command(const char *typed, int k, char ours[64])
{
	char word[NAME];

	spell(typed, word);
	return word_at(meaning(commands, word), k, ours);
}
