import Foundation
import ShippyCore
import ShippyEvents
import Testing

struct EventShapesTests {
    private let user = User(
        id: "01a1fbbe-3e64-71de-8d65-250b85da1aaf", name: "Ada Lovelace", company: "Analytical", email: EmailAddress(trusted: "ada@example.com"),
        createdAt: Timestamp(milliseconds: 1_767_323_045_678))

    private func decode(_ payload: [UInt8], _ contentType: String? = nil) -> EventUser? {
        if case .user(let user, _) = DecodedPayload(payload: payload, contentType: contentType) { return user }
        return nil
    }

    private var expected: EventUser { EventUser(id: user.id, name: user.name, company: user.company, email: user.email.description) }

    @Test(arguments: EventEncoding.allCases)
    func whatIsPublishedIsReadAgain(encoding: EventEncoding) {
        let event = encoding.userCreated(user, eventID: "e1", source: "/s", requestID: "r1", welcome: true)
        #expect(decode(event.payload, event.headers[HeaderName.contentType]) == expected)
        #expect(event.headers["id"] == user.id)
        #expect(event.headers["Nats-Msg-Id"] == "e1")
        #expect(event.headers["ce-id"] == "e1")
        #expect(event.headers["ce-specversion"] == "1.0")
        #expect(event.headers["ce-type"] == "user.created")
        #expect(event.headers["ce-source"] == "/s")
        #expect(event.headers["ce-time"] == user.createdAt.description)
        #expect(event.headers["X-Request-Id"] == "r1")
    }

    /// In the format of a creation, but for the subject and the time.
    @Test(arguments: EventEncoding.allCases, UserEvent.allCases)
    func aChangeIsPublishedLikeACreation(encoding: EventEncoding, change: UserEvent) {
        let time = user.createdAt + .seconds(60)
        let event = encoding.event(change, of: user, at: time, eventID: "e2", source: "/s", requestID: "r2")
        var created = encoding.userCreated(user, eventID: "e2", source: "/s", requestID: "r2", welcome: true)
        #expect(event.payload == created.payload)
        #expect(decode(event.payload, event.headers[HeaderName.contentType]) == expected)
        #expect((event.id, event.subject, event.time) == ("e2", change.subject, time))
        created.headers = EventHeaders(
            created.headers.pairs.map { pair in
                switch pair.name {
                case HeaderName.eventType: (pair.name, change.subject.description)
                case HeaderName.time: (pair.name, time.description)
                default: (pair.name, pair.value)
                }
            })
        #expect(event.headers == created.headers)
    }

    @Test func changesHaveSubjectsOfTheirOwn() {
        let subjects = UserEvent.allCases.map(\.subject.description)
        #expect(subjects == ["user.updated", "user.disabled", "user.enabled", "user.deleted", "user.logged-in"])
        #expect(Set(Subject.ofUsers) == Set(UserEvent.allCases.map(\.subject) + [.userCreated, .userNotice]))
        // Nobody is welcomed for them.
        #expect(!UserEvent.allCases.contains { ConsumerConfiguration.welcome.filter.matches($0.subject) })
    }

