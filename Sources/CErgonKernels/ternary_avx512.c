// Ternary products with 512-bit dot products of bytes (AVX-512 VNNI).
//
// A lane is a row: vpdpbusd adds four columns of sixteen rows at once and nothing is ever summed
// across lanes. One broadcast of four activations meets the four bit planes, which are four groups
// of rows. Planes are masked, not shifted: a sum of codes << 2 p is a multiple of 4^p, divided once
// at the end; the top plane is what the whole bytes' sum has over the other three. Sums wrap around,
// but what stays of the top plane does not: 64 times a sum of 2 * 128 a column at most, which is what
// EK_TERNARY_COLUMNS comes from.
#if defined(__x86_64__)

#include <immintrin.h>

#include "ternary.h"

enum { rows = EK_TERNARY_BAND };

EK_INLINE EK_TARGET_AVX512_VNNI __m512i four_activations(const int8_t *a) {
  int32_t four;
  memcpy(&four, a, sizeof four);
  return _mm512_set1_epi32(four);
}

// The planes' sums to rows: y[16 p + lane], minus `sum` or added to what is there.
EK_INLINE EK_TARGET_AVX512_VNNI void store_planes(const __m512i sums[4], int32_t sum, bool add,
                                                  int32_t *y) {
  const __m512i top = _mm512_sub_epi32(_mm512_sub_epi32(sums[3], sums[0]),
                                       _mm512_add_epi32(sums[1], sums[2]));
  const __m512i by_row[4] = {sums[0], _mm512_srai_epi32(sums[1], 2), _mm512_srai_epi32(sums[2], 4),
                             _mm512_srai_epi32(top, 6)};
  for (int p = 0; p < 4; p++)
    _mm512_store_si512(y + 16 * p, add ? _mm512_add_epi32(by_row[p], _mm512_load_si512(y + 16 * p))
                                       : _mm512_sub_epi32(by_row[p], _mm512_set1_epi32(sum)));
}

EK_INLINE EK_TARGET_AVX512_VNNI void add_step(__m512i sum[4], __m512i codes, __m512i four) {
  sum[0] = _mm512_dpbusd_epi32(sum[0], _mm512_and_si512(codes, _mm512_set1_epi8(3)), four);
  sum[1] = _mm512_dpbusd_epi32(sum[1], _mm512_and_si512(codes, _mm512_set1_epi8(12)), four);
  sum[2] = _mm512_dpbusd_epi32(sum[2], _mm512_and_si512(codes, _mm512_set1_epi8(48)), four);
  sum[3] = _mm512_dpbusd_epi32(sum[3], codes, four);
}

// One token: memory is the limit. Two chains of additions hide the latency of one.
EK_INLINE EK_TARGET_AVX512_VNNI void one_token(const uint8_t *w, ek_int steps, const int8_t *a,
                                               int32_t sum, int32_t *y) {
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
  store_planes(even, sum, false, y);
}

// Several tokens: 64 rows by `tokens` of them, every step masked once for all. What lies `ahead` bytes
// further is fetched meanwhile.
EK_INLINE EK_TARGET_AVX512_VNNI void some_tokens(const uint8_t *w, ek_int steps, ek_int ahead,
                                                 const int8_t *a, ek_int stride,
                                                 const int32_t *sums, bool add, const int tokens,
                                                 int32_t *y) {
  const __m512i mask0 = _mm512_set1_epi8(3), mask1 = _mm512_set1_epi8(12),
                mask2 = _mm512_set1_epi8(48);
  __m512i sum[6][4];
  for (int t = 0; t < tokens; t++)
    for (int p = 0; p < 4; p++) sum[t][p] = _mm512_setzero_si512();
  for (ek_int s = 0; s < steps; s++, w += 64, a += 4) {
    if (tokens < 6) _mm_prefetch((const char *)w + ahead, _MM_HINT_T0);
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
  for (int t = 0; t < tokens; t++) store_planes(sum[t], sums[t], add, y + t * rows);
}

// Functions of their own: six tokens need every register there is.
#define EK_TOKENS(n)                                                                          \
  EK_TARGET_AVX512_VNNI __attribute__((noinline)) static void tokens_##n(                     \
      const uint8_t *w, ek_int steps, ek_int ahead, const int8_t *a, ek_int stride,           \
      const int32_t *sums, bool add, int32_t *y) {                                            \
    some_tokens(w, steps, ahead, a, stride, sums, add, n, y);                                 \
  }
EK_TOKENS(2) EK_TOKENS(3) EK_TOKENS(4) EK_TOKENS(5) EK_TOKENS(6)
#undef EK_TOKENS

// Two tokens or more, six at a time and no fewer than three in the last turns. The planes of a packed
// matrix `follow` each other: then the last turn fetches the next, which memory has had time for.
static EK_TARGET_AVX512_VNNI void any_tokens(const uint8_t *w, ek_int steps,
                                             const ek_ternary_task *task, ek_int column, bool add,
                                             bool follow) {
  ek_int t = 0, left = task->tokens;
#define EK_SOME(n)                                                                            \
  tokens_##n(w, steps, left > n || !follow ? 0 : t > 0 ? steps * 64 : 4096,                   \
             task->codes + t * task->stride + column, task->stride, task->sums + t, add,      \
             task->y + t * rows)
  for (; left > 8 || left == 6; t += 6, left -= 6) EK_SOME(6);
  if (left > 6) {
    EK_SOME(4);
    t += 4, left -= 4;
  }
  switch (left) {
    case 2: EK_SOME(2); return;
    case 3: EK_SOME(3); return;
    case 4: EK_SOME(4); return;
    case 5: EK_SOME(5); return;
  }
#undef EK_SOME
}

