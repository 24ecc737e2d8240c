// Winograd's minimal filtering for 3 x 3 windows at stride 1: a tile of 2 x 2 outputs from 4 x 4
// inputs in 16 products a channel pair instead of 36,
//
//   Y = A' [ (G w G') * (B' d B) ] A,      dw = G' [ (B' d B) * (A g A') ] G,
//
//   B' = | 1  0 -1  0 |   G = |  1    0   0  |   A' = | 1  1  1  0 |
//        | 0  1  1  0 |       | 1/2  1/2 1/2 |        | 0  1 -1 -1 |
//        | 0 -1  1  0 |       | 1/2 -1/2 1/2 |
//        | 0  1  0 -1 |       |  0    0   1  |
//
// where * multiplies the 16 positions each on its own: over many tiles and channels, 16 matrix
// products, done with the register tiles of the other methods. Largest errors measured over some
// forty shapes are no larger than the plain loops' (1e-6 of the largest output); an infinite input
// makes NaN of outputs of its tile that it would not reach. For float alone.
// Reference: A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural Networks, 2016, 4.1.
//
// Template: after the blocked and the weights template, with the same names set.

enum { EK_TYPED(positions_of_a_tile) = 16 };
#define POSITIONS EK_TYPED(positions_of_a_tile)

typedef struct {
  const ek_correlation *c;
  ek_int tile_rows, tile_columns, tiles;  // of an image; of all images
  ek_int at_once;                         // tiles whose products are done together
  ek_int padded;                          // lanes in whole vectors
  const T *image;
  // Forward.
  const T *weights, *bias;
  bool relu;
  T *out;
  // Weight gradient.
  const T *g;
  T *sums;
  ek_int blocks, sums_step;
} EK_TYPED(winograd_task);

static bool EK_TYPED(winograd_suits)(const ek_correlation *c) {
  ek_int tiles = c->batch * ((c->rows + 1) / 2) * ((c->columns + 1) / 2);
  return sizeof(T) == 4 && c->groups == 1 && c->taps_h == 3 && c->taps_w == 3 &&
         c->stride_h == 1 && c->stride_w == 1 && c->spread_h == 1 && c->spread_w == 1 &&
         c->channels >= 16 && c->lanes >= 16 && c->rows > 1 && c->columns > 1 &&
         // Transforming the weights takes as long as some tens of tiles.
         tiles >= 64;
}

static EK_TYPED(winograd_task) EK_TYPED(winograd_of)(const ek_correlation *c, ek_int bytes) {
  EK_TYPED(winograd_task) task = {
      .c = c, .tile_rows = (c->rows + 1) / 2, .tile_columns = (c->columns + 1) / 2,
      .padded = ek_ceil_div(c->lanes, LANES) * LANES,
  };
  task.tiles = c->batch * task.tile_rows * task.tile_columns;
  ek_int fitting = bytes / (ek_int)sizeof(T) / (POSITIONS * (c->channels + task.padded));
  // A multiple of what a register tile takes of them.
  ek_int most = EK_TYPED(most_outputs)(ek_least(VECTORS, task.padded / LANES));
  task.at_once = ek_least(ek_most(fitting / most, 1) * most, task.tiles);
  return task;
}

// MARK: Transforms

// Tiles beside one another in one row of tiles, from `first` on.
typedef struct {
  ek_int count;           // no more than asked for
  ek_int n, row, column;  // the image; the first tile's row and column of outputs
  ek_int offset, tall;    // where its outputs are; how many rows of them, 1 or 2
} EK_TYPED(tile_run);

EK_INLINE EK_TYPED(tile_run) EK_TYPED(run_of)(const EK_TYPED(winograd_task) *task, ek_int first,
                                              ek_int most) {
  const ek_correlation *c = task->c;
  ek_int line = first / task->tile_columns, column = first % task->tile_columns;
  EK_TYPED(tile_run) run = {
      .count = ek_least(task->tile_columns - column, most), .n = line / task->tile_rows,
      .row = line % task->tile_rows * 2, .column = column * 2};
  run.offset = run.n * c->out_image + run.row * c->out_row + run.column * c->out_column;
  run.tall = ek_least(2, c->rows - run.row);
  return run;
}

// One column of a tile's input, transformed downwards.
EK_INLINE void EK_TYPED(input_column)(const T *const rows[4], const ek_int steps[4], ek_int w,
                                      ek_int width, ek_int channel, const bool whole, MASK part,
                                      V column[4]) {
  V d[4] = {{0}, {0}, {0}, {0}};
  if (w >= 0 && w < width) {
    _Pragma("clang loop unroll(full)") for (int r = 0; r < 4; r++) {
      const T *p = rows[r] + w * steps[r] + channel;
      d[r] = whole ? EK_TYPED(load)(p) : LOAD_PART(p, part);
    }
  }
  column[0] = d[0] - d[2];
  column[1] = d[1] + d[2];
  column[2] = d[2] - d[1];
  column[3] = d[1] - d[3];
}

