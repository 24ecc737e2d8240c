// Correlation by register tiles: a tile is M neighbouring outputs of a row by N vectors of lanes,
// held in registers while the window's taps and channels stream by. In NHWC the taps across and
// the channels of one window row lie next to one another, so a tile reads the image in place: the
// rows of the implicit patch matrix are one another shifted by a pixel, and nothing is unfolded.
// Only an image with padding (or a group's channels) is first copied, row by row, into a buffer
// with a zero border.
//
// Template: needs T, S, VECTOR_BYTES, ACCUMULATORS (vector registers a tile may hold), VECTORS (the
// N it prefers), MASK, FIRST(n), LOAD_PART(p, mask) and STORE_PART(p, v, mask). The file that
// includes it sets the target of every function.

typedef T EK_TYPED(vector) __attribute__((vector_size(VECTOR_BYTES)));
typedef T EK_TYPED(vector_in_memory)
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(T)), may_alias));
#define V EK_TYPED(vector)
#define LANES ((ek_int)(VECTOR_BYTES / sizeof(T)))

EK_INLINE V EK_TYPED(load)(const T *p) { return *(const EK_TYPED(vector_in_memory) *)p; }
EK_INLINE void EK_TYPED(store)(T *p, V v) { *(EK_TYPED(vector_in_memory) *)p = v; }

EK_INLINE void EK_TYPED(copy)(T *to, const T *from, ek_int count) {
  ek_int i = 0;
  for (; i + LANES <= count; i += LANES) EK_TYPED(store)(to + i, EK_TYPED(load)(from + i));
  if (i < count) STORE_PART(to + i, LOAD_PART(from + i, FIRST(count - i)), FIRST(count - i));
}

EK_INLINE void EK_TYPED(zero)(T *to, ek_int count) {
  for (ek_int i = 0; i < count; i++) to[i] = 0;
}

// MARK: Tiles

typedef struct {
  const T *x;            // tap (0, 0), channel 0 of the first output
  ek_int x_step;         // from one output to the next
  // The window: outer x inner runs of `length` neighbouring numbers.
  ek_int outer, outer_step, inner, inner_step, length;
  const T *w;
  ek_int w_step;         // from one number of a run to the next, and on over the runs
  const T *start;        // what the sums start from: the bias, N vectors
  bool add;              // adds to y; only with whole vectors
  T *y;
  ek_int y_step;
  bool relu, whole;      // whole: the last vector has all its lanes
  MASK part;             // which it has otherwise
} EK_TYPED(tile);

EK_INLINE void EK_TYPED(run_tile)(const EK_TYPED(tile) *t, const int M, const int N) {
  if (M * N > ACCUMULATORS) return;  // Never asked for; keeps such tiles out of the program.
  V sum[ACCUMULATORS];
  _Pragma("clang loop unroll(full)") for (int j = 0; j < N; j++) {
    V start = EK_TYPED(load)(t->start + j * LANES);
    _Pragma("clang loop unroll(full)") for (int m = 0; m < M; m++) sum[m * N + j] = start;
  }
  // One pointer for every five outputs and two steps reach all of them within an addressing mode.
  enum { reach = 5, pointers = (ACCUMULATORS + reach - 1) / reach };
  ek_int s = t->x_step, s3 = 3 * s, w_step = t->w_step, length = t->length;
  const int used = (M + reach - 1) / reach;
  const T *w = t->w;
  for (ek_int i = 0; i < t->outer; i++)
    for (ek_int o = 0; o < t->inner; o++) {
      const T *x[pointers];
      x[0] = t->x + i * t->outer_step + o * t->inner_step;
      _Pragma("clang loop unroll(full)") for (int p = 1; p < used; p++) x[p] = x[p - 1] + 5 * s;
      for (ek_int k = 0; k < length; k++, w += w_step) {
        V weight[N];
        _Pragma("clang loop unroll(full)") for (int j = 0; j < N; j++)
            weight[j] = EK_TYPED(load)(w + j * LANES);
        _Pragma("clang loop unroll(full)") for (int m = 0; m < M; m++) {
          const T *p = x[m / reach];
          const int q = m % reach;
          T value = q == 0 ? p[0] : q == 1 ? p[s] : q == 2 ? p[2 * s] : q == 3 ? p[s3] : p[4 * s];
          _Pragma("clang loop unroll(full)") for (int j = 0; j < N; j++)
              sum[m * N + j] += value * weight[j];
        }
        _Pragma("clang loop unroll(full)") for (int p = 0; p < used; p++) {
          x[p]++;
          __asm__("" : "+r"(x[p]));  // Keeps the compiler from making one pointer an output.
        }
      }
    }
  T *y = t->y;
  const bool relu = t->relu, whole = t->whole, add = t->add;
  if (whole && !relu && !add) {  // With short sums the tests below would tell.
    _Pragma("clang loop unroll(full)") for (int m = 0; m < M; m++, y += t->y_step)
      _Pragma("clang loop unroll(full)") for (int j = 0; j < N; j++)
        EK_TYPED(store)(y + j * LANES, sum[m * N + j]);
    return;
  }
  _Pragma("clang loop unroll(full)") for (int m = 0; m < M; m++, y += t->y_step) {
    _Pragma("clang loop unroll(full)") for (int j = 0; j < N; j++) {
      V v = sum[m * N + j];
      // As in the scalar form, NaN stays.
      if (relu) v = (V)(~(v <= (V){0}) & (__typeof__(v <= v))v);
      if (add) v += EK_TYPED(load)(y + j * LANES);
      if (j < N - 1 || whole) EK_TYPED(store)(y + j * LANES, v);
      else STORE_PART(y + j * LANES, v, t->part);
    }
  }
}

