/// A service with the number of its instances in each state, or all services.
package struct ServiceRow: ListRow {
    package typealias Column = ServiceColumn

    package enum ID: Hashable, Sendable {
        case all
        case service(String)

        /// The service's name; nil for the line of all services.
        var service: String? { if case .service(let name) = self { name } else { nil } }
    }

    package var id: ID
    var counts: StateCounts
    package var changedAt: Double

    package var name: String { id.service ?? "all services" }
    package var isTotal: Bool { id == .all }
    package var isProblem: Bool { InstanceState.allCases.contains { $0.isProblem && counts[$0] > 0 } }

    package func forEachSearchLine(_ body: (String, String?) -> Void) { body(name, nil) }

    package func field(_ name: String) -> String? { name == "service" ? self.name : nil }

    package func comesBefore(_ other: ServiceRow) -> Bool { NaturalOrder.precedes(name, other.name) ?? false }
}
