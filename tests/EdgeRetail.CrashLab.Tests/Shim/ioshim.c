// Preloaded into the product's process: sees what it does to the files below one directory, in one order with what it tells
// people, and breaks it where it is told to. Each operation has a number, from 1.
//
//   EDGERETAIL_IO_DIR      the directory; without it nothing is seen
//   EDGERETAIL_IO_LOG      the recording, appended to: struct record, name, second name or data
//   EDGERETAIL_IO_FAULT    kill | eio | enospc
//   EDGERETAIL_IO_AT       at this operation; a kill comes before the operation
//   EDGERETAIL_IO_FOREVER  1: the error comes at every later operation too
//   EDGERETAIL_IO_SYNC_MS  every fsync takes so much longer
//   EDGERETAIL_IO_STALL    while this file is there, no fsync ends of a file whose path ends as its content says
//
// The -shm file of SQLite is memory, not disk, and is left out.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum operation { OPENED = 1, CREATED = 2, WROTE = 3, SYNCED = 4, TRUNCATED = 5, UNLINKED = 6, RENAMED = 7, SYNCED_DIRECTORY = 8, TOLD = 9, FAULT = 10 };
enum fault { NONE, KILL, FAIL };

struct record {
    uint32_t operation;
    uint32_t name_length;
    uint64_t number;
    uint64_t offset;
    uint64_t data_length;
};

#define FILES 4096
static char *names[FILES];
static const char *directory;
static size_t directory_length;
static int recording = -1;
static enum fault fault = NONE;
static int fault_error, fault_for_ever, fault_told;
static uint64_t fault_at, number;
static long sync_milliseconds;
static const char *stall;
static struct stat standard_output;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))plain_dlsym()(RTLD_NEXT, name)

typedef void *(*symbol_finder)(void *, const char *);

// dlsym itself, by the versions it has had in the C libraries of our machines.
static symbol_finder plain_dlsym(void) {
    static symbol_finder real;
    static const char *const versions[] = { "GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5" };
    for (size_t i = 0; !real && i < sizeof versions / sizeof *versions; i++) real = (symbol_finder)dlvsym(RTLD_NEXT, "dlsym", versions[i]);
    return real;
}

static ssize_t plain_write(int file, const void *bytes, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return real(file, bytes, length);
}

static int plain_open(const char *path, int flags, mode_t mode) {
    REAL(int, "open64", const char *, int, ...);
    return real(path, flags, mode);
}

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("EDGERETAIL_IO_DIR");
    if (!text || !*text) return;
    directory = strdup(text);
    directory_length = strlen(directory);
    fstat(STDOUT_FILENO, &standard_output);
    if ((text = getenv("EDGERETAIL_IO_LOG"))) recording = plain_open(text, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if ((text = getenv("EDGERETAIL_IO_FAULT"))) {
        fault = strcmp(text, "kill") == 0 ? KILL : FAIL;
        fault_error = strcmp(text, "enospc") == 0 ? ENOSPC : EIO;
    }
    if ((text = getenv("EDGERETAIL_IO_AT"))) fault_at = strtoull(text, 0, 10);
    fault_for_ever = (text = getenv("EDGERETAIL_IO_FOREVER")) && *text == '1';
    if ((text = getenv("EDGERETAIL_IO_SYNC_MS"))) sync_milliseconds = strtol(text, 0, 10);
    if ((text = getenv("EDGERETAIL_IO_STALL"))) stall = strdup(text);
}

// One write of the whole record: O_APPEND keeps it in one piece beside those of other processes.
static void put(uint32_t operation, const char *name, uint64_t offset, const void *data, uint64_t data_length) {
    if (recording < 0) return;
    struct record head = { operation, name ? (uint32_t)strlen(name) : 0, number, offset, data ? data_length : 0 };
    size_t length = sizeof head + head.name_length + head.data_length;
    char *whole = malloc(length);
    memcpy(whole, &head, sizeof head);
    if (name) memcpy(whole + sizeof head, name, head.name_length);
    if (data) memcpy(whole + sizeof head + head.name_length, data, head.data_length);
    plain_write(recording, whole, length);
    free(whole);
}

