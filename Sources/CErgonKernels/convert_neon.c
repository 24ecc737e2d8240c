// Conversions for NEON.
#if defined(__aarch64__)

#include "template.h"

#define EK_ISA neon
#define EK_NATIVE_HALF

#include "convert_loops.h"

#endif
