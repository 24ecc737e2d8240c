// Ternary products with AVX2 alone: vpmaddubsw adds pairs of products in 16 bits.
//
// A pair is at most 2 * 2 * 128 in size and a lane takes four of them for 16 columns, so that 256
// columns stay within -32768 ... 32512; then the lanes are widened to 32 bits.
#if defined(__x86_64__)

#include <immintrin.h>

#include "ternary.h"

#define ROWS EK_TERNARY_MOST_ROWS

enum { steps_before_widening = 16 };

EK_INLINE EK_TARGET_AVX2 __m256i four_activations(const int8_t *a) {
  int32_t four;
  memcpy(&four, a, sizeof four);
  return _mm256_set1_epi32(four);
}

EK_INLINE EK_TARGET_AVX2 __m256i plane(__m256i codes, const int p) {
  const __m256i mask = _mm256_set1_epi8(3);
  return _mm256_and_si256(p == 0 ? codes : _mm256_srli_epi16(codes, 2 * p), mask);
}

EK_INLINE EK_TARGET_AVX2 __m256i widened(__m256i sums) {
  return _mm256_madd_epi16(sums, _mm256_set1_epi16(1));
}

EK_INLINE EK_TARGET_AVX2 void some_tokens(const uint8_t *w, ek_int steps, const int8_t *a,
                                          ek_int stride, const int32_t *sums, const int tokens,
                                          int32_t *y) {
  __m256i sum[4], narrow[4];
  for (int t = 0; t < tokens; t++) sum[t] = _mm256_setzero_si256();
  for (ek_int s = 0; s < steps;) {
    const ek_int end = ek_least(s + steps_before_widening, steps);
    for (int t = 0; t < tokens; t++) narrow[t] = _mm256_setzero_si256();
    for (; s < end; s++, w += 32, a += 16) {
      if (tokens == 1) _mm_prefetch((const char *)w + 3072, _MM_HINT_T0);
      const __m256i codes = _mm256_load_si256((const __m256i *)w);
#pragma clang loop unroll(full)
      for (int p = 0; p < 4; p++) {
        const __m256i rows = plane(codes, p);
#pragma clang loop unroll(full)
        for (int t = 0; t < tokens; t++)
          narrow[t] = _mm256_add_epi16(
              narrow[t], _mm256_maddubs_epi16(rows, four_activations(a + t * stride + 4 * p)));
      }
    }
    for (int t = 0; t < tokens; t++) sum[t] = _mm256_add_epi32(sum[t], widened(narrow[t]));
  }
  for (int t = 0; t < tokens; t++)
    _mm256_storeu_si256((__m256i *)(y + t * ROWS),
                        _mm256_sub_epi32(sum[t], _mm256_set1_epi32(sums[t])));
}

EK_TARGET_AVX2
void ek_ternary_column_planes_avx2(const uint8_t *tile, ek_int steps, const int8_t *a,
                                   ek_int stride, const int32_t *sums, ek_int tokens, int32_t *y) {
  ek_int t = 0;
#define EK_SOME(n) some_tokens(tile, steps, a + t * stride, stride, sums + t, n, y + t * ROWS)
  for (; t + 4 <= tokens; t += 4) EK_SOME(4);
  switch (tokens - t) {
    case 1: EK_SOME(1); return;
    case 2: EK_SOME(2); return;
    case 3: EK_SOME(3); return;
  }
#undef EK_SOME
}

#endif
