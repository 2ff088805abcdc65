import Synchronization

/// Whether this process is on its way out: then it asks clients to take their next request elsewhere.
package final class Drain: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}

    package var isDraining: Bool { flag.load(ordering: .relaxed) }

    package func begin() { flag.store(true, ordering: .relaxed) }
}
