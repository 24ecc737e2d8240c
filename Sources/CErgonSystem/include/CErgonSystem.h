// What Swift cannot say: system calls without a wrapper in the C library, and structures behind
// macros. Every function answers 0 or a positive number on success and a negative errno otherwise.
#pragma once

#include <stdint.h>

#include "CErgonProcess.h"
#include "ErgonConnect.h"
#include "ErgonNVML.h"

/// Opens a counting, system-wide performance event on one processor.
///
/// Returns a file descriptor; -ENOSYS where the system has no performance events.
int ergon_perf_open(uint32_t type, uint64_t config, int cpu);

/// Reads the running total of an event.
int ergon_perf_read(int descriptor, uint64_t *value);

/// The energy, in nanojoules, that the processor cores have spent on a process so far.
///
/// macOS only; -ENOSYS elsewhere. Another user's process is -EPERM.
int ergon_process_energy(int pid, uint64_t *nanojoules);
