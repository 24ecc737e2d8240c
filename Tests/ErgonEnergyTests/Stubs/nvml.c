// A stand-in for NVIDIA's management library. It answers from a text file beside itself (its own
// path with ".script" behind it), read anew at every call, so that a test can move time on:
//
//   count 1              number of devices           init 9        code that initialisation answers
//   0.name TEXT          a device's answers          0.energy.code 15   its call fails with a code
//   0.uses 42:80,77:20   processes and percentages
//
// A key that is missing answers "not supported" (3).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  unsigned int pid;
  unsigned long long time;
  unsigned int sm, memory, encoder, decoder;
} use_t;

static char value[512];

static const char *look(const char *key) {
  Dl_info self;
  char path[1024];
  if (dladdr((void *)look, &self) == 0) return NULL;
  snprintf(path, sizeof path, "%s.script", self.dli_fname);
  FILE *file = fopen(path, "r");
  if (file == NULL) return NULL;
  char line[1024];
  size_t length = strlen(key);
  const char *found = NULL;
  while (found == NULL && fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, key, length) == 0 && line[length] == ' ') {
      snprintf(value, sizeof value, "%s", line + length + 1);
      found = value;
    }
  }
  fclose(file);
  return found;
}

static const char *of(void *device, const char *key) {
  char name[64];
  snprintf(name, sizeof name, "%d.%s", (int)(intptr_t)device - 1, key);
  return look(name);
}

static int code(void *device, const char *key) {
  char name[64];
  snprintf(name, sizeof name, "%s.code", key);
  const char *text = of(device, name);
  return text == NULL ? 0 : atoi(text);
}

static int number(void *device, const char *key, unsigned long long *out) {
  int failure = code(device, key);
  if (failure != 0) return failure;
  const char *text = of(device, key);
  if (text == NULL) return 3;
  *out = strtoull(text, NULL, 10);
  return 0;
}

static int small(void *device, const char *key, unsigned int *out) {
  unsigned long long wide = 0;
  int failure = number(device, key, &wide);
  if (failure == 0) *out = (unsigned int)wide;
  return failure;
}

static int text(void *device, const char *key, char *out, unsigned int size) {
  int failure = code(device, key);
  if (failure != 0) return failure;
  const char *found = of(device, key);
  if (found == NULL) return 3;
  snprintf(out, size, "%s", found);
  return 0;
}

#ifndef WITHOUT_INIT
int nvmlInit_v2(void) {
  const char *text = look("init");
  return text == NULL ? 0 : atoi(text);
}
#endif

int nvmlShutdown(void) { return 0; }

const char *nvmlErrorString(int code) {
  switch (code) {
    case 3: return "Not Supported";
    case 4: return "Insufficient Permissions";
    case 9: return "Driver Not Loaded";
    case 15: return "GPU is lost";
    case 18: return "Driver/library version mismatch";
    default: return code > 100 ? NULL : "Some Error";
  }
}

int nvmlSystemGetDriverVersion(char *out, unsigned int size) {
  const char *found = look("driver");
  if (found == NULL) return 3;
  snprintf(out, size, "%s", found);
  return 0;
}

int nvmlDeviceGetCount_v2(unsigned int *count) {
  const char *found = look("count");
  if (found == NULL) return 999;
  *count = (unsigned int)strtoul(found, NULL, 10);
  return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) {
  *device = (void *)(intptr_t)(index + 1);
  return code(*device, "handle");
}

int nvmlDeviceGetName(void *d, char *out, unsigned int n) { return text(d, "name", out, n); }
int nvmlDeviceGetUUID(void *d, char *out, unsigned int n) { return text(d, "uuid", out, n); }
int nvmlDeviceGetPowerUsage(void *d, unsigned int *out) { return small(d, "power", out); }

#ifndef OLD
int nvmlDeviceGetTotalEnergyConsumption(void *d, unsigned long long *out) {
  return number(d, "energy", out);
}

int nvmlDeviceGetPowerManagementLimitConstraints(void *d, unsigned int *least,
                                                 unsigned int *greatest) {
  *least = 1000;
  return small(d, "limit", greatest);
}

int nvmlDeviceGetArchitecture(void *d, unsigned int *out) { return small(d, "architecture", out); }

int nvmlDeviceGetMigMode(void *d, unsigned int *current, unsigned int *pending) {
  *pending = 0;
  return small(d, "mig", current);
}

int nvmlDeviceGetProcessUtilization(void *d, use_t *uses, unsigned int *count,
                                    unsigned long long since) {
  int failure = code(d, "uses");
  if (failure != 0) return failure;
  const char *found = of(d, "uses");
  if (found == NULL) return 3;
  if (*found == 0 || *found == '-') {
    *count = 0;
    return 6;
  }
  unsigned int room = *count, n = 0;
  char copy[512];
  snprintf(copy, sizeof copy, "%s", found);
  for (char *part = strtok(copy, ","); part != NULL; part = strtok(NULL, ",")) {
    unsigned int pid = 0, percent = 0;
    sscanf(part, "%u:%u", &pid, &percent);
    if (uses != NULL && n < room) uses[n] = (use_t){pid, since + 1, percent, 9, 9, 9};
    n++;
  }
  *count = n;
  return uses == NULL || n > room ? 7 : 0;
}
#endif
