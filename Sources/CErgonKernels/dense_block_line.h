// The products of block-quantised rows with one token, row by row: memory is the limit, and it
// delivers most where it is read in order. A row's blocks lie side by side in the vectors here;
// their integer products and scales are put down as terms, and then the terms of as many rows as
// there are lanes are turned and added up, each row's in the order of its blocks.

typedef int32_t ek_eight_ints __attribute__((ext_vector_type(8)));
typedef int32_t ek_sixteen_ints __attribute__((ext_vector_type(16)));
typedef float ek_eight __attribute__((ext_vector_type(8)));
typedef float ek_sixteen_floats __attribute__((ext_vector_type(16)));
typedef uint16_t ek_eight_halves __attribute__((ext_vector_type(8)));

enum {
  line_vectors = 256 / EK_VECTOR_BYTES,  // of eight blocks
  line_ahead = 16384,                   // bytes that are asked for ahead
};

// Vector i of the codes of blocks b ..< b + 8 of a row, b a multiple of 8.
EK_INLINE ek_words line_codes(const ek_weight_format format, const uint8_t *row, ek_int b, int i) {
#if EK_VECTOR_BYTES == 64
  const ek_words nibbles = 0x0F0F0F0F;
  const ek_words low_high = {0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4};
  const uint8_t *two[5];
  if (format == EK_WEIGHTS_Q8_0 || format == EK_WEIGHTS_Q4_0) {
    const ek_int bytes = ek_block_bytes(format);
    two[0] = row + 2 * i * bytes, two[4] = two[0] + bytes;  // as if of two rows
    return codes_of(format, two, b, 0);
  }
  if (format == EK_WEIGHTS_Q4_K) {
    const uint8_t *from = row + b / 8 * 144 + 16 + 32 * i;
    const __m256i both = _mm256_loadu_si256((const __m256i *)from);
    return (ek_words)_mm512_broadcast_i64x4(both) >> low_high & nibbles;
  }
  const uint8_t *start = row + b / 8 * 210;
  const __m256i half = _mm256_loadu_si256((const __m256i *)(start + 128 + i / 2 * 32));
  const ek_words low = (ek_words)_mm512_loadu_si512(start + i / 2 * 64) >> (uint32_t)(i % 2 * 4);
  const ek_words high =
      (ek_words)_mm512_broadcast_i64x4(half) >> ((low_high >> 1) + (uint32_t)(i % 2 * 4));
  return (low & nibbles) | (high & 0x03030303) << 4;
#elif EK_VECTOR_BYTES == 32
  return codes_of(format, &row, b + i, 0);
#else
  return codes_of(format, &row, b + i / 2, i % 2 * 4);
#endif
}

// The sums of the words of each 16 bytes of four vectors: a's, b's, c's, d's.
EK_INLINE ek_words sum_fours(ek_words a, ek_words b, ek_words c, ek_words d) {
  const ek_words ab = EK_ZIP_WORDS(a, b) + EK_ZIP_WORDS_HIGH(a, b);
  const ek_words cd = EK_ZIP_WORDS(c, d) + EK_ZIP_WORDS_HIGH(c, d);
  return EK_ZIP_PAIRS(ab, cd) + EK_ZIP_PAIRS_HIGH(ab, cd);
}

// The sums over each 32 bytes of the line's codes.
EK_INLINE ek_eight_ints sum_blocks(const ek_words v[line_vectors]) {
#if EK_VECTOR_BYTES == 64
  const ek_words s = sum_fours(v[0], v[1], v[2], v[3]);
  const ek_words both = EK_EVEN_QUARTERS(s, s) + EK_ODD_QUARTERS(s, s);
  return (ek_eight_ints)__builtin_shufflevector(both, both, 0, 4, 1, 5, 2, 6, 3, 7);
#elif EK_VECTOR_BYTES == 32
  const ek_words a = sum_fours(v[0], v[1], v[2], v[3]), b = sum_fours(v[4], v[5], v[6], v[7]);
  return (ek_eight_ints)(EK_EVEN_QUARTERS(a, b) + EK_ODD_QUARTERS(a, b));
#else
  const ek_words a = sum_fours(v[0] + v[1], v[2] + v[3], v[4] + v[5], v[6] + v[7]);
  const ek_words b = sum_fours(v[8] + v[9], v[10] + v[11], v[12] + v[13], v[14] + v[15]);
  return (ek_eight_ints)__builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7);
#endif
}

