import Synchronization

/// Whether this process is shutting down. While it is, it asks clients to send their next request to another instance.
package final class Drain: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}

    package var isDraining: Bool { flag.load(ordering: .relaxed) }

    package func begin() { flag.store(true, ordering: .relaxed) }
}
