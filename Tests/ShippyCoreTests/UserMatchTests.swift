import ShippyCore
import Testing

@Suite struct UserMatchTests {
    private let user = User(
        id: "1", name: "Ada ÉTÉ King", company: "Öl & Söhne", email: EmailAddress(trusted: "ada+news@Example.com"),
        createdAt: Timestamp(milliseconds: 0))

    @Test(arguments: ["a", "DA", "été", "ÉTÉ k", "söh", "ÖL", "+news@ex", "king öl", " ada  example.COM ", "&"])
    func partsOfWordsMatch(text: String) throws {
        #expect(try UserMatch(text).matches(user))
    }

    @Test(arguments: ["b'", "adaking", "king ölig", "com.", "ada bob"])
    func othersDoNot(text: String) throws {
        #expect(try !UserMatch(text).matches(user))
    }

    @Test(arguments: ["", " \t", String(repeating: "a", count: 257)])
    func aTextThatSaysNothingOrTooMuchIsRefused(text: String) throws {
        let error = #expect(throws: ShippyError.self) { try UserMatch(text) }
        #expect(error?.code == .invalid && error?.field == "match")
    }
}
