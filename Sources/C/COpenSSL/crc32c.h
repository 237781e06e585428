#ifndef STENO_CRC32C_H
#define STENO_CRC32C_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Whether this processor has the CRC32 instruction (SSE 4.2).
static inline int steno_crc32c_available(void) {
#if defined(__x86_64__)
  uint32_t a = 1, b, c = 0, d;
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  return (c >> 20) & 1;
#else
  return 0;
#endif
}

/// Carries a CRC-32C (its raw register, neither inverted before nor after) over `count` bytes.
/// Only where `steno_crc32c_available` says so.
static inline uint32_t steno_crc32c(uint32_t state, const void *bytes, size_t count) {
#if defined(__x86_64__)
  const unsigned char *next = (const unsigned char *)bytes;
  uint64_t wide = state;
  while (count >= 8) {
    uint64_t word;
    memcpy(&word, next, 8);
    __asm__("crc32q %1, %0" : "+r"(wide) : "rm"(word));
    next += 8;
    count -= 8;
  }
  state = (uint32_t)wide;
  while (count > 0) {
    __asm__("crc32b %1, %0" : "+r"(state) : "rm"(*next));
    next += 1;
    count -= 1;
  }
  return state;
#else
  (void)bytes;
  (void)count;
  return state;
#endif
}

#endif
