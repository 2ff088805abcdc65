import Foundation
import Glibc
import Synchronization
import TestSupport

/// A client of NATS that knows nothing but its protocol, as any program of the tutorials might be.
final class PlainNATS: Sendable {
    private let connection: RawConnection
    private let text = Mutex("")

    init(port: Int) throws {
        connection = try RawConnection("127.0.0.1:\(port)")
        try connection.send(#"CONNECT {"verbose":false,"headers":true}"# + "\r\n")
    }

    func publish(_ subject: String, _ payload: String) throws {
        try connection.send("PUB \(subject) \(payload.utf8.count)\r\n\(payload)\r\nPING\r\n")
    }

    func subscribe(_ subject: String) throws {
        try connection.send("SUB \(subject) 1\r\nPING\r\n")
    }

    /// Everything that has come so far.
    var received: String {
        text.withLock { text in
            text += connection.received()
            return text
        }
    }
}
