/* terms.h - the glossary: every term that screens, reports, help and plots print.
 *
 * A theme is a file terms_THEME.c and a row of glossary_themes[]; a term is a row of its file.  A
 * term fits on a screen of 80x24.
 */
#ifndef RILEY_APP_EXPLAIN_TERMS_H
#define RILEY_APP_EXPLAIN_TERMS_H

struct term {
	const char *name;        /* "AUC"; NULL ends the table */
	const char *also;        /* other names that it is found by, names in files and of options
	                          * among them, separated by " | "; or NULL */
	const char *text;        /* paragraphs, separated by "\n\n"; one that begins with two blanks
	                          * is a formula */
	const char *see;         /* names of related terms, separated by ", " */
	const char *where;       /* where riley prints it */
};

struct theme {
	const char        *name;         /* "scores", for scripts */
	const char        *title;        /* "Scores: how good predictions are" */
	const struct term *terms;
};

/* All themes; one without a name ends the table. */
extern const struct theme glossary_themes[];

extern const struct term terms_scores[], terms_training[], terms_networks[], terms_agents[],
	terms_students[], terms_data[];

/* The term with this name, or else with this other name.  Case does not count, '-', '_' and a
 * blank are alike, "--" before the name of an option and "train_", "valid_" or "test_" before that
 * of a score may stand there.  NULL if there is none. */
const struct term *glossary_find(const char *word);

/* The nearest name or other name to a word that is none, copied into `near`; 0 if none is near. */
int glossary_near(const char *word, char near[64]);

/* The theme of a term. */
const struct theme *glossary_theme(const struct term *t);

/* The next name in a list such as term.also ("|") or term.see (","): copies it into `name` and
 * returns what follows, or NULL at the end of the list. */
const char *glossary_next(const char *list, char between, char name[64]);

#endif
