// Just enough of NVIDIA's management library to meter energy, declared after its public ABI so
// that neither its headers nor the library are needed to build. The library is opened at run time.
#pragma once

#include <stddef.h>

/// A device, as the library hands it out; valid until the library is shut down.
typedef struct ergon_nvml_opaque *ergon_nvml_device;

/// How much one process used a device, averaged since a moment; field by field the library's
/// nvmlProcessUtilizationSample_t.
typedef struct {
  unsigned int pid;
  unsigned long long time_us;
  unsigned int sm_percent;
  unsigned int memory_percent;
  unsigned int encoder_percent;
  unsigned int decoder_percent;
} ergon_nvml_utilization;

/// The library's entry points. Every one answers 0 for success or one of the library's codes.
typedef struct {
  void *library;
  int (*init)(void);
  int (*shutdown)(void);
  const char *(*error_string)(int code);
  int (*driver_version)(char *text, unsigned int size);
  int (*count)(unsigned int *count);
  int (*device)(unsigned int index, ergon_nvml_device *device);
  int (*name)(ergon_nvml_device device, char *text, unsigned int size);
  int (*uuid)(ergon_nvml_device device, char *text, unsigned int size);
  /// Milliwatts, now.
  int (*power)(ergon_nvml_device device, unsigned int *milliwatts);

  // Null where the library is too old to have them.

  /// Millijoules since the driver was loaded.
  int (*energy)(ergon_nvml_device device, unsigned long long *millijoules);
  /// The least and greatest power limit that may be set.
  int (*power_limits)(ergon_nvml_device device, unsigned int *least, unsigned int *greatest);
  /// 2 Kepler, 3 Maxwell, 4 Pascal, 5 Volta, 6 Turing, 7 Ampere, 8 Ada, 9 Hopper, …
  int (*architecture)(ergon_nvml_device device, unsigned int *architecture);
  /// 1 where the device is split into instances.
  int (*mig_mode)(ergon_nvml_device device, unsigned int *current, unsigned int *pending);
  /// Fills `samples` and says how many there are; a null `samples` only asks for the number.
  int (*process_utilization)(ergon_nvml_device device, ergon_nvml_utilization *samples,
                             unsigned int *count, unsigned long long since_us);
} ergon_nvml;

/// Opens the library and finds its entry points.
///
/// Returns 0; 1 when the library cannot be loaded, with the loader's words in `text`; 2 when it
/// lacks a needed entry point, with that one's name in `text`.
int ergon_nvml_open(const char *path, ergon_nvml *nvml, char *text, size_t size);

/// Unloads the library.
void ergon_nvml_close(ergon_nvml *nvml);
