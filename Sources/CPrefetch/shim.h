#pragma once
#include <stdint.h>

// Asks the processor to bring the line of memory at an address into its caches. Any number will do:
// an address that cannot be read is passed over.
static inline __attribute__((always_inline)) void prefetch_line(uintptr_t address) {
  __builtin_prefetch((const void *)address);
}
