/* suggest.c - see suggest.h. */
#include "src/cli/suggest.h"

#include <string.h>

#define LONGEST 63

static int min2(int a, int b)
{
	return a < b ? a : b;
}

int suggest_distance(const char *a, const char *b)
{
	int la = (int)strnlen(a, LONGEST), lb = (int)strnlen(b, LONGEST);
	int d[LONGEST + 1][LONGEST + 1];   /* d[i][j]: from the first i of a to the first j of b */

	for (int i = 0; i <= la; i++)
		d[i][0] = i;
	for (int j = 0; j <= lb; j++)
		d[0][j] = j;
	for (int i = 1; i <= la; i++)
		for (int j = 1; j <= lb; j++) {
			int change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			d[i][j] = min2(change, min2(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = min2(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[la][lb];
}

const char *suggest_nearest(const char *typed, const char *const *words, int n)
{
	int length = (int)strlen(typed), allowed = length / 3 > 1 ? length / 3 : 1;
	int best = allowed + 1;
	const char *nearest = NULL;

	for (int k = 0; k < n; k++) {
		int distance = suggest_distance(typed, words[k]);

		if (length >= 2 && strncmp(typed, words[k], (size_t)length) == 0)
			distance = min2(distance, 1);
		if (distance < best) {
			best = distance;
			nearest = words[k];
		}
	}
	return nearest;
}
