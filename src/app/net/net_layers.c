/* net_layers.c - see net_layers.h. */
#include "src/app/net/net_layers.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"
#include "src/cli/suggest.h"
#include "src/nn/activation.h"

/* Size at the front of `part`, moved past: 0 for "auto", -1 when there is none. */
static long part_size(const char **part)
{
	char *end;
	long size;

	if (strncmp(*part, "auto", 4) == 0) {
		*part += 4;
		return 0;
	}
	if (!isdigit((unsigned char)**part))
		return -1;
	size = strtol(*part, &end, 10);
	*part = end;
	return size >= 1 && size <= LAYER_FEATURES_MAX ? size : -2;
}

static enum ry_status unknown_activation(const char *text, const char *word)
{
	const char *names[ACTIVATIONS], *near;

	for (int f = 0; f < ACTIVATIONS; f++)
		names[f] = activation_name(f);
	near = suggest_nearest(word, names, ACTIVATIONS);
	if (near)
		return ry_fail(RY_EINVAL,
		               "--layers %s: '%s' is not an activation; did you mean %s?", text,
		               word, near);
	return ry_fail(RY_EINVAL,
	               "--layers %s: '%s' is not an activation: expected identity, sigmoid, tanh, "
	               "relu, "
	               "leaky_relu, prelu, elu or softmax",
	               text, word);
}

/* "leaky" is what other programs call leaky_relu. */
static int activation_called(const char *word)
{
	return strcmp(word, "leaky") == 0 ? ACTIVATION_LEAKY_RELU : activation_find(word);
}

/* One part; `last` and `first` say where it stands. */
static enum ry_status parse_part(struct net_shape *s, const char *text, const char *part, int first,
                                 int last)
{
	const char *rest = part;
	long size = part_size(&rest);
	int f = *rest ? activation_called(rest) : -1;

	if (size == -2)
		return ry_fail(RY_EINVAL, "--layers %s: '%s': a size is from 1 to %d", text, part,
		               LAYER_FEATURES_MAX);
	if (*rest && f < 0)
		return unknown_activation(text, rest);
	if (first && *rest)
		return ry_fail(RY_EINVAL, "--layers %s: '%s': inputs have no activation", text,
		               part);
	if (size == -1 && last && f >= 0)
		size = 0;                            /* "softmax" is "autosoftmax" */
	if (size == -1)
		return ry_fail(RY_EINVAL,
		               "--layers %s: '%s' has no size: expected, for example, "
		               "4-8tanh-3softmax",
		               text, part);
	if (size == 0 && !first && !last)
		return ry_fail(RY_EINVAL,
		               "--layers %s: '%s': the size of a hidden layer cannot be auto", text,
		               part);
	s->size[s->parts] = (int)size;
	s->activation[s->parts++] = f;
	return RY_OK;
}

enum ry_status net_shape_parse(struct net_shape *s, const char *text)
{
	char part[64];
	const char *at = text;

	*s = (struct net_shape){ 0 };
	for (;;) {
		size_t n = strcspn(at, "-");
		enum ry_status status;

		if (n >= sizeof part || s->parts == NET_PARTS_MAX)
			return ry_fail(RY_EINVAL,
			               "--layers %.60s...: too long, at most %d parts of %zu "
			               "characters",
			               text, NET_PARTS_MAX, sizeof part - 1);
		memcpy(part, at, n);
		part[n] = '\0';
		status = parse_part(s, text, part, s->parts == 0, at[n] == '\0' && s->parts > 0);
		if (status != RY_OK)
			return status;
		if (!at[n])
			break;
		at += n + 1;
	}
	return s->parts >= 2 ? RY_OK
	                     : ry_fail(RY_EINVAL,
	                               "--layers %s: expected inputs and outputs, for example "
	                               "4-8tanh-3softmax",
	                               text);
}

enum table_target net_shape_target(const struct net_shape *s)
{
	int f = s->activation[s->parts - 1];

	if (f == ACTIVATION_SOFTMAX || f == ACTIVATION_SIGMOID)
		return TABLE_CLASS;
	return f < 0 ? TABLE_AUTO : TABLE_NUMBER;
}

static int is_constant(const double *y, int n)
{
	for (int i = 1; i < n; i++)
		if (y[i] != y[0])
			return 0;
	return 1;
}

enum ry_status net_shape_fit(struct net_shape *s, const struct table *t)
{
	int last = s->parts - 1, outputs;

	if (s->size[0] == 0)
		s->size[0] = t->features;
	if (s->size[0] != t->features)
		return ry_fail(RY_ESHAPE, "--layers: %d inputs, but the data have %d features",
		               s->size[0], t->features);
	if (s->activation[last] < 0)
		s->activation[last] = t->classes ? ACTIVATION_SOFTMAX : ACTIVATION_IDENTITY;
	if (!t->classes && t->y && is_constant(t->y, t->rows))
		return ry_fail(RY_EDATA,
		               "every training row has the target %.9g: there is nothing to learn",
		               t->y[0]);
	if (t->classes == 1)
		return ry_fail(RY_EDATA,
		               "every row has the target '%s': there is nothing to classify",
		               t->class_name[0]);
	if (s->activation[last] == ACTIVATION_SIGMOID && t->classes != 2)
		return ry_fail(RY_ESHAPE,
		               "--layers: sigmoid is for two classes, but the data have %d: use "
		               "softmax",
		               t->classes);
	outputs = s->activation[last] == ACTIVATION_SOFTMAX ? t->classes : 1;
	if (s->size[last] == 0)
		s->size[last] = outputs;
	if (s->size[last] != outputs && outputs > 1)
		return ry_fail(RY_ESHAPE, "--layers: %d outputs, but the data have %d classes",
		               s->size[last], outputs);
	if (s->size[last] != outputs)
		return ry_fail(RY_ESHAPE,
		               "--layers: %d outputs, but the target is one number; for classes "
		               "use %dsoftmax",
		               s->size[last], s->size[last]);
	return RY_OK;
}

char *net_shape_lines(const struct net_shape *s, double dropout)
{
	char *lines = NULL;
	size_t size;
	FILE *f = open_memstream(&lines, &size);

	for (int i = 1; f && i < s->parts; i++) {
		int last = i == s->parts - 1, a = s->activation[i];
		int in_the_loss = last && (a == ACTIVATION_SOFTMAX || a == ACTIVATION_SIGMOID);

		fprintf(f, "dense %d %d\n", s->size[i - 1], s->size[i]);
		if (a >= 0 && a != ACTIVATION_IDENTITY && !in_the_loss)
			out(f, "%s %d\n", activation_name(a), s->size[i]);
		if (dropout > 0 && !last)
			fprintf(f, "dropout %d %.9g\n", s->size[i], dropout);
	}
	if (!f || fclose(f) != 0) {
		free(lines);
		ry_fail_memory("the network's lines");
		return NULL;
	}
	return lines;
}
