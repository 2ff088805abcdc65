import Foundation
import ShippyCore
import Testing

@testable import ShippyRPCClient

struct LocalPeerTests {
    private static let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

    private func end(_ address: String, _ port: Int) throws -> LocalPeer.End {
        LocalPeer.End(address: try #require(IPAddress(address)), port: port)
    }

    /// A line of `/proc/net/tcp`, without what nobody reads.
    private func line(_ local: String, _ remote: String, state: String = "01", user: Int, inode: Int = 77) -> String {
        "   0: \(local) \(remote) \(state) 00000000:00000000 00:00000000 00000000 \(user)        0 \(inode) 1 0 20 4 30 10 -1\n"
    }

    /// Who is at port 0x1f93 of a connection from port 0xc000.
    private func peer(_ lines: String..., at address: String = "127.0.0.1") throws -> LocalPeer {
        LocalPeer.find(
            server: try end(address, 0x1f93), client: try end(address, 0xc000), in: [Data((Self.head + lines.joined()).utf8), Data(Self.head.utf8)])
    }

    @Test func itIsWhoAcceptedTheConnection() throws {
        #expect(try peer(line("0100007F:1F93", "0100007F:C000", user: 1000)) == .users([1000]))
        #expect(
            try peer(
                line("0100007F:1F93", "00000000:0000", state: "0A", user: 1), line("0100007F:C000", "0100007F:1F93", user: 2),
                line("0100007F:1F93", "0100007F:C001", user: 3), line("0100007F:1F93", "0100007F:C000", user: 1000),
                line("0200007F:1F93", "0100007F:C000", user: 4), line("0100007F:1F92", "0100007F:C000", user: 5)) == .users([1000]))
    }

    /// Its owner is then shown as root, who is trusted.
    @Test func aConnectionThatNobodyHasAcceptedHasNoUser() throws {
        #expect(try peer(line("0100007F:1F93", "0100007F:C000", user: 0, inode: 0)) == .notAccepted)
        #expect(try peer(line("0100007F:1F93", "0100007F:C000", state: "03", user: 0, inode: 0)) == .notAccepted)
        // It is being closed.
        #expect(try peer(line("0100007F:1F93", "0100007F:C000", state: "06", user: 0, inode: 0)) == .notAccepted)
        #expect(try peer(line("0100007F:1F93", "0100007F:C000", state: "04", user: 0)) == .notAccepted)
    }

    @Test func theOtherEndMayBeUnknown() throws {
        #expect(try peer() == .unknown)
        #expect(try peer(line("0100007F:1F93", "00000000:0000", state: "0A", user: 0)) == .unknown)
        #expect(LocalPeer.find(server: try end("127.0.0.1", 1), client: try end("127.0.0.1", 2), in: []) == .unknown)
    }

    @Test func aServerOfBothFamiliesIsFound() throws {
        let mapped = "0000000000000000FFFF00000100007F"
        #expect(try peer(line("\(mapped):1F93", "\(mapped):C000", user: 1000)) == .users([1000]))
        #expect(try peer(line("\(mapped):1F93", "\(mapped):C000", user: 1000), at: "::ffff:127.0.0.1") == .users([1000]))
    }

    @Test func aServerWithIPv6IsFound() throws {
        let loopback = "00000000000000000000000001000000"
        #expect(try peer(line("\(loopback):1F93", "\(loopback):C000", user: 1000), at: "::1") == .users([1000]))
    }

    @Test func everyConnectionWithTheseEndsCounts() throws {
        let own = line("0100007F:1F93", "0100007F:C000", user: 1000)
        #expect(try peer(own, line("0100007F:1F93", "0100007F:C000", user: 1001)) == .users([1000, 1001]))
        #expect(try peer(own, line("0100007F:1F93", "0100007F:C000", user: 0, inode: 0)) == .notAccepted)
    }
}
