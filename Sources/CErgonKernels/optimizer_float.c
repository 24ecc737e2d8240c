// Optimiser steps for both floating-point types.
#define T float
#define S f32
#include "optimizer_float_template.h"
#undef T
#undef S

#define T double
#define S f64
#include "optimizer_float_template.h"
#undef T
#undef S
