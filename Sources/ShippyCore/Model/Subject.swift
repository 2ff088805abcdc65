/// The dot-separated name that an event is published under, such as `user.created`.
package struct Subject: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package static let userCreated = Subject(unchecked: "user.created")
    package static let userUpdated = Subject(unchecked: "user.updated")
    package static let userDisabled = Subject(unchecked: "user.disabled")
    package static let userEnabled = Subject(unchecked: "user.enabled")
    package static let userDeleted = Subject(unchecked: "user.deleted")
    package static let userLoggedIn = Subject(unchecked: "user.logged-in")
    /// A mail for a user that nothing else asks for: see ``HeaderName/notice``.
    package static let userNotice = Subject(unchecked: "user.notice")

    /// What is published about users.
    package static let ofUsers = [userCreated, userUpdated, userDisabled, userEnabled, userDeleted, userLoggedIn, userNotice]

    package init(unchecked text: String) {
        description = text
    }

    /// - Throws: ``ShippyError`` `.usage` for an empty token, a wildcard, a space or a control character.
    package init(_ text: String) throws {
        let filter = try SubjectFilter(text)
        guard !filter.hasWildcard else {
            throw ShippyError(.usage, "subject \(text.quoted()) contains a wildcard: publish under a single subject")
        }
        description = text
    }

    /// The subject for a consumer's events that failed too often.
    package static func deadLetters(of consumer: String) -> Subject {
        Subject(unchecked: "dead-letter.\(consumer)")
    }

    /// The subject for a consumer's dead letters that it gets again.
    package static func replays(of consumer: String) -> Subject {
        Subject(unchecked: "dead-letter.\(consumer).replay")
    }

    /// The subject for the notes that a consumer's dead letters were dropped.
    package static func drops(of consumer: String) -> Subject {
        Subject(unchecked: "dead-letter.\(consumer).drop")
    }

    /// All dead letters, replays and drops.
    package static let allDeadLetters = "dead-letter.>"

    /// The consumer whose dead letters have this subject; nil for any other subject.
    package var deadLetterGroup: String? { tokenOfDeadLetter(count: 2) }

    /// Whether events with this subject replay dead letters.
    package var isReplay: Bool { tokenOfDeadLetter(count: 3) != nil && description.hasSuffix(".replay") }

    /// Whether events with this subject note that dead letters were replayed or dropped.
    package var isSettlement: Bool { isReplay || (tokenOfDeadLetter(count: 3) != nil && description.hasSuffix(".drop")) }

    private func tokenOfDeadLetter(count: Int) -> String? {
        // Almost no subject gets further.
        guard description.utf8.first == UInt8(ascii: "d"), description.hasPrefix("dead-letter.") else { return nil }
        let tokens = description.split(separator: ".", omittingEmptySubsequences: false)
        return tokens.count == count && !tokens[1].isEmpty ? String(tokens[1]) : nil
    }
}

/// A subject or a NATS subject pattern: `*` matches one token, a final `>` one or more.
package struct SubjectFilter: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    private let tokens: [Substring]

    /// - Throws: ``ShippyError`` `.usage`, naming the text.
    package init(_ text: String) throws {
        let tokens = text.split(separator: ".", omittingEmptySubsequences: false)
        guard !text.isEmpty, text.utf8.count <= 255, tokens.allSatisfy({ !$0.isEmpty }),
            text.unicodeScalars.allSatisfy({ $0 != " " && !$0.isUnsafeToShow })
        else {
            throw ShippyError(
                .usage,
                "cannot parse subject \(text.quoted(limit: 80)): use tokens separated by dots, such as user.created or user.>")
        }
        for (index, token) in tokens.enumerated() where token.contains(where: { "*>".contains($0) }) {
            guard token == "*" || (token == ">" && index == tokens.count - 1) else {
                throw ShippyError(.usage, "subject \(text.quoted()) has a misplaced wildcard: * must be a whole token, and > the last one")
            }
        }
        self.description = text
        self.tokens = tokens
    }

    package init(_ subject: Subject) {
        description = subject.description
        tokens = subject.description.split(separator: ".")
    }

    package var hasWildcard: Bool { tokens.contains { $0 == "*" || $0 == ">" } }

    package func matches(_ subject: Subject) -> Bool {
        if !hasWildcard { return subject.description == description }
        let parts = subject.description.split(separator: ".")
        for (index, token) in tokens.enumerated() {
            if token == ">" { return parts.count > index }
            guard index < parts.count, token == "*" || token == parts[index] else { return false }
        }
        return parts.count == tokens.count
    }

    /// Whether it matches every subject that `other` matches.
    package func covers(_ other: SubjectFilter) -> Bool {
        for (index, token) in tokens.enumerated() {
            guard index < other.tokens.count else { return false }
            if token == ">" { return true }
            guard token == other.tokens[index] || (token == "*" && other.tokens[index] != ">") else { return false }
        }
        return other.tokens.count == tokens.count
    }

    /// The filters without any that another one covers. They match the same subjects as all filters together.
    package static func widest(of filters: [SubjectFilter]) -> [SubjectFilter] {
        filters.enumerated().filter { place, filter in
            !filters.enumerated().contains { $0 != place && $1.covers(filter) && ($0 < place || !filter.covers($1)) }
        }.map(\.element)
    }
}
