/// Recognizes secrets by their names.
package enum Secrets {
    private static let names = [
        "password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "apikey", "accesskey", "privatekey", "credential", "credentials",
    ]
    /// Endings that may follow such a name, as in `passwordHash` or `password_confirmation`.
    private static let endings = ["hash", "digest", "salt", "value", "plain", "plaintext", "confirmation", "repeat", "old", "new", "s"]

    /// Whether a member, parameter or variable of this name holds a secret: `password`, `newPassword`, `PASSWD`, `password_hash`,
    /// `client-secret`, `access_token`. Names of mere facts about a secret do not count: `password_changed`, `token_count`.
    package static func isName(_ name: some StringProtocol) -> Bool {
        let letters = name.lowercased().filter { $0.isLetter }
        return isNameItself(letters) || endings.contains { letters.hasSuffix($0) && isNameItself(letters.dropLast($0.count)) }
    }

    private static func isNameItself(_ letters: some StringProtocol) -> Bool {
        letters == "pass" || names.contains { letters.hasSuffix($0) }
    }

    /// The text with `…` in place of each value that follows such a name: `password=x`, `"token": "x"`, `{secret: 'x'}`.
    package static func hidden(in text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else { return text }
        let pair = #/(["'\\]*)([A-Za-z][A-Za-z0-9_.\-]*)["'\\]*\s*[:=]\s*("(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[^\s,;&"'}\]]+)/#
        return text.replacing(pair) { match in
            guard isName(match.2) else { return String(match.0) }
            return "\(match.0[..<match.3.startIndex])…"
        }
    }
}
