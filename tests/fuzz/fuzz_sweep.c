/* fuzz_sweep.c - any bytes as the description of a sweep of a made-up command: refused with a
 * message that names the file, or trials whose words are all there. */
#include "tests/support/fuzz.h"

#include <stddef.h>
#include <string.h>

#include "rnn/commands/kt_kind.h"
#include "src/app/sweep/sweep.h"
#include "src/cli/shell_words.h"

const char fuzz_name[] = "sweep";

/* ---- the made-up command ---- */

struct options {
	int         epochs, deep, model;
	long        frames;
	double      lr;
	const char *hidden;
};

static const char *const models[] = { "rnn", "lstm", "gru", NULL };

#define AT(member) offsetof(struct options, member)
static const struct option_row rows[] = {
	{ "epochs", 0, OPTION_INT, AT(epochs), "N", "times through the data", 1, 1000, NULL },
	{ "frames", 0, OPTION_LONG, AT(frames), "N", "frames", 0, 1e12, NULL },
	{ "lr", 0, OPTION_REAL, AT(lr), "X", "step size", 0, 10, NULL },
	{ "model", 0, OPTION_CHOICE, AT(model), NULL, "kind of network", 0, 0, models },
	{ "deep", 0, OPTION_FLAG, AT(deep), NULL, "deeper", 0, 0, NULL },
	{ "hidden", 0, OPTION_TEXT, AT(hidden), "N-N", "units", 0, 0, NULL },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static void set_defaults(void *options)
{
	*(struct options *)options = (struct options){ .epochs = 20, .lr = 0.01 };
}

static enum ry_status accept_trial(const struct cli *cli, void *options, int n_args, char **args)
{
	(void)cli, (void)options, (void)n_args, (void)args;
	return RY_OK;
}

static const struct command train = {
	.name = "kt train",
	.arguments = "[TRAIN]",
	.summary = "train",
	.options = rows,
	.options_size = sizeof(struct options),
	.defaults = set_defaults,
	.max_args = 1,
	.check = accept_trial,
	.makes = &kt_kind,
};
static const struct command *const all[] = { &train, NULL };
static const struct command *const *const lists[] = { all, NULL };

/* ---- the target ---- */

static void check_sweep(const struct sweep *s)
{
	HOLD(s->n_trials >= 1 && s->n_seeds >= 1);
	HOLD((double)s->n_trials * s->n_seeds <= SWEEP_MOST_RUNS);
	for (int t = 0; t < s->n_trials; t += 1 + s->n_trials / 10) {
		char **words = sweep_words(s, t, 0, "riley", "x");

		HOLD(words && strcmp(words[0], "riley") == 0);
		HOLD(s->trial[t].name && !strchr(s->trial[t].name, '/'));
		HOLD(json_is_object(s->trial[t].options));
		shell_words_free(words);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	const char *path = fuzz_file(bytes, n);
	struct sweep s;
	enum ry_status status = sweep_read(&s, path, lists, -1);

	if (status == RY_OK)
		check_sweep(&s);
	else
		HOLD((status == RY_EDATA || status == RY_EINVAL) && fuzz_is_sentence(path));
	sweep_clear(&s);
	return 0;
}
