/*
 * Makes system calls fail, for tests: a library for LD_PRELOAD.
 *
 * FAULT_MATCH  only files whose path contains this text
 * FAULT_OP     the calls that count: words of open, read, write, sync, rename, or any
 * FAULT_AT     the call that fails, from 1, and with FAULT_LAST all up to that one; 0 for none
 * FAULT_ERRNO  its error; 0 stops the process before the call, until it gets SIGCONT
 * FAULT_COUNT  a file that receives the number of calls at the end
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 65536
#define REAL(type, name, ...) ((type(*)(__VA_ARGS__)) dlsym(RTLD_NEXT, #name))

static char watched[FILES];
static long calls;
static pthread_mutex_t stop = PTHREAD_MUTEX_INITIALIZER;

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

static int matches(const char *path) {
  const char *part = setting("FAULT_MATCH");
  return path && *part && strstr(path, part) != NULL;
}

/* Counts a call; whether it must fail, with errno set. */
static int fails(const char *op) {
  const char *ops = setting("FAULT_OP");
  if (!strstr(ops, op) && !strstr(ops, "any")) return 0;
  long call = __sync_add_and_fetch(&calls, 1);
  long at = atol(setting("FAULT_AT")), last = atol(setting("FAULT_LAST"));
  if (at == 0 || call < at || call > (last > at ? last : at)) return 0;
  errno = atoi(setting("FAULT_ERRNO"));
  if (errno != 0) return 1;
  /* To this thread, so that it stops here, and then all others; each has a stop of its own. */
  pthread_mutex_lock(&stop);
  raise(SIGSTOP);
  pthread_mutex_unlock(&stop);
  return 0;
}

static void watch(int file, const char *path) {
  if (file >= 0 && file < FILES) watched[file] = matches(path);
}

static int is_watched(int file) {
  return file >= 0 && file < FILES && watched[file];
}

__attribute__((destructor)) static void report(void) {
  const char *path = getenv("FAULT_COUNT");
  int file = path ? REAL(int, open, const char *, int, ...)(path, O_WRONLY | O_CREAT, 0600) : -1;
  if (file < 0) return;
  dprintf(file, "%ld\n", calls);
}

static mode_t mode_of(int flags, va_list rest) {
  return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

#define OPEN(name)                                                       \
  int name(const char *path, int flags, ...) {                           \
    va_list rest;                                                        \
    va_start(rest, flags);                                               \
    mode_t mode = mode_of(flags, rest);                                  \
    va_end(rest);                                                        \
    if (matches(path) && fails("open")) return -1;                       \
    int file = REAL(int, name, const char *, int, ...)(path, flags, mode); \
    watch(file, path);                                                   \
    return file;                                                         \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                     \
  int name(int folder, const char *path, int flags, ...) {               \
    va_list rest;                                                        \
    va_start(rest, flags);                                               \
    mode_t mode = mode_of(flags, rest);                                  \
    va_end(rest);                                                        \
    if (matches(path) && fails("open")) return -1;                       \
    int file = REAL(int, name, int, const char *, int, ...)(folder, path, flags, mode); \
    watch(file, path);                                                   \
    return file;                                                         \
  }
OPENAT(openat)
OPENAT(openat64)

ssize_t read(int file, void *to, size_t count) {
  if (is_watched(file) && fails("read")) return -1;
  return REAL(ssize_t, read, int, void *, size_t)(file, to, count);
}

ssize_t write(int file, const void *from, size_t count) {
  if (is_watched(file) && fails("write")) return -1;
  return REAL(ssize_t, write, int, const void *, size_t)(file, from, count);
}

ssize_t writev(int file, const struct iovec *from, int count) {
  if (is_watched(file) && fails("write")) return -1;
  return REAL(ssize_t, writev, int, const struct iovec *, int)(file, from, count);
}

int fsync(int file) {
  if (is_watched(file) && fails("sync")) return -1;
  return REAL(int, fsync, int)(file);
}

int fdatasync(int file) {
  if (is_watched(file) && fails("sync")) return -1;
  return REAL(int, fdatasync, int)(file);
}

int rename(const char *from, const char *to) {
  if (matches(to) && fails("rename")) return -1;
  return REAL(int, rename, const char *, const char *)(from, to);
}

int close(int file) {
  if (file >= 0 && file < FILES) watched[file] = 0;
  return REAL(int, close, int)(file);
}

#define FCNTL(name)                                                      \
  int name(int file, int command, ...) {                                 \
    va_list rest;                                                        \
    va_start(rest, command);                                             \
    long value = va_arg(rest, long);                                     \
    va_end(rest);                                                        \
    int result = REAL(int, name, int, int, ...)(file, command, value);   \
    int copies = command == F_DUPFD || command == F_DUPFD_CLOEXEC;       \
    if (copies && result >= 0 && result < FILES) watched[result] = is_watched(file); \
    return result;                                                       \
  }
FCNTL(fcntl)
FCNTL(fcntl64)
