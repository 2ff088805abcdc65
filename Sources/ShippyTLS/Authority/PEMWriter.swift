import Foundation
import ShippyCore

/// Writes PEM files so that others see a whole file or none, durably.
enum PEMWriter {
    /// - Parameters:
    ///   - mode: independent of the umask.
    ///   - replacing: whether to replace a file that is there.
    /// - Throws: ``ShippyError`` `.conflict` if the file is there, otherwise `.denied` or `.failed`.
    static func write(_ text: String, to path: String, mode: mode_t, replacing: Bool) throws {
        let temporary = "\(path).\(UUIDv7.next())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        // After a rename it is gone.
        defer { unlink(temporary) }
        defer { close(descriptor) }
        let bytes = Array("\(text)\n".utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
            throw failure(path)
        }
        guard (replacing ? rename(temporary, path) : link(temporary, path)) == 0 else {
            if errno == EEXIST { throw exists(path) }
            throw failure(path)
        }
        try DirectorySync.sync((path as NSString).deletingLastPathComponent)
    }

    static func exists(_ path: String) -> ShippyError {
        ShippyError(.conflict, "\(path) already exists: use --force to replace it, or choose another directory with --out")
    }

    private static func failure(_ path: String) -> ShippyError {
        ShippyError(errno == EACCES || errno == EPERM ? .denied : .failed, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
}
