// The integer products of a block by vpdpbusd: unsigned codes of the rows times signed codes of the
// token, four columns to a lane. What the rows' codes are too large by (code_shift) times the sum of
// the token's codes is taken off at the start.
EK_INLINE ek_lanes_f32 dot_block(const ek_weight_format format, const int steps,
                                 const ek_words *w, const int8_t *codes, int32_t minus_sum) {
  ek_lanes_f32 sum = 0;
  if (format != EK_WEIGHTS_Q4_K) sum = (ek_lanes_f32)minus_sum << code_shift(format);
  for (int i = 0; i < steps; i++) {
    int32_t four;
    memcpy(&four, codes + 4 * i, sizeof four);
    sum = EK_DPBUSD(sum, w[i], (ek_lanes_f32)four);
  }
  return sum;
}
