// Includes EK_FAMILY for each element type; EK_INTEGER is defined for those that count.
#define T float
#define S f32
#include EK_FAMILY
#undef T
#undef S

#define T double
#define S f64
#include EK_FAMILY
#undef T
#undef S

#define EK_INTEGER
#define T int32_t
#define S i32
#include EK_FAMILY
#undef T
#undef S

#define T uint8_t
#define S u8
#include EK_FAMILY
#undef T
#undef S
#undef EK_INTEGER
#undef EK_FAMILY
