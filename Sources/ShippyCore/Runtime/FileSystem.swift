import Foundation

/// The file system that holds a path: statvfs(3), and the type that /proc/self/mountinfo has of it.
package struct FileSystem: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case disk
        /// Gone after a restart of the machine.
        case memory
        /// On another machine. Locks and shared memory, which SQLite needs between processes, may not work there.
        case network(String)
    }

    package let kind: Kind
    /// What this user may still write, in bytes.
    package let free: Int64
    /// The number of files that can still be made; nil if the file system has no such limit.
    package let freeFiles: Int64?

    package init(kind: Kind, free: Int64, freeFiles: Int64?) {
        self.kind = kind
        self.free = free
        self.freeFiles = freeFiles
    }

    /// Nil if the path does not exist, or may not be looked at.
    package init?(_ path: String) {
        var room = statvfs()
        var status = stat()
        guard statvfs(path, &room) == 0, stat(path, &status) == 0 else { return nil }
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        kind = Self.kind(Self.type(device: UInt64(status.st_dev), in: mounts) ?? "")
        free = Int64(clamping: UInt64(room.f_bavail).multipliedReportingOverflow(by: UInt64(room.f_frsize)).partialValue)
        freeFiles = room.f_files == 0 ? nil : Int64(clamping: room.f_favail)
    }

    private static let networks: Set<String> = ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "lustre", "glusterfs", "fuse.sshfs", "fuse.glusterfs"]

    static func kind(_ type: String) -> Kind {
        if networks.contains(type) { return .network(type) }
        return ["tmpfs", "ramfs"].contains(type) ? .memory : .disk
    }

    /// The type of the file system with this device number, in the format of proc(5):
    /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`.
    static func type(device: UInt64, in mounts: String) -> String? {
        // The numbers as the C library takes them apart: see makedev(3).
        let major = (device >> 8) & 0xfff | (device >> 32) & ~0xfff
        let minor = device & 0xff | (device >> 12) & ~0xff
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2, fields[2] == "\(major):\(minor)", let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
            return String(fields[dash + 1])
        }
        return nil
    }
}
