// The loops of a certified output head for the files that are compiled once per instruction set.
// They define EK_ISA, EK_VECTOR_BYTES, EK_HEAD_ADD_PRODUCTS(sum, w, x), and EK_HEAD_SIGNED where that
// takes weights as signed bytes.
#include "dense_weights_vector.h"
#include "head.h"

typedef uint8_t ek_bytes __attribute__((ext_vector_type(EK_VECTOR_BYTES)));
typedef int8_t ek_small __attribute__((ext_vector_type(EK_VECTOR_BYTES / 4)));

enum {
  // Vectors of weights of a group that one loop takes: with two digits twice as many sums.
  vectors = 4,
  rows_at_once = vectors * EK_LANES_f32,
  // Groups that pass at a time: the first cache keeps them for the other rows and tokens.
  groups_at_once = 64,
  ahead = 4096,  // bytes
};

EK_INLINE ek_bytes load_bytes(const uint8_t *p) {
  ek_bytes v;
  memcpy(&v, p, sizeof v);
  return v;
}

EK_INLINE ek_bytes broadcast(const int8_t *p) {
  int32_t four;
  memcpy(&four, p, sizeof four);
  return (ek_bytes)(ek_lanes_f32)four;
}

// Some groups of one part of a tile's rows times one token.
EK_INLINE void add_products(const bool is_first, ek_int groups, const uint8_t *tile,
                            const int8_t *high, const int8_t *low, int32_t *high_sums,
                            int32_t *low_sums) {
  ek_lanes_f32 h[vectors], l[vectors];
  memcpy(h, high_sums, sizeof h);
  memcpy(l, low_sums, sizeof l);
  for (ek_int g = 0; g < groups; g++, tile += EK_HEAD_GROUP_BYTES) {
    const ek_bytes x_high = broadcast(high + g * EK_HEAD_GROUP);
    const ek_bytes x_low = broadcast(low + g * EK_HEAD_GROUP);
    for (int v = 0; v < vectors; v++) {
      if (is_first && v * EK_VECTOR_BYTES % 64 == 0)
        __builtin_prefetch(tile + ahead + v * EK_VECTOR_BYTES);
      ek_bytes w = load_bytes(tile + v * EK_VECTOR_BYTES);
#ifdef EK_HEAD_SIGNED
      w ^= (ek_bytes)(uint8_t)128;
#endif
      h[v] = EK_HEAD_ADD_PRODUCTS(h[v], w, x_high);
      l[v] = EK_HEAD_ADD_PRODUCTS(l[v], w, x_low);
    }
  }
  memcpy(high_sums, h, sizeof h);
  memcpy(low_sums, l, sizeof l);
}

static void products(const uint8_t *tile, const ek_head_states *x, int32_t *sums) {
  for (int t = 0; t < 2 * x->tokens; t++) {
#ifdef EK_HEAD_SIGNED
    const int32_t offset = 0;
#else
    const int32_t offset = -128 * x->digit_sums[t];
#endif
    for (int r = 0; r < EK_HEAD_TILE; r++) sums[t * EK_HEAD_TILE + r] = offset;
  }
  for (ek_int g = 0; g < x->groups; g += groups_at_once) {
    const ek_int count = ek_least(groups_at_once, x->groups - g);
    for (int t = 0; t < x->tokens; t++) {
      const int8_t *high = x->digits + 2 * t * x->stride + g * EK_HEAD_GROUP;
      int32_t *to = sums + 2 * t * EK_HEAD_TILE;
      for (int row = 0; row < EK_HEAD_TILE; row += rows_at_once) {
        const uint8_t *from = tile + g * EK_HEAD_GROUP_BYTES + row * EK_HEAD_GROUP;
        if (t == 0)
          add_products(true, count, from, high, high + x->stride, to + row,
                       to + EK_HEAD_TILE + row);
        else
          add_products(false, count, from, high, high + x->stride, to + row,
                       to + EK_HEAD_TILE + row);
      }
    }
  }
}

EK_INLINE ek_vector_f32 scaled_at(const ek_weight_format format, const uint8_t *row,
                                  const float *scales, ek_int k, ek_int count) {
  const uint8_t *from = row + k * ek_block_bytes(format);
  if (EK_LIKELY(count >= EK_LANES_f32)) return load_weights(format, from) * load_f32(scales + k);
  return load_last_weights(format, count, from) * load_first_f32(count, scales + k);
}

EK_INLINE ek_head_row copy_row_as(const ek_weight_format format, ek_int columns,
                                  const uint8_t *row, const float *scales, uint8_t *codes) {
  ek_lanes_f32 sizes = 0;  // of the bits: a NaN counts as greatest
  for (ek_int k = 0; k < columns; k += EK_LANES_f32) {
    const ek_lanes_f32 bits = bits_f32(scaled_at(format, row, scales, k, columns - k)) & 0x7FFFFFFF;
    sizes = sizes > bits ? sizes : bits;
  }
  ek_head_row result = ek_head_row_of((uint32_t)__builtin_reduce_max(sizes));
  if (result.inverse == 0) {
    memset(codes, 128, (size_t)columns);
    return result;
  }
  ek_vector_f32 rest_square = 0, square = 0;
  for (ek_int k = 0; k < columns; k += EK_LANES_f32) {
    const ek_vector_f32 w = scaled_at(format, row, scales, k, columns - k);
    const ek_vector_f32 value = w * result.inverse, code = nearest_f32(value);
    const ek_vector_f32 rest = fma_f32(w, all_f32(result.inverse), -code);
    rest_square = fma_f32(rest, rest, rest_square);
    square = fma_f32(value, value, square);
    const ek_lanes_f32 whole = __builtin_convertvector(code, ek_lanes_f32);
    const ek_small small = __builtin_convertvector(whole, ek_small) ^ (ek_small)-128;
    memcpy(codes + k, &small, (size_t)ek_least(EK_LANES_f32, columns - k));
  }
  for (int i = 0; i < EK_LANES_f32; i++) {
    result.rest_square += rest_square[i];
    result.square += square[i];
  }
  return result;
}

static ek_head_row copy_row(ek_weight_format format, ek_int columns, const uint8_t *row,
                            const float *scales, uint8_t *codes) {
  switch (format) {
    case EK_WEIGHTS_F16: return copy_row_as(EK_WEIGHTS_F16, columns, row, scales, codes);
    case EK_WEIGHTS_BF16: return copy_row_as(EK_WEIGHTS_BF16, columns, row, scales, codes);
    default: return copy_row_as(EK_WEIGHTS_F32, columns, row, scales, codes);
  }
}

const ek_head_functions EK_PASTE(ek_head_functions, EK_ISA) = {products, copy_row};
