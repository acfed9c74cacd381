/* net_report.c - see net_report.h. */
#include "src/app/net/net_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/nn/metrics.h"

/* A confusion matrix wider than this is not printed as text. */
enum { COLUMNS_MAX = 12, NAME_WIDTH = 12 };

/* Mean -log of the probability of the truth, kept within 1e-15 as metrics.h does. */
static double log_loss(const double *scores, const int *label, int rows, int K)
{
	double sum = 0;

	for (int r = 0; r < rows; r++)
		sum -= log(fmax(1e-15, fmin(1 - 1e-15, scores[(size_t)r * K + label[r]])));
	return sum / rows;
}

static enum ry_status two_classes(struct net_report *r, const double *scores, const struct table *t)
{
	float *p = ry_calloc(t->rows, sizeof *p, "scores");
	unsigned char *y = ry_calloc(t->rows, sizeof *y, "scores");
	struct binary_scores s;
	enum ry_status status = p && y ? RY_OK : ry_failure();

	for (int i = 0; status == RY_OK && i < t->rows; i++) {
		p[i] = (float)scores[2 * (size_t)i + 1];
		y[i] = (unsigned char)t->label[i];
	}
	if (status == RY_OK)
		status = metrics_binary(&s, t->rows, p, y);
	if (status == RY_OK)
		r->auc = s.auc;
	free(p);
	free(y);
	return status;
}

static void set_majority(struct net_report *r)
{
	long most = 0;

	for (int k = 0; k < r->K; k++) {
		long n = 0;

		for (int j = 0; j < r->K; j++)
			n += r->confusion[(size_t)k * r->K + j];
		if (n > most) {
			most = n;
			r->most_frequent = k;
		}
	}
	r->baseline = (double)most / r->rows;
}

/* The root mean square distance of the targets from their mean. */
static double spread(const struct table *t)
{
	double mean = 0, square = 0;

	for (int i = 0; i < t->rows; i++)
		mean += t->y[i] / t->rows;
	for (int i = 0; i < t->rows; i++)
		square += (t->y[i] - mean) * (t->y[i] - mean);
	return sqrt(square / t->rows);
}

static enum ry_status classes(struct net_report *r, const double *scores, const struct table *t,
                              int top)
{
	long right = 0;

	r->confusion = ry_calloc((size_t)r->K * r->K, sizeof *r->confusion, "a confusion matrix");
	if (!r->confusion)
		return ry_failure();
	metrics_confusion(r->confusion, t->rows, r->K, scores, t->label);
	for (int k = 0; k < r->K; k++)
		right += r->confusion[(size_t)k * r->K + k];
	r->accuracy = (double)right / t->rows;
	set_majority(r);
	r->log_loss = log_loss(scores, t->label, t->rows, r->K);
	if (r->K == 2)
		return two_classes(r, scores, t);
	r->top = top < r->K ? top : r->K;
	r->top_error = metrics_top_k_error(t->rows, r->K, scores, t->label, r->top);
	return RY_OK;
}

enum ry_status net_report_make(struct net_report *r, const struct net_model *m,
                               const double *scores, const struct table *t, int top)
{
	double square = 0, absolute = 0;

	*r = (struct net_report){ .rows = t->rows,
		                  .K = m->K,
		                  .class_name = m->class_name,
		                  .accuracy = NAN,
		                  .log_loss = NAN,
		                  .auc = NAN,
		                  .top_error = NAN,
		                  .r2 = NAN,
		                  .rmse = NAN,
		                  .mae = NAN };
	if (m->K)
		return classes(r, scores, t, top);
	for (int i = 0; i < t->rows; i++) {
		square += (scores[i] - t->y[i]) * (scores[i] - t->y[i]);
		absolute += fabs(scores[i] - t->y[i]);
	}
	r->r2 = metrics_r2(t->rows, 1, scores, t->y);
	r->rmse = sqrt(square / t->rows);
	r->mae = absolute / t->rows;
	r->baseline = spread(t);
	return RY_OK;
}

void net_report_free(struct net_report *r)
{
	free(r->confusion);
	r->confusion = NULL;
}

json_t *net_report_json(const struct net_report *r)
{
	json_t *o = json_object(), *names = json_array(), *matrix = json_array();

	json_object_set_new(o, "predictions", json_integer(r->rows));
	if (!r->K) {
		json_object_set_new(o, "r2", answer_number(r->r2));
		json_object_set_new(o, "rmse", answer_number(r->rmse));
		json_object_set_new(o, "mae", answer_number(r->mae));
		json_object_set_new(o, "baseline_rmse", answer_number(r->baseline));
		json_decref(names);
		json_decref(matrix);
		return o;
	}
	json_object_set_new(o, "accuracy", answer_number(r->accuracy));
	json_object_set_new(o, "baseline_accuracy", answer_number(r->baseline));
	json_object_set_new(o, "log_loss", answer_number(r->log_loss));
	if (r->K == 2) {
		json_object_set_new(o, "auc", answer_number(r->auc));
	} else {
		json_object_set_new(o, "top_k", json_integer(r->top));
		json_object_set_new(o, "top_k_error", answer_number(r->top_error));
	}
	for (int k = 0; k < r->K; k++) {
		json_t *row = json_array();

		for (int j = 0; j < r->K; j++)
			json_array_append_new(row,
			                      json_integer(r->confusion[(size_t)k * r->K + j]));
		json_array_append_new(matrix, row);
		json_array_append_new(names, json_string(r->class_name[k]));
	}
	json_object_set_new(o, "classes", names);
	json_object_set_new(o, "confusion", matrix);
	return o;
}

static void print_confusion(FILE *to, const struct net_report *r)
{
	out(to, "\nconfusion (a row for each true class, a column for each prediction)\n%*s",
	    NAME_WIDTH + 2, "");
	for (int k = 0; k < r->K; k++)
		out(to, " %*.*s", NAME_WIDTH, NAME_WIDTH, r->class_name[k]);
	fputc('\n', to);
	for (int k = 0; k < r->K; k++) {
		out(to, "  %-*.*s", NAME_WIDTH, NAME_WIDTH, r->class_name[k]);
		for (int j = 0; j < r->K; j++)
			fprintf(to, " %*ld", NAME_WIDTH, r->confusion[(size_t)k * r->K + j]);
		fputc('\n', to);
	}
}

void net_report_text(FILE *to, const struct net_report *r, const char *what)
{
	out(to, "%s\n", what);
	if (!r->K) {
		if (isnan(r->r2))
			fprintf(to, "R2           unknown   (all rows have the same target)\n");
		else
			fprintf(to, "R2           %8.4f\n", r->r2);
		fprintf(to, "RMSE         %8.4g\n  baseline   %8.4g   (always their mean)\n"
		            "mean |error| %8.4g\n", r->rmse, r->baseline, r->mae);
		return;
	}
	fprintf(to, "accuracy    %8.4f   (%ld of %d)\n", r->accuracy, lround(r->accuracy * r->rows),
	        r->rows);
	out(to, "  baseline  %8.4f   (always '%.40s')\n", r->baseline,
	    r->class_name[r->most_frequent]);
	fprintf(to, "log loss    %8.4f\n", r->log_loss);
	if (r->K == 2 && isnan(r->auc))
		fprintf(to, "AUC          unknown   (all rows have the same class)\n");
	else if (r->K == 2)
		fprintf(to, "AUC         %8.4f\n", r->auc);
	else
		fprintf(to, "top-%d error %8.4f\n", r->top, r->top_error);
	if (r->K <= COLUMNS_MAX)
		print_confusion(to, r);
}
