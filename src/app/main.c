/* main.c - the program: what holds for the whole process, and the lists of commands joined. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>
#include <gsl/gsl_errno.h>

#include "src/app/commands.h"

/* There only when the CBLAS is OpenBLAS, which may be exchanged at run time. */
extern void openblas_set_num_threads(int n) __attribute__((weak));

/* A program started without stdin, stdout or stderr would get their numbers for the next files it
 * opens, and messages would land in them.  /dev/null, opened the wrong way round, keeps the number
 * and still fails. */
static void fill_standard_files(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			_exit(1);
}

int main(int argc, char **argv)
{

	fill_standard_files();
	gsl_set_error_handler_off();
	signal(SIGPIPE, SIG_IGN);
#ifdef SIGXFSZ
	signal(SIGXFSZ, SIG_IGN);      /* a file that may not grow is an error to report, as a
	                                * full disk is */
#endif
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	if (openblas_set_num_threads)
		openblas_set_num_threads(1);   /* we thread above it */
	return command_main(argc, argv, program_commands);
}
