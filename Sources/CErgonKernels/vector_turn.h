// Turns a square of 32-bit numbers, as many rows as a vector has lanes, for the files that are
// compiled once per instruction set: of v[i] lane j becomes lane i of v[j].
#ifndef EK_VECTOR_TURN_H
#define EK_VECTOR_TURN_H

#include "vector.h"

typedef uint32_t ek_words __attribute__((ext_vector_type(EK_VECTOR_BYTES / 4)));

// Within each 16 bytes: the words, or pairs of words, of two vectors in turn, first or last half.
#if EK_VECTOR_BYTES == 64
#define EK_ZIP_WORDS(a, b) (ek_words)_mm512_unpacklo_epi32((__m512i)(a), (__m512i)(b))
#define EK_ZIP_WORDS_HIGH(a, b) (ek_words)_mm512_unpackhi_epi32((__m512i)(a), (__m512i)(b))
#define EK_ZIP_PAIRS(a, b) (ek_words)_mm512_unpacklo_epi64((__m512i)(a), (__m512i)(b))
#define EK_ZIP_PAIRS_HIGH(a, b) (ek_words)_mm512_unpackhi_epi64((__m512i)(a), (__m512i)(b))
// Sixteen bytes each of a and of b: the first and third, or the second and fourth.
#define EK_EVEN_QUARTERS(a, b) (ek_words)_mm512_shuffle_i32x4((__m512i)(a), (__m512i)(b), 0x88)
#define EK_ODD_QUARTERS(a, b) (ek_words)_mm512_shuffle_i32x4((__m512i)(a), (__m512i)(b), 0xDD)
#elif EK_VECTOR_BYTES == 32
#define EK_ZIP_WORDS(a, b) (ek_words)_mm256_unpacklo_epi32((__m256i)(a), (__m256i)(b))
#define EK_ZIP_WORDS_HIGH(a, b) (ek_words)_mm256_unpackhi_epi32((__m256i)(a), (__m256i)(b))
#define EK_ZIP_PAIRS(a, b) (ek_words)_mm256_unpacklo_epi64((__m256i)(a), (__m256i)(b))
#define EK_ZIP_PAIRS_HIGH(a, b) (ek_words)_mm256_unpackhi_epi64((__m256i)(a), (__m256i)(b))
#define EK_EVEN_QUARTERS(a, b) \
  (ek_words)_mm256_permute2x128_si256((__m256i)(a), (__m256i)(b), 0x20)
#define EK_ODD_QUARTERS(a, b) \
  (ek_words)_mm256_permute2x128_si256((__m256i)(a), (__m256i)(b), 0x31)
#else
#define EK_ZIP_WORDS(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define EK_ZIP_WORDS_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define EK_ZIP_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define EK_ZIP_PAIRS_HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#endif

// Turns the squares of 4 x 4 words that four vectors hold side by side.
EK_INLINE void turn_fours(ek_words v[4]) {
  const ek_words a = EK_ZIP_WORDS(v[0], v[1]), b = EK_ZIP_WORDS_HIGH(v[0], v[1]);
  const ek_words c = EK_ZIP_WORDS(v[2], v[3]), d = EK_ZIP_WORDS_HIGH(v[2], v[3]);
  v[0] = EK_ZIP_PAIRS(a, c), v[1] = EK_ZIP_PAIRS_HIGH(a, c);
  v[2] = EK_ZIP_PAIRS(b, d), v[3] = EK_ZIP_PAIRS_HIGH(b, d);
}

EK_INLINE void turn_square(ek_words v[EK_LANES_f32]) {
  for (int i = 0; i < EK_LANES_f32; i += 4) turn_fours(v + i);
#if EK_VECTOR_BYTES == 64
  for (int j = 0; j < 4; j++) {
    const ek_words a = EK_EVEN_QUARTERS(v[j], v[j + 4]), b = EK_EVEN_QUARTERS(v[j + 8], v[j + 12]);
    const ek_words c = EK_ODD_QUARTERS(v[j], v[j + 4]), d = EK_ODD_QUARTERS(v[j + 8], v[j + 12]);
    v[j] = EK_EVEN_QUARTERS(a, b), v[j + 8] = EK_ODD_QUARTERS(a, b);
    v[j + 4] = EK_EVEN_QUARTERS(c, d), v[j + 12] = EK_ODD_QUARTERS(c, d);
  }
#elif EK_VECTOR_BYTES == 32
  for (int j = 0; j < 4; j++) {
    const ek_words a = EK_EVEN_QUARTERS(v[j], v[j + 4]);
    v[j + 4] = EK_ODD_QUARTERS(v[j], v[j + 4]);
    v[j] = a;
  }
#endif
}

#endif
