// One line of a binary operation for one element type, a plain loop; inlined with constant steps
// where they are known.
#include "scalar_arithmetic.h"

EK_INLINE void EK_S(binary_line)(ek_binary_op op, ek_int count, const T *a, ek_int as, const T *b,
                                 ek_int bs, T *y) {
#define EK_EACH(f)                                                         \
  for (ek_int i = 0; i < count; i++) y[i] = EK_S(f)(a[i * as], b[i * bs]); \
  return
  switch (op) {
    case EK_ADD: EK_EACH(add);
    case EK_SUBTRACT: EK_EACH(subtract);
    case EK_MULTIPLY: EK_EACH(multiply);
    case EK_DIVIDE: EK_EACH(divide);
    case EK_POWER: EK_EACH(power);
    case EK_MINIMUM: EK_EACH(minimum);
    case EK_MAXIMUM: EK_EACH(maximum);
    case EK_ATAN2: EK_EACH(atan2);
    case EK_REMAINDER: EK_EACH(remainder);
  }
#undef EK_EACH
}
