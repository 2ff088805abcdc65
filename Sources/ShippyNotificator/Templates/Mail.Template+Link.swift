package import ShippyCore

extension Mail.Template {
    /// Whether a `user.notice` may name it.
    var isNotice: Bool {
        switch self {
        case .welcome, .message: false
        case .confirmAddress, .resetPassword, .passwordChanged, .addressChanged: true
        }
    }

    /// What the link in such a mail is for; nil for a mail that cannot have one.
    var linkPurpose: LinkPurpose? {
        switch self {
        case .welcome, .confirmAddress, .addressChanged: .confirmAddress
        case .resetPassword: .resetPassword
        case .message, .passwordChanged: nil
        }
    }

    /// Whether such a mail is of no use without its link.
    package var needsLink: Bool {
        switch self {
        case .confirmAddress, .resetPassword: true
        case .welcome, .message, .passwordChanged, .addressChanged: false
        }
    }
}
