import Foundation
package import ShippyCore
import ShippyRPC
import SwiftProtobuf

/// The decoded payload of an event. A user is read from any of the four formats in use: JSON, protobuf, and go-micro's two
/// envelopes.
package enum DecodedPayload: Sendable {
    /// A user and its JSON; nil for the JSON if the payload was protobuf.
    case user(EventUser, json: [UInt8]?)
    case json([UInt8])
    case text(String)
    case binary([UInt8])

    /// Detects the format from the content. `Content-Type` only helps to tell protobuf from text.
    package init(_ event: Event) {
        self.init(payload: event.payload, contentType: event.headers[HeaderName.contentType])
    }

    package init(payload: [UInt8], contentType: String?) {
        if let canonical = CanonicalUserJSON(payload) {
            self = .user(canonical.user, json: payload)
        } else if let decoded = Self.json(payload) {
            self = decoded
        } else if let user = Self.protobufUser(payload, isDeclared: contentType.map(Self.isProtobuf) ?? false) {
            self = .user(user, json: nil)
        } else if let text = String(validating: payload, as: UTF8.self) {
            self = .text(Secrets.hidden(in: text))
        } else {
            self = .binary(payload)
        }
    }

    static func isProtobuf(_ contentType: String) -> Bool {
        contentType.contains("proto") || contentType == "application/octet-stream"
    }

    private struct UserFields: Decodable {
        var id: String?
        var name: String?
        var company: String?
        var email: String?
    }

    /// The two envelopes of go-micro: its broker's, which contains JSON, and its publisher's, which contains protobuf.
    private struct Envelope: Decodable {
        var header: [String: String]?
        var body: Data

        enum CodingKeys: String, CodingKey {
            case header = "Header"
            case body = "Body"
        }
    }

    private static let decoder = JSONDecoder()

    private static func json(_ payload: [UInt8]) -> DecodedPayload? {
        guard let first = payload.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return nil }
        let data = Data(payload)
        if let envelope = try? decoder.decode(Envelope.self, from: data) {
            return DecodedPayload(payload: [UInt8](envelope.body), contentType: envelope.header?["Content-Type"] ?? "application/protobuf")
        }
        guard let object = try? JSONSerialization.jsonObject(with: data) else { return nil }
        if let fields = try? decoder.decode(UserFields.self, from: data), let email = fields.email, !email.isEmpty {
            let user = EventUser(id: fields.id ?? "", name: fields.name ?? "", company: fields.company ?? "", email: email)
            return .user(user, json: normalized(object))
        }
        return normalized(object).map(DecodedPayload.json)
    }

    /// The same JSON on one line, in a stable order, without secrets, and with every character escaped that a terminal might act
    /// on. The go-micro tutorial's own events contain a password, and other events may too.
    private static func normalized(_ object: Any) -> [UInt8]? {
        let object = withoutSecrets(object)
        guard let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]) else { return nil }
        return [UInt8](String(decoding: data, as: UTF8.self).visiblyEscaped().utf8)
    }

    static func withoutSecrets(_ value: Any) -> Any {
        switch value {
        case let members as [String: Any]: members.filter { !Secrets.isName($0.key) }.mapValues(withoutSecrets)
        case let elements as [Any]: elements.map(withoutSecrets)
        case let text as String: Secrets.hidden(in: text)
        default: value
        }
    }

    private static func protobufUser(_ payload: [UInt8], isDeclared: Bool) -> EventUser? {
        protobufMessage(payload, isDeclared: isDeclared).map { EventUser(id: $0.id, name: $0.name, company: $0.company, email: $0.email) }
    }

    static func protobufMessage(_ payload: [UInt8], isDeclared: Bool) -> Pb_User? {
        guard !payload.isEmpty, let message = try? Pb_User(serializedBytes: payload) else { return nil }
        // Much text happens to be valid protobuf. Unless it is declared as protobuf, it must look like a user.
        guard isDeclared || (message.email.contains("@") && message.unknownFields.data.isEmpty) else { return nil }
        return message.email.isEmpty ? nil : message
    }
}