    @Test func theTutorialsPlainJSON() {
        #expect(
            decode([UInt8](#"{"id":"1","name":"A","company":"B","email":"a@b"}"#.utf8)) == EventUser(id: "1", name: "A", company: "B", email: "a@b"))
    }

    @Test func theBrokersEnvelope() {
        let body = Data(#"{"id":"1","name":"A","company":"B","email":"a@b"}"#.utf8).base64EncodedString()
        #expect(decode([UInt8](#"{"Header":{"id":"1"},"Body":"\#(body)"}"#.utf8)) == EventUser(id: "1", name: "A", company: "B", email: "a@b"))
    }

    @Test(arguments: ["application/octet-stream", "application/grpc+proto"])
    func thePublishersEnvelope(contentType: String) {
        // User { id = 1, name = 2, company = 3, email = 4, password = 5 }, as protoc encodes it.
        let body = Data([10, 1, 49, 18, 1, 65, 26, 1, 66, 34, 3] + "a@b".utf8 + [42, 1, 120]).base64EncodedString()
        let json = #"{"Header":{"Content-Type":"\#(contentType)","Micro-Topic":"user.created","Micro-Id":"x"},"Body":"\#(body)"}"#
        #expect(decode([UInt8](json.utf8)) == EventUser(id: "1", name: "A", company: "B", email: "a@b"))
    }

    @Test func aPasswordNeverComesOut() throws {
        let payload = [UInt8](#"{"id":"1","email":"a@b","password":"$2a$10$canary"}"#.utf8)
        guard case .user(_, let json?) = DecodedPayload(payload: payload, contentType: nil) else {
            Issue.record("no user")
            return
        }
        #expect(!String(decoding: json, as: UTF8.self).contains("canary"))
    }

    /// However it is written, and wherever it stands.
    @Test(arguments: [
        "password", "Password", "PASSWD", "password_hash", "passwordHash", "Password-Hash", "pwd", "new_password", "accessToken", "client-secret",
    ])
    func aPasswordOfOthersNeverComesOut(name: String) throws {
        for user in ["", #""email":"a@b","#] {
            let text = #"{\#(user)"\#(name)":"canary","data":[{"\#(name)":{"x":"canary"},"password_changed":"kept","on":true,"n":1}]}"#
            let json: [UInt8]
            switch DecodedPayload(payload: [UInt8](text.utf8), contentType: nil) {
            case .user(_, let shown?): json = shown
            case .json(let shown): json = shown
            default:
                Issue.record("no JSON")
                continue
            }
            let rest = user.isEmpty ? "" : #","email":"a@b""#
            #expect(String(decoding: json, as: UTF8.self) == #"{"data":[{"n":1,"on":true,"password_changed":"kept"}]\#(rest)}"#)
        }
    }

    @Test(arguments: [
        (#"login password=canary done"#, "login password=…"),
        (#"login password=can ary n=1"#, "login password=… n=1"),
        (#"{"a":1}{"token": "canary"}"#, #"{"a":1}{"token": …}"#),
        (#"level=info pwd='can ary' n=1"#, "level=info pwd=… n=1"),
        (#"{"pwd":"canary"#, #"{"pwd":…"#),
    ])
    func norDoesOneWithinText(text: String, shown: String) {
        guard case .text(shown) = DecodedPayload(payload: [UInt8](text.utf8), contentType: nil) else {
            Issue.record("\(DecodedPayload(payload: [UInt8](text.utf8), contentType: nil))")
            return
        }
    }

    @Test func norDoesOneInAStringOfJSON() {
        let text = #"{"log":"{\"password\":\"canary\",\"n\":1}"}"#
        guard case .json(let json) = DecodedPayload(payload: [UInt8](text.utf8), contentType: nil) else {
            Issue.record("no JSON")
            return
        }
        #expect(String(decoding: json, as: UTF8.self) == #"{"log":"{\"password\":…,\"n\":1}"}"#)
    }

    @Test func whatIsNoUserIsShownAsItIs() {
        if case .text("hello") = DecodedPayload(payload: [UInt8]("hello".utf8), contentType: nil) {} else { Issue.record("no text") }
        if case .json = DecodedPayload(payload: [UInt8](#"{"a":1}"#.utf8), contentType: nil) {} else { Issue.record("no JSON") }
        if case .binary = DecodedPayload(payload: [0xff, 0xfe, 0x00], contentType: nil) {} else { Issue.record("no bytes") }
        if case .text = DecodedPayload(payload: [UInt8]("{not json".utf8), contentType: nil) {} else { Issue.record("no text") }
    }
}

struct CanonicalUserJSONTests {
    @Test func recognisesOursAndNothingElse() {
        let plain = User(id: "1", name: "Ada", company: "", email: EmailAddress(trusted: "a@b"), createdAt: .now)
        #expect(CanonicalUserJSON(plain.json)?.user == EventUser(id: "1", name: "Ada", company: "", email: "a@b"))
        for name in ["quote \"", "back\\slash", "é", "\u{7f}", "\u{1b}"] {
            var odd = plain
            odd.name = name
            #expect(!CanonicalUserJSON.recognises(odd.json))
        }
        for text in [
            "", "{}", #"{"id":"1"#, #"{"id":"1","name":"","company":"","email":"","created_at":""}x"#,
            #"{"name":"","id":"","company":"","email":"","created_at":""}"#,
        ] {
            #expect(!CanonicalUserJSON.recognises([UInt8](text.utf8)))
        }
    }

    /// It is shown unchanged: a value in which a secret would be searched for must not pass.
    @Test(arguments: ["https://x/?token=canary", "password: canary", "a%3Dcanary"])
    func aValueThatMayHoldASecretIsNotRecognised(value: String) {
        for text in [
            #"{"id":"1","name":"\#(value)","company":"","email":"a@b"}"#, #"{"id":"1","name":"","company":"\#(value)","email":"a@b"}"#,
            #"{"id":"1","name":"","company":"","email":"a@b","created_at":"\#(value)"}"#,
        ] {
            #expect(!CanonicalUserJSON.recognises([UInt8](text.utf8)))
        }
    }

    @Test func whatItRecognisesIsValidJSON() throws {
        for _ in 0..<2000 {
            var bytes = User(id: "1", name: "Ada", company: "C", email: EmailAddress(trusted: "a@b"), createdAt: .now).json
            bytes[Int.random(in: 0..<bytes.count)] = UInt8.random(in: 0...255)
            if CanonicalUserJSON.recognises(bytes) {
                _ = try JSONSerialization.jsonObject(with: Data(bytes))
            }
        }
    }
}
