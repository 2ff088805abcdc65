import ShippyCore

/// Finds the mail that somebody names: by its ID, or by the beginning of its ID that `mail list` shows on a terminal.
enum MailReference {
    /// The most mails that an error lists.
    private static let listed = 5

    /// - Throws: ``ShippyError`` `.notFound`, or `.invalid` if several mails begin so.
    static func find(_ text: String, in store: any MailQueue) async throws -> Mail {
        let start = text.lowercased()
        if let mail = try await store.mail(id: start) { return mail }
        guard !start.isEmpty, start.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || Character(UnicodeScalar($0)).isHexDigit }) else {
            throw ShippyError.noMail(text)
        }
        let mails = try await store.mails(MailFilter(), after: start, limit: listed + 1).filter { $0.id.hasPrefix(start) }
        guard let mail = mails.first else { throw ShippyError.noMail(text) }
        guard mails.count == 1 else {
            let some = mails.prefix(listed).map { "\($0.id) to \($0.to)" }.joined(separator: ", ")
            throw ShippyError(
                .invalid,
                "several mails begin with \(text.quoted(limit: 80)): \(some)\(mails.count > listed ? " and others" : ""); give more of the ID"
            )
        }
        return mail
    }
}
