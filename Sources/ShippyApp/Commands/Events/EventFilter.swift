import ShippyCore
import ShippyEvents

/// A condition on a field of an event:
///
/// - `FIELD=VALUE`: the field has this value
/// - `FIELD!=VALUE`: it has another value, or is missing
/// - `FIELD~EXPRESSION`: its value matches the ``RegularExpression``
///
/// A field is `event-id`, `subject`, `headers.NAME` or a member of the event's data, such as `email`, `order.total` or `items.0.id`.
struct EventFilter {
    private enum Condition {
        case equal(String)
        case different(String)
        case matching(RegularExpression)
    }

    /// As typed.
    let text: String
    let field: String
    private let condition: Condition

    /// What a filter can be, for errors and help.
    static let forms = "FIELD=VALUE, FIELD!=VALUE or FIELD~EXPRESSION"

    /// - Throws: ``ShippyError`` `.usage` for any other form, an unusual field, or an invalid expression.
    init(_ text: String) throws {
        self.text = text
        let name = text.prefix { !"=!~<>".contains($0) }
        let rest = text[name.endIndex...]
        let operation = rest.prefix { "=!~<>".contains($0) }
        field = String(name)
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard !name.contains(where: \.isWhitespace), parts.allSatisfy({ !$0.isEmpty })
        else { throw Self.failure(text, "") }
        func value(after operation: String) -> String { String(rest.dropFirst(operation.count)) }
        if operation.hasPrefix("==") {
            throw Self.failure(text, "== is unknown (= compares); ")
        } else if operation.hasPrefix("=~") {
            throw Self.failure(text, "=~ is unknown (~ matches); ")
        } else if operation.hasPrefix("!=") {
            condition = .different(value(after: "!="))
        } else if operation.hasPrefix("=") {
            condition = .equal(value(after: "="))
        } else if operation.hasPrefix("~") {
            let expression = value(after: "~")
            guard !expression.isEmpty else { throw Self.failure(text, "the expression is empty; ") }
            do {
                condition = .matching(try RegularExpression(expression))
            } catch {
                throw ShippyError(.usage, "cannot parse --filter \(text.quoted(limit: 80)): \(error.message)")
            }
        } else {
            throw Self.failure(text, operation.isEmpty ? "" : "\(operation) is unknown; ")
        }
    }

    private static func failure(_ text: String, _ reason: String) -> ShippyError {
        ShippyError(.usage, "cannot parse --filter \(text.quoted(limit: 80)): \(reason)use \(forms), such as company=Analytical")
    }

    /// A warning if the expression took too long for some values, which then did not match.
    var warning: String? {
        guard case .matching(let expression) = condition, expression.isTooSlow else { return nil }
        return "--filter \(text.quoted(limit: 80)): the expression takes too long for some events: they were treated as not matching"
    }

    func passes(_ event: Event, _ payload: DecodedPayload) -> Bool {
        let value = value(event, payload)
        return switch condition {
        case .equal(let wanted): value == wanted
        case .different(let unwanted): value != unwanted
        case .matching(let expression): value.map(expression.matches) ?? false
        }
    }

    private func value(_ event: Event, _ payload: DecodedPayload) -> String? {
        switch field {
        case "event-id": return event.id
        case "subject": return event.subject.description
        default: break
        }
        for prefix in ["headers.", "header."] where field.hasPrefix(prefix) { return event.headers[String(field.dropFirst(prefix.count))] }
        return payload.field(field)
    }
}
