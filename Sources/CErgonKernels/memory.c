// Blocks kept for reuse, so that a training loop that asks for the same sizes step after step
// neither pays the system for them nor grows.
//
// Sizes are rounded up to classes, four to each doubling. Small blocks are kept by the thread that
// gave them back, in plain lists that need no lock; what a thread has too many of goes to a central
// list, from which a thread that has none refills (one may allocate what another frees). Large
// blocks come from the system by pages and are kept centrally: when one is given back and what is
// kept and live together exceeds what was once live by more than a fixed slack, the oldest of them go
// back to the system. Small blocks stay until ek_memory_trim.
#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "internal.h"

enum {
  small_limit = 64 * 1024,      // the largest small block
  fine_classes = 8,             // 64, 128, ... 512 bytes; then four to a doubling
  small_classes = fine_classes + 4 * 7,
  classes = fine_classes + 4 * 38,
  batch_bytes = 64 * 1024,      // what moves between a thread and the centre at once, or one block
  most_in_batch = 32,
  unreported_limit = 256 * 1024,
  huge_page = 2 << 20,
};
static const uint64_t slack_bytes = 64 << 20;

EK_INLINE int class_of(size_t bytes) {
  if (bytes <= 512) return bytes == 0 ? 0 : (int)((bytes - 1) >> 6);
  int e = 63 - __builtin_clzll((unsigned long long)(bytes - 1));  // 2^e < bytes <= 2^(e + 1)
  return fine_classes + (e - 9) * 4 + (int)(((bytes - 1) >> (e - 2)) & 3);
}

EK_INLINE size_t class_bytes(int class) {
  if (class < fine_classes) return (size_t)(class + 1) << 6;
  int step = class - fine_classes;
  return (size_t)(5 + (step & 3)) << (7 + (step >> 2));
}

EK_INLINE uint32_t batch_of(int class) {
  size_t blocks = batch_bytes / class_bytes(class);
  return blocks > most_in_batch ? most_in_batch : blocks < 1 ? 1 : (uint32_t)blocks;
}

// MARK: State

// A kept small block holds the link to the next of its list.
typedef struct small_block {
  struct small_block *next;
} small_block;

// A kept large block holds its place in two lists: its class (last in, first out) and all of them
// by age.
typedef struct large_block {
  struct large_block *above, *below;  // in its class
  struct large_block *older, *newer;
  int class;
} large_block;

// What one thread keeps. Others read the counters, so these are atomic, but only the owner writes.
typedef struct cache {
  small_block *list[small_classes];
  uint32_t kept[small_classes];
  _Atomic uint64_t allocations, fresh;
  _Atomic int64_t unreported;   // live bytes of small blocks not yet added to the centre's count
  _Atomic int64_t kept_bytes;
  struct cache *next, *previous;
} cache;

static struct {
  pthread_mutex_t lock;
  small_block *list[small_classes];
  large_block *top[classes];
  large_block *oldest, *newest;
  cache *caches;
  _Atomic int64_t live, peak, kept;
  uint64_t allocations, fresh;  // of large blocks and of threads that have ended
} centre = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local cache *own_cache;
static pthread_key_t cache_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

#define RELAXED memory_order_relaxed
EK_INLINE void bump(_Atomic uint64_t *counter) {
  atomic_store_explicit(counter, atomic_load_explicit(counter, RELAXED) + 1, RELAXED);
}
EK_INLINE int64_t move(_Atomic int64_t *counter, int64_t by) {
  int64_t sum = atomic_load_explicit(counter, RELAXED) + by;
  atomic_store_explicit(counter, sum, RELAXED);
  return sum;
}

static void add_live(int64_t bytes) {
  int64_t live = atomic_fetch_add_explicit(&centre.live, bytes, RELAXED) + bytes;
  int64_t peak = atomic_load_explicit(&centre.peak, RELAXED);
  while (live > peak &&
         !atomic_compare_exchange_weak_explicit(&centre.peak, &peak, live, RELAXED, RELAXED)) {
  }
}

// MARK: The system

__attribute__((noreturn, cold)) static void out_of_memory(size_t bytes) {
  fprintf(stderr, "ergon: out of memory: no block of %zu bytes to be had\n", bytes);
  abort();
}

static void *take_small(int class) {
  void *block = NULL;
  if (posix_memalign(&block, 64, class_bytes(class)) != 0) out_of_memory(class_bytes(class));
  return block;
}

static void *map(size_t bytes) {
  void *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) out_of_memory(bytes);
  return block;
}

