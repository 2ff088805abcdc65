import CNats
import NIOPosix

/// A thread for blocking calls of libnats.
final class NATSThread: Sendable {
    private let pool = NIOThreadPool(numberOfThreads: 1)

    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        pool.start()
        return try await pool.runIfActive(body)
    }

    func stop() async {
        // libnats keeps memory for each thread that called it. Both calls fail only if the thread was never started.
        try? await pool.runIfActive { nats_ReleaseThreadMemory() }
        try? await pool.shutdownGracefully()
    }
}
