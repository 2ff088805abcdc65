import Foundation

/// A file, whatever path leads to it.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt
    private let inode: UInt

    /// Nil where there is no file at `path`, or it cannot be looked at. A symbolic link stands for what it leads to.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
    }
}
