import Foundation
package import ShippyCore
import ShippyRPC
import SwiftProtobuf

/// The payload format of published `user.created` events. Readers accept all of them, by content. The first is the default.
package enum EventEncoding: String, CaseIterable, Sendable {
    /// The user's JSON.
    case json
    /// The bytes of the go-micro tutorial's protobuf `User`.
    case protobuf
    /// The envelope of the go-micro broker: JSON that contains the user's JSON in base64.
    case goMicro = "go-micro"

    /// The event for the creation of `user`, with the headers of CloudEvents 1.0 in binary mode.
    package func userCreated(_ user: User, eventID: String, source: String, requestID: String, welcome: Bool) -> OutgoingEvent {
        var headers = EventHeaders([
            (HeaderName.id, user.id),
            (HeaderName.natsMessageID, eventID),
            (HeaderName.specVersion, "1.0"),
            (HeaderName.eventID, eventID),
            (HeaderName.eventType, Subject.userCreated.description),
            (HeaderName.source, source),
            (HeaderName.time, user.createdAt.description),
            (HeaderName.contentType, contentType),
            (HeaderName.requestID, requestID),
        ])
        if !welcome { headers.append(HeaderName.welcome, "no") }
        return OutgoingEvent(id: eventID, subject: .userCreated, time: user.createdAt, headers: headers, payload: payload(user))
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
