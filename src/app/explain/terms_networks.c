/* terms_networks.c - see terms.h: a theme of the glossary. */
#include "src/app/explain/terms.h"

#include <stddef.h>

const struct term terms_networks[] = {
	{ .name = "model",
	  .also = "models | network | neural network",
	  .text =
		"The network and its numbers after training: what predicts. For kt train "
		"--model chooses the recurrent layer: rnn, lstm or gru. A model file "
		"(model.safetensors) holds the weights, the description of the layers and the "
		"names of the exercises or classes, so nothing else is needed to use it.",
	  .see = "LSTM, layer, checkpoint, best",
	  .where = "kt train --model; kt eval, net predict" },
	{ .name = "layer",
	  .also = "layers | hidden layer | hidden | units | unit | neurons | hidden_size",
	  .text =
		"A step of the computation with its own weights: it takes the outputs of the "
		"layer before and hands on its own. Each output is a unit. More units or "
		"layers can fit more, need more data and take longer. One hidden layer of 16 "
		"to 200 units is a good start.",
	  .see = "weight, activation, overfitting, underfitting",
	  .where = "--hidden, --layers; panel 6 of watch" },
	{ .name = "weight",
	  .also = "weights | parameter | parameters | bias",
	  .text =
		"A number that training adjusts. An LSTM of 200 units over 50 exercises has "
		"about 250,000 of them. \"parameters\" counts all: weights and biases (the "
		"constants that each unit adds).",
	  .see = "layer, gradient, initialization",
	  .where = "parameters in --json; the layers panel; plot --kind histogram" },
	{ .name = "activation",
	  .also =
		"activations | outputs | nonlinearity | tanh | sigmoid | relu | leaky_relu",
	  .text =
		"What a unit puts out, and the function that gives it: tanh (-1 to 1), sigmoid (0 "
		"to 1), ReLU (0 below 0, else unchanged). Without this nonlinearity many layers "
		"could do no more than one.\n\n"
		"Outputs piled up at the ends of tanh or sigmoid are saturated; ReLU units that "
		"are always 0 are dead.",
	  .see = "saturated units, dead units, softmax",
	  .where =
		"net train --layers 4-8tanh-3softmax; the layers panel; plot --kind histogram" },
	{ .name = "histogram",
	  .also = "distribution",
	  .text =
		"Counts of values in equal bins. Weights should spread slowly from their initial "
		"values. Activations should use their range: not all at its ends, not all at 0.",
	  .see = "weight, activation",
	  .where = "panel 6 of watch; plot --kind histogram" },
	{ .name = "softmax",
	  .also = "logits | logit",
	  .text =
		"Turns the outputs of the last layer (logits) into probabilities of classes "
		"that sum to 1. The larger a logit, the more probable its class.\n\n"
		"  p_k = exp(z_k) / sum of exp(z_j)",
	  .see = "log loss, accuracy",
	  .where = "net train --layers ...-3softmax" },
	{ .name = "dense network",
	  .also = "dense | fully connected | MLP | feed-forward",
	  .text =
		"Layers in which every unit sees all outputs of the layer before. It suits "
		"tables, whose rows have no order.",
	  .see = "layer, activation, convolution",
	  .where = "net train" },
	{ .name = "RNN",
	  .also = "recurrent network | recurrent neural network | recurrent",
	  .text =
		"A network that reads a sequence one element at a time and carries a state (a "
		"vector of numbers) from each to the next. In knowledge tracing the state is "
		"what the network believes about the student. The plain RNN forgets within 10 "
		"to 20 steps; LSTM and GRU remember longer.\n\n"
		"  h_t = tanh(W x_t + U h_(t-1) + b)",
	  .see = "LSTM, GRU, window, vanishing gradient, sequence",
	  .where = "kt train --model rnn" },
	{ .name = "LSTM",
	  .also = "long short-term memory",
	  .text =
		"A recurrent layer with a memory cell and gates that decide what to store, "
		"keep and show (Hochreiter & Schmidhuber 1997). Because the cell is added to "
		"and not overwritten, gradients survive over hundreds of steps. The default "
		"of kt train.\n\n"
		"  c = f c + i g;  h = o tanh(c)   (gates i, f, o between 0 and 1)",
	  .see = "GRU, RNN, gate, vanishing gradient",
	  .where = "kt train --model lstm" },
	{ .name = "GRU",
	  .also = "gated recurrent unit",
	  .text =
		"A recurrent layer with two gates and no separate memory cell (Cho et al. "
		"2014). It has three quarters of an LSTM's weights, trains faster and is "
		"usually about as good.\n\n"
		"  h = (1 - z) n + z h   (update gate z, new state n)",
	  .see = "LSTM, RNN, gate",
	  .where = "kt train --model gru" },
	{ .name = "gate",
	  .also = "gates",
	  .text =
		"Units between 0 and 1 that other values are multiplied with: 0 shuts, 1 lets "
		"through. They give LSTM and GRU their memory. Gates that are always at 0 or "
		"1 are saturated and no longer learn.",
	  .see = "LSTM, GRU, saturated units",
	  .where = "the saturated column of the layers panel" },
	{ .name = "window",
	  .also = "BPTT | truncated backpropagation | backpropagation through time",
	  .text =
		"In kt train, gradients go back at most this many steps through time. The "
		"state is carried across the cut, so the network can still use what lies "
		"before it; it just does not learn across it. Longer windows cost memory and "
		"can learn longer dependencies.\n\n"
		"In rl train eyes, the window is the number of earlier observations that the "
		"network sees beside the current one.",
	  .see = "RNN, vanishing gradient",
	  .where = "kt train --window; rl train eyes --window" },
	{ .name = "convolution",
	  .also = "conv2d | filters | filter | CNN | channel | channels | planes",
	  .text =
		"A small set of weights (a filter, here 3 x 3) that slides over the board and "
		"gives one output per position. It recognises a pattern wherever it occurs, with "
		"few weights. A channel, or plane, is one layer of the board: where the ball is, "
		"where the bricks are.",
	  .see = "layer, observation",
	  .where = "rl train --filters; rl games" },
	{ .name = "layer normalization",
	  .also =
		"layer normalisation | layer norm | layernorm | layernorm2d | norm layer | "
		"normalization layer",
	  .text =
		"A layer that gives the units of a row mean 0 and standard deviation 1, and then "
		"scales and shifts each by weights of its own (Ba et al. 2016). It keeps values in "
		"a range where the next layer learns well, whatever the layers before it do. Each "
		"row is normalized by itself, so a batch of any size will do.\n\n"
		"  y = w (x - mean) / sqrt(variance + epsilon) + b\n\n"
		"\"layernorm\" takes mean and variance over the features, \"layernorm2d\" over the "
		"channels of each cell of a picture.",
	  .see = "batch normalization, standardize, layer, convolution",
	  .where = "the lines of a network; the layers panel of watch" },
	{ .name = "batch normalization",
	  .also =
		"batch normalisation | batch norm | batchnorm | batchnorm2d | running mean | "
		"running variance",
	  .text =
		"A layer that gives each unit mean 0 and standard deviation 1 over the rows of the "
		"batch, and then scales and shifts it (Ioffe & Szegedy 2015). After training there "
		"is no batch: running means of both, collected during training, take their place. "
		"Small batches make it noisy; layer normalization does without them.\n\n"
		"  y = w (x - mean) / sqrt(variance + epsilon) + b",
	  .see = "layer normalization, standardize, batch, layer",
	  .where = "the lines of a network; the layers panel of watch" },
	{ .name = "one-hot",
	  .also = "one hot | embedding",
	  .text =
		"A category as a vector with a single 1. A knowledge tracer's input is "
		"one-hot over exercise and answer. riley never builds the vector: multiplying "
		"it with a matrix just picks a column, so it looks the column up.",
	  .see = "exercise, sequence",
	  .where = "kt train" },
	{ .name = "saturated units",
	  .also = "saturation | saturated | satur.",
	  .text =
		"Units at the flat ends of tanh or sigmoid, where the slope is almost 0: the "
		"gradient cannot move them. riley counts gates and outputs in the outer 1 % "
		"of their range. Some saturation is normal late in training; most of the "
		"units is not. Try smaller initial weights, scaled inputs, a lower learning "
		"rate.",
	  .see = "activation, vanishing gradient, initialization",
	  .where = "panel 6 of watch; diagnose: saturated_units" },
	{ .name = "dead units",
	  .also = "dead unit | dead | dead_units | dying ReLU",
	  .text =
		"Units that put out 0 for every row of the probe batch. A ReLU unit like that "
		"passes no gradient and does not recover by itself. A few are harmless; when half "
		"of a layer is dead, capacity is lost. Try a lower learning rate, He "
		"initialization, or leaky ReLU.",
	  .see = "activation, saturated units",
	  .where = "panel 5 and 6 of watch; diagnose: dead_units" },
	{ .name = "vanishing gradient",
	  .also = "vanishing_gradient | gradient flow | gradient_first | gradient_last",
	  .text =
		"Gradients shrink with every step back through time or layers until those far "
		"back get nothing: the network cannot learn long dependencies. gradient_first "
		"and gradient_last are the gradients at the first and the last step of a "
		"window; their ratio shows it. Gated units (LSTM, GRU), good initial weights "
		"and ReLU help.",
	  .see = "LSTM, gradient norm, exploding gradient",
	  .where = "diagnose: vanishing_gradient" },
	{ .name = "exploding gradient",
	  .also = "exploding_gradient",
	  .text =
		"Gradients grow with every step back until one update throws the weights far "
		"away: the loss jumps, or becomes NaN. Clipping is the standard remedy; a "
		"lower learning rate and a shorter window help too.",
	  .see = "clip, NaN, vanishing gradient",
	  .where = "diagnose: exploding_gradient" },
	{ NULL, NULL, NULL, NULL, NULL }
};
