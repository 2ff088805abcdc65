import Dispatch

/// A thread for calls that may block, such as reading and writing pipes. They must not block Swift's thread pool.
struct BlockingQueue: Sendable {
    private let queue: DispatchQueue

    init(_ name: String) {
        queue = DispatchQueue(label: "shippy.\(name)")
    }

    /// Runs `body` on that thread, after earlier calls.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }
}
