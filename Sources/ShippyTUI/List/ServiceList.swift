/// The services, below a line for all services.
package struct ServiceList {
    package enum ID: Hashable, Sendable {
        case all
        case service(String)

        /// The service's name; nil for the line of all services.
        var service: String? { if case .service(let name) = self { name } else { nil } }
    }

    private(set) var filter = InstanceFilter()
    var column = ServiceColumn.service
    var isDescending = false
    package var cursor = ListCursor<ID>()
    /// The numbers of the shown services, in order.
    private(set) var shown: [Int] = []

    mutating func setFilter(_ filter: InstanceFilter) {
        self.filter = filter
    }

    /// Whether there is a line for all services: only without a filter.
    var hasTotal: Bool { filter.isEmpty }
    var count: Int { shown.count + (hasTotal ? 1 : 0) }

    /// The number of the service on this line; nil for the line of all services.
    func service(at index: Int) -> Int? {
        hasTotal ? (index == 0 ? nil : shown[index - 1]) : shown[index]
    }

    func id(at index: Int, _ model: RegistryModel) -> ID {
        service(at: index).map { .service(model.services[$0].name) } ?? .all
    }

    mutating func refresh(_ model: RegistryModel) {
        let services = model.services
        shown = services.indices.filter { !services[$0].counts.isEmpty && filter.passes(name: services[$0].name) }
        let (column, isDescending) = (column, isDescending)
        shown.sort { left, right in
            if let counts = (column.count(services[left].counts), column.count(services[right].counts)) as? (Int, Int), counts.0 != counts.1 {
                return (counts.0 < counts.1) != isDescending
            }
            // Names are unique, so they are never equal.
            return (services[left].name < services[right].name) != (isDescending && column == .service)
        }
        let list = self
        cursor.place(count: count, find: { wanted in (0..<list.count).first { list.id(at: $0, model) == wanted } }) { list.id(at: $0, model) }
    }
}
