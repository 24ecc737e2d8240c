// Ternary products with 512-bit dot products of bytes (AVX-512 VNNI).
//
// A lane is a row: vpdpbusd adds four columns of sixteen rows at once and nothing is ever summed
// across lanes. One broadcast of four activations meets the four bit planes, which are four groups
// of rows. Planes are masked, not shifted: a sum of codes << 2 p is a multiple of 4^p, divided once
// at the end; the top plane is what the whole bytes' sum has over the other three. A byte is at most
// 170, so that no sum of K <= 2^31 / (170 * 128) columns overflows.
#if defined(__x86_64__)

#include <immintrin.h>

#include "ternary.h"

#define ROWS EK_TERNARY_MOST_ROWS

EK_INLINE EK_TARGET_AVX512_VNNI __m512i four_activations(const int8_t *a) {
  int32_t four;
  memcpy(&four, a, sizeof four);
  return _mm512_set1_epi32(four);
}

// The planes' sums to rows: y[16 p + lane].
EK_INLINE EK_TARGET_AVX512_VNNI void store_planes(const __m512i sum[4], int32_t codes_sum,
                                                  int32_t *y) {
  const __m512i s = _mm512_set1_epi32(codes_sum);
  const __m512i top = _mm512_sub_epi32(_mm512_sub_epi32(sum[3], sum[0]),
                                       _mm512_add_epi32(sum[1], sum[2]));
  _mm512_storeu_si512(y, _mm512_sub_epi32(sum[0], s));
  _mm512_storeu_si512(y + 16, _mm512_sub_epi32(_mm512_srai_epi32(sum[1], 2), s));
  _mm512_storeu_si512(y + 32, _mm512_sub_epi32(_mm512_srai_epi32(sum[2], 4), s));
  _mm512_storeu_si512(y + 48, _mm512_sub_epi32(_mm512_srai_epi32(top, 6), s));
}

EK_INLINE EK_TARGET_AVX512_VNNI void add_step(__m512i sum[4], __m512i codes, __m512i four) {
  sum[0] = _mm512_dpbusd_epi32(sum[0], _mm512_and_si512(codes, _mm512_set1_epi8(3)), four);
  sum[1] = _mm512_dpbusd_epi32(sum[1], _mm512_and_si512(codes, _mm512_set1_epi8(12)), four);
  sum[2] = _mm512_dpbusd_epi32(sum[2], _mm512_and_si512(codes, _mm512_set1_epi8(48)), four);
  sum[3] = _mm512_dpbusd_epi32(sum[3], codes, four);
}

// One token: memory is the limit. Two chains of additions hide the latency of one.
EK_INLINE EK_TARGET_AVX512_VNNI void one_token(const uint8_t *w, ek_int steps, const int8_t *a,
                                               int32_t codes_sum, int32_t *y) {
  __m512i even[4], odd[4];
  for (int p = 0; p < 4; p++) even[p] = odd[p] = _mm512_setzero_si512();
  ek_int s = 0;
  for (; s + 2 <= steps; s += 2, w += 128, a += 8) {
    _mm_prefetch((const char *)w + 4096, _MM_HINT_T0);
    _mm_prefetch((const char *)w + 4096 + 64, _MM_HINT_T0);
    add_step(even, _mm512_load_si512(w), four_activations(a));
    add_step(odd, _mm512_load_si512(w + 64), four_activations(a + 4));
  }
  if (s < steps) add_step(even, _mm512_load_si512(w), four_activations(a));
  for (int p = 0; p < 4; p++) even[p] = _mm512_add_epi32(even[p], odd[p]);
  store_planes(even, codes_sum, y);
}

// Several tokens: 64 rows by `tokens` of them, every step masked once for all.
EK_INLINE EK_TARGET_AVX512_VNNI void some_tokens(const uint8_t *w, ek_int steps, const int8_t *a,
                                                 ek_int stride, const int32_t *sums,
                                                 const int tokens, int32_t *y) {
  const __m512i mask0 = _mm512_set1_epi8(3), mask1 = _mm512_set1_epi8(12),
                mask2 = _mm512_set1_epi8(48);
  __m512i sum[5][4];
  for (int t = 0; t < tokens; t++)
    for (int p = 0; p < 4; p++) sum[t][p] = _mm512_setzero_si512();
  for (ek_int s = 0; s < steps; s++, w += 64, a += 4) {
    const __m512i codes = _mm512_load_si512(w);
    const __m512i plane0 = _mm512_and_si512(codes, mask0);
    const __m512i plane1 = _mm512_and_si512(codes, mask1);
    const __m512i plane2 = _mm512_and_si512(codes, mask2);
#pragma clang loop unroll(full)
    for (int t = 0; t < tokens; t++) {
      const __m512i four = four_activations(a + t * stride);
      sum[t][0] = _mm512_dpbusd_epi32(sum[t][0], plane0, four);
      sum[t][1] = _mm512_dpbusd_epi32(sum[t][1], plane1, four);
      sum[t][2] = _mm512_dpbusd_epi32(sum[t][2], plane2, four);
      sum[t][3] = _mm512_dpbusd_epi32(sum[t][3], codes, four);
    }
  }
  for (int t = 0; t < tokens; t++) store_planes(sum[t], sums[t], y + t * ROWS);
}

