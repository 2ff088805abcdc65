import Foundation

/// Tells whether files have changed, by their attributes.
package struct FileStamp: Hashable, Sendable {
    private struct Attributes: Hashable, Sendable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var modified: [Int]
        var changed: [Int]

        /// - Returns: nil if there is no such file.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, inode, size) = (UInt64(status.st_dev), UInt64(status.st_ino), Int64(status.st_size))
            modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
            changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
        }
    }

    private let files: [Attributes?]

    package init(_ paths: [String]) {
        files = paths.map(Attributes.init)
    }
}
