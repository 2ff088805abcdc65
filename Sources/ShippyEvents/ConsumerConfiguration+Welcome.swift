package import ShippyCore

extension ConsumerConfiguration {
    /// The group that all notificators share. A publisher declares it before it publishes, so that no event expires before the
    /// first notificator has joined.
    package static let welcome = ConsumerConfiguration(name: "notificator", filter: SubjectFilter(.userCreated))
}
