// Reductions for every element type.
#define EK_FAMILY "reduce_template.h"
#include "each_number.h"
