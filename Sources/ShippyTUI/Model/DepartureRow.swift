package import ShippyCore

/// An instance that has left the registry.
package struct DepartureRow: ListRow {
    package typealias Column = DepartureColumn

    /// Counts the departures.
    package var id: Int
    package var instance: Instance
    package var reason: RemovalReason
    /// When the panel noticed it, in seconds of ``Moment``.
    package var at: Double

    package var name: String { instance.id }
    package var changedAt: Double { at }

    package func forEachSearchLine(_ body: (String, String?) -> Void) {
        for text in [instance.service, instance.id, instance.address, reason.rawValue] { body(text, nil) }
    }

    package func field(_ name: String) -> String? {
        switch name {
        case "service": instance.service
        case "id": instance.id
        case "address": instance.address
        case "reason": reason.rawValue
        default: nil
        }
    }

    package func comesBefore(_ other: DepartureRow) -> Bool { id > other.id }
}
