/* screen.c - see screen.h. */
#include "config.h"
#include "src/ui/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "src/ui/interrupt.h"
#include "src/ui/terminal.h"
#include "src/ui/terminal_writer.h"

#ifdef HAVE_CURSES
#include <curses.h>
#include <term.h>
#endif

/* Frames a second. */
#define RATE_LOCAL  20
#define RATE_REMOTE 10

double screen_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum ui_tier screen_tier(int ascii)
{
	const char *term = getenv("TERM");

	if (ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return UI_ASCII;
	return term && strcmp(term, "linux") == 0 ? UI_BLOCKS : UI_BRAILLE;
}

#ifdef HAVE_CURSES

/* curses never meets the terminal's output.  It writes each frame into a file in memory, from which
 * the writer takes it; a frame is drawn when the terminal has taken the last one.  So curses is
 * right about what the terminal shows, and waits for nothing.  Modes and size are set here. */
struct screen {
	SCREEN        *terminal;
	FILE          *frame;
	struct terminal_writer *out;
	WINDOW        *keys;              /* a pad: reading keys from it does not refresh */
	struct canvas *canvas, *shown;    /* the next frame, and the terminal's contents */
	int            fresh;             /* nothing has been sent yet */
	int            resized;           /* the window has been resized */
	double         last, every;       /* time of the last frame, frame interval; seconds */
	attr_t         style[UI_COLORS];
	attr_t         shade[1 + UI_SHADES];   /* [0] is unused; all 0 if glyphs show shades */
	attr_t         halves[UI_COLORS][UI_COLORS];   /* colour of the glyph, of its ground; 0:
	                                                * not to be had */
};

/* ---- signals: handlers belong to the process, so their data are static ---- */

static struct {
	int            active;
	struct terminal_writer *out;
	struct termios modes;             /* as they were before */
	char           restore[512];      /* bytes that restore a terminal */
	size_t         length;
} terminal;

static volatile sig_atomic_t asked_to_stop, continued, size_changed;

static const int crashing[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

enum { CRASHING = sizeof crashing / sizeof *crashing };

static struct sigaction before_crashing[CRASHING], before_stop, before_cont, before_winch;
static char *crash_stack;

/* A terminal that Ctrl-S has stopped goes on. */
static void restore_modes(void)
{
	struct termios started = terminal.modes;

	started.c_iflag &= ~(tcflag_t)IXON;
	tcsetattr(STDIN_FILENO, TCSANOW, &started);
	tcsetattr(STDIN_FILENO, TCSANOW, &terminal.modes);
}

/* Async-signal-safe: no curses. */
static void restore_terminal(void)
{
	if (!terminal.active)
		return;
	terminal.active = 0;
	restore_modes();
	terminal_writer_last(terminal.out, terminal.restore, terminal.length);
}

/* A fault is raised again when the handler returns, and then reaches the previous handler; a signal
 * that was sent must be raised again. abort() does so itself. */
static void on_crash(int number, siginfo_t *info, void *context)
{
	(void)context;
	restore_terminal();
	for (int k = 0; k < CRASHING; k++)
		if (crashing[k] == number)
			sigaction(number, &before_crashing[k], NULL);
	if (info->si_code <= 0)
		raise(number);
}

static void on_stop(int number)
{
	(void)number;
	asked_to_stop = 1;
}

static void on_cont(int number)
{
	(void)number;
	continued = 1;
}

static void on_winch(int number)
{
	(void)number;
	size_changed = 1;
}

static void catch_signals(void)
{
	struct sigaction crash = { .sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction stop = { .sa_handler = on_stop, .sa_flags = SA_RESTART };
	struct sigaction cont = { .sa_handler = on_cont, .sa_flags = SA_RESTART };
	struct sigaction winch = { .sa_handler = on_winch, .sa_flags = SA_RESTART };
	stack_t stack = { .ss_sp = crash_stack, .ss_size = (size_t)SIGSTKSZ };

	if (crash_stack)                  /* a handler cannot run on an overflowed stack */
		sigaltstack(&stack, NULL);
	interrupt_at_end(restore_terminal);
	for (int k = 0; k < CRASHING; k++)
		sigaction(crashing[k], &crash, &before_crashing[k]);
	sigaction(SIGTSTP, &stop, &before_stop);
	sigaction(SIGCONT, &cont, &before_cont);
	sigaction(SIGWINCH, &winch, &before_winch);
}

static void release_signals(void)
{
	stack_t none = { .ss_flags = SS_DISABLE };

	interrupt_forget(restore_terminal);
	for (int k = 0; k < CRASHING; k++)
		sigaction(crashing[k], &before_crashing[k], NULL);
	sigaction(SIGTSTP, &before_stop, NULL);
	sigaction(SIGCONT, &before_cont, NULL);
	sigaction(SIGWINCH, &before_winch, NULL);
	if (crash_stack)
		sigaltstack(&none, NULL);
	free(crash_stack);
	crash_stack = NULL;
}

/* ---- opening ---- */

static void add_restore(const char *capability)
{
	const char *text = tigetstr((char *)(uintptr_t)capability);
	size_t n;

	if (!text || text == (char *)-1)
		return;
	/* Skip padding such as "$<5>", which modern terminals do not need. */
	for (n = 0; text[n] && terminal.length < sizeof terminal.restore; n++) {
		if (text[n] == '$' && text[n + 1] == '<' && strchr(text + n, '>'))
			n = (size_t)(strchr(text + n, '>') - text);
		else
			terminal.restore[terminal.length++] = text[n];
	}
}

static void note_restore(void)
{
	static const char *const capability[] = { "sgr0", "op", "cnorm", "rmkx", "rmcup" };

	terminal.length = 0;
	for (size_t k = 0; k < sizeof capability / sizeof *capability; k++)
		add_restore(capability[k]);
}

static int color_number(int colors, int color)
{
	return colors >= 256 ? canvas_color_256((enum ui_color)color)
	                     : canvas_color_8((enum ui_color)color);
}

/* Cells of two colours, as many as there are pairs left: from pair `next` on. */
static void set_halves(struct screen *s, int colors, int next)
{
	for (int of = 0; of < UI_COLORS && colors >= 8; of++)
		for (int on = 1; on < UI_COLORS && next < COLOR_PAIRS && next < 256; on++)
			if (on != of && init_pair((short)next, (short)color_number(colors, of),
			                          (short)color_number(colors, on)) == OK)
				s->halves[of][on] = (attr_t)COLOR_PAIR(next++);
}

/* Set the styles for colours: of 256, of 8, or only bold and dim. */
static void set_styles(struct screen *s, int color)
{
	int colors = 0, next = UI_COLORS;

	if (color && has_colors() && start_color() == OK) {
		use_default_colors();
		colors = COLORS;
	}
	for (int k = 0; k < UI_COLORS; k++) {
		int number = color_number(colors, k);

		s->style[k] = A_NORMAL;
		if (colors >= 8 && number >= 0 && init_pair((short)k, (short)number, -1) == OK)
			s->style[k] = (attr_t)COLOR_PAIR(k);
		if (colors < 256 && (k == UI_YELLOW || k == UI_BLUE))
			s->style[k] |= A_BOLD;
	}
	for (int k = 1; k <= UI_SHADES && colors >= 256; k++, next++)
		if (init_pair((short)next, -1, (short)canvas_shade_256(k)) == OK)
			s->shade[k] = (attr_t)COLOR_PAIR(next);
	set_halves(s, colors, next);
}

/* Keys one by one, not echoed, and lines that end where they are told to. */
static void set_modes(void)
{
	struct termios m = terminal.modes;

	m.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL);
	m.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR);
	m.c_oflag &= ~(tcflag_t)ONLCR;
	m.c_cc[VMIN] = 1;
	m.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &m);
}

