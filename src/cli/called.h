/* called.h - the name by which the program was called, for every command line that is suggested:
 * what is printed can be typed as it stands. */
#ifndef RILEY_CLI_CALLED_H
#define RILEY_CLI_CALLED_H

/* Take the name from argv[0] ("build/riley"), which is borrowed.  A name that a shell would not
 * read back as one plain word is not taken. */
void called_as(const char *argv0);

/* That name; "riley" before called_as(). */
const char *called_name(void);

#endif
