// What the machine can do at most: bytes read from memory and multiply-adds of bytes a second.
//
// Each thread is its own and does nothing else; the best of some short passes counts, as anything
// else that runs can only slow a pass down.
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "dot.h"
#include "ternary.h"

enum { most_threads = 64 };

static double seconds_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct {
  const uint8_t *bytes;
  size_t count;
  uint64_t sum;  // so that no read can be left out
} reader;

#if defined(__x86_64__)
#include <immintrin.h>
EK_TARGET_AVX512 static uint64_t sum_avx512(const uint8_t *bytes, size_t count) {
  __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
  for (size_t i = 0; i + 256 <= count; i += 256) {
    const uint8_t *p = bytes + i;
    _mm_prefetch((const char *)p + 4096, _MM_HINT_T0);
    _mm_prefetch((const char *)p + 4096 + 64, _MM_HINT_T0);
    _mm_prefetch((const char *)p + 4096 + 128, _MM_HINT_T0);
    _mm_prefetch((const char *)p + 4096 + 192, _MM_HINT_T0);
    a = _mm512_add_epi64(a, _mm512_load_si512(p));
    b = _mm512_add_epi64(b, _mm512_load_si512(p + 64));
    c = _mm512_add_epi64(c, _mm512_load_si512(p + 128));
    d = _mm512_add_epi64(d, _mm512_load_si512(p + 192));
  }
  return (uint64_t)_mm512_reduce_add_epi64(
      _mm512_add_epi64(_mm512_add_epi64(a, b), _mm512_add_epi64(c, d)));
}
EK_TARGET_AVX2 static uint64_t sum_avx2(const uint8_t *bytes, size_t count) {
  __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
  for (size_t i = 0; i + 128 <= count; i += 128) {
    const uint8_t *p = bytes + i;
    _mm_prefetch((const char *)p + 4096, _MM_HINT_T0);
    _mm_prefetch((const char *)p + 4096 + 64, _MM_HINT_T0);
    a = _mm256_add_epi64(a, _mm256_load_si256((const __m256i *)p));
    b = _mm256_add_epi64(b, _mm256_load_si256((const __m256i *)(p + 32)));
    c = _mm256_add_epi64(c, _mm256_load_si256((const __m256i *)(p + 64)));
    d = _mm256_add_epi64(d, _mm256_load_si256((const __m256i *)(p + 96)));
  }
  const __m256i all = _mm256_add_epi64(_mm256_add_epi64(a, b), _mm256_add_epi64(c, d));
  uint64_t lanes[4];
  memcpy(lanes, &all, sizeof lanes);
  return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}
#endif

static uint64_t sum_plain(const uint8_t *bytes, size_t count) {
  uint64_t sum[8] = {0};
  for (size_t i = 0; i + 64 <= count; i += 64)
    for (int k = 0; k < 8; k++) {
      uint64_t word;
      memcpy(&word, bytes + i + 8 * k, sizeof word);
      sum[k] += word;
    }
  return sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7];
}

static void read_bytes(void *context) {
  reader *r = context;
#if defined(__x86_64__)
  const ek_isa isa = ek_best_isa();
  if (isa == EK_ISA_AVX512) r->sum = sum_avx512(r->bytes, r->count);
  else if (isa == EK_ISA_AVX2) r->sum = sum_avx2(r->bytes, r->count);
  else r->sum = sum_plain(r->bytes, r->count);
#else
  r->sum = sum_plain(r->bytes, r->count);
#endif
}

// MARK: Several threads at once

typedef struct {
  void (*body)(void *context);
  void *context;
  _Atomic int32_t *missing;  // threads that are not there yet
  double begin, end;
} runner;

static void *run_with_others(void *context) {
  runner *r = context;
  atomic_fetch_sub(r->missing, 1);
  while (atomic_load(r->missing) > 0) sched_yield();
  r->begin = seconds_now();
  r->body(r->context);
  r->end = seconds_now();
  return NULL;
}

// Runs `body` on that many threads, the caller's own among them; the seconds from the first that
// began to the last that ended. Nobody begins before all are there.
static double on_threads(int32_t threads, void (*body)(void *), void *contexts, size_t size) {
  pthread_t ids[most_threads];
  bool started[most_threads] = {false};
  runner runners[most_threads];
  _Atomic int32_t missing = threads;
  for (int32_t i = 0; i < threads; i++)
    runners[i] = (runner){body, (uint8_t *)contexts + (size_t)i * size, &missing, 0, 0};
  for (int32_t i = 1; i < threads; i++) {
    started[i] = pthread_create(ids + i, NULL, run_with_others, runners + i) == 0;
    if (!started[i]) atomic_fetch_sub(&missing, 1);
  }
  run_with_others(runners);
  for (int32_t i = 1; i < threads; i++) {
    if (started[i]) pthread_join(ids[i], NULL);
    else run_with_others(runners + i);  // afterwards, and the time shows it
  }
  double begin = runners[0].begin, end = runners[0].end;
  for (int32_t i = 1; i < threads; i++) {
    begin = runners[i].begin < begin ? runners[i].begin : begin;
    end = runners[i].end > end ? runners[i].end : end;
  }
  return end - begin;
}

