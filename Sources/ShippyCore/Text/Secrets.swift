/// Recognizes secrets by their names, and tokens by their form.
package enum Secrets {
    private static let names = [
        "password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "apikey", "accesskey", "privatekey", "credential", "credentials",
        "authorization", "bearer", "cookie", "jwt", "signingkey", "encryptionkey",
    ].map { Array($0.utf8) }
    /// Endings that may follow such a name, as in `passwordHash` or `password_confirmation`.
    private static let endings = [
        "hash", "digest", "salt", "value", "plain", "plaintext", "confirmation", "confirm", "key", "repeat", "old", "new", "s",
    ]
    .map { Array($0.utf8) }
    /// A name is recognized by its end: no more of it is looked at.
    static let longestName = 64
    private static let pass = Array("pass".utf8)
    /// Names of headers, whose values contain blanks and `=`.
    private static let namesOfLines = ["authorization", "cookie"].map { Array($0.utf8) }

    /// Whether a member, parameter, header or variable of this name holds a secret: `password`, `newPassword`, `PASSWD`,
    /// `password_hash`, `client-secret`, `access_token`. Names of mere facts about a secret do not count: `password_changed`,
    /// `token_count`.
    package static func isName(_ name: some StringProtocol) -> Bool {
        let bytes = Array(name.utf8.suffix(longestName))
        return bytes.withUnsafeBufferPointer { isName(utf8: $0) }
    }

    package static func isName(utf8 name: UnsafeBufferPointer<UInt8>) -> Bool {
        withLetters(of: name) { letters in
            if isNameItself(letters) { return true }
            return endings.contains { letters.ends(with: $0) && isNameItself(UnsafeBufferPointer(rebasing: letters.dropLast($0.count))) }
        }
    }

    /// Whether the value of this name extends to the end of its line.
    static func isNameOfLine(utf8 name: UnsafeBufferPointer<UInt8>) -> Bool {
        withLetters(of: name) { letters in namesOfLines.contains { letters.ends(with: $0) } }
    }

    /// The letters of a name, in lower case.
    private static func withLetters<Value>(of name: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, name.count)) { memory in
            var count = 0
            for byte in name where byte >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) {
                memory[count] = byte | (byte < 0x80 ? 0x20 : 0)
                count += 1
            }
            return body(UnsafeBufferPointer(rebasing: memory[..<count]))
        }
    }

    private static func isNameItself(_ letters: UnsafeBufferPointer<UInt8>) -> Bool {
        names.contains { letters.ends(with: $0) } || (letters.count == pass.count && letters.ends(with: pass))
    }

    /// The text with `…` in place of each value that follows such a name: `password=x`, `"token": "x"`, `{secret: 'x'}`,
    /// `?token=x`, also within the value of another name, and in JSON that is quoted within JSON; and in place of each token that shippy
    /// makes, whatever is before it.
    ///
    /// A value without quotes extends to the end of its line or, after `=`, to the next name with a value. So more may be hidden than
    /// the secret. Takes time in proportion to the length of the text.
    package static func hidden(in text: String) -> String {
        var text = text
        let withoutTokens = text.withUTF8 { bytes in
            var scanner = TokenScanner(bytes)
            return scanner.hidden()
        }
        if let withoutTokens { text = String(decoding: withoutTokens, as: UTF8.self) }
        return text.withUTF8 { bytes in
            var scanner = SecretScanner(bytes)
            return scanner.hidden()
        } ?? text
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func ends(with other: [UInt8]) -> Bool { count >= other.count && suffix(other.count).elementsEqual(other) }
}
