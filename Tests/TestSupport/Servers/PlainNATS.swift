import Foundation
import Glibc
import Synchronization

/// A client of NATS that knows nothing but its protocol, as any program of the tutorials might be.
package final class PlainNATS: Sendable {
    private let connection: RawConnection
    private let text = Mutex("")
    private let requests = Mutex(0)

    package init(port: Int) throws {
        connection = try RawConnection("127.0.0.1:\(port)")
        try connection.send(#"CONNECT {"verbose":false,"headers":true}"# + "\r\n")
    }

    package func publish(_ subject: String, _ payload: String) throws {
        try connection.send("PUB \(subject) \(payload.utf8.count)\r\n\(payload)\r\nPING\r\n")
    }

    package func subscribe(_ subject: String) throws {
        try connection.send("SUB \(subject) 1\r\nPING\r\n")
    }

    /// Everything that has come so far.
    package var received: String {
        text.withLock { text in
            text += connection.received()
            return text
        }
    }

    /// Sends a request, and waits for its answer: an object in JSON.
    package func request(_ subject: String, _ payload: String = "") async throws -> [String: Any] {
        let number = requests.withLock { number in
            number += 1
            return number
        }
        let inbox = "inbox.\(UUID().uuidString)"
        try connection.send("SUB \(inbox) 1\(number)\r\nPUB \(subject) \(inbox) \(payload.utf8.count)\r\n\(payload)\r\nPING\r\n")
        let answer: String = try await eventually("an answer from \(subject)", within: .seconds(20)) {
            guard let found = received.range(of: "MSG \(inbox) ") else { return nil }
            let rest = received[found.upperBound...]
            guard let start = rest.range(of: "\r\n"), let end = rest[start.upperBound...].range(of: "\r\n") else { return nil }
            return String(rest[start.upperBound..<end.lowerBound])
        }
        return try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any] ?? [:]
    }
}
