import Foundation
import Logging
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import ShippyNotificator
import ShippyUsers

/// The services as the configuration wants them, on engines that are open.
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
    init(_ configuration: Configuration, engines: Engines, onlyMailsOfRequest: String? = nil, logger: Logger) throws {
        let users = UsersService(
            store: engines.store,
            options: UsersService.Options(
                mailDomain: configuration.ownMailDomain, bcryptCost: configuration.bcryptCost, eventEncoding: configuration.eventEncoding),
            lastWrite: userWrites, logger: logger)
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
        mailer = try Engines.openMailer(configuration)
        sender = MailSender(
            queue: engines.store, mailer: mailer,
            renderer: try MailRenderer(directory: try Self.templates(configuration), sender: configuration.mailFrom),
            options: MailSender.Options(
                policy: SendingPolicy(maxAttempts: configuration.mailAttempts, backoff: configuration.mailBackoff),
                onlyRequest: onlyMailsOfRequest,
                mustGiveWay: { users.isBusy || notificator.isBusy }),
            lastWrite: outcomeWrites, logger: logger)
    }

    /// The directory of the templates. One that was named is believed as it is named; one that is merely found in the data
    /// directory must be ours, with all that is in it.
    ///
    /// - Throws: ``ShippyError`` `.usage` for one that was named and is not there.
    static func templates(_ configuration: Configuration) throws -> String {
        if let named = configuration.templates {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: named, isDirectory: &isDirectory), isDirectory.boolValue else {
                throw configuration.fault(Settings.templates) { "\($0) \(named.quoted(limit: 200)) is not a directory: make it, or name another one" }
            }
            return named
        }
        try PrivateFile.checkTrusted("templates", in: configuration.home)
        let directory = "\(configuration.home)/templates"
        if FileManager.default.fileExists(atPath: directory) {
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
                try PrivateFile.checkTrusted("templates/\(name)", in: configuration.home)
            }
        }
        return directory
    }

    /// Of all in here that write to the store.
    var storeWrites: [LastWrite] { [userWrites, queueWrites, outcomeWrites] }

    func close() async {
        await users.close()
        await mailer.close()
    }
}
