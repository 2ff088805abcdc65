/*
 * libfaketime 0.9.10 takes every timerfd for one of the wall clock: with the clock an hour back, a timer of the monotonic clock
 * comes an hour late, which no moved clock does to a program. Preloaded before libfaketime, this leaves timers alone.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_settime(int descriptor, int flags, const struct itimerspec *new, struct itimerspec *old) {
    return (int)syscall(SYS_timerfd_settime, descriptor, flags, new, old);
}
