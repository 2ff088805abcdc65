/// A group of commands that take the same settings as flags.
package protocol SettingTakers: SendableMetatype {
    /// The heading of these settings in help.
    static var heading: String { get }
}

/// All commands.
package enum EveryCommand: SettingTakers {
    package static let heading = "Common settings"
}

/// `up` and `serve`.
package enum Serving: SettingTakers {
    package static let heading = "Service settings"
}

/// `user create` and `user import`.
package enum Creating: SettingTakers {
    package static let heading = "User settings"
}

/// `tui` and `registry tui`.
package enum Browsing: SettingTakers {
    package static let heading = "Console settings"
}
