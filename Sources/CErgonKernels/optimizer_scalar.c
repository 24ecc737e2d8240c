// The plain twins of the optimiser steps for both floating-point types.
#define EK_ISA scalar

#define EK_FAMILY "optimizer_scalar_template.h"
#include "each_real.h"
