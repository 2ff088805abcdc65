#pragma once
#include <libpq-fe.h>
#include <linux/memfd.h>
#include <sys/syscall.h>
#include <unistd.h>

/// A file that exists only in memory, as long as its descriptor is open; -1 on failure. Swift cannot import memfd_create(2).
static inline int shippy_memory_file(const char *name) { return (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC); }
