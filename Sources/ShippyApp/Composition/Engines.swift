import EmbeddedEngines
import EtcdEngine
import NATSEngine
import PostgresEngine
import SMTPEngine
import ShippyConfiguration
import ShippyCore
import ShippyEvents

/// The engines of a command. This is the only place that selects them.
struct Engines: Sendable {
    let store: any Store
    let bus: any EventBus
    let registry: any ServiceRegistry

    /// Opens all engines for a service.
    ///
    /// - Parameter registry: an open registry to use.
    static func open(_ configuration: Configuration, registry: (any ServiceRegistry)? = nil) throws -> Engines {
        let home = HomeDatabase(configuration)
        return Engines(
            store: try openStore(configuration, in: home, takesOutbox: true), bus: try openBus(configuration, in: home),
            registry: try registry ?? openRegistry(configuration))
    }

    /// - Parameters:
    ///   - home: the shared database of engines that are opened together.
    ///   - takesOutbox: see ``EventDestination``; only for services.
    static func openStore(_ configuration: Configuration, in home: HomeDatabase? = nil, takesOutbox: Bool = false) throws -> any Store {
        let retention = StoreRetention(configuration)
        switch configuration.store {
        case .sqlite(let path):
            let home = home ?? HomeDatabase(configuration)
            guard home.isAt(path) else { return try SQLiteStore(path: path, retention: retention) }
            let events: EventDestination =
                configuration.bus == .embedded ? .log(groups: ConsumerConfiguration.mailing, takesOutbox: takesOutbox) : .outbox
            return try SQLiteStore(home.open(), events: events, retention: retention)
        case .postgres(let url):
            return try PostgresStore(url: url, connections: configuration.storeConnections, retention: retention)
        }
    }

    /// - Parameter home: the shared database of engines that are opened together.
    static func openBus(_ configuration: Configuration, in home: HomeDatabase? = nil) throws -> any EventBus {
        switch configuration.bus {
        case .embedded:
            let retention = EmbeddedBus.EventRetention(age: configuration.eventMaxAge, bytes: configuration.eventMaxBytes)
            return try EmbeddedBus((home ?? HomeDatabase(configuration)).open(), retention: retention)
        case .nats(let url): return NATSBus(NATSOptions(url, configuration))
        }
    }

    static func openRegistry(_ configuration: Configuration) throws -> any ServiceRegistry {
        switch configuration.registry {
        case .embedded: return try EmbeddedRegistry(path: registryPath(configuration))
        case .etcd(let url): return EtcdRegistry(EtcdOptions(url))
        }
    }

    /// Where an embedded registry is.
    static func registryPath(_ configuration: Configuration) -> String { "\(configuration.home)/registry.db" }

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
