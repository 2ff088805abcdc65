import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct ExportedEventTests {
    private let time = Timestamp("2026-01-02T03:04:05.678Z")!

    private func event(_ payload: [UInt8], _ headers: [(String, String)] = [("Nats-Msg-Id", "e1")]) -> Event {
        Event(sequence: 7, id: "e1", subject: .userCreated, time: time, headers: EventHeaders(headers), payload: payload)
    }

    private func line(_ event: Event) -> (bytes: [UInt8], hidesSecrets: Bool) {
        var json = JSONWriter()
        let hidesSecrets = ExportedEvent.append(event, to: &json)
        #expect(json.bytes.last == 10 && json.bytes.count { $0 == 10 } == 1)
        #expect(json.text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\n" })
        return (json.bytes, hidesSecrets)
    }

    @Test(arguments: [
        Samples.user().json, Samples.user("ada@example.com", name: "Ünï = 漢字 \u{1b}").json, [UInt8](#"{"b": 1,  "a":[1.50,null]}"#.utf8),
        [UInt8]("plain\ntext \u{202e}".utf8), [], [0, 255, 254, 10], [UInt8]("[1]".utf8), [UInt8](#""text""#.utf8),
        [UInt8](#"{"base64":"AAAA"}"#.utf8), [UInt8](#"{"id":"1","name":"n","company":"c","email":"e@x"}"#.utf8),
        [UInt8](#"{"email":"e@x","id":"1","name":"n","company":"c"}"#.utf8), [UInt8](#"{"Header":{"id":"1"},"Body":"eyJlbWFpbCI6ImFAYiJ9"}"#.utf8),
    ])
    func everyByteComesBack(payload: [UInt8]) throws {
        let headers = [("id", "1"), ("Nats-Msg-Id", "e1"), ("X-Note", "a: b, \"c\""), ("A", "1"), ("A", "2")]
        let exported = line(event(payload, headers))
        #expect(!exported.hidesSecrets)
        let imported = try ExportedEvent.event(exported.bytes)
        #expect(imported.id == "e1" && imported.subject == .userCreated && imported.time == time)
        #expect(imported.payload == payload)
        let pairs = imported.headers.pairs.map { "\($0.name)=\($0.value)" }
        #expect(pairs == ["id=1", "Nats-Msg-Id=e1", "A=1", "A=2", "X-Note=a: b, \"c\"", "Shippy-Time=2026-01-02T03:04:05.678Z"])
    }

    @Test func everyEncodingComesBack() throws {
        for encoding in EventEncoding.allCases {
            let sample = encoding.userCreated(Samples.user(), eventID: "e1", source: "/test", requestID: "r", welcome: false)
            let exported = line(Event(sequence: 1, id: "e1", subject: sample.subject, time: time, headers: sample.headers, payload: sample.payload))
            #expect(!exported.hidesSecrets, "\(encoding)")
            let imported = try ExportedEvent.event(exported.bytes)
            #expect(imported.payload == sample.payload, "\(encoding)")
            #expect(imported.headers.pairs.dropLast().map { "\($0.name)=\($0.value)" } == sample.headers.pairs.map { "\($0.name)=\($0.value)" })
        }
    }

    /// A copy of a copy is the same, whenever it was imported.
    @Test func theTimeIsThatOfTheFirstBus() throws {
        let first = try ExportedEvent.event(line(event([1])).bytes)
        let copied = Event(
            sequence: 7, id: first.id, subject: first.subject, time: time + .seconds(3600), headers: first.headers, payload: first.payload)
        #expect(line(copied).bytes == line(event([1])).bytes)
        #expect(try ExportedEvent.event(line(copied).bytes) == first)
    }

    @Test(arguments: [
        #"{"email":"a@b","password":"canary"}"#, "note password=canary",
        #"{"Header":{},"Body":"\#(Data(#"{"email":"a@b","password":"canary"}"#.utf8).base64EncodedString())"}"#,
        #"{"Header":{"Authorization":"canary"},"Body":"AAAA"}"#,
    ])
    func secretsAreLeftOut(payload: String) throws {
        let exported = line(event([UInt8](payload.utf8), [("Authorization", "Bearer canary")]))
        #expect(exported.hidesSecrets)
        let text = String(decoding: exported.bytes, as: UTF8.self)
        #expect(!text.contains("canary") && !text.contains(Data("canary".utf8).base64EncodedString().prefix(6)))
        let imported = try ExportedEvent.event(exported.bytes)
        let body = DecodedPayload(payload: imported.payload, contentType: nil)
        #expect(!"\(body)".contains("canary"))
    }

    /// The fourth field of the go-micro tutorial's own message is a password.
    @Test func unknownFieldsOfAMessageAreLeftOut() throws {
        var payload = EventEncoding.protobuf.userCreated(Samples.user(), eventID: "e", source: "/", requestID: "r", welcome: true).payload
        payload += [0x7a, 6] + [UInt8]("canary".utf8)
        let exported = line(event(payload, [("Content-Type", "application/protobuf")]))
        #expect(exported.hidesSecrets)
        #expect(try !String(decoding: ExportedEvent.event(exported.bytes).payload, as: UTF8.self).contains("canary"))
    }

    /// As `shippy events tail -o jsonl` writes it.
    @Test func aLineOfATailCanBeImported() throws {
        var (json, text) = (JSONWriter(), "")
        EventRenderer(format: .jsonl, showsHeaders: false, style: .plain).append(event(Samples.user().json), nil, to: &json, &text)
        let imported = try ExportedEvent.event(json.bytes)
        #expect(DecodedPayload(payload: imported.payload, contentType: nil).field("email") == "ada@example.com")
    }

    @Test(arguments: [
        ("{", "not a JSON object"), ("[]", "not a JSON object"), (#"{"notice":"gap"}"#, "a notice is not an event"), ("{}", "subject is missing"),
        (#"{"subject":7}"#, "subject is not a string"), (#"{"subject":"a b"}"#, "cannot parse subject"),
        (#"{"subject":"a.*"}"#, "contains a wildcard"),
        (#"{"subject":"a"}"#, "id is missing"), (#"{"subject":"a","id":""}"#, "id is empty"),
        (#"{"subject":"a","id":"x\u001b"}"#, "control characters"),
        (#"{"subject":"a","id":"1"}"#, "time is missing"), (#"{"subject":"a","id":"1","time":"yesterday"}"#, "time is not an RFC 3339 timestamp"),
        (#"{"subject":"a","id":"1","time":"2026-01-02T03:04:05Z"}"#, "data is missing"),
        (#"{"subject":"a","id":"1","time":"2026-01-02T03:04:05Z","data":7}"#, "data is not"),
        (#"{"subject":"a","id":"1","time":"2026-01-02T03:04:05Z","base64":"?"}"#, "not valid base64"),
        (#"{"subject":"a","id":"1","time":"2026-01-02T03:04:05Z","payload":"","base64":""}"#, "base64 is there, too"),
        (#"{"subject":"a","id":"1","time":"2026-01-02T03:04:05Z","payload":"","headers":[]}"#, "headers is not an object"),
        (#"{"subject":"a","id":"1","time":"2026-01-02T03:04:05Z","payload":"","headers":{"a:b":""}}"#, "header name"),
        (#"{"subject":"a","id":"1","time":"2026-01-02T03:04:05Z","payload":"","headers":{"a":"1\n2"}}"#, "line break"),
        (#"{"subject":"a","id":"1","time":"2026-01-02T03:04:05Z","payload":"","headers":{"Nats-Msg-Id":"2"}}"#, "differ"),
        (#"{"subject":"a","id":"1","time":"2026-01-02T03:04:05Z","paylod":""}"#, "did you mean payload?"),
        (#"{"subject":"dead-letter.g.replay","id":"1"}"#, "replay the dead letter"),
    ])
    func aBadLineSaysWhy(line: String, reason: String) {
        let error = #expect(throws: ShippyError.self) { try ExportedEvent.event([UInt8](line.utf8)) }
        #expect(error?.code == .malformed)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
}
