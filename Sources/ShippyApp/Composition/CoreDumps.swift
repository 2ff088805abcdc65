import Foundation

/// Core dumps would contain passwords being hashed and those of engines.
enum CoreDumps {
    /// Disables core dumps of this process. It lowers only the soft limit, so they can be enabled for debugging: `prlimit
    /// --core=unlimited --pid PID`.
    static func disable() {
        var limit = rlimit()
        // On failure, the process serves anyway.
        guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = 0
        _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }
}
