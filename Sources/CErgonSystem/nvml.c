#include "ErgonNVML.h"

#include <dlfcn.h>
#include <string.h>

static void copy(char *text, size_t size, const char *from) {
  if (size == 0) return;
  size_t length = strlen(from);
  if (length > size - 1) length = size - 1;
  memcpy(text, from, length);
  text[length] = 0;
}

int ergon_nvml_open(const char *path, ergon_nvml *nvml, char *text, size_t size) {
  memset(nvml, 0, sizeof *nvml);
  nvml->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (nvml->library == NULL) {
    const char *reason = dlerror();
    copy(text, size, reason == NULL ? "unknown reason" : reason);
    return 1;
  }

  // POSIX lets an object pointer from dlsym be stored as a function pointer, ISO C does not know
  // how to say it; hence the void **.
  const struct {
    const char *name;
    void **slot;
    int needed;
  } entries[] = {
      {"nvmlInit_v2", (void **)&nvml->init, 1},
      {"nvmlShutdown", (void **)&nvml->shutdown, 1},
      {"nvmlErrorString", (void **)&nvml->error_string, 1},
      {"nvmlSystemGetDriverVersion", (void **)&nvml->driver_version, 1},
      {"nvmlDeviceGetCount_v2", (void **)&nvml->count, 1},
      {"nvmlDeviceGetHandleByIndex_v2", (void **)&nvml->device, 1},
      {"nvmlDeviceGetName", (void **)&nvml->name, 1},
      {"nvmlDeviceGetUUID", (void **)&nvml->uuid, 1},
      {"nvmlDeviceGetPowerUsage", (void **)&nvml->power, 1},
      {"nvmlDeviceGetTotalEnergyConsumption", (void **)&nvml->energy, 0},
      {"nvmlDeviceGetPowerManagementLimitConstraints", (void **)&nvml->power_limits, 0},
      {"nvmlDeviceGetArchitecture", (void **)&nvml->architecture, 0},
      {"nvmlDeviceGetMigMode", (void **)&nvml->mig_mode, 0},
      {"nvmlDeviceGetProcessUtilization", (void **)&nvml->process_utilization, 0},
  };
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
    *entries[i].slot = dlsym(nvml->library, entries[i].name);
    if (*entries[i].slot == NULL && entries[i].needed) {
      copy(text, size, entries[i].name);
      ergon_nvml_close(nvml);
      return 2;
    }
  }
  return 0;
}

void ergon_nvml_close(ergon_nvml *nvml) {
  if (nvml->library != NULL) dlclose(nvml->library);
  memset(nvml, 0, sizeof *nvml);
}
