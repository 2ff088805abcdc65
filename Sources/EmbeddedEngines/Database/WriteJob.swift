import GRDB

/// A part of a transaction by ``DatabaseWriter``. It runs on the writer thread; a job that is refused ends on the thread that
/// submitted it.
///
/// It has closures instead of a protocol, because the compiler does not specialize generic types that are called through a
/// protocol.
final class WriteJob: Sendable {
    /// Called first: the job's contents are fixed at this point.
    let begin: @Sendable () -> Void
    /// Does the job's writes. If it throws, they are undone; the rest of the transaction stands.
    let write: @Sendable (Database) throws -> Void
    /// Called last: without an error after the commit, otherwise with the reason why this part was not committed.
    let finish: @Sendable ((any Error)?) -> Void

    init(
        begin: @escaping @Sendable () -> Void = {}, write: @escaping @Sendable (Database) throws -> Void,
        finish: @escaping @Sendable ((any Error)?) -> Void
    ) {
        self.begin = begin
        self.write = write
        self.finish = finish
    }

    /// A single write, and the task that waits for its outcome.
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
