// The plain twins of the ternary products: they say what every layout means.
#include "ternary.h"

ek_ternary_shape ek_ternary_shape_of(ek_ternary_layout layout) {
  switch (layout) {
    case EK_TERNARY_ROW_PLANES: return (ek_ternary_shape){64, 4, 64};
    case EK_TERNARY_COLUMN_PLANES: return (ek_ternary_shape){8, 16, 32};
    case EK_TERNARY_THIRDS: return (ek_ternary_shape){32, 12, 80};
    case EK_TERNARY_NEON: return (ek_ternary_shape){4, 16, 16};
  }
  return (ek_ternary_shape){64, 4, 64};
}

// The code of row r, column k of one step.
EK_INLINE int code_in(ek_ternary_layout layout, const uint8_t *step, ek_int r, ek_int k) {
  switch (layout) {
    case EK_TERNARY_ROW_PLANES: return step[4 * (r % 16) + k] >> (2 * (r / 16)) & 3;
    case EK_TERNARY_COLUMN_PLANES:
    case EK_TERNARY_NEON: return step[4 * r + k % 4] >> (2 * (k / 4)) & 3;
    case EK_TERNARY_THIRDS: {
      // Three trits of columns j, j + 4 and j + 8 make an index below 27: four bits, then one.
      const ek_int half = r / 16, i = 4 * (r % 16) + k % 4;
      const int index = (step[i] >> (4 * half) & 15) |
                        (step[64 + 8 * half + i / 8] >> (i % 8) & 1) << 4;
      return k < 4 ? index / 9 : k < 8 ? index / 3 % 3 : index % 3;
    }
  }
  return 1;
}

EK_INLINE void set_code(ek_ternary_layout layout, uint8_t *step, ek_int r, ek_int k, int code) {
  switch (layout) {
    case EK_TERNARY_ROW_PLANES: step[4 * (r % 16) + k] |= (uint8_t)(code << (2 * (r / 16))); return;
    case EK_TERNARY_COLUMN_PLANES:
    case EK_TERNARY_NEON: step[4 * r + k % 4] |= (uint8_t)(code << (2 * (k / 4))); return;
    case EK_TERNARY_THIRDS: return;  // written three at a time
  }
}

EK_INLINE void product(ek_ternary_layout layout, const uint8_t *tile, ek_int steps,
                       const int8_t *a, ek_int stride, const int32_t *sums, ek_int tokens,
                       int32_t *y) {
  const ek_ternary_shape shape = ek_ternary_shape_of(layout);
  for (ek_int t = 0; t < tokens; t++)
    for (ek_int r = 0; r < shape.rows; r++) {
      int32_t sum = -sums[t];
      for (ek_int s = 0; s < steps; s++)
        // A step of 12 columns may end after the zeros that follow a token.
        for (ek_int k = 0; k < shape.columns && s * shape.columns + k < stride; k++)
          sum += code_in(layout, tile + s * shape.bytes, r, k) *
                 a[t * stride + s * shape.columns + k];
      y[t * EK_TERNARY_MOST_ROWS + r] = sum;
    }
}

#define EK_PLAIN_TILE(name, layout)                                                          \
  void name(const uint8_t *tile, ek_int steps, const int8_t *a, ek_int stride,               \
            const int32_t *sums, ek_int tokens, int32_t *y) {                                \
    product(layout, tile, steps, a, stride, sums, tokens, y);                                \
  }
EK_PLAIN_TILE(ek_ternary_row_planes_scalar, EK_TERNARY_ROW_PLANES)
EK_PLAIN_TILE(ek_ternary_column_planes_scalar, EK_TERNARY_COLUMN_PLANES)
EK_PLAIN_TILE(ek_ternary_thirds_scalar, EK_TERNARY_THIRDS)
EK_PLAIN_TILE(ek_ternary_neon_scalar, EK_TERNARY_NEON)

// MARK: Packing

ek_int ek_ternary_tile_rows(ek_ternary_layout layout) { return ek_ternary_shape_of(layout).rows; }

size_t ek_ternary_bytes(ek_ternary_layout layout, ek_int rows, ek_int columns) {
  const ek_ternary_shape shape = ek_ternary_shape_of(layout);
  const size_t bytes = (size_t)ek_ceil_div(rows, shape.rows) *
                       (size_t)ek_ternary_steps(shape, columns) * (size_t)shape.bytes;
  return (bytes + 63) / 64 * 64;
}

// Trits + 1 in the low two bits of each of four bytes: 3, 0, 1 become 0, 1, 2, nothing carries over.
EK_INLINE uint32_t four_codes(const int8_t *trits) {
  uint32_t four;
  memcpy(&four, trits, 4);
  return ((four & 0x03030303u) + 0x01010101u) & 0x03030303u;
}

