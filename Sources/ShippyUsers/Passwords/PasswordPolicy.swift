package import ShippyCore

/// What a new password must be: at least 8 characters, at most 72 bytes, and not among the most common ones.
///
/// There are no rules about digits or signs, as NIST SP 800-63B advises. Passwords that were set under earlier rules still work.
package enum PasswordPolicy {
    /// In characters as people count them (grapheme clusters): an emoji or a letter with its accents is one.
    package static let minimumLength = 8

    /// Checks a password that is about to be set.
    ///
    /// - Throws: `.invalid` for the field `password`, saying what to do and never what the password is.
    package static func check(_ password: String) throws(ShippyError) {
        let prepared = try PreparedPassword(password).text
        guard prepared.count >= minimumLength else {
            throw ShippyError(.invalid, "password is too short: use at least \(minimumLength) characters", field: "password")
        }
        guard !CommonPasswords.contains(prepared.lowercased()) else {
            throw ShippyError(
                .invalid, "password is one of the most common ones, which attackers try first: use another one", field: "password")
        }
    }
}
