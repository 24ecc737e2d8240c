#include "CErgonProcess.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>

static volatile sig_atomic_t target;
static volatile sig_atomic_t stopRequests;
static volatile sig_atomic_t stopSignal;
static struct sigaction saved[NSIG];
static int32_t users[NSIG];

static void pass_on(int number, siginfo_t *info, void *context) {
  (void)context;
  int failure = errno;
  int sentByProgram = info && info->si_code == SI_USER;
  int isKeyboard = number == SIGINT || number == SIGQUIT;
  if (isKeyboard || number == SIGTERM || number == SIGHUP) {
    stopRequests = stopRequests + 1;
    stopSignal = number;
  }
  if (target > 0) {
    // What the terminal sends goes to the whole group by itself; what a program sent to us alone
    // was meant for the work.
    int hasItAlready = (isKeyboard && !sentByProgram) || (info && info->si_pid == target);
    if (!hasItAlready) kill((pid_t)target, number);
  } else if (stopRequests > 1 && (isKeyboard || number == SIGTERM || number == SIGHUP)) {
    // Asked once more: the work does not look, so end as if nobody had cared.
    signal(number, SIG_DFL);
    raise(number);
  }
  errno = failure;
}

int32_t ergon_signal_take(int32_t number) {
  if (number < 1 || number >= NSIG) return 0;
  int32_t all = 0;
  for (int i = 1; i < NSIG; i++) all += users[i];
  if (all == 0) stopRequests = 0;
  if (users[number]++ > 0) return 1;
  if (sigaction(number, NULL, &saved[number]) != 0 || saved[number].sa_handler == SIG_IGN) {
    users[number] = 0;
    return 0;
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = pass_on;
  action.sa_flags = SA_SIGINFO;  // No SA_RESTART: whoever waits looks up.
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
  return 1;
}

void ergon_signal_give_back(int32_t number) {
  if (number < 1 || number >= NSIG || users[number] == 0) return;
  if (--users[number] == 0) sigaction(number, &saved[number], NULL);
}

void ergon_signal_target(int32_t pid) { target = pid; }

int32_t ergon_stop_requests(void) { return stopRequests; }

int32_t ergon_stop_signal(void) { return stopSignal; }
