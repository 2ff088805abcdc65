import Glibc

/// The receiving end of sd_notify(3): a service manager that keeps what it is told.
package final class ManagerSocket: Sendable {
    /// For `NOTIFY_SOCKET`.
    package let name: String
    private let socket: Int32

    /// - Parameter name: the path of the socket, or `@` and an abstract name.
    package init(_ name: String) throws {
        self.name = name
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: name.utf8)
            if name.hasPrefix("@") { path[0] = 0 }
        }
        let length = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path)! + name.utf8.count)
        let isBound = withUnsafePointer(to: &address) { [socket] in
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) == 0 }
        }
        guard isBound else {
            close(socket)
            throw NeverHappened(description: "cannot bind \(name)")
        }
    }

    deinit { close(socket) }

    /// The next message that has arrived; nil if there is none.
    package func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// All messages that have arrived.
    package func all() -> [String] {
        var messages: [String] = []
        while let message = next() { messages.append(message) }
        return messages
    }
}
