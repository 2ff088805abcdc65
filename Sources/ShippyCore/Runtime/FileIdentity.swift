import Foundation

/// Identifies a file, whatever its path.
package struct FileIdentity: Hashable, Sendable, CustomStringConvertible {
    package let device: UInt
    package let inode: UInt

    /// Nil if there is no file at `path`, or its directory cannot be searched. Symbolic links are followed.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
    }

    package var description: String { "\(String(device, radix: 16))-\(String(inode, radix: 16))" }
}
