import ShippyCore

/// A mail queue in memory that keeps to its contract.
final class ModelMailQueue {
    private struct Entry {
        var mail: Mail
        var state = Mail.State.queued
        var due: Int
        var fence: Int64 = 0
    }

    private let flaw: Flaw?
    private var entries: [String: Entry] = [:]
    /// Ids in the order in which they came.
    private var order: [String] = []
    private var idsByEvent: [String: String] = [:]

    init(flaw: Flaw?) {
        self.flaw = flaw
    }

    var isDone: Bool { entries.values.allSatisfy { $0.state == .sent || $0.state == .dead } }

    func mailID(ofEvent id: String) -> String? { idsByEvent[id] }
    func mailCount(ofEvent id: String) -> Int { entries.values.count { $0.mail.eventID == id } }

    func enqueue(_ mails: [Mail], wallClock: Timestamp, now: Int) -> [(id: String, isNew: Bool)] {
        mails.map { mail in
            if let event = mail.eventID, let present = idsByEvent[event] { return (present, false) }
            let distance = mail.nextAttemptAt.map { Int(($0 - wallClock).milliseconds) } ?? 0
            entries[mail.id] = Entry(mail: mail, due: now + max(0, distance))
            order.append(mail.id)
            if let event = mail.eventID { idsByEvent[event] = mail.id }
            return (mail.id, true)
        }
    }

    func claim(limit: Int, leaseMilliseconds: Int, now: Int) -> [ClaimedMail] {
        var claimed: [ClaimedMail] = []
        for id in order where claimed.count < limit {
            guard let entry = entries[id], entry.state == .queued || entry.state == .sending, entry.due <= now else { continue }
            entries[id]!.state = .sending
            entries[id]!.fence += 1
            entries[id]!.due = now + leaseMilliseconds
            entries[id]!.mail.attempts += 1
            claimed.append(ClaimedMail(mail: entries[id]!.mail, fence: entries[id]!.fence))
        }
        return claimed
    }

    /// - Returns: the ids that were refused, and those that are sent now.
    func settle(_ outcomes: [(lease: MailLease, outcome: MailOutcome)], now: Int) -> (refused: Set<String>, sent: [String]) {
        var refused: Set<String> = []
        var sent: [String] = []
        for (lease, outcome) in outcomes {
            guard let entry = entries[lease.mailID] else { continue }
            guard entry.fence == lease.fence || flaw == .outcomesWithoutFence else {
                refused.insert(lease.mailID)
                continue
            }
            switch outcome {
            case .sent:
                entries[lease.mailID]!.state = .sent
                sent.append(lease.mailID)
            case .retry(let wait, _):
                // A second time, it changes nothing.
                guard entry.state == .sending || flaw == .outcomesWithoutFence else { continue }
                entries[lease.mailID]!.state = .queued
                entries[lease.mailID]!.due = now + Int(wait.milliseconds)
            case .dead:
                entries[lease.mailID]!.state = .dead
            }
        }
        return (refused, sent)
    }

    func extend(_ leases: [MailLease], by milliseconds: Int, now: Int) -> Set<String> {
        var held: Set<String> = []
        for lease in leases {
            guard let entry = entries[lease.mailID], entry.state == .sending, entry.fence == lease.fence else { continue }
            entries[lease.mailID]!.due = now + milliseconds
            held.insert(lease.mailID)
        }
        return held
    }

    func release(_ leases: [MailLease], now: Int) {
        for lease in leases {
            guard let entry = entries[lease.mailID], entry.state == .sending, entry.fence == lease.fence else { continue }
            entries[lease.mailID]!.state = .queued
            entries[lease.mailID]!.due = now
            entries[lease.mailID]!.mail.attempts -= 1
        }
    }
}
