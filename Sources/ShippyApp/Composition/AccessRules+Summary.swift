import ShippyAccess

extension AccessRules {
    /// Who may call without a token, in one line.
    func summary(isOpenToOthers: Bool) -> String {
        let callers = isOpenToOthers ? "everyone who can connect" : "everyone on this machine"
        let calls =
            switch (mode, signUp) {
            case (.local, .open): "make the tutorials' calls and sign up"
            case (.local, .closed): "make the tutorials' calls, but not create users"
            case (.token, .open): "only log in and sign up"
            case (.token, .closed): "only log in"
            }
        return "access \(mode.rawValue): without a token, \(callers) may \(calls)"
    }
}
