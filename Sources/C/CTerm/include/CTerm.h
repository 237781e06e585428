#ifndef STENO_CTERM_H
#define STENO_CTERM_H
#endif
