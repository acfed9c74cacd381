/* layer.c - see layer.h. */
#include "src/nn/layer.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum ry_status layer_check(const struct layer_ops *ops)
{
	const char *name = ops->name && ops->name[0] ? ops->name : "?";
	const struct { const char *slot; int filled; } slots[] = {
		{ "name",     ops->name && ops->name[0] },
		{ "example",  ops->example && ops->example[0] },
		{ "make",     ops->make != NULL },
		{ "free",     ops->free != NULL },
		{ "param",    ops->param != NULL },
		{ "n_params", ops->n_params != NULL },
		{ "n_state",  ops->n_state != NULL },
		{ "n_work",   ops->n_work != NULL },
		{ "init",     ops->init != NULL },
		{ "forward",  ops->forward != NULL },
		{ "backward", ops->backward != NULL },
		{ "saturation", ops->saturation != NULL },
	};

	for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++)
		if (!slots[i].filled)
			return ry_fail(RY_EINVAL, "layer kind '%s' has no %s", name, slots[i].slot);
	return RY_OK;
}

/* Parse one word as `form` requires.  Returns 0 if it is not such a number. */
static int scan_word(const char *word, char form, void *to)
{
	char *end;

	errno = 0;
	if (form == 'r') {
		double value = strtod(word, &end);

		/* strtod also accepts "inf", "nan" and hexadecimal; a layer's line does not. */
		if (*end || errno == ERANGE || !isfinite(value) ||
		    strspn(word, "+-.0123456789eE") != strlen(word))
			return 0;
		*(double *)to = value;
	} else {
		long low = form == 'd' ? 1 : 0, high = form == 'd' ? LAYER_FEATURES_MAX : 999;
		long value = strtol(word, &end, 10);

		if (!isdigit((unsigned char)word[0]) || *end || errno || value < low ||
		    value > high)
			return 0;
		*(int *)to = (int)value;
	}
	return 1;
}

/* "lstm 248 200 0" against the usage "lstm IN HIDDEN LAYER": do the first words agree? */
static int same_first_word(const char *word, const char *usage)
{
	size_t length = strcspn(usage, " ");

	return strlen(word) == length && memcmp(word, usage, length) == 0;
}

int layer_scan(const char *line, const char *usage, const char *form, ...)
{
	static const char blanks[] = " \t\r\n";
	char text[LAYER_LINE_MAX + 1], *rest, *word;
	int n = 0, optional = 0;
	va_list ap;

	if (strlen(line) > LAYER_LINE_MAX) {
		ry_fail(RY_EINVAL, "a layer's line of %zu characters: at most %d are allowed",
		        strlen(line), LAYER_LINE_MAX);
		return -1;
	}
	strcpy(text, line);
	word = strtok_r(text, blanks, &rest);
	if (!word || !same_first_word(word, usage)) {
		ry_fail(RY_EINVAL, "layer '%s': expected %s", line, usage);
		return -1;
	}
	va_start(ap, form);
	for (; *form; form++) {
		void *to;

		if (*form == '|') {
			optional = 1;
			continue;
		}
		to = va_arg(ap, void *);
		word = strtok_r(NULL, blanks, &rest);
		if (!word && optional)
			break;
		if (!word || !scan_word(word, *form, to)) {
			const char *wanted = *form == 'd'   ? "a size from 1 to 16777216"
			                     : *form == 'i' ? "a number from 0 to 999"
			                                    : "a finite number";

			ry_fail(RY_EINVAL, "layer '%s': argument %d is %s%s%s, expected %s (%s)",
			        line, n + 1, word ? "'" : "", word ? word : "missing",
			        word ? "'" : "", wanted, usage);
			va_end(ap);
			return -1;
		}
		n++;
	}
	va_end(ap);
	if (word && (word = strtok_r(NULL, blanks, &rest))) {
		ry_fail(RY_EINVAL, "layer '%s': '%s' is too much, expected %s", line, word, usage);
		return -1;
	}
	return n;
}

void *layer_new(size_t size, const struct layer_ops *ops, int D, int M)
{
	struct layer *l = ry_calloc(1, size, "a layer");

	if (l) {
		l->ops = ops;
		l->D = D;
		l->M = M;
	}
	return l;
}

void layer_delete(struct layer *l)
{
	free(l);
}

int layer_has_matrix(const struct layer *l)
{
	struct param p;

	for (int k = 0; l->ops->param(l, k, &p); k++)
		if (p.cols)
			return 1;
	return 0;
}

size_t layer_learnt(const struct layer *l)
{
	struct param p;

	for (int k = 0; l->ops->param(l, k, &p); k++)
		if (p.buffer)
			return p.at;
	return l->ops->n_params(l);
}

int layer_no_param(const struct layer *l, int k, struct param *p)
{
	(void)l;
	(void)k;
	(void)p;
	return 0;
}

size_t layer_none(const struct layer *l)
{
	(void)l;
	return 0;
}

size_t layer_no_work(const struct layer *l, int T, int N, size_t rows)
{
	(void)l;
	(void)T;
	(void)N;
	(void)rows;
	return 0;
}

void layer_no_init(struct layer *l, gsl_rng *rng)
{
	(void)l;
	(void)rng;
}

int layer_no_saturation(const struct layer *l, const struct batch *b, const real *y, int k,
                        struct saturation *s)
{
	(void)l;
	(void)b;
	(void)y;
	(void)k;
	(void)s;
	return 0;
}

void batch_flat(struct batch *b, int *n, int N)
{
	*n = N;
	*b = (struct batch){ .T = 1, .N = N, .rows = (size_t)N, .n = n };
}
