import Foundation

/// A file with a key or a token in it, which nobody else may read.
package enum SecretFile {
    /// The content without the line break at its end.
    ///
    /// The file must be a regular one that belongs to this user or root, and that nobody else can read or write. A file of root's may
    /// be readable by its group: that is how systemd passes credentials, and Kubernetes secrets, to a service of another user.
    ///
    /// Blocks the thread.
    ///
    /// - Parameters:
    ///   - name: what the file is, in messages: `secret`.
    ///   - limit: the largest size in bytes.
    ///   - remedy: what to do about a missing or unusable file.
    /// - Throws: ``ShippyError`` `.usage` for a missing, empty or large file, `.denied` for one that others can read.
    package static func read(_ path: String, name: String, limit: Int = 4096, remedy: String) throws(ShippyError) -> [UInt8] {
        // Opening a FIFO must not wait for its writer.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else {
            let reason = String(cString: strerror(errno))
            throw ShippyError(errno == ENOENT ? .usage : .denied, "cannot read the \(name) file \(path): \(reason); \(remedy)")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ShippyError(.denied, "the \(name) file \(path) is not a regular file; \(remedy)")
        }
        try checkReaders(status, path, name: name)
        let content = try content(of: file, limit: limit, "cannot read the \(name) file \(path)")
        guard let content, !content.isEmpty else {
            throw ShippyError(.usage, "the \(name) file \(path) is \(content == nil ? "larger than \(limit) bytes" : "empty"); \(remedy)")
        }
        return content
    }

    /// Checks who can read a file whose content is read elsewhere. What is not a regular file, such as a pipe, is nobody else's to read.
    ///
    /// - Throws: ``ShippyError`` `.denied`, as ``read(_:name:limit:remedy:)``. A file that is missing is for the reader to report.
    package static func checkReaders(_ path: String, name: String) throws(ShippyError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        try checkReaders(status, path, name: name)
    }

    /// Whether this is a file of root's that a group of this process can read, and nobody else: a credential from systemd, or a secret
    /// from Kubernetes.
    package static func isPassedOn(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return isPassedOn(status) && status.st_mode & 0o077 == 0o040
    }

    private static func isPassedOn(_ status: stat) -> Bool { status.st_uid == 0 && geteuid() != 0 }

    private static func checkReaders(_ status: stat, _ path: String, name: String) throws(ShippyError) {
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw ShippyError(.denied, "the \(name) file \(path) belongs to another user: make it your own")
        }
        guard status.st_mode & (isPassedOn(status) ? 0o037 : 0o077) == 0 else {
            throw ShippyError(
                .denied, "other users can read the \(name) file \(path): run `chmod 600 \(path)`, and replace the \(name) if they may have")
        }
    }

    /// Nil if there is more.
    private static func content(of file: Int32, limit: Int, _ failure: String) throws(ShippyError) -> [UInt8]? {
        // Wiped, so that only the value that is returned stays in memory.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 3, alignment: 1)
        defer {
            explicit_bzero(buffer.baseAddress!, buffer.count)
            buffer.deallocate()
        }
        var count = 0
        while count < buffer.count {
            let read = Glibc.read(file, buffer.baseAddress! + count, buffer.count - count)
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw ShippyError(.denied, "\(failure): \(String(cString: strerror(errno)))") }
            if read == 0 { break }
            count += read
        }
        var content = buffer[..<count]
        if content.last == 0x0a { content.removeLast() }
        if content.last == 0x0d { content.removeLast() }
        return content.count <= limit ? Array(content) : nil
    }
}
