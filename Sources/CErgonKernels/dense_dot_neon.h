// Integer products of signed codes: by sdot where EK_SDOT is defined, or widened in two steps. The
// rows' codes become signed first.
EK_INLINE bool dot_needs_sum(const ek_weight_format format) {
  (void)format;
  return false;
}

EK_INLINE int32x4_t dot_add(const ek_weight_format format, int32x4_t sum, ek_words w,
                            int8x16_t x) {
  const uint8_t offset = format == EK_WEIGHTS_Q4_K ? 0 : (uint8_t)(1 << code_shift(format));
  const int8x16_t v = vreinterpretq_s8_u8(vsubq_u8((uint8x16_t)w, vdupq_n_u8(offset)));
#ifdef EK_SDOT
  return vdotq_s32(sum, v, x);
#else
  const int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(v), vget_low_s8(x)));
  const int32x4_t high = vpaddlq_s16(vmull_s8(vget_high_s8(v), vget_high_s8(x)));
  return vaddq_s32(sum, vpaddq_s32(low, high));
#endif
}

EK_INLINE ek_lanes_f32 dot_words(const ek_weight_format format, ek_words w, ek_words x) {
  return (ek_lanes_f32)dot_add(format, vdupq_n_s32(0), w, (int8x16_t)x);
}

// The sum of `steps` vectors of turned codes times four of the token's codes each.
EK_INLINE ek_lanes_f32 dot_block(const ek_weight_format format, const int steps,
                                 const ek_words *w, const int8_t *codes, int32_t minus_sum) {
  (void)minus_sum;
  int32x4_t sum = vdupq_n_s32(0);
  for (int i = 0; i < steps; i++) {
    int32_t four;
    memcpy(&four, codes + 4 * i, sizeof four);
    sum = dot_add(format, sum, w[i], vreinterpretq_s8_s32(vdupq_n_s32(four)));
  }
  return (ek_lanes_f32)sum;
}
