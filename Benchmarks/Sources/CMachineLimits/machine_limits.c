#include "machine_limits.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// Chains enough to hide the latency of a multiply-add on every unit, few enough to stay in sixteen
// registers with their two operands.
enum { chains = 14, rounds = 20000, streams = 8 };

// Lanes of `bytes` wide vectors; the loops are the same for every instruction set.
#define LIMITS(NAME, TARGET, BYTES)                                                              \
  typedef float NAME##_vector __attribute__((vector_size(BYTES)));                               \
  TARGET static float NAME##_multiply_add(void) {                                                \
    _Pragma("clang fp contract(fast)")                                                           \
    NAME##_vector sum[chains], x, y;                                                             \
    for (int j = 0; j < (int)(BYTES / sizeof(float)); j++) x[j] = 0.999f, y[j] = 0.001f;         \
    for (int i = 0; i < chains; i++) sum[i] = x * (float)i;                                      \
    for (int r = 0; r < rounds; r++) {                                                           \
      _Pragma("clang loop unroll(full)")                                                         \
      for (int i = 0; i < chains; i++) sum[i] = sum[i] * x + y;                                  \
    }                                                                                            \
    NAME##_vector total = sum[0];                                                                \
    for (int i = 1; i < chains; i++) total += sum[i];                                            \
    return total[0];                                                                             \
  }                                                                                              \
  TARGET static float NAME##_read(const float *data, size_t count) {                             \
    const size_t lanes = BYTES / sizeof(float);                                                  \
    NAME##_vector sum[streams] = {{0}};                                                          \
    for (size_t i = 0; i + streams * lanes <= count; i += streams * lanes) {                     \
      _Pragma("clang loop unroll(full)")                                                         \
      for (int s = 0; s < streams; s++)                                                          \
        sum[s] += *(const NAME##_vector *)(data + i + (size_t)s * lanes);                        \
    }                                                                                            \
    NAME##_vector total = sum[0];                                                                \
    for (int s = 1; s < streams; s++) total += sum[s];                                           \
    return total[0];                                                                             \
  }

LIMITS(plain, , 16)
#if defined(__x86_64__)
LIMITS(avx2, __attribute__((target("avx2,fma"))), 32)
LIMITS(avx512, __attribute__((target("avx512f"))), 64)
#endif

static volatile float kept;  // so that no loop is thought useless

double ml_peak_fma_f32(int seconds_tenths) {
  float (*loop)(void) = plain_multiply_add;
  double lanes = 4;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) loop = avx512_multiply_add, lanes = 16;
  else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    loop = avx2_multiply_add, lanes = 8;
#endif
  const double operations = 2.0 * lanes * chains * rounds;
  const double end = now() + 0.1 * seconds_tenths;
  double best = 0;
  for (double start = now(); start < end; start = now()) {
    kept = loop();
    const double rate = operations / (now() - start) * 1e-9;
    if (rate > best) best = rate;
  }
  return best;
}

double ml_read_bandwidth(size_t bytes) {
  const size_t whole = (bytes + 4095) / 4096 * 4096;
  float *data = NULL;
  if (whole == 0 || posix_memalign((void **)&data, 4096, whole) != 0) return 0;
  memset(data, 0, whole);
  float (*loop)(const float *, size_t) = plain_read;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) loop = avx512_read;
  else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) loop = avx2_read;
#endif
  // Passes over a small block are too short for the clock: many make one measurement.
  const size_t passes = 1 + ((size_t)1 << 22) / whole;
  const double end = now() + 0.3;
  double best = 0;
  for (double start = now(); start < end; start = now()) {
    for (size_t pass = 0; pass < passes; pass++) kept = loop(data, whole / sizeof(float));
    const double rate = (double)whole * (double)passes / (now() - start) * 1e-9;
    if (rate > best) best = rate;
  }
  free(data);
  return best;
}
