/* rl_lake_report.c - see rl_lake_report.h. */
#include "rl/commands/rl_lake_report.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "src/base/text.h"
#include "src/cli/answer.h"

/* Two values are as good as each other within this. */
#define AS_GOOD 1e-9

/* ---- judging ---- */

static double largest(const double *row)
{
	return fmax(fmax(row[0], row[1]), fmax(row[2], row[3]));
}

/* Mark the cells that some play comes to and goes on from. */
static void mark_reached(const struct lake_map *m, int slippery, uint8_t *reached)
{
	int todo[LAKE_MAX_CELLS], n = 0;

	memset(reached, 0, LAKE_MAX_CELLS);
	reached[0] = 1;
	todo[n++] = 0;
	while (n > 0) {
		int cell = todo[--n];

		for (int k = 0; k < 3 * LAKE_ACTIONS; k++) {
			int next[3], to;

			lake_next_all(m, slippery, cell, k / 3, next);
			to = next[k % 3];
			if (reached[to] || lake_ends(m, to))
				continue;
			reached[to] = 1;
			todo[n++] = to;
		}
	}
}

static void compare(const struct lake_report *r, int cells, struct lake_judgement *j)
{
	double sum = 0;
	int n = 0;

	j->largest_error = -1;
	j->mistakes = 0;
	for (int i = 0; i < cells * LAKE_ACTIONS; i++) {
		double error = fabs(r->q[i] - j->exact[i]);

		if (!j->reached[i / LAKE_ACTIONS])
			continue;
		sum += error;
		n++;
		if (error > j->largest_error) {
			j->largest_error = error;
			j->largest_at = i;
		}
	}
	j->mean_error = sum / n;
	for (int cell = 0; cell < cells; cell++) {
		const double *row = j->exact + cell * LAKE_ACTIONS;

		j->mistakes += j->reached[cell] && row[j->greedy[cell]] < largest(row) - AS_GOOD;
	}
}

void lake_judge(const struct lake_report *r, struct lake_judgement *j)
{
	const struct lake_map *m = lake_map_of(r->g);
	double v[LAKE_MAX_CELLS];
	uint8_t policy[LAKE_MAX_CELLS];

	lake_values(m, r->slippery, r->discount, j->exact);
	lake_greedy(m, r->q, j->greedy);
	lake_greedy(m, j->exact, j->exact_greedy);
	j->success = lake_policy_success(m, r->slippery, j->greedy, &j->steps);
	j->exact_success = lake_policy_success(m, r->slippery, j->exact_greedy, NULL);
	j->stationary = lake_stationary_success(m, r->slippery, policy);
	j->best = lake_best_success(m, r->slippery);
	j->random = lake_random_success(m, r->slippery);
	lake_policy_values(m, r->slippery, r->discount, j->greedy, v);
	j->value = v[0];
	mark_reached(m, r->slippery, j->reached);
	compare(r, m->side * m->side, j);
}

/* ---- as text ---- */

static const char *arrow(int action, int ascii)
{
	static const char *const arrows[] = { "←", "↓", "→", "↑" }, *const plain[] = { "<", "v",
		                                                                       ">", "^" };

	return (ascii ? plain : arrows)[action];
}

/* Hole and goal have the looks of the game's pictures. */
static const char *end_mark(const struct game_ops *g, char what, int ascii, char one[2])
{
	for (int k = 0; k < g->n_looks; k++)
		if ((what == 'H') == (strcmp(g->looks[k].name, "hole") == 0) &&
		    (what == 'G') == (strcmp(g->looks[k].name, "goal") == 0)) {
			one[0] = g->looks[k].ascii;
			one[1] = '\0';
			return ascii ? one : g->looks[k].glyph;
		}
	return "?";
}

enum { CELL_WIDTH = 8, MAX_ROW = 2 * 8 * (CELL_WIDTH + 3) + 8 };

/* Append to a line: "← 0.538 " for each cell of a row, the best action and its value; '!' instead
 * of the blank behind an action that is not one of the best. */
