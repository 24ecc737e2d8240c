// A walk over several strided operands of one shape, with axes merged where all operands allow it.
#ifndef EK_STRIDED_H
#define EK_STRIDED_H

#include "internal.h"

enum { EK_WALK_OPERANDS = 3 };

/// The innermost axis is `length` elements with steps `step`; `runs` such lines make up the shape,
/// and `offset` says where the current one begins in each operand.
typedef struct {
  ek_int length, runs;
  ek_int step[EK_WALK_OPERANDS];
  ek_int offset[EK_WALK_OPERANDS];
  ek_int axes;  // outside the innermost
  ek_int size[EK_MAX_RANK], index[EK_MAX_RANK];
  ek_int stride[EK_WALK_OPERANDS][EK_MAX_RANK];
} ek_walk;

/// Starts at the first line. Axes of size 1 are dropped, and an axis is merged into the next one
/// when every operand steps over it as if both were one.
EK_INLINE void ek_walk_begin(ek_walk *walk, ek_int rank, const ek_int *shape, ek_int operands,
                                 const ek_int *const *strides) {
  ek_int size[EK_MAX_RANK + 1], stride[EK_WALK_OPERANDS][EK_MAX_RANK + 1];
  ek_int axes = 0;
  for (ek_int axis = 0; axis < rank; axis++) {
    if (shape[axis] == 1) continue;
    bool merges = axes > 0;
    for (ek_int o = 0; merges && o < operands; o++)
      merges = stride[o][axes - 1] == strides[o][axis] * shape[axis];
    ek_int place = merges ? axes - 1 : axes++;
    size[place] = merges ? size[place] * shape[axis] : shape[axis];
    for (ek_int o = 0; o < operands; o++) stride[o][place] = strides[o][axis];
  }
  if (axes == 0) {  // one element
    size[0] = 1;
    for (ek_int o = 0; o < operands; o++) stride[o][0] = 1;
    axes = 1;
  }
  walk->axes = axes - 1;
  walk->length = size[axes - 1];
  walk->runs = walk->length == 0 ? 0 : 1;
  for (ek_int o = 0; o < EK_WALK_OPERANDS; o++) {
    walk->offset[o] = 0;
    walk->step[o] = o < operands ? stride[o][axes - 1] : 0;
  }
  for (ek_int axis = 0; axis < walk->axes; axis++) {
    walk->runs *= size[axis];
    walk->size[axis] = size[axis];
    walk->index[axis] = 0;
    for (ek_int o = 0; o < EK_WALK_OPERANDS; o++)
      walk->stride[o][axis] = o < operands ? stride[o][axis] : 0;
  }
}

/// Goes to the line numbered `run` in row-major order.
EK_INLINE void ek_walk_seek(ek_walk *walk, ek_int run) {
  for (ek_int o = 0; o < EK_WALK_OPERANDS; o++) walk->offset[o] = 0;
  for (ek_int axis = walk->axes - 1; axis >= 0; axis--) {
    walk->index[axis] = run % walk->size[axis];
    run /= walk->size[axis];
    for (ek_int o = 0; o < EK_WALK_OPERANDS; o++)
      walk->offset[o] += walk->index[axis] * walk->stride[o][axis];
  }
}

/// Goes to the next line; after the last it stands at the first again.
EK_INLINE void ek_walk_next(ek_walk *walk) {
  for (ek_int axis = walk->axes - 1; axis >= 0; axis--) {
    walk->index[axis]++;
    for (ek_int o = 0; o < EK_WALK_OPERANDS; o++) walk->offset[o] += walk->stride[o][axis];
    if (walk->index[axis] < walk->size[axis]) return;
    walk->index[axis] = 0;
    for (ek_int o = 0; o < EK_WALK_OPERANDS; o++)
      walk->offset[o] -= walk->size[axis] * walk->stride[o][axis];
  }
}

#endif
