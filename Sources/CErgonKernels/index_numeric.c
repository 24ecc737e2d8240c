// Gathers and scatters for every element type.
#define EK_FAMILY "index_template.h"
#include "each_number.h"
