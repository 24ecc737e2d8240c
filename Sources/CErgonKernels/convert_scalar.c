// The plain twins of the conversions.
#define EK_ISA scalar

#include "convert_loops.h"
