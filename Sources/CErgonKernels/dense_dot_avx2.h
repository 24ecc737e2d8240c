// Integer products by vpmaddubsw, whose sums of two products saturate at 16 bits. Codes of up to 6
// bits are small enough for some of these to be added before they are widened: 8 steps of 2 * 15 *
// 127, or 2 of 2 * 63 * 127, are below 2^15. Those of Q8_0 become sizes, at most 128, and give the
// token's codes their signs.
EK_INLINE bool dot_needs_sum(const ek_weight_format format) {
  return format == EK_WEIGHTS_Q4_0 || format == EK_WEIGHTS_Q6_K;
}

EK_INLINE __m256i dot_pairs(const ek_weight_format format, __m256i w, __m256i x) {
  if (format != EK_WEIGHTS_Q8_0) return _mm256_maddubs_epi16(w, x);
  const __m256i v = _mm256_xor_si256(w, _mm256_set1_epi8(-128));
  return _mm256_maddubs_epi16(_mm256_abs_epi8(v), _mm256_sign_epi8(x, v));
}

EK_INLINE ek_lanes_f32 dot_widened(__m256i pairs) {
  return (ek_lanes_f32)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

EK_INLINE ek_lanes_f32 dot_words(const ek_weight_format format, ek_words w, ek_words x) {
  return dot_widened(dot_pairs(format, (__m256i)w, (__m256i)x));
}

// The sum of `steps` vectors of turned codes times four of the token's codes each.
EK_INLINE ek_lanes_f32 dot_block(const ek_weight_format format, const int steps,
                                 const ek_words *w, const int8_t *codes, int32_t minus_sum) {
  const int together = format == EK_WEIGHTS_Q8_0 ? 1 : format == EK_WEIGHTS_Q6_K ? 2 : 8;
  ek_lanes_f32 sum = dot_needs_sum(format) ? minus_sum * (1 << code_shift(format)) : 0;
  for (int i = 0; i < steps; i += together) {
    __m256i pairs = _mm256_setzero_si256();
    for (int j = i; j < i + together; j++) {
      int32_t four;
      memcpy(&four, codes + 4 * j, sizeof four);
      const __m256i product = dot_pairs(format, (__m256i)w[j], _mm256_set1_epi32(four));
      pairs = j == i ? product : _mm256_add_epi16(pairs, product);
    }
    sum += dot_widened(pairs);
  }
  return sum;
}
