// What a thread remembers of the gradients being taken on it.
#include "internal.h"

static _Thread_local int32_t gradient_depth;
static _Thread_local int32_t recording_paused;
static _Atomic uint64_t last_id;

int32_t ek_gradient_depth(void) { return gradient_depth; }
void ek_gradient_depth_add(int32_t change) { gradient_depth += change; }

int32_t ek_recording_paused(void) { return recording_paused; }
void ek_recording_pause_add(int32_t change) { recording_paused += change; }

uint64_t ek_next_id(void) {
  return atomic_fetch_add_explicit(&last_id, 1, memory_order_relaxed) + 1;
}