// The sums over each 16 bytes of the line's codes.
EK_INLINE void sum_half_blocks(const ek_words v[line_vectors], int32_t sums[16]) {
#if EK_VECTOR_BYTES == 64
  const ek_words s = sum_fours(v[0], v[1], v[2], v[3]);
  const ek_words all = __builtin_shufflevector(s, s, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7,
                                               11, 15);
  memcpy(sums, &all, sizeof all);
#elif EK_VECTOR_BYTES == 32
  for (int i = 0; i < 2; i++) {
    const ek_words s = sum_fours(v[4 * i], v[4 * i + 1], v[4 * i + 2], v[4 * i + 3]);
    const ek_words eight = __builtin_shufflevector(s, s, 0, 4, 1, 5, 2, 6, 3, 7);
    memcpy(sums + 8 * i, &eight, sizeof eight);
  }
#else
  for (int i = 0; i < 4; i++) {
    const ek_words s = sum_fours(v[4 * i], v[4 * i + 1], v[4 * i + 2], v[4 * i + 3]);
    memcpy(sums + 4 * i, &s, sizeof s);
  }
#endif
}

EK_INLINE ek_eight eight_of_halves(ek_eight_halves v) {
#if EK_VECTOR_BYTES == 16
  ek_eight y;
  y.lo = (ek_four)vcvt_f32_f16((float16x4_t)v.lo), y.hi = (ek_four)vcvt_f32_f16((float16x4_t)v.hi);
  return y;
#else
  return (ek_eight)_mm256_cvtph_ps((__m128i)v);
#endif
}

// The scales of eight blocks of Q4_0 or Q8_0.
EK_INLINE ek_eight line_scales(const ek_weight_format format, const uint8_t *block) {
#if EK_VECTOR_BYTES == 64
  // Every 9th or 17th 16-bit word.
  typedef uint16_t words __attribute__((ext_vector_type(32)));
  const bool is_four = format == EK_WEIGHTS_Q4_0;
  const words at_four = {0, 9, 18, 27, 36, 45, 54, 63}, at_eight = {0, 17, 34, 51};
  const __m512i a = _mm512_loadu_si512(block), b = _mm512_loadu_si512(block + 64);
  const __m512i first = _mm512_permutex2var_epi16(a, (__m512i)(is_four ? at_four : at_eight), b);
  if (is_four) return (ek_eight)_mm256_cvtph_ps(_mm512_castsi512_si128(first));
  const words later_at_eight = {4, 21, 38, 55};  // 64 words on
  const __m512i c = _mm512_loadu_si512(block + 128), d = _mm512_loadu_si512(block + 192);
  const __m512i later = _mm512_permutex2var_epi16(c, (__m512i)later_at_eight, d);
  return (ek_eight)_mm256_cvtph_ps(
      _mm_unpacklo_epi64(_mm512_castsi512_si128(first), _mm512_castsi512_si128(later)));
#else
  const ek_int bytes = ek_block_bytes(format);
  ek_eight_halves half;
  for (int i = 0; i < 8; i++) half[i] = ek_read_u16(block + i * bytes);
  return eight_of_halves(half);
#endif
}

EK_INLINE ek_eight eight_of_bytes(uint32_t low, uint32_t high) {
  typedef uint8_t bytes __attribute__((ext_vector_type(8)));
  const uint64_t all = (uint64_t)high << 32 | low;
  bytes v;
  memcpy(&v, &all, sizeof v);
  return __builtin_convertvector(v, ek_eight);
}

