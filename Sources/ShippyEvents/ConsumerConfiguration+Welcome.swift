package import ShippyCore

extension ConsumerConfiguration {
    /// The group that all notificators share. A publisher declares it before it publishes, so that no event expires before the
    /// first notificator has joined.
    package static let welcome = ConsumerConfiguration(name: "notificator", filter: SubjectFilter(.userCreated))

    /// The same for notices.
    package static let notices = ConsumerConfiguration(name: "notices", filter: SubjectFilter(.userNotice))

    /// The groups that mail users.
    package static let mailing = [welcome, notices]
}