// Counts the operation, and breaks it where that was asked for: true, with errno set. Called within the gate.
static int breaks(uint32_t operation) {
    number++;
    if (fault == NONE || !fault_at || number < fault_at || (number > fault_at && !fault_for_ever)) return 0;
    if (!fault_told) put(FAULT, 0, operation, 0, 0);
    fault_told = 1;
    if (fault == KILL) kill(getpid(), SIGKILL);
    errno = fault_error;
    return 1;
}

static int is_below(const char *path) {
    if (!directory || !path || strncmp(path, directory, directory_length) != 0) return 0;
    if (path[directory_length] != '/' && path[directory_length] != 0) return 0;
    size_t length = strlen(path);
    return !(length > 4 && strcmp(path + length - 4, "-shm") == 0);
}

static int is_ours(int file) { return file >= 0 && file < FILES && names[file]; }

static void remember(int file, const char *path) {
    if (file < 0 || file >= FILES) return;
    free(names[file]);
    names[file] = strdup(path);
}

static int opens(const char *path, int flags, mode_t mode, int (*real)(const char *, int, ...)) {
    if (!is_below(path)) return real(path, flags, mode);
    pthread_mutex_lock(&gate);
    struct stat found;
    int is_new = stat(path, &found) != 0;
    int changes = (flags & O_CREAT && is_new) || flags & O_TRUNC;
    int file = -1;
    if (!changes || !breaks(is_new ? CREATED : TRUNCATED)) file = real(path, flags, mode);
    int error = errno;
    if (file >= 0) {
        remember(file, path);
        if (changes && is_new) put(CREATED, path, 0, 0, 0);
        else if (changes) put(TRUNCATED, path, 0, 0, 0);
        else put(OPENED, path, 0, 0, 0);
    }
    pthread_mutex_unlock(&gate);
    errno = error;
    return file;
}

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, #name, const char *, int, ...); \
        va_list rest; va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        return opens(path, flags, mode, real); \
    }
OPENS(open)
OPENS(open64)

int close(int file) {
    REAL(int, "close", int);
    if (is_ours(file)) {
        pthread_mutex_lock(&gate);
        free(names[file]);
        names[file] = 0;
        pthread_mutex_unlock(&gate);
    }
    return real(file);
}

static ssize_t after_write(int file, uint64_t offset, const void *bytes, ssize_t written) {
    int error = errno;
    if (written > 0) put(WROTE, names[file], offset, bytes, (uint64_t)written);
    pthread_mutex_unlock(&gate);
    errno = error;
    return written;
}

