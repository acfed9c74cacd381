/* net_report.h - evaluation of a model's predictions, as text and as JSON. */
#ifndef RILEY_APP_NET_NET_REPORT_H
#define RILEY_APP_NET_NET_REPORT_H

#include <jansson.h>
#include <stdio.h>
#include "src/app/net/net_model.h"

struct net_report {
	int      rows, K;                       /* classes; 0 for a number */
	char   **class_name;                    /* (K), borrowed from the model */
	double   accuracy, log_loss;            /* classes */
	double   auc;                           /* two classes; else NaN */
	int      top;                           /* more than two classes: k of the top-k error */
	double   top_error;
	long    *confusion;                     /* (K, K): row = truth, column = prediction */
	double   r2, rmse, mae;                 /* a number, in its own unit */
	double   baseline;                      /* the accuracy of always the most frequent class of
	                                         * these rows, or the RMSE of their mean */
	int      most_frequent;                 /* that class */
};

/* Compare scores (net_model_scores()) with a table's targets.  RY_ENOMEM on failure. */
enum ry_status net_report_make(struct net_report *r, const struct net_model *m,
                               const double *scores, const struct table *t, int top);
void net_report_free(struct net_report *r);

/* A new JSON object with the measures under their stable names. */
json_t *net_report_json(const struct net_report *r);

/* The same as text, headed by what was evaluated: "50 test rows". */
void net_report_text(FILE *to, const struct net_report *r, const char *what);

#endif
