import CAllocator

/// The arenas of glibc's allocator: up to eight per processor, so that threads seldom wait for each other.
enum AllocatorArenas {
    /// Limits the number of arenas from now on. Memory that one thread frees in its arena cannot be used in another's. With many
    /// arenas, a process whose threads pass a hundred thousand small objects to each other needs a tenth more memory.
    static func limit(to count: Int32) {
        mallopt(M_ARENA_MAX, count)
    }

    /// Returns unused memory to the system. Reading a hundred thousand instances leaves some twelve MiB of it behind. Takes a few
    /// milliseconds, in which other threads may have to wait for memory.
    static func trim() {
        malloc_trim(0)
    }
}
