import EmbeddedEngines
import Foundation
import ShippyBus
import ShippyCore
import ShippyEvents
import ShippyNotificator
import ShippyRegistry
import ShippyStore

/// The engines that a command works on. This is the one place that picks them.
struct Engines: Sendable {
    let store: any Store
    let bus: any EventBus
    let registry: any ServiceRegistry

    /// Opens what the settings name.
    ///
    /// - Parameter registry: one that is open already.
    static func open(_ settings: Settings, _ options: GlobalOptions, registry: (any ServiceRegistry)? = nil) throws -> Engines {
        let home = HomeDatabase(home: settings.home)
        return Engines(
            store: try openStore(settings, options, in: home, takesOutbox: true), bus: try openBus(settings, options, in: home),
            registry: try registry ?? openRegistry(settings, options))
    }

    /// - Parameters:
    ///   - home: for engines that are opened together.
    ///   - takesOutbox: see ``EventDestination``; only for services.
    static func openStore(
        _ settings: Settings, _ options: GlobalOptions, in home: HomeDatabase? = nil, takesOutbox: Bool = false
    ) throws -> any Store {
        try URLs.refusePassword("store", inFlag: options.store)
        var retention = Retention()
        retention.sentMail = try settings.duration("mail-keep", nil, default: retention.sentMail)
        switch try StoreURL(settings.string("store", options.store), home: settings.home) {
        case .sqlite(let path):
            let home = home ?? HomeDatabase(home: settings.home)
            guard home.isAt(path) else { return try SQLiteStore(path: path, retention: retention) }
            let isBusThere = try BusURL(settings.string("bus", options.bus)) == .embedded
            return try SQLiteStore(
                home.open(), events: isBusThere ? .log(groups: [.welcome], takesOutbox: takesOutbox) : .outbox, retention: retention)
        case .postgres(let url):
            return try PostgresStore(url: url, connections: try settings.int("store-connections", nil, default: 4, in: 1...100), retention: retention)
        }
    }

    /// - Parameter home: for engines that are opened together.
    static func openBus(_ settings: Settings, _ options: GlobalOptions, in home: HomeDatabase? = nil) throws -> any EventBus {
        try URLs.refusePassword("bus", inFlag: options.bus)
        let age = try settings.duration("event-max-age", nil, default: EmbeddedBus.Retention().age)
        let bytes = Int64(try settings.int("event-max-bytes", nil, default: Int(EmbeddedBus.Retention().bytes), in: 1 << 20...1 << 50))
        switch try BusURL(settings.string("bus", options.bus)) {
        case .embedded:
            let home = home ?? HomeDatabase(home: settings.home)
            return try EmbeddedBus(home.open(), retention: EmbeddedBus.Retention(age: age, bytes: bytes))
        case .nats(var nats):
            nats.maxAge = age
            nats.maxBytes = bytes
            nats.replicas = try settings.int("event-replicas", nil, default: 1, in: 1...5)
            if let subjects = settings.string("event-subjects") {
                nats.subjects = try subjects.split(separator: ",").map { try SubjectFilter($0.trimmingCharacters(in: .whitespaces)).description }
            }
            return NATSBus(nats)
        }
    }

    static func openRegistry(_ settings: Settings, _ options: GlobalOptions) throws -> any ServiceRegistry {
        try URLs.refusePassword("registry", inFlag: options.registry)
        switch try RegistryURL(settings.string("registry", options.registry)) {
        case .embedded: return try EmbeddedRegistry(path: "\(settings.home)/registry.db")
        case .etcd(let etcd): return EtcdRegistry(etcd)
        }
    }

    static func openMailer(_ settings: Settings, _ options: GlobalOptions) throws -> any Mailer {
        try URLs.refusePassword("mailer", inFlag: options.mailer)
        switch try MailerURL(settings.string("mailer", options.mailer), home: settings.home) {
        case .maildir(let directory): return try MaildirMailer(directory: directory)
        case .smtp(var smtp):
            smtp.deadline = try settings.duration("smtp-deadline", nil, default: smtp.deadline)
            smtp.connections = try settings.int("smtp-connections", nil, default: smtp.connections, in: 1...64)
            return SMTPMailer(options: smtp)
        }
    }

    /// Whether a command may start the services inside its own process when none is registered.
    static func areEmbedded(_ settings: Settings, _ options: GlobalOptions) throws -> Bool {
        try isStoreEmbedded(settings, options) && BusURL(settings.string("bus", options.bus)) == .embedded
            && isRegistryEmbedded(settings, options)
    }

    /// Whether instances are registered on this machine, for this machine.
    static func isRegistryEmbedded(_ settings: Settings, _ options: GlobalOptions) throws -> Bool {
        try RegistryURL(settings.string("registry", options.registry)) == .embedded
    }

    /// Whether this machine's users are kept on this machine.
    static func isStoreEmbedded(_ settings: Settings, _ options: GlobalOptions) throws -> Bool {
        try StoreURL(settings.string("store", options.store), home: settings.home).isEmbedded
    }

    func close() async {
        await registry.close()
        await bus.close()
        await store.close()
    }
}
