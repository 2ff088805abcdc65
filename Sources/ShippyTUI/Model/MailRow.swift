package import ShippyCore

/// A mail in the list of mails.
package struct MailRow: FeedRow {
    package typealias Column = MailColumn

    package var mail: Mail
    package var changedAt = -Double.infinity

    package init(_ mail: Mail) {
        self.mail = mail
        // The rest of them is not shown, and there may be many.
        self.mail.content = ""
        self.mail.lastReply = String(mail.lastReply.prefix(500))
    }

    package var id: String { mail.id }
    package var name: String { mail.to.description }
    package var isProblem: Bool { mail.state == .dead || (mail.state == .queued && mail.attempts > 0) }

    package func forEachSearchLine(_ body: (String, String?) -> Void) {
        for text in [mail.to.description, mail.state.rawValue, mail.template.rawValue, mail.lastReply, mail.id] { body(text, nil) }
    }

    package func field(_ name: String) -> String? {
        switch name {
        case "id": mail.id
        case "to": mail.to.description
        case "state": mail.state.rawValue
        case "template": mail.template.rawValue
        case "reply": mail.lastReply
        case "event": mail.eventID
        case "request": mail.requestID
        case "user": mail.userID
        default: nil
        }
    }

    /// Newest first.
    package func comesBefore(_ other: MailRow) -> Bool { mail.id > other.mail.id }

    /// The time of the next attempt differs by milliseconds each time that it is read.
    package func differs(from earlier: MailRow) -> Bool {
        mail.state != earlier.mail.state || mail.attempts != earlier.mail.attempts || mail.lastReply != earlier.mail.lastReply
    }

    package func details(_ look: Look) -> [DetailField] {
        [
            DetailField("to", mail.to.description), DetailField("state", mail.state.rawValue, style),
            DetailField("tries", "\(mail.attempts)"), DetailField("next try", nextTry(look)),
            DetailField("last reply", mail.lastReply, mail.state == .dead ? .error : .plain), DetailField("template", mail.template.rawValue),
            DetailField("id", mail.id), DetailField("event", mail.eventID ?? ""), DetailField("request", mail.requestID),
            DetailField("queued", look.time(mail.createdAt)),
        ]
    }

    /// `in 12s`, or empty if none will come.
    func nextTry(_ look: Look) -> String {
        guard mail.state == .queued, let next = mail.nextAttemptAt else { return "" }
        let left = (next - look.now.wall).seconds
        return left <= 0 ? "due" : "in \(PanelRenderer.age(left))"
    }

    var style: TextStyle {
        switch mail.state {
        case .sent: TextStyle(color: .green)
        case .sending: TextStyle(color: .cyan)
        case .queued: mail.attempts > 0 ? .warning : .plain
        case .dead: .error
        case .cancelled: .dim
        }
    }

    func symbol(_ capabilities: Capabilities) -> String {
        switch mail.state {
        case .sent: capabilities.isUnicode ? "✓" : "+"
        case .sending: capabilities.isUnicode ? "→" : "~"
        case .queued: mail.attempts > 0 ? "!" : "."
        case .dead: capabilities.isUnicode ? "✗" : "x"
        case .cancelled: "-"
        }
    }
}
