// Convolutions for AVX-512.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "convolution.h"

#pragma clang attribute push(EK_TARGET_AVX512, apply_to = function)
#pragma clang fp contract(fast)

#define EXPORTED(name) EK_JOIN(EK_JOIN(name, _avx512_), S)
#define VECTOR_BYTES 64
#define ACCUMULATORS 30
#define VECTORS 2

#define T float
#define S f32
#define MASK __mmask16
#define FIRST(n) ((__mmask16)((1u << (n)) - 1))
#define LOAD_PART(p, mask) ((EK_TYPED(vector))_mm512_maskz_loadu_ps(mask, p))
#define STORE_PART(p, v, mask) _mm512_mask_storeu_ps(p, mask, (__m512)(v))
#include "convolution_blocked_template.h"
#include "convolution_weights_template.h"
#include "convolution_depthwise_template.h"
#include "convolution_winograd_template.h"
#include "convolution_spread_template.h"
#include "convolution_entry_template.h"
#undef T
#undef S
#undef MASK
#undef FIRST
#undef LOAD_PART
#undef STORE_PART

#define T double
#define S f64
#define MASK __mmask8
#define FIRST(n) ((__mmask8)((1u << (n)) - 1))
#define LOAD_PART(p, mask) ((EK_TYPED(vector))_mm512_maskz_loadu_pd(mask, p))
#define STORE_PART(p, v, mask) _mm512_mask_storeu_pd(p, mask, (__m512d)(v))
#include "convolution_blocked_template.h"
#include "convolution_weights_template.h"
#include "convolution_depthwise_template.h"
#include "convolution_winograd_template.h"
#include "convolution_spread_template.h"
#include "convolution_entry_template.h"

#pragma clang attribute pop
#endif