/* What keys send depends on the terminal's mode: ESC O C in the mode that the screen asks for, and
 * ESC [ C in the other one, as before the screen was up or where the request gets lost.  terminfo
 * knows one of them.  None may be read as Esc and two letters. */
static void know_keys(void)
{
	static const struct {
		const char *sent;
		int         key;
	} keys[] = {
		{ "\033[A", KEY_UP },     { "\033OA", KEY_UP },     { "\033[B", KEY_DOWN },
		{ "\033OB", KEY_DOWN },   { "\033[C", KEY_RIGHT },  { "\033OC", KEY_RIGHT },
		{ "\033[D", KEY_LEFT },   { "\033OD", KEY_LEFT },   { "\033[H", KEY_HOME },
		{ "\033OH", KEY_HOME },   { "\033[1~", KEY_HOME },  { "\033[7~", KEY_HOME },
		{ "\033[F", KEY_END },    { "\033OF", KEY_END },    { "\033[4~", KEY_END },
		{ "\033[8~", KEY_END },   { "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE },
	};

	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
		define_key(keys[k].sent, keys[k].key);
}

/* An empty file in memory, or at least without a name. */
static FILE *frame_open(void)
{
#ifdef HAVE_MEMFD_CREATE
	int fd = memfd_create("frame", MFD_CLOEXEC);
	FILE *f = fd >= 0 ? fdopen(fd, "w+") : NULL;

	if (f)
		return f;
	if (fd >= 0)
		close(fd);
#endif
	return tmpfile();
}

/* Hand what curses has written to the writer. */
static void pass_on(struct screen *s)
{
	int fd = fileno(s->frame);
	char part[4096];
	ssize_t n;

	fflush(s->frame);
	for (off_t at = 0; (n = pread(fd, part, sizeof part, at)) > 0; at += n)
		terminal_writer_add(s->out, part, (size_t)n);
	if (ftruncate(fd, 0) == 0)
		lseek(fd, 0, SEEK_SET);
	terminal_writer_send(s->out);
}

/* Tell curses the size of the terminal; nonzero if it has changed. */
static int follow_size(void)
{
	int w, h;

	if (terminal_size(STDOUT_FILENO, &w, &h) || (w == COLS && h == LINES))
		return 0;
	if (resize_term(h, w) != OK)
		return 0;
	clearok(curscr, TRUE);
	return 1;
}

static enum ry_status take_terminal(struct screen *s, const struct screen_options *o)
{
	int w, h;

	s->terminal = newterm(NULL, s->frame, stdin);
	if (!s->terminal)
		return ry_fail(RY_EMISSING, "no screen: TERM=%.40s cannot be used", getenv("TERM"));
	terminal.out = s->out;
	terminal.active = 1;
	note_restore();
	catch_signals();
	set_modes();
	set_escdelay(25);
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	typeahead(-1);                    /* a frame is drawn whole */
	set_styles(s, o->color);
	s->keys = newpad(1, 1);
	follow_size();
	getmaxyx(stdscr, h, w);
	s->canvas = canvas_alloc(w, h, screen_tier(o->ascii));
	s->shown = canvas_alloc(w, h, screen_tier(o->ascii));
	if (!s->keys || !s->canvas || !s->shown)
		return ry_fail_memory("a screen");
	keypad(s->keys, TRUE);
	know_keys();
	meta(s->keys, TRUE);
	nodelay(s->keys, TRUE);
	return RY_OK;
}

/* The reason why there can be no screen, or NULL. */
static const char *obstacle(void)
{
	return !isatty(STDIN_FILENO)    ? "stdin is not a terminal"
	       : !isatty(STDOUT_FILENO) ? "stdout is not a terminal"
	                                : terminal_obstacle();
}

struct screen *screen_open(const struct screen_options *o, enum ry_status *status)
{
	const char *why = obstacle();
	struct screen *s;

	if (why) {
		*status = ry_fail(RY_EMISSING, "no screen: %s", why);
		return NULL;
	}
	if (tcgetattr(STDIN_FILENO, &terminal.modes) != 0) {
		*status = ry_fail(RY_EMISSING, "no screen: %s", strerror(errno));
		return NULL;
	}
	s = calloc(1, sizeof *s);
	if (!s || !(s->frame = frame_open()) ||
	    !(s->out = terminal_writer_alloc(STDOUT_FILENO))) {
		*status = ry_fail_memory("a screen");
		screen_close(s);
		return NULL;
	}
	s->every = 1.0 / (getenv("SSH_CONNECTION") || getenv("SSH_TTY") ? RATE_REMOTE : RATE_LOCAL);
	s->fresh = 1;
	fflush(stdout);
	fflush(stderr);
	crash_stack = malloc((size_t)SIGSTKSZ);
	*status = take_terminal(s, o);
	if (*status) {
		screen_close(s);
		return NULL;
	}
	return s;
}

/* The last frame, and the main screen of the terminal again, in a second at most. */
static void give_back(struct screen *s)
{
	restore_modes();
	endwin();
	pass_on(s);
	if (terminal_writer_finish(s->out)) {
		terminal_writer_add(s->out, terminal.restore, terminal.length);
		terminal_writer_send(s->out);
	}
}

/* A window that has grown may keep lines of this screen: tmux moves some of them into the contents
 * of the main screen.  So erase them first if the terminal has a main screen to return to. */
static void leave_terminal(struct screen *s)
{
	const char *leave = tigetstr("rmcup");

	if (s->resized && leave && leave != (char *)-1) {
		erase();
		refresh();
	}
	give_back(s);
}

void screen_close(struct screen *s)
{
	if (!s)
		return;
	if (s->keys)
		delwin(s->keys);
	if (terminal.active)
		leave_terminal(s);
	if (terminal.active)
		release_signals();
	terminal.active = 0;
	free(crash_stack);
	crash_stack = NULL;
	if (s->terminal)
		delscreen(s->terminal);
	if (s->frame)
		fclose(s->frame);
	terminal_writer_free(s->out);
	canvas_free(s->canvas);
	canvas_free(s->shown);
	free(s);
}

/* ---- frames ---- */

double screen_wait(const struct screen *s)
{
	if (terminal_writer_send(s->out) > 0)
		return s->every;
	return fmax(s->last + s->every - screen_now(), 0);
}

int screen_due(const struct screen *s)
{
	return screen_wait(s) <= 0;
}

void screen_hurry(struct screen *s)
{
	s->last = 0;
}

struct canvas *screen_canvas(struct screen *s)
{
	int w, h;

	getmaxyx(stdscr, h, w);
	if (w == s->canvas->width && h == s->canvas->height) {
		canvas_clear(s->canvas);
		return s->canvas;
	}
	s->resized = 1;
	if (canvas_resize(s->canvas, w, h) || canvas_resize(s->shown, w, h)) {
		canvas_resize(s->canvas, 1, 1);       /* no memory or an impossible size */
		canvas_resize(s->shown, 1, 1);
	}
	s->fresh = 1;
	return s->canvas;
}

/* The pair of a cell of two colours; 0: it has one, or there is no such pair. */
static attr_t two_colors(const struct screen *s, const struct cell *cell)
{
	return cell->ground ? s->halves[cell->color][cell->ground - 1] : 0;
}

static attr_t attributes(const struct screen *s, const struct cell *cell)
{
	attr_t a = s->shade[cell->shade] ? s->shade[cell->shade]
	           : two_colors(s, cell) ? two_colors(s, cell)
	                                 : s->style[cell->color];

	if (cell->flags & UI_BOLD)
		a |= A_BOLD;
	if (cell->flags & UI_DIM)
		a |= A_DIM;
	if (cell->flags & UI_REVERSE)
		a |= A_REVERSE;
	return a;
}

static const char *shown_glyph(const struct screen *s, const struct cell *cell)
{
	return s->shade[cell->shade]                      ? " "
	       : cell->ground && !two_colors(s, cell) ? "█"
	                                              : cell->glyph;
}

/* Send a row, grouping cells of equal style. */
static void send_row(const struct screen *s, const struct cell *row, int y)
{
	int width = s->canvas->width;

	for (int x = 0, end; x < width; x = end) {
		char text[4 * 256 + 1];
		size_t used = 0;

		for (end = x; end < width && end < x + 256 && row[end].color == row[x].color &&
		              row[end].flags == row[x].flags &&
		              row[end].ground == row[x].ground && row[end].shade == row[x].shade;
		     end++)
			for (const char *g = shown_glyph(s, &row[end]); *g; g++)
				text[used++] = *g;
		attrset((int)attributes(s, &row[x]));
		mvaddnstr(y, x, text, (int)used);
	}
}

void screen_show(struct screen *s)
{
	struct canvas *last = s->shown;
	size_t row = (size_t)s->canvas->width * sizeof *s->canvas->cell;

	if (terminal_writer_send(s->out) > 0)
		return;
	if (s->fresh)
		erase();
	for (int y = 0; y < s->canvas->height; y++) {
		size_t at = (size_t)y * (size_t)s->canvas->width;

		if (s->fresh || memcmp(s->canvas->cell + at, last->cell + at, row) != 0)
			send_row(s, s->canvas->cell + at, y);
	}
	refresh();
	pass_on(s);
	s->shown = s->canvas;
	s->canvas = last;
	s->fresh = 0;
	s->last = screen_now();
}

/* ---- keys ---- */

/* Restore the terminal, stop, and reopen it when continued. */
static void stop_here(struct screen *s)
{
	struct sigaction own, usual = { .sa_handler = SIG_DFL };

	asked_to_stop = 0;
	give_back(s);
	sigaction(SIGTSTP, &usual, &own);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &own, NULL);
	continued = 1;
	s->fresh = 1;
}

