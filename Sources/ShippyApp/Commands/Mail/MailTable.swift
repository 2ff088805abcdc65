import ShippyCore

/// Mails for people.
///
/// On a terminal of 80 columns, a mail has the beginning of its ID, which distinguishes it from all others and which commands take, its
/// age, and in one column what came of it and what comes next.
struct MailTable {
    /// From this width on there is room for whole IDs and times.
    private static let wholeWidth = 150
    /// The time, and a number within its millisecond: `01a1fc02-23c5-7002`.
    private static let idWidth = 18
    /// A server's reply may be long.
    private static let replyLimit = 60

    /// Of the terminal; nil for a file or a pipe.
    var width: Int?
    var now = Timestamp.now

    func fill(_ table: Table.Builder, _ mails: [Mail]) {
        if let width, width < Self.wholeWidth { return fillNarrow(table, mails) }
        table.header("ID", "TO", "TEMPLATE", "STATE", "TRIES", "QUEUED AT", "NEXT TRY", "LAST REPLY")
        table.mayCut("TO", "LAST REPLY")
        for mail in mails {
            table.row(
                mail.id, mail.to.description, mail.template.rawValue, mail.state.rawValue, "\(mail.attempts)", Self.second(mail.createdAt),
                mail.nextAttemptAt.map(Self.second) ?? "-", mail.lastReply.isEmpty ? "-" : String(mail.lastReply.prefix(Self.replyLimit)))
        }
    }

    private func fillNarrow(_ table: Table.Builder, _ mails: [Mail]) {
        table.header("ID", "STATE", "QUEUED", "TO", "LAST REPLY")
        table.mayCut("TO", "LAST REPLY")
        let names = Set(mails.map { $0.id.prefix(Self.idWidth) })
        for mail in mails {
            table.row(
                names.count == mails.count ? String(mail.id.prefix(Self.idWidth)) : mail.id, mail.state.rawValue,
                RelativeTime.describe(mail.createdAt, now: now), mail.to.description, outcome(of: mail))
        }
    }

    /// `250 OK`, `try 2 in 41s, 451 greylisted`
    private func outcome(of mail: Mail) -> String {
        let reply = String(mail.lastReply.prefix(Self.replyLimit))
        let next: String
        switch mail.state {
        case .sent, .dead, .cancelled: return reply.isEmpty ? "-" : reply
        case .sending: next = "try \(mail.attempts) is under way"
        case .queued where mail.isHeld: return reply
        case .queued:
            let left = mail.nextAttemptAt.map { $0 - now } ?? .zero
            next = "try \(mail.attempts + 1) \(left > .zero ? "in \(RelativeTime.length(left))" : "is due")"
        }
        return reply.isEmpty ? next : "\(next), \(reply)"
    }

    private static func second(_ time: Timestamp) -> String { "\(time.description.prefix(19))Z" }
}
