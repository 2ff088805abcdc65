import Logging
import ServiceLifecycle
import ShippyCore

/// Keeps the index of users about a second behind their creation.
struct UserIndexer: Service {
    let store: any UserStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var outage = Outage(base: .seconds(1), cap: .seconds(60))
            while !Task.isCancelled {
                do {
                    while try await store.indexUsers(), !Task.isCancelled {}
                    outage.end()
                    try? await Task.sleep(for: .seconds(1))
                } catch {
                    outage.fail()
                    if !Task.isCancelled { logger.warning("indexing users failed", metadata: [LogKey.error: "\(error)"]) }
                    try? await Task.sleep(for: outage.pause)
                }
            }
        }
    }
}
