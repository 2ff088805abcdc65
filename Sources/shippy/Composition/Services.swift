import Foundation
import Logging
import ShippyCore
import ShippyEvents
import ShippyNotificator
import ShippyUsers

/// The services as the settings want them, on engines that are open.
struct Services: Sendable {
    let users: UsersService
    /// Nil where the store publishes by itself.
    let relay: OutboxRelay?
    let notificator: NotificatorService
    let consumer: WelcomeConsumer
    let sender: MailSender
    let mailer: any Mailer
    private let userWrites = LastWrite()
    private let queueWrites = LastWrite()
    private let outcomeWrites = LastWrite()
    /// Those of users where their store publishes by itself.
    let busWrites: LastWrite

    /// - Parameter onlyMailsOfRequest: send no other mails than those that this request has caused; nil for all.
    init(_ settings: Settings, _ options: GlobalOptions, engines: Engines, onlyMailsOfRequest: String? = nil, logger: Logger) throws {
        let users = try Self.users(settings, options, store: engines.store, lastWrite: userWrites, logger: logger)
        self.users = users
        if let outbox = engines.store.outbox {
            busWrites = LastWrite()
            relay = OutboxRelay(outbox: outbox, bus: engines.bus, lastPublish: busWrites, logger: logger)
        } else {
            busWrites = userWrites
            relay = nil
        }
        let notificator = NotificatorService(queue: engines.store, lastWrite: queueWrites, logger: logger)
        self.notificator = notificator
        consumer = WelcomeConsumer(queue: engines.store, bus: engines.bus, lastWrite: queueWrites, logger: logger)
        mailer = try Engines.openMailer(settings, options)
        let from = settings.string("mail-from") ?? "shippy@localhost"
        let sender: EmailAddress
        do {
            sender = try EmailAddress(from)
        } catch let error as ShippyError {
            throw ShippyError(.usage, "--mail-from: \(error.message)")
        }
        let defaults = SendingPolicy()
        self.sender = MailSender(
            queue: engines.store, mailer: mailer, renderer: try MailRenderer(directory: try Self.templates(settings), sender: sender),
            options: MailSender.Options(
                policy: SendingPolicy(
                    maxAttempts: try settings.int("mail-attempts", nil, default: defaults.maxAttempts, in: 1...1000),
                    backoff: Backoff(
                        base: try settings.duration("mail-backoff", nil, default: defaults.backoff.base),
                        cap: try settings.duration("mail-backoff-max", nil, default: defaults.backoff.cap))),
                onlyRequest: onlyMailsOfRequest,
                mustGiveWay: { users.isBusy || notificator.isBusy }),
            lastWrite: outcomeWrites, logger: logger)
    }

    /// The directory of the templates. One that was named is believed as it is named; one that is merely found in the data
    /// directory must be ours, with all that is in it.
    private static func templates(_ settings: Settings) throws -> String {
        if let named = settings.string("templates") { return named }
        try PrivateFile.checkTrusted("templates", in: settings.home)
        let directory = "\(settings.home)/templates"
        if FileManager.default.fileExists(atPath: directory) {
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
                try PrivateFile.checkTrusted("templates/\(name)", in: settings.home)
            }
        }
        return directory
    }

    static func users(
        _ settings: Settings, _ options: GlobalOptions, store: any UserStore, lastWrite: LastWrite, logger: Logger
    ) throws -> UsersService {
        let isEmbedded = try Engines.isStoreEmbedded(settings, options)
        return UsersService(
            store: store,
            options: UsersService.Options(
                mailDomain: settings.string("mail-domain") ?? (isEmbedded ? "localhost" : nil),
                bcryptCost: try settings.int("bcrypt-cost", nil, default: 12, in: 10...20),
                eventEncoding: try settings.value("event-encoding", nil, default: .json)),
            lastWrite: lastWrite, logger: logger)
    }

    /// Of all in here that write to the store.
    var storeWrites: [LastWrite] { [userWrites, queueWrites, outcomeWrites] }

    func close() async {
        await users.close()
        await mailer.close()
    }
}
