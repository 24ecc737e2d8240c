// Pooling for NEON, in the compiler's own vectors.
#if defined(__aarch64__)
#include <string.h>

#include "pooling.h"

typedef float V __attribute__((vector_size(16)));
typedef int32_t I __attribute__((vector_size(16)));
#define LANES 4
#define MASK ek_int
#define FIRST(n) (n)

// The first n numbers at p, zeros after them.
EK_INLINE V load_part(const float *p, ek_int n) {
  V v = {0};
  if (n == LANES) memcpy(&v, p, sizeof v);
  else for (ek_int i = 0; i < n; i++) v[i] = p[i];
  return v;
}

EK_INLINE void store_part(float *p, V v, ek_int n) {
  if (n == LANES) memcpy(p, &v, sizeof v);
  else for (ek_int i = 0; i < n; i++) p[i] = v[i];
}

EK_INLINE void store_index(int32_t *p, I v, ek_int n) {
  if (n == LANES) memcpy(p, &v, sizeof v);
  else for (ek_int i = 0; i < n; i++) p[i] = v[i];
}

#define LOAD_PART(p, n) load_part(p, n)
#define STORE_PART(p, v, n) store_part(p, v, n)
#define STORE_INDEX(p, v, n) store_index(p, v, n)
#define EXPORTED(name) name##_neon
#include "pooling_vector_template.h"
#endif
