// Optimiser steps for NEON.
#if defined(__aarch64__)

#include "template.h"

#define EK_ISA neon
#define EK_VECTOR_BYTES 16

#include "vector.h"

#define T float
#define S f32
#include "optimizer_vector.h"
#undef T
#undef S

#define T double
#define S f64
#include "optimizer_vector.h"
#undef T
#undef S

#endif
