import Glibc

/// The limit of open files and connections.
enum DescriptorLimit {
    /// Raises the limit as far as the system allows without privileges. Shells start with 1,024, for programs that use `select`,
    /// and that many clients are quickly reached.
    ///
    /// - Returns: the new limit.
    static func raise() -> Int {
        var limit = rlimit()
        // On failure, the process works with the limit it has.
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        let isRaised = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return Int(clamping: isRaised ? limit.rlim_max : before)
    }
}
