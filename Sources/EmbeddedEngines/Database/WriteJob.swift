import GRDB

/// A part of a transaction, as ``DatabaseWriter`` is asked for it. It is called by the thread that writes; after the end of that, by
/// whoever asks.
///
/// Closures, and no protocol: what a generic type does for a protocol is not compiled for the types that it is used with.
final class WriteJob: Sendable {
    /// Called first: what the job consists of now is what is written.
    let begin: @Sendable () -> Void
    /// Does its part. If it throws, nothing of it is to be done; the other parts of the transaction stand.
    let write: @Sendable (Database) throws -> Void
    /// Called last: the transaction is on disk, or the error says why this part is not.
    let finish: @Sendable ((any Error)?) -> Void

    init(
        begin: @escaping @Sendable () -> Void = {}, write: @escaping @Sendable (Database) throws -> Void,
        finish: @escaping @Sendable ((any Error)?) -> Void
    ) {
        self.begin = begin
        self.write = write
        self.finish = finish
    }

    /// One call, and the task that waits for what comes of it.
    static func call<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value, _ continuation: CheckedContinuation<Value, any Error>
    ) -> WriteJob {
        nonisolated(unsafe) var value: Value?
        return WriteJob(
            write: { value = try body($0) },
            finish: { error in
                if let error { continuation.resume(throwing: error) } else { continuation.resume(returning: value!) }
            })
    }
}
