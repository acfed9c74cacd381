/* terms_scores.c - see terms.h: a theme of the glossary. */
#include "src/app/explain/terms.h"

#include <stddef.h>

const struct term terms_scores[] = {
	{ .name = "AUC",
	  .also = "area under the curve | area under the ROC curve | pooled AUC | ROC AUC",
	  .text =
		"Take one case that turned out 1 (a right answer) and one that turned out 0, "
		"both at random. AUC is the probability that the model gave the first the "
		"higher score; a tie counts as half. It judges the order of predictions, not "
		"their values: 0.5 is chance, 1 is perfect, below 0.5 is worse than guessing.\n\n"
		"  AUC = (pairs in the right order + ties / 2) / all pairs\n\n"
		"In knowledge tracing, 0.70 to 0.85 is usual. More is only possible where the "
		"answers are more predictable: compare with the baseline and, on simulated "
		"students, with the ceiling. riley pools all predictions before it computes "
		"the AUC.",
	  .see = "ROC, baseline, ceiling, mean exercise AUC, calibration",
	  .where =
		"kt train, kt eval, net train with two classes; panel 2 of watch; plot --kind "
		"auc" },
	{ .name = "mean exercise AUC",
	  .also = "mean skill AUC | AUC by exercise | mean_exercise_auc",
	  .text =
		"The AUC of each exercise by itself, averaged over exercises with both right "
		"and wrong answers. Knowing that one exercise is easier than another helps "
		"the pooled AUC but not this one, so it is usually lower. It asks: among "
		"students who meet the same exercise, does the model know who will succeed?\n\n"
		"A baseline that only knows how hard each exercise is has exactly 0.5 here.",
	  .see = "AUC, mean student AUC, baseline",
	  .where = "kt train, kt eval; mean_exercise_auc in --json" },
	{ .name = "mean student AUC",
	  .also = "AUC by student | mean_student_auc",
	  .text =
		"The AUC within each student's own answers, averaged over students with both "
		"right and wrong ones. Knowing that one student is better than another does "
		"not help here. It asks: of one student's exercises, does the model know "
		"which will go wrong?",
	  .see = "AUC, mean exercise AUC",
	  .where = "kt train, kt eval; mean_student_auc in --json" },
	{ .name = "accuracy",
	  .also = "share right | hit rate",
	  .text =
		"The fraction of predictions that are right. With two classes, a probability "
		"of 0.5 or more counts as a prediction of 1; with several, the most probable "
		"class is the prediction.\n\n"
		"  accuracy = right predictions / all predictions\n\n"
		"Compare it with the share of the most common class: where 95 % of the rows "
		"are of one class, 0.95 takes no skill at all. AUC, F1 and the confusion "
		"matrix show what accuracy hides then.",
	  .see = "top-K error, confusion matrix, F1, AUC, baseline",
	  .where = "kt train, kt eval, net train, net eval" },
	{ .name = "top-K error",
	  .also = "top | top_k | top_k_error | top-2 error",
	  .text =
		"The fraction of rows whose true class is not among the K classes that the "
		"model finds most probable. With K = 1 it is 1 - accuracy. It tells near "
		"misses from nonsense when there are many similar classes. Smaller is better; "
		"0 is perfect.",
	  .see = "accuracy, softmax, confusion matrix",
	  .where = "net train --top K, net eval" },
	{ .name = "log loss",
	  .also =
		"cross-entropy | cross entropy | binary cross-entropy | negative "
		"log-likelihood | NLL | BCE | log_loss",
	  .text =
		"The average surprise at what happened, given the predicted probabilities. A "
		"confident wrong prediction is punished hard, so the log loss judges the "
		"values of probabilities and not only their order.\n\n"
		"  log loss = mean of -ln(probability given to what happened)\n\n"
		"In nats. Always predicting 0.5 gives 0.693 (ln 2); with K equally likely "
		"classes, chance gives ln K. 0 is perfect and rarely possible. This is the "
		"loss that knowledge tracers and classifiers minimise.",
	  .see = "nat, loss, calibration, Brier score, perplexity",
	  .where = "kt train, kt eval, net train; panel 1 of watch; plot --kind loss" },
	{ .name = "nat",
	  .also = "nats",
	  .text =
		"The unit of information with natural logarithms: an event of probability p "
		"carries -ln p nats. With base-2 logarithms the unit is the bit; one nat is "
		"1.44 bits. A prediction that says 50 % costs 0.693 nat (one bit) whatever "
		"happens.",
	  .see = "bit, log loss",
	  .where = "log loss (nat) in kt train, kt eval, net train and watch" },
	{ .name = "bit",
	  .also = "bits | same bits | bit-identical | reproducible",
	  .text =
		"Two meanings. As a unit of information: one bit is a fair coin flip, 0.693 "
		"nat. As part of a number: \"the same bits\" means that two results agree in "
		"every digit of the machine's representation, not just about. riley gives the "
		"same bits for the same seed, build and number of threads, and a resumed run "
		"equals one that never stopped.",
	  .see = "nat, seed, resume",
	  .where = "--resume; the replay buffer keeps the planes of a game as single bits" },
	{ .name = "Brier score",
	  .also = "Brier",
	  .text =
		"The mean squared difference between a predicted probability and what "
		"happened (0 or 1). Always predicting 0.5 gives 0.25; 0 is perfect. It is "
		"gentler than log loss on confident mistakes.\n\n"
		"  Brier = mean of (p - y)^2\n\n"
		"riley prints its square root, the RMSE: an RMSE of 0.41 is a Brier score of "
		"0.168.",
	  .see = "RMSE, log loss, calibration",
	  .where = "as RMSE in kt train and kt eval" },
	{ .name = "RMSE",
	  .also =
		"root mean squared error | root mean square error | MSE | mean squared error",
	  .text =
		"The typical size of an error: the square root of the mean squared difference "
		"between prediction and truth. Large errors weigh more than small ones. It "
		"has the unit of what is predicted.\n\n"
		"  RMSE = sqrt(mean of (prediction - truth)^2)\n\n"
		"For probabilities of right answers, always saying 0.5 gives 0.5, and the "
		"baseline is the number to beat. For a target that is a number, compare with "
		"its standard deviation: an RMSE as large means nothing was learned (R2 = 0).",
	  .see = "MAE, R2, Brier score, huber",
	  .where = "kt train, kt eval, net train and net eval with a number as target" },
	{ .name = "MAE",
	  .also = "mean absolute error",
	  .text =
		"The mean size of the errors, without their signs. Unlike RMSE it does not "
		"weigh large errors more, so a few outliers change it little. It has the unit "
		"of the target.\n\n"
		"  MAE = mean of |prediction - truth|",
	  .see = "RMSE, R2",
	  .where = "net train and net eval with a number as target" },
	{ .name = "R2",
	  .also = "R squared | coefficient of determination | r-squared | r2",
	  .text =
		"The fraction of the target's variance that the predictions account for. 1 is "
		"perfect. 0 is what predicting the mean gives. It is negative when "
		"predictions are worse than the mean, which happens on held-out data.\n\n"
		"  R2 = 1 - sum of (truth - prediction)^2 / sum of (truth - mean)^2",
	  .see = "RMSE, MAE, baseline",
	  .where = "net train and net eval with a number as target; panel 2 of watch" },
	{ .name = "F1",
	  .also = "F1 score | precision | recall | F-measure",
	  .text =
		"Precision is the share of predicted positives that are positive; recall is "
		"the share of true positives that were found. F1 is their harmonic mean, "
		"which is high only when both are.\n\n"
		"  F1 = 2 precision recall / (precision + recall)\n\n"
		"riley does not print it: read precision and recall off the confusion matrix, "
		"a column for precision, a row for recall. Prefer it to accuracy when one "
		"class is rare.",
	  .see = "confusion matrix, accuracy, sensitivity",
	  .where = "computed from the confusion matrix of net train and net eval" },
	{ .name = "confusion matrix",
	  .also = "confusion",
	  .text =
		"A table of counts: a row for each true class, a column for each predicted "
		"class. The diagonal is right; every other cell says what was taken for what. "
		"Look for large cells off the diagonal: two classes that the model mixes up "
		"may need another feature, and a row with few counts is a class it hardly saw.",
	  .see = "accuracy, F1, rare class",
	  .where = "net train and net eval with classes; confusion in --json" },
	{ .name = "calibration",
	  .also =
		"calibrated | reliability diagram | calibration curve | calibration error | "
		"ECE | observed",
	  .text =
		"Whether probabilities mean what they say: of all answers predicted with 70 "
		"%, 70 % should be right. The plot groups predictions in ten bins and "
		"compares the mean prediction with the observed share. On the diagonal is "
		"perfect; below it predictions are too high, above it too low. Points flatter "
		"than the diagonal mean overconfidence. \"error\" is the mean distance from "
		"the diagonal, weighted by the number of predictions.\n\n"
		"A model can order answers well (a high AUC) and be badly calibrated.",
	  .see = "AUC, log loss, ROC",
	  .where = "panel 8 of watch; plot --kind calibration" },
	{ .name = "ROC",
	  .also = "ROC curve | receiver operating characteristic",
	  .text =
		"Choose a threshold and call every score above it \"1\". The curve shows, for all "
		"thresholds, the share of ones found (sensitivity, y axis) against the share of "
		"zeros called 1 by mistake (1 - specificity, x axis). Chance is the diagonal; the "
		"closer to the upper left corner the better. The area under it is the AUC.",
	  .see = "AUC, sensitivity, specificity, threshold",
	  .where = "panel 8 of watch; plot --kind roc" },
	{ .name = "sensitivity",
	  .also = "true positive rate | tpr | hit rate of positives",
	  .text =
		"Of the cases that are 1, the fraction that the model calls 1 at the chosen "
		"threshold. Also called recall. Lowering the threshold raises it, at the "
		"price of specificity.",
	  .see = "specificity, threshold, ROC, F1",
	  .where = "panel 8 of watch" },
	{ .name = "specificity",
	  .also = "true negative rate | fpr | false positive rate",
	  .text =
		"Of the cases that are 0, the fraction that the model calls 0 at the chosen "
		"threshold. 1 - specificity is the false positive rate, the x axis of the ROC "
		"curve.",
	  .see = "sensitivity, threshold, ROC",
	  .where = "panel 8 of watch" },
	{ .name = "threshold",
	  .also = "cut-off | decision threshold",
	  .text =
		"The score at and above which a prediction counts as 1. 0.5 is usual, but where a "
		"missed case costs more than a false alarm, a lower one is right. The ROC curve "
		"shows every choice at once; the panel of scores lets you move along it.",
	  .see = "ROC, sensitivity, accuracy",
	  .where = "panel 8 of watch" },
	{ .name = "baseline",
	  .also =
		"skill mean | skill_mean_auc | base line | majority class | uninformed model | "
		"baseline_accuracy | baseline_rmse | auc_gain | auc_gain_interval | "
		"better_than_baseline | better than the baseline",
	  .text =
		"The score of a simple method that a model must beat to have learned "
		"anything. In knowledge tracing: each exercise's share of right answers in "
		"the training data, whoever answers. In classification: always the most "
		"common class. For a number: always the mean. In games: random play.\n\n"
		"A model no better than its baseline has learned nothing about single cases, "
		"however good its score looks. kt train says so when the 95 % interval of the "
		"difference in AUC (auc_gain; between students, DeLong 1988, Obuchowski 1997) "
		"reaches down to 0.",
	  .see = "ceiling, AUC, accuracy, confidence interval, random play",
	  .where = "beside every score of kt train and kt eval; rl scores" },
	{ .name = "ceiling",
	  .also = "ceiling_auc | upper bound | Bayes optimal",
	  .text =
		"The best score that any model can expect, because chance is part of the "
		"answers: even a student who knows an exercise slips, and one who does not "
		"may guess. riley can compute it for simulated students only, by Bayes' rule "
		"with all parameters of the simulation.\n\n"
		"A score close to the ceiling means there is nothing left to learn. A score "
		"clearly above it means that the model has seen the answers.",
	  .see = "baseline, leak, AUC",
	  .where = "kt gen, kt train and kt eval on simulated students" },
	{ .name = "confidence interval",
	  .also =
		"95 % interval | interval | mean_return_interval | error bars | Wilson "
		"interval",
	  .text =
		"A range that shows how much a number may owe to chance. If the whole "
		"experiment were repeated many times, 95 of 100 such intervals would contain "
		"the true mean. Two models whose intervals overlap a lot have not been told "
		"apart.\n\n"
		"Over K seeds riley uses Student's t: mean +- t s / sqrt(K). Five seeds give "
		"a wide interval, and an honest one.",
	  .see = "standard error, seed, fold",
	  .where = "rl train --seeds, sweep, plots of several seeds" },
	{ .name = "standard error",
	  .also = "standard_error | ± | +-",
	  .text =
		"How far a mean over n cases is likely to be from the true mean: the standard "
		"deviation divided by sqrt(n). About two thirds of the time it is closer than one "
		"standard error, and 95 % of the time closer than two.\n\n"
		"Over episodes of one agent it says nothing about other seeds: another training "
		"run may differ far more.",
	  .see = "confidence interval, standard deviation, return",
	  .where = "rl train, rl eval: evaluation return 12.3 +- 0.4" },
	{ .name = "standard deviation",
	  .also = "sd | deviation | auc_sd",
	  .text =
		"The typical distance of values from their mean. About two thirds of "
		"bell-shaped values lie within one standard deviation of the mean.",
	  .see = "standard error, standardize",
	  .where = "kt gen, kt train --folds, the layers panel" },
	{ .name = "perplexity",
	  .text =
		"exp(log loss): the number of equally likely outcomes that would be as hard "
		"to predict. Log loss 0.693 is a perplexity of 2, a coin.",
	  .see = "log loss, nat",
	  .where = "not printed; computed from the log loss" },
	{ NULL, NULL, NULL, NULL, NULL }
};
