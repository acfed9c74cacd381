/* kt_report.c - see kt_report.h. */
#include "rnn/commands/kt_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/sequences/students.h"
#include "rnn/commands/kt_truth.h"
#include "src/base/text.h"
#include "src/cli/answer.h"

float *kt_ceiling(const char *path, const struct sequences *s)
{
	struct student_model *m;
	float *p = NULL;

	if (kt_truth(path, s, &m, NULL) == RY_OK && m)
		p = ry_calloc(s->answers, sizeof *p, "the ceiling");
	if (p && student_filter(m, s, p) != RY_OK) {
		free(p);
		p = NULL;
	}
	student_model_free(m);
	return p;
}

enum ry_status kt_report_make(struct kt_report *r, struct kt_batch *b, const struct kt_model *model,
                              const struct kt_subset *part, const float *ceiling)
{
	const struct sequences *s = part->s;
	float *p = ry_calloc(s->answers, sizeof *p, "predictions");
	float *mean = ry_calloc(s->answers, sizeof *mean, "predictions");
	size_t right = 0;
	enum ry_status status = p && mean ? RY_OK : ry_failure();

	*r = (struct kt_report){ .title = "model",
		                 .data = "students",
		                 .students = part->n,
		                 .exercises = s->exercises,
		                 .parameters = net_n_params(model->net) };
	for (int k = 0; k < part->n; k++)
		for (size_t i = s->start[part->student[k]]; i < s->start[part->student[k] + 1];
		     i++, r->answers++)
			right += s->correct[i];
	r->share_correct = r->answers ? (double)right / r->answers : NAN;
	if (status == RY_OK)
		status = kt_predict(b, s, part->student, part->n, p);
	if (status == RY_OK)
		status = kt_score(&r->model, s, part->student, part->n, p);
	if (status == RY_OK) {
		kt_predict_skill_mean(model, s, part->student, part->n, mean);
		status = kt_score(&r->skill_mean, s, part->student, part->n, mean);
	}
	if (status == RY_OK)
		status = kt_score_gain(&r->gain, &r->gain_half, s, part->student, part->n, p,
		                       mean);
	r->has_ceiling = ceiling != NULL;
	if (status == RY_OK && ceiling)
		status = kt_score(&r->ceiling, s, part->student, part->n, ceiling);
	free(mean);
	free(p);
	return status;
}

int kt_report_better(const struct kt_report *r)
{
	if (isnan(r->gain))
		return -1;
	return isnan(r->gain_half) ? r->gain > 0 : r->gain - r->gain_half > 0;
}

void kt_report_note(const struct cli *cli, const char *who, const struct kt_subset *part)
{
	const struct sequences *s = part->s;
	size_t n = 0, right = 0;
	char answers[64];

	for (int k = 0; k < part->n; k++) {
		const int id = part->student[k];

		for (size_t i = s->start[id] + 1; i < s->start[id + 1]; i++, n++)
			right += s->correct[i];
	}
	if (part->n && !n)
		command_note(cli, "no_predictions", "",
		             "none of the %s gave a second answer: nothing can be scored", who);
	else if (n && (right == 0 || right == n))
		command_note(cli, "undefined_auc", "",
		             "the %s gave only %s answers (%s, from the second on): their AUC is "
		             "undefined", who, right ? "right" : "wrong",
		             text_counted(answers, n, "answer"));
}

/* A score in its column; a dash for one that is undefined. */
static void put_score(FILE *to, int width, double x)
{
	if (isnan(x))
		out(to, " %*s", width, "-");
	else
		out(to, " %*.4f", width, x);
}

static void row(FILE *to, const struct kt_report *r, const char *name, double model, double mean,
                double ceiling)
{
	out(to, "  %-20s", name);
	put_score(to, 10, model);
	put_score(to, 12, mean);
	if (r->has_ceiling)
		put_score(to, 12, ceiling);
	fputc('\n', to);
}

void kt_report_verdict(FILE *to, const struct kt_report *r)
{
	if (kt_report_better(r) == 0 && isnan(r->gain_half))
		fprintf(to, "\n  The model is not better than the baseline.\n");
	else if (kt_report_better(r) == 0)
		fprintf(to,
		        "\n  The model is not better than the baseline by more than chance: AUC "
		        "%+.4f,\n  95 %% interval %+.4f to %+.4f.\n",
		        r->gain, r->gain - r->gain_half, r->gain + r->gain_half);
}

