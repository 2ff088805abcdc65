import ShippyCore

/// A column of the list of mails. The cases are in display order.
package enum MailColumn: ListColumn {
    case state, to, tries, nextTry, template, created, reply

    package static var first: MailColumn { .created }

    package var title: String {
        switch self {
        case .nextTry: "NEXT TRY"
        case .created: "QUEUED"
        case .reply: "LAST REPLY"
        default: String(describing: self).uppercased()
        }
    }

    package var priority: Int {
        switch self {
        case .state: 0
        case .to: 1
        case .reply: 2
        case .created: 3
        case .template: 4
        case .nextTry: 5
        case .tries: 6
        }
    }

    package var width: ColumnWidth {
        switch self {
        case .state: .symbolOr(11)
        case .to: .fitting(50)
        case .tries: .fixed(6)
        case .nextTry: .fixed(9)
        case .template: .fitting(30)
        case .created: .fixed(11)
        case .reply: .rest(16)
        }
    }

    package var isRightAligned: Bool { self == .tries }
    package var isPermanent: Bool { self == .to || self == .template || self == .created }
    package var beginsDescending: Bool { self == .created || self == .tries }

    package func precedes(_ left: MailRow, _ right: MailRow) -> Bool? {
        switch self {
        case .state: compare(left.mail.state.rawValue, right.mail.state.rawValue)
        case .to: compare(left.mail.to.description, right.mail.to.description)
        case .tries: compare(left.mail.attempts, right.mail.attempts)
        case .nextTry: compare(left.nextAt, right.nextAt)
        case .template: compare(left.mail.template.rawValue, right.mail.template.rawValue)
        case .created: left.mail.id == right.mail.id ? nil : left.mail.id < right.mail.id
        case .reply: compare(left.mail.lastReply, right.mail.lastReply)
        }
    }

    package func text(_ row: MailRow, _ look: Look) -> String {
        switch self {
        case .state: "\(row.symbol(look.capabilities)) \(row.mail.state.rawValue)"
        case .to: row.mail.to.description
        case .tries: "\(row.mail.attempts)"
        case .nextTry: row.nextTry(look)
        case .template: row.mail.template.rawValue
        // The day and the minute: the whole time is with the details.
        case .created: String(look.time(row.mail.createdAt).dropFirst(5).prefix(11))
        case .reply: row.mail.lastReply
        }
    }

    package func symbol(_ row: MailRow, _ look: Look) -> String? { self == .state ? row.symbol(look.capabilities) : nil }

    package func style(_ row: MailRow) -> TextStyle? {
        self == .state || (self == .reply && row.mail.state == .dead) ? row.style : nil
    }
}

extension MailRow {
    fileprivate var nextAt: Int64 { mail.state == .queued ? mail.nextAttemptAt?.milliseconds ?? .max : .max }
}
