/* interrupt.c - see interrupt.h.
 *
 * One alarm clock serves both ends: before the flag is set an alarm is the limit of time, or the
 * user's SIGALRM, and afterwards it is the second that the program had to end by itself.
 */
#include "src/ui/interrupt.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STATUS = 130, PATIENCE = 1 /* seconds */, MOST_FUNCTIONS = 8 };

static volatile sig_atomic_t asked, held, told, again[NSIG];
static struct timespec asked_at;
static void (*volatile function[MOST_FUNCTIONS])(void);

int interrupt_asked(void)
{
	return asked != 0;
}

static void call_functions(void)
{
	for (int k = 0; k < MOST_FUNCTIONS; k++)
		if (function[k])
			function[k]();
}

/* A terminal that takes nothing is not waited for. */
static void tell(const char *text)
{
	struct pollfd p = { STDERR_FILENO, POLLOUT, 0 };

	if (poll(&p, 1, 0) == 1 && p.revents == POLLOUT) {
		ssize_t written = write(STDERR_FILENO, text, strlen(text));

		(void)written;
	}
}

static void ask(void)
{
	asked = 1;
	clock_gettime(CLOCK_MONOTONIC, &asked_at);
	alarm(PATIENCE);
}

static int patience_over(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - asked_at.tv_sec) +
	       1e-9 * (double)(now.tv_nsec - asked_at.tv_nsec) > 0.9 * PATIENCE;
}

/* An alarm during the last words ends the process without them. */
static void end_now(void)
{
	if (!told) {
		told = 1;
		alarm(PATIENCE);
		call_functions();
		tell("riley: interrupted\n");
	}
	_exit(STATUS);
}

static void on_alarm(int number)
{
	int saved = errno;

	(void)number;
	if (!asked)
		ask();
	else if (!held && patience_over())
		end_now();
	else
		alarm(PATIENCE);
	errno = saved;
}

static void end_as_usual(int number)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t one;

	call_functions();
	sigemptyset(&usual.sa_mask);
	sigaction(number, &usual, NULL);
	sigemptyset(&one);
	sigaddset(&one, number);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
}

static void on_signal(int number)
{
	int saved = errno, first = !asked;

	if (again[number] && (number == SIGINT || number == SIGTERM || number == SIGHUP))
		end_as_usual(number);
	again[number] = 1;
	if (first) {
		ask();
		if (number == SIGINT && isatty(STDERR_FILENO))
			tell("\nriley: finishing this step; interrupt again to stop at once\n");
	}
	errno = saved;
}

void interrupt_catch(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU };
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction clock = { .sa_handler = on_alarm, .sa_flags = SA_NODEFER };
	struct sigaction quit = { .sa_handler = end_as_usual }, old;

	sigemptyset(&action.sa_mask);
	sigemptyset(&clock.sa_mask);
	sigemptyset(&quit.sa_mask);
	for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
		if (numbers[k] != SIGHUP ||
		    (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN))
			sigaction(numbers[k], &action, NULL);
	if (sigaction(SIGQUIT, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(SIGQUIT, &quit, NULL);
	sigaction(SIGALRM, &clock, NULL);
}

void interrupt_after(double seconds)
{
	if (!asked && seconds > 0)
		alarm((unsigned)ceil(fmin(seconds, 1e8)));
}

void interrupt_hold(void)
{
	held++;
}

void interrupt_release(void)
{
	held--;
}

void interrupt_at_end(void (*f)(void))
{
	int free_place = -1;

	for (int k = MOST_FUNCTIONS - 1; k >= 0; k--) {
		if (function[k] == f)
			return;
		if (!function[k])
			free_place = k;
	}
	if (free_place >= 0)
		function[free_place] = f;
}

void interrupt_forget(void (*f)(void))
{
	for (int k = 0; k < MOST_FUNCTIONS; k++)
		if (function[k] == f)
			function[k] = NULL;
}

void interrupt_forked(void)
{
	held = 0;
	for (int k = 0; k < MOST_FUNCTIONS; k++)
		function[k] = NULL;
}