// B' d B for tiles beside one another, one vector of channels.
EK_INLINE void EK_TYPED(input_run)(const ek_correlation *c, const T *const rows[4],
                                   const ek_int steps[4], EK_TYPED(tile_run) run,
                                   ek_int channel, const bool whole, MASK part, T *to,
                                   ek_int position_step) {
  V column[4][4];
  ek_int w = run.column + c->left;
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 2; i++)
      EK_TYPED(input_column)(rows, steps, w + i, c->width, channel, whole, part, column[i]);
  for (ek_int tile = 0; tile < run.count; tile++, w += 2, to += c->channels) {
    _Pragma("clang loop unroll(full)") for (int i = 2; i < 4; i++)
        EK_TYPED(input_column)(rows, steps, w + i, c->width, channel, whole, part, column[i]);
    _Pragma("clang loop unroll(full)") for (int r = 0; r < 4; r++) {
      V v[4] = {column[0][r] - column[2][r], column[1][r] + column[2][r],
                column[2][r] - column[1][r], column[1][r] - column[3][r]};
      _Pragma("clang loop unroll(full)") for (int s = 0; s < 4; s++) {
        T *p = to + (4 * r + s) * position_step;
        if (whole) EK_TYPED(store)(p, v[s]);
        else STORE_PART(p, v[s], part);
      }
      column[0][r] = column[2][r];
      column[1][r] = column[3][r];
    }
  }
}

// B' d B for the tiles first ..< first + count of all: [position, tile, channel].
static void EK_TYPED(transform_input)(const EK_TYPED(winograd_task) *task, ek_int first,
                                      ek_int count, const T *zeros, T *to) {
  const ek_correlation *c = task->c;
  ek_int position_step = task->at_once * c->channels;
  for (ek_int done = 0; done < count;) {
    EK_TYPED(tile_run) run = EK_TYPED(run_of)(task, first + done, count - done);
    const T *image = task->image + run.n * c->height * c->width * c->pixel;
    const T *rows[4];
    ek_int steps[4];
    for (int r = 0; r < 4; r++) {
      ek_int h = run.row + c->top + r;
      const bool outside = h < 0 || h >= c->height;
      rows[r] = outside ? zeros : image + h * c->width * c->pixel;
      steps[r] = outside ? 0 : c->pixel;
    }
    for (ek_int channel = 0; channel < c->channels; channel += LANES) {
      ek_int here = ek_least(LANES, c->channels - channel);
      T *at = to + done * c->channels + channel;
      if (here == LANES)
        EK_TYPED(input_run)(c, rows, steps, run, channel, true, FIRST(LANES), at, position_step);
      else
        EK_TYPED(input_run)(c, rows, steps, run, channel, false, FIRST(here), at, position_step);
    }
    done += run.count;
  }
}

// Y = A' M A + bias of one tile and one vector of lanes; p is [position] of M.
EK_INLINE void EK_TYPED(output_tile)(const ek_correlation *c, const T *p, ek_int position_step,
                                     V start, bool relu, ek_int tall, ek_int wide,
                                     const bool whole, MASK part, T *out) {
  V a[2][4];
  _Pragma("clang loop unroll(full)") for (int s = 0; s < 4; s++) {
    V m[4];
    _Pragma("clang loop unroll(full)") for (int r = 0; r < 4; r++)
        m[r] = EK_TYPED(load)(p + (4 * r + s) * position_step);
    a[0][s] = m[0] + m[1] + m[2];
    a[1][s] = m[1] - m[2] - m[3];
  }
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 2; i++) {
    if (i >= tall) break;
    V y[2] = {a[i][0] + a[i][1] + a[i][2] + start, a[i][1] - a[i][2] - a[i][3] + start};
    _Pragma("clang loop unroll(full)") for (int j = 0; j < 2; j++) {
      if (j >= wide) break;
      V v = y[j];
      if (relu) v = (V)(~(v <= (V){0}) & (__typeof__(v <= v))v);
      T *to = out + i * c->out_row + j * c->out_column;
      if (whole) EK_TYPED(store)(to, v);
      else STORE_PART(to, v, part);
    }
  }
}

