import ShippyCore

/// A lock on a directory, held by one process at a time and released when that process ends.
///
/// It is a lock on a file in the directory. The directory itself could be locked by anyone who may list it.
struct DirectoryLock: ~Copyable {
    private static let limit = Duration.seconds(20)

    private let lock: FileLock

    /// The lock file, which must exist.
    static func path(_ directory: String) -> String { "\(directory)/.lock" }

    /// Waits for the lock.
    /// - Throws: ``ShippyError`` `.denied` when the lock file cannot be opened, `.unavailable` when another process has held the
    ///   lock for 20 s.
    init(_ directory: String) throws {
        lock = try FileLock(
            Self.path(directory), within: Self.limit,
            busy: "directory \(directory) is locked: another process has been opening a database in it for 20 s")
    }
}
