/* made_students.h - small synthetic data sets for tests of knowledge tracing. */
#ifndef RILEY_TESTS_SUPPORT_MADE_STUDENTS_H
#define RILEY_TESTS_SUPPORT_MADE_STUDENTS_H

#include "datasets/sequences/sequences.h"

/* A data set of `students` students with length[i] answers each, over `exercises` exercises named
 * "exercise 3", "exercise 10" and so on.  All answers are to the first exercise and wrong.  The
 * caller frees it; the test program ends without memory. */
struct sequences *made_students(const int *length, int students, int exercises);

/* The same with random exercises and answers, 60 % of them right; identical on every call. */
struct sequences *made_random_students(const int *length, int students, int exercises);

#endif
