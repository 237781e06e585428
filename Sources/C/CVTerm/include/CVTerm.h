#ifndef STENO_CVTERM_H
#define STENO_CVTERM_H

#include <stddef.h>
#include <stdint.h>

/* An off-screen terminal: libvterm, whole in an arena of its own.
 *
 * libvterm cannot copy its state. Here it lives, with every pointer it has, in memory at one address, so that a copy of that memory
 * put back at the same address is the terminal as it was. A copy is written as its difference from the terminal's first
 * state, zeros left out: a few kilobytes.
 *
 * Scalars only. One terminal belongs to one caller at a time. */

typedef struct cvterm cvterm;

enum {
  CVTERM_BOLD = 1,
  CVTERM_UNDERLINE = 2,
  CVTERM_ITALIC = 4,
  CVTERM_REVERSE = 8,
  CVTERM_STRIKE = 16,
  CVTERM_BLINK = 32,
  /* Scalars of one cell: a character and its marks. */
  CVTERM_SCALARS = 6,
  CVTERM_MAX_ROWS = 256,
  CVTERM_MAX_COLUMNS = 512,
  /* Colours: a palette's number, CVTERM_RGB | 0xRRGGBB, or the terminal's own. */
  CVTERM_RGB = 0x1000000,
  CVTERM_OWN = 0x2000000
};

/* NULL where there is no memory for it. Sizes beyond the limits are cut to them. */
cvterm *cvterm_new(int rows, int columns);
void cvterm_free(cvterm *term);

/* Output of a program. Answers to the host, titles, bells and the clipboard go nowhere.
 * 0, or -1 where the bytes made libvterm write beyond its own memory: the terminal was then made anew, and is blank. */
int cvterm_feed(cvterm *term, const uint8_t *bytes, size_t count);
int cvterm_resize(cvterm *term, int rows, int columns);

int cvterm_rows(const cvterm *term);
int cvterm_columns(const cvterm *term);
/* Row and column of the cursor; 1 where it is to be seen. */
int cvterm_cursor(const cvterm *term, int *row, int *column);
int cvterm_alternate(const cvterm *term);

/* One cell. Returns how many scalars it has, 0 for a blank, -1 for the right half of a wide character. */
int cvterm_cell(const cvterm *term, int row, int column, uint32_t *scalars, int *width, int *attributes,
                uint32_t *foreground, uint32_t *background);

/* Writes a copy; returns its bytes. With less `room` than that, nothing beyond `room` is written, and it is to be called again. */
size_t cvterm_save(const cvterm *term, uint8_t *bytes, size_t room);
/* Puts a copy of this same terminal back. 0, or -1 where the bytes are no copy: the terminal is then blank. */
int cvterm_restore(cvterm *term, const uint8_t *bytes, size_t count);

#endif
