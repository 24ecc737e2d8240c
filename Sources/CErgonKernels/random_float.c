// Uniform and normal numbers and dropout from Philox blocks.
//
// Element n of a stream (n = counter + i) takes word n % 4 of block n / 4 where 32 bits are enough,
// and words 2 (n % 2) and 2 (n % 2) + 1 of block n / 2 where it needs 64. Normals are made in pairs
// by the Box-Muller transform: elements 2k and 2k + 1 of a stream are r cos(t) and r sin(t).
#include "random.h"
#include "random_scalar.h"

#pragma STDC FP_CONTRACT OFF

EK_INLINE const ek_random *kernels(void) {
  static const ek_random *const tables[] = EK_TABLES(ek_random);
  return tables[ek_isa_now()];
}

void ek_philox_block(const uint32_t counter[4], const uint32_t key[2], uint32_t y[4]) {
  const ek_philox_words words =
      ek_philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
  memcpy(y, words.word, sizeof words.word);
}

// A range of a stream, a buffer at a time.
typedef struct {
  const ek_random *kernels;
  ek_draw draw;
  uint64_t key, next;  // the next element's number
  ek_int left;
  uint32_t words[EK_BLOCK];
} word_stream;

// Fills the buffer for the next elements of `size` words each: gives where they begin, and their
// count, which is 0 at the end.
EK_INLINE const uint32_t *next_words(word_stream *stream, ek_int size, ek_int *count) {
  const ek_int per_block = 4 / size, skipped = (ek_int)(stream->next % (uint64_t)per_block);
  *count = ek_least(stream->left, EK_BLOCK / size - skipped);
  stream->kernels->words(stream->key, stream->next / (uint64_t)per_block, stream->draw,
                         ek_ceil_div(skipped + *count, per_block), stream->words);
  stream->next += (uint64_t)*count;
  stream->left -= *count;
  return stream->words + skipped * size;
}

EK_INLINE uint64_t two_words(const uint32_t *words) {
  return words[0] | (uint64_t)words[1] << 32;
}

typedef struct {
  uint64_t key, counter;
  double a, b;
  const void *x;
  void *y;
  uint8_t *mask;
} random_job;

EK_INLINE word_stream stream_of(const random_job *job, ek_draw draw, ek_int begin, ek_int end) {
  word_stream stream;
  stream.kernels = kernels();
  stream.draw = draw;
  stream.key = job->key;
  stream.next = job->counter + (uint64_t)begin;
  stream.left = end - begin;
  return stream;
}

EK_INLINE void over_elements(ek_body body, random_job *job, ek_int count) {
  if (count <= 2 * EK_GRAIN_COSTLY) body(job, 0, count);
  else ek_parallel_for(count, EK_GRAIN_COSTLY, body, job);
}

static void bits_piece(void *context, ek_int begin, ek_int end) {
  const random_job *job = context;
  uint64_t *y = (uint64_t *)job->y + begin;
  word_stream stream = stream_of(job, EK_DRAW_BITS, begin, end);
  for (ek_int count; stream.left > 0; y += count) {
    const uint32_t *words = next_words(&stream, 2, &count);
    for (ek_int i = 0; i < count; i++) y[i] = two_words(words + 2 * i);
  }
}

void ek_random_bits(uint64_t key, uint64_t counter, ek_int count, uint64_t *y) {
  random_job job = {.key = key, .counter = counter, .y = y};
  over_elements(bits_piece, &job, count);
}

// MARK: Floats

static void uniform_piece_f32(void *context, ek_int begin, ek_int end) {
  const random_job *job = context;
  const float low = (float)job->a, high = (float)job->b, below = ek_below_f32(low, high);
  float *y = (float *)job->y + begin;
  word_stream stream = stream_of(job, EK_DRAW_UNIFORM_32, begin, end);
  for (ek_int count; stream.left > 0; y += count) {
    const uint32_t *words = next_words(&stream, 1, &count);
    stream.kernels->uniform(count, words, low, high - low, below, y);
  }
}

static void normal_piece_f32(void *context, ek_int begin, ek_int end) {
  const random_job *job = context;
  float *y = (float *)job->y + begin, standard[EK_BLOCK];
  word_stream stream = stream_of(job, EK_DRAW_NORMAL_32, begin, end);
  for (ek_int count; stream.left > 0; y += count) {
    const ek_int skipped = next_words(&stream, 1, &count) - stream.words;
    stream.kernels->normal(ek_ceil_div(skipped + count, 4) * 4, stream.words, standard);
    stream.kernels->affine(count, (float)job->a, (float)job->b, standard + skipped, y);
  }
}

