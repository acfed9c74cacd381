/* rl_lake_report.h - learned values of a lake compared with the exact ones. */
#ifndef RILEY_RL_COMMANDS_RL_LAKE_REPORT_H
#define RILEY_RL_COMMANDS_RL_LAKE_REPORT_H

#include <stdio.h>
#include <jansson.h>
#include "rl/games/game.h"
#include "rl/games/lake.h"

struct lake_report {
	const struct game_ops *g;     /* a lake */
	int           slippery;
	double        discount;       /* of the exact values too */
	const double *q;              /* (cells, LAKE_ACTIONS): what was learned; borrowed */
	const long   *visits;         /* (cells, LAKE_ACTIONS): how often each action was taken;
	                               * or NULL. Borrowed */
};

/* Exact facts about learned values: the greedy policy of q evaluated by dynamic programming, and q
 * compared with the exact values, over the non-terminal cells reachable from the start. */
struct lake_judgement {
	double exact[LAKE_MAX_CELLS * LAKE_ACTIONS];
	uint8_t reached[LAKE_MAX_CELLS];     /* 1: reachable and not terminal */
	uint8_t greedy[LAKE_MAX_CELLS], exact_greedy[LAKE_MAX_CELLS];

	double success;               /* of the greedy policy of q within the limit */
	double steps;                 /* mean length of its episodes */
	double exact_success;         /* of the greedy policy of the exact values */
	double stationary;            /* of the best stationary policy: lake_stationary_success() */
	double best;                  /* of the best policy that may depend on the steps left */
	double random;                /* of random play */
	double value;                 /* discounted, of the greedy policy of q, without the limit */
	double mean_error;            /* mean |q - exact| */
	double largest_error;
	int    largest_at;            /* cell * LAKE_ACTIONS + action */
	int    mistakes;              /* cells where the greedy action is not optimal */
};

void lake_judge(const struct lake_report *r, struct lake_judgement *j);

/* Print maps of the values with the greedy actions, the value of the greedy policy, and the table
 * cell by cell, within 80 columns; with `ascii` in ASCII only.  On a terminal a lake of more than
 * 4 x 4 cells has neither the exact map nor the table. */
void lake_report_print(FILE *to, const struct lake_report *r, int ascii);

/* The same numbers as JSON; a new reference.  Keys: mean_return (the exact mean return of the
 * greedy policy within the limit), mean_steps, exact_greedy_return, best_stationary_return,
 * best_return, random_return, start {learned, exact, greedy}, mean_error, largest_error, mistakes,
 * and table: for each cell row, column, what (S, F, H, G), greedy, learned, exact and, if known,
 * visits. */
json_t *lake_report_json(const struct lake_report *r);

#endif
