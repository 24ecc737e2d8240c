#pragma once

#include <stddef.h>

/// Connects to a TCP server.
///
/// Tries every address of the host until one answers, all within the timeout. Returns a
/// non-blocking descriptor, closed on exec; or -1 with the reason in `text`.
int ergon_connect(const char *host, const char *port, int timeout_ms, char *text, size_t size);
