// Starting, watching and ending other programs: what Swift cannot do safely itself.
//
// Between fork and exec only async-signal-safe calls are allowed, and a signal handler may touch
// nothing of the Swift run time; both therefore live here.
#pragma once
#include <stdint.h>

// A program under a keeper: a small process of ours that is the program's parent and adopts and
// reaps its orphans, so that their processor time is never lost and no other child of this process
// is touched.
typedef struct {
  int32_t keeper;
  int32_t program;
  int32_t gate;    // a byte: the program begins
  int32_t status;  // an errno when it could not begin; end of file when it did
  int32_t end;     // a byte when the program ended; end of file when its orphans have too
  // Peak resident bytes before the program itself began. The kernel carries this into the
  // program's own peak, which is therefore only known when it is larger.
  uint64_t peakBytesBefore;
  void *account;
} ergon_child;

// Forks keeper and program; the program waits at the gate. `path` is resolved already; a file
// without a known format is given to /bin/sh, as shells do. Signal mask and handled signals are as
// a new program expects. Returns 0 or an errno.
int32_t ergon_child_prepare(
    const char *path, char *const argv[], char *const envp[], const char *directory,
    ergon_child *child);

// Opens the gate and waits until the program has begun; returns 0 or the errno of exec or chdir.
int32_t ergon_child_release(ergon_child *child);

// What the keeper has heard from the kernel so far.
typedef struct {
  // Of everything that has ended and been reaped, with all they had waited for.
  double userSeconds, systemSeconds;
  uint64_t peakBytes;
  int32_t hasEnded;  // the program itself
  int32_t exitCode;
  int32_t signal;  // the signal that ended it, or 0
} ergon_account;

ergon_account ergon_child_account(const ergon_child *child);

// Waits: 1 the program has ended, 2 its orphans too, 0 the time passed or a signal came.
int32_t ergon_child_wait(const ergon_child *child, int32_t milliseconds);

// Dismisses the keeper; what still runs goes to init. Nothing of `child` may be used afterwards.
void ergon_child_finish(ergon_child *child);

// A descriptor that tells when a process ends, child or not; -1 where there is none.
int32_t ergon_watch_open(int32_t pid);

// Waits: 1 it ended, 0 the time passed or a signal came.
int32_t ergon_watch_wait(int32_t watch, int32_t pid, int32_t milliseconds);

// Signal handling of this process while it cares for a workload. `ergon_signal_take` installs a
// handler that counts and passes on; it returns 0 and does nothing where the signal is ignored by
// inheritance (nohup). Not thread-safe: the caller holds a lock.
int32_t ergon_signal_take(int32_t signal);
void ergon_signal_give_back(int32_t signal);
// Signals are passed on to this process; 0 for none.
void ergon_signal_target(int32_t pid);
// How often somebody has asked this process to stop: INT, QUIT, TERM and HUP.
int32_t ergon_stop_requests(void);
// The last signal of those.
int32_t ergon_stop_signal(void);
