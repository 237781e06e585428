#ifndef STENO_CONFINEMENT_H
#define STENO_CONFINEMENT_H

#include <sys/prctl.h>

/// The variadic call, which Swift does not import. 0 where it was done.
static inline int steno_prctl(int option, unsigned long value) {
  return prctl(option, value, 0UL, 0UL, 0UL);
}

static inline int steno_prctl_dumpable(void) { return PR_SET_DUMPABLE; }
static inline int steno_prctl_no_new_privileges(void) { return PR_SET_NO_NEW_PRIVS; }

#endif