static void EK_TYPED(transform_output)(const EK_TYPED(winograd_task) *task, ek_int first,
                                       ek_int count, const T *from) {
  const ek_correlation *c = task->c;
  ek_int position_step = task->at_once * task->padded;
  for (ek_int done = 0; done < count;) {
    EK_TYPED(tile_run) run = EK_TYPED(run_of)(task, first + done, count - done);
    for (ek_int lane = 0; lane < c->lanes; lane += LANES) {
      ek_int here = ek_least(LANES, c->lanes - lane);
      const bool whole = here == LANES;
      MASK part = FIRST(here);
      V start = EK_TYPED(load)(task->bias + lane);
      T *out = task->out + run.offset + lane;
      const T *p = from + done * task->padded + lane;
      for (ek_int i = 0; i < run.count; i++, p += task->padded, out += 2 * c->out_column) {
        ek_int wide = ek_least(2, c->columns - run.column - 2 * i);
        if (whole && run.tall + wide == 4)
          EK_TYPED(output_tile)(c, p, position_step, start, task->relu, 2, 2, true, part, out);
        else
          EK_TYPED(output_tile)(c, p, position_step, start, task->relu, run.tall, wide, false,
                                part, out);
      }
    }
    done += run.count;
  }
}

// A g A' of the tiles first ..< first + count: [position, tile, padded lane].
static void EK_TYPED(transform_gradient)(const EK_TYPED(winograd_task) *task, ek_int first,
                                         ek_int count, T *to) {
  const ek_correlation *c = task->c;
  ek_int position_step = task->at_once * task->padded;
  for (ek_int done = 0; done < count;) {
    EK_TYPED(tile_run) run = EK_TYPED(run_of)(task, first + done, count - done);
    for (ek_int lane = 0; lane < c->lanes; lane += LANES) {
      MASK part = FIRST(ek_least(LANES, c->lanes - lane));
      const T *corner = task->g + run.offset + lane;
      T *p = to + done * task->padded + lane;
      for (ek_int i = 0; i < run.count; i++, p += task->padded, corner += 2 * c->out_column) {
        ek_int wide = ek_least(2, c->columns - run.column - 2 * i);
        V g[2][2] = {{{0}, {0}}, {{0}, {0}}};
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 2; r++)
          _Pragma("clang loop unroll(full)") for (int s = 0; s < 2; s++)
            if (r < run.tall && s < wide)
              g[r][s] = LOAD_PART(corner + r * c->out_row + s * c->out_column, part);
        V a[4][2];
        _Pragma("clang loop unroll(full)") for (int s = 0; s < 2; s++) {
          a[0][s] = g[0][s];
          a[1][s] = g[0][s] + g[1][s];
          a[2][s] = g[0][s] - g[1][s];
          a[3][s] = -g[1][s];
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < 4; r++) {
          EK_TYPED(store)(p + (4 * r + 0) * position_step, a[r][0]);
          EK_TYPED(store)(p + (4 * r + 1) * position_step, a[r][0] + a[r][1]);
          EK_TYPED(store)(p + (4 * r + 2) * position_step, a[r][0] - a[r][1]);
          EK_TYPED(store)(p + (4 * r + 3) * position_step, -a[r][1]);
        }
      }
    }
    done += run.count;
  }
}

// G w G': panels of `step` lanes as pack_weights makes them, each [tap, channel, lane], to panels
// [position, channel, lane].
static void EK_TYPED(transform_weights)(const ek_correlation *c, ek_int step, ek_int padded,
                                        const T *panels, T *to) {
  const T half = (T)0.5;
  for (ek_int first = 0; first < padded; first += step) {
    ek_int plane = c->channels * ek_least(step, padded - first);
    for (ek_int i = 0; i < plane; i += LANES) {
      const T *p = panels + first * 9 * c->channels + i;
      V a[4][3];
      _Pragma("clang loop unroll(full)") for (int s = 0; s < 3; s++) {
        V w0 = EK_TYPED(load)(p + s * plane), w1 = EK_TYPED(load)(p + (3 + s) * plane);
        V w2 = EK_TYPED(load)(p + (6 + s) * plane), ends = half * (w0 + w2);
        a[0][s] = w0, a[1][s] = ends + half * w1, a[2][s] = ends - half * w1, a[3][s] = w2;
      }
      T *u = to + first * POSITIONS * c->channels + i;
      _Pragma("clang loop unroll(full)") for (int r = 0; r < 4; r++) {
        V ends = half * (a[r][0] + a[r][2]), middle = half * a[r][1];
        EK_TYPED(store)(u + (4 * r + 0) * plane, a[r][0]);
        EK_TYPED(store)(u + (4 * r + 1) * plane, ends + middle);
        EK_TYPED(store)(u + (4 * r + 2) * plane, ends - middle);
        EK_TYPED(store)(u + (4 * r + 3) * plane, a[r][2]);
      }
    }
  }
}

