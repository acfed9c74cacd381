/* terms_data.c - see terms.h: a theme of the glossary. */
#include "src/app/explain/terms.h"

#include <stddef.h>

const struct term terms_data[] = {
	{ .name = "training data",
	  .also = "train | training set | training rows | trained_rows | trained_students",
	  .text =
		"What the network learns from. Scores on them say how well it can fit, not "
		"how well it will do on new data.",
	  .see = "validation, test, overfitting",
	  .where = "train curves; kt train TRAIN, net train FILE" },
	{ .name = "validation",
	  .also = "valid | validation data | validation set | dev set",
	  .text =
		"Data that are held out from training, to choose the best epoch and the settings. "
		"Because choices were based on them, their scores are a little too good: the "
		"final number comes from the test data.",
	  .see = "test, held-out, split, early stopping",
	  .where = "--split; valid curves on dashboards and plots" },
	{ .name = "test",
	  .also = "test data | test set | test-split",
	  .text =
		"Data that were used for nothing but the final score. Look at them once. If "
		"you choose between models by their test score, they have become validation "
		"data.",
	  .see = "validation, held-out, leak",
	  .where = "--test, --test-split; the report of kt train and net train" },
	{ .name = "held-out",
	  .also = "held-out set | held out | holdout",
	  .text =
		"Data that training does not see, so that scores on them show generalisation: "
		"validation and test data together.",
	  .see = "validation, test, fold",
	  .where = "--split, --test-split" },
	{ .name = "split",
	  .also = "train/test split | validation_split",
	  .text =
		"The fraction of the training data that is held out for validation. 0.1 to "
		"0.2 is usual. With few rows the score depends on which ones were drawn: use "
		"folds, or give the interval.",
	  .see = "validation, fold, student",
	  .where = "--split" },
	{ .name = "state of a run",
	  .also =
		"run state | status | running | done | stopped | interrupted | "
		"crashed | failed | spoiled | foreign",
	  .text =
		"What became of a run. Running: a process writes to it now. Done: all epochs or "
		"frames, or stopped early because the validation score no longer improved. "
		"Stopped: by a signal, q or --max-time, after a checkpoint. Crashed: it was "
		"killed, or the machine went down. Failed: it ended with an error, which its "
		"run.json holds. Diverged: the loss or the predictions became NaN or "
		"infinite.\n\n"
		"--resume continues what was stopped or has crashed, as if nothing had happened. "
		"Spoiled: its run.json cannot be read. Foreign: a folder in runs/ that is not a "
		"run.",
	  .see = "checkpoint, early stopping, NaN",
	  .where = "runs; the title of watch" },
	{ .name = "fold",
	  .also = "folds | cross-validation | k-fold | cross validation",
	  .text =
		"K runs, each validated on another K-th of the students and trained on the "
		"rest. Every student is held out once. The mean over folds is steadier than "
		"one split, and the spread shows how much the choice matters.",
	  .see = "split, validation, standard deviation",
	  .where = "kt train --folds" },
	{ .name = "generalization",
	  .also = "generalisation | gap | generalization gap",
	  .text =
		"Doing well on data not seen in training. The gap is the validation loss "
		"minus the training loss: near 0 is good; a growing gap is overfitting.",
	  .see = "overfitting, validation, loss",
	  .where = "plot --kind gap" },
	{ .name = "overfitting",
	  .also = "overfit | memorization",
	  .text =
		"The network memorises the training data: training loss falls, validation loss "
		"rises. The saved model is the best by validation, so the only harm is wasted "
		"time. More data, dropout, weight decay, fewer units help.",
	  .see = "early stopping, dropout, weight decay, underfitting, gap",
	  .where = "diagnose: overfitting" },
	{ .name = "underfitting",
	  .also = "underfit",
	  .text =
		"Even the training data are fitted poorly: the model is too small, too strongly "
		"regularised, or the learning rate is wrong. Try more units, less dropout or more "
		"epochs.",
	  .see = "overfitting, learning rate, layer",
	  .where = "diagnose: underfitting" },
	{ .name = "learning rate too high",
	  .also = "rate_high",
	  .text =
		"Steps overshoot the minimum: the loss jumps, oscillates or diverges. Try a third "
		"or a tenth of --lr, warm-up, or clipping.",
	  .see = "learning rate, warmup, clip, NaN",
	  .where = "diagnose: rate_high" },
	{ .name = "learning rate too low",
	  .also = "rate_low",
	  .text =
		"Training goes in the right direction, but its steps are too small to get there. "
		"Try an --lr three or ten times as large.",
	  .see = "learning rate, update ratio",
	  .where = "diagnose: rate_low" },
	{ .name = "stopped too early",
	  .also = "stopped_early",
	  .text =
		"The curve is still improving at the end of the run, so the best score is not "
		"known yet. Train for more epochs or frames: --resume continues the run.",
	  .see = "epoch, early stopping, resume",
	  .where = "diagnose: stopped_early" },
	{ .name = "label noise",
	  .also = "label_noise | noise | label noise floor",
	  .text =
		"Labels that are partly random: the same inputs with different answers. The "
		"loss stops at a floor that no model can get below.",
	  .see = "ceiling, log loss",
	  .where = "diagnose: label_noise; net train gen --noise" },
	{ .name = "easy validation",
	  .also = "easy_validation | validation easier than training",
	  .text =
		"The validation score is much better than the training score. Either both "
		"parts are not from the same data, or dropout makes training much harder than "
		"evaluation.",
	  .see = "validation, dropout, leak",
	  .where = "diagnose: easy_validation" },
	{ .name = "small validation",
	  .also = "small_validation | validation too small for the claim",
	  .text =
		"So few validation rows that another random split could name another winner. Use "
		"a larger --split, folds or more data, and give the interval.",
	  .see = "split, fold, confidence interval",
	  .where = "diagnose: small_validation" },
	{ .name = "diagnosis",
	  .also =
		"healthy | verdict | finding | unjudged | severity | findings | evidence | "
		"advice | judged",
	  .text =
		"Rules that look at the curves of a run for known problems, with the "
		"evidence, what it means and what to try. \"healthy\" means that no rule "
		"found anything; \"unjudged\" names rules for which the run has no data.",
	  .see = "overfitting, learning rate too high, gradient norm",
	  .where = "diagnose; panel 9 of watch" },
	{ .name = "feature",
	  .also = "features | column | columns | input | inputs | index_column",
	  .text =
		"One column of a table that the network may use to predict the target. A column "
		"that only numbers the rows is not a feature: leave it out with --ignore.",
	  .see = "target column, standardize",
	  .where = "net train" },
	{ .name = "target column",
	  .also = "label | labels | class | classes | task | regression | classification",
	  .text =
		"What is to be predicted: a class (classification) or a number (regression). "
		"Words, 0/1 and a few whole numbers are taken as classes; --task overrides it.",
	  .see = "feature, accuracy, R2",
	  .where = "net train --target, --task" },
	{ .name = "standardize",
	  .also = "standardise | normalization | scaling | z-score",
	  .text =
		"Subtract each feature's mean and divide by its standard deviation, both from the "
		"training data, so that all inputs have about the same size. net train does this "
		"automatically and stores the means and deviations in the model.",
	  .see = "feature, standard deviation",
	  .where = "net train" },
	{ .name = "rare class",
	  .also = "rare_class | imbalance | class imbalance",
	  .text =
		"A class with few training rows. The network can ignore it and still have a "
		"high accuracy: look at its row in the confusion matrix.",
	  .see = "confusion matrix, F1, accuracy",
	  .where = "net train: \"class 'x' has 3 training rows\"" },
	{ .name = "run",
	  .also = "runs | experiment",
	  .text =
		"One training, kept in the folder runs/NAME: options, every logged number, "
		"the best model, plots. Everything that plots, watches, resumes or compares "
		"reads it.",
	  .see = "checkpoint, resume, seed",
	  .where = "--name; watch, plot, diagnose, export" },
	{ .name = "checkpoint",
	  .also = "last.safetensors | model.safetensors | safetensors",
	  .text =
		"A file from which training continues exactly: weights, optimizer, random "
		"streams, position in the data, replay buffer. last.safetensors is the "
		"checkpoint; model.safetensors holds the best weights alone, in a format that "
		"PyTorch and others read.",
	  .see = "resume, best, run",
	  .where = "runs/NAME/" },
	{ .name = "resume",
	  .also = "continue",
	  .text =
		"Continue a run that was stopped. The result is bit-identical to a run that was "
		"never stopped.",
	  .see = "checkpoint, bit",
	  .where = "--resume RUN" },
	{ .name = "seed",
	  .also = "seeds | random seed | random_state",
	  .text =
		"The number that all random draws start from: initial weights, order of data, "
		"exploration. The same seed gives the same run. One seed is one sample: a "
		"claim needs five or more, with an interval.",
	  .see = "bit, confidence interval",
	  .where = "--seed; rl train --seeds, sweep" },
	{ .name = "fingerprint",
	  .also = "data fingerprint",
	  .text =
		"A number computed from the data of a run. If the file has changed, the number "
		"differs, and riley does not call other rows \"the test rows of the run\".",
	  .see = "run, test",
	  .where = "run.json" },
	{ .name = "sweep",
	  .also = "grid search | random search | lr-sweep | trial | jobs",
	  .text =
		"Many runs that differ in a few options, ranked by a score: a grid tries all "
		"combinations, random search draws them. Rank by validation scores, then test "
		"the winner once.",
	  .see = "hyperparameter, validation, seed",
	  .where = "sweep; plot --kind lr-sweep" },
	{ .name = "ablation",
	  .also = "ablate | variant | base",
	  .text =
		"An experiment that takes a method apart: each variant lacks one part of the base, "
		"or has it changed, and all else stays the same. What the score then loses is what "
		"the part is worth. Repeat every variant with several seeds: a difference whose "
		"interval includes 0 may be chance.\n\n"
		"Say what was held fixed. A variant that sees more data, or makes more updates, "
		"is better for that reason alone.",
	  .see = "sweep, seed, interval",
	  .where = "rl ablate; sweeps with [variants]" },
	{ .name = "learning curve",
	  .also = "curve | smoothing | log axis",
	  .text =
		"A score or loss against epochs, frames, updates or time. Read the shape: "
		"still falling, flat, rising, jumping. Smoothing hides noise and also real "
		"jumps; a logarithmic axis shows small losses.",
	  .see = "loss, epoch, overfitting, diagnosis",
	  .where = "plot, watch: m smooths, y for a logarithmic axis" },
	{ .name = "thread",
	  .also = "threads | processors",
	  .text =
		"Parts of a program that run at the same time, each on a processor of its own. "
		"Before riley shares work among threads, it measures whether that is faster. "
		"Results depend on the number of threads in the last digits.",
	  .see = "bit, GFLOP/s",
	  .where = "--threads; machine" },
	{ .name = "GFLOP/s",
	  .also = "flops | peak | peak_gflops | product_gflops | SGEMM | BLAS | CBLAS",
	  .text =
		"Billions of additions and multiplications of floating-point numbers per second. "
		"The matrix product, computed by a BLAS library such as OpenBLAS, comes closest "
		"to what the processor can do (\"peak\"); most of training is matrix products.",
	  .see = "thread",
	  .where = "machine" },
	{ .name = "rate",
	  .also = "seconds | answers/s | frames/s | speed | time left",
	  .text =
		"How fast a run goes: answers, rows or frames per second. \"seconds\" in a "
		"result is the time of the whole training.",
	  .see = "frame, epoch, thread",
	  .where = "progress lines; numbers panel" },
	{ NULL, NULL, NULL, NULL, NULL }
};
