import ShippyCore
import TestSupport
import Testing

@Suite struct MailsOfARequestTests {
    @Test(arguments: StoreUnderTest.allCases)
    func aSenderMayWantOnlyTheMailsOfOneRequest(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            var own = Samples.mail("own@example.com")
            own.requestID = "own"
            _ = try await store.enqueue([Samples.mail("other@example.com"), own])
            func claim(_ requestID: String?) async throws -> [String] {
                try await store.claimMails(
                    limit: 10, owner: "a", lease: .seconds(30), domainLimits: ["slow.example": 0], defaultDomainLimit: 10, requestID: requestID
                ).map(\.mail.to.description)
            }
            #expect(try await store.activeMailCount(requestID: "own") == 1)
            #expect(try await store.activeMailCount(requestID: nil) == 2)
            #expect(try await claim("nobody's") == [])
            #expect(try await claim("own") == ["own@example.com"])
            #expect(try await claim("own") == [])
            #expect(try await store.activeMailCount(requestID: "own") == 1)
            #expect(try await claim(nil) == ["other@example.com"])
        }
    }
}
