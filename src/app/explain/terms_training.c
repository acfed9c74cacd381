/* terms_training.c - see terms.h: a theme of the glossary. */
#include "src/app/explain/terms.h"

#include <stddef.h>

const struct term terms_training[] = {
	{ .name = "loss",
	  .also =
		"train loss | valid loss | training loss | validation loss | train_loss | "
		"valid_loss | loss_max | loss_sd | objective | cost",
	  .text =
		"The number that training makes small: how far predictions are from the "
		"truth, averaged. Which loss it is depends on the task: log loss for "
		"probabilities, squared error for numbers, TD error for agents.\n\n"
		"\"loss\" is measured during the epoch, with dropout, while the weights still "
		"change. \"train loss\" is measured after it, without dropout, on the "
		"training data: it is comparable with \"valid loss\", on held-out data. "
		"\"loss_max\" is the worst batch of the epoch, \"loss_sd\" the spread over "
		"batches.",
	  .see = "log loss, RMSE, TD error, overfitting, gap",
	  .where = "every training command; panel 1 of watch; plot --kind loss" },
	{ .name = "epoch",
	  .also = "epochs | num_epochs",
	  .text =
		"One pass over all training data. 20 epochs show every row 20 times to the "
		"network. Too few and it has not learned what it could; too many and it "
		"learns the training data by heart, which early stopping prevents.",
	  .see = "batch, update, early stopping, overfitting",
	  .where = "--epochs; the x axis of learning curves" },
	{ .name = "batch",
	  .also = "batch size | minibatch | mini-batch | batch_size",
	  .text =
		"The examples whose gradients are averaged for one update: rows, students' "
		"sequences or transitions. A larger batch gives a less noisy gradient and "
		"uses the processor better, but fewer updates per epoch. 8 to 128 is usual; "
		"when you double the batch, try a learning rate 1.4 to 2 times as high.",
	  .see = "update, learning rate, epoch, gradient",
	  .where = "--batch" },
	{ .name = "update",
	  .also = "step | updates | gradient step | iteration | steps",
	  .text =
		"One change of the weights, from the gradient of one batch. An epoch of 2,000 "
		"rows with a batch of 8 has 250 updates.",
	  .see = "batch, gradient, optimizer",
	  .where = "--x step in plot; updates on the screens of rl watch" },
	{ .name = "learning rate",
	  .also = "lr | step size | alpha",
	  .text =
		"How far one update moves the weights. The most important setting to tune. Too "
		"high: the loss jumps about, rises or becomes NaN. Too low: it falls slowly in a "
		"straight line and the run ends before it is done.\n\n"
		"0.001 to 0.01 suits Adam, 0.01 to 0.5 plain SGD. Change it by factors of three.",
	  .see = "schedule, warmup, optimizer, update ratio",
	  .where = "--lr; lr on dashboards; plot --kind lr-sweep" },
	{ .name = "schedule",
	  .also =
		"learning-rate schedule | cosine | lr_end | step-epochs | step-factor | step "
		"schedule",
	  .text =
		"How the learning rate changes during the run. \"constant\" keeps it, "
		"\"step\" multiplies it by a factor every few epochs, \"cosine\" lowers it "
		"smoothly to 0 at the end. Large steps first find the right region, small "
		"ones settle in it: a falling rate usually ends with a better model.",
	  .see = "learning rate, warmup",
	  .where = "--schedule, --step-epochs, --step-factor" },
	{ .name = "warmup",
	  .also = "warm-up | linear warmup",
	  .text =
		"Updates at the beginning over which the learning rate rises linearly to its full "
		"value. The first gradients of a new network are large and say little; small "
		"steps keep them from doing harm. It helps when the loss explodes at once.",
	  .see = "schedule, learning rate, clip, RAdam",
	  .where = "--warmup" },
	{ .name = "optimizer",
	  .also = "optimiser | update rule | optim",
	  .text =
		"The rule that turns a gradient into a change of the weights. \"sgd\" follows "
		"the gradient; \"momentum\" and \"nesterov\" keep going in the direction of "
		"earlier ones; \"adagrad\", \"rmsprop\" and \"adam\" give each weight its own "
		"step size. Adam is a good first choice.",
	  .see = "SGD, momentum, Adam, RAdam, RMSProp, AdaGrad, learning rate",
	  .where = "--optimizer" },
	{ .name = "SGD",
	  .also = "stochastic gradient descent | gradient descent",
	  .text =
		"The plainest update rule: each weight moves against its gradient.\n\n"
		"  w = w - lr g\n\n"
		"\"Stochastic\" because g comes from a random batch instead of all data. It "
		"works, but needs a well-chosen learning rate.",
	  .see = "momentum, Adam, gradient, batch",
	  .where = "--optimizer sgd" },
	{ .name = "momentum",
	  .also = "nesterov | heavy ball",
	  .text =
		"SGD that remembers its direction: steps add up along a steady slope and "
		"cancel where the gradient flips back and forth. 0.9 means that a direction "
		"fades over about ten updates. Nesterov's variant looks one step ahead.\n\n"
		"  v = momentum v + g;  w = w - lr v",
	  .see = "SGD, Adam, optimizer",
	  .where = "--momentum; --optimizer momentum or nesterov" },
	{ .name = "Adam",
	  .also = "AdamW | adaptive moments",
	  .text =
		"An update rule that scales each weight's step by the recent size of its "
		"gradient, and averages directions as momentum does (Kingma & Ba 2015). Steps "
		"are about as large as the learning rate whatever the gradient's scale, so it "
		"needs little tuning. AdamW adds weight decay that is not scaled.\n\n"
		"  m, v = moving means of g, g^2;  w = w - lr m / (sqrt(v) + epsilon)",
	  .see = "optimizer, RAdam, RMSProp, weight decay, learning rate",
	  .where = "--optimizer adam or adamw; --optimizer-epsilon in rl train" },
	{ .name = "RAdam",
	  .also = "rectified Adam",
	  .text =
		"Adam with a warm-up of its own (Liu et al. 2020). After few updates Adam's mean "
		"of g^2 is a guess, and some steps are far too large. RAdam computes how uncertain "
		"that mean is: it leaves it out of the first five updates, and then shortens "
		"the steps by a factor r that rises to 1 over some thousand updates.\n\n"
		"  w = w - lr r m / (sqrt(v) + epsilon)",
	  .see = "Adam, warmup, optimizer",
	  .where = "--optimizer radam" },
	{ .name = "RMSProp",
	  .also = "rmsprop-centred | centred RMSProp | rho | optimizer-epsilon",
	  .text =
		"An update rule that divides each gradient by the root of its recent mean "
		"square (Tieleman & Hinton 2012), so that steep and flat directions move "
		"alike. The centred variant subtracts the squared mean first. rho says how "
		"slowly the means forget: 0.95 is about 20 updates.\n\n"
		"  s = rho s + (1 - rho) g^2;  w = w - lr g / (sqrt(s) + epsilon)",
	  .see = "Adam, AdaGrad, optimizer",
	  .where = "--optimizer rmsprop or rmsprop-centred; --rho in rl train" },
	{ .name = "AdaGrad",
	  .text =
		"An update rule that divides each gradient by the root of the sum of all its "
		"squares so far (Duchi et al. 2011). Rare features keep large steps, frequent "
		"ones slow down. The sum only grows, so long runs come to a halt.\n\n"
		"  s = s + g^2;  w = w - lr g / (sqrt(s) + epsilon)",
	  .see = "RMSProp, Adam, optimizer",
	  .where = "--optimizer adagrad" },
	{ .name = "gradient",
	  .also = "gradients | backpropagation | backprop",
	  .text =
		"For every weight: how much the loss would change if the weight grew a "
		"little. Backpropagation computes all of them in one pass backwards through "
		"the network, by the chain rule. Updates go against it.",
	  .see = "gradient norm, update, clip, vanishing gradient",
	  .where = "the numbers and layers panels of watch" },
	{ .name = "gradient norm",
	  .also = "gradient_norm | gradient_max | norm | training health | health",
	  .text =
		"The length of the gradient, all weights together: how steep the loss is. It "
		"should settle at a moderate value. Growing by powers of ten means an "
		"exploding gradient; close to 0 while the loss is high means that nothing "
		"reaches the weights. riley shows it before clipping; gradient_max is the "
		"largest of the epoch.\n\n"
		"  norm = sqrt(sum of g^2)",
	  .see = "clip, exploding gradient, vanishing gradient, update ratio",
	  .where = "panel 5 of watch; metrics.jsonl" },
	{ .name = "clip",
	  .also = "gradient clipping | clipping | clip_norm | max_norm | clipnorm",
	  .text =
		"A limit on the gradient norm: a longer gradient is scaled down to it and keeps "
		"its direction. One strange batch then cannot throw the weights far away. 1 to 10 "
		"is usual for recurrent networks. If almost every update is clipped, lower the "
		"learning rate instead.",
	  .see = "gradient norm, exploding gradient",
	  .where = "--clip; 0 switches it off" },
	{ .name = "update ratio",
	  .also = "update_ratio | step/w",
	  .text =
		"The length of the last step divided by the length of the weights. About 0.001 is "
		"healthy. 0.1 means that the network is overwritten rather than improved (try a "
		"lower learning rate); 0.000001 means that it hardly changes.",
	  .see = "learning rate, gradient norm",
	  .where = "panel 5 of watch; the layers panel" },
	{ .name = "dropout",
	  .also = "keep probability",
	  .text =
		"During training a random fraction of the units is set to 0 in every update. "
		"No unit can rely on a single other one, so the network memorises less. Off "
		"in evaluation. 0.2 to 0.5 is usual; 0 is none. With dropout the loss of the "
		"epoch is higher than the train loss measured after it.",
	  .see = "overfitting, regularization, weight decay",
	  .where = "--dropout" },
	{ .name = "weight decay",
	  .also =
		"decay | l2 | l1 | L2 penalty | L1 penalty | regularization | regularisation "
		"| penalty",
	  .text =
		"A pull of every weight towards 0, so that the network uses large weights "
		"only where they pay. L2 adds l2 w to each gradient; L1 adds l1 sign(w), "
		"which makes many weights exactly 0; AdamW's decay shrinks weights directly. "
		"Try 0.0001 to 0.01 against overfitting.",
	  .see = "overfitting, dropout, Adam",
	  .where = "--l2, --l1, --decay" },
	{ .name = "early stopping",
	  .also = "patience | early_stopping",
	  .text =
		"Training ends when the validation score has not improved for a number of epochs "
		"(the patience); the result is the best model so far. It saves time and prevents "
		"overfitting.",
	  .see = "validation, best, overfitting, epoch",
	  .where = "--patience; 0 never stops early" },
	{ .name = "best",
	  .also = "best model | best epoch | best_epoch | best point | best_frame",
	  .text =
		"The point with the best validation score so far; only points after learning "
		"has begun count. Its weights are in model.safetensors, and they are what is "
		"evaluated. The last weights, to resume from, are in last.safetensors.",
	  .see = "early stopping, validation, checkpoint",
	  .where = "\"* best\" in training output; the star in charts" },
	{ .name = "shuffle",
	  .also = "shuffling | data not shuffled | not_shuffled | loss_correlation",
	  .text =
		"A new random order of the training data in every epoch. Without it, "
		"consecutive batches of a sorted file hold similar rows: the network follows "
		"each group and forgets the one before, and the loss is a sawtooth. "
		"loss_correlation, each batch's loss with the next one's, is then far above 0.",
	  .see = "batch, epoch",
	  .where = "--shuffle; diagnose" },
	{ .name = "initialization",
	  .also =
		"init | initial weights | weight initialization | gain | glorot | xavier | he "
		"| orthogonal | lsuv",
	  .text =
		"The random weights that training starts from. Too large: units saturate; too "
		"small: signals fade from layer to layer. Glorot (tanh, sigmoid) and He "
		"(ReLU) choose the spread by the number of inputs, so that signals keep their "
		"size. LSUV measures the signals on data and corrects the spread.",
	  .see = "saturated units, vanishing gradient, seed",
	  .where = "net train --init, --gain; rl train --init" },
	{ .name = "hyperparameter",
	  .also = "setting | hyper-parameter",
	  .text =
		"A choice that is not learned from the gradient: learning rate, batch, units, "
		"dropout. Choose by the validation score, never by the test score.",
	  .see = "sweep, validation, learning rate",
	  .where = "sweep; the options of train commands" },
	{ .name = "NaN",
	  .also = "not a number | inf | infinity | diverged | divergence",
	  .text =
		"\"Not a number\": the result of 0/0 or infinity - infinity. Once one weight "
		"is NaN, all predictions are. It nearly always means that steps were too "
		"large. riley stops with exit status 5 and keeps the last good model. Try a "
		"tenth of the learning rate, and --clip.",
	  .see = "learning rate, clip, exploding gradient",
	  .where = "exit status 5" },
	{ NULL, NULL, NULL, NULL, NULL }
};
