import ShippyCore
import Synchronization

@testable import ShippyUsers

/// Counts the work of a hasher: what bcrypt does for the lowest cost is 1, and twice as much for each step.
final class Work: Sendable {
    private let total = Mutex(0)

    func hasher(cost: Int) -> PasswordHasher {
        PasswordHasher(cost: cost) { [self] (password, setting) throws(ShippyError) in
            let work = 1 << (Int(setting.dropFirst(4).prefix(2))! - 4)
            total.withLock { $0 += work }
            return try Bcrypt.hash(password, setting)
        }
    }

    /// The work since the last call.
    func take() -> Int {
        total.withLock { total in
            defer { total = 0 }
            return total
        }
    }
}
