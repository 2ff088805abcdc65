import CAllocator

/// The heaps that glibc's allocator keeps, up to eight for each processor, so that threads seldom wait for each other.
enum AllocatorArenas {
    /// Has at most so many of them made from now on. What one thread frees in its heap is of no use to another's: a process
    /// whose threads hand a hundred thousand small things to each other takes a tenth more memory with many.
    static func limit(to count: Int32) {
        mallopt(M_ARENA_MAX, count)
    }
}