#define TILE(M, N)                                                                      \
  static void EK_TYPED(tile_##M##x##N)(const EK_TYPED(tile) *t) {                       \
    EK_TYPED(run_tile)(t, M, N);                                                        \
  }
#define TILES_1_TO_7(N) TILE(1, N) TILE(2, N) TILE(3, N) TILE(4, N) TILE(5, N) TILE(6, N) TILE(7, N)
#define TILES_8_TO_14(N)                                                                \
  TILE(8, N) TILE(9, N) TILE(10, N) TILE(11, N) TILE(12, N) TILE(13, N) TILE(14, N)
#define TILES_15_TO_28(N)                                                               \
  TILE(15, N) TILE(16, N) TILE(17, N) TILE(18, N) TILE(19, N) TILE(20, N) TILE(21, N)   \
  TILE(22, N) TILE(23, N) TILE(24, N) TILE(25, N) TILE(26, N) TILE(27, N) TILE(28, N)
TILES_1_TO_7(1) TILES_8_TO_14(1) TILES_15_TO_28(1)
TILES_1_TO_7(2) TILES_8_TO_14(2)
TILES_1_TO_7(3)
TILES_1_TO_7(4)
#undef TILE

#define TILE(M, N) [M] = EK_TYPED(tile_##M##x##N),
static void (*const EK_TYPED(tiles)[5][29])(const EK_TYPED(tile) *) = {
    [1] = {TILES_1_TO_7(1) TILES_8_TO_14(1) TILES_15_TO_28(1)},
    [2] = {TILES_1_TO_7(2) TILES_8_TO_14(2)},
    [3] = {TILES_1_TO_7(3)},
    [4] = {TILES_1_TO_7(4)},
};
#undef TILE

// The most outputs of a tile of so many vectors.
EK_INLINE ek_int EK_TYPED(most_outputs)(ek_int vectors) {
  return ek_least(ACCUMULATORS / vectors, vectors == 1 ? 28 : vectors == 2 ? 14 : 7);
}

// MARK: The image with its border

// Where a correlation reads its source: the image itself or a copy with a zero border.
typedef struct {
  bool copied;
  ek_int first_column, last_column;  // of the source that the copy holds
  ek_int left;                       // zero columns before them
  ek_int line;                       // from one row to the next
} EK_TYPED(window_source);

// Source rows that `rows` output rows need.
EK_INLINE ek_int EK_TYPED(rows_needed)(const ek_correlation *c, ek_int rows) {
  return (rows - 1) * c->stride_h + ek_most(c->taps_h - 1, 0) * c->spread_h + 1;
}