/* "2,000 test students, ", or with a remark in brackets, which fills a line of its own. */
static void put_students(FILE *to, const struct kt_report *r)
{
	static const char plural[] = "students";
	const char *word = strstr(r->data, plural),
	           *rest = word ? word + strlen(plural) : r->data + strlen(r->data);
	int one = word && r->students == 1;
	char count[32];

	out(to, "%s %.*s%s,", text_count(count, r->students),
	    (int)(one ? rest - 1 - r->data : rest - r->data), r->data, rest);
	fputc(*rest ? '\n' : ' ', to);
}

void kt_report_text(FILE *to, const struct kt_report *r)
{
	const struct kt_scores *m = &r->model, *b = &r->skill_mean, *c = &r->ceiling;
	char predictions[64], students[32], answers[64], exercises[64], scored[64];

	if (!m->predictions) {
		out(to, "%s %s: nothing to score\n", text_count(students, r->students), r->data);
		return;
	}
	put_students(to, r);
	out(to,
	    "%s, %s, %.1f %% correct;\n"
	    "%s, from each student's second answer on\n\n",
	    text_counted(answers, r->answers, "answer"),
	    text_counted(exercises, (size_t)r->exercises, "exercise"), 100 * r->share_correct,
	    text_counted(predictions, m->predictions, "prediction"));
	out(to, "  %-20s %10s %12s%s\n", "", r->title, "baseline",
	    r->has_ceiling ? "      ceiling" : "");
	row(to, r, "AUC", m->auc, b->auc, c->auc);
	row(to, r, "accuracy", m->accuracy, b->accuracy, c->accuracy);
	row(to, r, "log loss (nat)", m->log_loss, b->log_loss, c->log_loss);
	row(to, r, "RMSE", m->rmse, b->rmse, c->rmse);
	row(to, r, "mean exercise AUC", m->mean_exercise_auc, b->mean_exercise_auc,
	    c->mean_exercise_auc);
	row(to, r, "mean student AUC", m->mean_student_auc, b->mean_student_auc,
	    c->mean_student_auc);
	out(to,
	        "\n  AUC pools all predictions, ties at mid-rank; the means are over %d\n  "
	        "exercise%s and %s with both right and wrong answers.\n  Baseline: each "
	        "exercise's share of right answers in the training data.\n",
	        m->exercises_counted, m->exercises_counted == 1 ? "" : "s",
	        text_counted(scored, (size_t)m->students_counted, "student"));
	if (r->has_ceiling)
		fprintf(to, "  Ceiling: the best any model can expect, by Bayes' rule with the "
		            "simulation's\n"
		            "  parameters.\n");
	kt_report_verdict(to, r);
}

void kt_report_set_gain(json_t *o, const struct kt_report *r)
{
	const int better = kt_report_better(r);

	json_object_set_new(o, "auc_gain", answer_number(r->gain));
	json_object_set_new(o, "auc_gain_interval",
	                    isnan(r->gain_half)
	                            ? json_null()
	                            : json_pack("[f, f]", r->gain - r->gain_half,
	                                        r->gain + r->gain_half));
	json_object_set_new(o, "better_than_baseline",
	                    better < 0 ? json_null() : json_boolean(better));
}

json_t *kt_report_json(const struct kt_report *r)
{
	const struct kt_scores *m = &r->model;
	json_t *o = json_object();

	json_object_set_new(o, "auc", answer_number(m->auc));
	json_object_set_new(o, "predictions", json_integer((json_int_t)m->predictions));
	json_object_set_new(o, "accuracy", answer_number(m->accuracy));
	json_object_set_new(o, "log_loss", answer_number(m->log_loss));
	json_object_set_new(o, "rmse", answer_number(m->rmse));
	json_object_set_new(o, "mean_exercise_auc", answer_number(m->mean_exercise_auc));
	json_object_set_new(o, "mean_student_auc", answer_number(m->mean_student_auc));
	json_object_set_new(o, "skill_mean_auc", answer_number(r->skill_mean.auc));
	kt_report_set_gain(o, r);
	if (r->has_ceiling)
		json_object_set_new(o, "ceiling_auc", answer_number(r->ceiling.auc));
	json_object_set_new(o, "students", json_integer(r->students));
	json_object_set_new(o, "exercises", json_integer(r->exercises));
	json_object_set_new(o, "answers", json_integer((json_int_t)r->answers));
	json_object_set_new(o, "share_correct", answer_number(r->share_correct));
	json_object_set_new(o, "parameters", json_integer((json_int_t)r->parameters));
	if (r->best_epoch)
		json_object_set_new(o, "best_epoch", json_integer(r->best_epoch));
	if (r->run)
		json_object_set_new(o, "run", json_string(r->run));
	json_object_set_new(o, "scored", json_string(r->data));
	return o;
}
