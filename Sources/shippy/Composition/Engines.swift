import ShippyBus
import ShippyCore
import ShippyNotificator
import ShippyRegistry
import ShippyStore

/// The engines that a command works on. This is the one place that picks them.
struct Engines: Sendable {
    let store: any Store
    let bus: any EventBus
    let registry: any ServiceRegistry

    /// Opens what the settings name.
    static func open(_ settings: Settings, _ options: GlobalOptions) throws -> Engines {
        Engines(
            store: try openStore(settings, options), bus: try openBus(settings, options), registry: try openRegistry(settings, options))
    }

    static func openStore(_ settings: Settings, _ options: GlobalOptions) throws -> any Store {
        try URLs.refusePassword("store", inFlag: options.store)
        switch try StoreURL(settings.string("store", options.store), home: settings.home) {
        case .sqlite(let path): return try SQLiteStore(path: path)
        }
    }

    static func openBus(_ settings: Settings, _ options: GlobalOptions) throws -> any EventBus {
        try URLs.refusePassword("bus", inFlag: options.bus)
        try URLs.requireEmbedded("bus", settings.string("bus", options.bus))
        let retention = EmbeddedBus.Retention(
            age: try settings.duration("event-max-age", nil, default: EmbeddedBus.Retention().age),
            bytes: Int64(try settings.int("event-max-bytes", nil, default: Int(EmbeddedBus.Retention().bytes), in: 1 << 20...1 << 50)))
        return try EmbeddedBus(path: "\(settings.home)/events.db", retention: retention)
    }

    static func openRegistry(_ settings: Settings, _ options: GlobalOptions) throws -> any ServiceRegistry {
        try URLs.refusePassword("registry", inFlag: options.registry)
        try URLs.requireEmbedded("registry", settings.string("registry", options.registry))
        return try EmbeddedRegistry(path: "\(settings.home)/registry.db")
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
        try StoreURL(settings.string("store", options.store), home: settings.home).isEmbedded
    }

    func close() async {
        await registry.close()
        await bus.close()
        await store.close()
    }
}
