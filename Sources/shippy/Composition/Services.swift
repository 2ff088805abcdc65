import Logging
import ShippyCore
import ShippyEvents
import ShippyNotificator
import ShippyUsers

/// The services as the settings want them, on engines that are open.
struct Services: Sendable {
    let users: UsersService
    let relay: OutboxRelay
    let notificator: NotificatorService
    let consumer: WelcomeConsumer
    let sender: MailSender
    let mailer: any Mailer

    /// - Parameter onlyMailsOfRequest: send no other mails than those that this request has caused; nil for all.
    init(_ settings: Settings, _ options: GlobalOptions, engines: Engines, onlyMailsOfRequest: String? = nil, logger: Logger) throws {
        let users = try Self.users(settings, options, store: engines.store, logger: logger)
        self.users = users
        relay = OutboxRelay(outbox: engines.store, bus: engines.bus, logger: logger)
        let notificator = NotificatorService(queue: engines.store, logger: logger)
        self.notificator = notificator
        consumer = WelcomeConsumer(queue: engines.store, bus: engines.bus, logger: logger)
        mailer = try Engines.openMailer(settings, options)
        let from = settings.string("mail-from") ?? "shippy@localhost"
        let sender: EmailAddress
        do {
            sender = try EmailAddress(from)
        } catch let error as ShippyError {
            throw ShippyError(.usage, "--mail-from: \(error.message)")
        }
        let defaults = SendingPolicy()
        let templates = settings.string("templates") ?? "\(settings.home)/templates"
        self.sender = MailSender(
            queue: engines.store, mailer: mailer, renderer: try MailRenderer(directory: templates, sender: sender),
            options: MailSender.Options(
                policy: SendingPolicy(
                    maxAttempts: try settings.int("mail-attempts", nil, default: defaults.maxAttempts, in: 1...1000),
                    backoff: Backoff(
                        base: try settings.duration("mail-backoff", nil, default: defaults.backoff.base),
                        cap: try settings.duration("mail-backoff-max", nil, default: defaults.backoff.cap))),
                onlyRequest: onlyMailsOfRequest,
                mustGiveWay: { users.isBusy || notificator.isBusy }),
            logger: logger)
    }

    static func users(_ settings: Settings, _ options: GlobalOptions, store: any UserStore, logger: Logger) throws -> UsersService {
        let isEmbedded = try Engines.isStoreEmbedded(settings, options)
        return UsersService(
            store: store,
            options: UsersService.Options(
                mailDomain: settings.string("mail-domain") ?? (isEmbedded ? "localhost" : nil),
                bcryptCost: try settings.int("bcrypt-cost", nil, default: 12, in: 10...20),
                eventEncoding: try settings.value("event-encoding", nil, default: .json)),
            logger: logger)
    }

    func close() async {
        await users.close()
        await mailer.close()
    }
}
