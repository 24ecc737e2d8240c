// The integer products of a block by vpmaddubsw, whose sums of two products saturate at 16 bits.
// Codes of up to 6 bits are small enough for some of these to be added before they are widened:
// 8 steps of 2 * 15 * 127, or 2 of 2 * 63 * 127, are below 2^15. Those of Q8_0 become sizes, at most
// 128, and give the token's codes their signs.
EK_INLINE __m256i add_wide(__m256i sum, __m256i pairs) {
  return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

EK_INLINE ek_lanes_f32 dot_block(const ek_weight_format format, const int steps,
                                 const ek_words *w, const int8_t *codes, int32_t minus_sum) {
  const bool is_wide = format == EK_WEIGHTS_Q8_0;
  const int together = format == EK_WEIGHTS_Q6_K ? 2 : 8;
  __m256i sum = _mm256_setzero_si256(), pairs = _mm256_setzero_si256();
  if (format == EK_WEIGHTS_Q4_0 || format == EK_WEIGHTS_Q6_K)
    sum = _mm256_set1_epi32(minus_sum * (1 << code_shift(format)));
  for (int i = 0; i < steps; i++) {
    int32_t four;
    memcpy(&four, codes + 4 * i, sizeof four);
    const __m256i x = _mm256_set1_epi32(four);
    if (is_wide) {
      const __m256i v = _mm256_xor_si256((__m256i)w[i], _mm256_set1_epi8(-128));
      sum = add_wide(sum, _mm256_maddubs_epi16(_mm256_abs_epi8(v), _mm256_sign_epi8(x, v)));
      continue;
    }
    const __m256i product = _mm256_maddubs_epi16((__m256i)w[i], x);
    pairs = i % together == 0 ? product : _mm256_add_epi16(pairs, product);
    if ((i + 1) % together == 0 || i + 1 == steps) sum = add_wide(sum, pairs);
  }
  return (ek_lanes_f32)sum;
}
