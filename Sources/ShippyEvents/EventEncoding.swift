import Foundation
package import ShippyCore
import ShippyRPC
import SwiftProtobuf

/// How a `user.created` event is written. All of these are read, by content; the first is the default.
package enum EventEncoding: String, CaseIterable, Sendable {
    /// The user's JSON.
    case json
    /// The bytes of the go-micro tutorial's protobuf `User`.
    case protobuf
    /// The go-micro broker's envelope: JSON with the user's JSON in base64.
    case goMicro = "go-micro"

    /// The event that says that `user` was created, with the CloudEvents 1.0 headers of binary mode.
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
            // Fails only for required fields and extensions, which this message has none of.
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
