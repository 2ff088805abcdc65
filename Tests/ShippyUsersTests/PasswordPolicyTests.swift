import ShippyCore
import Testing

@testable import ShippyUsers

@Suite struct PasswordPolicyTests {
    /// One character, of 25 bytes.
    private static let family = "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}"
    /// One character, of 8 bytes.
    private static let flag = "\u{1f1e9}\u{1f1ea}"

    @Test(arguments: [
        "correct horse", "Tr0ub4dor", "x1z5k9q3", String(repeating: "a", count: 72), String(repeating: "\u{20ac}", count: 24),
        String(repeating: "\u{1f642}", count: 8), String(repeating: flag, count: 8), String(repeating: flag, count: 9),
        String(repeating: "e\u{301}", count: 8), String(repeating: "a\u{308}", count: 36), "password1 ", "p\u{e4}ssword1",
    ])
    func isAccepted(password: String) throws {
        try PasswordPolicy.check(password)
    }

    @Test(arguments: [
        ("", "empty"), ("x1z5k9q", "at least 8 characters"), (String(repeating: "\u{1f642}", count: 7), "at least 8"),
        (family + family, "at least 8"), (String(repeating: "e\u{301}", count: 7), "at least 8"), ("a\r\nb\r\nc\r\nd", "at least 8"),
        (String(repeating: "a", count: 73), "72 bytes"), (String(repeating: "\u{e4}", count: 37), "72 bytes"),
        (String(repeating: "a\u{308}", count: 37), "72 bytes"), (String(repeating: flag, count: 10), "72 bytes"),
        (String(repeating: "x", count: 1_000_000), "72 bytes"), ("geheimer\0rest", "NUL"), ("password1", "most common"),
        ("PASSWORD1", "most common"), ("12345678", "most common"), ("QwertyUIOP", "most common"), ("01011990", "most common"),
    ])
    func isRefused(password: String, reason: String) {
        let error = #expect(throws: ShippyError.self) { try PasswordPolicy.check(password) }
        #expect(error?.code == .invalid && error?.field == "password")
        #expect(error?.message.contains(reason) == true)
        #expect(password.isEmpty || error?.message.contains(password) == false)
    }

    /// Bisection depends on it.
    @Test func theListIsInOrder() {
        let list = String(describing: CommonPasswords.list)
        let words = list.split { $0 == " " || $0 == "\n" }.map(String.init)
        #expect(words.count == 11_611)
        #expect(words.joined(separator: " ").utf8.count == list.utf8.count)
        #expect(zip(words, words.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(words.allSatisfy { $0.utf8.count >= 8 && $0 == $0.lowercased() && $0.utf8.allSatisfy { (0x21...0x7e).contains($0) } })
        #expect(words.allSatisfy { CommonPasswords.contains($0) })
        #expect(!words.contains { CommonPasswords.contains($0 + "!x") || CommonPasswords.contains(" " + $0) })
    }

    @Test(arguments: ["", " ", "\n", "0", "~~~~~~~~", "\u{ff}", "zzzzzzzz zzzzzzzzz", "password1 password10"])
    func othersAreNotInTheList(word: String) {
        #expect(!CommonPasswords.contains(word))
    }

    @Test func aPasswordIsTheSameHoweverItWasTyped() throws {
        let typed = ["caf\u{e9} au lait", "cafe\u{301} au lait", "caf\u{e9}\u{a0}au\u{2003}lait"]
        let prepared = try typed.map { Array(try PreparedPassword($0).text.utf8) }
        #expect(Set(prepared).count == 1)
        #expect(PreparedPassword.candidates(for: typed[0]).count == 1)
        #expect(PreparedPassword.candidates(for: typed[1]).map { Array($0.utf8) } == [prepared[0], Array(typed[1].utf8)])
        #expect(PreparedPassword.candidates(for: "Secret") == ["Secret"])
        #expect(PreparedPassword.candidates(for: "").isEmpty)
        #expect(PreparedPassword.candidates(for: "a\0b").isEmpty)
        // As it was typed, it would be cut.
        #expect(PreparedPassword.candidates(for: String(repeating: "a\u{308}", count: 36)).count == 1)
    }
}
