// An int8 copy of an output head, and bounds of its logits from it.
//
// Let y be the float that ek_dense_linear gives for a row w and a hidden state x of n columns.
// Columns that are greater than others would make the steps of all too wide: the copy is of w_j z_j,
// z_j a power of two, and of the hidden state x_j / z_j is read. Products stay what they are, and so
// does all below, where w and x stand for the scaled ones. Let
//   w = s q + d   (step, codes, residual)      x = t c + e   (step, digits, residual).
// The copy gives a = s t <q, c>, from exact integers, and
//   y - a = (y - <w, x>) + <w, e> + <d, t c> + rounding of a.
// With u = 2^-24, and norms by Cauchy and Schwarz:
//   |y - <w, x>| <= gamma sum |w| |x| + n 2^-148   for every order of additions, with or without
//                   fused multiply-add; gamma = m u / (1 - m u), m = n + 4; the second term is what
//                   products and sums below the normal numbers lose
//   |<w, e>|     <= ||w|| ||e||
//   |<d, t c>|   <= 0.51 s sum over S of |t c| + ||d|| ||t c without S||  for any set S of columns:
//                   no |d| is above 0.51 s, so that a few great columns of a hidden state are better
//                   counted one by one
//   |a - s t <q, c>| <= 2 u ||s q|| ||t c|| <= 2 u (||w|| + ||d||) (||x|| + ||e||), as s is a float
//                   and all else is in double.
// s, ||w|| and ||d|| are known by row, all else once per hidden state. Sums of squares are
// enlarged by what their rounding may have taken, and bounds are rounded outwards.
#include "dot.h"
#include "head.h"

EK_INLINE const ek_head_functions *kernels(void) {
  static const ek_head_functions *const tables[] = EK_DOT_TABLES(ek_head_functions);
  return tables[ek_current_dot_isa()];
}

// The smallest float at least as great as a number that is not negative.
static float rounded_up(double value) {
  const float nearest = (float)value;
  return (double)nearest < value ? nextafterf(nearest, INFINITY) : nearest;
}

// MARK: The copy

size_t ek_head_code_bytes(ek_int rows, ek_int columns) {
  return (size_t)(ek_ceil_div(rows, EK_HEAD_TILE) * ek_ceil_div(columns, EK_HEAD_GROUP)) *
         EK_HEAD_GROUP_BYTES;
}

typedef struct {
  const ek_dense_matrix *matrix;
  ek_int first, end;  // rows
  const ek_head_copy *to;
  const ek_head_functions *functions;
} making;

void ek_head_scale(const ek_dense_matrix *matrix, const ek_head_copy *to) {
  enum { sampled = 512 };
  const ek_int columns = to->columns, apart = to->rows / sampled + 1;
  const size_t bytes = (size_t)(columns + 1) * sizeof(double);
  double *squares = ek_allocate(bytes), all = 0;
  memset(squares, 0, bytes);
  for (ek_int row = 0; row < to->rows; row += apart) {
    const uint8_t *from = (const uint8_t *)matrix->weights + row * matrix->row_bytes;
    double square = 0;
    for (ek_int k = 0; k < columns; k++) {
      const double w = ek_read_weight(matrix->format, from, k);
      square += w * w;
    }
    if (!(square > 0 && square < INFINITY)) continue;
    // Rows count alike, whatever their size.
    for (ek_int k = 0; k < columns; k++) {
      const double w = ek_read_weight(matrix->format, from, k);
      squares[k] += w * w / square;
    }
  }
  // The mean of the roots is what most columns have, even where a few have most of the square.
  for (ek_int k = 0; k < columns; k++) all += sqrt(squares[k]);
  for (ek_int k = 0; k < columns; k++) {
    const double size = sqrt(squares[k]) * (double)columns / (all > 0 ? all : 1);
    const double power = size > 0 ? -rint(log2(size)) : 0;
    to->scales[k] = (float)exp2(fmin(fmax(power, -8), 8));
  }
  ek_deallocate(squares, bytes);
}

static void note_row(const ek_head_copy *to, ek_int row, ek_head_row made) {
  const double n = (double)to->columns;
  double residual, norm, step = 0;
  if (made.inverse != 0) {
    // A sum of n squares of numbers that were rounded once loses at most n + 3 roundings; rests and
    // squares too small for a float are below 2^-120 each.
    const double enlarged = 1 + (n + 8) * 0x1p-23;
    step = 1 / (double)made.inverse;
    residual = step * sqrt(made.rest_square * enlarged + n * 0x1p-120);
    norm = step * sqrt(made.square * enlarged + n * 0x1p-120);
  } else {
    // Codes are 0: any step will do that bounds the residuals.
    residual = norm = made.most * sqrt(n);
    step = 2 * (double)made.most;
  }
  // What scaling may lose below the normal numbers.
  const double lost = sqrt(n) * 0x1p-148;
  to->steps[row] = (float)step;
  to->residuals[row] = rounded_up(residual * (1 + 0x1p-40) + lost);
  to->norms[row] = rounded_up(norm * (1 + 0x1p-40) + lost);
}

