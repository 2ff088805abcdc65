import Logging
import ServiceLifecycle
import ShippyCore

/// Makes the engines delete data past its retention, once a minute.
struct Maintenance: Service {
    let engines: [any Engine]
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(60))
                for engine in engines where !Task.isCancelled {
                    do {
                        try await engine.maintain()
                    } catch {
                        logger.warning("maintenance failed", metadata: [LogKey.error: "\(error)"])
                    }
                }
            }
        }
    }
}
