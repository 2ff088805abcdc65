import Foundation
import ShippyCore

/// Whose processes listen on a port of this machine.
///
/// A service that died stays registered until its lease ends, and any user of the machine can listen on its port meanwhile. So
/// nothing secret is sent to a port before its owner is known.
enum LocalListeners {
    /// The users whose processes listen on this port for connections from this machine; nil if the system does not tell.
    ///
    /// The format: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
    static func owners(ofPort port: Int) -> Set<uid_t>? {
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].compactMap { FileManager.default.contents(atPath: $0) }
        guard !tables.isEmpty else { return nil }
        return Set(tables.flatMap { owners(ofPort: port, in: String(decoding: $0, as: UTF8.self)) })
    }

    static func owners(ofPort port: Int, in table: String) -> [uid_t] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            // number, local address, remote address, state, queues, timer, retransmissions, user, …
            let fields = line.split(separator: " ")
            guard fields.count > 7, fields[3] == "0A", let colon = fields[1].lastIndex(of: ":"),
                Int(fields[1][fields[1].index(after: colon)...], radix: 16) == port, isReachedFromHere(fields[1][..<colon])
            else { return nil }
            return uid_t(fields[7])
        }
    }

    /// Whether connections to a loopback address arrive at this one: any, loopback, or loopback of IPv4 in IPv6. Each 32 bits are in the
    /// machine's byte order.
    private static func isReachedFromHere(_ address: Substring) -> Bool {
        if address.allSatisfy({ $0 == "0" }) { return true }
        if address.count == 8 { return address.hasSuffix("7F") }
        return address == "00000000000000000000000001000000" || address.hasPrefix("0000000000000000FFFF0000") && address.hasSuffix("7F")
    }
}