// MARK: Forward and input gradient

// Chunks of at_once tiles, begin ..< end.
static void EK_TYPED(winograd_chunks)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(winograd_task) *task = context;
  const ek_correlation *c = task->c;
  ek_int inputs = POSITIONS * task->at_once * c->channels;
  ek_int outputs = POSITIONS * task->at_once * task->padded;
  ek_int zeros = ek_most(c->channels, VECTORS * LANES) + LANES;
  size_t bytes = (size_t)(zeros + inputs + outputs) * sizeof(T);
  T *nothing = ek_allocate(bytes), *in = nothing + ek_ceil_div(zeros, LANES) * LANES - LANES;
  T *products = in + inputs;
  memset(nothing, 0, (size_t)(zeros - LANES) * sizeof(T));
  EK_TYPED(tile) tile = {
      .x_step = c->channels, .outer = 1, .inner = 1, .length = c->channels, .start = nothing,
      .y_step = task->padded, .whole = true, .part = FIRST(LANES),
  };
  for (ek_int chunk = begin; chunk < end; chunk++) {
    ek_int first = chunk * task->at_once, count = ek_least(task->at_once, task->tiles - first);
    EK_TYPED(transform_input)(task, first, count, nothing, in);
    for (ek_int position = 0; position < POSITIONS; position++)
      for (ek_int lane = 0; lane < task->padded; lane += VECTORS * LANES) {
        ek_int vectors = ek_least(VECTORS, (task->padded - lane) / LANES);
        tile.w_step = vectors * LANES;
        tile.w = task->weights + (lane * POSITIONS + position * tile.w_step) * c->channels;
        ek_int pieces = ek_ceil_div(count, EK_TYPED(most_outputs)(vectors));
        for (ek_int i = 0, at = 0; i < pieces; i++) {
          ek_int wide = (count - at) / (pieces - i);
          tile.x = in + (position * task->at_once + at) * c->channels;
          tile.y = products + (position * task->at_once + at) * task->padded + lane;
          EK_TYPED(tiles)[vectors][wide](&tile);
          at += wide;
        }
      }
    EK_TYPED(transform_output)(task, first, count, products);
  }
  ek_deallocate(nothing, bytes);
}

static void EK_TYPED(winograd)(const ek_correlation *c, const T *image, const T *w, const T *bias,
                               bool relu, T *out) {
  EK_TYPED(winograd_task) task = EK_TYPED(winograd_of)(c, 60000);
  task.image = image, task.relu = relu, task.out = out + c->out;
  ek_int plane = c->channels * task.padded;
  size_t bytes = (size_t)((9 + POSITIONS) * plane + task.padded) * sizeof(T);
  T *panels = ek_allocate(bytes), *weights = panels + 9 * plane;
  T *start = weights + POSITIONS * plane;
  EK_TYPED(pack_weights)(c, VECTORS * LANES, w + c->weight, panels);
  EK_TYPED(transform_weights)(c, VECTORS * LANES, task.padded, panels, weights);
  for (ek_int i = 0; i < task.padded; i++) start[i] = bias && i < c->lanes ? bias[i] : 0;
  task.weights = weights, task.bias = start;
  ek_parallel_for(ek_ceil_div(task.tiles, task.at_once), 1, EK_TYPED(winograd_chunks), &task);
  ek_deallocate(panels, bytes);
}

// MARK: Weight gradient