double ek_measure_read_bandwidth(int32_t threads, size_t bytes, double seconds) {
  threads = threads < 1 ? 1 : threads > most_threads ? most_threads : threads;
  bytes = bytes < 1 << 20 ? 1 << 20 : bytes / 256 * 256;
  reader readers[most_threads];
  for (int32_t i = 0; i < threads; i++) {
    uint8_t *memory = ek_allocate(bytes);
    memset(memory, i + 1, bytes);  // pages that were never written are all the same one
    readers[i] = (reader){memory, bytes, 0};
  }
  double best = 0;
  const double end = seconds_now() + seconds;
  do {
    const double took = on_threads(threads, read_bytes, readers, sizeof readers[0]);
    const double rate = (double)bytes * threads / took;
    best = rate > best ? rate : best;
  } while (seconds_now() < end);
  for (int32_t i = 0; i < threads; i++) ek_deallocate((void *)readers[i].bytes, bytes);
  ek_memory_trim();
  return best;
}

// MARK: Dot products

typedef struct {
  uint64_t products;  // of the pass
  ek_dot_isa isa;
  int32_t sum;
} multiplier;

// Sums that do not wait for each other: they hide an addition's latency and fit the registers.
enum { chains = 12, rounds = 1 << 18 };

#if defined(__x86_64__)
// The compiler takes the operands for others each time, so that no product is used twice.
#define EK_DOT_PASS(name, TARGET, VECTOR, ONE, SET, DOT, PER)                              \
  TARGET static void name(multiplier *m) {                                                 \
    VECTOR sum[chains], a = ONE(m->sum & 3), b = ONE(1);                                   \
    for (int i = 0; i < chains; i++) sum[i] = SET();                                       \
    for (int r = 0; r < rounds; r++) {                                                     \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < chains; i++) {                \
        sum[i] = DOT(sum[i], a, b);                                                        \
        __asm__ volatile("" : "+x"(a), "+x"(b));                                           \
      }                                                                                    \
    }                                                                                      \
    int32_t lanes[sizeof(VECTOR) / 4];                                                     \
    for (int i = 0; i < chains; i++) {                                                     \
      memcpy(lanes, sum + i, sizeof lanes);                                                \
      m->sum += lanes[0];                                                                  \
    }                                                                                      \
    m->products = (uint64_t)chains * rounds * PER;                                         \
  }
#define EK_ADD_PAIRS(sum, a, b) _mm256_add_epi16(sum, _mm256_maddubs_epi16(a, b))
EK_DOT_PASS(pass_avx512, EK_TARGET_AVX512_VNNI, __m512i, _mm512_set1_epi8, _mm512_setzero_si512,
            _mm512_dpbusd_epi32, 64)
EK_DOT_PASS(pass_avx_vnni, EK_TARGET_AVX_VNNI, __m256i, _mm256_set1_epi8, _mm256_setzero_si256,
            _mm256_dpbusd_avx_epi32, 32)
EK_DOT_PASS(pass_avx2, EK_TARGET_AVX2, __m256i, _mm256_set1_epi8, _mm256_setzero_si256,
            EK_ADD_PAIRS, 32)
#elif defined(__aarch64__)
#include <arm_neon.h>
EK_TARGET_DOTPROD static void pass_dotprod(multiplier *m) {
  int32x4_t sum[chains];
  int8x16_t a = vdupq_n_s8((int8_t)(m->sum & 3)), b = vdupq_n_s8(1);
  for (int i = 0; i < chains; i++) sum[i] = vdupq_n_s32(0);
  for (int r = 0; r < rounds; r++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < chains; i++) sum[i] = vdotq_s32(sum[i], a, b);
    __asm__ volatile("" : "+w"(a), "+w"(b));
  }
  for (int i = 0; i < chains; i++) m->sum += vgetq_lane_s32(sum[i], 0);
  m->products = (uint64_t)chains * rounds * 16;
}
#endif

static void pass_plain(multiplier *m) {
  int8_t a[256], b[256];
  for (int i = 0; i < 256; i++) a[i] = (int8_t)(i + m->sum), b[i] = (int8_t)(3 * i);
  int32_t sum = 0;
  for (int r = 0; r < rounds / 256; r++) {
    for (int i = 0; i < 256; i++) sum += a[i] * b[i];
    __asm__ volatile("" : : "r"(a), "r"(b) : "memory");
  }
  m->sum += sum;
  m->products = (uint64_t)256 * (rounds / 256);
}

static void multiply(void *context) {
  multiplier *m = context;
  switch (m->isa) {
#if defined(__x86_64__)
    case EK_DOT_AVX512_VNNI: pass_avx512(m); break;
    case EK_DOT_AVX_VNNI: pass_avx_vnni(m); break;
    case EK_DOT_AVX2: pass_avx2(m); break;
#elif defined(__aarch64__)
    case EK_DOT_NEON_DOTPROD:
    case EK_DOT_NEON_I8MM: pass_dotprod(m); break;
#endif
    default: pass_plain(m); break;
  }
}

double ek_measure_dot_rate(int32_t threads, double seconds) {
  threads = threads < 1 ? 1 : threads > most_threads ? most_threads : threads;
  multiplier multipliers[most_threads] = {0};
  for (int32_t i = 0; i < threads; i++) multipliers[i].isa = ek_current_dot_isa();
  double best = 0;
  const double end = seconds_now() + seconds;
  do {
    const double took = on_threads(threads, multiply, multipliers, sizeof multipliers[0]);
    const double rate = (double)multipliers[0].products * threads / took;
    best = rate > best ? rate : best;
  } while (seconds_now() < end);
  return best;
}
