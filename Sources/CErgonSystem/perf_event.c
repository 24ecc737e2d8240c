#include "CErgonSystem.h"

#include <errno.h>

#if defined(__linux__) && __has_include(<linux/perf_event.h>)
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int ergon_perf_open(uint32_t type, uint64_t config, int cpu) {
  struct perf_event_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.size = sizeof attributes;
  attributes.type = type;
  attributes.config = config;
  long descriptor =
      syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
  return descriptor < 0 ? -errno : (int)descriptor;
}

int ergon_perf_read(int descriptor, uint64_t *value) {
  ssize_t count = read(descriptor, value, sizeof *value);
  if (count < 0) return -errno;
  return count == sizeof *value ? 0 : -EIO;
}

#else

int ergon_perf_open(uint32_t type, uint64_t config, int cpu) {
  (void)type, (void)config, (void)cpu;
  return -ENOSYS;
}

int ergon_perf_read(int descriptor, uint64_t *value) {
  (void)descriptor, (void)value;
  return -ENOSYS;
}

#endif
