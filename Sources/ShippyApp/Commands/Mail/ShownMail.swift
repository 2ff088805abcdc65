import ShippyCore
import ShippyNotificator

/// A mail with its attempts, and with what its recipient sees if that was asked for.
struct ShownMail: JSONWritable {
    var mail: Mail
    var attempts: [MailAttempt]
    var preview: MailPreview?

    func write(to json: inout JSONWriter) {
        json.object {
            mail.writeFields(to: &$0)
            $0.field("tries", attempts)
            preview?.writeFields(to: &$0)
        }
    }

    var fields: [(String, String)] {
        mail.fields + attempts.map { ("try \($0.number)", Self.text($0)) }
    }

    /// The same for the panel, which escapes it.
    var lines: [String] {
        let facts = fields.map { "\($0): \($1)" }
        guard let preview else { return facts }
        return facts + [""] + preview.text(.plain).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// `2026-12-01T03:04:05Z smtp.example.com:587 deferred: 451 greylisted`
    static func text(_ attempt: MailAttempt) -> String {
        let place = attempt.facts.map { ["\($0.startedAt.description.prefix(19))Z", $0.server].filter { !$0.isEmpty } } ?? []
        let reply = attempt.reply.isEmpty ? "" : ": \(attempt.reply)"
        switch attempt.outcome {
        case .unknown: return "no outcome was recorded: its sender stopped, and the mail may have been sent"
        case .sent, .deferred, .dead: return (place + ["\(attempt.outcome.rawValue)\(reply)"]).joined(separator: " ")
        }
    }
}

extension MailPreview {
    /// For people. It comes from templates and users: nothing in it moves the cursor.
    func text(_ style: Style) -> String {
        let head = headers.map { name, value in "\(style.bold("\(name):")) \(value.replacing("\r\n", with: "").visiblyEscaped())\n" }.joined()
        func part(_ title: String, _ content: String) -> String {
            let lines = content.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.description.visiblyEscaped()
            }
            return "\n\(style.bold(title))\n\(lines.joined(separator: "\n").trimmingNewlines)\n"
        }
        return head + part("Subject", subject) + part("Text", text) + part("HTML", html)
    }
}

extension String {
    fileprivate var trimmingNewlines: String { String(reversed().drop { $0 == "\n" }.reversed()) }
}
