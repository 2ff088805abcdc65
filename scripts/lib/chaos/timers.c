/*
 * libfaketime 0.9.10 treats every timerfd as one of the wall clock. With the clock an hour back, a timer of the monotonic clock
 * fires an hour late, which a real change of the clock never causes. Preload this library before libfaketime, so that timers work
 * as usual.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_settime(int descriptor, int flags, const struct itimerspec *new, struct itimerspec *old) {
    return (int)syscall(SYS_timerfd_settime, descriptor, flags, new, old);
}
