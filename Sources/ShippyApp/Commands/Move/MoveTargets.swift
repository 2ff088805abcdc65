import ShippyConfiguration
import ShippyCore

/// The engines that a move goes to; nil for what stays.
struct MoveTargets: Sendable {
    let store: StoreURL?
    let bus: BusURL?
    let registry: RegistryURL?

    /// - Throws: ``ShippyError`` `.usage` for an address that cannot be read, or is the present one.
    init(_ configuration: Configuration, store: String?, bus: String?, registry: String?) throws {
        let home = "sqlite:\(HomeDatabase.path(configuration))"
        self.store = try store.map { text in try Self.parse(text, "--to-store") { try StoreURL($0 == "embedded" ? home : $0) } }
        self.bus = try bus.map { text in try Self.parse(text, "--to-bus") { try BusURL($0) } }
        self.registry = try registry.map { text in try Self.parse(text, "--to-registry") { try RegistryURL($0) } }
        if let store = self.store, store == configuration.store { throw Self.same("--to-store", store.place) }
        if let bus = self.bus, bus == configuration.bus { throw Self.same("--to-bus", bus.place) }
    }

    private static func parse<Value>(_ text: String, _ option: String, _ parse: (String) throws -> Value) throws -> Value {
        do {
            return try parse(text)
        } catch let error as Unreadable {
            // The text may have a password.
            throw ShippyError(.usage, "cannot parse the value of \(option): \(error.advice)")
        }
    }

    private static func same(_ option: String, _ place: String) -> ShippyError {
        ShippyError(.usage, "\(option): \(place) is what is used already")
    }
}
