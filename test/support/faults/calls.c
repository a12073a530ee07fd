// Loaded before a program's own libraries (LD_PRELOAD): counts the calls by which the program changes files or speaks to another
// process, and at a chosen one kills the process, cuts a write short, or lets calls fail as a broken disk would.
//
//   PACELINE_FAULT=kill:N          dies at the N-th call, before it
//   PACELINE_FAULT=torn:N          dies there after a part of it, where it is a write to a file
//   PACELINE_FAULT=fail:N:M:E      M calls from the N-th on fail with errno E (5 EIO, 28 ENOSPC), those under way too
//   PACELINE_FAULT=short:N:M       M writes from the N-th on take only half of what they are given
//   PACELINE_FAULT_OF=wfr          which calls count: w(rite) f(lush) r(ead) n(ame: rename, link, unlink) s(ocket)
//   PACELINE_FAULT_PATH=text       only of files whose path contains this; sockets then do not count
//   PACELINE_FAULT_COUNT=file      16 bytes: how many counted so far, and how many were spoilt, as 64-bit integers
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NONE, KILL, TORN, FAIL, SHORT };
static int mode = NONE, code = EIO;
static uint64_t first = 0, many = 1;
static const char *of = "wfns", *path = NULL;
static uint64_t own[2];
static uint64_t *counts = own;

__attribute__((constructor)) static void begin(void) {
  const char *fault = getenv("PACELINE_FAULT"), *file = getenv("PACELINE_FAULT_COUNT");
  char name[8] = "";
  unsigned long long n = 0, m = 1;
  int e = EIO;
  if (fault != NULL && sscanf(fault, "%7[a-z]:%llu:%llu:%d", name, &n, &m, &e) >= 2) {
    mode = !strcmp(name, "kill") ? KILL : !strcmp(name, "torn") ? TORN : !strcmp(name, "fail") ? FAIL : !strcmp(name, "short") ? SHORT : NONE;
    first = n, many = m, code = e;
  }
  if (getenv("PACELINE_FAULT_OF") != NULL) of = getenv("PACELINE_FAULT_OF");
  path = getenv("PACELINE_FAULT_PATH");
  if (file != NULL) {
    int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && syscall(SYS_ftruncate, fd, 16) == 0) {
      void *shared = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      if (shared != MAP_FAILED) counts = shared, counts[0] = counts[1] = 0;
    }
    if (fd >= 0) close(fd);
  }
  // What this process starts is another matter.
  unsetenv("LD_PRELOAD");
}

static int wanted(char kind, const char *name) {
  return strchr(of, kind) != NULL && (path == NULL || strstr(name, path) != NULL);
}

static int wanted_fd(char kind, int fd) {
  struct stat is;
  if (mode == NONE && counts == own) return 0;
  if (syscall(SYS_fstat, fd, &is) != 0) return 0;
  if (S_ISSOCK(is.st_mode)) return path == NULL && kind == 'w' && strchr(of, 's') != NULL;
  if (!S_ISREG(is.st_mode) && !S_ISDIR(is.st_mode)) return 0;
  if (strchr(of, kind) == NULL) return 0;
  if (path == NULL) return 1;
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, name, sizeof name - 1);
  if (n < 0) return 0;
  name[n] = 0;
  return strstr(name, path) != NULL;
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

/* Counts a call. Returns 0 when it goes on, 1 when it fails (errno is set), 2 when it is to be cut short. */
static int passing(int counted, int is_write) {
  if (!counted) return 0;
  uint64_t n = __atomic_add_fetch(&counts[0], 1, __ATOMIC_SEQ_CST);
  if (mode == NONE || n < first) return 0;
  if (mode == KILL) die();
  if (mode == TORN) return is_write ? 2 : (die(), 0);
  if (n >= first + many || (mode == SHORT && !is_write)) return 0;
  __atomic_add_fetch(&counts[1], 1, __ATOMIC_SEQ_CST);
  if (mode == SHORT) return 2;
  errno = code;
  return 1;
}

/* Of a write that is cut short: between nothing and all of it, differently at each call. */
static size_t part(size_t size) { return size < 2 ? size : 1 + (first * 2654435761u) % (size - 1); }

#define REAL(name) static __typeof__(name) *real; if (real == NULL) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define WRITES(call, whole, cut, fd) \
  int what = passing(wanted_fd('w', fd), 1); \
  if (what == 1) return -1; \
  if (what == 2) { ssize_t done = cut; if (mode == TORN) die(); return done; } \
  return whole

ssize_t write(int fd, const void *from, size_t size) {
  REAL(write);
  WRITES(write, real(fd, from, size), real(fd, from, part(size)), fd);
}
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) {
  REAL(pwrite);
  WRITES(pwrite, real(fd, from, size, at), real(fd, from, part(size), at), fd);
}
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
  REAL(pwrite64);
  WRITES(pwrite64, real(fd, from, size, at), real(fd, from, part(size), at), fd);
}
ssize_t writev(int fd, const struct iovec *from, int count) {
  REAL(writev);
  WRITES(writev, real(fd, from, count), real(fd, from, count > 1 ? 1 : count), fd);
}
ssize_t pwritev(int fd, const struct iovec *from, int count, off_t at) {
  REAL(pwritev);
  WRITES(pwritev, real(fd, from, count, at), real(fd, from, count > 1 ? 1 : count, at), fd);
}
ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  REAL(sendmsg);
  WRITES(sendmsg, real(fd, message, flags), real(fd, message, flags), fd);
}
ssize_t read(int fd, void *to, size_t size) {
  REAL(read);
  if (strchr(of, 'r') != NULL && passing(wanted_fd('r', fd), 0) == 1) return -1;
  return real(fd, to, size);
}
ssize_t pread(int fd, void *to, size_t size, off_t at) {
  REAL(pread);
  if (strchr(of, 'r') != NULL && passing(wanted_fd('r', fd), 0) == 1) return -1;
  return real(fd, to, size, at);
}
ssize_t pread64(int fd, void *to, size_t size, off64_t at) {
  REAL(pread64);
  if (strchr(of, 'r') != NULL && passing(wanted_fd('r', fd), 0) == 1) return -1;
  return real(fd, to, size, at);
}

#define ONE(kind, type, name, parameters, given, counted) \
  type name parameters { \
    REAL(name); \
    if (passing(counted, 0) == 1) return -1; \
    return real given; \
  }

ONE('f', int, fsync, (int fd), (fd), wanted_fd('f', fd))
ONE('f', int, fdatasync, (int fd), (fd), wanted_fd('f', fd))
ONE('w', int, ftruncate, (int fd, off_t size), (fd, size), wanted_fd('w', fd))
ONE('w', int, ftruncate64, (int fd, off64_t size), (fd, size), wanted_fd('w', fd))
ONE('n', int, rename, (const char *from, const char *to), (from, to), wanted('n', to))
ONE('n', int, link, (const char *from, const char *to), (from, to), wanted('n', to))
ONE('n', int, unlink, (const char *name), (name), wanted('n', name))
