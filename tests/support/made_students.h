/* made_students.h - small data sets of students, made for tests of knowledge tracing. */
#ifndef RILEY_TESTS_SUPPORT_MADE_STUDENTS_H
#define RILEY_TESTS_SUPPORT_MADE_STUDENTS_H

#include "datasets/sequences/sequences.h"

/* `students` students with length[i] answers each to `exercises` exercises called "exercise 3",
 * "exercise 10" and so on: all answers are wrong ones to the first exercise.  The caller frees; the
 * test program ends when there is no memory. */
struct sequences *made_students(const int *length, int students, int exercises);

/* The same with exercises and answers drawn, six in ten of them right; the same ones every time. */
struct sequences *made_random_students(const int *length, int students, int exercises);

#endif
