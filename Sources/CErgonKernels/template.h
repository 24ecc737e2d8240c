// Names for code that is included once per element type: define T (the type) and S (its suffix)
// first; EK_S(ek_copy) is then ek_copy_f32 and so on.
#ifndef EK_TEMPLATE_H
#define EK_TEMPLATE_H

#include <math.h>
#include <string.h>

#include "ergon_kernels.h"

#define EK_PASTE_(a, b) a##_##b
#define EK_PASTE(a, b) EK_PASTE_(a, b)
#define EK_S(name) EK_PASTE(name, S)

#define EK_INLINE static inline __attribute__((always_inline))

static inline ek_int ek_min(ek_int a, ek_int b) { return a < b ? a : b; }

#endif
