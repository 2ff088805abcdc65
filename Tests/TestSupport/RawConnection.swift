import Glibc

/// A TCP connection that says exactly what it is told to.
package final class RawConnection: Sendable {
    private let socket: Int32

    package init(_ address: String) throws {
        let parts = address.split(separator: ":")
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = in_port_t(UInt16(parts[1])!.bigEndian)
        inet_pton(AF_INET, String(parts[0]), &target.sin_addr)
        let result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard result == 0 else { throw NeverHappened(description: "cannot connect to \(address)") }
    }

    deinit { close(socket) }

    package func send(_ text: String) throws {
        try send([UInt8](text.utf8))
    }

    /// - Throws: when the other side has closed it, or takes nothing for ten seconds.
    package func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw NeverHappened(description: "cannot send") }
            rest = rest.dropFirst(count)
        }
    }

    /// Closes this side, as a client does that has said all and still reads.
    package func closeOutput() { shutdown(socket, Int32(SHUT_WR)) }

    /// Closes it with a reset.
    package func abort() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        // The descriptor stays taken until deinit, and the connection is gone.
        var unspecified = sockaddr(sa_family: sa_family_t(AF_UNSPEC), sa_data: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        connect(socket, &unspecified, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// What has come since the last call, without waiting.
    package func received() -> String { String(decoding: receivedBytes(), as: UTF8.self) }

    package func receivedBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    /// Whether the other side has closed it, and all that it said is read.
    package var isAtEnd: Bool {
        var byte: UInt8 = 0
        let count = recv(socket, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK))
        return count == 0 || (count < 0 && errno == ECONNRESET)
    }

    /// Whether the other side has closed it; what it said before is read and dropped.
    package var isClosed: Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count == 0 { return true }
            if count < 0 { return errno == ECONNRESET }
        }
    }
}
