import ShippyBus
import ShippyConfiguration
import ShippyCore
import ShippyNotificator
import ShippyRegistry
import ShippyStore

/// The engines that a command works on. This is the one place that picks them.
struct Engines: Sendable {
    let store: any Store
    let bus: any EventBus
    let registry: any ServiceRegistry

    static func open(_ configuration: Configuration) throws -> Engines {
        Engines(store: try openStore(configuration), bus: try openBus(configuration), registry: try openRegistry(configuration))
    }

    static func openStore(_ configuration: Configuration) throws -> any Store {
        let retention = Retention(configuration)
        switch configuration.store {
        case .sqlite(let path): return try SQLiteStore(path: path, retention: retention)
        case .postgres(let url):
            return try PostgresStore(url: url, connections: configuration.storeConnections, retention: retention)
        }
    }

    static func openBus(_ configuration: Configuration) throws -> any EventBus {
        switch configuration.bus {
        case .embedded:
            let retention = EmbeddedBus.Retention(age: configuration.eventMaxAge, bytes: configuration.eventMaxBytes)
            return try EmbeddedBus(path: "\(configuration.home)/events.db", retention: retention)
        case .nats(let url): return NATSBus(NATSOptions(url, configuration))
        }
    }

    static func openRegistry(_ configuration: Configuration) throws -> any ServiceRegistry {
        switch configuration.registry {
        case .embedded: return try EmbeddedRegistry(path: "\(configuration.home)/registry.db")
        case .etcd(let url): return EtcdRegistry(EtcdOptions(url))
        }
    }

    static func openMailer(_ configuration: Configuration) throws -> any Mailer {
        switch configuration.mailer {
        case .maildir(let directory): return try MaildirMailer(directory: directory)
        case .smtp(let url): return SMTPMailer(options: SMTPMailer.Options(url, configuration))
        }
    }

    func close() async {
        await registry.close()
        await bus.close()
        await store.close()
    }
}
