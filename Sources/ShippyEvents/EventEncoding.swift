import Foundation
package import ShippyCore
import ShippyRPC
import SwiftProtobuf

/// The payload format of published `user.…` events. Readers accept all of them, by content. The first is the default.
package enum EventEncoding: String, CaseIterable, Sendable {
    /// The user's JSON.
    case json
    /// The bytes of the go-micro tutorial's protobuf `User`.
    case protobuf
    /// The envelope of the go-micro broker: JSON that contains the user's JSON in base64.
    case goMicro = "go-micro"

    /// The event for the creation of `user`, with the headers of CloudEvents 1.0 in binary mode.
    ///
    /// - Parameter time: when the user is created here; nil if that is the user's own time.
    package func userCreated(
        _ user: User, at time: Timestamp? = nil, eventID: String, source: String, requestID: String, welcome: Bool
    ) -> OutgoingEvent {
        var event = event(.userCreated, user, at: time ?? user.createdAt, eventID: eventID, source: source, requestID: requestID)
        if !welcome { event.headers.append(HeaderName.welcome, "no") }
        return event
    }

    /// The event for a change of `user`, in the same format.
    ///
    /// - Parameter user: as the change leaves it; a deleted user as it was.
    package func event(
        _ kind: UserEvent, of user: User, at time: Timestamp, eventID: String, source: String, requestID: String
    ) -> OutgoingEvent {
        event(kind.subject, user, at: time, eventID: eventID, source: source, requestID: requestID)
    }

    /// The event by which a notificator sends `user` a mail.
    ///
    /// - Parameters:
    ///   - user: with the address that the mail goes to.
    ///   - link: as in ``Mail/link``.
    package func notice(
        _ template: Mail.Template, to user: User, link: String = "", at time: Timestamp, eventID: String, source: String, requestID: String
    ) -> OutgoingEvent {
        var event = event(.userNotice, user, at: time, eventID: eventID, source: source, requestID: requestID)
        event.headers.append(HeaderName.notice, template.rawValue)
        if !link.isEmpty { event.headers.append(HeaderName.link, link) }
        return event
    }

    private func event(
        _ subject: Subject, _ user: User, at time: Timestamp, eventID: String, source: String, requestID: String
    ) -> OutgoingEvent {
        var headers = EventHeaders([
            (HeaderName.id, user.id),
            (HeaderName.natsMessageID, eventID),
            (HeaderName.specVersion, "1.0"),
            (HeaderName.eventID, eventID),
            (HeaderName.eventType, subject.description),
            (HeaderName.source, source),
            (HeaderName.time, time.description),
            (HeaderName.contentType, contentType),
            (HeaderName.requestID, requestID),
        ])
        if let trace = Trace.current { headers.append(HeaderName.trace, trace.description) }
        return OutgoingEvent(id: eventID, subject: subject, time: time, headers: headers, payload: payload(user))
    }

    private var contentType: String {
        switch self {
        case .json, .goMicro: "application/json"
        case .protobuf: "application/protobuf"
        }
    }

    private func payload(_ user: User) -> [UInt8] {
        switch self {
        case .json:
            return user.json
        case .protobuf:
            let message = Pb_User.with {
                $0.id = user.id
                $0.name = user.name
                $0.company = user.company
                $0.email = user.email.description
            }
            // Fails only for required fields and extensions. This message has neither.
            return (try? message.serializedBytes()) ?? []
        case .goMicro:
            var json = JSONWriter()
            json.object {
                $0.field("Header") { $0.field("id", user.id) }
                $0.field("Body", Data(user.json).base64EncodedString())
            }
            return json.bytes
        }
    }
}
