import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// Clients that keep their connections while the instances behind them are replaced.
@Suite struct RollingRestartTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    /// Clients that ask whichever instance is the newest.
    private final class Clients: Sendable {
        struct Counts {
            var answered = 0
            var failures: [String] = []
        }

        let address: Mutex<String>
        let counts = Mutex(Counts())

        private let token: String

        init(address: String, token: String) {
            self.address = Mutex(address)
            self.token = token
        }

        /// One client: it keeps its connection for as long as it may, pauses between requests, and never asks twice.
        func keepAsking(pause: Duration) async throws {
            var connection: RawConnection?
            var number = 0
            while !Task.isCancelled {
                number += 1
                let isNew = connection == nil
                let current = try connection ?? RawConnection(address.withLock { $0 })
                connection = current
                do {
                    try current.send("GET /api/v1/users?limit=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\r\n")
                    var text = ""
                    let answer = try await eventually("an answer", within: .seconds(20), every: .milliseconds(2)) { () -> String? in
                        text += current.received()
                        if text.hasSuffix("]\n") { return text }
                        if current.isAtEnd { throw NeverHappened(description: "closed after \(number) requests, new: \(isNew)") }
                        return nil
                    }
                    guard answer.hasPrefix("HTTP/1.1 200") else { throw NeverHappened(description: answer) }
                    counts.withLock { $0.answered += 1 }
                    if answer.lowercased().contains("connection: close") { connection = nil }
                } catch is CancellationError {
                    return
                } catch {
                    counts.withLock { $0.failures.append("\(error)") }
                    connection = nil
                }
                try? await Task.sleep(for: pause)
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func noRequestFails() async throws {
        let first = try await Server.start(["serve", "users"], home: home.path)
        let clients = Clients(address: first.users, token: try await first.token())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                // The slowest ask less often than an instance takes to leave the registry.
                group.addTask { try await clients.keepAsking(pause: .milliseconds(3 + 30 * number)) }
            }
            var old = first
            for _ in 0..<4 {
                let before = clients.counts.withLock { $0.answered }
                try await eventually("the clients ask") { clients.counts.withLock { $0.answered } > before + 200 }
                let next = try await Server.start(["serve", "users"], home: home.path)
                clients.address.withLock { $0 = next.users }
                #expect(try await old.stop() == 0)
                old = next
            }
            group.cancelAll()
            try await group.waitForAll()
            try await old.stop()
        }
        #expect(clients.counts.withLock { $0.failures }.isEmpty)
    }
}
