/* test_lake_report.c - values of a lake laid beside the exact ones, as numbers, text and JSON. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/commands/rl_lake_report.h"
#include "rl/games/games.h"
#include "tests/support/tap.h"

enum { N4 = 16 * LAKE_ACTIONS };

static void exact_values_are_perfect(void)
{
	double q[LAKE_MAX_CELLS * LAKE_ACTIONS];
	struct lake_report r = { &lake8_game, 1, 0.99, q, NULL };
	struct lake_judgement j;

	lake_values(lake_map_of(&lake8_game), 1, 0.99, q);
	lake_judge(&r, &j);
	CU_ASSERT_EQUAL(j.mean_error, 0);
	CU_ASSERT_EQUAL(j.largest_error, 0);
	CU_ASSERT_EQUAL(j.mistakes, 0);
	CU_ASSERT_EQUAL(j.success, j.exact_success);
	CU_ASSERT_DOUBLE_EQUAL(j.exact_success, 0.86296, 5e-6);
	CU_ASSERT_DOUBLE_EQUAL(j.best, 0.91322, 5e-6);
	CU_ASSERT_DOUBLE_EQUAL(j.random, 0.00190, 5e-6);
	CU_ASSERT_DOUBLE_EQUAL(j.value, 0.41464, 5e-6);
	CU_ASSERT(j.success < j.stationary && j.stationary < j.best);
}

/* A table of zeros plays left all the time; the exact values are then its errors. */
static void zeros_are_judged(void)
{
	double q[N4] = { 0 }, sum = 0, most = 0;
	struct lake_report r = { &lake4_game, 0, 0.9, q, NULL };
	struct lake_judgement j;
	int n = 0;

	q[14 * LAKE_ACTIONS + 2] = 0.25;          /* from the cell before the goal it would go
	                                           * right */
	lake_judge(&r, &j);
	for (int i = 0; i < N4; i++)
		if (!lake_ends(lake_map_of(&lake4_game), i / LAKE_ACTIONS)) {
			double error = fabs(j.exact[i] - q[i]);

			sum += error;
			most = fmax(most, error);
			n++;
		}
	CU_ASSERT_EQUAL(n, 44);
	CU_ASSERT_DOUBLE_EQUAL(j.mean_error, sum / 44, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(j.largest_error, 0.9, 1e-12);        /* a step before that cell */
	CU_ASSERT_EQUAL(j.largest_error, most);
	CU_ASSERT_EQUAL(j.success, 0);
	CU_ASSERT_EQUAL(j.steps, 100);
	CU_ASSERT_EQUAL(j.value, 0);
	CU_ASSERT_EQUAL(j.mistakes, 9);           /* right only there and in the corner above on
	                                           * the right */
}

/* Cells enclosed by holes, if there were any, would count for nothing; here every cell is reached,
 * but those where episodes end. */
static void cells_that_go_on_are_reached(void)
{
	double q[LAKE_MAX_CELLS * LAKE_ACTIONS] = { 0 };
	struct lake_report r = { &lake8_game, 0, 0.99, q, NULL };
	struct lake_judgement j;
	int n = 0;

	lake_judge(&r, &j);
	for (int cell = 0; cell < LAKE_MAX_CELLS; cell++)
		n += j.reached[cell];
	CU_ASSERT_EQUAL(n, 53);
}

/* Columns on a screen of a line of UTF-8. */
static int width_of(const char *line, const char *end)
{
	int n = 0;

	for (; line < end; line++)
		n += ((unsigned char)*line & 0xc0) != 0x80;
	return n;
}

static void text_stays_in_80_columns(void)
{
	double q[LAKE_MAX_CELLS * LAKE_ACTIONS];
	long visits[LAKE_MAX_CELLS * LAKE_ACTIONS] = { 0 };

	for (int i = 0; i < LAKE_MAX_CELLS * LAKE_ACTIONS; i++)
		q[i] = -9.123 + 0.01 * i;
	for (int k = 0; k < 8; k++) {
		struct lake_report r = { k & 1 ? &lake8_game : &lake4_game, k >> 1 & 1, 0.99, q,
			                 k & 1 ? visits : NULL };
		char *text = NULL, *line, *end;
		size_t size;
		FILE *to = open_memstream(&text, &size);
		int ascii = k >> 2, lines = 0, strange = 0;

		lake_report_print(to, &r, ascii);
		fclose(to);
		for (line = text; (end = strchr(line, '\n')); line = end + 1, lines++) {
			TAP_CHECK(width_of(line, end) <= 80, "%d: %.*s", k, (int)(end - line),
			          line);
			TAP_CHECK(end == line || end[-1] != ' ', "%d: blanks at the end of '%.*s'",
			          k, (int)(end - line), line);
		}
		for (size_t i = 0; i < size; i++)
			strange += (unsigned char)text[i] >= 0x80;
		CU_ASSERT((strange == 0) == ascii);
		CU_ASSERT(lines > (k & 1 ? 60 : 20));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "learned"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "! not the best"));
		CU_ASSERT((strstr(text, "0 tries") != NULL) == (k & 1));
		free(text);
	}
}

static void json_holds_the_table(void)
{
	double q[N4];
	long visits[N4] = { [20] = 7 };
	struct lake_report r = { &lake4_game, 1, 0.99, q, visits };
	json_t *o, *cell;

	for (int i = 0; i < N4; i++)
		q[i] = 0.1 * i;
	o = lake_report_json(&r);
	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(o, "table")), 16);
	cell = json_array_get(json_object_get(o, "table"), 6);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(cell, "row")), 1);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(cell, "column")), 2);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(cell, "what")), "F");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(cell, "greedy")), "up");
	CU_ASSERT_DOUBLE_EQUAL(json_real_value(json_array_get(json_object_get(cell, "learned"), 1)),
	                       2.5, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(json_real_value(json_array_get(json_object_get(cell, "exact"), 0)),
	                       0.35834807, 5e-8);
	cell = json_array_get(json_object_get(o, "table"), 5);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(cell, "what")), "H");
	CU_ASSERT_PTR_NULL(json_object_get(cell, "greedy"));
	CU_ASSERT_EQUAL(json_integer_value(json_array_get(json_object_get(cell, "visits"), 0)), 7);
	CU_ASSERT_DOUBLE_EQUAL(json_real_value(json_object_get(o, "best_return")), 0.74419, 5e-6);
	json_decref(o);
}

static const struct tap_test tests[] = {
	{ "exact values are perfect", exact_values_are_perfect },
	{ "zeros are judged", zeros_are_judged },
	{ "cells that go on are reached", cells_that_go_on_are_reached },
	{ "text stays in 80 columns", text_stays_in_80_columns },
	{ "JSON holds the table", json_holds_the_table },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("lake_report", tests);
}
