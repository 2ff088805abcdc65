import Foundation
import GRPCCore
import NIOCore
import ShippyCore
import Synchronization

/// Which services listen so far, and a wait for the last of them.
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

    /// All of them, in the order of the contract, once all listen; fewer when the task is cancelled.
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

    /// Why an address cannot be listened on.
    static func failure(_ address: HostPort, errno code: Int32) -> ShippyError {
        switch code {
        case EADDRINUSE:
            ShippyError(.failed, "cannot listen on \(address): another process does already; choose another port, or 0 for any free one")
        case EACCES:
            ShippyError(.denied, "cannot listen on \(address): ports below 1024 are not for you; choose another")
        case EADDRNOTAVAIL:
            ShippyError(.usage, "cannot listen on \(address): this machine has no such address")
        default:
            ShippyError(.failed, "cannot listen on \(address): \(String(cString: strerror(code)))")
        }
    }

    static func failure(_ address: HostPort, _ error: any Error) -> any Error {
        if error is CancellationError { return error }
        // gRPC wraps what its transport threw.
        if let cause = (error as? RuntimeError)?.cause { return failure(address, cause) }
        if let error = error as? IOError { return failure(address, errno: error.errnoCode) }
        return ShippyError(.failed, "cannot listen on \(address): \(error)")
    }
}
