// Products of floating-point rows for NEON.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "template.h"

#define EK_ISA neon
#define EK_VECTOR_BYTES 16
#define EK_NATIVE_HALF
#define EK_FLOAT_TOKENS 6
#define EK_FLOAT_ROWS(T) ((T) == 1 ? 1 : (T) <= 3 ? 8 : 4)
#define EK_FLOAT_CASES \
  EK_FLOAT_CASE(1) EK_FLOAT_CASE(2) EK_FLOAT_CASE(3) EK_FLOAT_CASE(4) EK_FLOAT_CASE(5) \
  EK_FLOAT_CASE(6)

#include "dense_float_vector.h"

#endif
