package import ShippyCore

/// The role of callers with a certificate of this name, written `NAME=ROLE`.
package struct CertificateRole: Hashable, Sendable {
    package let name: String
    package let role: AccessRole

    /// - Returns: nil if the text has another form.
    package init?(_ text: String) {
        // A name may contain the sign, as a URI does.
        guard let sign = text.lastIndex(of: "="), sign > text.startIndex, let role = AccessRole(rawValue: String(text[text.index(after: sign)...]))
        else {
            return nil
        }
        name = String(text[..<sign])
        self.role = role
    }
}
