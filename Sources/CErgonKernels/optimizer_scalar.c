// The plain twins of the optimiser steps for both floating-point types.
#define EK_ISA scalar

#define T float
#define S f32
#include "optimizer_scalar_template.h"
#undef T
#undef S

#define T double
#define S f64
#include "optimizer_scalar_template.h"
#undef T
#undef S
