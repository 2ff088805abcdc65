import Glibc

/// How many files and connections this process may have open.
enum DescriptorLimit {
    /// Raises it as far as the system lets a process do by itself. Shells start with a limit of 1,024, for the sake of
    /// programs that use `select`, and that many clients are soon there.
    ///
    /// - Returns: what it is then.
    static func raise() -> Int {
        var limit = rlimit()
        // Where it cannot be asked for or changed, the process works with what it has.
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        let isRaised = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return Int(clamping: isRaised ? limit.rlim_max : before)
    }
}
