package import ShippyCore
import ShippyEvents

/// Values for tests.
package enum Samples {
    package static func user(_ email: String = "ada@example.com", name: String = "Ada Lovelace") -> User {
        User(
            id: UUIDv7.next(), name: name, company: "Analytical", email: EmailAddress(trusted: email),
            createdAt: Timestamp(milliseconds: 1_767_323_045_678))
    }

    /// An ID that was made then. Those of ``UUIDv7/next(at:)`` never go back in time.
    package static func id(madeAt time: Timestamp) -> String {
        let digits = String(time.milliseconds, radix: 16)
        let padded = String(repeating: "0", count: 12 - digits.count) + digits
        return "\(padded.prefix(8))-\(padded.suffix(4))-7\(UUIDv7.next().suffix(3))-a75f-\(UUIDv7.next().suffix(12))"
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

    package static let facts = AttemptFacts(
        server: "mx.example.com:25", startedAt: Timestamp(milliseconds: 1_767_323_045_000), endedAt: Timestamp(milliseconds: 1_767_323_045_678))

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

/// Values of access.
extension Samples {
    package static func auditEntry(
        _ action: String = "test.change", actor: String = "owner", target: String = "", at time: Timestamp = .now
    ) -> AuditEntry {
        AuditEntry(
            id: UUIDv7.next(at: time), at: time, actor: actor, address: "192.0.2.7", action: action, target: target, outcome: "ok",
            requestID: "request-1")
    }

    package static func session(of userID: String, lasting lifetime: Duration = .seconds(3600), client: String = "test/1.0") -> Session {
        let now = Timestamp.now
        return Session(
            id: UUIDv7.next(), userID: userID, createdAt: now, lastUsedAt: now, expiresAt: now + lifetime, counterSince: now, client: client,
            address: "192.0.2.7")
    }

    package static func refresh(_ sessionID: String, _ counter: Int64, lasting lifetime: Duration = .seconds(3600)) -> SessionRefresh {
        SessionRefresh(
            sessionID: sessionID, counter: counter, expiresAt: .now + lifetime, address: "192.0.2.8",
            auditIfReused: auditEntry("session.reuse", target: "session:\(sessionID)"))
    }

    package static func token(_ name: String = "ci", role: AccessRole = .reader, expiring: Duration? = nil) -> APIToken {
        let now = Timestamp.now
        return APIToken(
            id: UUIDv7.next(), name: name, role: role, hash: Array(0..<32), createdBy: "owner", createdAt: now,
            expiresAt: expiring.map { now + $0 })
    }

    package static func signingKey(_ id: String, signing: Bool = true) -> StoredSigningKey {
        StoredSigningKey(
            id: id, publicKey: [4] + Array(repeating: 7, count: 64), sealedPrivateKey: Array("sealed \(id)".utf8), createdAt: .now,
            signsFrom: signing ? .now : nil, retiresAt: nil)
    }
}
