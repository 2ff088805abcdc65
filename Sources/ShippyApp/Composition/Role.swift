/// What a process that serves has in it.
enum Role: String, CaseIterable, Sendable {
    case users, notificator
}