// Row planes are what is packed at load on most machines: four bytes of a plane at a time.
static void pack_row_planes_tile(ek_int rows, ek_int columns, const int8_t *trits, ek_int ldw,
                                 uint8_t *tile) {
  // Steps at a time: what they read and write stays in the first cache.
  enum { block = 64 };
  const ek_int whole = columns / 4, left = columns % 4;
  if (rows < 64 || left > 0) memset(tile, 0x55, (size_t)ek_ceil_div(columns, 4) * 64);  // weight 0
  for (ek_int first = 0; first < whole && rows == 64; first += block) {
    const ek_int end = ek_least(first + block, whole);
    for (ek_int l = 0; l < 16; l++) {
      const int8_t *r0 = trits + l * ldw, *r1 = r0 + 16 * ldw, *r2 = r1 + 16 * ldw,
                   *r3 = r2 + 16 * ldw;
      for (ek_int s = first; s < end; s++) {
        const uint32_t word = four_codes(r0 + 4 * s) | four_codes(r1 + 4 * s) << 2 |
                              four_codes(r2 + 4 * s) << 4 | four_codes(r3 + 4 * s) << 6;
        memcpy(tile + s * 64 + 4 * l, &word, 4);
      }
    }
  }
  // The last rows of a matrix, and columns that fill no step.
  for (ek_int r = 0; r < rows; r++) {
    const ek_int l = r % 16, p = r / 16;
    for (ek_int s = rows == 64 ? whole : 0; 4 * s < columns; s++) {
      uint8_t *to = tile + s * 64 + 4 * l;
      for (ek_int j = 0; j < ek_least(4, columns - 4 * s); j++) {
        const int code = trits[r * ldw + 4 * s + j] + 1;
        to[j] = (uint8_t)((to[j] & ~(3 << (2 * p))) | code << (2 * p));
      }
    }
  }
}

static void pack_thirds_tile(ek_int rows, ek_int columns, const int8_t *trits, ek_int ldw,
                             uint8_t *tile) {
  const ek_ternary_shape shape = ek_ternary_shape_of(EK_TERNARY_THIRDS);
  const ek_int steps = ek_ternary_steps(shape, columns);
  memset(tile, 0, (size_t)(steps * shape.bytes));
  for (ek_int s = 0; s < steps; s++, tile += shape.bytes)
    for (ek_int r = 0; r < 32; r++)
      for (ek_int j = 0; j < 4; j++) {
        int index = 0;
        for (ek_int q = 0; q < 3; q++) {
          const ek_int k = 12 * s + 4 * q + j;
          index = 3 * index + (r < rows && k < columns ? trits[r * ldw + k] + 1 : 1);
        }
        const ek_int half = r / 16, i = 4 * (r % 16) + j;
        tile[i] |= (uint8_t)((index & 15) << (4 * half));
        tile[64 + 8 * half + i / 8] |= (uint8_t)(index >> 4 << (i % 8));
      }
}

void ek_ternary_pack(ek_ternary_layout layout, ek_int rows, ek_int columns, ek_int first,
                     ek_int count, const int8_t *trits, ek_int ldw, uint8_t *packed) {
  (void)rows;
  const ek_ternary_shape shape = ek_ternary_shape_of(layout);
  const ek_int steps = ek_ternary_steps(shape, columns), tile_bytes = steps * shape.bytes;
  for (ek_int r0 = 0; r0 < count; r0 += shape.rows) {
    const ek_int there = ek_least(shape.rows, count - r0);
    uint8_t *tile = packed + (first + r0) / shape.rows * tile_bytes;
    const int8_t *from = trits + r0 * ldw;
    if (layout == EK_TERNARY_ROW_PLANES) {
      pack_row_planes_tile(there, columns, from, ldw, tile);
    } else if (layout == EK_TERNARY_THIRDS) {
      pack_thirds_tile(there, columns, from, ldw, tile);
    } else {
      memset(tile, 0, (size_t)tile_bytes);
      for (ek_int s = 0; s < steps; s++)
        for (ek_int r = 0; r < shape.rows; r++)
          for (ek_int k = 0; k < shape.columns; k++) {
            const ek_int column = s * shape.columns + k;
            const bool inside = r < there && column < columns;
            set_code(layout, tile + s * shape.bytes, r, k, inside ? from[r * ldw + column] + 1 : 1);
          }
    }
  }
}

void ek_ternary_unpack(ek_ternary_layout layout, ek_int rows, ek_int columns, ek_int first,
                       ek_int count, const uint8_t *packed, int8_t *trits, ek_int ldw) {
  (void)rows;
  const ek_ternary_shape shape = ek_ternary_shape_of(layout);
  const ek_int steps = ek_ternary_steps(shape, columns);
  for (ek_int i = 0; i < count; i++) {
    const ek_int row = first + i;
    const uint8_t *tile = packed + row / shape.rows * steps * shape.bytes;
    for (ek_int k = 0; k < columns; k++)
      trits[i * ldw + k] = (int8_t)(code_in(layout, tile + k / shape.columns * shape.bytes,
                                            row % shape.rows, k % shape.columns) - 1);
  }
}
