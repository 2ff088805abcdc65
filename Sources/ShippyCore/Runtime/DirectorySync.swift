import Foundation

/// Makes the names in a directory survive a power cut: a new or renamed file is there only once its directory is synced.
package enum DirectorySync {
    /// - Throws: ``ShippyError`` `.unavailable` when the directory cannot be opened or synced.
    package static func sync(_ path: String) throws {
        let path = path.isEmpty ? "." : path
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // A directory that may be passed through and not listed, such as /home of somebody else: its names are not ours to keep.
            if errno == EACCES { return }
            throw cannot("open", path)
        }
        defer { close(descriptor) }
        // EINVAL: a file system that syncs no directories has nothing to be synced.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw cannot("sync", path) }
    }

    /// Syncs a directory and the one that has its name, which whoever made it may not have lived to do.
    package static func syncWithName(_ path: String) throws {
        try sync(path)
        try sync((path as NSString).deletingLastPathComponent)
    }

    private static func cannot(_ verb: String, _ path: String) -> ShippyError {
        ShippyError(.unavailable, "cannot \(verb) directory \(path): \(String(cString: strerror(errno)))", retryAfter: .seconds(5))
    }
}