static void make_tiles(void *context, ek_int begin, ek_int end) {
  const making *m = context;
  const ek_head_copy *to = m->to;
  const ek_int groups = ek_ceil_div(to->columns, EK_HEAD_GROUP), width = groups * EK_HEAD_GROUP;
  const size_t bytes = (size_t)(width * EK_HEAD_TILE);
  uint8_t *rows = ek_allocate(bytes);
  memset(rows, 128, bytes);
  for (ek_int tile = begin; tile < end; tile++) {
    for (int r = 0; r < EK_HEAD_TILE; r++) {
      const ek_int row = m->first + tile * EK_HEAD_TILE + r;
      if (row < m->end) {
        const uint8_t *from = (const uint8_t *)m->matrix->weights + row * m->matrix->row_bytes;
        note_row(to, row, m->functions->copy_row(m->matrix->format, to->columns, from,
                                                 to->scales, rows + r * width));
      } else {
        memset(rows + r * width, 128, (size_t)to->columns);
        to->steps[row] = to->residuals[row] = to->norms[row] = 0;
      }
    }
    uint8_t *codes =
        to->codes + (m->first / EK_HEAD_TILE + tile) * groups * EK_HEAD_GROUP_BYTES;
    // By cache lines of the rows: 16 groups of 64 rows are turned within the first cache.
    for (ek_int first = 0; first < groups; first += 16)
      for (int r = 0; r < EK_HEAD_TILE; r++)
        for (ek_int g = first; g < ek_least(first + 16, groups); g++)
          memcpy(codes + g * EK_HEAD_GROUP_BYTES + r * EK_HEAD_GROUP,
                 rows + r * width + g * EK_HEAD_GROUP, EK_HEAD_GROUP);
  }
  ek_deallocate(rows, bytes);
}

void ek_head_make(const ek_dense_matrix *matrix, ek_int first, ek_int count,
                  const ek_head_copy *to) {
  making m = {matrix, first, first + count, to, kernels()};
  ek_parallel_for(ek_ceil_div(count, EK_HEAD_TILE), 4, make_tiles, &m);
}

// MARK: Bounds

// What a hidden state contributes to the bounds: |y - a| <= spread s + residual ||d|| + norm ||w|| +
// least.
typedef struct {
  double step, spread, residual, norm, least;
} state;

typedef struct {
  const ek_head_copy *copy;
  const ek_head_bounds *bounds;
  ek_int first;  // token
  ek_head_states states;
  const state *factors;
  const ek_head_functions *functions;
} screening;

// Takes those columns one by one of which a bound becomes the smallest, for a row whose rests are
// spread evenly.
static void part_columns(ek_int columns, const float *x, const float *scales, double step,
                         double size, state *to) {
  const double evenly = sqrt((double)columns / 12);
  double best = evenly * size, spread = 0, residual = size;
  // Columns above a multiple of the root mean square of those that stay.
  for (int trial = 0; trial < 8; trial++) {
    const double limit = 3 * residual / sqrt((double)columns) / (trial % 2 == 0 ? 1 : 1.5);
    double sum = 0, square = 0;
    for (ek_int k = 0; k < columns; k++) {
      // As it was read: digits times step.
      const double value = fabs(step * rint((double)x[k] / scales[k] * (1 / step)));
      if (value > limit) sum += value;
      else square += value * value;
    }
    const double rest = sqrt(square) * (1 + 1e-9), bound = 0.51 * sum + evenly * rest;
    if (bound < best) {
      best = bound;
      spread = 0.51 * sum * (1 + 1e-9);
      residual = rest;
    } else if (trial % 2 == 1) {
      break;
    }
  }
  to->spread = spread;
  to->residual = residual;
}

static state read_state(ek_int columns, const float *x, const float *scales, int8_t *high,
                        int8_t *low, int32_t *digit_sums) {
  double most = 0;
  bool is_finite = true;
  for (ek_int k = 0; k < columns; k++) {
    const double size = fabs((double)x[k] / scales[k]);
    most = size > most ? size : most;
    is_finite &= size < INFINITY;
  }
  if (!is_finite) return (state){.least = INFINITY};
  const double n = (double)columns;
  const double step = most / EK_HEAD_LIMIT, inverse = most > 0 ? 1 / step : 0;
  double square = 0, rest_square = 0;
  for (ek_int k = 0; k < columns; k++) {
    const double value = (double)x[k] / scales[k], code = rint(value * inverse);
    const double rest = value - step * code;
    const int whole = (int)code, small = ((whole + EK_HEAD_DIGIT) & 127) - EK_HEAD_DIGIT;
    low[k] = (int8_t)small;
    high[k] = (int8_t)((whole - small) / 128);
    digit_sums[0] += high[k];
    digit_sums[1] += low[k];
    square += value * value;
    rest_square += rest * rest;
  }
  // Double loses n 2^-53 of a sum; of a rest, 2^-52 of what it was taken from.
  const double size = sqrt(square) * (1 + 1e-9);
  const double rest = sqrt(rest_square) * (1 + 1e-9) + 1e-14 * size;
  const double m = n + 4, gamma = m * 0x1p-24 / (1 - m * 0x1p-24);
  state made = {.step = step,
                .residual = size + rest,
                .norm = rest + gamma * size + 0x1p-22 * (size + rest),
                .least = n * 0x1p-148};
  if (most > 0) part_columns(columns, x, scales, step, size + rest, &made);
  // For 2 u ||d|| (||x|| + ||e||).
  made.residual += 0x1p-22 * (size + rest);
  return made;
}

