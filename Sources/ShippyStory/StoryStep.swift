package import ShippyCore

/// A step of a story.
package struct StoryStep: Hashable, Sendable {
    /// What it is, by the name that scripts see.
    package enum Kind: String, CaseIterable, Sendable {
        // MARK: The user

        case created, updated, disabled, enabled, deleted
        case loggedIn = "logged-in"
        case loginFailed = "login-failed"
        case passwordChanged = "password-changed"
        /// Anything else in the audit log.
        case audit

        // MARK: Events

        case event
        /// A consumer group gave up on an event.
        case eventDead = "event-dead"
        case eventReplayed = "event-replayed"
        case eventDropped = "event-dropped"

        // MARK: Mails

        case mailQueued = "mail-queued"
        case mailTry = "mail-try"
        case mailSent = "mail-sent"
        case mailDead = "mail-dead"

        // MARK: The end

        /// What is still to come.
        case next
        /// What could not be read or was not looked at.
        case note
    }

    package enum Mark: Sendable {
        case done, problem, waiting, note
    }

    /// A value for scripts.
    package enum Value: Hashable, Sendable {
        case text(String)
        case number(Int64)
    }

    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: Value
    }

    /// nil for what is still to come at an unknown time, and for what has no known time.
    package var at: Timestamp?
    package var kind: Kind
    package var mark: Mark
    /// In a few words: `mail try 1`.
    package var what: String
    package var detail: String
    /// What the JSON has besides, in order. Empty texts are left out.
    package private(set) var members: [Member] = []
    /// Distinguishes it from all other steps of the story, and stays the same when the story is read again.
    package var key: String
    /// Where a step without a time belongs: after this one.
    var place: Timestamp?

    /// A step that went well.
    package init(_ at: Timestamp?, _ kind: Kind, _ what: String, _ detail: String = "", key: String = "") {
        self.init(at, kind, .done, what, detail, key: key)
    }

    package init(_ at: Timestamp?, _ kind: Kind, _ mark: Mark, _ what: String, _ detail: String = "", key: String = "") {
        self.at = at
        self.kind = kind
        self.mark = mark
        self.what = what
        self.detail = detail
        self.key = key.isEmpty ? "\(kind.rawValue) \(what)" : "\(kind.rawValue) \(key)"
    }

    /// The member with this name; nil if it has none.
    package func text(_ name: String) -> String? {
        if case .text(let text) = members.first(where: { $0.name == name })?.value { text } else { nil }
    }

    /// As above.
    package func number(_ name: String) -> Int64? {
        if case .number(let number) = members.first(where: { $0.name == name })?.value { number } else { nil }
    }

    package mutating func add(_ name: String, _ value: String?) {
        if let value, !value.isEmpty { members.append(Member(name: name, value: .text(value))) }
    }

    package mutating func add(_ name: String, _ value: Int64?) {
        if let value { members.append(Member(name: name, value: .number(value))) }
    }
}

extension StoryStep: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("at", at)
            $0.field("step", kind.rawValue)
            $0.field("what", what)
            if !detail.isEmpty { $0.field("detail", detail) }
            for member in members {
                switch member.value {
                case .text(let text): $0.field(named: member.name, text)
                case .number(let number): $0.field(named: member.name, Int(number))
                }
            }
        }
    }
}
