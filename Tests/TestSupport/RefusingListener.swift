import Dispatch
import Glibc
import Synchronization

/// A TCP port of this machine that takes connections and closes them at once, and counts them.
package final class RefusingListener: Sendable {
    private final class Accepted: Sendable {
        let count = Atomic<Int>(0)
    }

    package let port: Int
    private let socket: Int32
    private let accepted = Accepted()

    package init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, size) == 0 && listen(socket, 16) == 0 && getsockname(socket, address, &size) == 0
            }
        }
        guard isListening else { throw NeverHappened(description: "cannot listen on a port of this machine") }
        port = Int(UInt16(bigEndian: address.sin_port))
        let accepted = accepted
        // A thread of its own, for accept(2) blocks.
        DispatchQueue(label: "refusing-listener").async {
            while case let connection = accept(socket, nil, nil), connection >= 0 {
                Glibc.close(connection)
                accepted.count.add(1, ordering: .relaxed)
            }
            Glibc.close(socket)
        }
    }

    /// How many connections were taken so far.
    package var count: Int { accepted.count.load(ordering: .relaxed) }

    /// Ends the thread, which closes the port.
    deinit { shutdown(socket, Int32(SHUT_RDWR)) }
}
