import Foundation

/// Ordinary files, which are no devices, pipes or directories. Reads small ones as a whole.
package enum RegularFile {
    package enum Fault: Error, Hashable, Sendable {
        /// - Parameter reason: the system's.
        case unreadable(_ reason: String)
        /// A directory, a pipe or a device.
        case notRegular
        case empty
        case tooLarge
    }

    /// Whether a descriptor is one's.
    package static func isOpen(at descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Blocks the thread.
    /// - Parameter limit: the largest size accepted, in bytes.
    package static func read(_ path: String, limit: Int) throws(Fault) -> [UInt8] {
        // Opening a pipe must not wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        let data: Data?
        do { data = try handle.read(upToCount: limit + 1) } catch { throw .unreadable(String(describing: error)) }
        guard let data, !data.isEmpty else { throw .empty }
        guard data.count <= limit else { throw .tooLarge }
        return [UInt8](data)
    }
}
