import ShippyAccess
import ShippyCore
import ShippyNotificator

/// Finds the address to which a mail is sent again: its user may have another one by now.
struct MailRecipient {
    /// The most events that are looked through for the one that caused the mail.
    private static let eventLimit = 5000
    /// The event was published this much before its ID was made at most, by the clocks of both.
    private static let leeway = Duration.seconds(60)

    private let mail: Mail
    private let store: any Store

    init(_ mail: Mail, _ store: any Store) {
        self.mail = mail
        self.store = store
    }

    /// The address of the mail's user now; of a notice about an earlier address, that one. Never one that another user has by now.
    ///
    /// - Throws: ``ShippyError`` `.notFound` if the user is gone, or nobody can tell who it is.
    func address(_ bus: () throws -> any EventBus) async throws -> EmailAddress {
        guard mail.template != .message else { return mail.to }
        guard let id = try await userID(bus) else {
            // Whoever has the address, and had an account before the mail was made, is the one whom it was made for, as far as anybody can tell.
            guard let holder = try await store.user(email: mail.to.description), holder.user.createdAt <= mail.createdAt else {
                throw unknown("nobody can tell any more whom the mail was for")
            }
            return mail.to
        }
        guard let record = try await store.user(id: id) else { throw unknown("the user was deleted") }
        guard mail.template == .addressChanged, !record.user.email.isSame(as: mail.to) else { return record.user.email }
        guard try await store.user(email: mail.to.description) == nil else { throw unknown("another user has the address \(mail.to) now") }
        return mail.to
    }

    private func unknown(_ reason: String) -> ShippyError {
        ShippyError(.notFound, "\(reason): say where the mail shall go, with --to ADDRESS")
    }

    /// By what the mail itself tells, or by the event that caused the mail, if that is still on the bus.
    private func userID(_ bus: () throws -> any EventBus) async throws -> String? {
        if let id = mail.userID ?? MailLink.userID(in: mail.link) { return id }
        guard let eventID = mail.eventID else { return nil }
        let start = UUIDv7.time(eventID) ?? mail.createdAt
        let reader = try await bus().reader(subjects: [SubjectFilter(">")], from: .time(start - Self.leeway))
        return try await closing({ await reader.close() }) {
            var count = 0
            while count < Self.eventLimit {
                let items = try await reader.next(limit: 500, wait: .zero)
                if items.isEmpty { return nil }
                for case .event(let event) in items {
                    count += 1
                    if event.id == eventID { return event.headers[HeaderName.id] }
                }
            }
            return nil
        }
    }

    /// Refuses a copy of which nobody would have anything.
    static func check(_ copy: Mail, of mail: Mail) throws {
        guard copy.template.needsLink else { return }
        let command = copy.template == .resetPassword ? "reset-password" : "confirm"
        let advice = "`shippy user \(command) \(copy.to)` sends a new one"
        guard let end = MailLink.end(of: copy.link) else {
            throw ShippyError(.invalid, "the link in the mail is only for \(mail.to): \(advice)")
        }
        guard end > .now else { throw ShippyError(.invalid, "the link in the mail has expired: \(advice)") }
    }
}
