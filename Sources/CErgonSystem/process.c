#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "CErgonProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

// Shared between keeper and us; each field is written by the keeper alone.
typedef struct {
  _Atomic uint64_t userMicros, systemMicros, peakBytes;
  _Atomic int32_t exitCode, signal, hasEnded;
} account_page;

// The signals that were blocked when this process began. The thread that starts a program may be
// one of Dispatch's, which block nearly all; a program must not inherit that.
static sigset_t first_mask;

__attribute__((constructor)) static void remember_mask(void) {
  pthread_sigmask(SIG_SETMASK, NULL, &first_mask);
}

// The program's first words to us.
typedef struct {
  int32_t pid;
  uint64_t peakBytesBefore;
} hello;

static uint64_t peak_bytes(const struct rusage *usage) {
#if defined(__APPLE__)
  return (uint64_t)usage->ru_maxrss;
#else
  return (uint64_t)usage->ru_maxrss * 1024;
#endif
}

static void close_both(const int ends[2]) {
  if (ends[0] >= 0) close(ends[0]);
  if (ends[1] >= 0) close(ends[1]);
}

// A pipe that no program inherits and that never sits on standard input, output or error.
static int private_pipe(int ends[2]) {
  int raw[2];
  if (pipe(raw) != 0) return errno;
  int failure = 0;
  for (int i = 0; i < 2; i++) {
    ends[i] = fcntl(raw[i], F_DUPFD_CLOEXEC, 3);
    if (ends[i] < 0) failure = errno;
  }
  close_both(raw);
  if (failure) close_both(ends);
  return failure;
}

static size_t read_all(int fd, void *buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t count = read(fd, (char *)buffer + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += (size_t)count;
  }
  return done;
}

static void write_all(int fd, const void *buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t count = write(fd, (const char *)buffer + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    done += (size_t)count;
  }
}

// The program, up to its first instruction. Does not return.
static void become(
    const char *path, char *const argv[], char *const envp[], const char *directory, int gate,
    int status, int ignoresChildren) {
  // Handlers of ours must not run once signals are let in; what was ignored stays ignored.
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN) {
      signal(number, SIG_DFL);
    }
  }
  if (ignoresChildren) signal(SIGCHLD, SIG_IGN);
  struct rusage usage;
  hello words = {.pid = (int32_t)getpid()};
  if (getrusage(RUSAGE_SELF, &usage) == 0) words.peakBytesBefore = peak_bytes(&usage);
  write_all(status, &words, sizeof words);
  char word;
  if (read_all(gate, &word, 1) != 1) _exit(127);  // Whoever wanted it is gone.
  sigprocmask(SIG_SETMASK, &first_mask, NULL);
  int32_t failure = 0;
  if (directory && chdir(directory) != 0) failure = errno;
  if (failure == 0) {
    execve(path, argv, envp);
    failure = errno;
    if (failure == ENOEXEC) {
      size_t count = 0;
      while (argv[count]) count++;
      char *words[count + 2];
      words[0] = (char *)"sh";
      words[1] = (char *)path;
      for (size_t i = 1; i <= count; i++) words[i + 1] = argv[i];
      execve("/bin/sh", words, envp);
    }
  }
  write_all(status, &failure, sizeof failure);
  _exit(127);
}

static void enter(account_page *page, const struct rusage *usage) {
  uint64_t user = (uint64_t)usage->ru_utime.tv_sec * 1000000 + (uint64_t)usage->ru_utime.tv_usec;
  uint64_t system =
      (uint64_t)usage->ru_stime.tv_sec * 1000000 + (uint64_t)usage->ru_stime.tv_usec;
  atomic_fetch_add(&page->userMicros, user);
  atomic_fetch_add(&page->systemMicros, system);
  uint64_t peak = peak_bytes(usage);
  if (peak > atomic_load(&page->peakBytes)) atomic_store(&page->peakBytes, peak);
}

