import ShippyCore
import ShippyEvents

/// Selects events by all of several filters, and by a text that the data contains.
struct EventSelection {
    var filters: [EventFilter] = []
    var grep: String?

    /// Whether it selects every event.
    var isEmpty: Bool { filters.isEmpty && grep == nil }

    /// - Returns: whether it selects the event, and the event's data if that had to be decoded.
    func look(at event: Event) -> (passes: Bool, payload: DecodedPayload?) {
        if isEmpty { return (true, nil) }
        let payload = DecodedPayload(event)
        return (filters.allSatisfy { $0.passes(event, payload) } && (grep.map(payload.contains) ?? true), payload)
    }

    /// See ``EventFilter/warning``.
    var warnings: [String] { filters.compactMap(\.warning) }
}

extension DecodedPayload {
    func contains(_ text: String) -> Bool {
        switch self {
        case .user(let user, let json):
            json.map { String(decoding: $0, as: UTF8.self).contains(text) } ?? false
                || [user.id, user.name, user.company, user.email].contains { $0.contains(text) }
        case .json(let json): String(decoding: json, as: UTF8.self).contains(text)
        case .text(let payload): payload.contains(text)
        case .binary: false
        }
    }
}