static int translate(int key)
{
	switch (key) {
	case ERR:           return UI_KEY_NONE;
	case KEY_UP:        return UI_KEY_UP;
	case KEY_DOWN:      return UI_KEY_DOWN;
	case KEY_LEFT:      return UI_KEY_LEFT;
	case KEY_RIGHT:     return UI_KEY_RIGHT;
	case KEY_RESIZE:    return UI_KEY_RESIZE;
	case KEY_HOME:      return UI_KEY_HOME;
	case KEY_END:       return UI_KEY_END;
	case KEY_PPAGE:     return UI_KEY_PAGE_UP;
	case KEY_NPAGE:     return UI_KEY_PAGE_DOWN;
	case KEY_ENTER:     return UI_KEY_ENTER;
	case '\r':          return UI_KEY_ENTER;
	case '\n':          return UI_KEY_ENTER;
	case 27:            return UI_KEY_ESCAPE;
	case KEY_BACKSPACE: return UI_KEY_BACKSPACE;
	case '\b':          return UI_KEY_BACKSPACE;
	case 0x7f:          return UI_KEY_BACKSPACE;
	}
	return key;
}

static void serve_signals(struct screen *s)
{
	if (asked_to_stop)
		stop_here(s);
	if (continued) {
		continued = 0;
		set_modes();
		clearok(curscr, TRUE);
		screen_hurry(s);
	}
	size_changed = 0;
}