EK_TARGET_AVX512_VNNI
void ek_ternary_row_planes_avx512(const ek_ternary_task *task) {
  if (task->tokens == 1)
    one_token(task->packed, task->steps, task->codes, task->sums[0], task->y);
  else
    any_tokens(task->packed, task->steps, task, 0, false, true);
}

// MARK: 5/3 bit

// Columns 4 q + j of an index, q = 0, 1, 2: index / 9, index / 3 % 3, index % 3.
static const uint8_t trits[3][64] EK_ALIGNED = {
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2},
    {0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 0, 0, 1, 1, 1, 2, 2, 2},
    {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2},
};

// The indices of a step, of its first 16 rows and of the others.
EK_INLINE EK_TARGET_AVX512_VBMI void read_indices(const uint8_t *w, __m512i index[2]) {
  const __m512i low_bits = _mm512_set1_epi8(15), sixteen = _mm512_set1_epi8(16);
  uint64_t fifth[2];
  memcpy(fifth, w + 64, sizeof fifth);
  const __m512i pairs = _mm512_loadu_si512(w);
  const __m512i low = _mm512_and_si512(pairs, low_bits);
  const __m512i high = _mm512_and_si512(_mm512_srli_epi16(pairs, 4), low_bits);
  index[0] = _mm512_mask_add_epi8(low, _cvtu64_mask64(fifth[0]), low, sixteen);
  index[1] = _mm512_mask_add_epi8(high, _cvtu64_mask64(fifth[1]), high, sixteen);
}

EK_INLINE EK_TARGET_AVX512_VBMI void add_third(__m512i sum[3][2], const uint8_t *w,
                                               const int8_t *a) {
  __m512i index[2];
  read_indices(w, index);
  for (int q = 0; q < 3; q++) {
    const __m512i table = _mm512_load_si512(trits[q]), four = four_activations(a + 4 * q);
    for (int h = 0; h < 2; h++)
      sum[q][h] = _mm512_dpbusd_epi32(sum[q][h], _mm512_permutexvar_epi8(index[h], table), four);
  }
}

// A tile times one token, where memory is the limit.
EK_INLINE EK_TARGET_AVX512_VBMI void thirds_one_token(const uint8_t *w, ek_int steps,
                                                      const int8_t *a, ek_int stride, int32_t sum,
                                                      int32_t *y) {
  __m512i sums[3][2];
  for (int q = 0; q < 3; q++) sums[q][0] = sums[q][1] = _mm512_setzero_si512();
  const ek_int whole = ek_least(steps, stride / 12);
  for (ek_int s = 0; s < whole; s++, w += 80, a += 12) {
    _mm_prefetch((const char *)w + 5120, _MM_HINT_T0);
    _mm_prefetch((const char *)w + 5120 + 64, _MM_HINT_T0);
    add_third(sums, w, a);
  }
  if (whole < steps) {
    // This step ends after the zeros that follow a token.
    int8_t last[12] = {0};
    memcpy(last, a, (size_t)(stride - 12 * whole));
    add_third(sums, w, last);
  }
  for (int h = 0; h < 2; h++) {
    const __m512i all = _mm512_add_epi32(sums[0][h], _mm512_add_epi32(sums[1][h], sums[2][h]));
    _mm512_store_si512(y + 16 * h, _mm512_sub_epi32(all, _mm512_set1_epi32(sum)));
  }
}

// Steps of two tiles as three times as many of row planes.
EK_INLINE EK_TARGET_AVX512_VBMI void thirds_to_planes(const uint8_t *tile, const uint8_t *next,
                                                      ek_int steps, uint8_t *planes) {
  __m512i table[3][4];
  for (int q = 0; q < 3; q++)
    for (int p = 0; p < 4; p++)
      table[q][p] = _mm512_slli_epi16(_mm512_load_si512(trits[q]), (unsigned)(2 * p));
  for (ek_int s = 0; s < steps; s++, tile += 80, next += 80, planes += 192) {
    _mm_prefetch((const char *)tile + 5120, _MM_HINT_T0);
    _mm_prefetch((const char *)next + 5120, _MM_HINT_T0);
    __m512i index[4];
    read_indices(tile, index);
    read_indices(next, index + 2);
#pragma clang loop unroll(full)
    for (int q = 0; q < 3; q++) {
      __m512i codes = _mm512_permutexvar_epi8(index[0], table[q][0]);
      for (int p = 1; p < 4; p++)
        codes = _mm512_or_si512(codes, _mm512_permutexvar_epi8(index[p], table[q][p]));
      _mm512_store_si512(planes + 64 * q, codes);
    }
  }
}

EK_TARGET_AVX512_VBMI
void ek_ternary_thirds_avx512(const ek_ternary_task *task) {
  const ek_int steps = task->steps, tile_bytes = steps * 80;
  if (task->tokens == 1) {
    for (ek_int i = 0; i < task->tiles; i++)
      thirds_one_token(task->packed + i * tile_bytes, steps, task->codes, task->stride,
                       task->sums[0], task->y + 32 * i);
    return;
  }
  // Some columns at a time become row planes, which stay in the first cache while the tokens pass.
  enum { part = 128 };
  uint8_t planes[part * 192] EK_ALIGNED;
  const ek_int to_next = task->tiles > 1 ? tile_bytes : 0;
  for (ek_int s = 0; s < steps; s += part) {
    const ek_int here = ek_least(part, steps - s);
    const uint8_t *tile = task->packed + s * 80;
    thirds_to_planes(tile, tile + to_next, here, planes);
    // The last step of twelve columns may end after the zeros that follow a token.
    const ek_int four_columns = ek_least(3 * here, task->stride / 4 - 3 * s);
    any_tokens(planes, four_columns, task, 12 * s, s > 0, false);
  }
}

#endif
