#include "CVTerm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <vterm.h>

/* Arena: a head, then blocks one after the other up to `top`: a header of 16 bytes, the memory, a canary of 16 bytes. Free blocks are
 * zero inside, as is everything above `top`.
 * The size is address space, not memory: pages that were never touched cost nothing. The largest terminal allowed needs 12 MB,
 * twice that while it is resized. */
enum { ARENA = 96 << 20, ALIGNMENT = 16, WRITE = 4096 };

static const uint64_t MAGIC = 0x5354454e4f564431u, USED = 0x5ba1d0c0ffee0001u, UNUSED = 0x5ba1d0c0ffee0002u,
                      CANARY = 0xa5a5f00dcafe5a5au;

struct block {
  uint64_t size; /* of the memory, a multiple of ALIGNMENT */
  uint64_t state;
};

/* What a program saves with its cursor (DECSC): libvterm 0.1.4 has one place for it, without character sets; terminals have one for each
 * screen, with them. */
struct saved {
  int32_t row, column;
  int32_t attributes, font;
  VTermColor foreground, background;
  uint8_t sets[4];
  int32_t shift;
};

struct head {
  uint64_t magic;
  uint64_t top;
  VTerm *terminal;
  VTermScreen *screen;
  VTermState *state;
  int32_t visible, alternate;
  int32_t rows, columns;
  /* Where the filter stands in a control sequence that has begun, and what it has kept of it. */
  int32_t stage, kept;
  uint8_t sequence[64];
  /* The last character that was written, in UTF-8. */
  uint8_t last[4];
  int32_t last_length;
  /* Lines that a resize has pushed off the top. */
  uint32_t pushed;
  /* Character sets that are designated, and which of them is in use. */
  int32_t shift;
  uint8_t sets[4];
  struct saved saved[2];
} __attribute__((aligned(16)));

_Static_assert(sizeof(struct head) % 16 == 0, "blocks are aligned");

struct cvterm {
  uint8_t *arena;
  /* The arena as it was at first. */
  uint8_t *base;
  size_t base_size;
  int rows, columns;
};

static struct head *head_of(const cvterm *term) { return (struct head *)term->arena; }

static uint8_t *memory_of(struct block *block) { return (uint8_t *)(block + 1); }
static uint64_t *canary_of(struct block *block) { return (uint64_t *)(memory_of(block) + block->size); }
static struct block *next_of(struct block *block) {
  return (struct block *)(memory_of(block) + block->size + ALIGNMENT);
}

static void mark(struct block *block, uint64_t size, uint64_t state) {
  block->size = size;
  block->state = state;
  canary_of(block)[0] = CANARY;
  canary_of(block)[1] = CANARY;
}

static void *arena_malloc(size_t size, void *data) {
  uint8_t *arena = data;
  struct head *head = (struct head *)arena;
  if (size > ARENA) abort();
  size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  struct block *block = (struct block *)(arena + sizeof(struct head));
  struct block *end = (struct block *)(arena + head->top);
  for (; block < end; block = next_of(block)) {
    if (block->state != UNUSED || block->size < size) continue;
    uint64_t rest = block->size - size;
    if (rest >= 2 * ALIGNMENT + sizeof(struct block)) {
      memset(canary_of(block), 0, ALIGNMENT);
      mark(block, size, USED);
      mark(next_of(block), rest - ALIGNMENT - sizeof(struct block), UNUSED);
    } else {
      block->state = USED;
    }
    return memory_of(block);
  }
  /* libvterm does not look whether it was given memory. The limits on sizes keep this from happening. */
  if (head->top + sizeof(struct block) + size + ALIGNMENT > ARENA) abort();
  mark(end, size, USED);
  head->top = (uint8_t *)next_of(end) - arena;
  return memory_of(end);
}

