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

EK_INLINE void product(ek_ternary_layout layout, const ek_ternary_task *task) {
  const ek_ternary_shape shape = ek_ternary_shape_of(layout);
  for (ek_int t = 0; t < task->tokens; t++)
    for (ek_int r = 0; r < task->tiles * shape.rows; r++) {
      const uint8_t *tile = task->packed + r / shape.rows * task->steps * shape.bytes;
      const int8_t *codes = task->codes + t * task->stride;
      int32_t sum = -task->sums[t];
      for (ek_int s = 0; s < task->steps; s++, codes += shape.columns)
        // A step of 12 columns may end after the zeros that follow a token.
        for (ek_int k = 0; k < shape.columns && s * shape.columns + k < task->stride; k++)
          sum += code_in(layout, tile + s * shape.bytes, r % shape.rows, k) * codes[k];
      task->y[t * EK_TERNARY_BAND + r] = sum;
    }
}

void ek_ternary_row_planes_scalar(const ek_ternary_task *task) {
  product(EK_TERNARY_ROW_PLANES, task);
}
void ek_ternary_column_planes_scalar(const ek_ternary_task *task) {
  product(EK_TERNARY_COLUMN_PLANES, task);
}
void ek_ternary_thirds_scalar(const ek_ternary_task *task) { product(EK_TERNARY_THIRDS, task); }
void ek_ternary_neon_scalar(const ek_ternary_task *task) { product(EK_TERNARY_NEON, task); }

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

// Where the codes of column `column` and the three behind it lie in one word: code 1 beyond the end.
EK_INLINE uint32_t some_codes(const int8_t *row, ek_int column, ek_int columns) {
  if (column + 4 <= columns) return four_codes(row + column);
  uint32_t codes = 0x01010101;
  for (ek_int j = 0; column + j < columns; j++)
    ((uint8_t *)&codes)[j] = (uint8_t)(row[column + j] + 1);
  return codes;
}

static void pack_thirds_tile(ek_int rows, ek_int columns, const int8_t *trits, ek_int ldw,
                             uint8_t *tile) {
  const ek_ternary_shape shape = ek_ternary_shape_of(EK_TERNARY_THIRDS);
  for (ek_int k = 0; k < columns; k += shape.columns, tile += shape.bytes) {
    // Indices are below 27: three codes of four columns at once, a byte each.
    uint32_t words[32];
    for (ek_int r = 0; r < 32; r++) {
      const int8_t *row = trits + r * ldw;
      words[r] = r < rows ? 9 * some_codes(row, k, columns) + 3 * some_codes(row, k + 4, columns) +
                                some_codes(row, k + 8, columns)
                          : 13 * 0x01010101u;
    }
    uint8_t index[128];
    memcpy(index, words, sizeof index);
    for (int i = 0; i < 64; i++) tile[i] = (uint8_t)((index[i] & 15) | index[64 + i] << 4);
    for (int i = 0; i < 16; i++) {
      uint8_t bits = 0;
      for (int j = 0; j < 8; j++) bits |= (uint8_t)(index[8 * i + j] >> 4 << j);
      tile[64 + i] = bits;
    }
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
