import ShippyCore
import Testing

@testable import ShippyAccess

struct VerifiedTokensTests {
    private let token: AccessToken

    init() throws {
        token = try Fixture().issue().token
    }

    @Test func theCacheHasALimitAndKeepsWhatIsUsed() {
        let cache = VerifiedTokens(limit: 1024)
        let used = TokenDigest("used")
        cache.insert(token, as: used, at: Fixture.start)
        for number in 0..<20_000 {
            cache.insert(token, as: TokenDigest("\(number)"), at: Fixture.start)
            if number % 50 == 0 { #expect(cache.find(used) != nil) }
            if number % 1000 == 0 { #expect(cache.count <= 1024) }
        }
        #expect(cache.find(TokenDigest("0")) == nil)
        #expect(cache.find(TokenDigest("19999")) != nil)
        #expect(cache.count > 256)
    }

    @Test func tokensAreForgottenAfterTheyHaveRunOut() {
        let cache = VerifiedTokens(limit: 1024)
        for number in 0..<200 { cache.insert(token, as: TokenDigest("\(number)"), at: Fixture.start) }
        for step in 1...2 {
            for number in 0..<200 { cache.insert(token, as: TokenDigest("\(step) \(number)"), at: Fixture.start + .seconds(901 * step)) }
        }
        #expect((0..<200).allSatisfy { cache.find(TokenDigest("\($0)")) == nil })
        #expect((0..<200).allSatisfy { cache.find(TokenDigest("2 \($0)")) != nil })
    }

    @Test func textsHaveDifferentDigests() {
        #expect(TokenDigest("a") == TokenDigest("a"))
        #expect(TokenDigest("a") != TokenDigest("b") && TokenDigest("") != TokenDigest("\0"))
    }
}
