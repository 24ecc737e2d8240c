// One pool of threads for every kernel.
//
// A loop is published as an epoch. A worker that sees it takes a ticket (joins) and then claims
// pieces by an atomic addition, as the caller does. When no piece is left the caller closes the
// epoch: who has not joined by then never will, so a worker the system has not scheduled delays
// nobody, and the caller waits only for those that joined.
//
// A worker with nothing to do stays awake for a bounded number of pauses, as the next loop of a
// training step is microseconds away and waking a sleeping thread costs ten to twenty of them;
// then it sleeps. Where loops are rare (a millisecond apart) it sleeps at once.
#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#elif defined(__APPLE__)
#include <os/os_sync_wait_on_address.h>
#endif

enum {
  most_threads = 256,
  default_spin = 2000,
  rare_after_ns = 1000000,
};

// MARK: Sleeping on a word

// Returns when *word is no longer `seen`, when woken, or for no reason.
static void sleep_on(_Atomic uint32_t *word, uint32_t seen) {
#if defined(__linux__)
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
#elif defined(__APPLE__)
  os_sync_wait_on_address(word, seen, sizeof *word, OS_SYNC_WAIT_ON_ADDRESS_NONE);
#else
  if (atomic_load(word) == seen) sched_yield();
#endif
}

static void wake(_Atomic uint32_t *word, int32_t threads) {
#if defined(__linux__)
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, threads, NULL, NULL, 0);
#elif defined(__APPLE__)
  for (int32_t i = 0; i < threads; i++)
    if (os_sync_wake_by_address_any(word, sizeof *word, OS_SYNC_WAKE_BY_ADDRESS_NONE) != 0) break;
#else
  (void)word, (void)threads;
#endif
}

EK_INLINE void pause_once(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");  // `yield` returns at once on most cores.
#endif
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// MARK: State

// The ticket word: the epoch in the upper half, then one bit that closes it, then how many joined.
#define CLOSED ((uint64_t)1 << 31)
#define JOINED(ticket) ((uint32_t)(ticket) & 0x7fffffff)
#define EPOCH(ticket) ((uint32_t)((ticket) >> 32))

static struct {
  pthread_mutex_t owner;  // held by the caller whose loop the pool runs

  // What a loop is. Written by the owner between epochs; a worker reads it after it joined.
  ek_body body;
  void *context;
  ek_int count, grain, pieces;
  int32_t isa_here;

  _Alignas(128) _Atomic uint64_t ticket;
  _Atomic uint32_t epoch;      // the ticket's upper half again, as a word to sleep on
  _Atomic uint32_t places;     // workers that may join
  _Atomic uint32_t sleepers;   // workers asleep or about to be
  _Atomic bool rare;           // no loop had run for a while before this one

  _Alignas(128) _Atomic ek_int next;   // the next piece to claim
  _Alignas(128) _Atomic uint32_t left; // workers that joined and have finished
  _Atomic bool owner_sleeps;

  _Alignas(128) int32_t workers;  // started so far; the owner's
  int64_t last_end_ns;            // likewise
  _Atomic int32_t threads;        // 0: not asked yet
  _Atomic int32_t spin;
  _Atomic uint64_t loops, spins, sleeps;
} pool = {.owner = PTHREAD_MUTEX_INITIALIZER, .ticket = CLOSED, .spin = default_spin};

static _Thread_local bool inside_loop;

static void add(_Atomic uint64_t *counter, uint64_t n) {
  atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

// MARK: Work

EK_INLINE void run_piece(ek_body body, void *context, ek_int count, ek_int grain, ek_int piece) {
  ek_int begin = piece * grain;
  ek_int end = count - begin > grain ? begin + grain : count;
  body(context, begin, end);
}

static void work(void) {
  ek_body body = pool.body;
  void *context = pool.context;
  ek_int count = pool.count, grain = pool.grain, pieces = pool.pieces;
  for (;;) {
    ek_int piece = atomic_fetch_add_explicit(&pool.next, 1, memory_order_relaxed);
    if (piece >= pieces) return;
    run_piece(body, context, count, grain, piece);
  }
}

// Takes a ticket of the epoch `seen`; false if it is closed or full.
static bool join(uint32_t seen) {
  uint64_t ticket = atomic_load_explicit(&pool.ticket, memory_order_acquire);
  for (;;) {
    if (EPOCH(ticket) != seen || (ticket & CLOSED)) return false;
    if (JOINED(ticket) >= atomic_load_explicit(&pool.places, memory_order_relaxed)) return false;
    if (atomic_compare_exchange_weak_explicit(&pool.ticket, &ticket, ticket + 1,
                                              memory_order_acquire, memory_order_acquire))
      return true;
  }
}

// Waits until the epoch is another than `seen` and returns it.
static uint32_t wait_for_epoch(uint32_t seen) {
  int32_t limit = atomic_load_explicit(&pool.rare, memory_order_relaxed)
                      ? 0 : atomic_load_explicit(&pool.spin, memory_order_relaxed);
  uint32_t epoch;
  int32_t pauses = 0;
  while ((epoch = atomic_load_explicit(&pool.epoch, memory_order_acquire)) == seen &&
         pauses < limit) {
    pause_once();
    pauses++;
  }
  if (pauses > 0) add(&pool.spins, (uint64_t)pauses);
  if (epoch != seen) return epoch;

  // Either the caller sees a sleeper after it has published, or the sleeper sees the new epoch.
  atomic_fetch_add(&pool.sleepers, 1);
  while ((epoch = atomic_load(&pool.epoch)) == seen) {
    add(&pool.sleeps, 1);
    sleep_on(&pool.epoch, seen);
  }
  atomic_fetch_sub(&pool.sleepers, 1);
  return epoch;
}

static void *worker(void *first_epoch) {
  uint32_t seen = (uint32_t)(uintptr_t)first_epoch;
  inside_loop = true;
  for (;;) {
    seen = wait_for_epoch(seen);
    if (!join(seen)) continue;
    ek_isa_here = pool.isa_here;
    work();
    atomic_fetch_add(&pool.left, 1);
    if (atomic_load(&pool.owner_sleeps)) wake(&pool.left, 1);
  }
  return NULL;
}

// Waits until the `joined` workers have left. They are at work, so this is short unless the system
// has taken one off its core.
static void wait_for_workers(uint32_t joined) {
  int32_t limit = atomic_load_explicit(&pool.spin, memory_order_relaxed);
  int32_t pauses = 0;
  uint32_t left;
  while ((left = atomic_load_explicit(&pool.left, memory_order_acquire)) != joined &&
         pauses < limit) {
    pause_once();
    pauses++;
  }
  if (pauses > 0) add(&pool.spins, (uint64_t)pauses);
  if (left == joined) return;

  atomic_store(&pool.owner_sleeps, true);
  while ((left = atomic_load(&pool.left)) != joined) {
    add(&pool.sleeps, 1);
    sleep_on(&pool.left, left);
  }
  atomic_store(&pool.owner_sleeps, false);
}

// Starts workers until there are `wanted`, as far as the system allows.
static void start_workers(int32_t wanted) {
  // A worker belongs to no part of the program that handles signals.
  sigset_t every, before;
  sigfillset(&every);
  pthread_sigmask(SIG_SETMASK, &every, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  void *epoch = (void *)(uintptr_t)atomic_load(&pool.epoch);
  while (pool.workers < wanted) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, worker, epoch) != 0) break;
    pool.workers++;
  }
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

// MARK: The public calls

static int32_t cores(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int32_t)online : 1;
}

