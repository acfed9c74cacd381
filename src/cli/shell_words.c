/* shell_words.c - see shell_words.h.  The rules of quoting are those of POSIX.1-2017, shell,
 * 2.2. */
#include "src/cli/shell_words.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"

/* The word that begins at *from, into `to`; *from is left behind it. */
static enum ry_status take_word(const char **from, char *to)
{
	const char *p = *from;

	while (*p && *p != ' ' && *p != '\t') {
		char quote = *p == '\'' || *p == '"' ? *p++ : 0;

		if (!quote) {
			if (*p == '\\' && !*++p)
				return ry_fail(RY_EDATA, "a backslash at the end");
			*to++ = *p++;
			continue;
		}
		while (*p && *p != quote) {
			if (quote == '"' && *p == '\\' && p[1] && strchr("\"\\$`", p[1]))
				p++;
			*to++ = *p++;
		}
		if (!*p++)
			return ry_fail(RY_EDATA, "a %c that is not closed", quote);
	}
	*to = '\0';
	*from = p;
	return RY_OK;
}

char **shell_split(const char *line, int *n, enum ry_status *status)
{
	size_t length = strlen(line);
	char **words = calloc(length / 2 + 2, sizeof *words), *word = malloc(length + 1);

	*n = 0;
	*status = words && word ? RY_OK : ry_fail_memory("words");
	while (*status == RY_OK) {
		line += strspn(line, " \t");
		if (!*line)
			break;
		*status = take_word(&line, word);
		if (*status == RY_OK && !(words[(*n)++] = strdup(word)))
			*status = ry_fail_memory("words");
	}
	free(word);
	if (*status == RY_OK)
		return words;
	shell_words_free(words);
	return NULL;
}

void shell_words_free(char **words)
{
	for (char **w = words; w && *w; w++)
		free(*w);
	free(words);
}

void shell_print_word(FILE *to, const char *word)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";

	if (*word && !word[strspn(word, plain)]) {
		out(to, "%s", word);
		return;
	}
	putc('\'', to);
	while (*word) {
		size_t n = strcspn(word, "'\t");

		out_bytes(to, word, n);
		word += n;
		if (*word == '\'') {
			fputs("'\\''", to);
			word++;
		} else if (*word == '\t') {
			putc('\t', to);
			word++;
		}
	}
	putc('\'', to);
}

void shell_print(FILE *to, char *const *words)
{
	for (int k = 0; words[k]; k++) {
		if (k)
			putc(' ', to);
		shell_print_word(to, words[k]);
	}
	putc('\n', to);
}
