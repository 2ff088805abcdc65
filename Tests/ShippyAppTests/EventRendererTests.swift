import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct EventRendererTests {
    private func event(_ payload: String, headers: [(String, String)] = [("id", "1")]) -> Event {
        Event(
            sequence: 7, id: "e1", subject: .userCreated, time: Timestamp(milliseconds: 1_767_323_045_678), headers: EventHeaders(headers),
            payload: [UInt8](payload.utf8))
    }

    private func json(_ event: Event) throws -> [String: Any] {
        var json = JSONWriter()
        var text = ""
        EventRenderer(format: .jsonl, showsHeaders: false, style: .plain).append(event, nil, to: &json, &text)
        #expect(json.text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\n" })
        #expect(json.text.filter { $0 == "\n" }.count == 1)
        return try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
    }

    @Test func secretsInHeadersAreHidden() throws {
        let event = event(
            "{}",
            headers: [
                ("Authorization", "Bearer canary"), ("x-token", "canary"), ("note", "password=canary"), ("X-Request-Id", "kept"), ("n", "kept"),
            ])
        let headers = try #require(try json(event)["headers"] as? [String: String])
        #expect(headers == ["Authorization": "…", "x-token": "…", "note": "password=…", "X-Request-Id": "kept", "n": "kept"])
        let line = EventRenderer(format: .text, showsHeaders: true, style: .plain).line(event)
        #expect(!line.contains("canary"))
        #expect(line.contains("X-Request-Id: kept"))
    }

    @Test func writesTheContractsKeys() throws {
        let user = Samples.user()
        let object = try json(event(String(decoding: user.json, as: UTF8.self)))
        #expect(Set(object.keys) == ["seq", "subject", "time", "id", "headers", "data"])
        #expect(object["seq"] as? Int == 7)
        #expect(object["time"] as? String == "2026-01-02T03:04:05.678Z")
        #expect((object["data"] as? [String: String])?["email"] == "ada@example.com")
        #expect(object["headers"] as? [String: String] == ["id": "1"])
    }

    @Test(arguments: [
        #"{"name":"\u001b[2J\u202e","email":"a@b"}"#, "{\"email\":\"a@b\",\"name\":\"\u{202e}\u{9b}\"}", "plain \u{1b}]52;c;x\u{7} text", "{broken",
        "",
        #"[1,2,{"a":"\u009b"}]"#,
    ])
    func anyPayloadIsSafeAndValid(payload: String) throws {
        _ = try json(event(payload, headers: [("x", "\u{1b}[2J"), ("é\u{202e}", "y")]))
        var writer = JSONWriter()
        var text = ""
        let headers = [("x", "\u{1b}[2J"), ("n\u{1b}ame\u{202e}", "y")]
        EventRenderer(format: .text, showsHeaders: true, style: .plain).append(event(payload, headers: headers), nil, to: &writer, &text)
        #expect(text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\n" })
        #expect(text.contains("    x: \\u001b[2J\n"))
        #expect(text.contains("    n\\u001bame\\u202e: y\n"))
    }

    @Test func namesAndSubjectsAreEscaped() {
        var json = JSONWriter()
        var text = ""
        let event = Event(
            sequence: 7, id: "e1", subject: Subject(unchecked: "a.\u{1b}[2J"), time: .now, headers: EventHeaders(),
            payload: Samples.user("ada@example.com", name: "A\u{1b}]0;x\u{7}").json)
        EventRenderer(format: .text, showsHeaders: false, style: .plain).append(event, nil, to: &json, &text)
        #expect(text.contains("a.\\u001b[2J"))
        #expect(text.contains("A\\u001b]0;x\\u0007"))
        #expect(text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\n" })
        #expect(!EventRenderer.describe(.liveOnly(reason: "\u{1b}[2J")).contains("\u{1b}"))
    }

    @Test func timesAreLocalIfAskedFor() throws {
        let zone = try #require(TimeZone(identifier: "Asia/Kolkata"))
        let renderer = EventRenderer(format: .jsonl, showsHeaders: false, style: .plain, zone: zone)
        #expect(renderer.line(event("{}")).hasPrefix("7  2026-01-02T08:34:05.678+05:30  "))
        var (json, text) = (JSONWriter(), "")
        renderer.append(event("{}"), nil, to: &json, &text)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
        #expect(object["time"] as? String == "2026-01-02T08:34:05.678+05:30")
    }
}