static void bound_tile(const screening *s, ek_int tile, int token, const int32_t *sums) {
  const ek_head_copy *copy = s->copy;
  const state f = s->factors[token];
  const ek_int row = tile * EK_HEAD_TILE, to = (s->first + token) * s->bounds->stride + row;
  const float *steps = copy->steps + row, *residuals = copy->residuals + row;
  const float *norms = copy->norms + row;
  float *lower = s->bounds->lower + to, *upper = s->bounds->upper + to;
  for (int r = 0; r < EK_HEAD_TILE; r++) {
    const double dot = 128.0 * sums[r] + sums[EK_HEAD_TILE + r];
    const double middle = dot * (f.step * steps[r]);
    const double radius =
        f.spread * steps[r] + f.residual * residuals[r] + f.norm * norms[r] + f.least;
    // A float is within 2^-24 of the number it rounds, or 2^-150.
    const double outwards = (fabs(middle) + radius) * 0x1p-22 + 0x1p-149;
    // Sums that large may overflow on the way; so may a NaN, 0 times infinity.
    const bool is_bounded = fabs(middle) + radius < 0x1p120;
    lower[r] = is_bounded ? (float)(middle - radius - outwards) : -INFINITY;
    upper[r] = is_bounded ? (float)(middle + radius + outwards) : INFINITY;
  }
  for (ek_int r = ek_least(EK_HEAD_TILE, copy->rows - row); r < EK_HEAD_TILE; r++)
    lower[r] = upper[r] = -INFINITY;
  float most_lower = -INFINITY, most_upper = -INFINITY;
  for (int r = 0; r < EK_HEAD_TILE; r++) {
    most_lower = lower[r] > most_lower ? lower[r] : most_lower;
    most_upper = upper[r] > most_upper ? upper[r] : most_upper;
  }
  s->bounds->tile_lower[to / EK_HEAD_TILE] = most_lower;
  s->bounds->tile_upper[to / EK_HEAD_TILE] = most_upper;
}

static void screen_tiles(void *context, ek_int begin, ek_int end) {
  const screening *s = context;
  EK_ALIGNED int32_t sums[EK_HEAD_TOKENS * 2 * EK_HEAD_TILE];
  for (ek_int tile = begin; tile < end; tile++) {
    s->functions->products(s->copy->codes + tile * s->states.groups * EK_HEAD_GROUP_BYTES,
                           &s->states, sums);
    for (int t = 0; t < s->states.tokens; t++)
      bound_tile(s, tile, t, sums + t * 2 * EK_HEAD_TILE);
  }
}

void ek_head_screen(const ek_head_copy *copy, ek_int tokens, const float *x, ek_int ldx,
                    const ek_head_bounds *bounds) {
  const ek_int groups = ek_ceil_div(copy->columns, EK_HEAD_GROUP);
  const ek_int stride = ek_ceil_div(groups * EK_HEAD_GROUP, 64) * 64;
  const ek_int tiles = ek_ceil_div(copy->rows, EK_HEAD_TILE);
  const size_t bytes = (size_t)(EK_HEAD_TOKENS * 2 * stride);
  const ek_head_functions *functions = kernels();
  int8_t *digits = ek_allocate(bytes);
  for (ek_int first = 0; first < tokens; first += EK_HEAD_TOKENS) {
    const int count = (int)ek_least(EK_HEAD_TOKENS, tokens - first);
    int32_t digit_sums[2 * EK_HEAD_TOKENS] = {0};
    state factors[EK_HEAD_TOKENS];
    memset(digits, 0, bytes);
    for (int t = 0; t < count; t++) {
      int8_t *high = digits + 2 * t * stride;
      factors[t] = read_state(copy->columns, x + (first + t) * ldx, copy->scales, high,
                              high + stride, digit_sums + 2 * t);
    }
    screening s = {copy, bounds, first, {groups, stride, count, digits, digit_sums}, factors,
                   functions};
    // Half a megabyte of codes is worth a piece.
    const ek_int grain = ek_ceil_div(1 << 19, groups * EK_HEAD_GROUP_BYTES);
    ek_parallel_for(tiles, grain, screen_tiles, &s);
  }
  ek_deallocate(digits, bytes);
}