/* What poll() says about stdin now. */
static int input_state(void)
{
	struct pollfd p = { STDIN_FILENO, POLLIN, 0 };

	return poll(&p, 1, 0) == 1 ? p.revents : 0;
}

/* A closed terminal would answer "no key" at once, for ever; so would one that may not be read. */
static int read_key(struct screen *s)
{
	if (follow_size())
		return UI_KEY_RESIZE;
	for (int tries = 0; tries < 3 && !terminal_writer_gone(s->out); tries++) {
		int key = translate(wgetch(s->keys)), state;

		if (key != UI_KEY_NONE)
			return key;
		state = input_state();
		if (state & (POLLHUP | POLLERR | POLLNVAL))
			break;
		if (!(state & POLLIN))
			return UI_KEY_NONE;
	}
	return UI_KEY_GONE;
}

/* Wait for a key, or for room for what the writer still keeps; a signal ends it.  Nonzero if there
 * may be a key. */
static int wait_for_key(struct screen *s, double until)
{
	for (;;) {
		int kept = terminal_writer_send(s->out) > 0;
		double left = until - screen_now();
		struct pollfd p[] = { { STDIN_FILENO, POLLIN, 0 },
			              { terminal_writer_fd(s->out), POLLOUT, 0 } };

		if (left <= 0 || size_changed || asked_to_stop || continued)
			return 0;
		if (poll(p, kept ? 2 : 1, (int)(1000 * left + 0.999)) < 0 || p[0].revents)
			return p[0].revents != 0;
		if (kept && p[1].revents)
			poll(NULL, 0, 1);         /* room that is none is not asked for in haste */
	}
}

