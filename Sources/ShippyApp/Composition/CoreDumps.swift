import Foundation

/// Core dumps would contain tokens, passwords being hashed, and those of engines.
///
/// The process stays dumpable (`PR_SET_DUMPABLE`), because otherwise its files in `/proc` would belong to root, and neither a
/// debugger nor `prlimit --core` would help its user.
enum CoreDumps {
    /// Disables core dumps of this process. It lowers only the soft limit, so they can be enabled for debugging: `prlimit
    /// --core=unlimited --pid PID`.
    ///
    /// With a limit of 1 byte, the kernel starts no program for core dumps (`kernel.core_pattern`) either; with 0, it does.
    static func disable() {
        var limit = rlimit()
        // On failure, the process serves anyway.
        guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(1, limit.rlim_max)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }
}