static EK_TYPED(window_source) EK_TYPED(source_of)(const ek_correlation *c) {
  ek_int tall = EK_TYPED(rows_needed)(c, c->rows);
  ek_int wide = (c->columns - 1) * c->stride_w + ek_most(c->taps_w - 1, 0) * c->spread_w + 1;
  bool inside = c->top >= 0 && c->left >= 0 && c->top + tall <= c->height &&
                c->left + wide <= c->width;
  EK_TYPED(window_source) s = {.copied = !inside || c->channels != c->pixel};
  s.first_column = ek_most(c->left, 0);
  s.last_column = ek_most(ek_least(c->left + wide, c->width), s.first_column);
  s.left = ek_least(ek_most(-c->left, 0), wide);
  s.line = (s.copied ? wide : c->width) * c->channels;
  return s;
}

// Copies what output rows first ..< first + rows of an image need. The buffer was zero at first and
// is only ever filled by this function, so its left and right borders are zero.
static void EK_TYPED(fill_buffer)(const ek_correlation *c, const EK_TYPED(window_source) *s,
                                  const T *image, ek_int first, ek_int rows, T *buffer) {
  ek_int count = EK_TYPED(rows_needed)(c, rows), h = first * c->stride_h + c->top;
  ek_int columns = s->last_column - s->first_column;
  for (ek_int i = 0; i < count; i++, h++, buffer += s->line) {
    if (h < 0 || h >= c->height) {
      EK_TYPED(zero)(buffer, s->line);
      continue;
    }
    const T *from = image + (h * c->width + s->first_column) * c->pixel;
    T *to = buffer + s->left * c->channels;
    if (c->channels == c->pixel) {
      EK_TYPED(copy)(to, from, columns * c->channels);
    } else {
      for (ek_int w = 0; w < columns; w++, from += c->pixel, to += c->channels)
        EK_TYPED(copy)(to, from, c->channels);
    }
  }
}

// Output rows a piece of work takes at once: as many as leave their buffer near the first-level
// cache, and no more than leave so many pieces for several threads.
static ek_int EK_TYPED(rows_at_once)(const ek_correlation *c, const EK_TYPED(window_source) *s,
                                     ek_int pieces) {
  enum { bytes = 1 << 16 };
  ek_int fitting = bytes / (ek_int)sizeof(T) / ek_most(s->line, 1);
  ek_int rows = (fitting - (c->taps_h - 1) * c->spread_h) / c->stride_h;
  rows = ek_least(ek_most(rows, ek_least(4, c->rows)), c->rows);
  ek_int chunks = ek_ceil_div(c->rows, ek_most(rows, 1));
  if (c->batch * chunks < pieces)
    chunks = ek_least(ek_ceil_div(pieces, ek_most(c->batch, 1)), c->rows);
  return ek_ceil_div(c->rows, ek_most(chunks, 1));
}

// MARK: Weights

// The numbers of one lane block's weights.
EK_INLINE ek_int EK_TYPED(depth)(const ek_correlation *c) {
  return c->taps_h * c->taps_w * c->channels;
}

// Four rows of `count` numbers to `count` rows of four.
EK_INLINE void EK_TYPED(transpose_four)(const T *from, ek_int from_step, ek_int count, T *to,
                                        ek_int to_step) {
  typedef T four __attribute__((vector_size(4 * sizeof(T))));
  ek_int i = 0;
  for (; i + 4 <= count; i += 4) {
    four a, b, c, d;
    memcpy(&a, from + i, sizeof a);
    memcpy(&b, from + i + from_step, sizeof b);
    memcpy(&c, from + i + 2 * from_step, sizeof c);
    memcpy(&d, from + i + 3 * from_step, sizeof d);
    four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    four rows[4] = {__builtin_shufflevector(ab, cd, 0, 1, 4, 5),
                    __builtin_shufflevector(ab, cd, 2, 3, 6, 7)};
    ab = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    rows[2] = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    rows[3] = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    for (int r = 0; r < 4; r++) memcpy(to + (i + r) * to_step, &rows[r], sizeof rows[r]);
  }
  for (; i < count; i++)
    for (int r = 0; r < 4; r++) to[i * to_step + r] = from[r * from_step + i];
}

