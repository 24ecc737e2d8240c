// Integer products by vpdpbusd: unsigned codes of the rows times signed codes of the tokens, four
// columns to a lane. What the rows' codes are too large by times the sum of the token's codes has
// to be taken off.
EK_INLINE bool dot_needs_sum(const ek_weight_format format) { return format != EK_WEIGHTS_Q4_K; }

EK_INLINE ek_lanes_f32 dot_words(const ek_weight_format format, ek_words w, ek_words x) {
  (void)format;
  return EK_DPBUSD((ek_lanes_f32)0, w, x);
}

// The sum of `steps` vectors of turned codes times four of the token's codes each.
EK_INLINE ek_lanes_f32 dot_block(const ek_weight_format format, const int steps,
                                 const ek_words *w, const int8_t *codes, int32_t minus_sum) {
  ek_lanes_f32 sum = 0;
  if (dot_needs_sum(format)) sum = (ek_lanes_f32)minus_sum << code_shift(format);
  for (int i = 0; i < steps; i++) {
    int32_t four;
    memcpy(&four, codes + 4 * i, sizeof four);
    sum = EK_DPBUSD(sum, w[i], (ek_lanes_f32)four);
  }
  return sum;
}
