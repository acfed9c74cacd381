/* rnn_layers.c - the recurrent layers there are. */
#include "rnn/layers/recurrent.h"

const struct layer_ops *const rnn_layers[] = { &lstm_ops, &gru_ops, &rnn_ops, NULL };