EK_TARGET_AVX512_VNNI
void ek_ternary_row_planes_avx512(const uint8_t *tile, ek_int steps, const int8_t *a,
                                  ek_int stride, const int32_t *sums, ek_int tokens, int32_t *y) {
  ek_int t = 0;
#define EK_SOME(n) some_tokens(tile, steps, a + t * stride, stride, sums + t, n, y + t * ROWS)
  // Five tokens: their sums, the masks and the planes fill the registers and nothing is put aside.
  for (; t + 5 <= tokens; t += 5) EK_SOME(5);
  switch (tokens - t) {
    case 1: one_token(tile, steps, a + t * stride, sums[t], y + t * ROWS); return;
    case 2: EK_SOME(2); return;
    case 3: EK_SOME(3); return;
    case 4: EK_SOME(4); return;
  }
#undef EK_SOME
}

// MARK: 5/3 bit

// Columns 4 q + j of an index, q = 0, 1, 2: index / 9, index / 3 % 3, index % 3.
static const uint8_t trits[3][64] EK_ALIGNED = {
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2},
    {0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 0, 0, 1, 1, 1, 2, 2, 2},
    {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2},
};

EK_INLINE EK_TARGET_AVX512_VBMI void thirds(const uint8_t *w, ek_int steps, const int8_t *a,
                                            ek_int stride, const int32_t *sums, const int tokens,
                                            int32_t *y) {
  const __m512i table[3] = {_mm512_load_si512(trits[0]), _mm512_load_si512(trits[1]),
                            _mm512_load_si512(trits[2])};
  const __m512i low_bits = _mm512_set1_epi8(15), sixteen = _mm512_set1_epi8(16);
  // One token keeps a chain for each third; several tokens hide the latency among themselves.
  enum { most = 8 };
  __m512i sum[most][2], more[2][2];
  for (int t = 0; t < tokens; t++) sum[t][0] = sum[t][1] = _mm512_setzero_si512();
  for (int q = 0; q < 2; q++) more[q][0] = more[q][1] = _mm512_setzero_si512();
  // The last step may end after the zeros that follow a token: it gets a copy with more of them.
  int8_t last[most * 12];
  for (ek_int s = 0; s < steps; s++, w += 80, a += 12) {
    if (12 * (s + 1) > stride) {
      memset(last, 0, sizeof last);
      for (int t = 0; t < tokens; t++)
        memcpy(last + 12 * t, a + t * stride, (size_t)(stride - 12 * s));
      a = last;
      stride = 12;
    }
    if (tokens == 1) {
      _mm_prefetch((const char *)w + 5120, _MM_HINT_T0);
      _mm_prefetch((const char *)w + 5120 + 64, _MM_HINT_T0);
    }
    uint64_t fifth[2];
    memcpy(fifth, w + 64, sizeof fifth);
    const __m512i pairs = _mm512_loadu_si512(w);
    __m512i low = _mm512_and_si512(pairs, low_bits);
    __m512i high = _mm512_and_si512(_mm512_srli_epi16(pairs, 4), low_bits);
    low = _mm512_mask_add_epi8(low, _cvtu64_mask64(fifth[0]), low, sixteen);
    high = _mm512_mask_add_epi8(high, _cvtu64_mask64(fifth[1]), high, sixteen);
#pragma clang loop unroll(full)
    for (int q = 0; q < 3; q++) {
      const __m512i rows0 = _mm512_permutexvar_epi8(low, table[q]);
      const __m512i rows16 = _mm512_permutexvar_epi8(high, table[q]);
#pragma clang loop unroll(full)
      for (int t = 0; t < tokens; t++) {
        const __m512i four = four_activations(a + t * stride + 4 * q);
        __m512i *to = tokens == 1 && q > 0 ? more[q - 1] : sum[t];
        to[0] = _mm512_dpbusd_epi32(to[0], rows0, four);
        to[1] = _mm512_dpbusd_epi32(to[1], rows16, four);
      }
    }
  }
  for (int t = 0; t < tokens; t++) {
    const __m512i s = _mm512_set1_epi32(sums[t]);
    for (int h = 0; h < 2; h++) {
      __m512i all = sum[t][h];
      if (tokens == 1) all = _mm512_add_epi32(all, _mm512_add_epi32(more[0][h], more[1][h]));
      _mm512_storeu_si512(y + t * ROWS + 16 * h, _mm512_sub_epi32(all, s));
    }
  }
}

EK_TARGET_AVX512_VBMI
void ek_ternary_thirds_avx512(const uint8_t *tile, ek_int steps, const int8_t *a, ek_int stride,
                              const int32_t *sums, ek_int tokens, int32_t *y) {
  ek_int t = 0;
  for (; t + 8 <= tokens; t += 8)
    thirds(tile, steps, a + t * stride, stride, sums + t, 8, y + t * ROWS);
  for (; t + 4 <= tokens; t += 4)
    thirds(tile, steps, a + t * stride, stride, sums + t, 4, y + t * ROWS);
  for (; t < tokens; t++) thirds(tile, steps, a + t * stride, stride, sums + t, 1, y + t * ROWS);
}

#endif
