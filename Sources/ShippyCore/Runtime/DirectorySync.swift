import Foundation

/// Makes directory entries survive a power cut: a new or renamed file is durable only after its directory is synced.
package enum DirectorySync {
    /// - Throws: ``ShippyError`` `.unavailable` when the directory cannot be opened or synced.
    package static func sync(_ path: String) throws {
        let path = path.isEmpty ? "." : path
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // The directory may be traversed but not listed, such as another user's /home. Its entries are not ours to sync.
            if errno == EACCES { return }
            throw cannot("open", path)
        }
        defer { close(descriptor) }
        // EINVAL: the file system does not sync directories, and does not need to.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw cannot("sync", path) }
    }

    /// Syncs a directory and its parent, because the process that created it may have died before syncing the parent.
    package static func syncWithName(_ path: String) throws {
        try sync(path)
        try sync((path as NSString).deletingLastPathComponent)
    }

    private static func cannot(_ verb: String, _ path: String) -> ShippyError {
        ShippyError(.unavailable, "cannot \(verb) directory \(path): \(String(cString: strerror(errno)))", retryAfter: .seconds(5))
    }
}
