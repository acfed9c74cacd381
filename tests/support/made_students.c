/* made_students.c - see made_students.h. */
#include "tests/support/made_students.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/random.h"

/* n zeroed elements of `size` bytes; ends the test program without memory. */
static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p) {
		printf("Bail out! no memory\n");
		exit(99);
	}
	return p;
}

struct sequences *made_students(const int *length, int students, int exercises)
{
	struct sequences *s = zeroed(1, sizeof *s);

	s->students = students;
	s->exercises = exercises;
	s->start = zeroed((size_t)students + 1, sizeof *s->start);
	for (int i = 0; i < students; i++)
		s->start[i + 1] = s->start[i] + (size_t)length[i];
	s->answers = s->start[students];
	s->exercise = zeroed(s->answers, sizeof *s->exercise);
	s->correct = zeroed(s->answers, sizeof *s->correct);
	s->exercise_name = zeroed((size_t)exercises, sizeof *s->exercise_name);
	for (int q = 0; q < exercises; q++) {
		s->exercise_name[q] = zeroed(32, 1);
		snprintf(s->exercise_name[q], 32, "exercise %d", 7 * q + 3);
	}
	return s;
}

struct sequences *made_random_students(const int *length, int students, int exercises)
{
	struct sequences *s = made_students(length, students, exercises);
	gsl_rng *rng = random_stream(4, STREAM_SAMPLE);

	for (size_t i = 0; i < s->answers; i++) {
		s->exercise[i] = (int)gsl_rng_uniform_int(rng, (unsigned long)exercises);
		s->correct[i] = gsl_rng_uniform(rng) < 0.6;
	}
	gsl_rng_free(rng);
	return s;
}