int32_t ek_threads(void) {
  int32_t threads = atomic_load_explicit(&pool.threads, memory_order_relaxed);
  if (EK_LIKELY(threads > 0)) return threads;
  ek_set_threads(0);
  return atomic_load_explicit(&pool.threads, memory_order_relaxed);
}

void ek_set_threads(int32_t threads) {
  if (threads <= 0) threads = cores();
  if (threads > most_threads) threads = most_threads;
  atomic_store_explicit(&pool.threads, threads, memory_order_relaxed);
}

void ek_set_spin(int32_t pauses) {
  atomic_store_explicit(&pool.spin, pauses > 0 ? pauses : 0, memory_order_relaxed);
}

ek_pool_counters ek_pool_count(void) {
  return (ek_pool_counters){
      .loops = atomic_load_explicit(&pool.loops, memory_order_relaxed),
      .spins = atomic_load_explicit(&pool.spins, memory_order_relaxed),
      .sleeps = atomic_load_explicit(&pool.sleeps, memory_order_relaxed),
  };
}

void ek_parallel_for(ek_int count, ek_int grain, ek_body body, void *context) {
  if (count <= 0) return;
  if (grain < 1) grain = 1;
  ek_int pieces = (count - 1) / grain + 1;
  int32_t helpers = ek_threads() - 1;
  if (helpers > pieces - 1) helpers = (int32_t)(pieces - 1);
  // Another thread's loop has the pool: doing this one alone is better than waiting for it.
  if (helpers < 1 || inside_loop || pthread_mutex_trylock(&pool.owner) != 0) {
    for (ek_int piece = 0; piece < pieces; piece++)
      run_piece(body, context, count, grain, piece);
    return;
  }

  if (pool.workers < helpers) start_workers(helpers);
  pool.body = body, pool.context = context;
  pool.count = count, pool.grain = grain, pool.pieces = pieces;
  pool.isa_here = ek_isa_here;
  bool rare = now_ns() - pool.last_end_ns > rare_after_ns;
  atomic_store_explicit(&pool.rare, rare, memory_order_relaxed);
  atomic_store_explicit(&pool.next, 0, memory_order_relaxed);
  atomic_store_explicit(&pool.left, 0, memory_order_relaxed);
  atomic_store_explicit(&pool.places, (uint32_t)helpers, memory_order_relaxed);
  uint32_t epoch = atomic_load_explicit(&pool.epoch, memory_order_relaxed) + 1;
  atomic_store_explicit(&pool.ticket, (uint64_t)epoch << 32, memory_order_release);
  atomic_store(&pool.epoch, epoch);
  if (atomic_load(&pool.sleepers) > 0) wake(&pool.epoch, helpers);
  add(&pool.loops, 1);

  inside_loop = true;
  work();
  inside_loop = false;

  uint64_t ticket = atomic_fetch_or_explicit(&pool.ticket, CLOSED, memory_order_acq_rel);
  wait_for_workers(JOINED(ticket));
  pool.last_end_ns = now_ns();
  pthread_mutex_unlock(&pool.owner);
}
