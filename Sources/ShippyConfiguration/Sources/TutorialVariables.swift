import Foundation

/// The variables of the two tutorials' services, as values of shippy's settings.
enum TutorialVariables {
    static func values(_ environment: [String: String]) -> [String: GivenValue] {
        var values: [String: GivenValue] = [:]
        func set(_ row: SettingRow, _ text: String?, from names: [String]) {
            values[row.name] = text.map { GivenValue(text: $0, origin: .tutorial(names.filter { environment[$0].nonEmpty != nil })) }
        }
        func url(_ scheme: String, _ name: String) -> String? {
            environment[name].nonEmpty.map { $0.contains("://") ? $0 : "\(scheme)://\($0)" }
        }
        if environment["MICRO_BROKER"] == "nats" {
            set(Settings.bus.row, url("nats", "MICRO_BROKER_ADDRESS"), from: ["MICRO_BROKER_ADDRESS"])
        }
        if environment["MICRO_REGISTRY"] == "etcd" {
            set(Settings.registry.row, url("etcd", "MICRO_REGISTRY_ADDRESS"), from: ["MICRO_REGISTRY_ADDRESS"])
        }
        set(Settings.registryTTL.row, environment["MICRO_REGISTER_TTL"].nonEmpty, from: ["MICRO_REGISTER_TTL"])
        if let host = environment["DB_HOST"].nonEmpty {
            var store = URLComponents()
            store.scheme = "postgres"
            store.host = host
            store.user = environment["DB_USER"].nonEmpty
            store.password = environment["DB_PASSWORD"].nonEmpty
            store.path = "/" + (environment["DB_NAME"].nonEmpty ?? "")
            set(Settings.store.row, store.string, from: ["DB_HOST", "DB_USER", "DB_PASSWORD", "DB_NAME"])
        }
        return values
    }
}

extension String? {
    /// The string, or nil if it is empty: an empty variable counts as not set.
    package var nonEmpty: String? { self?.isEmpty == false ? self : nil }
}
