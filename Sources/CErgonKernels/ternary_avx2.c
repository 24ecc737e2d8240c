// Ternary products with AVX2 alone: vpmaddubsw adds pairs of products in 16 bits.
//
// A pair of codes below 4 is at most 2 * 2 * 128 in size and a lane takes four of them for 16 columns,
// so that 256 columns stay within -32768 ... 32512; then the lanes are widened to 32 bits.
#if defined(__x86_64__)

#include <immintrin.h>

#include "ternary.h"

enum { steps_before_widening = 16, tile_rows = 8 };

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

EK_INLINE EK_TARGET_AVX2 void store(__m256i sums, int32_t sum, int32_t *y) {
  _mm256_store_si256((__m256i *)y, _mm256_sub_epi32(sums, _mm256_set1_epi32(sum)));
}

// One token. Planes 1 and 3 are left times four, which saves two shifts of three: a pair of them is at
// most 2 * 8 * 128, and sixteen steps of one such plane just fit.
EK_INLINE EK_TARGET_AVX2 void one_token(const uint8_t *w, ek_int steps, const int8_t *a,
                                        int32_t codes_sum, int32_t *y) {
  const __m256i low = _mm256_set1_epi8(3), high = _mm256_set1_epi8(12);
  __m256i sum = _mm256_setzero_si256();
  for (ek_int s = 0; s < steps;) {
    const ek_int end = ek_least(s + steps_before_widening, steps);
    __m256i even = _mm256_setzero_si256(), second = even, fourth = even;
    for (; s < end; s++, w += 32, a += 16) {
      _mm_prefetch((const char *)w + 3072, _MM_HINT_T0);
      const __m256i codes = _mm256_load_si256((const __m256i *)w);
      const __m256i upper = _mm256_srli_epi16(codes, 4);
      const __m256i p0 = _mm256_maddubs_epi16(_mm256_and_si256(codes, low), four_activations(a));
      const __m256i p1 =
          _mm256_maddubs_epi16(_mm256_and_si256(codes, high), four_activations(a + 4));
      const __m256i p2 =
          _mm256_maddubs_epi16(_mm256_and_si256(upper, low), four_activations(a + 8));
      const __m256i p3 =
          _mm256_maddubs_epi16(_mm256_and_si256(upper, high), four_activations(a + 12));
      even = _mm256_add_epi16(even, _mm256_add_epi16(p0, p2));
      second = _mm256_add_epi16(second, p1);
      fourth = _mm256_add_epi16(fourth, p3);
    }
    const __m256i odd = _mm256_add_epi32(widened(second), widened(fourth));
    sum = _mm256_add_epi32(sum, _mm256_add_epi32(widened(even), _mm256_srai_epi32(odd, 2)));
  }
  store(sum, codes_sum, y);
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
      const __m256i codes = _mm256_load_si256((const __m256i *)w);
#pragma clang loop unroll(full)
      for (int p = 0; p < 4; p++) {
        const __m256i codes_of_rows = plane(codes, p);
#pragma clang loop unroll(full)
        for (int t = 0; t < tokens; t++)
          narrow[t] = _mm256_add_epi16(
              narrow[t],
              _mm256_maddubs_epi16(codes_of_rows, four_activations(a + t * stride + 4 * p)));
      }
    }
    for (int t = 0; t < tokens; t++) sum[t] = _mm256_add_epi32(sum[t], widened(narrow[t]));
  }
  for (int t = 0; t < tokens; t++) store(sum[t], sums[t], y + t * EK_TERNARY_BAND);
}

EK_TARGET_AVX2
void ek_ternary_column_planes_avx2(const ek_ternary_task *task) {
  const ek_int steps = task->steps, stride = task->stride, tokens = task->tokens;
  for (ek_int i = 0; i < task->tiles; i++) {
    const uint8_t *w = task->packed + i * steps * 32;
    int32_t *y = task->y + tile_rows * i;
    ek_int t = 0;
#define EK_SOME(n)                                                                          \
  some_tokens(w, steps, task->codes + t * stride, stride, task->sums + t, n, y + t * EK_TERNARY_BAND)
    if (tokens == 1) one_token(w, steps, task->codes, task->sums[0], y), t = 1;
    for (; t + 4 <= tokens; t += 4) EK_SOME(4);
    switch (tokens - t) {
      case 1: EK_SOME(1); break;
      case 2: EK_SOME(2); break;
      case 3: EK_SOME(3); break;
    }
#undef EK_SOME
  }
}

#endif
