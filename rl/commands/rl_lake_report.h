/* rl_lake_report.h - learned values of a lake laid beside the exact ones, whoever learned them. */
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

/* What can be said of values for sure: the greedy player of q judged by dynamic programming, and q
 * against the exact values, over the cells where an episode goes on and which the start leads
 * to. */
struct lake_judgement {
	double exact[LAKE_MAX_CELLS * LAKE_ACTIONS];
	uint8_t reached[LAKE_MAX_CELLS];     /* 1: an episode can come there and go on */
	uint8_t greedy[LAKE_MAX_CELLS], exact_greedy[LAKE_MAX_CELLS];

	double success;               /* of the greedy player of q within the limit */
	double steps;                 /* mean length of his episodes */
	double exact_success;         /* of the greedy player of the exact values */
	double stationary;            /* of the best who looks at the cell alone, see
	                               * lake_stationary_success() */
	double best;                  /* of the best who minds the steps that are left */
	double random;                /* of pressing keys */
	double value;                 /* of the greedy player of q from the start, discounted,
	                               * without the limit */
	double mean_error;            /* mean |q - exact| */
	double largest_error;
	int    largest_at;            /* cell * LAKE_ACTIONS + action */
	int    mistakes;              /* cells where the greedy action is not one of the best */
};

void lake_judge(const struct lake_report *r, struct lake_judgement *j);

/* Maps of the values with the greedy actions, what the greedy player is worth, and the table cell
 * by cell, within 80 columns.  ascii: no other characters. */
void lake_report_print(FILE *to, const struct lake_report *r, int ascii);

/* The same numbers; a new reference.  Keys: mean_return (the exact mean return of the greedy player
 * within the limit), mean_steps, exact_greedy_return, best_stationary_return, best_return,
 * random_return, start {learned, exact, greedy}, mean_error, largest_error, mistakes, and table:
 * for each cell row, column, what (S, F, H, G), greedy, learned, exact and, where they are known,
 * visits. */
json_t *lake_report_json(const struct lake_report *r);

#endif