static void arena_free(void *memory, void *data) {
  if (!memory) return;
  uint8_t *arena = data;
  struct head *head = (struct head *)arena;
  struct block *freed = (struct block *)memory - 1;
  memset(memory, 0, freed->size);
  freed->state = UNUSED;
  struct block *block = (struct block *)(arena + sizeof(struct head));
  uint8_t *end = arena + head->top;
  struct block *last_used = NULL;
  for (; (uint8_t *)block < end; block = next_of(block)) {
    while (block->state == UNUSED && (uint8_t *)next_of(block) < end && next_of(block)->state == UNUSED) {
      struct block *next = next_of(block);
      uint64_t size = block->size + ALIGNMENT + sizeof(struct block) + next->size;
      memset(canary_of(block), 0, ALIGNMENT);
      memset(next, 0, sizeof(struct block));
      block->size = size;
    }
    if (block->state == USED) last_used = block;
  }
  uint8_t *top = last_used ? (uint8_t *)next_of(last_used) : arena + sizeof(struct head);
  if (top < end) {
    /* At most one free block, zero inside, lies behind the last used one. */
    struct block *tail = (struct block *)top;
    memset(canary_of(tail), 0, ALIGNMENT);
    memset(tail, 0, sizeof(struct block));
    head->top = top - arena;
  }
}

static int is_sound(const cvterm *term) {
  struct head *head = head_of(term);
  if (head->magic != MAGIC || head->top > ARENA) return 0;
  struct block *block = (struct block *)(term->arena + sizeof(struct head));
  uint8_t *end = term->arena + head->top;
  while ((uint8_t *)block < end) {
    if (block->state != USED && block->state != UNUSED) return 0;
    if (block->size > (uint64_t)(end - memory_of(block))) return 0;
    if (canary_of(block)[0] != CANARY || canary_of(block)[1] != CANARY) return 0;
    block = next_of(block);
  }
  return (uint8_t *)block == end;
}

static VTermAllocatorFunctions functions = {arena_malloc, arena_free};

static int take_property(VTermProp property, VTermValue *value, void *user) {
  struct head *head = user;
  if (property == VTERM_PROP_CURSORVISIBLE) head->visible = value->boolean;
  if (property == VTERM_PROP_ALTSCREEN) head->alternate = value->boolean;
  return 1;
}

static int push_line(int columns, const VTermScreenCell *cells, void *user) {
  struct head *head = user;
  (void)columns;
  (void)cells;
  head->pushed++;
  return 1;
}

/* Lines are counted while the size changes only: libvterm copies each line that it pushes, cell by cell. */
static const VTermScreenCallbacks callbacks = {.settermprop = take_property},
                                  counting = {.settermprop = take_property, .sb_pushline = push_line};

static void drop(const char *bytes, size_t count, void *user) {
  (void)bytes;
  (void)count;
  (void)user;
}

static int limited(int value, int limit) { return value < 1 ? 1 : value > limit ? limit : value; }

/* libvterm 0.1.4 has no place for a wide character in one column. */
static int columns_within(int columns) { return limited(columns, CVTERM_MAX_COLUMNS) < 2 ? 2 : limited(columns, CVTERM_MAX_COLUMNS); }

static void begin(cvterm *term, int rows, int columns) {
  struct head *head = head_of(term);
  *head = (struct head){.magic = MAGIC, .top = sizeof(struct head), .visible = 1};
  head->rows = limited(rows, CVTERM_MAX_ROWS);
  head->columns = columns_within(columns);
  memset(head->sets, 'B', sizeof head->sets);
  for (int screen = 0; screen < 2; screen++) {
    head->saved[screen].foreground.type = VTERM_COLOR_DEFAULT_FG;
    head->saved[screen].background.type = VTERM_COLOR_DEFAULT_BG;
  }
  head->terminal = vterm_new_with_allocator(head->rows, head->columns, &functions, term->arena);
  vterm_set_utf8(head->terminal, 1);
  vterm_output_set_callback(head->terminal, drop, NULL);
  head->state = vterm_obtain_state(head->terminal);
  head->screen = vterm_obtain_screen(head->terminal);
  vterm_screen_set_callbacks(head->screen, &callbacks, head);
  vterm_screen_enable_altscreen(head->screen, 1);
  vterm_screen_set_damage_merge(head->screen, VTERM_DAMAGE_SCREEN);
  vterm_screen_reset(head->screen, 1);
}

