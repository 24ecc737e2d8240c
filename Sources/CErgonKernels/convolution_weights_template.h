// The weight gradient by register tiles: sums over all outputs of (a number of the window) x (the
// output's gradient), a tile being M neighbouring numbers of R window rows by N vectors of lanes.
// The image is read as the forward pass reads it. The outputs are cut into a few blocks by the
// shape alone; each block sums on its own, and the blocks' sums are added in order.
//
// Template: after convolution_blocked_template.h, with the same names set.

typedef struct {
  const T *x;                 // number 0 of the tile at the first output
  ek_int x_run, x_row, x_column;
  const T *g;
  ek_int g_row, g_column;
  ek_int rows, columns;
  T *sum;
  ek_int sum_run, sum_step;   // from one window row to the next; from one number to the next
  bool fresh;                 // writes the sums instead of adding to them
  MASK part;                  // lanes of the last vector of g
} EK_TYPED(weight_tile);

EK_INLINE void EK_TYPED(run_weight_tile)(const EK_TYPED(weight_tile) *t, const int R, const int M,
                                         const int N) {
  if (R * M * N > ACCUMULATORS) return;  // Never asked for.
  V sum[ACCUMULATORS];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < R * M; i++)
    _Pragma("clang loop unroll(full)") for (int j = 0; j < N; j++) {
      const T *from = t->sum + i / M * t->sum_run + i % M * t->sum_step + j * LANES;
      sum[i * N + j] = t->fresh ? (V){0} : EK_TYPED(load)(from);
    }
  ek_int x_column = t->x_column, g_column = t->g_column, columns = t->columns;
  MASK part = t->part;
  for (ek_int row = 0; row < t->rows; row++) {
    const T *x[5];
    x[0] = t->x + row * t->x_row;
    _Pragma("clang loop unroll(full)") for (int r = 1; r < R; r++) x[r] = x[r - 1] + t->x_run;
    const T *g = t->g + row * t->g_row;
    for (ek_int column = 0; column < columns; column++, g += g_column) {
      V gradient[N];
      _Pragma("clang loop unroll(full)") for (int j = 0; j < N - 1; j++)
          gradient[j] = EK_TYPED(load)(g + j * LANES);
      gradient[N - 1] = LOAD_PART(g + (N - 1) * LANES, part);
      _Pragma("clang loop unroll(full)") for (int i = 0; i < R * M; i++)
        _Pragma("clang loop unroll(full)") for (int j = 0; j < N; j++)
          sum[i * N + j] += x[i / M][i % M] * gradient[j];
      _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) x[r] += x_column;
    }
  }
  _Pragma("clang loop unroll(full)") for (int i = 0; i < R * M; i++)
    _Pragma("clang loop unroll(full)") for (int j = 0; j < N; j++) {
      T *to = t->sum + i / M * t->sum_run + i % M * t->sum_step + j * LANES;
      EK_TYPED(store)(to, sum[i * N + j]);
    }
}

#define TILE(M, N)                                                                        \
  static void EK_TYPED(weight_tile_##M##x##N)(const EK_TYPED(weight_tile) *t) {           \
    EK_TYPED(run_weight_tile)(t, 1, M, N);                                                \
  }
TILES_1_TO_7(1) TILES_8_TO_14(1) TILES_15_TO_28(1)
TILES_1_TO_7(2) TILES_8_TO_14(2)
#undef TILE
// Few channels: several short window rows in one tile.
#define TILE(M, R)                                                                        \
  static void EK_TYPED(weight_rows_##M##x##R)(const EK_TYPED(weight_tile) *t) {           \
    EK_TYPED(run_weight_tile)(t, R, M, 1);                                                \
  }
TILES_1_TO_7(3) TILE(8, 3) TILE(9, 3) TILE(10, 3)
TILES_1_TO_7(5)
#undef TILE

#define TILE(M, N) [M] = EK_TYPED(weight_tile_##M##x##N),
static void (*const EK_TYPED(weight_tiles)[3][29])(const EK_TYPED(weight_tile) *) = {
    [1] = {TILES_1_TO_7(1) TILES_8_TO_14(1) TILES_15_TO_28(1)},
    [2] = {TILES_1_TO_7(2) TILES_8_TO_14(2)},
};
#undef TILE
#define TILE(M, R) [M] = EK_TYPED(weight_rows_##M##x##R),
static void (*const EK_TYPED(weight_rows)[6][11])(const EK_TYPED(weight_tile) *) = {
    [3] = {TILES_1_TO_7(3) TILE(8, 3) TILE(9, 3) TILE(10, 3)},
    [5] = {TILES_1_TO_7(5)},
};
#undef TILE