static int put_map_row(char *line, int n, const struct lake_report *r,
                       const struct lake_judgement *j, const double *q, const uint8_t *policy,
                       int row, int ascii)
{
	const struct lake_map *m = lake_map_of(r->g);

	for (int column = 0; column < m->side; column++) {
		int cell = row * m->side + column, action = policy[cell];
		const double *exact = j->exact + cell * LAKE_ACTIONS;
		size_t room = (size_t)(MAX_ROW - n);
		char one[2];

		if (lake_ends(m, cell))
			n += snprintf(line + n, room, "   %s    ",
			              end_mark(r->g, m->cells[cell], ascii, one));
		else if (!j->reached[cell])
			n += snprintf(line + n, room, "   -    ");
		else
			n += snprintf(line + n, room, "%s%6.3f%c", arrow(action, ascii),
			              q[cell * LAKE_ACTIONS + action],
			              exact[action] < largest(exact) - AS_GOOD ? '!' : ' ');
	}
	return n;
}

/* Without the blanks at its end. */
static void print_line(FILE *to, char *line, int n)
{
	while (n > 0 && line[n - 1] == ' ')
		n--;
	out_bytes(to, line, (size_t)n);
	fputc('\n', to);
}

/* The exact map and the table of a large lake would scroll a terminal's summary away. */
static int folded(FILE *to, const struct lake_report *r)
{
	return lake_map_of(r->g)->side > 4 && isatty(fileno(to));
}

/* Side by side where that fits a page, else one below the other. */
static void print_maps(FILE *to, const struct lake_report *r, const struct lake_judgement *j,
                       int ascii)
{
	int side = lake_map_of(r->g)->side, width = side * CELL_WIDTH, beside = 2 * width + 4 <= 80;
	char line[MAX_ROW];

	if (beside)
		out(to, "%-*s    %s\n", width, "learned", "exact");
	for (int map = 0; map < 2 - (beside || folded(to, r)); map++) {
		if (!beside)
			out_own(to, map ? "\nexact\n" : "learned\n");
		for (int row = 0; row < side; row++) {
			int n = 0;

			if (map == 0)
				n = put_map_row(line, n, r, j, r->q, j->greedy, row, ascii);
			if (beside)
				n += snprintf(line + n, sizeof line - (size_t)n, "    ");
			if (map == 1 || beside)
				n = put_map_row(line, n, r, j, j->exact, j->exact_greedy, row,
				                ascii);
			print_line(to, line, n);
		}
	}
}

static void print_legend(FILE *to, const struct lake_report *r, const struct lake_judgement *j,
                         int ascii)
{
	int cells = lake_map_of(r->g)->side * lake_map_of(r->g)->side, unreached = 0;
	char hole[2], goal[2];

	for (int cell = 0; cell < cells; cell++)
		unreached += !j->reached[cell] && !lake_ends(lake_map_of(r->g), cell);
	out(to, "\nThe best action of each cell and its value; %s hole, %s goal%s%s.\n",
	    end_mark(r->g, 'H', ascii, hole), end_mark(r->g, 'G', ascii, goal),
	    unreached ? ", - never reached" : "", j->mistakes ? "; ! not the best" : "");
}

static void print_worth(FILE *to, const struct lake_report *r, const struct lake_judgement *j)
{
	const struct lake_map *m = lake_map_of(r->g);
	int cell = j->largest_at / LAKE_ACTIONS, action = j->largest_at % LAKE_ACTIONS;

	fprintf(to, "\nProbability of reaching the goal within %d steps, exact\n", m->limit);
	fprintf(to, "  greedy on the learned values     %8.5f   %.4g steps an episode\n",
	        j->success, j->steps);
	fprintf(to, "  greedy on the exact values       %8.5f\n", j->exact_success);
	if (r->slippery) {
		fprintf(to, "  optimal, given the cell          %8.5f\n", j->stationary);
		fprintf(to, "  optimal, given the steps left    %8.5f\n", j->best);
	}
	fprintf(to, "  random                           %8.5f\n", j->random);
	fprintf(to, "\nValue of the start, discount %g\n", r->discount);
	fprintf(to, "  learned                          %8.5f\n", largest(r->q));
	fprintf(to, "  exact                            %8.5f\n", largest(j->exact));
	fprintf(to, "  of the greedy policy, exact      %8.5f\n", j->value);
	fprintf(to, "\nDifference between learned and exact values\n");
	fprintf(to, "  mean                             %8.5f\n", j->mean_error);
	out(to, "  largest                          %8.5f   row %d, column %d, %s",
	    j->largest_error, cell / m->side, cell % m->side, r->g->actions[action]);
	if (r->visits)
		out(to, ", %ld %s", r->visits[j->largest_at],
		    r->visits[j->largest_at] == 1 ? "try" : "tries");
	fputc('\n', to);
}

