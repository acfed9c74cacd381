/* students.h - simulated students, and the best prediction anybody can make of them.
 *
 * The model of the deep-knowledge-tracing paper's synthetic data (Piech et al. 2015), constants
 * as recovered from the published files: exercise q has concept k_q and difficulty beta_q ~
 * N(0, 1); student s has an ability theta_{s,k} ~ N(0, sd^2) for each concept, and each earlier
 * exercise of the same concept adds `growth`; with n of those,
 *
 *     p(correct) = guess + (1 - guess) sigmoid(theta_{s,k} + growth n - beta_q).
 *
 * Whoever knows k, beta, guess, growth and sd predicts best by Bayes' rule: a posterior over
 * theta per student and concept, kept on a grid.  No model's expected score is higher, so the
 * AUC of that filter is the ceiling of the data set.
 */
#ifndef RILEY_DATASETS_STUDENTS_H
#define RILEY_DATASETS_STUDENTS_H

#include <gsl/gsl_rng.h>
#include "datasets/sequences.h"

struct student_model {
	int     exercises, concepts;
	double  guess, growth, sd;
	int    *concept;         /* (exercises) */
	double *difficulty;      /* (exercises) */
};

/* A model with fresh concepts and difficulties; guess 0.10, growth 0.10, sd 3 are the published
 * files'.  NULL on impossible values. */
struct student_model *student_model_draw(int exercises, int concepts, double guess, double growth,
                                         double sd, gsl_rng *rng);
void student_model_free(struct student_model *m);

/* Simulate `students` students who each answer all exercises once: in the order 0..M-1, or, with
 * shuffle, each in an order of their own. */
struct sequences *students_simulate(const struct student_model *m, int students, int shuffle, gsl_rng *rng);

/* The `_info.txt` beside a data file: its name for a data path ("a/b.csv" gives "a/b_info.txt"),
 * caller frees; writing (mean, deviation, concept, difficulty per exercise, one line each; a
 * first line "# guess G growth R sd S" only when they are not the published files'); reading. */
char *student_info_path(const char *data_path);
enum ry_status student_info_write(const struct student_model *m, const struct sequences *s, const char *path);
struct student_model *student_info_read(const char *path, enum ry_status *status);

/* The exact filter's probability for every answer of `s`, (answers): before the answer is seen. */
enum ry_status student_filter(const struct student_model *m, const struct sequences *s, float *p);

#endif
