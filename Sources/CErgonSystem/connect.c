#define _GNU_SOURCE  // monotonic clock and strerror under strict ISO C
#include "ErgonConnect.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static long long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int try_address(const struct addrinfo *a, long long deadline) {
  int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
  if (fd < 0) return -1;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);

  if (connect(fd, a->ai_addr, a->ai_addrlen) == 0) return fd;
  if (errno == EINPROGRESS) {
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    long long left;
    int ready = 0;
    while ((left = deadline - now_ms()) > 0) {
      ready = poll(&p, 1, (int)left);
      if (ready >= 0 || errno != EINTR) break;
    }
    int error = 0;
    socklen_t length = sizeof error;
    if (ready > 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0)
      return fd;
    errno = ready > 0 ? error : ETIMEDOUT;
  }
  int saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

int ergon_connect(const char *host, const char *port, int timeout_ms, char *text, size_t size) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  int code = getaddrinfo(host, port, &hints, &found);
  if (code != 0) {
    snprintf(text, size, "%s", gai_strerror(code));
    return -1;
  }
  long long deadline = now_ms() + timeout_ms;
  int fd = -1;
  errno = EHOSTUNREACH;
  for (struct addrinfo *a = found; a != NULL && fd < 0; a = a->ai_next)
    fd = try_address(a, deadline);
  if (fd < 0) snprintf(text, size, "%s", strerror(errno));
  freeaddrinfo(found);
  return fd;
}
