/* core_layers.c - the list of the layers in this folder; see layer.h. */
#include <stddef.h>

#include "src/nn/activation.h"
#include "src/nn/batchnorm.h"
#include "src/nn/conv2d.h"
#include "src/nn/dense.h"
#include "src/nn/dropout.h"
#include "src/nn/flatten.h"
#include "src/nn/layernorm.h"
#include "src/nn/pool.h"

const struct layer_ops *const core_layers[] = {
	&avgpool2d_ops,
	&batchnorm_ops,
	&batchnorm2d_ops,
	&conv2d_ops,
	&dense_ops,
	&dropout_ops,
	&elu_ops,
	&flatten_ops,
	&identity_ops,
	&layernorm_ops,
	&layernorm2d_ops,
	&leaky_relu_ops,
	&maxpool2d_ops,
	&prelu_ops,
	&relu_ops,
	&sigmoid_ops,
	&softmax_ops,
	&tanh_ops,
	NULL
};
