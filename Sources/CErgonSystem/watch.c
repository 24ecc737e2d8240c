#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "CErgonProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#elif defined(__APPLE__)
#include <sys/event.h>
#endif

int32_t ergon_watch_open(int32_t pid) {
#if defined(__linux__) && defined(SYS_pidfd_open)
  return (int32_t)syscall(SYS_pidfd_open, pid, 0);  // Closed on exec by definition.
#elif defined(__APPLE__)
  int queue = kqueue();
  if (queue < 0) return -1;
  fcntl(queue, F_SETFD, FD_CLOEXEC);
  struct kevent change;
  EV_SET(&change, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, NULL);
  if (kevent(queue, &change, 1, NULL, 0, NULL) != 0) {
    close(queue);
    return -1;
  }
  return queue;
#else
  (void)pid;
  return -1;
#endif
}

static int is_gone(int32_t pid) { return kill((pid_t)pid, 0) != 0 && errno == ESRCH; }

int32_t ergon_watch_wait(int32_t watch, int32_t pid, int32_t milliseconds) {
  if (watch < 0) {
    if (is_gone(pid)) return 1;
    int slice = milliseconds < 20 ? milliseconds : 20;
    struct timespec pause = {.tv_sec = 0, .tv_nsec = slice * 1000000L};
    nanosleep(&pause, NULL);
    return is_gone(pid);
  }
#if defined(__APPLE__)
  struct kevent event;
  struct timespec limit = {
      .tv_sec = milliseconds / 1000, .tv_nsec = (milliseconds % 1000) * 1000000L};
  return kevent(watch, NULL, 0, &event, 1, &limit) > 0;
#else
  struct pollfd entry = {.fd = watch, .events = POLLIN};
  return poll(&entry, 1, milliseconds) > 0;
#endif
}
