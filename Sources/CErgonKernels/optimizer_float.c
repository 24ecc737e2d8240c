// Optimiser steps for both floating-point types.
#define EK_FAMILY "optimizer_float_template.h"
#include "each_real.h"
