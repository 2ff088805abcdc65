import Foundation

/// Directories and files that only their owner may read.
package enum PrivateFile {
    /// Makes the directory with mode 0700 when it is missing, durably, with those above it.
    /// - Throws: ``ShippyError`` `.denied` when it belongs to another user or others may write to it.
    package static func prepareDirectory(_ path: String) throws {
        let path = path.isEmpty ? "." : path
        if try !checkDirectory(path) {
            let changed = directoriesThatChange(making: path)
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw ShippyError(.denied, "cannot make directory \(path): \(reason(of: error)); choose another with --home")
            }
            for directory in changed { try DirectorySync.sync(directory) }
        }
        guard access(path, W_OK | X_OK) == 0 else { throw cannot("write to directory", path) }
    }

    /// Those that get a new name when `path` is made: the one above it, and above each that is made on the way.
    private static func directoriesThatChange(making path: String) -> [String] {
        var directories: [String] = []
        var missing = path
        while !missing.isEmpty, missing != "/", access(missing, F_OK) != 0 {
            missing = (missing as NSString).deletingLastPathComponent
            directories.append(missing)
        }
        return directories
    }

    /// - Returns: whether there is something at `path`.
    /// - Throws: ``ShippyError`` `.denied` when it is no directory, or belongs to another user.
    @discardableResult
    package static func checkDirectory(_ path: String) throws -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return false }
            throw cannot("use directory", path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw ShippyError(.denied, "\(path) is not a directory: choose another with --home")
        }
        guard status.st_uid == geteuid() else {
            throw ShippyError(.denied, "directory \(path) belongs to user \(status.st_uid), not to you: choose another with --home")
        }
        return true
    }

    /// Makes the file with mode 0600 when it is missing.
    /// - Throws: ``ShippyError`` `.denied` for a symbolic link or a file of another user.
    package static func prepareFile(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == ELOOP { throw ShippyError(.denied, "\(path) is a symbolic link, which is refused: use the file itself") }
            if errno == ENOSPC { throw ShippyError(.unavailable, "cannot make \(path): the disk is full") }
            throw cannot("open", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw cannot("look at", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ShippyError(.denied, "\(path) is not a regular file") }
        guard status.st_uid == geteuid() else {
            throw ShippyError(.denied, "\(path) belongs to user \(status.st_uid), not to you")
        }
        if status.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
    }

    private static func cannot(_ verb: String, _ path: String) -> ShippyError {
        ShippyError(.denied, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }

    private static func reason(of error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        if let underlying, underlying.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(underlying.code))) }
        return error.localizedDescription
    }
}
