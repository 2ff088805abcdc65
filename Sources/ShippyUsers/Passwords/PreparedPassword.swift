import Foundation
import ShippyCore

/// A password as it is hashed, whatever keyboard it was typed on.
///
/// This is OpaqueString of RFC 8265, section 4.2: every kind of space becomes U+0020, and the text is brought into Unicode's
/// normalization form C. So "é" is the same password as one character or as an "e" with an accent. Letter case counts. Unlike
/// OpaqueString, it allows control characters and unassigned ones, except NUL.
struct PreparedPassword {
    /// What bcrypt reads. It would ignore the rest, so that different passwords would be the same one.
    static let byteLimit = 72

    let text: String

    /// - Throws: `.invalid` for a password that bcrypt cannot tell from another one: empty, longer than ``byteLimit`` bytes of
    ///   UTF-8, or with a NUL.
    init(_ typed: String) throws(ShippyError) {
        guard !typed.isEmpty else { throw ShippyError(.invalid, "password is empty: use at least 8 characters", field: "password") }
        let tooLong = ShippyError(
            .invalid, "password is longer than \(Self.byteLimit) bytes, the limit of bcrypt: use a shorter one", field: "password")
        // Preparing shortens a text to a third of its bytes at most.
        guard typed.utf8.count <= 3 * Self.byteLimit else { throw tooLong }
        let prepared = Self.normalized(typed)
        guard prepared.utf8.count <= Self.byteLimit else { throw tooLong }
        guard !prepared.utf8.contains(0) else {
            throw ShippyError(.invalid, "password contains a NUL character, which bcrypt does not support: remove it", field: "password")
        }
        text = prepared
    }

    /// The texts whose hash proves that the password is right: as it is hashed today, and as it was typed, because hashes of
    /// earlier releases and of other programs were made of that. Empty if bcrypt can take neither.
    static func candidates(for typed: String) -> [String] {
        let prepared = try? PreparedPassword(typed)
        // Compared by bytes: Swift's strings are equal whatever their normalization form.
        let differs = prepared.map { !$0.text.utf8.elementsEqual(typed.utf8) } ?? true
        let isPossible = !typed.isEmpty && typed.utf8.count <= byteLimit && !typed.utf8.contains(0)
        return (prepared.map { [$0.text] } ?? []) + (differs && isPossible ? [typed] : [])
    }

    private static func normalized(_ typed: String) -> String {
        if typed.utf8.allSatisfy({ $0 < 0x80 }) { return typed }
        var spaced = String.UnicodeScalarView()
        for scalar in typed.unicodeScalars { spaced.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar) }
        return String(spaced).precomposedStringWithCanonicalMapping
    }
}