/* Back to the first state, whatever the arena holds. */
static void revert(cvterm *term) {
  /* Beyond `top`, only what a broken terminal wrote could stand: the pages are given back and come again as zeros. */
  madvise(term->arena, ARENA, MADV_DONTNEED);
  memcpy(term->arena, term->base, term->base_size);
}

cvterm *cvterm_new(int rows, int columns) {
  cvterm *term = calloc(1, sizeof(cvterm));
  if (!term) return NULL;
  term->arena = mmap(NULL, ARENA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (term->arena == MAP_FAILED) {
    free(term);
    return NULL;
  }
  begin(term, rows, columns);
  term->base_size = head_of(term)->top;
  term->base = malloc(term->base_size);
  if (!term->base) {
    cvterm_free(term);
    return NULL;
  }
  memcpy(term->base, term->arena, term->base_size);
  return term;
}

void cvterm_free(cvterm *term) {
  if (!term) return;
  munmap(term->arena, ARENA);
  free(term->base);
  free(term);
}

/* libvterm 0.1.4 does not survive a control sequence of more than 16 numbers, a repetition of nothing (REP), or writes of megabytes.
 * What it is given is therefore filtered: strings (titles, clipboards, device control) and switches of the character set as a
 * whole are left out, sequences that are longer than any real one too; repetitions are written out. ECMA-48, 5.4, 8.3.89, 8.3.103. */

enum { GROUND, ESCAPED, CONTROL, STRING, STRING_ESCAPED };
enum { NUMBERS = 14, DIGITS = 4 };

/* Numbers of more than four digits are made 9999: no terminal is larger. */
static int may_pass(struct head *head) {
  uint8_t *sequence = head->sequence;
  if (sequence[1] != '[') return sequence[1] != '%';
  int numbers = 1, digits = 0, length = 2;
  for (int index = 2; index < head->kept; index++) {
    uint8_t byte = sequence[index];
    if (byte >= '0' && byte <= '9') {
      if (++digits > DIGITS) {
        memset(sequence + length - DIGITS, '9', DIGITS);
        continue;
      }
    } else {
      digits = 0;
      if ((byte == ';' || byte == ':') && ++numbers > NUMBERS) return 0;
    }
    sequence[length++] = byte;
  }
  head->kept = length;
  return 1;
}

/* Takes one byte of a sequence. Returns 1 where it is complete and may pass. */
static int take(struct head *head, uint8_t byte) {
  if (byte == 0x18 || byte == 0x1a) {
    head->stage = GROUND;
    return 0;
  }
  if (byte == 0x1b) {
    head->stage = head->stage == STRING ? STRING_ESCAPED : ESCAPED;
    head->sequence[0] = byte;
    head->kept = 1;
    return 0;
  }
  if (head->stage == STRING_ESCAPED) {
    /* The string's end, or another sequence that ends it. */
    head->stage = byte == '\\' ? GROUND : ESCAPED;
    if (head->stage == GROUND) return 0;
  }
  if (head->stage == STRING) {
    if (byte == 0x07) head->stage = GROUND;
    return 0;
  }
  if (byte < 0x20 || byte == 0x7f) return 0;
  if (byte >= 0x80) {
    head->stage = GROUND;
    return 0;
  }
  if (head->kept < (int)sizeof head->sequence) head->sequence[head->kept] = byte;
  /* A sequence too long to be kept is followed to its end, and not passed. */
  if (head->kept <= (int)sizeof head->sequence) head->kept++;
  if (head->stage == ESCAPED && head->kept == 2) {
    switch (byte) {
      case '[':
        head->stage = CONTROL;
        return 0;
      case ']': case 'P': case '_': case '^': case 'X':
        head->stage = STRING;
        return 0;
    }
  }
  if (byte < (head->stage == CONTROL ? 0x40 : 0x30)) return 0;
  head->stage = GROUND;
  return head->kept <= (int)sizeof head->sequence && may_pass(head);
}

static int write_out(cvterm *term, const uint8_t *bytes, size_t count) {
  while (count > 0) {
    size_t piece = count < WRITE ? count : WRITE;
    vterm_input_write(head_of(term)->terminal, (const char *)bytes, piece);
    bytes += piece;
    count -= piece;
    if (!is_sound(term)) {
      revert(term);
      return -1;
    }
  }
  return 0;
}

static uint32_t colour_code(VTermColor colour);

/* The sequence that makes a pen. */
static int pen_text(const struct saved *saved, char *text, size_t room) {
  int length = snprintf(text, room, "\033[0");
  static const char codes[] = {1, 4, 3, 7, 9, 5};
  for (int bit = 0; bit < 6; bit++) {
    if (saved->attributes & 1 << bit) length += snprintf(text + length, room - (size_t)length, ";%d", codes[bit]);
  }
  for (int side = 0; side < 2; side++) {
    uint32_t colour = colour_code(side ? saved->background : saved->foreground);
    int code = side ? 48 : 38;
    if (colour == CVTERM_OWN) continue;
    if (colour & CVTERM_RGB) {
      length += snprintf(text + length, room - (size_t)length, ";%d;2;%u;%u;%u", code, colour >> 16 & 255,
                         colour >> 8 & 255, colour & 255);
    } else {
      length += snprintf(text + length, room - (size_t)length, ";%d;5;%u", code, colour);
    }
  }
  return length + snprintf(text + length, room - (size_t)length, "m");
}

static void save_cursor(cvterm *term) {
  struct head *head = head_of(term);
  struct saved *saved = &head->saved[head->alternate ? 1 : 0];
  int row, column;
  cvterm_cursor(term, &row, &column);
  *saved = (struct saved){.row = row, .column = column, .shift = head->shift};
  memcpy(saved->sets, head->sets, sizeof saved->sets);
  static const VTermAttr attributes[] = {VTERM_ATTR_BOLD,    VTERM_ATTR_UNDERLINE, VTERM_ATTR_ITALIC,
                                         VTERM_ATTR_REVERSE, VTERM_ATTR_STRIKE,    VTERM_ATTR_BLINK};
  VTermValue value;
  for (int bit = 0; bit < 6; bit++) {
    memset(&value, 0, sizeof value);
    if (vterm_state_get_penattr(head->state, attributes[bit], &value) && value.number) saved->attributes |= 1 << bit;
  }
  vterm_state_get_penattr(head->state, VTERM_ATTR_FOREGROUND, &value);
  saved->foreground = value.color;
  vterm_state_get_penattr(head->state, VTERM_ATTR_BACKGROUND, &value);
  saved->background = value.color;
}

/* What was never saved is a terminal's first state. */
static void restore_cursor(cvterm *term) {
  struct head *head = head_of(term);
  const struct saved *saved = &head->saved[head->alternate ? 1 : 0];
  char text[256];
  int length = pen_text(saved, text, sizeof text);
  for (int set = 0; set < 4; set++) {
    head->sets[set] = saved->sets[set] ? saved->sets[set] : 'B';
    length += snprintf(text + length, sizeof text - (size_t)length, "\033%c%c", "()*+"[set], head->sets[set]);
  }
  head->shift = saved->shift;
  length += snprintf(text + length, sizeof text - (size_t)length, "%c\033[?6l\033[%d;%dH", head->shift ? 0x0e : 0x0f,
                     limited(saved->row + 1, head->rows), limited(saved->column + 1, head->columns));
  vterm_input_write(head->terminal, text, (size_t)length);
}

static void write_text(cvterm *term, const char *text) {
  vterm_input_write(head_of(term)->terminal, text, strlen(text));
}

static int is(const struct head *head, const char *text) {
  return head->kept == (int)strlen(text) && !memcmp(head->sequence, text, strlen(text));
}

/* Does what libvterm does otherwise than terminals do: the saved cursor, and the switch between 80 and 132 columns, which empties the
 * screen. All that came before has been written. 0 where the sequence is another. */
static int carry_out(cvterm *term) {
  struct head *head = head_of(term);
  if (is(head, "\0337") || is(head, "\033[s") || is(head, "\033[?1048h")) {
    save_cursor(term);
  } else if (is(head, "\0338") || is(head, "\033[u") || is(head, "\033[?1048l")) {
    restore_cursor(term);
  } else if (is(head, "\033[?1049h")) {
    if (!head->alternate) save_cursor(term);
    write_text(term, "\033[?1047h");
  } else if (is(head, "\033[?1049l")) {
    int was = head->alternate;
    write_text(term, "\033[?1047l");
    if (was) restore_cursor(term);
  } else if (is(head, "\033[?3h") || is(head, "\033[?3l")) {
    write_text(term, "\033[r\033[H\033[2J");
  } else {
    if (head->kept == 3 && head->sequence[1] >= '(' && head->sequence[1] <= '+') {
      head->sets[head->sequence[1] - '('] = head->sequence[2];
    } else if (is(head, "\033c") || is(head, "\033[!p")) {
      memset(head->sets, 'B', sizeof head->sets);
      head->shift = 0;
      memset(head->saved, 0, sizeof head->saved);
      for (int screen = 0; screen < 2; screen++) {
        head->saved[screen].foreground.type = VTERM_COLOR_DEFAULT_FG;
        head->saved[screen].background.type = VTERM_COLOR_DEFAULT_BG;
      }
    }
    return 0;
  }
  return 1;
}

/* DEC's special graphics have a blank where ASCII has a low line; libvterm 0.1.4 leaves the line. */
static void copy_run(struct head *head, uint8_t *out, const uint8_t *run, size_t length) {
  memcpy(out, run, length);
  if (head->sets[0] != '0' && head->sets[1] != '0' && !memchr(run, 0x0e, length) && !memchr(run, 0x0f, length)) return;
  for (size_t index = 0; index < length; index++) {
    if (run[index] == 0x0e || run[index] == 0x0f) head->shift = run[index] == 0x0e;
    if (run[index] == '_' && head->sets[head->shift ? 1 : 0] == '0') out[index] = ' ';
  }
}

static void remember(struct head *head, const uint8_t *run, size_t length) {
  size_t start = length;
  while (start > 0 && length - start < 4) {
    start--;
    if ((run[start] & 0xc0) == 0x80) continue;
    head->last_length = run[start] < 0x20 || run[start] == 0x7f ? 0 : (int)(length - start);
    memcpy(head->last, run + start, length - start);
    return;
  }
  /* The rest of a character whose first bytes came before. */
  if (start == 0 && head->last_length > 0 && (size_t)head->last_length + length <= sizeof head->last) {
    memcpy(head->last + head->last_length, run, length);
    head->last_length += (int32_t)length;
    return;
  }
  head->last_length = 0;
}

/* Whether a sequence is one that is carried out here. */
static int is_ours(const struct head *head) {
  static const char *const ours[] = {"\0337",       "\0338",       "\033[s",     "\033[u",   "\033[?1048h",
                                     "\033[?1048l", "\033[?1049h", "\033[?1049l", "\033[?3h", "\033[?3l"};
  for (size_t index = 0; index < sizeof ours / sizeof *ours; index++) {
    if (is(head, ours[index])) return 1;
  }
  return 0;
}

/* How often a sequence wants the last character again, within a line; -1 where it is another sequence. */
static int repetition(const cvterm *term) {
  const struct head *head = head_of(term);
  if (head->sequence[1] != '[' || head->sequence[head->kept - 1] != 'b') return -1;
  int count = 0;
  for (int index = 2; index < head->kept - 1; index++) {
    if (head->sequence[index] < '0' || head->sequence[index] > '9') return 0;
    count = count * 10 + head->sequence[index] - '0';
  }
  return head->last_length == 0 ? 0 : limited(count, head->columns);
}

int cvterm_feed(cvterm *term, const uint8_t *bytes, size_t count) {
  uint8_t out[WRITE];
  size_t length = 0, at = 0;
  int result = 0;
  while (at < count || length > 0) {
    if (length + sizeof head_of(term)->sequence > WRITE || at == count) {
      if (write_out(term, out, length)) result = -1;
      length = 0;
      continue;
    }
    struct head *head = head_of(term);
    if (head->stage == GROUND) {
      const uint8_t *escape = memchr(bytes + at, 0x1b, count - at);
      size_t run = escape ? (size_t)(escape - bytes) - at : count - at;
      if (run > WRITE - length) run = WRITE - length;
      copy_run(head, out + length, bytes + at, run);
      if (run > 0) remember(head, out + length, run);
      length += run;
      at += run;
      if (at < count && length < WRITE) take(head, bytes[at++]);
    } else if (take(head, bytes[at++])) {
      int again = repetition(term);
      if (again >= 0) {
        /* At most 2 KB. */
        if (length + (size_t)(again * head->last_length) > WRITE) {
          if (write_out(term, out, length)) result = -1;
          length = 0;
        }
        for (; again > 0; again--, length += (size_t)head->last_length) {
          memcpy(out + length, head->last, (size_t)head->last_length);
        }
        continue;
      }
      if (is_ours(head)) {
        if (write_out(term, out, length)) result = -1;
        length = 0;
        carry_out(term);
        continue;
      }
      carry_out(term);
      memcpy(out + length, head->sequence, (size_t)head->kept);
      length += (size_t)head->kept;
    }
  }
  return result;
}

/* libvterm 0.1.4 keeps margins and the saved cursor as they were when it makes a terminal smaller, and moves the cursor above the top:
 * later writes go beyond its memory. So margins and insertion are reset first, as terminals do; and the cursor is put on the last line, where it
 * cannot leave the screen, and back afterwards. Its saved places are kept here, and looked at when they are used. */
int cvterm_resize(cvterm *term, int rows, int columns) {
  struct head *head = head_of(term);
  rows = limited(rows, CVTERM_MAX_ROWS);
  columns = columns_within(columns);
  if (rows == head->rows && columns == head->columns) return 0;
  int row, column;
  cvterm_cursor(term, &row, &column);
  char text[64];
  int length = snprintf(text, sizeof text, "\033[?6l\033[?69l\033[r\033[4l\033[%d;%dH", head->rows, column + 1);
  vterm_input_write(head->terminal, text, (size_t)length);
  head->pushed = 0;
  vterm_screen_set_callbacks(head->screen, &counting, head);
  vterm_set_size(head->terminal, rows, columns);
  vterm_screen_set_callbacks(head->screen, &callbacks, head);
  head->rows = rows;
  head->columns = columns;
  row = limited(row - (int)head->pushed + 1, rows) - 1;
  length = snprintf(text, sizeof text, "\033[%d;%dH", row + 1, limited(column + 1, columns));
  head->pushed = 0;
  vterm_input_write(head->terminal, text, (size_t)length);
  if (is_sound(term)) return 0;
  revert(term);
  return -1;
}

int cvterm_rows(const cvterm *term) { return head_of(term)->rows; }
int cvterm_columns(const cvterm *term) { return head_of(term)->columns; }
int cvterm_alternate(const cvterm *term) { return head_of(term)->alternate; }

int cvterm_cursor(const cvterm *term, int *row, int *column) {
  VTermPos place;
  vterm_state_get_cursorpos(head_of(term)->state, &place);
  *row = limited(place.row + 1, head_of(term)->rows) - 1;
  *column = limited(place.col + 1, head_of(term)->columns) - 1;
  return head_of(term)->visible != 0;
}

static uint32_t colour_code(VTermColor colour) {
  if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour)) return CVTERM_OWN;
  if (VTERM_COLOR_IS_INDEXED(&colour)) return colour.indexed.idx;
  return CVTERM_RGB | (uint32_t)colour.rgb.red << 16 | (uint32_t)colour.rgb.green << 8 | colour.rgb.blue;
}

