// Random kernels for one instruction set: the arithmetic of random_scalar.h, operation by
// operation, on vectors.
#include "random.h"
#include "random_scalar.h"
#include "vector.h"

#pragma STDC FP_CONTRACT OFF

#define T float
#define S f32

// 32-bit words in lanes of 64: a product needs both halves.
typedef uint64_t wide_words __attribute__((ext_vector_type(EK_VECTOR_BYTES / 8)));
typedef uint64_t wide_pairs __attribute__((ext_vector_type(EK_VECTOR_BYTES / 4)));

EK_INLINE wide_words low_half(wide_words v) { return v & 0xFFFFFFFFu; }

// The upper halves of c0 ... c3 may hold anything: only the lower ones count.
EK_INLINE void philox_vector(uint64_t key, uint64_t block, ek_draw draw, uint32_t *y) {
  enum { blocks = EK_VECTOR_BYTES / 8 };
  wide_words number;
  for (int i = 0; i < blocks; i++) number[i] = block + (uint64_t)i;
  wide_words c0 = number, c1 = number >> 32, c2 = (uint64_t)draw, c3 = 0;
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  _Pragma("clang loop unroll(full)")
  for (int round = 0; round < EK_PHILOX_ROUNDS; round++) {
    const wide_words p0 = low_half(c0) * (uint64_t)EK_PHILOX_MULTIPLIER_0;
    const wide_words p1 = low_half(c2) * (uint64_t)EK_PHILOX_MULTIPLIER_1;
    c0 = (p1 >> 32) ^ c1 ^ (uint64_t)k0;
    c2 = (p0 >> 32) ^ c3 ^ (uint64_t)k1;
    c1 = p1;
    c3 = p0;
    k0 += EK_PHILOX_WEYL_0;
    k1 += EK_PHILOX_WEYL_1;
  }
  wide_pairs out;
  out.even = low_half(c0) | c1 << 32;
  out.odd = low_half(c2) | c3 << 32;
  memcpy(y, &out, sizeof out);
}

static void words(uint64_t key, uint64_t block, ek_draw draw, ek_int count, uint32_t *y) {
  enum { blocks = EK_VECTOR_BYTES / 8 };
  for (; count >= blocks; count -= blocks, block += blocks, y += 4 * blocks)
    philox_vector(key, block, draw, y);
  if (count <= 0) return;
  uint32_t rest[4 * blocks];
  philox_vector(key, block, draw, rest);
  memcpy(y, rest, (size_t)count * 4 * sizeof *y);
}

typedef uint32_t word_lanes __attribute__((ext_vector_type(EK_VECTOR_BYTES / 4)));
typedef uint32_t word_pairs __attribute__((ext_vector_type(EK_VECTOR_BYTES / 2)));
typedef float float_pairs __attribute__((ext_vector_type(EK_VECTOR_BYTES / 2)));

EK_INLINE word_lanes load_words(ek_int n, const uint32_t *words) {
  word_lanes v = 0;
  if (n == LANES) memcpy(&v, words, sizeof v);
  else memcpy(&v, words, (size_t)n * sizeof *words);
  return v;
}

// Below 2^31, where the conversion of signed numbers is the processor's own.
EK_INLINE V float_of_words(word_lanes v) {
  L bits;
  memcpy(&bits, &v, sizeof bits);
  return __builtin_convertvector(bits, V);
}

EK_INLINE V unit(word_lanes words) { return float_of_words(words >> 8) * 0x1p-24f; }

static void uniform(ek_int count, const uint32_t *words, float low, float width, float greatest,
                    float *y) {
  EK_VECTORS(count, const V value = low + width * unit(load_words(n, words + i));
             STORE(y + i, value < greatest ? value : ALL(greatest)););
}

EK_INLINE V log_of_unit(V x) {
  L bits = bits_f32(x);
  const L e = (bits - 0x3F3504F3) >> 23;
  bits -= e << 23;
  const V m = of_bits_f32(bits);
  const V s = (m - 1) / (m + 1), z = s * s;
  const V tail = s * z * (0.666666865f + z * (0.399886698f + z * 0.295842946f));
  return __builtin_convertvector(e, V) * 0.693147182f + (2 * s + tail);
}

EK_INLINE V normal_radius(word_lanes words) {
  const V u = float_of_words(words >> 1) * 0x1p-31f + 0x1p-32f;
  return root_f32(-2 * log_of_unit(u));
}

EK_INLINE void sine_cosine_of_turn(word_lanes words, V *sine, V *cosine) {
  const word_lanes shifted = words + 0x20000000u, quadrant = shifted >> 30;
  const V t = float_of_words((shifted & 0x3FFFFFFFu) - 0x20000000u) * 0x1p-30f, z = t * t;
  const V s = t * (1.57079637f + z * (-0.64596349f + z * (0.0796802267f + z * -0.00460217707f)));
  const V c =
      1 + z * (-1.23370051f + z * (0.253669411f + z * (-0.0208615307f + z * 0.000906747126f)));
  const L odd = (quadrant & 1) != 0;
  const V a = odd ? c : s, b = odd ? s : c;
  *sine = (quadrant & 2) != 0 ? -a : a;
  *cosine = ((quadrant + 1) & 2) != 0 ? -b : b;
}

static void normal(ek_int count, const uint32_t *words, float *y) {
  for (ek_int i = 0; i < count; i += 2 * LANES) {
    word_pairs pairs;
    memcpy(&pairs, words + i, sizeof pairs);
    V sine, cosine;
    const V radius = normal_radius(pairs.even);
    sine_cosine_of_turn(pairs.odd, &sine, &cosine);
    float_pairs out;
    out.even = radius * cosine;
    out.odd = radius * sine;
    memcpy(y + i, &out, sizeof out);
  }
}

static void affine(ek_int count, float a, float b, const float *x, float *y) {
  EK_VECTORS(count, STORE(y + i, a + b * LOAD(x + i)););
}

typedef uint8_t byte_lanes __attribute__((ext_vector_type(EK_VECTOR_BYTES / 4)));

static void dropout(ek_int count, const uint32_t *words, float keep, const float *x, float *y,
                    uint8_t *mask) {
  EK_VECTORS(count, const L kept = unit(load_words(n, words + i)) < keep;
             const byte_lanes flags = __builtin_convertvector(kept & 1, byte_lanes);
             STORE(y + i, kept ? LOAD(x + i) / keep : ALL(0));
             memcpy(mask + i, &flags, (size_t)n););
}

static void dropout_gradient(ek_int count, float keep, const uint8_t *mask, const float *g,
                             float *dx) {
  EK_VECTORS(count, byte_lanes flags = 0; memcpy(&flags, mask + i, (size_t)n);
             const L kept = __builtin_convertvector(flags, L) != 0;
             STORE(dx + i, kept ? LOAD(g + i) / keep : ALL(0)););
}

const ek_random EK_PASTE(ek_random, EK_ISA) = {
    words, uniform, normal, affine, dropout, dropout_gradient,
};

#undef T
#undef S
