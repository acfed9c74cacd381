/* terms_students.c - see terms.h: a theme of the glossary. */
#include "src/app/explain/terms.h"

#include <stddef.h>

const struct term terms_students[] = {
	{ .name = "knowledge tracing",
	  .also =
		"DKT | deep knowledge tracing | trace | tracing | a student's knowledge | "
		"heatmap | heat map",
	  .text =
		"Predicting from a student's answers so far whether the next one will be "
		"right, exercise by exercise. Deep knowledge tracing does it with a recurrent "
		"network (Piech et al. 2015). The heat map shows one student: a row per "
		"exercise, a column per answer, the colour is the predicted probability of a "
		"right answer.",
	  .see = "student, exercise, RNN, baseline",
	  .where = "kt train; panel 7 of watch; plot --kind heatmap" },
	{ .name = "student",
	  .also = "students | learner | user",
	  .text =
		"One sequence of answers by one person. Students are either for training or "
		"for testing, never both: a model that has seen half of a student's answers "
		"knows too much about the rest.",
	  .see = "exercise, sequence, split, leak",
	  .where = "kt gen, kt info, kt train; --student COLUMN" },
	{ .name = "exercise",
	  .also = "exercises | skill | item | question | problem",
	  .text =
		"What a student answers, right or wrong. Many data files call it a skill (a "
		"kind of exercise) or an item; riley says exercise for all. Each gets one "
		"output of the network.",
	  .see = "concept, student, answer",
	  .where = "kt info, kt train; --skill COLUMN" },
	{ .name = "answer",
	  .also = "answers | interaction | share_correct | correct | predictions",
	  .text =
		"One attempt of one student at one exercise, right (1) or wrong (0). "
		"Predictions start with each student's second answer, because before the "
		"first nothing is known of the student.",
	  .see = "exercise, sequence, AUC",
	  .where = "kt info, kt train; --correct COLUMN" },
	{ .name = "concept",
	  .also = "concepts | knowledge component",
	  .text =
		"A hidden skill that several exercises need. In simulated data each exercise "
		"has one concept; the network does not see it and may discover it, because "
		"answers to exercises of one concept go together.",
	  .see = "exercise, ability, difficulty of an exercise",
	  .where = "kt gen; FILE_info.txt" },
	{ .name = "ability",
	  .also = "guess | growth | slip | item response theory | IRT",
	  .text =
		"How well a simulated student masters a concept. The chance of a right answer "
		"grows with ability minus difficulty; \"guess\" is the chance to be right by "
		"luck; \"growth\" is what each exercise adds to the ability.\n\n"
		"  p = guess + (1 - guess) / (1 + exp(difficulty - ability))",
	  .see = "concept, ceiling, difficulty of an exercise",
	  .where = "kt gen --guess, --growth, --sd" },
	{ .name = "difficulty of an exercise",
	  .also = "beta_q | exercise difficulty",
	  .text =
		"How able a student must be to answer right half of the time (beyond "
		"guessing). Drawn from a normal distribution with mean 0 and deviation 1 in "
		"simulated data.",
	  .see = "ability, exercise",
	  .where = "FILE_info.txt" },
	{ .name = "sequence",
	  .also = "sequences | length | answers per student | order",
	  .text =
		"The answers of one student in the order in which they were given. The order "
		"matters: sort by time (--order) where the file is not sorted.",
	  .see = "student, RNN, window",
	  .where = "kt info; --order COLUMN" },
	{ .name = "leak",
	  .also = "leakage | data leak | data leakage | leak suspected",
	  .text =
		"Information about the answer reaches the model in a way it will not in real "
		"use: the same students in both parts, repeated rows, a column that is "
		"written after the answer. Scores are then too good to be true. A score above "
		"the ceiling proves it.",
	  .see = "ceiling, split, student, test",
	  .where = "kt info; diagnose: leak" },
	{ NULL, NULL, NULL, NULL, NULL }
};
