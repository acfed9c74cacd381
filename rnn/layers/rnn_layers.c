/* rnn_layers.c - the recurrent layers as arrays: see recurrent.h. */
#include "rnn/layers/recurrent.h"

#define OPS_OF(name)  &name##_ops,
#define NAME_OF(name) #name,

const struct layer_ops *const rnn_layers[] = { RNN_LAYERS(OPS_OF) NULL };
const char *const rnn_layer_names[] = { RNN_LAYERS(NAME_OF) NULL };
