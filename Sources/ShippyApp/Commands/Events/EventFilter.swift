import Foundation
import ShippyCore
import ShippyEvents

/// `FIELD=VALUE`: an event matches if its field has this value.
struct EventFilter: Sendable {
    let field: String
    let value: String

    /// - Throws: ``ShippyError`` `.usage` without a `=`.
    init(_ text: String) throws {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ShippyError(
                .usage, "cannot parse --filter \(text.quoted(limit: 80)): use FIELD=VALUE, such as company=Analytical")
        }
        field = String(text[..<equals])
        value = String(text[text.index(after: equals)...])
    }

    func passes(_ event: Event, _ payload: DecodedPayload) -> Bool {
        switch field {
        case "event-id": return event.id == value
        case "subject": return event.subject.description == value
        case _ where field.hasPrefix("header."): return event.headers[String(field.dropFirst("header.".count))] == value
        default: return payload.field(field) == value
        }
    }
}

extension DecodedPayload {
    /// The value of a field of the data, as text.
    fileprivate func field(_ name: String) -> String? {
        if case .user(let user, _) = self {
            switch name {
            case "id": return user.id
            case "name": return user.name
            case "company": return user.company
            case "email": return user.email
            default: break
            }
        }
        switch self {
        case .user(_, let json?), .json(let json):
            let members = (try? JSONSerialization.jsonObject(with: Data(json))) as? [String: Any]
            return members?[name].map { "\($0)" }
        default: return nil
        }
    }
}