static void print_table(FILE *to, const struct lake_report *r, const struct lake_judgement *j)
{
	const struct lake_map *m = lake_map_of(r->g);

	fprintf(to, "\nrow,");
	for (int a = 0; a < LAKE_ACTIONS; a++)
		out(to, "%*s", a == 0 ? 13 : 18, r->g->actions[a]);
	fprintf(to, "\ncol ");
	for (int a = 0; a < LAKE_ACTIONS; a++)
		fprintf(to, " learn exact  diff");
	fputc('\n', to);
	for (int cell = 0; cell < m->side * m->side; cell++) {
		if (!j->reached[cell])
			continue;
		fprintf(to, "%d,%d ", cell / m->side, cell % m->side);
		for (int a = 0; a < LAKE_ACTIONS; a++) {
			double q = r->q[cell * LAKE_ACTIONS + a],
			       exact = j->exact[cell * LAKE_ACTIONS + a];

			fprintf(to, " %5.2f %5.2f %+5.2f", q, exact, q - exact);
		}
		fputc('\n', to);
	}
}

void lake_report_print(FILE *to, const struct lake_report *r, int ascii)
{
	struct lake_judgement j;

	lake_judge(r, &j);
	print_maps(to, r, &j, ascii);
	print_legend(to, r, &j, ascii);
	print_worth(to, r, &j);
	if (folded(to, r))
		fprintf(to, "\nThe values of all cells are printed to a file, or with --json.\n");
	else
		print_table(to, r, &j);
}

/* ---- as JSON ---- */

static json_t *numbers(const double *x)
{
	json_t *a = json_array();

	for (int k = 0; k < LAKE_ACTIONS; k++)
		json_array_append_new(a, answer_number(x[k]));
	return a;
}

static json_t *cell_json(const struct lake_report *r, const struct lake_judgement *j, int cell)
{
	const struct lake_map *m = lake_map_of(r->g);
	json_t *o =
		json_pack("{s:i, s:i, s:s#, s:b}", "row", cell / m->side, "column", cell % m->side,
	                  "what", m->cells + cell, 1, "reached", j->reached[cell]);

	if (!lake_ends(m, cell))
		json_object_set_new(o, "greedy", json_string(r->g->actions[j->greedy[cell]]));
	json_object_set_new(o, "learned", numbers(r->q + cell * LAKE_ACTIONS));
	json_object_set_new(o, "exact", numbers(j->exact + cell * LAKE_ACTIONS));
	if (r->visits) {
		json_t *a = json_array();

		for (int k = 0; k < LAKE_ACTIONS; k++)
			json_array_append_new(a, json_integer(r->visits[cell * LAKE_ACTIONS + k]));
		json_object_set_new(o, "visits", a);
	}
	return o;
}

json_t *lake_report_json(const struct lake_report *r)
{
	const struct lake_map *m = lake_map_of(r->g);
	struct lake_judgement j;
	json_t *table = json_array();

	lake_judge(r, &j);
	for (int cell = 0; cell < m->side * m->side; cell++)
		json_array_append_new(table, cell_json(r, &j, cell));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o, s:o}, s:o, s:o, s:i, s:o}",
	                 "mean_return", answer_number(j.success), "mean_steps",
	                 answer_number(j.steps), "exact_greedy_return",
	                 answer_number(j.exact_success), "best_stationary_return",
	                 answer_number(j.stationary), "best_return", answer_number(j.best),
	                 "random_return", answer_number(j.random), "start", "learned",
	                 answer_number(largest(r->q)), "exact", answer_number(largest(j.exact)),
	                 "greedy", answer_number(j.value), "mean_error",
	                 answer_number(j.mean_error), "largest_error",
	                 answer_number(j.largest_error), "mistakes", j.mistakes, "table", table);
}
