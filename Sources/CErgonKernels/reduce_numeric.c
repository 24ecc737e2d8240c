// Reductions for every element type.
#define T float
#define S f32
#include "reduce_template.h"
#undef T
#undef S

#define T double
#define S f64
#include "reduce_template.h"
#undef T
#undef S

#define EK_INTEGER
#define T int32_t
#define S i32
#include "reduce_template.h"
#undef T
#undef S

#define T uint8_t
#define S u8
#include "reduce_template.h"
#undef T
#undef S
