#ifndef STENO_SHA256_H
#define STENO_SHA256_H

#include <openssl/sha.h>
#include <stddef.h>

// OpenSSL 3.0's EVP_DigestInit_ex2 frees and allocates its context for every digest: 110 ns, which is half of what a
// tree's node costs. The functions below are the same code without it; they are called deprecated, and are there in all of 3.x.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/// SHA-256 of `first` followed by `second`; 32 bytes at `digest`.
static inline void steno_sha256(
    unsigned char *digest, const void *first, size_t first_count, const void *second, size_t second_count) {
  SHA256_CTX context;
  SHA256_Init(&context);
  if (first_count > 0) SHA256_Update(&context, first, first_count);
  if (second_count > 0) SHA256_Update(&context, second, second_count);
  SHA256_Final(digest, &context);
}

/// SHA-256 of one byte and what follows it.
static inline void steno_sha256_domain(unsigned char *digest, unsigned char domain, const void *bytes, size_t count) {
  steno_sha256(digest, &domain, 1, bytes, count);
}

/// SHA-256 of one byte and two times 32 bytes.
static inline void steno_sha256_node(
    unsigned char *digest, unsigned char domain, const void *left, const void *right) {
  unsigned char whole[65];
  whole[0] = domain;
  memcpy(whole + 1, left, 32);
  memcpy(whole + 33, right, 32);
  steno_sha256(digest, whole, 65, NULL, 0);
}

#pragma GCC diagnostic pop

#endif
