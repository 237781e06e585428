#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED 1
#include "CTerm.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

static SCREEN *screen;
static FILE *output;
static FILE *input;
static int memory = -1;
static int has_pairs;
static int next_pair;
static struct { short used; int foreground, background, pair; } pairs[1024];

static void close_files(void) {
  if (output) fclose(output);
  else if (memory >= 0) close(memory);
  if (input) fclose(input);
  output = input = NULL;
  memory = -1;
}

int cterm_open(const char *terminal, int height, int width) {
  int error = 0;
  char number[16];
  setlocale(LC_ALL, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
    const char *all = getenv("LC_ALL"), *type = getenv("LC_CTYPE"), *lang = getenv("LANG");
    int said = (all && *all) || (type && *type) || (lang && *lang);
    /* Where nobody has said anything, UTF-8 is what terminals of today speak. */
    if (!said) setlocale(LC_ALL, "C.UTF-8");
  }
  memory = memfd_create("screen", MFD_CLOEXEC);
  if (memory < 0) return -3;
  output = fdopen(memory, "r+");
  input = fopen("/dev/null", "re");
  if (!output || !input) {
    close_files();
    return -3;
  }
  if (setupterm(terminal, memory, &error) != OK) {
    close_files();
    return -1;
  }
  if (!cursor_address || generic_type || hard_copy) {
    del_curterm(cur_term);
    close_files();
    return -2;
  }
  /* The file in memory has no size: curses would take terminfo's own, and confine scrolling to it. */
  snprintf(number, sizeof number, "%d", height);
  setenv("LINES", number, 1);
  snprintf(number, sizeof number, "%d", width);
  setenv("COLUMNS", number, 1);
  screen = newterm(terminal, output, input);
  unsetenv("LINES");
  unsetenv("COLUMNS");
  if (!screen) {
    close_files();
    return -1;
  }
  set_term(screen);
  /* The size comes from the caller: the file in memory has none. */
  resizeterm(height, width);
  scrollok(stdscr, FALSE);
  leaveok(stdscr, FALSE);
  has_pairs = has_colors() && start_color() == OK;
  if (has_pairs) use_default_colors();
  next_pair = 1;
  memset(pairs, 0, sizeof pairs);
  return 0;
}

void cterm_close(void) {
  if (!screen) return;
  curs_set(1);
  if (!exit_ca_mode) {
    /* There is no first screen to go back to: the shell gets an empty one, and no prompt in the middle of ours. */
    erase();
    refresh();
  }
  endwin();
}

void cterm_resize(int height, int width) {
  resizeterm(height, width);
  erase();
  clearok(curscr, TRUE);
}

int cterm_colours(void) { return has_pairs ? COLORS : 0; }

int cterm_repeats(void) {
  return repeat_char != NULL && strstr(repeat_char, "\033[") != NULL && tigetnum("U8") != 1 &&
         enter_alt_charset_mode != NULL && strcmp(enter_alt_charset_mode, "\033(0") == 0;
}

static int is(const char *capability, const char *expected) {
  return capability != NULL && capability != (char *)-1 && strcmp(capability, expected) == 0;
}

int cterm_is_ecma48(void) {
  const char *reset = exit_attribute_mode;
  return is(cursor_address, "\033[%i%p1%d;%p2%dH") && is(clr_eol, "\033[K") && is(parm_right_cursor, "\033[%p1%dC") &&
         is(carriage_return, "\r") && auto_right_margin && eat_newline_glitch && reset != NULL &&
         (strstr(reset, "\033[m") != NULL || strstr(reset, "\033[0m") != NULL || strstr(reset, "\033[0;") != NULL);
}

int cterm_erases_in_colour(void) { return back_color_erase; }

int cterm_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

int cterm_pair(int foreground, int background) {
  unsigned slot;
  if (!has_pairs || (foreground < 0 && background < 0)) return 0;
  slot = ((unsigned)(foreground + 1) * 263u + (unsigned)(background + 1)) % 1024u;
  for (int tries = 0; tries < 1024; tries++, slot = (slot + 1) % 1024u) {
    if (!pairs[slot].used) {
      if (next_pair >= COLOR_PAIRS || next_pair >= 1000) return 0;
      if (init_extended_pair(next_pair, foreground, background) == ERR) return 0;
      pairs[slot].used = 1;
      pairs[slot].foreground = foreground;
      pairs[slot].background = background;
      pairs[slot].pair = next_pair++;
    }
    if (pairs[slot].foreground == foreground && pairs[slot].background == background) return pairs[slot].pair;
  }
  return 0;
}

