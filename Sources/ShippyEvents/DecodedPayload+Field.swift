import Foundation
import ShippyCore

extension DecodedPayload {
    /// The value of a field of the data, as text; nil if there is none.
    ///
    /// A name may be a path: `order.total`, or `items.0.id` for an element of an array. `user.email` is also the address of the
    /// event's user, in whichever format the user is, and `data.email` the same as `email`. Objects and arrays are JSON.
    package func field(_ path: String) -> String? {
        if let value = userField(path) { return value }
        if let value = json.flatMap({ Self.value(path[...], in: $0) }) { return Self.text(value) }
        for prefix in ["data.", "user."] where path.hasPrefix(prefix) {
            let rest = String(path.dropFirst(prefix.count))
            if prefix == "user." { return userField(rest) }
            return field(rest)
        }
        return nil
    }

    private func userField(_ name: String) -> String? {
        guard case .user(let user, _) = self else { return nil }
        return switch name {
        case "id": user.id
        case "name": user.name
        case "company": user.company
        case "email": user.email
        default: nil
        }
    }

    private var json: Any? {
        switch self {
        case .user(_, let json?), .json(let json): try? JSONSerialization.jsonObject(with: Data(json))
        default: nil
        }
    }

    /// A member whose name has dots comes before a path.
    private static func value(_ path: Substring, in value: Any) -> Any? {
        func member(_ name: Substring) -> Any? {
            if let members = value as? [String: Any] { return members[String(name)] }
            guard let elements = value as? [Any], let index = Int(name), elements.indices.contains(index) else { return nil }
            return elements[index]
        }
        if let found = member(path) { return found }
        var dot = path.firstIndex(of: ".")
        while let place = dot {
            let rest = path.index(after: place)
            if let child = member(path[..<place]), let found = Self.value(path[rest...], in: child) { return found }
            dot = path[rest...].firstIndex(of: ".")
        }
        return nil
    }

    private static func text(_ value: Any) -> String {
        if let text = value as? String { return text }
        let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
        guard let json = try? JSONSerialization.data(withJSONObject: value, options: options) else { return "\(value)" }
        return String(decoding: json, as: UTF8.self)
    }
}