int screen_key(struct screen *s, double seconds)
{
	int key;

	serve_signals(s);
	key = read_key(s);
	if (key == UI_KEY_NONE && seconds > 0 &&
	    wait_for_key(s, screen_now() + fmin(seconds, 3600)))
		key = read_key(s);
	if (key == UI_KEY_RESIZE)
		s->fresh = 1;
	if (key != UI_KEY_NONE)
		screen_hurry(s);
	return key;
}

#else

/* Without curses screen_open() always fails, and the other functions are never called. */
struct screen *screen_open(const struct screen_options *o, enum ry_status *status)
{
	(void)o;
	*status = ry_fail(RY_EMISSING, "no screen: riley was built without ncurses");
	return NULL;
}

void screen_close(struct screen *s)
{
	(void)s;
}

int screen_due(const struct screen *s)
{
	(void)s;
	return 0;
}

void screen_hurry(struct screen *s)
{
	(void)s;
}

double screen_wait(const struct screen *s)
{
	(void)s;
	return 0;
}

struct canvas *screen_canvas(struct screen *s)
{
	(void)s;
	return NULL;
}

void screen_show(struct screen *s)
{
	(void)s;
}

int screen_key(struct screen *s, double seconds)
{
	(void)s;
	(void)seconds;
	return UI_KEY_NONE;
}

#endif
