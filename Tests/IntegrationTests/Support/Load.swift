import Foundation
import Synchronization

/// Creates users, some hundreds a second, and remembers what was acknowledged.
final class Load: Sendable {
    struct Record: Sendable {
        /// E-mail addresses by the ids that were answered.
        var acknowledged: [String: String] = [:]
        /// Answers other than 200, by status.
        var refused: [Int: Int] = [:]
        /// Requests that got no answer.
        var failed = 0
    }

    private let record = Mutex(Record())
    private let next = Mutex(0)
    private let run = UUID().uuidString.prefix(8)

    var result: Record { record.withLock { $0 } }

    /// Runs until the task is cancelled. A request that fails is asked again, under the same idempotency key, of whichever
    /// address there is then.
    func run(clients: Int, address: @escaping @Sendable () -> String?) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<clients {
                group.addTask { [self] in
                    let http = HTTP(timeout: 10)
                    while !Task.isCancelled {
                        let number = next.withLock { number in
                            number += 1
                            return number
                        }
                        await create("u\(run)-\(number)@example.com", key: "\(run)-\(number)", http, address)
                        // Other tests need the processor, too.
                        try? await Task.sleep(for: .milliseconds(2))
                    }
                }
            }
        }
    }

    private func create(_ email: String, key: String, _ http: HTTP, _ address: @Sendable () -> String?) async {
        while !Task.isCancelled {
            guard let address = address() else {
                try? await Task.sleep(for: .milliseconds(5))
                continue
            }
            // Detached from a cancellation of the load: an answer that was under way counts.
            let reply = try? await Task { try await http.post(address, "/create", #"{"email":"\#(email)"}"#, headers: ["Idempotency-Key": key]) }
                .value
            if let reply, reply.status == 200, let id = reply.json?["id"] as? String {
                record.withLock { $0.acknowledged[id] = email }
                return
            }
            record.withLock { record in
                if let reply { record.refused[reply.status, default: 0] += 1 } else { record.failed += 1 }
            }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}
