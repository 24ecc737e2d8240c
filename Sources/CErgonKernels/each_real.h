// Includes EK_FAMILY for each floating-point type. No guard: a file may do so for several families.
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
#undef EK_FAMILY
