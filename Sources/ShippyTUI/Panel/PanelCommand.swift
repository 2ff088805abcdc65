import ShippyCore

/// A change that a command of shippy makes, too.
package struct PanelCommand: Hashable, Sendable {
    package enum Verb: String, CaseIterable, Sendable {
        case disable, enable, delete, update, retry, resend, cancel, replay, drop, deregister
    }

    package struct Target: Hashable, Sendable {
        package var id: String
        /// The name to show: an e-mail address, an instance's ID, or a dead letter with its group.
        package var name: String
        /// Only for instances.
        package var service: String?

        package init(id: String, name: String, service: String? = nil) {
            self.id = id
            self.name = name
            self.service = service
        }
    }

    package var verb: Verb
    package var targets: [Target]
    /// What an update changes; nil for all other changes.
    package var edit: UserEdit?

    package init(_ verb: Verb, _ targets: [Target], edit: UserEdit? = nil) {
        self.verb = verb
        self.targets = targets
        self.edit = edit
    }

    /// `user`, `mail`, `dead letter` or `instance`.
    package var noun: String {
        switch verb {
        case .disable, .enable, .delete, .update: "user"
        case .retry, .resend, .cancel: "mail"
        case .replay, .drop: "dead letter"
        case .deregister: "instance"
        }
    }

    /// `disabled`
    package var participle: String {
        switch verb {
        case .disable: "disabled"
        case .enable: "enabled"
        case .delete: "deleted"
        case .update: "updated"
        case .retry: "queued again"
        case .resend: "queued once more"
        case .cancel: "cancelled"
        case .replay: "replayed"
        case .drop: "dropped"
        case .deregister: "deregistered"
        }
    }

    /// `Delete user`, `Delete 3 users:`
    var question: String {
        if let edit { return "Set \(edit.field.rawValue) to \(edit.value.isEmpty ? "nothing" : edit.value) for" }
        let verb = self.verb == .resend ? "Resend to the user's present address:" : self.verb.rawValue.capitalized
        if self.verb == .deregister { return targets.count == 1 ? verb : "\(verb) \(targets.count):" }
        return targets.count == 1 ? "\(verb) \(noun)" : "\(verb) \(targets.count) \(noun)s:"
    }

    /// The only target: `ada@example.com`, `mail to ada@example.com`, `users 10.0.0.1:80`.
    package var nameOfOne: String { "\(noun == "mail" || noun == "dead letter" ? "\(noun) " : "")\(names)" }

    var names: String { targets.map { target in (target.service.map { "\($0) " } ?? "") + target.name }.joined(separator: ", ") }

    /// The same as lines for a shell. A user is named by the address, which is what people read.
    func lines(_ context: Panel.Options.Context?) -> [String] {
        let place = context.map { " --context \($0.name.shellWord)" } ?? ""
        return targets.map { target in
            switch verb {
            case .disable, .enable, .delete: "shippy user \(verb.rawValue) \(target.name.shellWord)\(place)"
            case .update:
                switch edit {
                case let edit? where edit.field == .role: "shippy user set-role \(target.name.shellWord) \(edit.value.shellWord)\(place)"
                case let edit?: "shippy user update \(target.name.shellWord) --\(edit.field.rawValue) \(edit.value.shellWord)\(place)"
                case nil: "shippy user update \(target.name.shellWord)\(place)"
                }
            case .replay, .drop: "shippy events dead \(verb.rawValue) \(target.id.shellWord)\(place)"
            case .retry, .resend, .cancel: "shippy mail \(verb.rawValue) \(target.id.shellWord)\(place)"
            case .deregister: "shippy registry deregister \((target.service ?? "").shellWord) \(target.id.shellWord)\(place)"
            }
        }
    }
}

extension String {
    /// As one word of a shell's command line.
    var shellWord: String {
        let isPlain =
            !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "-_.@:/+=,".utf8.contains(byte)
                }
            }
        return isPlain ? self : "'\(replacing("'", with: "'\\''"))'"
    }

    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
