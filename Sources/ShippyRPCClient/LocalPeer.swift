import Foundation
import Glibc
import ShippyCore

/// Whose process is at the server's end of a connection within this machine.
///
/// A service that died stays registered until its lease ends, and any user of the machine can listen on its port meanwhile. Who
/// listens on the port may change at any time; who has accepted a connection does not.
enum LocalPeer: Equatable {
    /// The processes of these users have accepted it. There is one, unless the system shows several connections with the same ends.
    case users(Set<uid_t>)
    /// The system has taken the connection, but no process has accepted it yet. Its owner is then shown as root.
    case notAccepted
    /// The system does not show the other end, so it may be on another machine, or in another network namespace.
    case unknown

    /// One end of a connection.
    struct End: Equatable {
        let address: IPAddress
        let port: Int
    }

    /// Blocks while it reads the system's tables of connections.
    /// - Parameters:
    ///   - client: this process's end.
    ///   - server: the end that the process is searched for.
    static func find(server: End, client: End) -> LocalPeer {
        find(server: server, client: client, in: ["/proc/net/tcp", "/proc/net/tcp6"].map(contents))
    }

    /// The whole table: the system returns it in pieces of a page, and Foundation takes the first piece for the end.
    /// - Returns: nothing for a file that cannot be read.
    private static func contents(of path: String) -> Data {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return Data() }
        defer { close(file) }
        var contents = Data()
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(file, &piece, piece.count), count > 0 { contents.append(contentsOf: piece[..<count]) }
        return contents
    }

    /// - Parameter tables: see https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
    static func find(server: End, client: End, in tables: [Data]) -> LocalPeer {
        let found = tables.flatMap { table in
            // A server that listens for both families shows a connection over IPv4 in the table of IPv6.
            [false, true].flatMap { owners(between: "\(field(server, isMapped: $0)) \(field(client, isMapped: $0)) ", in: table) }
        }
        if found.isEmpty { return .unknown }
        let users = found.compactMap { $0 }
        return users.count == found.count ? .users(Set(users)) : .notAccepted
    }

    /// The users of the lines with these ends; nil for one whose connection no process has.
    private static func owners(between ends: String, in table: Data) -> [uid_t?] {
        var owners: [uid_t?] = []
        var rest = table[...]
        // Before the ends: the number of the line, and a colon.
        while let found = rest.range(of: Data(": \(ends)".utf8)) {
            rest = rest[found.upperBound...]
            // State, queues, timer, retransmissions, user, timeout, inode, …
            let fields = String(decoding: rest.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self).split(separator: " ")
            let isAccepted = fields.count > 6 && fields[0] == "01" && fields[6] != "0"
            owners.append(isAccepted ? uid_t(fields[4]) : nil)
        }
        return owners
    }

    /// An address and a port as in the tables: each 32 bits of the address in the machine's byte order.
    private static func field(_ end: End, isMapped: Bool) -> String {
        let address = end.address.unmapped
        let prefix: [UInt8] = isMapped && address.family == .v4 ? Array(repeating: 0, count: 10) + [255, 255] : []
        let bytes = prefix + address.bytes
        let words = stride(from: 0, to: bytes.count, by: 4).map { start in
            bytes.withUnsafeBytes { hexadecimal($0.loadUnaligned(fromByteOffset: start, as: UInt32.self)) }
        }
        return "\(words.joined()):\(hexadecimal(UInt16(truncatingIfNeeded: end.port)))"
    }

    private static func hexadecimal(_ value: some FixedWidthInteger & UnsignedInteger) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: type(of: value).bitWidth / 4 - digits.count) + digits
    }
}