int cvterm_cell(const cvterm *term, int row, int column, uint32_t *scalars, int *width, int *attributes,
                uint32_t *foreground, uint32_t *background) {
  VTermScreenCell cell;
  memset(&cell, 0, sizeof cell);
  if (!vterm_screen_get_cell(head_of(term)->screen, (VTermPos){row, column}, &cell)) {
    *width = 1;
    *attributes = 0;
    *foreground = *background = CVTERM_OWN;
    return 0;
  }
  *width = cell.width;
  *attributes = (cell.attrs.bold ? CVTERM_BOLD : 0) | (cell.attrs.underline ? CVTERM_UNDERLINE : 0) |
                (cell.attrs.italic ? CVTERM_ITALIC : 0) | (cell.attrs.reverse ? CVTERM_REVERSE : 0) |
                (cell.attrs.strike ? CVTERM_STRIKE : 0) | (cell.attrs.blink ? CVTERM_BLINK : 0);
  *foreground = colour_code(cell.fg);
  *background = colour_code(cell.bg);
  if (cell.chars[0] == (uint32_t)-1) return -1;
  int count = 0;
  while (count < CVTERM_SCALARS && cell.chars[count] != 0) {
    scalars[count] = cell.chars[count];
    count++;
  }
  return count;
}

/* A copy: runs, each of two numbers of 2 bytes and words: how many are as at first, how many are not, and those. Words are 4 bytes, XORed
 * with the first state's, which is zero beyond its end. */

