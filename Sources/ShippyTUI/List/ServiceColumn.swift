/// A column of the service list. The cases are in display order.
package enum ServiceColumn: CaseIterable, Sendable {
    case service, instances, alive, expiring, unreachable, gone, foreign

    package var title: String { String(describing: self).uppercased() }

    /// The count to show in it; nil for the name.
    func count(_ counts: StateCounts) -> Int? {
        switch self {
        case .service: nil
        case .instances: counts.living
        case .alive: counts[.alive]
        case .expiring: counts[.expiring]
        case .unreachable: counts[.unreachable]
        case .gone: counts[.gone]
        case .foreign: counts[.foreign]
        }
    }
}
