import ShippyCore
import Testing

struct SubjectTests {
    @Test(arguments: [
        ("user.created", "user.created", true), ("user.created", "user.deleted", false), ("user.*", "user.created", true),
        ("user.*", "user.created.twice", false), ("user.>", "user.created.twice", true), ("user.>", "user", false), (">", "anything", true),
        ("*.created", "user.created", true), ("*", "user.created", false),
    ])
    func filters(filter: String, subject: String, matches: Bool) throws {
        #expect(try SubjectFilter(filter).matches(Subject(subject)) == matches)
    }

    @Test(arguments: [
        (["user.created", "user.*", "user.>", "user"], ["user.>", "user"]), (["user.*", "user.*"], ["user.*"]),
        (["*.created", "user.*"], ["*.created", "user.*"]), (["a.*.c", "a.b.c", "a.b.*"], ["a.*.c", "a.b.*"]), ([">", "a"], [">"]),
    ])
    func whatAnotherCoversIsLeftOut(filters: [String], widest: [String]) throws {
        #expect(SubjectFilter.widest(of: try filters.map(SubjectFilter.init)).map(\.description) == widest)
    }

    @Test(arguments: ["", ".", "a..b", "a.", "user.cre*", "user.>.x", "a b", "a\u{1b}b"])
    func refuses(text: String) {
        #expect(throws: ShippyError.self) { try SubjectFilter(text) }
    }

    @Test func aWildcardIsNoSubject() {
        #expect(throws: ShippyError.self) { try Subject("user.*") }
    }
}
