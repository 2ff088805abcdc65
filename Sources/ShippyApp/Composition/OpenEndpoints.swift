import ShippyCore
import Synchronization

/// The endpoints that this process listens on so far. It can wait for the last one.
final class OpenEndpoints: Sendable {
    private let expected: Int
    private let opened = Mutex<[Endpoint: HostPort]>([:])
    private let changes = ChangeNotifier()

    init(expecting count: Int) {
        expected = count
    }

    func add(_ endpoint: Endpoint, at address: HostPort) {
        opened.withLock { $0[endpoint] = address }
        changes.raise()
    }

    /// All endpoints, in the order of the command contract, once all are open; empty when the task is cancelled.
    func all() async -> [OpenEndpoint] {
        while !Task.isCancelled {
            let mark = changes.mark
            let known = opened.withLock { $0 }
            if known.count >= expected {
                return Endpoint.allCases.compactMap { endpoint in known[endpoint].map { OpenEndpoint(endpoint: endpoint, address: $0) } }
            }
            await changes.wait(after: mark, upTo: .seconds(5))
        }
        return []
    }
}
