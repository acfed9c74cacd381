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
#ifndef RILEY_DATASETS_SEQUENCES_STUDENTS_H
#define RILEY_DATASETS_SEQUENCES_STUDENTS_H

#include <gsl/gsl_rng.h>
#include "datasets/sequences/sequences.h"

struct student_model {
	int     exercises, concepts;
	double  guess, growth, sd;
	int    *concept;         /* (exercises) */
	double *difficulty;      /* (exercises) */
	double *mean;            /* (exercises) as its file has them: mean answer of the test
	                          * half; NULL for a model that was drawn */
};

/* A model with new random concepts (uniform) and difficulties; the published files have guess 0.10,
 * growth 0.10 and sd 3.  NULL, with ry_message() set, for invalid values: 1 <= concepts <=
 * exercises, 0 <= guess < 1, |growth| <= 10, 0 <= sd <= 100.  The caller frees it. */
struct student_model *student_model_draw(int exercises, int concepts, double guess, double growth,
                                         double sd, gsl_rng *rng);
void student_model_free(struct student_model *m);

/* Simulate `students` students (1 or more), who each answer all exercises once: in the order 0..M-1
 * or, with shuffle, each in their own random order.  Exercises are named 0..M-1.  NULL without
 * memory. */
struct sequences *students_simulate(const struct student_model *m, int students, int shuffle,
                                    gsl_rng *rng);

/* Of `students` students of a data file, the first half is there to train and the second to test:
 * the first one of the second half. */
int students_test_half(int students);

/* The `_info.txt` beside a data file: its name for a data path ("a/b.csv" gives "a/b_info.txt").
 * NULL when memory ran out; the caller frees it. */
char *student_info_path(const char *data_path);

/* The text of that file: one line per exercise with the mean of its answers, their deviation
 * (n - 1), its concept and its difficulty, between commas.  Mean and deviation are over the test
 * half of s, and 0 for an exercise without answers there.  A first line "# guess G growth R sd S"
 * stands there only when they are not the published files'.  NULL when memory ran out; the caller
 * frees it. */
char *student_info_text(const struct student_model *m, const struct sequences *s);

/* Read such a file, with commas, tabs or blanks.  NULL on failure, with *status RY_EDATA (file and
 * line in ry_message()), RY_EIO or RY_ENOMEM. */
struct student_model *student_info_read(const char *path, enum ry_status *status);

/* Nonzero when a model that was read belongs to the data `s`: the exercises are as many, and the
 * means in its file are those of the test half, but for one student (the published files leave
 * their first one out). */
int student_model_fits(const struct student_model *m, const struct sequences *s);

/* The exact filter's probability for every answer of `s`, (answers): before the answer is seen.
 *
 * With w_g the posterior of a student's theta_g on a grid over +-5 sd, and n earlier exercises of
 * the concept,  p = sum_g w_g p_g,  p_g = guess + (1 - guess) sigmoid(theta_g + growth n - beta),
 * and after the answer a  w_g <- w_g p_g / p  or  w_g (1 - p_g) / (1 - p).
 *
 * RY_ESHAPE when an exercise of s is none of the model's: their names are 0..M-1. */
enum ry_status student_filter(const struct student_model *m, const struct sequences *s, float *p);

#endif
