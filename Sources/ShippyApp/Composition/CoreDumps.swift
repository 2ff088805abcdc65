import Foundation

/// Copies of a process's memory that the system writes when it dies: passwords that are being hashed and those of engines are in it.
enum CoreDumps {
    /// Has this process leave none. Only its own limit is lowered, so that somebody who looks for a fault can raise it again:
    /// `prlimit --core=unlimited --pid PID`.
    static func disable() {
        var limit = rlimit()
        // Where it cannot be asked for or changed, the process serves all the same.
        guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = 0
        _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }
}
