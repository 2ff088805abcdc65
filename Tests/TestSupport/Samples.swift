package import ShippyCore
import ShippyEvents

/// Values for tests.
package enum Samples {
    package static func user(_ email: String = "ada@example.com", name: String = "Ada Lovelace") -> User {
        User(
            id: UUIDv7.next(), name: name, company: "Analytical", email: EmailAddress(trusted: email),
            createdAt: Timestamp(milliseconds: 1_767_323_045_678))
    }

    package static func event(for user: User, id: String = UUIDv7.next()) -> OutgoingEvent {
        EventEncoding.json.userCreated(user, eventID: id, source: "/test", requestID: "request-1", welcome: true)
    }

    package static func newUser(
        _ email: String, idempotency: IdempotencyKey? = nil, onConflict: NewUser.Conflict = .refuse
    ) -> NewUser {
        let user = user(email)
        return NewUser(
            user: user, passwordHash: nil, event: event(for: user), idempotency: idempotency, onConflict: onConflict, requestID: "request-1")
    }

    package static func mail(
        _ to: String = "ada@example.com", eventID: String? = UUIDv7.next(), due: Timestamp = .now
    ) -> Mail {
        Mail(
            id: UUIDv7.next(), to: EmailAddress(trusted: to), template: .welcome, nextAttemptAt: due, eventID: eventID, requestID: "request-1",
            createdAt: .now,
            name: "Ada Lovelace", company: "Analytical")
    }

    package static func outgoing(_ subject: String = "user.created", id: String = UUIDv7.next(), _ text: String = "{}") -> OutgoingEvent {
        OutgoingEvent(
            id: id, subject: Subject(unchecked: subject), time: .now, headers: EventHeaders([(HeaderName.natsMessageID, id)]),
            payload: [UInt8](text.utf8)
        )
    }

    package static func instance(_ service: String = "users", _ id: String = "127.0.0.1:1", ttl: Double = 10) -> Instance {
        Instance(service: service, id: id, address: id, protocol: "grpc", version: "0.1.0", metadata: ["host": "here"], ttl: ttl)
    }
}
