import ShippyConfiguration
import ShippyCore
import Testing

@Suite struct PublicURLSettingTests {
    @Test func linksLeadToWhereTheUsersServiceListensUnlessAnotherPlaceIsNamed() throws {
        let test = try SourcesUnderTest()
        #expect(try test.configuration().publicURL == nil)
        #expect(try test.configuration().ownPublicURL.description == "http://127.0.0.1:8081")
        #expect(try test.configuration(flags: ["users-http": "[::1]:90"]).ownPublicURL.description == "http://[::1]:90")
        let flags = ["users-http": "0.0.0.0:443", "advertise": "users.example.com", "tls-cert": "a.pem", "tls-key": "b.pem"]
        #expect(try test.configuration(flags: flags).ownPublicURL.description == "https://users.example.com:443")
        let named = try test.configuration(environment: ["SHIPPY_PUBLIC_URL": "https://accounts.example.com/shippy/"])
        #expect(named.ownPublicURL.description == "https://accounts.example.com/shippy" && named.publicURL == named.ownPublicURL)
        #expect(try SourcesUnderTest(file: "public-url: https://file.example\n").configuration().publicURL?.host == "file.example")
    }

    @Test func anUnusableURLIsRefused() throws {
        let test = try SourcesUnderTest()
        for text in ["accounts.example.com", "http://accounts.example.com", "https://a.example?x=y"] {
            #expect(test.message(flags: ["public-url": text])?.hasPrefix("cannot parse --public-url \"\(text)\": use https://HOST") == true)
        }
    }
}
