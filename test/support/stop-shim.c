/*
 * Loaded by LD_PRELOAD under the real binary: looks at the system calls that change anything below one directory, and
 * sends the process a signal before, in the middle of, or after one of them. A call is known by its name and the place it
 * changes, not by its number among all: how many there are of other places may depend on time.
 *
 *   JIT_SHIM_DIR     the directory, absolute
 *   JIT_SHIM_LOG     a file that gets a line for each call: its name, the place and the path it changes
 *   JIT_SHIM_CALL    the name of the call; absent: none
 *   JIT_SHIM_PLACE   the place that it changes
 *   JIT_SHIM_AT      which of the calls with this name and this place, from 1
 *   JIT_SHIM_WHEN    before, half (of what a write writes), after
 *   JIT_SHIM_SIGNAL  the number of the signal
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Those with the name and the place of the call that is looked for. */
static int calls = 0;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_below(const char *path) {
  const char *directory = getenv("JIT_SHIM_DIR");
  if (directory == NULL || path == NULL) return 0;
  size_t length = strlen(directory);
  return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static const char *path_of(int fd, char *buffer) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, buffer, PATH_MAX - 1);
  if (length < 0) return NULL;
  buffer[length] = 0;
  return buffer;
}

/* Three directories at most, and the lower case letters that the name of the file begins with: what is the same in every run. */
static void name_place(const char *path, char *place) {
  const char *rest = path + strlen(getenv("JIT_SHIM_DIR"));
  while (*rest == '/') rest += 1;
  const char *name = strrchr(rest, '/') == NULL ? rest : strrchr(rest, '/') + 1;
  size_t length = 0;
  for (int depth = 0; depth < 3 && rest + length < name; depth += 1) length += strcspn(rest + length, "/") + 1;
  size_t letters = strspn(name, "abcdefghijklmnopqrstuvwxyz");
  memcpy(place, rest, length);
  memcpy(place + length, name, letters);
  place[length + letters] = 0;
}

static void note(const char *name, const char *place, const char *path) {
  const char *file = getenv("JIT_SHIM_LOG");
  if (file == NULL) return;
  char line[2 * PATH_MAX + 32];
  int length = snprintf(line, sizeof line, "%s %s %s\n", name, place, path);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND, 0666);
  syscall(SYS_write, fd, line, (size_t)length);
  syscall(SYS_close, fd);
}

/* Notes a call, and says whether the signal belongs to it. */
static int begins(const char *name, const char *path) {
  char place[PATH_MAX];
  name_place(path, place);
  note(name, place, path);
  const char *call = getenv("JIT_SHIM_CALL");
  if (call == NULL || strcmp(call, name) != 0 || strcmp(getenv("JIT_SHIM_PLACE"), place) != 0) return 0;
  calls += 1;
  return atoi(getenv("JIT_SHIM_AT")) == calls;
}

static int is_when(const char *when) {
  const char *wanted = getenv("JIT_SHIM_WHEN");
  return wanted != NULL && strcmp(wanted, when) == 0;
}

static void strike(void) {
  const char *number = getenv("JIT_SHIM_SIGNAL");
  syscall(SYS_kill, getpid(), number == NULL ? SIGKILL : atoi(number));
}

#define AROUND(type, name, path, call)       \
  if (!is_below(path)) return call;          \
  int chosen = begins(name, path);           \
  if (chosen && is_when("before")) strike(); \
  type result = call;                        \
  if (chosen && is_when("after")) strike();  \
  return result;

int link(const char *from, const char *to) { AROUND(int, "link", to, REAL(link)(from, to)) }
int rename(const char *from, const char *to) { AROUND(int, "rename", to, REAL(rename)(from, to)) }
int unlink(const char *path) { AROUND(int, "unlink", path, REAL(unlink)(path)) }
int rmdir(const char *path) { AROUND(int, "rmdir", path, REAL(rmdir)(path)) }
int mkdir(const char *path, mode_t mode) { AROUND(int, "mkdir", path, REAL(mkdir)(path, mode)) }

int fsync(int fd) {
  char buffer[PATH_MAX];
  const char *path = path_of(fd, buffer);
  AROUND(int, "fsync", path, REAL(fsync)(fd))
}

int fdatasync(int fd) {
  char buffer[PATH_MAX];
  const char *path = path_of(fd, buffer);
  AROUND(int, "fdatasync", path, REAL(fdatasync)(fd))
}

int ftruncate64(int fd, off64_t length) {
  char buffer[PATH_MAX];
  const char *path = path_of(fd, buffer);
  AROUND(int, "ftruncate", path, REAL(ftruncate64)(fd, length))
}

#define WRITES(path, whole, half)                                    \
  if (!is_below(path)) return whole;                                 \
  int chosen = begins("write", path);                                \
  if (chosen && is_when("before")) strike();                         \
  if (chosen && is_when("half") && count > 1) {                      \
    ssize_t written = half;                                          \
    strike();                                                        \
    return written;                                                  \
  }                                                                  \
  ssize_t result = whole;                                            \
  if (chosen && (is_when("after") || is_when("half"))) strike();     \
  return result;

ssize_t write(int fd, const void *bytes, size_t count) {
  char buffer[PATH_MAX];
  const char *path = fd <= 2 ? NULL : path_of(fd, buffer);
  WRITES(path, syscall(SYS_write, fd, bytes, count), syscall(SYS_write, fd, bytes, count / 2))
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  char buffer[PATH_MAX];
  const char *path = path_of(fd, buffer);
  WRITES(path, REAL(pwrite64)(fd, bytes, count, offset), REAL(pwrite64)(fd, bytes, count / 2, offset))
}

static int opens(const char *name, const char *path, int flags, mode_t mode) {
  int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name);
  if ((flags & O_CREAT) == 0) return real(path, flags, mode);
  AROUND(int, "create", path, real(path, flags, mode))
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opens("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opens("open64", path, flags, mode);
}
