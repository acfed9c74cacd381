/* terminal_writer.h - bytes for a terminal, for which nobody ever has to wait.
 *
 * A terminal may stop reading: Ctrl-S, a slow line, a window that hangs.  Then write() waits, and
 * with it whatever learns.  A writer keeps what the terminal has not taken yet:
 *
 *     terminal_writer_add(w, bytes, n);
 *     if (terminal_writer_send(w) > 0)       the rest goes with a later call
 *             skip_the_next_frame();
 *     terminal_writer_finish(w);             a second at most
 *
 * It writes through an open file of its own: not to wait is a property of the open file, which
 * stdout shares with the shell and with other processes.
 */
#ifndef RILEY_UI_TERMINAL_WRITER_H
#define RILEY_UI_TERMINAL_WRITER_H

#include <stddef.h>

struct terminal_writer;

/* A writer to the terminal behind `fd`, which is borrowed.  NULL without memory. */
struct terminal_writer *terminal_writer_alloc(int fd);

/* Free the writer; what it still keeps is lost.  NULL is allowed. */
void terminal_writer_free(struct terminal_writer *w);

/* Keep `n` bytes to be sent after all that are kept.  Without memory they are lost. */
void terminal_writer_add(struct terminal_writer *w, const char *bytes, size_t n);

/* Send what the terminal takes at once.  Returns the number of bytes that are still kept; those for
 * a terminal that has gone are thrown away. */
size_t terminal_writer_send(struct terminal_writer *w);

/* The file descriptor to poll for POLLOUT while bytes are kept; borrowed. */
int terminal_writer_fd(const struct terminal_writer *w);

/* Nonzero once writing has failed because the terminal was closed. */
int terminal_writer_gone(const struct terminal_writer *w);

/* Wait until all is sent, for a second at most, less once interrupt_asked().  Then throw away what
 * is kept, and what the system keeps for the terminal, so that there is room for a last message.
 * Nonzero if it came to that. */
int terminal_writer_finish(struct terminal_writer *w);

/* For a signal handler: throw away what is kept, make room, in a second at most, and send these
 * bytes as far as the terminal takes them.  It uses nothing but async-signal-safe functions. */
void terminal_writer_last(struct terminal_writer *w, const char *bytes, size_t n);

#endif
