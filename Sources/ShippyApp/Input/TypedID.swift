import ShippyCore

/// An ID as people type it: whole, or as a table shows it, by its first characters.
///
/// The one place that finds out what is meant. Lists are in the order of IDs, so a page after the given characters has every ID that
/// begins with them.
enum TypedID {
    /// Fewer would mean a day and more.
    private static let least = 6
    /// The candidates that are named if several IDs begin with it.
    private static let shown = 5

    /// Whether text can be the beginning of an ID. Neither an address nor a token can.
    static func isPrefix(_ text: String) -> Bool {
        let text = cleaned(text)
        return (least..<36).contains(text.utf8.count) && text.utf8.allSatisfy("0123456789abcdef-".utf8.contains)
    }

    /// - Parameters:
    ///   - kind: what has the ID, such as `session`.
    ///   - list: the command that lists them.
    ///   - page: lists the IDs after a text, in order.
    /// - Returns: a whole ID, in lower case. One that was typed as a whole need not exist.
    /// - Throws: ``ShippyError`` `.notFound`, without the text if it may be a secret; `.conflict` with the candidates if there are several.
    static func whole(
        _ text: String, of kind: String, list: String, page: (_ after: String, _ limit: Int) async throws -> [String]
    ) async throws -> String {
        if text.isUUID { return text.lowercased() }
        // Not quoted: it may be a token that was pasted.
        guard isPrefix(text) else {
            throw ShippyError(.notFound, "not the ID of a \(kind), nor at least its first \(least) characters: `\(list)` shows them")
        }
        let prefix = cleaned(text)
        let found = try await page(prefix, shown + 1).prefix { $0.hasPrefix(prefix) }
        guard let first = found.first else { throw ShippyError(.notFound, "no \(kind) has an ID that begins with \(prefix): `\(list)` shows them") }
        guard found.count == 1 else {
            let names = found.prefix(shown).joined(separator: ", ") + (found.count > shown ? " and others" : "")
            throw ShippyError(.conflict, "several \(kind)s have an ID that begins with \(prefix): \(names)")
        }
        return first
    }

    /// The greatest text that is less than `id` and can be an ID: a page after it begins with `id`.
    static func before(_ id: String) -> String { String(id.dropLast()) }

    /// A table may have shown it with an ellipsis.
    private static func cleaned(_ text: String) -> String { String(text.lowercased().prefix { $0 != "…" }) }
}

extension AccessAPI {
    /// - Parameter user: whose sessions the caller may see; nil for all.
    /// - Throws: as ``TypedID/whole(_:of:list:page:)``.
    func sessionID(typed text: String, of user: String?) async throws -> String {
        try await TypedID.whole(text, of: "session", list: "shippy session list") { try await sessions(of: user, after: $0, limit: $1).map(\.id) }
    }

    /// - Throws: as above.
    func tokenID(typed text: String) async throws -> String {
        try await TypedID.whole(text, of: "token", list: "shippy token list") { try await tokens(after: $0, limit: $1).map(\.id) }
    }

    /// The ID of a signing key, which is no UUID.
    /// - Throws: as above.
    func keyID(typed text: String) async throws -> String {
        let found = try await signingKeys().map(\.id).filter { $0.hasPrefix(text.prefix { $0 != "…" }) }
        guard found.count > 1, text.utf8.count >= 4 else { return found.count == 1 && text.utf8.count >= 4 ? found[0] : text }
        throw ShippyError(.conflict, "several keys have an ID that begins with this: \(found.joined(separator: ", "))")
    }
}

extension MailQueue {
    /// The mail with this ID, or with one that begins like this.
    /// - Throws: as above.
    func mail(typed text: String) async throws -> Mail {
        let id = try await TypedID.whole(text, of: "mail", list: "shippy mail list") { try await mails(MailFilter(), after: $0, limit: $1).map(\.id) }
        guard let mail = try await mail(id: id) else { throw ShippyError.noMail(id) }
        return mail
    }
}