void cterm_cell(int y, int x, const uint32_t *scalars, int count, int attributes, int pair) {
  wchar_t text[CCHARW_MAX + 1];
  attr_t attrs = A_NORMAL;
  cchar_t cell;
  int used = 0;
  for (; used < count && used < CCHARW_MAX - 1; used++) text[used] = (wchar_t)scalars[used];
  text[used] = 0;
  if (attributes & CTERM_BOLD) attrs |= A_BOLD;
  if (attributes & CTERM_DIM) attrs |= A_DIM;
  if (attributes & CTERM_UNDERLINE) attrs |= A_UNDERLINE;
  if (attributes & CTERM_REVERSE) attrs |= A_REVERSE;
  if (attributes & CTERM_ITALIC) attrs |= A_ITALIC;
  if (setcchar(&cell, text, attrs, (short)(pair > 32767 ? 0 : pair), &pair) == ERR) return;
  mvadd_wch(y, x, &cell);
}

void cterm_cursor(int y, int x) {
  if (y < 0) {
    curs_set(0);
  } else {
    curs_set(1);
    move(y, x);
  }
}

void cterm_forget(void) { clearok(curscr, TRUE); }

void cterm_refresh(void) { refresh(); }

size_t cterm_take(uint8_t *bytes, size_t room) {
  static off_t at;
  ssize_t got;
  if (memory < 0) return 0;
  fflush(output);
  got = pread(memory, bytes, room, at);
  if (got < 0) got = 0;
  at += got;
  if ((size_t)got < room) {
    /* All is taken: the file starts anew. */
    if (ftruncate(memory, 0) == 0) lseek(memory, 0, SEEK_SET);
    at = 0;
  }
  return (size_t)got;
}

static struct termios before;
static int have_before;

int cterm_raw(int descriptor) {
  struct termios raw;
  if (tcgetattr(descriptor, &raw) != 0) return -1;
  if (!have_before) {
    before = raw;
    have_before = 1;
  }
  cfmakeraw(&raw);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  return tcsetattr(descriptor, TCSADRAIN, &raw);
}

void cterm_cooked(int descriptor) {
  if (have_before) tcsetattr(descriptor, TCSADRAIN, &before);
}

int cterm_size(int descriptor, int *height, int *width) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return -1;
  *height = size.ws_row;
  *width = size.ws_col;
  return 0;
}

static volatile int wake_descriptor = -1;
static int terminal_input = -1, terminal_output = -1;
static char last_words[128];
static volatile size_t last_length;
static const int woken[] = {SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP, SIGINT};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGQUIT};
static struct sigaction old_woken[6], old_fatal[8];

static void on_wake(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  if (wake_descriptor >= 0 && write(wake_descriptor, &byte, 1) < 0) { /* a full pipe wakes as well */
  }
  errno = saved;
}

static void on_fatal(int number) {
  if (terminal_output >= 0 && last_length > 0 && write(terminal_output, last_words, last_length) < 0) {
  }
  if (have_before && terminal_input >= 0) tcsetattr(terminal_input, TCSANOW, &before);
  for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
    if (fatal[i] == number) sigaction(number, &old_fatal[i], NULL);
  raise(number);
}

void cterm_signals(int wake, int in, int out, const char *farewell) {
  struct sigaction action;
  wake_descriptor = wake;
  terminal_input = in;
  terminal_output = out;
  last_length = strlen(farewell) < sizeof last_words ? strlen(farewell) : 0;
  memcpy(last_words, farewell, last_length);
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  action.sa_handler = on_wake;
  for (size_t i = 0; i < sizeof woken / sizeof *woken; i++) sigaction(woken[i], &action, &old_woken[i]);
  action.sa_flags = SA_RESETHAND | SA_ONSTACK;
  action.sa_handler = on_fatal;
  for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) sigaction(fatal[i], &action, &old_fatal[i]);
}

void cterm_signals_end(void) {
  for (size_t i = 0; i < sizeof woken / sizeof *woken; i++) sigaction(woken[i], &old_woken[i], NULL);
  for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) sigaction(fatal[i], &old_fatal[i], NULL);
  wake_descriptor = -1;
}

void cterm_stop(void) {
  sigset_t stop, mask;
  struct sigaction action, kept;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &action, &kept);
  /* To this thread, so that it has stopped before the old action is back: a signal to the process may come later. */
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
  raise(SIGTSTP);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  sigaction(SIGTSTP, &kept, NULL);
}
