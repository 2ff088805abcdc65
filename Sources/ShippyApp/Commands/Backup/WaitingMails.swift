import ArgumentParser

/// What happens to mails of a backup that were not sent yet.
enum WaitingMails: EnumerableFlag, Sendable {
    case hold
    case send

    static func name(for value: WaitingMails) -> NameSpecification {
        switch value {
        case .hold: .customLong("hold-mail")
        case .send: .customLong("send-mail")
        }
    }

    static func help(for value: WaitingMails) -> ArgumentHelp? {
        switch value {
        case .hold: "Keep waiting mails from being sent until you retry them."
        case .send: "Let services send waiting mails, also those that the original has sent since."
        }
    }
}
