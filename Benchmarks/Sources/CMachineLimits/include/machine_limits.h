// What one core of this machine can do at most: what benchmarks call `limit`.
#ifndef MACHINE_LIMITS_H
#define MACHINE_LIMITS_H

#include <stddef.h>

/// Billions of operations a second of multiply-adds in registers (two operations each), with the
/// widest vectors there are: the best of many short runs within `seconds_tenths` tenths.
double ml_peak_fma_f32(int seconds_tenths);

/// Billions of bytes a second at which `bytes` of memory are read in order, at best.
double ml_read_bandwidth(size_t bytes);

#endif
