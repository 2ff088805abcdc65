import ShippyCore
import Synchronization

/// Reads the changes of an embedded registry on demand: changes that nobody has asked for stay in the file.
final class EmbeddedWatch: Sendable {
    private struct State {
        /// The revision up to which changes have been read.
        var position: Int64
        /// Read, but not yet asked for.
        var updates: ArraySlice<RegistryUpdate> = []
    }

    private let registry: EmbeddedRegistry
    private let service: String?
    private let state: Mutex<State>

    init(_ registry: EmbeddedRegistry, service: String?, after revision: Int64) {
        self.registry = registry
        self.service = service
        state = Mutex(State(position: revision))
    }

    /// - Returns: nil when the task is cancelled.
    func next() async throws -> RegistryUpdate? {
        while !Task.isCancelled {
            if let update = state.withLock({ $0.updates.popFirst() }) { return update }
            let read = try await registry.nextChanges(service: service, after: state.withLock { $0.position })
            state.withLock { $0 = State(position: read.position, updates: read.updates[...]) }
        }
        return nil
    }
}
