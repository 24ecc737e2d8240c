// Gathers, scatters and their forms along an axis for one element type.
#include "scalar_arithmetic.h"

void EK_S(ek_gather)(ek_int outer, ek_int length, ek_int inner, ek_int count,
                     const int32_t *index, const T *x, T *y) {
  for (ek_int o = 0; o < outer; o++, x += length * inner)
    for (ek_int j = 0; j < count; j++, y += inner)
      memcpy(y, x + index[j] * inner, (size_t)inner * sizeof(T));
}

void EK_S(ek_scatter_add)(ek_int outer, ek_int length, ek_int inner, ek_int count,
                          const int32_t *index, const T *x, T *y) {
  for (ek_int o = 0; o < outer; o++, y += length * inner)
    for (ek_int j = 0; j < count; j++, x += inner) {
      T *to = y + index[j] * inner;
      for (ek_int i = 0; i < inner; i++) to[i] = EK_S(add)(to[i], x[i]);
    }
}

void EK_S(ek_take_along)(ek_int outer, ek_int length, ek_int inner, ek_int count,
                         const int32_t *index, const T *x, T *y) {
  for (ek_int o = 0; o < outer; o++, x += length * inner)
    for (ek_int j = 0; j < count; j++, y += inner, index += inner)
      for (ek_int i = 0; i < inner; i++) y[i] = x[index[i] * inner + i];
}

void EK_S(ek_put_add_along)(ek_int outer, ek_int length, ek_int inner, ek_int count,
                            const int32_t *index, const T *x, T *y) {
  for (ek_int o = 0; o < outer; o++, y += length * inner)
    for (ek_int j = 0; j < count; j++, x += inner, index += inner)
      for (ek_int i = 0; i < inner; i++) {
        T *to = y + index[i] * inner + i;
        *to = EK_S(add)(*to, x[i]);
      }
}
