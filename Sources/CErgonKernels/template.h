// Names for code that is included once per element type and instruction set: define T (the type), S
// (its suffix) and, for tables of kernels, EK_ISA first. EK_S(ek_copy) is then ek_copy_f32, and
// EK_TABLE(ek_rows) is ek_rows_f32_avx2.
#ifndef EK_TEMPLATE_H
#define EK_TEMPLATE_H

#include <string.h>

#include "internal.h"

#define EK_PASTE_(a, b) a##_##b
#define EK_PASTE(a, b) EK_PASTE_(a, b)
#define EK_S(name) EK_PASTE(name, S)
#define EK_TABLE(name) EK_PASTE(EK_S(name), EK_ISA)
#define EK_PLAIN(name) EK_PASTE(EK_S(name), scalar)

// The tables of a family by instruction set, in the order of ek_isa; what this processor's kind
// cannot have is never asked for.
#if defined(__x86_64__)
#define EK_TABLES_(name) {&name##_scalar, &name##_avx2, &name##_avx512, &name##_scalar}
#elif defined(__aarch64__)
#define EK_TABLES_(name) {&name##_scalar, &name##_scalar, &name##_scalar, &name##_neon}
#else
#define EK_TABLES_(name) {&name##_scalar, &name##_scalar, &name##_scalar, &name##_scalar}
#endif
#define EK_TABLES(name) EK_TABLES_(name)

// How many elements of cheap and of costly work (a few and some dozens of instructions for each)
// are worth a piece of a parallel loop. Loops of up to two such pieces stay on their thread: less
// than about 15 us.
enum { EK_GRAIN_CHEAP = 1 << 16, EK_GRAIN_COSTLY = 1 << 14 };

// Elements at a time that pass through a buffer on the stack.
enum { EK_BLOCK = 512 };

#endif
