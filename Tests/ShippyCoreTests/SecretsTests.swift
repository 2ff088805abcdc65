import ShippyCore
import Testing

struct SecretsTests {
    @Test(arguments: [
        "password", "PASSWD", "pwd", "pass", "newPassword", "password_confirmation", "passwordHash", "access_token", "client-secret", "tokens",
        "sslpassword", "apiKey",
    ])
    func areRecognized(name: String) {
        #expect(Secrets.isName(name))
    }

    @Test(arguments: ["", "email", "compass", "secretary", "password_changed", "token_count", "passenger", "key"])
    func othersAreNot(name: String) {
        #expect(!Secrets.isName(name))
    }

    @Test(arguments: [
        "password=canary", "password = canary", "password:\n  canary", "password=can ary", "password=&canary", "password=,canary",
        "password='canary'",
        #""password":"canary""#, #"{"password":{"x":"canary"}}"#, #"{"password":["x", "canary"]}"#, #"{"token":"a\"canary"}"#, #"{"token":"canary"#,
        "https://x/reset?token=canary", "url=https://x/reset?token=canary", "url=https://x/reset?a=1&token=canary", "error:password=canary",
        "login failed: password=canary", #"note: "password=canary""#, #"{\"password\":\"canary\"}"#, #"{\\\"password\\\":\\\"canary\\\"}"#,
        "authorization=Basic Y2FuYXJ5canary==", "authorization=Basic canary=", #"{"password" => "canary"}"#, "'password' => 'can canary'",
        "{'password': b'can canary'}", #""password": my canary pass"#, "password: 'it''s-canary'", #"password='it'\''s-canary'"#, #"token="a"canary"#,
        "user[password]=canary", "user%5Bpassword%5D=canary", #"$config["password"] = "canary""#, "redirect=%2Flogin%3Ftoken%3Dcanary",
        "password                                        = canary", "private_key: -----BEGIN RSA-----\nMIIcanary", "token: |\n  canary",
        "Cookie=sid=1; csrf=canary", "SECRET_KEY=canary", "secretKey: canary", "passwordConfirm=canary", "password==canary", "password:=canary",
        "Authorization: Bearer canary", "Cookie: a=b; session=canary", "a.b.password=canary", #"{"pin":1,"secret":canary}"#,
    ])
    func areHidden(text: String) {
        let shown = Secrets.hidden(in: text)
        #expect(!shown.contains("canary"), "\(shown)")
        #expect(shown.contains("…"))
    }

    @Test(arguments: [
        ("a=1 token=x b=2", "a=1 token=… b=2"), (#"{"token":"x","n":1}"#, #"{"token":…,"n":1}"#), (#"{"token":12,"n":1}"#, #"{"token":…,"n":1}"#),
        ("token: x y\nnext line", "token: …\nnext line"), (#"{\"pwd\":\"x\",\"n\":1}"#, #"{\"pwd\":…,\"n\":1}"#),
    ])
    func theRestIsShown(text: String, shown: String) {
        #expect(Secrets.hidden(in: text) == shown)
    }

    @Test(arguments: [
        "", "hello", "time: 12:30", "a=b", "password", "password_changed=yes", "compass: north", "https://x/y?z=1", "=", ":::", "=\"\"\"",
    ])
    func whatHasNoSecretIsUnchanged(text: String) {
        #expect(Secrets.hidden(in: text) == text)
    }

    private static let jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeS1jYW5hcnk"

    @Test(arguments: [
        "shr_canaryAAAAAAAAAAAAAAAAAAAA", "sho_-_canaryAAAAAAAAAAAAAAAAAA", "sht_AAAAAAAAAAAAAAAAAAAAcanary", jwt,
        String(jwt.dropLast(40)) + "canary",
    ])
    func aTokenIsHiddenWhereverItIs(token: String) {
        for text in [
            token, "got \(token), refused", "x%3D\(token)%26y", "user/\(token)/x", "Bearer\t\(token)\n", "\(token)\(token)", "«\(token)»",
            "a_\(token)",
        ] {
            let shown = Secrets.hidden(in: text)
            #expect(!shown.contains("canary") && shown.contains("…"), "\(text): \(shown)")
        }
        #expect(Secrets.hidden(in: "got \(token), refused") == "got …, refused")
    }

    @Test(arguments: ["shr_short", "sht_", "sh", "eyJ", "eyJhbGciOiJFUzI1NiJ9", "eyJ.a.b", "they", "wash_the_dishes_with_care_and_soap", "sh", "e"])
    func aWordLikeATokenIsShown(text: String) {
        #expect(Secrets.hidden(in: text) == text)
    }

    /// Anyone who can create a user or publish an event chooses such texts. A search that takes quadratic time needs hours for them.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            String(repeating: "A", count: 1 << 18) + "=", "=" + String(repeating: "\"", count: 1 << 18), String(repeating: "a=", count: 1 << 17),
            String(repeating: "=", count: 1 << 18), "token=" + String(repeating: "a ", count: 1 << 17), String(repeating: "token=\"", count: 1 << 15),
            String(repeating: "token=a b", count: 1 << 15), String(repeating: "\\", count: 1 << 18) + ":",
            "token:" + String(repeating: "\\\"", count: 1 << 17), String(repeating: "eyJ", count: 1 << 17), String(repeating: "sht_", count: 1 << 17),
            String(repeating: "eyJaaaaaaaaaa.", count: 1 << 15),
        ])
    func aLongTextTakesNoLongTime(text: String) {
        _ = Secrets.hidden(in: text)
    }
}
