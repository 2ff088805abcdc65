import Foundation
import Logging
import ShippyAccess
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import ShippyNotificator
import ShippyUsers

/// The services, configured, on open engines.
struct Services: Sendable {
    let users: UsersService
    let access: Access
    let tutorialUsers: TutorialUsers
    /// Nil if the store publishes events itself.
    let relay: OutboxRelay?
    let notificator: NotificatorService
    let consumers: [MailConsumer]
    let sender: MailSender
    let mailer: any Mailer
    private let userWrites = LastWrite()
    private let accessWrites = LastWrite()
    private let queueWrites = LastWrite()
    private let outcomeWrites = LastWrite()
    /// The last publish; the same as the last write of users if the store publishes events itself.
    let busWrites: LastWrite

    /// - Parameters:
    ///   - onlyMailsOfRequest: send only mails caused by this request; nil for all.
    ///   - isOpenToOthers: whether other machines can reach one of the process's addresses.
    init(
        _ configuration: Configuration, secret: AccessSecret, engines: Engines, onlyMailsOfRequest: String? = nil, isOpenToOthers: Bool = false,
        logger: Logger
    ) throws {
        let users = UsersService(
            store: engines.store, secret: secret,
            options: UsersService.Options(
                mailDomain: configuration.ownMailDomain, bcryptCost: configuration.bcryptCost, eventEncoding: configuration.eventEncoding),
            lastWrite: userWrites, logger: logger)
        self.users = users
        access = try Access(
            configuration, secret: secret, store: engines.store, users: users, isOpenToOthers: isOpenToOthers, lastWrite: accessWrites,
            logger: logger)
        tutorialUsers = TutorialUsers(users: users, access: access.service, authenticator: access.authenticator)
        if let outbox = engines.store.outbox {
            busWrites = LastWrite()
            relay = OutboxRelay(outbox: outbox, bus: engines.bus, lastPublish: busWrites, logger: logger)
        } else {
            busWrites = userWrites
            relay = nil
        }
        let notificator = NotificatorService(queue: engines.store, lastWrite: queueWrites, logger: logger)
        self.notificator = notificator
        let state = access.state
        consumers = [.welcome(confirmingWith: configuration.confirmsAddresses ? state.secret : nil), .notices].map { [queueWrites] in
            MailConsumer($0, queue: engines.store, bus: engines.bus, lastWrite: queueWrites, logger: logger)
        }
        mailer = try Engines.openMailer(configuration)
        sender = MailSender(
            queue: engines.store, mailer: mailer,
            renderer: try MailRenderer(configuration),
            // Whoever cannot open the installation's keys has another secret, and would mail links that do not work.
            links: MailLinks(publicURL: configuration.ownPublicURL) {
                _ = try await state.currentKeys()
                return state.secret
            },
            options: MailSender.Options(
                policy: SendingPolicy(maxAttempts: configuration.mailAttempts, backoff: configuration.mailBackoff),
                onlyRequest: onlyMailsOfRequest,
                mustGiveWay: { users.isBusy || notificator.isBusy }),
            lastWrite: outcomeWrites, logger: logger)
    }

    /// The template directory. A configured directory is trusted; `templates` in the data directory and the files in it must
    /// belong to this user or root and must not be writable by others.
    ///
    /// - Throws: ``ShippyError`` `.usage` if the configured directory does not exist.
    static func templates(_ configuration: Configuration) throws -> String {
        if let named = configuration.templates {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: named, isDirectory: &isDirectory), isDirectory.boolValue else {
                throw configuration.fault(Settings.templates) { "\($0) \(named.quoted(limit: 200)) is not a directory: create it" }
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

    /// The last writes of everything here that writes to the store.
    var storeWrites: [LastWrite] { [userWrites, accessWrites, queueWrites, outcomeWrites] }

    func close() async {
        await users.close()
        await mailer.close()
    }
}
