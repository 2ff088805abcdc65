import Foundation
import ShippyCore
import ShippyRPC
import SwiftProtobuf

extension DecodedPayload {
    /// The payload in its own format, without the secrets in it; nil if there are none, and the payload can be passed on as it is.
    package static func withoutSecrets(_ payload: [UInt8], contentType: String?) -> [UInt8]? {
        if CanonicalUserJSON.recognises(payload) { return nil }
        if let object = object(payload) {
            let clean = withoutSecrets(inEnvelope: object) ?? withoutSecrets(object)
            let (before, after) = (serialized(object), serialized(clean))
            return before == after ? nil : after
        }
        if let message = protobufMessage(payload, isDeclared: contentType.map(isProtobuf) ?? false) {
            // Fields that we do not know may hold a password, as in the tutorial's own message.
            var clean = Pb_User()
            clean.id = message.id
            clean.name = Secrets.hidden(in: message.name)
            clean.company = Secrets.hidden(in: message.company)
            clean.email = message.email
            return clean == message ? nil : try? clean.serializedBytes()
        }
        guard let text = String(validating: payload, as: UTF8.self) else { return nil }
        let clean = Secrets.hidden(in: text)
        return clean == text ? nil : [UInt8](clean.utf8)
    }

    private static func object(_ payload: [UInt8]) -> Any? {
        guard let first = payload.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return nil }
        return try? JSONSerialization.jsonObject(with: Data(payload))
    }

    /// An envelope of go-micro without the secrets of its content; nil for anything else.
    private static func withoutSecrets(inEnvelope object: Any) -> Any? {
        guard var members = object as? [String: Any], let text = members["Body"] as? String, let body = Data(base64Encoded: text) else { return nil }
        let type = (members["Header"] as? [String: Any])?["Content-Type"] as? String
        if let clean = withoutSecrets([UInt8](body), contentType: type ?? "application/protobuf") {
            members["Body"] = Data(clean).base64EncodedString()
        }
        if let header = members["Header"] { members["Header"] = withoutSecrets(header) }
        return members
    }

    private static func serialized(_ object: Any) -> [UInt8] {
        let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return data.map { [UInt8]($0) } ?? []
    }
}
