#include "CErgonSystem.h"

#include <errno.h>

#if defined(__APPLE__)
#include <TargetConditionals.h>
#endif

#if defined(__APPLE__) && TARGET_OS_OSX
#include <libproc.h>
#include <sys/resource.h>

int ergon_process_energy(int pid, uint64_t *nanojoules) {
#if defined(RUSAGE_INFO_V6)
  struct rusage_info_v6 usage;
  if (proc_pid_rusage(pid, RUSAGE_INFO_V6, (rusage_info_t *)&usage) != 0) return -errno;
  *nanojoules = usage.ri_energy_nj;
  return 0;
#else
  (void)pid, (void)nanojoules;
  return -ENOSYS;
#endif
}

#else

int ergon_process_energy(int pid, uint64_t *nanojoules) {
  (void)pid, (void)nanojoules;
  return -ENOSYS;
}

#endif
