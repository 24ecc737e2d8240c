// Numbers as int8 codes with one factor for a group of them: x = factor * code, factor = max|x| /
// 127.
#ifndef EK_INT8_CODES_H
#define EK_INT8_CODES_H

#include "half.h"

// 127 / max|x| from the greatest bits of |x|, or 0 where there is a NaN or infinity or where the
// quotient would overflow.
EK_INLINE float ek_code_scale(uint32_t greatest) {
  const float size = float_of_bits(greatest);
  return greatest < 0x7F800000 && size >= 0x1p-100f ? 127 / size : 0;
}

EK_INLINE float ek_code_factor(uint32_t greatest) {
  return greatest < 0x7F800000 ? float_of_bits(greatest) / 127 : NAN;
}

#endif
