import Synchronization

extension Task where Failure == any Error {
    /// Waits at most `limit` for the task's result. After that the task continues, but its result is discarded.
    ///
    /// - Throws: the task's error; `error` after `limit`.
    package func value(within limit: Duration, orElse error: @autoclosure @escaping @Sendable () -> any Error) async throws -> Success {
        try await withCheckedThrowingContinuation { continuation in
            let answer = FirstAnswer(continuation)
            let alarm = Task<Void, Never> {
                do {
                    try await Task<Never, Never>.sleep(for: limit)
                } catch {
                    return
                }
                answer.resume(.failure(error()))
            }
            Task<Void, Never> {
                answer.resume(await result)
                alarm.cancel()
            }
        }
    }
}

/// Resumes the waiting caller, once.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private let waiting: Mutex<CheckedContinuation<Value, any Error>?>

    init(_ continuation: CheckedContinuation<Value, any Error>) { waiting = Mutex(continuation) }

    func resume(_ result: Result<Value, any Error>) {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(with: result)
    }
}