// The work is cut into blocks of outputs, each with sums of its own, or, where the weights are too
// many for that, into cuts of the lanes.
typedef struct {
  const ek_correlation *c;
  EK_TYPED(window_source) source;
  ek_int rows_at_once, chunks, blocks, cuts;
  const T *image, *g;
  // Sums in place are the weights' gradient itself; others are panels as pack_weights makes them.
  bool in_place;
  T *sums, *bias_sums;
  ek_int sums_step, group_step, bias_step;
} EK_TYPED(weight_task);

// All of the window against the gradients of some output rows, for one block of lanes.
EK_INLINE void EK_TYPED(add_window)(const ek_correlation *c, ek_int line, ek_int vectors,
                                    EK_TYPED(weight_tile) tile) {
  bool joined = c->spread_w == 1 || c->taps_w == 1;
  ek_int length = joined ? c->taps_w * c->channels : c->channels;
  ek_int inner = joined ? 1 : c->taps_w;
  tile.sum_run = length * inner * tile.sum_step;
  tile.x_run = c->spread_h * line;
  const T *x = tile.x;
  T *sum = tile.sum;
  if (vectors == 1 && inner == 1) {
    ek_int together = c->taps_h % 5 == 0 && length <= 7 && 5 * length <= ACCUMULATORS ? 5
                      : c->taps_h % 3 == 0 && length <= 10 && 3 * length <= ACCUMULATORS ? 3 : 1;
    if (together > 1) {
      for (ek_int kh = 0; kh < c->taps_h; kh += together) {
        tile.x = x + kh * tile.x_run;
        tile.sum = sum + kh * tile.sum_run;
        EK_TYPED(weight_rows)[together][length](&tile);
      }
      return;
    }
  }
  ek_int pieces = ek_ceil_div(length, EK_TYPED(most_outputs)(vectors));
  for (ek_int kh = 0; kh < c->taps_h; kh++)
    for (ek_int kw = 0; kw < inner; kw++)
      for (ek_int i = 0, at = 0; i < pieces; i++) {
        ek_int tall = (length - at) / (pieces - i);
        tile.x = x + kh * tile.x_run + kw * c->spread_w * c->channels + at;
        tile.sum = sum + ((kh * inner + kw) * length + at) * tile.sum_step;
        EK_TYPED(weight_tiles)[vectors][tall](&tile);
        at += tall;
      }
}

// bias_sums += the gradients of some output rows, one block of lanes.
static void EK_TYPED(add_bias)(const EK_TYPED(weight_tile) *t, ek_int vectors, T *sums) {
  for (ek_int j = 0; j < vectors; j++) {
    MASK part = j == vectors - 1 ? t->part : FIRST(LANES);
    V sum[4] = {{0}, {0}, {0}, {0}};  // Independent, or each addition would wait for the last.
    ek_int s = t->g_column;
    for (ek_int row = 0; row < t->rows; row++) {
      const T *g = t->g + row * t->g_row + j * LANES;
      ek_int column = 0;
      for (; column + 4 <= t->columns; column += 4, g += 4 * s) {
        sum[0] += LOAD_PART(g, part);
        sum[1] += LOAD_PART(g + s, part);
        sum[2] += LOAD_PART(g + 2 * s, part);
        sum[3] += LOAD_PART(g + 3 * s, part);
      }
      for (; column < t->columns; column++, g += s) sum[0] += LOAD_PART(g, part);
    }
    T *to = sums + j * LANES;
    EK_TYPED(store)(to, EK_TYPED(load)(to) + ((sum[0] + sum[1]) + (sum[2] + sum[3])));
  }
}