// Puts down the scales and products of blocks b ..< b + 8 of a row; `at` is the token's block.
EK_INLINE void line_terms(const ek_weight_format format, const uint8_t *row, ek_int b,
                          const ek_block_tokens *x, ek_int at, float *scales, float *products) {
  const ek_int bytes = 256 / ek_block_columns(format) * ek_block_bytes(format);
  const uint8_t *block = row + b / 8 * bytes;
  ek_words v[line_vectors];
  for (int i = 0; i < line_vectors; i++) {
    ek_words codes;
    memcpy(&codes, x->codes + at * 32 + i * EK_VECTOR_BYTES, sizeof codes);
    v[i] = (ek_words)dot_words(format, line_codes(format, row, b, i), codes);
  }
  ek_eight factor;
  memcpy(&factor, x->factors + at, sizeof factor);

  if (format == EK_WEIGHTS_Q6_K) {
    typedef int8_t signed_bytes __attribute__((ext_vector_type(16)));
    ek_sixteen_ints sums, minus;
    EK_ALIGNED int32_t all[16];
    sum_half_blocks(v, all);
    memcpy(&sums, all, sizeof sums);
    memcpy(&minus, x->half_sums + 2 * at, sizeof minus);
    if (dot_needs_sum(format)) sums += minus << code_shift(format);
    const ek_sixteen_floats twice = __builtin_shufflevector(
        factor, factor, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
    const ek_sixteen_floats product = twice * __builtin_convertvector(sums, ek_sixteen_floats);
    memcpy(products, &product, sizeof product);
    signed_bytes code;
    memcpy(&code, block + 192, sizeof code);
    const ek_sixteen_floats scale =
        ek_read_half(block + 208) * __builtin_convertvector(code, ek_sixteen_floats);
    memcpy(scales, &scale, sizeof scale);
    return;
  }

  ek_eight_ints sums = sum_blocks(v), minus;
  memcpy(&minus, x->sums + at, sizeof minus);
  if (dot_needs_sum(format)) sums += minus << code_shift(format);
  const ek_eight product = factor * __builtin_convertvector(sums, ek_eight);
  memcpy(products, &product, sizeof product);
  ek_eight scale;
  if (format == EK_WEIGHTS_Q4_K) {
    uint32_t s[3];
    memcpy(s, block + 4, sizeof s);
    const uint32_t six = 0x3F3F3F3F, four = 0x0F0F0F0F, two = 0x03030303;
    scale = ek_read_half(block) *
            eight_of_bytes(s[0] & six, (s[2] & four) | (s[0] >> 6 & two) << 4);
    const ek_eight minimum =
        -(ek_read_half(block + 2) *
          eight_of_bytes(s[1] & six, (s[2] >> 4 & four) | (s[1] >> 6 & two) << 4));
    memcpy(scales + 8, &minimum, sizeof minimum);
    memcpy(products + 8, x->shifts + at, 8 * sizeof(float));
  } else {
    scale = line_scales(format, block);
  }
  memcpy(scales, &scale, sizeof scale);
}

// The same for one of the last blocks of a row of Q4_0 or Q8_0 that has not a multiple of eight.
EK_INLINE void last_term(const ek_weight_format format, const uint8_t *row, ek_int b,
                         const ek_block_tokens *x, ek_int at, float *scales, float *products) {
  ek_weight_block w;
  int32_t sum = 0;
  ek_read_block(format, row, b, &w);
  for (int j = 0; j < 32; j++) sum += w.codes[j] * x->codes[at * 32 + j];
  *scales = w.scale[0];
  *products = x->factors[at] * (float)sum;
}

#if EK_VECTOR_BYTES == 64
// Q4_0 with sixteen blocks at a time: the low halves of the codes of four blocks fill a vector and
// the high halves another, which meet the token's first 16 codes of each of the four and its last
// 16. `turned` has these: for four blocks the first codes, the last, and what the sums start from.
EK_INLINE void turn_token(const ek_block_tokens *x, ek_int at, ek_int blocks, int8_t *turned) {
  for (ek_int b = 0; b + 4 <= blocks; b += 4, turned += 192) {
    ek_words two, later;
    memcpy(&two, x->codes + (at + b) * 32, sizeof two);
    memcpy(&later, x->codes + (at + b) * 32 + 64, sizeof later);
    const ek_words first = EK_EVEN_QUARTERS(two, later), last = EK_ODD_QUARTERS(two, later);
    const __m128i sums = _mm_slli_epi32(_mm_loadu_si128((const __m128i *)(x->sums + at + b)), 3);
    const __m512i start = _mm512_maskz_expand_epi32(0x1111, _mm512_castsi128_si512(sums));
    memcpy(turned, &first, sizeof first);
    memcpy(turned + 64, &last, sizeof last);
    memcpy(turned + 128, &start, sizeof start);
  }
}

EK_INLINE void line_terms_q4_0(const uint8_t *row, ek_int b, const ek_block_tokens *x, ek_int at,
                               const int8_t *turned, float *scales, float *products) {
  const ek_words nibbles = 0x0F0F0F0F;
  const uint8_t *block = row + b * 18;
  turned += b * 48;
  ek_words v[4];
  for (int i = 0; i < 4; i++, turned += 192) {
    const __m128i *four[4];
    for (int j = 0; j < 4; j++) four[j] = (const __m128i *)(block + (4 * i + j) * 18 + 2);
    __m512i all = _mm512_broadcast_i32x4(_mm_loadu_si128(four[0]));
    all = _mm512_mask_broadcast_i32x4(all, 0x00F0, _mm_loadu_si128(four[1]));
    all = _mm512_mask_broadcast_i32x4(all, 0x0F00, _mm_loadu_si128(four[2]));
    all = _mm512_mask_broadcast_i32x4(all, 0xF000, _mm_loadu_si128(four[3]));
    ek_words first, last;
    ek_lanes_f32 sum;
    memcpy(&first, turned, sizeof first);
    memcpy(&last, turned + 64, sizeof last);
    memcpy(&sum, turned + 128, sizeof sum);
    sum = EK_DPBUSD(sum, (ek_words)all & nibbles, first);
    v[i] = (ek_words)EK_DPBUSD(sum, (ek_words)all >> 4 & nibbles, last);
  }
  EK_ALIGNED int32_t sums[16];
  sum_half_blocks(v, sums);
  const ek_vector_f32 product =
      load_f32(x->factors + at) * (ek_vector_f32)_mm512_cvtepi32_ps(_mm512_load_si512(sums));
  store_f32(products, product);
  const ek_eight low = line_scales(EK_WEIGHTS_Q4_0, block);
  const ek_eight high = line_scales(EK_WEIGHTS_Q4_0, block + 144);
  memcpy(scales, &low, sizeof low);
  memcpy(scales + 8, &high, sizeof high);
}
#endif

// sum += scales times products, from term to term of each lane's row; `count` of them, a vector's
// lanes at most.
EK_INLINE ek_vector_f32 add_terms(int count, ek_int line, const float *scales,
                                  const float *products, ek_vector_f32 sum) {
  ek_words s[block_lanes], p[block_lanes];
  for (int r = 0; r < block_lanes; r++) memcpy(&p[r], products + r * line, sizeof p[r]);
  turn_square(p);
  for (int r = 0; r < block_lanes; r++) memcpy(&s[r], scales + r * line, sizeof s[r]);
  turn_square(s);
  for (int j = 0; j < count; j++)
    sum = fma_f32(of_bits_f32((ek_lanes_f32)s[j]), of_bits_f32((ek_lanes_f32)p[j]), sum);
  return sum;
}

// Asks for `lines` cache lines.
EK_INLINE const uint8_t *ask_ahead(const uint8_t *from, ek_int lines) {
  for (ek_int i = 0; i < lines; i++) __builtin_prefetch(from + 64 * i);
  return from + 64 * lines;
}

// y[0 ..< count] = the rows times the task's one token.
//
// Memory is kept busy all the time: what is read next is asked for in whole lines with each eight
// blocks, and what that leaves over while the terms are added.
EK_INLINE void line_group(const ek_weight_format format, const ek_dense_task *task,
                          const uint8_t *const *rows, int count, float *y) {
  const ek_int blocks = task->columns / 32, first = task->first_token * blocks;
  const ek_int each = format == EK_WEIGHTS_Q4_K || format == EK_WEIGHTS_Q6_K ? 2 : 1;
  const ek_int terms = each * blocks, line = ek_ceil_div(terms, 16) * 16;
  const ek_int lines = 256 / ek_block_columns(format) * ek_block_bytes(format) / 64;
  const bool in_order = task->row_bytes != 0;
  const ek_block_tokens *x = task->blocks;
  float *scales = task->scratch, *products = scales + block_lanes * line;
#if EK_VECTOR_BYTES == 64
  int8_t *turned = (int8_t *)(products + block_lanes * line);
  if (format == EK_WEIGHTS_Q4_0) turn_token(x, first, blocks, turned);
#endif
  const uint8_t *next = rows[0] + line_ahead;
  for (int r = 0; r < count; r++) {
    float *scale = scales + r * line, *product = products + r * line;
    if (!in_order) next = rows[r + 1 < count ? r + 1 : r];
    ek_int b = 0;
#if EK_VECTOR_BYTES == 64
    if (format == EK_WEIGHTS_Q4_0)
      for (; b + 16 <= blocks; b += 16) {
        next = ask_ahead(next, 2 * lines);
        line_terms_q4_0(rows[r], b, x, first + b, turned, scale + b, product + b);
      }
#endif
    for (; b + 8 <= blocks; b += 8) {
      next = ask_ahead(next, lines);
      line_terms(format, rows[r], b, x, first + b, scale + each * b, product + each * b);
    }
    for (; b < blocks; b++)
      last_term(format, rows[r], b, x, first + b, scale + b, product + b);
  }
  const ek_int left = in_order ? rows[0] + line_ahead + count * task->row_bytes - next : 0;
  const ek_int left_lines = left / 64 * block_lanes / ek_most(terms, 1);
  ek_vector_f32 sum = all_f32(0);
  ek_int i = 0;
  for (; i + block_lanes <= terms; i += block_lanes) {
    next = ask_ahead(next, left_lines);
    sum = add_terms(block_lanes, line, scales + i, products + i, sum);
  }
  if (i < terms) sum = add_terms((int)(terms - i), line, scales + i, products + i, sum);
  store_f32(y, sum);
}
