#ifndef STENO_CTERM_H
#define STENO_CTERM_H

#include <stddef.h>
#include <stdint.h>

/* A terminal painted through curses. Scalars only: macros, variadic functions and globals stay on the C side.
 *
 * Curses never writes to the terminal itself. It writes into a file in memory, from which the caller takes the bytes of a
 * frame, looks at them, and sends them on. One terminal at a time, from one thread. */

enum {
  CTERM_BOLD = 1,
  CTERM_DIM = 2,
  CTERM_UNDERLINE = 4,
  CTERM_REVERSE = 8,
  CTERM_ITALIC = 16
};

/* 0, or: -1 no such terminal type, -2 it cannot move its cursor, -3 out of memory or descriptors. */
int cterm_open(const char *terminal, int height, int width);
void cterm_close(void);
void cterm_resize(int height, int width);
/* Colours that the terminal has: 0, 8, 16, 256 or more. */
int cterm_colours(void);
/* True where the terminal repeats a character that it was told to (ECMA-48 REP) and draws lines from DEC's special set. */
int cterm_repeats(void);
/* True where the terminal's cursor, erasing and colours are those of ECMA-48, and the last column waits before it wraps. */
int cterm_is_ecma48(void);
/* True where what is erased takes the colour that is set. */
int cterm_erases_in_colour(void);
/* True where the locale writes UTF-8. */
int cterm_is_utf8(void);
/* The pair of two colours, -1 being the terminal's own; 0 where there are no pairs left. */
int cterm_pair(int foreground, int background);
/* One cell: a scalar and the marks on it. */
void cterm_cell(int y, int x, const uint32_t *scalars, int count, int attributes, int pair);
/* Where the cursor stands; hidden where y is negative. */
void cterm_cursor(int y, int x);
/* The next refresh paints everything. */
void cterm_forget(void);
void cterm_refresh(void);
/* Bytes that curses has written since the last call, at most `room`; call again while it returns `room`. */
size_t cterm_take(uint8_t *bytes, size_t room);

/* The terminal's line settings: raw, and back as they were. */
int cterm_raw(int descriptor);
void cterm_cooked(int descriptor);
int cterm_size(int descriptor, int *height, int *width);
/* SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP and SIGINT write their number as one byte to `wake`; signals that end a process at once
 * restore the terminal first, writing `farewell` to `output`. */
void cterm_signals(int wake, int input, int output, const char *farewell);
void cterm_signals_end(void);
/* Stops this process as the terminal's own key would. Returns after it was continued. */
void cterm_stop(void);

#endif
