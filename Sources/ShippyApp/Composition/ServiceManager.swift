import Foundation
import Glibc
import ShippyCore

/// The service manager that started this process, such as systemd, by the protocol of sd_notify(3).
///
/// Each message is one datagram. Sending never waits: if the manager does not read, the message is lost.
final class ServiceManager: Sendable {
    /// One line of a message.
    enum State: Sendable {
        /// All ports are open and all instances are registered.
        case ready
        /// A graceful shutdown has begun.
        case stopping
        /// The process works. It must say so again within ``watchdogLimit``.
        case alive
        /// What a person sees in `systemctl status`.
        case status(String)

        var line: String {
            switch self {
            case .ready: "READY=1"
            case .stopping: "STOPPING=1"
            case .alive: "WATCHDOG=1"
            case .status(let text): "STATUS=\(text.visiblyEscaped(limit: 300))"
            }
        }
    }

    /// How often the message that the process is ready is tried.
    private static let attempts = 100

    /// The longest time between two messages ``State/alive``; nil if the manager does not watch this process.
    let watchdogLimit: Duration?
    private let socket: Int32
    private let address: sockaddr_un
    private let addressLength: socklen_t

    /// Nil if no manager expects messages, or its address is of a kind that is not supported.
    ///
    /// - Parameter environment: `NOTIFY_SOCKET`: the path of a socket, or `@` and the name of an abstract one. `WATCHDOG_USEC` and
    ///   `WATCHDOG_PID`: the time in microseconds, and the process that it is for.
    init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let name = environment["NOTIFY_SOCKET"], name.hasPrefix("/") || name.hasPrefix("@") else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(name.utf8)
        let isFitting = withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            // A path ends with a zero byte, the name of an abstract socket with its length.
            guard path.count > 1, path.count < bytes.count else { return false }
            bytes.copyBytes(from: path)
            if path[0] == UInt8(ascii: "@") { bytes[0] = 0 }
            return true
        }
        guard isFitting else { return nil }
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard socket >= 0 else { return nil }
        self.socket = socket
        self.address = address
        addressLength = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path)! + path.count)
        let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? Duration.microseconds($0) : nil }
        watchdogLimit = isForUs ? limit : nil
    }

    deinit { close(socket) }

    /// Sends one message.
    ///
    /// - Returns: false if it was lost.
    @discardableResult
    func tell(_ states: State...) -> Bool {
        let message = states.map(\.line).joined(separator: "\n")
        var address = address
        return withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                message.utf8CString.withUnsafeBytes { bytes in
                    // Without the zero byte at the end.
                    let sent = sendto(socket, bytes.baseAddress, bytes.count - 1, Int32(MSG_NOSIGNAL), address, addressLength)
                    return sent == bytes.count - 1
                }
            }
        }
    }

    /// Says that the process is ready. Tries again for some seconds if the message is lost: the manager would wait for it, and end the
    /// process.
    func tellReady(_ status: String) async {
        for _ in 0..<Self.attempts {
            if tell(.ready, .status(status)) { return }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}