enum { WORD = 4, RUN = 0xffff };

static uint32_t word(const uint8_t *bytes, size_t size, size_t index) {
  uint32_t value = 0;
  if ((index + 1) * WORD <= size) memcpy(&value, bytes + index * WORD, WORD);
  return value;
}

static void put(uint8_t *bytes, size_t room, size_t *at, const void *value, size_t size) {
  if (*at + size <= room) memcpy(bytes + *at, value, size);
  *at += size;
}

size_t cvterm_save(const cvterm *term, uint8_t *bytes, size_t room) {
  uint64_t top = head_of(term)->top;
  size_t words = (top > term->base_size ? top : term->base_size) / WORD, at = 0, index = 0;
  while (index < words) {
    uint16_t same = 0, differ = 0;
    while (index < words && same < RUN &&
           word(term->arena, ARENA, index) == word(term->base, term->base_size, index)) {
      same++;
      index++;
    }
    size_t start = index;
    while (index < words && differ < RUN &&
           word(term->arena, ARENA, index) != word(term->base, term->base_size, index)) {
      differ++;
      index++;
    }
    put(bytes, room, &at, &same, 2);
    put(bytes, room, &at, &differ, 2);
    for (size_t place = start; place < index; place++) {
      uint32_t value = word(term->arena, ARENA, place) ^ word(term->base, term->base_size, place);
      put(bytes, room, &at, &value, WORD);
    }
  }
  return at;
}

int cvterm_restore(cvterm *term, const uint8_t *bytes, size_t count) {
  uint64_t old = head_of(term)->top;
  memcpy(term->arena, term->base, term->base_size);
  if (old > term->base_size) memset(term->arena + term->base_size, 0, old - term->base_size);
  size_t at = 0, index = 0;
  while (at < count) {
    uint16_t same, differ;
    if (count - at < 4) goto broken;
    memcpy(&same, bytes + at, 2);
    memcpy(&differ, bytes + at + 2, 2);
    at += 4;
    index += same;
    if (differ > (count - at) / WORD || index + differ > ARENA / WORD) goto broken;
    for (uint16_t step = 0; step < differ; step++, index++, at += WORD) {
      uint32_t value, there;
      memcpy(&value, bytes + at, WORD);
      memcpy(&there, term->arena + index * WORD, WORD);
      value ^= there;
      memcpy(term->arena + index * WORD, &value, WORD);
    }
  }
  if (is_sound(term)) return 0;
broken:
  revert(term);
  return -1;
}