// Blocks of chunks, begin ..< end; each block's sums are [lane block][position, channel, lane].
static void EK_TYPED(winograd_weight_blocks)(void *context, ek_int begin, ek_int end) {
  const EK_TYPED(winograd_task) *task = context;
  const ek_correlation *c = task->c;
  enum { vectors_at_once = 2 };
  ek_int inputs = POSITIONS * task->at_once * c->channels;
  ek_int outputs = POSITIONS * task->at_once * task->padded;
  ek_int zeros = ek_ceil_div(c->channels, LANES) * LANES;
  size_t bytes = (size_t)(zeros + inputs + outputs) * sizeof(T);
  T *gradients = ek_allocate(bytes), *in = gradients + outputs, *nothing = in + inputs;
  memset(nothing, 0, (size_t)zeros * sizeof(T));
  ek_int chunks = ek_ceil_div(task->tiles, task->at_once);
  for (ek_int block = begin; block < end; block++) {
    T *sums = task->sums + block * task->sums_step;
    ek_int last = chunks * (block + 1) / task->blocks;
    for (ek_int chunk = chunks * block / task->blocks; chunk < last; chunk++) {
      ek_int first = chunk * task->at_once, count = ek_least(task->at_once, task->tiles - first);
      EK_TYPED(transform_input)(task, first, count, nothing, in);
      EK_TYPED(transform_gradient)(task, first, count, gradients);
      EK_TYPED(weight_tile) tile = {
          .x_column = c->channels, .g_column = task->padded, .rows = 1, .columns = count,
          .part = FIRST(LANES), .fresh = chunk == chunks * block / task->blocks,
      };
      for (ek_int position = 0; position < POSITIONS; position++)
        for (ek_int lane = 0; lane < task->padded; lane += vectors_at_once * LANES) {
          ek_int vectors = ek_least(vectors_at_once, (task->padded - lane) / LANES);
          tile.g = gradients + position * task->at_once * task->padded + lane;
          tile.sum_step = vectors * LANES;
          ek_int pieces = ek_ceil_div(c->channels, EK_TYPED(most_outputs)(vectors));
          for (ek_int i = 0, at = 0; i < pieces; i++) {
            ek_int tall = (c->channels - at) / (pieces - i);
            tile.x = in + position * task->at_once * c->channels + at;
            tile.sum = sums + (lane * POSITIONS + position * tile.sum_step) * c->channels +
                       at * tile.sum_step;
            EK_TYPED(weight_tiles)[vectors][tall](&tile);
            at += tall;
          }
        }
    }
  }
  ek_deallocate(gradients, bytes);
}

// dw = G' S G of the summed products.
static void EK_TYPED(transform_sums)(const ek_correlation *c, ek_int padded, const T *sums,
                                     T *dw) {
  enum { step = 2 * (VECTOR_BYTES / sizeof(T)) };
  const T half = (T)0.5;
  for (ek_int first = 0; first < padded; first += step) {
    ek_int wide = ek_least(step, padded - first), plane = c->channels * wide;
    for (ek_int i = 0; i < plane; i += LANES) {
      const T *p = sums + first * POSITIONS * c->channels + i;
      V a[3][4];
      _Pragma("clang loop unroll(full)") for (int s = 0; s < 4; s++) {
        V u0 = EK_TYPED(load)(p + s * plane), u1 = EK_TYPED(load)(p + (4 + s) * plane);
        V u2 = EK_TYPED(load)(p + (8 + s) * plane), u3 = EK_TYPED(load)(p + (12 + s) * plane);
        a[0][s] = u0 + half * (u1 + u2), a[1][s] = half * (u1 - u2);
        a[2][s] = half * (u1 + u2) + u3;
      }
      ek_int channel = i / wide, lane = first + i % wide;
      if (lane >= c->lanes) continue;
      MASK part = FIRST(ek_least(LANES, c->lanes - lane));
      T *to = dw + channel * c->weight_c + lane;
      _Pragma("clang loop unroll(full)") for (int r = 0; r < 3; r++) {
        V middle = half * (a[r][1] + a[r][2]);
        STORE_PART(to + r * c->weight_h, a[r][0] + middle, part);
        STORE_PART(to + r * c->weight_h + c->weight_w, half * (a[r][1] - a[r][2]), part);
        STORE_PART(to + r * c->weight_h + 2 * c->weight_w, middle + a[r][3], part);
      }
    }
  }
}

static void EK_TYPED(winograd_weight_gradient)(const ek_correlation *c, const T *x, const T *g,
                                               T *dw, T *bias_gradient) {
  EK_TYPED(winograd_task) task = EK_TYPED(winograd_of)(c, 500000);
  task.image = x, task.g = g;
  task.sums_step = POSITIONS * c->channels * task.padded;
  ek_int chunks = ek_ceil_div(task.tiles, task.at_once);
  task.blocks = ek_least(chunks, task.sums_step <= 1 << 20 ? 4 : 2);
  size_t bytes = (size_t)(task.blocks * task.sums_step) * sizeof(T);
  task.sums = ek_allocate(bytes);
  ek_parallel_for(task.blocks, 1, EK_TYPED(winograd_weight_blocks), &task);
  for (ek_int block = 1; block < task.blocks; block++)
    for (ek_int i = 0; i < task.sums_step; i++)
      task.sums[i] += task.sums[block * task.sums_step + i];
  EK_TYPED(transform_sums)(c, task.padded, task.sums, dw);
  ek_deallocate(task.sums, bytes);
  if (bias_gradient) EK_TYPED(sum_pixels)(c, g, bias_gradient);
}

#undef POSITIONS
