import Dispatch
import Glibc

/// A DNS server on a free UDP port of this machine (RFC 1035), which knows a few domains. It ends with its last reference.
package final class NameServer: Sendable {
    package enum Record: Sendable {
        case mx(String)
        /// The strings of one record.
        case txt([String])

        fileprivate var type: UInt16 {
            switch self {
            case .mx: 15
            case .txt: 16
            }
        }

        fileprivate var data: [UInt8] {
            switch self {
            case .mx(let host): [0, 10] + NameServer.name(host)
            case .txt(let strings): strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
            }
        }
    }

    package let port: Int
    private let socket: Int32

    package init(_ domains: [String: [Record]]) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        self.socket = socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0 }
        }
        guard isBound else { throw NeverHappened(description: "cannot open a UDP port") }
        port = Int(UInt16(bigEndian: address.sin_port))
        // A thread of its own, for recvfrom(2) blocks.
        DispatchQueue(label: "name-server").async {
            var block = [UInt8](repeating: 0, count: 512)
            while true {
                var client = sockaddr_in()
                var size = socklen_t(MemoryLayout<sockaddr_in>.size)
                let count = withUnsafeMutablePointer(to: &client) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(socket, &block, block.count, 0, $0, &size) }
                }
                guard count > 0 else { break }
                guard let answer = Self.answer(Array(block[..<count]), domains) else { continue }
                _ = withUnsafePointer(to: &client) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { sendto(socket, answer, answer.count, 0, $0, size) }
                }
            }
            close(socket)
        }
    }

    deinit { shutdown(socket, Int32(SHUT_RDWR)) }

    private static func name(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// - Returns: nil for what is no question.
    private static func answer(_ question: [UInt8], _ domains: [String: [Record]]) -> [UInt8]? {
        var labels: [String] = []
        var position = 12
        while position < question.count, case let length = Int(question[position]), length > 0 {
            guard position + length < question.count else { return nil }
            labels.append(String(decoding: question[(position + 1)...(position + length)], as: UTF8.self))
            position += length + 1
        }
        guard position + 5 <= question.count else { return nil }
        let type = UInt16(question[position + 1]) << 8 | UInt16(question[position + 2])
        let records = domains[labels.joined(separator: ".")]
        let matching = (records ?? []).filter { $0.type == type }
        // Recursion is available; code 3 says that there is no such domain.
        var answer = question[0..<2] + [0x81, records == nil ? 0x83 : 0x80, 0, 1, 0, UInt8(matching.count), 0, 0, 0, 0]
        answer += question[12..<(position + 5)]
        for record in matching {
            let data = record.data
            // The name is that of the question.
            answer += [0xc0, 12, 0, UInt8(record.type), 0, 1, 0, 0, 0, 60, UInt8(data.count >> 8), UInt8(data.count & 0xff)] + data
        }
        return Array(answer)
    }
}
