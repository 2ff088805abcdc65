import Configuration
import Foundation

/// The variables that the two tutorials configure their services by, as values of our own options.
enum TutorialEnvironment {
    static func values(_ environment: [String: String]) -> [AbsoluteConfigKey: ConfigValue] {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        func set(_ name: String, _ value: String) {
            values[AbsoluteConfigKey([name])] = ConfigValue(.string(value), isSecret: true)
        }
        if environment["MICRO_BROKER"] == "nats", let address = environment["MICRO_BROKER_ADDRESS"].nonEmpty {
            set("bus", url("nats", address))
        }
        if environment["MICRO_REGISTRY"] == "etcd", let address = environment["MICRO_REGISTRY_ADDRESS"].nonEmpty {
            set("registry", url("etcd", address))
        }
        if let ttl = environment["MICRO_REGISTER_TTL"].nonEmpty { set("registry-ttl", ttl) }
        if let host = environment["DB_HOST"].nonEmpty {
            var store = URLComponents()
            store.scheme = "postgres"
            store.host = host
            store.user = environment["DB_USER"].nonEmpty
            store.password = environment["DB_PASSWORD"].nonEmpty
            store.path = "/" + (environment["DB_NAME"].nonEmpty ?? "")
            if let text = store.string { set("store", text) }
        }
        return values
    }

    private static func url(_ scheme: String, _ address: String) -> String {
        address.contains("://") ? address : "\(scheme)://\(address)"
    }
}