static void *take_large(size_t bytes) {
#if defined(__linux__)
  // First use of memory in huge pages costs a fifteenth of what it costs in small ones, and a walk
  // down the rows of a matrix misses fewer translations. They must be aligned to be had.
  if (bytes >= huge_page) {
    char *start = map(bytes + huge_page);
    char *block = (char *)(((uintptr_t)start + huge_page - 1) & ~(uintptr_t)(huge_page - 1));
    const size_t before = (size_t)(block - start), after = huge_page - before;
    if (before > 0) munmap(start, before);
    if (after > 0) munmap(block + bytes, after);
    madvise(block, bytes, MADV_HUGEPAGE);
    return block;
  }
#endif
  return map(bytes);
}

// MARK: Small blocks

// Takes the thread's list `class` down to `keep` blocks. Call with the lock held.
static void pass_to_centre(cache *cache, int class, uint32_t keep) {
  while (cache->kept[class] > keep) {
    small_block *block = cache->list[class];
    cache->list[class] = block->next;
    block->next = centre.list[class];
    centre.list[class] = block;
    cache->kept[class]--;
    int64_t bytes = (int64_t)class_bytes(class);
    move(&cache->kept_bytes, -bytes);
    atomic_fetch_add_explicit(&centre.kept, bytes, RELAXED);
  }
}

static void end_cache(void *ended) {
  cache *cache = ended;
  pthread_mutex_lock(&centre.lock);
  for (int class = 0; class < small_classes; class++) pass_to_centre(cache, class, 0);
  centre.allocations += atomic_load_explicit(&cache->allocations, RELAXED);
  centre.fresh += atomic_load_explicit(&cache->fresh, RELAXED);
  add_live(atomic_load_explicit(&cache->unreported, RELAXED));
  if (cache->previous) cache->previous->next = cache->next;
  else centre.caches = cache->next;
  if (cache->next) cache->next->previous = cache->previous;
  pthread_mutex_unlock(&centre.lock);
  own_cache = NULL;  // What later destructors of this thread ask for makes a new one.
  free(cache);
}

static void make_key(void) { pthread_key_create(&cache_key, end_cache); }

__attribute__((noinline, cold)) static cache *make_cache(void) {
  pthread_once(&once, make_key);
  cache *made = calloc(1, sizeof *made);
  if (made == NULL) out_of_memory(sizeof *made);
  pthread_setspecific(cache_key, made);
  pthread_mutex_lock(&centre.lock);
  made->next = centre.caches;
  if (made->next) made->next->previous = made;
  centre.caches = made;
  pthread_mutex_unlock(&centre.lock);
  own_cache = made;
  return made;
}

EK_INLINE cache *this_cache(void) {
  return EK_LIKELY(own_cache != NULL) ? own_cache : make_cache();
}

EK_INLINE void count_live(cache *cache, int64_t bytes) {
  int64_t sum = move(&cache->unreported, bytes);
  if (EK_UNLIKELY(sum > unreported_limit || sum < -unreported_limit)) {
    atomic_store_explicit(&cache->unreported, 0, RELAXED);
    add_live(sum);
  }
}

// A block of `class` when the thread keeps none: from the centre, some more on the way, or new.
__attribute__((noinline)) static void *refill(cache *cache, int class) {
  pthread_mutex_lock(&centre.lock);
  small_block *taken = centre.list[class];
  if (taken != NULL) {
    int64_t bytes = (int64_t)class_bytes(class);
    centre.list[class] = taken->next;
    uint32_t more = 0;
    for (uint32_t batch = batch_of(class); more < batch && centre.list[class]; more++) {
      small_block *block = centre.list[class];
      centre.list[class] = block->next;
      block->next = cache->list[class];
      cache->list[class] = block;
    }
    cache->kept[class] += more;
    move(&cache->kept_bytes, more * bytes);
    atomic_fetch_sub_explicit(&centre.kept, (more + 1) * bytes, RELAXED);
  }
  pthread_mutex_unlock(&centre.lock);
  if (taken != NULL) return taken;
  bump(&cache->fresh);
  return take_small(class);
}

__attribute__((noinline)) static void spill(cache *cache, int class) {
  pthread_mutex_lock(&centre.lock);
  pass_to_centre(cache, class, batch_of(class));
  pthread_mutex_unlock(&centre.lock);
}

// MARK: Large blocks

// Takes a kept block out of both lists. Call with the lock held.
static void unlink_large(large_block *block) {
  if (block->above) block->above->below = block->below;
  else centre.top[block->class] = block->below;
  if (block->below) block->below->above = block->above;
  if (block->older) block->older->newer = block->newer;
  else centre.oldest = block->newer;
  if (block->newer) block->newer->older = block->older;
  else centre.newest = block->older;
  atomic_fetch_sub_explicit(&centre.kept, (int64_t)class_bytes(block->class), RELAXED);
}

static void link_large(large_block *block, int class) {
  *block = (large_block){.below = centre.top[class], .older = centre.newest, .class = class};
  if (block->below) block->below->above = block;
  centre.top[class] = block;
  if (block->older) block->older->newer = block;
  else centre.oldest = block;
  centre.newest = block;
  atomic_fetch_add_explicit(&centre.kept, (int64_t)class_bytes(class), RELAXED);
}