// Panels of `step` lanes (the last may be narrower, in whole vectors, zero beyond the lanes): for
// each tap and channel in turn the lanes side by side.
static void EK_TYPED(pack_weights)(const ek_correlation *c, ek_int step, const T *w, T *panel) {
  ek_int lanes = c->lanes / c->fold, shift = c->stride_w / c->fold;
  ek_int own_taps = c->taps_w - (c->fold - 1) * shift;
  for (ek_int first = 0; first < c->lanes; first += step) {
    ek_int here = ek_least(step, c->lanes - first), wide = ek_ceil_div(here, LANES) * LANES;
    for (ek_int kh = 0; kh < c->taps_h; kh++)
      for (ek_int kw = 0; kw < c->taps_w; kw++, panel += c->channels * wide) {
        const T *tap = w + kh * c->weight_h + kw * c->weight_w;
        if (c->fold == 1 && c->weight_lane == 1) {
          for (ek_int i = 0; i < c->channels; i++) {
            EK_TYPED(copy)(panel + i * wide, tap + i * c->weight_c + first, here);
            EK_TYPED(zero)(panel + i * wide + here, wide - here);
          }
          continue;
        }
        if (here < wide || c->fold > 1) EK_TYPED(zero)(panel, c->channels * wide);
        ek_int l = 0;
        if (c->fold == 1 && c->weight_c == 1)
          for (; l + 4 <= here; l += 4)
            EK_TYPED(transpose_four)(tap + (first + l) * c->weight_lane, c->weight_lane,
                                     c->channels, panel + l, wide);
        for (; l < here; l++) {
          ek_int part = (first + l) / lanes, own = kw - part * shift;
          if (own < 0 || own >= own_taps) continue;
          const T *from =
              tap - part * shift * c->weight_w + ((first + l) - part * lanes) * c->weight_lane;
          for (ek_int i = 0; i < c->channels; i++) panel[i * wide + l] = from[i * c->weight_c];
        }
      }
  }
}

// MARK: The correlation

typedef struct {
  const ek_correlation *c;
  EK_TYPED(window_source) source;
  ek_int rows_at_once, chunks;
  ek_int vectors;            // of a lane block
  const T *image, *weights;  // weights: packed, or in place
  ek_int weights_group, weights_step;  // step 0: packed
  const T *start;
  bool relu;
  T *out;
} EK_TYPED(correlate_task);

// One output row, one lane block.
EK_INLINE void EK_TYPED(correlate_row)(const ek_correlation *c, EK_TYPED(tile) *tile,
                                       ek_int vectors, const T *x, T *y) {
  ek_int pieces = ek_ceil_div(c->columns, EK_TYPED(most_outputs)(vectors));
  for (ek_int i = 0, column = 0; i < pieces; i++) {
    ek_int wide = (c->columns - column) / (pieces - i);
    tile->x = x + column * tile->x_step;
    tile->y = y + column * c->out_column;
    EK_TYPED(tiles)[vectors][wide](tile);
    column += wide;
  }
}