// The bias's gradient alone, for one group: the sum of g over all outputs.
static void EK_TYPED(sum_pixels)(const ek_correlation *c, const T *g, T *bias_gradient) {
  ek_int padded = ek_ceil_div(c->lanes, LANES) * LANES;
  size_t bytes = (size_t)padded * sizeof(T);
  T *sums = ek_allocate(bytes);
  memset(sums, 0, bytes);
  EK_TYPED(weight_tile) tile = {
      .g = g, .g_row = c->out_image, .g_column = c->out_column, .rows = c->batch,
      .columns = c->rows * c->columns, .part = FIRST(c->lanes - (padded - LANES)),
  };
  EK_TYPED(add_bias)(&tile, padded / LANES, sums);
  EK_TYPED(copy)(bias_gradient, sums, c->lanes);
  ek_deallocate(sums, bytes);
}

// The block's outputs against the window, for some of the lanes.
static void EK_TYPED(weight_block)(const EK_TYPED(weight_task) *task, ek_int block,
                                   ek_int first_lane, ek_int last_lane, T *buffer) {
  enum { vectors_at_once = 2 };
  const ek_correlation *c = task->c;
  const EK_TYPED(window_source) *source = &task->source;
  T *sums = task->sums + block * task->sums_step;
  T *bias_sums = task->bias_sums + block * task->bias_step;
  ek_int pieces = c->batch * task->chunks, depth = EK_TYPED(depth)(c);
  ek_int start = pieces * block / task->blocks, last = pieces * (block + 1) / task->blocks;
  for (ek_int piece = start; piece < last; piece++) {
    ek_int n = piece / task->chunks, first = piece % task->chunks * task->rows_at_once;
    ek_int rows = ek_least(task->rows_at_once, c->rows - first);
    for (ek_int group = 0; group < c->groups; group++) {
      const T *image = task->image + n * c->height * c->width * c->pixel + group * c->channels;
      EK_TYPED(weight_tile) tile = {
          .x = buffer, .x_row = c->stride_h * source->line, .x_column = c->stride_w * c->channels,
          .g_row = c->out_row, .g_column = c->out_column, .rows = rows, .columns = c->columns,
          .fresh = piece == start,
      };
      if (source->copied)
        EK_TYPED(fill_buffer)(c, source, image, first, rows, buffer);
      else
        tile.x = image + ((first * c->stride_h + c->top) * c->width + c->left) * c->pixel;
      const T *g = task->g + n * c->out_image + first * c->out_row + group * c->lanes;
      for (ek_int lane = first_lane; lane < last_lane; lane += vectors_at_once * LANES) {
        ek_int here = ek_least(vectors_at_once * LANES, c->lanes - lane);
        ek_int vectors = ek_ceil_div(here, LANES);
        tile.part = FIRST(here - (vectors - 1) * LANES);
        tile.g = g + lane;
        tile.sum_step = task->in_place ? c->weight_c : vectors * LANES;
        tile.sum = sums + group * task->group_step + (task->in_place ? lane : lane * depth);
        EK_TYPED(add_window)(c, source->line, vectors, tile);
        EK_TYPED(add_bias)(&tile, vectors, bias_sums + group * task->bias_step / c->groups + lane);
      }
    }
  }
}

// Pieces begin ..< end of blocks * cuts.
static void EK_TYPED(weight_pieces)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(weight_task) *task = context;
  const ek_correlation *c = task->c;
  size_t bytes = 0;
  T *buffer = NULL;
  if (task->source.copied) {
    ek_int rows = EK_TYPED(rows_needed)(c, task->rows_at_once);
    bytes = (size_t)(rows * task->source.line) * sizeof(T);
    buffer = ek_allocate(bytes);
    memset(buffer, 0, bytes);
  }
  enum { step = 2 * (VECTOR_BYTES / sizeof(T)) };
  ek_int lane_blocks = ek_ceil_div(c->lanes, step);
  for (ek_int piece = begin; piece < end; piece++) {
    ek_int cut = piece % task->cuts;
    EK_TYPED(weight_block)(task, piece / task->cuts, lane_blocks * cut / task->cuts * step,
                           ek_least(lane_blocks * (cut + 1) / task->cuts * step, c->lanes), buffer);
  }
  if (buffer) ek_deallocate(buffer, bytes);
}

