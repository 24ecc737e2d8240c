// The integer products of a block: by sdot where EK_SDOT is defined, or by widening products. The
// rows' codes become signed first.
EK_INLINE ek_lanes_f32 dot_block(const ek_weight_format format, const int steps,
                                 const ek_words *w, const int8_t *codes, int32_t minus_sum) {
  (void)minus_sum;
  const int offset = format == EK_WEIGHTS_Q4_K ? 0 : 1 << code_shift(format);
  int32x4_t sum = vdupq_n_s32(0);
  for (int i = 0; i < steps; i++) {
    int32_t four;
    memcpy(&four, codes + 4 * i, sizeof four);
    const int8x16_t x = vreinterpretq_s8_s32(vdupq_n_s32(four));
    const int8x16_t v =
        vreinterpretq_s8_u8(vsubq_u8((uint8x16_t)w[i], vdupq_n_u8((uint8_t)offset)));
#ifdef EK_SDOT
    sum = vdotq_s32(sum, v, x);
#else
    const int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(v), vget_low_s8(x)));
    const int32x4_t high = vpaddlq_s16(vmull_s8(vget_high_s8(v), vget_high_s8(x)));
    sum = vaddq_s32(sum, vpaddq_s32(low, high));
#endif
  }
  return (ek_lanes_f32)sum;
}
