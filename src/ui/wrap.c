/* wrap.c - see wrap.h. */
#include "src/ui/wrap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/text.h"
#include "src/ui/terminal.h"

static int columns(const char *text, size_t n)
{
	char part[512];

	if (n >= sizeof part)
		return (int)n;
	memcpy(part, text, n);
	part[n] = '\0';
	return text_width(part);
}

/* The length of what begins at `text` and is quoted: to the quote that ends it, and the comma or
 * the like after that; 0 if there is none.  An apostrophe stands within a word. */
static size_t quoted_length(const char *text)
{
	const char *end = text;

	if (*text != '\'')
		return 0;
	do
		end = strchr(end + 1, '\'');
	while (end && end[1] && !strchr(" ,.;:)", end[1]));
	return end ? (size_t)(end - text) + strcspn(end, " ") : 0;
}

static size_t word_length(const char *text, int room)
{
	size_t quoted = quoted_length(text);

	return quoted && columns(text, quoted) <= room ? quoted : strcspn(text, " ");
}

void wrap_line(FILE *to, const char *text, int at, int indent, int width)
{
	int column = at, first = 1;

	while (*text) {
		size_t gap = strspn(text, " ");
		size_t word = word_length(text + gap, width - indent);
		int wide = columns(text + gap, word);

		if (width && !first && word && column + (int)gap + wide > width) {
			out(to, "\n%*s", indent, "");
			column = indent + wide;
		} else {
			out_bytes(to, text, gap);
			column += (int)gap + wide;
		}
		out_bytes(to, text + gap, word);
		text += gap + word;
		first = 0;
	}
	fputc('\n', to);
}

int wrap_width(FILE *to)
{
	int width, height;

	if (!isatty(fileno(to)))
		return 0;
	terminal_size(fileno(to), &width, &height);
	return width;
}

/* Each line goes on to the right of its own beginning. */
static void wrap_lines(FILE *to, char *text, int width)
{
	for (char *line = text, *end; line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		wrap_line(to, line, 0, (int)strspn(line, " ") + 2, width);
	}
}

/* Close a stream in memory.  Nonzero if `*text` is all that was written: without memory, some of it
 * may be missing although closing succeeds, and `*text` NULL. */
static int finished(FILE *to, char *const *text)
{
	int bad = ferror(to);

	return fclose(to) == 0 && !bad && *text;
}

/* What a printf() would print, or NULL. */
static char *formatted(const char *format, va_list arguments)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	out_list(to, format, arguments);
	if (finished(to, &text))
		return text;
	free(text);
	return NULL;
}

/* In one piece, for other processes may write to the same terminal. */
void tell_user_list(const char *format, va_list arguments)
{
	char *text = formatted(format, arguments), *lines = NULL;
	size_t size;
	FILE *to = text ? open_memstream(&lines, &size) : NULL;

	if (to)
		wrap_lines(to, text, wrap_width(stderr));
	if (to && finished(to, &lines)) {
		out_own(stderr, lines);
	} else {                                     /* without memory: as it comes */
		out_list(stderr, format, arguments);
		fputc('\n', stderr);
	}
	free(lines);
	free(text);
}

void tell_user(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell_user_list(format, arguments);
	va_end(arguments);
}
