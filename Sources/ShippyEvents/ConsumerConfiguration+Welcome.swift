package import ShippyCore

extension ConsumerConfiguration {
    /// The group that all notificators share. Whoever publishes for them makes it first, so that no event expires before the
    /// first notificator has come.
    package static let welcome = ConsumerConfiguration(name: "notificator", filter: SubjectFilter(.userCreated))
}
