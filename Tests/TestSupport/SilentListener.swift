import Glibc

/// A port of this machine where connections are taken, by the system, and never answered.
package final class SilentListener: Sendable {
    package let port: Int
    private let socket: Int32

    package init() throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (socket, isListening) = withUnsafeMutablePointer(to: &address) { [socket] address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                (socket, bind(socket, address, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, address, &length) == 0)
            }
        }
        guard isListening else {
            close(socket)
            throw NeverHappened(description: "cannot listen")
        }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    /// Whether somebody has connected since the last call of ``endConnections()``.
    package var hasConnection: Bool {
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    /// Ends the connections made so far.
    /// - Returns: how many there were since the last call.
    package func endConnections() -> Int {
        var count = 0
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        while poll(&waiting, 1, 0) > 0, case let connection = accept(socket, nil, nil), connection >= 0 {
            close(connection)
            count += 1
        }
        return count
    }

    deinit { close(socket) }
}
