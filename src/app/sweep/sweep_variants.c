/* sweep_variants.c - see sweep_variants.h. */
#include "config.h"
#include "src/app/sweep/sweep_variants.h"

#include <stdlib.h>
#include <string.h>

#include "src/cli/shell_words.h"

enum { MOST_VARIANTS = 200, LONGEST_VARIANT = 40 };

static const struct option_row variant_row = {
	"variant", 0, OPTION_TEXT, 0, "NAME", "which of the variants", 0, 0, NULL
};

/* Names are parts of paths. */
static enum ry_status check_name(const struct config *file, const struct config_entry *e)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.+-_";

	if (*e->name && e->name[strspn(e->name, plain)] == '\0' && *e->name != '.' &&
	    strlen(e->name) <= LONGEST_VARIANT)
		return RY_OK;
	return ry_fail(RY_EDATA,
	               "%s:%d: variant '%.60s': expected a name of up to %d letters, digits and "
	               ". + - _, which does not begin with a dot",
	               file->path, e->line, e->name, LONGEST_VARIANT);
}

static enum ry_status read_variant(struct sweep_variant *v, const struct config *file,
                                   const struct config_entry *e)
{
	enum ry_status status = check_name(file, e);

	v->line = e->line;
	if (status != RY_OK)
		return status;
	v->word = shell_split(e->value, &v->n_words, &status);
	if (status == RY_EDATA)
		return ry_fail(RY_EDATA,
		               "%s:%d: %s = %s: a quote that is not closed, or a backslash at the "
		               "end",
		               file->path, e->line, e->name, e->value);
	v->name = v->word ? strdup(e->name) : NULL;
	return v->name ? RY_OK : ry_fail_memory("variants");
}

enum ry_status sweep_variants_read(struct sweep *s, const struct config *file)
{
	struct sweep_option *o = &s->option[s->n_options];

	for (int k = 0; k < file->n; k++) {
		const struct config_entry *e = &file->entry[k];
		enum ry_status status;

		if (strcmp(e->section, "variants") != 0)
			continue;
		if (!s->variant) {
			s->variant = ry_calloc(MOST_VARIANTS, sizeof *s->variant, "variants");
			o->value = ry_calloc(MOST_VARIANTS, sizeof *o->value, "variants");
			o->row = &variant_row;
			o->line = e->line;
			s->n_options++;
		}
		if (!s->variant || !o->value)
			return ry_failure();
		if (o->n == MOST_VARIANTS)
			return ry_fail(RY_EDATA, "%s:%d: more than %d variants", file->path,
			               e->line, MOST_VARIANTS);
		status = read_variant(&s->variant[s->n_variants++], file, e);
		if (status == RY_OK && !(o->value[o->n++] = strdup(e->name)))
			status = ry_fail_memory("variants");
		if (status != RY_OK)
			return status;
	}
	return RY_OK;
}

void sweep_variants_clear(struct sweep *s)
{
	for (int k = 0; k < s->n_variants; k++) {
		shell_words_free(s->variant[k].word);
		free(s->variant[k].name);
	}
	free(s->variant);
	s->variant = NULL;
	s->n_variants = 0;
}

const struct sweep_variant *sweep_variant_of(const struct sweep *s, int trial)
{
	int k = 0;

	if (!s->n_variants)
		return NULL;
	while (strcmp(s->variant[k].name, s->trial[trial].value[0]) != 0)
		k++;
	return &s->variant[k];
}

/* In a grid the variant, which is the first option, changes most slowly. */
int sweep_base_of(const struct sweep *s, int trial)
{
	return s->n_variants && !s->random ? trial % (s->n_trials / s->n_variants) : -1;
}