#define WRITES_AT(name) \
    ssize_t name(int file, const void *bytes, size_t length, off64_t offset) { \
        REAL(ssize_t, #name, int, const void *, size_t, off64_t); \
        if (!is_ours(file)) return real(file, bytes, length, offset); \
        pthread_mutex_lock(&gate); \
        return after_write(file, (uint64_t)offset, bytes, breaks(WROTE) ? -1 : real(file, bytes, length, offset)); \
    }
WRITES_AT(pwrite)
WRITES_AT(pwrite64)

// Each part as an operation of its own: a vector may be written in part.
#define WRITES_VECTOR_AT(name, single) \
    ssize_t name(int file, const struct iovec *parts, int count, off64_t offset) { \
        REAL(ssize_t, #name, int, const struct iovec *, int, off64_t); \
        if (!is_ours(file)) return real(file, parts, count, offset); \
        ssize_t all = 0; \
        for (int i = 0; i < count; i++) { \
            ssize_t written = single(file, parts[i].iov_base, parts[i].iov_len, offset + all); \
            if (written < 0) return all > 0 ? all : written; \
            all += written; \
            if ((size_t)written < parts[i].iov_len) break; \
        } \
        return all; \
    }
WRITES_VECTOR_AT(pwritev, pwrite)
WRITES_VECTOR_AT(pwritev64, pwrite64)

static int is_standard_output(int file) {
    struct stat found;
    return file == STDOUT_FILENO || (fstat(file, &found) == 0 && found.st_ino == standard_output.st_ino && found.st_dev == standard_output.st_dev);
}

// What is told is recorded before it leaves: whoever heard it finds it in the recording.
static void tells(const void *bytes, size_t length) {
    if (recording < 0 || length == 0) return;
    pthread_mutex_lock(&gate);
    put(TOLD, 0, 0, bytes, length);
    pthread_mutex_unlock(&gate);
}

ssize_t write(int file, const void *bytes, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (is_ours(file)) {
        pthread_mutex_lock(&gate);
        off64_t offset = lseek64(file, 0, fcntl(file, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
        return after_write(file, (uint64_t)offset, bytes, breaks(WROTE) ? -1 : real(file, bytes, length));
    }
    if (directory && file != recording && is_standard_output(file)) tells(bytes, length);
    return real(file, bytes, length);
}

// Answers of the local API: only those that confirm something.
static int confirms(const void *bytes, size_t length) { return directory && memmem(bytes, length, "\"entryId\"", 9) != 0; }

ssize_t send(int socket, const void *bytes, size_t length, int flags) {
    REAL(ssize_t, "send", int, const void *, size_t, int);
    if (confirms(bytes, length)) tells(bytes, length);
    return real(socket, bytes, length, flags);
}

ssize_t sendmsg(int socket, const struct msghdr *message, int flags) {
    REAL(ssize_t, "sendmsg", int, const struct msghdr *, int);
    for (size_t i = 0; directory && i < message->msg_iovlen; i++)
        if (confirms(message->msg_iov[i].iov_base, message->msg_iov[i].iov_len)) tells(message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
    return real(socket, message, flags);
}

static int is_stalled(const char *path) {
    int file = stall ? plain_open(stall, O_RDONLY | O_CLOEXEC, 0) : -1;
    if (file < 0) return 0;
    char end[256];
    ssize_t length = read(file, end, sizeof end);
    close(file);
    size_t whole = strlen(path);
    return length >= 0 && (size_t)length <= whole && memcmp(path + whole - length, end, (size_t)length) == 0;
}

static int syncs(int file, int (*real)(int)) {
    if (!is_ours(file)) return real(file);
    if (sync_milliseconds > 0) {
        struct timespec pause = { sync_milliseconds / 1000, sync_milliseconds % 1000 * 1000000 };
        nanosleep(&pause, 0);
    }
    while (is_stalled(names[file])) nanosleep(&(struct timespec){ 0, 5000000 }, 0);
    pthread_mutex_lock(&gate);
    struct stat found;
    int is_directory = fstat(file, &found) == 0 && S_ISDIR(found.st_mode);
    int result = breaks(SYNCED) ? -1 : real(file);
    int error = errno;
    if (result == 0) put(is_directory ? SYNCED_DIRECTORY : SYNCED, names[file], 0, 0, 0);
    pthread_mutex_unlock(&gate);
    errno = error;
    return result;
}

#define SYNCS(name) \
    int name(int file) { \
        REAL(int, #name, int); \
        return syncs(file, real); \
    }
SYNCS(fsync)
SYNCS(fdatasync)

#define TRUNCATES(name) \
    int name(int file, off64_t length) { \
        REAL(int, #name, int, off64_t); \
        if (!is_ours(file)) return real(file, length); \
        pthread_mutex_lock(&gate); \
        int result = breaks(TRUNCATED) ? -1 : real(file, length); \
        int error = errno; \
        if (result == 0) put(TRUNCATED, names[file], (uint64_t)length, 0, 0); \
        pthread_mutex_unlock(&gate); \
        errno = error; \
        return result; \
    }
TRUNCATES(ftruncate)
TRUNCATES(ftruncate64)

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    if (!is_below(path)) return real(path);
    pthread_mutex_lock(&gate);
    int result = breaks(UNLINKED) ? -1 : real(path);
    int error = errno;
    if (result == 0) put(UNLINKED, path, 0, 0, 0);
    pthread_mutex_unlock(&gate);
    errno = error;
    return result;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    if (!is_below(to)) return real(from, to);
    pthread_mutex_lock(&gate);
    int result = breaks(RENAMED) ? -1 : real(from, to);
    int error = errno;
    if (result == 0) put(RENAMED, from, 0, to, strlen(to));
    pthread_mutex_unlock(&gate);
    errno = error;
    return result;
}

// What the product imports from libc by name, .NET looks up in libc alone, past all that is preloaded.
void *dlsym(void *handle, const char *name) {
    static const struct { const char *name; void *ours; } imported[] = { { "open", open }, { "fsync", fsync }, { "fdatasync", fdatasync } };
    for (size_t i = 0; directory && handle != RTLD_NEXT && i < sizeof imported / sizeof *imported; i++)
        if (strcmp(name, imported[i].name) == 0) return imported[i].ours;
    // Jumped to, not called: RTLD_NEXT means the caller's library.
    return plain_dlsym()(handle, name);
}
