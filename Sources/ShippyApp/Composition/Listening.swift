import ShippyCore
import Synchronization

/// The services that listen so far. It can wait for the last one.
final class Listening: Sendable {
    private let expected: Int
    private let services = Mutex<[ListeningService]>([])
    private let changes = ChangeNotifier()

    init(expecting count: Int) {
        expected = count
    }

    func add(_ service: ListeningService) {
        services.withLock { $0.append(service) }
        changes.raise()
    }

    /// All services, in the order of the command contract, once all listen; empty when the task is cancelled.
    func all() async -> [ListeningService] {
        while !Task.isCancelled {
            let mark = changes.mark
            let known = services.withLock { $0 }
            if known.count >= expected { return known.sorted { Self.rank($0) < Self.rank($1) } }
            await changes.wait(after: mark, upTo: .seconds(5))
        }
        return []
    }

    private static func rank(_ service: ListeningService) -> Int {
        ["users http", "users grpc", "notificator grpc", "ops http"].firstIndex(of: "\(service.name) \(service.protocol)") ?? .max
    }
}
