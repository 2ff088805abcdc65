import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct TypedIDTests {
    private static let ids = [
        "01a1fc02-23c5-7001-984b-7c7c42250b2d", "01a1fc02-23c5-7002-b642-b33377b8893b", "01a1fc02-23c6-7000-a648-9d6e71da76b9",
    ]

    private func whole(_ text: String, in ids: [String] = ids) async throws -> String {
        try await TypedID.whole(text, of: "session", list: "shippy session list") { after, limit in
            Array(ids.filter { $0 > after }.prefix(limit))
        }
    }

    private func refusal(_ text: String, in ids: [String] = ids) async -> ShippyError? {
        await #expect(throws: ShippyError.self) { try await whole(text, in: ids) }
    }

    @Test func aBeginningThatOnlyOneHasIsEnough() async throws {
        for text in ["01a1fc02-23c6", "01A1FC02-23C6-7", "01a1fc02-23c6…", Self.ids[2]] { #expect(try await whole(text) == Self.ids[2]) }
        #expect(try await whole("01a1fc02-23c5-7001") == Self.ids[0])
        // A whole one may have ended: that is for the service to say.
        #expect(try await whole("01A1FC02-0000-7000-A648-9D6E71DA76B9", in: []) == "01a1fc02-0000-7000-a648-9d6e71da76b9")
    }

    @Test func ofSeveralTheCandidatesAreNamed() async throws {
        let error = await refusal("01a1fc02-23c5")
        #expect(error?.code == .conflict)
        #expect(error?.message == "several sessions have an ID that begins with 01a1fc02-23c5: \(Self.ids[0]), \(Self.ids[1])")
        let many = (0..<9).map { "01a1fc02-23c5-700\($0)-984b-7c7c42250b2d" }
        #expect(await refusal("01a1fc", in: many)?.message.hasSuffix("\(many[4]) and others") == true)
    }

    @Test func nobodysBeginningIsNotThere() async throws {
        for text in ["01a1fc02-23c7", "01a1fc01", "ffffff"] { #expect(await refusal(text)?.code == .notFound) }
    }

    /// Pasted in place of an ID, a token is neither sent nor shown.
    @Test(arguments: ["canary", "sht_0123456789abcdef0123456789abcdef", "01a1f", "", "…", String(repeating: "0123456789abcdef", count: 4)])
    func whatIsNoIDIsNotLookedFor(text: String) async throws {
        let error = await #expect(throws: ShippyError.self) {
            try await TypedID.whole(text, of: "token", list: "shippy token list") { _, _ in
                Issue.record("it was looked for")
                return []
            }
        }
        #expect(error?.code == .notFound)
        #expect(error?.message == "not the ID of a token, nor at least its first 6 characters: `shippy token list` shows them")
    }

    @Test func sessionsTokensAndKeysAreFound() async throws {
        let access = FakeAccess {
            $0.keys = ["abcdef", "abcxyz", "-bcdef"].map {
                SigningKeyStatus(id: $0, state: .retired, createdAt: .now, signsFrom: nil, retiresAt: nil)
            }
        }
        #expect(try await access.keyID(typed: "abcd") == "abcdef")
        #expect(try await access.keyID(typed: "-bcd…") == "-bcdef")
        // The service says that it is not there.
        #expect(try await access.keyID(typed: "abc") == "abc")
        #expect(try await access.keyID(typed: "other") == "other")
    }
}