// Pieces begin ..< end of batch * chunks.
static void EK_TYPED(correlate_pieces)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(correlate_task) *task = context;
  const ek_correlation *c = task->c;
  const EK_TYPED(window_source) *source = &task->source;
  size_t bytes = 0;
  T *buffer = NULL;
  if (source->copied) {
    bytes = (size_t)(EK_TYPED(rows_needed)(c, task->rows_at_once) * source->line) * sizeof(T);
    buffer = ek_allocate(bytes);
    memset(buffer, 0, bytes);
  }
  bool joined = c->spread_w == 1 || c->taps_w == 1;
  EK_TYPED(tile) tile = {
      .x_step = c->stride_w * c->channels,
      .outer = c->taps_h, .outer_step = c->spread_h * source->line,
      .inner = joined ? 1 : c->taps_w, .inner_step = c->spread_w * c->channels,
      .length = joined ? c->taps_w * c->channels : c->channels,
      .y_step = c->out_column, .relu = task->relu,
  };
  ek_int step = task->vectors * LANES, depth = EK_TYPED(depth)(c);
  for (ek_int piece = begin; piece < end; piece++) {
    ek_int n = piece / task->chunks, first = piece % task->chunks * task->rows_at_once;
    ek_int rows = ek_least(task->rows_at_once, c->rows - first);
    for (ek_int group = 0; group < c->groups; group++) {
      const T *image = task->image + n * c->height * c->width * c->pixel + group * c->channels;
      const T *x = buffer;
      if (source->copied)
        EK_TYPED(fill_buffer)(c, source, image, first, rows, buffer);
      else
        x = image + ((first * c->stride_h + c->top) * c->width + c->left) * c->pixel;
      T *out = task->out + n * c->out_image + first * c->out_row + group * c->lanes;
      for (ek_int lane = 0; lane < c->lanes; lane += step) {
        ek_int here = ek_least(step, c->lanes - lane), vectors = ek_ceil_div(here, LANES);
        tile.w_step = task->weights_step ? task->weights_step : vectors * LANES;
        tile.w = task->weights + group * task->weights_group +
                 (task->weights_step ? lane : lane * depth);
        tile.start = task->start + group * c->lanes + lane;
        tile.whole = here % LANES == 0;
        tile.part = FIRST(here - (vectors - 1) * LANES);
        for (ek_int row = 0; row < rows; row++)
          EK_TYPED(correlate_row)(c, &tile, vectors, x + row * c->stride_h * source->line,
                                  out + row * c->out_row + lane);
      }
    }
  }
  if (buffer) ek_deallocate(buffer, bytes);
}

static void EK_TYPED(correlate)(ek_correlation *c, const T *image, const T *w, const T *bias,
                                bool relu, T *out) {
  if (c->batch * c->rows * c->columns * c->lanes == 0) return;
  if (c->groups == 1) ek_fold_correlation(c, LANES);
  EK_TYPED(correlate_task) task = {
      .c = c, .source = EK_TYPED(source_of)(c), .image = image, .out = out + c->out,
      .relu = relu,
  };
  task.rows_at_once = EK_TYPED(rows_at_once)(c, &task.source, 4);
  task.chunks = ek_ceil_div(c->rows, task.rows_at_once);
  // Few outputs in a row leave registers for more lanes.
  task.vectors = ek_least(ek_ceil_div(c->lanes, LANES), VECTORS);
  if (ACCUMULATORS >= 28 && c->columns <= 7 && c->lanes > 2 * LANES) task.vectors = 4;

  ek_int padded = ek_ceil_div(c->lanes, LANES) * LANES, depth = EK_TYPED(depth)(c);
  bool in_place = c->fold == 1 && c->weight_lane == 1 && c->lanes % LANES == 0 &&
                  c->weight_w == c->channels * c->weight_c &&
                  c->weight_h == c->taps_w * c->weight_w &&
                  (c->lanes <= task.vectors * LANES || c->batch * c->rows * c->columns <= 64);
  ek_int packed = in_place ? 0 : c->groups * depth * padded;
  size_t bytes = (size_t)(packed + c->groups * c->lanes + padded + LANES) * sizeof(T);
  T *panels = ek_allocate(bytes), *start = panels + packed;
  w += c->weight;
  if (in_place) {
    task.weights = w, task.weights_group = c->weight_group, task.weights_step = c->weight_c;
  } else {
    for (ek_int group = 0; group < c->groups; group++)
      EK_TYPED(pack_weights)(c, task.vectors * LANES, w + group * c->weight_group,
                             panels + group * depth * padded);
    task.weights = panels, task.weights_group = depth * padded;
  }
  memset(start, 0, (size_t)(c->groups * c->lanes + padded + LANES) * sizeof(T));
  ek_int own = c->lanes / c->fold * c->groups;
  if (bias)
    for (ek_int i = 0; i < c->fold * own; i++) start[i] = bias[i % own];
  task.start = start;

  ek_int work = task.rows_at_once * c->columns * c->lanes * c->groups * ek_most(depth, 1);
  ek_int grain = ek_ceil_div(1 << 18, work);  // A quarter of a million multiplications at least.
  ek_parallel_for(c->batch * task.chunks, grain, EK_TYPED(correlate_pieces), &task);
  ek_deallocate(panels, bytes);
}
