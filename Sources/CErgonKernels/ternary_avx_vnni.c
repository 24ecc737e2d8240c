// Ternary products with 256-bit dot products of bytes (AVX-VNNI): ternary_avx512.c in halves.
#if defined(__x86_64__)

#include <immintrin.h>

#include "ternary.h"

// Half of the planes' sums to rows: see ternary_avx512.c.
EK_INLINE EK_TARGET_AVX_VNNI void store_planes(const __m256i sums[4], int32_t sum, int32_t *y) {
  const __m256i s = _mm256_set1_epi32(sum);
  const __m256i top = _mm256_sub_epi32(_mm256_sub_epi32(sums[3], sums[0]),
                                       _mm256_add_epi32(sums[1], sums[2]));
  const __m256i by_row[4] = {sums[0], _mm256_srai_epi32(sums[1], 2), _mm256_srai_epi32(sums[2], 4),
                             _mm256_srai_epi32(top, 6)};
  for (int p = 0; p < 4; p++)
    _mm256_storeu_si256((__m256i *)(y + 16 * p), _mm256_sub_epi32(by_row[p], s));
}

// Half a tile: the lanes l of half h are rows 16 p + 8 h + l.
EK_INLINE EK_TARGET_AVX_VNNI void half_tile(const uint8_t *w, ek_int steps, const int8_t *a,
                                            ek_int stride, const int32_t *sums, const int tokens,
                                            int32_t *y) {
  const __m256i mask0 = _mm256_set1_epi8(3), mask1 = _mm256_set1_epi8(12),
                mask2 = _mm256_set1_epi8(48);
  __m256i sum[2][4];
  for (int t = 0; t < tokens; t++)
    for (int p = 0; p < 4; p++) sum[t][p] = _mm256_setzero_si256();
  for (ek_int s = 0; s < steps; s++, w += 64, a += 4) {
    const __m256i codes = _mm256_load_si256((const __m256i *)w);
    const __m256i plane0 = _mm256_and_si256(codes, mask0);
    const __m256i plane1 = _mm256_and_si256(codes, mask1);
    const __m256i plane2 = _mm256_and_si256(codes, mask2);
#pragma clang loop unroll(full)
    for (int t = 0; t < tokens; t++) {
      int32_t word;
      memcpy(&word, a + t * stride, sizeof word);
      const __m256i four = _mm256_set1_epi32(word);
      sum[t][0] = _mm256_dpbusd_avx_epi32(sum[t][0], plane0, four);
      sum[t][1] = _mm256_dpbusd_avx_epi32(sum[t][1], plane1, four);
      sum[t][2] = _mm256_dpbusd_avx_epi32(sum[t][2], plane2, four);
      sum[t][3] = _mm256_dpbusd_avx_epi32(sum[t][3], codes, four);
    }
  }
  for (int t = 0; t < tokens; t++) store_planes(sum[t], sums[t], y + t * EK_TERNARY_BAND);
}

// One token: both halves side by side, so that the tile is read once and in order.
EK_INLINE EK_TARGET_AVX_VNNI void one_token(const uint8_t *w, ek_int steps, const int8_t *a,
                                            int32_t codes_sum, int32_t *y) {
  const __m256i mask0 = _mm256_set1_epi8(3), mask1 = _mm256_set1_epi8(12),
                mask2 = _mm256_set1_epi8(48);
  __m256i sum[2][4];
  for (int h = 0; h < 2; h++)
    for (int p = 0; p < 4; p++) sum[h][p] = _mm256_setzero_si256();
  for (ek_int s = 0; s < steps; s++, w += 64, a += 4) {
    _mm_prefetch((const char *)w + 4096, _MM_HINT_T0);
    int32_t word;
    memcpy(&word, a, sizeof word);
    const __m256i four = _mm256_set1_epi32(word);
    for (int h = 0; h < 2; h++) {
      const __m256i codes = _mm256_load_si256((const __m256i *)(w + 32 * h));
      sum[h][0] = _mm256_dpbusd_avx_epi32(sum[h][0], _mm256_and_si256(codes, mask0), four);
      sum[h][1] = _mm256_dpbusd_avx_epi32(sum[h][1], _mm256_and_si256(codes, mask1), four);
      sum[h][2] = _mm256_dpbusd_avx_epi32(sum[h][2], _mm256_and_si256(codes, mask2), four);
      sum[h][3] = _mm256_dpbusd_avx_epi32(sum[h][3], codes, four);
    }
  }
  for (int h = 0; h < 2; h++) store_planes(sum[h], codes_sum, y + 8 * h);
}

EK_TARGET_AVX_VNNI
void ek_ternary_row_planes_avx_vnni(const ek_ternary_task *task) {
  const ek_int steps = task->steps, stride = task->stride, tokens = task->tokens;
  if (tokens == 1) {
    one_token(task->packed, steps, task->codes, task->sums[0], task->y);
    return;
  }
  for (int h = 0; h < 2; h++) {
    ek_int t = 0;
#define EK_SOME(n)                                                                             \
  half_tile(task->packed + 32 * h, steps, task->codes + t * stride, stride, task->sums + t, n, \
            task->y + t * EK_TERNARY_BAND + 8 * h)
    for (; t + 2 <= tokens; t += 2) EK_SOME(2);  // as many as sixteen registers hold
    if (t < tokens) EK_SOME(1);
#undef EK_SOME
  }
}

#endif
