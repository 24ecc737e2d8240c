// What the files that multiply small integers share.
#ifndef EK_DOT_H
#define EK_DOT_H

#include "include/ergon_quantized_kernels.h"
#include "internal.h"

// One more than the set forced for this thread, or 0. Loops ask once, before their pieces are shared.
extern _Thread_local int32_t ek_dot_isa_here;

// Whether vpermb is there: what the 5/3-bit layout needs.
bool ek_has_vector_bytes_permute(void);

// The tables of a family by ek_dot_isa, as EK_TABLES by ek_isa. With smmla the products are sdot's.
#if defined(__x86_64__)
#define EK_DOT_TABLES(name)                                                                     \
  {&name##_scalar, &name##_avx2, &name##_avx_vnni, &name##_avx512_vnni, &name##_scalar,         \
   &name##_scalar, &name##_scalar}
#elif defined(__aarch64__)
#define EK_DOT_TABLES(name)                                                                     \
  {&name##_scalar, &name##_scalar, &name##_scalar, &name##_scalar, &name##_neon,                \
   &name##_neon_dotprod, &name##_neon_dotprod}
#else
#define EK_DOT_TABLES(name)                                                                     \
  {&name##_scalar, &name##_scalar, &name##_scalar, &name##_scalar, &name##_scalar,              \
   &name##_scalar, &name##_scalar}
#endif

#define EK_TARGET_AVX_VNNI __attribute__((target("avx2,fma,f16c,avxvnni")))
#define EK_TARGET_AVX512_VNNI \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c")))
#define EK_TARGET_AVX512_VBMI                                                                   \
  __attribute__((target(                                                                        \
      "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512vbmi,avx2,fma,f16c")))
#define EK_TARGET_DOTPROD __attribute__((target("dotprod")))
#define EK_TARGET_I8MM __attribute__((target("dotprod,i8mm")))

#endif
