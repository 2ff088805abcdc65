/// Which list is on the screen.
enum ListPlace: Hashable, Sendable {
    case services, instances, history, users, mails, events

    var noun: String {
        switch self {
        case .services: "service"
        case .instances: "instance"
        case .history: "departure"
        case .users: "user"
        case .mails: "mail"
        case .events: "event"
        }
    }
}
