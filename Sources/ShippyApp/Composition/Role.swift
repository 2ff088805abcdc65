/// A service that a serving process can run.
enum Role: String, CaseIterable, Sendable {
    case users, notificator
}
