/* Moves clocks of the process it is preloaded into: the wall clock, and the time since the boot. Timers and the monotonic clock that
   the runtime lives by stay as they are. The file named by EDGERETAIL_WALL_CLOCK holds the two offsets in milliseconds as 8 bytes
   each; they may change while the process runs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef void *(*symbol_finder)(void *, const char *);

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static volatile int64_t *offsets;

/* dlsym itself, by the versions it has had in the C libraries of our machines. */
static symbol_finder plain_dlsym(void)
{
    static symbol_finder real;
    static const char *const versions[] = { "GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5" };
    for (size_t i = 0; !real && i < sizeof versions / sizeof *versions; i++) real = (symbol_finder)dlvsym(RTLD_NEXT, "dlsym", versions[i]);
    return real;
}

__attribute__((constructor)) static void begin(void)
{
    real_clock_gettime = plain_dlsym()(RTLD_NEXT, "clock_gettime");
    const char *path = getenv("EDGERETAIL_WALL_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *page = mmap(0, 2 * sizeof *offsets, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED) offsets = page;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    if (!real_clock_gettime) begin();
    int result = real_clock_gettime(clock, now);
    int is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    if (result || !offsets || (!is_wall && clock != CLOCK_BOOTTIME)) return result;
    int64_t offset = offsets[is_wall ? 0 : 1];
    int64_t nanoseconds = now->tv_nsec + (offset % 1000) * 1000000;
    now->tv_sec += offset / 1000 + (nanoseconds < 0 ? -1 : nanoseconds / 1000000000);
    now->tv_nsec = nanoseconds < 0 ? nanoseconds + 1000000000 : nanoseconds % 1000000000;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return result;
}

time_t time(time_t *now)
{
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now) *now = exact.tv_sec;
    return exact.tv_sec;
}

/* What the product imports from libc by name, .NET looks up in libc alone, past all that is preloaded: so it asks since when the
   machine runs. */
void *dlsym(void *handle, const char *name)
{
    if (offsets && handle != RTLD_NEXT && strcmp(name, "clock_gettime") == 0) return clock_gettime;
    /* Jumped to, not called: RTLD_NEXT means the caller's library. */
    return plain_dlsym()(handle, name);
}