// Reaps until nothing is left; tells when the program itself is gone, after all that was gone
// before it. Does not return.
static void keep(account_page *page, pid_t program, int end) {
  int flags = 0;
  int mustTell = 0;
  for (;;) {
    int status;
    struct rusage usage;
    pid_t found = wait4(-1, &status, flags, &usage);
    if (found < 0 && errno == EINTR) continue;
    if (found > 0) {
      enter(page, &usage);
      if (found == program) {
        atomic_store(&page->exitCode, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
        atomic_store(&page->signal, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        flags = WNOHANG;
        mustTell = 1;
      }
      continue;
    }
    if (mustTell) {
      atomic_store(&page->hasEnded, 1);
      write_all(end, "e", 1);
      flags = 0;
      mustTell = 0;
    }
    if (found < 0) _exit(0);
  }
}

int32_t ergon_child_prepare(
    const char *path, char *const argv[], char *const envp[], const char *directory,
    ergon_child *child) {
  account_page *page = mmap(
      NULL, sizeof(account_page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
  if (page == MAP_FAILED) return errno;
  int gate[2] = {-1, -1}, status[2] = {-1, -1}, end[2] = {-1, -1};
  int failure = private_pipe(gate);
  if (!failure) failure = private_pipe(status);
  if (!failure) failure = private_pipe(end);
  if (failure) {
    close_both(gate);
    close_both(status);
    close_both(end);
    munmap(page, sizeof *page);
    return failure;
  }
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t keeper = fork();
  if (keeper == 0) {
    // The keeper lets no signal in: what ends the group must not end the account.
    close(gate[1]);
    close(status[0]);
    close(end[0]);
    struct sigaction children;
    int ignored = sigaction(SIGCHLD, NULL, &children) == 0 && children.sa_handler == SIG_IGN;
    signal(SIGCHLD, SIG_DFL);
#if defined(__linux__)
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
    pid_t program = fork();
    if (program == 0) {
      become(path, argv, envp, directory, gate[0], status[1], ignored);
    }
    close(gate[0]);
    close(status[1]);
    if (program < 0) _exit(127);
    keep(page, program, end[1]);
  }
  failure = keeper < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(gate[0]);
  close(status[1]);
  close(end[1]);
  *child = (ergon_child){
      .keeper = keeper, .gate = gate[1], .status = status[0], .end = end[0], .account = page};
  hello words;
  if (!failure && read_all(status[0], &words, sizeof words) != sizeof words) failure = EAGAIN;
  if (failure) {
    ergon_child_finish(child);
    return failure;
  }
  child->program = words.pid;
  child->peakBytesBefore = words.peakBytesBefore;
  return 0;
}

int32_t ergon_child_release(ergon_child *child) {
  // Somebody may have killed the program at the gate; that is no reason to die of SIGPIPE.
  sigset_t set, before;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  ssize_t count = write(child->gate, "g", 1);
  if (count < 0 && errno == EPIPE && !sigismember(&before, SIGPIPE)) {
    int number;
    sigwait(&set, &number);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(child->gate);
  child->gate = -1;
  int32_t failure = 0;
  if (read_all(child->status, &failure, sizeof failure) != sizeof failure) failure = 0;
  close(child->status);
  child->status = -1;
  return failure;
}

ergon_account ergon_child_account(const ergon_child *child) {
  account_page *page = child->account;
  return (ergon_account){
      .userSeconds = 1e-6 * (double)atomic_load(&page->userMicros),
      .systemSeconds = 1e-6 * (double)atomic_load(&page->systemMicros),
      .peakBytes = atomic_load(&page->peakBytes),
      .hasEnded = atomic_load(&page->hasEnded),
      .exitCode = atomic_load(&page->exitCode),
      .signal = atomic_load(&page->signal),
  };
}

int32_t ergon_child_wait(const ergon_child *child, int32_t milliseconds) {
  account_page *page = child->account;
  char word;
  struct pollfd entry = {.fd = child->end, .events = POLLIN};
  int ready = poll(&entry, 1, milliseconds);
  if (ready > 0) {
    // The byte tells of the program, the end of the file of everything.
    ssize_t count;
    do count = read(child->end, &word, 1);
    while (count < 0 && errno == EINTR);
    if (count == 0) return 2;
  }
  return atomic_load(&page->hasEnded) ? 1 : 0;
}

void ergon_child_finish(ergon_child *child) {
  if (child->keeper > 0) {
    kill((pid_t)child->keeper, SIGKILL);
    while (waitpid((pid_t)child->keeper, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  if (child->gate >= 0) close(child->gate);
  if (child->status >= 0) close(child->status);
  if (child->end >= 0) close(child->end);
  if (child->account) munmap(child->account, sizeof(account_page));
  *child = (ergon_child){.keeper = -1, .gate = -1, .status = -1, .end = -1};
}
