/* Fails the n-th change of files under a folder: loaded before libc (LD_PRELOAD), see shim.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NO_SPACE, IO_ERROR, QUOTA, KILL, TORN };
static struct { long calls, target, kind, fired; char root[4000]; } *plan; /* shared by all processes */
static char ours[4096]; /* descriptors of files under the root, opened for writing */

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void attach(void) {
    const char *path = getenv("FAULT_PLAN");
    int file = path ? REAL(open)(path, O_RDWR) : -1;
    if (file < 0) return;
    plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (plan == MAP_FAILED) plan = NULL;
    close(file);
}

static int under(int folder, const char *path) {
    char full[PATH_MAX * 2 + 2] = "", link[64];
    if (!plan || !*plan->root || !path) return 0;
    if (*path != '/') {
        ssize_t length = 0;
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        if (folder == AT_FDCWD) strcpy(link, "/proc/self/cwd");
        if ((length = readlink(link, full, PATH_MAX)) < 0) return 0;
        full[length] = '/', full[length + 1] = 0;
    }
    strncat(full, path, PATH_MAX);
    return !strncmp(full, plan->root, strlen(plan->root));
}

/* Counts; returns whether this call is to fail (errno is set), or ends the process. */
static int fails(int torn_later) {
    long now = __sync_add_and_fetch(&plan->calls, 1);
    if (!plan->target || now < plan->target) return 0;
    if (now > plan->target && plan->kind != NO_SPACE) return 0; /* a full disk stays full */
    plan->fired = 1;
    if (plan->kind == TORN && torn_later) return -1;
    if (plan->kind == KILL) kill(getpid(), SIGKILL);
    errno = plan->kind == NO_SPACE ? ENOSPC : plan->kind == QUOTA ? EDQUOT : EIO;
    return 1;
}

/* What frees space works on a full disk. */
static int frees(int is_ours) { return is_ours && plan->kind != NO_SPACE && plan->kind != QUOTA; }

/* Of a change that is all or nothing, the torn one happens and then the process dies. */
#define WHOLE(type, is_ours, call)                       \
    if (is_ours) {                                       \
        int failed = fails(1);                           \
        if (failed > 0) return (type)-1;                 \
        if (failed < 0) { call; kill(getpid(), SIGKILL); } \
    }                                                    \
    return call;

static int opened(int file, int is_ours) {
    if (file >= 0 && file < (int)sizeof ours) ours[file] = is_ours;
    return file;
}

#define OPEN(name, folder, parameters, arguments)                                       \
    int name parameters {                                                               \
        va_list rest; va_start(rest, flags);                                            \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;         \
        va_end(rest);                                                                   \
        int is_ours = (flags & (O_WRONLY | O_RDWR | O_CREAT)) && under(folder, path);   \
        if (is_ours && fails(0)) return -1;                                             \
        return opened(REAL(name) arguments, is_ours);                                   \
    }
OPEN(open, AT_FDCWD, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, AT_FDCWD, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, folder, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
OPEN(openat64, folder, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))

#define OURS(file) (plan && file >= 0 && file < (int)sizeof ours && ours[file])
#define WRITE(name, parameters, arguments, half)             \
    ssize_t name parameters {                                \
        int failed = OURS(file) ? fails(1) : 0;              \
        if (failed > 0 && plan->kind == NO_SPACE && plan->calls == plan->target && count > 1) \
            return REAL(name) half;                          \
        if (failed > 0) return -1;                           \
        if (failed < 0) { REAL(name) half; kill(getpid(), SIGKILL); } \
        return REAL(name) arguments;                         \
    }
WRITE(write, (int file, const void *data, size_t count), (file, data, count), (file, data, count / 2))
WRITE(pwrite64, (int file, const void *data, size_t count, off64_t at), (file, data, count, at), (file, data, count / 2, at))
WRITE(writev, (int file, const struct iovec *data, int count), (file, data, count), (file, data, count / 2))

int close(int file) {
    if (OURS(file)) ours[file] = 0;
    return REAL(close)(file);
}

static int is_in_root(int file) {
    char link[64], full[PATH_MAX] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return plan && *plan->root && readlink(link, full, sizeof full - 1) > 0 && under(AT_FDCWD, full);
}

int fsync(int file) { WHOLE(int, is_in_root(file), REAL(fsync)(file)) }
int fdatasync(int file) { WHOLE(int, is_in_root(file), REAL(fdatasync)(file)) }
int ftruncate64(int file, off64_t to) { WHOLE(int, OURS(file), REAL(ftruncate64)(file, to)) }
int rename(const char *a, const char *b) { WHOLE(int, under(AT_FDCWD, b), REAL(rename)(a, b)) }
int renameat(int x, const char *a, int y, const char *b) { WHOLE(int, under(y, b), REAL(renameat)(x, a, y, b)) }
int linkat(int x, const char *a, int y, const char *b, int f) { WHOLE(int, under(y, b), REAL(linkat)(x, a, y, b, f)) }
int unlink(const char *path) { WHOLE(int, frees(under(AT_FDCWD, path)), REAL(unlink)(path)) }
int unlinkat(int folder, const char *path, int flags) { WHOLE(int, frees(under(folder, path)), REAL(unlinkat)(folder, path, flags)) }
int rmdir(const char *path) { WHOLE(int, frees(under(AT_FDCWD, path)), REAL(rmdir)(path)) }
int mkdir(const char *path, mode_t mode) { WHOLE(int, under(AT_FDCWD, path), REAL(mkdir)(path, mode)) }
int mkdirat(int folder, const char *path, mode_t mode) { WHOLE(int, under(folder, path), REAL(mkdirat)(folder, path, mode)) }