// Undoes fold and padding of the lanes: adds up the parts of `sums` that belong to a weight.
static void EK_TYPED(unfold_weights)(const ek_correlation *c, const T *sums, T *dw) {
  ek_int lanes = c->lanes / c->fold, shift = c->stride_w / c->fold;
  ek_int own_taps = c->taps_w - (c->fold - 1) * shift, depth = EK_TYPED(depth)(c);
  enum { step = 2 * (VECTOR_BYTES / sizeof(T)) };
  for (ek_int part = 0; part < c->fold; part++)
    // The lanes of a part by the blocks they lie in.
    for (ek_int lane = part * lanes, many; lane < (part + 1) * lanes; lane += many) {
      ek_int first = lane / step * step;
      ek_int wide = ek_ceil_div(ek_least(c->lanes - first, step), LANES) * LANES;
      many = ek_least((part + 1) * lanes, first + step) - lane;
      for (ek_int kh = 0; kh < c->taps_h; kh++)
        for (ek_int kw = 0; kw < own_taps; kw++) {
          T *to = dw + kh * c->weight_h + kw * c->weight_w + lane - part * lanes;
          const T *from = sums + first * depth + lane - first +
                          (kh * c->taps_w + kw + part * shift) * c->channels * wide;
          for (ek_int i = 0; i < c->channels; i++, to += c->weight_c, from += wide) {
            if (part == 0) EK_TYPED(copy)(to, from, many);
            else for (ek_int l = 0; l < many; l++) to[l] += from[l];
          }
        }
    }
}

static void EK_TYPED(weight_gradient)(ek_correlation c, const T *x, const T *g, T *dw,
                                      T *bias_gradient) {
  if (c.groups == 1) ek_fold_correlation(&c, LANES);
  ek_int padded = ek_ceil_div(c.lanes, LANES) * LANES, depth = EK_TYPED(depth)(&c);
  EK_TYPED(weight_task) task = {
      .c = &c, .source = EK_TYPED(source_of)(&c), .image = x, .g = g, .blocks = 1, .cuts = 1,
      .group_step = depth * padded, .bias_step = c.groups * padded,
  };
  task.sums_step = c.groups * task.group_step;
  const bool none = c.batch * c.rows * c.columns == 0;
  const bool many = task.sums_step > 1 << 17;  // Adding up blocks of these would tell.
  task.rows_at_once = EK_TYPED(rows_at_once)(&c, &task.source, many ? 1 : 4);
  task.chunks = none ? 0 : ek_ceil_div(c.rows, task.rows_at_once);
  if (many) {
    task.cuts = ek_least(ek_ceil_div(c.lanes, 2 * LANES), 8);
  } else if (!none) {
    ek_int work = c.batch * c.rows * c.columns * task.sums_step;
    ek_int most = task.sums_step <= 1 << 13 ? 8 : 4;
    task.blocks = ek_most(1, ek_least(ek_least(most, c.batch * task.chunks), work >> 18));
  }
  task.in_place = !none && task.blocks == 1 && c.fold == 1 && c.lanes % LANES == 0;
  if (task.in_place) task.group_step = c.weight_group;

  ek_int numbers = task.blocks * ((task.in_place ? 0 : task.sums_step) + task.bias_step);
  size_t bytes = (size_t)numbers * sizeof(T);
  task.bias_sums = ek_allocate(bytes);
  task.sums = task.in_place ? dw : task.bias_sums + task.blocks * task.bias_step;
  ek_int cleared = none ? numbers : task.blocks * task.bias_step;
  memset(task.bias_sums, 0, (size_t)cleared * sizeof(T));
  ek_parallel_for(task.blocks * task.cuts, 1, EK_TYPED(weight_pieces), &task);

  for (ek_int block = 1; block < task.blocks; block++) {
    const T *more = task.sums + block * task.sums_step;
    for (ek_int i = 0; i < task.sums_step; i++) task.sums[i] += more[i];
    more = task.bias_sums + block * task.bias_step;
    for (ek_int i = 0; i < task.bias_step; i++) task.bias_sums[i] += more[i];
  }
  if (!task.in_place)
    for (ek_int group = 0; group < c.groups; group++)
      EK_TYPED(unfold_weights)(&c, task.sums + group * task.group_step,
                               dw + group * c.weight_group);
  if (bias_gradient) {
    ek_int lanes = c.lanes / c.fold;
    for (ek_int group = 0; group < c.groups; group++)
      for (ek_int l = 0; l < c.lanes; l++) {
        T *to = bias_gradient + group * lanes + l % lanes;
        T value = task.bias_sums[group * padded + l];
        *to = l < lanes ? value : *to + value;
      }
  }
  ek_deallocate(task.bias_sums, bytes);
}
