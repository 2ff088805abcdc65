import Foundation
import Testing

@testable import ShippyCore

@Suite struct FileSystemTests {
    private let mounts = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        30 22 0:45 / /srv rw,relatime shared:9 master:2 - nfs4 server:/export rw,vers=4.2
        31 22 0:26 / /run rw,nosuid - tmpfs tmpfs rw,size=5m
        """

    /// The device number as makedev(3) puts it together.
    private func device(_ major: UInt64, _ minor: UInt64) -> UInt64 {
        (major & 0xfff) << 8 | (minor & 0xff) | (minor & ~0xff) << 12 | (major & ~0xfff) << 32
    }

    @Test func theTypeIsFoundByTheDevice() {
        #expect(FileSystem.type(device: device(254, 0), in: mounts) == "ext4")
        #expect(FileSystem.type(device: device(0, 45), in: mounts) == "nfs4")
        #expect(FileSystem.type(device: device(0, 300), in: mounts + "\n32 1 0:300 / /a rw - 9p a rw") == "9p")
        #expect(FileSystem.type(device: device(0, 1), in: mounts) == nil)
        #expect(FileSystem.type(device: device(0, 26), in: "31 22 0:26 / /run rw") == nil)
    }

    @Test func networksAndMemoryAreToldFromDisks() {
        #expect(FileSystem.kind("nfs4") == .network("nfs4"))
        #expect(FileSystem.kind("tmpfs") == .memory)
        #expect(FileSystem.kind("ext4") == .disk)
        #expect(FileSystem.kind("") == .disk)
    }

    @Test func theRootHasRoomAndANameThatDoesNotExistHasNone() throws {
        #expect(try #require(FileSystem("/")).free > 0)
        #expect(FileSystem("/no such directory") == nil)
    }
}
