// Copies, binary operations, comparisons and selection for one element type.
#include "scalar_arithmetic.h"
#include "strided.h"

void EK_S(ek_copy)(ek_int rank, const ek_int *shape, const ek_int *xs, const T *x, T *y) {
  ek_walk walk;
  ek_walk_begin(&walk, rank, shape, 1, (const ek_int *const[]){xs});
  const ek_int length = walk.length, step = walk.step[0];
  for (ek_int run = 0; run < walk.runs; run++, ek_walk_next(&walk), y += length) {
    const T *from = x + walk.offset[0];
    if (step == 1) memcpy(y, from, (size_t)length * sizeof(T));
    else for (ek_int i = 0; i < length; i++) y[i] = from[i * step];
  }
}

void EK_S(ek_spread)(ek_int rank, const ek_int *shape, const T *x, const ek_int *ys, T *y) {
  ek_walk walk;
  ek_walk_begin(&walk, rank, shape, 1, (const ek_int *const[]){ys});
  const ek_int length = walk.length, step = walk.step[0];
  for (ek_int run = 0; run < walk.runs; run++, ek_walk_next(&walk), x += length) {
    T *to = y + walk.offset[0];
    if (step == 1) memcpy(to, x, (size_t)length * sizeof(T));
    else for (ek_int i = 0; i < length; i++) to[i * step] = x[i];
  }
}

void EK_S(ek_fill)(ek_int count, T value, T *y) {
  for (ek_int i = 0; i < count; i++) y[i] = value;
}

// One line of a binary operation; inlined with constant steps where they are known.
EK_INLINE void EK_S(binary_line)(ek_binary_op op, ek_int count, const T *a, ek_int as, const T *b,
                                 ek_int bs, T *y) {
#define EK_EACH(f)                                                                   \
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

void EK_S(ek_binary_flat)(ek_binary_op op, ek_int count, const T *a, const T *b, T *y) {
  EK_S(binary_line)(op, count, a, 1, b, 1, y);
}

void EK_S(ek_binary_scalar)(ek_binary_op op, bool reversed, ek_int count, const T *a, T scalar,
                            T *y) {
  if (reversed) EK_S(binary_line)(op, count, &scalar, 0, a, 1, y);
  else EK_S(binary_line)(op, count, a, 1, &scalar, 0, y);
}

void EK_S(ek_binary)(ek_binary_op op, ek_int rank, const ek_int *shape, const ek_int *as,
                     const T *a, const ek_int *bs, const T *b, T *y) {
  ek_walk walk;
  ek_walk_begin(&walk, rank, shape, 2, (const ek_int *const[]){as, bs});
  const ek_int length = walk.length, a_step = walk.step[0], b_step = walk.step[1];
  for (ek_int run = 0; run < walk.runs; run++, ek_walk_next(&walk), y += length) {
    const T *a_line = a + walk.offset[0], *b_line = b + walk.offset[1];
    if (a_step == 1 && b_step == 1) EK_S(ek_binary_flat)(op, length, a_line, b_line, y);
    else if (a_step == 1 && b_step == 0)
      EK_S(ek_binary_scalar)(op, false, length, a_line, *b_line, y);
    else if (a_step == 0 && b_step == 1)
      EK_S(ek_binary_scalar)(op, true, length, b_line, *a_line, y);
    else EK_S(binary_line)(op, length, a_line, a_step, b_line, b_step, y);
  }
}

EK_INLINE void EK_S(compare_line)(ek_compare_op op, ek_int count, const T *a, ek_int as,
                                  const T *b, ek_int bs, uint8_t *y) {
#define EK_EACH(relation)                                                              \
  for (ek_int i = 0; i < count; i++) y[i] = a[i * as] relation b[i * bs]; \
  return
  switch (op) {
    case EK_EQUAL: EK_EACH(==);
    case EK_NOT_EQUAL: EK_EACH(!=);
    case EK_LESS: EK_EACH(<);
    case EK_LESS_EQUAL: EK_EACH(<=);
    case EK_GREATER: EK_EACH(>);
    case EK_GREATER_EQUAL: EK_EACH(>=);
  }
#undef EK_EACH
}

void EK_S(ek_compare)(ek_compare_op op, ek_int rank, const ek_int *shape, const ek_int *as,
                      const T *a, const ek_int *bs, const T *b, uint8_t *y) {
  ek_walk walk;
  ek_walk_begin(&walk, rank, shape, 2, (const ek_int *const[]){as, bs});
  const ek_int length = walk.length, a_step = walk.step[0], b_step = walk.step[1];
  for (ek_int run = 0; run < walk.runs; run++, ek_walk_next(&walk), y += length) {
    const T *a_line = a + walk.offset[0], *b_line = b + walk.offset[1];
    if (a_step == 1 && b_step == 1) EK_S(compare_line)(op, length, a_line, 1, b_line, 1, y);
    else if (a_step == 1 && b_step == 0) EK_S(compare_line)(op, length, a_line, 1, b_line, 0, y);
    else EK_S(compare_line)(op, length, a_line, a_step, b_line, b_step, y);
  }
}

EK_INLINE void EK_S(select_line)(ek_int count, const uint8_t *mask, ek_int ms, const T *a,
                                 ek_int as, const T *b, ek_int bs, T *y) {
  for (ek_int i = 0; i < count; i++) {
    const T left = a[i * as], right = b[i * bs];
    y[i] = mask[i * ms] ? left : right;
  }
}

void EK_S(ek_select)(ek_int rank, const ek_int *shape, const ek_int *ms, const uint8_t *mask,
                     const ek_int *as, const T *a, const ek_int *bs, const T *b, T *y) {
  ek_walk walk;
  ek_walk_begin(&walk, rank, shape, 3, (const ek_int *const[]){ms, as, bs});
  const ek_int length = walk.length;
  const ek_int m_step = walk.step[0], a_step = walk.step[1], b_step = walk.step[2];
  for (ek_int run = 0; run < walk.runs; run++, ek_walk_next(&walk), y += length) {
    const uint8_t *m_line = mask + walk.offset[0];
    const T *a_line = a + walk.offset[1], *b_line = b + walk.offset[2];
    if (m_step == 1 && a_step == 1 && b_step == 1)
      EK_S(select_line)(length, m_line, 1, a_line, 1, b_line, 1, y);
    else if (m_step == 1 && a_step == 1 && b_step == 0)
      EK_S(select_line)(length, m_line, 1, a_line, 1, b_line, 0, y);
    else if (m_step == 1 && a_step == 0 && b_step == 1)
      EK_S(select_line)(length, m_line, 1, a_line, 0, b_line, 1, y);
    else EK_S(select_line)(length, m_line, m_step, a_line, a_step, b_line, b_step, y);
  }
}
