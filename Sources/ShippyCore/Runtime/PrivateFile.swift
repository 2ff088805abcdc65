import Foundation

/// Directories and files that only their owner may read and nobody else may change or replace.
package enum PrivateFile {
    /// Creates the directory and its missing parents with mode 0700, durably.
    /// - Throws: ``ShippyError`` `.denied` if ``checkDirectory(_:)`` refuses it, or it cannot be created or written to.
    package static func prepareDirectory(_ path: String) throws {
        let path = path.isEmpty ? "." : path
        if try !checkDirectory(path) {
            let changed = directoriesThatChange(making: path)
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw ShippyError(.denied, "cannot create directory \(path): \(reason(of: error)); choose another directory")
            }
            for directory in changed { try DirectorySync.sync(directory) }
        }
        guard access(path, W_OK | X_OK) == 0 else { throw cannot("write to directory", path) }
    }

    /// Refuses a directory that ``prepareDirectory(_:)`` would refuse, without creating anything.
    package static func checkPreparable(_ path: String) throws {
        let path = path.isEmpty ? "." : path
        if try checkDirectory(path) {
            guard access(path, W_OK | X_OK) == 0 else { throw cannot("write to directory", path) }
            return
        }
        guard let parent = directoriesThatChange(making: path).last else { return }
        var status = stat()
        if stat(parent, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
            throw ShippyError(.denied, "cannot create directory \(path): \(parent) is not a directory; choose another directory")
        }
        guard access(parent.isEmpty ? "." : parent, W_OK | X_OK) == 0 else {
            throw ShippyError(.denied, "cannot create directory \(path): \(String(cString: strerror(errno))); choose another directory")
        }
    }

    /// The directories that get a new entry when `path` is created: its parent, and the parent of each created parent.
    private static func directoriesThatChange(making path: String) -> [String] {
        var directories: [String] = []
        var missing = path
        while !missing.isEmpty, missing != "/", access(missing, F_OK) != 0 {
            missing = (missing as NSString).deletingLastPathComponent
            directories.append(missing)
        }
        return directories
    }

    /// Refuses a directory that others can write to or replace, or that is a symbolic link. Others can replace it if one of its
    /// parents is writable by everyone without the sticky bit.
    ///
    /// An existing directory may be readable by others: the files in it have their own modes.
    /// - Returns: whether `path` exists.
    /// - Throws: ``ShippyError`` `.denied`, with a remedy in the message.
    @discardableResult
    package static func checkDirectory(_ path: String) throws -> Bool {
        try checkParents(of: path)
        // With a slash at the end, lstat follows a symbolic link.
        var trimmed = path
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        var status = stat()
        guard lstat(trimmed, &status) == 0 else {
            if errno == ENOENT { return false }
            throw cannot("use directory", path)
        }
        if status.st_mode & S_IFMT == S_IFLNK {
            let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: trimmed)).map { " (\($0.visiblyEscaped(limit: 200)))" } ?? ""
            throw ShippyError(.denied, "directory \(path) is a symbolic link: use its target\(target)")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw ShippyError(.denied, "\(path) is not a directory: choose another directory")
        }
        guard status.st_uid == geteuid() else {
            throw ShippyError(.denied, "directory \(path) \(foreign(status.st_uid)): choose another directory")
        }
        guard status.st_mode & 0o022 == 0 else {
            let advice = status.st_mode & S_ISVTX == 0 ? "run `chmod 700 \(path)`, or choose another directory" : "choose another with --home"
            throw ShippyError(.denied, "directory \(path) is writable by other users: \(advice)")
        }
        return true
    }

    /// Like ``checkDirectory(_:)``, but an empty directory gets mode 0700 instead of being refused.
    package static func checkHome(_ path: String) throws {
        guard try checkDirectory(path) else { return }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0, (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty == true
        else { return }
        guard chmod(path, 0o700) == 0 else { throw cannot("set the mode of directory", path) }
    }

    /// Refuses a path through a directory that everyone can rename or replace, or through a symbolic link that is owned by
    /// neither this user nor root.
    private static func checkParents(of path: String) throws {
        let parent = (path.absolutePath as NSString).deletingLastPathComponent
        // Checks the path as written, and with its links resolved. Missing directories are skipped: we create them.
        for start in [parent, realPath(parent) ?? parent] {
            var directory = start
            while true {
                var status = stat()
                if stat(directory, &status) == 0, status.st_mode & S_IWOTH != 0, status.st_mode & S_ISVTX == 0 {
                    throw ShippyError(
                        .denied,
                        "directory \(path) can be replaced by other users: \(directory) is writable by everyone; run `chmod o-w \(directory)`, or choose another directory"
                    )
                }
                if lstat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, status.st_uid != geteuid(), status.st_uid != 0 {
                    throw ShippyError(
                        .denied,
                        "directory \(path) is behind the symbolic link \(directory), which \(foreign(status.st_uid)): choose another directory")
                }
                if directory == "/" || directory.isEmpty { break }
                directory = (directory as NSString).deletingLastPathComponent
            }
        }
    }

    /// Creates the file with mode 0600 if it is missing, and sets that mode on a file that others may read.
    ///
    /// An existing file is not opened: closing it would release the locks that SQLite holds on it in this process (POSIX locks,
    /// see fcntl(2)).
    /// - Throws: ``ShippyError`` `.denied` for a symbolic link or another user's file.
    package static func prepareFile(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
        guard descriptor >= 0 || errno == EEXIST else {
            if errno == ENOSPC { throw ShippyError(.unavailable, "cannot create \(path): the disk is full") }
            throw cannot("make", path)
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw cannot("read the attributes of", path) }
        guard status.st_mode & S_IFMT != S_IFLNK else {
            throw ShippyError(.denied, "\(path) is a symbolic link: use its target")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ShippyError(.denied, "\(path) is not a regular file") }
        guard status.st_uid == geteuid() else { throw ShippyError(.denied, "\(path) \(foreign(status.st_uid))") }
        guard status.st_mode & 0o077 == 0 || chmod(path, 0o600) == 0 else { throw cannot("set the mode of", path) }
        guard access(path, R_OK | W_OK) == 0 else { throw cannot("open", path) }
    }

    /// Refuses a configuration file or directory that someone else may have written. It must be owned by this user or root, be
    /// writable only by its owner, and not be a symbolic link to a target outside `directory`. A missing file is accepted.
    ///
    /// - Parameter name: a name in `directory`, which must have been checked.
    /// - Throws: ``ShippyError`` `.denied`, with a remedy in the message.
    package static func checkTrusted(_ name: String, in directory: String) throws {
        let path = "\(directory)/\(name)"
        guard let real = realPath(path) else {
            guard errno == ENOENT else { throw cannot("use", path) }
            return
        }
        guard let root = realPath(directory), real == root || real.hasPrefix(root + "/") else {
            throw ShippyError(.denied, "\(path) is a symbolic link to a file outside \(directory): put the file itself there")
        }
        var status = stat()
        guard stat(real, &status) == 0 else { throw cannot("use", path) }
        guard status.st_uid == geteuid() || status.st_uid == 0 else { throw ShippyError(.denied, "\(path) \(foreign(status.st_uid))") }
        guard status.st_mode & 0o022 == 0 else {
            throw ShippyError(.denied, "\(path) is writable by other users: run `chmod go-w \(path)`")
        }
    }

    /// Reads a file of secrets, which nobody but this user may read.
    ///
    /// - Parameter limit: the largest size accepted, in bytes.
    /// - Returns: nil if there is no such file.
    /// - Throws: ``ShippyError`` `.denied` for a symbolic link, another user's file, or one that others may read or write, with a
    ///   remedy in the message; `.tooLarge` for one larger than `limit`.
    package static func readSecrets(_ path: String, limit: Int) throws -> [UInt8]? {
        // Opening a named pipe must not wait.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return nil
            case ELOOP: throw ShippyError(.denied, "\(path) is a symbolic link: put the file itself there")
            default: throw cannot("open", path)
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw cannot("read the attributes of", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ShippyError(.denied, "\(path) is not a regular file") }
        guard status.st_uid == geteuid() else { throw ShippyError(.denied, "\(path) \(foreign(status.st_uid))") }
        guard status.st_mode & 0o077 == 0 else {
            throw ShippyError(.denied, "\(path) can be read by other users, and may contain passwords: run `chmod 600 \(path)`")
        }
        guard status.st_size <= limit else { throw ShippyError(.tooLarge, "\(path) is larger than \(limit) bytes") }
        return try read(descriptor, limit: limit, path)
    }

    private static func read(_ descriptor: Int32, limit: Int, _ path: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let room = limit + 1 - bytes.count
            let block = try [UInt8](unsafeUninitializedCapacity: min(room, 64 * 1024)) { buffer, count in
                var result = Foundation.read(descriptor, buffer.baseAddress!, buffer.count)
                while result < 0, errno == EINTR { result = Foundation.read(descriptor, buffer.baseAddress!, buffer.count) }
                guard result >= 0 else { throw cannot("read", path) }
                count = result
            }
            if block.isEmpty { return bytes }
            bytes += block
        }
        throw ShippyError(.tooLarge, "\(path) is larger than \(limit) bytes")
    }

    /// Replaces a file of secrets, or creates it, with mode 0600. A crash leaves the old content or the new, and once this returns
    /// a power cut does, too.
    ///
    /// Only one process may do this at a time; see ``FileLock``.
    /// - Throws: ``ShippyError`` `.denied` or `.unavailable` with the system's reason.
    package static func writeSecrets(_ bytes: [UInt8], to path: String) throws {
        let temporary = "\(path).new"
        // Left by a process that died.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw cannotWrite(path) }
        do {
            defer { close(descriptor) }
            try bytes.withUnsafeBytes { buffer in
                var position = 0
                while position < buffer.count {
                    let count = Foundation.write(descriptor, buffer.baseAddress! + position, buffer.count - position)
                    guard count >= 0 || errno == EINTR else { throw cannotWrite(path) }
                    position += max(0, count)
                }
            }
            guard fsync(descriptor) == 0 else { throw cannotWrite(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let failure = cannotWrite(path)
            unlink(temporary)
            throw failure
        }
        try DirectorySync.sync((path as NSString).deletingLastPathComponent)
    }

    private static func cannotWrite(_ path: String) -> ShippyError {
        errno == EACCES || errno == EROFS || errno == EPERM
            ? cannot("write", path) : ShippyError(.unavailable, "cannot write \(path): \(String(cString: strerror(errno)))")
    }

    /// Refuses a private key that others can read or replace. It must be a regular file of this user with mode 0600 or less, or of
    /// root with mode 0640 or less: Debian's packages keep keys like that, readable by a group. Symbolic links are followed.
    ///
    /// - Throws: ``ShippyError`` `.usage` if there is no such file, and `.denied`, with a remedy in the message.
    package static func checkKey(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { throw ShippyError(.usage, "private key \(path) does not exist") }
            throw cannot("read private key", path)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ShippyError(.denied, "private key \(path) is not a regular file") }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw ShippyError(.denied, "private key \(path) \(foreign(status.st_uid))")
        }
        guard status.st_mode & (status.st_uid == 0 ? 0o037 : 0o077) == 0 else {
            throw ShippyError(.denied, "private key \(path) can be read or changed by other users: run `chmod 600 \(path)`")
        }
        guard access(path, R_OK) == 0 else { throw cannot("read private key", path) }
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// `is owned by root; you are postgres`
    private static func foreign(_ owner: uid_t) -> String {
        "is owned by \(SystemUser.name(of: owner)); you are \(SystemUser.name(of: geteuid()))"
    }

    private static func cannot(_ verb: String, _ path: String) -> ShippyError {
        ShippyError(.denied, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }

    private static func reason(of error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey]
        if let code = (underlying as? POSIXError)?.code.rawValue { return String(cString: strerror(code)) }
        guard let underlying = underlying as? NSError, underlying.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
        return String(cString: strerror(Int32(underlying.code)))
    }
}