static void dropout_piece_f32(void *context, ek_int begin, ek_int end) {
  const random_job *job = context;
  const float *x = (const float *)job->x + begin;
  float *y = (float *)job->y + begin;
  uint8_t *mask = job->mask + begin;
  word_stream stream = stream_of(job, EK_DRAW_UNIFORM_32, begin, end);
  for (ek_int count; stream.left > 0; x += count, y += count, mask += count) {
    const uint32_t *words = next_words(&stream, 1, &count);
    stream.kernels->dropout(count, words, (float)job->a, x, y, mask);
  }
}

// MARK: Doubles, whose arithmetic is the same for every instruction set

static void uniform_piece_f64(void *context, ek_int begin, ek_int end) {
  const random_job *job = context;
  const double low = job->a, width = job->b - low, below = ek_below_f64(low, job->b);
  double *y = (double *)job->y + begin;
  word_stream stream = stream_of(job, EK_DRAW_BITS, begin, end);
  for (ek_int count; stream.left > 0; y += count) {
    const uint32_t *words = next_words(&stream, 2, &count);
    for (ek_int i = 0; i < count; i++) {
      const double value = low + width * ek_unit_f64(two_words(words + 2 * i));
      y[i] = value < below ? value : below;
    }
  }
}

static void normal_piece_f64(void *context, ek_int begin, ek_int end) {
  const random_job *job = context;
  double *y = (double *)job->y + begin;
  word_stream stream = stream_of(job, EK_DRAW_NORMAL_64, begin, end);
  for (ek_int count; stream.left > 0; y += count) {
    const uint64_t first = stream.next;
    next_words(&stream, 2, &count);
    for (ek_int i = 0; i < count; i++) {
      // Both halves of the pair's block, which the buffer holds from its beginning.
      const ek_int pair = (ek_int)((first + (uint64_t)i) / 2 - first / 2);
      const uint32_t *words = stream.words + 4 * pair;
      // In (0, 1], so that the logarithm is finite.
      const double radius = sqrt(-2 * log(ek_unit_f64(two_words(words)) + 0x1p-53));
      const double angle = 2 * M_PI * ek_unit_f64(two_words(words + 2));
      y[i] = job->a + job->b * (radius * ((first + (uint64_t)i) % 2 ? sin(angle) : cos(angle)));
    }
  }
}

static void dropout_piece_f64(void *context, ek_int begin, ek_int end) {
  const random_job *job = context;
  const double *x = (const double *)job->x + begin;
  double *y = (double *)job->y + begin;
  uint8_t *mask = job->mask + begin;
  word_stream stream = stream_of(job, EK_DRAW_BITS, begin, end);
  for (ek_int count; stream.left > 0; x += count, y += count, mask += count) {
    const uint32_t *words = next_words(&stream, 2, &count);
    for (ek_int i = 0; i < count; i++) {
      mask[i] = ek_unit_f64(two_words(words + 2 * i)) < job->a;
      y[i] = mask[i] ? x[i] / job->a : 0;
    }
  }
}

#define EK_RANDOM_FUNCTIONS(T, S)                                                              \
  void ek_random_uniform_##S(uint64_t key, uint64_t counter, ek_int count, T low, T high,      \
                             T *y) {                                                           \
    random_job job = {.key = key, .counter = counter, .a = low, .b = high, .y = y};            \
    over_elements(uniform_piece_##S, &job, count);                                             \
  }                                                                                            \
  void ek_random_normal_##S(uint64_t key, uint64_t counter, ek_int count, T mean, T deviation, \
                            T *y) {                                                            \
    random_job job = {.key = key, .counter = counter, .a = mean, .b = deviation, .y = y};      \
    over_elements(normal_piece_##S, &job, count);                                              \
  }                                                                                            \
  void ek_dropout_##S(uint64_t key, uint64_t counter, ek_int count, T keep, const T *x, T *y,  \
                      uint8_t *mask) {                                                         \
    random_job job = {                                                                         \
        .key = key, .counter = counter, .a = keep, .x = x, .y = y, .mask = mask};              \
    over_elements(dropout_piece_##S, &job, count);                                             \
  }
EK_RANDOM_FUNCTIONS(float, f32)
EK_RANDOM_FUNCTIONS(double, f64)

void ek_dropout_gradient_f32(ek_int count, float keep, const uint8_t *mask, const float *g,
                             float *dx) {
  kernels()->dropout_gradient(count, keep, mask, g, dx);
}

void ek_dropout_gradient_f64(ek_int count, double keep, const uint8_t *mask, const double *g,
                             double *dx) {
  for (ek_int i = 0; i < count; i++) dx[i] = mask[i] ? g[i] / keep : 0;
}
