// Copies, binary operations, comparisons and selection for every element type.
#define EK_FAMILY "elementwise_template.h"
#include "each_number.h"
