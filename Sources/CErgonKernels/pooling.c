// Maximum and average pooling: the plain versions, and which version runs.
#include <string.h>

#include "pooling.h"

#if defined(__x86_64__)
// A vector of AVX-512 would be half empty with eight channels or fewer.
#define FASTER(name)                                                                             \
  (ek_isa_now() == EK_ISA_AVX512 && shape->channels > 8 ? ek_##name##_avx512                     \
   : ek_isa_now() == EK_ISA_AVX512 || ek_isa_now() == EK_ISA_AVX2 ? ek_##name##_avx2             \
   : name##_f32)
#elif defined(__aarch64__)
#define FASTER(name) (ek_isa_now() == EK_ISA_NEON ? ek_##name##_neon : name##_f32)
#else
#define FASTER(name) name##_f32
#endif

#define T float
#define S f32
#define CHOOSE(name) FASTER(name)
#include "pooling_template.h"
#undef T
#undef S
#undef CHOOSE

#define T double
#define S f64
#define CHOOSE(name) name##_f64
#include "pooling_template.h"