static void *allocate_large(int class) {
  size_t bytes = class_bytes(class);
  pthread_mutex_lock(&centre.lock);
  large_block *block = centre.top[class];
  centre.allocations++;
  if (block != NULL) unlink_large(block);
  else centre.fresh++;
  pthread_mutex_unlock(&centre.lock);
  add_live((int64_t)bytes);
  return block != NULL ? block : take_large(bytes);
}

static void deallocate_large(void *block, int class) {
  add_live(-(int64_t)class_bytes(class));
  large_block *released = NULL;  // linked by `below`
  pthread_mutex_lock(&centre.lock);
  link_large(block, class);
  while (centre.oldest != NULL &&
         atomic_load_explicit(&centre.live, RELAXED) + atomic_load_explicit(&centre.kept, RELAXED) >
             atomic_load_explicit(&centre.peak, RELAXED) + (int64_t)slack_bytes) {
    large_block *oldest = centre.oldest;
    unlink_large(oldest);
    oldest->below = released;
    released = oldest;
  }
  pthread_mutex_unlock(&centre.lock);
  while (released != NULL) {
    large_block *next = released->below;
    munmap(released, class_bytes(released->class));
    released = next;
  }
}

// MARK: The public calls

void *ek_allocate(size_t bytes) {
  if (EK_UNLIKELY(bytes > small_limit)) {
    if (bytes > (size_t)1 << 46) out_of_memory(bytes);
    return allocate_large(class_of(bytes));
  }
  int class = class_of(bytes);
  cache *cache = this_cache();
  bump(&cache->allocations);
  count_live(cache, (int64_t)class_bytes(class));
  small_block *block = cache->list[class];
  if (EK_UNLIKELY(block == NULL)) return refill(cache, class);
  cache->list[class] = block->next;
  cache->kept[class]--;
  move(&cache->kept_bytes, -(int64_t)class_bytes(class));
  return block;
}

void ek_deallocate(void *block, size_t bytes) {
  int class = class_of(bytes);
  if (EK_UNLIKELY(bytes > small_limit)) {
    deallocate_large(block, class);
    return;
  }
  cache *cache = this_cache();
  small_block *small = block;
  small->next = cache->list[class];
  cache->list[class] = small;
  count_live(cache, -(int64_t)class_bytes(class));
  move(&cache->kept_bytes, (int64_t)class_bytes(class));
  if (EK_UNLIKELY(++cache->kept[class] > 2 * batch_of(class))) spill(cache, class);
}

void ek_memory_trim(void) {
  cache *cache = this_cache();
  small_block *small[small_classes];
  large_block *large = NULL;  // linked by `below`
  pthread_mutex_lock(&centre.lock);
  for (int class = 0; class < small_classes; class++) {
    pass_to_centre(cache, class, 0);
    small[class] = centre.list[class];
    centre.list[class] = NULL;
    for (small_block *block = small[class]; block != NULL; block = block->next)
      atomic_fetch_sub_explicit(&centre.kept, (int64_t)class_bytes(class), RELAXED);
  }
  while (centre.oldest != NULL) {
    large_block *oldest = centre.oldest;
    unlink_large(oldest);
    oldest->below = large;
    large = oldest;
  }
  pthread_mutex_unlock(&centre.lock);
  for (int class = 0; class < small_classes; class++) {
    while (small[class] != NULL) {
      small_block *next = small[class]->next;
      free(small[class]);
      small[class] = next;
    }
  }
  while (large != NULL) {
    large_block *next = large->below;
    munmap(large, class_bytes(large->class));
    large = next;
  }
}

ek_memory_counters ek_memory_count(void) {
  pthread_mutex_lock(&centre.lock);
  int64_t kept = atomic_load_explicit(&centre.kept, RELAXED);
  int64_t live = atomic_load_explicit(&centre.live, RELAXED);
  ek_memory_counters sum = {.allocations = centre.allocations, .fresh = centre.fresh};
  for (cache *cache = centre.caches; cache != NULL; cache = cache->next) {
    sum.allocations += atomic_load_explicit(&cache->allocations, RELAXED);
    sum.fresh += atomic_load_explicit(&cache->fresh, RELAXED);
    live += atomic_load_explicit(&cache->unreported, RELAXED);
    kept += atomic_load_explicit(&cache->kept_bytes, RELAXED);
  }
  int64_t peak = atomic_load_explicit(&centre.peak, RELAXED);
  pthread_mutex_unlock(&centre.lock);
  sum.live_bytes = live > 0 ? (uint64_t)live : 0;
  sum.peak_bytes = (uint64_t)(peak > live ? peak : live);
  sum.kept_bytes = kept > 0 ? (uint64_t)kept : 0;
  return sum;
}
